import { Chart, Testing } from 'cdk8s';
import { ask } from './judge';
import {
  AccessLogFormat, ExtensionProvider, GrpcExternalAuthorizationOptions, HttpExternalAuthorizationOptions, MeshConfig, OpenTelemetryProviderOptions,
  OtlpExport, ProviderHeader, ServiceEntry, ServiceLocation, ServiceRef, ServiceResolution,
} from '../../src';

const service = ServiceRef.fromName('collector', { namespace: 'observability', ports: [4317, 4318] });
const target = { service, port: 4317 };
const rendered = (provider: ExtensionProvider) => new MeshConfig({ extensionProviders: [provider] }).toValues().extensionProviders[0];

describe('ExtensionProvider', () => {
  test('names a service by its construct', () => {
    // GIVEN
    const chart = new Chart(Testing.app(), 'Observability');
    const backend = new ServiceEntry(chart, 'Backend', {
      hosts: ['otel.example.com'],
      ports: [{ number: 443, name: 'https', protocol: 'HTTPS' as any }],
      location: ServiceLocation.MESH_EXTERNAL,
      resolution: ServiceResolution.dns(),
    });

    // WHEN
    const provider = ExtensionProvider.opentelemetry('otel', { service: backend, port: 443, serviceNamespace: 'observability', exportOver: OtlpExport.http({ path: '/v1/traces' }) });

    // THEN
    expect(rendered(provider)).toEqual({ name: 'otel', opentelemetry: { service: 'observability/otel.example.com', port: 443, http: { path: '/v1/traces' } } });
  });

  test('has little where little is said', () => {
    expect([
      ExtensionProvider.stackdriver('a'), ExtensionProvider.prometheus('b'), ExtensionProvider.envoyFileAccessLog('c'), ExtensionProvider.sds('d', target),
      ExtensionProvider.envoyFileAccessLog('e', { format: AccessLogFormat.json() }), ExtensionProvider.opentelemetry('f', { ...target, exportOver: OtlpExport.grpc() }),
      ExtensionProvider.envoyHttpAls('g', target), ExtensionProvider.zipkin('h', target), ExtensionProvider.skywalking('i', target),
    ].map(rendered)).toEqual([
      { name: 'a', stackdriver: {} }, { name: 'b', prometheus: {} }, { name: 'c', envoyFileAccessLog: {} },
      { name: 'd', sds: { name: 'd', service: service.host, port: 4317 } }, { name: 'e', envoyFileAccessLog: { logFormat: { labels: {} } } },
      { name: 'f', opentelemetry: { service: service.host, port: 4317, grpc: {} } }, { name: 'g', envoyHttpAls: { service: service.host, port: 4317 } },
      { name: 'h', zipkin: { service: service.host, port: 4317 } }, { name: 'i', skywalking: { service: service.host, port: 4317 } },
    ]);
  });

  test.each<[string, string, string]>([
    ['a port of 0', '{name: a, zipkin: {service: a.b, port: 0}}', 'port number 0 must be in the range'],
    ['a service with a wildcard', '{name: a, datadog: {service: "*.b", port: 1}}', 'invalid service fmt *.b'],
    ['a status that Envoy does not know', '{name: a, envoyExtAuthzHttp: {service: a.b, port: 1, statusOnError: "425"}}', 'unsupported statusOnError value 425'],
    ['a prefix without slash', '{name: a, envoyExtAuthzHttp: {service: a.b, port: 1, pathPrefix: check}}', 'pathPrefix should begin with'],
    ['both ways to OpenTelemetry', '{name: a, opentelemetry: {service: a.b, port: 1, grpc: {}, http: {path: /}}}', 'cannot specify both grpc and http'],
  ])('keeps to what Istio refuses too: %s', (_, provider, message) => {
    expect(ask({ judge: 'meshConfig', document: `extensionProviders: [${provider}]` })[0].errors.join()).toContain(message);
  });
});

const http = (options: Partial<HttpExternalAuthorizationOptions> | object) => () => ExtensionProvider.envoyExtAuthzHttp('a', { ...target, ...options });
const grpc = (options: Partial<GrpcExternalAuthorizationOptions> | object) => () => ExtensionProvider.envoyExtAuthzGrpc('a', { ...target, ...options });
const otel = (options: Partial<OpenTelemetryProviderOptions> | object) => () => ExtensionProvider.opentelemetry('a', { ...target, ...options });

describe('ExtensionProvider refuses', () => {
  test.each<[string, () => unknown, string]>([
    ['an empty name', () => ExtensionProvider.prometheus(''), 'the name of the provider is "", expected a non-empty string; give the name by which it is used'],
    ['a service without namespace', http({ service: ServiceRef.fromName('authz') }), 'the service of the provider "a" is "authz", expected a full host name, as the mesh has no namespace of its own; give the namespace of the service'],
    ['a service with a wildcard', http({ service: ServiceRef.fromHost('*.example.com') }), 'the service of the provider "a" is "*.example.com"'],
    ['no service', http({ service: undefined }), 'the service is undefined, expected a Service construct'],
    ['a port out of range', grpc({ port: 0 }), 'the port of the provider "a" is 0, expected a whole number from 1 to 65535'],
    ['a port that the service does not have', grpc({ port: 80 }), 'the port of the provider "a" is 80, expected one of 4317, 4318, which are those of "collector"; name one of them'],
    ['a wrong namespace', grpc({ serviceNamespace: 'a/b' }), 'serviceNamespace of the provider "a" is "a/b", expected a DNS label'],
    ['an unknown property', grpc({ pathPrefix: '/check' }), 'the provider "a" has no property "pathPrefix"'],
    ['no options', () => ExtensionProvider.envoyExtAuthzGrpc('a', undefined as any), 'the provider "a" is undefined, expected an object'],
    ['a status that Envoy does not know', grpc({ statusOnError: 425 }), 'statusOnError of the provider "a" is 425, expected an HTTP status that Envoy knows; use one such as 503'],
    ['a status in text', grpc({ statusOnError: '503' }), 'statusOnError of the provider "a" is "503"'],
    ['a prefix without slash', http({ pathPrefix: 'check' }), 'pathPrefix of the provider "a" is "check", expected a path that begins with "/"'],
    ['a body of no bytes', http({ includeRequestBodyInCheck: { maxRequestBytes: 0 } }), 'maxRequestBytes of includeRequestBodyInCheck of the provider "a" is 0, expected a whole number from 1'],
    ['bytes over HTTP', http({ includeRequestBodyInCheck: { maxRequestBytes: 1, packAsBytes: true } }), 'includeRequestBodyInCheck of the provider "a" has packAsBytes, expected it over gRPC only'],
    ['an unknown property of the body', grpc({ includeRequestBodyInCheck: { maxRequestBytes: 1, max: 1 } }), 'includeRequestBodyInCheck of the provider "a" has no property "max"'],
    ['a wrong header', http({ headersToUpstreamOnAllow: ['x user'] }), 'a header of headersToUpstreamOnAllow of the provider "a" is "x user", expected a header name'],
    ['a wildcard amid a header', http({ headersToUpstreamOnAllow: ['x-*-id'] }), 'a header of headersToUpstreamOnAllow of the provider "a" is "x-*-id", expected a wildcard in front or behind only'],
    ['a wildcard alone', http({ headersToUpstreamOnAllow: ['**'] }), 'a header of headersToUpstreamOnAllow of the provider "a" is "*'],
    ['a fixed header of another type', http({ includeAdditionalHeadersInCheck: { 'x-a': 1 } }), 'the header "x-a" of the provider "a" is 1, expected text; write the value in quotes'],
    ['an unknown property over HTTP', http({ mode: 1 }), 'the provider "a" has no property "mode"'],
    ['tags of no length', () => ExtensionProvider.datadog('a', { ...target, maxTagLength: 0 }), 'maxTagLength of the provider "a" is 0, expected a whole number from 1'],
    ['an unknown property of Datadog', () => ExtensionProvider.datadog('a', { ...target, path: '/' } as any), 'the provider "a" has no property "path"'],
    ['an unknown property of Zipkin', () => ExtensionProvider.zipkin('a', { ...target, paths: '/' } as any), 'the provider "a" has no property "paths"'],
    ['a wrong context', () => ExtensionProvider.zipkin('a', { ...target, traceContext: 'W3C' as any }), 'traceContext of the provider "a" is "W3C", expected one of USE_B3'],
    ['a header in text', () => ExtensionProvider.zipkin('a', { ...target, headers: ['a: b'] as any }), 'an entry of headers of the provider "a" is "a: b", expected a ProviderHeader'],
    ['an empty token', () => ExtensionProvider.skywalking('a', { ...target, accessToken: '' }), 'accessToken of the provider "a" is ""'],
    ['an unknown property of SkyWalking', () => ExtensionProvider.skywalking('a', { ...target, maxTagLength: 1 } as any), 'the provider "a" has no property "maxTagLength"'],
    ['an empty label', () => ExtensionProvider.stackdriver('a', { logLabels: { path: '' } }), 'the label "path" of the provider "a" is ""'],
    ['an unknown property of Stackdriver', () => ExtensionProvider.stackdriver('a', { debug: true } as any), 'the provider "a" has no property "debug"'],
    ['an export in text', otel({ exportOver: 'http' }), 'exportOver of the provider "a" is "http", expected an OtlpExport'],
    ['an unknown property of OpenTelemetry', otel({ http: {} }), 'the provider "a" has no property "http"'],
    ['a sampler without HTTP', otel({ dynatraceSampler: { tenant: 'a', clusterId: 1 } }), 'dynatraceSampler of the provider "a" has no httpService while traces go over gRPC, expected one of them over HTTP'],
    ['a sampler without tenant', otel({ exportOver: OtlpExport.http({ path: '/' }), dynatraceSampler: { clusterId: 1 } }), 'tenant of dynatraceSampler of the provider "a" is undefined'],
    ['a sampler with a wrong cluster', otel({ exportOver: OtlpExport.http({ path: '/' }), dynatraceSampler: { tenant: 'a', clusterId: 1.5 } }), 'clusterId of dynatraceSampler of the provider "a" is 1.5'],
    ['a sampler of another kind', otel({ exportOver: OtlpExport.http({ path: '/' }), dynatraceSampler: { tenant: 'a', clusterId: 1, rate: 1 } }), 'dynatraceSampler of the provider "a" has no property "rate"'],
    ['an API with an unknown property', otel({ dynatraceSampler: { tenant: 'a', clusterId: 1, httpService: { ...target, path: '/' } } }), 'httpService of dynatraceSampler of the provider "a" has no property "path"'],
    ['HTTP without path', () => OtlpExport.http({} as any), 'path of OtlpExport.http is undefined'],
    ['HTTP with a wrong path', () => OtlpExport.http({ path: 'v1/traces' }), 'path of OtlpExport.http is "v1/traces", expected a path that begins with "/"'],
    ['HTTP with an unknown property', () => OtlpExport.http({ path: '/', port: 1 } as any), 'OtlpExport.http has no property "port"'],
    ['gRPC with an unknown property', () => OtlpExport.grpc({ headers: [] } as any), 'OtlpExport.grpc has no property "headers"'],
    ['a header without value', () => ProviderHeader.of('a', ''), 'the value of the header "a" is "", expected a non-empty string; leave out the header'],
    ['a header without name', () => ProviderHeader.of('a b', 'c'), 'the name of a header is "a b", expected a header name'],
    ['a variable that is none', () => ProviderHeader.fromEnv('a', 'b c'), 'the variable of the header "a" is "b c", expected the name of an environment variable'],
    ['an empty format', () => AccessLogFormat.text(''), 'the format of AccessLogFormat.text is ""'],
    ['labels that are none', () => AccessLogFormat.json([] as any), 'the labels of AccessLogFormat.json is [], expected an object'],
    ['a format in text', () => ExtensionProvider.envoyFileAccessLog('a', { format: '%REQ%' as any }), 'format of the provider "a" is "%REQ%", expected an AccessLogFormat'],
    ['an unknown property of a file', () => ExtensionProvider.envoyFileAccessLog('a', { file: 'b' } as any), 'the provider "a" has no property "file"'],
    ['a wrong header to log', () => ExtensionProvider.envoyHttpAls('a', { ...target, additionalRequestHeadersToLog: ['a b'] }), 'an entry of additionalRequestHeadersToLog of the provider "a" is "a b"'],
    ['an unknown property of HTTP logs', () => ExtensionProvider.envoyHttpAls('a', { ...target, format: 'b' } as any), 'the provider "a" has no property "format"'],
    ['headers of TCP', () => ExtensionProvider.envoyTcpAls('a', { ...target, additionalRequestHeadersToLog: ['a'] } as any), 'the provider "a" has no property "additionalRequestHeadersToLog"'],
    ['an unknown property of OpenTelemetry logs', () => ExtensionProvider.envoyOtelAls('a', { ...target, labels: {} } as any), 'the provider "a" has no property "labels"'],
    ['attributes that are none', () => ExtensionProvider.envoyOtelAls('a', { ...target, attributes: 'b' as any }), 'attributes of the provider "a" is "b", expected an object'],
    ['an empty name of secrets', () => ExtensionProvider.sds('a', { ...target, sdsName: '' }), 'sdsName of the provider "a" is ""'],
    ['an unknown property of secrets', () => ExtensionProvider.sds('a', { ...target, path: '/' } as any), 'the provider "a" has no property "path"'],
  ])('%s', (_, build, message) => {
    expect(build).toThrow(message);
  });
});
