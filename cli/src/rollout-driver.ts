import { setTimeout as sleep } from 'node:timers/promises';
import { ClusterError } from './cluster.js';
import { look } from './gates.js';
import type { Lease } from './lease.js';
import { Prometheus } from './prometheus.js';
import type { RolloutPlan } from './rollout-plan.js';
import { disturbanceIn, isConflict, type RolloutRecord, type Seen, weightIn } from './rollout-record.js';
import { ended, isActive, looked, type RolloutState } from './rollout-state.js';
import type { GateResult, RolloutStatus } from './rollout-status.js';
import { type Driven, type RolloutRun, RolloutTeller } from './rollout-teller.js';

/** How a process begins to drive. */
export interface Claim {
  /** Which rollout. */
  readonly id: string;
  /** Its plan. */
  readonly plan: RolloutPlan;
  /** Whether it is a new one, whose first weights are to be written. */
  readonly isNew: boolean;
  /** The first state to write; an error where there is nothing to drive. */
  readonly state: (seen: Seen) => RolloutState;
}

/** How often the cluster is looked at, in milliseconds. */
const POLL = 1_000;

/** How long to wait after a failure, and for an answer. */
const RETRY = 500;
const TIMEOUT = 5_000;

/** The rollout is somebody else's now, or gone. */
class Superseded extends Error {}

/**
 * Drives one rollout, as long as it holds its lease.
 *
 * It keeps nothing in mind that matters: each turn reads the VirtualService, and makes at most one write, which changes weights and state together
 * and is refused if anything has changed since the read. So a turn may fail anywhere, and the next one does what is due.
 */
export class RolloutDriver {
  private readonly prometheus?: Prometheus;
  private readonly teller: RolloutTeller;
  /** Why it is to be rolled back. */
  private rollback?: string;
  /** A defect, to be thrown when it has been rolled back. */
  private fatal?: unknown;
  private lostAt?: number;
  private refusedAt?: number;
  private turnAt = 0;
  private isLeaseLost = false;
  private conflicts = 0;
  private results?: { readonly of: string; readonly gates: GateResult[] };

  constructor(
    private readonly record: RolloutRecord,
    private readonly lease: Lease,
    private readonly claim: Claim,
    private readonly run: RolloutRun,
  ) {
    const { prometheus } = claim.plan;
    this.prometheus = prometheus === undefined ? undefined : new Prometheus(prometheus, { headers: run.prometheusHeaders });
    this.teller = new RolloutTeller(record.target, claim.isNew, lease.holder, run.onEvent, (error) => this.defect(error));
  }

  /** Drives it to its end. */
  async drive(): Promise<RolloutStatus> {
    for (;;) {
      let wait = 0;
      try {
        if (this.run.signal?.aborted) {
          this.rollback ??= 'it was interrupted';
        }
        this.turnAt = performance.now();
        const result = await this.turn();
        if (typeof result !== 'number') {
          return this.over(result);
        }
        wait = result;
      } catch (error) {
        wait = this.failed(error);
      }
      await this.pause(wait);
    }
  }

  /** One read and at most one write; how long to wait until the next turn, or how it ended. */
  private async turn(): Promise<number | Driven> {
    const seen = await this.read();
    const { state } = seen;
    if (state?.id !== this.claim.id || state.driver !== this.lease.holder) {
      return this.notOurs(seen);
    }
    const now = { ...seen, state };
    this.teller.notice(now);
    if (!isActive(state.phase)) {
      return now;
    }
    if (!this.lease.isHeld) {
      return this.withoutLease();
    }
    this.isLeaseLost = false;
    const disturbance = disturbanceIn(seen.object, state);
    if (disturbance !== undefined) {
      return this.write(now, ended(state, 'Aborted', weightIn(seen.object, state.plan) ?? state.weight, disturbance), true);
    }
    if (this.rollback !== undefined) {
      return this.write(now, ended(state, 'RolledBack', state.plan.before, this.rollback));
    }
    const due = state.phase === 'Paused' ? Infinity : Date.parse(state.nextCheckAt!) - Date.now();
    return due > 0 ? Math.min(due, POLL) : this.check(now, state.nextCheckAt!);
  }

  private async read(): Promise<Seen> {
    let seen: Seen;
    try {
      seen = await this.record.read({ timeout: TIMEOUT });
    } catch (error) {
      throw error instanceof ClusterError || this.teller.last === undefined ? error : new Superseded((error as Error).message, { cause: error });
    }
    if (this.lostAt !== undefined) {
      const away = performance.now() - this.lostAt;
      this.lostAt = undefined;
      this.teller.tell('disturbed', `the API server answers again after ${seconds(away)}`);
      if (away > this.claim.plan.contactTimeout) {
        this.rollback ??= `the API server was away for ${seconds(away)}, longer than ${seconds(this.claim.plan.contactTimeout)}`;
      }
    }
    return seen;
  }

  /** It is not ours yet, or no more. */
  private notOurs(seen: Seen): number | Promise<number | Driven> {
    if (this.teller.last !== undefined) {
      throw this.superseded(seen.state?.driver);
    }
    return this.lease.isHeld ? this.begin(seen) : this.withoutLease();
  }

  /** The first write, by which it becomes ours. It leaves the weights alone where it is another's rollout that goes on. */
  private begin(seen: Seen): Promise<number | Driven> {
    if (this.rollback !== undefined) {
      throw new Error(`${this.record.name}: ${this.rollback}, before anything was written`);
    }
    return this.write(seen, this.claim.state(seen), !this.claim.isNew);
  }

  private superseded(driver: string | undefined): Superseded {
    return new Superseded(driver === undefined
      ? `${this.record.name} has lost the annotation of its rollout, expected it to stay; its weights stay as they are, and nobody looks at them any more`
      : `the rollout of ${this.record.name} was taken over by ${driver}, expected nobody to; see its status`);
  }

  private withoutLease(): number {
    if (this.lease.taker !== undefined) {
      throw this.superseded(this.lease.taker);
    }
    if (!this.isLeaseLost) {
      this.isLeaseLost = true;
      this.teller.tell('disturbed', 'the lease could not be renewed in time, so nothing is written until it is');
    }
    return RETRY;
  }

  /** Looks at the metrics; the turn after that writes what comes of it, if nothing else has happened. */
  private async check(now: Driven, of: string): Promise<number | Driven> {
    if (this.results?.of === of) {
      return this.write(now, looked(now.state, this.results.gates));
    }
    const gates = await look(now.state.plan.gates, this.prometheus, this.run.signal);
    this.results = { of, gates };
    if (gates.length > 0) {
      this.teller.tell('checked', gates.map(({ name, passed, value, message }) => `${name} ${value ?? ''}${passed ? ' is good' : `: ${message}`}`).join('; '), { ...now, state: { ...now.state, gates } });
    }
    return 0;
  }

  private async write(seen: Seen, state: RolloutState, keepWeights = false): Promise<number | Driven> {
    try {
      const now = { ...await this.record.write(seen, state, { keepWeights, timeout: TIMEOUT }), state };
      this.refusedAt = undefined;
      this.conflicts = 0;
      this.teller.notice(now);
      return isActive(state.phase) ? 0 : now;
    } catch (error) {
      if (error instanceof ClusterError && !isConflict(error) && error.reason !== 'Unreachable') {
        this.refusedAt ??= this.turnAt;
        this.rollback ??= error.message;
      }
      throw error;
    }
  }

  /** What to do about an error: how long to wait, or it is thrown. */
  private failed(error: unknown): number {
    if (isConflict(error)) {
      this.conflicts += 1;
      if (this.conflicts % 100 === 0) {
        this.teller.tell('disturbed', `${this.conflicts} writes in a row met changes of somebody else; they are kept, and it tries on`);
      }
      return Math.random() * 20;
    }
    if (error instanceof ClusterError && (error.reason === 'Unreachable' || this.teller.last !== undefined)) {
      return this.withoutContact(error);
    }
    if (error instanceof Superseded || this.teller.last === undefined || this.fatal !== undefined) {
      throw error;
    }
    const isLookEnded = this.run.signal?.aborted && this.rollback === undefined;
    if (!isLookEnded) {
      this.defect(error);
    }
    return 0;
  }

  /** There is no giving up where nobody answers; a refusal that lasts is final. */
  private withoutContact(error: ClusterError): number {
    if (this.refusedAt === undefined && this.lostAt === undefined) {
      this.lostAt = this.turnAt;
      this.teller.tell('disturbed', error.message);
    }
    if (error.reason !== 'Unreachable' && performance.now() - (this.refusedAt ?? this.lostAt!) > this.claim.plan.contactTimeout) {
      throw error;
    }
    return RETRY;
  }

  private defect(error: unknown): void {
    this.fatal ??= error;
    this.rollback ??= `it failed: ${(error as Error)?.message ?? error}`;
  }

  private over(now: Driven): RolloutStatus {
    this.teller.tell('ended', `${now.state.phase}: ${now.state.message}`, now);
    if (this.fatal !== undefined) {
      throw this.fatal;
    }
    return this.teller.status(now);
  }

  private async pause(millis: number): Promise<void> {
    const signal = this.rollback === undefined ? this.run.signal : undefined;
    await sleep(millis, undefined, { signal }).catch(() => undefined); // ended early by the signal
  }
}

const seconds = (millis: number) => `${Math.round(millis / 100) / 10} s`;
