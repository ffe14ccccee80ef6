import * as fc from 'fast-check';
import { VirtualServiceSpecHttpMatch as Match, VirtualServiceSpecHttpMatchUri as StringMatch } from '../../imports/networking.istio.io';
import { covers, stringCovers } from '../../src/private/match-cover';

describe('stringCovers', () => {
  test.each<[StringMatch | undefined, StringMatch | undefined, boolean]>([
    [undefined, undefined, true],
    [undefined, { exact: 'a' }, true],
    [{ exact: 'a' }, undefined, false],
    [{ exact: 'a' }, { exact: 'a' }, true],
    [{ exact: 'a' }, { exact: 'A' }, false],
    [{ exact: 'a' }, { prefix: 'a' }, false],
    [{ exact: 'a' }, { regex: 'a' }, false],
    [{ prefix: '/a' }, { exact: '/ab' }, true],
    [{ prefix: '/a' }, { prefix: '/ab' }, true],
    [{ prefix: '/ab' }, { prefix: '/a' }, false],
    [{ prefix: '/' }, undefined, false],
    [{ prefix: '/' }, { exact: 'no-slash' }, false],
    [{ prefix: '/a' }, { regex: '/a.*' }, false],
    [{ regex: '.*' }, { exact: 'a' }, true],
    [{ regex: '.*' }, {}, true],
    [{ regex: 'a' }, { regex: 'a' }, true],
    [{ regex: 'a' }, { regex: 'b' }, false],
    [{ regex: 'a' }, { exact: 'a' }, false],
    [{}, { regex: 'a' }, true],
    [{}, undefined, false],
    [{ exact: 'a' }, {}, false],
  ])('%j covers %j: %s', (earlier, later, expected) => {
    expect(stringCovers(earlier, later)).toBe(expected);
  });
});

describe('covers', () => {
  test.each<[Match, Match, boolean]>([
    [{}, {}, true],
    [{}, { uri: { exact: '/a' } }, true],
    [{ uri: { prefix: '/' } }, {}, true],
    [{ uri: { prefix: '/' } }, { uri: { regex: '.*' } }, true],
    [{ uri: { prefix: '/A' }, ignoreUriCase: true }, { uri: { exact: '/ab' } }, true],
    [{ uri: { prefix: '/a' } }, { uri: { exact: '/a' }, ignoreUriCase: true }, false],
    [{ port: 80 }, { port: 80 }, true],
    [{ port: 80 }, { port: 81 }, false],
    [{ port: 80 }, {}, false],
    [{ sourceNamespace: 'a' }, { sourceNamespace: 'a' }, true],
    [{ sourceNamespace: 'a' }, {}, false],
    [{ sourceLabels: { a: 'b' } }, { sourceLabels: { a: 'b', c: 'd' } }, true],
    [{ sourceLabels: { a: 'b' } }, { sourceLabels: { a: 'c' } }, false],
    [{ sourceLabels: { a: 'b' } }, { sourceLabels: { a: 'b' }, gateways: ['mesh'] }, false],
    [{ sourceLabels: { a: 'b' }, gateways: ['mesh'] }, { gateways: ['mesh'] }, true],
    [{ gateways: ['a', 'b'] }, { gateways: ['a'] }, true],
    [{ gateways: ['a'] }, { gateways: ['a', 'b'] }, false],
    [{ gateways: ['a'] }, {}, false],
    [{ headers: { a: { prefix: '/' } } }, { headers: { a: { exact: 'x' } } }, false],
    [{ headers: { a: {} } }, { headers: { a: { exact: 'x' }, b: {} } }, true],
    [{ headers: { a: {} } }, { headers: { b: {} } }, false],
    [{ queryParams: { a: { exact: '1' } } }, { queryParams: { a: { exact: '1' } } }, true],
    [{ withoutHeaders: { a: {} } }, { withoutHeaders: { a: {}, b: {} } }, true],
    [{ withoutHeaders: { a: {}, b: {} } }, { withoutHeaders: { a: {} } }, false],
    [{ scheme: { exact: 'http' } }, { scheme: { exact: 'https' } }, false],
    [{ method: { exact: 'GET' } }, {}, false],
    [{ authority: { prefix: 'a' } }, { authority: { exact: 'a.com' } }, true],
  ])('%j covers %j: %s', (earlier, later, expected) => {
    expect(covers(earlier, later)).toBe(expected);
  });
});

interface Request {
  readonly uri: string;
  readonly scheme: string;
  readonly method: string;
  readonly authority: string;
  readonly headers: Record<string, string>;
  readonly queryParams: Record<string, string>;
  readonly port: number;
  readonly labels: Record<string, string>;
  readonly namespace: string;
  readonly gateway: string;
}

/** What Istio and Envoy do, as their documentation says it. */
function matches(match: Match, request: Request): boolean {
  const string = (rule: StringMatch | undefined, value: string | undefined, ignoreCase = false): boolean => {
    const fold = (text: string) => ignoreCase ? text.toLowerCase() : text;
    if (rule === undefined) { return true; }
    if (value === undefined) { return false; }
    if (rule.exact !== undefined) { return fold(value) === fold(rule.exact); }
    if (rule.prefix !== undefined) { return fold(value).startsWith(fold(rule.prefix)); }
    return rule.regex === undefined || new RegExp(`^(?:${rule.regex})$`).test(value);
  };
  const caller = match.gateways !== undefined ? match.gateways.includes(request.gateway)
    : Object.entries(match.sourceLabels ?? {}).every(([key, value]) => request.labels[key] === value)
      && (match.sourceNamespace === undefined || match.sourceNamespace === request.namespace);
  return caller
    && string(match.uri, request.uri, match.ignoreUriCase)
    && string(match.scheme, request.scheme)
    && string(match.method, request.method)
    && string(match.authority, request.authority)
    && (match.port === undefined || match.port === request.port)
    && Object.entries(match.headers ?? {}).every(([name, rule]) => string(rule, request.headers[name]))
    && Object.entries(match.queryParams ?? {}).every(([name, rule]) => string(rule, request.queryParams[name]))
    && !Object.entries(match.withoutHeaders ?? {}).some(([name, rule]) =>
      string(rule, Object.keys(rule).length === 0 ? request.headers[name] : request.headers[name] ?? ''));
}

const word = fc.constantFrom('a', 'A', 'ab', 'b', '/', '/a', '/A', '/ab', '/a/b');
const path = word.map((text) => text.startsWith('/') ? text : `/${text}`);
const rule = (value: fc.Arbitrary<string>): fc.Arbitrary<StringMatch> => fc.oneof(
  value.map((exact) => ({ exact })),
  value.map((prefix) => ({ prefix })),
  fc.constantFrom('.*', '/a.*', 'a+', '[^/]*').map((regex) => ({ regex })),
);
const present: fc.Arbitrary<StringMatch> = fc.constant({});
const names = fc.constantFrom('x', 'y');
const map = <T>(value: fc.Arbitrary<T>) => fc.dictionary(names, value, { maxKeys: 2, noNullPrototype: true });
const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 1 });

const aMatch: fc.Arbitrary<Match> = fc.record({
  uri: some(rule(path)),
  ignoreUriCase: some(fc.boolean()),
  scheme: some(rule(fc.constantFrom('http', 'https'))),
  method: some(rule(fc.constantFrom('GET', 'G', 'POST'))),
  authority: some(rule(word)),
  headers: some(map(fc.oneof(rule(word), present))),
  withoutHeaders: some(map(fc.oneof(rule(word), present))),
  queryParams: some(map(fc.oneof(rule(word), present))),
  port: some(fc.constantFrom(80, 81)),
  sourceLabels: some(map(fc.constantFrom('a', 'b'))),
  sourceNamespace: some(fc.constantFrom('a', 'b')),
  gateways: some(fc.uniqueArray(fc.constantFrom('mesh', 'edge'), { minLength: 1 })),
}).map(({ ignoreUriCase, ...match }) => ({ ...match, ignoreUriCase: match.uri && match.uri.regex === undefined ? ignoreUriCase : undefined }));

/** A match and one that differs from it by little, so that one often covers the other. */
const pair: fc.Arbitrary<[Match, Match]> = fc.tuple(aMatch, aMatch, fc.subarray([
  'uri', 'ignoreUriCase', 'scheme', 'method', 'authority', 'headers', 'withoutHeaders', 'queryParams', 'port', 'sourceLabels', 'sourceNamespace', 'gateways',
] as (keyof Match)[])).map(([a, b, kept]) => [Object.fromEntries(kept.map((field) => [field, a[field]])), b]);

const aRequest: fc.Arbitrary<Request> = fc.record({
  uri: path,
  scheme: fc.constantFrom('http', 'https'),
  method: fc.constantFrom('GET', 'POST'),
  authority: word,
  headers: map(word),
  queryParams: map(word),
  port: fc.constantFrom(80, 81),
  labels: map(fc.constantFrom('a', 'b')),
  namespace: fc.constantFrom('a', 'b'),
  gateway: fc.constantFrom('mesh', 'edge'),
});

function missed(earlier: Match, later: Match, requests: Request[]): void {
  const request = requests.find((one) => matches(later, one) && !matches(earlier, one));
  if (request) {
    throw new Error(`${JSON.stringify(earlier)} covers ${JSON.stringify(later)} and does not match ${JSON.stringify(request)}`);
  }
}

test('what one match covers, it matches too', () => {
  let covered = 0;
  const check = (earlier: Match, later: Match, requests: Request[]) => {
    if (covers(earlier, later)) {
      covered++;
      missed(earlier, later, requests);
    }
  };
  const requests = fc.array(aRequest, { minLength: 20, maxLength: 20 });

  fc.assert(fc.property(pair, requests, ([a, b], all) => {
    check(a, b, all);
    check(a, { ...b, ...a }, all);
    check(b, b, all);
  }), { numRuns: 2000 });

  expect(covered).toBeGreaterThan(2000);
});

test('a single condition that covers another matches all of its requests', () => {
  const field = fc.constantFrom<keyof Match>('uri', 'authority', 'headers', 'withoutHeaders', 'queryParams', 'sourceLabels', 'gateways', 'method');
  const requests = fc.array(aRequest, { minLength: 50, maxLength: 50 });

  fc.assert(fc.property(aMatch, aMatch, field, requests, (first, second, name, all) => {
    const [a, b] = [first, second].map((match) => ({ [name]: match[name], ...(name === 'uri' && { ignoreUriCase: match.ignoreUriCase }) }) as Match);
    fc.pre(covers(a, b));
    missed(a, b, all);
  }), { numRuns: 1000 });
});
