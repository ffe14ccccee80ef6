import { coloured } from '../../src/view/paint.js';
import { bar, duration, fit, table, widthOf, wrap } from '../../src/view/text.js';

test.each([
  [0, '0s'], [-5, '0s'], [499, '0s'], [42_000, '42s'], [60_000, '1m'], [162_000, '2m 42s'], [3_600_000, '1h'], [3_780_000, '1h 3m'],
])('%d ms are %s', (milliseconds, text) => {
  expect(duration(milliseconds)).toBe(text);
});

test.each([[0, '░░░░░░░░░░'], [5, '█░░░░░░░░░'], [50, '█████░░░░░'], [100, '██████████'], [130, '██████████']])('a bar of %d%%', (percent, text) => {
  expect(bar(percent, 10)).toBe(text);
});

test('a line that is too wide ends in an ellipsis, and its colours end too', () => {
  expect(fit('abcdef', 6)).toBe('abcdef');
  expect(fit('abcdef', 4)).toBe('abc…');
  expect(fit(coloured('bad', 'abcdef'), 4)).toBe('\x1b[31mabc\x1b[39m…');
  expect(fit('abcdef', 0)).toBe('');
});

test('a text is broken between words', () => {
  expect(wrap('the quick brown fox', 10)).toEqual(['the quick', 'brown fox']);
  expect(wrap('indivisible', 5)).toEqual(['indivisible']);
});

test('columns are aligned, whatever their colours', () => {
  const rows = table([['name', 'state'], [coloured('good', 'a'), 'fine'], ['longer', '']]);
  expect(rows.map((row) => row.replace(/\x1b\[\d+m/g, ''))).toEqual(['name    state', 'a       fine', 'longer']); // eslint-disable-line no-control-regex
  expect(widthOf(rows[1])).toBe(12);
});
