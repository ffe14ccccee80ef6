import { Duration } from 'cdk8s';
import { DeliveryMetric } from 'cdk8s-istio';
import { Engine } from './engine.js';
import { History } from './history.js';
import { NAMESPACE, pause, quick, shop, until } from './shop.js';
import { Lab } from '../../test/lab/lab.js';
import { Prometheus } from '../../test/lab/prometheus.js';
import { abortRollout, Cluster, pauseRollout, resumeRollout, type RolloutEvent, type RolloutOptions, rolloutStatus, startRollout } from '../src/index.js';

let lab: Lab;
let cluster: Cluster;
let history: History;
let prometheus: Prometheus;
let names = 0;

beforeAll(async () => {
  lab = await Lab.start({ istiod: false });
  prometheus = await lab.prometheus();
  cluster = new Cluster({ kubeConfig: lab.kubeconfig });
  await lab.namespace(NAMESPACE);
  history = await History.watch(cluster);
});
afterEach(() => expect([...history.wrong(), ...history.missed()]).toEqual([]));
afterAll(async () => {
  history?.stop();
  await lab?.stop();
});

const target = (virtualService: string) => ({ namespace: NAMESPACE, virtualService });

async function orders(): Promise<string> {
  const name = `orders-${names++}`;
  await lab.apply([shop(name)], { settle: false });
  return name;
}

async function running(more: Partial<RolloutOptions> = {}, signal?: AbortSignal) {
  const name = await orders();
  const events: RolloutEvent[] = [];
  const options = quick(name, { steps: [20, 100], interval: Duration.seconds(2), prometheus: prometheus.url, ...more });
  const over = startRollout(cluster, options, { signal, onEvent: (event) => events.push(event) });
  over.catch(() => undefined);
  const told = (type: string, count = 1) => until(`${name} ${type}`, () => events.filter((one) => one.type === type).length >= count);
  return { name, over, events, told, messages: () => events.filter(({ type }) => type === 'disturbed').map(({ message }) => message) };
}

describe('an API server that is away for ten seconds', () => {
  test('holds every rollout where it is; when it is back, each goes on, or back, as it was told to', async () => {
    const orphan = await orders();
    const engine = new Engine({
      kubeconfig: lab.kubeconfig,
      action: 'startRollout',
      options: { ...target(orphan), stable: 'v1', canary: 'v2', steps: [20], interval: 4_000, leaseDuration: 3_000 },
    });
    await until('the engine', () => engine.count('weight') >= 1);
    const interrupt = new AbortController();
    const patient = await running();
    const impatient = await running({ contactTimeout: Duration.seconds(5) });
    const interrupted = await running({}, interrupt.signal);
    const held = await running();
    await Promise.all([patient, impatient, interrupted, held].map(({ told }) => told('weight')));
    await pauseRollout(cluster, target(held.name));

    await lab.apiServer.stop();
    await Promise.all([patient, impatient, interrupted].map(({ told }) => told('disturbed')));
    await pause(4_000);
    interrupt.abort();
    engine.kill();
    await expect(abortRollout(cluster, target(held.name))).rejects.toThrow('could not be read or written, expected an API server that answers');
    await pause(6_000);
    await lab.apiServer.start();

    expect(await patient.over).toMatchObject({ phase: 'Succeeded', weight: 100 });
    expect(patient.messages()).toEqual(expect.arrayContaining([expect.stringMatching(/^the API server answers again after \d+(\.\d)? s$/)]));
    expect(await impatient.over).toMatchObject({ phase: 'RolledBack', weight: 0, message: expect.stringMatching(/^the API server was away for \d+(\.\d)? s, longer than 5 s$/) });
    expect(await interrupted.over).toMatchObject({ phase: 'RolledBack', weight: 0, message: 'it was interrupted' });
    expect(await rolloutStatus(cluster, target(held.name))).toMatchObject({ phase: 'Paused', weight: 20 });
    expect(await resumeRollout(cluster, target(orphan))).toMatchObject({ phase: 'Succeeded', weight: 20 });
    await resumeRollout(cluster, target(held.name));
    expect(await held.over).toMatchObject({ phase: 'Succeeded', weight: 100 });
    const all = [patient, impatient, interrupted, held];
    expect(all.map(({ name }) => history.canary(name))).toEqual([[0, 20, 100], [0, 20, 0], [0, 20, 0], [0, 20, 100]]);
    console.info('API server away for 10 s: 5 rollouts, 0 losses');
  }, 60_000);
});

describe('Prometheus', () => {
  const good = DeliveryMetric.query('good', 'vector(1)', { min: 1 });

  test('is asked before anything is written', async () => {
    const wrong = await running({ metrics: [DeliveryMetric.query('wrong', 'sum(', { min: 1 })] });
    await expect(wrong.over).rejects.toThrow(/sum\( is refused by Prometheus: .*unclosed left parenthesis/);
    const many = await running({ metrics: [DeliveryMetric.query('many', '{__name__=~"up|scrape_duration_seconds"}', { min: 1 })] });
    await expect(many.over).rejects.toThrow(/gives \d+ series, expected one; aggregate them/);
    const nobody = await running({ metrics: [good], prometheus: 'http://127.0.0.1:1' });
    await expect(nobody.over).rejects.toThrow(/http:\/\/127.0.0.1:1 could not be asked \(.*\), expected Prometheus; check its address/);
    const missing = await running({ metrics: [good], prometheus: undefined });
    await expect(missing.over).rejects.toThrow('there are 1 metrics and no Prometheus, expected its address');
    expect([wrong, many, nobody, missing].map(({ name }) => history.canary(name))).toEqual(Array(4).fill([0]));
  });

  test('without good data sends the canary back: too little, too much, none, or no number', async () => {
    const rollouts = await Promise.all(([
      ['vector(0.98)', { min: 0.99 }], ['vector(501)', { max: 500 }], ['nothing_here', { min: 0 }], ['vector(0) / vector(0)', { min: 0 }], ['vector(1) / vector(0)', { max: 1 }],
    ] as const).map(([query, bounds]) => running({ metrics: [good, DeliveryMetric.query('tested', query, bounds)] })));

    const statuses = await Promise.all(rollouts.map(({ over }) => over));

    expect(statuses.map(({ phase, message }) => [phase, message])).toEqual([
      'tested: 0.98 is below 0.99', 'tested: 501 is above 500', 'tested: there are no data', 'tested: there are no data', 'tested: Infinity is above 1',
    ].map((message) => ['RolledBack', message]));
    expect(statuses[0].gates).toEqual([{ name: 'good', value: 1, min: 1, passed: true }, { name: 'tested', value: 0.98, min: 0.99, passed: false, message: '0.98 is below 0.99' }]);
  });

  test('may have no data where that is allowed, and may be wrong as often as that is', async () => {
    const unmeasured = await running({ metrics: [DeliveryMetric.query('nothing', 'nothing_here', { min: 1, allowMissing: true })] });
    const bad = DeliveryMetric.query('bad', 'vector(0)', { min: 1 });
    const lenient = await running({ metrics: [bad], failuresAllowed: 1 });

    expect(await unmeasured.over).toMatchObject({ phase: 'Succeeded' });
    expect(await lenient.over).toMatchObject({ phase: 'RolledBack', message: 'bad: 0 is below 1' });
    expect(lenient.events.map(({ type }) => type)).toEqual(['started', 'weight', 'checked', 'disturbed', 'checked', 'ended']);
    expect(history.canary(lenient.name)).toEqual([0, 20, 0]);
  });

  test('that goes away sends the canary back, but where failures are allowed and it comes back in time', async () => {
    const strict = await running({ metrics: [good] });
    const lenient = await running({ metrics: [good], failuresAllowed: 1 });
    await Promise.all([strict.told('weight'), lenient.told('weight')]);

    await prometheus.stop();
    expect(await strict.over).toMatchObject({ phase: 'RolledBack', message: expect.stringMatching(/^good: http:.* could not be asked \(.*\), expected Prometheus/), weight: 0 });
    await lenient.told('disturbed');
    await prometheus.start();

    expect(await lenient.over).toMatchObject({ phase: 'Succeeded', weight: 100 });
  });
});
