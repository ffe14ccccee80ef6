import { entries, names, Resource } from '../resource';
import { Rule } from '../rule';

const TEMPLATED = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'Rollout'];
const ANNOTATIONS = /^((traffic\.|status\.|readiness\.status\.)?sidecar|proxy|inject|prometheus)\.istio\.io\//;
const LABELS = new Set(['sidecar.istio.io/inject', 'istio.io/dataplane-mode', 'istio-injection']);

export const podSettingMisplaced: Rule = {
  name: 'pod-setting-misplaced',
  level: 'warning',
  codes: ['IST0107'],
  about: 'Istio reads its settings for a proxy from the pod. On the Deployment itself, instead of its template, they have no effect.',
  bad: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop, annotations: { traffic.sidecar.istio.io/excludeOutboundPorts: "3306" } }
spec: { template: { metadata: { labels: { app: orders } } } }
`,
  good: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec: { template: { metadata: { labels: { app: orders }, annotations: { traffic.sidecar.istio.io/excludeOutboundPorts: "3306" } } } }
`,
  more: [`
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop, labels: { sidecar.istio.io/inject: "false" } }
spec: { template: { metadata: { labels: { app: orders } } } }
`],
  check: (mesh, report) => TEMPLATED.forEach((kind) => mesh.each(kind, (workload) => {
    const { annotations, labels } = workload.manifest.metadata;
    const template = templateOf(workload);
    if (template === undefined) {
      return; // it may be that of another resource
    }
    const lost = [
      ...misplaced(annotations, template.annotations, (key) => ANNOTATIONS.test(key)),
      ...misplaced(labels, template.labels, (key) => LABELS.has(key)),
    ];
    if (lost.length > 0) {
      report(workload, 'metadata', `${names(lost)} of the ${kind} itself has no effect; move it to spec.template.metadata`);
    }
  })),
};

function templateOf({ spec }: Resource): any {
  return spec.template === undefined ? undefined : spec.template.metadata ?? {};
}

function misplaced(values: any, ofTemplate: any, counts: (key: string) => boolean): string[] {
  return entries(values).map(([key]) => key).filter((key) => counts(key) && ofTemplate?.[key] === undefined);
}
