import { list, Resource } from '../resource';
import { Rule } from '../rule';
import { selectorOf } from './gateway-conflict';

export const certificateShared: Rule = {
  name: 'certificate-shared',
  level: 'warning',
  codes: ['IST0138'],
  about: 'A browser reuses a connection for all hosts of its certificate. Where another Gateway has one of these hosts, the connection\'s Gateway does not know it and answers with 404.',
  bad: `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: shop, namespace: edge }
spec:
  selector: { istio: ingressgateway }
  servers: [{ port: { number: 443, name: https-shop, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: wildcard }, hosts: [shop.example.com] }]
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: blog, namespace: edge }
spec:
  selector: { istio: ingressgateway }
  servers: [{ port: { number: 443, name: https-blog, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: wildcard }, hosts: [blog.example.com] }]
`,
  good: `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: all, namespace: edge }
spec:
  selector: { istio: ingressgateway }
  servers: [{ port: { number: 443, name: https, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: wildcard }, hosts: ['*.example.com'] }]
`,
  check: (mesh, report) => {
    const first = new Map<string, Resource>();
    mesh.each('Gateway', (gateway) => list(gateway.spec.servers).forEach(({ tls, port }, i) => {
      const names = [tls?.credentialName, ...list<string>(tls?.credentialNames)].filter((name) => name && tls.mode !== 'PASSTHROUGH');
      for (const name of names) {
        const key = `${selectorOf(gateway)} ${port?.number} ${name}`;
        const other = first.get(key);
        if (other === undefined) {
          first.set(key, gateway);
        } else if (other !== gateway && other.id !== gateway.id) {
          report(gateway, `spec.servers[${i}].tls.credentialName`, `the Gateway ${other.namespace}/${other.name} has the certificate "${name}" too, and browsers that reuse a connection get 404 `
            + 'from the wrong one; serve all hosts of a certificate by one Gateway, such as by a wildcard host');
        }
      }
    }));
  },
};
