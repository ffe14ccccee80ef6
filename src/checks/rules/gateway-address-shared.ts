import { list, Resource } from '../resource';
import { Rule } from '../rule';
import { GATEWAY } from '../waypoints';

export const gatewayAddressShared: Rule = {
  name: 'gateway-address-shared',
  level: 'warning',
  codes: ['KIA1501', 'KIA1502'],
  about: 'Gateways of the Gateway API with the same address are one proxy to Istio. Where they listen for the same host on the same port, the routes of only one of them are asked.',
  bad: `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: shop, namespace: istio-ingress }
spec:
  gatewayClassName: istio
  addresses: [{ type: Hostname, value: ingress.istio-ingress.svc.cluster.local }]
  listeners: [{ name: http, port: 80, protocol: HTTP, hostname: shop.example.com }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: edge, namespace: istio-ingress }
spec:
  gatewayClassName: istio
  addresses: [{ type: Hostname, value: ingress.istio-ingress.svc.cluster.local }]
  listeners: [{ name: http, port: 80, protocol: HTTP, hostname: shop.example.com }]
`,
  good: `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: shop, namespace: istio-ingress }
spec:
  gatewayClassName: istio
  addresses: [{ type: Hostname, value: ingress.istio-ingress.svc.cluster.local }]
  listeners: [{ name: http, port: 80, protocol: HTTP, hostname: shop.example.com }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: edge, namespace: istio-ingress }
spec:
  gatewayClassName: istio
  addresses: [{ type: Hostname, value: ingress.istio-ingress.svc.cluster.local }]
  listeners: [{ name: http, port: 80, protocol: HTTP, hostname: edge.example.com }]
`,
  quiet: [`
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: public, namespace: istio-ingress }
spec: { gatewayClassName: istio, listeners: [{ name: http, port: 80, protocol: HTTP }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: private, namespace: istio-ingress }
spec: { gatewayClassName: istio, listeners: [{ name: http, port: 80, protocol: HTTP }] }
`],
  check: (mesh, report) => {
    const first = new Map<string, Resource>();
    mesh.each(GATEWAY, (gateway) => list(gateway.spec.addresses).forEach(({ value }, i) => {
      const taken = list(gateway.spec.listeners).map(({ port, hostname = '' }) => {
        const key = `${value} ${port} ${hostname}`;
        const other = first.get(key) ?? gateway;
        first.set(key, other);
        return { other, port, hostname };
      }).find(({ other }) => other.id !== gateway.id);
      if (taken !== undefined) {
        report(gateway, `spec.addresses[${i}]`, `the Gateway ${taken.other.namespace}/${taken.other.name} has the address ${value} too, and listens there on port ${taken.port} for `
          + `${taken.hostname === '' ? 'every host' : `"${taken.hostname}"`} as well; add the listeners to one Gateway, or give them different hosts`);
      }
    }));
  },
};
