import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { canaryMetrics } from './canary-metrics.js';
import type { Cluster, JsonPatchOperation, KubeObject } from './cluster.js';
import { type Gate, gatesOf } from './gates.js';
import { HeldError, holderOf, Lease } from './lease.js';
import { Prometheus } from './prometheus.js';
import { type Claim, RolloutDriver } from './rollout-driver.js';
import { intervalOf, planOf, type RolloutOptions, type RolloutPlan, type RolloutTarget } from './rollout-plan.js';
import { patchOf, RolloutRecord, ruleOf, type Seen, weightIn } from './rollout-record.js';
import { begun, driven, ended, isActive, paused, type RolloutState, statusOf, unpaused } from './rollout-state.js';
import type { RolloutStatus } from './rollout-status.js';
import type { RolloutRun } from './rollout-teller.js';
import { checkWeights, weightsOf } from './route.js';

export type { Gate } from './gates.js';
export type { RolloutOptions, RolloutPlan, RolloutTarget } from './rollout-plan.js';
export type { RolloutRun } from './rollout-teller.js';

/**
 * What a rollout would do, and its first write.
 */
export interface RolloutPreview {
  /** How it would stand after its first write. */
  readonly status: RolloutStatus;

  /** Its plan. */
  readonly plan: RolloutPlan;

  /** The VirtualService as it is. */
  readonly before: KubeObject;

  /** The VirtualService after the first write, as the API server would keep it. */
  readonly after: KubeObject;

  /** The first write as a JSON Patch. */
  readonly patch: JsonPatchOperation[];
}

/**
 * Starts a rollout and drives it to its end.
 *
 * @param cluster where the VirtualService is
 * @param options what to roll out, and how
 * @param run how this process drives it
 * @returns how it ended: `Succeeded`, `RolledBack` or `Aborted`
 * @throws when it can't begin, such as when one is in progress, or when another process has taken it over
 */
export async function startRollout(cluster: Cluster, options: RolloutOptions, run: RolloutRun = {}): Promise<RolloutStatus> {
  const record = new RolloutRecord(cluster, options);
  const { seen, plan } = await prepare(cluster, record, options);
  await rehearse(plan, run);
  const id = randomUUID();
  return drive(cluster, record, seen, run, (holder) => ({
    id,
    plan,
    isNew: true,
    state: (now) => {
      refuseActive(record, now);
      if (weightIn(now.object, plan) !== plan.before) {
        throw new Error(`${record.name} had other weights a moment ago, expected nobody to change them; start again`);
      }
      return begun(id, plan, holder);
    },
  }));
}

/**
 * What `startRollout` would do. Nothing is written.
 *
 * @param cluster where the VirtualService is
 * @param options what to roll out, and how
 * @throws when it couldn't begin
 */
export async function previewRollout(cluster: Cluster, options: RolloutOptions): Promise<RolloutPreview> {
  const record = new RolloutRecord(cluster, options);
  const { seen, plan } = await prepare(cluster, record, options);
  const state = begun(randomUUID(), plan, 'nobody yet');
  const { object } = await record.write(seen, state, { dryRun: true });
  return { status: statusOf(options, state, state.weight), plan, before: seen.object, after: object, patch: patchOf(seen.object, state) };
}

/**
 * Goes on with a rollout that is paused, or that nobody drives any more. Its present step begins anew.
 *
 * Where nobody drives it, this process does, to its end. Whether somebody does shows within the duration of the lease, 15 seconds if nothing
 * else was said. Where another process drives it, this returns when it is no longer paused.
 *
 * @param cluster where the VirtualService is
 * @param target the VirtualService
 * @param run how this process drives it
 * @returns how it ended, or how it stands if another process drives it
 * @throws when there is none in progress, or one that isn't paused and that another process drives
 */
export async function resumeRollout(cluster: Cluster, target: RolloutTarget, run: RolloutRun = {}): Promise<RolloutStatus> {
  const record = new RolloutRecord(cluster, target);
  const wasPaused = active(record, (await record.readState()).state).phase === 'Paused';
  const seen = await record.change((state) => active(record, state).phase === 'Paused' ? unpaused(state) : state, { keepWeights: true });
  const { id, plan } = seen.state;
  try {
    return await drive(cluster, record, seen, run, (holder) => ({
      id,
      plan,
      isNew: false,
      state: ({ state }) => {
        if (state?.id !== id) {
          throw new Error(`${record.name} has another rollout than a moment ago, expected the same; see its status`);
        }
        return driven(active(record, state), holder);
      },
    }));
  } catch (error) {
    if (wasPaused && (error instanceof HeldError || await hasEnded(record, id))) {
      return rolloutStatus(cluster, target); // it went on without us
    }
    throw error;
  }
}

/**
 * How the present rollout of a VirtualService stands, or the last one.
 *
 * @param cluster where the VirtualService is
 * @param target the VirtualService
 * @throws when there is none
 */
export async function rolloutStatus(cluster: Cluster, target: RolloutTarget): Promise<RolloutStatus> {
  const record = new RolloutRecord(cluster, target);
  return statusNow(cluster, target, await record.readState());
}

/**
 * Holds a rollout at its present weights until `resumeRollout`. Nothing is looked at meanwhile.
 *
 * @param cluster where the VirtualService is
 * @param target the VirtualService
 * @throws when there is none in progress
 */
export async function pauseRollout(cluster: Cluster, target: RolloutTarget): Promise<RolloutStatus> {
  return command(cluster, target, (state) => state.phase === 'Paused' ? state : paused(state, `paused from ${hostname()}`), { keepWeights: true });
}

/**
 * Ends a rollout with all requests for the canary, whatever its metrics say.
 *
 * @param cluster where the VirtualService is
 * @param target the VirtualService
 * @throws when there is none in progress
 */
export async function promoteRollout(cluster: Cluster, target: RolloutTarget): Promise<RolloutStatus> {
  return command(cluster, target, (state) => ended(state, 'Succeeded', 100, `promoted from ${hostname()}`));
}

/**
 * Ends a rollout with the weights that were there before it.
 *
 * @param cluster where the VirtualService is
 * @param target the VirtualService
 * @throws when there is none in progress
 */
export async function abortRollout(cluster: Cluster, target: RolloutTarget): Promise<RolloutStatus> {
  return command(cluster, target, (state) => ended(state, 'Aborted', state.plan.before, `aborted from ${hostname()}`));
}

/** Checks all that can be checked before anything is written. */
async function prepare(cluster: Cluster, record: RolloutRecord, options: RolloutOptions): Promise<{ seen: Seen; plan: RolloutPlan }> {
  const seen = await record.read();
  const { state, object } = seen;
  if (state !== undefined && isActive(state.phase)) {
    const holder = await holderOf(cluster, options);
    if (holder !== undefined) {
      throw new HeldError(holder, options);
    }
  }
  refuseActive(record, seen);
  const rule = ruleOf(object, options);
  const weights = weightsOf(rule);
  checkWeights(record.name, weights);
  return { seen, plan: planOf(options, await gates(cluster, options, rule), weights[options.canary]) };
}

async function gates(cluster: Cluster, options: RolloutOptions, rule: ReturnType<typeof ruleOf>): Promise<Gate[]> {
  const { metrics = [], canary } = options;
  const newVersion = metrics.length > 0 ? await canaryMetrics(cluster, options, rule) : undefined;
  try {
    return gatesOf(metrics, intervalOf(options), newVersion);
  } catch (error) {
    throw newVersion !== undefined ? error : new Error(
      `no DestinationRule tells the version of the subset ${canary}, expected a label such as version; say what Istio's metrics call it, as version (${(error as Error).message})`, { cause: error });
  }
}

/** A query that Prometheus doesn't understand, or no Prometheus, should stop a rollout before it begins. */
async function rehearse({ gates: all, prometheus }: RolloutPlan, { prometheusHeaders, signal }: RolloutRun): Promise<void> {
  if (prometheus !== undefined) {
    const client = new Prometheus(prometheus, { headers: prometheusHeaders });
    await Promise.all(all.map(({ query }) => client.query(query, signal)));
  }
}

async function drive(
  cluster: Cluster, record: RolloutRecord, { object }: Seen, run: RolloutRun, claim: (holder: string) => Claim,
): Promise<RolloutStatus> {
  const { plan, isNew } = claim('');
  const lease = await Lease.acquire(cluster, object, record.target, { duration: plan.leaseDuration, patient: !isNew, signal: run.signal });
  try {
    return await new RolloutDriver(record, lease, claim(lease.holder), run).drive();
  } finally {
    await lease.release();
  }
}

async function command(
  cluster: Cluster, target: RolloutTarget, next: (state: RolloutState) => RolloutState, options?: { keepWeights: boolean },
): Promise<RolloutStatus> {
  const record = new RolloutRecord(cluster, target);
  return statusNow(cluster, target, await record.change((state) => next(active(record, state)), options));
}

async function statusNow(cluster: Cluster, target: RolloutTarget, { object, state }: Seen & { state: RolloutState }): Promise<RolloutStatus> {
  return statusOf(target, state, weightIn(object, state.plan) ?? state.weight, isActive(state.phase) ? await holderOf(cluster, target) : undefined);
}

function active(record: RolloutRecord, state: RolloutState): RolloutState {
  if (!isActive(state.phase)) {
    throw new Error(`the rollout of ${record.name} has ended (${state.phase}: ${state.message}), expected one in progress; start another`);
  }
  return state;
}

async function hasEnded(record: RolloutRecord, id: string): Promise<boolean> {
  const { state } = await record.readState();
  return state.id === id && !isActive(state.phase);
}

function refuseActive(record: RolloutRecord, { state }: Seen): void {
  if (state !== undefined && isActive(state.phase)) {
    throw new Error(`${record.name} has a rollout of ${state.plan.canary} that nobody drives (${state.phase}), expected none in progress; resume or abort it`);
  }
}
