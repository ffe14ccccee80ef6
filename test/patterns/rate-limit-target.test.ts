import { Duration, Testing } from 'cdk8s';
import { GatewayServer, GlobalRateLimit, IstioGateway, LocalRateLimit, RateLimitKey, RateLimitTarget, ServiceRef } from '../../src';

const orders = ServiceRef.fromName('orders', { namespace: 'shop' });

const limit = { maxTokens: 10, fillInterval: Duration.seconds(1) };

describe('RateLimitTarget', () => {
  test('takes the pods of a gateway of the app', () => {
    const chart = Testing.chart();
    const gateway = new IstioGateway(chart, 'Edge', { selector: { istio: 'edge' }, servers: [GatewayServer.http(['shop.example.com'])] });

    new LocalRateLimit(chart, 'Limit', { target: RateLimitTarget.gateway({ gateway, namespace: 'istio-edge' }), limit });

    expect(Testing.synth(chart).find(({ kind }) => kind === 'EnvoyFilter'))
      .toMatchObject({ metadata: { namespace: 'istio-edge' }, spec: { workloadSelector: { labels: { istio: 'edge' } } } });
  });

  test('leaves it to the user how a limit is called', () => {
    const chart = Testing.chart();
    const target = RateLimitTarget.gateway();
    const metadata = { name: 'edge-limit', labels: { team: 'web' } };

    new LocalRateLimit(chart, 'Local', { target, limit, metadata });
    new GlobalRateLimit(chart, 'Global', { target, service: orders, domain: 'shop', limits: [{ keys: [RateLimitKey.remoteAddress()] }], metadata: { ...metadata, name: 'all' } });

    expect(Testing.synth(chart).map((object) => object.metadata)).toEqual([
      { name: 'edge-limit', labels: { team: 'web' }, namespace: 'istio-system' }, { name: 'all', labels: { team: 'web' }, namespace: 'istio-system' },
    ]);
    expect(() => new LocalRateLimit(chart, 'Elsewhere', { target, limit, metadata: { namespace: 'shop' } }))
      .toThrow('the metadata of the rate limit has the namespace "shop", expected "istio-system", where the proxies are; leave it out');
  });

  test.each<[string, () => unknown, string]>([
    ['to guess the workloads of a service outside the app', () => RateLimitTarget.service(orders),
      'the workloads of orders.shop.svc.cluster.local are not known, expected their labels to limit what they get; give RateLimitTarget.service labels'],
    ['a port out of range', () => RateLimitTarget.service(orders, { labels: { app: 'orders' }, port: 0 }), 'the port of RateLimitTarget.service is 0'],
    ['an unknown option of a service', () => RateLimitTarget.service(orders, { namespace: 'a' } as any), 'RateLimitTarget.service has no property "namespace"'],
    ['an unknown option of a gateway', () => RateLimitTarget.gateway({ name: 'a' } as any), 'RateLimitTarget.gateway has no property "name"'],
    ['a gateway without labels, which would be every proxy', () => RateLimitTarget.gateway({ selector: {} }), 'the labels of PolicyTarget.workloads is {}'],
    ['a namespace that is none', () => RateLimitTarget.gateway({ namespace: 'A B' }), 'the namespace of RateLimitTarget.gateway is "A B"'],
  ])('refuses %s', (_, act, message) => {
    expect(act).toThrow(message);
  });
});
