import { Testing } from 'cdk8s';
import { Destination, HttpMatch, HttpMatchOptions, HttpRoute, IstioGateway, ServiceRef, StringMatch, VirtualService } from '../../src';

const orders = ServiceRef.fromName('orders');

function render(match: HttpMatch) {
  const chart = Testing.chart();
  new VirtualService(chart, 'Shop', { hosts: ['shop.example.com'], gateways: [IstioGateway.fromName('edge')], http: [HttpRoute.forward(Destination.service(orders), { match: [match] })] });
  return { chart, rendered: Testing.synth(chart)[0].spec.http[0].match[0] };
}

describe('HttpMatch', () => {
  test.each<[string, HttpMatch, object]>([
    ['path', HttpMatch.path('/orders'), { uri: { exact: '/orders' } }],
    ['pathPrefix', HttpMatch.pathPrefix('/orders/'), { uri: { prefix: '/orders/' } }],
    ['pathRegex', HttpMatch.pathRegex('/orders/[0-9]+'), { uri: { regex: '/orders/[0-9]+' } }],
    ['grpc', HttpMatch.grpc('shop.v1.Orders'), { uri: { prefix: '/shop.v1.Orders/' } }],
    ['grpc with method', HttpMatch.grpc('shop.v1.Orders', 'Get'), { uri: { exact: '/shop.v1.Orders/Get' } }],
    ['method', HttpMatch.method('GET'), { method: { exact: 'GET' } }],
    ['header', HttpMatch.header('x-canary', StringMatch.exact('true')), { headers: { 'x-canary': { exact: 'true' } } }],
    ['header that is there', HttpMatch.header('x-canary', StringMatch.present()), { headers: { 'x-canary': {} } }],
    ['queryParam', HttpMatch.queryParam('debug', StringMatch.present()), { queryParams: { debug: {} } }],
    ['cookie', HttpMatch.cookie('user', 'a.b'), { headers: { cookie: { regex: '(.*;\\s*)?user=a\\.b(\\s*;.*)?' } } }],
    ['jwtClaim', HttpMatch.jwtClaim('group', StringMatch.exact('admin')), { headers: { '@request.auth.claims.group': { exact: 'admin' } } }],
    ['all', HttpMatch.all(HttpMatch.pathPrefix('/orders'), HttpMatch.method('GET'), HttpMatch.header('x-a', StringMatch.present())),
      { uri: { prefix: '/orders' }, method: { exact: 'GET' }, headers: { 'x-a': {} } }],
    ['all of one', HttpMatch.all(HttpMatch.method('GET')), { method: { exact: 'GET' } }],
    ['of everything', HttpMatch.of({
      name: 'orders',
      uri: StringMatch.prefix('/orders'),
      ignoreUriCase: true,
      scheme: StringMatch.exact('https'),
      method: StringMatch.regex('GET|HEAD'),
      authority: StringMatch.exact('shop.example.com:8443'),
      headers: { 'x-a': StringMatch.prefix('a') },
      withoutHeaders: { 'x-b': StringMatch.present(), 'x-c': StringMatch.exact('c') },
      queryParams: { q: StringMatch.exact('1') },
      port: 8443,
      sourceLabels: { app: 'web' },
      sourceNamespace: 'shop',
      gateways: [IstioGateway.fromName('edge', { namespace: 'ingress' })],
      statPrefix: 'orders',
    }), {
      name: 'orders',
      uri: { prefix: '/orders' },
      ignoreUriCase: true,
      scheme: { exact: 'https' },
      method: { regex: 'GET|HEAD' },
      authority: { exact: 'shop.example.com:8443' },
      headers: { 'x-a': { prefix: 'a' } },
      withoutHeaders: { 'x-b': {}, 'x-c': { exact: 'c' } },
      queryParams: { q: { exact: '1' } },
      port: 8443,
      sourceLabels: { app: 'web' },
      sourceNamespace: 'shop',
      gateways: ['ingress/edge'],
      statPrefix: 'orders',
    }],
    ['of empty maps', HttpMatch.of({ port: 80, headers: {}, queryParams: {}, withoutHeaders: {}, gateways: [] }), { port: 80 }],
  ])('%s', (_, match, expected) => {
    const { chart, rendered } = render(match);

    expect(rendered).toEqual(expected);
    expect(chart).toBeAcceptedByIstio();
  });

  test.each<[string, () => unknown, string]>([
    ['nothing', () => HttpMatch.of({}), 'the match has no condition, expected at least one; to match every request leave the match out'],
    ['a name alone', () => HttpMatch.of({ name: 'a', headers: {} }), 'the match has no condition'],
    ['null', () => HttpMatch.of(null as any), 'the match is null, expected an object'],
    ['a path for options', () => HttpMatch.of('/orders' as any), 'the match is "/orders", expected an object'],
    ['an unknown property', () => HttpMatch.of({ path: '/orders' } as any), 'HttpMatch has no property "path"'],
    ['exact and prefix in one', () => HttpMatch.of({ uri: { exact: '/a', prefix: '/b' } as any }), 'match.uri is {"exact":"/a","prefix":"/b"}, expected a StringMatch; write StringMatch.exact(...), .prefix(...) or .regex(...), one of them'],
    ['exact and prefix in a header', () => HttpMatch.header('x-a', { exact: 'a', prefix: 'b' } as any), 'match.headers["x-a"] is {"exact":"a","prefix":"b"}, expected a StringMatch'],
    ['a path as text', () => HttpMatch.of({ uri: '/orders' as any }), 'match.uri is "/orders", expected a StringMatch'],
    ['a scheme that is null', () => HttpMatch.of({ scheme: null as any }), 'match.scheme is null, expected a StringMatch'],
    ['an authority that only has to be there', () => HttpMatch.of({ authority: StringMatch.present() }), 'match.authority is StringMatch.present(), expected a value to compare with; every request has one, so leave it out'],
    ['a header in upper case', () => HttpMatch.header('X-A', StringMatch.present()), 'the header in match.headers "X-A" has upper-case letters, expected lower case as HTTP/2 sends it; write "x-a"'],
    ['a header that is none', () => HttpMatch.of({ withoutHeaders: { 'x a': StringMatch.present() } }), 'the header in match.withoutHeaders "x a" is no header name'],
    ['headers as text', () => HttpMatch.of({ headers: 'x-a' as any }), 'match.headers is "x-a", expected an object'],
    ['headers as a Map', () => HttpMatch.of({ port: 80, withoutHeaders: new Map() as any }), 'match.withoutHeaders is a Map, expected an object'],
    ['parameters that are null', () => HttpMatch.of({ queryParams: null as any }), 'match.queryParams is null, expected an object'],
    ['a parameter as text', () => HttpMatch.queryParam('q', '1' as any), 'match.queryParams["q"] is "1", expected a StringMatch'],
    ['case without path', () => HttpMatch.of({ port: 80, ignoreUriCase: true }), 'match.ignoreUriCase is true, expected an exact or prefix uri beside it; in an expression write (?i)'],
    ['case of an expression', () => HttpMatch.of({ uri: StringMatch.regex('/a'), ignoreUriCase: true }), 'match.ignoreUriCase is true, expected an exact or prefix uri'],
    ['case as text', () => HttpMatch.of({ uri: StringMatch.exact('/a'), ignoreUriCase: 'yes' as any }), 'match.ignoreUriCase is "yes", expected true or false'],
    ['port 0', () => HttpMatch.of({ port: 0 }), 'match.port is 0, expected a whole number from 1 to 65535'],
    ['a namespace that is none', () => HttpMatch.of({ sourceNamespace: '*' }), 'match.sourceNamespace is "*", expected a DNS label'],
    ['labels that are none', () => HttpMatch.of({ sourceLabels: { a: 'b c' } }), 'match.sourceLabels has "a": "b c", expected a Kubernetes label'],
    ['labels as text', () => HttpMatch.of({ sourceLabels: 'a=b' as any }), 'match.sourceLabels is "a=b", expected an object'],
    ['gateways as text', () => HttpMatch.of({ gateways: 'mesh' as any }), 'the gateways is "mesh", expected a list'],
    ['a gateway as text', () => HttpMatch.of({ gateways: ['mesh' as any] }), 'the name of the gateway is undefined, expected a non-empty string; pass an IstioGateway or IstioGateway.fromName("edge")'],
    ['an empty name', () => HttpMatch.of({ port: 80, name: '' }), 'match.name is "", expected a non-empty string; leave it out for no name'],
    ['an empty prefix of statistics', () => HttpMatch.of({ port: 80, statPrefix: '' }), 'match.statPrefix is "", expected a non-empty string; leave it out for no statistics'],
    ['a path without slash', () => HttpMatch.path('orders'), 'the path is "orders", expected it to begin with a slash; write "/orders"'],
    ['a prefix without slash', () => HttpMatch.pathPrefix('*'), 'the path is "*", expected it to begin with a slash; write "/*"'],
    ['an empty path', () => HttpMatch.path(''), 'the path is "", expected a non-empty string; give one such as /orders'],
    ['no path', () => HttpMatch.pathPrefix(undefined as any), 'the path is undefined, expected a non-empty string'],
    ['no service', () => HttpMatch.grpc(''), 'the gRPC service is "", expected a non-empty string; give its full name, such as shop.goods.v1.Goods'],
    ['no method of a service', () => HttpMatch.grpc('shop.Orders', null as any), 'the gRPC method is null, expected a non-empty string; leave it out for any method'],
    ['no method', () => HttpMatch.method(''), 'the method is "", expected a non-empty string; give one such as GET'],
    ['a method in lower case', () => HttpMatch.method('get'), 'the method is "get", expected upper case as HTTP sends it; write "GET"'],
    ['no claim', () => HttpMatch.jwtClaim('', StringMatch.present()), 'the claim is "", expected a non-empty string; give a name such as group'],
    ['a cookie with a blank', () => HttpMatch.cookie('user', 'a b'), 'the cookie is "user" with the value "a b", expected a name and a value without blank, comma and semicolon; encode the value'],
    ['a cookie whose name has a sign', () => HttpMatch.cookie('a=b', 'c'), 'the cookie is "a=b" with the value "c"'],
    ['a cookie without value', () => HttpMatch.cookie('user', undefined as any), 'the cookie is "user" with the value undefined'],
    ['nothing to join', () => HttpMatch.all(), 'HttpMatch.all is [], expected a list of at least one entry; give the matches to join'],
    ['a single match that is none', () => HttpMatch.all('/orders' as any), 'a joined match is "/orders", expected an HttpMatch; write for example HttpMatch.pathPrefix("/orders")'],
    ['a first match that is none', () => HttpMatch.all(null as any, HttpMatch.method('GET')), 'a joined match is null, expected an HttpMatch'],
    ['a second match that is none', () => HttpMatch.all(HttpMatch.method('GET'), {} as any), 'a joined match is {}, expected an HttpMatch'],
  ])('refuses %s', (_, build, message) => {
    expect(build).toThrow(message);
  });
});

describe('HttpMatch.all', () => {
  const { exact, prefix, regex, present } = StringMatch;
  const header = (match: StringMatch) => HttpMatch.header('x-a', match);

  test.each<[string, HttpMatch, HttpMatch, object]>([
    ['a path within a prefix', HttpMatch.pathPrefix('/orders'), HttpMatch.path('/orders/7'), { uri: { exact: '/orders/7' } }],
    ['a prefix around a path', HttpMatch.path('/orders/7'), HttpMatch.pathPrefix('/orders'), { uri: { exact: '/orders/7' } }],
    ['a value of a header that is there', header(present()), header(prefix('a')), { headers: { 'x-a': { prefix: 'a' } } }],
    ['several headers', header(present()), HttpMatch.header('x-b', exact('b')), { headers: { 'x-a': {}, 'x-b': { exact: 'b' } } }],
    ['the wider of what is excluded', HttpMatch.of({ withoutHeaders: { 'x-a': prefix('a') } }), HttpMatch.of({ withoutHeaders: { 'x-a': exact('ab') } }), { withoutHeaders: { 'x-a': { prefix: 'a' } } }],
    ['the wider of what is excluded, turned', HttpMatch.of({ withoutHeaders: { 'x-a': exact('ab') } }), HttpMatch.of({ withoutHeaders: { 'x-a': prefix('a') } }), { withoutHeaders: { 'x-a': { prefix: 'a' } } }],
    ['one port', HttpMatch.of({ port: 80 }), HttpMatch.of({ port: 80, method: exact('GET') }), { port: 80, method: { exact: 'GET' } }],
    ['labels', HttpMatch.of({ sourceLabels: { a: 'b' } }), HttpMatch.of({ sourceLabels: { c: 'd' } }), { sourceLabels: { a: 'b', c: 'd' } }],
    ['paths without case', HttpMatch.of({ uri: prefix('/a'), ignoreUriCase: true }), HttpMatch.of({ uri: prefix('/ab'), ignoreUriCase: true }), { uri: { prefix: '/ab' }, ignoreUriCase: true }],
  ])('joins %s', (_, a, b, expected) => {
    expect(render(HttpMatch.all(a, b)).rendered).toEqual(expected);
  });

  test.each<[string, HttpMatchOptions, HttpMatchOptions, string]>([
    ['two paths', { uri: exact('/a') }, { uri: exact('/b') }, 'two joined matches compare "uri" with {"exact":"/a"} and {"exact":"/b"}, expected one within the other; no single match says both'],
    ['two expressions', { headers: { 'x-a': regex('a') } }, { headers: { 'x-a': regex('b') } }, 'two joined matches compare "x-a" with {"regex":"a"} and {"regex":"b"}'],
    ['two ports', { port: 80 }, { port: 81 }, 'two joined matches set "port" to 80 and 81, expected one of them; write them as one HttpMatch.of({ ... })'],
    ['two values of a label', { sourceLabels: { a: 'b' } }, { sourceLabels: { a: 'c' } }, 'two joined matches set "a" to "b" and "c", expected one of them'],
    ['paths with and without case', { uri: exact('/a'), ignoreUriCase: true }, { uri: exact('/a') }, 'one of two joined matches has ignoreUriCase, expected both or none; set it on both'],
  ])('refuses %s', (_, a, b, message) => {
    expect(() => HttpMatch.all(HttpMatch.of(a), HttpMatch.of(b))).toThrow(message);
  });
});
