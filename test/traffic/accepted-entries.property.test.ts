import { Duration } from 'cdk8s';
import * as fc from 'fast-check';
import {
  CaptureMode, Destination, EgressListener, ExportTo, OutboundTrafficPolicy, PortProtocol, ProxyConfig, ProxyImage, ReadinessProbe, ServerTls,
  ServiceEntry, ServiceLocation, ServiceResolution, Sidecar, WorkloadEntry, WorkloadGroup,
} from '../../src';
import { accepted, Build, judge } from '../istio/random';

/*
 * What the constructs accept, Istio accepts: of random values, good and bad, those that are let through go to Istio,
 * many objects in one call.
 */

const judged = (builds: fc.Arbitrary<Build>) => judge(accepted(builds, 150));

/** Mostly left out, so that one bad value does not spoil every object. */
const some = <T>(value: fc.Arbitrary<T>) => fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 2, arbitrary: value });
const options = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(Object.fromEntries(Object.entries<fc.Arbitrary<unknown>>(model).map(([key, value]) => [key, some(value)]))) as fc.Arbitrary<Partial<T>>;
const string = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom('a', 'v1', 'app', 'b-c', 'shop') },
  fc.constantFrom('a.example.com', '/', '*', 'a/b', 'A_b', '', 'x'.repeat(64)),
  fc.string({ maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 5 }),
);
const map = fc.dictionary(string, string, { maxKeys: 3, noNullPrototype: true });
const texts = fc.array(string, { maxLength: 3 });
const whole = fc.oneof({ weight: 12, arbitrary: fc.integer({ min: 1, max: 100 }) }, fc.integer({ min: -1, max: 70_000 }), fc.double(),
  fc.constantFrom(0, 65535, 65536, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32));
const ip = fc.oneof({ weight: 3, arbitrary: fc.ipV4() }, fc.ipV6(), fc.constantFrom('::1', '::ffff:10.0.0.1', 'fe80::1%eth0', '010.0.0.1', '1.2.3'));
const cidr = fc.tuple(ip, fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 0, max: 32 }).map(String) }, fc.constantFrom('128', '129', '08', '', '+8', '1/2')))
  .map((parts) => parts.join('/'));
const host = fc.oneof({ weight: 6, arbitrary: fc.domain() },
  fc.constantFrom('a.example.com', '*.example.com', '*-eu.example.com', '*a.com', 'short', 'a.com.', '*', 'a.1', '*.com', 'a..b', '-a.com', 'A.com'), string);
const socket = fc.tuple(fc.constantFrom('/run/a', '@a', '@', '', '/', 'a', '/run/', '@a/', '//', '/a\nb', '@@'), fc.constantFrom('', 'x'))
  .map(([path, end]) => `unix://${path}${end}`);
const portName = fc.oneof({ weight: 8, arbitrary: fc.constantFrom('http', 'tls', 'tcp', 'port-80') }, fc.constantFrom('x'.repeat(62), 'x'.repeat(63), 'x'.repeat(64)), string);
const endpoint = fc.record({
  address: fc.oneof({ weight: 6, arbitrary: ip }, { weight: 2, arbitrary: host }, socket, fc.constant(undefined)),
  ports: some(fc.dictionary(portName, whole, { maxKeys: 2, noNullPrototype: true })),
  labels: some(map),
  network: some(string),
  locality: some(string),
  weight: some(whole),
  serviceAccount: some(string),
});

test('workload entries', () => {
  judged(endpoint.map((props) => (chart, id) => new WorkloadEntry(chart, id, props)));
});

test('service entries', () => {
  const resolution = fc.oneof(
    fc.constant(() => ServiceResolution.none()),
    fc.array(endpoint, { maxLength: 2 }).map((endpoints) => () => ServiceResolution.staticEndpoints(endpoints)),
    socket.map((address) => () => ServiceResolution.staticEndpoints([{ address }])),
    fc.array(endpoint, { maxLength: 2 }).map((endpoints) => () => ServiceResolution.dns(endpoints)),
    some(endpoint).map((one) => () => ServiceResolution.dnsRoundRobin(one)),
    map.map((labels) => () => ServiceResolution.workloads(labels)),
    map.map((labels) => () => ServiceResolution.dnsWorkloads(labels)),
    fc.constant(() => ServiceResolution.dynamicDns()),
  );
  const port = fc.record({
    number: fc.oneof({ weight: 8, arbitrary: fc.constantFrom(80, 443, 9000) }, whole),
    protocol: some(fc.constantFrom(...Object.values(PortProtocol))),
    name: some(portName),
    targetPort: some(whole),
  });
  const plain = fc.record({ number: fc.constantFrom(80, 443), protocol: fc.constantFrom(PortProtocol.HTTP, PortProtocol.TLS), name: fc.constantFrom('http', 'tls') });
  const props = fc.record({
    hosts: fc.oneof({ weight: 3, arbitrary: fc.array(host, { minLength: 1, maxLength: 2 }) }, fc.constantFrom('*.example.com').map((one) => [one])),
    ports: some(fc.oneof(fc.array(port, { maxLength: 3 }), fc.array(plain, { maxLength: 2 }))),
    location: some(fc.constantFrom(...Object.values(ServiceLocation))),
    addresses: some(fc.array(fc.oneof(ip, cidr), { maxLength: 2 })),
    subjectAltNames: some(texts),
    metadata: some(fc.record({ namespace: fc.constantFrom('shop', 'a'), labels: fc.constantFrom<Record<string, string>>({ 'istio.io/use-waypoint': 'edge' }, { 'istio.io/use-waypoint': 'NONE' }, {}) })),
  });
  judged(fc.tuple(props, some(resolution), some(fc.array(fc.oneof(fc.constantFrom('.', 'shop', 'a', '*'), string), { minLength: 1, maxLength: 2 })))
    .map(([value, make, namespaces]) => (chart, id) => new ServiceEntry(chart, id, {
      ...value,
      resolution: make?.(),
      exportTo: namespaces && ExportTo.namespaces(...namespaces),
    })));
});

test('workload groups', () => {
  const seconds = fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 0, max: 100 }).map((amount) => Duration.seconds(amount)) },
    fc.integer({ min: 0, max: 5000 }).map((amount) => Duration.millis(amount)),
    fc.integer({ min: 0, max: 30_000 }).map((amount) => Duration.days(amount)));
  const timing = { initialDelay: seconds, timeout: seconds, period: seconds, successThreshold: whole, failureThreshold: whole };
  const probe = fc.oneof(
    fc.tuple(whole, options({ ...timing, host: string, path: string, headers: map }))
      .map(([number, value]) => () => ReadinessProbe.httpGet(number, value)),
    fc.tuple(whole, options({ path: string, headers: map })).map(([number, value]) => () => ReadinessProbe.httpsGet(number, value)),
    fc.tuple(whole, options({ ...timing, host: string })).map(([number, value]) => () => ReadinessProbe.tcpSocket(number, value)),
    fc.tuple(texts, options(timing)).map(([command, value]) => () => ReadinessProbe.exec(command, value)),
  );
  judged(fc.tuple(endpoint, some(options({ labels: map, annotations: map })), some(probe)).map(([template, workloadMetadata, make]) => (chart, id) =>
    new WorkloadGroup(chart, id, { template, workloadMetadata, probe: make?.() })));
});

test('proxy configurations', () => {
  const props = fc.record({ selector: some(map), concurrency: some(whole), environmentVariables: some(map) });
  judged(fc.tuple(props, some(string)).map(([value, type]) => (chart, id) =>
    new ProxyConfig(chart, id, { ...value, image: type === undefined ? undefined : ProxyImage.of(type) })));
});

test('sidecars', () => {
  const namespace = fc.oneof({ weight: 6, arbitrary: fc.constantFrom('.', '*', 'shop', '~shop', '~', '~.', '~*') }, fc.constantFrom('', '~~'), string);
  const service = fc.oneof({ weight: 2, arbitrary: fc.tuple(namespace, fc.oneof(fc.constant('*'), host)).map((parts) => parts.join('/')) }, fc.constant('./*'));
  const hosts = fc.array(service, { minLength: 1, maxLength: 2 });
  const protocol = fc.constantFrom(...Object.values(PortProtocol));
  const captureMode = fc.constantFrom(...Object.values(CaptureMode));
  const bind = fc.oneof(ip, ip, string);
  const egress = fc.oneof(
    fc.tuple(hosts, options({ captureMode })).map(([names, value]) => () => EgressListener.allPorts(names, value)),
    fc.tuple(whole, hosts, options({ protocol, name: portName, captureMode, bind }))
      .map(([number, names, value]) => () => EgressListener.port(number, names, value)),
    fc.tuple(socket, hosts, options({ protocol, name: portName, captureMode }))
      .map(([path, names, value]) => () => EgressListener.unixSocket(path, names, value)),
  );
  const files = [{ certificate: '/a', privateKey: '/b', caCertificates: '/c' }];
  const tls = fc.constantFrom(ServerTls.simple({ files }), ServerTls.mutual({ files, caCrl: '/d', insecureSkipVerify: true }),
    ServerTls.optionalMutual({ files }), ServerTls.passthrough(), ServerTls.istioMutual(), ServerTls.simple({ credentialName: 'a' }), ServerTls.simple({ files: [...files, ...files] }));
  const seconds = fc.integer({ min: 0, max: 5 }).map((amount) => Duration.seconds(amount));
  const connectionPool = options({
    tcp: options({ maxConnections: whole, connectTimeout: seconds, idleTimeout: seconds, tcpKeepalive: options({ probes: whole, time: seconds }) }),
    http: options({ http1MaxPendingRequests: whole, idleTimeout: seconds, useClientProtocol: fc.boolean() }),
  });
  const defaultEndpoint = fc.oneof(socket, string, fc.tuple(fc.constantFrom('127.0.0.1', '', '[::1]', '[::]', '::1', '0.0.0.0', '10.0.0.1'),
    fc.constantFrom('80', '080', '0', '65536', '')).map((parts) => parts.join(':')));
  const ingress = fc.tuple(whole, options({ name: portName, protocol, bind, captureMode, defaultEndpoint, connectionPool, tls }))
    .map(([port, value]) => ({ ...value, port, protocol: value.tls === undefined ? value.protocol : PortProtocol.HTTPS }));
  const proxy = fc.tuple(host, some(whole))
    .map(([name, port]) => () => OutboundTrafficPolicy.allowAny({ egressProxy: Destination.host(name, { port }) }));
  const outbound = fc.oneof(fc.constant(() => OutboundTrafficPolicy.registryOnly()), fc.constant(() => OutboundTrafficPolicy.allowAny()), proxy);

  judged(fc.tuple(some(fc.array(egress, { maxLength: 2 })), some(outbound), options({
    workloadSelector: map,
    ingress: fc.array(ingress, { maxLength: 2 }),
    inboundConnectionPool: connectionPool,
  })).map(([listeners, policy, value]) => (chart, id) =>
    new Sidecar(chart, id, { ...value, egress: listeners?.map((make) => make()), outboundTrafficPolicy: policy?.() })));
});
