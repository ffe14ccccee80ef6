import { Mesh } from '../mesh';
import { meshConfigs } from '../mesh-config';
import { list, names } from '../resource';
import { Rule } from '../rule';

export const trustDomainUnknown: Rule = {
  name: 'trust-domain-unknown',
  level: 'warning',
  codes: ['KIA0108'],
  about: 'A principal begins with the trust domain of the mesh, one of its aliases, or cluster.local, which Istio takes for any of them. No caller has one of another trust domain, unless it comes from another mesh.',
  bad: `
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data:
  mesh: |
    trustDomain: prod.example.com
    trustDomainAliases: [old.example.com]
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec: { rules: [{ from: [{ source: { principals: [example.com/ns/shop/sa/frontend] } }] }] }
`,
  good: `
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data:
  mesh: |
    trustDomain: prod.example.com
    trustDomainAliases: [old.example.com]
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec: { rules: [{ from: [{ source: { principals: [prod.example.com/ns/shop/sa/frontend, cluster.local/ns/shop/sa/checkout, old.example.com/ns/shop/sa/cart, "*/ns/shop/sa/jobs"] } }] }] }
`,
  more: [`
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata: { name: istio, namespace: istio-system, annotations: { galley.istio.io/analyze-suppress: operator-resource } }
spec: { meshConfig: { trustDomain: prod.example.com } }
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec: { action: DENY, rules: [{ when: [{ key: source.principal, notValues: [prod/ns/shop/sa/frontend] }] }] }
`],
  quiet: [`
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data: { mesh: "accessLogFile: /dev/stdout" }
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec: { rules: [{ from: [{ source: { principals: [example.com/ns/shop/sa/frontend] } }] }] }
`],
  check: (mesh, report) => {
    const known = trustDomains(mesh);
    if (known === undefined) {
      return;
    }
    mesh.each('AuthorizationPolicy', (policy) => list(policy.spec.rules).forEach((rule, i) => {
      const look = (values: string[] | undefined, path: string) => list<string>(values).forEach((principal, k) => {
        const [, domain] = /^([^*/]+)\/ns\//.exec(principal) ?? [];
        if (domain !== undefined && !known.has(domain)) {
          report(policy, `${path}[${k}]`, `the principal "${principal}" has the trust domain "${domain}", which is none of this mesh (${names(known)}), so no caller in it is that; `
            + 'correct it, or write cluster.local for the mesh\'s own');
        }
      });
      list(rule?.from).forEach(({ source }, j) => ['principals', 'notPrincipals'].forEach((field) => look(source?.[field], `spec.rules[${i}].from[${j}].source.${field}`)));
      list(rule?.when).forEach((condition, j) => condition?.key === 'source.principal'
        && ['values', 'notValues'].forEach((field) => look(condition[field], `spec.rules[${i}].when[${j}].${field}`)));
    }));
  },
};

/** The trust domains of the mesh; undefined where the app does not say, or trusts other meshes. */
function trustDomains(mesh: Mesh): Set<string> | undefined {
  const configs = meshConfigs(mesh);
  const words = (path: string) => configs.flatMap((config) => config.get(path)?.match(/[\w.-]*\w/g) ?? []);
  const own = words('trustDomain');
  return own.length === 0 || words('caCertificates').length > 0 ? undefined : new Set([...own, ...words('trustDomainAliases'), 'cluster.local']);
}
