import { add, ROOT_NAMESPACE } from '../mesh';
import { hasTargets, selectorOf } from '../policies';
import { entries, list, names, Resource } from '../resource';
import { Rule } from '../rule';

export const allowAllOverrides: Rule = {
  name: 'allow-all-overrides',
  level: 'warning',
  about: 'A request passes if any ALLOW policy allows it. One that allows everything makes the other ALLOW policies for the same workloads, and the other rules of its own, void.',
  bad: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: default, namespace: shop }
spec: { rules: [{}] }
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec: { selector: { matchLabels: { app: orders } }, rules: [{ from: [{ source: { namespaces: [web] } }] }] }
`,
  good: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: default, namespace: shop }
spec: {}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec: { selector: { matchLabels: { app: orders } }, rules: [{ from: [{ source: { namespaces: [web] } }] }] }
`,
  more: [`
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec: { selector: { matchLabels: { app: orders } }, rules: [{ from: [{ source: { namespaces: [web] } }] }, {}] }
`],
  quiet: [`
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: web, namespace: shop }
spec: { selector: { matchLabels: { app: web } }, rules: [{}] }
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec: { selector: { matchLabels: { app: orders } }, rules: [{ from: [{ source: { namespaces: [web] } }] }] }
`],
  check: (mesh, report) => {
    const limiting = new Map<string, Resource[]>();
    const open: Resource[] = [];
    mesh.each('AuthorizationPolicy', (policy) => {
      const { action = 'ALLOW', rules } = policy.spec;
      if (action !== 'ALLOW' || list(rules).length === 0 || hasTargets(policy) || policy.annotation('istio.io/dry-run') === 'true') {
        return;
      }
      if (list(rules).some((rule) => entries(rule).length === 0)) {
        open.push(policy);
      } else {
        [policy.namespace, '', `${policy.namespace} ${labels(policy)}`, ` ${labels(policy)}`].forEach((scope) => add(limiting, scope, policy));
      }
    });
    for (const policy of open) {
      const namespace = policy.namespace === ROOT_NAMESPACE ? '' : policy.namespace;
      const others = limiting.get(selectorOf(policy).length === 0 ? namespace : `${namespace} ${labels(policy)}`) ?? [];
      const own = list(policy.spec.rules).length - 1;
      if (others.length > 0 || own > 0) {
        const i = list(policy.spec.rules).findIndex((rule) => entries(rule).length === 0);
        report(policy, `spec.rules[${i}]`, 'the empty rule allows every request, so that '
          + (others.length > 0 ? `what the other ALLOW policies (${names(others.map(({ name }) => name))}) say has no effect` : 'the other rules have no effect') + '; remove it');
      }
    }
  },
};

function labels(policy: Resource): string {
  return JSON.stringify(selectorOf(policy).sort(([a], [b]) => a < b ? -1 : 1));
}
