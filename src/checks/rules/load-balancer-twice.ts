import { eachPolicy } from '../routes';
import { Rule } from '../rule';

export const loadBalancerTwice: Rule = {
  name: 'load-balancer-twice',
  level: 'error',
  about: 'A policy has one load balancer. The API server refuses two; where it is not asked, Istio takes the hash and forgets the other.',
  bad: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: user-service, namespace: default }
spec:
  host: user-service
  trafficPolicy: { loadBalancer: { simple: LEAST_REQUEST, consistentHash: { httpHeaderName: x-user-id } } }
`,
  good: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: user-service, namespace: default }
spec:
  host: user-service
  trafficPolicy: { loadBalancer: { consistentHash: { httpHeaderName: x-user-id } } }
`,
  check: (mesh, report) => eachPolicy(mesh, (rule, { policy, path }) => {
    const { simple, consistentHash } = policy.loadBalancer ?? {};
    if (simple !== undefined && consistentHash !== undefined) {
      report(rule, `${path}.loadBalancer`, `both simple: ${simple} and consistentHash are set, and exactly one is allowed; remove one`);
    }
  }),
};
