import { Chart, Testing } from 'cdk8s';
import {
  CanaryService, CanaryServiceProps, Destination, GatewayServer, HttpMatch, HttpRoute, IstioGateway, RetryPolicy, ServiceRef, StringMatch,
} from '../../src';

/*
 * A service that answers less for a while: by another destination, or by an answer of the proxy. Both are `overrides`, so there is no pattern of their own.
 */

const goods = ServiceRef.fromName('goods', { namespace: 'shop' });
const vip = ServiceRef.fromName('goods-vip', { namespace: 'shop' });
const cache = ServiceRef.fromName('goods-cache', { namespace: 'shop' });
const versions = { service: goods, stable: { labels: { version: 'v1' } }, canary: { labels: { version: 'v2' } } };
const search = HttpMatch.pathPrefix('/goods/search');
const partner = HttpMatch.header('x-partner', StringMatch.present());

function rules(props: Partial<CanaryServiceProps>, name = 'goods'): any[] {
  const chart = Testing.chart();
  const edge = new IstioGateway(chart, 'edge', { metadata: { name: 'edge' }, servers: [GatewayServer.http(['shop.example.com'])] });
  new CanaryService(chart, 'Goods', { ...versions, ...props }).exposeVia(edge, { hosts: ['shop.example.com'], match: [HttpMatch.pathPrefix('/goods')] });
  expect(chart).toBeAcceptedByIstio();
  return (chart as Chart).toJson().find(({ kind, metadata }) => kind === 'VirtualService' && metadata.name === name).spec.http;
}

describe.each([['the mesh', 'goods'], ['a gateway', 'edge-shop-example-com']])('while a service is degraded, for callers in %s', (_, name) => {
  test('a fallback destination gets some of its requests', () => {
    const [first, ...rest] = rules({ overrides: [HttpRoute.forward(Destination.service(cache), { name: 'fallback', match: [search], retries: RetryPolicy.never() })] }, name);

    expect(first).toEqual({
      name: 'fallback', match: [{ uri: { prefix: '/goods/search' } }], route: [{ destination: { host: 'goods-cache.shop.svc.cluster.local' } }], retries: { attempts: 0 },
    });
    expect(rest).toEqual(rules({}, name));
  });

  test('the proxy answers some of its requests', () => {
    const [first, ...rest] = rules({ overrides: [HttpRoute.directResponse(503, { match: [search], body: '[]', headers: { response: { set: { 'retry-after': '60' } } } })] }, name);

    expect(first).toEqual({
      match: [{ uri: { prefix: '/goods/search' } }], directResponse: { status: 503, body: { string: '[]' } }, headers: { response: { set: { 'retry-after': '60' } } },
    });
    expect(rest).toEqual(rules({}, name));
  });

  test('the first rule that matches decides, in the order in which they were given', () => {
    const overrides = [
      HttpRoute.forward(Destination.service(vip), { match: [HttpMatch.all(search, partner)] }),
      HttpRoute.directResponse(503, { match: [search] }),
      HttpRoute.split([{ destination: Destination.service(vip), weight: 20 }, { destination: Destination.service(cache), weight: 80 }], { match: [HttpMatch.pathPrefix('/goods/list')] }),
    ];

    expect(rules({ overrides }, name).slice(0, 3)).toEqual([
      { match: [{ uri: { prefix: '/goods/search' }, headers: { 'x-partner': {} } }], route: [expect.anything()] },
      { match: [{ uri: { prefix: '/goods/search' } }], directResponse: { status: 503 } },
      { match: [{ uri: { prefix: '/goods/list' } }], route: [expect.objectContaining({ weight: 20 }), expect.objectContaining({ weight: 80 })] },
    ]);
  });
});

test('an exception behind its rule is refused, since it is never reached', () => {
  const exception = HttpRoute.forward(Destination.service(vip), { match: [HttpMatch.all(search, partner)] });
  const overrides = [HttpRoute.directResponse(503, { match: [search] }), exception];

  expect(() => rules({ overrides })).toThrow('rule 2 can never be reached, expected it before rule 1');
});
