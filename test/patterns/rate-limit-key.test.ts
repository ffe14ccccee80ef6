import { HttpMatch, RateLimitKey, StringMatch } from '../../src';

const headers = (match: HttpMatch) => JSON.parse(JSON.stringify(RateLimitKey.requests('some', match)._action)).header_value_match.headers;

describe('RateLimitKey', () => {
  test.each<[string, RateLimitKey, object, object]>([
    ['each value of a header', RateLimitKey.header('x-user'), { key: 'x-user' }, { request_headers: { header_name: 'x-user', descriptor_key: 'x-user' } }],
    ['one value of a header', RateLimitKey.header(':path', { key: 'PATH', value: '/' }), { key: 'PATH', value: '/' }, { request_headers: { header_name: ':path', descriptor_key: 'PATH' } }],
    ['the client\'s address', RateLimitKey.remoteAddress(), { key: 'remote_address' }, { remote_address: {} }],
    ['a constant', RateLimitKey.generic('edge'), { key: 'generic_key', value: 'edge' }, { generic_key: { descriptor_value: 'edge' } }],
    ['a constant of another key', RateLimitKey.generic('edge', { key: 'gateway' }), { key: 'gateway', value: 'edge' }, { generic_key: { descriptor_value: 'edge', descriptor_key: 'gateway' } }],
    ['some requests', RateLimitKey.requests('posts', HttpMatch.method('POST')), { key: 'header_match', value: 'posts' },
      { header_value_match: { descriptor_value: 'posts', headers: [{ name: ':method', string_match: { exact: 'POST' } }] } }],
  ])('counts by %s', (_, key, entry, action) => {
    expect([key._entry, key._action]).toEqual([entry, action]);
  });

  test.each<[string, HttpMatch, object]>([
    ['a path, whatever its query', HttpMatch.path('/a.b'), { name: ':path', string_match: { safe_regex: { regex: '/a\\.b(\\?.*)?' } } }],
    ['a path, whatever its case', HttpMatch.of({ uri: StringMatch.exact('/a'), ignoreUriCase: true }), { name: ':path', string_match: { safe_regex: { regex: '(?i)/a(\\?.*)?' } } }],
    ['the beginning of a path', HttpMatch.of({ uri: StringMatch.prefix('/a'), ignoreUriCase: true }), { name: ':path', string_match: { prefix: '/a', ignore_case: true } }],
    ['an expression on a path', HttpMatch.pathRegex('/a|/b'), { name: ':path', string_match: { safe_regex: { regex: '(/a|/b)(\\?.*)?' } } }],
    ['a host, whatever its port and case', HttpMatch.of({ authority: StringMatch.exact('a.example.com') }),
      { name: ':authority', string_match: { safe_regex: { regex: '(?i)a\\.example\\.com(:\\d+)?' } } }],
    ['the beginning of a host', HttpMatch.of({ authority: StringMatch.prefix('a.') }), { name: ':authority', string_match: { prefix: 'a.' } }],
    ['a scheme', HttpMatch.of({ scheme: StringMatch.exact('https') }), { name: ':scheme', string_match: { exact: 'https' } }],
    ['a header', HttpMatch.header('x-plan', StringMatch.regex('f.*')), { name: 'x-plan', string_match: { safe_regex: { regex: 'f.*' } } }],
    ['a header that is there', HttpMatch.header('x-plan', StringMatch.present()), { name: 'x-plan', present_match: true }],
    ['a header that is not there', HttpMatch.of({ withoutHeaders: { 'x-plan': StringMatch.present() } }), { name: 'x-plan', present_match: true, invert_match: true }],
    ['a header that has not a value', HttpMatch.of({ withoutHeaders: { 'x-plan': StringMatch.exact('a') } }),
      { name: 'x-plan', string_match: { exact: 'a' }, invert_match: true, treat_missing_header_as_empty: true }],
  ])('matches %s', (_, match, expected) => {
    expect(headers(match)).toEqual([expected]);
  });

  test.each<[string, () => unknown, string]>([
    ['a header that is none', () => RateLimitKey.header('X-User'), 'the header of RateLimitKey.header "X-User" has upper-case letters'],
    ['no header', () => RateLimitKey.header(undefined as any), 'the header of RateLimitKey.header is undefined, expected a non-empty string'],
    ['a claim', () => RateLimitKey.header('@request.auth.claims.sub'), 'the header of RateLimitKey.header is "@request.auth.claims.sub", expected a header, since only routes know claims'],
    ['an unknown option', () => RateLimitKey.header('a', { values: [] } as any), 'RateLimitKey.header has no property "values"'],
    ['an unknown option of a constant', () => RateLimitKey.generic('a', { name: 'b' } as any), 'RateLimitKey.generic has no property "name"'],
    ['an empty constant', () => RateLimitKey.generic(''), 'the value of RateLimitKey.generic is "", expected a non-empty string'],
    ['no name', () => RateLimitKey.requests('', HttpMatch.path('/a')), 'the name of RateLimitKey.requests is "", expected a non-empty string'],
    ['a match that is none', () => RateLimitKey.requests('a', '/a' as any), 'the match of RateLimitKey.requests is "/a", expected an HttpMatch'],
    ['a match on what limits do not know', () => RateLimitKey.requests('a', HttpMatch.queryParam('q', StringMatch.exact('1'))),
      'the match of RateLimitKey.requests has queryParams, expected path, method, scheme, authority and headers only'],
    ['a match on a claim', () => RateLimitKey.requests('a', HttpMatch.jwtClaim('group', StringMatch.exact('a'))), 'the match of RateLimitKey.requests has a claim of a token'],
  ])('refuses %s', (_, act, message) => {
    expect(act).toThrow(message);
  });
});
