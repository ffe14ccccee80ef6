import { Duration, Size } from 'cdk8s';
import {
  AccessLogEncoding, AccessLogFormat, ClientTls, ConfigSource, ConnectionPool, ControlPlaneAuth, EcdhCurve, ExportTo, ExtensionProvider,
  H2UpgradePolicy, InboundTrafficPolicy, IngressControllerMode, InterceptionMode, LabelCondition,
  Locality, MeshConfigProps, MeshOutboundTrafficPolicy, OtlpExport, PathNormalization, PrivateKeyProvider, ProviderHeader,
  ProxyImage, ProxyServiceName, ProxySettings, ProxyTracer, ReadinessProbe, RetryOn, RetryPolicy, RootCertificate, ServiceAttributes, ServiceRef,
  ServiceScopeKind, TlsVersion, TraceContext, Visibility,
} from '../../src';

export const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

const collector = ServiceRef.fromName('collector', { namespace: 'observability' });
const target = { service: collector, port: 4317 };
const headers = [ProviderHeader.of('x-tenant', 'shop'), ProviderHeader.fromEnv('authorization', 'OTEL_TOKEN')];
const files = { sni: 'example.com', subjectAltNames: ['example.com'], caCrl: '/certs/crl.pem' };
const tls = ClientTls.mutual({ clientCertificate: '/certs/cert.pem', privateKey: '/certs/key.pem', caCertificates: '/certs/ca.pem', ...files });
const trusting = ClientTls.simple({ insecureSkipVerify: true });
const secret = ClientTls.simple({ credentialName: 'ca' });
const keepalive = { probes: 3, time: Duration.seconds(60), interval: Duration.seconds(10) };

const extensionProviders = [
  ExtensionProvider.envoyExtAuthzHttp('authz-http', {
    ...target,
    timeout: Duration.seconds(1),
    failOpen: true,
    clearRouteCache: true,
    statusOnError: 503,
    pathPrefix: '/check',
    includeRequestBodyInCheck: { maxRequestBytes: 4096, allowPartialMessage: true },
    includeRequestHeadersInCheck: ['authorization', 'x-auth-*', '*-id'],
    includeAdditionalHeadersInCheck: { 'x-mesh': 'shop' },
    headersToUpstreamOnAllow: ['x-user'],
    headersToDownstreamOnDeny: ['set-cookie'],
    headersToDownstreamOnAllow: ['x-*'],
  }),
  ExtensionProvider.envoyExtAuthzGrpc('authz-grpc', {
    ...target,
    serviceNamespace: 'observability',
    timeout: Duration.millis(10),
    failOpen: false,
    clearRouteCache: false,
    statusOnError: 403,
    includeRequestBodyInCheck: { maxRequestBytes: 1, allowPartialMessage: false, packAsBytes: true },
  }),
  ExtensionProvider.zipkin('zipkin', {
    ...target, maxTagLength: 128, enable64bitTraceId: true, path: '/api/v2/spans', traceContext: TraceContext.B3_AND_W3C, timeout: Duration.seconds(2), headers,
  }),
  ExtensionProvider.datadog('datadog', { ...target, maxTagLength: 1 }),
  ExtensionProvider.skywalking('skywalking', { ...target, accessToken: 'token' }),
  ExtensionProvider.stackdriver('google', { maxTagLength: 99, logLabels: { path: 'request.url_path' } }),
  ExtensionProvider.opentelemetry('otel', {
    ...target,
    maxTagLength: 256,
    exportOver: OtlpExport.grpc({ timeout: Duration.seconds(3), initialMetadata: headers }),
    environmentResources: true,
    serviceAttributes: ServiceAttributes.OTEL_SEMANTIC_CONVENTIONS,
  }),
  ExtensionProvider.opentelemetry('dynatrace', {
    ...target,
    exportOver: OtlpExport.http({ path: '/api/v2/otlp/v1/traces', timeout: Duration.seconds(10), headers }),
    dynatraceResources: true,
    dynatraceSampler: { tenant: 'abc', clusterId: -1234, rootSpansPerMinute: 500, httpService: { ...target, http: { path: '/api/v2/samplingConfiguration', timeout: Duration.seconds(1), headers } } },
  }),
  ExtensionProvider.prometheus('metrics'),
  ExtensionProvider.envoyFileAccessLog('text-log', { path: '/dev/stderr', format: AccessLogFormat.text('%REQ(:method)%'), omitEmptyValues: true }),
  ExtensionProvider.envoyFileAccessLog('json-log', { format: AccessLogFormat.json({ status: '%RESPONSE_CODE%', nested: { path: '%REQ(:path)%' } }) }),
  ExtensionProvider.envoyHttpAls('http-als', {
    ...target,
    logName: 'http',
    filterStateObjectsToLog: ['peer'],
    additionalRequestHeadersToLog: ['x-a'],
    additionalResponseHeadersToLog: ['x-b'],
    additionalResponseTrailersToLog: ['x-c'],
  }),
  ExtensionProvider.envoyTcpAls('tcp-als', { ...target, logName: 'tcp', filterStateObjectsToLog: ['peer'] }),
  ExtensionProvider.envoyOtelAls('otel-als', { ...target, logName: 'otel', body: '%REQ(:path)%', attributes: { status: '%RESPONSE_CODE%' } }),
  ExtensionProvider.sds('vault', { ...target, sdsName: 'vault-secrets' }),
];

const connectionPool: ConnectionPool = {
  tcp: {
    maxConnections: 100,
    connectTimeout: Duration.seconds(1),
    tcpKeepalive: keepalive,
    maxConnectionDuration: Duration.hours(1),
    idleTimeout: Duration.minutes(5),
  },
  http: {
    http1MaxPendingRequests: 10,
    http2MaxRequests: 100,
    maxRequestsPerConnection: 1000,
    maxRetries: 3,
    idleTimeout: Duration.minutes(1),
    h2UpgradePolicy: H2UpgradePolicy.DO_NOT_UPGRADE,
    useClientProtocol: true,
    maxConcurrentStreams: 100,
    http2KeepAlive: { interval: Duration.seconds(30), timeout: Duration.seconds(5) },
  },
};

const proxy: ProxySettings = {
  holdApplicationUntilProxyStarts: true,
  concurrency: 2,
  terminationDrainDuration: Duration.seconds(20),
  drainDuration: Duration.seconds(30),
  image: ProxyImage.DISTROLESS,
  proxyMetadata: { ISTIO_META_DNS_CAPTURE: 'true' },
  interceptionMode: InterceptionMode.TPROXY,
  proxyStatsMatcher: { inclusionPrefixes: ['cluster'], inclusionSuffixes: ['_rq_timeout'], inclusionRegexps: ['.*outlier.*'] },
  readinessProbe: ReadinessProbe.httpGet(8080, { path: '/ready' }),
  serviceName: ProxyServiceName.of('shop'),
  discoveryAddress: 'istiod.istio-system.svc:15012',
  controlPlaneAuth: ControlPlaneAuth.MUTUAL_TLS,
  envoyAccessLogService: { address: 'als.observability.svc:15000', tls, tcpKeepalive: keepalive },
  envoyMetricsService: { address: 'metrics.observability.svc:15000', tls: secret, tcpKeepalive: keepalive },
  statsdUdpAddress: '10.0.0.1:8125',
  statsCompression: false,
  statNameLength: 300,
  extraStatTags: ['shop'],
  proxyAdminPort: 15001,
  statusPort: 15021,
  meshId: 'shop',
  caCertificatesPem: [CERTIFICATE],
  privateKeyProvider: PrivateKeyProvider.cryptoMb(Duration.millis(10), true),
  runtimeValues: { 'envoy.a': 'true' },
  fileFlushInterval: Duration.seconds(2),
  fileFlushMinSize: Size.kibibytes(32),
  configPath: '/etc/istio',
  binaryPath: '/usr/local/bin/envoy',
  customConfigFile: '/etc/istio/custom.json',
  proxyBootstrapTemplatePath: '/etc/istio/bootstrap.json',
  gatewayTopology: { numTrustedProxies: 2 },
  tracing: { tracer: ProxyTracer.zipkin('zipkin.observability:9411'), sampling: 10 },
  connectionSettings: { httpMergeSlashes: true },
};

/** Every setting of the mesh, as far as they fit together. */
export const EVERYTHING: MeshConfigProps = {
  proxyListenPort: 15101,
  proxyInboundListenPort: 15106,
  proxyHttpPort: 15107,
  connectTimeout: Duration.seconds(5),
  hboneIdleTimeout: Duration.seconds(15),
  protocolDetectionTimeout: Duration.millis(100),
  tcpKeepalive: keepalive,
  ingressClass: 'mesh',
  ingressService: 'edge',
  ingressControllerMode: IngressControllerMode.OFF,
  ingressSelector: 'edge',
  enableTracing: false,
  accessLogFile: '/dev/stdout',
  accessLogFormat: '%REQ(:path)%',
  accessLogEncoding: AccessLogEncoding.JSON,
  enableEnvoyAccessLogService: true,
  disableEnvoyListenerLog: true,
  defaultConfig: proxy,
  outboundTrafficPolicy: MeshOutboundTrafficPolicy.allowAnyDynamicDns(tls),
  inboundTrafficPolicy: InboundTrafficPolicy.LOCALHOST,
  configSources: [ConfigSource.xds('config.istio-system.svc:15010', { tls, serviceRegistry: true }), ConfigSource.kubernetes(), ConfigSource.files('/etc/config')],
  enableAutoMtls: true,
  trustDomain: 'shop.example.com',
  trustDomainAliases: ['old.example.com', 'cluster.local'],
  caCertificates: [
    RootCertificate.pem(CERTIFICATE, { certSigners: ['clusterissuers.cert-manager.io/mesh'], trustDomains: ['shop.example.com'] }),
    RootCertificate.spiffeBundle('https://spire.example.com/bundle'),
  ],
  ca: { address: 'ca.security.svc.cluster.local:8932', tls, requestTimeout: Duration.seconds(5), istiodSide: false },
  defaultServiceExportTo: ExportTo.OWN_NAMESPACE,
  defaultVirtualServiceExportTo: ExportTo.ALL,
  defaultDestinationRuleExportTo: ExportTo.namespaces('.', 'edge'),
  rootNamespace: 'istio-config',
  locality: Locality.failover({ regions: [{ from: 'eu', to: 'us' }], priority: ['version'] }),
  dnsRefreshRate: Duration.seconds(30),
  h2UpgradePolicy: H2UpgradePolicy.UPGRADE,
  inboundClusterStatName: '%SERVICE%',
  outboundClusterStatName: '%SERVICE%_%SUBSET_NAME%',
  serviceSettings: [{ hosts: ['*.shop.svc.cluster.local', 'db.data.svc.cluster.local'], clusterLocal: true }],
  serviceScopeConfigs: [
    { scope: ServiceScopeKind.GLOBAL, namespaces: { matchLabels: { global: 'true' }, matchExpressions: [LabelCondition.exists('team'), LabelCondition.isIn('env', 'prod')] }, services: { matchLabels: { a: 'b' }, matchExpressions: [LabelCondition.isIn('tier', 'api', 'web')] } },
    { scope: ServiceScopeKind.LOCAL },
  ],
  enablePrometheusMerge: false,
  extensionProviders,
  defaultProviders: { tracing: ['otel'], metrics: ['prometheus'], accessLogging: ['envoy', 'json-log'] },
  discoverySelectors: [{ matchLabels: { mesh: 'shop' } }, { matchExpressions: [LabelCondition.isNotIn('env', 'test'), LabelCondition.doesNotExist('legacy')] }],
  pathNormalization: PathNormalization.DECODE_AND_MERGE_SLASHES,
  defaultHttpRetryPolicy: RetryPolicy.of({
    attempts: 3,
    on: [RetryOn.GATEWAY_ERROR],
    backoff: Duration.millis(50),
    remoteLocalities: true,
    ignorePreviousHosts: false,
  }),
  meshMtls: { minVersion: TlsVersion.V1_3, cipherSuites: ['ECDHE-RSA-AES256-GCM-SHA384'] },
  tlsDefaults: { minVersion: TlsVersion.V1_2, cipherSuites: ['AES128-GCM-SHA256'], ecdhCurves: [EcdhCurve.P_256, EcdhCurve.X25519_MLKEM768] },
  defaultTrafficPolicy: {
    connectionPool,
    outlierDetection: {
      consecutive5xxErrors: 5,
      consecutiveGatewayErrors: 3,
      splitExternalLocalOriginErrors: true,
      consecutiveLocalOriginFailures: 2,
      interval: Duration.seconds(10),
      baseEjectionTime: Duration.seconds(30),
      maxEjectionPercent: 50,
      minHealthPercent: 10,
      outlierDetectionHttpErrorCodes: [503],
    },
  },
  serviceEntryVisibility: {
    defaultVisibility: Visibility.NAMESPACE,
    applyToSidecars: true,
    policies: [{
      visibility: Visibility.PUBLIC,
      namespaces: [{ matchLabels: { shared: 'true' }, matchExpressions: [LabelCondition.isIn('env', 'prod')] }],
    }, { visibility: Visibility.NONE }],
  },
};

/** What can't stand beside it. */
export const ALTERNATIVES: MeshConfigProps[] = [
  {},
  { locality: Locality.distribute({ from: 'eu/*', to: { 'eu/*': 80, 'us/*': 20 } }), outboundTrafficPolicy: MeshOutboundTrafficPolicy.registryOnly(), defaultHttpRetryPolicy: RetryPolicy.never() },
  { locality: Locality.zoneAware({ regions: [{ from: 'eu', to: 'us' }], priority: ['version'], minClusterSize: 3 }), outboundTrafficPolicy: MeshOutboundTrafficPolicy.allowAny() },
  { locality: Locality.disabled(), ca: { address: '10.0.0.1:8932', tls: secret }, outboundTrafficPolicy: MeshOutboundTrafficPolicy.allowAnyDynamicDns(trusting), tlsDefaults: { ecdhCurves: [EcdhCurve.of('P-384')] } },
  { configSources: [ConfigSource.xds('[::1]:15010', { tls: secret }), ConfigSource.xds('a.b:1', { tls: trusting })], outboundTrafficPolicy: MeshOutboundTrafficPolicy.allowAnyDynamicDns(secret) },
  { ca: { address: 'ca.example.com:1', tls: trusting }, extensionProviders: [ExtensionProvider.opentelemetry('plain', target), ExtensionProvider.envoyOtelAls('plain-als', target)] },
  { defaultConfig: { privateKeyProvider: PrivateKeyProvider.qat(Duration.millis(1), false), serviceName: ProxyServiceName.CANONICAL_NAME_ONLY } },
];
