/**
 * Where a rollout is. `Progressing` and `Paused` ones go on; the others have ended, and hold nothing any more.
 */
export type RolloutPhase = 'Progressing' | 'Paused' | 'Succeeded' | 'RolledBack' | 'Aborted';

/**
 * What a look at a metric showed.
 */
export interface GateResult {
  /** The name of the gate, such as `success-rate`. */
  readonly name: string;

  /** The value that Prometheus gave; none when it had no data or could not be asked. */
  readonly value?: number;

  /** The least good value, if there is one. */
  readonly min?: number;

  /** The greatest good value, if there is one. */
  readonly max?: number;

  /** Whether the gate lets the rollout go on. */
  readonly passed: boolean;

  /** Why not, or why there is no value. */
  readonly message?: string;
}

/**
 * A rollout as it stands in the cluster, and the last look at its metrics.
 */
export interface RolloutStatus {
  /** The namespace of the VirtualService. */
  readonly namespace: string;

  /** The name of the VirtualService. */
  readonly virtualService: string;

  /** The name of the rule whose weights move; none is the rule without a match. */
  readonly rule?: string;

  /** The subset, or host, that served before. */
  readonly stable: string;

  /** The subset, or host, that is rolled out. */
  readonly canary: string;

  /** Where it is. */
  readonly phase: RolloutPhase;

  /** Why it is there, where that needs words: what breached, or who aborted. */
  readonly message?: string;

  /** The percentages of the plan. */
  readonly steps: number[];

  /** Which of them is the present one, from 0. */
  readonly step: number;

  /** The canary's percentage now. The stable version has the rest of 100. */
  readonly weight: number;

  /** When the rollout began, in ISO 8601. */
  readonly startedAt: string;

  /** When the present step began, in ISO 8601. */
  readonly stepStartedAt: string;

  /** When the metrics of this step are looked at, in ISO 8601; none when it has ended or is paused. */
  readonly nextCheckAt?: string;

  /** The last look at the metrics; empty before the first. */
  readonly gates: GateResult[];

  /** Which process drives it; none when nobody does, so that `resume` takes it over. */
  readonly holder?: string;
}

/**
 * Something that happened in a rollout, and how it stands after it.
 */
export interface RolloutEvent {
  /** When, in ISO 8601. */
  readonly at: string;

  /** What happened. */
  readonly type: 'started' | 'resumed' | 'weight' | 'checked' | 'paused' | 'unpaused' | 'disturbed' | 'ended';

  /** The same in a sentence. */
  readonly message: string;

  /** How the rollout stands. */
  readonly status: RolloutStatus;
}
