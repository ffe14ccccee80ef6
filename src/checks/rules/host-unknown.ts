import { namespaceOf, shortHost } from '../mesh';
import { names } from '../resource';
import { Rule } from '../rule';

export const hostUnknown: Rule = {
  name: 'host-unknown',
  level: 'error',
  codes: ['IST0101', 'KIA1101'],
  about: 'A route to a service that does not exist answers with 503. The app has other Services of the namespace, so this one would be among them.',
  bad: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80 }], selector: { app: orders } }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders]
  http: [{ route: [{ destination: { host: order } }] }]
`,
  good: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80 }], selector: { app: orders } }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders]
  http: [{ route: [{ destination: { host: orders } }] }]
`,
  quiet: [`
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders]
  http: [{ route: [{ destination: { host: payments.bank.svc.cluster.local } }] }]
`, `
apiVersion: v1
kind: Service
metadata: { name: istio-ingressgateway, namespace: istio-system }
spec: { ports: [{ name: tls, port: 15012 }], selector: { istio: ingressgateway } }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: istiod, namespace: istio-system }
spec:
  hosts: [istiod.example.com]
  gateways: [edge]
  tls: [{ match: [{ port: 15012, sniHosts: [istiod.example.com] }], route: [{ destination: { host: istiod, port: { number: 15012 } } }] }]
`, `
apiVersion: v1
kind: Service
metadata: { name: load, namespace: shop }
spec: { ports: [{ name: http, port: 80 }], selector: { app: load } }
---
apiVersion: serving.knative.dev/v1
kind: Service
metadata: { name: orders, namespace: shop }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: outside, namespace: shop }
spec:
  hosts: [orders.example.com]
  gateways: [edge]
  http: [{ route: [{ destination: { host: orders } }, { destination: { host: orders-primary } }] }]
---
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: { name: orders, namespace: shop }
spec: { targetRef: { kind: Deployment, name: orders } }
`],
  check: (mesh, report) => {
    for (const { virtualService, path, host } of mesh.targets) {
      const missing = mesh.servicesOf(host).length === 0 && mesh.knowsServicesOf(host);
      // The rule namespace-missing says more of a resource that has no namespace.
      if (missing && (virtualService.ownNamespace !== undefined || mesh.servicesNamed(host.split('.')[0]).length === 0)) {
        const elsewhere = mesh.servicesNamed(host.split('.')[0]).map(({ namespace }) => namespace);
        report(virtualService, `${path}.host`, `there is no service ${shortHost(host)}, though the app has other services of namespace "${namespaceOf(host)}"; `
          + (elsewhere.length > 0 ? `one of that name is in ${names(elsewhere)}: write its name in full` : `correct the name, or declare External.host("${host}")`));
      }
    }
  },
};
