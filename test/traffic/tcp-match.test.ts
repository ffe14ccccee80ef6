import { Testing } from 'cdk8s';
import { Destination, IstioGateway, ServiceRef, TcpMatch, TcpRoute, VirtualService } from '../../src';

const mongo = ServiceRef.fromName('mongo');
const edge = IstioGateway.fromName('edge');

function render(match: TcpMatch) {
  const chart = Testing.chart();
  new VirtualService(chart, 'Mongo', { services: [mongo], tcp: [TcpRoute.forward(Destination.service(mongo), { match: [match] })] });
  return { chart, rendered: Testing.synth(chart)[0].spec.tcp[0].match[0] };
}

describe('TcpMatch', () => {
  test.each<[string, TcpMatch, object]>([
    ['everything', {
      destinationSubnets: ['10.1.0.0/16', '10.2.3.4', '2001:db8::/32', '::1'],
      port: 27017,
      sourceLabels: { app: 'orders' },
      sourceNamespace: 'shop',
      gateways: [edge, IstioGateway.fromName('other', { namespace: 'istio-system' }), IstioGateway.MESH],
    }, {
      destinationSubnets: ['10.1.0.0/16', '10.2.3.4', '2001:db8::/32', '::1'],
      port: 27017,
      sourceLabels: { app: 'orders' },
      sourceNamespace: 'shop',
      gateways: ['edge', 'istio-system/other', 'mesh'],
    }],
    ['what is empty left out', { port: 1, destinationSubnets: [], sourceLabels: {}, gateways: [], sourceNamespace: undefined }, { port: 1 }],
  ])('%s', (_, match, expected) => {
    const { chart, rendered } = render(match);

    expect(rendered).toEqual(expected);
    expect(chart).toBeAcceptedByIstio();
  });

  test.each<[string, unknown, string]>([
    ['null', null, 'the match is null, expected an object'],
    ['nothing', {}, 'the match has no condition, expected at least one; to match every connection leave the match out'],
    ['nothing in its parts', { destinationSubnets: [], sourceLabels: {}, gateways: [], port: undefined }, 'the match has no condition'],
    ['a field that Istio ignores', { sourceSubnet: '10.0.0.0/8' }, 'the match has no property "sourceSubnet" (got "10.0.0.0/8")'],
    ['a server name', { sniHosts: ['a.com'] }, 'the match has no property "sniHosts"'],
    ['a subnet for a list', { destinationSubnets: '10.0.0.0/8' }, 'match.destinationSubnets is "10.0.0.0/8", expected a list'],
    ['a block that is none', { destinationSubnets: ['10.0.0.0/33'] }, 'an entry of match.destinationSubnets is "10.0.0.0/33", expected an IP address or block; write one such as "10.1.2.3" or "10.1.0.0/16"'],
    ['a name for an address', { destinationSubnets: ['mongo'] }, 'an entry of match.destinationSubnets is "mongo"'],
    ['an address that is null', { destinationSubnets: [null] }, 'an entry of match.destinationSubnets is null'],
    ['port 0', { port: 0 }, 'match.port is 0, expected a whole number from 1 to 65535'],
    ['a label that is none', { sourceLabels: { 'a b': 'c' } }, 'match.sourceLabels has "a b": "c", expected a Kubernetes label'],
    ['a namespace that is none', { sourceNamespace: 'a/b' }, 'match.sourceNamespace is "a/b", expected a DNS label'],
    ['a gateway that is none', { gateways: ['edge'] }, 'the name of the gateway is undefined, expected a non-empty string'],
    ['a gateway for a list', { gateways: edge }, 'the gateways is {"name":"edge"}, expected a list'],
  ])('refuses %s', (_, match, message) => {
    expect(() => TcpRoute.forward(Destination.service(mongo), { match: [match as TcpMatch] })).toThrow(message);
  });
});
