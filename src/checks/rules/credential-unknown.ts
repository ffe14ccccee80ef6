import { add } from '../mesh';
import { list, names } from '../resource';
import { Rule } from '../rule';

export const credentialUnknown: Rule = {
  name: 'credential-unknown',
  level: 'warning',
  codes: ['IST0101'],
  about: 'The Secret of a server\'s certificate has to be in the namespace of the gateway\'s pods, wherever the Gateway is. Without it, the port answers no TLS connection.',
  bad: `
apiVersion: v1
kind: Secret
metadata: { name: tls-credential, namespace: shop }
type: kubernetes.io/tls
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: istio-ingressgateway, namespace: istio-system }
spec: { template: { metadata: { labels: { istio: ingressgateway } } } }
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: main-gateway, namespace: shop }
spec:
  selector: { istio: ingressgateway }
  servers: [{ port: { number: 443, name: https, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: tls-credential }, hosts: [api.example.com] }]
`,
  good: `
apiVersion: v1
kind: Secret
metadata: { name: tls-credential, namespace: istio-system }
type: kubernetes.io/tls
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: istio-ingressgateway, namespace: istio-system }
spec: { template: { metadata: { labels: { istio: ingressgateway } } } }
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: main-gateway, namespace: shop }
spec:
  selector: { istio: ingressgateway }
  servers: [{ port: { number: 443, name: https, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: tls-credential }, hosts: [api.example.com] }]
`,
  more: [`
apiVersion: apps/v1
kind: Deployment
metadata: { name: istio-ingressgateway, namespace: istio-system }
spec: { template: { metadata: { labels: { istio: ingressgateway } } } }
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: main-gateway, namespace: istio-system }
spec:
  selector: { istio: ingressgateway }
  servers: [{ port: { number: 443, name: https, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: tls-credential }, hosts: [api.example.com] }]
`],
  quiet: [`
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: main-gateway, namespace: istio-system }
spec:
  selector: { istio: ingressgateway }
  servers: [{ port: { number: 443, name: https, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: tls-credential }, hosts: [api.example.com] }]
`],
  check: (mesh, report) => {
    const secrets = new Map<string, string[]>();
    mesh.each('Secret', ({ name, namespace }) => add(secrets, name, namespace));
    mesh.each('Certificate', ({ namespace, spec }) => add(secrets, spec.secretName, namespace));
    mesh.each('external-secrets.io/ExternalSecret', ({ name, namespace, spec }) => add(secrets, spec.target?.name ?? name, namespace));
    mesh.each('bitnami.com/SealedSecret', ({ name, namespace }) => add(secrets, name, namespace));
    mesh.each('Gateway', (gateway) => {
      const namespaces = [...new Set(mesh.gatewayPods(gateway).map(({ namespace }) => namespace))];
      list(gateway.spec.servers).forEach(({ tls }, i) => {
        const name = tls?.credentialName;
        const found = typeof name === 'string' ? secrets.get(name) ?? [] : [];
        const declared = (namespace: string) => mesh.external('secret', `${namespace}/${name}`) || mesh.external('namespace', namespace);
        const fine = namespaces.some((namespace) => found.includes(namespace) || declared(namespace)) || namespaces.length === 0;
        // A name with a slash, or of another scheme, is of a kind that Istio resolves itself.
        if (typeof name === 'string' && /^[a-z0-9.-]+$/.test(name) && !fine) {
          report(gateway, `spec.servers[${i}].tls.credentialName`, `the TLS Secret "${name}" must be in the namespace of the gateway's pods, ${names(namespaces)}, and `
            + `${found.length > 0 ? `is in ${names(found)}; move it` : `the app has none; create it there, or declare External.secret("${namespaces[0]}", "${name}") if an operator does`}`);
        }
      });
    });
  },
};
