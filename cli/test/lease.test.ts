import { NAMESPACE, pause, shop, until } from './shop.js';
import { Lab } from '../../test/lab/lab.js';
import { Cluster, HeldError, type KubeObject } from '../src/index.js';
import { holderOf, Lease } from '../src/lease.js';

const DURATION = 3_000;
const HOUR = 3_600_000;

let lab: Lab;
let cluster: Cluster;
let names = 0;
const held: Lease[] = [];

beforeAll(async () => {
  lab = await Lab.start({ istiod: false });
  cluster = new Cluster({ kubeConfig: lab.kubeconfig });
  await lab.namespace(NAMESPACE);
});
afterAll(async () => {
  await Promise.all(held.map((lease) => lease.release()));
  await lab?.stop();
});

const target = (virtualService: string) => ({ namespace: NAMESPACE, virtualService });
const ref = (name: string) => ({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: `rollout-${name}`, namespace: NAMESPACE } });

async function orders(name = `orders-${names++}`): Promise<KubeObject> {
  return cluster.apply(shop(name));
}

async function acquire(of: KubeObject, { patient = false, signal = undefined as AbortSignal | undefined } = {}): Promise<Lease> {
  const lease = await Lease.acquire(cluster, of, target(of.metadata.name), { duration: DURATION, patient, signal });
  held.push(lease);
  return lease;
}

/** A lease of a process on another machine, whose clock is wrong. */
async function elsewhere(of: KubeObject, clock: number): Promise<() => Promise<unknown>> {
  const spec = () => ({ holderIdentity: 'elsewhere', leaseDurationSeconds: DURATION / 1_000, renewTime: new Date(Date.now() + clock).toISOString().replace('Z', '000Z') });
  await cluster.create({ ...ref(of.metadata.name), spec: spec() });
  return () => cluster.patch(ref(of.metadata.name), [{ op: 'replace', path: '/spec', value: spec() }]);
}

const seconds = async (work: Promise<unknown>) => {
  const start = Date.now();
  await work;
  return (Date.now() - start) / 1_000;
};

describe('a lease', () => {
  test('is held by one process, which renews it', async () => {
    const of = await orders();
    const lease = await acquire(of);
    const { spec } = await cluster.get<any>(ref(of.metadata.name));

    expect(lease.isHeld).toBe(true);
    expect(lease.holder).toMatch(new RegExp(`_${process.pid}_[0-9a-f]{8}$`));
    expect(spec).toEqual({ holderIdentity: lease.holder, leaseDurationSeconds: 3, renewTime: expect.any(String) });
    expect(await holderOf(cluster, target(of.metadata.name))).toBe(lease.holder);
    await expect(acquire(of)).rejects.toThrow(new HeldError(lease.holder, target(of.metadata.name)));
    await expect(acquire(of, { patient: true })).rejects.toThrow(HeldError);
    await pause(DURATION + 500);
    expect(lease.isHeld).toBe(true);
    expect((await cluster.get<any>(ref(of.metadata.name))).spec.renewTime > spec.renewTime).toBe(true);
  });

  test('that is given back is free at once', async () => {
    const of = await orders();
    await (await acquire(of)).release();
    expect(await holderOf(cluster, target(of.metadata.name))).toBeUndefined();
    expect(await seconds(acquire(of))).toBeLessThan(1);
  });

  test('is taken from a holder that gave no sign of life for its duration, whatever the clocks say', async () => {
    const waited = await Promise.all([-HOUR, 0, HOUR].map(async (clock) => {
      const of = await orders();
      await elsewhere(of, clock);
      return seconds(acquire(of, { patient: true }));
    }));
    expect(Math.min(...waited)).toBeGreaterThanOrEqual(DURATION / 1_000);
    expect(Math.max(...waited)).toBeLessThan(DURATION / 1_000 + 2.5);
  });

  test('is never taken from a holder that gives signs of life, whatever the clocks say', async () => {
    for (const clock of [-HOUR, HOUR]) {
      const of = await orders();
      const renew = await elsewhere(of, clock);
      const timer = setInterval(() => void renew(), DURATION / 3);
      try {
        await expect(acquire(of, { patient: true })).rejects.toThrow('is held by elsewhere');
        await expect(acquire(of)).rejects.toThrow('is held by elsewhere');
      } finally {
        clearInterval(timer);
      }
    }
  });

  test('that has run out goes to one of those who wait for it', async () => {
    const of = await orders();
    await elsewhere(of, 0);
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => acquire(of, { patient: true })));
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', ...Array(4).fill('rejected')]);
  });

  test('is waited for no longer than one is told to', async () => {
    const of = await orders();
    await elsewhere(of, 0);
    await expect(acquire(of, { patient: true, signal: AbortSignal.timeout(200) })).rejects.toThrow(
      `the wait for VirtualService ${NAMESPACE}/${of.metadata.name} was interrupted, before anything was written; its rollout is as it was`);
  });

  test('of a name that is too long for a Lease has a shorter one', async () => {
    const of = await orders(`o${'.rders'.repeat(42)}`);
    const lease = await acquire(of);
    expect(of.metadata.name).toHaveLength(253);
    expect(await holderOf(cluster, target(of.metadata.name))).toBe(lease.holder);
  });

  test('is not counted on while it could not be renewed, and held again when it can be', async () => {
    const lease = await acquire(await orders());
    await lab.apiServer.stop();
    await until('not held', () => !lease.isHeld, DURATION);
    await lab.apiServer.start();
    await until('held again', () => lease.isHeld, 2 * DURATION);
  }, 30_000);
});
