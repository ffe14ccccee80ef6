import { Duration } from 'cdk8s';
import { CanaryService, DeliveryMetric, GatewayServer, IstioGateway } from 'cdk8s-istio';
import { History } from './history.js';
import { pause } from './shop.js';
import type { BackendOptions } from '../../test/lab/backend.js';
import { chart, NAMESPACE, service } from '../../test/lab/charts.js';
import type { Responses } from '../../test/lab/client.js';
import { Lab } from '../../test/lab/lab.js';
import type { Prometheus } from '../../test/lab/prometheus.js';
import type { Gateway } from '../../test/lab/proxy.js';
import { Cluster, type RolloutEvent, type RolloutOptions, type RolloutStatus, startRollout } from '../src/index.js';

const PER_SECOND = 100;
const INTERVAL = Duration.seconds(4);
const SERVICES = ['healthy', 'failing', 'slow', 'steady'];

let lab: Lab;
let cluster: Cluster;
let gateway: Gateway;
let prometheus: Prometheus;
let history: History;

const host = (name: string) => `${name}.example.com`;

/** What a team deploys: a service with two versions, whose second gets nothing yet. */
const shop = chart((scope) => {
  const edge = new IstioGateway(scope, 'edge', { servers: [GatewayServer.http(SERVICES.map(host))] });
  for (const name of SERVICES) {
    new CanaryService(scope, `${name}-canary`, {
      service: service(scope, name), stable: { labels: { version: 'v1' } }, canary: { labels: { version: 'v2' }, weight: 0 },
    }).exposeVia(edge, { hosts: [host(name)] });
  }
});

beforeAll(async () => {
  lab = await Lab.start();
  cluster = new Cluster({ kubeConfig: lab.kubeconfig });
  prometheus = await lab.prometheus();
  gateway = await lab.gateway();
  for (const name of SERVICES) {
    for (const version of ['v1', 'v2']) {
      await lab.backend({ namespace: NAMESPACE, labels: { app: name, version }, port: 8080 } as BackendOptions);
    }
  }
  await lab.apply(shop);
  await prometheus.scraped();
  history = await History.watch(cluster);
});
afterAll(async () => {
  history?.stop();
  await lab?.stop();
});

interface Outcome {
  readonly status: RolloutStatus;
  readonly events: RolloutEvent[];
  readonly responses: Responses;
  /** After the end of the rollout. */
  readonly later: Responses;
  readonly seconds: number;
}

/** Rolls a service out while requests come in at a constant rate. */
async function underLoad(name: string, more: Partial<RolloutOptions> = {}): Promise<Outcome> {
  const load = gateway.load({ host: host(name), perSecond: PER_SECOND });
  await pause(1_000);
  const events: RolloutEvent[] = [];
  const status = await startRollout(cluster, {
    namespace: NAMESPACE,
    virtualService: `shop-edge-${name}-example-com`,
    stable: 'v1',
    canary: 'v2',
    steps: [20, 50, 100],
    interval: INTERVAL,
    metrics: [DeliveryMetric.successRate(99), DeliveryMetric.latency(Duration.millis(500))],
    prometheus: prometheus.url,
    ...more,
  }, { onEvent: (event) => events.push(event) });
  const seconds = (Date.parse(events.at(-1)!.at) - Date.parse(events[0].at)) / 1_000;
  await pause(500);
  const responses = await load.stop();
  return { status, events, responses, later: await gateway.send({ host: host(name), count: 100 }), seconds };
}

const weightsOf = (name: string) => history.of(`shop-edge-${name}-example-com`).map(({ spec }) => spec.http[0].route.map(({ weight = 0 }: any) => weight))
  .filter((weights, index, all) => `${weights}` !== `${all[index - 1]}`);

test('under load: a healthy canary gets everything, and no request fails; one that fails, or is slow, is back within two intervals', async () => {
  let count = 0;
  lab.backendNamed('failing-v2').behave(() => ({ status: ++count % 10 === 0 ? 503 : 200 }));
  lab.backendNamed('slow-v2').behave({ delay: 700 });

  const [healthy, failing, slow] = await Promise.all(['healthy', 'failing', 'slow'].map((name) => underLoad(name)));

  expect(healthy.status).toMatchObject({ phase: 'Succeeded', weight: 100 });
  expect(healthy.status.gates.map(({ name, passed }) => [name, passed])).toEqual([['success-rate', true], ['p99-latency', true]]);
  expect(healthy.responses.failed).toEqual([]);
  expect(healthy.responses.all.length).toBeGreaterThan(12 * PER_SECOND);
  expect(healthy.later.countByBackend).toEqual({ 'healthy-v2': 100 });
  expect(weightsOf('healthy')).toEqual([[100, 0], [80, 20], [50, 50], [0, 100]]);

  expect(failing.status).toMatchObject({ phase: 'RolledBack', weight: 0, message: expect.stringMatching(/^success-rate: 0\.\d+ is below 0\.99$/) });
  expect(slow.status).toMatchObject({ phase: 'RolledBack', weight: 0, message: expect.stringMatching(/^p99-latency: \d+(\.\d+)? is above 500$/) });
  for (const [name, { seconds, later, responses }] of Object.entries({ failing, slow })) {
    expect(seconds).toBeLessThan(2 * INTERVAL.toSeconds());
    expect(later.countByBackend).toEqual({ [`${name}-v1`]: 100 });
    expect(weightsOf(name)).toEqual([[100, 0], [80, 20], [100, 0]]);
    expect(responses.failed.filter(({ echo }) => echo?.backend !== `${name}-v2`)).toEqual([]);
  }
  console.info(`under load: healthy ${healthy.responses.all.length} requests, 0 failed; failing back after ${failing.seconds} s with ${failing.responses.failed.length} of ${
    failing.responses.all.length} failed, slow after ${slow.seconds} s`);
});

test('under load: while the API server is away for ten seconds no request fails, and then it goes on', async () => {
  const rollout = underLoad('steady', { interval: Duration.seconds(3), steps: [50, 100] });
  await pause(3_000);
  await lab.apiServer.stop();
  await pause(10_000);
  await lab.apiServer.start();
  const { status, responses } = await rollout;

  expect(status).toMatchObject({ phase: 'Succeeded', weight: 100 });
  expect(responses.failed).toEqual([]);
  expect(weightsOf('steady')).toEqual([[100, 0], [50, 50], [0, 100]]);
  console.info(`API server away under load: ${responses.all.length} requests, 0 failed`);
});
