import { atMost, boundedText } from '../../src/private/limits';

describe('atMost', () => {
  test('takes what is not too long', () => {
    expect(atMost('the list', [1, 2], 2)).toEqual([1, 2]);
    expect(atMost('the map', { a: 1 }, 1)).toEqual({ a: 1 });
  });

  test('refuses what is', () => {
    expect(() => atMost('the list', [1, 2, 3], 2)).toThrow('the list has 3 entries, expected at most 2; divide it among several resources');
    expect(() => atMost('the map', { a: 1, b: 2 }, 1)).toThrow('the map has 2 entries, expected at most 1; divide it among several resources');
  });
});

describe('boundedText', () => {
  test('takes what is not too long', () => {
    expect(boundedText('the text', 'abc', 3)).toBe('abc');
  });

  test.each<[unknown, string]>([
    ['abcd', 'the text is "abcd" with 4 characters, expected at most 3; shorten it'],
    ['', 'the text is "", expected a non-empty string; leave it out for the default'],
    [null, 'the text is null, expected a non-empty string; leave it out for the default'],
  ])('refuses %p', (value, message) => {
    expect(() => boundedText('the text', value as string, 3)).toThrow(message);
  });
});
