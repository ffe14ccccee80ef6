import { Duration } from 'cdk8s';
import * as fc from 'fast-check';
import {
  ClientTls, ConnectionPool, Destination, DestinationRule, GatewayProtocol, GatewayServer, H2UpgradePolicy,
  HashAlgorithm, HashKey, HttpFault, HttpMatch, HttpRoute,
  IstioGateway, LoadBalancer, Locality, OutlierDetection, ProxyProtocol, RetryOn, RetryPolicy, ServerTls, ServiceRef,
  StringMatch, TcpRoute, TlsRoute, TlsVersion, VirtualService,
} from '../../src';
import { accepted, judge } from '../istio/random';

/*
 * What the constructs accept, Istio accepts. Values come from far and wide, good and bad: the constructs may refuse
 * them by a clear message, and whatever they let through goes to Istio, many objects in one call.
 */

/** Mostly left out, so that one bad value does not spoil every object. */
const some = <T>(value: fc.Arbitrary<T>) => fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
const options = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(Object.fromEntries(Object.entries<fc.Arbitrary<unknown>>(model).map(([key, value]) => [key,
    some(value)]))) as fc.Arbitrary<Partial<T>>;
const string = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom('a', 'v1', 'x-user', 'b-c') },
  fc.constantFrom('a.example.com', '/orders', '*', '%', ''),
  fc.string({ maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 5 }),
);
const texts = fc.array(string, { maxLength: 3 });
const map = fc.dictionary(string, string, { maxKeys: 3, noNullPrototype: true });
const flag = fc.boolean();
const number = fc.oneof({ weight: 20, arbitrary: fc.integer({ min: 1, max: 100 }) }, fc.integer({ min: -1, max: 700 }), fc.double(),
  fc.constantFrom(0, 80, 443, 65535, 65536, 2 ** 31 - 1, 2 ** 31));
const share = fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 0, max: 100 }) }, fc.double({ min: 0, max: 100, noNaN: true }));
const duration = fc.tuple(fc.constantFrom(Duration.millis, Duration.seconds, Duration.minutes, Duration.hours, Duration.days),
  fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 10_000 }) }, fc.integer({ min: 0, max: 2 ** 31 })))
  .map(([of, amount]) => of(amount));
const host = fc.oneof({ weight: 4, arbitrary: fc.domain() },
  fc.constantFrom('a.example.com', '*.example.com', '*', '10.0.0.1', '*-eu.example.com', 'short', 'a.com.'), string);

/** What a factory makes of values; what it refuses is refused when the object is built. */
const from = <T, V>(values: fc.Arbitrary<V>, make: (values: V) => T): fc.Arbitrary<() => T> => values.map((value) => () => make(value));

const region = fc.constantFrom('eu', 'us', 'asia', 'eu/a', '*');
const locality = fc.oneof(
  from(options({ regions: fc.array(fc.record({ from: region, to: region }), { maxLength: 2 }), priority: texts }),
    (value) => Locality.failover(value)),
  from(options({ regions: fc.array(fc.record({ from: region, to: region }), { maxLength: 2 }), priority: texts, minClusterSize: number }),
    (value) => Locality.zoneAware(value)),
  from(fc.array(fc.tuple(fc.constantFrom('eu', 'eu/*', 'eu/a', 'eu/a/1', 'eu/a/*', 'us', '*'), fc.constantFrom('eu', 'eu/*', 'us', '*')),
    { minLength: 1, maxLength: 3 }),
  (pairs) => Locality.distribute(...pairs.map(([caller, endpoint]) => ({ from: caller, to: { [endpoint]: 100 } })))),
  fc.constant(() => Locality.disabled()),
);
const loadBalancer = fc.oneof(
  from(fc.tuple(fc.constantFrom('leastRequest', 'leastConnection', 'roundRobin', 'unspecified', 'random'), some(locality),
    some(options({ duration, minimumPercent: share, aggression: number })), some(duration)),
  ([name, where, warmup, warmupDurationSecs]) => LoadBalancer[name as 'roundRobin']({ locality: where?.(), warmup: warmup as any, warmupDurationSecs })),
  from(fc.tuple(string, fc.constantFrom(HashKey.header, HashKey.queryParameter, HashKey.sourceIp), some(number), some(locality), flag),
    ([name, key, size, where, isOld]) => LoadBalancer.consistentHash(key(name),
      { algorithm: size === undefined ? undefined : HashAlgorithm[isOld ? 'minimumRingSize' : 'ringHash'](size), locality: where?.() })),
  from(options({ name: string, path: string, ttl: duration, attributes: map }),
    (cookie) => LoadBalancer.consistentHash(HashKey.cookie(cookie as any), { algorithm: HashAlgorithm.maglev() })),
  fc.constant(() => LoadBalancer.passthrough()),
);
const handshake = { sni: string, subjectAltNames: texts };
const verification = { ...handshake, credentialName: string, caCertificates: string, caCrl: string, insecureSkipVerify: flag };
const clientTls = fc.oneof(
  fc.constant(() => ClientTls.disable()),
  from(options(verification), (value) => ClientTls.simple(value)),
  from(options({ ...verification, clientCertificate: string, privateKey: string }), (value) => ClientTls.mutual(value)),
  from(options(handshake), (value) => ClientTls.istioMutual(value)),
);
const connectionPool: fc.Arbitrary<ConnectionPool> = options({
  tcp: options({
    maxConnections: number,
    connectTimeout: duration,
    maxConnectionDuration: duration,
    idleTimeout: duration,
    tcpKeepalive: options({ probes: number, time: duration, interval: duration }),
  }),
  http: options({
    http1MaxPendingRequests: number,
    http2MaxRequests: number,
    maxRetries: number,
    idleTimeout: duration,
    useClientProtocol: flag,
    h2UpgradePolicy: fc.constantFrom(...Object.values(H2UpgradePolicy)),
    http2KeepAlive: fc.record({ interval: duration, timeout: duration }),
  }),
});
const outlierDetection: fc.Arbitrary<OutlierDetection> = options({
  consecutive5xxErrors: number,
  consecutiveGatewayErrors: number,
  splitExternalLocalOriginErrors: flag,
  consecutiveLocalOriginFailures: number,
  interval: duration,
  baseEjectionTime: duration,
  maxEjectionPercent: share,
  minHealthPercent: share,
  outlierDetectionHttpErrorCodes: fc.array(number, { maxLength: 2 }),
});
const common = {
  loadBalancer: some(loadBalancer),
  connectionPool: some(connectionPool),
  outlierDetection: some(outlierDetection),
  tls: some(clientTls),
};
const made = (policy: any) => ({ ...policy, loadBalancer: policy.loadBalancer?.(), tls: policy.tls?.() });

test('destination rules', () => {
  const policy = fc.record({
    ...common,
    tunnel: some(fc.record({ targetHost: host, targetPort: number })),
    proxyProtocol: some(fc.constantFrom(...Object.values(ProxyProtocol))),
    retryBudget: some(options({ percent: share, minRetryConcurrency: number, budgetInterval: duration })),
    portLevelSettings: some(fc.array(fc.record({ ...common, port: number }), { maxLength: 2 })),
  });

  judge(accepted(fc.tuple(host, policy, fc.array(fc.tuple(string, map, some(policy)), { maxLength: 2 })).map(([name, whole, subsets]) => (chart,
    id) => {
    const render = (value: any) => value && made({ ...value, portLevelSettings: value.portLevelSettings?.map(made) });
    return new DestinationRule(chart, id, {
      service: ServiceRef.fromHost(name),
      trafficPolicy: render(whole),
      subsets: subsets.map(([subset, labels, own]) => ({ name: subset, labels, trafficPolicy: render(own) })),
    });
  }), 170));
});

const match = fc.oneof(
  from(string, (value) => StringMatch.exact(value)),
  from(string, (value) => StringMatch.prefix(value)),
  from(string, (value) => StringMatch.regex(value)),
  fc.constant(() => StringMatch.present()),
);
const matches = fc.dictionary(string, match, { maxKeys: 2, noNullPrototype: true });
const each = (all: Record<string, () => StringMatch> | undefined) => all && Object.fromEntries(Object.entries(all).map(([key, value]) => [key,
  value()]));
const httpMatch = from(options({
  name: string,
  uri: match,
  ignoreUriCase: flag,
  method: match,
  headers: matches,
  withoutHeaders: matches,
  queryParams: matches,
  port: number,
  sourceLabels: map,
  sourceNamespace: string,
  statPrefix: string,
}), (value) => HttpMatch.of({
  ...value,
  uri: value.uri?.(),
  method: value.method?.(),
  headers: each(value.headers),
  withoutHeaders: each(value.withoutHeaders),
  queryParams: each(value.queryParams),
}));
const headerValue = fc.oneof(string, fc.array(fc.constantFrom('%', '%%', 'REQ', '(', ')', '[', ']', '"', ',', ' ', ':3', 'a',
  '\\'), { maxLength: 8 }).map((parts) => parts.join('')),
fc.constantFrom('%REQ(x)%', '%META(["a", "b"])%', '100%%'));
const operations = options({
  set: fc.dictionary(string, headerValue, { maxKeys: 2, noNullPrototype: true }),
  add: fc.dictionary(string, headerValue, { maxKeys: 2, noNullPrototype: true }),
  remove: texts,
});
const conditions = Object.values(RetryOn).filter((value): value is RetryOn => value instanceof RetryOn);
const common2 = {
  name: string,
  match: fc.array(httpMatch, { minLength: 1, maxLength: 2 }),
  headers: options({ request: operations, response: operations }),
  cors: options({
    allowOrigins: fc.array(match, { minLength: 1, maxLength: 2 }),
    allowOrigin: texts,
    allowMethods: fc.subarray(['GET', 'PUT', '*']),
    allowHeaders: texts,
    maxAge: duration,
    allowCredentials: flag,
  }),
};
const madeRule = (value: any) => ({
  ...value,
  match: value.match?.map((make: any) => make()),
  cors: value.cors && { ...value.cors, allowOrigins: value.cors.allowOrigins?.map((make: any) => make()) },
});
const destination = from(fc.tuple(host, options({ port: number })), ([name, port]) => Destination.host(name, port));

test('rules of a virtual service', () => {
  const forward = fc.tuple(fc.array(fc.tuple(destination, number), { minLength: 1, maxLength: 3 }), options({
    ...common2,
    timeout: duration,
    retries: from(options({
      attempts: number,
      perTry: duration,
      backoff: duration,
      on: fc.subarray(conditions),
      remoteLocalities: flag,
      ignorePreviousHosts: flag,
    }), (value) => RetryPolicy.of(value)),
    fault: from(fc.tuple(duration, number, share, flag),
      ([delay, status, part, isOld]) => HttpFault.all(HttpFault[isOld ? 'delayPercent' : 'delay'](delay, part), HttpFault.abort(status, part))),
    mirrors: fc.array(fc.tuple(destination, share), { maxLength: 2 }),
    mirror: destination,
    mirrorPercentage: share,
    mirrorPercent: number,
    rewrite: options({ uri: string, authority: string, uriRegex: fc.record({ match: string, rewrite: string }) }),
  })).map(([to, value]) => () => HttpRoute.split(to.map(([make, weight]) => ({ destination: make(), weight })), {
    ...madeRule(value),
    retries: value.retries?.(),
    fault: value.fault?.(),
    mirrors: value.mirrors?.map(([make, percentage]) => ({ destination: make(), percentage })),
    mirror: value.mirror?.(),
  }));
  const redirect = fc.tuple(options({
    uri: string,
    prefixRewrite: string,
    authority: string,
    scheme: fc.constantFrom('http', 'https', 'ftp'),
    port: number,
  }), options(common2))
    .map(([value, rule]) => () => HttpRoute.redirect(value, madeRule(rule)));
  const direct = fc.tuple(number, options({ ...common2, body: string, bodyBase64: fc.base64String() })).map(([status,
    rule]) => () => HttpRoute.directResponse(status, madeRule(rule)));
  const delegate = from(fc.tuple(string, options({ namespace: string })),
    ([name, value]) => HttpRoute.delegate(VirtualService.fromName(name, value)));

  const rules: fc.Arbitrary<() => HttpRoute> = fc.oneof({ weight: 4, arbitrary: forward }, redirect, direct, delegate);
  judge(accepted(fc.tuple(fc.array(host, { minLength: 1, maxLength: 2 }), rules).map(([hosts, make]) => (chart, id) =>
    new VirtualService(chart, id, { hosts, gateways: [IstioGateway.fromName('edge')], http: [make()] })), 170));
});

test('rules for connections of a virtual service', () => {
  const subnet = fc.oneof({ weight: 8, arbitrary: fc.oneof(fc.ipV4(), fc.ipV6(), fc.constantFrom('10.0.0.0/8', '::/0')) },
    fc.constantFrom('10.0.0.1/33', '1.2.3.4/08', 'fe80::1%a'), string);
  const edges = [IstioGateway.fromName('edge'), IstioGateway.fromName('edge', { namespace: 'shop' }), IstioGateway.MESH];
  const gateways = fc.array(fc.constantFrom(...edges), { maxLength: 2 });
  const connection = { destinationSubnets: fc.array(subnet, { maxLength: 2 }), port: number, sourceLabels: map, sourceNamespace: string, gateways };
  const sni = fc.oneof({ weight: 30, arbitrary: fc.constantFrom('a.example.com', 'b.b.example.com', '*.b.example.com', 'outbound_.80_._.a.b.example.com', '10.0.0.1') },
    fc.constantFrom('*', 'example.com', '*.example.com', '::1', 'outbound_.80_.v1_.*.a.com', 'outbound_'), host);
  const to = fc.array(fc.tuple(destination, number), { minLength: 1, maxLength: 2 });
  const split = (entries: [() => Destination, number][]) => entries.map(([make, weight]) => ({ destination: make(), weight }));
  const tlsMatch = fc.tuple(options(connection), fc.array(sni, { maxLength: 2 })).map(([rest, sniHosts]) => ({ ...rest, sniHosts }));
  const tls = fc.tuple(to, fc.record({ match: fc.array(tlsMatch, { maxLength: 2 }) })).map(([entries, value]) => () =>
    entries.length === 1 ? TlsRoute.forward(entries[0][0](), value) : TlsRoute.split(split(entries), value));
  const tcp = fc.tuple(to, options({ match: fc.array(options(connection), { minLength: 1, maxLength: 2 }) })).map(([entries, value]) => () =>
    entries.length === 1 ? TcpRoute.forward(entries[0][0](), value) : TcpRoute.split(split(entries), value));
  const rules = fc.record({
    hosts: fc.constantFrom('a.example.com *.b.example.com', '*.example.com', '*', 'a.example.com 10.0.0.1', 'a.b.example.com').map((all) => all.split(' ')),
    gateways: some(fc.uniqueArray(fc.constantFrom(...edges), { minLength: 1, maxLength: 2 })),
    tls: fc.array(tls, { maxLength: 2 }),
    tcp: fc.array(tcp, { maxLength: 2 }),
  });

  judge(accepted(rules.map((value) => (chart, id) => {
    const http = value.tls.length + value.tcp.length > 0 ? undefined : [HttpRoute.directResponse(404)];
    return new VirtualService(chart, id, { ...value, http, tls: value.tls.map((make) => make()), tcp: value.tcp.map((make) => make()) });
  }), 170));
});

test('gateways', () => {
  const negotiation = {
    minVersion: fc.constantFrom(...Object.values(TlsVersion)),
    maxVersion: fc.constantFrom(...Object.values(TlsVersion)),
    cipherSuites: texts,
  };
  const certificate = {
    ...negotiation,
    credentialName: string,
    credentialNames: texts,
    files: fc.array(options({ certificate: string, privateKey: string, caCertificates: string }), { maxLength: 3 }),
  };
  const client = {
    ...certificate,
    caCertificates: string,
    caCertCredentialName: string,
    caCrl: string,
    subjectAltNames: texts,
    verifyCertificateHash: texts,
    insecureSkipVerify: flag,
  };
  const serverTls = fc.oneof(
    from(options(certificate), (value) => ServerTls.simple(value as any)),
    from(options(client), (value) => ServerTls.mutual(value as any)),
    from(options(client), (value) => ServerTls.optionalMutual(value as any)),
    from(options(negotiation), (value) => ServerTls.istioMutual(value)),
    fc.constant(() => ServerTls.passthrough()),
    fc.constant(() => ServerTls.autoPassthrough()),
  );
  const hosts = fc.array(fc.oneof(host, fc.tuple(fc.constantFrom('shop', '.', '*', '~', ''), host).map((parts) => parts.join('/'))),
    { minLength: 1, maxLength: 2 });
  const server = fc.tuple(hosts, options({ port: number, portName: string, name: string, bind: fc.oneof(string, fc.ipV4(), fc.ipV6(), fc.constantFrom('unix:///run/a.sock', 'unix://@a', 'unix:///run/', 'unix://a')) }),
    serverTls, fc.constantFrom('http', 'https', 'tls', 'redirectToHttps', 'plaintext'), fc.constantFrom(...Object.values(GatewayProtocol)))
    .map(([names, value, tls, kind, protocol]) => () => kind === 'plaintext' ? GatewayServer.plaintext(protocol, names, value)
      : kind === 'http' || kind === 'redirectToHttps' ? GatewayServer[kind](names, value) : GatewayServer[kind as 'https'](names,
        { ...value, tls: tls() }));

  judge(accepted(fc.tuple(fc.array(server, { minLength: 1, maxLength: 2 }), map).map(([servers, selector]) => (chart, id) =>
    new IstioGateway(chart, id, { servers: servers.map((make) => make()), selector })), 160));
});
