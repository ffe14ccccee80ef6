import { Duration, Testing } from 'cdk8s';
import { chart, deployment, NAMESPACE, pause, service } from './charts';
import { Responses } from './client';
import { Drift, KubeObject } from './kube';
import { Lab } from './lab';
import { Gateway } from './proxy';
import { Watch } from './watch';
import {
  CanaryService, DeliveryMetric, DeliveryPlan, DeliveryStep, GatewayServer, HttpMatch, HttpRoute, IstioGateway, RolloutDelivery, StringMatch,
} from '../../src';

const HOST = 'shop.example.com';
const PER_SECOND = 100;
const labels = { app: 'orders' };
const subsetsOf: KubeObject = { apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', metadata: { name: 'orders', namespace: NAMESPACE } };
const rollout: KubeObject = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata: { name: 'orders', namespace: NAMESPACE } };

let lab: Lab;
let gateway: Gateway;
let prometheus: string;

/** A shop whose orders Argo Rollouts delivers, beside a rule that it has nothing to do with. */
function shop(plan: DeliveryPlan, metrics: DeliveryMetric[] = [], image = 'orders:1') {
  let delivery!: RolloutDelivery;
  const built = chart((scope) => {
    const edge = new IstioGateway(scope, 'edge', { metadata: { name: 'edge' }, servers: [GatewayServer.http([HOST])] });
    const canary = new CanaryService(scope, 'canary', {
      service: service(scope, 'orders'),
      stable: { name: 'stable', labels },
      canary: { name: 'canary', labels },
      overrides: [HttpRoute.directResponse(410, { name: 'gone', match: [HttpMatch.pathPrefix('/old')] })],
      ruleName: 'everybody',
    });
    canary.exposeVia(edge, { hosts: [HOST] });
    delivery = new RolloutDelivery(scope, 'delivery', { canary, workload: deployment(scope, 'orders', image), plan, metrics, prometheus });
  });
  return { built, ignored: delivery.ignoredDifferences };
}

const success = [DeliveryMetric.successRate(99), DeliveryMetric.latency(Duration.seconds(1))];
const gradual = (image = 'orders:1') => shop(DeliveryPlan.weights([20, 50, 100], { interval: Duration.seconds(10) }), success, image);

const rulesOf = ({ spec: { http } }: any): any[] => http;
const namesOf = (routes: any) => rulesOf(routes).map(({ name }) => name);
const split = (routes: any): number[] => rulesOf(routes).find(({ name }) => name === 'everybody').route.map(({ weight = 0 }: any) => weight);
const rest = ({ spec }: any) => ({ ...spec, http: spec.http.filter(({ name }: any) => name !== 'everybody') });
const routesOf = async (): Promise<KubeObject[]> => (await lab.kube.call('GET', '/apis/networking.istio.io/v1/virtualservices')).body.items
  .map((item: any) => ({ apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', ...item }));

interface Watched {
  /** The weights of the rule for everybody in each VirtualService. */
  readonly weights: Watch<number[]>[];
  /** The names of the rules in the mesh. */
  readonly names: Watch<string[]>;
}

const imageOnly = (image: string) => chart((scope) => deployment(scope, 'orders', image));

/** What a pipeline applies when there is a new image, and what follows, under load from its beginning to its end. */
async function release(
  image: string, end: RegExp, meanwhile: (watched: Watched) => Promise<void> = async () => { /* only look on */ }, applied = imageOnly(image),
) {
  const before = await routesOf();
  const weights = before.map((routes) => lab.watch(routes, split));
  const names = lab.watch(before[0], namesOf);
  const phases = lab.watch(rollout, ({ status }) => `${status?.phase} ${status?.message}`);
  await phases.until('it stands still', 10, (state) => !state.startsWith('Progressing'));
  const load = gateway.load({ host: HOST, perSecond: PER_SECOND });
  await lab.apply(applied, { settle: false, force: true });
  await phases.until('it begins', 30, (state) => state.startsWith('Progressing'));
  await meanwhile({ weights, names });
  await phases.until('it ends', 60, (state) => end.test(state));
  await pause(1000);
  const responses = await load.stop();
  expect((await routesOf()).map(rest)).toEqual(before.map(rest));
  return { weights, names, phases: phases.states, responses };
}

const failures = ({ failed }: Responses) => failed.map(({ status, body, error }) => `${status} ${error ?? body}`);
/** The pods that answer now. */
const serving = async (headers = {}) => Object.keys((await gateway.send({ host: HOST, headers, count: 50 })).countByBackend);

beforeAll(async () => {
  lab = await Lab.start();
  prometheus = (await lab.prometheus()).url;
  await lab.argoRollouts();
  let count = 0;
  await lab.runPods({ 'orders:bad': () => ({ status: ++count % 10 === 0 ? 503 : 200 }) });
  gateway = await lab.gateway();
  await lab.apply(gradual().built, { createNamespaces: true });
  await lab.watch(rollout, ({ status }) => status?.phase).until('the first version is there', 30, (phase) => phase === 'Healthy');
  await lab.settled();
}, 120_000);

afterAll(() => lab?.stop());

test('a good version goes to all by the steps of the plan, and no request is lost', async () => {
  const [before] = await serving();
  const { built, ignored } = gradual();
  let drifts: Drift[] = [];

  const { weights, responses } = await release('orders:2', /^Healthy/, async ({ weights: [mesh] }) => {
    await mesh.until('half', 60, ([, weight]) => weight === 50);
    drifts = await lab.diff(built);
  });

  weights.forEach(({ states }) => expect(states).toEqual([[100, 0], [80, 20], [50, 50], [0, 100], [100, 0]]));
  expect(weights).toHaveLength(2); // for the mesh and for the gateway
  expect(failures(responses)).toEqual([]);
  expect(Object.keys(responses.countByBackend)).toHaveLength(2);
  expect(await serving()).toEqual([expect.not.stringMatching(before)]);
  // What Argo CD would see half-way, but for the image, is what it is told to leave alone.
  const seen = drifts.map(({ object, field }) => `${object}: .${field.replace(/\[\d+\]/g, '[]?')}`).filter((drift) => !drift.endsWith('.image'));
  expect(new Set(seen)).toEqual(new Set(ignored.filter(({ kind }) => kind !== 'Deployment').flatMap(({ kind, namespace, name, jqPathExpressions }) =>
    jqPathExpressions.map((path) => `${kind} ${namespace}/${name}: ${path.replace(/\["(.*)"\]/, '.$1')}`))));
}, 90_000);

test('a version that fails one request in ten is taken back by its first analysis', async () => {
  const before = await serving();

  const { weights, phases, responses } = await release('orders:bad', /^Degraded/);

  weights.forEach(({ states }) => expect(states).toEqual([[100, 0], [80, 20], [100, 0]]));
  const [, begin, end] = weights[0].times;
  expect(end - begin).toBeLessThan(20_000); // two intervals
  expect(phases[phases.length - 1]).toContain('Metric "success-rate" assessed Failed');
  expect(new Set(failures(responses).map((failure) => failure.slice(0, 3)))).toEqual(new Set(['503']));
  expect(responses.failed.every(({ echo }) => echo?.backend !== before[0])).toBe(true);
  expect(await serving()).toEqual(before);
}, 90_000);

/** What a pipeline does after a bad version: it applies the one before. */
async function back(image: string): Promise<void> {
  await lab.apply(imageOnly(image), { settle: false });
  await lab.watch(rollout, ({ status }) => status.phase).until('the version in use is the wanted one', 30, (phase) => phase === 'Healthy');
}

/** Changes how new versions are delivered; the rest of the shop stays as it is. */
const plan = (delivery: DeliveryPlan) => lab.apply(
  Testing.synth(shop(delivery, success).built).filter(({ kind }) => ['Rollout', 'AnalysisTemplate'].includes(kind)), { settle: false },
);
const look = { interval: Duration.seconds(10), checks: 1 };

test('copies of all requests go to a bad version, and none of its answers reaches anybody', async () => {
  await back('orders:2');
  const before = await serving();
  await plan(DeliveryPlan.shadow(100, look));

  const { weights, names, responses } = await release('orders:bad', /^Degraded/);

  expect(names.states).toEqual([['gone', 'everybody'], ['shadow', 'gone', 'everybody'], ['gone', 'everybody']]);
  weights.forEach(({ states }) => expect(states).toEqual([[100, 0]]));
  expect(failures(responses)).toEqual([]);
  expect(Object.keys(responses.countByBackend)).toEqual(before);
}, 90_000);

test('testers get a version before all others do', async () => {
  await back('orders:2');
  const before = await serving();
  await plan(DeliveryPlan.abTestByHeader('x-canary', StringMatch.exact('true'), look));
  const testers = gateway.load({ host: HOST, perSecond: 20, headers: { 'x-canary': 'true' } });

  const { weights, names, responses } = await release('orders:3', /^Healthy/, async ({ names: rules }) => {
    await rules.until('the rule of the testers', 30, ([first]) => first === 'a-b-test');
    await lab.settled();
    expect(await serving({ 'x-canary': 'true' })).toEqual([expect.not.stringMatching(before[0])]);
    expect(await serving()).toEqual(before);
  });

  expect(names.states).toEqual([['gone', 'everybody'], ['a-b-test', 'gone', 'everybody'], ['gone', 'everybody']]);
  weights.forEach(({ states }) => expect(states).toEqual([[100, 0], [0, 100], [100, 0]]));
  expect([...failures(responses), ...failures(await testers.stop())]).toEqual([]);
}, 90_000);

describe('a chart that is applied once more half-way', () => {
  test('is refused where the controller has written, and if forced, weights and subsets are put right at once', async () => {
    const before = await serving();
    const again = gradual('orders:4').built;

    const { weights, responses } = await release('orders:4', /^Healthy/, async ({ weights: [mesh] }) => {
      await mesh.until('the first step', 30, ([, weight]) => weight === 20);
      await pause(2000);
      await expect(lab.apply(again)).rejects.toThrow('spec.subsets: conflict with "lab-argo-rollouts');
      await lab.apply(again, { force: true });
      await pause(1000);
      expect(split((await routesOf())[0])).toEqual([80, 20]);
      const { spec: { subsets } } = (await lab.kube.get(subsetsOf)) as any;
      expect(new Set(subsets.map((subset: any) => subset.labels['rollouts-pod-template-hash'])).size).toBe(2);
    }, again);

    weights.forEach(({ states }) => states.forEach(([stable, canary]) => expect(stable + canary).toBe(100)));
    weights.forEach(({ states }) => expect(states.slice(-4)).toEqual([[80, 20], [50, 50], [0, 100], [100, 0]]));
    // For a moment the subsets select the pods of all versions: also those of the bad one, which stay for half a minute.
    const good = [...before, ...await serving()];
    expect(responses.failed.filter(({ echo }) => !echo || good.includes(echo.backend))).toEqual([]);
  }, 90_000);

  /** So Argo CD is to leave these rules alone, and nobody is to force them away. */
  test('loses the rule of testers, which the controller does not put back', async () => {
    const { built } = shop(DeliveryPlan.of(
      DeliveryStep.scale(100), DeliveryStep.headerRoute('testers', 'x-canary', StringMatch.exact('true')), DeliveryStep.pause(Duration.seconds(5)),
    ));
    const parts = Testing.synth(built);
    await lab.apply(parts.filter(({ kind }) => kind === 'Rollout'), { settle: false });

    const { names, responses } = await release('orders:5', /^Healthy/, async ({ names: rules }) => {
      await rules.until('the rule of the testers', 30, ([first]) => first === 'testers');
      await lab.apply(parts.filter(({ kind }) => kind === 'VirtualService'), { force: true });
    });

    expect(names.states).toEqual([['gone', 'everybody'], ['testers', 'gone', 'everybody'], ['gone', 'everybody']]);
    expect(names.times[2] - names.times[1]).toBeLessThan(4000); // long before the step was over
    expect(failures(responses)).toEqual([]);
  }, 90_000);
});
