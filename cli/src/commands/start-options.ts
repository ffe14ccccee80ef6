import { Duration } from 'cdk8s';
import { DeliveryMetric } from 'cdk8s-istio';
import type { RolloutOptions, RolloutTarget } from '../rollout-plan.js';
import { UsageError } from './exit.js';
import { Query } from './parse.js';

/** The flags of `rollout start` that say what to roll out, and how. */
export interface StartFlags {
  readonly stable: string;
  readonly canary: string;
  readonly rule?: string;
  readonly steps?: number[];
  readonly interval?: number;
  readonly successRate?: number;
  readonly p99?: number;
  readonly query?: Query[];
  readonly window?: number;
  readonly allowMissing?: boolean;
  readonly failuresAllowed?: number;
  readonly prometheus?: string;
  readonly canaryVersion?: string;
  readonly contactTimeout?: number;
  readonly dryRun?: boolean;
}

/** What the flags say, as the library has it. */
export function optionsOf(target: RolloutTarget, flags: StartFlags): RolloutOptions {
  const { stable, canary, rule, steps, interval, failuresAllowed, prometheus, canaryVersion: version, contactTimeout } = flags;
  const metrics = metricsOf(flags);
  if (metrics.length > 0 && prometheus === undefined) {
    throw new UsageError('there are metrics to look at, expected --prometheus too; give its address, such as http://localhost:9090 after a port-forward');
  }
  const said = {
    rule, steps, failuresAllowed, prometheus, version, interval: time(interval), contactTimeout: time(contactTimeout),
  };
  // What is left out is left to the library.
  return { ...target, stable, canary, metrics, ...Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)) };
}

const time = (milliseconds?: number) => milliseconds === undefined ? undefined : Duration.millis(milliseconds);

function metricsOf({ successRate, p99, query = [], window, allowMissing }: StartFlags): DeliveryMetric[] {
  const common = { ...window !== undefined && { window: Duration.millis(window) }, ...allowMissing && { allowMissing } };
  try {
    return [
      ...successRate === undefined ? [] : [DeliveryMetric.successRate(successRate, common)],
      ...p99 === undefined ? [] : [DeliveryMetric.latency(Duration.millis(p99), 99, common)],
      ...query.map(({ name, query: promql, ...bounds }) => DeliveryMetric.query(name, promql, { ...bounds, ...allowMissing && { allowMissing } })),
    ];
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
