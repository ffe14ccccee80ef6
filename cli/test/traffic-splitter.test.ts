import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadYaml } from '@kubernetes/client-node';
import { App, Chart, Duration } from 'cdk8s';
import { CanaryService, HttpMatch, RetryPolicy, ServiceRef, StringMatch } from 'cdk8s-istio';
import { as, refusal } from './access.js';
import { IstioWebhook } from './webhook.js';
import { Lab } from '../../test/lab/lab.js';
import {
  type CanaryConfig, type CircuitBreaker, type KubeObject, type RolloutStatus, TrafficSplitter, type VirtualServiceObject, type Weights,
} from '../src/index.js';
import { ANNOTATION } from '../src/rollout-state.js';

const NAMESPACE = 'default';
const SERVICE = 'recommendation-service';
const apiVersion = 'networking.istio.io/v1';
const SEEDS = join(__dirname, '..', '..', 'test', 'parity', 'seeds');

/** A manifest of the seed documents. */
const seed = (id: string): KubeObject => loadYaml(readFileSync(join(SEEDS, `${id}.yaml`), 'utf8'));

const config: CanaryConfig = { stable: { labels: { version: 'v1' } }, canary: { labels: { version: 'v2' }, weight: 5 } };
const breaker: CircuitBreaker = {
  consecutive5xxErrors: 5, interval: Duration.seconds(30), baseEjectionTime: Duration.seconds(30), maxEjectionPercent: 50, minHealthPercent: 30,
};
const BREAKER = { consecutive5xxErrors: 5, interval: '30s', baseEjectionTime: '30s', maxEjectionPercent: 50, minHealthPercent: 30 };

let lab: Lab;
let webhook: IstioWebhook;
let splitter: TrafficSplitter;
beforeAll(async () => {
  lab = await Lab.start({ istiod: false });
  webhook = await IstioWebhook.start(lab); // so all that is written here is judged by Istio's own webhook
  splitter = new TrafficSplitter({ kubeConfig: lab.kubeconfig, settleTime: 300 });
});
afterAll(async () => {
  await webhook?.stop();
  await lab?.stop();
});
beforeEach(() => webhook.writes.splice(0));
afterEach(async () => {
  for (const kind of ['VirtualService', 'DestinationRule']) {
    for (const { metadata } of await splitter.cluster.list({ apiVersion, kind })) {
      await splitter.cluster.delete({ apiVersion, kind, metadata });
    }
  }
});

const virtualService = async () => (await splitter.getVirtualService(SERVICE, NAMESPACE))!;
const destinationRule = async () => (await splitter.getDestinationRule(SERVICE, NAMESPACE))!;
const shares = ({ spec: { http = [] } }: VirtualServiceObject) =>
  http.map(({ route = [] }) => Object.fromEntries(route.map(({ destination, weight }) => [destination.subset, weight])));
const written = () => webhook.writes.filter(({ dryRun }) => !dryRun).map(({ operation, object: { kind } }) => `${operation} ${kind}`);

/** Somebody else writes, as another manager. */
const theyWrite = (object: KubeObject) => lab.kube.apply(object as never, { force: true, fieldManager: 'argocd' });

/** The first patch is held up by a write of somebody else. */
function disturb(times: number, write: (time: number) => Promise<unknown>): void {
  const patch = splitter.cluster.patch.bind(splitter.cluster);
  let done = 0;
  jest.spyOn(splitter.cluster, 'patch').mockImplementation(async (...args) => {
    if (done++ < times) {
      await write(done);
    }
    return patch(...args) as never;
  });
}
afterEach(() => jest.restoreAllMocks());

describe('a canary', () => {
  test('S000-28: is made in the cluster that the splitter is given, and changed there', async () => {
    await splitter.createCanary(SERVICE, NAMESPACE, config);
    await splitter.setWeights(SERVICE, NAMESPACE, { v1: 80, v2: 20 });
    await splitter.enableCircuitBreaker(SERVICE, NAMESPACE, breaker);
    expect(shares(await virtualService())).toEqual([{ v1: 80, v2: 20 }]);
    expect((await destinationRule()).spec.trafficPolicy).toEqual({ outlierDetection: BREAKER });
    expect(() => new TrafficSplitter({ settleTime: -1 })).toThrow('the settleTime is -1, expected 0 milliseconds or more; leave it out for 2 seconds');
  });

  test('S000-29: has its DestinationRule before its VirtualService, and again the second time', async () => {
    const start = Date.now();
    const changes = await splitter.createCanary(SERVICE, NAMESPACE, config);
    expect(Date.now() - start).toBeGreaterThanOrEqual(300);
    expect(changes.map(({ object }) => object)).toEqual([`DestinationRule default/${SERVICE}`, `VirtualService default/${SERVICE}`]);
    expect(written()).toEqual(['CREATE DestinationRule', 'CREATE VirtualService']);

    const canary = { ...config.canary!, weight: 10, trafficPolicy: { outlierDetection: breaker } };
    const again = await splitter.createCanary(SERVICE, NAMESPACE, { ...config, canary });
    expect(again.map(({ patch }) => patch.length > 0)).toEqual([true, true]);
    expect(shares(await virtualService())).toEqual([{ v1: 90, v2: 10 }]);
    expect(written().slice(2)).toEqual(['UPDATE DestinationRule', 'UPDATE VirtualService']);
  });

  test('S000-29: is not made by halves: if the VirtualService is refused, there is no DestinationRule', async () => {
    const route = [{ destination: { host: SERVICE }, weight: -10 }, { destination: { host: 'b' }, weight: 110 }];
    const routes = { ...seed('S000-26'), spec: { hosts: [SERVICE], http: [{ route }] } };
    expect(await refusal(splitter.apply([routes, seed('S000-27')]))).toMatchObject({ reason: 'Refused', message: expect.stringContaining('weight -10 < 0') });
    expect(await destinationRule()).toBeUndefined();
    expect(written()).toEqual([]);
  });

  test('S000-32: is what CanaryService synthesizes, with a rule for everybody whatever is matched', async () => {
    const match = [HttpMatch.header('x-canary', StringMatch.exact('true'))];
    const given: Omit<CanaryConfig, 'destination'> = { stable: config.stable, canary: { ...config.canary!, match }, timeout: Duration.seconds(3) };
    await splitter.createCanary(SERVICE, NAMESPACE, given);

    const chart = new Chart(new App(), 'same', { namespace: NAMESPACE });
    new CanaryService(chart, 'Canary', { ...given, service: ServiceRef.fromName(SERVICE) });
    const synthesized: KubeObject[] = chart.toJson();
    const specs = synthesized.map(({ spec }) => spec);
    expect([(await destinationRule()).spec, (await virtualService()).spec]).toEqual(expect.arrayContaining(specs));
    expect(shares(await virtualService())).toEqual([{ v2: undefined }, { v1: 95, v2: 5 }]);
  });

  test('S000-33: has no empty policy, which Istio\'s webhook refuses', async () => {
    await splitter.createCanary(SERVICE, NAMESPACE, config);
    expect(JSON.stringify(await destinationRule())).not.toContain('trafficPolicy');

    const empty = { ...seed('S000-27'), spec: { host: SERVICE, trafficPolicy: {} } };
    expect(await refusal(splitter.apply([empty], { force: true }))).toEqual({
      reason: 'Refused',
      status: 400,
      message:
      `DestinationRule default/${SERVICE} was refused: 400: admission webhook "validation.istio.io" denied the request: configuration is invalid: traffic policy must have at least one field`,
    });
  });

  test('S000-33: has the policies that are given, for the service and for each version', async () => {
    const connectionPool = { tcp: { maxConnections: 10 } };
    await splitter.createCanary(SERVICE, NAMESPACE, {
      stable: { ...config.stable, trafficPolicy: { connectionPool } },
      canary: { ...config.canary!, trafficPolicy: { outlierDetection: breaker } },
      destination: { outlierDetection: breaker },
    });
    const { spec: { trafficPolicy, subsets = [] } } = await destinationRule();
    expect(trafficPolicy!.outlierDetection).toEqual(BREAKER);
    expect(subsets.map(({ name }) => name)).toEqual(['v1', 'v2']);
    expect(subsets[0].trafficPolicy!.connectionPool).toMatchObject(connectionPool);
    expect(subsets[1].trafficPolicy!.outlierDetection).toEqual(BREAKER);
  });

  test('M32: is removed in the opposite order, and what is gone already is no error', async () => {
    await splitter.createCanary(SERVICE, NAMESPACE, config);
    webhook.writes.splice(0);
    expect((await splitter.remove(SERVICE, NAMESPACE, { dryRun: true })).map(({ patch }) => patch)).toEqual(Array(2).fill([{ op: 'remove', path: '' }]));
    const start = Date.now();
    await splitter.remove(SERVICE, NAMESPACE);
    expect(Date.now() - start).toBeGreaterThanOrEqual(300);
    expect(written()).toEqual(['DELETE VirtualService', 'DELETE DestinationRule']);
    expect(await splitter.remove(SERVICE, NAMESPACE)).toEqual([]);
  });

  test('M32: of several manifests, routes are written last', async () => {
    await splitter.apply([seed('S000-26'), seed('S000-27')]);
    expect(written()).toEqual(['CREATE DestinationRule', 'CREATE VirtualService']);
  });
});

describe('what is applied', () => {
  test('S000-34: is created the first time and updated the second, which changes nothing if it is the same', async () => {
    const [first] = await splitter.apply([seed('S000-26')]);
    expect(first).toMatchObject({ before: undefined, patch: [{ op: 'add', path: '' }], dryRun: false });
    const [second] = await splitter.apply([seed('S000-26')]);
    expect(second.patch).toEqual([]);
    expect(second.after!.metadata.resourceVersion).toBe(first.after!.metadata.resourceVersion);

    const { spec, ...rest } = seed('S000-26');
    const [third] = await splitter.apply([{ ...rest, spec: { ...spec as object, hosts: ['other'] } }]);
    expect(third.patch).toEqual([{ op: 'replace', path: '/spec/hosts/0', value: 'other' }]);
  });

  test('S000-34: is what it says even after our own changes of weights', async () => {
    await splitter.createCanary(SERVICE, NAMESPACE, config);
    await splitter.setWeights(SERVICE, NAMESPACE, { v1: 50, v2: 50 });
    await splitter.createCanary(SERVICE, NAMESPACE, config);
    expect(shares(await virtualService())).toEqual([{ v1: 95, v2: 5 }]);
  });

  test('M30: is a conflict where somebody else owns a field, unless it is to be taken over', async () => {
    await splitter.apply([seed('S000-26')]);
    await theyWrite({ ...seed('S000-26'), spec: { hosts: ['theirs'] } });
    expect(await refusal(splitter.apply([seed('S000-26')]))).toEqual({
      reason: 'Conflict',
      status: 409,
      message:
      `VirtualService default/${SERVICE} is owned by argocd in spec.hosts, expected cdk8s-istio or nobody; use force: true, or let argocd change it`,
    });
    expect((await virtualService()).spec.hosts).toEqual(['theirs']);
    const [{ patch }] = await splitter.apply([seed('S000-26')], { force: true });
    expect(patch).toEqual([{ op: 'replace', path: '/spec/hosts/0', value: SERVICE }]);
  });

  test('M30: leaves alone what others have added', async () => {
    await splitter.apply([seed('S000-26')]);
    await theyWrite({ ...seed('S000-26'), metadata: { name: SERVICE, namespace: NAMESPACE, labels: { team: 'shop' } }, spec: { exportTo: ['.'] } });
    await splitter.apply([seed('S000-26')]);
    expect(await virtualService()).toMatchObject({ metadata: { labels: { team: 'shop' } }, spec: { exportTo: ['.'] } });
  });

  test('S000-34: in a dry run shows what would change and keeps nothing', async () => {
    const changes = await splitter.createCanary(SERVICE, NAMESPACE, config, { dryRun: true });
    expect(changes).toMatchObject([{ dryRun: true, before: undefined, after: { kind: 'DestinationRule' } }, { dryRun: true, after: { kind: 'VirtualService' } }]);
    expect(await virtualService()).toBeUndefined();
    expect(await destinationRule()).toBeUndefined();
    expect(written()).toEqual([]);
  });
});

describe('weights', () => {
  beforeEach(async () => { await splitter.apply([seed('S000-27'), seed('S000-26')]); });

  test('S000-30: change in the rule for everybody alone, not in the first one', async () => {
    const { spec: before } = await virtualService();
    const { patch } = await splitter.setWeights(SERVICE, NAMESPACE, { v1: 80, v2: 20 });
    expect(patch).toEqual([{ op: 'replace', path: '/spec/http/2/route/0/weight', value: 80 }, { op: 'replace', path: '/spec/http/2/route/1/weight', value: 20 }]);
    const { spec: after } = await virtualService();
    expect(shares(await virtualService())).toEqual([{ v2: 100 }, { v1: 70, v2: 30 }, { v1: 80, v2: 20 }]);
    expect(after.http![0]).toEqual(before.http![0]);
    expect(after.http![1]).toEqual(before.http![1]);
    expect(after.http![2]).toMatchObject({ timeout: '10s', retries: { attempts: 2, perTryTimeout: '5s' } });
  });

  test('S000-30: change in the rule that is named', async () => {
    const { spec } = await virtualService();
    const named = spec.http!.map((rule, index) => ({ ...rule, name: ['testers', 'premium', 'default'][index] }));
    await splitter.apply([{ ...seed('S000-26'), spec: { hosts: [SERVICE], http: named } }]);
    await splitter.setWeights(SERVICE, NAMESPACE, { v1: 10, v2: 90 }, { rule: 'premium' });
    expect(shares(await virtualService())).toEqual([{ v2: 100 }, { v1: 10, v2: 90 }, { v1: 95, v2: 5 }]);
  });

  test('M31: need a name where no rule is for everybody', async () => {
    const { spec } = await virtualService();
    await splitter.apply([{ ...seed('S000-26'), spec: { hosts: [SERVICE], http: spec.http!.slice(0, 2) } }]);
    await expect(splitter.setWeights(SERVICE, NAMESPACE, { v1: 80, v2: 20 })).rejects.toThrow(
      `VirtualService default/${SERVICE}: 2 rules (rule 0 for header x-canary = "true", rule 1 for header x-user-type = "premium"); 0 of them are for every request`);
  });

  test.each<Weights>([
    { v1: 110, v2: -10 }, { v1: 90, v2: 90 }, { v1: 0, v2: 0 }, { v2: 10 }, { v1: 99.5, v2: 0.5 },
  ])('S000-30: %p are refused before anything is asked', async (weights) => {
    webhook.writes.splice(0);
    const get = jest.spyOn(splitter.cluster, 'get');
    await expect(splitter.setWeights(SERVICE, NAMESPACE, weights)).rejects.toThrow(/^VirtualService default\/recommendation-service: weights .*, expected whole numbers from 0 to 100 that total 100; fix one of them$/);
    expect(get).not.toHaveBeenCalled();
    expect(webhook.writes).toEqual([]);
  });

  test('S000-30: of a VirtualService that is not there are NotFound', async () => {
    expect(await refusal(splitter.setWeights('nothing', NAMESPACE, { v1: 80, v2: 20 }))).toMatchObject({ reason: 'NotFound', message: expect.stringContaining('VirtualService default/nothing isn\'t in the cluster') });
  });

  test('S000-30: in a dry run show the difference and stay as they are', async () => {
    const { before, after, patch, dryRun } = await splitter.setWeights(SERVICE, NAMESPACE, { v1: 80, v2: 20 }, { dryRun: true });
    expect([shares(before as VirtualServiceObject)[2], shares(after as VirtualServiceObject)[2]]).toEqual([{ v1: 95, v2: 5 }, { v1: 80, v2: 20 }]);
    expect(patch).toHaveLength(2);
    expect(dryRun).toBe(true);
    expect(shares(await virtualService())[2]).toEqual({ v1: 95, v2: 5 });
  });

  test('S000-35: somebody who changes another part at the same time loses nothing, nor do we', async () => {
    disturb(2, (time) => splitter.cluster.apply({ ...seed('S000-26'), metadata: { name: SERVICE, namespace: NAMESPACE, labels: { time: `${time}` } } }));
    await splitter.setWeights(SERVICE, NAMESPACE, { v1: 80, v2: 20 });
    expect(shares(await virtualService())[2]).toEqual({ v1: 80, v2: 20 });
    expect((await virtualService()).metadata.labels).toEqual({ time: '2' });
  });

  test('S000-35: somebody who moves our rule at the same time loses nothing, nor do we', async () => {
    const [testers, premium, everybody] = (await virtualService()).spec.http!;
    disturb(1, () => theyWrite({ ...seed('S000-26'), spec: { hosts: [SERVICE], http: [testers, premium, { ...premium, name: 'new' }, everybody] } }));
    await splitter.setWeights(SERVICE, NAMESPACE, { v1: 80, v2: 20 });
    expect(shares(await virtualService())).toEqual([{ v2: 100 }, { v1: 70, v2: 30 }, { v1: 70, v2: 30 }, { v1: 80, v2: 20 }]);
  });

  test('S000-35: somebody who changes the same weights at the same time wins, and we are told', async () => {
    const other = new TrafficSplitter({ kubeConfig: lab.kubeconfig });
    disturb(1, () => other.setWeights(SERVICE, NAMESPACE, { v1: 60, v2: 40 }));
    expect(await refusal(splitter.setWeights(SERVICE, NAMESPACE, { v1: 80, v2: 20 }))).toEqual({
      reason: 'Conflict',
      status: 409,
      message:
      `VirtualService default/${SERVICE}: somebody else has just changed the same part, expected it as it was read; look at it, and repeat what is still wanted`,
    });
    expect(shares(await virtualService())[2]).toEqual({ v1: 60, v2: 40 });
  });

  test('S000-35: somebody who never stops is a conflict in the end', async () => {
    disturb(100, (time) => lab.kube.apply({ apiVersion, kind: 'VirtualService', metadata: { name: SERVICE, namespace: NAMESPACE, labels: { time: `${time}` } } }, { fieldManager: 'other' }));
    expect(await refusal(splitter.setWeights(SERVICE, NAMESPACE, { v1: 80, v2: 20 }))).toMatchObject({ reason: 'Conflict', status: 422 });
    expect(shares(await virtualService())[2]).toEqual({ v1: 95, v2: 5 });
  });

  test('S000-35: two writers at once: each write is whole, and weights always total 100', async () => {
    const another = () => new TrafficSplitter({ kubeConfig: lab.kubeconfig });
    const writers = Array.from({ length: 6 }, (_, index) => another().setWeights(SERVICE, NAMESPACE, { v1: 90 - index, v2: 10 + index }));
    const results = await Promise.allSettled(writers);
    const totals = webhook.writes.filter(({ dryRun }) => !dryRun).filter(({ object: { kind } }) => kind === 'VirtualService')
      .map(({ object }) => shares(object as never)[2]).map(({ v1, v2 }) => v1! + v2!);
    expect(new Set(totals)).toEqual(new Set([100]));
    expect(results.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0);
    results.filter((result) => result.status === 'rejected').forEach(({ reason }) => expect(reason).toMatchObject({ reason: 'Conflict' }));
  });

  test('M29: keep every version, where kubectl patch is refused or drops one', async () => {
    const [{ destination }] = (await virtualService()).spec.http![2].route!;
    const patch = { spec: { http: [{ route: [{ destination: { ...destination, subset: 'v2' }, weight: 10 }] }] } };
    const path = `/apis/${apiVersion}/namespaces/${NAMESPACE}/virtualservices/${SERVICE}`;
    expect((await lab.kube.call('PATCH', path, patch, 'application/strategic-merge-patch+json')).status).toBe(415);
    expect((await lab.kube.call('PATCH', `${path}?dryRun=All`, patch, 'application/merge-patch+json')).body.spec.http).toEqual(patch.spec.http);

    for (let weight = 10; weight <= 100; weight += 10) {
      await splitter.setWeights(SERVICE, NAMESPACE, { v1: 100 - weight, v2: weight });
      expect(shares(await virtualService())).toEqual([{ v2: 100 }, { v1: 70, v2: 30 }, { v1: 100 - weight, v2: weight }]);
    }
  });

  test('are not changed under a rollout, nor are its routes', async () => {
    const state = {
      version: 1,
      id: 'a',
      driver: 'b',
      phase: 'Paused',
      step: 0,
      weight: 5,
      failures: 0,
      gates: [],
      startedAt: '',
      stepStartedAt: '',
      plan: { stable: 'v1', canary: 'v2', steps: [5], before: 0, interval: 1000, gates: [], failuresAllowed: 0 },
    };
    const annotate = (phase: string) => splitter.cluster.patch({ apiVersion, kind: 'VirtualService', metadata: { name: SERVICE, namespace: NAMESPACE } }, [
      { op: 'add', path: '/metadata/annotations', value: { [ANNOTATION]: JSON.stringify({ ...state, phase }) } },
    ]);
    await annotate('Paused');
    const message = `VirtualService default/${SERVICE}: a rollout of v2 is in progress (Paused), expected none; promote or abort it first`;
    await expect(splitter.setWeights(SERVICE, NAMESPACE, { v1: 80, v2: 20 })).rejects.toThrow(message);
    await expect(splitter.apply([seed('S000-26')])).rejects.toThrow(message);
    await splitter.apply([seed('S000-26')], { force: true });
    await annotate('Aborted');
    await splitter.setWeights(SERVICE, NAMESPACE, { v1: 80, v2: 20 });
  });
});

describe('reading and writing', () => {
  test('S000-35: what is not there is undefined, and what may not be read is an error', async () => {
    expect(await splitter.getVirtualService('nothing', NAMESPACE)).toBeUndefined();
    expect(await splitter.getDestinationRule('nothing', NAMESPACE)).toBeUndefined();
    const stranger = new TrafficSplitter({ kubeConfig: await as(lab, 'splitter') });
    for (const call of [
      () => stranger.getVirtualService(SERVICE, NAMESPACE),
      () => stranger.createCanary(SERVICE, NAMESPACE, config),
      () => stranger.setWeights(SERVICE, NAMESPACE, { v1: 100 }),
      () => stranger.enableCircuitBreaker(SERVICE, NAMESPACE, breaker),
      () => stranger.remove(SERVICE, NAMESPACE),
    ]) {
      expect(await refusal(call())).toMatchObject({ reason: 'Forbidden', status: 403 });
    }
  });
});

describe('a circuit breaker', () => {
  const rule = (spec: object) => splitter.apply([{ apiVersion, kind: 'DestinationRule', metadata: { name: SERVICE, namespace: NAMESPACE }, spec: { host: SERVICE, ...spec } }]);

  test('S000-31: is switched on by the fields that Istio reads, and leaves the rest of the policy', async () => {
    await rule({ trafficPolicy: { connectionPool: { tcp: { maxConnections: 10 } } } });
    await splitter.enableCircuitBreaker(SERVICE, NAMESPACE, { ...breaker, consecutiveGatewayErrors: 3 });
    const { trafficPolicy } = (await destinationRule()).spec;
    expect(trafficPolicy).toEqual({ connectionPool: { tcp: { maxConnections: 10 } }, outlierDetection: { ...BREAKER, consecutiveGatewayErrors: 3 } });
    expect((await splitter.enableCircuitBreaker(SERVICE, NAMESPACE, { ...breaker, consecutiveGatewayErrors: 3 })).patch).toEqual([]);
  });

  test('S000-31: reaches ports too, whose policies inherit nothing', async () => {
    const port = { port: { number: 80 }, loadBalancer: { simple: 'ROUND_ROBIN' } };
    const v3 = { name: 'v3', trafficPolicy: { loadBalancer: { simple: 'RANDOM' } } };
    await rule({ trafficPolicy: { portLevelSettings: [port] }, subsets: [{ name: 'v1' }, { name: 'v2', trafficPolicy: { portLevelSettings: [port] } }, v3] });
    await splitter.enableCircuitBreaker(SERVICE, NAMESPACE, breaker);
    const withBreaker = { ...port, outlierDetection: BREAKER };
    expect((await destinationRule()).spec).toMatchObject({
      trafficPolicy: { outlierDetection: BREAKER, portLevelSettings: [withBreaker] },
      subsets: [{ name: 'v1' }, { name: 'v2', trafficPolicy: { portLevelSettings: [withBreaker] } }, v3],
    });
    await splitter.disableCircuitBreaker(SERVICE, NAMESPACE);
    expect(JSON.stringify((await destinationRule()).spec)).not.toContain('outlierDetection');
  });

  test('S000-31: that a subset or port would hide is refused in words, or replaces theirs if that is wanted', async () => {
    await rule({
      trafficPolicy: { portLevelSettings: [{ port: { number: 80 }, outlierDetection: { consecutive5xxErrors: 9 } }] },
      subsets: [{ name: 'v2', trafficPolicy: { outlierDetection: { consecutive5xxErrors: 1 }, loadBalancer: { simple: 'RANDOM' } } }],
    });
    await expect(splitter.enableCircuitBreaker(SERVICE, NAMESPACE, breaker)).rejects.toThrow(new Error(
      `DestinationRule default/${SERVICE}: port 80 and subset "v2" has an outlierDetection of its own, which this one would not reach, expected none or the same; use force: true to replace it`));
    await splitter.enableCircuitBreaker(SERVICE, NAMESPACE, breaker, { force: true });
    expect((await destinationRule()).spec).toMatchObject({
      trafficPolicy: { outlierDetection: BREAKER, portLevelSettings: [{ outlierDetection: BREAKER }] },
      subsets: [{ trafficPolicy: { outlierDetection: BREAKER, loadBalancer: { simple: 'RANDOM' } } }],
    });
  });

  test('S000-31: is switched off for all subsets and ports, and leaves no empty policy', async () => {
    await rule({
      trafficPolicy: { outlierDetection: BREAKER, portLevelSettings: [{ port: { number: 80 }, outlierDetection: BREAKER }] },
      subsets: [{ name: 'v1', trafficPolicy: { outlierDetection: BREAKER } }, { name: 'v2', trafficPolicy: { outlierDetection: BREAKER, loadBalancer: { simple: 'RANDOM' } } }],
    });
    const preview = await splitter.disableCircuitBreaker(SERVICE, NAMESPACE, { dryRun: true });
    const { patch } = await splitter.disableCircuitBreaker(SERVICE, NAMESPACE);
    expect(patch).toEqual(preview.patch);
    expect((await destinationRule()).spec).toEqual({
      host: SERVICE,
      // A port without a policy would take that of the service, with other limits than it had.
      trafficPolicy: { portLevelSettings: [{ port: { number: 80 }, outlierDetection: { consecutive5xxErrors: 0, consecutiveGatewayErrors: 0 } }] },
      subsets: [{ name: 'v1' }, { name: 'v2', trafficPolicy: { loadBalancer: { simple: 'RANDOM' } } }],
    });
    expect((await splitter.disableCircuitBreaker(SERVICE, NAMESPACE)).patch).toEqual([]);
  });

  test('S000-31: leaves no policy at all where it was all of it', async () => {
    await rule({});
    await splitter.enableCircuitBreaker(SERVICE, NAMESPACE, breaker);
    await splitter.disableCircuitBreaker(SERVICE, NAMESPACE);
    expect((await destinationRule()).spec).toEqual({ host: SERVICE });
  });

  test('S000-31: of a DestinationRule that is not there is NotFound, and a wrong value is said', async () => {
    expect(await refusal(splitter.enableCircuitBreaker('nothing', NAMESPACE, breaker))).toMatchObject({ reason: 'NotFound', message: expect.stringContaining('DestinationRule default/nothing isn\'t in the cluster') });
    await expect(splitter.enableCircuitBreaker(SERVICE, NAMESPACE, { maxEjectionPercent: 101 })).rejects.toThrow(/maxEjectionPercent is 101/);
    await expect(splitter.enableCircuitBreaker(SERVICE, NAMESPACE, { consecutiveErrors: 5 } as never)).rejects.toThrow(/consecutiveErrors/);
  });
});

describe('a version that gets nothing any more', () => {
  const everybody = { route: [{ destination: { host: SERVICE, subset: 'v1' }, weight: 0 }, { destination: { host: SERVICE, subset: 'v2' }, weight: 100 }] };
  const routes = (...http: object[]) => ({ ...seed('S000-26'), spec: { hosts: [SERVICE], http } });

  test('S002-22: goes out of the routes first and then out of the subsets, so that its workloads can follow', async () => {
    await splitter.apply([seed('S000-27'), routes(everybody)]);
    webhook.writes.splice(0);
    const preview = await splitter.retireVersion(SERVICE, NAMESPACE, 'v1', { dryRun: true });
    const changes = await splitter.retireVersion(SERVICE, NAMESPACE, 'v1');
    expect(changes.map(({ patch }) => patch)).toEqual(preview.map(({ patch }) => patch));
    expect(written()).toEqual(['UPDATE VirtualService', 'UPDATE DestinationRule']);
    expect(shares(await virtualService())).toEqual([{ v2: 100 }]);
    expect((await destinationRule()).spec.subsets!.map(({ name }) => name)).toEqual(['v2']);
    expect((await splitter.retireVersion(SERVICE, NAMESPACE, 'v1')).map(({ patch }) => patch)).toEqual([[], []]);
  });

  test('S002-22: stays while a rule sends or mirrors requests to it', async () => {
    const [only, some] = [[{ destination: { host: SERVICE, subset: 'v1' } }], [{ ...everybody.route[0], weight: 5 }, { ...everybody.route[1], weight: 95 }]];
    const mirror = { route: [everybody.route[1]], mirrors: [{ destination: { host: SERVICE, subset: 'v1' } }] };
    const match = [{ headers: { 'x-old': { exact: 'true' } } }];
    for (const rule of [{ match, route: only }, { match, route: some }, { match, ...mirror }]) {
      await splitter.apply([seed('S000-27'), routes(rule, everybody)]);
      const { metadata } = await virtualService();
      await expect(splitter.retireVersion(SERVICE, NAMESPACE, 'v1')).rejects.toThrow(
        `VirtualService default/${SERVICE}: rule 0 for header x-old = "true" still sends requests to v1, expected a weight of 0 in every rule and no mirror; change that first`);
      expect((await virtualService()).metadata.resourceVersion).toBe(metadata.resourceVersion);
      expect((await destinationRule()).spec.subsets).toHaveLength(2);
    }
  });

  test('S002-22: that was the only subset leaves none', async () => {
    await splitter.apply([{ ...seed('S000-27'), spec: { host: SERVICE, subsets: [{ name: 'v1', labels: { version: 'v1' } }] } }, routes({ route: [{ destination: { host: SERVICE } }] })]);
    await splitter.retireVersion(SERVICE, NAMESPACE, 'v1');
    expect((await destinationRule()).spec).toEqual({ host: SERVICE });
  });
});

describe('a rollout', () => {
  const options = { namespace: NAMESPACE, virtualService: SERVICE, stable: 'v1', canary: 'v2', steps: [20, 60], interval: Duration.seconds(20) };

  /** Begins one; its end is awaited later. */
  async function begun(): Promise<{ end: Promise<RolloutStatus> }> {
    let tell!: () => void;
    const started = new Promise<void>((resolve) => { tell = resolve; });
    const end = splitter.startRollout(options, { onEvent: ({ type }) => type === 'weight' && tell() });
    await Promise.race([started, end]);
    return { end };
  }

  beforeEach(async () => { await splitter.createCanary(SERVICE, NAMESPACE, { ...config, canary: { ...config.canary!, weight: 0 } }); });

  test('S002-20: is shown beforehand, started, held, let go, and promoted', async () => {
    expect(shares((await splitter.previewRollout(options)).after as VirtualServiceObject)).toEqual([{ v1: 80, v2: 20 }]);
    expect(shares(await virtualService())).toEqual([{ v1: 100, v2: 0 }]);

    const { end } = await begun();
    await splitter.pauseRollout(SERVICE, NAMESPACE);
    expect(await splitter.rolloutStatus(SERVICE, NAMESPACE)).toMatchObject({ phase: 'Paused', weight: 20 });
    await splitter.resumeRollout(SERVICE, NAMESPACE);
    await splitter.promoteRollout(SERVICE, NAMESPACE);
    expect(await end).toMatchObject({ phase: 'Succeeded', weight: 100 });
    expect(shares(await virtualService())).toEqual([{ v1: 0, v2: 100 }]);
  });

  test('S002-20: is started, and goes back to v1', async () => {
    const { end } = await begun();
    await splitter.abortRollout(SERVICE, NAMESPACE);
    expect(await end).toMatchObject({ phase: 'Aborted', weight: 0 });
    expect(shares(await virtualService())).toEqual([{ v1: 100, v2: 0 }]);
  });
});

describe('limits', () => {
  beforeEach(async () => { await splitter.apply([seed('S000-27'), seed('S000-26')]); });

  test('S003-25: timeout and retries change while the mesh runs, in one rule', async () => {
    await splitter.setTimeout(SERVICE, NAMESPACE, Duration.seconds(3));
    await splitter.setRetries(SERVICE, NAMESPACE, RetryPolicy.unprocessed({ attempts: 3, perTry: Duration.seconds(1) }));
    const [testers, , everybody] = (await virtualService()).spec.http!;
    expect(everybody).toMatchObject({ timeout: '3s', retries: { attempts: 3, perTryTimeout: '1s', retryOn: 'connect-failure,refused-stream,reset-before-request' } });
    expect(testers).toEqual((seed('S000-26') as VirtualServiceObject).spec.http![0]);
  });

  test('S003-25: both can be taken away, in a dry run first', async () => {
    const { patch } = await splitter.setTimeout(SERVICE, NAMESPACE, undefined, { dryRun: true });
    expect(patch).toEqual([{ op: 'remove', path: '/spec/http/2/timeout' }]);
    await splitter.setTimeout(SERVICE, NAMESPACE, undefined);
    await splitter.setRetries(SERVICE, NAMESPACE, undefined);
    expect(Object.keys((await virtualService()).spec.http![2])).toEqual(['route']);
    expect((await splitter.setTimeout(SERVICE, NAMESPACE, undefined)).patch).toEqual([]);
    await splitter.setRetries(SERVICE, NAMESPACE, RetryPolicy.never());
    expect((await virtualService()).spec.http![2].retries).toEqual({ attempts: 0 });
  });

  test('S003-25: a rule that sends nothing has none, and a wrong value is said', async () => {
    await splitter.apply([{ ...seed('S000-26'), spec: { hosts: [SERVICE], http: [{ name: 'moved', redirect: { uri: '/' } }] } }]);
    await expect(splitter.setTimeout(SERVICE, NAMESPACE, Duration.seconds(3))).rejects.toThrow(
      `VirtualService default/${SERVICE}: the rule at /spec/http/0 sends no HTTP requests, expected one that can have timeout; name another rule`);
    await expect(splitter.setTimeout(SERVICE, NAMESPACE, Duration.millis(0))).rejects.toThrow(/timeout/);
  });
});
