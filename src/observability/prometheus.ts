import { Duration } from 'cdk8s';
import { object, show } from '../private/check';
import { istioDuration } from '../private/duration';

/*
 * Notations of Prometheus.
 */

const UNITS: [suffix: string, millis: number][] = [['d', 86_400_000], ['h', 3_600_000], ['m', 60_000], ['s', 1000], ['ms', 1]];

/** A Duration in the notation of Prometheus, in the largest unit that it is a whole number of. */
export function prometheusDuration(where: string, value: Duration): string {
  istioDuration(where, value);
  const millis = value.toMilliseconds();
  const [suffix, unit] = UNITS.find(([, size]) => millis % size === 0)!;
  return `${millis / unit}${suffix}`;
}

/** A window of a query, over which Prometheus needs two samples to see a rate. */
export function queryWindow(where: string, value: Duration): string {
  const written = prometheusDuration(where, value);
  if (value.toMilliseconds() < 60_000) {
    throw new Error(`${where} is ${written}, expected at least 1m, as a rate takes several samples; lengthen it`);
  }
  return written;
}

/** A selector of series: label by label, `=` where nothing else stands before the value. */
export function selector(labels: Record<string, string | undefined>): string {
  return Object.entries(labels).filter(([, value]) => value !== undefined).map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',');
}

/** A share of 100 as a fraction of 1, without the noise of binary fractions. */
export function fraction(share: number): number {
  return Number((share / 100).toPrecision(12));
}

/** A percentile, of which 0 and 100 are the fastest and the slowest request and no aim. */
export function percentileOf(where: string, value: number): number {
  if (typeof value !== 'number' || !(value > 0 && value < 100)) {
    throw new Error(`${where} is ${show(value)}, expected a number between 0 and 100; give for example 99 for P99`);
  }
  return value;
}

/** Labels of alerts, which Prometheus names otherwise than Kubernetes does. */
export function readAlertLabels(labels: Record<string, string> = {}): Record<string, string> {
  for (const [name, value] of Object.entries(object('alertLabels', labels))) {
    if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) || name === 'alertname' || typeof value !== 'string') {
      throw new Error(`alertLabels has ${show(name)}: ${show(value)}, expected a text under a name of letters, digits and underscores, and not alertname; rename it`);
    }
  }
  return labels;
}
