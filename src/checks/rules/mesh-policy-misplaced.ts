import { selectorOf } from '../policies';
import { Rule } from '../rule';

export const meshPolicyMisplaced: Rule = {
  name: 'mesh-policy-misplaced',
  level: 'warning',
  about: 'A PeerAuthentication is for the whole mesh in the root namespace only. Without a namespace it lands where whoever applies it happens to be, and is for that one.',
  bad: `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default }
spec: { mtls: { mode: STRICT } }
`,
  good: `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: istio-system }
spec: { mtls: { mode: STRICT } }
`,
  check: (mesh, report) => mesh.each('PeerAuthentication', (policy) => {
    if (policy.ownNamespace === undefined && policy.name === 'default' && selectorOf(policy).length === 0) {
      report(policy, 'metadata.namespace', 'no namespace is set, so the policy is for one namespace only, that of whoever applies it; '
        + 'for the whole mesh, set the root namespace (istio-system), else name the one you mean');
    }
  }),
};
