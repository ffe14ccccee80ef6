/**
 * Measures synthesis of W(n) by our constructs against the raw bindings: see README.md for what is measured and how.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';
import { parseAllDocuments } from 'yaml';
import { Figures } from './synth/program';

const { values: options } = parseArgs({
  options: {
    pairs: { type: 'string', default: '9' },
    sizes: { type: 'string', default: '100,1000,5000' },
    kinds: { type: 'string', default: '3,5' },
    control: { type: 'boolean', default: false },
    checks: { type: 'string', default: 'on' },
    json: { type: 'string' },
  },
});
const pairs = Number(options.pairs);
const [sizes, kinds] = [options.sizes, options.kinds].map((list) => list.split(',').map(Number));

const SYNTH = join(__dirname, 'synth');
const BUILD = join(__dirname, '..', '.cache', 'bench'); // as deep as SYNTH, so that the same relative imports hold
const OUT = mkdtempSync(join(tmpdir(), 'bench-'));

type Side = 'raw' | 'constructs';
const OURS: Side = options.control ? 'raw' : 'constructs';

/** The figures of one process; `wall` is the time in ms from its start to its end. */
interface Run extends Figures {
  readonly wall: number;
}

interface Pair {
  readonly raw: Run;
  readonly ours: Run;
}

interface Case {
  readonly kinds: number;
  readonly n: number;
  readonly pairs: Pair[];
}

function main(): void {
  try {
    compile();
    kinds.forEach(checkEqual);
    const cases = measure();
    process.stdout.write(report(cases));
    if (options.json !== undefined) {
      writeFileSync(options.json, `${JSON.stringify({ node: process.version, control: options.control, cases }, undefined, 2)}\n`);
    }
  } finally {
    rmSync(OUT, { recursive: true, force: true });
  }
}

/** Compiles the programs beforehand: a compiler in the measured process would cost more time and memory than W(100). */
function compile(): void {
  mkdirSync(BUILD, { recursive: true });
  for (const file of readdirSync(SYNTH)) {
    const { outputText } = transpileModule(readFileSync(join(SYNTH, file), 'utf8'), {
      compilerOptions: { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022 },
    });
    writeFileSync(join(BUILD, file.replace(/\.ts$/, '.js')), outputText);
  }
}

/** Synthesizes in a process of its own. */
function synth(side: Side, kindCount: number, n: number): Run {
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(BUILD, `${side}.js`), `${n}`, `${kindCount}`], {
    env: { ...process.env, CDK8S_OUTDIR: OUT, BENCH_CHECKS: options.checks }, encoding: 'utf8',
  });
  const wall = performance.now() - start;
  if (status !== 0) {
    throw new Error(`${side} failed at n=${n}, ${kindCount} kinds:\n${stderr}`);
  }
  return { wall, ...JSON.parse(stdout) };
}

/** Refuses to compare programs that do not write the same set of objects. */
function checkEqual(kindCount: number): void {
  const n = 100;
  const [raw, ours] = (['raw', 'constructs'] as const).map((side) => {
    synth(side, kindCount, n);
    const documents = parseAllDocuments(readFileSync(join(OUT, 'mesh.k8s.yaml'), 'utf8'));
    return documents.map((document) => JSON.stringify(sortKeys(document.toJS()), undefined, 2)).sort();
  });
  if (raw.length !== n * kindCount || !isDeepStrictEqual(raw, ours)) {
    const at = raw.findIndex((object, index) => object !== ours[index]);
    throw new Error(`the two sides differ at n=${n}, ${kindCount} kinds (${raw.length} and ${ours.length} objects).\nraw bindings: ${raw[at]}\nconstructs: ${ours[at]}`);
  }
  progress(`${kindCount} kinds: both sides write the same ${raw.length} objects at n=${n}\n`);
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sortKeys);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1).map(([key, entry]) => [key, sortKeys(entry)]));
}

/** Runs the pairs: one of every case, then the next of every case, so that a busy minute does not fall on one case alone. */
function measure(): Case[] {
  const cases: Case[] = kinds.flatMap((kindCount) => sizes.map((n) => ({ kinds: kindCount, n, pairs: [] })));
  for (let pair = 1; pair <= pairs; pair++) {
    for (const entry of cases) {
      progress(`pair ${pair} of ${pairs}: ${entry.kinds} kinds, n=${entry.n} `);
      const rawFirst = Math.random() < 0.5;
      const [first, second] = (rawFirst ? ['raw', OURS] as const : [OURS, 'raw'] as const).map((side) => synth(side, entry.kinds, entry.n));
      const measured = rawFirst ? { raw: first, ours: second } : { raw: second, ours: first };
      entry.pairs.push(measured);
      progress(`${(measured.ours.inProcess / measured.raw.inProcess).toFixed(2)}\n`);
    }
  }
  return cases;
}

const RATIOS: [title: string, figure: keyof Run][] = [
  ['in-process', 'inProcess'], ['in-process CPU', 'inProcessCpu'], ['whole process', 'wall'], ['whole CPU', 'cpu'], ['peak memory', 'memory'],
];

function report(cases: Case[]): string {
  const ratios = cases.map((entry) => [
    `${entry.kinds}`, `${entry.n}`, ...RATIOS.map(([, figure]) => {
      const all = entry.pairs.map(({ raw, ours }) => ours[figure] / raw[figure]);
      return `${median(all).toFixed(2)} (${Math.min(...all).toFixed(2)}-${Math.max(...all).toFixed(2)})`;
    }),
  ]);
  const absolute = cases.map((entry) => [
    `${entry.kinds}`, `${entry.n}`, ...(['raw', 'ours'] as const).flatMap((side) => [
      (middle(entry, side, 'inProcess') / 1000).toFixed(3), middle(entry, side, 'memory').toFixed(0), exponent(cases, entry, side),
    ]),
  ]);
  const name = options.control ? 'raw again' : 'constructs';
  return [
    `\n${name} / raw bindings, median of ${pairs} pair ratios (lowest-highest), Node ${process.versions.node}\n`,
    table(['kinds', 'n', ...RATIOS.map(([title]) => title)], ratios),
    '\nmedians; exponent of growth of in-process time from the n before\n',
    table(['kinds', 'n', 'raw s', 'MB', 'exponent', `${name} s`, 'MB', 'exponent'], absolute),
  ].join('\n');
}

/** The power of n by which in-process time grows from the next smaller size to this one; 1 is linear. */
function exponent(cases: Case[], entry: Case, side: keyof Pair): string {
  const before = cases.filter((other) => other.kinds === entry.kinds && other.n < entry.n).pop();
  return before === undefined ? '' : (Math.log(middle(entry, side, 'inProcess') / middle(before, side, 'inProcess')) / Math.log(entry.n / before.n)).toFixed(2);
}

function middle(entry: Case, side: keyof Pair, figure: keyof Run): number {
  return median(entry.pairs.map((pair) => pair[side][figure]));
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

function table(head: string[], rows: string[][]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column].length)));
  return [head, ...rows].map((row) => `${row.map((cell, column) => cell.padStart(widths[column])).join('  ')}\n`).join('');
}

function progress(text: string): void {
  process.stderr.write(text);
}

main();
