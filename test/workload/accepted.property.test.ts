import { ApiObject, Duration, Size } from 'cdk8s';
import * as fc from 'fast-check';
import { container, remarksOn } from './objects';
import {
  CapturedPorts, CapturedRanges, ClientTls, ConnectionProfile, ForwardClientCert, InterceptionMode, PrivateKeyProvider, ProxyServiceName,
  ProxySettings, ProxyTracer, ReadinessProbe, SidecarProxy, SidecarProxyProps, TrafficCapture,
} from '../../src';
import { accepted } from '../istio/random';

/*
 * What SidecarProxy accepts, Istio's analyzer has no remark on: of random values, good and bad, those that are let through go to Istio in one call.
 */

/** Mostly left out, so that one bad value does not spoil every object. */
const some = <T>(value: fc.Arbitrary<T>) => fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 2, arbitrary: value });
const options = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(Object.fromEntries(Object.entries<fc.Arbitrary<unknown>>(model).map(([key, value]) => [key, some(value)]))) as fc.Arbitrary<Partial<T>>;
const tricky = fc.constantFrom('a', 'yes', '0o7', '1_000', '0X1F', '12:30', 'a: b', '~', '', '"');
const text = fc.oneof({ weight: 4, arbitrary: tricky }, fc.string({ maxLength: 12 }));
const texts = fc.array(text, { maxLength: 3 });
const map = fc.dictionary(text, text, { maxKeys: 3, noNullPrototype: true });
const whole = fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 1, max: 100 }) },
  fc.constantFrom(0, -1, 0.5, 65535, 65536, 2 ** 31 - 1, 2 ** 31, 2 ** 32));
const list = fc.array(whole, { maxLength: 3 });
const ip = fc.oneof(fc.ipV4(), fc.ipV6(), fc.constantFrom('::ffff:10.0.0.1', 'fe80::1%eth0', '010.0.0.1'));
const cidr = fc.tuple(ip, fc.constantFrom('0', '8', '32', '33', '128', '129', '08', '+8'))
  .map((parts) => parts.join('/'));
const cidrs = fc.array(cidr, { maxLength: 2 });
const network = fc.constantFrom('eth0', 'docker0', 'net1.100', 'a-b_c', '1eth', 'x'.repeat(15), 'x'.repeat(16));
const networks = fc.array(fc.oneof(network, text), { maxLength: 2 });
const time = fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 0, max: 100 }).map((value) => Duration.seconds(value)) },
  fc.constantFrom(Duration.millis(1), Duration.millis(1500), Duration.millis(0.5), Duration.minutes(2), Duration.hours(3), Duration.days(4),
    Duration.days(300_000)));
const size = fc.oneof(fc.integer({ min: 0, max: 5000 }).map((value) => Size.kibibytes(value)),
  fc.constantFrom(Size.gibibytes(1.5), Size.gibibytes(4), Size.mebibytes(0.1), Size.tebibytes(9)));
const host = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6().map((value) => `[${value}]`));
const address = fc.oneof({ weight: 6, arbitrary: fc.tuple(host, fc.integer({ min: 0, max: 70_000 })).map((parts) => parts.join(':')) },
  fc.constantFrom('a:1', 'a.1:1', '$(HOST_IP):8126', '[::1]:80', '::1:80', '[a]:1', 'a:b', ':1', 'a_b:1', 'a.:1', '*.a:1', 'a:080', '[::1%lo]:80'), text);
const lazily = <A, T>(value: fc.Arbitrary<A>, make: (value: A) => T) => value.map((part) => () => make(part));

/** Values of classes, whose factories refuse too, are made with the object. */
const config = fc.record({
  plain: options<ProxySettings>({
    holdApplicationUntilProxyStarts: fc.boolean(),
    concurrency: whole,
    terminationDrainDuration: time,
    drainDuration: time,
    proxyMetadata: map,
    runtimeValues: map,
    proxyStatsMatcher: options({ inclusionPrefixes: texts, inclusionSuffixes: texts, inclusionRegexps: texts }),
    proxyHeaders: options({
      forwardedClientCert: fc.constantFrom(...Object.values(ForwardClientCert)),
      serverName: text,
      server: fc.boolean(),
      attemptCount: fc.boolean(),
    }),
    gatewayTopology: options({ numTrustedProxies: whole, proxyProtocol: fc.boolean() }),
    connectionSettings: options({
      profile: fc.constantFrom(...Object.values(ConnectionProfile)),
      httpIdleTimeout: time,
      httpMaxConcurrentStreams: whole,
      http2InitialStreamWindowSize: size,
      listenerPerConnectionBufferLimit: size,
    }),
    interceptionMode: fc.constantFrom(...Object.values(InterceptionMode)),
    discoveryAddress: address,
    statsdUdpAddress: address,
    envoyAccessLogService: address.map((value) => ({ address: value, tls: ClientTls.simple() })),
    envoyMetricsService: address.map((value) => ({ address: value, tcpKeepalive: { time: Duration.seconds(5) } })),
    statNameLength: whole,
    proxyAdminPort: whole,
    meshId: text,
    fileFlushInterval: time,
    fileFlushMinSize: size,
    binaryPath: text,
    configPath: text,
  }),
  tracer: some(lazily(fc.tuple(fc.nat(2), address, text), ([kind, at, token]) =>
    [() => ProxyTracer.zipkin(at), () => ProxyTracer.datadog(at), () => ProxyTracer.lightstep(at, token)][kind]())),
  privateKeyProvider: some(lazily(time, (value) => PrivateKeyProvider.cryptoMb(value))),
  serviceName: some(lazily(text, (value) => ProxyServiceName.of(value))),
  readinessProbe: some(lazily(whole, (value) => ReadinessProbe.tcpSocket(value))),
});

const capture = fc.record({
  plain: options<TrafficCapture>({
    excludeInboundPorts: list,
    includeOutboundPorts: list,
    excludeOutboundPorts: list,
    excludeOutboundIPRanges: cidrs,
    excludeInterfaces: networks,
    rerouteVirtualInterfaces: networks,
    interceptionMode: fc.constantFrom(...Object.values(InterceptionMode)),
  }),
  includeInboundPorts: some(lazily(list, (values) => CapturedPorts.only(...values))),
  includeOutboundIPRanges: some(lazily(cidrs, (values) => CapturedRanges.only(...values))),
});

const sidecar = fc.record({
  config: some(config),
  capture: some(capture),
  plain: options<SidecarProxyProps>({
    resources: options({ cpuMillis: whole, cpuLimitMillis: whole, memory: size, memoryLimit: size }),
    readiness: options({ initialDelay: time, period: time, failureThreshold: whole, applicationPorts: list }),
    stats: options({ flushInterval: time, evictionInterval: time, histogramBins: whole }),
    statusPort: whole,
    mergeMetrics: fc.boolean(),
    image: text,
  }),
});

const made = (parts: Record<string, any>) => Object.fromEntries(Object.entries(parts).map(([key, value]) => [key, value?.()]));

test('what SidecarProxy accepts, Istio has no remark on', () => {
  const chart = accepted(sidecar.map(({ config: settings, capture: caught, plain }) => (scope, id) => {
    const deployment = new ApiObject(scope, id, {
      apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: id.toLowerCase(), namespace: 'shop' }, spec: { template: { spec: { containers: [container] } } },
    });
    const { tracer, ...classes } = settings ? made({ ...settings, plain: undefined }) : {} as any;
    SidecarProxy.configure(deployment, {
      ...plain,
      ...settings && { config: { ...settings.plain, ...classes, plain: undefined, tracing: tracer && { tracer } } },
      ...caught && { capture: { ...caught.plain, ...made({ ...caught, plain: undefined }) } },
    });
  }), 60);

  const remarks = remarksOn(synthUnjudged(chart));
  expect(remarks.length > 0 ? [`FAST_CHECK_SEED=${process.env.FAST_CHECK_SEED}`, ...remarks] : []).toEqual([]);
});
