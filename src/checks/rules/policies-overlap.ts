import { hasTargets, selectorOf, workloadsOf } from '../policies';
import { Resource } from '../resource';
import { Rule } from '../rule';
import { Workload } from '../workload';

export const policiesOverlap: Rule = {
  name: 'policies-overlap',
  level: 'error',
  codes: ['KIA0003', 'IST0110', 'IST0159'],
  about: 'A workload has one PeerAuthentication and one Sidecar of its own: of two that select it, Istio takes the older and ignores the other. Of two Telemetries that set the same, one hides the other.',
  bad: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec: { template: { metadata: { labels: { app: orders, version: v1 } } } }
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: orders, namespace: shop }
spec: { selector: { matchLabels: { app: orders } }, mtls: { mode: STRICT } }
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: first-versions, namespace: shop }
spec: { selector: { matchLabels: { version: v1 } }, mtls: { mode: PERMISSIVE } }
`,
  good: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec: { template: { metadata: { labels: { app: orders, version: v1 } } } }
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: orders, namespace: shop }
spec: { selector: { matchLabels: { app: orders } }, mtls: { mode: STRICT } }
`,
  more: [`
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec: { template: { metadata: { labels: { app: orders, version: v1 } } } }
---
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: { name: orders, namespace: shop }
spec: { selector: { matchLabels: { app: orders } }, tracing: [{ randomSamplingPercentage: 10 }] }
---
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: { name: first-versions, namespace: shop }
spec: { selector: { matchLabels: { version: v1 } }, tracing: [{ randomSamplingPercentage: 10 }] }
`],
  quiet: [`
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec: { template: { metadata: { labels: { app: orders, version: v1 } } } }
---
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: { name: orders, namespace: shop }
spec: { selector: { matchLabels: { app: orders } }, tracing: [{ randomSamplingPercentage: 10 }] }
---
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: { name: first-versions, namespace: shop }
spec: { selector: { matchLabels: { version: v1 } }, accessLogging: [{ providers: [{ name: envoy }] }] }
`],
  check: (mesh, report) => ['PeerAuthentication', 'Sidecar', 'Telemetry'].forEach((kind) => {
    const first = new Map<string, Resource>();
    const ids = mesh.once('workload numbers', () => new Map(mesh.workloads.map((workload, i): [Workload, number] => [workload, i])));
    mesh.each(kind, (policy) => {
      if (selectorOf(policy).length === 0 || hasTargets(policy)) {
        return;
      }
      // Parts of a Telemetry are put together, and only the same part twice is a mistake.
      const parts = kind === 'Telemetry' ? ['tracing', 'metrics', 'accessLogging'].filter((part) => policy.spec[part] !== undefined) : [''];
      const told = new Set<Resource>();
      for (const workload of workloadsOf(mesh, policy).filter(({ namespace }) => namespace === policy.namespace)) {
        for (const part of parts) {
          const key = `${ids.get(workload)} ${part}`;
          const other = first.get(key);
          if (other !== undefined && other.id !== policy.id && !told.has(other)) {
            told.add(other);
            report(policy, kind === 'Sidecar' ? 'spec.workloadSelector' : 'spec.selector', `the ${kind} ${other.name} selects ${workload.resource.kind} "${workload.resource.name}" too`
              + `${part && `, and sets ${part}`}; only one of the two counts; put both into one, or select different workloads`);
          }
          first.set(key, other ?? policy);
        }
      }
    });
  }),
};
