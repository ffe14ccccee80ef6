import { setTimeout as sleep } from 'node:timers/promises';
import { type CallOptions, type Cluster, ClusterError, type JsonPatchOperation, type ObjectRef, type WriteOptions } from './cluster.js';
import type { RolloutPlan, RolloutTarget } from './rollout-plan.js';
import { ANNOTATION, decode, encode, type RolloutState } from './rollout-state.js';
import { findRule, unchanged, type VirtualServiceObject, type WeightedRule, weightsOf, weightsPatch } from './route.js';

/** A VirtualService with its rollout, as they were read. */
export interface Seen {
  /** The VirtualService. */
  readonly object: VirtualServiceObject;
  /** Its rollout; none if it never had one. */
  readonly state?: RolloutState;
}

/** How long a change is tried again because somebody else was faster, in milliseconds. */
const PATIENCE = 30_000;

/**
 * A rollout in the cluster: weights and state, which only ever change together, in one write.
 */
export class RolloutRecord {
  private readonly ref: ObjectRef;

  constructor(private readonly cluster: Cluster, readonly target: RolloutTarget) {
    this.ref = { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { namespace: target.namespace, name: target.virtualService } };
  }

  /** Such as `VirtualService shop/orders`. */
  get name(): string {
    return this.cluster.nameOf(this.ref);
  }

  /** Reads it. An annotation that can't be understood is an error. */
  async read(options?: CallOptions): Promise<Seen> {
    return seen(await this.cluster.get<VirtualServiceObject>(this.ref, options));
  }

  /** Reads a rollout, which must be there. */
  async readState(): Promise<{ object: VirtualServiceObject; state: RolloutState }> {
    const { object, state } = await this.read();
    if (state === undefined) {
      throw new Error(`${this.name} has no rollout, expected one that was started; see its annotation ${ANNOTATION}`);
    }
    return { object, state };
  }

  /** Writes a state, and the weights that go with it, where nothing has changed since it was read. */
  async write({ object }: Seen, state: RolloutState, options: WriteOptions & { keepWeights?: boolean } = {}): Promise<Seen> {
    const { keepWeights, ...rest } = options;
    const patch = keepWeights ? [...unchanged(object), ...annotationPatch(object, state)] : patchOf(object, state);
    return seen(await this.cluster.patch<VirtualServiceObject>(this.ref, patch, rest));
  }

  /** Changes a rollout, again and again while somebody else is faster. The same state is no change. */
  async change(next: (state: RolloutState) => RolloutState, options: { keepWeights?: boolean } = {}): Promise<Seen & { state: RolloutState }> {
    for (const begin = performance.now(); ;) {
      const now = await this.readState();
      const state = next(now.state);
      if (state === now.state) {
        return now;
      }
      try {
        return { ...await this.write(now, state, options), state };
      } catch (error) {
        if (!isConflict(error) || performance.now() - begin > PATIENCE) {
          throw error;
        }
        await sleep(Math.random() * 20);
      }
    }
  }
}

/** Whether somebody else was faster. */
export const isConflict = (error: unknown) => error instanceof ClusterError && error.reason === 'Conflict';

/** The rule of a plan. */
export const ruleOf = (object: VirtualServiceObject, { stable, canary, rule }: Pick<RolloutPlan, 'stable' | 'canary' | 'rule'>): WeightedRule =>
  findRule(object, [stable, canary], rule);

/** The canary's percentage as it is; none if the rule has no such canary any more. */
export function weightIn(object: VirtualServiceObject, plan: RolloutPlan): number | undefined {
  try {
    return weightsOf(ruleOf(object, plan))[plan.canary];
  } catch {
    return undefined;
  }
}

/** What somebody else did to the weights since we wrote them, in words; nothing if they are ours. */
export function disturbanceIn(object: VirtualServiceObject, { plan, weight }: RolloutState): string | undefined {
  let rule: WeightedRule;
  try {
    rule = ruleOf(object, plan);
  } catch (error) {
    return `somebody changed the rule: ${(error as Error).message}`;
  }
  const expected: Record<string, number> = { [plan.canary]: weight, [plan.stable]: 100 - weight };
  const found = Object.entries(weightsOf(rule));
  return found.every(([version, value]) => value === (expected[version] ?? 0))
    ? undefined
    : `somebody set the weights to ${found.map(([version, value]) => `${version} ${value}`).join(', ')}; they stay`;
}

/** The write that gives a VirtualService a state and its weights. */
export function patchOf(object: VirtualServiceObject, state: RolloutState): JsonPatchOperation[] {
  const { plan, weight } = state;
  return weightsPatch(object, ruleOf(object, plan), { [plan.stable]: 100 - weight, [plan.canary]: weight }, annotationPatch(object, state));
}

function annotationPatch({ metadata: { annotations } }: VirtualServiceObject, state: RolloutState): JsonPatchOperation[] {
  return [
    ...annotations === undefined ? [{ op: 'add' as const, path: '/metadata/annotations', value: {} }] : [],
    { op: 'add', path: `/metadata/annotations/${ANNOTATION.replace('/', '~1')}`, value: encode(state) },
  ];
}

function seen(object: VirtualServiceObject): Seen {
  const text = object.metadata.annotations?.[ANNOTATION];
  return { object, ...(text !== undefined && { state: decode(text) }) };
}
