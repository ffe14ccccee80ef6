import { Duration } from 'cdk8s';
import { DeliveryMetric, ServiceMetrics, ServiceRef } from '../../src';

const MINUTE = Duration.minutes(1);
const v2 = ServiceMetrics.of(ServiceRef.fromName('orders', { namespace: 'shop' }), { version: 'v2' });

describe('a check', () => {
  test('is what a tool of one\'s own asks Prometheus', () => {
    expect(DeliveryMetric.successRate(99).check(MINUTE, v2)).toEqual({
      name: 'success-rate', query: v2.successRate(MINUTE), min: 0.99, allowMissing: false,
    });
    expect(DeliveryMetric.latency(Duration.millis(500), 95, { allowMissing: true }).check(MINUTE, v2)).toEqual({
      name: 'p95-latency', query: v2.latency(95, MINUTE), max: 500, allowMissing: true,
    });
    expect(DeliveryMetric.query('queue', 'sum(queue_length)', { min: 1, max: 10 }).check(MINUTE)).toEqual({
      name: 'queue', query: 'sum(queue_length)', min: 1, max: 10, allowMissing: false,
    });
  });

  test('looks back to the last look, at least a minute, or as long as the metric says', () => {
    const windows = [Duration.seconds(5), Duration.minutes(3)].map((interval) => DeliveryMetric.successRate(99).check(interval, v2).query);

    expect(windows).toEqual([v2.successRate(MINUTE), v2.successRate(Duration.minutes(3))]);
    expect(DeliveryMetric.successRate(99, { window: Duration.hours(1) }).check(MINUTE, v2).query).toBe(v2.successRate(Duration.hours(1)));
  });

  test('of requests needs to know whose', () => {
    expect(() => DeliveryMetric.successRate(99).check(MINUTE)).toThrow(
      'the metric "success-rate" is without newVersion, expected whose requests it is about; give ServiceMetrics of the new version');
  });
});
