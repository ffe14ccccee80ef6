import { differsByPort, peerAuthenticationOf, workloadsOf } from '../policies';
import { list } from '../resource';
import { Rule } from '../rule';

const FIELDS = ['principals', 'notPrincipals', 'namespaces', 'notNamespaces', 'serviceAccounts', 'notServiceAccounts'];

export const identityWithoutMtls: Rule = {
  name: 'identity-without-mtls',
  level: 'error',
  codes: ['KIA0105'],
  about: 'Only mutual TLS tells who calls. Where it is off, a rule for a principal or a namespace matches nobody, and one that excludes them everybody.',
  bad: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec: { template: { metadata: { labels: { app: orders } } } }
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: { mtls: { mode: DISABLE } }
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec: { selector: { matchLabels: { app: orders } }, rules: [{ from: [{ source: { namespaces: [web] } }] }] }
`,
  good: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec: { template: { metadata: { labels: { app: orders } } } }
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: { mtls: { mode: STRICT } }
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec: { selector: { matchLabels: { app: orders } }, rules: [{ from: [{ source: { namespaces: [web] } }] }] }
`,
  check: (mesh, report) => mesh.each('AuthorizationPolicy', (policy) => list(policy.spec.rules).forEach((rule, i) => list(rule?.from).forEach(({ source }, j) => {
    const [field] = FIELDS.filter((name) => list(source?.[name]).length > 0);
    const plain = field === undefined ? undefined : workloadsOf(mesh, policy).filter((workload) => !differsByPort(mesh, workload))
      .map((workload) => peerAuthenticationOf(mesh, workload)).find((peer) => peer?.spec.mtls?.mode === 'DISABLE');
    if (plain !== undefined) {
      report(policy, `spec.rules[${i}].from[${j}].source.${field}`, `${field} are known by mutual TLS only, which the PeerAuthentication ${plain.namespace}/${plain.name} switches off; make it STRICT, or match otherwise`);
    }
  }))),
};
