import { parseAddress, parseCount, parseDuration, parseHeader, parseNumber, parseQuery, parseSteps, withBound } from '../../src/commands/parse.js';

describe('a time', () => {
  test.each([['500ms', 500], ['30s', 30_000], ['1.5m', 90_000], ['1m30s', 90_000], ['2h', 7_200_000]])('%s', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  test.each(['', '30', 's', '-5s', '5 s', '1d'])('is not %p', (text) => {
    expect(() => parseDuration(text)).toThrow('expected a number with its unit, such as 500ms, 30s or 1m30s');
  });
});

describe('steps', () => {
  test.each([
    ['5,20,50,100', [5, 20, 50, 100]], // S002-21
    ['10-100/10', [10, 20, 30, 40, 50, 60, 70, 80, 90, 100]], // S001-19
    ['25-100/50', [25, 75]],
    ['100', [100]],
  ])('%s', (text, steps) => {
    expect(parseSteps(text)).toEqual(steps);
  });

  test.each(['', '5,', '5;20', '5%', '10-100', '10-100/0', 'a,b'])('are not %p', (text) => {
    expect(() => parseSteps(text)).toThrow('expected percentages such as 5,20,50,100');
  });
});

describe('a query', () => {
  const errors = { name: 'errors', query: 'sum(rate(errors[1m])) by (a)' };

  test('has a name, PromQL with all its colons, and the bounds after it', () => {
    const one = parseQuery('errors: sum(rate(errors[1m])) by (a)');
    expect(one).toEqual([errors]);
    const two = parseQuery('cpu: job:cpu:rate5m', withBound('max', 0.1, one));
    expect(withBound('min', 1, withBound('max', 2, two))).toEqual([{ ...errors, max: 0.1 }, { name: 'cpu', query: 'job:cpu:rate5m', min: 1, max: 2 }]);
  });

  test.each(['errors', 'sum(rate(x[1m]))', ': x', 'errors:'])('is not %p', (text) => {
    expect(() => parseQuery(text)).toThrow('expected a name and PromQL');
  });

  test('comes before its bounds, which it has once', () => {
    expect(() => withBound('min', 1)).toThrow('expected --query before it');
    expect(() => withBound('min', 2, [{ ...errors, min: 1 }])).toThrow('the query errors has one already');
  });
});

test('numbers, counts, addresses and headers', () => {
  expect([parseNumber('99.5'), parseCount('3')]).toEqual([99.5, 3]);
  expect(parseAddress('http://localhost:9090/')).toBe('http://localhost:9090');
  expect(parseHeader('b: 2', parseHeader('authorization: Bearer a:b'))).toEqual({ authorization: 'Bearer a:b', b: '2' });
});

test.each([
  [parseNumber, 'x'], [parseNumber, ''], [parseCount, '1.5'], [parseCount, '-1'], [parseAddress, 'localhost:9090'], [parseAddress, 'x'], [parseHeader, 'x'],
])('%p refuses %p', (parse: (text: string) => unknown, text) => {
  expect(() => parse(text)).toThrow('expected ');
});
