import { list } from '../resource';
import { eachHttpRoute } from '../routes';
import { Rule } from '../rule';

export const matchAlternatives: Rule = {
  name: 'match-alternatives',
  level: 'warning',
  about: 'The entries of a match are alternatives. A path in one entry and a header in another one let through every path with that header, and that path without the header.',
  bad: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: api-routing, namespace: default }
spec:
  hosts: [api.example.com]
  gateways: [istio-system/main-gateway]
  http:
    - match:
        - uri: { prefix: /api/v1/users }
        - headers: { x-api-version: { exact: v1 } }
      route: [{ destination: { host: user-service, port: { number: 8080 } } }]
`,
  good: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: api-routing, namespace: default }
spec:
  hosts: [api.example.com]
  gateways: [istio-system/main-gateway]
  http:
    - match:
        - uri: { prefix: /api/v1/users }
          headers: { x-api-version: { exact: v1 } }
      route: [{ destination: { host: user-service, port: { number: 8080 } } }]
`,
  quiet: [`
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: api-routing, namespace: default }
spec:
  hosts: [api.example.com]
  gateways: [istio-system/main-gateway]
  http:
    - match: [{ uri: { prefix: /v1 } }, { uri: { prefix: /v2 } }]
      route: [{ destination: { host: user-service } }]
`],
  check: (mesh, report) => eachHttpRoute(mesh, (virtualService, { match }, path) => {
    const fields = list(match).map((entry) => Object.keys(entry).filter((key) => key !== 'name' && key !== 'ignoreUriCase'));
    // Entries that share no field: each says what the other leaves open.
    const [one, other] = fields.map((keys) => keys.length === 1 ? keys[0] : undefined);
    if (fields.length === 2 && one !== undefined && other !== undefined && one !== other && [one, other].includes('uri') && /headers|method|queryParams/.test(`${one} ${other}`)) {
      report(virtualService, `${path}.match`, `the match has two entries, one with ${one} and one with ${other}, and entries are alternatives: any request with that `
        + `${one === 'uri' ? other : one} matches, whatever its path; if you mean both, write them in one entry, if either, give each a rule of its own`);
    }
  }),
};
