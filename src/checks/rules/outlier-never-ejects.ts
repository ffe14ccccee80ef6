import { fullHost, Mesh, shortHost } from '../mesh';
import { entries, Resource } from '../resource';
import { eachPolicy } from '../routes';
import { Rule } from '../rule';
import { hasLabels, Workload } from '../workload';

export const outlierNeverEjects: Rule = {
  name: 'outlier-never-ejects',
  level: 'warning',
  about: 'Envoy ejects an endpoint only while the share of those ejected stays within maxEjectionPercent, which is 10 unless set: below ten endpoints that is none.',
  bad: `
apiVersion: v1
kind: Service
metadata: { name: order-service, namespace: prod }
spec: { ports: [{ name: http, port: 80 }], selector: { app: order-service } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: order-service, namespace: prod }
spec: { replicas: 3, template: { metadata: { labels: { app: order-service } } } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: order-service, namespace: prod }
spec:
  host: order-service
  trafficPolicy: { outlierDetection: { consecutive5xxErrors: 5, interval: 10s, baseEjectionTime: 30s } }
`,
  good: `
apiVersion: v1
kind: Service
metadata: { name: order-service, namespace: prod }
spec: { ports: [{ name: http, port: 80 }], selector: { app: order-service } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: order-service, namespace: prod }
spec: { replicas: 3, template: { metadata: { labels: { app: order-service } } } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: order-service, namespace: prod }
spec:
  host: order-service
  trafficPolicy: { outlierDetection: { consecutive5xxErrors: 5, interval: 10s, baseEjectionTime: 30s, maxEjectionPercent: 50 } }
`,
  quiet: [`
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: order-service, namespace: prod }
spec:
  host: order-service
  trafficPolicy: { outlierDetection: { consecutive5xxErrors: 5 } }
`],
  check: (mesh, report) => {
    const scaled = new Set(['HorizontalPodAutoscaler', 'keda.sh/ScaledObject'].flatMap((kind) => mesh.kind(kind)
      .map(({ namespace, spec }) => `${namespace}/${spec.scaleTargetRef?.name}`)));
    eachPolicy(mesh, (rule, { policy, path, subset }) => {
      const outlier = policy.outlierDetection;
      const percent = outlier?.maxEjectionPercent ?? 10;
      const endpoints = outlier ? endpointsOf(mesh, rule, subset, scaled) : undefined;
      // Zero is a way to say "only count".
      if (endpoints !== undefined && endpoints > 1 && percent > 0 && 100 / endpoints > percent) {
        const host = shortHost(fullHost(rule.spec.host, rule.namespace));
        report(rule, `${path}.outlierDetection${outlier.maxEjectionPercent === undefined ? '' : '.maxEjectionPercent'}`, `maxEjectionPercent is ${percent}${outlier.maxEjectionPercent === undefined
          ? ' (Istio\'s default)' : ''} and ${host}${subset ? ` subset "${subset.name}"` : ''} has ${endpoints} replicas, so nothing is ever ejected; set it to at least ${Math.ceil(100 / endpoints)}`);
      }
    });
  },
};

/** How many endpoints there are; undefined where that is not certain. */
function endpointsOf(mesh: Mesh, rule: Resource, subset: any, scaled: Set<string>): number | undefined {
  const services = mesh.services.get(fullHost(rule.spec.host, rule.namespace)) ?? [];
  const workloads = services.length !== 1 ? [] : mesh.workloadsOf(services[0])
    .filter((workload) => hasLabels(workload, entries(subset?.labels)));
  const certain = ({ replicas, resource }: Workload) => replicas !== undefined && !scaled.has(`${resource.namespace}/${resource.name}`)
    && (resource.kind !== 'Deployment' || typeof resource.spec.replicas === 'number');
  return workloads.length > 0 && workloads.every(certain) ? workloads.reduce((sum, { replicas }) => sum + replicas!, 0) : undefined;
}
