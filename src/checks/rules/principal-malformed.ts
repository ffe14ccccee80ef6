import { list } from '../resource';
import { Rule } from '../rule';

export const principalMalformed: Rule = {
  name: 'principal-malformed',
  level: 'warning',
  about: 'A principal is <trust domain>/ns/<namespace>/sa/<service account>, with one * at its beginning or its end at most. In any other form it is nobody: an ALLOW rule lets nobody in, a DENY rule keeps nobody out.',
  bad: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec: { rules: [{ from: [{ source: { principals: ["cluster.local/ns/*/sa/web"] } }] }] }
`,
  good: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec: { rules: [{ from: [{ source: { principals: ["*/sa/web"] } }] }] }
`,
  more: [`
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec: { rules: [{ from: [{ source: { principals: [spiffe://cluster.local/ns/web/sa/web] } }] }] }
`, `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec: { rules: [{ when: [{ key: source.principal, values: [web] }] }] }
`, `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec: { rules: [{ from: [{ source: { requestPrincipals: ["*/*"] } }] }] }
`, `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec: { rules: [{ from: [{ source: { requestPrincipals: [accounts.example.com] } }] }] }
`],
  quiet: [`
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec:
  rules:
    - from: [{ source: { principals: ["*", "cluster.local/ns/web/*"], requestPrincipals: ["*", "https://accounts.example.com/*"] } }]
`],
  check: (mesh, report) => mesh.each('AuthorizationPolicy', (policy) => list(policy.spec.rules).forEach((rule, i) => {
    const look = (values: string[] | undefined, path: string, mistake: (value: string) => string | undefined) => {
      list(values).map(String).forEach((value, k) => {
        const reason = mistake(value);
        if (reason !== undefined) {
          report(policy, `${path}[${k}]`, `"${value}" is nobody: ${reason}`);
        }
      });
    };
    list(rule?.from).forEach(({ source }, j) => {
      ['principals', 'notPrincipals'].forEach((field) => look(source?.[field], `spec.rules[${i}].from[${j}].source.${field}`, inPrincipal));
      ['requestPrincipals', 'notRequestPrincipals'].forEach((field) => look(source?.[field], `spec.rules[${i}].from[${j}].source.${field}`, inRequestPrincipal));
    });
    list(rule?.when).forEach(({ key, values, notValues }, j) => {
      const mistake = key === 'source.principal' ? inPrincipal : key === 'request.auth.principal' ? inRequestPrincipal : undefined;
      if (mistake !== undefined) {
        look(values, `spec.rules[${i}].when[${j}].values`, mistake);
        look(notValues, `spec.rules[${i}].when[${j}].notValues`, mistake);
      }
    });
  })),
};

function inPrincipal(value: string): string | undefined {
  if (value.startsWith('spiffe://')) {
    return 'Istio puts spiffe:// before it itself; leave it out';
  }
  if (/^system:serviceaccount:/.test(value) || !value.includes('/') && !value.includes('*') || value.startsWith('ns/')) {
    return 'a principal is <trust domain>/ns/<namespace>/sa/<service account>; write cluster.local/ns/... in full, or use serviceAccounts';
  }
  if (value.slice(value.startsWith('*') ? 1 : 0, value.startsWith('*') ? undefined : -1).includes('*')) {
    return 'a "*" that is not the only one, at its beginning or its end, is taken for the character; list the principals, or use namespaces or serviceAccounts';
  }
  return undefined;
}

function inRequestPrincipal(value: string): string | undefined {
  if (!value.includes('/') && !value.includes('*')) {
    return 'the principal of a token is <issuer>/<subject>; add the subject, or "/*" for any';
  }
  if (value.startsWith('*') && value.length > 1 && value.endsWith('*')) {
    return 'with a "*" at its beginning, the one at its end is taken for the character; write "*" alone for any token';
  }
  return undefined;
}
