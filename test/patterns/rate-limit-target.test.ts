import { RateLimitTarget, ServiceRef } from '../../src';

const orders = ServiceRef.fromName('orders', { namespace: 'shop' });

describe('RateLimitTarget', () => {
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
