import { Duration } from 'cdk8s';
import { Backend } from './backend';
import { chart, NAMESPACE, service } from './charts';
import { Lab } from './lab';
import { Prometheus } from './prometheus';
import { Gateway } from './proxy';
import { CanaryService, GatewayServer, IstioGateway, MetricReporter, ServiceMetrics, ServiceRef } from '../../src';

const HOST = 'shop.example.com';
const MINUTE = Duration.minutes(1);
const orders = ServiceRef.fromName('orders', { namespace: NAMESPACE });
const v2 = ServiceMetrics.of(orders, { version: 'v2' });

let lab: Lab;
let gateway: Gateway;
let prometheus: Prometheus;
let canary: Backend;

const valueOf = async (query: string) => {
  const samples = await prometheus.query(query);
  expect(samples).toHaveLength(1);
  return samples[0].value;
};

/** Sends requests for some seconds, of which Prometheus sees enough for rates. */
async function underLoad(seconds: number): Promise<void> {
  const load = gateway.load({ host: HOST, perSecond: 100 });
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  await load.stop();
  await prometheus.scraped();
}

beforeAll(async () => {
  lab = await Lab.start();
  prometheus = await lab.prometheus();
  gateway = await lab.gateway();
  await lab.backend({ namespace: NAMESPACE, labels: { app: 'orders', version: 'v1' }, port: 8080 });
  canary = await lab.backend({ namespace: NAMESPACE, labels: { app: 'orders', version: 'v2' }, port: 8080, workload: 'orders' });
  await lab.apply(chart((scope) => {
    const edge = new IstioGateway(scope, 'edge', { servers: [GatewayServer.http([HOST])] });
    new CanaryService(scope, 'canary', {
      service: service(scope, 'orders'), stable: { labels: { version: 'v1' } }, canary: { labels: { version: 'v2' }, weight: 50 },
    }).exposeVia(edge, { hosts: [HOST] });
  }));
});

afterAll(() => lab?.stop());

test("counts what the gateway sent, under the names of Istio's metrics", async () => {
  canary.failNext(3, 500);
  const { countByBackend, failed } = await gateway.send({ host: HOST, count: 100 });
  await prometheus.scraped();

  const labels = `reporter="source",destination_service_name="orders",destination_service_namespace="${NAMESPACE}"`;
  const counted = await prometheus.query(`sum by (destination_version, response_code) (istio_requests_total{${labels}})`);
  expect(counted).toHaveLength(3);
  expect(counted).toEqual(expect.arrayContaining([
    { labels: { destination_version: 'v1', response_code: '200' }, value: countByBackend['orders-v1'] },
    { labels: { destination_version: 'v2', response_code: '200' }, value: countByBackend['orders-v2'] - 3 },
    { labels: { destination_version: 'v2', response_code: '500' }, value: 3 },
  ]));
  expect(failed).toHaveLength(3);
});

test('answers what alerts and deliveries ask, from both ends', async () => {
  let count = 0;
  canary.behave(() => ({ status: ++count % 10 === 0 ? 503 : 200, delay: 30 }));
  await underLoad(5);

  const atPod = ServiceMetrics.of(orders, { version: 'v2', reporter: MetricReporter.DESTINATION });
  for (const metrics of [v2, atPod]) {
    expect(await valueOf(metrics.successRate(MINUTE))).toBeCloseTo(0.9, 1);
    const p99 = await valueOf(metrics.latency(99, MINUTE));
    expect(p99).toBeGreaterThan(25); // the bucket that 30 ms are in
    expect(p99).toBeLessThan(100);
    expect(await valueOf(metrics.requestRate(MINUTE))).toBeGreaterThan(1);
  }
  expect(await valueOf(ServiceMetrics.of(orders, { version: 'v1' }).successRate(MINUTE))).toBe(1);
  const flagger = 'destination_workload_namespace="shop",destination_workload=~"orders",reporter="destination"';
  expect(await valueOf(`sum(istio_requests_total{${flagger}})`)).toBe(await valueOf('sum(istio_requests_total{pod="orders-v2"})'));
});

test('may go away, and come back with what it had', async () => {
  const before = await valueOf('sum(istio_requests_total{pod="orders-v1"})');
  await prometheus.stop();
  await expect(prometheus.query('up')).rejects.toThrow('fetch failed');
  await prometheus.start();

  expect(await valueOf('sum(istio_requests_total{pod="orders-v1"})')).toBe(before);
  expect(await valueOf('min(min_over_time(up[1m]))')).toBe(1);
  await expect(prometheus.query('sum(')).rejects.toThrow('unclosed left parenthesis');
});
