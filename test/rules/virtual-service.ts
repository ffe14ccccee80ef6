import { cel, checked, inexpressible, Rule, throws, type, warned } from './rule';
import { forward, millis, orders, route, seconds, service, toOrders } from './shared';
import {
  Destination, HttpFault, HttpMatch, HttpRoute, IstioGateway, RetryOn, RetryPolicy, ServiceRef, StringMatch, Subset, TcpRoute, TlsRoute,
  VirtualService,
} from '../../src';

const edge = IstioGateway.fromName('edge');
const DURATION = 'must be a valid duration greater than 1ms';
const delegate = VirtualService.fromName('leaf');
const match = (write: () => HttpMatch) => forward(() => ({ match: [write()] }));
const response = (headers: object) => forward(() => ({ headers: { response: headers } }));
const request = (headers: object) => forward(() => ({ headers: { request: headers } }));
const tls = (sniHosts: string[], options: object = {}) => service({ hosts: ['orders.example.com'], gateways: [edge], tls: [TlsRoute.forward(toOrders, { match: [{ sniHosts, ...options }] })] });

export const virtualService: Rule[] = [
  throws('a delegate, which has no hosts, has no gateways', 'the VirtualService has gateways and no hosts, expected both', service({ gateways: [edge], http: [HttpRoute.forward(toOrders)] })),
  throws('a delegate has no tls', 'tls rule 1 stands in a VirtualService without hosts, expected HTTP rules only there', (chart) => service({ tls: [TlsRoute.forward(toOrders, { match: [{ sniHosts: ['a.com'] }] })] })(chart)),
  throws('a delegate has no tcp', 'tcp rule 1 stands in a VirtualService without hosts, expected HTTP rules only there', (chart) => service({ tcp: [TcpRoute.forward(toOrders)] })(chart)),
  throws('there is one of http, tls and tcp', 'Validation failed with the following errors:\n  [test/Orders] the VirtualService has no rules, expected at least one', (chart) => { service({ services: [orders], http: [] })(chart); }),
  throws('a host is a DNS name or an IP', 'a host is "my orders", expected a DNS name such as "shop.example.com" or "*.example.com"', service({ hosts: ['my orders'], http: [HttpRoute.forward(toOrders)] })),
  throws('the mesh takes no host *', 'the host "*" is bound to the mesh, expected gateways only', service({ hosts: ['*'], http: [HttpRoute.forward(toOrders)] })),
  throws('no host stands twice', 'the hosts "a.com" and "a.com" overlap, expected each name once', service({ hosts: ['a.com', 'a.com'], gateways: [edge], http: [HttpRoute.forward(toOrders)] })),
  throws('no host is part of another', 'the hosts "*.com" and "a.com" overlap, expected each name once', service({ hosts: ['*.com', 'a.com'], gateways: [edge], http: [HttpRoute.forward(toOrders)] })),
  throws('a gateway\'s name is a DNS label', 'the name of the gateway is "my edge", expected a DNS label of at most 63 letters, digits and dashes', () => IstioGateway.fromName('my edge')),
  throws('a gateway\'s namespace is a DNS label', 'the namespace of the gateway is "a/b", expected a DNS label of at most 63 letters, digits and dashes', () => IstioGateway.fromName('edge', { namespace: 'a/b' })),
  inexpressible('a gateway is not named by the deprecated host form', 'IIstioGateway has a name and a namespace'),
  throws('a claim is matched at gateways only', 'rule 1 matches a claim of a token in the mesh, expected gateways only', match(() => HttpMatch.jwtClaim('group', StringMatch.exact('a')))),
  inexpressible('a rule has a route, a redirect or a direct response: none', 'HttpRoute is made by its action'),
  inexpressible('a rule has a route, a redirect or a direct response: two', 'HttpRoute is made by one action'),
  type('a redirect has no fault', 'a redirect has no property "fault" (got an HttpFault)', route(() => {
    // @ts-expect-error
    return HttpRoute.redirect({ uri: '/' }, { fault: HttpFault.abort(500, 1) });
  })),
  type('a direct response has no fault', 'a direct response has no property "fault" (got an HttpFault)', route(() => {
    // @ts-expect-error
    return HttpRoute.directResponse(200, { fault: HttpFault.abort(500, 1) });
  })),
  type('a redirect has no rewrite', 'a redirect has no property "rewrite" (got {"uri":"/"})', route(() => {
    // @ts-expect-error
    return HttpRoute.redirect({ uri: '/' }, { rewrite: { uri: '/' } });
  })),
  type('a direct response has no rewrite', 'a direct response has no property "rewrite" (got {"uri":"/"})', route(() => {
    // @ts-expect-error
    return HttpRoute.directResponse(200, { rewrite: { uri: '/' } });
  })),
  throws('a rule has mirror or mirrors', 'the rule has mirrors and mirror, expected one of them', forward(() => ({ mirror: toOrders, mirrors: [{ destination: toOrders }] }))),
  inexpressible('a rule that delegates has no route and no redirect', 'HttpRoute.delegate takes neither'),
  throws('a delegate does not delegate', 'rule 1 delegates in a VirtualService without hosts, expected one level', service({ http: [HttpRoute.delegate(delegate)] })),
  throws('there are no null rules', 'the rule is null, expected an HttpRoute', service({ services: [orders], http: [null as any] })),
  throws('there are no null matches', 'a match is null, expected an HttpMatch', forward(() => ({ match: [null as any] }))),
  throws('there are no null mirrors', 'a mirror is null, expected an object with its properties', forward(() => ({ mirrors: [null as any] }))),
  throws('there are no null destinations', 'destination 1 of the split is null, expected an object with its properties', route(() => HttpRoute.split([null as any]))),
  throws('a header to match is a token', 'the header in match.headers "x a" is no header name, expected letters, digits and dashes or one of :method, :scheme, :authority, :path, :status', match(() => HttpMatch.header('x a', StringMatch.exact('a')))),
  throws('a header to match has a value', 'match.headers["x-a"] is null, expected a StringMatch', match(() => HttpMatch.header('x-a', null as any))),
  throws('a prefix to match is not empty', 'StringMatch.prefix is "", expected a non-empty string', () => StringMatch.prefix('')),
  throws('an expression is not empty', 'StringMatch.regex is 0 characters long, expected an RE2 expression of 1 to 1024 characters', () => StringMatch.regex('')),
  throws('an expression has 1024 characters at most', 'StringMatch.regex is 1025 characters long, expected an RE2 expression of 1 to 1024 characters', () => StringMatch.regex('a'.repeat(1025))),
  throws('an expression is RE2', 'StringMatch.regex is "(?=a)", expected an RE2 expression (error parsing regexp: invalid or unsupported Perl syntax: `(?=`)', () => StringMatch.regex('(?=a)')),
  inexpressible('a match has one of exact, prefix and regex', 'StringMatch is made by one of them'),
  throws('a port to match is 1 to 65535', 'match.port is 0, expected a whole number from 1 to 65535', match(() => HttpMatch.of({ port: 0 }))),
  throws('sourceLabels are labels', 'match.sourceLabels has "a": "b c", expected a Kubernetes label', match(() => HttpMatch.of({ sourceLabels: { a: 'b c' } }))),
  throws('sourceNamespace is a DNS label', 'match.sourceNamespace is "a b", expected a DNS label of at most 63 letters, digits and dashes', match(() => HttpMatch.of({ sourceNamespace: 'a b' }))),
  throws('the gateways of a match are named', 'the name of the gateway is "my edge", expected a DNS label of at most 63 letters, digits and dashes', match(() => HttpMatch.of({ gateways: [{ name: 'my edge' }] }))),
  throws('a destination is not missing', 'the destination is undefined, expected a Destination', route(() => HttpRoute.forward(undefined as any))),
  throws('a destination is not *', 'the destination is "*", expected one host', () => Destination.host('*')),
  throws('a destination is a name', 'the host is "my orders", expected a DNS name such as "shop.example.com" or "*.example.com"', () => Destination.host('my orders')),
  throws('a subset is a DNS label', 'the name of the subset is "v 1", expected a DNS label of at most 63 letters, digits and dashes', () => Subset.fromName(orders, 'v 1')),
  throws('a weight is not negative', 'the weight of destination 1 of the split is -1, expected a whole number from 0 to 2147483647', route(() => HttpRoute.split([{ destination: toOrders, weight: -1 }]))),
  throws('the weights of several destinations are not all 0', 'the weights of the split are [0,0], expected at least one above 0', route(() => HttpRoute.split([{ destination: toOrders, weight: 0 }, { destination: Destination.host('b'), weight: 0 }]))),
  throws('a header of requests is no pseudo-header but :authority', 'the header in headers.request.set is ":path", expected a header name of letters, digits and dashes', request({ set: { ':path': 'a' } })),
  throws('the host of requests is not removed', 'headers.request.remove names "host", expected another header', request({ remove: ['host'] })),
  throws('the host of responses is not set', 'headers.response.set names "host", expected another header', response({ set: { host: 'a' } })),
  throws('pseudo-headers of responses are not set', 'the header in headers.response.set is ":status", expected a header name of letters, digits and dashes', response({ set: { ':status': '1' } })),
  throws('a header is a token', 'the header in headers.response.set is "x a", expected a header name of letters, digits and dashes', response({ set: { 'x a': '1' } })),
  throws('the value of a header has no control characters', 'headers.response.set["x-a"] is "a\\nb", expected a string without control characters', response({ set: { 'x-a': 'a\nb' } })),
  throws('the value of a header has whole expressions', 'headers.response.set["x-a"] is "%REQ(a)", expected percent signs to enclose a variable', response({ set: { 'x-a': '%REQ(a)' } })),
  throws('the authority is set once', 'the authority is set by headers.request.set[":authority"] and rewrite.authority, expected one of them', forward(() => ({ rewrite: { authority: 'a' }, headers: { request: { set: { ':authority': 'b' } } } }))),
  throws('an origin to match is not empty', 'StringMatch.exact is "", expected a non-empty string', forward(() => ({ cors: { allowOrigins: [StringMatch.exact('')] } }))),
  throws('an origin\'s expression is RE2', 'StringMatch.regex is "(", expected an RE2 expression (error parsing regexp: missing closing ): `(`)', forward(() => ({ cors: { allowOrigins: [StringMatch.regex('(')] } }))),
  throws('the methods of cors are those of HTTP', 'cors.allowMethods has "get", expected one of GET, HEAD, POST, PUT, PATCH, DELETE, CONNECT, OPTIONS, TRACE, *', forward(() => ({ cors: { allowOrigins: [StringMatch.exact('a')], allowMethods: ['get'] } }))),
  throws('the headers of cors are tokens', 'the header in cors.allowHeaders is "x a", expected a header name of letters, digits and dashes', forward(() => ({ cors: { allowOrigins: [StringMatch.exact('a')], allowHeaders: ['x a'] } }))),
  throws('maxAge of cors is of whole seconds', 'cors.maxAge is 1500 ms, expected whole seconds', forward(() => ({ cors: { allowOrigins: [StringMatch.exact('a')], maxAge: millis(1500) } }))),
  throws('maxAge of cors is 1 ms at least', 'cors.maxAge is 0 ms, expected a whole number of milliseconds and at least 1', forward(() => ({ cors: { allowOrigins: [StringMatch.exact('a')], maxAge: millis(0) } })), cel(DURATION, /corsPolicy.maxAge$/)),
  throws('a fault delays or aborts', 'HttpFault.all is [], expected a list of at least one entry', () => HttpFault.all()),
  throws('the share of a fault is 0.0001 to 100', 'the share of aborted requests is 0.00001, expected a number from 0.0001 to 100', () => HttpFault.abort(500, 0.00001)),
  throws('the gRPC status of a fault is known', 'the gRPC status is "OOPS", expected one of CANCELLED, UNKNOWN, INVALID_ARGUMENT, DEADLINE_EXCEEDED, NOT_FOUND, ALREADY_EXISTS, PERMISSION_DENIED, RESOURCE_EXHAUSTED, FAILED_PRECONDITION, ABORTED, OUT_OF_RANGE, UNIMPLEMENTED, INTERNAL, UNAVAILABLE, DATA_LOSS, UNAUTHENTICATED', () => HttpFault.abortGrpc('OOPS' as any, 1)),
  throws('the HTTP status of a fault is 200 to 599', 'the status of aborted requests is 700, expected a whole number from 200 to 599', () => HttpFault.abort(700, 1)),
  throws('the delay of a fault is 1 ms at least', 'the delay is 0 ms, expected a whole number of milliseconds and at least 1', () => HttpFault.delay(millis(0), 1), cel(DURATION, /fixedDelay$/)),
  inexpressible('a fault has no exponential delay, which Istio does not support', 'HttpFault has no factory for it', cel(DURATION, /exponentialDelay$/)),
  inexpressible('a fault has no HTTP/2 error, which Istio does not support', 'HttpFault has no factory for it'),
  throws('attempts are not negative', 'the attempts of the retry policy is -1, expected a whole number from 1 to 2147483647', () => RetryPolicy.of({ attempts: -1 })),
  throws('no attempts go with no other setting', 'the attempts of the retry policy is 0, expected a whole number from 1 to 2147483647', () => RetryPolicy.of({ attempts: 0, on: [RetryOn.RESET] })),
  throws('the timeout of a try is 1 ms at least', 'perTry of the retry policy is 0 ms, expected a whole number of milliseconds and at least 1', () => RetryPolicy.of({ perTry: millis(0) }), cel(DURATION, /perTryTimeout$/)),
  throws('the backoff is 1 ms at least', 'backoff of the retry policy is 0 ms, expected a whole number of milliseconds and at least 1', () => RetryPolicy.of({ backoff: millis(0) }), cel(DURATION, /backoff$/)),
  throws('a condition of retries is known', 'a condition of the retry policy is "5xx, reset", expected a RetryOn', () => RetryPolicy.of({ on: ['5xx, reset' as any] })),
  throws('a status of retries is one of HTTP', 'the status to retry on is 99, expected one that HTTP defines, such as 503', () => RetryOn.status(99)),
  throws('a timeout is 1 ms at least', 'the timeout is 0 ms, expected a whole number of milliseconds and at least 1', forward(() => ({ timeout: millis(0) })), cel(DURATION, /http\[\]\.timeout$/)),
  throws('the share of a mirror is 0 to 100', 'the percentage of a mirror is 101, expected a number from 0 to 100', forward(() => ({ mirrors: [{ destination: toOrders, percentage: 101 }] }))),
  throws('mirrorPercent is 100 at most', 'the mirrorPercent is 101, expected a whole number from 0 to 100', forward(() => ({ mirror: toOrders, mirrorPercent: 101 }))),
  throws('a redirect has uri or prefixRewrite', 'the redirect has uri "/a" and prefixRewrite "/b", expected one of them', route(() => HttpRoute.redirect({ uri: '/a', prefixRewrite: '/b' }, { match: [HttpMatch.pathPrefix('/c')] }))),
  throws('prefixRewrite goes with prefixes', 'the redirect\'s prefixRewrite is "/b", expected matches by path prefix beside it', route(() => HttpRoute.redirect({ prefixRewrite: '/b' }, { match: [HttpMatch.path('/a')] }))),
  throws('a redirect changes something', 'the redirect changes nothing, expected uri, prefixRewrite, authority, scheme, port or derivePort', route(() => HttpRoute.redirect({}))),
  throws('the code of a redirect is one of redirects', 'the redirect\'s code is 200, expected 301, 302, 303, 307 or 308', route(() => HttpRoute.redirect({ uri: '/', code: 200 as any }))),
  throws('the scheme of a redirect is http or https', 'the redirect\'s scheme is "ftp", expected "http" or "https"', route(() => HttpRoute.redirect({ scheme: 'ftp' }))),
  throws('the port of a redirect is a port', 'the redirect\'s port is 70000, expected a whole number from 1 to 65535', route(() => HttpRoute.redirect({ port: 70000 }))),
  throws('the status of a direct response is 200 to 599', 'the status of the direct response is 99, expected a whole number from 200 to 599', route(() => HttpRoute.directResponse(99))),
  throws('the body of a direct response is 1 MB at most', 'the body of the direct response has 1048577 bytes, expected at most 1048576', route(() => HttpRoute.directResponse(200, { body: 'a'.repeat(1024 * 1024 + 1) }))),
  warned('the body of a direct response is better 100 KB at most', 'large', route(() => HttpRoute.directResponse(200, { body: 'a'.repeat(110 * 1024) }))),
  throws('a rewrite has uri or uriRegex', 'the rewrite has uri "/" and uriRegex {"match":"a","rewrite":"b"}, expected one of them', forward(() => ({ rewrite: { uri: '/', uriRegex: { match: 'a', rewrite: 'b' } } }))),
  throws('a rewrite changes something', 'the rewrite changes nothing, expected uri, uriRegex or authority', forward(() => ({ rewrite: {} }))),
  throws('a rewrite by expression has both', 'the rewrite\'s uriRegex.rewrite is undefined, expected a non-empty string', forward(() => ({ rewrite: { uriRegex: { match: 'a' } as any } }))),
  throws('a rewrite by expression is RE2', 'the rewrite\'s uriRegex.match is "(", expected an RE2 expression (error parsing regexp: missing closing ): `(`)', forward(() => ({ rewrite: { uriRegex: { match: '(', rewrite: 'b' } } }))),
  type('a tls rule has matches', 'the options of the tls rule is undefined, expected an object with its properties', () => {
    // @ts-expect-error
    TlsRoute.forward(toOrders);
  }),
  throws('a tls rule has server names', 'match.sniHosts is [], expected a list of at least one entry', (chart) => tls([])(chart)),
  throws('a server name is one of the hosts', 'tls rule 1 matches the server name "other.example.com", expected it to be within one of the hosts "orders.example.com"', (chart) => tls(['other.example.com'])(chart)),
  throws('a tls rule has valid subnets', 'an entry of match.destinationSubnets is "10.0.0.0/33", expected an IP address or block', (chart) => tls(['orders.example.com'], { destinationSubnets: ['10.0.0.0/33'] })(chart)),
  throws('a tls rule has valid ports', 'match.port is 0, expected a whole number from 1 to 65535', (chart) => tls(['orders.example.com'], { port: 0 })(chart)),
  throws('a tls rule has destinations', 'the destinations of a split is [], expected a list of at least one entry', () => TlsRoute.split([], { match: [{ sniHosts: ['a.com'] }] })),
  throws('a tcp rule has destinations', 'the destinations of a split is [], expected a list of at least one entry', () => TcpRoute.split([])),
  throws('a tcp rule has valid subnets', 'an entry of match.destinationSubnets is "orders", expected an IP address or block', () => TcpRoute.forward(toOrders, { match: [{ destinationSubnets: ['orders'] }] })),
  throws('a rule is reached: nothing before it takes all', 'rule 2 can never be reached, expected it before rule 1, which takes all its requests', route(() => HttpRoute.forward(toOrders), () => HttpRoute.forward(toOrders))),
  throws('a rule is reached: its matches are not those of one before', 'rule 2 can never be reached, expected it before rule 1, which takes all its requests',
    route(() => HttpRoute.forward(toOrders, { match: [HttpMatch.pathPrefix('/a')] }), () => HttpRoute.forward(toOrders, { match: [HttpMatch.pathPrefix('/a')] }))),
  throws('a rule is reached: no prefix before it covers it', 'rule 2 can never be reached, expected it before rule 1, which takes all its requests',
    route(() => HttpRoute.forward(toOrders, { match: [HttpMatch.pathPrefix('/a')] }), () => HttpRoute.forward(toOrders, { match: [HttpMatch.pathPrefix('/a/b')] }))),
  throws('exportTo is one of a VirtualService', 'exportTo is ["*"], expected an ExportTo', service({ services: [orders], http: [HttpRoute.forward(toOrders)], exportTo: ['*'] as any })),
  throws('a service is named', 'the name of the service is "", expected a DNS label of at most 63 letters, digits and dashes', () => ServiceRef.fromName('')),
  warned('mirrorPercent is deprecated', 'using deprecated setting "mirrorPercent"', forward(() => ({ mirror: toOrders, mirrorPercent: 5 }))),
  warned('a server name is no IP', 'goes against SNI spec', service({ hosts: ['10.0.0.1'], gateways: [edge], tls: [TlsRoute.forward(toOrders, { match: [{ sniHosts: ['10.0.0.1'] }] })] })),
  throws('a tls rule is reached', 'tls rule 2 can never be reached for the server name "orders.example.com", which tls rule 1 takes before, expected each name in one rule', service({
    hosts: ['orders.example.com'],
    gateways: [edge],
    tls: [TlsRoute.forward(toOrders, { match: [{ sniHosts: ['orders.example.com'] }] }), TlsRoute.forward(toOrders, { match: [{ sniHosts: ['orders.example.com'] }] })],
  })),
  throws('a tcp rule is reached', 'tcp rule 2 can never be reached, expected it before tcp rule 1, which takes all its connections', service({ services: [orders], tcp: [TcpRoute.forward(toOrders), TcpRoute.forward(toOrders, { match: [{ port: 80 }] })] })),
  throws('the weights of a tcp rule are not all 0', 'the weights of the split are [0,0], expected at least one above 0', () => TcpRoute.split([{ destination: toOrders, weight: 0 }, { destination: Destination.host('b'), weight: 0 }])),
  throws('a weight of a tls rule is not negative', 'the weight of destination 1 of the split is -1, expected a whole number from 0 to 2147483647', () => TlsRoute.split([{ destination: toOrders, weight: -1 }], { match: [{ sniHosts: ['a.com'] }] })),
  checked('the gateways exist and serve the hosts', 'IST0101 and IST0132 of the verifier'),
  checked('the destinations and their subsets exist', 'IST0101 of the verifier'),
  checked('a host is routed by one VirtualService of the mesh', 'IST0109 of the verifier'),
  throws('a timeout is of whole milliseconds', 'the timeout is 0.1 ms, expected a whole number of milliseconds and at least 1', forward(() => ({ timeout: seconds(0.0001) }))),
];
