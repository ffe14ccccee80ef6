import type { Duration } from 'cdk8s';
import type { DeliveryMetric, ServiceMetrics } from 'cdk8s-istio';
import { type Prometheus, PrometheusError } from './prometheus.js';
import type { GateResult } from './rollout-status.js';

/**
 * A query to Prometheus, and which of its values are good.
 */
export interface Gate {
  /** Its name, such as `success-rate`. */
  readonly name: string;

  /** The query in PromQL; it gives one number. */
  readonly query: string;

  /** The least good value, if there is one. */
  readonly min?: number;

  /** The greatest good value, if there is one. */
  readonly max?: number;

  /** Whether no value is good, too. */
  readonly allowMissing: boolean;
}

/**
 * The gates that metrics are.
 *
 * @param metrics the metrics
 * @param interval the time between two looks
 * @param newVersion the requests to the canary; none if that can't be told
 * @throws when two have one name, or a query has a placeholder, which only delivery controllers fill in
 */
export function gatesOf(metrics: readonly DeliveryMetric[], interval: Duration, newVersion?: ServiceMetrics): Gate[] {
  const gates = metrics.map((metric) => metric.check(interval, newVersion));
  const twice = gates.find(({ name }, index) => gates.findIndex((other) => other.name === name) < index);
  if (twice !== undefined) {
    throw new Error(`two metrics are named ${JSON.stringify(twice.name)}, expected each name once; keep the stricter one`);
  }
  for (const { name, query } of gates) {
    const placeholder = /\{\{.*?\}\}/.exec(query)?.[0];
    if (placeholder !== undefined) {
      throw new Error(`the query of the metric ${JSON.stringify(name)} has ${placeholder}, expected plain PromQL, as nothing is filled in here; write the value`);
    }
  }
  return gates;
}

/**
 * Looks at all gates at the same time.
 *
 * @param gates the gates
 * @param prometheus whom to ask; needed if there are gates
 * @param signal ends it at once
 */
export async function look(gates: readonly Gate[], prometheus: Prometheus | undefined, signal?: AbortSignal): Promise<GateResult[]> {
  return Promise.all(gates.map(async (gate) => {
    try {
      return judge(gate, await prometheus!.query(gate.query, signal));
    } catch (error) {
      if (!(error instanceof PrometheusError)) {
        throw error;
      }
      return { ...shown(gate), passed: false, message: error.message };
    }
  }));
}

/**
 * What a value means for a gate.
 *
 * @param gate the gate
 * @param value the value; none if there are no data
 */
export function judge(gate: Gate, value: number | undefined): GateResult {
  const { min = -Infinity, max = Infinity, allowMissing } = gate;
  if (value === undefined) {
    return { ...shown(gate), passed: allowMissing, message: 'there are no data' };
  }
  const passed = value >= min && value <= max;
  const why = value < min ? `${readable(value)} is below ${min}` : `${readable(value)} is above ${max}`;
  return { ...shown(gate), ...Number.isFinite(value) && { value }, passed, ...!passed && { message: why } };
}

const shown = ({ name, min, max }: Gate) => ({ name, ...(min !== undefined && { min }), ...(max !== undefined && { max }) });

const readable = (value: number) => `${Number(value.toPrecision(6))}`;
