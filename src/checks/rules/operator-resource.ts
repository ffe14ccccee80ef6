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
  check: (mesh, report) => mesh.each('IstioOperator', (operator) => report(operator, 'kind',
    'an IstioOperator is input for istioctl, not an object of the cluster; write it to a file of its own for istioctl install -f, or install Istio by Helm')),
};
