import { ROOT_NAMESPACE } from '../mesh';
import { selectorOf } from '../policies';
import { entries, list } from '../resource';
import { eachHttpRoute } from '../routes';
import { Rule } from '../rule';
import { hasLabels, Workload } from '../workload';

export const claimsUnverified: Rule = {
  name: 'claims-unverified',
  level: 'error',
  codes: ['IST0149'],
  about: 'A rule for the claims of a token matches only where a RequestAuthentication has the gateway verify tokens. Without one, it takes no request.',
  bad: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: edge, namespace: infra }
spec: { template: { metadata: { labels: { istio: ingress } } } }
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: edge, namespace: infra }
spec: { selector: { istio: ingress }, servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: ["*/shop.example.com"] }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: shop, namespace: shop }
spec:
  hosts: [shop.example.com]
  gateways: [infra/edge]
  http:
    - match: [{ headers: { "@request.auth.claims.group": { exact: beta } } }]
      route: [{ destination: { host: shop-beta } }]
    - route: [{ destination: { host: shop } }]
`,
  good: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: edge, namespace: infra }
spec: { template: { metadata: { labels: { istio: ingress } } } }
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: edge, namespace: infra }
spec: { selector: { istio: ingress }, servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: ["*/shop.example.com"] }] }
---
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: edge, namespace: infra }
spec: { selector: { matchLabels: { istio: ingress } }, jwtRules: [{ issuer: https://accounts.example.com }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: shop, namespace: shop }
spec:
  hosts: [shop.example.com]
  gateways: [infra/edge]
  http:
    - match: [{ headers: { "@request.auth.claims.group": { exact: beta } } }]
      route: [{ destination: { host: shop-beta } }]
    - route: [{ destination: { host: shop } }]
`,
  check: (mesh, report) => {
    const byNamespace = mesh.once('request authentications', () => mesh.group('RequestAuthentication', ({ namespace }) => namespace));
    const verifies = ({ labels, namespace }: Workload) => [ROOT_NAMESPACE, namespace].flatMap((home) => byNamespace.get(home) ?? [])
      .some((policy) => hasLabels({ labels }, selectorOf(policy)));
    eachHttpRoute(mesh, (virtualService, route, path) => list(route.match).forEach((match, i) => {
      const [claim] = [...entries(match?.headers), ...entries(match?.withoutHeaders)].map(([key]) => key).filter((key) => key.startsWith('@request.auth.claims'));
      if (claim === undefined) {
        return;
      }
      for (const name of list<string>(virtualService.spec.gateways)) {
        const gateway = mesh.gateway(name.includes('/') ? name : `${virtualService.namespace}/${name}`);
        const pods = gateway === undefined ? [] : mesh.gatewayPods(gateway);
        if (pods.length > 0 && !pods.some(verifies) && !mesh.external('namespace', pods[0].namespace)) {
          report(virtualService, `${path}.match[${i}]`, `the rule asks for ${claim}, and no RequestAuthentication verifies tokens at the gateway "${name}" (${pods[0].resource.kind} `
            + `${pods[0].namespace}/${pods[0].resource.name}), so it takes no request; add one in namespace "${pods[0].namespace}"`);
          return;
        }
      }
    }));
  },
};
