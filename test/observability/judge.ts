import { spawnSync } from 'node:child_process';
import { buildProgram, goProgram } from '../programs';

/** What Prometheus' own code is asked. */
export interface Question {
  /** A PrometheusRule, PodMonitor or ServiceMonitor. */
  readonly resource?: object;
  /** Queries, which are parsed, and evaluated where there are series. */
  readonly queries?: string[];
  /** Series with a sample a minute, in the notation of promtool's unit tests: `0+60x180`. */
  readonly series?: Record<string, string>;
  /** How long the rules have been evaluated, such as `3h`. */
  readonly at?: string;
}

/** What Prometheus' own code says. */
export interface Answer {
  readonly errors: string[];
  /** The alerts that fire at the end. */
  readonly alerts: { readonly labels: Record<string, string>; readonly annotations: Record<string, string> }[];
  /** What each query gives at the end. */
  readonly results: { readonly labels: Record<string, string>; readonly value: string }[][];
}

const program = () => goProgram('prometheus-judge', 'test/observability/judge', 'the rule engine of Prometheus, some minutes the first time');

/** Builds the judge, if it isn't there. Gives its path. */
export const buildPrometheusJudge = () => buildProgram(program());

/** What Prometheus and its operator say of each of the questions. */
export function ask(...questions: Question[]): Answer[] {
  const { stdout, stderr, error, status } = spawnSync(buildPrometheusJudge(), { input: questions.map((question) => JSON.stringify(question)).join('\n'), encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (error || status !== 0) {
    throw error ?? new Error(stderr);
  }
  return stdout.trim().split('\n').map((line) => JSON.parse(line));
}
