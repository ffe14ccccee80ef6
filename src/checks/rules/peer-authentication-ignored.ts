import { ROOT_NAMESPACE } from '../mesh';
import { meshConfigs } from '../mesh-config';
import { selectorOf } from '../policies';
import { Rule } from '../rule';

export const peerAuthenticationIgnored: Rule = {
  name: 'peer-authentication-ignored',
  level: 'error',
  about: 'In the root namespace, a PeerAuthentication is for the whole mesh. Istio ignores one with a selector there, for the workloads of that namespace too.',
  bad: `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: ingress, namespace: istio-system }
spec: { selector: { matchLabels: { istio: ingressgateway } }, mtls: { mode: STRICT } }
`,
  good: `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: ingress, namespace: istio-ingress }
spec: { selector: { matchLabels: { istio: ingressgateway } }, mtls: { mode: STRICT } }
`,
  quiet: [`
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data: { mesh: "rootNamespace: istio-config" }
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: ingress, namespace: istio-system }
spec: { selector: { matchLabels: { istio: ingressgateway } }, mtls: { mode: STRICT } }
`],
  check: (mesh, report) => mesh.each('PeerAuthentication', (policy) => {
    const moved = meshConfigs(mesh).some((config) => (config.get('rootNamespace') ?? ROOT_NAMESPACE).replace(/["']/g, '') !== ROOT_NAMESPACE);
    if (policy.namespace === ROOT_NAMESPACE && selectorOf(policy).length > 0 && !moved) {
      report(policy, 'spec.selector', `a PeerAuthentication with a selector has no effect in the root namespace ("${ROOT_NAMESPACE}"); `
        + 'move it to the namespace of the workloads, or leave the selector out for the whole mesh');
    }
  }),
};
