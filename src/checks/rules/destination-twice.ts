import { fullHost } from '../mesh';
import { list } from '../resource';
import { eachHttpRoute } from '../routes';
import { Rule } from '../rule';

export const destinationTwice: Rule = {
  name: 'destination-twice',
  level: 'warning',
  codes: ['KIA1105'],
  about: 'A split between a destination and itself is none: most often one of the two was meant to be another subset.',
  bad: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: default }
spec:
  hosts: [reviews]
  http:
    - route:
        - { destination: { host: reviews-v1 }, weight: 90 }
        - { destination: { host: reviews-v1 }, weight: 10 }
`,
  good: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: default }
spec:
  hosts: [reviews]
  http:
    - route:
        - { destination: { host: reviews-v1 }, weight: 90 }
        - { destination: { host: reviews-v2 }, weight: 10 }
`,
  check: (mesh, report) => eachHttpRoute(mesh, (virtualService, { route }, path) => {
    const seen = new Set<string>();
    list(route).forEach(({ destination, headers }, i) => {
      const { host, subset = '', port } = destination;
      // Some write one twice to give a share of the answers another header.
      const key = JSON.stringify([fullHost(host, virtualService.namespace), subset, port?.number, headers]);
      if (seen.has(key)) {
        report(virtualService, `${path}.route[${i}]`, `${host}${subset && ` subset ${subset}`} is a destination of this rule already; name the other one, or add the weights up`);
      }
      seen.add(key);
    });
  }),
};
