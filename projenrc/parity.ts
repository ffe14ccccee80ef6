/**
 * Prints what becomes of each row of the seed documents, as its test says: `parity.ts [--json]`.
 */
import { spawnSync } from 'node:child_process';
import { join, relative } from 'node:path';
import Table from 'cli-table3';
import { Row, ROWS, Status } from '../test/parity/rows';

interface Result {
  readonly id: string;
  readonly what: string;
  readonly construct: string;
  /** The file with its test, and the test's name; neither where it has none. */
  readonly file?: string;
  readonly test?: string;
  /** `fails` is a row that claims to hold. */
  readonly status: Status | 'fails';
  readonly reason?: string;
}

/** A test's whole name, its own, and whether it passed. */
interface Test {
  readonly fullName: string;
  readonly title: string;
  readonly passed: boolean;
  readonly file: string;
}

const ROOT = join(__dirname, '..');

/** Runs tests of the library, or of the command line tool and its library. */
function run(folder: string, ...which: string[]): Test[] {
  const jest = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');
  const { stdout, stderr } = spawnSync(process.execPath, [jest, ...which, '--ci', '--coverage=false', '--reporters=default', '--json'], {
    cwd: join(ROOT, folder), encoding: 'utf8', maxBuffer: 2 ** 28,
  });
  const { success, testResults } = JSON.parse(stdout.slice(stdout.indexOf('{"')));
  if (!success) {
    process.stderr.write(stderr);
    process.exitCode = 1;
  }
  return testResults.flatMap(({ name, assertionResults }: any) => assertionResults.filter(({ status }: any) => status !== 'pending')
    .map(({ fullName, title, status }: any) => ({ fullName, title, passed: status === 'passed', file: relative(ROOT, name) })));
}

/** The tests of a row: the one of its name, and those at runtime that name its number. */
function testsOf(row: Row, tests: Test[]): Test[] {
  const number = new RegExp(`\\b${row.id}\\b`);
  return tests.filter(({ title, fullName, file }) => title === `${row.id} ${row.what}` || file.startsWith('cli/') && number.test(fullName));
}

function judge(row: Row, tests: Test[]): Result {
  const { id, what, construct, reason } = row;
  const own = testsOf(row, tests);
  const shown = own.some(({ file }) => file.startsWith('cli/') || !row.atRuntime);
  const fails = own.some(({ passed }) => !passed) || row.status === 'holds' && !shown;
  const test = own.length === 0 ? {} : { file: [...new Set(own.map(({ file }) => file))].join(', '), test: own.map(({ title }) => title).join('; ') };
  return { id, what, construct, ...test, status: fails ? 'fails' : row.status, reason };
}

const HEAD = ['row', 'what', 'construct', 'test', 'status'];
const cells = ({ id, what, construct, file = '', status, reason }: Result) => [id, what, construct, file, reason === undefined ? status : `${status}: ${reason}`];

/** Lines that stay in their columns in a file, too. */
function aligned(lines: string[][]): string {
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  return lines.map((line) => line.map((cell, column) => cell.padEnd(widths[column])).join('  ').trimEnd()).join('\n');
}

function table(lines: string[][]): string {
  const [id, test] = [9, 32];
  const rest = Math.max(90, (process.stdout.columns ?? 120) - id - test - HEAD.length - 1);
  const [what, construct, status] = [0.3, 0.32, 0.38].map((share) => Math.floor(rest * share));
  const drawn = new Table({
    head: HEAD,
    wordWrap: true,
    colWidths: [id, what, construct, test, status],
    chars: { 'mid': '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
    style: { head: ['bold'] },
  });
  drawn.push(...lines);
  return drawn.toString();
}

const atRuntime = ROWS.filter((row) => row.atRuntime).map(({ id }) => id).join('|');
const tests = [...run('.', 'test/parity'), ...run('cli', '--testNamePattern', `\\b(${atRuntime})\\b`)];
const results = ROWS.map((row) => judge(row, tests));
const counts = (['holds', 'nothing to build', 'fails'] as const).map((status) => [status, results.filter((result) => result.status === status).length] as const);

if (process.argv.includes('--json')) {
  process.stdout.write(`${JSON.stringify({ counts: Object.fromEntries(counts), rows: results }, undefined, 2)}\n`);
} else {
  const lines = results.map(cells);
  process.stdout.write(`${process.stdout.isTTY ? table(lines) : aligned([HEAD, ...lines])}\n\n`);
  process.stdout.write(`${results.length} rows: ${counts.map(([status, count]) => `${count} ${status}`).join(', ')}\n`);
}
if (results.some(({ status }) => status === 'fails')) {
  process.exitCode = 1;
}
