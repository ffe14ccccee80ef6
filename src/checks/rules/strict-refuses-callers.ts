import { ROOT_NAMESPACE } from '../mesh';
import { injects, isAmbient, selectorOf } from '../policies';
import { names } from '../resource';
import { Rule } from '../rule';

export const strictRefusesCallers: Rule = {
  name: 'strict-refuses-callers',
  level: 'warning',
  about: 'A workload in STRICT mode refuses every caller without a proxy, from the moment the policy is applied.',
  bad: `
apiVersion: v1
kind: Namespace
metadata: { name: legacy }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: batch, namespace: legacy }
spec: { template: { metadata: { labels: { app: batch } } } }
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: istio-system }
spec: { mtls: { mode: STRICT } }
`,
  good: `
apiVersion: v1
kind: Namespace
metadata: { name: legacy }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: batch, namespace: legacy }
spec: { template: { metadata: { labels: { app: batch } } } }
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: istio-system }
spec: { mtls: { mode: PERMISSIVE } }
`,
  check: (mesh, report) => {
    const outside = mesh.kind('Namespace').map(({ name }) => name).filter((name) => injects(mesh, name) === false && !isAmbient(mesh, name) && !/^(istio|kube)-/.test(name)
      && mesh.workloadsWith({}, name).some(({ labels, annotations }) => labels['sidecar.istio.io/inject'] !== 'true' && labels['istio.io/dataplane-mode'] !== 'ambient'
        && annotations['sidecar.istio.io/inject'] !== 'true' && annotations['sidecar.istio.io/status'] === undefined));
    mesh.each('PeerAuthentication', (policy) => {
      if (policy.spec.mtls?.mode === 'STRICT' && outside.length > 0 && policy.namespace === ROOT_NAMESPACE && selectorOf(policy).length === 0) {
        report(policy, 'spec.mtls.mode', `mode STRICT refuses callers without a proxy, such as those of ${names(outside)}; `
          + 'have the namespace injected, or begin with PERMISSIVE and make it STRICT when nobody calls in plain text');
      }
    });
  },
};
