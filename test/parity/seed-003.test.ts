import { Chart, Duration, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { chart, find, finding, found, inNamespace, rows, seed, shares, verbatim, written } from './parity';
import {
  Caller, CanaryService, CanaryServiceProps, Destination, DestinationProtocol, DestinationRule, ExtensionProvider, GatewayServer,
  GrpcStatus, HttpFault, HttpMatch, HttpRoute, IstioGateway, LocalRateLimit, MeshConfig, MeshService, MeshVersion, RateLimitTarget,
  ResilientDestination, RetryPolicy, ServerTls, ServiceRef, StringMatch, Subset, Telemetry, VirtualService,
} from '../../src';

const goods = ServiceRef.fromName('goods-service');
const v1 = { labels: { version: 'v1' } };
const v2 = { labels: { version: 'v2' } };
const tester = HttpMatch.header('x-test', StringMatch.exact('true'));
const canary = (scope: Chart, props: Partial<CanaryServiceProps> = {}) =>
  new CanaryService(scope, 'Goods', { service: goods, stable: v1, canary: { ...v2, weight: 20 }, ...props });
const http = (scope: Chart) => find(scope, 'VirtualService').spec.http;

/** The subset v1 of a service, as the pages take it for granted. */
const subset = (scope: Chart, name: string): Subset =>
  new DestinationRule(scope, 'Rule', { service: ServiceRef.fromName(name), subsets: [{ name: 'v1', ...v1 }, { name: 'v2', ...v2 }] }).subset('v1');

rows('S003', {
  'S003-01': () => {
    const scope = chart();
    canary(scope, {
      destination: new ResilientDestination(scope, 'Destination', { service: goods, protocol: DestinationProtocol.GRPC }),
      overrides: [HttpRoute.directResponse(503, { match: [HttpMatch.grpc('shop.goods.v1.Goods', 'Export')] })],
      userGroups: [{ match: [tester], fault: HttpFault.abortGrpc(GrpcStatus.UNAVAILABLE, 100) }],
    });
    const access = new MeshService(scope, 'Access', { service: ServiceRef.fromName('stock'), labels: { app: 'stock' } });
    access.allowFrom(Caller.namespace('shop'), { grpc: ['shop.stock.v1.Stock/List'] });

    expect(http(scope)[0].match).toEqual([{ uri: { exact: '/shop.goods.v1.Goods/Export' } }]);
    expect(http(scope)[1].fault.abort.grpcStatus).toBe('UNAVAILABLE');
    expect(find(scope, 'DestinationRule').spec.trafficPolicy.outlierDetection).toMatchObject({ consecutiveGatewayErrors: 5, consecutive5xxErrors: 0 });
    expect(find(scope, 'AuthorizationPolicy').spec.rules[0].to).toEqual([{ operation: { methods: ['POST'], paths: ['/shop.stock.v1.Stock/List'] } }]);
  },

  'S003-02': () => {
    const scope = chart('shop');
    new LocalRateLimit(scope, 'Limit', {
      target: RateLimitTarget.service(goods, { labels: { app: 'goods-service' } }), limit: { maxTokens: 100, fillInterval: Duration.seconds(1) },
    });
    canary(scope, { overrides: [HttpRoute.directResponse(503, { match: [HttpMatch.pathPrefix('/recommendations')], body: '[]' })] });

    expect(find(scope, 'EnvoyFilter').spec.workloadSelector).toEqual({ labels: { app: 'goods-service' } });
    expect(http(scope)[0].directResponse).toEqual({ status: 503, body: { string: '[]' } });
  },

  'S003-07': () => {
    const scope = chart('shop');
    const gateway = new IstioGateway(scope, 'Edge', {
      metadata: { name: 'edge' }, servers: [GatewayServer.https(['goods.example.com'], { tls: ServerTls.simple({ credentialName: 'goods' }) })],
    });
    canary(scope).exposeVia(gateway, { hosts: ['goods.example.com'] });

    const [inside, outside] = Testing.synth(scope).filter(({ kind }) => kind === 'VirtualService').map(({ spec }) => spec);
    expect([inside.hosts, inside.gateways]).toEqual([['goods-service'], undefined]);
    expect([outside.hosts, outside.gateways]).toEqual([['goods.example.com'], ['edge']]);
    expect(outside.http).toEqual(inside.http);
  },

  'S003-09': () => {
    const scope = chart('shop');
    MeshVersion.set(scope, MeshVersion.V1_27);
    new ResilientDestination(scope, 'Goods', { service: goods, outlierDetection: { outlierDetectionHttpErrorCodes: [503] } });

    expect(() => Testing.synth(scope)).toThrow(/outlierDetectionHttpErrorCodes.*1\.31/s);
    expect(() => MeshVersion.of('1.22')).toThrow('the version of Istio is "1.22", expected one from 1.27 to 1.31');
  },

  'S003-10': () => {
    const split = (weight: number) => {
      const scope = chart();
      canary(scope, { canary: { ...v2, weight } });
      return shares(http(scope)[0]);
    };
    expect([0, 20, 100].map(split)).toEqual([{ v1: 100, v2: 0 }, { v1: 80, v2: 20 }, { v1: 0, v2: 100 }]);
  },

  'S003-11': () => {
    const scope = chart();
    canary(scope, {
      destination: new ResilientDestination(scope, 'Destination', { service: goods }),
      timeout: Duration.seconds(10),
      retries: RetryPolicy.unprocessed({ attempts: 3 }),
      userGroups: [{ match: [tester], fault: HttpFault.all(HttpFault.delay(Duration.seconds(5), 100), HttpFault.abort(500, 10)) }],
    });
    expect(http(scope)[0].fault).toEqual({ delay: { fixedDelay: '5s', percentage: { value: 100 } }, abort: { httpStatus: 500, percentage: { value: 10 } } });
    expect(http(scope)[1]).toMatchObject({ timeout: '10s', retries: { attempts: 3 } });
    expect(found(scope)).toEqual([]);
  },

  'S003-12': () => {
    const scope = chart();
    canary(scope, { canary: { ...v2, mirror: 50 } });
    expect(http(scope)[0].mirrors[0].percentage).toEqual({ value: 50 });
  },

  'S003-13': () => {
    const service = ServiceRef.fromName('zipkin', { namespace: 'observability' });
    const scope = chart('istio-system');
    new Telemetry(scope, 'Tracing', { tracing: [{ provider: 'zipkin', randomSamplingPercentage: 10 }] });
    expect(new MeshConfig({ extensionProviders: [ExtensionProvider.zipkin('zipkin', { service, port: 9411 })] }).toValues().extensionProviders)
      .toEqual([{ name: 'zipkin', zipkin: { service: 'zipkin.observability.svc.cluster.local', port: 9411 } }]);
    expect(find(scope, 'Telemetry').spec.tracing).toEqual([{ providers: [{ name: 'zipkin' }], randomSamplingPercentage: 10 }]);
  },

  'S003-14': () => {
    const [first] = inNamespace('default', ...written('S003-22'));
    expect(found([first, { ...first, metadata: { ...first.metadata, name: 'reviews-again' } }])).toContain('destination-rule-twice'); // Kiali's KIA0201
  },

  'S003-16': () => {
    const scope = chart();
    for (const version of ['v1', 'v2']) {
      const labels = { app: 'goods-service', version };
      new kplus.k8s.KubeDeployment(scope, version, {
        metadata: { name: `goods-service-${version}`, labels },
        spec: {
          replicas: 1,
          selector: { matchLabels: labels },
          template: {
            metadata: { labels },
            spec: {
              containers: [{
                name: 'goods-service',
                image: `registry.cn-shenzhen.aliyuncs.com/itfan/goodsservice:${version}.0`,
                imagePullPolicy: 'Always',
                tty: true,
                ports: [{ name: 'grpc', protocol: 'TCP', containerPort: 8053 }],
              }],
            },
          },
        },
      });
    }
    expect(Testing.synth(scope)).toEqual(seed('S003-16'));

    canary(scope); // whose subsets are these pods
    expect(found(scope)).toEqual([]);
  },

  'S003-17': () => {
    const scope = chart();
    const service = new kplus.k8s.KubeService(scope, 'Service', {
      metadata: { name: 'goods-service' },
      spec: { type: 'ClusterIP', ports: [{ name: 'grpc', port: 8053, targetPort: kplus.k8s.IntOrString.fromNumber(8053) }], selector: { app: 'goods-service' } },
    });
    expect(Testing.synth(scope)).toEqual(seed('S003-17'));

    canary(scope, { service });
    expect(http(scope)[0].route.map(({ destination }: any) => destination.host)).toEqual(['goods-service', 'goods-service']);

    const wrong = chart();
    canary(wrong, { service, port: 8080 });
    expect(() => Testing.synth(wrong)).toThrow('8053');
  },

  'S003-18': () => {
    const scope = chart();
    canary(scope);
    expect([find(scope, 'DestinationRule')]).toEqual(seed('S003-18'));
  },

  'S003-19': () => {
    const scope = chart();
    canary(scope);
    expect(find(scope, 'VirtualService')).toMatchObject(seed('S003-19')[0]);
  },

  'S003-20': () => {
    const scope = chart('shop');
    const gateway = new IstioGateway(scope, 'Edge', {
      metadata: { name: 'edge' }, servers: [GatewayServer.https(['goods.example.com'], { tls: ServerTls.simple({ credentialName: 'goods' }) })],
    });
    canary(scope).exposeVia(gateway, { hosts: ['goods.example.com'] });
    expect(shares(find(scope, 'VirtualService', 'edge-goods-example-com').spec.http[0])).toEqual({ v1: 80, v2: 20 });

    // By the way of the page, the gateway knows nothing of the versions.
    const naive = chart('shop');
    const edge = new IstioGateway(naive, 'Edge', { metadata: { name: 'edge' }, servers: [GatewayServer.http(['goods.example.com'])] });
    canary(naive);
    new VirtualService(naive, 'Outside', { hosts: ['goods.example.com'], gateways: [edge], http: [HttpRoute.forward(Destination.service(goods))] });
    expect(found(naive)).toEqual(['gateway-bypasses-subsets']);
  },

  'S003-21': () => {
    const limits = { timeout: Duration.seconds(10), retries: RetryPolicy.of({ attempts: 3, perTry: Duration.seconds(2) }) };
    const scope = verbatim();
    const route = HttpRoute.forward(Destination.subset(subset(scope, 'ratings')), limits);
    new VirtualService(scope, 'Ratings', { metadata: { name: 'ratings' }, services: [ServiceRef.fromName('ratings')], http: [route] });
    expect([find(scope, 'VirtualService')]).toEqual(seed('S003-21'));
    expect(found(scope)).toEqual(['try-timeout-not-retried']);

    const better = chart();
    canary(better, { timeout: Duration.seconds(10), retries: RetryPolicy.idempotent({ attempts: 3, perTry: Duration.seconds(2) }) });
    expect(found(better)).toEqual(['retries-repeat-writes']);
  },

  'S003-22': () => {
    const limits = { trafficPolicy: { connectionPool: { tcp: { maxConnections: 100 } } } };
    const service = ServiceRef.fromName('reviews');
    const exact = chart();
    new DestinationRule(exact, 'Reviews', { metadata: { name: 'reviews' }, service, subsets: [{ name: 'v1', ...v1, ...limits }] });
    expect(Testing.synth(exact)).toEqual(seed('S003-22'));

    // The pattern fills in the limits that make it a breaker.
    const scope = chart();
    new ResilientDestination(scope, 'Reviews', { service, subsets: [{ name: 'v1', ...v1, ...limits }] });
    expect(find(scope, 'DestinationRule').spec.subsets[0].trafficPolicy.connectionPool).toMatchObject({ tcp: { maxConnections: 100 }, http: { http1MaxPendingRequests: 1024 } });
  },

  'S003-23': () => {
    const fault = HttpFault.delay(Duration.seconds(5), 0.1);
    const scope = verbatim();
    const route = HttpRoute.forward(Destination.subset(subset(scope, 'ratings')), { fault });
    new VirtualService(scope, 'Ratings', { metadata: { name: 'ratings' }, services: [ServiceRef.fromName('ratings')], http: [route] });
    expect([find(scope, 'VirtualService')]).toEqual(seed('S003-23'));
    expect(found(scope)).toEqual(['fault-for-everyone']);

    const limited = chart();
    canary(limited, { userGroups: [{ match: [tester], fault }] });
    expect(found(limited)).toEqual([]);
  },

  'S003-24': () => {
    const scope = chart();
    const rule = new DestinationRule(scope, 'Rule', { service: ServiceRef.fromName('httpbin'), subsets: [{ name: 'v1', ...v1 }, { name: 'v2', ...v2 }] });
    const [first, second] = rule.subsets.map((one) => Destination.subset(one));
    new VirtualService(scope, 'Httpbin', {
      metadata: { name: 'httpbin' },
      services: [ServiceRef.fromName('httpbin')],
      http: [HttpRoute.split([{ destination: first, weight: 100 }], { mirror: second, mirrorPercentage: 100 })],
    });
    expect([find(scope, 'VirtualService')]).toEqual(seed('S003-24'));
    expect(finding(written('S003-24'), 'deprecated-field').path).toBe('spec.http[0].mirror_percent');
  },

  'S003-25': () => {
    const scope = chart();
    canary(scope, { timeout: Duration.seconds(3), retries: RetryPolicy.never() });
    expect(http(scope)[0]).toMatchObject({ timeout: '3s', retries: { attempts: 0 } });
  },
});
