import { Duration, Size, Testing } from 'cdk8s';
import { parse } from 'yaml';
import { plusDeployment, podMetadata, rawDeployment, remarks } from './objects';
import {
  ClientTls, ConnectionProfile, ControlPlaneAuth, ForwardClientCert, HeadersWithUnderscores, InterceptionMode, PathWithEscapedSlashes,
  PrivateKeyProvider, ProxyImage, ProxyServiceName, ProxySettings, ProxyTracer, ReadinessProbe, SidecarProxy,
} from '../../src';

const pem = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

/** What Istio's ProxyConfig is for each setting. */
const good: [ProxySettings, object][] = [
  [{ holdApplicationUntilProxyStarts: true }, { holdApplicationUntilProxyStarts: true }],
  [{ concurrency: 0 }, { concurrency: 0 }],
  [{ terminationDrainDuration: Duration.seconds(0) }, { terminationDrainDuration: '0s' }],
  [{ terminationDrainDuration: Duration.minutes(1) }, { terminationDrainDuration: '1m' }],
  [{ drainDuration: Duration.hours(1) }, { drainDuration: '1h' }],
  [{ tracing: { tracer: ProxyTracer.zipkin('zipkin.istio-system:9411'), sampling: 0.1 } }, { tracing: { zipkin: { address: 'zipkin.istio-system:9411' }, sampling: 0.1 } }],
  [{ tracing: { tracer: ProxyTracer.datadog('$(HOST_IP):8126'), maxPathTagLength: 99, enableIstioTags: false } },
    { tracing: { datadog: { address: '$(HOST_IP):8126' }, maxPathTagLength: 99, enableIstioTags: false } }],
  [{ tracing: { tracer: ProxyTracer.lightstep('[fd00::1]:443', 'token'), tls: ClientTls.istioMutual() } },
    { tracing: { lightstep: { address: '[fd00::1]:443', accessToken: 'token' }, tlsSettings: { mode: 'ISTIO_MUTUAL' } } }],
  [{ image: ProxyImage.DEBUG }, { image: { imageType: 'debug' } }],
  [{ proxyMetadata: { ISTIO_META_DNS_CAPTURE: 'true', A: 'yes', B: '1e3', C: '0o7', J: '0X1F', D: '012', E: '1_000', F: '~', G: '', H: ' x: # y', I: '12:30:45' } },
    { proxyMetadata: { ISTIO_META_DNS_CAPTURE: 'true', A: 'yes', B: '1e3', C: '0o7', J: '0X1F', D: '012', E: '1_000', F: '~', G: '', H: ' x: # y', I: '12:30:45' } }],
  [{ proxyStatsMatcher: { inclusionPrefixes: ['a'], inclusionSuffixes: ['upstream_rq_timeout'], inclusionRegexps: ['.*outlier_detection.*'] } },
    { proxyStatsMatcher: { inclusionPrefixes: ['a'], inclusionSuffixes: ['upstream_rq_timeout'], inclusionRegexps: ['.*outlier_detection.*'] } }],
  [{
    proxyHeaders: {
      forwardedClientCert: ForwardClientCert.SANITIZE_SET,
      clientCertDetails: { subject: true, cert: true, chain: false, dns: false, uri: true },
      serverName: 'shop',
      requestId: true,
      attemptCount: false,
      envoyDebugHeaders: false,
      metadataExchangeInMeshOnly: true,
      preserveHttp1HeaderCase: true,
      xForwardedHost: true,
      xForwardedPort: false,
    },
  }, {
    proxyHeaders: {
      forwardedClientCert: 'SANITIZE_SET',
      setCurrentClientCertDetails: { subject: true, cert: true, chain: false, dns: false, uri: true },
      server: { value: 'shop' },
      requestId: { disabled: false },
      attemptCount: { disabled: true },
      envoyDebugHeaders: { disabled: true },
      metadataExchangeHeaders: { mode: 'IN_MESH' },
      preserveHttp1HeaderCase: true,
      xForwardedHost: { enabled: true },
      xForwardedPort: { enabled: false },
    },
  }],
  [{ proxyHeaders: { server: false, metadataExchangeInMeshOnly: false, clientCertDetails: { dns: true } } },
    { proxyHeaders: { server: { disabled: true }, metadataExchangeHeaders: { mode: 'UNDEFINED' }, setCurrentClientCertDetails: { dns: true } } }],
  [{ gatewayTopology: { numTrustedProxies: 2, forwardClientCert: ForwardClientCert.FORWARD_ONLY, proxyProtocol: true } },
    { gatewayTopology: { numTrustedProxies: 2, forwardClientCertDetails: 'FORWARD_ONLY', proxyProtocol: {} } }],
  [{ gatewayTopology: { numTrustedProxies: 0, proxyProtocol: false } }, { gatewayTopology: { numTrustedProxies: 0 } }],
  [{
    connectionSettings: {
      profile: ConnectionProfile.EDGE,
      listenerPerConnectionBufferLimit: Size.kibibytes(32),
      clusterPerConnectionBufferLimit: Size.mebibytes(0.5),
      httpIdleTimeout: Duration.hours(1),
      httpMaxConnectionDuration: Duration.days(1),
      httpDrainTimeout: Duration.seconds(0),
      httpRequestTimeout: Duration.minutes(5),
      httpRequestHeadersTimeout: Duration.millis(500),
      httpStreamIdleTimeout: Duration.minutes(5),
      httpMaxStreamDuration: Duration.minutes(10),
      httpMaxConcurrentStreams: 100,
      http2InitialStreamWindowSize: Size.kibibytes(64),
      http2InitialConnectionWindowSize: Size.mebibytes(1),
      headersWithUnderscores: HeadersWithUnderscores.REJECT_REQUEST,
      httpMergeSlashes: true,
      pathWithEscapedSlashes: PathWithEscapedSlashes.UNESCAPE_AND_REDIRECT,
      listenerConnectionLimit: 1000,
      globalDownstreamConnectionLimit: 5000,
    },
  }, {
    connectionSettings: {
      profile: 'EDGE',
      listenerPerConnectionBufferLimitBytes: 32768,
      clusterPerConnectionBufferLimitBytes: 524288,
      httpIdleTimeout: '1h',
      httpMaxConnectionDuration: '24h',
      httpDrainTimeout: '0s',
      httpRequestTimeout: '5m',
      httpRequestHeadersTimeout: '500ms',
      httpStreamIdleTimeout: '5m',
      httpMaxStreamDuration: '10m',
      httpMaxConcurrentStreams: 100,
      http2InitialStreamWindowSize: 65536,
      http2InitialConnectionWindowSize: 1048576,
      httpHeadersWithUnderscoresAction: 'HEADERS_WITH_UNDERSCORES_REJECT_REQUEST',
      httpMergeSlashes: true,
      httpPathWithEscapedSlashesAction: 'UNESCAPE_AND_REDIRECT',
      listenerConnectionLimit: 1000,
      globalDownstreamConnectionLimit: 5000,
    },
  }],
  [{ interceptionMode: InterceptionMode.TPROXY }, { interceptionMode: 'TPROXY' }],
  [{ readinessProbe: ReadinessProbe.httpGet(8080, { path: '/ready' }) }, { readinessProbe: { httpGet: { port: 8080, path: '/ready' } } }],
  [{ serviceName: ProxyServiceName.CANONICAL_NAME_ONLY }, { tracingServiceName: 'CANONICAL_NAME_ONLY' }],
  [{ serviceName: ProxyServiceName.of('orders') }, { serviceCluster: 'orders' }],
  [{ discoveryAddress: 'istiod.istio-system.svc:15012' }, { discoveryAddress: 'istiod.istio-system.svc:15012' }],
  [{ controlPlaneAuth: ControlPlaneAuth.NONE }, { controlPlaneAuthPolicy: 'NONE' }],
  [{ envoyAccessLogService: { address: 'logs.infra:15000', tls: ClientTls.istioMutual(), tcpKeepalive: { time: Duration.seconds(10) } } },
    { envoyAccessLogService: { address: 'logs.infra:15000', tlsSettings: { mode: 'ISTIO_MUTUAL' }, tcpKeepalive: { time: '10s' } } }],
  [{ envoyMetricsService: { address: '10.0.0.1:15000' } }, { envoyMetricsService: { address: '10.0.0.1:15000' } }],
  [{ statsdUdpAddress: '10.75.241.127:9125' }, { statsdUdpAddress: '10.75.241.127:9125' }],
  [{ statsCompression: false }, { statsCompression: false }],
  [{ statNameLength: 256 }, { statNameLength: 256 }],
  [{ extraStatTags: ['request_host'] }, { extraStatTags: ['request_host'] }],
  [{ proxyAdminPort: 15001 }, { proxyAdminPort: 15001 }],
  [{ statusPort: 15021 }, { statusPort: 15021 }],
  [{ meshId: 'mesh1' }, { meshId: 'mesh1' }],
  [{ caCertificatesPem: [pem] }, { caCertificatesPem: [pem] }],
  [{ privateKeyProvider: PrivateKeyProvider.cryptoMb(Duration.millis(10), true) }, { privateKeyProvider: { cryptomb: { pollDelay: '10ms', fallback: true } } }],
  [{ privateKeyProvider: PrivateKeyProvider.qat(Duration.millis(2)) }, { privateKeyProvider: { qat: { pollDelay: '2ms' } } }],
  [{ runtimeValues: { 'envoy.reloadable_features.x': 'false' } }, { runtimeValues: { 'envoy.reloadable_features.x': 'false' } }],
  [{ fileFlushInterval: Duration.millis(500), fileFlushMinSize: Size.kibibytes(128) }, { fileFlushInterval: '500ms', fileFlushMinSizeKb: 128 }],
  [{ configPath: '/etc/proxy', binaryPath: '/envoy', customConfigFile: '/c.json', proxyBootstrapTemplatePath: '/t.json' },
    { configPath: '/etc/proxy', binaryPath: '/envoy', customConfigFile: '/c.json', proxyBootstrapTemplatePath: '/t.json' }],
];

const long = 'PrivateKeyProvider.cryptoMb';
const bad: [string, any, string][] = [
  ['settings that are none', 'concurrency: 2', 'config is "concurrency: 2", expected an object with its properties'],
  ['an unknown setting', { hold: true }, 'config has no property "hold"'],
  ['a text for true', { holdApplicationUntilProxyStarts: 'true' }, 'config.holdApplicationUntilProxyStarts is "true", expected true or false'],
  ['threads below 0', { concurrency: -1 }, 'config.concurrency is -1, expected a whole number from 0'],
  ['a drain that is none', { terminationDrainDuration: '5s' }, 'config.terminationDrainDuration is "5s", expected a Duration'],
  ['a drain of half a second', { drainDuration: Duration.millis(500) }, 'config.drainDuration is 500 ms, expected whole seconds and at least 1'],
  ['a drain of nothing', { drainDuration: Duration.seconds(0) }, 'config.drainDuration is 0 ms, expected'],
  ['a tracer that is none', { tracing: { tracer: { zipkin: {} } } }, 'config.tracing.tracer is {"zipkin":{}}, expected a ProxyTracer'],
  ['a share over 100', { tracing: { sampling: 101 } }, 'config.tracing.sampling is 101, expected a number from 0 to 100'],
  ['a length of 0', { tracing: { maxPathTagLength: 0 } }, 'config.tracing.maxPathTagLength is 0, expected a whole number from 1'],
  ['tags that are no flag', { tracing: { enableIstioTags: 'no' } }, 'config.tracing.enableIstioTags is "no", expected true or false'],
  ['TLS that is none', { tracing: { tls: 'ISTIO_MUTUAL' } }, 'config.tracing.tls is "ISTIO_MUTUAL", expected a ClientTls'],
  ['an unknown property of tracing', { tracing: { zipkin: 'z:1' } }, 'config.tracing has no property "zipkin"'],
  ['an image that is none', { image: 'debug' }, 'config.image is "debug", expected a ProxyImage'],
  ['a variable that is no text', { proxyMetadata: { A: true } }, 'config.proxyMetadata has "A": true, expected a name with a text; write the value in quotes'],
  ['a variable with quotes', { proxyMetadata: { A: '{"a":1}' } }, 'expected a name of an environment variable and a text without quotes, backslashes and line breaks'],
  ['a variable with a bad name', { proxyMetadata: { 'A B': 'x' } }, 'config.proxyMetadata has "A B": "x", expected a name of an environment variable'],
  ['no variable', { proxyMetadata: {} }, 'config is {}, expected at least one setting; leave it out'],
  ['an expression that is none', { proxyStatsMatcher: { inclusionRegexps: ['('] } }, 'an entry of config.proxyStatsMatcher.inclusionRegexps is "(", expected an RE2 expression'],
  ['a prefix that is empty', { proxyStatsMatcher: { inclusionPrefixes: [''] } }, 'an entry of config.proxyStatsMatcher.inclusionPrefixes is "", expected a non-empty string'],
  ['an unknown property of the matcher', { proxyStatsMatcher: { prefixes: [] } }, 'config.proxyStatsMatcher has no property "prefixes"'],
  ['an unknown header', { proxyHeaders: { xFoo: true } }, 'config.proxyHeaders has no property "xFoo"'],
  ['a header that is no flag', { proxyHeaders: { requestId: {} } }, 'config.proxyHeaders.requestId is {}, expected true or false'],
  ['a name of no server', { proxyHeaders: { server: false, serverName: 'shop' } }, 'config.proxyHeaders has the serverName "shop" beside server: false, expected one of them'],
  ['a forwarding that is none', { proxyHeaders: { forwardedClientCert: 'NO' } }, 'config.proxyHeaders.forwardedClientCert is "NO", expected one of SANITIZE'],
  ['details that are not passed on', { proxyHeaders: { forwardedClientCert: 'SANITIZE', clientCertDetails: { dns: true } } }, 'config.proxyHeaders.clientCertDetails is set beside forwardedClientCert of SANITIZE, expected APPEND_FORWARD or SANITIZE_SET'],
  ['an unknown detail', { proxyHeaders: { clientCertDetails: { hash: true } } }, 'config.proxyHeaders.clientCertDetails has no property "hash"'],
  ['proxies below 0', { gatewayTopology: { numTrustedProxies: -1 } }, 'config.gatewayTopology.numTrustedProxies is -1, expected a whole number from 0'],
  ['a forwarding of gateways that is none', { gatewayTopology: { forwardClientCert: 'UNDEFINED' } }, 'config.gatewayTopology.forwardClientCert is "UNDEFINED", expected one of'],
  ['a protocol that is no flag', { gatewayTopology: { proxyProtocol: {} } }, 'config.gatewayTopology.proxyProtocol is {}, expected true or false'],
  ['an unknown property of the topology', { gatewayTopology: { network: 'a' } }, 'config.gatewayTopology has no property "network"'],
  ['a profile that is none', { connectionSettings: { profile: 'GATEWAY' } }, 'config.connectionSettings.profile is "GATEWAY", expected one of SIDECAR, EDGE'],
  ['a buffer that is no size', { connectionSettings: { listenerPerConnectionBufferLimit: 32768 } }, 'config.connectionSettings.listenerPerConnectionBufferLimit is 32768, expected a Size'],
  ['a buffer that is too big', { connectionSettings: { clusterPerConnectionBufferLimit: Size.gibibytes(2) } }, 'config.connectionSettings.clusterPerConnectionBufferLimit is 2147483648, expected a whole number from 0 to 2147483647; it is counted in bytes'],
  ['a window that is too small', { connectionSettings: { http2InitialStreamWindowSize: Size.kibibytes(32) } }, 'config.connectionSettings.http2InitialStreamWindowSize is 32768, expected a whole number from 65535'],
  ['a time that is none', { connectionSettings: { httpIdleTimeout: 60 } }, 'config.connectionSettings.httpIdleTimeout is 60, expected a Duration'],
  ['no streams', { connectionSettings: { httpMaxConcurrentStreams: 0 } }, 'config.connectionSettings.httpMaxConcurrentStreams is 0, expected a whole number from 1'],
  ['an action that is none', { connectionSettings: { headersWithUnderscores: 'ALLOW' } }, 'config.connectionSettings.headersWithUnderscores is "ALLOW", expected one of'],
  ['an unknown property of the connections', { connectionSettings: { idleTimeout: 1 } }, 'config.connectionSettings has no property "idleTimeout"'],
  ['a mode that is none', { interceptionMode: 'x' }, 'config.interceptionMode is "x", expected one of'],
  ['a probe that is none', { readinessProbe: { httpGet: {} } }, 'config.readinessProbe is {"httpGet":{}}, expected a ReadinessProbe'],
  ['a name that is none', { serviceName: 'orders' }, 'config.serviceName is "orders", expected a ProxyServiceName'],
  ['an address without port', { discoveryAddress: 'istiod' }, 'config.discoveryAddress is "istiod", expected host and port such as "collector.telemetry:9411"; leave out scheme and path'],
  ['an address with a scheme', { discoveryAddress: 'https://istiod:15012' }, 'is "https://istiod:15012", expected host and port'],
  ['an address with a port out of range', { discoveryAddress: 'istiod:65536' }, 'is "istiod:65536", expected host and port'],
  ['an address that is a time', { discoveryAddress: '12:30' }, 'is "12:30", expected host and port'],
  ['an address with a blank', { discoveryAddress: 'two words:15012' }, 'is "two words:15012", expected host and port'],
  ['an address with a wildcard', { discoveryAddress: '*.istio:15012' }, 'is "*.istio:15012", expected host and port'],
  ['an address without brackets', { statsdUdpAddress: 'fd00::1:9125' }, 'config.statsdUdpAddress is "fd00::1:9125", expected host and port'],
  ['an empty address', { statsdUdpAddress: '' }, 'config.statsdUdpAddress is "", expected a non-empty string; give host and port'],
  ['a policy that is none', { controlPlaneAuth: 'TLS' }, 'config.controlPlaneAuth is "TLS", expected one of NONE, MUTUAL_TLS'],
  ['a server without address', { envoyAccessLogService: {} }, 'config.envoyAccessLogService.address is undefined, expected a non-empty string'],
  ['a server with unknown properties', { envoyMetricsService: { address: 'a:1', port: 1 } }, 'config.envoyMetricsService has no property "port"'],
  ['a server with TLS that is none', { envoyMetricsService: { address: 'a:1', tls: {} } }, 'config.envoyMetricsService.tls is {}, expected a ClientTls'],
  ['compression that is no flag', { statsCompression: 'gzip' }, 'config.statsCompression is "gzip", expected true or false'],
  ['a length of no name', { statNameLength: 0 }, 'config.statNameLength is 0, expected a whole number from 1'],
  ['an admin port that is none', { proxyAdminPort: 0 }, 'config.proxyAdminPort is 0, expected a whole number from 1 to 65535'],
  ['a status port that is none', { statusPort: 0 }, 'config.statusPort is 0, expected a whole number from 1 to 65535'],
  ['an empty mesh', { meshId: '' }, 'config.meshId is "", expected a non-empty string'],
  ['a path to a certificate', { caCertificatesPem: ['/etc/ca.pem'] }, 'an entry of config.caCertificatesPem is "/etc/ca.pem", expected a certificate as PEM; give the text of the file, not its path'],
  ['no certificates', { caCertificatesPem: [] }, 'config.caCertificatesPem is [], expected a list of at least one entry'],
  ['a provider that is none', { privateKeyProvider: 'qat' }, 'config.privateKeyProvider is "qat", expected a PrivateKeyProvider'],
  ['a runtime value that is no text', { runtimeValues: { a: 1 } }, 'config.runtimeValues has "a": 1, expected a name with a text'],
  ['a flush of nothing', { fileFlushInterval: Duration.seconds(0) }, 'config.fileFlushInterval is 0 ms, expected'],
  ['a size of nothing', { fileFlushMinSize: Size.kibibytes(0) }, 'config.fileFlushMinSize is 0, expected a whole number from 1'],
  ['an empty path', { configPath: '' }, 'config.configPath is "", expected a non-empty string'],
];

describe('ProxySettings', () => {
  test.each(good)('%j is what Istio reads', (config, expected) => {
    const chart = Testing.chart();
    SidecarProxy.configure(rawDeployment(chart), { config });

    // by YAML 1.1, which Istio reads, and 1.2
    const text = podMetadata(chart).annotations['proxy.istio.io/config'];
    expect([parse(text, { version: '1.1' }), parse(text)]).toEqual([expected, expected]);
    expect(remarks(chart)).toEqual([]);
  });

  test('all settings go together', () => {
    const chart = Testing.chart();
    const [config, expected] = good.filter(([{ proxyHeaders }]) => proxyHeaders?.server !== false).reduce(
      ([settings, result], [part, rendered]) => [{ ...settings, ...part }, { ...result, ...rendered }]);
    SidecarProxy.configure(plusDeployment(chart), { config });

    const { tracingServiceName, ...rest } = expected as Record<string, unknown>;
    expect(tracingServiceName).toBeDefined(); // the last name that is given counts
    expect(parse(podMetadata(chart).annotations['proxy.istio.io/config'])).toEqual(rest);
    expect(remarks(chart)).toEqual([]);
  });

  test.each(bad)('refuses %s', (_, config, message) => {
    expect(() => SidecarProxy.configure(plusDeployment(Testing.chart()), { config })).toThrow(message);
  });

  test.each<[string, () => unknown, string]>([
    ['a tracer without port', () => ProxyTracer.zipkin('zipkin'), 'the address of ProxyTracer.zipkin is "zipkin", expected host and port'],
    ['an agent without address', () => ProxyTracer.datadog(''), 'the address of ProxyTracer.datadog is "", expected a non-empty string'],
    ['the node\'s address for Lightstep, where Istio knows no such name', () => ProxyTracer.lightstep('$(HOST_IP):1', 'token'), 'the address of ProxyTracer.lightstep is "$(HOST_IP):1", expected host and port'],
    ['a tracer without token', () => ProxyTracer.lightstep('a:1', ''), 'the accessToken of ProxyTracer.lightstep is "", expected a non-empty string'],
    ['no delay', () => PrivateKeyProvider.cryptoMb(Duration.seconds(0)), `the pollDelay of ${long} is 0 ms, expected`],
    ['a fallback that is no flag', () => PrivateKeyProvider.qat(Duration.seconds(1), 'yes' as any), 'the fallback of PrivateKeyProvider.qat is "yes", expected true or false'],
    ['a name that is empty', () => ProxyServiceName.of(''), 'the name of ProxyServiceName.of is "", expected a non-empty string'],
  ])('refuses %s', (_, make, message) => {
    expect(make).toThrow(message);
  });
});
