import { names, Resource } from '../resource';
import { Report, Rule } from '../rule';

export const injectionLabelValue: Rule = {
  name: 'injection-label-value',
  level: 'warning',
  about: 'Istio looks for certain values of its labels: istio-injection: enabled on a namespace, sidecar.istio.io/inject: "true" on a pod. Pods behind any other value, or behind the other label, get no proxy.',
  bad: `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: "true" } }
`,
  good: `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
`,
  more: [`
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { sidecar.istio.io/inject: "true" } }
`, `
apiVersion: v1
kind: Namespace
metadata: { name: shop, annotations: { istio-injection: enabled } }
`, `
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec: { template: { metadata: { labels: { app: orders, sidecar.istio.io/inject: enabled } } } }
`, `
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec: { template: { metadata: { labels: { app: orders, istio-injection: enabled } } } }
`],
  check: (mesh, report) => {
    mesh.each('Namespace', (namespace) => {
      const { labels } = namespace;
      oneOf(report, namespace, 'metadata.labels', labels, 'istio-injection', ['enabled', 'disabled']);
      oneOf(report, namespace, 'metadata.labels', labels, 'istio.io/dataplane-mode', ['ambient', 'none']);
      if (labels['sidecar.istio.io/inject'] !== undefined) {
        report(namespace, 'metadata.labels', 'the label sidecar.istio.io/inject is for pods and has no effect on a namespace; write istio-injection: enabled');
      }
      if (['istio-injection', 'istio.io/rev', 'istio.io/dataplane-mode'].some((key) => namespace.annotation(key) !== undefined && labels[key] === undefined)) {
        report(namespace, 'metadata.annotations', 'an annotation of that name has no effect, since Istio looks for a label; move it to metadata.labels');
      }
    });
    mesh.workloads.forEach(({ resource, labels }) => {
      const path = resource.kind === 'Pod' ? 'metadata.labels' : 'spec.template.metadata.labels';
      oneOf(report, resource, path, labels, 'sidecar.istio.io/inject', ['true', 'false']);
      oneOf(report, resource, path, labels, 'istio.io/dataplane-mode', ['ambient', 'none']);
      if (labels['istio-injection'] !== undefined) {
        report(resource, path, 'the label istio-injection is for namespaces and has no effect on pods; write sidecar.istio.io/inject: "true" or "false"');
      }
    });
  },
};

function oneOf(report: Report, resource: Resource, path: string, labels: Record<string, string>, key: string, values: string[]): void {
  if (labels[key] !== undefined && !values.includes(String(labels[key]))) {
    report(resource, path, `the label ${key}: "${labels[key]}" has no effect; write one of ${names(values)}`);
  }
}
