import { fullHost, shortHost } from '../mesh';
import { list } from '../resource';
import { Rule } from '../rule';

export const subsetPolicyUnused: Rule = {
  name: 'subset-policy-unused',
  level: 'warning',
  about: 'The policy of a subset holds for requests that a route sends to that subset. Where no route names it, its limits are in force for nobody.',
  bad: `
apiVersion: v1
kind: Service
metadata: { name: reviews, namespace: default }
spec: { ports: [{ name: http, port: 80 }], selector: { app: reviews } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews, namespace: default }
spec:
  host: reviews
  subsets: [{ name: v1, labels: { version: v1 }, trafficPolicy: { connectionPool: { tcp: { maxConnections: 100 }, http: { http1MaxPendingRequests: 50 } } } }]
`,
  good: `
apiVersion: v1
kind: Service
metadata: { name: reviews, namespace: default }
spec: { ports: [{ name: http, port: 80 }], selector: { app: reviews } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews, namespace: default }
spec:
  host: reviews
  trafficPolicy: { connectionPool: { tcp: { maxConnections: 100 }, http: { http1MaxPendingRequests: 50 } } }
  subsets: [{ name: v1, labels: { version: v1 } }]
`,
  check: (mesh, report) => mesh.each('DestinationRule', (rule) => {
    const host = fullHost(rule.spec.host, rule.namespace);
    const routed = new Set(mesh.targetsOfHost(host).map(({ subset }) => subset));
    const ours = mesh.services.has(host) || routed.size > 0;
    const otherRoutes = mesh.kind('gateway.networking.k8s.io/HTTPRoute').length > 0 || mesh.kind('Rollout').length > 0 || mesh.externalHost(host);
    if (!ours || otherRoutes || host.includes('*')) {
      return;
    }
    list(rule.spec.subsets).forEach(({ name, trafficPolicy }, i) => {
      if (trafficPolicy && Object.keys(trafficPolicy).length > 0 && !routed.has(name)) {
        report(rule, `spec.subsets[${i}].trafficPolicy`, `the policy of subset "${name}" is never used: no route names ${shortHost(host)} subset "${name}"; `
          + 'move it to the top-level trafficPolicy, or route to the subset');
      }
    });
  }),
};
