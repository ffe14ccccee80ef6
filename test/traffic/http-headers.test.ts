import { Testing } from 'cdk8s';
import { Destination, HttpHeaders, HttpRoute, ServiceRef, VirtualService } from '../../src';

const orders = ServiceRef.fromName('orders');

function render(headers: HttpHeaders) {
  const chart = Testing.chart();
  new VirtualService(chart, 'Orders', { services: [orders], http: [HttpRoute.forward(Destination.service(orders), { headers })] });
  return { chart, rendered: Testing.synth(chart)[0].spec.http[0].headers };
}

describe('HttpHeaders', () => {
  test.each<[string, HttpHeaders, object | undefined]>([
    ['every operation', {
      request: { set: { 'x-a': '1' }, add: { 'x-b': '2' }, remove: ['x-c'] },
      response: { set: { 'x-d': '3' }, add: { 'x-e': '4' }, remove: ['x-f'] },
    }, {
      request: { set: { 'x-a': '1' }, add: { 'x-b': '2' }, remove: ['x-c'] },
      response: { set: { 'x-d': '3' }, add: { 'x-e': '4' }, remove: ['x-f'] },
    }],
    ['nothing', {}, undefined],
    ['empty operations', { request: { set: {}, add: {}, remove: [] } }, { request: {} }],
    ['the host', { request: { set: { Host: 'a.com' } } }, { request: { set: { Host: 'a.com' } } }],
    ['the authority, added', { request: { add: { ':authority': 'a.com' } } }, { request: { add: { ':authority': 'a.com' } } }],
    ['values of every kind', { request: { set: { 'x-a': '', 'x-b': '%DOWNSTREAM_REMOTE_ADDRESS%', 'x-c': '100%%', 'x-d': 'id %REQ(x-id)% %START_TIME(%s)% %UPSTREAM_METADATA(["a", "b"])%', 'x-e': 'tab\tübung' } } },
      { request: { set: { 'x-a': '', 'x-b': '%DOWNSTREAM_REMOTE_ADDRESS%', 'x-c': '100%%', 'x-d': 'id %REQ(x-id)% %START_TIME(%s)% %UPSTREAM_METADATA(["a", "b"])%', 'x-e': 'tab\tübung' } } }],
  ])('%s', (_, headers, expected) => {
    const { chart, rendered } = render(headers);

    expect(rendered).toEqual(expected);
    expect(chart).toBeAcceptedByIstio();
  });

  test.each<[string, unknown, string]>([
    ['null', null, 'headers is null, expected an object'],
    ['text', 'x-a: 1', 'headers is "x-a: 1", expected an object'],
    ['headers without direction', { set: { 'x-a': '1' } }, 'headers has no property "set"'],
    ['a request that is null', { request: null }, 'headers.request is null, expected an object'],
    ['a response that is false', { response: false }, 'headers.response is false, expected an object'],
    ['an unknown operation', { request: { append: {} } }, 'headers.request has no property "append"'],
    ['a list to set', { request: { set: ['x-a'] } }, 'headers.request.set is ["x-a"], expected an object'],
    ['a Map to add', { response: { add: new Map([['x-a', '1']]) } }, 'headers.response.add is a Map, expected an object'],
    ['text to remove', { request: { remove: 'x-a' } }, 'headers.request.remove is "x-a", expected a list'],
    ['a name that is none', { request: { set: { 'x a': '1' } } }, 'the header in headers.request.set is "x a", expected a header name'],
    ['a name to remove that is none', { response: { remove: [5] } }, 'the header in headers.response.remove is 5, expected a header name'],
    ['a pseudo header', { request: { set: { ':path': '/' } } }, 'the header in headers.request.set is ":path", expected a header name'],
    ['the authority of a response', { response: { set: { host: 'a.com' } } }, 'headers.response.set names "host", expected another header; the authority can only be set or added on requests'],
    ['the authority to remove', { request: { remove: [':authority'] } }, 'headers.request.remove names ":authority", expected another header'],
    ['a value that is a number', { request: { set: { 'x-a': 1 } } }, 'headers.request.set["x-a"] is 1, expected a string without control characters; write it on one line'],
    ['a value of two lines', { request: { add: { 'x-a': 'a\nb' } } }, 'headers.request.add["x-a"] is "a\\nb", expected a string without control characters'],
    ['a single percent sign', { request: { set: { 'x-a': '100%' } } }, 'headers.request.set["x-a"] is "100%", expected percent signs to enclose a variable; write a literal one twice, as in "100%%"'],
    ['a length, which Istio does not take', { request: { set: { 'x-a': '%REQ(x-id):8%' } } }, 'expected percent signs to enclose a variable'],
    ['a variable without argument', { request: { set: { 'x-a': '%REQ()%' } } }, 'expected percent signs to enclose a variable'],
    ['a variable without end', { request: { set: { 'x-a': '%REQ(x' } } }, 'expected percent signs to enclose a variable'],
  ])('refuses %s', (_, headers, message) => {
    expect(() => render(headers as HttpHeaders)).toThrow(message);
  });
});
