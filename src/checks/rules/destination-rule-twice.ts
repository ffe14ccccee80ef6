import { add, fullHost } from '../mesh';
import { list, Resource } from '../resource';
import { Rule } from '../rule';

export const destinationRuleTwice: Rule = {
  name: 'destination-rule-twice',
  level: 'error',
  codes: ['KIA0201'],
  about: 'Istio merges the DestinationRules of one namespace for one host. Of a second traffic policy, and of a subset of a name that is there, nothing is left.',
  bad: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: orders-limits, namespace: shop }
spec: { host: orders, trafficPolicy: { connectionPool: { http: { http2MaxRequests: 100 } } } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: orders-balance, namespace: shop }
spec: { host: orders.shop.svc.cluster.local, trafficPolicy: { loadBalancer: { simple: RANDOM } } }
`,
  good: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: orders, namespace: shop }
spec: { host: orders, trafficPolicy: { loadBalancer: { simple: RANDOM }, connectionPool: { http: { http2MaxRequests: 100 } } } }
`,
  more: [`
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: a, namespace: shop }
spec: { host: orders, subsets: [{ name: v1, labels: { version: v1 } }] }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: b, namespace: shop }
spec: { host: orders, subsets: [{ name: v1, labels: { version: v1-1 } }] }
`],
  quiet: [`
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: a, namespace: shop }
spec: { host: orders, subsets: [{ name: v1, labels: { version: v1 } }] }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: b, namespace: shop }
spec: { host: orders, subsets: [{ name: v2, labels: { version: v2 } }] }
`],
  check: (mesh, report) => {
    const groups = new Map<string, Resource[]>();
    mesh.each('DestinationRule', (rule) => {
      if (rule.spec.workloadSelector === undefined) {
        const exported = list<string>(rule.spec.exportTo).map((name) => name === '.' ? rule.namespace : name).sort().join() || '*';
        add(groups, `${rule.namespace} ${exported} ${fullHost(rule.spec.host, rule.namespace)}`, rule);
      }
    });
    for (const rules of groups.values()) {
      let policy: Resource | undefined;
      const subsets = new Map<string, Resource>();
      for (const rule of rules) {
        const lost: [path: string, what: string, other: Resource][] = [];
        if (rule.spec.trafficPolicy) {
          if (policy !== undefined) {
            lost.push(['spec.trafficPolicy', 'the traffic policy', policy]);
          }
          policy ??= rule;
        }
        list(rule.spec.subsets).forEach(({ name }, i) => {
          const other = subsets.get(name);
          if (other !== undefined && other !== rule) {
            lost.push([`spec.subsets[${i}]`, `subset "${name}"`, other]);
          }
          subsets.set(name, other ?? rule);
        });
        if (lost.length > 0 && lost[0][2].id !== rule.id) {
          const [path, what, other] = lost[0];
          report(rule, path, `the DestinationRule ${other.namespace}/${other.name} is for "${rule.spec.host}" too, and of ${what} Istio keeps only the one of the older; put both into one`);
        }
      }
    }
  },
};
