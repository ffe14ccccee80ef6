import { eachRoute } from '../gateway-api';
import { fullHost } from '../mesh';
import { list, names } from '../resource';
import { Rule } from '../rule';

export const backendUnknown: Rule = {
  name: 'backend-unknown',
  level: 'error',
  codes: ['KIA1402'],
  about: 'A route of the Gateway API to a Service or a port that does not exist answers every request with 500.',
  bad: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80 }], selector: { app: orders } }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: orders, namespace: shop }
spec: { parentRefs: [{ name: edge }], rules: [{ backendRefs: [{ name: order, port: 80 }] }] }
`,
  good: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80 }], selector: { app: orders } }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: orders, namespace: shop }
spec: { parentRefs: [{ name: edge }], rules: [{ backendRefs: [{ name: orders, port: 80 }] }] }
`,
  more: [`
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80, targetPort: 8080 }], selector: { app: orders } }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: orders, namespace: shop }
spec: { parentRefs: [{ name: edge }], rules: [{ backendRefs: [{ name: orders, port: 8080 }] }] }
`],
  quiet: [`
apiVersion: v1
kind: Service
metadata: { name: shop, namespace: shop }
spec: { ports: [{ name: http, port: 80 }], selector: { app: shop } }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: egress, namespace: shop }
spec: { gatewayClassName: istio, listeners: [{ name: http, port: 80, protocol: HTTP }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: out, namespace: shop }
spec: { parentRefs: [{ kind: Service, group: "", name: shop }], rules: [{ backendRefs: [{ name: egress-istio, port: 80 }] }] }
`, `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80 }], selector: { app: orders } }
---
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: { name: web, namespace: shop }
spec: { provider: gatewayapi:v1, targetRef: { apiVersion: apps/v1, kind: Deployment, name: web }, service: { port: 80 } }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: orders, namespace: shop }
spec:
  parentRefs: [{ name: edge }]
  rules: [{ backendRefs: [{ name: web-primary, port: 80 }, { group: networking.istio.io, kind: Hostname, name: shop.example.com, port: 443 }] }]
`],
  check: (mesh, report) => eachRoute(mesh, (route) => list(route.spec.rules).forEach((rule, i) => list(rule?.backendRefs).forEach((backend, j) => {
    const { kind = 'Service', group = '', name, port } = backend ?? {};
    const namespace = backend?.namespace ?? route.namespace;
    const host = fullHost(String(name), namespace);
    if (kind !== 'Service' || group !== '' || host.split('.').length !== 5) {
      return;
    }
    const service = mesh.find('Service', namespace, name);
    const path = `spec.rules[${i}].backendRefs[${j}]`;
    if (service === undefined && mesh.knowsServicesOf(host)) {
      report(route, path, `there is no Service "${name}" in namespace "${namespace}", so every request gets 500; correct the name, or declare External.host("${host}")`);
    } else if (service !== undefined && typeof port === 'number' && list(service.spec.ports).length > 0 && !list(service.spec.ports).some((own) => own?.port === port)) {
      report(route, `${path}.port`, `the Service "${name}" has no port ${port} (it has ${names(list(service.spec.ports).map((own) => String(own?.port)))}), so every request gets an error; name one of its ports`);
    }
  }))),
};
