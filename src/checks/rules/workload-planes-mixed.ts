import { Rule } from '../rule';

export const workloadPlanesMixed: Rule = {
  name: 'workload-planes-mixed',
  level: 'error',
  codes: ['KIA1311', 'KIA1315'],
  about: 'A pod is in the mesh by its own sidecar or in ambient mode. One that asks for both gets the sidecar, and what was written for ambient mode has no effect.',
  bad: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec: { template: { metadata: { labels: { app: orders, sidecar.istio.io/inject: "true", istio.io/dataplane-mode: ambient } } } }
`,
  good: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec: { template: { metadata: { labels: { app: orders, istio.io/dataplane-mode: ambient } } } }
`,
  check: (mesh, report) => mesh.workloads.forEach(({ resource, labels }) => {
    if (String(labels['sidecar.istio.io/inject']) === 'true' && labels['istio.io/dataplane-mode'] === 'ambient') {
      report(resource, resource.kind === 'Pod' ? 'metadata.labels' : 'spec.template.metadata.labels',
        'the labels sidecar.istio.io/inject: "true" and istio.io/dataplane-mode: ambient are both set, and the sidecar wins; remove one');
    }
  }),
};
