import { Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { Destination, HttpForwardOptions, HttpRoute, ServiceRef, Subset, VirtualService } from '../../src';

const orders = ServiceRef.fromName('orders');
const to = Destination.service(orders);
const shadow = Destination.subset(Subset.fromName(orders, 'shadow'), { port: 8080 });
const rendered = { host: 'orders', subset: 'shadow', port: { number: 8080 } };

describe('copies of requests', () => {
  test.each<[string, HttpForwardOptions, object]>([
    ['to several destinations', { mirrors: [{ destination: shadow, percentage: 12.5 }, { destination: to }] },
      { mirrors: [{ destination: rendered, percentage: { value: 12.5 } }, { destination: { host: 'orders' } }] }],
    ['to no destination', { mirrors: [] }, {}],
    ['in the older form', { mirror: shadow }, { mirror: rendered }],
    ['in the older form, of a part', { mirror: shadow, mirrorPercentage: 12.5 }, { mirror: rendered, mirrorPercentage: { value: 12.5 } }],
    ['in the oldest form, of a part', { mirror: shadow, mirrorPercent: 12 }, { mirror: rendered, mirrorPercent: 12 }],
    ['in the oldest form, of nothing', { mirror: shadow, mirrors: [], mirrorPercent: 0 }, { mirror: rendered, mirrorPercent: 0 }],
  ])('%s', (_, options, expected) => {
    const chart = Testing.chart();
    new VirtualService(chart, 'Orders', { services: [orders], http: [HttpRoute.forward(to, options)] });

    expect(Testing.synth(chart)[0].spec.http).toEqual([{ route: [{ destination: { host: 'orders' } }], ...expected }]);
    expect(chart).toBeAcceptedByIstio();
  });

  test('have ports that are checked when the app is synthesized', () => {
    const chart = Testing.chart();
    const service = new kplus.Service(chart, 'Service', { metadata: { name: 'orders' }, ports: [{ port: 80 }] });
    const http = [HttpRoute.forward(to, { mirror: Destination.service(service, { port: 81 }) })];
    const construct = new VirtualService(chart, 'Orders', { services: [service], http });

    expect(construct.node.validate()).toEqual(['the port of orders is 81, expected one of 80; use a port of the service, not of its pods']);
  });

  test.each<[string, unknown, string]>([
    ['both forms', { mirror: to, mirrors: [{ destination: to }] }, 'the rule has mirrors and mirror, expected one of them; keep mirrors, which can name several destinations'],
    ['two shares', { mirror: to, mirrorPercentage: 5, mirrorPercent: 6 }, 'the rule has mirrorPercentage 5 and mirrorPercent 6, expected one of them; use mirrors'],
    ['a share of nothing', { mirrorPercentage: 5 }, 'the rule has mirrorPercentage 5 and no mirror, expected both; use mirrors, each with its percentage'],
    ['a share beside the newer form', { mirrors: [{ destination: to }], mirrorPercent: 5 }, 'the rule has mirrorPercent 5 and no mirror'],
    ['a service', { mirror: orders }, 'the mirror is a ServiceRef, expected a Destination; write for example Destination.service(orders)'],
    ['null', { mirror: null }, 'the mirror is null, expected a Destination'],
    ['a share above 100', { mirror: to, mirrorPercentage: 101 }, 'the mirrorPercentage is 101, expected a number from 0 to 100'],
    ['a fraction in the oldest form', { mirror: to, mirrorPercent: 0.5 }, 'the mirrorPercent is 0.5, expected a whole number from 0 to 100; use mirrors, whose percentage may have a fraction'],
  ])('refuses %s', (_, options, message) => {
    expect(() => HttpRoute.forward(to, options as HttpForwardOptions)).toThrow(message);
  });
});
