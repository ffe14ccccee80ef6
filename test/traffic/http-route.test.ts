import { Chart, Duration, Testing } from 'cdk8s';
import {
  Destination, HttpFault, HttpMatch, HttpRoute, RetryPolicy, ServiceRef, StringMatch, Subset, VirtualService,
} from '../../src';

const orders = ServiceRef.fromName('orders');
const to = Destination.service(orders);
const match = [HttpMatch.pathPrefix('/orders')];

function render(route: HttpRoute) {
  const chart = Testing.chart();
  new VirtualService(chart, 'Shop', { hosts: ['shop.example.com'], http: [route] });
  return { chart, rendered: Testing.synth(chart)[0].spec.http[0] };
}

describe('HttpRoute', () => {
  const options = {
    name: 'orders',
    match,
    headers: { request: { set: { 'x-a': '1' } } },
    cors: { allowOrigins: [StringMatch.exact('https://a.com')] },
  };
  const renderedOptions = {
    name: 'orders',
    match: [{ uri: { prefix: '/orders' } }],
    headers: { request: { set: { 'x-a': '1' } } },
    corsPolicy: { allowOrigins: [{ exact: 'https://a.com' }] },
  };
  const forwarding = {
    ...options,
    timeout: Duration.seconds(30),
    retries: RetryPolicy.never(),
    fault: HttpFault.abort(503, 1),
    mirrors: [{ destination: Destination.host('shadow.example.com'), percentage: 12.5 }, { destination: to }],
    rewrite: { uri: '/' },
  };
  const renderedForwarding = {
    ...renderedOptions,
    timeout: '30s',
    retries: { attempts: 0 },
    fault: { abort: { httpStatus: 503, percentage: { value: 1 } } },
    mirrors: [{ destination: { host: 'shadow.example.com' }, percentage: { value: 12.5 } }, { destination: { host: 'orders' } }],
    rewrite: { uri: '/' },
  };
  const megabyte = 'x'.repeat(1024 * 1024);

  test.each<[string, HttpRoute, object]>([
    ['forward', HttpRoute.forward(to), { route: [{ destination: { host: 'orders' } }] }],
    ['forward with everything', HttpRoute.forward(to, forwarding), { ...renderedForwarding, route: [{ destination: { host: 'orders' } }] }],
    ['forward without mirrors', HttpRoute.forward(to, { mirrors: [] }), { route: [{ destination: { host: 'orders' } }] }],
    ['split', HttpRoute.split([{ destination: to, weight: 1 }], forwarding), { ...renderedForwarding, route: [{ destination: { host: 'orders' }, weight: 1 }] }],
    ['redirect', HttpRoute.redirect({ uri: '/new' }, options), { ...renderedOptions, redirect: { uri: '/new' } }],
    ['redirect of a prefix', HttpRoute.redirect({ prefixRewrite: '/new' }, { match: [...match, HttpMatch.method('GET')] }),
      { match: [{ uri: { prefix: '/orders' } }, { method: { exact: 'GET' } }], redirect: { prefixRewrite: '/new' } }],
    ['directResponse', HttpRoute.directResponse(503), { directResponse: { status: 503 } }],
    ['directResponse with text', HttpRoute.directResponse(200, { ...options, body: 'ok' }), { ...renderedOptions, directResponse: { status: 200, body: { string: 'ok' } } }],
    ['directResponse with empty text', HttpRoute.directResponse(200, { body: '' }), { directResponse: { status: 200, body: { string: '' } } }],
    ['directResponse with bytes', HttpRoute.directResponse(200, { bodyBase64: 'AAE=' }), { directResponse: { status: 200, body: { bytes: 'AAE=' } } }],
    ['directResponse of a megabyte', HttpRoute.directResponse(200, { body: megabyte }), { directResponse: { status: 200, body: { string: megabyte } } }],
    ['delegate', HttpRoute.delegate(VirtualService.fromName('orders', { namespace: 'shop' }), forwarding), { ...renderedForwarding, delegate: { name: 'orders', namespace: 'shop' } }],
    ['delegate in the same namespace', HttpRoute.delegate(VirtualService.fromName('orders')), { delegate: { name: 'orders' } }],
  ])('%s', (_, route, expected) => {
    const { chart, rendered } = render(route);

    expect(rendered).toEqual(expected);
    expect(chart).toBeAcceptedByIstio();
  });

  test('delegates to a VirtualService of the app', () => {
    const chart = new Chart(Testing.app(), 'shop', { namespace: 'shop' });
    const rules = new VirtualService(chart, 'Rules', { metadata: { name: 'rules' }, http: [HttpRoute.forward(to)] });
    new VirtualService(chart, 'Shop', { hosts: ['shop.example.com'], http: [HttpRoute.delegate(rules)] });

    expect(Testing.synth(chart)[1].spec.http).toEqual([{ delegate: { name: 'rules', namespace: 'shop' } }]);
    expect(chart).toBeAcceptedByIstio();
  });

  test.each<[string, () => unknown, string]>([
    ['a service for a destination', () => HttpRoute.forward(orders as any), 'the destination is a ServiceRef, expected a Destination; write for example Destination.service(orders)'],
    ['a subset for a destination', () => HttpRoute.forward(Subset.fromName(orders, 'v1') as any), 'the destination is a Subset, expected a Destination'],
    ['null for a destination', () => HttpRoute.forward(null as any), 'the destination is null, expected a Destination'],
    ['null for options', () => HttpRoute.forward(to, null as any), 'the options of the rule is null, expected an object'],
    ['a match for options', () => HttpRoute.forward(to, match as any), 'the options of the rule is [{}], expected an object'.replace('{}', '"an HttpMatch"')],
    ['an unknown property', () => HttpRoute.forward(to, { retry: {} } as any), 'a rule that forwards has no property "retry"'],
    ['a redirect beside a route', () => HttpRoute.forward(to, { redirect: { uri: '/new' } } as any), 'a rule that forwards has no property "redirect" (got {"uri":"/new"}); a rule has one action: use HttpRoute.redirect(...) for a rule of its own'],
    ['a route beside a redirect', () => HttpRoute.redirect({ uri: '/new' }, { route: [] } as any), 'a redirect has no property "route" (got []); a rule has one action: use HttpRoute.forward(...) or HttpRoute.split(...)'],
    ['a timeout of a redirect', () => HttpRoute.redirect({ uri: '/new' }, { timeout: Duration.seconds(1) } as any), 'a redirect has no property "timeout" (got a Duration)'],
    ['a fault of a direct response', () => HttpRoute.directResponse(200, { fault: HttpFault.abort(503, 1) } as any), 'a direct response has no property "fault"'],
    ['an empty match', () => HttpRoute.forward(to, { match: [] }), 'the match of a rule is [], expected a list of at least one entry; to match every request leave it out'],
    ['a match that is no list', () => HttpRoute.forward(to, { match: match[0] as any }), 'the match of a rule is an HttpMatch, expected a list'],
    ['a match as in the manifest', () => HttpRoute.redirect({ uri: '/' }, { match: [{ uri: { prefix: '/' } }] as any }), 'a match is {"uri":{"prefix":"/"}}, expected an HttpMatch; write for example HttpMatch.pathPrefix("/orders")'],
    ['a match that is null', () => HttpRoute.redirect({ prefixRewrite: '/' }, { match: [null] as any }), 'a match is null, expected an HttpMatch'],
    ['an empty name', () => HttpRoute.forward(to, { name: '' }), 'the name of a rule is "", expected a non-empty string; leave it out for no name'],
    ['a timeout that is a number', () => HttpRoute.forward(to, { timeout: 5 as any }), 'the timeout is 5, expected a Duration; write for example Duration.seconds(5)'],
    ['a timeout that is text', () => HttpRoute.forward(to, { timeout: '5s' as any }), 'the timeout is "5s", expected a Duration'],
    ['a timeout of 0', () => HttpRoute.forward(to, { timeout: Duration.seconds(0) }), 'the timeout is 0 ms, expected a whole number of milliseconds and at least 1; leave it out for Istio\'s default'],
    ['a timeout under 1 ms', () => HttpRoute.forward(to, { timeout: Duration.millis(0.5) }), 'the timeout is 0.5 ms'],
    ['retries as a number', () => HttpRoute.forward(to, { retries: 3 as any }), 'the retries is 3, expected a RetryPolicy; write for example RetryPolicy.never()'],
    ['retries that are null', () => HttpRoute.forward(to, { retries: null as any }), 'the retries is null, expected a RetryPolicy'],
    ['a fault as in the manifest', () => HttpRoute.forward(to, { fault: { abort: {} } as any }), 'the fault is {"abort":{}}, expected an HttpFault; write for example HttpFault.abort(503, 1)'],
    ['cors that is true', () => HttpRoute.forward(to, { cors: true as any }), 'cors is true, expected an object'],
    ['a mirror for a list', () => HttpRoute.forward(to, { mirrors: to as any }), 'the mirrors is a Destination, expected a list'],
    ['a mirror that is null', () => HttpRoute.forward(to, { mirrors: [null] as any }), 'a mirror is null, expected an object'],
    ['a mirror without destination', () => HttpRoute.forward(to, { mirrors: [{}] as any }), 'the destination of a mirror is undefined, expected a Destination; write for example Destination.service(orders)'],
    ['a mirror of too much', () => HttpRoute.forward(to, { mirrors: [{ destination: to, percentage: 101 }] }), 'the percentage of a mirror is 101, expected a number from 0 to 100'],
    ['percent of a mirror', () => HttpRoute.forward(to, { mirrors: [{ destination: to, percent: 5 }] as any }), 'a mirror has no property "percent" (got 5); use percentage'],
    ['an authority from two sides', () => HttpRoute.forward(to, { rewrite: { authority: 'a' }, headers: { request: { set: { Host: 'b' } } } }), 'the authority is set by headers.request.set["Host"] and rewrite.authority, expected one of them; keep the one you mean'],
    ['an authority set and added', () => HttpRoute.forward(to, { headers: { request: { set: { host: 'a' }, add: { ':authority': 'b' } } } }), 'the authority is set by headers.request.set["host"] and headers.request.add[":authority"]'],
    ['a redirect that is null', () => HttpRoute.redirect(null as any), 'the redirect is null, expected an object'],
    ['options of a redirect that are null', () => HttpRoute.redirect({ uri: '/' }, null as any), 'the options of the redirect is null, expected an object'],
    ['a prefix for an exact path', () => HttpRoute.redirect({ prefixRewrite: '/new' }, { match: [HttpMatch.path('/old')] }), 'the redirect\'s prefixRewrite is "/new", expected matches by path prefix beside it; use HttpMatch.pathPrefix or set uri'],
    ['a status that is none', () => HttpRoute.directResponse(99), 'the status of the direct response is 99, expected a whole number from 200 to 599; use one such as 503'],
    ['options of a direct response that are null', () => HttpRoute.directResponse(200, null as any), 'the options of the direct response is null, expected an object'],
    ['two bodies', () => HttpRoute.directResponse(200, { body: 'a', bodyBase64: 'AAE=' }), 'the direct response has body and bodyBase64, expected one of them; keep the one you mean'],
    ['a body that is an object', () => HttpRoute.directResponse(200, { body: { ok: true } as any }), 'the body of the direct response is {"ok":true}, expected a string; for other content write its text'],
    ['bytes that are no base64', () => HttpRoute.directResponse(200, { bodyBase64: 'a b' }), 'the bodyBase64 of the direct response is "a b", expected base64 with padding; for text use body'],
    ['bytes that are none', () => HttpRoute.directResponse(200, { bodyBase64: '' }), 'the bodyBase64 of the direct response is "", expected base64'],
    ['bytes that are null', () => HttpRoute.directResponse(200, { bodyBase64: null as any }), 'the bodyBase64 of the direct response is null, expected base64'],
    ['a body over a megabyte', () => HttpRoute.directResponse(200, { body: `${megabyte}x` }), 'the body of the direct response has 1048577 bytes, expected at most 1048576; serve it from a service'],
    ['bytes over a megabyte', () => HttpRoute.directResponse(200, { bodyBase64: Buffer.alloc(1024 * 1024 + 1).toString('base64') }), 'the body of the direct response has 1048577 bytes'],
    ['a delegate by name', () => HttpRoute.delegate('orders' as any), 'the name of the delegate is undefined, expected a non-empty string; pass a VirtualService or VirtualService.fromName("name")'],
    ['a delegate that is null', () => HttpRoute.delegate(null as any), 'the name of the delegate is undefined'],
  ])('refuses %s', (_, build, message) => {
    expect(build).toThrow(message);
  });
});
