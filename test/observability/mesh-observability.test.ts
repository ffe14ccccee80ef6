import { Chart, Duration, Testing } from 'cdk8s';
import {
  CustomTag, ExtensionProvider, IstioConfigMap, IstioMetric, LoggedRequests, MeshConfig, MeshObservability,
  MeshObservabilityProps, OtlpExport, ServiceRef, TagOverride, WorkloadMode,
} from '../../src';

const collector = ServiceRef.fromName('otel-collector', { namespace: 'monitoring' });
const otlp = ExtensionProvider.opentelemetry('otel', { service: collector, port: 4317 });
const otlpLogs = ExtensionProvider.envoyOtelAls('otel-logs', { service: collector, port: 4317 });

function telemetry(props?: MeshObservabilityProps) {
  const chart = Testing.chart();
  new MeshObservability(chart, 'Observability', props);
  return Testing.synth(chart)[0];
}

describe('MeshObservability', () => {
  test('reports metrics to Prometheus, for the whole mesh', () => {
    expect(telemetry()).toEqual({
      apiVersion: 'telemetry.istio.io/v1',
      kind: 'Telemetry',
      metadata: { name: 'default', namespace: 'istio-system' },
      spec: { metrics: [{ providers: [{ name: 'prometheus' }] }] },
    });
  });

  test('S000-42, S000-44, S000-45, S001-26, S002-14, S002-15, S003-13: reports metrics, traces and access logs, to providers that the mesh configuration has', () => {
    // GIVEN
    const chart = new Chart(Testing.app(), 'mesh');

    // WHEN
    const { extensionProviders } = new MeshObservability(chart, 'Observability', {
      traces: { provider: otlp, samplingPercentage: 10, customTags: { region: CustomTag.literal('eu') } },
      accessLogs: [
        { requests: LoggedRequests.failedOrSlowerThan(Duration.seconds(1)), mode: WorkloadMode.SERVER },
        { provider: otlpLogs },
      ],
      metricsOverrides: [{ metric: IstioMetric.REQUEST_COUNT, tagOverrides: { request_host: TagOverride.upsert('request.host') } }],
    });
    new IstioConfigMap(chart, 'Config', { metadata: { namespace: 'istio-system' }, meshConfig: new MeshConfig({ extensionProviders }) });

    // THEN
    const [{ spec }, { data }] = Testing.synth(chart);
    expect(spec).toEqual({
      metrics: [{
        providers: [{ name: 'prometheus' }],
        overrides: [{ match: { metric: 'REQUEST_COUNT' }, tagOverrides: { request_host: { value: 'request.host' } } }],
      }],
      tracing: [{ providers: [{ name: 'otel' }], randomSamplingPercentage: 10, customTags: { region: { literal: { value: 'eu' } } } }],
      accessLogging: [
        {
          providers: [{ name: 'envoy' }],
          filter: { expression: '!has(response.code) || response.code >= 500 || request.duration > duration("1000ms")' },
          match: { mode: 'SERVER' },
        },
        { providers: [{ name: 'otel-logs' }] },
      ],
    });
    expect(extensionProviders).toEqual([otlp, otlpLogs]);
    expect(data.mesh).toContain('name: otel-logs');
  });

  test.each<[string, ExtensionProvider]>([
    ['Jaeger', ExtensionProvider.opentelemetry('jaeger', { service: ServiceRef.fromName('jaeger-collector', { namespace: 'observability' }), port: 4317 })],
    ['Tempo, by HTTP', ExtensionProvider.opentelemetry('tempo', { service: ServiceRef.fromName('tempo', { namespace: 'monitoring' }), port: 4318, exportOver: OtlpExport.http({ path: '/v1/traces' }) })],
    ['Zipkin', ExtensionProvider.zipkin('zipkin', { service: ServiceRef.fromName('zipkin', { namespace: 'monitoring' }), port: 9411 })],
  ])('sends traces to %s, one of a hundred', (_, provider) => {
    expect(telemetry({ traces: { provider } }).spec.tracing).toEqual([{ providers: [{ name: provider.name }], randomSamplingPercentage: 1 }]);
  });

  test('is for one namespace, with a log of its own format', () => {
    const json = ExtensionProvider.envoyFileAccessLog('json');
    const both = ExtensionProvider.stackdriver('cloud');
    const chart = Testing.chart();
    const { extensionProviders } = new MeshObservability(chart, 'Shop', { namespace: 'shop', metrics: [both], accessLogs: [{ provider: json }, { provider: both }] });
    expect(Testing.synth(chart)[0]).toMatchObject({
      metadata: { namespace: 'shop' },
      spec: { metrics: [{ providers: [{ name: 'cloud' }] }], accessLogging: [{ providers: [{ name: 'json' }] }, { providers: [{ name: 'cloud' }] }] },
    });
    expect(extensionProviders.map(({ name }) => name)).toEqual(['cloud', 'json']);
  });

  test.each<[string, object, string]>([
    ['a provider by name, which may not be there', { traces: { provider: 'jaeger' } }, 'a provider of traces is "jaeger", expected an ExtensionProvider; write for example ExtensionProvider.opentelemetry('],
    ['traces without provider', { traces: {} }, 'a provider of traces is undefined, expected an ExtensionProvider'],
    ['logs as traces', { traces: { provider: otlpLogs } }, 'a provider of traces is "otel-logs", expected one of traces; this one is for access logs'],
    ['traces as logs', { accessLogs: [{ provider: otlp }] }, 'a provider of accessLogs[0] is "otel", expected one of access logs; this one is for traces'],
    ['secrets as metrics', { metrics: [ExtensionProvider.sds('vault', { service: collector, port: 1 })] }, 'this one is for none of metrics, traces and access logs'],
    ['two of one name', { traces: { provider: otlp }, accessLogs: [{ provider: ExtensionProvider.envoyFileAccessLog('otel') }] }, 'two providers have the name "otel"'],
    ['no metrics', { metrics: [] }, 'metrics[0].providers is [], expected a list of at least one entry'],
    ['a share of more than all', { traces: { provider: otlp, samplingPercentage: 120 } }, 'samplingPercentage of traces is 120, expected a number from 0 to 100'],
    ['a filter as a text', { accessLogs: [{ requests: 'response.code >= 400' }] }, 'requests of accessLogs[0] is "response.code >= 400", expected a LoggedRequests'],
    ['an unknown part of the traces', { traces: { provider: otlp, sampling: 1 } }, 'traces has no property "sampling"'],
    ['an unknown part of the logs', { accessLogs: [{ filter: 'x' }] }, 'accessLogs[0] has no property "filter"'],
    ['an unknown property', { logs: [] }, 'MeshObservability has no property "logs"'],
    ['a namespace that is none', { namespace: '*' }, 'the namespace of the MeshObservability is "*"'],
  ])('refuses %s', (_, props, message) => expect(() => telemetry(props as MeshObservabilityProps)).toThrow(message));
});
