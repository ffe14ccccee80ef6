import { ApiObject, Chart, Testing } from 'cdk8s';
import { Destination, GatewayServer, HttpMatch, HttpRoute, IstioGateway, ServerTls, ServiceRef, VirtualService } from '../../src';

const tls = ServerTls.simple({ credentialName: 'shop-tls' });

function portNames(...servers: GatewayServer[]) {
  const chart = Testing.chart();
  new IstioGateway(chart, 'Edge', { servers });
  expect(chart).toBeAcceptedByIstio();
  return Testing.synth(chart)[0].spec.servers.map((server: any) => server.port.name);
}

describe('IstioGateway', () => {
  test('is reached by ApiObject.of, as any construct of cdk8s', () => {
    const gateway = new IstioGateway(Testing.chart(), 'Edge');

    expect(ApiObject.of(gateway)).toMatchObject({ apiVersion: 'networking.istio.io/v1', kind: 'Gateway', name: gateway.name });
  });

  test('every property reaches the manifest', () => {
    // GIVEN
    const chart = Testing.chart();

    // WHEN
    const gateway = new IstioGateway(chart, 'Edge', {
      metadata: { name: 'edge' },
      selector: { istio: 'edge', app: 'gateway' },
      servers: [GatewayServer.https(['shop.example.com'], { tls })],
    });
    gateway.addServer(GatewayServer.redirectToHttps(['shop.example.com']));

    // THEN
    expect(gateway.servers.map(({ port }) => port)).toEqual([443, 80]);
    expect(Testing.synth(chart)).toEqual([{
      apiVersion: 'networking.istio.io/v1',
      kind: 'Gateway',
      metadata: { name: 'edge' },
      spec: {
        selector: { istio: 'edge', app: 'gateway' },
        servers: [
          { port: { number: 443, name: 'https-443', protocol: 'HTTPS' }, hosts: ['shop.example.com'], tls: { mode: 'SIMPLE', credentialName: 'shop-tls' } },
          { port: { number: 80, name: 'http-80', protocol: 'HTTP' }, hosts: ['shop.example.com'], tls: { httpsRedirect: true } },
        ],
      },
    }]);
    expect(chart).toBeAcceptedByIstio();
  });

  test('selects the gateway of istioctl install by default', () => {
    const chart = Testing.chart();
    new IstioGateway(chart, 'Edge', { servers: [GatewayServer.http(['*'])] });

    expect(Testing.synth(chart)[0].spec.selector).toEqual({ istio: 'ingressgateway' });
  });

  test('is refused without a server when the app is synthesized', () => {
    const app = Testing.app();
    new IstioGateway(new Chart(app, 'shop'), 'Edge', {});

    expect(() => app.synthYaml()).toThrow('the gateway has no servers, expected at least one; add GatewayServer.https(...)');
  });

  test('knows the hosts that it answers for', () => {
    const gateway = new IstioGateway(Testing.chart(), 'Edge', { servers: [GatewayServer.http(['*.example.com', 'shop/api.test.com'])] });

    expect(['a.example.com', 'api.test.com', 'other.com'].map((host) => gateway._serves(host))).toEqual([true, true, false]);
  });

  test.each<[string, unknown, string]>([
    ['a name with dots', { metadata: { name: 'edge.v1' } }, 'metadata.name of the gateway is "edge.v1", expected a DNS label'],
    ['an unknown property', { hosts: ['a.com'] }, 'IstioGateway has no property "hosts"'],
    ['a name outside metadata', { name: 'edge' }, 'IstioGateway has no property "name" (got "edge"); the name of a resource is set by metadata.name'],
    ['servers that are no list', { servers: GatewayServer.http(['*']) }, 'servers is a GatewayServer, expected a list'],
    ['a server as in the manifest', { servers: [{ port: { number: 80 } }] }, 'the server is {"port":{"number":80}}, expected a GatewayServer; write for example GatewayServer.https(["shop.example.com"], ...)'],
    ['a server that is null', { servers: [null] }, 'the server is null, expected a GatewayServer'],
    ['a selector that is text', { selector: 'ingressgateway' }, 'the selector of the gateway is "ingressgateway", expected an object'],
    ['a selector that is no label', { selector: { istio: 'a b' } }, 'the selector of the gateway has "istio": "a b", expected a Kubernetes label'],
    ['a selector that is null', { selector: null }, 'the selector of the gateway is null, expected an object'],
    ['null', null, 'the properties of the gateway is null, expected an object'],
  ])('refuses %s', (_, props, message) => {
    expect(() => new IstioGateway(Testing.chart(), 'Edge', props as any)).toThrow(message);
  });
});

describe('servers of one gateway', () => {
  test.each<[string, GatewayServer, GatewayServer, string]>([
    ['port and host', GatewayServer.http(['a.com', 'b.com']), GatewayServer.redirectToHttps(['b.com']), 'the gateway answers twice for port 80 and host "b.com", expected one server a port and host; merge the two servers'],
    ['port, address and host', GatewayServer.http(['*'], { bind: '10.0.0.1' }), GatewayServer.http(['*'], { bind: '10.0.0.1' }), 'the gateway answers twice for port 80 and host "*"'],
    ['port name', GatewayServer.http(['a.com'], { portName: 'web' }), GatewayServer.http(['b.com'], { port: 81, portName: 'web' }), 'the gateway answers twice for port name "web"'],
  ])('clash on one %s', (_, first, second, message) => {
    const gateway = new IstioGateway(Testing.chart(), 'Edge', { servers: [first] });

    expect(() => gateway.addServer(second)).toThrow(message);
    expect(gateway.servers).toEqual([first]);
  });

  test.each<[string, GatewayServer, GatewayServer]>([
    ['hosts', GatewayServer.http(['a.com']), GatewayServer.http(['b.com'])],
    ['ports', GatewayServer.http(['a.com']), GatewayServer.http(['a.com'], { port: 8080 })],
    ['addresses', GatewayServer.http(['a.com'], { bind: '10.0.0.1' }), GatewayServer.http(['a.com'], { bind: '10.0.0.2' })],
    ['a host and a wildcard', GatewayServer.http(['a.com']), GatewayServer.http(['*.com'])],
  ])('may differ in %s', (_, first, second) => {
    const chart = Testing.chart();

    new IstioGateway(chart, 'Edge', { servers: [first, second] });

    expect(chart).toBeAcceptedByIstio();
  });

  test('get port names that are unique', () => {
    expect(portNames(GatewayServer.http(['a.com']), GatewayServer.http(['b.com']), GatewayServer.http(['c.com']), GatewayServer.https(['c.com'], { tls })))
      .toEqual(['http-80', 'http-80-2', 'http-80-3', 'https-443']);
  });

  test('keep the port names of the user, wherever they stand', () => {
    expect(portNames(GatewayServer.http(['a.com']), GatewayServer.http(['b.com'], { portName: 'http-80' }), GatewayServer.http(['c.com'], { portName: 'http-80-2' })))
      .toEqual(['http-80-3', 'http-80', 'http-80-2']);
    expect(portNames(GatewayServer.http(['a.com'], { portName: 'web' }), GatewayServer.http(['b.com'])))
      .toEqual(['web', 'http-80']);
  });
});

describe('the name of a gateway in a VirtualService', () => {
  const orders = ServiceRef.fromName('orders');

  test.each([
    ['of the same namespace', IstioGateway.fromName('edge', { namespace: 'shop' }), 'edge'],
    ['of another namespace', IstioGateway.fromName('edge', { namespace: 'ingress' }), 'ingress/edge'],
    ['without namespace', IstioGateway.fromName('edge'), 'edge'],
    ['of the mesh', IstioGateway.MESH, 'mesh'],
  ])('%s', (_, gateway, name) => {
    const chart = new Chart(Testing.app(), 'shop', { namespace: 'shop' });
    new VirtualService(chart, 'Shop', {
      hosts: ['shop.example.com'],
      gateways: [gateway],
      http: [HttpRoute.forward(Destination.service(orders), { match: [HttpMatch.of({ gateways: [gateway] })] })],
    });

    const { gateways, http } = Testing.synth(chart)[0].spec;
    expect(gateways).toEqual([name]);
    expect(http[0].match).toEqual([{ gateways: [name] }]);
    expect(chart).toBeAcceptedByIstio();
  });

  test('a gateway of the app is named by its construct', () => {
    const app = Testing.app();
    const gateway = new IstioGateway(new Chart(app, 'ingress', { namespace: 'ingress' }), 'Edge', { metadata: { name: 'edge' }, servers: [GatewayServer.http(['*'])] });
    const chart = new Chart(app, 'shop', { namespace: 'shop' });
    new VirtualService(chart, 'Shop', { hosts: ['shop.example.com'], gateways: [gateway], http: [HttpRoute.forward(Destination.service(orders))] });

    expect(Testing.synth(chart)[0].spec.gateways).toEqual(['ingress/edge']);
  });

  test.each<[string, unknown, string]>([
    ['no gateways', [], 'the gateways is [], expected a list of at least one entry; leave them out to bind to the mesh'],
    ['a gateway for a list', IstioGateway.MESH, 'the gateways is {"name":"mesh"}, expected a list'],
    ['a name', ['edge'], 'the name of the gateway is undefined, expected a non-empty string; pass an IstioGateway or IstioGateway.fromName("edge")'],
    ['null', [null], 'the name of the gateway is undefined, expected a non-empty string'],
    ['an object that is named by no label', [{ name: 'a b' }], 'the name of the gateway is "a b", expected a DNS label'],
  ])('refuses %s', (_, gateways, message) => {
    const build = () => new VirtualService(Testing.chart(), 'Shop', { hosts: ['a.com'], gateways: gateways as any, http: [] });

    expect(build).toThrow(message);
  });
});
