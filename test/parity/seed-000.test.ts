import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, App, Chart, Duration, Size, Testing } from 'cdk8s';
import { chart, find, finding, found, plain, rows, seed, shares, verbatim, written } from './parity';
import {
  AuthorizationAction, AuthorizationPolicy, Caller, CanaryService, CanaryServiceProps, ChartDelivery, ConnectionPool, DataPlane, Destination,
  DestinationRule, EdgeAuthentication, ExtensionProvider, ExternalService, GatewayServer, H2UpgradePolicy, HashAlgorithm, HashKey,
  HttpFault, HttpMatch, HttpRoute, IstioChart, IstioGateway, JsonWebKeySet, Kiali, LoadBalancer, Locality, LoggedRequests, MeshConfig,
  MeshDashboard, MeshMonitors, MeshNamespace, MeshObservability, MeshService, MultiClusterMesh, MutualTlsMode, OutlierDetection,
  PeerAuthentication,
  PolicyTarget, PortProtocol, PortTrafficPolicy, ResilientDestination, RetryOn, RetryPolicy, ServerTls, ServiceDiscovery, ServiceEntry,
  ServiceLevelObjective, ServiceLocation, ServiceMetrics, ServiceRef, ServiceResolution, SidecarBudget, SidecarProxy, StringMatch,
  TrafficDistribution, VirtualService,
} from '../../src';
import { ask } from '../install/judge';

const recommendation = ServiceRef.fromName('recommendation-service');
const users = ServiceRef.fromName('user-service');
const v1 = { labels: { version: 'v1' } };
const v2 = { labels: { version: 'v2' } };
const tester = HttpMatch.header('x-canary', StringMatch.exact('true'));
const premium = HttpMatch.header('x-user-type', StringMatch.exact('premium'));
const HOSTS = ['api.example.com', 'app.example.com'];

const edge = (scope: Chart, hosts = HOSTS) => new IstioGateway(scope, 'Gateway', {
  metadata: { name: 'main-gateway', namespace: 'istio-system' },
  selector: { istio: 'ingressgateway' },
  servers: [
    GatewayServer.redirectToHttps(hosts, { portName: 'http' }),
    GatewayServer.https(hosts, { portName: 'https', tls: ServerTls.simple({ credentialName: 'tls-credential' }) }),
  ],
});
const canary = (scope: Chart, props: Partial<CanaryServiceProps> = {}) =>
  new CanaryService(scope, 'Recommendation', { service: recommendation, stable: v1, canary: { ...v2, weight: 5 }, ...props });
const destination = (scope: Chart, props: object = {}) => new ResilientDestination(scope, 'Users', { service: users, ...props });
const policyOf = (scope: Chart) => find(scope, 'DestinationRule').spec.trafficPolicy;
const http = (scope: Chart) => find(scope, 'VirtualService').spec.http;

/** The settings of user-service, and of its port 8080. */
const pool: ConnectionPool = {
  tcp: { maxConnections: 100 },
  http: { http1MaxPendingRequests: 50, http2MaxRequests: 100, maxRequestsPerConnection: 2, maxRetries: 3 },
};
const port8080: PortTrafficPolicy = {
  port: 8080,
  connectionPool: { tcp: { maxConnections: 200 }, http: { http1MaxPendingRequests: 100, maxRequestsPerConnection: 1 } },
};
const byUser = LoadBalancer.consistentHash(HashKey.header('x-user-id'), { algorithm: HashAlgorithm.ringHash(1024) });
const outlierDetection: OutlierDetection = {
  consecutive5xxErrors: 5,
  interval: Duration.seconds(30),
  baseEjectionTime: Duration.seconds(30),
  maxEjectionPercent: 50,
  minHealthPercent: 30,
  splitExternalLocalOriginErrors: true,
};

rows('S000', {
  'S000-01': () => {
    const scope = chart();
    new MeshNamespace(scope, 'Shop', { name: 'shop' });
    new MeshNamespace(scope, 'Bank', { name: 'bank', dataPlane: DataPlane.ambient() });

    expect(find(scope, 'Namespace', 'shop').metadata.labels).toEqual({ 'istio-injection': 'enabled' });
    expect(find(scope, 'Namespace', 'bank').metadata.labels).toEqual({ 'istio.io/dataplane-mode': 'ambient' });
  },

  'S000-02': () => {
    const [{ errors, objects }] = ask({ judge: 'chart', chart: 'istiod', document: JSON.stringify(IstioChart.istiod().toValues()) });

    expect(errors).toEqual([]);
    const deployments = objects.filter(({ kind }) => kind === 'Deployment');
    expect(deployments.map(({ metadata, spec }) => [metadata.name, spec.template.spec.containers[0].name])).toEqual([['istiod', 'discovery']]);
  },

  'S000-03': () => {
    const scope = chart('default');
    new VirtualService(scope, 'Routes', {
      services: [users],
      http: [HttpRoute.split([
        { destination: Destination.service(users), weight: 90 },
        { destination: Destination.host('user-service-v2'), weight: 10 },
      ], { match: [HttpMatch.all(HttpMatch.pathPrefix('/api'), tester)] })],
    });

    expect(http(scope)).toEqual([{
      match: [{ uri: { prefix: '/api' }, headers: { 'x-canary': { exact: 'true' } } }],
      route: [{ destination: { host: 'user-service' }, weight: 90 }, { destination: { host: 'user-service-v2' }, weight: 10 }],
    }]);
  },

  'S000-04': () => {
    const scope = chart('default');
    destination(scope, { loadBalancer: LoadBalancer.leastRequest(), connectionPool: pool, outlierDetection });
    expect(Object.keys(policyOf(scope)).sort()).toEqual(['connectionPool', 'loadBalancer', 'outlierDetection']);
  },

  'S000-05': () => {
    const scope = chart('default');
    const rule = new DestinationRule(scope, 'Rule', { service: users, subsets: [{ name: 'v1', ...v1 }] });

    expect(Destination.subset(rule.subset('v1'))).toBeInstanceOf(Destination);
    expect(() => rule.subset('v2')).toThrow('the subset "v2" of user-service is not defined, expected one of its subsets ("v1"); add it with addSubset');
  },

  'S000-06': () => {
    const scope = chart('istio-system');
    edge(scope);
    new EdgeAuthentication(scope, 'Users', { jwtRules: [{ issuer: 'https://login.example.com', jwks: JsonWebKeySet.uri('https://login.example.com/keys') }] });

    expect(find(scope, 'Gateway').spec.servers[1]).toMatchObject({ hosts: HOSTS, tls: { mode: 'SIMPLE' } });
    expect(find(scope, 'RequestAuthentication').spec.selector).toEqual({ matchLabels: { istio: 'ingressgateway' } });
    expect(find(scope, 'AuthorizationPolicy').spec).toMatchObject({ action: 'DENY', selector: { matchLabels: { istio: 'ingressgateway' } } });
  },

  'S000-07': () => {
    const scope = chart('default');
    canary(scope, { userGroups: [{ name: 'chaos', match: [tester], fault: HttpFault.abort(503, 100) }], retries: RetryPolicy.unprocessed() });

    const [chaos, everybody] = http(scope);
    expect([chaos.fault.abort.httpStatus, everybody.fault]).toEqual([503, undefined]);
    expect(shares(everybody)).toEqual({ v1: 95, v2: 5 });
    expect(everybody.retries.attempts).toBe(2);
  },

  'S000-08': () => {
    const mesh = new MultiClusterMesh({
      meshId: 'shop', clusters: [{ name: 'eu', network: 'eu-net', region: 'europe-west1' }, { name: 'us', network: 'us-net', region: 'us-east1' }],
    });
    const eu = mesh.cluster('eu');
    eu.install({ version: '1.31.1', delivery: ChartDelivery.flux() });
    const locality = mesh.failover();
    destination(eu.chart, { loadBalancer: LoadBalancer.leastRequest({ locality }) });

    expect(find(eu.chart, 'HelmRelease', 'istiod').spec.values.global).toEqual({ meshID: 'shop', network: 'eu-net', multiCluster: { clusterName: 'eu' } });
    expect(find(eu.chart, 'Gateway').spec.servers[0]).toMatchObject({ port: { number: 15443, protocol: 'TLS' }, tls: { mode: 'AUTO_PASSTHROUGH' } });
    expect(policyOf(eu.chart).loadBalancer.localityLbSetting.failover).toEqual([{ from: 'europe-west1', to: 'us-east1' }, { from: 'us-east1', to: 'europe-west1' }]);
    expect(() => new DestinationRule(eu.chart, 'Rule', { service: users, trafficPolicy: { loadBalancer: LoadBalancer.leastRequest({ locality }) } }))
      .toThrow('names a failover and has no outlierDetection, expected both');
  },

  'S000-09': () => {
    const scope = chart('default');
    canary(scope, { canary: { ...v2, weight: 20, match: [tester] } });
    expect(http(scope).map(shares)).toEqual([{ v2: 100 }, { v1: 80, v2: 20 }]);
  },

  'S000-10': () => {
    const scope = chart('default');
    canary(scope, { canary: v2, userGroups: [{ name: 'premium', match: [premium], weight: 50 }], sticky: {} });
    expect(http(scope).filter(({ name }: any) => name?.startsWith('premium')).map(shares)).toEqual([{ v1: 100 }, { v2: 100 }, { v1: 50, v2: 50 }]);

    const metrics = ServiceMetrics.of(ServiceRef.fromName('recommendation-service', { namespace: 'default' }), { version: 'v2' });
    expect(metrics.latency(99, Duration.minutes(5))).toContain('destination_service_name="recommendation-service",destination_version="v2"');
    expect(metrics.successRate(Duration.minutes(5))).toContain('destination_version="v2"');
  },

  'S000-11': () => {
    const scope = chart('default');
    canary(scope, {
      destination: new ResilientDestination(scope, 'Destination', { service: recommendation }),
      timeout: Duration.seconds(10),
      retries: RetryPolicy.idempotent({ attempts: 1, perTry: Duration.seconds(4) }),
      userGroups: [{ match: [tester], fault: HttpFault.delay(Duration.seconds(5), 100) }],
    });

    const [group, everybody] = http(scope);
    expect(group.fault.delay.fixedDelay).toBe('5s');
    expect(everybody).toMatchObject({ timeout: '10s', retries: { attempts: 1, perTryTimeout: '4s' } });
    expect(policyOf(scope).outlierDetection.consecutive5xxErrors).toBe(5);
    expect(found(scope)).toEqual(['retries-repeat-writes']); // which is what idempotent means
  },

  'S000-12': () => {
    const scope = chart('default');
    canary(scope, { canary: { ...v2, mirror: 100 } });
    expect(http(scope)[0].mirrors).toEqual([{ destination: { host: 'recommendation-service', subset: 'v2' }, percentage: { value: 100 } }]);
  },

  'S000-13': () => {
    const scope = chart('default');
    canary(scope, { canary: undefined, canaries: [{ ...v2, weight: 15 }, { labels: { version: 'v3' }, weight: 5 }] });
    expect(shares(http(scope)[0])).toEqual({ v1: 80, v2: 15, v3: 5 });
  },

  'S000-14': () => {
    const scope = chart('default');
    const orders = new ApiObject(scope, 'Orders', {
      apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'orders' }, spec: { template: { metadata: { labels: { app: 'orders' } }, spec: { containers: [{ name: 'app' }] } } },
    });
    SidecarProxy.configure(orders, { config: { connectionSettings: { clusterPerConnectionBufferLimit: Size.kibibytes(32) } } });
    destination(scope, { connectionPool: { tcp: { maxConnections: 10, connectTimeout: Duration.seconds(1) } } });

    expect(find(scope, 'Deployment').spec.template.metadata.annotations['proxy.istio.io/config']).toContain('32768');
    expect(policyOf(scope).connectionPool.tcp).toEqual({ maxConnections: 10, connectTimeout: '1s' });
  },

  'S000-15': () => {
    const render = (loadBalancer: LoadBalancer) => {
      const scope = chart('default');
      new DestinationRule(scope, 'Rule', { service: users, trafficPolicy: { loadBalancer } });
      return policyOf(scope).loadBalancer;
    };
    const simple = [LoadBalancer.roundRobin(), LoadBalancer.leastRequest(), LoadBalancer.random(), LoadBalancer.passthrough()];
    expect(simple.map((one) => render(one).simple)).toEqual(['ROUND_ROBIN', 'LEAST_REQUEST', 'RANDOM', 'PASSTHROUGH']);
    expect([HashKey.header('x-user-id'), HashKey.cookie({ name: 'user' }), HashKey.sourceIp(), HashKey.queryParameter('user')]
      .map((key) => Object.keys(render(LoadBalancer.consistentHash(key)).consistentHash)[0])).toEqual(['httpHeaderName', 'httpCookie', 'useSourceIp', 'httpQueryParameterName']);
  },

  'S000-16': () => {
    const scope = chart('default');
    const locality = Locality.distribute({ from: 'eu/a', to: { 'eu/a': 80, 'eu/b': 20 } });
    destination(scope, { loadBalancer: LoadBalancer.roundRobin({ locality }) });
    const service = new ApiObject(scope, 'Service', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'user-service' }, spec: { ports: [{ name: 'http', port: 80 }] } });
    ServiceDiscovery.configure(service, { trafficDistribution: TrafficDistribution.PREFER_CLOSE });

    expect(policyOf(scope).loadBalancer.localityLbSetting.distribute).toEqual([{ from: 'eu/a', to: { 'eu/a': 80, 'eu/b': 20 } }]);
    expect(find(scope, 'Service').metadata.annotations).toEqual({ 'networking.istio.io/traffic-distribution': 'PreferClose' });
    expect(() => Locality.distribute({ from: 'eu/a', to: { 'eu/a': 80 } })).toThrow('expected');
  },

  'S000-17': () => {
    const scope = chart('default');
    canary(scope).exposeVia(edge(scope, ['app.example.com']), { hosts: ['app.example.com'], headers: { response: { set: { 'cache-control': 'max-age=60' } } } });
    expect(find(scope, 'VirtualService', 'istio-system-main-gateway-app-example-com').spec.http[0].headers).toEqual({ response: { set: { 'cache-control': 'max-age=60' } } });
  },

  'S000-18': () => {
    const scope = chart('default');
    destination(scope, { connectionPool: { http: { h2UpgradePolicy: H2UpgradePolicy.UPGRADE } } });
    expect(policyOf(scope).connectionPool.http).toMatchObject({ h2UpgradePolicy: 'UPGRADE' });
    expect(policyOf(scope).connectionPool.http.maxRequestsPerConnection).toBeUndefined();
  },

  'S000-19': () => {
    const scope = chart('default');
    const orders = new ApiObject(scope, 'Orders', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'orders' } });
    SidecarProxy.configure(orders, {
      resources: { cpuMillis: 100, cpuLimitMillis: 2000, memory: Size.mebibytes(128), memoryLimit: Size.gibibytes(1) },
    });
    expect(find(scope, 'Pod').metadata.annotations).toEqual({
      'sidecar.istio.io/proxyCPU': '100m',
      'sidecar.istio.io/proxyCPULimit': '2000m',
      'sidecar.istio.io/proxyMemory': '128Mi',
      'sidecar.istio.io/proxyMemoryLimit': '1Gi',
    });
  },

  'S000-20': () => {
    const document = JSON.stringify(IstioChart.gateway({ name: 'edge', autoscaling: { min: 2, max: 10 } }).toValues());
    const [{ objects }] = ask({ judge: 'chart', chart: 'gateway', document });
    expect(objects.find(({ kind }) => kind === 'HorizontalPodAutoscaler').spec).toMatchObject({ minReplicas: 2, maxReplicas: 10 });

    const scope = chart('default');
    new ServiceLevelObjective(scope, 'Slo', { metadata: { name: 'users' }, service: users, alertLabels: { team: 'users' } });
    const alerts = find(scope, 'PrometheusRule').spec.groups.flatMap(({ rules: all }: any) => all).filter(({ alert }: any) => alert !== undefined);
    expect(new Set(alerts.map(({ alert, labels: { severity } }: any) => `${alert} ${severity}`)))
      .toEqual(new Set(['ErrorBudgetBurn critical', 'ErrorBudgetBurn warning', 'LatencyBudgetBurn critical', 'LatencyBudgetBurn warning']));
  },

  'S000-21': () => {
    const outdir = mkdtempSync(join(tmpdir(), 'istio-config-'));
    const file = (folder: string, name: string, build: (scope: Chart) => void) => {
      const app = new App({ outdir: join(outdir, folder), outputFileExtension: '.yaml' });
      build(new Chart(app, name, { namespace: 'default' }));
      app.synth();
    };
    try {
      file('gateway', 'ingress-gateway', (scope) => edge(scope));
      file('destination-rules', 'resilience-config', destination);
      file('virtualservice', 'canary-deployment', canary);
      file('security', 'peer-authentication', (scope) => new PeerAuthentication(scope, 'Mtls', { mtls: MutualTlsMode.STRICT }));

      const files = (readdirSync(outdir, { recursive: true }) as string[]).filter((name) => name.endsWith('.yaml')).sort();
      expect(files.map((name) => [name, [...readFileSync(join(outdir, name), 'utf8').matchAll(/^kind: (.*)$/gm)].map(([, kind]) => kind)])).toEqual([
        ['destination-rules/resilience-config.yaml', ['DestinationRule']],
        ['gateway/ingress-gateway.yaml', ['Gateway']],
        ['security/peer-authentication.yaml', ['PeerAuthentication']],
        ['virtualservice/canary-deployment.yaml', ['DestinationRule', 'VirtualService']],
      ]);
    } finally {
      rmSync(outdir, { recursive: true });
    }
  },

  'S000-22': () => {
    const scope = chart();
    edge(scope);
    expect(Testing.synth(scope)).toEqual(seed('S000-22'));
  },

  'S000-23': () => {
    const scope = verbatim('default');
    const port = { port: 8080 };
    new VirtualService(scope, 'Api', {
      metadata: { name: 'api-routing' },
      hosts: ['api.example.com'],
      gateways: [IstioGateway.fromName('main-gateway', { namespace: 'istio-system' })],
      http: [
        HttpRoute.split([
          { destination: Destination.service(users, port), weight: 90 },
          { destination: Destination.host('user-service-v2', port), weight: 10 },
        ], {
          match: [HttpMatch.pathPrefix('/api/v1/users'), HttpMatch.header('x-api-version', StringMatch.exact('v1'))],
          timeout: Duration.seconds(30),
          retries: RetryPolicy.of({
            attempts: 3, perTry: Duration.seconds(10), on: [RetryOn.SERVER_ERROR, RetryOn.RESET, RetryOn.CONNECT_FAILURE, RetryOn.REFUSED_STREAM],
          }),
          fault: HttpFault.all(HttpFault.delay(Duration.seconds(5), 0.1), HttpFault.abort(503, 0.01)),
        }),
        HttpRoute.forward(Destination.host('api-gateway', port), {
          match: [HttpMatch.pathPrefix('/api/v2')],
          cors: {
            allowOrigins: [StringMatch.exact('https://app.example.com')],
            allowMethods: ['GET', 'POST', 'PUT', 'DELETE'],
            allowHeaders: ['content-type', 'authorization', 'x-request-id'],
            maxAge: Duration.hours(24),
          },
        }),
      ],
    });

    expect(Testing.synth(scope)).toEqual(seed('S000-23'));
    // What the page does not say of it.
    expect(found(scope)).toEqual(['fault-for-everyone', 'match-alternatives', 'retries-repeat-writes', 'timeout-too-short']);
  },

  'S000-24': () => {
    // The pattern repeats on the port what the seed forgot there.
    const scope = verbatim('default');
    new ResilientDestination(scope, 'Users', { service: users, connectionPool: pool, loadBalancer: byUser, outlierDetection, ports: [port8080] });
    const [expected] = seed('S000-24');
    expect(find(scope, 'DestinationRule').spec).toMatchObject(expected.spec);

    // Without the opinions of the pattern it is the same to the letter.
    const exact = verbatim('default');
    const top = { connectionPool: pool, loadBalancer: byUser, outlierDetection };
    const connectionPool = { tcp: { maxConnections: 200 }, http: { ...pool.http, http1MaxPendingRequests: 100, maxRequestsPerConnection: 1 } };
    new DestinationRule(exact, 'Users', {
      metadata: { name: 'user-service-resilience' }, service: users, trafficPolicy: { ...top, portLevelSettings: [{ ...top, port: 8080, connectionPool }] },
    });
    expect(Testing.synth(exact)).toEqual([expected]);
  },

  'S000-25': () => {
    const policy = {
      connectionPool: { tcp: { maxConnections: 50 }, http: { http1MaxPendingRequests: 25, maxRequestsPerConnection: 1 } },
      loadBalancer: LoadBalancer.roundRobin(),
      outlierDetection: { consecutive5xxErrors: 3, interval: Duration.seconds(15), baseEjectionTime: Duration.seconds(15), maxEjectionPercent: 30 },
    };
    const service = ServiceRef.fromName('user-service-v2');
    const scope = verbatim('default');
    new ResilientDestination(scope, 'Users', { service, ...policy });
    const exact = verbatim('default');
    new DestinationRule(exact, 'Users', { metadata: { name: 'user-service-v2' }, service, trafficPolicy: policy });

    expect(find(scope, 'DestinationRule')).toMatchObject(seed('S000-25')[0]);
    expect(Testing.synth(exact)).toEqual(seed('S000-25'));
  },

  'S000-26': () => {
    const scope = verbatim('default');
    canary(scope, {
      canary: { ...v2, weight: 5, match: [tester] },
      userGroups: [{ match: [premium], weight: 30 }],
      timeout: Duration.seconds(10),
      retries: RetryPolicy.of({ attempts: 2, perTry: Duration.seconds(5) }),
    });

    // The rules of the seed, each with the limits that only its last one has.
    const [expected] = seed('S000-26');
    const { timeout, retries } = expected.spec.http[2];
    expected.spec.http = expected.spec.http.map((rule: any) => ({ ...rule, timeout, retries }));
    expect(find(scope, 'VirtualService')).toEqual(plain(expected));
    expect(found(scope)).toEqual(['timeout-too-short', 'try-timeout-not-retried']);
  },

  'S000-27': () => {
    const limits = (maxConnections: number, http1MaxPendingRequests: number) =>
      ({ trafficPolicy: { connectionPool: { tcp: { maxConnections }, http: { http1MaxPendingRequests } } } });
    const scope = chart('default');
    canary(scope, { stable: { ...v1, ...limits(100, 50) }, canary: { ...v2, ...limits(50, 25) } });
    expect([find(scope, 'DestinationRule')]).toEqual(seed('S000-27'));
  },

  'S000-29': () => {
    const scope = chart('default');
    canary(scope);
    expect(Testing.synth(scope).map(({ kind }) => kind)).toEqual(['DestinationRule', 'VirtualService']);
  },

  'S000-32': () => {
    const scope = verbatim('default');
    const retries = RetryPolicy.of({ attempts: 3, perTry: Duration.seconds(10) });
    canary(scope, { canary: { ...v2, weight: 10 }, timeout: Duration.seconds(30), retries });

    const [expected] = written('S000-32');
    expected.apiVersion = 'networking.istio.io/v1';
    delete expected.spec.http[0].match; // an empty list
    expect(find(scope, 'VirtualService')).toEqual(expected);
    // With a match there is a rule for everybody else still.
    const matched = chart('default');
    canary(matched, { canary: { ...v2, match: [tester] } });
    expect(http(matched).map(shares)).toEqual([{ v2: 100 }, { v1: 100, v2: 0 }]);
  },

  'S000-33': () => {
    const scope = chart('default');
    canary(scope);

    const [expected] = written('S000-33');
    const { host, subsets } = expected.spec;
    expect(find(scope, 'DestinationRule').spec).toEqual({ host, subsets: subsets.map(({ trafficPolicy: _, ...subset }: any) => subset) });
    expect(written('S000-33')).not.toBeAcceptedByIstio(); // its empty policies are why
  },

  'S000-37': () => {
    // What its three interfaces say, each member in its type here.
    const canaryWeight = 5; // and stableWeight is what it leaves
    const breaker: OutlierDetection = {
      consecutive5xxErrors: 5, interval: Duration.seconds(10), baseEjectionTime: Duration.seconds(30), maxEjectionPercent: 50, minHealthPercent: 30,
    };
    const scope = chart('default');
    const props: CanaryServiceProps = {
      service: recommendation,
      stable: { ...v1, trafficPolicy: { connectionPool: pool } }, // stablePolicy
      canary: { ...v2, weight: canaryWeight, match: [tester], trafficPolicy: { outlierDetection: breaker } }, // matches, canaryPolicy
      timeout: Duration.seconds(30),
      retries: RetryPolicy.unprocessed(),
      destination: new ResilientDestination(scope, 'Base', { service: recommendation, outlierDetection: breaker }), // basePolicy
    };
    new CanaryService(scope, 'Recommendation', props);
    expect(scope).toBeAcceptedByIstio();
  },

  'S000-38': () => {
    const scope = chart();
    new PeerAuthentication(scope, 'Mtls', { metadata: { name: 'default', namespace: 'istio-system' }, mtls: MutualTlsMode.STRICT });
    expect(Testing.synth(scope)).toEqual(seed('S000-38'));
  },

  'S000-39': () => {
    const operation = { methods: ['GET', 'POST', 'PUT', 'DELETE'], paths: ['/api/*'] };
    const exact = chart('default');
    new AuthorizationPolicy(exact, 'Frontend', {
      metadata: { name: 'frontend-ingress' },
      target: PolicyTarget.workloads({ app: 'frontend' }),
      action: AuthorizationAction.ALLOW,
      rules: [{ from: [{ principals: ['cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account'] }], to: [operation] }],
    });
    expect(Testing.synth(exact)).toEqual(seed('S000-39'));

    // A grant has caller and operation in one rule, whatever the trust domain.
    const scope = chart('default');
    const frontend = new MeshService(scope, 'Frontend', { service: ServiceRef.fromName('frontend'), labels: { app: 'frontend' } });
    frontend.allowFrom(Caller.serviceAccount('istio-ingressgateway-service-account', { namespace: 'istio-system' }), operation);
    expect(find(scope, 'AuthorizationPolicy').spec).toEqual({
      selector: { matchLabels: { app: 'frontend' } },
      rules: [{ from: [{ source: { serviceAccounts: ['istio-system/istio-ingressgateway-service-account'] } }], to: [{ operation }] }],
    });
  },

  'S000-40': () => {
    const exact = chart('istio-system');
    new ServiceEntry(exact, 'External', {
      metadata: { name: 'external-services' },
      hosts: ['api.external.com', 'cdn.external.com'],
      ports: [{ number: 443, name: 'https', protocol: PortProtocol.HTTPS }],
      resolution: ServiceResolution.dns(),
      location: ServiceLocation.MESH_EXTERNAL,
    });
    expect(Testing.synth(exact)).toEqual(seed('S000-40'));

    const scope = chart('shop');
    new ExternalService(scope, 'Api', { host: 'api.external.com' });
    expect(find(scope, 'ServiceEntry').spec).toMatchObject({ hosts: ['api.external.com'], resolution: 'DNS', location: 'MESH_EXTERNAL', exportTo: ['.'] });
  },

  'S000-41': () => {
    const scope = chart('default');
    new ServiceLevelObjective(scope, 'Slo', { metadata: { name: 'users' }, service: users }); // the seed's numbers are the defaults
    new SidecarBudget(scope, 'Budget', { metadata: { name: 'sidecars' } });

    const alerts = (name: string) => find(scope, 'PrometheusRule', name).spec.groups.flatMap(({ rules: all }: any) => all)
      .filter(({ alert }: any) => alert !== undefined).map(({ annotations: { description }, expr }: any) => description ?? expr);
    expect(alerts('users').join()).toContain('where 99.9% should succeed');
    expect(alerts('users').join()).toContain('took longer than 100 ms, where 99% should be faster');
    expect(alerts('sidecars')[0]).toMatch(/container="istio-proxy".* > 0\.2$/);
  },

  'S000-42': () => {
    const scope = chart('istio-system');
    new MeshMonitors(scope, 'Monitors');
    new MeshDashboard(scope, 'Dashboard', { metadata: { name: 'services' } });

    expect(find(scope, 'PodMonitor').spec.podMetricsEndpoints[0].path).toBe('/stats/prometheus');
    expect(find(scope, 'ServiceMonitor').spec.endpoints[0].port).toBe('http-monitoring');
    expect(JSON.parse(find(scope, 'ConfigMap').data['mesh-services.json']).title).toBe('Services of the mesh');
  },

  'S000-43': () => {
    const scope = chart('istio-system');
    new Kiali(scope, 'Kiali', { metadata: { name: 'kiali' }, prometheusUrl: 'http://prometheus.monitoring:9090' });
    expect(find(scope, 'Kiali').spec.external_services.prometheus).toEqual({ url: 'http://prometheus.monitoring:9090' });
  },

  'S000-44': () => {
    const service = ServiceRef.fromName('jaeger-collector', { namespace: 'observability' });
    const scope = chart('istio-system');
    const provider = ExtensionProvider.opentelemetry('jaeger', { service, port: 4317 });
    const { extensionProviders } = new MeshObservability(scope, 'Mesh', { traces: { provider, samplingPercentage: 1 } });

    expect(find(scope, 'Telemetry').spec.tracing).toEqual([{ providers: [{ name: 'jaeger' }], randomSamplingPercentage: 1 }]);
    expect(new MeshConfig({ extensionProviders }).toValues()).toEqual({
      extensionProviders: [{ name: 'jaeger', opentelemetry: { service: 'jaeger-collector.observability.svc.cluster.local', port: 4317 } }],
    });
  },

  'S000-45': () => {
    const scope = chart('istio-system');
    const provider = ExtensionProvider.envoyFileAccessLog('file', { path: '/dev/stdout' });
    const { extensionProviders } = new MeshObservability(scope, 'Mesh', { accessLogs: [{ provider, requests: LoggedRequests.matching('response.code >= 400') }] });

    expect(find(scope, 'Telemetry').spec.accessLogging).toEqual([{ providers: [{ name: 'file' }], filter: { expression: 'response.code >= 400' } }]);
    expect(new MeshConfig({ extensionProviders }).toValues()).toEqual({ extensionProviders: [{ name: 'file', envoyFileAccessLog: { path: '/dev/stdout' } }] });
  },

  'S000-47': () => {
    const scope = chart('default');
    canary(scope, { userGroups: [{ name: 'chaos', match: [tester], fault: HttpFault.all(HttpFault.delay(Duration.seconds(5), 50), HttpFault.abort(503, 10)) }] });
    expect(http(scope).map(({ fault }: any) => fault !== undefined)).toEqual([true, false]);
    expect(finding(scope, 'fault-for-everyone').message).toBeUndefined();
  },
});
