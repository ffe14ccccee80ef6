import { Duration } from 'cdk8s';
import * as fc from 'fast-check';
import { ask } from './judge';
import { ALTERNATIVES, CERTIFICATE, EVERYTHING } from './samples';
import {
  ClientTls, ConfigSource, EcdhCurve, ExtensionProvider, LabelCondition, Locality, MeshConfig, MeshConfigProps, MeshNetworks, NetworkEndpoints,
  NetworkGateway, OtlpExport, RetryPolicy, RootCertificate, ServiceRef, TlsVersion,
} from '../../src';

const seed = Number(process.env.FAST_CHECK_SEED ?? Date.now() % 2 ** 31);
const WANTED = Number(process.env.RANDOM_OBJECTS ?? 400);

/** Right and nearly right values. */
const word = fc.constantFrom('a', 'shop', 'a-b', 'example.com', 'shop.example.com', '*.example.com', '*', '', 'A.B', 'a_b', 'a b', '-a', 'a.', '1.2.3.4', '1', 'x'.repeat(64), 'n', 'on', '~', '.');
const number = fc.constantFrom(0, 1, -1, 80, 443, 15443, 65535, 65536, 1.5, 2 ** 31, NaN);
const time = fc.oneof(fc.constantFrom(0, 1, 1.5, 999, 60_000, 3_600_000, 3_600_001).map((ms) => Duration.millis(ms)), fc.constant(Duration.days(1)));
const flag = fc.constantFrom(true, false);
const list = <T>(entry: fc.Arbitrary<T>) => fc.array(entry, { maxLength: 3 });
const address = fc.tuple(word, fc.constantFrom(':80', ':0', '', ':65536', ':x', ']:1')).map(([host, port]) => host + port);
const cidr = fc.tuple(fc.constantFrom('10.0.0.0', '::1', 'fd00::', '10.0.0', '010.0.0.1', 'a', '10.0.0.0%1'), fc.constantFrom('', '/8', '/33', '/128', '/129', '/08', '/-1', '/')).map((parts) => parts.join(''));
const service = fc.oneof(word.map((name) => () => ServiceRef.fromHost(name)), word.map((name) => () => ServiceRef.fromName(name, { namespace: 'observability' })));
const tls = fc.constantFrom(() => ClientTls.simple(), () => ClientTls.istioMutual(), () => ClientTls.disable(), () => ClientTls.mutual({ credentialName: 'a' }));
const labels = fc.dictionary(fc.constantFrom('env', 'a/b', 'a b', 'istio.io/rev', ''), word, { maxKeys: 2 });
const condition = fc.tuple(fc.constantFrom('env', 'a/b', 'a b', ''), list(word), fc.constantFrom('isIn', 'isNotIn', 'exists', 'doesNotExist'))
  .map(([key, values, kind]) => () => (LabelCondition as any)[kind](key, ...values));
const version = fc.constantFrom(...Object.values(TlsVersion));
const selection = fc.tuple(labels, list(condition))
  .map(([matchLabels, conditions]) => () => ({ matchLabels, matchExpressions: conditions.map((build) => build()) }));

const provider = fc.record({ name: word, service, port: number, ns: fc.option(word, { nil: undefined }), time, flag, status: number, path: fc.constantFrom('/', '/a b', 'a', '', '/%zz', '/a?b#c'), header: word, length: number })
  .chain((v) => {
    const target = () => ({ service: v.service(), port: v.port, serviceNamespace: v.ns });
    return fc.constantFrom<() => ExtensionProvider>(
      () => ExtensionProvider.envoyExtAuthzHttp(v.name, {
        ...target(),
        statusOnError: v.status,
        pathPrefix: v.path,
        timeout: v.time,
        failOpen: v.flag,
        headersToUpstreamOnAllow: [v.header],
        includeRequestBodyInCheck: { maxRequestBytes: v.length },
      }),
    () => ExtensionProvider.envoyExtAuthzGrpc(v.name, { ...target(), statusOnError: 503, timeout: v.time, clearRouteCache: v.flag }),
    () => ExtensionProvider.zipkin(v.name, { ...target(), maxTagLength: v.length, path: v.path, timeout: v.time }),
    () => ExtensionProvider.datadog(v.name, { ...target(), maxTagLength: v.length }),
    () => ExtensionProvider.skywalking(v.name, { ...target(), accessToken: v.header }),
    () => ExtensionProvider.opentelemetry(v.name, {
      ...target(), environmentResources: v.flag, exportOver: v.flag ? OtlpExport.grpc({ timeout: v.time }) : OtlpExport.http({ path: v.path }),
    }),
    () => ExtensionProvider.stackdriver(v.name, { maxTagLength: v.length }),
    () => ExtensionProvider.envoyHttpAls(v.name, { ...target(), logName: v.header }),
    () => ExtensionProvider.envoyTcpAls(v.name, target()),
    () => ExtensionProvider.envoyOtelAls(v.name, { ...target(), body: v.header, attributes: { a: v.header } }),
    () => ExtensionProvider.sds(v.name, target()),
    () => ExtensionProvider.prometheus(v.name),
    );
  });

const locality = fc.tuple(word, word, number, number).chain(([from, to, a, b]) => fc.constantFrom(
  () => Locality.failover({ regions: [{ from, to }], priority: [to] }), () => Locality.distribute({ from: `${from}/*`, to: { [from]: a, [to]: b } }),
  () => Locality.zoneAware({ regions: [{ from, to }], minClusterSize: a }), () => Locality.disabled(),
  () => Locality.distribute({ from, to: { [to]: 100 } }, { from: to, to: { [from]: 50, '*': 50 } }),
));

/** Builders of single settings, each of which may throw. */
const settings: Record<string, fc.Arbitrary<() => unknown>> = {
  extensionProviders: list(provider).map((builds) => () => builds.map((build) => build())),
  discoverySelectors: list(selection).map((builds) => () => builds.map((build) => build())),
  serviceScopeConfigs: list(selection).map((builds) => () => builds.map((build) => ({ scope: 'GLOBAL', namespaces: build() }))),
  locality,
  serviceSettings: list(fc.record({ hosts: list(word), clusterLocal: flag })).map((value) => () => value),
  ca: fc.tuple(address, tls, time, flag)
    .map(([where, build, requestTimeout, istiodSide]) => () => ({ address: where, tls: build(), requestTimeout, istiodSide })),
  configSources: fc.tuple(address, tls, fc.constantFrom('/a', 'a', '/a?b')).map(([where, build, path]) => () => [ConfigSource.xds(where, { tls: build() }), ConfigSource.files(path)]),
  caCertificates: fc.tuple(word, fc.constantFrom(CERTIFICATE, 'a')).map(([domain, pem]) => () => [RootCertificate.pem(pem, { trustDomains: [domain] })]),
  tlsDefaults: fc.tuple(version, list(word))
    .map(([minVersion, curves]) => () => ({ minVersion, ecdhCurves: curves.map((name) => EcdhCurve.of(name)) })),
  meshMtls: fc.tuple(version, list(word)).map(([minVersion, cipherSuites]) => () => ({ minVersion, cipherSuites })),
  defaultHttpRetryPolicy: number.map((attempts) => () => RetryPolicy.unprocessed({ attempts })),
  defaultTrafficPolicy: fc.record({ n: number, time, flag }).map(({ n, time: t, flag: split }) => () => ({
    connectionPool: { tcp: { maxConnections: n, connectTimeout: t, idleTimeout: t }, http: { http2MaxRequests: n, idleTimeout: t } },
    outlierDetection: { splitExternalLocalOriginErrors: split, consecutiveLocalOriginFailures: n, maxEjectionPercent: n, baseEjectionTime: t },
  })),
  defaultConfig: fc.record({ n: number, time, where: address }).map(({ n, time: t, where }) => () => ({
    concurrency: n,
    statusPort: n,
    drainDuration: t,
    discoveryAddress: where,
    connectionSettings: { httpMaxConcurrentStreams: n, httpIdleTimeout: t },
  })),
  defaultProviders: fc.constantFrom('prometheus', 'envoy', 'otel', '').map((name) => () => ({ metrics: [name] })),
  trustDomainAliases: list(word).map((value) => () => value),
  inboundTrafficPolicy: fc.constantFrom('PASSTHROUGH', 'LOCALHOST', 'NONE').map((value) => () => value),
  ...Object.fromEntries(['trustDomain', 'rootNamespace', 'accessLogFile', 'accessLogFormat', 'ingressClass', 'ingressService', 'ingressSelector', 'inboundClusterStatName'].map((name) => [name, word.map((value) => () => value)])),
  ...Object.fromEntries(['connectTimeout', 'hboneIdleTimeout', 'protocolDetectionTimeout', 'dnsRefreshRate'].map((name) => [name, time.map((value) => () => value)])),
  ...Object.fromEntries(['proxyListenPort', 'proxyInboundListenPort', 'proxyHttpPort'].map((name) => [name, number.map((value) => () => value)])),
  ...Object.fromEntries(['enableTracing', 'enableAutoMtls', 'enablePrometheusMerge', 'disableEnvoyListenerLog'].map((name) => [name, flag.map((value) => () => value)])),
  tcpKeepalive: fc.record({ probes: number, time, interval: time }).map((value) => () => value),
};

const single = fc.constantFrom(...Object.keys(settings)).chain((name) => settings[name].map((build): [string, () => unknown] => [name, build]));
const network = fc.record({ name: word, range: cidr, cluster: word, address: word, port: number, part: fc.nat(2) });

/** What a builder gives, unless it refuses by a clear message. */
function accepted<T>(build: () => T): T[] {
  try {
    return [build()];
  } catch (error) {
    expect((error as Error).message).toMatch(/, expected |has no property/);
    return [];
  }
}

/** As many as are wanted, of those that our types accept; a failure names the seed that brings it back. */
function acceptedOf<T>(builds: fc.Arbitrary<() => T>, wanted: number): T[] {
  const all: T[] = [];
  for (const build of fc.sample(builds, { seed, numRuns: wanted * 60 })) {
    all.push(...accepted(build));
    if (all.length === wanted) {
      return all;
    }
  }
  throw new Error(`FAST_CHECK_SEED=${seed}: ${all.length} of ${wanted} accepted`);
}

describe('what our types accept, Istio accepts', () => {
  test(`MeshConfig, ${WANTED} of one setting and ${WANTED / 4} of many`, () => {
    const parts = acceptedOf(single.map(([name, build]) => () => {
      const props = { [name]: build() } as MeshConfigProps;
      new MeshConfig(props);
      return props;
    }), WANTED);
    const joined = fc.tuple(fc.constantFrom({}, EVERYTHING, ...ALTERNATIVES), fc.shuffledSubarray(parts, { minLength: 5, maxLength: 15 }));
    const many = fc.sample(joined, { seed, numRuns: WANTED })
      .map(([base, chosen]) => Object.assign({}, base, ...chosen) as MeshConfigProps)
      .flatMap((props) => accepted(() => new MeshConfig(props))).slice(0, WANTED / 4);
    const meshes = [...parts.map((props) => new MeshConfig(props)), ...many];
    const answers = ask(...meshes.map((mesh) => ({ judge: 'meshConfig' as const, document: mesh.toYaml() })));

    expect(many).toHaveLength(WANTED / 4);
    const escapes = meshes.flatMap((mesh, i) => answers[i].errors.map((error) => ({ error, mesh: mesh.toYaml() })));
    expect({ seed, escapes }).toEqual({ seed, escapes: [] });
  });

  test(`MeshNetworks, ${WANTED}`, () => {
    const networks = acceptedOf(network.map(({ name, range, cluster, address: where, port, part }) => () => new MeshNetworks({
      name,
      endpoints: [part === 0 ? NetworkEndpoints.fromCidr(range) : NetworkEndpoints.fromRegistry(part === 1 ? cluster : 'a')],
      gateways: part === 2 ? [NetworkGateway.address(where, { port })] : [],
    })), WANTED);
    const answers = ask(...networks.map((one) => ({ judge: 'meshNetworks' as const, document: JSON.stringify({ networks: one.toValues() }) })));

    const escapes = networks.flatMap((one, i) => answers[i].errors.map((error) => ({ error, networks: one.toValues() })));
    expect({ seed, escapes }).toEqual({ seed, escapes: [] });
  });
});
