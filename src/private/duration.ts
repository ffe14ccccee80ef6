import { Duration } from 'cdk8s';
import { show } from './check';

/** Istio's unit, and its milliseconds, for each unit of cdk8s; Istio has no unit for a day. */
const UNITS: Record<string, [suffix: string, millis: number]> = {
  millis: ['ms', 1],
  seconds: ['s', 1000],
  minutes: ['m', 60_000],
  hours: ['h', 3_600_000],
  days: ['h', 3_600_000],
};

/** Istio counts nanoseconds in 64 bits. */
const MAX_MILLIS = 9_223_372_036_854;

/**
 * A Duration in Istio's notation, in the unit that the user wrote it in.
 *
 * @throws when it is not a Duration, is under 1 ms, has a fraction of a millisecond or is longer than 292 years
 */
export function istioDuration(where: string, value: Duration): string {
  // No instanceof: an app may hold a second copy of cdk8s.
  if (typeof value?.toMilliseconds !== 'function' || typeof value.unitLabel !== 'function') {
    throw new Error(`${where} is ${show(value)}, expected a Duration; write for example Duration.seconds(5)`);
  }
  const millis = value.toMilliseconds({ integral: false });
  if (!(millis >= 1) || !Number.isInteger(millis)) {
    throw new Error(`${where} is ${millis} ms, expected a whole number of milliseconds and at least 1; leave it out for Istio's default`);
  }
  if (millis > MAX_MILLIS) {
    throw new Error(`${where} is ${millis} ms, expected at most ${MAX_MILLIS}, which is 292 years; leave it out for Istio's default`);
  }
  const [suffix, unit] = UNITS[value.unitLabel()];
  const amount = millis / unit;
  return Number.isInteger(amount) ? `${amount}${suffix}` : `${millis}ms`;
}

/** Like {@link istioDuration}, for a value that may be left out. */
export function optionalDuration(where: string, value: Duration | undefined): string | undefined {
  return value === undefined ? undefined : istioDuration(where, value);
}
