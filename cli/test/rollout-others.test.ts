import { Duration } from 'cdk8s';
import { DeliveryMetric } from 'cdk8s-istio';
import { Bench, target } from './bench.js';
import { pause, quick, shop, until } from './shop.js';
import { abortRollout, pauseRollout, previewRollout, resumeRollout } from '../src/index.js';
import { Lease } from '../src/lease.js';
import { RolloutRecord } from '../src/rollout-record.js';
import { ANNOTATION, begun } from '../src/rollout-state.js';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.start();
});
afterEach(() => expect([...bench.history.wrong(), ...bench.history.missed()]).toEqual([]));
afterAll(() => bench?.stop());

describe('somebody else', () => {
  let stop: (() => Promise<number>) | undefined;
  afterEach(() => stop?.());

  /** Writes as fast as the API server takes it, until it is stopped; how many writes there were. */
  function hammer(name: string): () => Promise<number> {
    let writes = 0;
    let isOver = false;
    const over = (async () => {
      while (!isOver) {
        const { status } = await bench.overwrite(name, [{ op: 'add', path: '/spec/http/0/timeout', value: `${++writes}s` }]);
        expect(status).toBe(200);
      }
    })();
    return async () => { isOver = true; await over; return writes; };
  }

  test('who writes another rule all the time loses nothing, and stops nothing', async () => {
    const name = await bench.orders();
    stop = hammer(name);
    const status = await bench.running(name, { leaseDuration: Duration.seconds(6) }).over;
    const writes = await stop();

    expect(status).toMatchObject({ phase: 'Succeeded' });
    expect((await bench.read(name)).spec.http[0].timeout).toBe(`${writes}s`);
    const kept = new Set(bench.history.of(name).map(({ spec }) => spec.http[0].timeout).filter(Boolean));
    await until('all versions seen', () => bench.history.of(name).at(-1).spec.http[0].timeout === `${writes}s`);
    console.info(`a competing writer: ${writes} writes, ${writes - kept.size} of them lost`);
    expect(kept.size).toBe(writes);
  });

  test('who writes another rule all the time does not keep it from going back', async () => {
    const name = await bench.orders();
    stop = hammer(name);
    const interrupt = new AbortController();
    const rollout = bench.running(name, { leaseDuration: Duration.seconds(6) }, { signal: interrupt.signal });
    await rollout.told('weight', 2);
    interrupt.abort();
    const asked = Date.now();
    expect(await rollout.over).toMatchObject({ phase: 'RolledBack', message: 'it was interrupted', weight: 0 });
    expect(Date.now() - asked).toBeLessThan(5_000);
  });

  test('who writes another rule all the time does not keep anybody from pausing, resuming and aborting it', async () => {
    const name = await bench.orders();
    const rollout = bench.running(name, { interval: Duration.minutes(1), leaseDuration: Duration.seconds(6) });
    await rollout.told('weight');
    stop = hammer(name);
    for (let times = 0; times < 3; times += 1) {
      expect(await pauseRollout(bench.cluster, target(name))).toMatchObject({ phase: 'Paused' });
      expect(await resumeRollout(bench.cluster, target(name))).toMatchObject({ phase: 'Progressing' });
    }
    expect(await abortRollout(bench.cluster, target(name))).toMatchObject({ phase: 'Aborted', weight: 0 });
    expect(await rollout.over).toMatchObject({ phase: 'Aborted', weight: 0 });
  });

  test('who sets the weights before the first write is not overwritten', async () => {
    const name = await bench.orders();
    const prometheus = await bench.served(async (_, response) => {
      await bench.lab.apply([shop(name, 10)], { settle: false });
      response.end('{"status":"success","data":{"resultType":"scalar","result":[0,"1"]}}');
    });
    const { over } = bench.running(name, { prometheus, metrics: [DeliveryMetric.query('good', '1', { min: 1 })] });
    await expect(over).rejects.toThrow(`VirtualService shop/${name} had other weights a moment ago, expected nobody to change them; start again`);
    expect(bench.history.canary(name)).toEqual([0, 10]);
  });

  test('who starts another rollout while one waits to be resumed is not overwritten', async () => {
    const name = await bench.orders();
    const record = new RolloutRecord(bench.cluster, target(name));
    const { plan } = await previewRollout(bench.cluster, quick(name));
    await record.write(await record.read(), begun('first', plan, 'somebody who is gone'));
    const gone = await Lease.acquire(bench.cluster, await bench.read(name), target(name), { duration: 3_000, patient: false });
    const resumed = resumeRollout(bench.cluster, target(name));
    await pause(200);
    await record.write(await record.read(), begun('second', plan, 'somebody else'));
    await gone.release();

    await expect(resumed).rejects.toThrow(`VirtualService shop/${name} has another rollout than a moment ago, expected the same; see its status`);
  });

  test('who sets the weights of the rule ends the rollout, and theirs stay', async () => {
    const name = await bench.orders();
    const rollout = bench.running(name);
    await rollout.told('weight');
    const changed = await bench.read(name);
    changed.spec.http[1].route[0].weight = 50;
    changed.spec.http[1].route[1].weight = 50;
    await bench.overwrite(name, changed);

    expect(await rollout.over).toMatchObject({ phase: 'Aborted', weight: 50, message: 'somebody set the weights to v1 50, v2 50; they stay' });
    expect(bench.history.canary(name)).toEqual([0, 20, 50]);
    bench.history.leaveOut(name); // for a moment, nobody had said so
  });

  test('who takes the canary out of the rule ends the rollout, and the rule stays so', async () => {
    const name = await bench.orders();
    const rollout = bench.running(name);
    await rollout.told('weight');
    const changed = await bench.read(name);
    changed.spec.http[1].route = [{ destination: { host: name, subset: 'v3' } }];
    await bench.overwrite(name, changed);

    expect(await rollout.over).toMatchObject({ phase: 'Aborted', message: expect.stringContaining('somebody changed the rule: VirtualService shop/') });
    expect((await bench.read(name)).spec).toEqual(changed.spec);
    bench.history.leaveOut(name);
  });

  test.each([
    ['removes', { op: 'remove' }, /has lost the annotation of its rollout, expected it to stay; its weights stay as they are/],
    ['spoils', { op: 'replace', value: '{}' }, /the annotation cdk8s-istio.dev\/rollout is .*, expected a rollout; remove it/],
  ])('who %s the annotation ends the run, which writes nothing more', async (_, operation, message) => {
    const name = await bench.orders();
    const rollout = bench.running(name);
    await rollout.told('weight');
    const path = `/metadata/annotations/${ANNOTATION.replace('/', '~1')}`;
    const { body } = await bench.overwrite(name, [{ ...operation, path }]);

    await expect(rollout.over).rejects.toThrow(message);
    expect((await bench.read(name)).metadata.resourceVersion).toBe(body.metadata.resourceVersion);
    bench.history.leaveOut(name);
  });

  test('who deletes the VirtualService ends the run', async () => {
    const name = await bench.orders();
    const rollout = bench.running(name, { contactTimeout: Duration.seconds(1) });
    await rollout.told('weight');
    await bench.cluster.delete(shop(name));
    await expect(rollout.over).rejects.toThrow(`VirtualService shop/${name} isn't in the cluster`);
  });

  test('who refuses a step by a policy gets the weights back that were there', async () => {
    const name = await bench.orders();
    const policy = { apiVersion: 'admissionregistration.k8s.io/v1', metadata: { name } };
    await bench.lab.apply([
      {
        ...policy,
        kind: 'ValidatingAdmissionPolicy',
        spec: {
          matchConstraints: { resourceRules: [{ apiGroups: ['networking.istio.io'], apiVersions: ['*'], operations: ['UPDATE'], resources: ['virtualservices'] }] },
          validations: [{ expression: `object.metadata.name != '${name}' || object.spec.http[1].route[1].weight != 60`, message: 'sixty is too much' }],
        },
      },
      { ...policy, kind: 'ValidatingAdmissionPolicyBinding', spec: { policyName: name, validationActions: ['Deny'] } },
    ], { settle: false });
    await until('the policy holds', async () => {
      const sixty = await bench.read(name);
      sixty.spec.http[1].route[0].weight = 40;
      sixty.spec.http[1].route[1].weight = 60;
      const answer = await bench.overwrite(name, sixty, '?dryRun=All');
      return answer.status === 422;
    });

    expect(await bench.running(name).over).toMatchObject({ phase: 'RolledBack', message: expect.stringContaining('sixty is too much'), weight: 0 });
    expect(bench.history.canary(name)).toEqual([0, 20, 0]);
  });
});
