import { Rule } from '../rule';

export const dataPlanesMixed: Rule = {
  name: 'data-planes-mixed',
  level: 'error',
  codes: ['IST0123', 'KIA1311'],
  about: 'A namespace is injected with sidecars or in ambient mode, by one revision. With two labels that disagree, one of them is without effect.',
  bad: `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled, istio.io/dataplane-mode: ambient } }
`,
  good: `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio.io/dataplane-mode: ambient } }
`,
  more: [`
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled, istio.io/rev: canary } }
`],
  check: (mesh, report) => mesh.each('Namespace', (namespace) => {
    const { 'istio-injection': injection, 'istio.io/rev': revision, 'istio.io/dataplane-mode': mode } = namespace.labels;
    if (injection === 'enabled' && mode === 'ambient') {
      report(namespace, 'metadata.labels', 'the labels istio-injection: enabled and istio.io/dataplane-mode: ambient are both set, and the sidecar wins; remove one');
    } else if (injection === 'enabled' && revision !== undefined) {
      report(namespace, 'metadata.labels', `the labels istio-injection: enabled and istio.io/rev: ${revision} are both set, and istio-injection wins, so the revision is not the one; remove istio-injection`);
    }
  }),
};
