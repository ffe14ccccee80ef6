import { list } from '../resource';
import { Rule } from '../rule';

export const allowWithoutRules: Rule = {
  name: 'allow-without-rules',
  level: 'warning',
  about: 'An ALLOW policy without rules allows nothing: every request that no other policy allows is refused. One empty rule, {}, allows everything.',
  bad: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: allow-all, namespace: shop }
spec: { action: ALLOW }
`,
  good: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: allow-all, namespace: shop }
spec: { action: ALLOW, rules: [{}] }
`,
  quiet: [`
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: allow-nothing, namespace: shop }
spec: {}
`],
  // To refuse everything by such a policy is good practice: only the name tells that it was not meant.
  check: (mesh, report) => mesh.each('AuthorizationPolicy', (policy) => {
    const { action = 'ALLOW', rules } = policy.spec;
    if (action === 'ALLOW' && list(rules).length === 0 && /allow|permit/.test(policy.name) && !/noth|none|deny|block|dis|only|not/.test(policy.name)) {
      report(policy, 'spec.rules', `the policy "${policy.name}" has no rules, so it allows nothing and requests are refused; write rules: [{}] to allow everything, or the rules you mean`);
    }
  }),
};
