import * as fc from 'fast-check';
import { parse } from 'yaml';
import { yaml } from '../../src/workload/yaml';

describe('yaml', () => {
  test('is as people write it', () => {
    expect(yaml({ drainDuration: '45s', tracing: { sampling: 0.5, zipkin: { address: 'zipkin.istio-system:9411' } }, list: ['a', '.*'], none: {}, concurrency: 2 })).toBe(
      `drainDuration: 45s
tracing:
  sampling: 0.5
  zipkin:
    address: zipkin.istio-system:9411
list:
- a
- ".*"
none: {}
concurrency: 2
`);
  });

  const tricky = fc.constantFrom('yes', 'No', 'ON', 'y', 'null', '~', '', ' ', '0o7', '0O7', '0X1F', '1_000', '12:30:45', '1e3', '.inf', '-', 'a:', 'a: b', '# c', 'a #b', '&a', '2001-01-01', '45s', '<<', 'é', 'a\nb\n');

  test.each(['1.1', '1.2'] as const)('is read as it was written, by YAML %s', (version) => {
    const text = fc.oneof(tricky, fc.string(), fc.string({ unit: 'grapheme' }));
    // the parser of the test reads a key named __proto__ into nothing
    const value = fc.letrec((tie) => ({
      object: fc.dictionary(text.filter((key) => key !== '__proto__' && key !== '<<'), tie('any'), { maxKeys: 4, noNullPrototype: true }),
      any: fc.oneof({ depthSize: 'small' }, text, fc.integer(), fc.boolean(), fc.array(text, { minLength: 1, maxLength: 3 }), tie('object')),
    })).object as fc.Arbitrary<object>;

    fc.assert(fc.property(value.filter((object) => Object.keys(object).length > 0), (object) => {
      expect(parse(yaml(object), { version })).toEqual(object);
    }));
  });
});
