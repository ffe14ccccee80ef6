import { Mesh } from '../mesh';
import { list, names } from '../resource';
import { Rule } from '../rule';

export const rolloutReferenceElsewhere: Rule = {
  name: 'rollout-reference-elsewhere',
  level: 'error',
  about: 'A Rollout looks for its DestinationRule and its AnalysisTemplates in its own namespace, and for a VirtualService of another by name.namespace. What it does not find stops it.',
  bad: `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: orders, namespace: shop }
spec:
  strategy:
    canary: { canaryService: orders-canary, stableService: orders-stable, trafficRouting: { istio: { virtualService: { name: orders } } } }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: infra }
spec:
  hosts: [orders.shop.svc.cluster.local]
  http:
    - route:
        - { destination: { host: orders-stable.shop.svc.cluster.local }, weight: 100 }
        - { destination: { host: orders-canary.shop.svc.cluster.local }, weight: 0 }
`,
  good: `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: orders, namespace: shop }
spec:
  strategy:
    canary: { canaryService: orders-canary, stableService: orders-stable, trafficRouting: { istio: { virtualService: { name: orders.infra } } } }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: infra }
spec:
  hosts: [orders.shop.svc.cluster.local]
  http:
    - route:
        - { destination: { host: orders-stable.shop.svc.cluster.local }, weight: 100 }
        - { destination: { host: orders-canary.shop.svc.cluster.local }, weight: 0 }
`,
  more: [`
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: success-rate, namespace: shop }
spec: { metrics: [{ name: success-rate, count: 3 }] }
---
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: orders, namespace: shop }
spec: { strategy: { canary: { steps: [{ setWeight: 10 }, { analysis: { templates: [{ templateName: succes-rate }] } }] } } }
`],
  check: (mesh, report) => mesh.each('Rollout', (rollout) => {
    const canary = rollout.spec.strategy?.canary ?? {};
    const { istio } = canary.trafficRouting ?? {};
    const base = 'spec.strategy.canary';
    const look = (kind: string, name: string, namespace: string, path: string) => {
      const [elsewhere] = mesh.find(kind, namespace, name) ? [] : mesh.once(`${kind} by name`, () => mesh.group(kind, (resource) => resource.name)).get(name) ?? [];
      if (elsewhere !== undefined && !mesh.external('namespace', namespace)) {
        report(rollout, path, `the Rollout looks for the ${kind} "${name}" in namespace "${namespace}", and it stands in "${elsewhere.namespace}"; `
          + (kind === 'VirtualService' ? `write ${name}.${elsewhere.namespace}` : 'move it to the namespace of the Rollout'));
      }
    };
    (istio?.virtualService ? [istio.virtualService] : list(istio?.virtualServices)).forEach((wanted) => {
      const [name, namespace = rollout.namespace] = String(wanted?.name).split('.');
      look('VirtualService', name, namespace, `${base}.trafficRouting.istio.virtualService.name`);
    });
    if (istio?.destinationRule?.name !== undefined) {
      look('DestinationRule', istio.destinationRule.name, rollout.namespace, `${base}.trafficRouting.istio.destinationRule.name`);
    }
    const analyses = [{ analysis: canary.analysis, path: `${base}.analysis` }, ...list(canary.steps).map((step, i) => ({ analysis: step?.analysis, path: `${base}.steps[${i}].analysis` }))];
    analyses.forEach(({ analysis, path }) => list(analysis?.templates).forEach(({ templateName, clusterScope }, i) => {
      const kind = clusterScope === true ? 'ClusterAnalysisTemplate' : 'AnalysisTemplate';
      const known = templates(mesh, kind, clusterScope === true ? undefined : rollout.namespace);
      if (known.length > 0 && !known.includes(templateName) && !mesh.external('namespace', rollout.namespace)) {
        report(rollout, `${path}.templates[${i}].templateName`, `there is no ${kind} "${templateName}"${clusterScope === true ? '' : ` in namespace "${rollout.namespace}"`} (the app has ${names(known)}); correct the name, `
          + `or declare External.namespace("${rollout.namespace}")`);
      }
    }));
  }),
};

/** The names of the app's templates of a namespace, or of all. */
function templates(mesh: Mesh, kind: string, namespace: string | undefined): string[] {
  const found = namespace === undefined ? mesh.kind(kind) : mesh.once(`${kind} by namespace`, () => mesh.group(kind, (template) => template.namespace)).get(namespace) ?? [];
  return found.map(({ name }) => name);
}
