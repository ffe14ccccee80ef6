import { list } from '../resource';
import { Rule } from '../rule';

export const policyPathNeverMatches: Rule = {
  name: 'policy-path-never-matches',
  level: 'warning',
  about: 'A path in an AuthorizationPolicy is exact, or has one * at its end or its beginning. Anything else is taken letter by letter: an ALLOW rule lets nobody in, a DENY rule keeps nobody out.',
  bad: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec: { action: DENY, rules: [{ to: [{ operation: { paths: ["/api/*/internal"], ports: ["80"] } }] }] }
`,
  good: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec: { action: DENY, rules: [{ to: [{ operation: { paths: ["/api/{*}/internal"], ports: ["80"] } }] }] }
`,
  more: [`
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec: { rules: [{ to: [{ operation: { paths: ["/api/.*"] } }] }] }
`, `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec: { rules: [{ to: [{ operation: { notPaths: [healthz] } }] }] }
`, `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec: { rules: [{ to: [{ operation: { paths: ["/search?q=*"] } }] }] }
`],
  quiet: [`
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec: { rules: [{ to: [{ operation: { paths: ["/api/*", "*/info", "*", "/reports/{**}", "/shop.Orders/Get"] } }] }] }
`],
  check: (mesh, report) => mesh.each('AuthorizationPolicy', (policy) => list(policy.spec.rules).forEach((rule, i) => list(rule?.to).forEach(({ operation }, j) => {
    for (const field of ['paths', 'notPaths']) {
      list<string>(operation?.[field]).forEach((path, k) => {
        const reason = mistake(String(path));
        if (reason !== undefined) {
          report(policy, `spec.rules[${i}].to[${j}].operation.${field}[${k}]`, `the path "${path}" matches no request as it stands: ${reason}`);
        }
      });
    }
  }))),
};

function mistake(path: string): string | undefined {
  if (path.includes('?')) {
    return 'the query is no part of the path; leave it out';
  }
  if (!/^[/*{]/.test(path) && path !== '') {
    return 'a path begins with "/"; write it so, or begin with "*"';
  }
  if (path.endsWith('.*')) {
    return 'it is no regular expression, and only paths that go on with a dot match it; end it with "*" alone';
  }
  if (!/[{}]/.test(path) && path.slice(path.startsWith('*') ? 1 : 0, path.startsWith('*') ? undefined : -1).includes('*')) {
    return 'a "*" that is not the only one, at its end or its beginning, is taken for the character; write "{*}" for one segment, or "{**}"';
  }
  return undefined;
}
