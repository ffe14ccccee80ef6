import { gatewaysOf, MESH } from '../mesh';
import { list } from '../resource';
import { Rule } from '../rule';

export const routeKindMismatch: Rule = {
  name: 'route-kind-mismatch',
  level: 'error',
  about: 'A gateway that passes TLS through sees no HTTP, and one that ends TLS hands no TLS on: the rules of the wrong kind are never asked.',
  bad: `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: edge, namespace: shop }
spec:
  selector: { istio: ingressgateway }
  servers: [{ port: { number: 443, name: tls, protocol: TLS }, tls: { mode: PASSTHROUGH }, hosts: [shop.example.com] }]
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
metadata: { name: edge, namespace: shop }
spec:
  selector: { istio: ingressgateway }
  servers: [{ port: { number: 443, name: tls, protocol: TLS }, tls: { mode: PASSTHROUGH }, hosts: [shop.example.com] }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: shop, namespace: shop }
spec:
  hosts: [shop.example.com]
  gateways: [edge]
  tls: [{ match: [{ port: 443, sniHosts: [shop.example.com] }], route: [{ destination: { host: orders } }] }]
`,
  more: [`
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: edge, namespace: shop }
spec:
  selector: { istio: ingressgateway }
  servers: [{ port: { number: 443, name: https, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: shop }, hosts: [shop.example.com] }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: shop, namespace: shop }
spec:
  hosts: [shop.example.com]
  gateways: [edge]
  tls: [{ match: [{ port: 443, sniHosts: [shop.example.com] }], route: [{ destination: { host: orders } }] }]
`],
  check: (mesh, report) => mesh.each('VirtualService', (virtualService) => {
    const gateways = gatewaysOf(virtualService);
    const found = gateways.map((gateway) => mesh.gateway(gateway));
    if (gateways.includes(MESH) || found.includes(undefined)) {
      return;
    }
    const servers = found.flatMap((gateway) => list(gateway!.spec.servers));
    const takes = new Set(servers.map(({ port, tls }) => kindOf(String(port?.protocol).toUpperCase(), tls)));
    for (const kind of ['http', 'tls'] as const) {
      if (list(virtualService.spec[kind]).length > 0 && servers.length > 0 && !takes.has(kind) && !takes.has('any')) {
        const remedy = kind === 'http' ? 'end TLS there by mode SIMPLE, or write tls rules' : 'pass TLS through there by mode PASSTHROUGH, or write http rules';
        report(virtualService, `spec.${kind}`, `no server of ${gateways.join(', ')} takes ${kind} rules (theirs: ${[...takes].join(', ')}), so they are never asked; ${remedy}`);
      }
    }
  }),
};

/** The kind of rules that a server asks. */
function kindOf(protocol: string, tls: any): 'http' | 'tls' | 'tcp' | 'any' {
  if (['HTTP', 'HTTP2', 'GRPC', 'GRPC-WEB'].includes(protocol)) {
    return 'http';
  }
  const passes = tls?.mode === 'PASSTHROUGH' || tls?.mode === 'AUTO_PASSTHROUGH';
  switch (protocol) {
    case 'HTTPS': return passes ? 'tls' : 'http';
    case 'TLS': return passes ? 'tls' : 'tcp';
    case 'TCP': return 'tcp';
    default: return 'any';
  }
}
