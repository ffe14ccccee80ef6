import { InvalidArgumentError } from 'commander';

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds from a text such as `500ms`, `30s` or `1m30s`. */
export function parseDuration(text: string): number {
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) {
    throw new InvalidArgumentError('expected a number with its unit, such as 500ms, 30s or 1m30s');
  }
  return [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)].reduce((sum, [, count, unit]) => sum + Number(count) * UNITS[unit], 0);
}

/** Percentages from a text such as `5,20,50,100`, or `10-100/10` for each tenth. */
export function parseSteps(text: string): number[] {
  const range = /^(\d+)-(\d+)\/(\d+)$/.exec(text)?.slice(1).map(Number);
  if (range && range[2] > 0) {
    const [first, last, by] = range;
    return Array.from({ length: Math.max(0, Math.floor((last - first) / by) + 1) }, (_, at) => first + at * by);
  }
  if (!/^\d+(,\d+)*$/.test(text)) {
    throw new InvalidArgumentError('expected percentages such as 5,20,50,100, or 10-100/10 for 10, 20 and so on to 100');
  }
  return text.split(',').map(Number);
}

/** A number. */
export function parseNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) {
    throw new InvalidArgumentError('expected a number such as 99.5');
  }
  return value;
}

/** A whole number from 0. */
export function parseCount(text: string): number {
  if (!/^\d+$/.test(text)) {
    throw new InvalidArgumentError('expected a whole number from 0');
  }
  return Number(text);
}

/** An address of a web server, without a slash at its end. */
export function parseAddress(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new InvalidArgumentError('expected an address such as http://localhost:9090');
  }
  return text.replace(/\/+$/, '');
}

/** A metric of the user's own, as `--query` and the `--min` and `--max` after it say. */
export interface Query {
  readonly name: string;
  readonly query: string;
  readonly min?: number;
  readonly max?: number;
}

/** Adds a `--query`. */
export function parseQuery(text: string, queries: Query[] = []): Query[] {
  const [, name, query] = /^\s*([A-Za-z0-9][\w.-]*)\s*:\s+(.+)$/s.exec(text) ?? [];
  if (name === undefined) {
    throw new InvalidArgumentError("expected a name and PromQL, such as 'errors: sum(rate(errors_total[1m]))'");
  }
  return [...queries, { name, query: query.trim() }];
}

/** Gives the last query a bound. */
export function withBound(which: 'min' | 'max', value: number, queries: Query[] = []): Query[] {
  const last = queries.at(-1);
  if (last === undefined) {
    throw new InvalidArgumentError('it has no query, expected --query before it; the success rate and the latency have bounds of their own');
  }
  if (last[which] !== undefined) {
    throw new InvalidArgumentError(`the query ${last.name} has one already, expected it once; give it after the query that it is for`);
  }
  return [...queries.slice(0, -1), { ...last, [which]: value }];
}

/** Adds a header. */
export function parseHeader(text: string, headers: Record<string, string> = {}): Record<string, string> {
  const [, name, value] = /^([\w-]+):\s*(.+)$/.exec(text) ?? [];
  if (name === undefined) {
    throw new InvalidArgumentError("expected a name and a value, such as 'authorization: Bearer abc'");
  }
  return { ...headers, [name]: value };
}
