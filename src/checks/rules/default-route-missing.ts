import { gatewaysOf, MESH } from '../mesh';
import { list } from '../resource';
import { Rule } from '../rule';

/** What tells users apart, not resources: whoever routes by these means to have an answer for all others too. */
const BY_USER = new Set(['headers', 'queryParams', 'withoutHeaders', 'sourceLabels', 'sourceNamespace', 'name', 'ignoreUriCase', 'statPrefix']);

export const defaultRouteMissing: Rule = {
  name: 'default-route-missing',
  level: 'warning',
  about: 'A VirtualService takes over its host as a whole: requests that none of its rules matches get 404, where without it they would have reached the service.',
  bad: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: recommendation-service, namespace: default }
spec:
  hosts: [recommendation-service]
  http:
    - match: [{ headers: { x-canary: { exact: "true" } } }]
      route: [{ destination: { host: recommendation-service } }]
`,
  good: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: recommendation-service, namespace: default }
spec:
  hosts: [recommendation-service]
  http:
    - match: [{ headers: { x-canary: { exact: "true" } } }]
      route: [{ destination: { host: recommendation-service-v2 } }]
    - route: [{ destination: { host: recommendation-service } }]
`,
  quiet: [`
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: files, namespace: default }
spec:
  hosts: [files]
  http: [{ match: [{ uri: { prefix: /public } }], route: [{ destination: { host: files } }] }]
`],
  check: (mesh, report) => mesh.each('VirtualService', (virtualService) => {
    const routes = list(virtualService.spec.http);
    const matches = routes.flatMap((route) => list(route.match).length === 0 ? [{}] : list(route.match));
    const byUser = (match: any) => match.headers !== undefined && Object.keys(match).every((key) => BY_USER.has(key));
    // What excludes a header may be the other half of what asks for it.
    const halves = matches.some(({ headers, withoutHeaders }) => withoutHeaders || Object.values(headers ?? {}).some((value: any) => value?.regex));
    const inMesh = gatewaysOf(virtualService).includes(MESH) && list(virtualService.spec.hosts).length > 0;
    if (routes.length > 0 && !halves && inMesh && matches.every(byUser)) {
      report(virtualService, 'spec.http', `every rule has a match, so requests without ${headerNames(matches)} get 404; add a last rule without a match`);
    }
  }),
};

function headerNames(matches: any[]): string {
  return [...new Set(matches.flatMap(({ headers }) => Object.keys(headers)))].map((name) => `"${name}"`).join(' or ');
}
