import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { seed, written } from './parity';
import { fileOf, ROWS } from './rows';
import { RULES } from '../../src/checks/catalogue';

const ROOT = join(__dirname, '..', '..');
const sources = (folder: string) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts')).map((file) => join(folder, file));

const count = (document: string) => ROWS.filter(({ id }) => id.startsWith(document)).length;

describe('the rows', () => {
  test('are all rows of the four documents, and all mistakes in them', () => {
    expect(['S000', 'S001', 'S002', 'S003', 'M'].map(count)).toEqual([50, 32, 30, 25, 42]);
    const numbers = (document: string) => ROWS.filter(({ id }) => id.startsWith(document)).map(({ id }) => Number(/\d\d$/.exec(id)![0]));
    for (const document of ['S000', 'S001', 'S002', 'S003']) {
      expect(numbers(document)).toEqual(Array.from({ length: count(document) }, (_, i) => i + 1));
    }
    expect(numbers('M')).toEqual(Array.from({ length: 44 }, (_, i) => i + 1).filter((number) => number !== 20 && number !== 37)); // no mistakes
  });

  test('say why, where they do not hold', () => {
    expect(ROWS.filter(({ status, reason }) => (status === 'holds') !== (reason === undefined))).toEqual([]);
    expect(ROWS.filter(({ status, construct }) => status === 'holds' && construct === '')).toEqual([]);
  });

  test('name what there is', () => {
    const runtime = sources(join(ROOT, 'cli', 'src')).flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/^export (?:class|interface|type) (\w+)/gm)].map(([, name]) => name));
    const exported = new Set([...[...readFileSync(join(ROOT, 'src', 'index.ts'), 'utf8').matchAll(/[A-Z]\w+/g)].map(([name]) => name), ...runtime]);
    const names = ROWS.flatMap(({ construct }) => [...construct.matchAll(/(?<!\.)\b[A-Z][A-Za-z]+/g)].map(([name]) => name));
    expect(names.filter((name) => !exported.has(name) && !['App', 'Chart'].includes(name))).toEqual([]);

    const rules = ROWS.flatMap(({ construct }) => [...construct.matchAll(/\b[a-z]+(-[a-z0-9]+)+\b/g)].map(([name]) => name));
    expect(rules.filter((rule) => RULES.every(({ name }) => name !== rule))).toEqual([]);
  });

  test('that are about a running mesh are named by tests of the command line tool and its library', () => {
    const tests = sources(join(ROOT, 'cli', 'test')).map((file) => readFileSync(file, 'utf8')).join('\n');
    const named = new Set([...tests.matchAll(/(?:test|describe)(?:\.each[^']*)?\('[^']*/g)].flatMap(([name]) => name.match(/\b(S\d{3}-\d{2}|M\d{2})\b/g) ?? []));
    expect(ROWS.filter(({ id, atRuntime }) => atRuntime && !named.has(id))).toEqual([]);
  });

  test('have their tests in the files that they name', () => {
    const files = readdirSync(__dirname).filter((file) => file.endsWith('.test.ts') && file !== 'rows.test.ts').map((file) => `test/parity/${file}`);
    expect([...new Set(ROWS.map(fileOf))].sort()).toEqual(files.sort());
  });
});

describe('the manifests', () => {
  /** They are wrong in their documents, or fragments there; what is written of them instead is in the tests. */
  const RIGHTED = ['S000-24', 'S000-25', 'S000-39', 'S001-22', 'S002-07', 'S002-09', 'S002-17', 'S003-24'];
  const ids = readdirSync(join(__dirname, 'seeds')).filter((file) => file.endsWith('.yaml')).map((file) => file.replace('.yaml', ''));

  test.each(ids)('%s is as its document has it, in today\'s version', (id) => {
    const today = written(id).map((manifest) => ({ ...manifest, apiVersion: manifest.apiVersion?.replace(/(istio\.io)\/v1\w+$/, '$1/v1') }));
    (RIGHTED.includes(id) ? expect(seed(id)).not : expect(seed(id))).toEqual(today);
    expect(seed(id)).toBeAcceptedByIstio();
  });
});
