import { Testing } from 'cdk8s';
import { Destination, HttpRewrite, HttpRoute, ServiceRef, VirtualService } from '../../src';

const orders = ServiceRef.fromName('orders');

function render(rewrite: HttpRewrite) {
  const chart = Testing.chart();
  new VirtualService(chart, 'Orders', { services: [orders], http: [HttpRoute.forward(Destination.service(orders), { rewrite })] });
  return { chart, rendered: Testing.synth(chart)[0].spec.http[0].rewrite };
}

describe('HttpRewrite', () => {
  test.each<[string, HttpRewrite, object]>([
    ['path and authority', { uri: '/v2', authority: 'orders.internal' }, { uri: '/v2', authority: 'orders.internal' }],
    ['an expression', { uriRegex: { match: '^/([a-z]+)/.*$', rewrite: '/\\1' } }, { uriRegexRewrite: { match: '^/([a-z]+)/.*$', rewrite: '/\\1' } }],
  ])('%s', (_, rewrite, expected) => {
    const { chart, rendered } = render(rewrite);

    expect(rendered).toEqual(expected);
    expect(chart).toBeAcceptedByIstio();
  });

  test.each<[string, unknown, string]>([
    ['nothing', {}, 'the rewrite changes nothing, expected uri, uriRegex or authority; leave the rewrite out'],
    ['null', null, 'the rewrite is null, expected an object'],
    ['a path for an object', '/v2', 'the rewrite is "/v2", expected an object'],
    ['an unknown property', { prefix: '/' }, 'the rewrite has no property "prefix"'],
    ['an empty path', { uri: '' }, 'the rewrite\'s uri is "", expected a non-empty string; leave it out to keep that of the request'],
    ['an authority that is null', { authority: null }, "the rewrite's authority is null, expected a non-empty string"],
    ['path and expression', { uri: '/', uriRegex: { match: 'a', rewrite: 'b' } }, 'the rewrite has uri "/" and uriRegex {"match":"a","rewrite":"b"}, expected one of them; keep the one you mean'],
    ['an expression that is text', { uriRegex: 'a' }, 'the rewrite\'s uriRegex is "a", expected an object'],
    ['an expression that RE2 can not run', { uriRegex: { match: 'a(?=b)', rewrite: 'b' } }, 'the rewrite\'s uriRegex.match is "a(?=b)", expected an RE2 expression'],
    ['an expression without replacement', { uriRegex: { match: 'a', rewrite: '' } }, 'the rewrite\'s uriRegex.rewrite is "", expected a non-empty string; give the replacement'],
    ['an unknown property of an expression', { uriRegex: { match: 'a', rewrite: 'b', flags: 'i' } }, 'the rewrite\'s uriRegex has no property "flags"'],
  ])('refuses %s', (_, rewrite, message) => {
    expect(() => render(rewrite as HttpRewrite)).toThrow(message);
  });
});
