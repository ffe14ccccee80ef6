import { dnsLabel, headerMatchName, headerName, hostname, hostnameOrIp, hostsOverlap, isIp, isIpBlock, isJwtClaim, isWithinHost, labels, objectName } from '../../src/private/names';

describe('dnsLabel', () => {
  test.each(['a', 'v1', 'A-b', 'a'.repeat(63)])('takes %s', (name) => {
    expect(dnsLabel('the name', name)).toBe(name);
  });

  test.each<[unknown]>([[''], ['-a'], ['a-'], ['a.b'], ['a b'], ['ä'], ['a'.repeat(64)], [undefined], [null], [5]])('refuses %p', (name) => {
    expect(() => dnsLabel('the name', name as string)).toThrow(/^the name is .*, expected a DNS label of at most 63 letters, digits and dashes; rename it$/);
  });
});

describe('objectName', () => {
  test.each(['a', 'orders-v1', 'orders.shop', 'a'.repeat(253)])('takes %s', (name) => {
    expect(objectName('the name', name)).toBe(name);
  });

  test.each<[unknown]>([[''], ['Orders'], ['-a'], ['a.'], ['a..b'], ['a/b'], ['a'.repeat(254)], [undefined]])('refuses %p', (name) => {
    expect(() => objectName('the name', name as string)).toThrow(/^the name is .*, expected at most 253 lower-case letters, digits, dashes and dots; rename it$/);
  });
});

describe('hostname', () => {
  test.each(['orders', 'shop.example.com', '*.example.com', '*', '*-eu.example.com', '*shop.example.com', 'shop.example.com.', 'xn--bcher-kva.example', '5'])('takes %s', (host) => {
    expect(hostname('the host', host)).toBe(host);
  });

  test.each<[unknown]>([
    [''], ['.'], ['a..b'], ['a_b.com'], ['bücher.example'], ['https://a.com'], ['a.com:80'], ['a.com/x'], ['a.*.com'], ['*-'], ['-a.com'], ['1.2'],
    ['1.2.3.4'], ['::1'], [`${'a.'.repeat(127)}aa`], [`${'a'.repeat(64)}.com`], [null], [undefined], [5], [['a.com']],
  ])('refuses %p', (host) => {
    expect(() => hostname('the host', host as string))
      .toThrow(/^the host is .*, expected a DNS name such as "shop.example.com" or "\*.example.com"; give the host without scheme, port or path$/);
  });

  test('hostnameOrIp takes IP addresses too', () => {
    expect(['1.2.3.4', '2001:db8::1', 'a.com'].map((host) => hostnameOrIp('the host', host))).toEqual(['1.2.3.4', '2001:db8::1', 'a.com']);
    expect(() => hostnameOrIp('the host', '1.2.3.400')).toThrow('the host is "1.2.3.400", expected a DNS name');
  });

  test('isIp tells addresses from names', () => {
    expect(['1.2.3.4', '::', '999.1.1.1', ':', 'a', 5, null].map((value) => isIp(value as string))).toEqual([true, true, false, false, false, false, false]);
  });
});

describe('hostsOverlap', () => {
  test.each([
    ['a.com', 'a.com', true],
    ['*.com', 'a.com', true],
    ['b.a.com', '*.a.com', true],
    ['*.a.com', '*.com', true],
    ['*', 'a.com', true],
    ['a.com', 'b.com', false],
    ['*.a.com', 'a.com', false],
    ['*.a.com', '*.b.com', false],
  ])('%s and %s: %s', (a, b, overlap) => {
    expect(hostsOverlap(a, b)).toBe(overlap);
  });
});

describe('header names', () => {
  test.each(['x-canary', ':method', ':scheme', ':authority', ':path', ':status', '@request.auth.claims.group', '@request.auth.claims[nested][group]', '@request.auth.claims.UPPER'])('%s can be matched', (name) => {
    expect(headerMatchName('the header', name)).toBe(name);
  });

  test.each([
    ['X-Canary', 'the header "X-Canary" has upper-case letters, expected lower case as HTTP/2 sends it; write "x-canary"'],
    ['x canary', 'the header "x canary" is no header name, expected letters, digits and dashes or one of :method, :scheme, :authority, :path, :status; leave out colons and blanks'],
    [':other', 'the header ":other" is no header name'],
    ['', 'the header "" is no header name'],
    ['ünï', 'the header "ünï" is no header name'],
    ['@request.auth.principal', 'the header "@request.auth.principal" is no header name'],
  ])('%s can not be matched', (name, message) => {
    expect(() => headerMatchName('the header', name)).toThrow(message);
  });

  test('a claim of a token is told from a header', () => {
    expect(['@request.auth.claims.group', '@request.auth.claims', 'x-claims'].map(isJwtClaim)).toEqual([true, false, false]);
  });

  test('plain headers may have any case', () => {
    expect(headerName('the header', 'X-Request-Id')).toBe('X-Request-Id');
    expect(() => headerName('the header', ':path')).toThrow('the header is ":path", expected a header name of letters, digits and dashes; leave out colons and blanks');
    expect(() => headerName('the header', 5 as any)).toThrow('the header is 5, expected a header name');
  });
});

describe('a host within another', () => {
  test.each([
    ['a.com', 'a.com'], ['a.b.com', '*.b.com'], ['a.b.com', '*'], ['*.b.com', '*.b.com'], ['*.a.b.com', '*.b.com'], ['*', '*'], ['*-eu.b.com', '*.b.com'],
  ])('%s is within %s', (inner, outer) => {
    expect(isWithinHost(inner, outer)).toBe(true);
  });

  test.each([['a.com', 'b.com'], ['b.com', '*.b.com'], ['*.b.com', 'a.b.com'], ['*.com', '*.b.com'], ['*', '*.com'], ['A.com', 'a.com']])('%s is not within %s', (inner, outer) => {
    expect(isWithinHost(inner, outer)).toBe(false);
  });
});

describe('a block of IP addresses', () => {
  test.each(['10.0.0.1', '10.0.0.0/8', '0.0.0.0/0', '::1', '2001:db8::/128'])('%s is one', (value) => {
    expect(isIpBlock(value)).toBe(true);
  });

  test.each([['10.0.0.0/33'], ['::/129'], ['10.0.0.0/'], ['10.0.0.0/08'], ['10.0.0.0/8/8'], ['fe80::1%eth0'], ['a.com'], [''], [null], [10]])('%p is none', (value) => {
    expect(isIpBlock(value as string)).toBe(false);
  });
});

describe('labels', () => {
  test.each([[{}], [{ app: 'orders' }], [{ 'app.kubernetes.io/name': 'a.b_c-d' }], [{ a: '' }], [{ ['a'.repeat(63)]: 'b'.repeat(63) }]])('%p can be selected', (values) => {
    expect(labels('the selector', values as Record<string, string>)).toEqual(values);
  });

  test.each<[unknown, string]>([
    [{ 'a b': 'c' }, 'the selector has "a b": "c", expected a Kubernetes label; use at most 63 letters, digits, dashes, dots and underscores'],
    [{ a: 'b c' }, 'the selector has "a": "b c"'],
    [{ a: 5 }, 'the selector has "a": 5'],
    [{ a: undefined }, 'the selector has "a": undefined'],
    [{ 'x/y/z': 'a' }, 'the selector has "x/y/z": "a"'],
    [{ 'UPPER/a': 'b' }, 'the selector has "UPPER/a": "b"'],
    [{ '/a': 'b' }, 'the selector has "/a": "b"'],
    [{ ['a'.repeat(64)]: 'b' }, 'expected a Kubernetes label'],
    [{ [`${'a'.repeat(254)}/b`]: 'c' }, 'expected a Kubernetes label'],
    [{ a: 'b'.repeat(64) }, 'expected a Kubernetes label'],
    ['app=orders', 'the selector is "app=orders", expected an object with its properties'],
    [null, 'the selector is null, expected an object with its properties'],
    [['app'], 'the selector is ["app"], expected an object with its properties'],
  ])('%p is refused', (values, message) => {
    expect(() => labels('the selector', values as any)).toThrow(message);
  });
});
