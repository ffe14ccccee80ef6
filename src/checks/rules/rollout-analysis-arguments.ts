import { list } from '../resource';
import { Rule } from '../rule';

export const rolloutAnalysisArguments: Rule = {
  name: 'rollout-analysis-arguments',
  level: 'error',
  about: 'An AnalysisTemplate needs a value for each of its arguments. Where the Rollout gives none, the analysis cannot start, and the rollout stops with an error.',
  bad: `
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: success-rate, namespace: shop }
spec: { args: [{ name: service }], metrics: [{ name: success-rate, count: 3 }] }
---
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: orders, namespace: shop }
spec: { strategy: { canary: { steps: [{ setWeight: 10 }, { analysis: { templates: [{ templateName: success-rate }] } }] } } }
`,
  good: `
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: success-rate, namespace: shop }
spec: { args: [{ name: service }], metrics: [{ name: success-rate, count: 3 }] }
---
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: orders, namespace: shop }
spec: { strategy: { canary: { steps: [{ setWeight: 10 }, { analysis: { templates: [{ templateName: success-rate }], args: [{ name: service, value: orders }] } }] } } }
`,
  quiet: [`
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: success-rate, namespace: shop }
spec: { args: [{ name: service, value: orders }, { name: token, valueFrom: { secretKeyRef: { name: token, key: token } } }], metrics: [{ name: success-rate, count: 3 }] }
---
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: orders, namespace: shop }
spec: { strategy: { canary: { analysis: { templates: [{ templateName: success-rate }] } } } }
`],
  check: (mesh, report) => mesh.each('Rollout', (rollout) => {
    const canary = rollout.spec.strategy?.canary ?? {};
    const base = 'spec.strategy.canary';
    const analyses = [{ analysis: canary.analysis, path: `${base}.analysis` }, ...list(canary.steps).map((step, i) => ({ analysis: step?.analysis, path: `${base}.steps[${i}].analysis` }))];
    analyses.forEach(({ analysis, path }) => {
      const given = new Set(list(analysis?.args).map(({ name }) => name));
      list(analysis?.templates).forEach(({ templateName, clusterScope }, i) => {
        const template = clusterScope === true ? undefined : mesh.find('AnalysisTemplate', rollout.namespace, templateName);
        const open = list(template?.spec.args)
          .find(({ name, value, valueFrom }) => value === undefined && valueFrom === undefined && !given.has(name));
        // Another template of the same analysis may give the argument its value.
        if (open !== undefined && list(analysis.templates).length === 1 && list(template!.spec.templates).length === 0) {
          report(rollout, `${path}.templates[${i}]`, `the AnalysisTemplate "${templateName}" asks for the argument "${open.name}", which has no value; add it to args`);
        }
      });
    });
  }),
};
