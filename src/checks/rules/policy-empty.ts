import { entries } from '../resource';
import { eachPolicy } from '../routes';
import { Rule } from '../rule';

export const policyEmpty: Rule = {
  name: 'policy-empty',
  level: 'error',
  codes: ['IST0106'],
  about: 'Istio refuses a traffic policy with nothing in it.',
  bad: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: recommendation-service, namespace: default }
spec:
  host: recommendation-service
  subsets: [{ name: v1, labels: { version: v1 }, trafficPolicy: {} }]
`,
  good: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: recommendation-service, namespace: default }
spec:
  host: recommendation-service
  subsets: [{ name: v1, labels: { version: v1 } }]
`,
  check: (mesh, report) => eachPolicy(mesh, (rule, { policy, path, around }) => {
    if (around === undefined && entries(policy).length === 0) {
      report(rule, path, 'the traffic policy is empty, and Istio requires at least one field; leave it out, or set one');
    }
  }),
};
