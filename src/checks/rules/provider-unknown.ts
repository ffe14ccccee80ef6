import { Mesh } from '../mesh';
import { meshConfigs } from '../mesh-config';
import { list, names } from '../resource';
import { Rule } from '../rule';

export const providerUnknown: Rule = {
  name: 'provider-unknown',
  level: 'error',
  codes: ['IST0157'],
  about: 'A provider that the MeshConfig does not define gets no spans, metrics or logs; a CUSTOM policy with one denies every request.',
  bad: `
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data:
  mesh: |
    extensionProviders:
    - name: otel
      opentelemetry: { service: otel.monitoring.svc.cluster.local, port: 4317 }
---
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: { name: default, namespace: istio-system }
spec: { tracing: [{ providers: [{ name: jaeger }] }] }
`,
  good: `
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data:
  mesh: |
    extensionProviders:
    - name: otel
      opentelemetry: { service: otel.monitoring.svc.cluster.local, port: 4317 }
---
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: { name: default, namespace: istio-system }
spec: { tracing: [{ providers: [{ name: otel }] }] }
`,
  more: [`
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data: { mesh: "extensionProviders: []" }
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: opa, namespace: shop }
spec: { action: CUSTOM, provider: { name: opa }, rules: [{}] }
`, `
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata: { name: istio, namespace: istio-system, annotations: { galley.istio.io/analyze-suppress: operator-resource } }
spec: { meshConfig: { extensionProviders: [{ name: otel, opentelemetry: { service: otel.monitoring.svc.cluster.local, port: 4317 } }] } }
---
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: { name: default, namespace: istio-system }
spec: { accessLogging: [{ providers: [{ name: otlp }] }] }
`],
  quiet: [`
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: { name: default, namespace: istio-system }
spec: { tracing: [{ providers: [{ name: jaeger }] }] }
`],
  check: (mesh, report) => {
    const known = providers(mesh);
    if (known === undefined) {
      return;
    }
    const missing = (name: unknown) => typeof name === 'string' && !known.has(name) && !mesh.external('provider', name);
    const message = (name: string) => `the MeshConfig has no extension provider "${name}" (it has ${names(known)}); correct the name, or declare External.provider("${name}")`;
    mesh.each('Telemetry', (telemetry) => {
      for (const part of ['tracing', 'metrics', 'accessLogging']) {
        list(telemetry.spec[part]).forEach((entry, i) => list(entry?.providers).forEach(({ name }, j) => {
          if (missing(name)) {
            report(telemetry, `spec.${part}[${i}].providers[${j}].name`, message(name));
          }
        }));
      }
    });
    mesh.each('AuthorizationPolicy', (policy) => {
      if (policy.spec.action === 'CUSTOM' && missing(policy.spec.provider?.name)) {
        report(policy, 'spec.provider.name', message(policy.spec.provider.name));
      }
    });
  },
};

/** What Istio defines itself. */
const BUILT_IN = ['prometheus', 'stackdriver', 'envoy'];

/** The providers of the app's MeshConfig; undefined where the app has none. */
function providers(mesh: Mesh): Set<string> | undefined {
  const configs = meshConfigs(mesh);
  // Every name in the list counts, since one too many does no harm here.
  const found = configs.flatMap((config) => [...(config.get('extensionProviders') ?? '').matchAll(/\bname"?:\s*["']?([^\s"',}]+)/g)].map(([, name]) => name));
  return configs.length === 0 ? undefined : new Set([...BUILT_IN, ...found]);
}
