import { meshConfigs } from '../mesh-config';
import { Rule } from '../rule';

export const outboundPolicyWithoutMode: Rule = {
  name: 'outbound-policy-without-mode',
  level: 'warning',
  codes: ['KIA1007'],
  about: 'An outboundTrafficPolicy without mode is not the mesh\'s default but REGISTRY_ONLY: requests to every host that Istio does not know get 502.',
  bad: `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: default, namespace: shop }
spec: { egress: [{ hosts: ["./*", "istio-system/*"] }], outboundTrafficPolicy: {} }
`,
  good: `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: default, namespace: shop }
spec: { egress: [{ hosts: ["./*", "istio-system/*"] }], outboundTrafficPolicy: { mode: REGISTRY_ONLY } }
`,
  check: (mesh, report) => mesh.each('Sidecar', (sidecar) => {
    const { outboundTrafficPolicy: policy } = sidecar.spec;
    const strict = meshConfigs(mesh).some((config) => config.get('outboundTrafficPolicy.mode')?.includes('REGISTRY_ONLY'));
    if (typeof policy === 'object' && policy !== null && policy.mode === undefined && !strict) {
      report(sidecar, 'spec.outboundTrafficPolicy', 'without mode it is REGISTRY_ONLY, which keeps back requests to hosts that Istio does not know; write mode: REGISTRY_ONLY if you mean it, else ALLOW_ANY, or leave the policy out');
    }
  }),
};
