import { Mesh } from '../mesh';
import { list } from '../resource';
import { Rule } from '../rule';

export const principalUnknown: Rule = {
  name: 'principal-unknown',
  level: 'warning',
  codes: ['KIA0106'],
  about: 'A rule for a service account that nobody runs as lets nobody in.',
  bad: `
apiVersion: v1
kind: ServiceAccount
metadata: { name: order-service, namespace: prod }
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: payment, namespace: prod }
spec: { rules: [{ from: [{ source: { principals: [cluster.local/ns/prod/sa/orders] } }] }] }
`,
  good: `
apiVersion: v1
kind: ServiceAccount
metadata: { name: order-service, namespace: prod }
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: payment, namespace: prod }
spec: { rules: [{ from: [{ source: { principals: [cluster.local/ns/prod/sa/order-service] } }] }] }
`,
  more: [`
apiVersion: apps/v1
kind: Deployment
metadata: { name: istio-ingress, namespace: istio-ingress }
spec:
  template:
    metadata: { labels: { istio: ingress }, annotations: { inject.istio.io/templates: gateway } }
    spec: { serviceAccountName: istio-ingress, containers: [{ name: istio-proxy, image: auto }] }
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: frontend-ingress, namespace: default }
spec: { rules: [{ from: [{ source: { principals: [cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account] } }] }] }
`],
  check: (mesh, report) => {
    const [accounts, namespaces] = known(mesh);
    const gateways = mesh.workloads.filter(({ annotations }) => annotations['inject.istio.io/templates'] === 'gateway');
    mesh.each('AuthorizationPolicy', (policy) => list(policy.spec.rules).forEach((rule, i) => list(rule?.from).forEach(({ source }, j) => {
      list<string>(source?.principals).forEach((principal, k) => {
        const [, namespace, name] = /^[^*/]+\/ns\/([^*/]+)\/sa\/([^*/]+)$/.exec(principal) ?? [];
        const id = `${namespace}/${name}`;
        if (namespace === undefined || accounts.has(id) || name === 'default' || mesh.external('service-account', id) || mesh.external('namespace', namespace)) {
          return;
        }
        const path = `spec.rules[${i}].from[${j}].source.principals[${k}]`;
        if (namespaces.has(namespace)) {
          report(policy, path, `the principal "${principal}" is no service account of this app, though it has others of namespace "${namespace}", so the rule lets nobody in; `
            + `correct it, or declare External.serviceAccount("${namespace}", "${name}")`);
        } else if (/ingress-?gateway/.test(name) && gateways.length > 0) {
          const { namespace: home, pod } = gateways[0];
          report(policy, path, `the principal "${principal}" is not that of this app's gateway, which runs as cluster.local/ns/${home}/sa/${pod.serviceAccountName ?? 'default'}, so the rule `
            + `lets none of its traffic in; name that one, or declare External.serviceAccount("${namespace}", "${name}")`);
        }
      });
    })));
  },
};

/** The service accounts of the app, and the namespaces of which it has ServiceAccounts. */
function known(mesh: Mesh): [Set<string>, Set<string>] {
  const declared = mesh.kind('ServiceAccount').map(({ namespace, name }) => `${namespace}/${name}`);
  const used = mesh.workloads.filter(({ pod }) => pod.serviceAccountName).map(({ namespace, pod }) => `${namespace}/${pod.serviceAccountName}`);
  return [new Set([...declared, ...used]), mesh.namespacesWith('ServiceAccount')];
}
