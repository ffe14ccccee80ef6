/**
 * Keeps imports/field-since.ts: which release of Istio brought a field. What the CRDs of a newer release have over those
 * of the release before is added when they are imported.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FIELD_SINCE } from '../imports/field-since';
import { fieldsOf, shapes } from '../test/istio/fields';

const root = join(__dirname, '..');

/** The fields and enum values of each kind, the kind itself among them as `spec`. */
function known(crds: string): Record<string, Set<string>> {
  return Object.fromEntries(Object.entries(shapes(crds)).map(([kind, shape]) => [kind, new Set(['spec', ...fieldsOf(shape)])]));
}

/** Of fields below each other the uppermost. */
function uppermost(paths: string[]): string[] {
  return paths.filter((path) => !paths.some((other) => other !== path && path.startsWith(other) && '.[{='.includes(path[other.length])));
}

/**
 * Adds what came with a release.
 *
 * @param before the CRDs of the release before, as YAML
 * @param after the CRDs of the release, as YAML
 * @param release the release, such as `1.31`
 */
export function newer(before: string, after: string, release: string): Record<string, Record<string, string>> {
  const old = known(before);
  const added = Object.entries(known(after)).map(([kind, paths]) => [kind, uppermost([...paths].filter((path) => !old[kind]?.has(path)))] as const);
  const table: Record<string, Record<string, string>> = structuredClone(FIELD_SINCE);
  for (const [kind, paths] of added.filter(([, list]) => list.length > 0)) {
    table[kind] = { ...table[kind], ...Object.fromEntries(paths.map((path) => [path, release])) };
  }
  return table;
}

/** Writes the table, in the order of its names. */
export function writeFieldSince(table: Record<string, Record<string, string>>): void {
  const sorted = <T>(map: Record<string, T>) => Object.entries(map).sort(([a], [b]) => a < b ? -1 : 1);
  const kinds = sorted(table).map(([kind, paths]) => [`  ${kind}: {`, ...sorted(paths).map(([path, release]) => `    '${path}': '${release}',`), '  },'].join('\n'));
  writeFileSync(join(root, 'imports', 'field-since.ts'), [
    '// Written by `npm run import`.',
    '/** The fields and enum values that came after Istio 1.27, by kind: the release that brought each, and all below it. `spec` is the kind itself. */',
    'export const FIELD_SINCE: Record<string, Record<string, string>> = {', ...kinds, '};', '',
  ].join('\n'));
}

/** Adds what the CRDs in imports/ have over those that were there before. */
export function importFieldSince(before: string): void {
  const { 'istio.io/api': version } = JSON.parse(readFileSync(join(root, 'imports', 'istio.json'), 'utf8'));
  const after = readFileSync(join(root, 'imports', 'crds', 'istio.yaml'), 'utf8');
  writeFieldSince(newer(before, after, /^v(\d+\.\d+)/.exec(version)![1]));
}
