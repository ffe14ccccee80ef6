/*
 * Helpers of the private rendering methods (`_toIstio`).
 */

/** Leaves an empty list or map out of the manifest. */
export function orUndefined<T extends object>(value: T | undefined): T | undefined {
  return value === undefined || Object.keys(value).length === 0 ? undefined : value;
}

/** Applies a function to each value of a map. */
export function mapValues<T, R>(map: Record<string, T> | undefined, render: (value: T, key: string) => R): Record<string, R> | undefined {
  return map && Object.fromEntries(Object.entries(map).map(([key, value]) => [key, render(value, key)]));
}
