import { coloured, isLive, paintFor, plain } from '../../src/view/paint.js';

test.each([
  ['a terminal', { isTTY: true }, {}, coloured, true],
  ['a terminal with NO_COLOR', { isTTY: true }, { NO_COLOR: '1' }, plain, true],
  ['a terminal with an empty NO_COLOR', { isTTY: true }, { NO_COLOR: '' }, coloured, true],
  ['a terminal that can do nothing', { isTTY: true }, { TERM: 'dumb' }, plain, false],
  ['a file or a pipe', {}, {}, plain, false],
])('%s', (_, output, env, paint, live) => {
  expect(paintFor(output, env)).toBe(paint);
  expect(isLive(output, env)).toBe(live);
});
