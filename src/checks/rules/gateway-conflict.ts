import { entries, list, Resource } from '../resource';
import { Rule } from '../rule';

export const gatewayConflict: Rule = {
  name: 'gateway-conflict',
  level: 'error',
  codes: ['IST0145', 'KIA0301'],
  about: 'Two Gateways for the same pods, port and host: Istio takes the server of the older one and drops the other.',
  bad: `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: shop, namespace: shop }
spec:
  selector: { istio: ingressgateway }
  servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: [shop.example.com] }]
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: edge, namespace: edge }
spec:
  selector: { istio: ingressgateway }
  servers: [{ port: { number: 80, name: http-edge, protocol: HTTP }, hosts: [shop.example.com] }]
`,
  good: `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: shop, namespace: shop }
spec:
  selector: { istio: ingressgateway }
  servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: [shop.example.com] }]
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: edge, namespace: edge }
spec:
  selector: { istio: ingressgateway }
  servers: [{ port: { number: 80, name: http-edge, protocol: HTTP }, hosts: [blog.example.com] }]
`,
  quiet: [`
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: shop, namespace: shop }
spec:
  selector: { istio: ingressgateway }
  servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: [shop.example.com], bind: 10.0.0.1 }]
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: edge, namespace: edge }
spec:
  selector: { istio: ingressgateway }
  servers: [{ port: { number: 80, name: http-edge, protocol: HTTP }, hosts: [shop.example.com], bind: 10.0.0.2 }]
`],
  check: (mesh, report) => {
    const first = new Map<string, Resource>();
    mesh.each('Gateway', (gateway) => list(gateway.spec.servers).forEach(({ port, bind = '', hosts }, i) => list<string>(hosts).forEach((written, j) => {
      // A host of one namespace's VirtualServices is not that of another's.
      const host = written.startsWith('./') ? `${gateway.namespace}/${written.slice(2)}` : written.replace(/^\*\//, '');
      const key = `${selectorOf(gateway)} ${port?.number} ${bind} ${host}`;
      const other = first.get(key);
      if (other === undefined) {
        first.set(key, gateway);
      } else if (other.id !== gateway.id) {
        report(gateway, `spec.servers[${i}].hosts[${j}]`, `the Gateway ${other.namespace}/${other.name} serves "${host}" on port ${port?.number} of the same pods, and Istio drops one of the two; `
          + 'share one Gateway, or give them different hosts');
      }
    })));
  },
};

/** The pods that a Gateway is for, as text. */
export function selectorOf({ spec }: Resource): string {
  return entries<string>(spec.selector).map(([key, value]) => `${key}=${value}`).sort().join();
}
