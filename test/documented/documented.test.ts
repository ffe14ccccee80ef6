import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Testing } from 'cdk8s';
import { Documented, documented, Manifest, Table } from './documented';
import { envoy } from './envoy-filters';
import { extensions } from './extensions';
import { security } from './security';
import { telemetry } from './telemetry';
import { traffic } from './traffic';
import { routes } from './virtual-services';
import { workloads } from './workloads';

/*
 * The objects in Istio's own documentation, written with this library, are the same objects.
 */

const tables: Table[] = [...routes, ...traffic, ...workloads, ...security, ...telemetry, ...extensions, ...envoy];
const kinds = readdirSync(join(__dirname, 'objects')).map((file) => file.replace('.yaml', ''));
const none = { write: {}, corrections: {} };
const rows: (Table & { objects: Documented[] })[] = kinds.map((kind) => ({
  ...none, ...tables.find((table) => table.kind === kind), kind, objects: documented(kind),
}));

describe.each(rows)('$kind', ({ write, corrections, objects }) => {
  test('has no other names', () => {
    const keys = objects.map(({ key }) => key);
    expect([...Object.keys(write), ...Object.keys(corrections)].filter((key) => !keys.includes(key))).toEqual([]);
  });

  for (const { key, object } of objects.filter((entry) => entry.key in write)) {
    test(key, () => {
      // GIVEN
      const meant: Manifest = structuredClone(object);
      corrections[key]?.correct(meant);
      const { metadata: { name, namespace } } = meant;
      const chart = Testing.chart();

      // WHEN
      write[key](chart, { name, namespace });

      // THEN
      expect(Testing.synth(chart)).toEqual([meant]);
    });
  }

  for (const { key, object } of objects.filter((entry) => entry.key in corrections)) {
    const { isAccepted = false } = corrections[key];
    test(`${key} is ${isAccepted ? 'accepted' : 'refused'} as it is documented`, () => {
      const expectation = isAccepted ? expect([object]) : expect([object]).not;
      expectation.toBeAcceptedByIstio();
    });
  }
});

test('all objects that Istio documents are written', () => {
  const count = (objects: { times: number }[]) => objects.reduce((sum, { times }) => sum + times, 0);
  const lines = rows.map(({ kind, write, corrections, objects }) => {
    const missing = objects.filter(({ key }) => !(key in write)).map(({ key }) => `\n    not written: ${key}`);
    const corrected = Object.entries(corrections).map(([key, { reason }]) => `\n    corrected: ${key}, ${reason}`);
    return `  ${kind}: ${count(objects.filter(({ key }) => key in write))} of ${count(objects)}${corrected.join('')}${missing.join('')}\n`;
  });
  const all = rows.flatMap(({ objects }) => objects);
  const covered = rows.flatMap(({ write, objects }) => objects.filter(({ key }) => key in write));
  process.stdout.write(`Istio documents ${count(all)} objects; ${count(covered)} are written with this library:\n${lines.join('')}`);
  expect(count(covered)).toBe(count(all));
  expect(readFileSync(join(__dirname, '..', '..', 'docs', 'README.md'), 'utf8')).toContain(`All ${count(all)} objects`);
});
