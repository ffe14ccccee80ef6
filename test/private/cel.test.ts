import { Chart } from 'cdk8s';
import * as fc from 'fast-check';
import { Telemetry } from '../../src';
import { celExpression } from '../../src/private/cel';
import { accepted, judge } from '../istio/random';
import { verify } from '../istio/verifier';

/** Whether Istio's parser takes an expression. */
function istioTakes(expressions: string[]): boolean[] {
  const manifests = expressions.map((expression, i) => ({
    apiVersion: 'telemetry.istio.io/v1', kind: 'Telemetry', metadata: { name: `e${i}`, namespace: 'default' }, spec: { accessLogging: [{ filter: { expression } }] },
  }));
  const refused = new Set(verify(manifests, ['validate']).filter(({ level }) => level === 'error').map(({ name }) => name));
  return manifests.map(({ metadata: { name } }) => !refused.has(name));
}

const takes = (expression: string) => {
  try {
    return celExpression('the filter', expression) === expression;
  } catch {
    return false;
  }
};

const good = [
  'response.code >= 400',
  "connection.mtls && request.url_path.contains('v1beta3')",
  '!has(request.useragent) || !(request.useragent.startsWith("Amazon-Route53-Health-Check-Service"))',
  'a', '.a', '.a.b', 'a.b.c', 'a[0]', 'a["b"].c[1 + 2]', 'f()', 'f(a, b)', '.f(a)', 'a.f(b).g()', '(a)', '((a))',
  '1', '-1', '- 1', '--1', '1u', '0x1F', '0x1Fu', '1.5', '.5', '1e9', '1.5e-3', '1.a', 'true', 'false', 'null',
  '9223372036854775807', '18446744073709551615u',
  '!a', '!!a', '-a', '!-1', '!-1.5', '-(!a)', 'a ? b : c', 'a ? b : c ? d : e', '(a ? b : c) ? d : e',
  'a < b', 'a <= b == c', 'a in b', 'a in [1, 2]', 'a + b - c * d / e % f', 'a != b || c && d',
  '[]', '[1]', '[1, 2,]', '{}', '{"a": 1}', '{a: b, 1: 2,}', 'A{}', 'a.B{c: 1}', '.a.B{c: 1, d: 2,}',
  '""', "''", '"a\'b"', "'a\"b'", '"\\n\\t\\"\\\\"', 'b"\\`1\\101"', '"\\x41\\u0041\\U00000041\\101"', 'r"\\d"', "R'\\'", 'b"a"', 'b"\\x41\\101"', 'br"\\q"',
  '"""a "b" \n c"""', "'''a'b'''", 'r"""\\"""', '""""""', '"é"',
  'a.all(x, x > 1)', 'a.exists(x, x)', 'a.exists_one(x, x)', 'a.map(x, x + 1)', 'a.map(x, x > 1, x)', 'a.filter(x, x)', 'all(a, b)', 'a.all(b)', 'a.has(b)',
  'has(a.b)', 'has(a.b.c)', 'has((a.b))', 'has(a, b)', 'a // comment', '// comment\na', '\t a\r\n\f', 'a.package', 'a.f(if1)', 'A{package: 1}', 'a.`b-c/d`.e', 'A{`b.c`: 1}',
  'dyn(request.headers["x-user"]).matches("^a")', 'string(destination.port) == "80"', 'timestamp("2026-01-01T00:00:00Z") < request.time',
];

const bad: [string, string][] = [
  ['', 'the filter is "", expected a CEL expression; write one such as "response.code >= 400"'],
  ['  ', 'the filter is "  ", expected a CEL expression; write one such as'],
  ['response.code >=', 'the filter is "response.code >=", expected a CEL expression; mend it at its end: there is something missing'],
  ['a b', 'mend it at character 3, "b"'],
  ['a = 1', 'mend it at character 3, "="'],
  ['a && ', 'at its end'],
  ['a ? b', 'at its end'],
  ['a.1', 'at character 2, ".1"'],
  ['a.in', 'at character 3, "in"'],
  ['a.', 'at its end'],
  ['(a', 'at its end'],
  ['a)', 'at character 2, ")"'],
  ['[,]', 'at character 2, ","'],
  ['f(a,)', 'at character 5, ")"'],
  ['{1}', 'at character 3, "}"'],
  ['A{1: 2}', 'at character 3, "1"'],
  ['if', 'at the reserved word "if"'],
  ['package()', 'at the reserved word "package"'],
  ['has(a)', 'after character 4: has() takes a field first'],
  ['has(a[0])', 'has() takes a field first'],
  ['a.all(1, x)', 'all() takes a name first'],
  ['a.map(x.y, x)', 'map() takes a name first'],
  ['!-a', 'at character 2, "-"'],
  ['-!a', 'at character 2, "!"'],
  ['9223372036854775808', 'at character 1, "9223372036854775808"'],
  ['18446744073709551616u', 'at character 1, "18446744073709551616u"'],
  ['1e999', 'at character 1, "1e999"'],
  ['"a', 'at character 1, "\\""'],
  ['"\\q"', 'at character 1'],
  ['"\\ud800"', 'at character 1'],
  ['"\\U00110000"', 'at character 1'],
  ['b"\\u0041"', 'at character 1'],
  ['"a\nb"', 'at character 1'],
  ['a.?b', 'at character 3, "?"'],
  ['a[?b]', 'at character 3, "?"'],
  ['`a`', 'at character 1, "`a`"'],
  ['a.`b`()', 'at character 6, "("'],
  ['A.in{}', 'at character 3, "in"'],
  ['A.{}', 'at character 3, "{"'],
  ['a # b', 'at character 3, "#"'],
  ['a | b', 'at character 3, "|"'],
];

describe('celExpression', () => {
  test('takes expressions that Istio takes', () => {
    expect(good.filter((expression) => !takes(expression))).toEqual([]);
    const taken = istioTakes(good);
    expect(good.filter((_, i) => !taken[i])).toEqual([]);
  });

  test.each(bad)('refuses %j', (expression, message) => {
    expect(() => celExpression('the filter', expression)).toThrow(message);
  });

  test('refuses nothing that Istio takes, but for what nobody writes', () => {
    const taken = istioTakes(bad.map(([expression]) => expression));
    expect(bad.filter((_, i) => taken[i]).map(([expression]) => expression)).toEqual(['[,]']);
  });

  test.each([null, undefined, 1, {}])('refuses %p', (value) => {
    expect(() => celExpression('the filter', value as unknown as string)).toThrow('expected a CEL expression; write one such as');
  });

  test('refuses what is nested deeper than Istio goes', () => {
    const nested = (depth: number) => '('.repeat(depth) + 'a' + ')'.repeat(depth);

    expect(istioTakes([nested(19)])).toEqual([true]);
    expect(celExpression('the filter', nested(19))).toBe(nested(19));
    expect(() => celExpression('the filter', nested(20))).toThrow('mend it by dividing it: it is nested more than 20 deep');
  });

  const token = fc.constantFrom(
    'a', 'b', '.', 'c', '(', ')', '[', ']', '{', '}', ',', ':', '?', '!', '-', '+', '*', '<', '==', '&&', '||', 'in', '1', '1u', '.5', '1e3', '"x"', "'y'",
    'has', 'all', 'true', 'null', 'if', 'f(', 'has(a.b)', '.all(', 'x, ', 'r"\\d"', 'b"z"', ' ', '"""', '\\', '// c\n', 'A{', 'é', '`', '0x', '\n', '__result__', '@',
  );
  const source = fc.oneof(
    { weight: 3, arbitrary: fc.array(token, { minLength: 1, maxLength: 7 }).map((parts) => parts.join(' ')) },
    { weight: 3, arbitrary: fc.array(token, { minLength: 1, maxLength: 7 }).map((parts) => parts.join('')) },
    {
      weight: 4,
      arbitrary: fc.tuple(fc.constantFrom(...good), token, fc.nat(), fc.nat(3)).map(([from, part, at, length]) =>
        from.slice(0, at % (from.length + 1)) + part + from.slice(at % (from.length + 1) + length)),
    },
    fc.string({ unit: 'binary', maxLength: 8 }),
  );

  test('accepts nothing that Istio refuses', () => {
    judge(accepted(source.map((filter) => (chart: Chart, id: string) => new Telemetry(chart, id, { accessLogging: [{ filter }] })), 100));
  });

  test('and refuses little that Istio accepts', () => {
    const samples = fc.sample(source, { seed: Number(process.env.FAST_CHECK_SEED), numRuns: 3000 }).filter((text) => text.trim() !== '');
    const ours = samples.map(takes);
    const istios = istioTakes(samples);
    const stricter = samples.filter((_, i) => istios[i] && !ours[i]);

    expect(samples.filter((_, i) => ours[i] && !istios[i])).toEqual([]);
    expect(stricter.filter((text) => !/,\s*[\]})]|__result__/.test(text)).length).toBeLessThan(samples.length / 1000); // what is left is odd
  });
});
