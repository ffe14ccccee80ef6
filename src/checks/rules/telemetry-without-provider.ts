import { ROOT_NAMESPACE } from '../mesh';
import { meshConfigs } from '../mesh-config';
import { list, Resource } from '../resource';
import { Rule } from '../rule';

const MESH_CONFIG = `
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data:
  mesh: |
    extensionProviders:
    - name: otel
      opentelemetry: { service: otel.monitoring.svc.cluster.local, port: 4317 }
`;

export const telemetryWithoutProvider: Rule = {
  name: 'telemetry-without-provider',
  level: 'warning',
  codes: ['IST0157'],
  about: 'Spans and access logs go to a provider: the one that the Telemetry names, or the default of the MeshConfig. With neither, they are made and sent nowhere.',
  bad: `${MESH_CONFIG}
---
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: { name: default, namespace: istio-system }
spec: { tracing: [{ randomSamplingPercentage: 10 }] }
`,
  good: `${MESH_CONFIG}    defaultProviders:
      tracing: [otel]
---
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: { name: default, namespace: istio-system }
spec: { tracing: [{ randomSamplingPercentage: 10 }] }
`,
  more: [`${MESH_CONFIG}
---
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: { name: default, namespace: istio-system }
spec: { accessLogging: [{ filter: { expression: response.code >= 500 } }] }
`],
  quiet: [`
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: { name: default, namespace: istio-system }
spec: { tracing: [{ randomSamplingPercentage: 10 }] }
`, `${MESH_CONFIG}
---
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: { name: default, namespace: istio-system }
spec: { tracing: [{ providers: [{ name: otel }] }] }
---
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: { name: orders, namespace: shop }
spec: { tracing: [{ randomSamplingPercentage: 100 }] }
`],
  check: (mesh, report) => {
    const configs = meshConfigs(mesh);
    // A provider of the old kind, in defaultConfig.tracing or accessLogFile, is one too.
    const lacks = (...fields: string[]) => configs.length > 0 && configs.every((config) => fields.every((field) => config.get(field) === undefined));
    const without = {
      tracing: lacks('defaultProviders.tracing', 'defaultConfig.tracing', 'enableTracing'),
      accessLogging: lacks('defaultProviders.accessLogging', 'accessLogFile', 'accessLogEncoding', 'accessLogFormat', 'enableEnvoyAccessLogService'),
    };
    for (const part of ['tracing', 'accessLogging'] as const) {
      const names = (telemetry: Resource) => list(telemetry.spec[part]).some((entry) => list(entry?.providers).length > 0);
      const named = new Set(mesh.kind('Telemetry').filter(names).map(({ namespace }) => namespace));
      mesh.each('Telemetry', (telemetry) => list(telemetry.spec[part]).forEach((entry, i) => {
        const off = entry?.disabled === true || entry?.disableSpanReporting === true;
        if (without[part] && !off && !names(telemetry) && !named.has(ROOT_NAMESPACE) && !named.has(telemetry.namespace)) {
          report(telemetry, `spec.${part}[${i}]`, `${part} names no provider, and the MeshConfig has no defaultProviders.${part}, so nothing is sent anywhere; name one in providers, or set the default`);
        }
      }));
    }
  },
};
