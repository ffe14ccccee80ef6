/**
 * Compares the fields of Istio's CRDs with those that the tests have set by typed properties, as the last run of jest left them:
 * each field is set or stands in test/project/field-exceptions.ts with its reason. Then says how much of what Istio accepts is
 * made of fields and values that have been set.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Table from 'cli-table3';
import { corpora, measure, randoms } from './expressible';
import { fieldsOf, root, shapes } from '../test/istio/fields';
import { Record as Entry, records } from '../test/istio/recorder';
import { buildVerifier, verifierPath } from '../test/istio/verifier';
import { exceptions } from '../test/project/field-exceptions';

/** The least number of random objects that a run of the tests gives to Istio. */
const RANDOM = 10_000;

/** What one kind comes to. */
interface Line {
  readonly kind: string;
  readonly all: string[];
  readonly named: string[];
  readonly missing: string[];
  /** Random objects that its construct has accepted, and then Istio. */
  readonly random: number;
}

const kinds = shapes();
const entries = readdirSync(records).filter((file) => existsSync(join(root, file.replace(/\+/g, '/').replace(/\.json$/, ''))))
  .map((file): Entry => JSON.parse(readFileSync(join(records, file), 'utf8')));
const set = new Set(entries.flatMap(({ fields }) => fields));
const problems: string[] = [];

/** Why a field or value is not set. */
function reason(kind: string, path: string): string | undefined {
  return Object.entries(exceptions[kind] ?? {}).find(([pattern]) => covers(pattern, path))?.[1];
}

function covers(pattern: string, path: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.[\]{}]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(path);
}

function total(count: (entry: Entry) => number): number {
  return entries.reduce((sum, entry) => sum + count(entry), 0);
}

const isField = (path: string) => !path.includes('=');
const isValue = (path: string) => path.includes('=');

function lineOf(kind: string): Line {
  const all = fieldsOf(kinds[kind]);
  const unset = all.filter((path) => !set.has(`${kind} ${path}`));
  return {
    kind,
    all,
    named: unset.filter((path) => reason(kind, path) !== undefined),
    missing: unset.filter((path) => reason(kind, path) === undefined),
    random: total(({ accepted }) => accepted[kind] ?? 0),
  };
}

function judge({ kind, all, missing, random }: Line): void {
  if (random === 0) {
    problems.push(`${kind} has no random objects, expected a property test of its construct; write one with accepted() of test/istio/random.ts`);
  }
  problems.push(...missing.map((path) => `${kind} ${path} is set by no test, expected one that sets it by a typed property; or name it in field-exceptions.ts`));
  for (const pattern of Object.keys(exceptions[kind] ?? {})) {
    const covered = all.filter((path) => covers(pattern, path));
    const stale = covered.filter((path) => set.has(`${kind} ${path}`));
    if (covered.length === 0 || stale.length > 0) {
      problems.push(`${kind} ${pattern} stands in field-exceptions.ts, but ${stale.length > 0 ? `tests set ${stale[0]}` : 'the CRD has no such field'}; remove it there`);
    }
  }
}

function printTable(head: string[], rows: (string | number)[][]): void {
  const sides = ['top', 'bottom', 'left', 'right', 'mid'];
  const none = Object.fromEntries(sides.flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`].map((line) => [line, ''])));
  const table = new Table({
    head,
    chars: { ...none, middle: '  ' },
    colAligns: head.map((_, index) => index === 0 ? 'left' : 'right'),
    style: { 'padding-left': 0, 'padding-right': 0, 'border': [], 'head': process.stdout.isTTY ? ['bold'] : [] },
  });
  table.push(...rows);
  process.stdout.write(`${table.toString()}\n\n`);
}

function printFields(): void {
  const lines = Object.keys(kinds).map(lineOf);
  lines.forEach(judge);
  const all = (pick: (line: Line) => string[]) => lines.flatMap(pick);
  const random = lines.reduce((sum, line) => sum + line.random, 0);
  const sum: Line = { kind: 'all', all: all((line) => line.all), named: all((line) => line.named), missing: all((line) => line.missing), random };
  if (random < RANDOM) {
    problems.push(`${random} random objects were judged by Istio, expected ${RANDOM} at least; raise TIMES in test/istio/random.ts`);
  }
  printTable(['kind', 'fields set', 'excepted', 'missing', 'enum values set', 'excepted', 'missing', 'random objects'], [...lines, sum].map((line) => [
    line.kind,
    ...[isField, isValue].flatMap((of) => {
      const [known, named, missing] = [line.all, line.named, line.missing].map((list) => list.filter(of).length);
      return [`${known - named - missing}/${known}`, named, missing];
    }),
    line.random,
  ]));
  process.stdout.write(`${total(({ attempted }) => attempted)} random objects were tried; constructs refused the others\n\n`);
}

function printExpressible(): void {
  buildVerifier();
  process.env.CDK8S_ISTIO_VERIFIER = verifierPath();
  const beyond = new Map<string, number>();
  const rows = [...corpora(Object.keys(kinds)), randoms(300, Date.now() % 2 ** 31)].map(({ name, manifests }) => {
    const measured = measure(manifests, set, kinds);
    measured.beyond.flatMap(({ paths }) => paths).forEach((path) => beyond.set(path, (beyond.get(path) ?? 0) + 1));
    const [all, expressible] = [measured.accepted.length, measured.accepted.length - measured.beyond.length];
    return [name, manifests.length, all, expressible, `${(expressible / all * 100).toFixed(1)} %`];
  });
  printTable(['manifests of', 'found', 'accepted by Istio', 'of fields that are set', 'share'], rows);
  const reasons = [...beyond].sort(([, a], [, b]) => b - a).map(([path, count]) => {
    const [kind, field] = path.split(' ');
    return [path, count, reason(kind, field) ?? 'set by no test'];
  });
  if (reasons.length > 0) {
    printTable(['what the others have', 'manifests', 'reason'], reasons);
  }
}

printFields();
printExpressible();
if (problems.length > 0) {
  process.stderr.write(`${problems.join('\n')}\n`);
  process.exit(1);
}
