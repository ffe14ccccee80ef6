import { list } from '../resource';
import { Rule } from '../rule';

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT']);

export const policyMethodNeverMatches: Rule = {
  name: 'policy-method-never-matches',
  level: 'warning',
  codes: ['KIA0102'],
  about: 'Methods are in upper case, and a call over gRPC is a POST. A rule for "get" or for the name of a procedure is for no request at all.',
  bad: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec: { rules: [{ to: [{ operation: { methods: [get] } }] }] }
`,
  good: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec: { rules: [{ to: [{ operation: { methods: [GET] } }] }] }
`,
  more: [`
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec: { rules: [{ to: [{ operation: { methods: [/shop.Orders/Get] } }] }] }
`],
  check: (mesh, report) => mesh.each('AuthorizationPolicy', (policy) => list(policy.spec.rules).forEach((rule, i) => list(rule?.to).forEach(({ operation }, j) => {
    for (const field of ['methods', 'notMethods']) {
      list<string>(operation?.[field]).map(String).forEach((method, k) => {
        const path = `spec.rules[${i}].to[${j}].operation.${field}[${k}]`;
        if (!METHODS.has(method) && METHODS.has(method.toUpperCase())) {
          report(policy, path, `the method "${method}" is none that a client sends, so nothing matches it; write ${method.toUpperCase()}`);
        } else if (method.startsWith('/')) {
          report(policy, path, `the method "${method}" is a path: a call over gRPC is a POST to it; put it into paths`);
        }
      });
    }
  }))),
};
