import { StringMatch } from '../../src';

describe('StringMatch', () => {
  test.each([
    ['exact', StringMatch.exact('true'), { exact: 'true' }],
    ['prefix', StringMatch.prefix('/orders'), { prefix: '/orders' }],
    ['regex', StringMatch.regex('v[12]'), { regex: 'v[12]' }],
    ['present', StringMatch.present(), {}],
  ])('%s renders to the one field of its name', (_, match, rendered) => {
    expect(match._toIstio()).toEqual(rendered);
  });

  test('exact and prefix refuse an empty string, which would match what nobody means', () => {
    expect(() => StringMatch.exact('')).toThrow('StringMatch.exact is "", expected a non-empty string; to match any value write StringMatch.present()');
    expect(() => StringMatch.prefix('')).toThrow(/StringMatch.prefix is ""/);
  });

  test('regex refuses what Envoy can not run', () => {
    expect(() => StringMatch.regex('v(?=1)')).toThrow(/StringMatch.regex is "v\(\?=1\)", expected an RE2 expression .*look-around and back-references/);
    expect(() => StringMatch.regex('a'.repeat(1025))).toThrow('1025 characters long, expected an RE2 expression of 1 to 1024 characters');
    expect(() => StringMatch.regex(7 as unknown as string)).toThrow('StringMatch.regex is 7');
  });
});
