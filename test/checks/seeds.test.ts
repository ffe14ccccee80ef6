import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { Checks } from '../../src/checks/checks';

/** What tutorials write, as they write it; the context is the Services and Pods it is for. */
const load = (name: string): any[] => parseAllDocuments(readFileSync(join(__dirname, 'seeds', `${name}.yaml`), 'utf8')).map((document) => document.toJS());

const found = (manifests: object[]) => Checks.run(manifests).filter(({ rule }) => rule !== 'old-api-version')
  .map(({ level, rule, kind, name, path }) => `${level} ${rule} ${kind} ${name} ${path}`).sort();

test.each(['governance', 'practice', 'operations', 'course'])('%s: each manifest by itself', (name) => {
  const lines = load(name).flatMap((manifest) => found([manifest]));
  expect(lines).toMatchSnapshot();
});

test.each(['governance', 'practice', 'operations', 'course'])('%s: all of it in its place', (name) => {
  expect(found([...load(name), ...load(`${name}-context`)])).toMatchSnapshot();
});

test('the old versions of the API are advice', () => {
  const levels = new Set(Checks.run(load('governance')).filter(({ rule }) => rule === 'old-api-version').map(({ level }) => level));
  expect([...levels]).toEqual(['info']);
});

test.each(['governance', 'practice', 'operations', 'course'])('%s: the context alone is without mistake', (name) => {
  expect(found(load(`${name}-context`))).toEqual([]);
});
