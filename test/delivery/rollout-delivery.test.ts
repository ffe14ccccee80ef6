import { ApiObject, Chart, Duration, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { judge } from './judge';
import {
  CanaryService, CanaryServiceProps, DeliveryMetric, DeliveryPlan, DeliveryStep, GatewayServer, HttpMatch, IstioGateway, RolloutDelivery,
  RolloutDeliveryProps, ServerTls, ServiceRef, StringMatch, WorkloadScaleDown,
} from '../../src';
import { ask } from '../observability/judge';

const labels = { app: 'orders' };
const goods = { success: DeliveryMetric.successRate(99.5), latency: DeliveryMetric.latency(Duration.millis(500)) };

const newChart = () => new Chart(Testing.app(), 'shop', { namespace: 'shop' });
const deploymentOf = (chart: Chart, pods: Record<string, string> = labels, namespace?: string) => new ApiObject(chart, 'Deployment', {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'orders', namespace },
  spec: { selector: { matchLabels: labels }, template: { metadata: { labels: pods }, spec: { containers: [{ name: 'app', image: 'orders:2' }] } } },
});
const canaryOf = (chart: Chart, props: Partial<CanaryServiceProps> = {}) => new CanaryService(chart, 'Orders', {
  service: ServiceRef.fromName('orders', { namespace: 'shop', ports: [80] }),
  stable: { name: 'stable', labels },
  canary: props.canaries ? undefined : { name: 'canary', labels },
  ...props,
});
const delivery = (props: Partial<RolloutDeliveryProps> = {}, service: Partial<CanaryServiceProps> = {}, chart = newChart()) => {
  const canary = canaryOf(chart, service);
  return { chart, canary, delivery: new RolloutDelivery(chart, 'Delivery', { canary, workload: deploymentOf(chart), ...props }) };
};
const edgeOf = (chart: Chart) => new IstioGateway(chart, 'Edge', {
  metadata: { name: 'edge' },
  servers: [GatewayServer.https(['shop.example.com', 'preview.example.com'], { tls: ServerTls.simple({ credentialName: 'shop-tls' }) })],
});
const manifest = (chart: Chart, kind: string, name = 'orders') =>
  Testing.synth(chart).find((object) => object.kind === kind && object.metadata.name === name);
const strategy = (chart: Chart) => manifest(chart, 'Rollout').spec.strategy.canary;
const faults = (chart: Chart) => judge(Testing.synth(chart))[0];

describe('RolloutDelivery', () => {
  test('has Argo Rollouts raise the share of a new version while its metrics are good', () => {
    // GIVEN
    const chart = newChart();
    const canary = canaryOf(chart);

    // WHEN
    new RolloutDelivery(chart, 'Delivery', {
      canary,
      workload: deploymentOf(chart),
      metrics: [goods.success, goods.latency],
    });

    // THEN
    const analyze = {
      analysis: {
        templates: [{ templateName: 'orders-analysis' }],
        args: [
          { name: 'canary-hash', valueFrom: { podTemplateHashValue: 'Latest' } },
          { name: 'stable-hash', valueFrom: { podTemplateHashValue: 'Stable' } },
          { name: 'namespace', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
        ],
      },
    };
    expect(manifest(chart, 'Rollout')).toEqual({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: { name: 'orders', namespace: 'shop' },
      spec: {
        workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'orders', scaleDown: 'progressively' },
        strategy: {
          canary: {
            trafficRouting: {
              istio: { virtualService: { name: 'orders' }, destinationRule: { name: 'orders', canarySubsetName: 'canary', stableSubsetName: 'stable' } },
            },
            steps: [{ setWeight: 5 }, analyze, { setWeight: 20 }, analyze, { setWeight: 50 }, analyze, { setWeight: 100 }],
          },
        },
      },
    });
    expect(faults(chart)).toEqual([]);
  });

  test('measures the pods of the new version, in the units of Istio', () => {
    const { chart } = delivery({ metrics: [goods.success, goods.latency], prometheus: 'http://prometheus.monitoring:9090', plan: DeliveryPlan.gradual({ interval: Duration.minutes(2), failuresAllowed: 1 }) });

    const { args, metrics } = manifest(chart, 'AnalysisTemplate', 'orders-analysis').spec;
    const series = 'reporter="destination",destination_workload_namespace="{{args.namespace}}",pod=~"orders-{{args.canary-hash}}-.+"';
    expect(args).toEqual([{ name: 'canary-hash' }, { name: 'stable-hash' }, { name: 'namespace' }]);
    expect(metrics[0]).toMatchObject({
      name: 'success-rate', initialDelay: '2m', interval: '2m', count: 1, failureLimit: 1, successCondition: 'len(result) > 0 && result[0] >= 0.995',
    });
    expect(metrics[0].provider.prometheus.address).toBe('http://prometheus.monitoring:9090');
    expect(metrics[0].provider.prometheus.query).toContain(`/ sum(rate(istio_requests_total{${series}}[2m]))`);
    expect(metrics[1]).toMatchObject({ name: 'p99-latency', successCondition: 'len(result) > 0 && result[0] <= 500' });
    expect(metrics[1].provider.prometheus.query).toBe(`histogram_quantile(0.99, sum by (le) (rate(istio_request_duration_milliseconds_bucket{${series}}[2m])))`);
    expect(faults(chart)).toEqual([]);
  });

  test('Argo Rollouts takes for good what the bounds say, and no data only where they are allowed', () => {
    const { chart } = delivery({ metrics: [DeliveryMetric.successRate(99), DeliveryMetric.query('queue', 'x', { max: 500, min: 0.5, allowMissing: true })] });
    expect(judge([manifest(chart, 'AnalysisTemplate', 'orders-analysis')])[0]).toEqual([
      ...[0.99, 1, 500, 501].map((value) => `success-rate is good at [${value}]`),
      ...['', 'NaN', 0.5, 0.99, 1, 500].map((value) => `queue is good at [${value}]`),
    ]);
  });

  test('Prometheus understands the queries, which count only what the pods of the new version served', () => {
    // GIVEN
    const { chart } = delivery({ metrics: [goods.success, goods.latency] });
    const queries = manifest(chart, 'AnalysisTemplate', 'orders-analysis').spec.metrics
      .map(({ provider }: any) => provider.prometheus.query.replace(/\{\{args.canary-hash\}\}/g, 'new').replace(/\{\{args.namespace\}\}/g, 'shop'));

    // WHEN: 3 of 4 requests to the new version succeed, each within 100 to 250 ms, and all of those to the old one
    const from = (pod: string) => `reporter="destination",destination_workload_namespace="shop",pod="orders-${pod}-x7k2p"`;
    const series = {
      [`istio_requests_total{${from('new')},response_code="200",grpc_response_status=""}`]: '0+90x60',
      [`istio_requests_total{${from('new')},response_code="503",grpc_response_status=""}`]: '0+30x60',
      [`istio_requests_total{${from('old')},response_code="200",grpc_response_status=""}`]: '0+900x60',
      ...Object.fromEntries(['100', '250', '+Inf'].map((le) => [`istio_request_duration_milliseconds_bucket{${from('new')},le="${le}"}`, le === '100' ? '0x60' : '0+120x60'])),
    };
    const [{ errors, results }] = ask({ queries: queries.map((query: string) => query.replace(/\[1m\]/g, '[5m]')), series, at: '1h' });

    // THEN: a share of 1, and milliseconds
    expect(errors).toEqual([]);
    expect(results.map(([{ value }]: any) => Number(value))).toEqual([0.75, 248.5]);
  });

  test.each<[string, DeliveryPlan, object[]]>([
    ['ten steps', DeliveryPlan.tenSteps(), Array.from({ length: 10 }, (_, i) => [{ setWeight: 10 * (i + 1) }, ...(i < 9 ? [{ pause: { duration: '1m' } }] : [])]).flat()],
    ['weights of one\'s own', DeliveryPlan.weights([1, 30], { interval: Duration.seconds(90) }), [{ setWeight: 1 }, { pause: { duration: '90s' } }, { setWeight: 30 }, { pause: { duration: '90s' } }]],
    ['blue/green', DeliveryPlan.blueGreen({ checks: 3 }), [{ setCanaryScale: { weight: 100 } }, { pause: { duration: '3m' } }, { setWeight: 100 }]],
    ['A/B by header', DeliveryPlan.abTestByHeader('x-beta', StringMatch.exact('yes')), [
      { setCanaryScale: { weight: 100 } },
      { setHeaderRoute: { name: 'a-b-test', match: [{ headerName: 'x-beta', headerValue: { exact: 'yes' } }] } },
      { pause: { duration: '10m' } },
      { setHeaderRoute: { name: 'a-b-test' } },
      { setWeight: 100 },
    ]],
    ['A/B by cookie', DeliveryPlan.abTestByCookie('beta', 'yes'), [
      { setCanaryScale: { weight: 100 } },
      { setHeaderRoute: { name: 'a-b-test', match: [{ headerName: 'cookie', headerValue: { regex: '(.*;\\s*)?beta=yes(\\s*;.*)?' } }] } },
      { pause: { duration: '10m' } },
      { setHeaderRoute: { name: 'a-b-test' } },
      { setWeight: 100 },
    ]],
    ['a shadow', DeliveryPlan.shadow(25), [
      { setCanaryScale: { weight: 100 } },
      { setMirrorRoute: { name: 'shadow', percentage: 25, match: [{ path: { prefix: '/' } }] } },
      { pause: { duration: '10m' } },
      { setMirrorRoute: { name: 'shadow' } },
      { setWeight: 100 },
    ]],
    ['steps of one\'s own', DeliveryPlan.of(
      DeliveryStep.scale(25), DeliveryStep.mirror('copies', 10, { method: StringMatch.exact('GET'), path: StringMatch.prefix('/api') }), DeliveryStep.pause(), DeliveryStep.removeMirror('copies'),
      DeliveryStep.scaleWithWeight(), DeliveryStep.headerRoute('beta', 'x-beta', StringMatch.regex('.+')), DeliveryStep.weight(0), DeliveryStep.pause(Duration.hours(1)),
      DeliveryStep.removeHeaderRoute('beta'), DeliveryStep.weight(40),
    ), [
      { setCanaryScale: { weight: 25 } },
      { setMirrorRoute: { name: 'copies', percentage: 10, match: [{ method: { exact: 'GET' }, path: { prefix: '/api' } }] } },
      { pause: {} },
      { setMirrorRoute: { name: 'copies' } },
      { setCanaryScale: { matchTrafficWeight: true } },
      { setHeaderRoute: { name: 'beta', match: [{ headerName: 'x-beta', headerValue: { regex: '.+' } }] } },
      { setWeight: 0 },
      { pause: { duration: '60m' } },
      { setHeaderRoute: { name: 'beta' } },
      { setWeight: 40 },
    ]],
  ])('follows a plan: %s', (_, plan, steps) => {
    const { chart } = delivery({ plan });
    expect(strategy(chart).steps).toEqual(steps);
    expect(faults(chart)).toEqual([]);
  });

  test('lists the rules that the controller may write, and those only', () => {
    const { chart } = delivery({ plan: DeliveryPlan.shadow() });
    expect(strategy(chart).trafficRouting.managedRoutes).toEqual([{ name: 'shadow' }]);
  });

  test('has a template for each way of looking', () => {
    const look = DeliveryStep.analyze({ checks: 5, interval: Duration.seconds(30), failuresAllowed: 2 });
    const { chart, delivery: { analysisTemplates } } = delivery({
      metrics: [DeliveryMetric.query('queue', 'max(queue{version="{{args.canary-hash}}"})', { max: 10, min: 0, window: Duration.minutes(5), allowMissing: true })],
      plan: DeliveryPlan.of(DeliveryStep.weight(5), look, DeliveryStep.weight(50), DeliveryStep.analyze(), look),
    });

    expect(analysisTemplates.map(({ name }) => name)).toEqual(['orders-analysis', 'orders-analysis-2']);
    expect(strategy(chart).steps.flatMap(({ analysis }: any) => analysis?.templates ?? [])).toEqual([
      { templateName: 'orders-analysis' }, { templateName: 'orders-analysis-2' }, { templateName: 'orders-analysis' },
    ]);
    expect(manifest(chart, 'AnalysisTemplate', 'orders-analysis').spec.metrics[0]).toMatchObject({
      count: 5, interval: '30s', failureLimit: 2, successCondition: 'len(result) == 0 || isNaN(result[0]) || (result[0] >= 0 && result[0] <= 10)',
    });
    expect(faults(chart)).toEqual([]);
  });

  test('moves the weights on gateways too, and leaves previews, testers and user groups alone', () => {
    // GIVEN
    const { chart, canary, delivery: { ignoredDifferences: before } } = delivery({}, {
      canary: { name: 'canary', labels, match: [HttpMatch.header('x-canary', StringMatch.exact('true'))] },
      userGroups: [{ name: 'premium', match: [HttpMatch.header('x-user-type', StringMatch.exact('premium'))], weight: 30 }],
      ruleName: 'orders',
    });

    // WHEN
    const edge = edgeOf(chart);
    canary.exposeVia(edge, { hosts: ['shop.example.com'], match: [HttpMatch.pathPrefix('/orders')] });
    canary.exposeVia(edge, { hosts: ['preview.example.com'], version: 'canary' });

    // THEN
    expect(strategy(chart).trafficRouting.istio.virtualServices).toEqual([
      { name: 'orders', routes: ['orders'] }, { name: 'edge-shop-example-com', routes: ['orders'] },
    ]);
    expect(before).toHaveLength(3);
    expect(faults(chart)).toEqual([]);
  });

  test('names a VirtualService of another namespace with it', () => {
    const chart = new Chart(Testing.app(), 'edge', { namespace: 'edge' });
    const canary = canaryOf(chart);
    new RolloutDelivery(chart, 'Delivery', { canary, workload: deploymentOf(chart, labels, 'shop') });
    canary.exposeVia(edgeOf(chart), { hosts: ['shop.example.com'] });
    expect(strategy(chart).trafficRouting.istio.virtualServices).toEqual([{ name: 'orders' }, { name: 'edge-shop-example-com.edge' }]);
    expect(faults(chart)).toEqual([]);
  });

  test('takes a Deployment of cdk8s-plus, and the other properties', () => {
    const chart = newChart();
    const workload = new kplus.Deployment(chart, 'Workload', {
      metadata: { name: 'orders-2' }, podMetadata: { labels }, containers: [{ image: 'orders:2', portNumber: 8080, securityContext: { user: 1000 } }],
    });
    new RolloutDelivery(chart, 'Delivery', {
      canary: canaryOf(chart), workload, metadata: { name: 'orders-rollout' }, replicas: 4, scaleDownDelay: Duration.minutes(2), scaleDown: WorkloadScaleDown.NEVER,
    });

    const { spec } = manifest(chart, 'Rollout', 'orders-rollout');
    expect(spec).toMatchObject({ replicas: 4, workloadRef: { name: 'orders-2', scaleDown: 'never' }, strategy: { canary: { scaleDownDelaySeconds: 120 } } });
    expect(faults(chart)).toEqual([]);
  });

  test('has old pods go as their share shrinks', () => {
    const { chart } = delivery({ dynamicStableScale: true });
    expect(strategy(chart).dynamicStableScale).toBe(true);
    expect(faults(chart)).toEqual([]);
  });

  test('tells Argo CD what to leave alone', () => {
    const { delivery: { ignoredDifferences } } = delivery({ plan: DeliveryPlan.shadow() });
    expect(ignoredDifferences).toEqual([
      {
        group: 'networking.istio.io',
        kind: 'VirtualService',
        name: 'orders',
        namespace: 'shop',
        jqPathExpressions: ['.spec.http[]?.route[]?.weight', '.spec.http[]? | select(.name == "shadow")'],
      },
      { group: 'networking.istio.io', kind: 'DestinationRule', name: 'orders', namespace: 'shop', jqPathExpressions: ['.spec.subsets[]?.labels["rollouts-pod-template-hash"]'] },
      { group: 'apps', kind: 'Deployment', name: 'orders', namespace: 'shop', jqPathExpressions: ['.spec.replicas'] },
    ]);
    expect(delivery({ scaleDown: WorkloadScaleDown.NEVER }).delivery.ignoredDifferences).toHaveLength(2);
  });

  describe('refuses at synth', () => {
    test.each<[string, Partial<CanaryServiceProps>, string, Partial<RolloutDeliveryProps>?]>([
      ['rules of which none is named', { overrides: [], canary: { name: 'canary', labels, match: [HttpMatch.header('x-canary', StringMatch.exact('true'))] } },
        'has 2 rules, and the one whose weights are to move has no name, by which Argo Rollouts would find it; give the CanaryService a ruleName'],
      ['more than two versions', { canaries: [{ name: 'canary', labels }, { name: 'next', labels }] }, 'divides among 3 versions, expected two, as Argo Rollouts takes the others out'],
      ['a weight in code', { canary: { name: 'canary', labels, weight: 5 } }, 'the canary has a weight in code (95 and 5), expected none'],
      ['labels that only one version has', { stable: { name: 'stable', labels: { ...labels, track: 'old' } } }, 'the subset "stable" selects track=old, expected labels that the pods of all versions have'],
      ['the label of a version, which changes', { stable: { name: 'stable', labels: { version: 'v1' } } }, 'the subset "stable" selects version=v1, expected labels'],
      ['a rule of the user among those of the controller', {
        ruleName: 'all', userGroups: [{ name: 'shadow', match: [HttpMatch.header('x-group', StringMatch.exact('a'))], weight: 10 }],
      }, 'has a rule named "shadow", which Argo Rollouts would delete as one of its own', { plan: DeliveryPlan.shadow() }],
    ])('%s', (_, service, message, ...[props]) => {
      const { chart } = delivery(props, service);
      expect(() => synthUnjudged(chart)).toThrow(message);
    });

    test('sticky users, who would not stay', () => {
      expect(() => delivery({}, { sticky: {} })).toThrow('has a CanaryService with sticky users, expected none, as Argo Rollouts moves weights and knows no cookies');
    });

    test('a rule of the controller that would take the requests of other services', () => {
      const { chart, canary } = delivery({ plan: DeliveryPlan.abTestByHeader('x-beta', StringMatch.exact('1')) });
      canary.exposeVia(edgeOf(chart), { hosts: ['shop.example.com'], match: [HttpMatch.pathPrefix('/orders')] });
      expect(() => synthUnjudged(chart)).toThrow('is for other requests too, and the rule "a-b-test" that Argo Rollouts puts first would take them');
    });
  });

  describe('refuses', () => {
    test.each<[string, any, string]>([
      ['an unknown property', { step: 5 }, 'RolloutDelivery has no property "step" (got 5)'],
      ['no canary', { canary: {} }, 'canary of the RolloutDelivery is {}, expected a CanaryService'],
      ['no plan', { plan: [5, 20] }, 'plan of the RolloutDelivery is [5,20], expected a DeliveryPlan'],
      ['another namespace than that of the DestinationRule', { metadata: { namespace: 'other' } }, 'the RolloutDelivery stands in the namespace "other", expected "shop", where the DestinationRule is'],
      ['old pods that stay and go', { scaleDownDelay: Duration.seconds(30), dynamicStableScale: true }, 'the RolloutDelivery has scaleDownDelay and dynamicStableScale, expected one of them'],
      ['a part of a second', { scaleDownDelay: Duration.millis(1500) }, 'scaleDownDelay of the RolloutDelivery is 1.5 seconds, expected a whole number of them'],
      ['less than no replicas', { replicas: -1 }, 'replicas of the RolloutDelivery is -1'],
      ['an unknown way to scale down', { scaleDown: 'later' }, 'scaleDown of the RolloutDelivery is "later", expected one of never, onsuccess, progressively'],
      ['no address', { prometheus: '' }, 'prometheus of the RolloutDelivery is "", expected a non-empty string'],
      ['no list of metrics', { metrics: goods.success }, 'metrics of the RolloutDelivery is a DeliveryMetric, expected a list'],
      ['no metric', { metrics: ['99%'] }, 'a metric is "99%", expected a DeliveryMetric'],
      ['two metrics of one name', { metrics: [goods.success, DeliveryMetric.successRate(90)] }, 'two metrics are named "success-rate", expected each name once'],
      ['metrics that are never looked at', { metrics: [goods.success], plan: DeliveryPlan.of(DeliveryStep.weight(5)) }, 'the RolloutDelivery has metrics and its plan never looks at them'],
      ['looking at nothing', { plan: DeliveryPlan.of(DeliveryStep.analyze()) }, 'the plan has DeliveryStep.analyze and the RolloutDelivery no metrics'],
      ['a query for what Argo Rollouts does not fill in', { metrics: [DeliveryMetric.query('own', 'sum(x{target="{{ target }}"})', { max: 1 })] },
        'the query of the metric "own" has {{ target }}, expected {{args.canary-hash}}, {{args.stable-hash}} or {{args.namespace}}, which is what Argo Rollouts fills in'],
      ['one name for two rules', { plan: DeliveryPlan.of(DeliveryStep.mirror('a'), DeliveryStep.removeHeaderRoute('a')) }, 'the name "a" is used for a header and for copies, expected one rule a name'],
    ])('%s', (_, props, message) => {
      expect(() => delivery(props)).toThrow(message);
    });

    test('a workload of another kind or namespace', () => {
      const chart = newChart();
      const job = new ApiObject(chart, 'Job', { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'job' }, spec: { template: { spec: { containers: [] } } } });
      expect(() => delivery({ workload: job })).toThrow('the workload of the RolloutDelivery is the Job "job", expected Deployment');
      expect(() => delivery({ workload: deploymentOf(newChart(), labels, 'other') })).toThrow('the workload of the RolloutDelivery stands in the namespace "other", expected "shop"');
    });
  });
});
