import type { Finding } from 'cdk8s-istio';
import { Paint, plain, Tone } from './paint.js';
import { pad, table, wrap } from './text.js';
import type { CheckResult, CheckState } from '../doctor/check.js';
import type { ProxyRow, SyncState } from '../doctor/proxies.js';

/** How the results of a doctor are shown. */
export interface DoctorView {
  /** The colours; none if left out. */
  readonly paint?: Paint;
  /** The columns of the terminal; lines are as long as they are if left out. */
  readonly width?: number;
}

const MARKS: Record<CheckState, [Tone, string]> = { ok: ['good', '✔'], warning: ['warning', '!'], error: ['bad', '✘'], skipped: ['quiet', '-'] };
const TONES: Record<SyncState, Tone> = { 'SYNCED': 'good', 'STALE': 'warning', 'ERROR': 'bad', 'NOT SENT': 'quiet', 'IGNORED': 'quiet' };

/** The results as lines for a person: each with its remedy, and below them what the checks find, and the proxies. */
export function doctorLines(results: readonly CheckResult[], { paint = plain, width = Infinity }: DoctorView = {}): string[] {
  const column = Math.max(...results.map(({ check }) => check.length));
  const indent = column + 4;
  const block = (text: string) => wrap(text, Math.max(20, width - indent - 2));
  return [
    ...results.flatMap(({ check, state, message, remedy }) => {
      const [tone, mark] = MARKS[state];
      const [first, ...more] = block(message);
      const below = [...more, ...remedy === undefined ? [] : block(remedy).map((line, at) => paint('quiet', at === 0 ? `→ ${line}` : `  ${line}`))];
      return [`${paint(tone, mark)} ${paint('strong', pad(check, column))}  ${first ?? ''}`, ...below.map((line) => ' '.repeat(indent) + line)];
    }),
    ...results.flatMap(({ findings = [] }) => findings.length > 0 ? ['', ...findingLines(findings, paint, width)] : []),
    ...results.flatMap(({ proxies = [] }) => proxies.length > 0 ? ['', ...proxyLines(proxies, paint)] : []),
  ];
}

function findingLines(findings: readonly Finding[], paint: Paint, width: number): string[] {
  return findings.flatMap(({ level, kind, namespace, name, path, rule, message }) => [
    `${paint(level === 'error' ? 'bad' : 'warning', level)}  ${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}  ${path}  ${paint('quiet', rule)}`,
    ...wrap(message, Math.max(20, width - 2)).map((line) => `  ${line}`),
  ]);
}

function proxyLines(proxies: readonly ProxyRow[], paint: Paint): string[] {
  const parts = ['CDS', 'LDS', 'EDS', 'RDS', 'ECDS'] as const;
  return [
    ...table([
      ['PROXY', ...parts, 'VERSION'].map((title) => paint('strong', title)),
      ...proxies.map(({ proxy, version, sync }) => [proxy, ...parts.map((part) => paint(TONES[sync[part]], sync[part])), version ?? '']),
    ]),
    ...proxies.flatMap(({ proxy, errors }) => errors.map((error) => paint('bad', `${proxy}: ${error}`))),
  ];
}
