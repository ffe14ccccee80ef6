import { ApiObject, Chart, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import {
  Destination, ExportTo, HttpMatch, HttpMatchOptions, HttpRoute, IstioGateway, ServiceRef, StringMatch, TcpRoute, TlsRoute, VirtualService,
} from '../../src';

const { exact, prefix, regex, present } = StringMatch;
const orders = ServiceRef.fromName('orders');
const to = Destination.service(orders);
const rule = (name: string, ...matches: HttpMatchOptions[]) => HttpRoute.forward(to, {
  name,
  match: matches.length === 0 ? undefined : matches.map((match) => HttpMatch.of(match)),
});
const edge = IstioGateway.fromName('edge');

describe('VirtualService', () => {
  test('is reached by ApiObject.of, as any construct of cdk8s', () => {
    const construct = new VirtualService(Testing.chart(), 'Orders', { services: [orders] });

    expect(ApiObject.of(construct)).toMatchObject({ apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', name: construct.name });
  });

  test('every property reaches the manifest', () => {
    // GIVEN
    const chart = new Chart(Testing.app(), 'shop', { namespace: 'shop' });
    const service = new kplus.Service(chart, 'Service', { metadata: { name: 'orders' }, ports: [{ port: 80, name: 'http' }] });

    // WHEN
    const construct = new VirtualService(chart, 'Orders', {
      metadata: { name: 'orders' },
      services: [service],
      hosts: ['shop.example.com', '10.0.0.1', '2001:db8::1', '*-eu.example.org'],
      gateways: [edge, IstioGateway.MESH],
      http: [HttpRoute.forward(Destination.service(service), { match: [HttpMatch.path('/a')] })],
      exportTo: ExportTo.ALL,
    });
    construct.addHttpRoutes(HttpRoute.directResponse(404));

    // THEN
    expect(Testing.synth(chart)[1].spec).toEqual({
      hosts: ['orders.shop.svc.cluster.local', 'shop.example.com', '10.0.0.1', '2001:db8::1', '*-eu.example.org'],
      gateways: ['edge', 'mesh'],
      http: [
        { match: [{ uri: { exact: '/a' } }], route: [{ destination: { host: 'orders.shop.svc.cluster.local' } }] },
        { directResponse: { status: 404 } },
      ],
      exportTo: ['*'],
    });
    expect(construct.hosts).toHaveLength(5);
    expect(construct.http).toHaveLength(2);
    expect(chart).toBeAcceptedByIstio();
  });

  test('has rules of every kind', () => {
    // GIVEN
    const chart = Testing.chart();
    const tls = TlsRoute.forward(to, { match: [{ sniHosts: ['shop.example.com'] }] });
    const tcp = TcpRoute.forward(to);

    // WHEN
    const construct = new VirtualService(chart, 'Shop', { hosts: ['shop.example.com'], gateways: [edge], http: [rule('a')], tls: [tls], tcp: [tcp] });

    // THEN
    expect(Testing.synth(chart)[0].spec).toEqual({
      hosts: ['shop.example.com'],
      gateways: ['edge'],
      http: [{ name: 'a', route: [{ destination: { host: 'orders' } }] }],
      tls: [{ match: [{ sniHosts: ['shop.example.com'] }], route: [{ destination: { host: 'orders' } }] }],
      tcp: [{ route: [{ destination: { host: 'orders' } }] }],
    });
    expect(construct.tls).toEqual([tls]);
    expect(construct.tcp).toEqual([tcp]);
    expect(chart).toBeAcceptedByIstio();
  });

  test('without hosts it holds rules for others', () => {
    const chart = Testing.chart();
    new VirtualService(chart, 'Rules', { http: [rule('a')] });

    expect(Testing.synth(chart)[0].spec).toEqual({ http: [{ name: 'a', route: [{ destination: { host: 'orders' } }] }] });
    expect(chart).toBeAcceptedByIstio();
  });

  test('is refused without a rule when the app is synthesized', () => {
    const app = Testing.app();
    new VirtualService(new Chart(app, 'shop'), 'Orders', { services: [orders] });

    expect(() => app.synthYaml()).toThrow('the VirtualService has no rules, expected at least one; add HttpRoute.forward(...)');
  });

  test('matches claims of a token where only gateways follow it', () => {
    const chart = Testing.chart();
    const claim = [HttpMatch.jwtClaim('group', exact('admin'))];
    new VirtualService(chart, 'Orders', { hosts: ['shop.example.com'], gateways: [edge], http: [HttpRoute.forward(to, { match: claim })] });

    expect(chart).toBeAcceptedByIstio();
  });

  const jwt = HttpMatch.jwtClaim('group', exact('admin'));

  test.each<[string, unknown, string]>([
    ['null', null, 'the properties of the VirtualService is null, expected an object'],
    ['an unknown property', { services: [orders], route: [] }, 'VirtualService has no property "route"'],
    ['services that are no list', { services: orders }, 'services is a ServiceRef, expected a list'],
    ['a service by name', { services: ['orders'] }, 'the service is "orders", expected a Service construct'],
    ['hosts as text', { hosts: 'a.com' }, 'hosts is "a.com", expected a list'],
    ['a host that is none', { hosts: ['https://a.com'] }, 'a host is "https://a.com", expected a DNS name such as "shop.example.com" or "*.example.com"; give the host without scheme, port or path'],
    ['a host that is null', { hosts: [null] }, 'a host is null, expected a DNS name'],
    ['a very long host', { hosts: [`${'a.'.repeat(200)}com`] }, 'expected a DNS name'],
    ['a host twice', { hosts: ['a.com', 'a.com'] }, 'the hosts "a.com" and "a.com" overlap, expected each name once; remove one of them'],
    ['a host within a wildcard', { hosts: ['*.a.com', 'b.a.com'] }, 'the hosts "*.a.com" and "b.a.com" overlap'],
    ['gateways without hosts', { gateways: [edge] }, 'the VirtualService has gateways and no hosts, expected both; without hosts it only serves others that delegate to it'],
    ['every host in the mesh', { hosts: ['*'] }, 'the host "*" is bound to the mesh, expected gateways only; name the gateways or the services'],
    ['every host in the mesh, named', { hosts: ['*'], gateways: [edge, IstioGateway.MESH] }, 'the host "*" is bound to the mesh'],
    ['exportTo as text', { hosts: ['a.com'], exportTo: '*' }, 'exportTo is "*", expected an ExportTo; write for example ExportTo.OWN_NAMESPACE'],
    ['rules as a map', { hosts: ['a.com'], http: {} }, 'http is {}, expected a list'],
    ['a rule as in the manifest', { hosts: ['a.com'], http: [{ route: [] }] }, 'the rule is {"route":[]}, expected an HttpRoute; write for example HttpRoute.forward(Destination.service(orders))'],
    ['a rule that is null', { hosts: ['a.com'], http: [null] }, 'the rule is null, expected an HttpRoute'],
    ['tls rules as a map', { hosts: ['a.com'], tls: {} }, 'tls is {}, expected a list'],
    ['a tls rule as in the manifest', { hosts: ['a.com'], tls: [{ match: [] }] }, 'the tls rule is {"match":[]}, expected a TlsRoute; write for example TlsRoute.forward(Destination.service(shop), { match: [...] })'],
    ['a tls rule without hosts', { tls: [TlsRoute.forward(to, { match: [{ sniHosts: ['a.com'] }] })] }, 'tls rule 1 stands in a VirtualService without hosts, expected HTTP rules only there; name the services or hosts'],
    ['tcp rules as a map', { hosts: ['a.com'], tcp: {} }, 'tcp is {}, expected a list'],
    ['a tcp rule as in the manifest', { hosts: ['a.com'], tcp: [{ route: [] }] }, 'the tcp rule is {"route":[]}, expected a TcpRoute; write for example TcpRoute.forward(Destination.service(database))'],
    ['a tcp rule without hosts', { tcp: [TcpRoute.forward(to)] }, 'tcp rule 1 stands in a VirtualService without hosts, expected HTTP rules only there'],
    ['a claim in the mesh', { hosts: ['a.com'], http: [HttpRoute.forward(to, { match: [jwt] })] }, 'rule 1 matches a claim of a token in the mesh, expected gateways only; bind the VirtualService or the match to gateways'],
    ['a delegate that delegates', { http: [HttpRoute.delegate(VirtualService.fromName('a'), { name: 'more' })] }, 'rule "more" delegates in a VirtualService without hosts, expected one level; send the requests to a destination'],
  ])('refuses %s', (_, props, message) => {
    expect(() => new VirtualService(Testing.chart(), 'Orders', props as any)).toThrow(message);
  });
});

describe('the order of rules', () => {
  function build(...http: HttpRoute[]) {
    const chart = Testing.chart();
    return { chart, construct: new VirtualService(chart, 'Orders', { hosts: ['a.com'], gateways: [edge, IstioGateway.MESH], http }) };
  }

  test.each<[string, HttpMatchOptions[], HttpMatchOptions[]]>([
    ['a rule for everything', [], [{ uri: exact('/a') }]],
    ['two rules for everything', [], []],
    ['the prefix of every path', [{ uri: prefix('/') }], [{ method: exact('GET') }]],
    ['the same path', [{ uri: exact('/a') }], [{ uri: exact('/a') }]],
    ['a shorter prefix', [{ uri: prefix('/a') }], [{ uri: exact('/a/b') }]],
    ['the same expression', [{ uri: regex('/a+') }], [{ uri: regex('/a+') }]],
    ['a path in another case', [{ uri: exact('/A'), ignoreUriCase: true }], [{ uri: exact('/a') }]],
    ['fewer headers', [{ headers: { a: exact('1') } }], [{ headers: { a: exact('1'), b: exact('2') } }]],
    ['a header that is there', [{ headers: { a: present() } }], [{ headers: { a: exact('1') } }]],
    ['a second match', [{ uri: exact('/x') }, { uri: prefix('/a') }], [{ uri: exact('/a') }]],
    ['a match for each of its own', [{ uri: prefix('/a') }, { uri: prefix('/b') }], [{ uri: exact('/a') }, { uri: exact('/b') }]],
    ['more gateways', [{ gateways: [edge, IstioGateway.MESH] }], [{ gateways: [edge], uri: exact('/a') }]],
    ['any gateway', [{ uri: prefix('/a') }], [{ gateways: [edge], uri: prefix('/a') }]],
  ])('a rule behind %s is refused', (_, earlier, later) => {
    expect(() => build(rule('first', ...earlier), rule('second', ...later)))
      .toThrow('rule "second" can never be reached, expected it before rule "first", which takes all its requests; put specific rules first and the one without match last');
  });

  test.each<[string, HttpMatchOptions[], HttpMatchOptions[]]>([
    ['a longer prefix', [{ uri: prefix('/a/b') }], [{ uri: prefix('/a') }]],
    ['an exact path', [{ uri: exact('/a') }], [{ uri: prefix('/a') }]],
    ['a path in its case', [{ uri: exact('/a') }], [{ uri: exact('/a'), ignoreUriCase: true }]],
    ['another expression', [{ uri: regex('/a+') }], [{ uri: regex('/a*') }]],
    ['more headers', [{ headers: { a: exact('1'), b: exact('2') } }], [{ headers: { a: exact('1') } }]],
    ['a header with the prefix of a slash', [{ headers: { a: prefix('/') } }], [{ headers: { a: exact('x') } }]],
    ['another header', [{ headers: { a: present() } }], [{ headers: { b: present() } }]],
    ['one of its two matches', [{ uri: prefix('/a') }], [{ uri: exact('/a') }, { uri: exact('/b') }]],
    ['one gateway', [{ gateways: [edge], uri: prefix('/') }], [{ uri: exact('/a') }]],
    ['another gateway', [{ gateways: [edge] }], [{ gateways: [IstioGateway.MESH] }]],
    ['an exclusion', [{ uri: prefix('/'), withoutHeaders: { a: present() } }], []],
    ['another port', [{ port: 80 }], [{ port: 81 }]],
    ['labels that gateways do not look at', [{ sourceLabels: { a: 'b' } }], [{ sourceLabels: { a: 'b' }, gateways: [edge] }]],
  ])('a rule behind %s is reached', (_, earlier, later) => {
    const { chart } = build(rule('first', ...earlier), rule('second', ...later));

    expect(chart).toBeAcceptedByIstio();
  });

  test('is checked for rules that are added later, and names rules by their place where they have no name', () => {
    const { construct } = build(HttpRoute.forward(to, { match: [HttpMatch.pathPrefix('/a')] }), HttpRoute.forward(to));

    expect(() => construct.addHttpRoutes(HttpRoute.directResponse(404))).toThrow('rule 3 can never be reached, expected it before rule 2');
    expect(construct.http).toHaveLength(2);
  });
});
