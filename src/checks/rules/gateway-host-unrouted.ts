import { wildcardsOf } from '../mesh';
import { list } from '../resource';
import { Rule } from '../rule';

export const gatewayHostUnrouted: Rule = {
  name: 'gateway-host-unrouted',
  level: 'warning',
  about: 'A host that a gateway serves and no VirtualService is for gets 404.',
  bad: `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: main-gateway, namespace: istio-system }
spec:
  selector: { istio: ingressgateway }
  servers: [{ port: { number: 443, name: https, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: tls }, hosts: [api.example.com, app.example.com] }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: api-routing, namespace: default }
spec:
  hosts: [api.example.com]
  gateways: [istio-system/main-gateway]
  http: [{ route: [{ destination: { host: user-service } }] }]
`,
  good: `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: main-gateway, namespace: istio-system }
spec:
  selector: { istio: ingressgateway }
  servers: [{ port: { number: 443, name: https, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: tls }, hosts: [api.example.com, app.example.com] }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: api-routing, namespace: default }
spec:
  hosts: [api.example.com, app.example.com]
  gateways: [istio-system/main-gateway]
  http: [{ route: [{ destination: { host: user-service } }] }]
`,
  quiet: [`
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: main-gateway, namespace: istio-system }
spec:
  selector: { istio: ingressgateway }
  servers: [{ port: { number: 80, name: http, protocol: HTTP }, tls: { httpsRedirect: true }, hosts: [api.example.com] }]
`],
  check: (mesh, report) => mesh.each('Gateway', (gateway) => {
    const bound = mesh.virtualServicesOn(`${gateway.namespace}/${gateway.name}`);
    const hosts = new Set(bound.flatMap(({ spec }) => list<string>(spec.hosts)));
    // Where the app has no route of a gateway at all, they are in other apps.
    if (bound.length === 0 || mesh.external('namespace', gateway.namespace)) {
      return;
    }
    const reported = new Set<string>();
    list(gateway.spec.servers).forEach(({ hosts: served, tls }, i) => list<string>(served).forEach((written, j) => {
      const host = written.split('/').pop()!;
      const routed = hosts.has(host) || wildcardsOf(host).some((wildcard) => hosts.has(wildcard))
        || host.startsWith('*'); // a domain is often left to whoever comes
      if (!routed && !reported.has(host) && tls?.httpsRedirect !== true && tls?.mode !== 'AUTO_PASSTHROUGH') {
        reported.add(host);
        report(gateway, `spec.servers[${i}].hosts[${j}]`, `the host "${host}" has no route: requests for it get 404; add a VirtualService for it on this gateway, or remove the host`);
      }
    }));
  }),
};
