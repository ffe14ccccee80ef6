import { object } from '../private/check';

/** A copy without what is undefined, which YAML has no word for. */
export function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}

type Values = { [key: string]: any };

/**
 * Values of a chart, joined with those that properties set. Nothing is set twice.
 *
 * @returns undefined where nothing is set
 */
export function mergeValues(where: string, values: Values | undefined, set: Values): Values | undefined {
  const merged: Values = { ...values && object(where, values) };
  for (const [key, value] of Object.entries(set)) {
    if (value === undefined) {
      continue;
    }
    const before = merged[key];
    if (before === undefined) {
      merged[key] = value;
    } else if (isPlain(before) && isPlain(value)) {
      merged[key] = mergeValues(`${key} of ${where}`, before, value);
    } else {
      throw new Error(`${where} has ${JSON.stringify(key)}, which a property sets too, expected it in one place; remove it from the values`);
    }
  }
  return Object.keys(merged).length > 0 ? merged : undefined;
}

function isPlain(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
