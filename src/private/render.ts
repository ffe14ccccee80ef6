/*
 * Helpers of the private rendering methods (`_toIstio`).
 */

/** Leaves an empty list or map out of the manifest. */
export function orUndefined<T extends object>(value: T | undefined): T | undefined {
  return value === undefined || Object.keys(value).length === 0 ? undefined : value;
}

/** Renders a value that may be left out. Only undefined leaves it out: null and the like reach the checks. */
export function given<T, R>(value: T | undefined, render: (value: T) => R): R | undefined {
  return value === undefined ? undefined : render(value);
}

/** Applies a function to each value of a map. */
export function mapValues<T, R>(map: Record<string, T> | undefined, render: (value: T, key: string) => R): Record<string, R> | undefined {
  return map && Object.fromEntries(Object.entries(map).map(([key, value]) => [key, render(value, key)]));
}
