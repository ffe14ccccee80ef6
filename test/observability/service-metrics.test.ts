import { Duration } from 'cdk8s';
import { ask } from './judge';
import { MetricReporter, ServiceMetrics, ServiceRef } from '../../src';

const orders = ServiceRef.fromName('orders', { namespace: 'shop' });
const window = Duration.minutes(5);
const LABELS = 'reporter="destination",destination_service_namespace="shop",destination_service_name="orders"';

describe('ServiceMetrics', () => {
  test('asks for the requests of a service', () => {
    expect(ServiceMetrics.of(orders).requestRate(Duration.hours(1)))
      .toBe('sum(rate(istio_requests_total{reporter="source",destination_service_namespace="shop",destination_service_name="orders"}[1h]))');
  });

  test('compares two versions, in fractions and milliseconds', () => {
    // GIVEN two versions, of which the new one fails in a tenth of its requests, and takes longer
    const of = (version: string) => ServiceMetrics.of(orders, { version, reporter: MetricReporter.DESTINATION });
    const series = {
      [`istio_requests_total{${LABELS},destination_version="v1",response_code="200"}`]: '0+600x60',
      [`istio_requests_total{${LABELS},destination_version="v2",response_code="200"}`]: '0+54x60',
      [`istio_requests_total{${LABELS},destination_version="v2",response_code="503"}`]: '0+6x60',
      [`istio_requests_total{${LABELS},destination_version="v3",response_code="503"}`]: '0+6x60',
      ...Object.fromEntries([['v1', 25, 50], ['v2', 250, 500]].flatMap(([version, low, high]) => [[low, 0], [high, 600], ['+Inf', 600]].map(([le, count]) =>
        [`istio_request_duration_milliseconds_bucket{${LABELS},destination_version="${version}",le="${le}"}`, `0+${count}x60`]))),
    };

    // WHEN
    const queries = ['v1', 'v2', 'v3', 'v4'].flatMap((version) => [of(version).requestRate(window), of(version).successRate(window), of(version).latency(99, window)]);
    const [{ errors, results }] = ask({ series, queries, at: '30m' });

    // THEN
    expect(errors).toEqual([]);
    const values = results.map((found) => found.map(({ value }) => Number(value)));
    expect(values).toEqual([[10], [1], [49.75], [1], [0.9], [497.5], [0.1], [0], [], [], [], []]);
  });

  test.each<[string, () => unknown, string]>([
    ['a service in no namespace', () => ServiceMetrics.of(ServiceRef.fromName('orders')), 'the namespace of the service "orders" is not known, expected one, as Prometheus sees all namespaces'],
    ['a namespace that is none', () => ServiceMetrics.of(orders, { namespace: 'a/b' }), 'the namespace of the service is "a/b"'],
    ['an unknown option', () => ServiceMetrics.of(orders, { subset: 'v1' } as any), 'ServiceMetrics.of has no property "subset"'],
    ['an empty version', () => ServiceMetrics.of(orders, { version: '' }), 'the version of ServiceMetrics.of is ""'],
    ['a window of too few samples', () => ServiceMetrics.of(orders).successRate(Duration.seconds(30)), 'the window is 30s, expected at least 1m, as a rate takes several samples; lengthen it'],
    ['a window that is none', () => ServiceMetrics.of(orders).requestRate('5m' as any), 'the window is "5m", expected a Duration'],
    ['a percentile as a fraction above one', () => ServiceMetrics.of(orders).latency(100, window), 'the percentile is 100, expected a number between 0 and 100; give for example 99 for P99'],
  ])('refuses %s', (_, act, message) => expect(act).toThrow(message));
});
