import { ApiObject, Chart, Duration, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { judge } from './judge';
import {
  AlertService, AlertSeverity, CanaryService, DeliveryMetric, DeliveryPlan, DeliveryStep, FlaggerAlertProvider, FlaggerDelivery, FlaggerDeliveryProps,
  HttpMatch, IstioGateway, LoadBalancer, ResilientDestination, RetryOn, RetryPolicy, ServiceRef, StringMatch, WebhookPhase,
} from '../../src';
import { ask } from '../observability/judge';

const newChart = () => new Chart(Testing.app(), 'shop', { namespace: 'shop' });
const workloadOf = (chart: Chart, kind = 'Deployment') => new ApiObject(chart, 'Workload', {
  apiVersion: 'apps/v1',
  kind,
  metadata: { name: 'orders' },
  spec: { selector: { matchLabels: { app: 'orders' } }, template: { metadata: { labels: { app: 'orders' } }, spec: { containers: [{ name: 'app', image: 'orders:2' }] } } },
});
const delivery = (props: Partial<FlaggerDeliveryProps> = {}, chart = newChart()) =>
  ({ chart, delivery: new FlaggerDelivery(chart, 'Delivery', { workload: workloadOf(chart), port: 80, ...props }) });
const synth = (chart: Chart, kind: string) => Testing.synth(chart).filter((object) => object.kind === kind);
const spec = (chart: Chart) => synth(chart, 'Canary')[0].spec;
const faults = (chart: Chart) => judge(Testing.synth(chart))[0];
const orders = ServiceRef.fromName('orders', { namespace: 'shop' });

describe('FlaggerDelivery', () => {
  test('has Flagger raise the share of a new version while its metrics are good', () => {
    // GIVEN
    const chart = newChart();

    // WHEN
    new FlaggerDelivery(chart, 'Delivery', {
      workload: workloadOf(chart),
      port: 80,
      metrics: [DeliveryMetric.successRate(99.5), DeliveryMetric.latency(Duration.millis(500))],
    });

    // THEN: the units are Flagger's, percent and milliseconds
    expect(Testing.synth(chart).map(({ kind }) => kind)).toEqual(['Deployment', 'Canary']);
    expect(synth(chart, 'Canary')[0]).toEqual({
      apiVersion: 'flagger.app/v1beta1',
      kind: 'Canary',
      metadata: { name: 'orders', namespace: 'shop' },
      spec: {
        provider: 'istio',
        targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'orders' },
        service: { port: 80, portName: 'http', timeout: '15s', retries: { attempts: 2, retryOn: 'connect-failure,refused-stream,reset-before-request' } },
        analysis: {
          interval: '1m',
          threshold: 1,
          stepWeights: [5, 20, 50, 100],
          metrics: [
            { name: 'request-success-rate', interval: '1m', thresholdRange: { min: 99.5 } },
            { name: 'request-duration', interval: '1m', thresholdRange: { max: 500 } },
          ],
        },
      },
    });
    expect(faults(chart)).toEqual([]);
  });

  test.each<[string, DeliveryPlan, object]>([
    ['ten steps', DeliveryPlan.tenSteps({ interval: Duration.seconds(30), failuresAllowed: 4 }), { interval: '30s', threshold: 5, stepWeights: [10, 20, 30, 40, 50, 60, 70, 80, 90, 100] }],
    ['blue/green', DeliveryPlan.blueGreen(), { interval: '1m', threshold: 1, iterations: 10 }],
    ['A/B by header', DeliveryPlan.abTestByHeader('x-beta', StringMatch.prefix('y'), { checks: 3 }), { interval: '1m', threshold: 1, iterations: 3, match: [{ headers: { 'x-beta': { prefix: 'y' } } }] }],
    ['A/B by cookie', DeliveryPlan.abTestByCookie('beta', 'yes'), { interval: '1m', threshold: 1, iterations: 10, match: [{ headers: { cookie: { regex: '(.*;\\s*)?beta=yes(\\s*;.*)?' } } }] }],
    ['a shadow', DeliveryPlan.shadow(25), { interval: '1m', threshold: 1, iterations: 10, mirror: true, mirrorWeight: 25 }],
  ])('follows a plan: %s', (_, plan, analysis) => {
    const { chart } = delivery({ plan });
    expect(spec(chart).analysis).toEqual(analysis);
    expect(faults(chart)).toEqual([]);
  });

  test('says what Flagger is to write about the service', () => {
    const { chart, delivery: { service } } = delivery({
      service: 'orders-api',
      portName: 'grpc',
      targetPort: 8080,
      portDiscovery: true,
      gateways: [IstioGateway.fromName('edge', { namespace: 'edge' })],
      hosts: ['shop.example.com'],
      match: [HttpMatch.pathPrefix('/orders')],
      streaming: true,
      retries: RetryPolicy.of({ attempts: 3, perTry: Duration.seconds(2), on: [RetryOn.SERVER_ERROR] }),
      rewrite: { uri: '/' },
      headers: { request: { set: { 'x-from': 'edge' } } },
      cors: { allowOrigins: [StringMatch.exact('https://shop.example.com')] },
      trafficPolicy: {
        connectionPool: { http: { http1MaxPendingRequests: 100 } },
        outlierDetection: { consecutive5xxErrors: 5 },
        loadBalancer: LoadBalancer.leastRequest(),
      },
    });

    expect(service.host).toBe('orders-api.shop.svc.cluster.local');
    expect(spec(chart).service).toEqual({
      name: 'orders-api',
      port: 80,
      portName: 'grpc',
      targetPort: 8080,
      portDiscovery: true,
      gateways: ['edge/edge', 'mesh'],
      hosts: ['shop.example.com'],
      match: [{ uri: { prefix: '/orders' } }],
      retries: { attempts: 3, perTryTimeout: '2s', retryOn: '5xx' },
      rewrite: { uri: '/' },
      headers: { request: { set: { 'x-from': 'edge' } } },
      corsPolicy: { allowOrigins: [{ exact: 'https://shop.example.com' }] },
      trafficPolicy: {
        connectionPool: { http: { http1MaxPendingRequests: 100 } }, outlierDetection: { consecutive5xxErrors: 5 }, loadBalancer: { simple: 'LEAST_REQUEST' },
      },
    });
    expect(faults(chart)).toEqual([]);
  });

  test('has a MetricTemplate for what Flagger does not measure itself', () => {
    const { chart, delivery: { metricTemplates } } = delivery({
      metadata: { name: 'orders-next' },
      prometheus: 'http://prometheus.monitoring:9090',
      metrics: [
        DeliveryMetric.latency(Duration.seconds(1), 95, { window: Duration.minutes(2) }),
        DeliveryMetric.successRate(99, { allowMissing: true }),
        DeliveryMetric.query('queue', 'max(queue{pod=~"{{ target }}.*"}[{{ interval }}])', { max: 10 }),
      ],
    });

    expect(metricTemplates.map(({ name }) => name)).toEqual(['orders-next-p95-latency', 'orders-next-success-rate', 'orders-next-queue']);
    expect(spec(chart).analysis.metrics).toEqual([
      { name: 'p95-latency', interval: '2m', thresholdRange: { max: 1000 }, templateRef: { name: 'orders-next-p95-latency', namespace: 'shop' } },
      { name: 'success-rate', interval: '1m', thresholdRange: { min: 0.99 }, templateRef: { name: 'orders-next-success-rate', namespace: 'shop' } },
      { name: 'queue', interval: '1m', thresholdRange: { max: 10 }, templateRef: { name: 'orders-next-queue', namespace: 'shop' } },
    ]);
    const [latency, success] = synth(chart, 'MetricTemplate');
    const series = 'reporter="destination",destination_workload_namespace="{{ namespace }}",destination_workload="{{ target }}"';
    expect(latency.spec).toEqual({
      provider: { type: 'prometheus', address: 'http://prometheus.monitoring:9090' },
      query: `histogram_quantile(0.95, sum by (le) (rate(istio_request_duration_milliseconds_bucket{${series}}[2m])))`,
    });
    expect(success.spec.query).toMatch(/^\(\((.*)\) == \(\1\)\) or on\(\) vector\(0.99\)$/);
    const [{ errors, results }] = ask({ queries: [latency.spec.query, success.spec.query], series: { up: '1x10' }, at: '10m' });
    expect(errors).toEqual([]);
    expect(results).toEqual([[], [{ labels: {}, value: '0.99' }]]); // no data are good data here
    expect(faults(chart)).toEqual([]);
  });

  test('calls webhooks, tells channels and follows an autoscaler', () => {
    const chart = newChart();
    const slack = new FlaggerAlertProvider(chart, 'Slack', { metadata: { name: 'slack' }, service: AlertService.SLACK, secretName: 'slack-url', channel: 'shop', username: 'flagger' });
    const autoscaler = new ApiObject(chart, 'Scaler', { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'orders' } });
    delivery({
      autoscaler,
      sticky: { cookie: 'orders-version', maxAge: Duration.hours(1) },
      webhooks: [{
        name: 'load', phase: WebhookPhase.ROLLOUT, url: 'http://loadtester.test/', timeout: Duration.seconds(5), retries: 2, metadata: { cmd: 'hey http://orders-canary' }, muteAlert: true,
      }],
      alerts: [{ provider: slack }, { provider: slack, severity: AlertSeverity.ERROR }],
    }, chart);

    expect(spec(chart).autoscalerRef).toEqual({ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', name: 'orders' });
    expect(spec(chart).analysis).toMatchObject({
      sessionAffinity: { cookieName: 'orders-version', maxAge: 3600 },
      webhooks: [{ name: 'load', type: 'rollout', url: 'http://loadtester.test/', timeout: '5s', retries: 2, metadata: { cmd: 'hey http://orders-canary' }, muteAlert: true }],
      alerts: [
        { name: 'slack', severity: 'info', providerRef: { name: 'slack', namespace: 'shop' } },
        { name: 'slack', severity: 'error', providerRef: { name: 'slack', namespace: 'shop' } },
      ],
    });
    expect(synth(chart, 'AlertProvider')[0].spec).toEqual({ type: 'slack', channel: 'shop', username: 'flagger', secretRef: { name: 'slack-url' } });
    expect(faults(chart)).toEqual([]);
  });

  test('takes a DaemonSet, and tells Argo CD what to leave alone', () => {
    const chart = newChart();
    const { delivery: { ignoredDifferences } } = delivery({ workload: workloadOf(chart, 'DaemonSet'), sticky: { cookie: 'seen' } }, newChart());
    expect(ignoredDifferences).toEqual([{ group: 'apps', kind: 'DaemonSet', name: 'orders', namespace: 'shop', jqPathExpressions: ['.spec.replicas'] }]);
  });

  describe('leaves to Flagger what Flagger writes', () => {
    const versions = { stable: { labels: { version: 'v1' } }, canary: { labels: { version: 'v2' } } };

    test('no other pattern may write it, before or after', () => {
      const { chart } = delivery();
      expect(() => new CanaryService(chart, 'Orders', { service: orders, ...versions })).toThrow('orders.shop.svc.cluster.local has a DestinationRule from shop/Delivery (by Flagger) already');
      expect(() => new ResilientDestination(chart, 'Destination', { service: orders })).toThrow('has a DestinationRule from shop/Delivery (by Flagger) already');

      const before = newChart();
      new CanaryService(before, 'Orders', { service: orders, ...versions });
      expect(() => delivery({}, before)).toThrow('orders.shop.svc.cluster.local has a DestinationRule from shop/Orders already, expected one a service; leave it to Flagger, which writes its own');
    });

    test('nor may any other object of the app', () => {
      const { chart } = delivery();
      new ApiObject(chart, 'Primary', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'orders-primary' }, spec: { ports: [{ port: 80 }] } });
      expect(() => synthUnjudged(chart)).toThrow("the Service orders-primary is Flagger's to write, for the Canary shop/orders");
    });
  });

  test('refuses a workload whose pods Flagger cannot tell apart', () => {
    const chart = newChart();
    delivery({ workload: new kplus.Deployment(chart, 'Plus', { containers: [{ image: 'orders:2' }] }) }, chart);
    expect(() => synthUnjudged(chart)).toThrow('expected one of the labels app, name, app.kubernetes.io/name, which Flagger rewrites for the version in use');

    const told = newChart();
    delivery({ workload: new kplus.Deployment(told, 'Plus', { containers: [{ image: 'orders:2' }] }), selectorLabels: ['cdk8s.io/metadata.addr'] }, told);
    expect(spec(told).service.port).toBe(80);
  });

  describe('refuses what the Canary would lose without a word', () => {
    test.each<[string, Partial<FlaggerDeliveryProps>, string]>([
      ['limits on connections', { trafficPolicy: { connectionPool: { tcp: { maxConnections: 10 } } } },
        "trafficPolicy.connectionPool.tcp is set, which the schema of Flagger's Canary does not have, expected one of http; leave it out, or use a RolloutDelivery"],
      ['policies by port', { trafficPolicy: { portLevelSettings: [{ port: 80, outlierDetection: { consecutive5xxErrors: 5 } }] } }, 'trafficPolicy.portLevelSettings is set'],
      ['retries elsewhere', { retries: RetryPolicy.of({ attempts: 2, on: [RetryOn.RESET], remoteLocalities: true }) }, 'retries.retryRemoteLocalities is set'],
      ['a rewrite by expression', { rewrite: { uriRegex: { match: '/a', rewrite: '/b' } } }, 'rewrite.uriRegexRewrite is set'],
      ['statistics by match', { match: [HttpMatch.of({ uri: StringMatch.prefix('/'), statPrefix: 'orders' })] }, 'match.statPrefix is set'],
    ])('%s', (_, props, message) => {
      expect(() => delivery(props)).toThrow(message);
    });
  });

  describe('refuses', () => {
    const phase = WebhookPhase.ROLLOUT;
    test.each<[string, any, string]>([
      ['an unknown property', { targetRef: {} }, 'FlaggerDelivery has no property "targetRef" (got {})'],
      ['a port out of range', { port: 0 }, 'port of the FlaggerDelivery is 0, expected a whole number from 1 to 65535'],
      ['steps of one\'s own', { plan: DeliveryPlan.of(DeliveryStep.weight(5)) }, 'the plan has steps of its own, expected one of the ready plans, as Flagger knows no other'],
      ['a plan that is none', { plan: 5 }, 'plan of the FlaggerDelivery is 5, expected a DeliveryPlan'],
      ['another namespace', { metadata: { namespace: 'other' } }, 'the FlaggerDelivery stands in the namespace "other", expected "shop", where the workload is'],
      ['a service that is no name', { service: 'or ders' }, 'service of the FlaggerDelivery is "or ders", expected a DNS label'],
      ['gateways without hosts', { gateways: [IstioGateway.fromName('edge')] }, 'the FlaggerDelivery has gateways and no hosts, expected both'],
      ['hosts without gateways', { hosts: ['shop.example.com'] }, 'the FlaggerDelivery has hosts and no gateways, expected both'],
      ['streams that end', { streaming: true, timeout: Duration.seconds(1) }, 'the FlaggerDelivery has streaming and timeout, expected one of them'],
      ['no match', { match: [] }, 'match of the FlaggerDelivery is [], expected a list of at least one entry'],
      ['sticky users where shares do not grow', { sticky: { cookie: 'a' }, plan: DeliveryPlan.blueGreen() }, 'the FlaggerDelivery has sticky users and a plan whose shares do not grow'],
      ['an unknown property of sticky', { sticky: { cookie: 'a', path: '/' } }, 'sticky has no property "path" (got "/")'],
      ['an autoscaler that is none', { autoscaler: 'orders' }, 'autoscaler of the FlaggerDelivery is "orders", expected the ApiObject of one'],
      ['an autoscaler of another kind', { autoscaler: workloadOf(newChart()) }, 'the kind of the autoscaler of the FlaggerDelivery is "Deployment", expected one of HorizontalPodAutoscaler, ScaledObject'],
      ['a query for what Flagger does not fill in', { metrics: [DeliveryMetric.query('own', 'x{a="{{args.canary-hash}}"}', { max: 1 })] }, 'the query of the metric "own" has {{args.canary-hash}}, expected {{ target }}'],
      ['a webhook without address', { webhooks: [{ name: 'load', phase, url: 'loadtester' }] }, 'url of the webhook "load" is "loadtester", expected one that begins with http:// or https://'],
      ['an unknown property of a webhook', { webhooks: [{ name: 'load', phase, url: 'http://a', type: 'x' }] }, 'a webhook has no property "type" (got "x")'],
      ['an alert to nobody', { alerts: [{ provider: 'slack' }] }, 'provider of an alert is no FlaggerAlertProvider, expected one'],
      ['an unknown property of an alert', { alerts: [{ name: 'a' }] }, 'an alert has no property "name" (got "a")'],
    ])('%s', (_, props, message) => {
      expect(() => delivery(props)).toThrow(message);
    });

    test('a provider with an unknown property', () => {
      expect(() => new FlaggerAlertProvider(newChart(), 'Slack', { service: AlertService.SLACK, secretName: 'a', address: 'b' } as any)).toThrow('FlaggerAlertProvider has no property "address"');
    });
  });
});
