import { regex } from '../../src/private/re2';

describe('regex', () => {
  test.each(['.*', 'v[12]', '(?i)/orders/[0-9]+', 'ä+', 'a'.repeat(1024)])('takes %.20s', (expression) => {
    expect(regex('the expression', expression)).toBe(expression);
  });

  test.each<[unknown, string]>([
    ['', 'the expression is 0 characters long, expected an RE2 expression of 1 to 1024 characters; shorten or split it'],
    ['a'.repeat(1025), 'the expression is 1025 characters long'],
    [null, 'the expression is null, expected an RE2 expression of 1 to 1024 characters'],
    [/a/, 'the expression is /a/, expected an RE2 expression of 1 to 1024 characters'],
    ['a(?!b)', 'the expression is "a(?!b)", expected an RE2 expression ('],
    ['(a)\\1', 'look-around and back-references do not exist in RE2'],
    ['*', 'the expression is "*", expected an RE2 expression ('],
    ['(', 'the expression is "(", expected an RE2 expression ('],
  ])('refuses %.20p', (expression, message) => {
    expect(() => regex('the expression', expression as string)).toThrow(message);
  });
});
