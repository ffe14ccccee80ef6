import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { Checks } from '../../src/checks/checks';

/** What tutorials write, as they write it; the context is the Services and Pods it is for. */
const load = (name: string): any[] => parseAllDocuments(readFileSync(join(__dirname, 'seeds', `${name}.yaml`), 'utf8')).map((document) => document.toJS());

const found = (manifests: object[]) => Checks.run(manifests).filter(({ rule }) => rule !== 'old-api-version')
  .map(({ level, rule, kind, name, path }) => `${level} ${rule} ${kind} ${name} ${path}`).sort();

/** The mistakes of list 2, by the rules that find them. What else would be found in the documents is a false alarm. */
const MISTAKES: Record<string, string> = {
  'authorization-rules-split': 'M08',
  'connect-timeout-short': 'M38',
  'connection-per-request': 'M39',
  'credential-unknown': 'M23',
  'deprecated-field': 'M04, M15, M16',
  'duplicate-resource': 'M14',
  'fault-for-everyone': 'M12',
  'field-misplaced': 'M01',
  'gateway-host-unrouted': 'M21',
  'load-balancer-twice': 'M02',
  'match-alternatives': 'M07',
  'mesh-policy-misplaced': 'M26',
  'mirror-repeats-writes': 'M17',
  'namespace-missing': 'M25',
  'operator-resource': 'M36',
  'outlier-errors-ignored': 'M03',
  'pool-queue-unbounded': 'M44',
  'port-policy-drops': 'M05',
  'retries-repeat-writes': 'M11',
  'subset-elsewhere': 'M13',
  'subset-policy-unused': 'M18',
  'subset-unknown': 'M13',
  'timeout-too-short': 'M09',
  'try-timeout-not-retried': 'M10',
};

test('what is found is what list 2 names', () => {
  const rules = ['governance', 'practice', 'operations', 'course'].flatMap((name) => [...load(name).map((manifest) => [manifest]), [...load(name), ...load(`${name}-context`)]])
    .flatMap((manifests) => Checks.run(manifests)).map(({ rule }) => rule);
  expect([...new Set(rules)].filter((rule) => rule !== 'old-api-version' && MISTAKES[rule] === undefined)).toEqual([]);
});

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
