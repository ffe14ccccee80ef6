import { entries } from '../resource';
import { Rule } from '../rule';

export const rolloutServiceMismatch: Rule = {
  name: 'rollout-service-mismatch',
  level: 'error',
  about: 'The Services of a Rollout have to select its pods. Argo Rollouts marks a Rollout as invalid whose Service selects by another label, and never rolls anything out.',
  bad: `
apiVersion: v1
kind: Service
metadata: { name: orders-canary, namespace: shop }
spec: { ports: [{ name: http, port: 80 }], selector: { app: orders, track: canary } }
---
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: orders, namespace: shop }
spec:
  template: { metadata: { labels: { app: orders } } }
  strategy:
    canary: { canaryService: orders-canary, stableService: orders-stable, trafficRouting: { istio: { virtualService: { name: orders } } } }
`,
  good: `
apiVersion: v1
kind: Service
metadata: { name: orders-canary, namespace: shop }
spec: { ports: [{ name: http, port: 80 }], selector: { app: orders } }
---
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: orders, namespace: shop }
spec:
  template: { metadata: { labels: { app: orders } } }
  strategy:
    canary: { canaryService: orders-canary, stableService: orders-stable, trafficRouting: { istio: { virtualService: { name: orders } } } }
`,
  check: (mesh, report) => mesh.each('Rollout', (rollout) => {
    const { canaryService, stableService } = rollout.spec.strategy?.canary ?? {};
    const labels = rollout.spec.template?.metadata?.labels;
    Object.entries({ canaryService, stableService }).forEach(([field, name]) => {
      const service = name === undefined || labels === undefined ? undefined : mesh.find('Service', rollout.namespace, name);
      const wrong = entries<string>(service?.spec.selector).find(([key, value]) => key !== 'rollouts-pod-template-hash' && labels[key] !== value);
      if (wrong !== undefined) {
        report(rollout, `spec.strategy.canary.${field}`, `the Service "${name}" selects ${wrong[0]}=${wrong[1]}, which the pods of the Rollout do not have; leave the label out of the selector, since Argo Rollouts adds its own`);
      }
    });
  }),
};
