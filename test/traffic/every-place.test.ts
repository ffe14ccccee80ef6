import { Chart, Duration, Testing } from 'cdk8s';
import {
  CaptureMode, ClientTls, CommonTrafficPolicy, ConnectionPool, Destination, DestinationRule, EgressListener, GatewayServer, H2UpgradePolicy,
  HashAlgorithm, HashKey, HttpHeaders, HttpMatch, HttpRoute, IngressListener, IstioGateway, LoadBalancer, Locality, MutualTlsMode,
  PeerAuthentication, PortProtocol, ProxyProtocol, ServerTls, ServiceRef, Sidecar, StringMatch, Subset, TlsVersion, TrafficPolicy,
  TunnelProtocol, UnmatchedPreflights, VirtualService,
} from '../../src';

/*
 * One concept of Istio stands in several places of its resources: in each it is the same, with all its fields.
 */

const orders = ServiceRef.fromName('orders');
const seconds = (amount: number) => Duration.seconds(amount);

const pools: Record<string, ConnectionPool> = {
  'every limit': {
    tcp: {
      maxConnections: 100,
      connectTimeout: seconds(1),
      tcpKeepalive: { probes: 3, time: seconds(60), interval: seconds(10) },
      maxConnectionDuration: seconds(600),
      idleTimeout: seconds(300),
    },
    http: {
      http1MaxPendingRequests: 10,
      http2MaxRequests: 20,
      maxRequestsPerConnection: 30,
      maxRetries: 4,
      idleTimeout: seconds(30),
      h2UpgradePolicy: H2UpgradePolicy.DO_NOT_UPGRADE,
      useClientProtocol: true,
      maxConcurrentStreams: 50,
      http2KeepAlive: { interval: seconds(15), timeout: seconds(5) },
    },
  },
  'upgrades to HTTP/2': { http: { h2UpgradePolicy: H2UpgradePolicy.UPGRADE } },
  'the default of HTTP/2': { http: { h2UpgradePolicy: H2UpgradePolicy.DEFAULT } },
};

const outlierDetection = {
  consecutive5xxErrors: 7,
  consecutiveGatewayErrors: 5,
  splitExternalLocalOriginErrors: true,
  consecutiveLocalOriginFailures: 3,
  interval: seconds(10),
  baseEjectionTime: seconds(30),
  maxEjectionPercent: 50,
  minHealthPercent: 20,
  outlierDetectionHttpErrorCodes: [503],
};
const warmup = { duration: seconds(60), minimumPercent: 10, aggression: 2 };
const regions = [{ from: 'eu', to: 'us' }];
const files = { clientCertificate: '/etc/certs/cert.pem', privateKey: '/etc/certs/key.pem', caCertificates: '/etc/certs/ca.pem' };

const policies: Record<string, CommonTrafficPolicy> = {
  ...Object.fromEntries(Object.entries(pools).map(([name, connectionPool]) => [`a connection pool of ${name}`, { connectionPool }])),
  'outlier detection': { outlierDetection },
  'round robin': { loadBalancer: LoadBalancer.roundRobin({ warmup }) },
  'least requests': { loadBalancer: LoadBalancer.leastRequest({ warmup, locality: Locality.disabled() }) },
  'least requests by its older name': { loadBalancer: LoadBalancer.leastConnection() },
  'a warm-up in the older form': { loadBalancer: LoadBalancer.leastRequest({ warmupDurationSecs: seconds(60) }) },
  'a ring in the older form': { loadBalancer: LoadBalancer.consistentHash(HashKey.sourceIp(), { algorithm: HashAlgorithm.minimumRingSize(2048) }) },
  'any endpoint': { loadBalancer: LoadBalancer.random() },
  'the called address': { loadBalancer: LoadBalancer.passthrough() },
  'a hash of a cookie': {
    loadBalancer: LoadBalancer.consistentHash(HashKey.cookie({ name: 'user', path: '/', ttl: seconds(60), attributes: { SameSite: 'Strict' } }),
      { algorithm: HashAlgorithm.maglev() }),
  },
  'a hash of a header': { loadBalancer: LoadBalancer.consistentHash(HashKey.header('x-user'), { algorithm: HashAlgorithm.ringHash(2048) }) },
  'a hash of the address': { loadBalancer: LoadBalancer.consistentHash(HashKey.sourceIp()) },
  'a hash of a parameter': { loadBalancer: LoadBalancer.consistentHash(HashKey.queryParameter('user')) },
  'shares of localities': { loadBalancer: LoadBalancer.roundRobin({ locality: Locality.distribute({ from: 'eu/*', to: { 'eu/*': 80, 'us/*': 20 } }) }) },
  'failover to regions': { loadBalancer: LoadBalancer.roundRobin({ locality: Locality.failover({ regions }) }), outlierDetection },
  'failover by labels': { loadBalancer: LoadBalancer.roundRobin({ locality: Locality.failover({ priority: ['version'] }) }), outlierDetection },
  'zones': {
    loadBalancer: LoadBalancer.roundRobin({ locality: Locality.zoneAware({ regions, priority: ['version'], minClusterSize: 4 }) }), outlierDetection,
  },
  'no TLS': { tls: ClientTls.disable() },
  'TLS': { tls: ClientTls.simple({ sni: 'orders.example.com', subjectAltNames: ['orders.example.com'], caCertificates: files.caCertificates, caCrl: '/etc/crl.pem' }) },
  'TLS without a check': { tls: ClientTls.simple({ insecureSkipVerify: true }) },
  'TLS with a client certificate': { tls: ClientTls.mutual(files) },
  'TLS with a secret': { tls: ClientTls.mutual({ credentialName: 'client' }) },
  'TLS of the mesh': { tls: ClientTls.istioMutual() },
};

describe('a traffic policy for a port, a subset, or a port of a subset is what it is for the whole service', () => {
  test.each(Object.entries(policies))('%s', (_, policy) => {
    // GIVEN
    const chart = Testing.chart();

    // WHEN
    new DestinationRule(chart, 'Rule', {
      service: orders,
      trafficPolicy: { ...policy, portLevelSettings: [{ port: 80, ...policy }] },
      subsets: [{ name: 'v1', labels: { version: 'v1' }, trafficPolicy: { ...policy, portLevelSettings: [{ port: 80, ...policy }] } }],
    });

    // THEN
    const { trafficPolicy: { portLevelSettings, ...whole }, subsets: [{ trafficPolicy: ofSubset }] } = Testing.synth(chart)[0].spec;
    const [{ port, ...ofPort }] = portLevelSettings;
    expect(port).toEqual({ number: 80 });
    expect(ofPort).toEqual(whole);
    expect(ofSubset).toEqual({ ...whole, portLevelSettings: [{ port, ...whole }] });
  });

  test.each<[string, TrafficPolicy]>([
    ['a tunnel', { tunnel: { targetHost: 'proxy.example.com', targetPort: 443, protocol: TunnelProtocol.CONNECT } }],
    ['the proxy protocol 1', { proxyProtocol: ProxyProtocol.V1 }],
    ['the proxy protocol 2', { proxyProtocol: ProxyProtocol.V2 }],
    ['a retry budget', { retryBudget: { percent: 20, minRetryConcurrency: 3, budgetInterval: seconds(10) } }],
  ])('%s, for a subset alone', (_, policy) => {
    const chart = Testing.chart();

    new DestinationRule(chart, 'Rule', { service: orders, trafficPolicy: policy, subsets: [{ name: 'v1', labels: { version: 'v1' }, trafficPolicy: policy }] });

    const { trafficPolicy, subsets } = Testing.synth(chart)[0].spec;
    expect(subsets[0].trafficPolicy).toEqual(trafficPolicy);
  });
});

describe('the connection pool of a Sidecar, for all listeners or for one, is what it is for a service', () => {
  test.each(Object.entries(pools))('%s', (_, connectionPool) => {
    const chart = Testing.chart();
    new DestinationRule(chart, 'Rule', { service: orders, trafficPolicy: { connectionPool } });
    new Sidecar(chart, 'Sidecar', {
      workloadSelector: { app: 'orders' },
      inboundConnectionPool: connectionPool,
      ingress: [{ port: 8080, protocol: PortProtocol.HTTP, connectionPool }],
      egress: [EgressListener.allPorts(['./*'])],
    });

    const [rule, sidecar] = Testing.synth(chart);
    expect(sidecar.spec.inboundConnectionPool).toEqual(rule.spec.trafficPolicy.connectionPool);
    expect(sidecar.spec.ingress[0].connectionPool).toEqual(rule.spec.trafficPolicy.connectionPool);
  });
});

describe('a listener of a Sidecar', () => {
  test.each(Object.values(CaptureMode))('captures by %s', (captureMode) => {
    const chart = Testing.chart();
    new Sidecar(chart, 'Sidecar', {
      workloadSelector: { app: 'orders' },
      ingress: [{ port: 8080, protocol: PortProtocol.HTTP, captureMode, defaultEndpoint: '127.0.0.1:8080' }],
      egress: [EgressListener.port(9000, ['./*'], { captureMode })],
    });

    const { ingress, egress } = Testing.synth(chart)[0].spec;
    expect([ingress[0].captureMode, egress[0].captureMode]).toEqual([captureMode, captureMode]);
  });
});

describe('the TLS of a server', () => {
  const pair = { certificate: '/etc/certs/cert.pem', privateKey: '/etc/certs/key.pem' };
  const ciphers = ['ECDHE-RSA-AES128-GCM-SHA256'];
  const { V1_0, V1_1, V1_2, V1_3, AUTO } = TlsVersion;

  test.each([[AUTO, V1_0], [V1_0, V1_1], [V1_1, V1_2], [V1_2, V1_3], [V1_3, AUTO]])('takes versions from %s to %s', (minVersion, maxVersion) => {
    const chart = Testing.chart();
    const listener: IngressListener = {
      port: 8443, protocol: PortProtocol.HTTPS, tls: ServerTls.simple({ files: [pair], minVersion, maxVersion, cipherSuites: ciphers }),
    };
    new IstioGateway(chart, 'Edge', { servers: [GatewayServer.https(['shop.example.com'], { tls: listener.tls! })] });
    new Sidecar(chart, 'Sidecar', { workloadSelector: { app: 'orders' }, ingress: [listener] });

    const [gateway, sidecar] = Testing.synth(chart);
    expect(gateway.spec.servers[0].tls).toMatchObject({ mode: 'SIMPLE', minProtocolVersion: minVersion, maxProtocolVersion: maxVersion });
    expect(sidecar.spec.ingress[0].tls).toEqual(gateway.spec.servers[0].tls);
  });

  test('of a Sidecar may ask clients for a certificate without insisting', () => {
    const chart = Testing.chart();
    new Sidecar(chart, 'Sidecar', {
      workloadSelector: { app: 'orders' },
      ingress: [{
        port: 8443,
        protocol: PortProtocol.HTTPS,
        tls: ServerTls.optionalMutual({ files: [{ ...pair, caCertificates: files.caCertificates }] }),
      }],
    });

    expect(Testing.synth(chart)[0].spec.ingress[0].tls.mode).toBe('OPTIONAL_MUTUAL');
  });
});

describe('a rule of a VirtualService', () => {
  function rule(write: (chart: Chart) => HttpRoute) {
    const chart = Testing.chart();
    new VirtualService(chart, 'Orders', { services: [orders], http: [write(chart)] });
    return Testing.synth(chart).find(({ kind }) => kind === 'VirtualService').spec.http[0];
  }
  const everyWay = (match: (value: StringMatch) => HttpMatch) => [StringMatch.exact('a'), StringMatch.prefix('b'), StringMatch.regex('c+')].map(match);

  test.each<[string, (value: StringMatch) => HttpMatch, (match: any) => unknown]>([
    ['authority', (authority) => HttpMatch.of({ authority }), (match) => match.authority],
    ['scheme', (scheme) => HttpMatch.of({ scheme }), (match) => match.scheme],
    ['method', (method) => HttpMatch.of({ method }), (match) => match.method],
    ['header', (value) => HttpMatch.header('x-a', value), (match) => match.headers['x-a']],
    ['missing header', (value) => HttpMatch.of({ withoutHeaders: { 'x-a': value } }), (match) => match.withoutHeaders['x-a']],
    ['query parameter', (value) => HttpMatch.queryParam('a', value), (match) => match.queryParams.a],
  ])('matches the %s exactly, by prefix and by expression', (_, write, read) => {
    const { match } = rule(() => HttpRoute.forward(Destination.service(orders), { match: everyWay(write) }));

    expect(match.map(read)).toEqual([{ exact: 'a' }, { prefix: 'b' }, { regex: 'c+' }]);
  });

  test('changes headers of all its requests, or of those to one destination', () => {
    const headers: HttpHeaders = {
      request: { set: { 'x-a': '1' }, add: { 'x-b': '2' }, remove: ['x-c'] },
      response: { set: { 'x-d': '3' }, add: { 'x-e': '4' }, remove: ['x-f'] },
    };
    const { headers: ofRule, route } = rule(() => HttpRoute.split([{ destination: Destination.service(orders), weight: 100, headers }], { headers }));

    expect(ofRule).toEqual(headers);
    expect(route[0].headers).toEqual(headers);
  });

  test('mirrors to a port', () => {
    const { mirrors } = rule(() => HttpRoute.forward(Destination.service(orders), { mirrors: [{ destination: Destination.host('shadow', { port: 80 }) }] }));

    expect(mirrors[0].destination).toEqual({ host: 'shadow', port: { number: 80 } });
  });

  test('mirrors to a subset', () => {
    const { mirrors } = rule((chart) => {
      new DestinationRule(chart, 'Rule', { service: orders, subsets: [{ name: 'v2', labels: { version: 'v2' } }] });
      return HttpRoute.forward(Destination.service(orders), { mirrors: [{ destination: Destination.subset(Subset.fromName(orders, 'v2')) }] });
    });

    expect(mirrors[0].destination).toEqual({ host: 'orders', subset: 'v2' });
  });

  test('takes calls from origins by their prefix', () => {
    const { corsPolicy } = rule(() => HttpRoute.forward(Destination.service(orders), { cors: { allowOrigins: [StringMatch.prefix('https://')] } }));

    expect(corsPolicy.allowOrigins).toEqual([{ prefix: 'https://' }]);
  });

  test.each(Object.values(UnmatchedPreflights))('answers unmatched preflights by %s', (unmatchedPreflights) => {
    const { corsPolicy } = rule(() => HttpRoute.forward(Destination.service(orders), {
      cors: { allowOrigins: [StringMatch.exact('https://shop.example.com')], unmatchedPreflights },
    }));

    expect(corsPolicy.unmatchedPreflights).toBe(unmatchedPreflights);
  });
});

describe('the mutual TLS of a port', () => {
  test.each(Object.values(MutualTlsMode))('may be %s', (mode) => {
    const chart = Testing.chart();
    new PeerAuthentication(chart, 'Peers', { selector: { app: 'orders' }, mtls: mode, portLevelMtls: { 8080: mode } });

    const { mtls, portLevelMtls } = Testing.synth(chart)[0].spec;
    expect(portLevelMtls['8080']).toEqual(mtls);
  });
});
