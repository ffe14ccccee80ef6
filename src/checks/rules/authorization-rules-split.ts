import { list } from '../resource';
import { Rule } from '../rule';

/** What anybody may ask for. */
const OPEN = /^\*?\/?(health|ready|live|status|stats|metrics|ping|wait-for-drain|favicon|\.well-known)/;

export const authorizationRulesSplit: Rule = {
  name: 'authorization-rules-split',
  level: 'warning',
  about: 'The rules of a policy are alternatives. The caller in one and the operation in another let that caller do anything, and anybody do that operation.',
  bad: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: frontend-ingress, namespace: default }
spec:
  selector: { matchLabels: { app: frontend } }
  action: ALLOW
  rules:
    - from: [{ source: { principals: [cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account] } }]
    - to: [{ operation: { methods: [GET, POST], paths: ["/api/*"] } }]
`,
  good: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: frontend-ingress, namespace: default }
spec:
  selector: { matchLabels: { app: frontend } }
  action: ALLOW
  rules:
    - from: [{ source: { principals: [cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account] } }]
      to: [{ operation: { methods: [GET, POST], paths: ["/api/*"] } }]
`,
  quiet: [`
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: frontend-ingress, namespace: default }
spec:
  rules:
    - from: [{ source: { principals: [cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account] } }]
    - to: [{ operation: { methods: [GET], paths: [/healthz, "*/ready"] } }]
`, `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: workers, namespace: default }
spec:
  rules:
    - from: [{ source: { principals: [cluster.local/ns/default/sa/default-editor] } }]
    - to: [{ operation: { ports: ["6379", "6380"] } }]
`],
  check: (mesh, report) => mesh.each('AuthorizationPolicy', (policy) => {
    const rules = list(policy.spec.rules);
    const only = (field: string) => rules.findIndex((rule) => list(rule?.[field]).length > 0 && Object.keys(rule).length === 1);
    const [from, to] = [only('from'), only('to')];
    if (rules.length === 2 && from >= 0 && to >= 0 && ['ALLOW', undefined].includes(policy.spec.action)) {
      const operations = list(rules[to].to).map(({ operation }) => operation ?? {});
      const paths = operations.flatMap((operation) => list<string>(operation.paths));
      const ports = operations.every((operation) => Object.keys(operation).join() === 'ports'); // which are open to anybody on purpose
      if (!ports && (paths.length === 0 || !paths.every((path) => OPEN.test(path)))) {
        report(policy, 'spec.rules', `spec.rules[${from}] limits only the caller and spec.rules[${to}] only the operation, and rules are alternatives: any caller may do what spec.rules[${to}] says, `
          + `and the caller of spec.rules[${from}] everything; put from and to into one rule`);
      }
    }
  }),
};
