import { shortHost } from '../mesh';
import { Rule } from '../rule';

export const subsetElsewhere: Rule = {
  name: 'subset-elsewhere',
  level: 'warning',
  codes: ['IST0101', 'KIA1107'],
  about: 'A route to a subset works only once a DestinationRule defines that. The app has neither the DestinationRule nor the service, and does not say that they stand elsewhere.',
  bad: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ratings }
spec:
  hosts: [ratings]
  http: [{ route: [{ destination: { host: ratings, subset: v1 } }], timeout: 10s }]
`,
  good: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ratings }
spec:
  hosts: [ratings]
  http: [{ route: [{ destination: { host: ratings, subset: v1 } }], timeout: 10s }]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: ratings }
spec:
  host: ratings
  subsets: [{ name: v1, labels: { version: v1 } }]
`,
  check: (mesh, report) => {
    const reported = new Set<string>();
    for (const { virtualService, path, host, subset } of mesh.targets) {
      const ours = mesh.services.get(host)?.some(({ resource }) => resource.kind === 'Service') || mesh.destinationRulesCovering(host).length > 0;
      const key = `${virtualService.id} ${host}`;
      if (subset !== undefined && !ours && !mesh.externalHost(host) && !reported.has(key)) {
        reported.add(key);
        report(virtualService, `${path}.subset`, `the route names subset "${subset}" of ${shortHost(host)}, but the app has no DestinationRule for that host, `
          + `and without one every request gets 503; add it, or declare External.host("${host}") if it stands elsewhere`);
      }
    }
  },
};
