import { given, mapValues, orUndefined } from '../../src/private/render';

test('orUndefined leaves out what is empty', () => {
  expect([undefined, [], {}, [1], { a: 1 }].map((value) => orUndefined<object>(value))).toEqual([undefined, undefined, undefined, [1], { a: 1 }]);
});

test('given leaves out undefined and nothing else', () => {
  expect([undefined, null, 0, '', false].map((value) => given(value, String))).toEqual([undefined, 'null', '0', '', 'false']);
});

test('mapValues keeps the keys', () => {
  expect(mapValues({ a: 1, b: 2 }, (value, key) => `${key}${value}`)).toEqual({ a: 'a1', b: 'b2' });
  expect(mapValues(undefined, String)).toBeUndefined();
});
