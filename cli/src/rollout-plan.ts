import { Duration } from 'cdk8s';
import type { DeliveryMetric } from 'cdk8s-istio';
import type { Gate } from './gates.js';
import { checkAddress } from './prometheus.js';

/**
 * The VirtualService whose weights move.
 */
export interface RolloutTarget {
  /** Its namespace. */
  readonly namespace: string;

  /** Its name. */
  readonly virtualService: string;
}

/**
 * What to roll out, and how.
 */
export interface RolloutOptions extends RolloutTarget {
  /**
   * The name of the rule whose weights move.
   *
   * @default - the rule without a match
   */
  readonly rule?: string;

  /** The subset that serves now, or the host where the destinations of the rule differ by host. */
  readonly stable: string;

  /** The subset, or host, that is rolled out. */
  readonly canary: string;

  /**
   * The canary's percentages: whole numbers from 1 to 100, each above the one before. The stable version has the rest.
   *
   * @default [5, 20, 50, 100]
   */
  readonly steps?: number[];

  /**
   * How long a step lasts before its metrics are looked at, and the time from a failed look to the next; at least a second.
   *
   * @default Duration.minutes(1)
   */
  readonly interval?: Duration;

  /**
   * What has to hold at the end of each step.
   *
   * @default - nothing, so that time alone moves it on
   */
  readonly metrics?: DeliveryMetric[];

  /**
   * The address of Prometheus, such as `http://prometheus.istio-system:9090`; needed with metrics.
   *
   * @default - none
   */
  readonly prometheus?: string;

  /**
   * What Istio's metrics call the version of the canary: the label `destination_version`.
   *
   * @default - what the labels of the subset say in the DestinationRule of the host, as Istio reads them
   */
  readonly version?: string;

  /**
   * How many looks may fail in the whole rollout. After such a look, the step lasts for one more interval.
   *
   * @default 0
   */
  readonly failuresAllowed?: number;

  /**
   * How long the API server may be away. A rollout that could neither go on nor be stopped for longer than that is rolled back as soon as
   * the API server is there again; at least a second.
   *
   * @default Duration.seconds(30)
   */
  readonly contactTimeout?: Duration;

  /**
   * After which time without a sign of life another process may take the rollout over; at least three seconds. It gives a sign three times as often.
   *
   * @default Duration.seconds(15)
   */
  readonly leaseDuration?: Duration;
}

/**
 * A rollout's plan, as it is kept in the cluster: all that another process needs to go on, or back.
 */
export interface RolloutPlan {
  /** The name of the rule whose weights move; none is the rule without a match. */
  readonly rule?: string;

  /** The subset, or host, that served before. */
  readonly stable: string;

  /** The subset, or host, that is rolled out. */
  readonly canary: string;

  /** The canary's percentage before, to which a rollback returns. */
  readonly before: number;

  /** The canary's percentages. */
  readonly steps: number[];

  /** How long a step lasts, in milliseconds. */
  readonly interval: number;

  /** What has to hold at the end of each step. */
  readonly gates: Gate[];

  /** The address of Prometheus. */
  readonly prometheus?: string;

  /** How many looks may fail. */
  readonly failuresAllowed: number;

  /** How long the API server may be away, in milliseconds. */
  readonly contactTimeout: number;

  /** How long the lease of the driving process lasts, in milliseconds. */
  readonly leaseDuration: number;
}

const DEFAULT_STEPS = [5, 20, 50, 100];

/**
 * The interval of a rollout.
 *
 * @param options the options
 * @throws when it is shorter than a second
 */
export const intervalOf = ({ interval }: RolloutOptions) => Duration.millis(atLeast('the interval', interval, 60, 1));

/**
 * Checks options, and makes a plan of them.
 *
 * @param options what to roll out, and how
 * @param gates what has to hold at the end of each step
 * @param before the canary's percentage now
 * @throws when an option is wrong, or the first step is not above what the canary has
 */
export function planOf(options: RolloutOptions, gates: Gate[], before: number): RolloutPlan {
  const { rule, stable, canary, steps = DEFAULT_STEPS, prometheus, failuresAllowed = 0 } = options;
  if (stable === canary) {
    throw new Error(`stable and canary are both ${JSON.stringify(stable)}, expected two versions; name the subset that serves now, and the one that is to`);
  }
  checkSteps(steps, before, canary);
  if (!Number.isInteger(failuresAllowed) || failuresAllowed < 0) {
    throw new Error(`failuresAllowed is ${failuresAllowed}, expected a whole number from 0; leave it out for none`);
  }
  if (prometheus !== undefined) {
    checkAddress(prometheus);
  } else if (gates.length > 0) {
    throw new Error(`there are ${gates.length} metrics and no Prometheus, expected its address; give for example http://prometheus.istio-system:9090`);
  }
  return {
    ...(rule !== undefined && { rule }),
    stable,
    canary,
    before,
    steps: [...steps],
    interval: intervalOf(options).toMilliseconds(),
    gates,
    ...(prometheus !== undefined && { prometheus }),
    failuresAllowed,
    contactTimeout: atLeast('contactTimeout', options.contactTimeout, 30, 1),
    leaseDuration: atLeast('leaseDuration', options.leaseDuration, 15, 3),
  };
}

function checkSteps(steps: readonly number[], before: number, canary: string): void {
  const wrong = steps.findIndex((step, index) => !Number.isInteger(step) || step < 1 || step > 100 || index > 0 && step <= steps[index - 1]);
  if (steps.length === 0 || wrong >= 0) {
    throw new Error(`the steps are ${steps.join(', ') || 'empty'}, expected whole percentages from 1 to 100, each above the one before; give for example 5, 20, 50, 100`);
  }
  if (steps[0] <= before) {
    throw new Error(`${canary} has ${before}% already, expected less than the first step of ${steps[0]}%; begin with a higher one, or return the weights first`);
  }
}

/** A duration in milliseconds, whose default and least are in seconds. */
function atLeast(what: string, duration: Duration | undefined, seconds: number, least: number): number {
  const millis = (duration ?? Duration.seconds(seconds)).toMilliseconds();
  if (!(millis >= least * 1_000)) {
    throw new Error(`${what} is ${millis} ms, expected at least ${least * 1_000} ms; leave it out for ${seconds} seconds`);
  }
  return millis;
}
