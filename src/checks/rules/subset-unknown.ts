import { shortHost } from '../mesh';
import { list, names } from '../resource';
import { Rule } from '../rule';

export const subsetUnknown: Rule = {
  name: 'subset-unknown',
  level: 'error',
  codes: ['IST0101', 'KIA1107'],
  about: 'A route to a subset that no DestinationRule of the host defines answers every request with 503.',
  bad: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: goods-service, namespace: shop }
spec:
  hosts: [goods-service]
  http:
    - route:
        - { destination: { host: goods-service, subset: v1 }, weight: 80 }
        - { destination: { host: goods-service, subset: v3 }, weight: 20 }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: goods-service, namespace: shop }
spec:
  host: goods-service
  subsets:
    - { name: v1, labels: { version: v1 } }
    - { name: v2, labels: { version: v2 } }
`,
  good: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: goods-service, namespace: shop }
spec:
  hosts: [goods-service]
  http:
    - route:
        - { destination: { host: goods-service, subset: v1 }, weight: 80 }
        - { destination: { host: goods-service, subset: v2 }, weight: 20 }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: goods-service, namespace: shop }
spec:
  host: goods-service
  subsets:
    - { name: v1, labels: { version: v1 } }
    - { name: v2, labels: { version: v2 } }
`,
  more: [`
apiVersion: v1
kind: Service
metadata: { name: ratings, namespace: shop }
spec: { ports: [{ name: http, port: 80 }], selector: { app: ratings } }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ratings, namespace: shop }
spec:
  hosts: [ratings]
  http: [{ route: [{ destination: { host: ratings, subset: v1 } }] }]
`],
  check: (mesh, report) => {
    for (const { virtualService, path, host, subset } of mesh.targets) {
      const external = mesh.externalHost(host);
      if (subset === undefined || external && !external._subsets) {
        continue;
      }
      const rules = mesh.destinationRulesCovering(host);
      const known = [...external?._subsets ?? [], ...rules.flatMap(({ spec }) => list(spec.subsets).map(({ name }) => String(name)))];
      const ours = external || rules.length > 0 || mesh.services.get(host)?.some(({ resource }) => resource.kind === 'Service');
      if (ours && !known.includes(subset)) {
        report(virtualService, `${path}.subset`, `the route names subset "${subset}" of ${shortHost(host)}, but no DestinationRule for it defines that `
          + `(subsets known: ${names(known)}), so every request would get 503; add the subset to a DestinationRule, or route without a subset`);
      }
    }
  },
};
