import { fullHost, ROOT_NAMESPACE } from '../mesh';
import { meshConfigs } from '../mesh-config';
import { selectorOf } from '../policies';
import { Rule } from '../rule';

export const strictWithoutAutoMtls: Rule = {
  name: 'strict-without-auto-mtls',
  level: 'error',
  codes: ['KIA0401', 'KIA0501'],
  about: 'With enableAutoMtls off, clients call in plain text until a DestinationRule says ISTIO_MUTUAL. Workloads in STRICT mode refuse them.',
  bad: `
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data:
  mesh: |
    enableAutoMtls: false
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: istio-system }
spec: { mtls: { mode: STRICT } }
`,
  good: `
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data:
  mesh: |
    enableAutoMtls: false
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: istio-system }
spec: { mtls: { mode: STRICT } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: default, namespace: istio-system }
spec: { host: "*.local", trafficPolicy: { tls: { mode: ISTIO_MUTUAL } } }
`,
  check: (mesh, report) => {
    if (!meshConfigs(mesh).some((config) => config.get('enableAutoMtls') === 'false')) {
      return;
    }
    const mutual = new Set(mesh.kind('DestinationRule').filter(({ spec }) => /MUTUAL$/.test(String(spec.trafficPolicy?.tls?.mode)))
      .flatMap(({ spec, namespace }) => /^\*(\.(local|cluster\.local|svc\.cluster\.local))?$/.test(spec.host) ? [''] : [/\.([^.]+)\.svc\./.exec(fullHost(spec.host, namespace))?.[1] ?? 'outside']));
    mesh.each('PeerAuthentication', (policy) => {
      const everywhere = policy.namespace === ROOT_NAMESPACE;
      // One service with a rule of its own is enough for silence: which ones need it is not known.
      if (policy.spec.mtls?.mode === 'STRICT' && selectorOf(policy).length === 0 && !mutual.has('') && (everywhere ? mutual.size === 0 : !mutual.has(policy.namespace))) {
        const host = everywhere ? '*.local' : `*.${policy.namespace}.svc.cluster.local`;
        report(policy, 'spec.mtls.mode', `mode STRICT with enableAutoMtls: false in the MeshConfig, and no DestinationRule that has clients call by mutual TLS, so they are refused; add one for "${host}" with tls mode ISTIO_MUTUAL`);
      }
    });
  },
};
