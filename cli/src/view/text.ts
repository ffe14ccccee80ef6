import { stripVTControlCharacters } from 'node:util';

const ESCAPE = /\x1b\[[0-9;?]*[A-Za-z]/y; // eslint-disable-line no-control-regex

/** How many columns a text takes, without its colours. */
export function widthOf(text: string): number {
  return [...stripVTControlCharacters(text)].length;
}

/** A text that is as wide as asked for; a wider one stays as it is. */
export function pad(text: string, width: number, side: 'left' | 'right' = 'left'): string {
  const blanks = ' '.repeat(Math.max(0, width - widthOf(text)));
  return side === 'left' ? text + blanks : blanks + text;
}

/** A text that is no wider than asked for; its colours stay. */
export function fit(text: string, width: number): string {
  if (widthOf(text) <= width) {
    return text;
  }
  let kept = '';
  let columns = 0;
  for (let at = 0; at < text.length;) {
    ESCAPE.lastIndex = at;
    const [piece] = ESCAPE.exec(text) ?? [String.fromCodePoint(text.codePointAt(at)!)];
    at += piece.length;
    if (piece.length > 2) {
      kept += piece;
    } else if (columns < width - 1) {
      kept += piece;
      columns++;
    }
  }
  return width < 1 ? '' : `${kept}…`;
}

/** A text in lines that are no wider than asked for, broken between words. */
export function wrap(text: string, width: number): string[] {
  return text.split(/\s+/).reduce<string[]>((lines, word) => {
    const longer = `${lines.at(-1)} ${word}`;
    return lines.length > 0 && widthOf(longer) <= width ? [...lines.slice(0, -1), longer] : [...lines, word];
  }, []);
}

/** Rows with their columns aligned; the last column takes what it needs. */
export function table(rows: string[][], gap = 2): string[] {
  const widths = rows.reduce<number[]>((all, row) => row.map((cell, column) => Math.max(all[column] ?? 0, widthOf(cell))), []);
  return rows.map((row) => row.map((cell, column) => column === row.length - 1 ? cell : pad(cell, widths[column] + gap)).join('').trimEnd());
}

/** A time span as people say it, such as `42s`, `2m 5s` or `1h 3m`. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  if (hours > 0) {
    return minutes > 0 ? `${hours}h ${minutes}m` : `${hours}h`;
  }
  return minutes === 0 ? `${seconds}s` : seconds % 60 > 0 ? `${minutes}m ${seconds % 60}s` : `${minutes}m`;
}

/** A percentage as a bar. */
export function bar(percent: number, width: number): string {
  const full = Math.round(Math.min(100, Math.max(0, percent)) / 100 * width);
  return '█'.repeat(full) + '░'.repeat(width - full);
}
