import { Chart, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { Destination, IstioGateway, ServiceRef, Subset, TcpMatch, TcpRoute, VirtualService } from '../../src';

const mongo = ServiceRef.fromName('mongo');
const to = Destination.service(mongo, { port: 27017 });
const edge = IstioGateway.fromName('edge');
const rendered = { host: 'mongo', port: { number: 27017 } };

function build(...tcp: TcpRoute[]) {
  const chart = Testing.chart();
  return { chart, construct: new VirtualService(chart, 'Mongo', { services: [mongo], gateways: [edge, IstioGateway.MESH], tcp }) };
}

describe('TcpRoute', () => {
  test.each<[string, TcpRoute, object]>([
    ['forward', TcpRoute.forward(to), { route: [{ destination: rendered }] }],
    ['forward some', TcpRoute.forward(to, { match: [{ port: 27017 }, { sourceNamespace: 'shop' }] }),
      { match: [{ port: 27017 }, { sourceNamespace: 'shop' }], route: [{ destination: rendered }] }],
    ['split', TcpRoute.split([{ destination: to, weight: 80 }, { destination: Destination.subset(Subset.fromName(mongo, 'v2')), weight: 20 }]),
      { route: [{ destination: rendered, weight: 80 }, { destination: { host: 'mongo', subset: 'v2' }, weight: 20 }] }],
    ['split some', TcpRoute.split([{ destination: to, weight: 1 }], { match: [{ port: 27017 }] }),
      { match: [{ port: 27017 }], route: [{ destination: rendered, weight: 1 }] }],
  ])('%s', (_, route, expected) => {
    const { chart } = build(route);

    expect(Testing.synth(chart)[0].spec.tcp).toEqual([expected]);
    expect(chart).toBeAcceptedByIstio();
  });

  test('the port of its destination is checked when the app is synthesized', () => {
    const chart = Testing.chart();
    const service = new kplus.Service(chart, 'Service', { metadata: { name: 'mongo' }, ports: [{ port: 27017 }] });
    const construct = new VirtualService(chart, 'Mongo', { services: [service], tcp: [TcpRoute.forward(Destination.service(service, { port: 80 }))] });

    expect(construct.node.validate()).toEqual(['the port of mongo is 80, expected one of 27017; use a port of the service, not of its pods']);
  });

  test.each<[string, () => unknown, string]>([
    ['a service for a destination', () => TcpRoute.forward(mongo as any), 'the destination is a ServiceRef, expected a Destination; write for example Destination.service(database)'],
    ['options that are null', () => TcpRoute.forward(to, null as any), 'the options of the tcp rule is null, expected an object'],
    ['an option of HTTP', () => TcpRoute.forward(to, { timeout: 5 } as any), 'a tcp rule has no property "timeout" (got 5)'],
    ['matches that are empty', () => TcpRoute.forward(to, { match: [] }), 'the match of a tcp rule is [], expected a list of at least one entry; to match every connection leave it out'],
    ['a match for a list', () => TcpRoute.forward(to, { match: { port: 1 } as any }), 'the match of a tcp rule is {"port":1}, expected a list'],
    ['no destinations', () => TcpRoute.split([]), 'the destinations of a split is [], expected a list of at least one entry; use TcpRoute.forward for a single one'],
    ['a negative weight', () => TcpRoute.split([{ destination: to, weight: -1 }]), 'the weight of destination 1 of the split is -1, expected a whole number from 0'],
    ['weights of 0', () => TcpRoute.split([{ destination: to, weight: 0 }, { destination: to, weight: 0 }]), 'the weights of the split are [0,0], expected at least one above 0'],
    ['headers, which only HTTP has', () => TcpRoute.split([{ destination: to, weight: 1, headers: {} } as any]), 'destination 1 of the split has no property "headers" (got {})'],
    ['a split that is null', () => TcpRoute.split([null as any]), 'destination 1 of the split is null, expected an object'],
    ['no destination', () => TcpRoute.split([{ weight: 1 } as any]), 'destination 1 of the split is undefined, expected a Destination'],
  ])('refuses %s', (_, write, message) => {
    expect(write).toThrow(message);
  });
});

describe('the order of tcp rules', () => {
  const rules = (earlier: TcpMatch[] | undefined, later: TcpMatch[] | undefined) =>
    [TcpRoute.forward(to, { match: earlier }), TcpRoute.forward(Destination.host('other'), { match: later })];

  test.each<[string, TcpMatch[] | undefined, TcpMatch[] | undefined]>([
    ['a rule for everything', undefined, [{ port: 1 }]],
    ['two rules for everything', undefined, undefined],
    ['the same match', [{ port: 1, sourceLabels: { a: 'b' } }], [{ port: 1, sourceLabels: { a: 'b' } }]],
    ['fewer labels', [{ sourceLabels: { a: 'b' } }], [{ sourceLabels: { a: 'b', c: 'd' } }]],
    ['any address', [{ port: 1 }], [{ port: 1, destinationSubnets: ['10.0.0.1'] }]],
    ['more blocks', [{ destinationSubnets: ['10.1.0.0/16', '10.2.0.0/16'] }], [{ destinationSubnets: ['10.2.0.0/16'] }]],
    ['the same namespace', [{ sourceNamespace: 'a' }], [{ sourceNamespace: 'a', port: 1 }]],
    ['more gateways', [{ gateways: [edge, IstioGateway.MESH] }], [{ gateways: [edge] }]],
    ['a match for each of its own', [{ port: 1 }, { port: 2 }], [{ port: 2 }, { port: 1 }]],
  ])('a rule behind %s is refused', (_, earlier, later) => {
    expect(() => build(...rules(earlier, later)))
      .toThrow('tcp rule 2 can never be reached, expected it before tcp rule 1, which takes all its connections; put specific rules first and the one without match last');
  });

  test.each<[string, TcpMatch[] | undefined, TcpMatch[] | undefined]>([
    ['another port', [{ port: 1 }], [{ port: 2 }]],
    ['one of its two matches', [{ port: 1 }], [{ port: 1 }, { port: 2 }]],
    ['a larger block, which Envoy looks at later', [{ destinationSubnets: ['10.0.0.0/8'] }], [{ destinationSubnets: ['10.1.0.0/16'] }]],
    ['some addresses', [{ destinationSubnets: ['10.0.0.0/8'] }], [{ port: 1 }]],
    ['more labels', [{ sourceLabels: { a: 'b', c: 'd' } }], [{ sourceLabels: { a: 'b' } }]],
    ['one gateway', [{ gateways: [edge] }], undefined],
    ['another namespace', [{ sourceNamespace: 'a' }], [{ sourceNamespace: 'b' }]],
  ])('a rule behind %s is reached', (_, earlier, later) => {
    const { chart } = build(...rules(earlier, later));

    expect(chart).toBeAcceptedByIstio();
  });

  test('is checked for rules that are added later', () => {
    const { construct } = build(TcpRoute.forward(to, { match: [{ port: 1 }] }));

    construct.addTcpRoutes(TcpRoute.forward(to));

    expect(construct.tcp).toHaveLength(2);
    expect(() => construct.addTcpRoutes(TcpRoute.forward(to, { match: [{ port: 2 }] }))).toThrow('tcp rule 3 can never be reached, expected it before tcp rule 2');
  });

  test('is kept in the manifest', () => {
    const chart = new Chart(Testing.app(), 'shop', { namespace: 'shop' });
    new VirtualService(chart, 'Mongo', { services: [mongo], tcp: rules([{ port: 1 }], undefined) });

    expect(Testing.synth(chart)[0].spec).toEqual({
      hosts: ['mongo'],
      tcp: [{ match: [{ port: 1 }], route: [{ destination: rendered }] }, { route: [{ destination: { host: 'other' } }] }],
    });
  });
});
