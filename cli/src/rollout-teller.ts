import type { RolloutTarget } from './rollout-plan.js';
import { type Seen, weightIn } from './rollout-record.js';
import { type RolloutState, statusOf } from './rollout-state.js';
import type { RolloutEvent, RolloutStatus } from './rollout-status.js';

/**
 * How a process drives a rollout.
 */
export interface RolloutRun {
  /**
   * Ends it: the weights return at once to what they were before, and the rollout is `RolledBack`. For SIGINT and SIGTERM.
   *
   * @default - nothing ends it early
   */
  readonly signal?: AbortSignal;

  /**
   * Told of all that happens. If it throws, the rollout is rolled back.
   *
   * @default - nobody is told
   */
  readonly onEvent?: (event: RolloutEvent) => void;

  /**
   * Headers of the requests to Prometheus, such as `authorization`. They are not kept in the cluster.
   *
   * @default - none
   */
  readonly prometheusHeaders?: Record<string, string>;
}

/** A rollout that is driven, as it was read or written. */
export type Driven = Seen & { readonly state: RolloutState };

/** Tells of all that happens to a rollout, whoever did it. */
export class RolloutTeller {
  /** As it was known last; none before it is ours. */
  last?: Driven;

  constructor(
    private readonly target: RolloutTarget,
    private readonly isNew: boolean,
    private readonly holder: string,
    private readonly onEvent: RolloutRun['onEvent'],
    private readonly onFault: (error: unknown) => void,
  ) {}

  /** Compares it to what was known, and tells of what is new. */
  notice(now: Driven): void {
    const before = this.last?.state;
    this.last = now;
    const { phase, step, weight, failures, message = '', plan } = now.state;
    const { canary, stable, failuresAllowed } = plan;
    if (before === undefined) {
      this.tell(this.isNew ? 'started' : 'resumed', `${canary} is rolled out in place of ${stable}`);
    }
    if (before?.phase !== 'Paused' && phase === 'Paused') {
      this.tell('paused', message);
    } else if (before?.phase === 'Paused' && phase === 'Progressing') {
      this.tell('unpaused', 'it goes on, and the step begins anew');
    } else if (phase === 'Progressing' && (before === undefined ? this.isNew : before.step !== step)) {
      this.tell('weight', `${canary} has ${weight}%, ${stable} ${100 - weight}%`);
    } else if (phase === 'Progressing' && before !== undefined && failures > before.failures) {
      this.tell('disturbed', `${message}; ${failuresAllowed - failures} more looks may fail`);
    }
  }

  /** Tells of an event, if there is a rollout yet. */
  tell(type: RolloutEvent['type'], message: string, now = this.last): void {
    if (now !== undefined) {
      try {
        this.onEvent?.({ at: new Date().toISOString(), type, message, status: this.status(now) });
      } catch (error) {
        this.onFault(error);
      }
    }
  }

  /** How it stands. */
  status({ object, state }: Driven): RolloutStatus {
    return statusOf(this.target, state, weightIn(object, state.plan) ?? state.weight, this.holder);
  }
}
