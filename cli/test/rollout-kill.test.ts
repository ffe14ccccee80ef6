import { Engine, type Job } from './engine.js';
import { History } from './history.js';
import { NAMESPACE, pause, shop, until, weightsIn } from './shop.js';
import { Lab } from '../../test/lab/lab.js';
import { abortRollout, Cluster, pauseRollout, resumeRollout, type RolloutStatus, rolloutStatus } from '../src/index.js';

const STEPS = [20, 60, 100];
/** How many at a time; each is a process, of which the machine bears only a few. */
const AT_A_TIME = 7;

let lab: Lab;
let cluster: Cluster;
let history: History;
let prometheus: string;

beforeAll(async () => {
  lab = await Lab.start({ istiod: false });
  prometheus = (await lab.prometheus()).url;
  cluster = new Cluster({ kubeConfig: lab.kubeconfig });
  await lab.namespace(NAMESPACE);
  history = await History.watch(cluster);
});
afterAll(async () => {
  history?.stop();
  await lab?.stop();
});

const target = (virtualService: string) => ({ namespace: NAMESPACE, virtualService });

/** Starts a rollout in a process of its own, whose metric is good or bad. */
async function start(name: string, more: Partial<Job> = {}, value = 1): Promise<Engine> {
  await lab.apply([shop(name)], { settle: false });
  const metrics = [{ name: 'good', query: `vector(${value})`, min: 1 }];
  const options = { ...target(name), stable: 'v1', canary: 'v2', steps: STEPS, interval: 1_000, leaseDuration: 3_000, metrics, prometheus };
  return new Engine({ kubeconfig: lab.kubeconfig, action: 'startRollout', options, ...more });
}

/** A way to end a process, what may follow, and what must come of it. */
interface Case {
  readonly name: string;
  readonly kill: (name: string) => Promise<unknown>;
  readonly after: (name: string) => Promise<RolloutStatus | undefined>;
  readonly weight: number;
}

const resume = (name: string) => resumeRollout(cluster, target(name));
const abort = (name: string) => abortRollout(cluster, target(name));

const at = (type: string, nth: number) => async (name: string) => (await start(name, { killAt: { type: type as never, nth } })).over;

/** Where a run can die, in the words of its events: after each write, and between each look and the write that follows. */
const BOUNDARIES: Record<string, (name: string) => Promise<unknown>> = {
  ...Object.fromEntries(['started', 'weight', 'checked'].flatMap((type) => (type === 'started' ? [0] : [0, 1, 2]).map((nth) => [`${type}-${nth}`, at(type, nth)]))),
  paused: async (name) => {
    const engine = await start(name, { killAt: { type: 'paused', nth: 0 } });
    await until('the first step', () => engine.count('weight') >= 1);
    await pauseRollout(cluster, target(name));
    await engine.over;
  },
};

/** And at random moments, in the middle of reads and writes too. */
const random = Array.from({ length: 12 }, (_, index): Case => {
  const killAfter = 20 + Math.round(Math.random() * 3_500);
  return {
    name: `random-${index}`,
    kill: async (name) => (await start(name, { killAfter })).over,
    after: async (name) => {
      const { phase } = await rolloutStatus(cluster, target(name)).catch(() => ({ phase: undefined }));
      return phase === 'Progressing' ? resume(name) : undefined; // it had not begun, or was over
    },
    weight: NaN,
  };
});

async function inPool<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const left = [...all];
  await Promise.all(Array.from({ length: AT_A_TIME }, async () => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) {
      await work(one);
    }
  }));
}

test('kill -9 anywhere: the weights total 100 in every version, and another process goes on, or back', async () => {
  const cases: Case[] = [
    ...Object.entries(BOUNDARIES).flatMap(([boundary, kill]): Case[] => [
      { name: `resume-${boundary}`, kill, after: resume, weight: 100 },
      { name: `abort-${boundary}`, kill, after: abort, weight: 0 },
    ]),
    { name: 'resume-before-rollback', kill: async (name) => (await start(name, { killAt: { type: 'checked', nth: 0 } }, 0)).over, after: resume, weight: 0 },
    ...random,
  ];
  const losses: string[] = [];

  await inPool(cases, async ({ name, kill, after, weight }) => {
    try {
      await kill(name);
      const status = await after(name);
      const now = weightsIn(await cluster.get(shop(name))).v2;
      const expected = Number.isNaN(weight) ? (status === undefined ? [0, 100] : [100]) : [weight];
      const isRising = history.canary(name).slice(0, -1).every((value, index, all) => index === 0 || value > all[index - 1]);
      if (!expected.includes(now) || !isRising) {
        losses.push(`${name}: ${JSON.stringify(status)} ${history.canary(name)}`);
      }
    } catch (error) {
      losses.push(`${name}: ${(error as Error).message} ${history.canary(name)}`);
    }
  });

  losses.push(...history.wrong(), ...history.missed());
  console.info(`kill -9: ${cases.length} faults, ${losses.length} losses, ${history.versions.length} versions seen`);
  expect(losses).toEqual([]);
}, 150_000);

test('a process that was frozen finds that another one has taken over, and writes nothing more', async () => {
  const engine = await start('frozen');
  await until('the first step', () => engine.count('weight') >= 1);
  engine.kill('SIGSTOP');

  const status = await resume('frozen');
  const version = (await cluster.get(shop('frozen'))).metadata.resourceVersion;
  engine.kill('SIGCONT');
  await engine.over;

  expect(status.phase).toBe('Succeeded');
  expect(engine.result.error).toMatch(/the rollout of VirtualService shop\/frozen was taken over by .*, expected nobody to; see its status/);
  await pause(500);
  expect((await cluster.get(shop('frozen'))).metadata.resourceVersion).toBe(version);
}, 30_000);

test('SIGTERM goes back at once, in one write', async () => {
  const engine = await start('terminated');
  await until('the second step', () => engine.count('weight') >= 2);
  engine.kill('SIGTERM');
  const asked = Date.now();
  await engine.over;

  expect(Date.now() - asked).toBeLessThan(3_000); // with the end of the process
  expect(engine.result.status).toMatchObject({ phase: 'RolledBack', message: 'it was interrupted', weight: 0 });
  expect(history.canary('terminated').slice(0, 3)).toEqual([0, 20, 60]);
  expect(history.canary('terminated').at(-1)).toBe(0);
  expect(history.wrong()).toEqual([]);
});
