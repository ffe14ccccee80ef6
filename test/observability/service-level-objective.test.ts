import { ApiObject, Chart, Duration, Testing } from 'cdk8s';
import { Answer, ask } from './judge';
import { MetricReporter, ServiceEntry, ServiceLevelObjective, ServiceLevelObjectiveProps, ServiceRef, ServiceResolution } from '../../src';

const orders = ServiceRef.fromName('orders', { namespace: 'shop' });

function rule(props: Partial<ServiceLevelObjectiveProps> = {}) {
  const chart = new Chart(Testing.app(), 'shop', { namespace: 'shop' });
  new ServiceLevelObjective(chart, 'Orders', { metadata: { name: 'orders' }, service: orders, ...props });
  return Testing.synth(chart)[0];
}

const LABELS = 'reporter="source",destination_service_namespace="shop",destination_service_name="orders"';

/** A minute's requests: how many of what; 2000 in all, as many in time as is said, from the first minute to the last. */
interface Traffic { readonly failed?: number; readonly grpcFailed?: number; readonly fast?: number; readonly le?: string; readonly labels?: string }

function series({ failed = 0, grpcFailed = 0, fast = 2000, le = '100', labels = LABELS }: Traffic): Record<string, string> {
  const counters: [string, number][] = [
    [`istio_requests_total{${labels},response_code="200",destination_version="v1"}`, 2000 - failed - grpcFailed],
    [`istio_requests_total{${labels},response_code="503",destination_version="v1"}`, failed],
    [`istio_requests_total{${labels},response_code="200",grpc_response_status="14",destination_version="v1"}`, grpcFailed],
    [`istio_request_duration_milliseconds_bucket{${labels},le="50"}`, fast],
    [`istio_request_duration_milliseconds_bucket{${labels},le="${le}"}`, fast],
    [`istio_request_duration_milliseconds_bucket{${labels},le="+Inf"}`, 2000],
    [`istio_request_duration_milliseconds_count{${labels}}`, 2000],
  ];
  return Object.fromEntries(counters.filter(([, count]) => count > 0).map(([name, count]) => [name, `0+${count}x300`]));
}

const firing = ({ errors, alerts }: Answer) => {
  expect(errors).toEqual([]);
  return alerts.map(({ labels: { alertname, severity } }) => `${alertname} ${severity}`).sort();
};

/** What fires after 70 minutes of such traffic. */
const after = (traffic: Traffic, props: Partial<ServiceLevelObjectiveProps> = {}, at = '70m') =>
  firing(ask({ resource: rule(props), series: series(traffic), at })[0]);

describe('ServiceLevelObjective', () => {
  test('S000-20, S000-41: writes the rules of 99.9% success and P99 within 100 ms', () => {
    // WHEN
    const { apiVersion, kind, metadata, spec } = rule();

    // THEN
    expect({ apiVersion, kind, metadata }).toEqual({ apiVersion: 'monitoring.coreos.com/v1', kind: 'PrometheusRule', metadata: { name: 'orders', namespace: 'shop' } });
    expect(spec.groups.map(({ name }: { name: string }) => name)).toEqual(['orders-success', 'orders-latency']);
    const [{ rules }] = spec.groups;
    expect(rules.map(({ record, alert }: Record<string, string>) => record ?? alert)).toEqual([
      'service:istio_requests_failed_of:rate5m',
      'service:istio_requests_failed:rate5m',
      ...['5m', '1h', '30m', '6h', '2h', '1d', '3d'].map((window) => `service:istio_requests_failed:ratio_rate${window}`),
      'ErrorBudgetBurn',
      'ErrorBudgetBurn',
    ]);
    expect(rules[0]).toEqual({ record: 'service:istio_requests_failed_of:rate5m', expr: `sum(rate(istio_requests_total{${LABELS}}[5m]))`, labels: { slo: 'shop/orders' } });
    expect(rules.at(-2)).toEqual({
      alert: 'ErrorBudgetBurn',
      expr: [['1h', '5m', 14.4], ['6h', '30m', 6]].map(([long, short, factor]) =>
        `(service:istio_requests_failed:ratio_rate${long}{slo="shop/orders"} > ${factor} * 0.001 and service:istio_requests_failed:ratio_rate${short}{slo="shop/orders"} > ${factor} * 0.001)`).join('\nor\n'),
      labels: { severity: 'critical', service: 'orders', namespace: 'shop' },
      annotations: {
        summary: 'orders.shop.svc.cluster.local fails too often',
        description: 'orders.shop.svc.cluster.local spends its error budget of 30 days too fast: {{ $value | humanizePercentage }} of its requests failed, where 99.9% should succeed.',
      },
    });
  });

  test.each<[string, Traffic, string[]]>([
    ['99.99% succeed', { failed: 0.2 }, []],
    ['all is well', {}, []],
    ['99.5% succeed: five times too many fail', { failed: 10 }, ['ErrorBudgetBurn warning']],
    ['98% succeed', { failed: 40 }, ['ErrorBudgetBurn critical', 'ErrorBudgetBurn warning']],
    ['all fail', { failed: 2000 }, ['ErrorBudgetBurn critical', 'ErrorBudgetBurn warning']],
    ['gRPC says UNAVAILABLE with an HTTP code of 200', { grpcFailed: 40 }, ['ErrorBudgetBurn critical', 'ErrorBudgetBurn warning']],
    ['99.5% are in time', { fast: 1990 }, []],
    ['96% are in time: four times too many are late', { fast: 1920 }, ['LatencyBudgetBurn warning']],
    ['80% are in time, counted by Prometheus 3', { fast: 1600, le: '100.0' }, ['LatencyBudgetBurn critical', 'LatencyBudgetBurn warning']],
    ['none is in time', { fast: 0 }, ['LatencyBudgetBurn critical', 'LatencyBudgetBurn warning']],
    ['another service fails', { failed: 2000, labels: LABELS.replace('orders', 'goods') }, []],
  ])('where %s', (_, traffic, expected) => expect(after(traffic)).toEqual(expected));

  test('says how much fails, and ceases soon after the repair', () => {
    const [during, later] = ['60m', '2h'].map((at) => ask({
      resource: rule({ runbookUrl: 'https://wiki.example.com/orders', alertLabels: { team: 'shop' } }),
      series: { ...series({}), [`istio_requests_total{${LABELS},response_code="500"}`]: '0+200x60 12000+0x240' },
      at,
    })[0]);
    expect(during.alerts[0]).toEqual({
      labels: { alertname: 'ErrorBudgetBurn', severity: 'critical', service: 'orders', namespace: 'shop', team: 'shop', slo: 'shop/orders' },
      annotations: {
        summary: 'orders.shop.svc.cluster.local fails too often',
        description: 'orders.shop.svc.cluster.local spends its error budget of 30 days too fast: 9.091% of its requests failed, where 99.9% should succeed.',
        runbook_url: 'https://wiki.example.com/orders',
      },
    });
    expect(firing(later)).toEqual(['ErrorBudgetBurn warning']);
  });

  test('takes other objectives, and leaves out what a large budget can\'t spend', () => {
    const easy = { successRate: 99, latency: { percentile: 90, threshold: Duration.millis(250) } };
    expect(after({ failed: 10, le: '250' }, easy)).toEqual([]);
    expect(after({ fast: 0, le: '250' }, easy)).toEqual(['LatencyBudgetBurn critical', 'LatencyBudgetBurn warning']);
    expect(after({ fast: 1000, le: '250' }, { latency: { percentile: 50, threshold: Duration.millis(250) } })).toEqual([]);
    const { groups } = rule({ latency: { percentile: 50 } }).spec;
    expect(groups[1].rules.filter(({ alert }: { alert: string }) => alert).map(({ labels }: { labels: { severity: string } }) => labels.severity)).toEqual(['warning']);
    expect(JSON.stringify(rule({ latency: { threshold: Duration.millis(40), buckets: [20, 40, 80] } }))).toContain('40(');
  });

  test.each([50, 66.7, 75, 90, 95, 99, 99.5, 99.9, 99.95, 99.99, 99.999])('writes rules that Prometheus takes, with aims of %d%%, that total failure alerts', (share) => {
    const resource = rule({ successRate: share, latency: { percentile: share, threshold: Duration.seconds(10) } });
    const [answer] = ask({ resource, series: series({ failed: 2000, fast: 0, le: '10000' }), at: '70m' });
    expect(new Set(firing(answer).map((alert) => alert.split(' ')[0]))).toEqual(new Set(['ErrorBudgetBurn', 'LatencyBudgetBurn']));
  });

  test('counts at a waypoint, and what a ServiceEntry names', () => {
    const chart = new Chart(Testing.app(), 'shop', { namespace: 'shop' });
    const entry = new ServiceEntry(chart, 'Bank', { hosts: ['api.bank.example'], ports: [{ number: 443, name: 'tls' }], resolution: ServiceResolution.dns() });
    const objective = new ServiceLevelObjective(chart, 'Slo', { service: entry, reporter: MetricReporter.WAYPOINT });
    const [first] = Testing.synth(chart).find(({ kind }) => kind === 'PrometheusRule').spec.groups[0].rules;
    expect(first.expr).toBe('sum(rate(istio_requests_total{reporter="waypoint",destination_service_name="api.bank.example"}[5m]))');
    expect(ask({ resource: Testing.synth(chart)[1], queries: [objective.metrics.requestRate(Duration.minutes(5))] })[0].errors).toEqual([]);
  });

  test('takes a service of its own namespace', () => {
    const chart = new Chart(Testing.app(), 'shop', { namespace: 'shop' });
    new ApiObject(chart, 'Service', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'goods' }, spec: { ports: [{ port: 80, name: 'http' }], selector: { app: 'goods' } } });
    new ServiceLevelObjective(chart, 'Slo', { service: ServiceRef.fromName('goods') });
    expect(JSON.stringify(Testing.synth(chart)[1])).toContain('destination_service_namespace=\\"shop\\",destination_service_name=\\"goods\\"');
  });

  test.each<[string, object, string]>([
    ['an unknown property', { p99: 100 }, 'ServiceLevelObjective has no property "p99"'],
    ['a perfect service', { successRate: 100 }, 'successRate is 100, expected a share of 100, at least 50 and below 100'],
    ['a fraction in place of a share of 100', { successRate: 0.999 }, 'successRate is 0.999, expected a share of 100'],
    ['a threshold between buckets', { latency: { threshold: Duration.millis(120) } }, 'the threshold of latency is 120 ms, expected the limit of a bucket of the histogram, which are [1,5,10,'],
    ['buckets that are no list', { latency: { buckets: 100 } }, 'the threshold of latency is 100 ms, expected the limit of a bucket'],
    ['a threshold that is no time', { latency: { threshold: 100 } }, 'the threshold of latency is 100, expected a Duration'],
    ['a percentile of all', { latency: { percentile: 100 } }, 'the percentile of latency is 100, expected a number between 0 and 100'],
    ['a percentile of the slow', { latency: { percentile: 1 } }, 'the percentile of latency is 1, expected at least 50'],
    ['an unknown part of the latency', { latency: { p: 99 } }, 'latency has no property "p"'],
    ['a label that Prometheus can\'t have', { alertLabels: { 'example.com/team': 'a' } }, 'alertLabels has "example.com/team": "a", expected a text under a name of letters, digits and underscores'],
    ['an empty runbook', { runbookUrl: '' }, 'runbookUrl is "", expected a non-empty string'],
    ['a reporter that is none', { reporter: 'client' }, 'the reporter of ServiceMetrics.of is "client", expected one of source, destination, waypoint'],
  ])('refuses %s', (_, props, message) => expect(() => rule(props)).toThrow(message));

  test('refuses a service in no namespace', () => {
    expect(() => new ServiceLevelObjective(Testing.chart(), 'Slo', { service: ServiceRef.fromName('orders') })).toThrow('the namespace of the service "orders" is not known');
  });
});
