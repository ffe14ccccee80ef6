import { Testing } from 'cdk8s';
import { Destination, IIstioGateway, IstioGateway, ServiceRef, TlsMatch, TlsRoute, VirtualService } from '../../src';

const shop = ServiceRef.fromName('shop', { namespace: 'shop' });
const edge = IstioGateway.fromName('edge');

function render(match: TlsMatch, hosts: string[], gateways: IIstioGateway[] = [edge]) {
  const chart = Testing.chart();
  new VirtualService(chart, 'Shop', { hosts, gateways, tls: [TlsRoute.forward(Destination.service(shop), { match: [match] })] });
  return { chart, rendered: Testing.synth(chart)[0].spec.tls[0].match[0] };
}

describe('TlsMatch', () => {
  test('every field reaches the manifest', () => {
    const { chart, rendered } = render({
      sniHosts: ['shop.example.com', '*.example.org'],
      destinationSubnets: ['10.1.0.0/16'],
      port: 443,
      sourceLabels: { app: 'orders' },
      sourceNamespace: 'shop',
      gateways: [edge],
    }, ['shop.example.com', '*.example.org']);

    expect(rendered).toEqual({
      sniHosts: ['shop.example.com', '*.example.org'],
      destinationSubnets: ['10.1.0.0/16'],
      port: 443,
      sourceLabels: { app: 'orders' },
      sourceNamespace: 'shop',
      gateways: ['edge'],
    });
    expect(chart).toBeAcceptedByIstio();
  });

  test.each<[string, string, string[]]>([
    ['a host', 'a.example.com', ['b.example.com', 'a.example.com']],
    ['a name within a wildcard', 'a.b.example.com', ['*.example.com']],
    ['a wildcard', '*.example.com', ['*.example.com']],
    ['a wildcard within a wildcard', '*.b.example.com', ['*.example.com']],
    ['a name within any', 'a.example.com', ['*']],
    ['any', '*', ['*']],
    ['an IP address, which few clients send', '10.0.0.1', ['a.example.com']],
    ['the name that stands for a port and a host between clusters', 'outbound_.80_._.shop.example.com', ['*.example.com']],
    ['the same with a subset', 'outbound_.80_.v1_.shop.example.com', ['*']],
  ])('%s is matched', (_, sni, hosts) => {
    const { chart, rendered } = render({ sniHosts: [sni] }, hosts);

    expect(rendered).toEqual({ sniHosts: [sni] });
    expect(chart).toBeAcceptedByIstio();
  });

  test.each<[string, string, string[]]>([
    ['another name', 'b.example.com', ['a.example.com']],
    ['the domain of a wildcard', 'example.com', ['*.example.com']],
    ['a wildcard for one of its names', '*.example.com', ['a.example.com']],
    ['a larger wildcard', '*.com', ['*.example.com']],
    ['any for some', '*', ['*.example.com']],
  ])('%s is refused', (_, sni, hosts) => {
    expect(() => render({ sniHosts: [sni] }, hosts))
      .toThrow(`tls rule 1 matches the server name "${sni}", expected it to be within one of the hosts "${hosts[0]}"; add it to the hosts of the VirtualService`);
  });

  test('a name between clusters is for gateways', () => {
    expect(() => render({ sniHosts: ['outbound_.80_._.a.example.com'] }, ['*.example.com'], [edge, IstioGateway.MESH]))
      .toThrow('tls rule 1 matches the server name "outbound_.80_._.a.example.com" in the mesh, expected gateways only; bind the VirtualService to gateways');
  });

  test.each<[string, unknown, string]>([
    ['null', null, 'the match is null, expected an object'],
    ['no server name', { port: 443 }, 'match.sniHosts is undefined, expected a list of at least one entry; name the server that clients ask for'],
    ['no server names', { sniHosts: [] }, 'match.sniHosts is [], expected a list'],
    ['a name for a list', { sniHosts: 'a.com' }, 'match.sniHosts is "a.com", expected a list'],
    ['a URL', { sniHosts: ['https://a.com'] }, 'an entry of match.sniHosts is "https://a.com", expected a DNS name'],
    ['a name that is null', { sniHosts: [null] }, 'an entry of match.sniHosts is null, expected a DNS name'],
    ['a wildcard for a part of a label', { sniHosts: ['*-eu.a.com'] }, 'an entry of match.sniHosts is "*-eu.a.com", expected a name or a wildcard for whole labels; write one such as "*.example.com"'],
    ['a wildcard between clusters', { sniHosts: ['outbound_.80_._.*.a.com'] }, 'an entry of match.sniHosts is "outbound_.80_._.*.a.com", expected a name or a wildcard for whole labels'],
    ['a name twice', { sniHosts: ['a.com', 'b.com', 'a.com'] }, 'match.sniHosts has "a.com" twice, expected each name once; remove the second'],
    ['a condition that is wrong', { sniHosts: ['a.com'], port: 0 }, 'match.port is 0'],
    ['an unknown property', { sniHosts: ['a.com'], alpn: ['h2'] }, 'the match has no property "alpn" (got ["h2"])'],
  ])('refuses %s', (_, match, message) => {
    expect(() => render(match as TlsMatch, ['a.com'])).toThrow(message);
  });
});
