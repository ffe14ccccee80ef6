import { entries, names } from '../resource';
import { Rule } from '../rule';
import { Workload } from '../workload';

export const gatewaySelectsNothing: Rule = {
  name: 'gateway-selects-nothing',
  level: 'error',
  codes: ['IST0101', 'KIA0302'],
  about: 'A Gateway configures the pods that its selector finds. Where it finds none, nothing listens on its ports.',
  bad: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: istio-ingress, namespace: istio-ingress }
spec:
  template:
    metadata: { labels: { istio: ingress }, annotations: { inject.istio.io/templates: gateway } }
    spec: { containers: [{ name: istio-proxy, image: auto }] }
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: api-gateway, namespace: shop }
spec:
  selector: { istio: ingressgateway }
  servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: [api.example.com] }]
`,
  good: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: istio-ingress, namespace: istio-ingress }
spec:
  template:
    metadata: { labels: { istio: ingress }, annotations: { inject.istio.io/templates: gateway } }
    spec: { containers: [{ name: istio-proxy, image: auto }] }
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: api-gateway, namespace: shop }
spec:
  selector: { istio: ingress }
  servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: [api.example.com] }]
`,
  quiet: [`
apiVersion: apps/v1
kind: Deployment
metadata: { name: private-gateway, namespace: shop }
spec: { template: { metadata: { labels: { ingress: private }, annotations: { inject.istio.io/templates: gateway } } } }
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: public, namespace: shop }
spec:
  selector: { istio: ingressgateway }
  servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: [shop.example.com] }]
`],
  check: (mesh, report) => {
    // Only an app that installs a gateway is expected to have the pods of its Gateways.
    const gateways = mesh.workloads.filter(isGateway);
    mesh.each('Gateway', (gateway) => {
      const selector = entries<string>(gateway.spec.selector);
      // One whose pods have no label of that name may stand beside another one, which the app does not have.
      const alike = gateways.filter((workload) => selector.some(([key]) => workload.labels[key] !== undefined));
      if (alike.length > 0 && mesh.gatewayPods(gateway).length === 0 && !mesh.anyExternal('gateway')) {
        const labels = alike.map((workload) => entries<string>(workload.labels).filter(([key]) => key === 'istio' || key === 'app').map(([key, value]) => `${key}=${value}`).join());
        report(gateway, 'spec.selector', `no pod has the labels ${selector.map(([key, value]) => `${key}=${value}`).join()}, so nothing listens on the gateway's ports; the gateway in this app has `
          + `${names(new Set(labels))}: select that`);
      }
    });
  },
};

function isGateway({ annotations, pod }: Workload): boolean {
  const [container, ...rest] = pod.containers ?? [];
  return annotations['inject.istio.io/templates'] === 'gateway' || rest.length === 0 && container?.name === 'istio-proxy' && (container.args ?? []).includes('router');
}
