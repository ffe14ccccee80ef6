import { add, fullHost, gatewaysOf, MESH } from '../mesh';
import { list, Resource } from '../resource';
import { Rule } from '../rule';
import { hasSidecars, waypointOf } from '../waypoints';

export const meshHostTwice: Rule = {
  name: 'mesh-host-twice',
  level: 'error',
  codes: ['IST0109', 'KIA1106'],
  about: 'Inside of the mesh, Istio takes one VirtualService a host, the oldest, and drops all others without a word. Only on a gateway are they merged.',
  bad: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ratings-timeout, namespace: default }
spec:
  hosts: [ratings]
  http: [{ route: [{ destination: { host: ratings } }], timeout: 10s }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ratings-header, namespace: default }
spec:
  hosts: [ratings.default.svc.cluster.local]
  http: [{ route: [{ destination: { host: ratings } }], headers: { response: { set: { x-served-by: ratings } } } }]
`,
  good: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ratings, namespace: default }
spec:
  hosts: [ratings]
  http: [{ route: [{ destination: { host: ratings } }], timeout: 10s, headers: { response: { set: { x-served-by: ratings } } } }]
`,
  quiet: [`
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio.io/dataplane-mode: ambient, istio.io/use-waypoint: waypoint } }
---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80 }], selector: { app: orders } }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders-admin, namespace: shop }
spec: { hosts: [orders], http: [{ match: [{ uri: { prefix: /admin } }], route: [{ destination: { host: orders } }], timeout: 60s }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec: { hosts: [orders], http: [{ route: [{ destination: { host: orders } }], timeout: 3s }] }
`, `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ratings, namespace: default }
spec:
  hosts: [ratings]
  exportTo: ['.']
  http: [{ route: [{ destination: { host: ratings } }], timeout: 10s }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ratings, namespace: edge }
spec:
  hosts: [ratings.default.svc.cluster.local]
  exportTo: ['.']
  http: [{ route: [{ destination: { host: ratings.default.svc.cluster.local } }], timeout: 5s }]
`],
  check: (mesh, report) => {
    const byHost = new Map<string, Resource[]>();
    mesh.each('VirtualService', (virtualService) => {
      // One without hosts is a delegate.
      if (gatewaysOf(virtualService).includes(MESH)) {
        new Set(list<string>(virtualService.spec.hosts).map((host) => fullHost(host, virtualService.namespace)))
          .forEach((host) => add(byHost, host, virtualService));
      }
    });
    for (const [host, virtualServices] of byHost) {
      const [service] = mesh.services.get(host) ?? [];
      if (service !== undefined && waypointOf(mesh, service.resource) !== undefined && !hasSidecars(mesh)) {
        continue; // a waypoint takes the rules of all of them
      }
      // For each namespace that sees it, the first one.
      const first = new Map<string, Resource>();
      for (const virtualService of virtualServices) {
        const seenBy = visibleIn(virtualService);
        const other = [...seenBy.includes('*') ? first.values() : [...seenBy, '*'].map((namespace) => first.get(namespace))].find((found) => found);
        if (other !== undefined && other.id !== virtualService.id) {
          report(virtualService, 'spec.hosts', `the VirtualService ${other.namespace}/${other.name} is for the host "${host}" in the mesh too, and Istio `
            + 'drops one of the two without a word; put the rules of both into one, or export each to other namespaces by exportTo');
        }
        seenBy.filter((namespace) => !first.has(namespace)).forEach((namespace) => first.set(namespace, virtualService));
      }
    }
  },
};

/** The namespaces that a resource is exported to. */
function visibleIn({ spec, namespace }: Resource): string[] {
  const exported = list<string>(spec.exportTo).map((name) => name === '.' ? namespace : name);
  return exported.length === 0 || exported.includes('*') ? ['*'] : exported;
}
