import { assert, constantFrom, nat, property } from 'fast-check';
import { parseAllDocuments } from 'yaml';
import { RULES } from '../../src/checks/catalogue';
import { Checks } from '../../src/checks/checks';

const examples = RULES.flatMap(({ bad, good }) => [bad, good]);

/** Every place in a value: its holder and its key. */
function places(value: any): [any, string][] {
  return typeof value !== 'object' || value === null ? [] : Object.keys(value).flatMap((key): [any, string][] => [[value, key], ...places(value[key])]);
}

test('manifests of the wrong shape are left to their schema', () => {
  const junk = constantFrom<unknown>(undefined, null, '', 'text', 0, -1, true, [], [null], {}, { a: 1 }, ['text'], [[]]);
  assert(property(nat(examples.length - 1), nat(), junk, nat(), junk, (index, place, value, other, second) => {
    const manifests = parseAllDocuments(examples[index]).map((document) => document.toJS());
    for (const [at, replacement] of [[place, value], [other, second]] as const) {
      const all = places(manifests);
      const [holder, key] = all[at % all.length];
      holder[key] = structuredClone(replacement);
    }

    expect(Array.isArray(Checks.run(manifests))).toBe(true);
  }), { numRuns: 2000 });
});
