import { Paint, plain } from './paint.js';
import { table } from './text.js';

/** What the API server notes by itself at every write. */
const NOTES = /^metadata\.(managedFields|resourceVersion|generation|uid|creationTimestamp)\b/;

/** Which fields differ, as lines: the field, the value before, the value after. */
export function diffLines(before: object, after: object, paint: Paint = plain): string[] {
  return table(differences(before, after, '').filter(([field]) => !NOTES.test(field))
    .map(([field, from, to]) => [field, `${paint('bad', short(from))} → ${paint('good', short(to))}`]));
}

function differences(before: unknown, after: unknown, field: string): [string, unknown, unknown][] {
  if (!isObject(before ?? after) || !isObject(after ?? before)) {
    return before === after ? [] : [[field, before, after]];
  }
  const [from, to] = [before ?? {}, after ?? {}] as Record<string, unknown>[];
  return [...new Set([...Object.keys(from), ...Object.keys(to)])].flatMap((key) => differences(from[key], to[key], join(field, key)));
}

function join(field: string, key: string): string {
  return /^\d+$/.test(key) ? `${field}[${key}]` : /^[A-Za-z]\w*$/.test(key) ? `${field}${field && '.'}${key}` : `${field}["${key}"]`;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function short(value: unknown): string {
  const text = value === undefined ? '(none)' : typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
