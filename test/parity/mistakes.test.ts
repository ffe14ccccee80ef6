import { Chart, Duration, Testing } from 'cdk8s';
import { around, chart, find, finding, found, ingress, inNamespace, rows, seed, shares, written } from './parity';
import {
  Caller, CanaryService, CanaryServiceProps, ChartDelivery, Destination, DestinationRule, DestinationRuleProps, ExtensionProvider, GatewayServer,
  HashAlgorithm, HashKey, HttpFault, HttpMatch, HttpRoute, IstioConfigMap, IstioGateway, LoadBalancer, MeshConfig, MeshInstallation,
  MeshNamespace, MeshObservability, MeshService, MutualTlsMode, ResilientDestination, RetryPolicy, ServiceRef, StringMatch, VirtualService,
} from '../../src';

const users = ServiceRef.fromName('user-service');
const v1 = { labels: { version: 'v1' } };
const v2 = { labels: { version: 'v2' } };
const tester = HttpMatch.header('x-canary', StringMatch.exact('true'));

/** What a program in plain JavaScript may write. */
const policy = (trafficPolicy: any) => () => new DestinationRule(chart('default'), 'Rule', { service: users, trafficPolicy } as DestinationRuleProps);
const canary = (scope: Chart, props: Partial<CanaryServiceProps> = {}) => new CanaryService(scope, 'Users', { service: users, stable: v1, canary: v2, ...props });
const http = (scope: Chart) => find(scope, 'VirtualService').spec.http;
const retried = (retries: RetryPolicy, timeout?: Duration) => {
  const scope = chart('default');
  canary(scope, { retries, timeout });
  return scope;
};

/** The documents' manifests among the Services and Pods that they are for. */
const governance = (...ids: string[]) => [...around('S000'), ...ids.flatMap(written)];
const operations = (...ids: string[]) => [...around('S002'), ...inNamespace('prod', ...ids.flatMap(written))];
const course = (...ids: string[]) => [...around('S003'), ...inNamespace('default', ...ids.flatMap(written))];

rows('M', {
  M01: () => {
    expect(policy({ connectionPool: { http: { http1MaxPendingRequests: 50, consecutiveGatewayErrors: 5 } } }))
      .toThrow('connectionPool.http has no property "consecutiveGatewayErrors" (got 5); it belongs to outlierDetection');
    expect(finding(governance('S000-24e'), 'field-misplaced')).toEqual({
      level: 'error',
      path: 'spec.trafficPolicy.connectionPool.http.consecutiveGatewayErrors',
      message: 'connectionPool.http has no consecutiveGatewayErrors, interval, baseEjectionTime; move them to outlierDetection',
    });
    expect(found(governance('S000-24b'))).toContain('field-misplaced');
  },

  M02: () => {
    expect(policy({ loadBalancer: { simple: 'LEAST_REQUEST', consistentHash: { httpHeaderName: 'x-user-id' } } })).toThrow('expected a LoadBalancer; write for example LoadBalancer.');
    expect(finding(governance('S000-24a'), 'load-balancer-twice')).toEqual({
      level: 'error',
      path: 'spec.trafficPolicy.loadBalancer',
      message: 'both simple: LEAST_REQUEST and consistentHash are set, and exactly one is allowed; remove one',
    });
    expect(['S000-24c', 'S000-24f'].flatMap((id) => found(governance(id))).filter((rule) => rule === 'load-balancer-twice')).toHaveLength(2);
  },

  M03: () => {
    expect(policy({ outlierDetection: { consecutiveErrors: 3 } }))
      .toThrow('outlierDetection has no property "consecutiveErrors" (got 3); Istio ignores it: use consecutive5xxErrors or consecutiveGatewayErrors of outlierDetection');
    expect(finding(governance('S000-25'), 'outlier-errors-ignored')).toEqual({
      level: 'error',
      path: 'spec.trafficPolicy.outlierDetection.consecutiveErrors',
      message: 'consecutiveErrors 3 has no effect (Envoy uses its default of 5); write consecutive5xxErrors: 3 for any 5xx, or consecutiveGatewayErrors: 3 for 502, 503 and 504',
    });
  },

  M04: () => {
    const scope = chart('default');
    new ResilientDestination(scope, 'Users', { service: users, loadBalancer: LoadBalancer.consistentHash(HashKey.header('x-user-id'), { algorithm: HashAlgorithm.ringHash(1024) }) });
    expect(find(scope, 'DestinationRule').spec.trafficPolicy.loadBalancer.consistentHash).toEqual({ httpHeaderName: 'x-user-id', ringHash: { minimumRingSize: 1024 } });
    expect(finding(governance('S000-24d'), 'deprecated-field')).toMatchObject({
      level: 'warning', message: 'minimumRingSize 1024 is deprecated here; write consistentHash.ringHash.minimumRingSize',
    });
  },

  M05: () => {
    const scope = chart('default');
    new ResilientDestination(scope, 'Users', { service: users, ports: [{ port: 8080, connectionPool: { tcp: { maxConnections: 200 } } }] });
    const { portLevelSettings: [port], ...top } = find(scope, 'DestinationRule').spec.trafficPolicy;
    expect(port.outlierDetection).toEqual(top.outlierDetection);
    expect(finding(governance('S000-24'), 'port-policy-drops')).toEqual({
      level: 'warning',
      path: 'spec.trafficPolicy.portLevelSettings[0]',
      message: 'the entry for port 8080 sets only connectionPool, and it replaces the whole policy for that port, so loadBalancer and outlierDetection would be off on it; '
        + 'repeat them in the entry',
    });
  },

  M06: () => {
    expect(policy({})).toThrow('is empty, expected at least one field, as Istio does; leave it out');
    expect(finding(governance('S000-33'), 'policy-empty').level).toBe('error');
  },

  M07: () => {
    const both = HttpMatch.all(HttpMatch.pathPrefix('/api/v1/users'), HttpMatch.header('x-api-version', StringMatch.exact('v1')));
    const scope = chart('default');
    canary(scope, { canary: { ...v2, match: [both] } });
    expect(http(scope)[0].match).toEqual([{ uri: { prefix: '/api/v1/users' }, headers: { 'x-api-version': { exact: 'v1' } } }]);
    expect(finding(governance('S000-23'), 'match-alternatives')).toMatchObject({
      level: 'warning', path: 'spec.http[0].match', message: expect.stringContaining('entries are alternatives: any request with that headers matches, whatever its path'),
    });
  },

  M08: () => {
    const scope = chart('default');
    const frontend = new MeshService(scope, 'Frontend', { service: ServiceRef.fromName('frontend'), labels: { app: 'frontend' } });
    frontend.allowFrom(Caller.namespace('istio-ingress'), { methods: ['GET'], paths: ['/api/*'] });
    expect(Object.keys(find(scope, 'AuthorizationPolicy').spec.rules[0])).toEqual(['from', 'to']);
    expect(finding(governance('S000-39'), 'authorization-rules-split')).toMatchObject({
      level: 'warning', path: 'spec.rules', message: expect.stringMatching(/spec\.rules\[\d\] limits only the caller and spec\.rules\[\d\] only the operation, and rules are alternatives/),
    });
  },

  M09: () => {
    expect(finding(governance('S000-23'), 'timeout-too-short')).toEqual({
      level: 'warning',
      path: 'spec.http[0].timeout',
      message: 'the tries take up to 40s (1 + 3 retries, each perTryTimeout 10s) but timeout is 30s, so the last one never runs to its end; '
        + 'set timeout to at least 40s, perTryTimeout to at most 7.5s, or attempts to at most 2',
    });
    expect(finding(inNamespace('prod', ...seed('S002-09')), 'timeout-too-short').message).toContain('12s');
    expect(found(retried(RetryPolicy.unprocessed({ attempts: 3, perTry: Duration.seconds(3) }), Duration.seconds(10)))).toContain('timeout-too-short');
  },

  M10: () => {
    expect(finding(governance('S000-26'), 'try-timeout-not-retried')).toEqual({
      level: 'warning',
      path: 'spec.http[2].retries.perTryTimeout',
      message: 'a try that runs into perTryTimeout 5s is not retried under Istio\'s default conditions, so the caller gets 504 then; '
        + 'add 5xx, gateway-error or reset to retryOn, or leave perTryTimeout out',
    });
    expect(finding(course('S003-21'), 'try-timeout-not-retried').message).toContain('perTryTimeout 2s');
    expect(found(retried(RetryPolicy.idempotent({ perTry: Duration.seconds(2) })))).not.toContain('try-timeout-not-retried');
  },

  M11: () => {
    expect(finding(governance('S000-23'), 'retries-repeat-writes')).toMatchObject({
      level: 'info', path: 'spec.http[0].retries.retryOn', message: expect.stringContaining('repeats requests that may already have been carried out, POST among them'),
    });
    const scope = chart('default');
    canary(scope); // whose retries are of requests that nobody has seen
    expect(http(scope)[0].retries.retryOn).toBe('connect-failure,refused-stream,reset-before-request');
    expect(found(scope)).toEqual([]);
  },

  M12: () => {
    expect(finding(governance('S000-23'), 'fault-for-everyone')).toMatchObject({
      level: 'warning',
      path: 'spec.http[0].fault',
      message: expect.stringContaining('the fault (delay 5s on 0.1 %, abort 503 on 0.01 %) applies to every caller of api.example.com'),
    });
    expect(finding(course('S003-23'), 'fault-for-everyone').message).toContain('every caller of ratings');
    const scope = chart('default');
    canary(scope, { userGroups: [{ match: [tester], fault: HttpFault.abort(503, 100) }] });
    expect(found(scope)).toEqual([]);
  },

  M13: () => {
    expect(() => canary(chart('default')).subset('v3')).toThrow('the version is "v3", expected one of "v1", "v2"; add it to the canaries');
    expect(finding([...around('S001'), ...inNamespace('default', ...written('S001-18'))], 'subset-unknown')).toEqual({
      level: 'error',
      path: 'spec.http[0].route[0].destination.subset',
      message: 'the route names subset "v1" of reviews.default, but no DestinationRule for it defines that (subsets known: none), so every request would get 503; '
        + 'add the subset to a DestinationRule, or route without a subset',
    });
    expect(['S003-21', 'S003-23', 'S003-24'].map((id) => finding(course(id), 'subset-unknown').level)).toEqual(['error', 'error', 'error']);
    expect(finding(governance('S000-26'), 'subset-unknown').level).toBe('error');
  },

  M14: () => {
    const scope = chart('default');
    canary(scope);
    expect(() => new CanaryService(scope, 'Again', { service: users, stable: v1, canary: v2, destination: new ResilientDestination(chart('default'), 'Users', { service: users }) }))
      .toThrow('user-service has a VirtualService from seed/Users already, expected one a service; put all rules into one of them');
    expect(finding(course('S003-21', 'S003-23'), 'duplicate-resource')).toEqual({
      level: 'error',
      path: 'metadata.name',
      message: 'the VirtualService default/ratings is written twice, and the second apply would erase the first; put both into one, or give one another name',
    });
    const orders = [...seed('S002-06'), ...seed('S002-09'), ...seed('S002-17')];
    expect(found(inNamespace('prod', ...orders))).toContain('duplicate-resource');
  },

  M15: () => {
    expect(finding(operations('S002-07'), 'deprecated-field')).toMatchObject({
      level: 'warning', message: 'simple: LEAST_CONN is the deprecated name of LEAST_REQUEST; write LEAST_REQUEST',
    });
    const scope = chart('default');
    new ResilientDestination(scope, 'Users', { service: users, loadBalancer: LoadBalancer.leastRequest() });
    expect(find(scope, 'DestinationRule').spec.trafficPolicy.loadBalancer).toEqual({ simple: 'LEAST_REQUEST' });
  },

  M16: () => {
    expect(finding(course('S003-24'), 'deprecated-field').message).toBe('mirror_percent 100 is deprecated; write mirrorPercentage: {value: 100}');
    expect(finding(course('S003-24-mirror_percentage'), 'field-misplaced').message)
      .toBe('a rule has no mirror_percentage, and without it every request is mirrored; write mirrorPercentage: {value: 100}');
    expect(() => HttpRoute.forward(Destination.service(users), { mirror_percentage: 100 } as any)).toThrow('has no property "mirror_percentage" (got 100)');
    const scope = chart('default');
    canary(scope, { canary: { ...v2, mirror: 100 } });
    expect(http(scope)[0].mirrors[0].percentage).toEqual({ value: 100 });
  },

  M17: () => {
    expect(finding(course('S003-24'), 'mirror-repeats-writes')).toMatchObject({
      level: 'info', path: 'spec.http[0].mirror', message: expect.stringContaining('requests that write, such as POST, are mirrored to httpbin subset v2 too'),
    });
    expect(finding(inNamespace('prod', ...seed('S002-17')), 'mirror-repeats-writes').level).toBe('info');
  },

  M18: () => {
    expect(finding(course('S003-22'), 'subset-policy-unused')).toEqual({
      level: 'warning',
      path: 'spec.subsets[0].trafficPolicy',
      message: 'the policy of subset "v1" is never used: no route names reviews.default subset "v1"; move it to the top-level trafficPolicy, or route to the subset',
    });
    const scope = chart('default'); // a canary routes to all of its versions
    canary(scope, { stable: { ...v1, trafficPolicy: { connectionPool: { tcp: { maxConnections: 100 }, http: { http1MaxPendingRequests: 50 } } } } });
    expect(found(scope)).toEqual([]);
  },

  M19: () => {
    expect(finding(operations('S002-07'), 'outlier-never-ejects')).toEqual({
      level: 'warning',
      path: 'spec.trafficPolicy.outlierDetection',
      message: 'maxEjectionPercent is 10 (Istio\'s default) and order-service.prod has 2 replicas, so nothing is ever ejected; set it to at least 50',
    });
    const scope = chart('prod');
    new ResilientDestination(scope, 'Order', { service: ServiceRef.fromName('order-service') });
    expect(found([...around('S002'), ...Testing.synth(scope)])).not.toContain('outlier-never-ejects');
  },

  M21: () => {
    expect(finding(governance('S000-22', 'S000-23'), 'gateway-host-unrouted')).toMatchObject({ level: 'warning', message: expect.stringContaining('app.example.com') });
    const scope = chart('default');
    const hosts = ['goods.example.com'];
    const edge = new IstioGateway(scope, 'Edge', { metadata: { name: 'edge' }, servers: [GatewayServer.http(hosts)] });
    new VirtualService(scope, 'Goods', { hosts, gateways: [edge], http: [HttpRoute.forward(Destination.host('goods-service'))] });
    expect(finding([...Testing.synth(scope), ...inNamespace('default', ...written('S003-18'), ...written('S003-19'))], 'gateway-bypasses-subsets')).toMatchObject({
      level: 'warning', message: expect.stringContaining('those from this gateway go to all versions alike; name the subsets here too'),
    });
    expect(() => canary(chart('default')).exposeVia(IstioGateway.MESH, { hosts: [] })).toThrow('hosts of exposeVia');
  },

  M22: () => {
    expect(finding([...ingress(), ...inNamespace('istio-ingress', ...written('S002-08'))], 'gateway-selects-nothing')).toEqual({
      level: 'error',
      path: 'spec.selector',
      message: 'no pod has the labels istio=ingressgateway, so nothing listens on the gateway\'s ports; the gateway in this app has "app=istio-ingress,istio=ingress": select that',
    });
  },

  M23: () => {
    expect(finding(governance('S000-22'), 'credential-unknown')).toEqual({
      level: 'warning',
      path: 'spec.servers[1].tls.credentialName',
      message: 'the TLS Secret "tls-credential" must be in the namespace of the gateway\'s pods, "istio-system", and the app has none; '
        + 'create it there, or declare External.secret("istio-system", "tls-credential") if an operator does',
    });
  },

  M24: () => {
    expect(finding([...ingress(), ...seed('S000-39')], 'principal-unknown')).toMatchObject({
      level: 'warning',
      path: 'spec.rules[0].from[0].source.principals[0]',
      message: expect.stringContaining('is not that of this app\'s gateway, which runs as cluster.local/ns/istio-ingress/sa/istio-ingress'),
    });
    const scope = chart('default');
    const frontend = new MeshService(scope, 'Frontend', { service: ServiceRef.fromName('frontend'), labels: { app: 'frontend' } });
    frontend.allowFrom(Caller.serviceAccount('istio-ingress', { namespace: 'istio-ingress' }));
    expect(found([...ingress(), ...Testing.synth(scope)])).not.toContain('principal-unknown');
  },

  M25: () => {
    expect(finding([...around('S002'), ...written('S002-06')], 'namespace-missing')).toEqual({
      level: 'error',
      path: 'metadata.namespace',
      message: 'no namespace is set, so the host "order-service" means order-service.<namespace of whoever applies it>; '
        + 'the Service is in "prod": set that namespace on the chart or the resource',
    });
    expect(found(operations('S002-07'))).not.toContain('namespace-missing');
  },

  M26: () => {
    expect(finding([...around('S001'), ...written('S001-20')], 'mesh-policy-misplaced')).toEqual({
      level: 'warning',
      path: 'metadata.namespace',
      message: 'no namespace is set, so the policy is for one namespace only, that of whoever applies it; '
        + 'for the whole mesh, set the root namespace (istio-system), else name the one you mean',
    });
    expect(found(written('S000-38'))).toEqual([]);
  },

  M27: () => {
    const outside = [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'legacy' } },
      { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'cron', namespace: 'legacy' }, spec: { template: { metadata: { labels: { app: 'cron' } } } } },
    ];
    expect(finding([...outside, ...governance('S000-38')], 'strict-refuses-callers')).toMatchObject({
      level: 'warning', path: 'spec.mtls.mode', message: expect.stringContaining('mode STRICT refuses callers without a proxy, such as those of "legacy"'),
    });
    const scope = chart();
    new MeshNamespace(scope, 'Prod', { name: 'prod', mutualTls: MutualTlsMode.PERMISSIVE }); // until none is left
    expect(found([...outside, ...Testing.synth(scope)])).not.toContain('strict-refuses-callers');
  },

  M28: () => {
    expect(() => canary(chart('default'), { canary: { ...v2, weight: 130 } })).toThrow('canary.weight is 130, expected a whole number from 0 to 100; give the percentage of the canary');
    expect(() => canary(chart('default'), { canary: { ...v2, weight: -10 } })).toThrow('canary.weight is -10, expected a whole number from 0 to 100');
    expect(() => HttpRoute.split([{ destination: Destination.service(users), weight: 0 }]))
      .toThrow('the weights of the split are [0], expected at least one above 0; give percentages that total 100');
    expect(finding(governance('S000-32-bad-weights'), 'weights-not-100').message).toBe('the weights 90 + 90 make 180, which Istio reads as 50/50; write shares of 100');
    expect(written('S000-32-negative')).not.toBeAcceptedByIstio();
    expect(written('S000-32-zero')).not.toBeAcceptedByIstio();
  },

  M29: () => {
    expect(finding(written('S001-19-after-first-patch'), 'weights-not-100').message)
      .toBe('one destination with weight 10 receives all of the traffic; add the destination of the rest, or leave the weight out');
  },

  M31: () => {
    const scope = chart('default');
    canary(scope, { canary: { ...v2, weight: 20, match: [tester] } });
    expect(http(scope).map(shares)).toEqual([{ v2: 100 }, { v1: 80, v2: 20 }]); // the rule of testers is left alone
  },

  M32: () => {
    const scope = chart('default');
    canary(scope);
    expect(Testing.synth(scope).map(({ kind }) => kind)).toEqual(['DestinationRule', 'VirtualService']);
  },

  M33: () => {
    expect(finding(governance('S000-32-matches'), 'default-route-missing')).toEqual({
      level: 'warning', path: 'spec.http', message: 'every rule has a match, so requests without "x-canary" get 404; add a last rule without a match',
    });
    const scope = chart('default');
    canary(scope, { canary: { ...v2, match: [tester] } });
    expect(http(scope)[1].match).toBeUndefined();
  },

  M34: () => {
    const [service] = inNamespace('default', ...written('S003-17'));
    const rpc = { ...service, spec: { ...service.spec, ports: [{ name: 'tcp-rpc', port: 8053 }] } };
    const rest = inNamespace('default', ...written('S003-18'), ...written('S003-19'));
    expect(finding([rpc, ...rest], 'http-rules-on-tcp')).toMatchObject({ level: 'error', path: 'spec.hosts[0]', message: expect.stringContaining('where Istio ignores http rules') });
    expect(found([service, ...rest])).not.toContain('http-rules-on-tcp');
  },

  M35: () => {
    expect(finding(written('S003-19'), 'old-api-version')).toMatchObject({
      level: 'info', path: 'apiVersion', message: 'networking.istio.io/v1alpha3 is an old version of VirtualService; write networking.istio.io/v1, which Istio stores',
    });
    const scope = chart('default');
    canary(scope);
    expect(find(scope, 'VirtualService').apiVersion).toBe('networking.istio.io/v1');
  },

  M36: () => {
    expect(finding(written('S001-12'), 'operator-resource')).toEqual({
      level: 'error',
      path: 'kind',
      message: 'an IstioOperator is input for istioctl, not an object of the cluster; write it to a file of its own for istioctl install -f, or install Istio by Helm',
    });
    expect(() => new MeshInstallation(chart(), 'Istio', { version: '1.31.1', delivery: ChartDelivery.flux(), kubernetesVersion: '1.16' }))
      .toThrow('the version of Kubernetes is "1.16", expected 1.32 or newer, which Istio 1.31 needs; upgrade the cluster first');
  },

  M38: () => {
    expect(finding(inNamespace('default', ...seed('S001-22')), 'connect-timeout-short')).toEqual({
      level: 'warning',
      path: 'spec.trafficPolicy.connectionPool.tcp.connectTimeout',
      message: 'connectTimeout 30ms is shorter than a TLS connection between zones may take; set at least 250ms (Istio\'s default is 10s)',
    });
  },

  M39: () => {
    expect(finding(governance('S000-25'), 'connection-per-request')).toEqual({
      level: 'warning',
      path: 'spec.trafficPolicy.connectionPool.http.maxRequestsPerConnection',
      message: 'maxRequestsPerConnection 1 closes every connection after one request (no keep-alive, a TLS handshake for each); leave it out, or set a large number',
    });
  },

  M40: () => {
    const service = ServiceRef.fromName('jaeger', { namespace: 'observability' });
    expect(() => new MeshObservability(chart(), 'Mesh', { traces: {} as any })).toThrow('a provider of traces is undefined, expected an ExtensionProvider');
    const scope = chart();
    new MeshObservability(scope, 'Mesh', { traces: { provider: ExtensionProvider.opentelemetry('jaeger', { service, port: 4317 }) } });
    new IstioConfigMap(scope, 'Config', { meshConfig: new MeshConfig() }); // which does not have it
    expect(finding(scope, 'provider-unknown').message).toContain('"jaeger"');
  },

  M42: () => {
    expect(finding(operations('S002-07'), 'versions-unrouted')).toMatchObject({
      level: 'warning', message: expect.stringContaining('its Service sends requests to the versions v1 and v2 alike, by the number of their pods'),
    });
    const scope = chart('prod');
    new CanaryService(scope, 'Order', { service: ServiceRef.fromName('order-service'), stable: v1, canary: v2 });
    expect(found([...around('S002'), ...Testing.synth(scope)])).not.toContain('versions-unrouted');
  },

  M43: () => {
    const withoutV1 = around('S002').filter(({ kind, metadata }) => kind !== 'Pod' || metadata.labels.version !== 'v1');
    const rules = inNamespace('prod', ...seed('S002-06'), ...seed('S002-07'));
    expect(finding([...withoutV1, ...rules], 'subset-labels-unmatched')).toMatchObject({ level: 'error', message: expect.stringContaining('v1') });
  },

  M44: () => {
    expect(finding(course('S003-22'), 'pool-queue-unbounded')).toEqual({
      level: 'warning',
      path: 'spec.subsets[0].trafficPolicy.connectionPool',
      message: 'maxConnections is 100 but http1MaxPendingRequests is not set: requests above the limit wait without end instead of failing; '
        + 'set http1MaxPendingRequests, for example to 50',
    });
    const scope = chart('default');
    new ResilientDestination(scope, 'Reviews', { service: ServiceRef.fromName('reviews'), connectionPool: { tcp: { maxConnections: 100 } } });
    expect(found([...around('S003'), ...Testing.synth(scope)])).not.toContain('pool-queue-unbounded');
  },
});
