import { Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { Destination, IstioGateway, ServiceRef, Subset, TlsMatch, TlsRoute, VirtualService } from '../../src';

const shop = ServiceRef.fromName('shop', { namespace: 'shop' });
const to = Destination.service(shop, { port: 443 });
const edge = IstioGateway.fromName('edge');
const match = [{ sniHosts: ['a.com'] }];
const rendered = { host: 'shop.shop.svc.cluster.local', port: { number: 443 } };

function build(...tls: TlsRoute[]) {
  const chart = Testing.chart();
  return { chart, construct: new VirtualService(chart, 'Shop', { hosts: ['a.com', 'b.com', '*.org'], gateways: [edge, IstioGateway.MESH], tls }) };
}

describe('TlsRoute', () => {
  test.each<[string, TlsRoute, object]>([
    ['forward', TlsRoute.forward(to, { match }), { match, route: [{ destination: rendered }] }],
    ['split', TlsRoute.split([{ destination: to, weight: 80 }, { destination: Destination.subset(Subset.fromName(shop, 'v2')), weight: 20 }], { match }),
      { match, route: [{ destination: rendered, weight: 80 }, { destination: { host: 'shop.shop.svc.cluster.local', subset: 'v2' }, weight: 20 }] }],
  ])('%s', (_, route, expected) => {
    const { chart } = build(route);

    expect(Testing.synth(chart)[0].spec.tls).toEqual([expected]);
    expect(chart).toBeAcceptedByIstio();
  });

  test('the port of its destination is checked when the app is synthesized', () => {
    const chart = Testing.chart();
    const service = new kplus.Service(chart, 'Service', { metadata: { name: 'shop' }, ports: [{ port: 443 }] });
    const tls = [TlsRoute.forward(Destination.service(service, { port: 80 }), { match: [{ sniHosts: ['shop'] }] })];
    const construct = new VirtualService(chart, 'Shop', { services: [service], tls });

    expect(construct.node.validate()).toEqual(['the port of shop is 80, expected one of 443; use a port of the service, not of its pods']);
  });

  test.each<[string, () => unknown, string]>([
    ['a service for a destination', () => TlsRoute.forward(shop as any, { match }), 'the destination is a ServiceRef, expected a Destination; write for example Destination.service(shop)'],
    ['no options', () => TlsRoute.forward(to, undefined as any), 'the options of the tls rule is undefined, expected an object'],
    ['no match', () => TlsRoute.forward(to, {} as any), 'the match of a tls rule is undefined, expected a list of at least one entry; name the server that clients ask for, such as { sniHosts: ["shop.example.com"] }'],
    ['matches that are empty', () => TlsRoute.forward(to, { match: [] }), 'the match of a tls rule is [], expected a list'],
    ['an option of HTTP', () => TlsRoute.forward(to, { match, timeout: 5 } as any), 'a tls rule has no property "timeout" (got 5)'],
    ['no destinations', () => TlsRoute.split([], { match }), 'the destinations of a split is [], expected a list of at least one entry; use TlsRoute.forward for a single one'],
    ['weights of 0', () => TlsRoute.split([{ destination: to, weight: 0 }], { match }), 'the weights of the split are [0], expected at least one above 0'],
    ['headers, which only HTTP has', () => TlsRoute.split([{ destination: to, weight: 1, headers: {} } as any], { match }), 'destination 1 of the split has no property "headers" (got {})'],
  ])('refuses %s', (_, write, message) => {
    expect(write).toThrow(message);
  });
});

describe('the server names of tls rules', () => {
  const rules = (earlier: TlsMatch, later: TlsMatch) => [TlsRoute.forward(to, { match: [earlier] }), TlsRoute.forward(to, { match: [later] })];

  test.each<[string, TlsMatch, TlsMatch]>([
    ['alone', { sniHosts: ['a.com'] }, { sniHosts: ['a.com'] }],
    ['among others, all of which a gateway would leave out', { sniHosts: ['a.com'] }, { sniHosts: ['b.com', 'a.com'] }],
    ['for less callers', { sniHosts: ['a.com'] }, { sniHosts: ['a.com'], sourceLabels: { a: 'b' }, port: 443 }],
    ['for the same addresses', { sniHosts: ['a.com'], destinationSubnets: ['10.0.0.1', '10.0.0.2'] }, { sniHosts: ['a.com'], destinationSubnets: ['10.0.0.1'] }],
  ])('refuses one that is taken, %s', (_, earlier, later) => {
    expect(() => build(...rules(earlier, later)))
      .toThrow('tls rule 2 can never be reached for the server name "a.com", which tls rule 1 takes before, expected each name in one rule; remove it from one of them or narrow the earlier match');
  });

  test.each<[string, TlsMatch, TlsMatch]>([
    ['another name', { sniHosts: ['a.com'] }, { sniHosts: ['b.com'] }],
    ['a wildcard, which Envoy looks at later', { sniHosts: ['*.org'] }, { sniHosts: ['a.org'] }],
    ['a match for some callers', { sniHosts: ['a.com'], sourceNamespace: 'a' }, { sniHosts: ['a.com'] }],
    ['a match for another port', { sniHosts: ['a.com'], port: 443 }, { sniHosts: ['a.com'], port: 8443 }],
    ['a match for some addresses', { sniHosts: ['a.com'], destinationSubnets: ['10.0.0.1'] }, { sniHosts: ['a.com'] }],
    ['a match for any address, which Envoy looks at later', { sniHosts: ['a.com'] }, { sniHosts: ['a.com'], destinationSubnets: ['10.0.0.1'] }],
  ])('lets one stand behind %s', (_, earlier, later) => {
    const { chart } = build(...rules(earlier, later));

    expect(chart).toBeAcceptedByIstio();
  });

  test('are checked for rules that are added later', () => {
    const { construct } = build(TlsRoute.forward(to, { match }));

    construct.addTlsRoutes(TlsRoute.forward(to, { match: [{ sniHosts: ['b.com'] }] }));

    expect(construct.tls).toHaveLength(2);
    expect(() => construct.addTlsRoutes(TlsRoute.forward(to, { match: [{ sniHosts: ['b.com'] }] }))).toThrow('tls rule 3 can never be reached for the server name "b.com", which tls rule 2 takes before');
    expect(() => construct.addTlsRoutes(TlsRoute.forward(to, { match: [{ sniHosts: ['c.com'] }] }))).toThrow('tls rule 3 matches the server name "c.com", expected it to be within one of the hosts "a.com", "b.com", "*.org"');
  });
});
