import { Duration } from 'cdk8s';
import { DeliveryMetric } from 'cdk8s-istio';
import { Bench, target } from './bench.js';
import { NAMESPACE, pause, quick, shop, until, weightsIn } from './shop.js';
import {
  abortRollout, Cluster, HeldError, pauseRollout, previewRollout, promoteRollout, resumeRollout, rolloutStatus, startRollout,
} from '../src/index.js';
import { RolloutRecord } from '../src/rollout-record.js';
import { begun } from '../src/rollout-state.js';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.start();
});
afterEach(() => expect([...bench.history.wrong(), ...bench.history.missed()]).toEqual([]));
afterAll(() => bench?.stop());

const lease = (name: string): Promise<any> => bench.cluster.get({
  apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: `rollout-${name}`, namespace: NAMESPACE },
});

describe('a rollout', () => {
  test('takes the canary from step to step, and keeps where it is in the VirtualService', async () => {
    const name = await bench.orders();
    const rollout = bench.running(name);
    await rollout.told('weight', 2);
    const status = await rolloutStatus(bench.cluster, target(name));

    expect(status).toMatchObject({ ...target(name), stable: 'v1', canary: 'v2', phase: 'Progressing', steps: [20, 60, 100], step: 1, weight: 60, gates: [] });
    expect(status.holder).toBe((await lease(name)).spec.holderIdentity);
    expect(Date.parse(status.nextCheckAt!) - Date.parse(status.stepStartedAt)).toBe(1_000);
    expect(await rollout.over).toMatchObject({ phase: 'Succeeded', weight: 100, message: 'v2 has 100%' });
    expect(bench.history.canary(name)).toEqual([0, 20, 60, 100]);
    expect(rollout.types()).toEqual(['started', 'weight', 'weight', 'weight', 'ended']);
    expect(await rolloutStatus(bench.cluster, target(name))).toMatchObject({ phase: 'Succeeded', weight: 100 });
  });

  test('ends with its lease given back, which belongs to the VirtualService and goes with it', async () => {
    const name = await bench.orders();
    await bench.running(name, { steps: [100] }).over;

    const { metadata, spec } = await lease(name);
    expect(spec.holderIdentity).toBeUndefined();
    expect(metadata.ownerReferences).toEqual([{ apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', name, uid: (await bench.read(name)).metadata.uid }]);
  });

  test('may follow one that has ended, from where that left the weights', async () => {
    const name = await bench.orders();
    await bench.running(name, { steps: [50] }).over;
    expect(await bench.running(name, { steps: [100] }).over).toMatchObject({ phase: 'Succeeded' });
    await expect(bench.running(name, { steps: [100] }).over).rejects.toThrow('v2 has 100% already, expected less than the first step of 100%');
  });

  test('goes back to the weights that were there before', async () => {
    const name = await bench.orders(10);
    const rollout = bench.running(name);
    await rollout.told('weight');
    await abortRollout(bench.cluster, target(name));
    await rollout.over;
    expect(bench.history.canary(name)).toEqual([10, 20, 10]);
  });

  test('shows beforehand what it would write, and writes nothing', async () => {
    const name = await bench.orders();
    const before = await bench.read(name);
    const preview = await previewRollout(bench.cluster, quick(name));

    expect(weightsIn(preview.before)).toEqual({ v1: 100, v2: 0 });
    expect(weightsIn(preview.after)).toEqual({ v1: 80, v2: 20 });
    expect(preview.patch.filter(({ op }) => op !== 'test').map(({ path }) => path)).toEqual([
      '/spec/http/1/route/0/weight', '/spec/http/1/route/1/weight', '/metadata/annotations', '/metadata/annotations/cdk8s-istio.dev~1rollout',
    ]);
    expect(preview.plan).toEqual({
      stable: 'v1', canary: 'v2', before: 0, steps: [20, 60, 100], interval: 1_000, gates: [], failuresAllowed: 0, contactTimeout: 30_000, leaseDuration: 3_000,
    });
    expect(preview.status).toMatchObject({ phase: 'Progressing', weight: 20, step: 0 });
    expect(await bench.read(name)).toEqual(before);
  });

  test('is refused where weights of others would be lost', async () => {
    const name = await bench.orders();
    const third = shop(name);
    third.spec.http[1].route = [['v1', 50], ['v2', 0], ['v3', 50]].map(([subset, weight]) => ({ destination: { host: name, subset }, weight }));
    await bench.lab.apply([third], { settle: false });
    await expect(bench.running(name).over).rejects.toThrow('v3 has 50, expected a weight for it too');
  });

  test('of a VirtualService that is not there, or has none, says so', async () => {
    await expect(bench.running('nowhere').over).rejects.toThrow("VirtualService shop/nowhere isn't in the cluster");
    await expect(rolloutStatus(bench.cluster, target(await bench.orders()))).rejects.toThrow(/VirtualService shop\/orders-\d+ has no rollout, expected one that was started/);
  });
});

describe('from any machine', () => {
  test('pause holds it at its weights, and resume lets it go on, with the step from its beginning', async () => {
    const name = await bench.orders();
    const rollout = bench.running(name);
    await rollout.told('weight');
    expect(await pauseRollout(bench.cluster, target(name))).toMatchObject({ phase: 'Paused', weight: 20, message: expect.stringMatching(/^paused from /) });
    await rollout.told('paused');
    await pause(1_500);
    expect(await pauseRollout(bench.cluster, target(name))).toMatchObject({ phase: 'Paused', weight: 20 });

    const status = await resumeRollout(bench.cluster, target(name));

    expect(status).toMatchObject({ phase: 'Progressing', holder: expect.any(String) });
    expect(Date.parse(status.stepStartedAt)).toBeGreaterThan(Date.parse(rollout.events[1].at) + 1_500);
    expect(await rollout.over).toMatchObject({ phase: 'Succeeded' });
    expect(rollout.types()).toEqual(['started', 'weight', 'paused', 'unpaused', 'weight', 'weight', 'ended']);
  });

  test.each([
    ['promote', promoteRollout, 'Succeeded', 100], ['abort', abortRollout, 'Aborted', 0],
  ] as const)('%s ends it at once, in one write', async (_, end, phase, weight) => {
    const name = await bench.orders();
    const rollout = bench.running(name, { interval: Duration.minutes(1) });
    await rollout.told('weight');
    expect(await end(bench.cluster, target(name))).toMatchObject({ phase, weight });

    expect(await rollout.over).toMatchObject({ phase, weight });
    expect(bench.history.canary(name)).toEqual([0, 20, weight]);
    for (const command of [promoteRollout, abortRollout, pauseRollout, resumeRollout]) {
      await expect(command(bench.cluster, target(name))).rejects.toThrow(`has ended (${phase}: `);
    }
  });

  test('that is resumed for another process, and ends before that process shows a sign of life, is no error', async () => {
    const name = await bench.orders();
    const rollout = bench.running(name, { steps: [100], leaseDuration: Duration.seconds(15) });
    await rollout.told('weight');
    await pauseRollout(bench.cluster, target(name));
    await rollout.told('paused');
    expect(await resumeRollout(bench.cluster, target(name))).toMatchObject({ phase: 'Succeeded', weight: 100 });
    expect(await rollout.over).toMatchObject({ phase: 'Succeeded' });
  });

  test('one that is driven is neither started nor resumed', async () => {
    const name = await bench.orders();
    const rollout = bench.running(name, { interval: Duration.seconds(3), steps: [100] });
    await rollout.told('weight');
    await expect(startRollout(bench.cluster, quick(name))).rejects.toThrow(HeldError);
    await expect(resumeRollout(bench.cluster, target(name))).rejects.toThrow(/is held by .*_.*, expected nobody; see its status or abort it/);
    await abortRollout(bench.cluster, target(name));
    await rollout.over;
  });

  test('one that nobody drives is not started again', async () => {
    const name = await bench.orders();
    const record = new RolloutRecord(bench.cluster, target(name));
    const { plan } = await previewRollout(bench.cluster, quick(name));
    await record.write(await record.read(), begun('a', plan, 'somebody who is gone'));

    await expect(startRollout(bench.cluster, quick(name))).rejects.toThrow(/has a rollout of v2 that nobody drives \(Progressing\), expected none in progress; resume or abort it/);
    expect(await rolloutStatus(bench.cluster, target(name))).not.toHaveProperty('holder');
    expect(await resumeRollout(bench.cluster, target(name))).toMatchObject({ phase: 'Succeeded' });
  });
});

describe('of several that start at once', () => {
  test('one wins, ten times out of ten', async () => {
    const outcomes = await Promise.all(Array.from({ length: 10 }, async () => {
      const name = await bench.orders();
      const options = quick(name, { steps: [100], leaseDuration: Duration.seconds(6) });
      const { kubeconfig: kubeConfig } = bench.lab;
      const runs = await Promise.allSettled(Array.from({ length: 3 }, () => startRollout(new Cluster({ kubeConfig }), options)));
      return runs.map((run) => run.status === 'fulfilled' ? run.value.phase : /is held by|had other weights|has 100% already/.test(run.reason.message) ? 'refused' : run.reason.message).sort();
    }));
    expect(outcomes).toEqual(outcomes.map(() => ['Succeeded', 'refused', 'refused']));
  });
});

describe('a process', () => {
  test('that is told to end goes back; before anything was written, there is nothing to go back from', async () => {
    const name = await bench.orders();
    await expect(startRollout(bench.cluster, quick(name), { signal: AbortSignal.abort() })).rejects.toThrow(/interrupted, before anything was written|aborted/);
    expect((await bench.read(name)).metadata.annotations).toBeUndefined();
  });

  test('that is told to end while Prometheus keeps it waiting goes back at once', async () => {
    const name = await bench.orders();
    let queries = 0;
    const prometheus = await bench.served((_, response) => {
      if (++queries === 1) {
        response.end('{"status":"success","data":{"resultType":"scalar","result":[0,"1"]}}');
      }
    });
    const interrupt = new AbortController();
    const rollout = bench.running(name, { prometheus, metrics: [DeliveryMetric.query('good', '1', { min: 1 })] }, { signal: interrupt.signal });
    await until('the look', () => queries === 2);
    interrupt.abort();
    const asked = Date.now();

    expect(await rollout.over).toMatchObject({ phase: 'RolledBack', message: 'it was interrupted' });
    expect(Date.now() - asked).toBeLessThan(2_000);
  });

  test('whose listener throws goes back, and passes the error on', async () => {
    const name = await bench.orders();
    const { over } = bench.running(name, {}, { onEvent: ({ type }) => { if (type === 'weight') { throw new Error('no paper'); } } });
    await expect(over).rejects.toThrow('no paper');
    expect(bench.history.canary(name)).toEqual([0, 20, 0]);
    expect(await rolloutStatus(bench.cluster, target(name))).toMatchObject({ phase: 'RolledBack', message: 'it failed: no paper' });
  });
});
