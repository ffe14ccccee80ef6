import { fullGateway, MESH } from '../mesh';
import { list, names } from '../resource';
import { Rule } from '../rule';

export const gatewayUnknown: Rule = {
  name: 'gateway-unknown',
  level: 'error',
  codes: ['IST0101', 'KIA1102'],
  about: 'A VirtualService on a gateway that does not exist gets no request. A name without a namespace means one in the VirtualService\'s own namespace.',
  bad: `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: edge, namespace: istio-ingress }
spec:
  selector: { istio: ingress }
  servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: [shop.example.com] }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: shop, namespace: shop }
spec:
  hosts: [shop.example.com]
  gateways: [edge]
  http: [{ route: [{ destination: { host: orders } }] }]
`,
  good: `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: edge, namespace: istio-ingress }
spec:
  selector: { istio: ingress }
  servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: [shop.example.com] }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: shop, namespace: shop }
spec:
  hosts: [shop.example.com]
  gateways: [istio-ingress/edge]
  http: [{ route: [{ destination: { host: orders } }] }]
`,
  quiet: [`
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: shop, namespace: shop }
spec:
  hosts: [shop.example.com]
  gateways: [istio-system/main-gateway]
  http: [{ route: [{ destination: { host: orders } }] }]
`],
  check: (mesh, report) => {
    const byName = mesh.group('Gateway', ({ name }) => name);
    mesh.each('VirtualService', (virtualService) => list<string>(virtualService.spec.gateways).forEach((written, i) => {
      const gateway = fullGateway(written, virtualService.namespace);
      const [namespace, name] = gateway.split('/');
      if (gateway === MESH || mesh.gateway(gateway) || mesh.external('gateway', gateway) || mesh.external('namespace', namespace)
        || mesh.find('gateway.networking.k8s.io/Gateway', namespace, name)) {
        return;
      }
      const elsewhere = (byName.get(name) ?? []).map((other) => `${other.namespace}/${name}`);
      const neighbours = mesh.namespacesWith('Gateway').has(namespace);
      if (elsewhere.length > 0 || neighbours) {
        report(virtualService, `spec.gateways[${i}]`, `there is no Gateway ${gateway}; `
          + (elsewhere.length > 0 ? `write ${names(elsewhere)}` : `correct the name, or declare External.gateway("${namespace}", "${name}")`));
      }
    }));
  },
};
