import { runInNewContext } from 'node:vm';
import { jsonObject } from '../../src/private/json';

describe('jsonObject', () => {
  test('copies what JSON has', () => {
    const value = { text: 'a', number: 1.5, yes: true, list: [1, ['a'], {}], empty: {}, nested: { deep: { deeper: '' } } };
    const copied = jsonObject('the value', value);
    value.nested.deep.deeper = 'changed afterwards';

    expect(copied).toEqual({ ...value, nested: { deep: { deeper: '' } } });
  });

  test('leaves out what is undefined', () => {
    expect(Object.keys(jsonObject('the value', { a: 1, b: undefined }))).toEqual(['a']);
  });

  test('takes the same part twice, and objects of another realm', () => {
    const part = { a: 1 };
    expect(jsonObject('the value', { one: part, two: part })).toEqual({ one: part, two: part });
    expect(jsonObject('the value', runInNewContext('({ a: { b: [1] } })'))).toEqual({ a: { b: [1] } });
    expect(jsonObject('the value', Object.create(null))).toEqual({});
  });

  const circle: any = { a: { b: [] } };
  circle.a.b.push(circle.a);

  test.each<[string, unknown, string]>([
    ['null', null, 'the value is null, expected an object of JSON; write its fields by the names they have in the manifest'],
    ['undefined', undefined, 'the value is undefined, expected an object of JSON'],
    ['a list', [{}], 'the value is [{}], expected an object of JSON'],
    ['text', 'a: b', 'the value is "a: b", expected an object of JSON'],
    ['an instance', new Date(0), 'the value is a Date, expected an object of JSON'],
    ['a null inside', { a: [{ b: null }] }, 'the value.a[0].b is null, expected a value, since cdk8s leaves nulls out of the manifest; leave it out'],
    ['an infinite number', { a: Infinity }, 'the value.a is Infinity, expected text, a finite number, true, false, a list or an object; JSON has nothing else'],
    ['a function', { a: () => 1 }, 'the value.a is a function, expected text'],
    ['a bigint', { a: 1n }, 'the value.a is 1, expected text'],
    ['an instance inside', { a: new Map() }, 'the value.a is a Map, expected text'],
    ['a hole in a list', { a: [, 1] }, 'the value.a[0] is undefined, expected text'], // eslint-disable-line no-sparse-arrays
    ['a circle', circle, 'the value.a.b[0] is a part of itself, expected JSON; write what it should hold'],
  ])('refuses %s', (_, value, message) => {
    expect(() => jsonObject('the value', value as object)).toThrow(message);
  });
});
