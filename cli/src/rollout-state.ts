import type { RolloutPlan, RolloutTarget } from './rollout-plan.js';
import type { GateResult, RolloutPhase, RolloutStatus } from './rollout-status.js';

/** The annotation of the VirtualService that a rollout is kept in. */
export const ANNOTATION = 'cdk8s-istio.dev/rollout';

/**
 * A rollout as it is kept in the cluster.
 */
export interface RolloutState {
  /** The version of this format. */
  readonly version: 1;

  /** Tells it from other rollouts of the same VirtualService. */
  readonly id: string;

  /** What is rolled out, and how. */
  readonly plan: RolloutPlan;

  /** Who drives it. A process that finds another one here has lost it. */
  readonly driver: string;

  /** Where it is. */
  readonly phase: RolloutPhase;

  /** Why it is there. */
  readonly message?: string;

  /** Which step is the present one, from 0. */
  readonly step: number;

  /** The canary's percentage, written at the same time as this. */
  readonly weight: number;

  /** How many looks have failed. */
  readonly failures: number;

  /** The last look. */
  readonly gates: GateResult[];

  /** When it began, in ISO 8601. */
  readonly startedAt: string;

  /** When its present step began. */
  readonly stepStartedAt: string;

  /** When it is looked at next; none when it is paused or has ended. */
  readonly nextCheckAt?: string;
}

/** Whether a rollout in this phase goes on. */
export const isActive = (phase: RolloutPhase) => phase === 'Progressing' || phase === 'Paused';

/** A rollout at its first step. */
export function begun(id: string, plan: RolloutPlan, driver: string, now = new Date()): RolloutState {
  const state: RolloutState = {
    version: 1, id, plan, driver, phase: 'Progressing', step: 0, weight: plan.steps[0], failures: 0, gates: [], startedAt: now.toISOString(), stepStartedAt: '',
  };
  return atStep(state, 0, now);
}

/** It has a step before it, as a whole. */
function atStep(state: RolloutState, step: number, now: Date): RolloutState {
  const { message: _, ...rest } = state;
  return { ...rest, phase: 'Progressing', step, weight: state.plan.steps[step], stepStartedAt: now.toISOString(), nextCheckAt: after(state.plan.interval, now) };
}

/** Somebody drives it on: the present step begins anew, unless it is paused. */
export function driven(state: RolloutState, driver: string, now = new Date()): RolloutState {
  return { ...state.phase === 'Paused' ? state : atStep(state, state.step, now), driver };
}

/** It waits at its weights. */
export function paused(state: RolloutState, message?: string): RolloutState {
  const { nextCheckAt: _, ...rest } = state;
  return { ...rest, phase: 'Paused', ...(message !== undefined && { message }) };
}

/** It goes on after a pause. */
export const unpaused = (state: RolloutState, now = new Date()): RolloutState => atStep(state, state.step, now);

/** It has been looked at: the next step begins, the last one is over, the same one lasts longer, or it goes back. */
export function looked(state: RolloutState, gates: GateResult[], now = new Date()): RolloutState {
  const { plan, step } = state;
  const failed = gates.filter(({ passed }) => !passed);
  if (failed.length === 0) {
    return step + 1 < plan.steps.length
      ? atStep({ ...state, gates }, step + 1, now)
      : ended({ ...state, gates }, 'Succeeded', state.weight, `${plan.canary} has ${state.weight}%`);
  }
  const message = failed.map(({ name, message: why }) => `${name}: ${why}`).join('; ');
  const failures = state.failures + 1;
  return failures > plan.failuresAllowed
    ? ended({ ...state, failures, gates }, 'RolledBack', plan.before, message)
    : { ...state, failures, gates, message, nextCheckAt: after(plan.interval, now) };
}

/** It is over, with this percentage for the canary. */
export function ended(state: RolloutState, phase: RolloutPhase, weight: number, message: string): RolloutState {
  const { nextCheckAt: _, ...rest } = state;
  return { ...rest, phase, weight, message };
}

/** How it stands, for people. */
export function statusOf({ namespace, virtualService }: RolloutTarget, state: RolloutState, weight: number, holder?: string): RolloutStatus {
  const { plan: { rule, stable, canary, steps }, phase, message, step, startedAt, stepStartedAt, nextCheckAt, gates } = state;
  return {
    namespace,
    virtualService,
    ...(rule !== undefined && { rule }),
    stable,
    canary,
    phase,
    ...(message !== undefined && { message }),
    steps,
    step,
    weight,
    startedAt,
    stepStartedAt,
    ...(nextCheckAt !== undefined && { nextCheckAt }),
    gates,
    ...(holder !== undefined && isActive(phase) && { holder }),
  };
}

/** As the annotation has it. */
export const encode = (state: RolloutState): string => JSON.stringify(state);

/**
 * Reads the annotation.
 *
 * @param text the annotation
 * @throws when it isn't what `encode` wrote
 */
export function decode(text: string): RolloutState {
  let state: Partial<RolloutState> | null;
  try {
    state = JSON.parse(text);
  } catch {
    state = null;
  }
  if (state?.version !== undefined && state.version !== 1) {
    throw new Error(`the annotation ${ANNOTATION} has version ${JSON.stringify(state.version)}, expected 1; use the newer release of cdk8s-istio-cli that wrote it`);
  }
  const { id, plan, driver, phase, step, weight, gates, nextCheckAt } = state ?? {};
  const isWhole = typeof id === 'string' && typeof driver === 'string' && PHASES.includes(phase!) && Array.isArray(gates) && Array.isArray(plan?.steps)
    && Array.isArray(plan.gates) && plan.steps[step!] !== undefined && isPercentage(weight) && isPercentage(plan.before) && plan.interval > 0
    && (phase !== 'Progressing' || !Number.isNaN(Date.parse(nextCheckAt!)));
  if (!isWhole) {
    throw new Error(`the annotation ${ANNOTATION} is ${JSON.stringify(text.slice(0, 80))}, expected a rollout; remove it, and see that the weights are as you want them`);
  }
  return state as RolloutState;
}

const PHASES: readonly RolloutPhase[] = ['Progressing', 'Paused', 'Succeeded', 'RolledBack', 'Aborted'];

const isPercentage = (value: unknown) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 100;

const after = (millis: number, now: Date) => new Date(now.getTime() + millis).toISOString();
