import { gatewaysOf, MESH, wildcardsOf } from '../mesh';
import { list, names } from '../resource';
import { Rule } from '../rule';

export const gatewayHostUnserved: Rule = {
  name: 'gateway-host-unserved',
  level: 'warning',
  codes: ['IST0132'],
  about: 'A gateway answers for the hosts of its servers. A VirtualService for another host gets no request from it.',
  bad: `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: edge, namespace: shop }
spec:
  selector: { istio: ingressgateway }
  servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: [shop.example.com] }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: shop, namespace: shop }
spec:
  hosts: [shop.example.com, shop.example.org]
  gateways: [edge]
  http: [{ route: [{ destination: { host: orders } }] }]
`,
  good: `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: edge, namespace: shop }
spec:
  selector: { istio: ingressgateway }
  servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: [shop.example.com, "./*.example.org"] }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: shop, namespace: shop }
spec:
  hosts: [shop.example.com, shop.example.org]
  gateways: [edge]
  http: [{ route: [{ destination: { host: orders } }] }]
`,
  check: (mesh, report) => mesh.each('VirtualService', (virtualService) => {
    const gateways = gatewaysOf(virtualService);
    const found = gateways.map((gateway) => mesh.gateway(gateway));
    // In the mesh, any host is served.
    if (gateways.includes(MESH) || found.some((gateway) => list(gateway?.spec.servers).length === 0)) {
      return;
    }
    const served = found.flatMap((gateway) => list(gateway!.spec.servers).flatMap(({ hosts }) => list<string>(hosts))
      .map((host) => [host.includes('/') ? host.split('/')[0] : '*', host.split('/').pop()!, gateway!.namespace]))
      .filter(([from, , own]) => from === '*' || (from === '.' ? own : from) === virtualService.namespace).map(([, host]) => host);
    const exact = new Set(served);
    list<string>(virtualService.spec.hosts).forEach((host, i) => {
      const overlaps = exact.has(host) || wildcardsOf(host).some((wildcard) => exact.has(wildcard))
        || host.startsWith('*') && served.some((name) => name.endsWith(host.slice(1)));
      if (!overlaps) {
        report(virtualService, `spec.hosts[${i}]`, `no server of ${names(gateways)} is for the host "${host}" (its hosts: ${names(new Set(served))}), so it gets no request there; `
          + 'add the host to a server, or correct it');
      }
    });
  }),
};
