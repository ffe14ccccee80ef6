import { ROOT_NAMESPACE } from '../mesh';
import { hasTargets, selectorOf, workloadsOf } from '../policies';
import { Rule } from '../rule';

const KINDS = ['AuthorizationPolicy', 'PeerAuthentication', 'RequestAuthentication', 'Telemetry', 'Sidecar', 'WasmPlugin', 'EnvoyFilter', 'TrafficExtension', 'ProxyConfig'];

export const policySelectsNothing: Rule = {
  name: 'policy-selects-nothing',
  level: 'warning',
  codes: ['IST0127', 'KIA0004'],
  about: 'A policy whose selector finds no workload protects nothing. Most often it stands in another namespace than the workload, or its labels are those of the Deployment and not of its pods.',
  bad: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: payment, namespace: prod }
spec: { template: { metadata: { labels: { app: payment-service } } } }
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: payment, namespace: prod }
spec: { selector: { matchLabels: { app: payment } }, rules: [{ to: [{ operation: { methods: [GET] } }] }] }
`,
  good: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: payment, namespace: prod }
spec: { template: { metadata: { labels: { app: payment-service } } } }
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: payment, namespace: prod }
spec: { selector: { matchLabels: { app: payment-service } }, rules: [{ to: [{ operation: { methods: [GET] } }] }] }
`,
  check: (mesh, report) => KINDS.forEach((kind) => mesh.each(kind, (policy) => {
    const selector = selectorOf(policy);
    const { namespace } = policy;
    const inApp = namespace !== ROOT_NAMESPACE && mesh.workloadsWith({}, namespace).length > 0 && !mesh.external('namespace', namespace);
    if (selector.length > 0 && inApp && !hasTargets(policy) && workloadsOf(mesh, policy).length === 0) {
      const labels = Object.fromEntries(selector);
      const elsewhere = new Set(mesh.workloadsWith(labels).map((workload) => workload.namespace));
      report(policy, 'spec.selector', `no workload in namespace "${namespace}" has the labels ${selector.map(([key, value]) => `${key}=${value}`).join(', ')}, so the ${kind} is for nobody; `
        + (elsewhere.size > 0 ? `move it to ${[...elsewhere].join(', ')}, where one has` : 'select the labels of the pods'));
    }
  })),
};
