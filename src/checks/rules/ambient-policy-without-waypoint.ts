import { hasTargets, httpFieldsOf, isAmbient } from '../policies';
import { list } from '../resource';
import { Rule } from '../rule';

export const ambientPolicyWithoutWaypoint: Rule = {
  name: 'ambient-policy-without-waypoint',
  level: 'error',
  codes: ['KIA0110', 'KIA0109'],
  about: 'In ambient mode, a policy with a selector, or without targets, is enforced by ztunnel, which sees no HTTP. Methods, paths and tokens are enforced by a waypoint, for policies that name a target.',
  bad: `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio.io/dataplane-mode: ambient } }
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec: { selector: { matchLabels: { app: orders } }, rules: [{ to: [{ operation: { methods: [GET] } }] }] }
`,
  good: `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio.io/dataplane-mode: ambient } }
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec: { targetRefs: [{ kind: Service, group: "", name: orders }], rules: [{ to: [{ operation: { methods: [GET] } }] }] }
`,
  check: (mesh, report) => mesh.each('AuthorizationPolicy', (policy) => {
    const fields = list(policy.spec.rules).flatMap(httpFieldsOf);
    if (fields.length > 0 && isAmbient(mesh, policy.namespace) && !hasTargets(policy)) {
      report(policy, policy.spec.selector ? 'spec.selector' : 'spec', `namespace "${policy.namespace}" is in ambient mode, where ztunnel enforces this policy and cannot see ${[...new Set(fields)].join(', ')}; `
        + 'name the Service in targetRefs, and give it a waypoint');
    }
  }),
};
