import { Duration } from 'cdk8s';
import { chart, deployment, NAMESPACE, pause } from './charts';
import { Responses } from './client';
import { KubeObject } from './kube';
import { Lab } from './lab';
import { Gateway } from './proxy';
import { DeliveryMetric, DeliveryPlan, FlaggerDelivery, GatewayServer, IstioGateway } from '../../src';

const HOST = 'shop.example.com';
const PER_SECOND = 100;
const inShop = (apiVersion: string, kind: string, name = 'orders'): KubeObject => ({ apiVersion, kind, metadata: { name, namespace: NAMESPACE } });
const canary = inShop('flagger.app/v1beta1', 'Canary');
const routes = inShop('networking.istio.io/v1', 'VirtualService');

let lab: Lab;
let gateway: Gateway;
let prometheus: string;

/** A shop whose orders Flagger delivers: it makes their services, subsets and routes. */
const shop = () => chart((scope) => {
  const edge = new IstioGateway(scope, 'edge', { metadata: { name: 'edge' }, servers: [GatewayServer.http([HOST])] });
  new FlaggerDelivery(scope, 'delivery', {
    workload: deployment(scope, 'orders', 'orders:1'),
    port: 80,
    targetPort: 8080,
    gateways: [edge],
    hosts: [HOST],
    plan: DeliveryPlan.weights([50, 100], { interval: Duration.seconds(10) }),
    // The first two are Flagger's own, the third is a MetricTemplate.
    metrics: [DeliveryMetric.successRate(99), DeliveryMetric.latency(Duration.seconds(1)), DeliveryMetric.latency(Duration.millis(500), 90)],
    prometheus,
  });
});

const split = ({ spec: { http: [{ route }] } }: any): number[] => route.map(({ weight = 0 }: any) => weight);

/** What a pipeline applies when there is a new image, and what follows, under load from its beginning to its end. */
async function release(image: string, end: string) {
  const weights = lab.watch(routes, split);
  const phases = lab.watch(canary, ({ status }) => status.phase);
  const load = gateway.load({ host: HOST, perSecond: PER_SECOND });
  await lab.apply(chart((scope) => deployment(scope, 'orders', image)), { settle: false });
  await phases.until('it begins', 30, (phase) => phase === 'Progressing');
  await phases.until('it ends', 120, (phase) => phase === end);
  await pause(1000);
  const responses = await load.stop();
  return { weights, phases: phases.states, responses };
}

const failures = ({ failed }: Responses) => failed.map(({ status, body, error }) => `${status} ${error ?? body}`);
/** The image of a Deployment. */
const image = async (name: string) => ((await lab.kube.get(inShop('apps/v1', 'Deployment', name))) as any).spec.template.spec.containers[0].image;
const serving = async () => Object.keys((await gateway.send({ host: HOST, count: 50 })).countByBackend);

beforeAll(async () => {
  lab = await Lab.start();
  prometheus = (await lab.prometheus()).url;
  await lab.flagger();
  let count = 0;
  await lab.runPods({ 'orders:bad': () => ({ status: ++count % 5 === 0 ? 503 : 200 }) });
  gateway = await lab.gateway();
  await lab.apply(shop(), { createNamespaces: true });
  await lab.watch(canary, ({ status }) => status?.phase).until('the first version is there', 60, (phase) => phase === 'Initialized');
  await lab.settled();
}, 120_000);

afterAll(() => lab?.stop());

test('a good version goes to all by the steps of the plan, and no request is lost', async () => {
  expect(await serving()).toEqual([expect.stringMatching(/^orders-primary-/)]);

  const { weights, phases, responses } = await release('orders:2', 'Succeeded');

  expect(weights.states).toEqual([[100, 0], [50, 50], [0, 100], [100, 0]]);
  expect(phases).toEqual(['Initialized', 'Progressing', 'Promoting', 'Finalising', 'Succeeded']);
  expect(failures(responses)).toEqual([]);
  expect(await image('orders-primary')).toBe('orders:2');
  expect(await serving()).toEqual([expect.stringMatching(/^orders-primary-/)]);
  // Argo CD would see nothing of what Flagger has written, but the image that the test has.
  expect((await lab.diff(shop())).map(({ object, field }) => `${object}: ${field}`)).toEqual(['Deployment shop/orders: spec.template.spec.containers[0].image']);
}, 150_000);

test('a version that fails one request in five is taken back by the second look', async () => {
  const { weights, responses } = await release('orders:bad', 'Failed');

  expect(weights.states).toEqual([[100, 0], [50, 50], [100, 0]]);
  const [, begin, end] = weights.times;
  expect(end - begin).toBeLessThan(22_000); // two intervals: Flagger looks, and acts when it is to look again
  expect(new Set(failures(responses).map((failure) => failure.slice(0, 3)))).toEqual(new Set(['503']));
  expect(await image('orders-primary')).toBe('orders:2');
  expect(await serving()).toEqual([expect.stringMatching(/^orders-primary-/)]);
}, 150_000);
