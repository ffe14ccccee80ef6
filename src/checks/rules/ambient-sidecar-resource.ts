import { isAmbient } from '../policies';
import { Rule } from '../rule';

export const ambientSidecarResource: Rule = {
  name: 'ambient-sidecar-resource',
  level: 'warning',
  codes: ['IST0167'],
  about: 'A Sidecar configures sidecars. In ambient mode there are none, and it has no effect.',
  bad: `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio.io/dataplane-mode: ambient } }
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: default, namespace: shop }
spec: { egress: [{ hosts: ['./*'] }] }
`,
  good: `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: default, namespace: shop }
spec: { egress: [{ hosts: ['./*'] }] }
`,
  check: (mesh, report) => mesh.each('Sidecar', (sidecar) => {
    if (isAmbient(mesh, sidecar.namespace)) {
      report(sidecar, 'kind', `namespace "${sidecar.namespace}" is in ambient mode, where a Sidecar has no effect; remove it`);
    }
  }),
};
