import { Resource } from '../resource';
import { Rule } from '../rule';

export const operatorResource: Rule = {
  name: 'operator-resource',
  level: 'error',
  about: 'An IstioOperator is input for istioctl. The operator that read it from the cluster is gone: kubectl refuses the kind, or nothing acts on it.',
  bad: `
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata: { name: install, namespace: istio-system }
spec: { profile: default }
`,
  good: `
apiVersion: v1
kind: Namespace
metadata: { name: istio-system }
`,
  check: (mesh, report) => {
    const operators = mesh.kind('IstioOperator');
    const shared = new Set(operators.length === 0 ? [] : mesh.resources.filter(({ key }) => key !== 'IstioOperator').flatMap(scopesOf));
    operators.forEach((operator) => {
      // In a chart of its own it is a file of its own.
      const alone = operator.constructPath !== undefined && !shared.has(scopesOf(operator)[0]);
      if (!alone) {
        report(operator, 'kind', 'an IstioOperator is input for istioctl, not an object of the cluster; write it to a file of its own for istioctl install -f, or install Istio by Helm');
      }
    });
  },
};

/** The constructs that a resource's construct is in, the closest first. */
function scopesOf({ constructPath }: Resource): string[] {
  const ids = constructPath?.split('/') ?? [];
  return ids.slice(1).map((_, i) => ids.slice(0, -1 - i).join('/'));
}
