import { list, member, object, text } from '../private/check';
import { given } from '../private/render';
import { WorkloadMode } from '../traffic/workload-mode';

/*
 * Parts that tracing, metrics and access logging have in common.
 */

/** A list of at least one entry, each rendered, that may be left out. */
export function entries<T, R>(where: string, values: T[] | undefined, remedy: string, render: (value: T, index: number) => R): R[] | undefined {
  return given(values, (all) => Array.from(list(where, all, remedy), render));
}

/** A map of at least one entry, each rendered, that may be left out. */
export function named<T, R>(
  where: string, values: Record<string, T> | undefined, remedy: string, render: (value: T, name: string) => R,
): Record<string, R> | undefined {
  return given(values, (all) => {
    const pairs = Object.entries(object(where, all));
    if (pairs.length === 0) {
      throw new Error(`${where} is {}, expected at least one entry; ${remedy}`);
    }
    return Object.fromEntries(pairs.map(([name, value]) => [text(`a name of ${where}`, name, 'name it'), render(value, name)]));
  });
}

/** The providers by name. */
export function providers(where: string, names: string[] | undefined): { name: string }[] | undefined {
  return entries(where, names, 'leave it out for the default providers', (name) => provider(`an entry of ${where}`, name));
}

/** A provider by name. */
export function provider(where: string, name: string): { name: string } {
  return { name: text(where, name, 'give the name of an extension provider of the mesh configuration') };
}

/** The side of the traffic, as the bindings type it each time anew. */
export function modeMatch<T>(where: string, mode: WorkloadMode | undefined): { mode: T } | undefined {
  return given(mode, (value) => ({ mode: member(where, value, WorkloadMode) as T }));
}
