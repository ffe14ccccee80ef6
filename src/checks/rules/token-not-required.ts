import { hasTargets, selectorOf, workloadsOf } from '../policies';
import { list } from '../resource';
import { Rule } from '../rule';

export const tokenNotRequired: Rule = {
  name: 'token-not-required',
  level: 'warning',
  about: 'A RequestAuthentication refuses wrong tokens. A request without any token passes, until an AuthorizationPolicy asks for one.',
  bad: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec: { template: { metadata: { labels: { app: orders } } } }
---
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: orders, namespace: shop }
spec: { selector: { matchLabels: { app: orders } }, jwtRules: [{ issuer: https://accounts.example.com }] }
`,
  good: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec: { template: { metadata: { labels: { app: orders } } } }
---
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: orders, namespace: shop }
spec: { selector: { matchLabels: { app: orders } }, jwtRules: [{ issuer: https://accounts.example.com }] }
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec: { selector: { matchLabels: { app: orders } }, rules: [{ from: [{ source: { requestPrincipals: ["*"] } }] }] }
`,
  check: (mesh, report) => {
    // Somebody asks for a token: which one, and whether it is for the same workloads, is left open.
    const asks = new Set(mesh.kind('AuthorizationPolicy').filter(({ spec }) => /requestPrincipals|notRequestPrincipals|request\.auth/i.test(JSON.stringify(spec.rules ?? []))
      || spec.action === 'CUSTOM').map(({ namespace }) => namespace));
    const routed = mesh.kind('VirtualService').some(({ spec }) => JSON.stringify(spec.http ?? []).includes('@request.auth'));
    mesh.each('RequestAuthentication', (authentication) => {
      const inApp = !hasTargets(authentication) && workloadsOf(mesh, authentication).length > 0;
      if (inApp && list(authentication.spec.jwtRules).length > 0 && !asks.has(authentication.namespace) && !asks.has('istio-system') && !routed) {
        const who = selectorOf(authentication).map(([key, value]) => `${key}=${value}`).join(', ') || 'the namespace';
        report(authentication, 'spec.jwtRules', `no AuthorizationPolicy asks for a token of ${who}, so requests without one pass; add a policy that allows requestPrincipals ["*"] only`);
      }
    });
  },
};
