import { show } from './check';

type Json = { readonly [key: string]: any };

/**
 * A copy of an object of JSON, which goes into the manifest as it is.
 *
 * @throws when it has a part that JSON does not have, or a null, which cdk8s would leave out
 */
export function jsonObject(where: string, value: Json): Json {
  if (!isPlain(value)) {
    throw new Error(`${where} is ${show(value)}, expected an object of JSON; write its fields by the names they have in the manifest`);
  }
  return copy(where, value, []);
}

/** Looks at no class: the object may come from another realm. */
function isPlain(value: unknown): value is Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return false;
  }
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function copy(where: string, value: any, above: unknown[]): any {
  if (value === null) {
    throw new Error(`${where} is null, expected a value, since cdk8s leaves nulls out of the manifest; leave it out`);
  }
  if (above.includes(value)) {
    throw new Error(`${where} is a part of itself, expected JSON; write what it should hold`);
  }
  const inside = [...above, value];
  if (Array.isArray(value)) {
    return Array.from(value, (entry, index) => copy(`${where}[${index}]`, entry, inside));
  }
  if (isPlain(value)) {
    const given = Object.entries(value).filter(([, entry]) => entry !== undefined);
    return Object.fromEntries(given.map(([key, entry]) => [key, copy(`${where}.${key}`, entry, inside)]));
  }
  if (typeof value !== 'string' && typeof value !== 'boolean' && !Number.isFinite(value)) {
    throw new Error(`${where} is ${show(value)}, expected text, a finite number, true, false, a list or an object; JSON has nothing else`);
  }
  return value;
}
