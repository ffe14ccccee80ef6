import { Duration } from 'cdk8s';
import { DeliveryMetric, ServiceMetrics, ServiceRef } from 'cdk8s-istio';
import { gatesOf, judge, look } from '../src/gates.js';
import { Prometheus } from '../src/index.js';

const MINUTE = Duration.minutes(1);
const v2 = ServiceMetrics.of(ServiceRef.fromName('orders', { namespace: 'shop' }), { version: 'v2' });
const gate = { name: 'rate', query: 'rate', min: 0.5, max: 2, allowMissing: false };

describe('gates', () => {
  test('are what metrics of cdk8s-istio ask', () => {
    expect(gatesOf([DeliveryMetric.successRate(99), DeliveryMetric.latency(Duration.millis(500))], MINUTE, v2)).toEqual([
      { name: 'success-rate', query: v2.successRate(MINUTE), min: 0.99, allowMissing: false },
      { name: 'p99-latency', query: v2.latency(99, MINUTE), max: 500, allowMissing: false },
    ]);
  });

  test.each([
    [[DeliveryMetric.successRate(99), DeliveryMetric.successRate(95)], 'two metrics are named "success-rate", expected each name once; keep the stricter one'],
    [[DeliveryMetric.query('own', 'up{ns="{{ namespace }}"}', { min: 1 })], 'the query of the metric "own" has {{ namespace }}, expected plain PromQL, as nothing is filled in here; write the value'],
  ])('are refused: %#', (metrics, message) => {
    expect(() => gatesOf(metrics, MINUTE, v2)).toThrow(message);
  });

  test('pass between their bounds, bounds included', () => {
    expect([0.5, 1, 2].map((value) => judge(gate, value).passed)).toEqual([true, true, true]);
    expect(judge(gate, 0.4999)).toEqual({ name: 'rate', value: 0.4999, min: 0.5, max: 2, passed: false, message: '0.4999 is below 0.5' });
    expect(judge(gate, 2.01)).toMatchObject({ value: 2.01, passed: false, message: '2.01 is above 2' });
    expect(judge(gate, Infinity)).toEqual({ name: 'rate', min: 0.5, max: 2, passed: false, message: 'Infinity is above 2' });
  });

  test('do not pass without data, unless that is allowed', () => {
    expect(judge(gate, undefined)).toEqual({ name: 'rate', min: 0.5, max: 2, passed: false, message: 'there are no data' });
    expect(judge({ ...gate, allowMissing: true }, undefined)).toMatchObject({ passed: true });
  });

  test('do not pass when nobody answers, allowed or not; an interrupted look is none', async () => {
    const nobody = new Prometheus('http://127.0.0.1:1');
    expect(await look([{ ...gate, allowMissing: true }], nobody)).toEqual([
      { name: 'rate', min: 0.5, max: 2, passed: false, message: expect.stringMatching(/^http:\/\/127.0.0.1:1 could not be asked/) },
    ]);
    await expect(look([gate], nobody, AbortSignal.abort())).rejects.toThrow('aborted');
  });
});
