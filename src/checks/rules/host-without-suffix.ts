import { Rule } from '../rule';

export const hostWithoutSuffix: Rule = {
  name: 'host-without-suffix',
  level: 'error',
  about: 'Istio completes a host without dots only. It takes "orders.shop" for a DNS name as it stands, finds no such service, and answers with 503.',
  bad: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80 }], selector: { app: orders } }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: edge, namespace: edge }
spec:
  hosts: [shop.example.com]
  gateways: [edge]
  http: [{ route: [{ destination: { host: orders.shop } }] }]
`,
  good: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80 }], selector: { app: orders } }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: edge, namespace: edge }
spec:
  hosts: [shop.example.com]
  gateways: [edge]
  http: [{ route: [{ destination: { host: orders.shop.svc.cluster.local } }] }]
`,
  more: [`
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80 }], selector: { app: orders } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: orders, namespace: shop }
spec: { host: orders.shop.svc, trafficPolicy: { loadBalancer: { simple: RANDOM } } }
`],
  check: (mesh, report) => {
    const full = (host: string) => {
      const [, name, namespace] = /^([^.*]+)\.([^.]+)(?:\.svc)?$/.exec(host) ?? [];
      return name !== undefined && mesh.servicesOf(host).length === 0 && mesh.find('Service', namespace, name) ? `${name}.${namespace}.svc.cluster.local` : undefined;
    };
    const message = (host: string) => `the host "${host}" is no service: Istio completes only names without dots; write "${full(host)}"`;
    for (const { virtualService, path, host } of mesh.targets) {
      if (full(host)) {
        report(virtualService, `${path}.host`, message(host));
      }
    }
    mesh.each('DestinationRule', (rule) => {
      if (full(String(rule.spec.host))) {
        report(rule, 'spec.host', message(rule.spec.host));
      }
    });
  },
};
