import { Testing } from 'cdk8s';
import { Kiali, KialiAuthentication, KialiProps, KialiTracingProvider } from '../../src';

const prometheusUrl = 'http://prometheus.monitoring:9090';

function kiali(props: Partial<KialiProps> = {}) {
  const chart = Testing.chart();
  new Kiali(chart, 'Kiali', { metadata: { name: 'kiali', namespace: 'istio-system' }, prometheusUrl, ...props });
  return Testing.synth(chart)[0];
}

describe('Kiali', () => {
  test('S000-43, S002-16, S003-14: shows the mesh, and changes nothing', () => {
    expect(kiali()).toEqual({
      apiVersion: 'kiali.io/v1alpha1',
      kind: 'Kiali',
      metadata: { name: 'kiali', namespace: 'istio-system' },
      spec: {
        auth: { strategy: 'token' },
        deployment: { view_only_mode: true },
        external_services: { prometheus: { url: prometheusUrl }, grafana: { enabled: false }, tracing: { enabled: false } },
      },
    });
  });

  test('links to Grafana, and shows the traces of Tempo', () => {
    expect(kiali({
      grafana: { internalUrl: 'http://grafana.monitoring:3000', externalUrl: 'https://grafana.example.com' },
      tracing: { internalUrl: 'http://tempo.monitoring:3200', provider: KialiTracingProvider.TEMPO, useGrpc: false },
      authentication: KialiAuthentication.ANONYMOUS,
      viewOnly: false,
    }).spec).toEqual({
      auth: { strategy: 'anonymous' },
      deployment: { view_only_mode: false },
      external_services: {
        prometheus: { url: prometheusUrl },
        grafana: { enabled: true, internal_url: 'http://grafana.monitoring:3000', external_url: 'https://grafana.example.com' },
        tracing: { enabled: true, internal_url: 'http://tempo.monitoring:3200', provider: 'tempo', use_grpc: false },
      },
    });
    expect(kiali({ tracing: { internalUrl: 'http://jaeger.monitoring:16685' } }).spec.external_services.tracing)
      .toEqual({ enabled: true, internal_url: 'http://jaeger.monitoring:16685', provider: 'jaeger', use_grpc: true });
  });

  test.each<[string, object, string]>([
    ['an address without scheme', { prometheusUrl: 'prometheus:9090' }, 'prometheusUrl is "prometheus:9090", expected an address with http or https'],
    ['an address that is none', { grafana: { internalUrl: 'grafana' } }, 'internalUrl of grafana is "grafana"'],
    ['a link that is none', { tracing: { internalUrl: prometheusUrl, externalUrl: '/traces' } }, 'externalUrl of tracing is "/traces"'],
    ['an unknown login', { authentication: 'ldap' }, 'authentication is "ldap", expected one of anonymous, token, openid, openshift, header'],
    ['an unknown keeper of traces', { tracing: { internalUrl: prometheusUrl, provider: 'zipkin' } }, 'the provider of tracing is "zipkin", expected one of jaeger, tempo'],
    ['an unknown property of grafana', { grafana: { url: prometheusUrl } }, 'grafana has no property "url"'],
    ['an unknown property of tracing', { tracing: { url: prometheusUrl } }, 'tracing has no property "url"'],
    ['an unknown property', { url: prometheusUrl }, 'Kiali has no property "url"'],
    ['a flag that is none', { viewOnly: 'yes' }, 'viewOnly is "yes", expected true or false'],
  ])('refuses %s', (_, props, message) => expect(() => kiali(props)).toThrow(message));
});
