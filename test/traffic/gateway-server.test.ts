import { Testing } from 'cdk8s';
import { GatewayProtocol, GatewayServer, IstioGateway, ServerTls } from '../../src';

const tls = ServerTls.simple({ credentialName: 'shop-tls' });

function render(...servers: GatewayServer[]) {
  const chart = Testing.chart();
  new IstioGateway(chart, 'Edge', { servers });
  return { chart, rendered: Testing.synth(chart)[0].spec.servers };
}

describe('GatewayServer', () => {
  test.each([
    ['http', GatewayServer.http(['a.com']), { port: { number: 80, name: 'http-80', protocol: 'HTTP' }, hosts: ['a.com'] }],
    ['http with every option', GatewayServer.http(['a.com'], { port: 8080, portName: 'web', name: 'front', bind: '10.0.0.1' }),
      { port: { number: 8080, name: 'web', protocol: 'HTTP' }, name: 'front', bind: '10.0.0.1', hosts: ['a.com'] }],
    ['http on its usual port, undefined given', GatewayServer.http(['a.com'], { port: undefined }), { port: { number: 80, name: 'http-80', protocol: 'HTTP' }, hosts: ['a.com'] }],
    ['http on an IPv6 address', GatewayServer.http(['a.com'], { bind: '::1' }), { port: { number: 80, name: 'http-80', protocol: 'HTTP' }, bind: '::1', hosts: ['a.com'] }],
    ['http on a Unix socket', GatewayServer.http(['a.com'], { bind: 'unix:///run/edge.sock' }), { port: { number: 0, name: 'http-0', protocol: 'HTTP' }, bind: 'unix:///run/edge.sock', hosts: ['a.com'] }],
    ['tcp on a Unix socket', GatewayServer.plaintext(GatewayProtocol.TCP, ['*'], { bind: 'unix://@edge' }), { port: { number: 0, name: 'tcp-0', protocol: 'TCP' }, bind: 'unix://@edge', hosts: ['*'] }],
    ['redirectToHttps', GatewayServer.redirectToHttps(['a.com']), { port: { number: 80, name: 'http-80', protocol: 'HTTP' }, hosts: ['a.com'], tls: { httpsRedirect: true } }],
    ['https', GatewayServer.https(['a.com'], { tls }), { port: { number: 443, name: 'https-443', protocol: 'HTTPS' }, hosts: ['a.com'], tls: { mode: 'SIMPLE', credentialName: 'shop-tls' } }],
    ['https elsewhere', GatewayServer.https(['a.com'], { tls, port: 8443 }), { port: { number: 8443, name: 'https-8443', protocol: 'HTTPS' }, hosts: ['a.com'], tls: { mode: 'SIMPLE', credentialName: 'shop-tls' } }],
    ['tls', GatewayServer.tls(['a.com'], { tls: ServerTls.passthrough() }), { port: { number: 443, name: 'tls-443', protocol: 'TLS' }, hosts: ['a.com'], tls: { mode: 'PASSTHROUGH' } }],
    ...Object.values(GatewayProtocol).map((protocol) => [`plaintext ${protocol}`, GatewayServer.plaintext(protocol, ['*'], { port: 9000 }),
      { port: { number: 9000, name: `${protocol.toLowerCase()}-9000`, protocol }, hosts: ['*'] }] as [string, GatewayServer, object]),
  ])('%s', (_, server, expected) => {
    const { chart, rendered } = render(server);

    expect(rendered).toEqual([expected]);
    expect(chart).toBeAcceptedByIstio();
  });

  test.each(['shop.example.com', '*.example.com', '*', 'shop/shop.example.com', './shop.example.com', '*/shop.example.com', '*/*', 'shop/*', '10.0.0.1', 'shop.example.com.'])('answers for the host %s', (host) => {
    const { chart, rendered } = render(GatewayServer.http([host]));

    expect(rendered[0].hosts).toEqual([host]);
    expect(chart).toBeAcceptedByIstio();
  });

  test('tells its hosts and its port', () => {
    const server = GatewayServer.http(['a.com', 'b.com'], { port: 8080 });

    server.hosts.push('c.com');

    expect(server.hosts).toEqual(['a.com', 'b.com']);
    expect(server.port).toBe(8080);
    expect(GatewayServer.http(['a.com'], { bind: 'unix://@edge' }).port).toBe(0);
  });

  const host = /^a host of the server is .*, expected a full name such as "shop.example.com", "\*.example.com" or "shop\/shop.example.com"; write it in full$/;
  const dns = /^a host of the server is .*, expected a DNS name/;

  test.each<[unknown, RegExp]>([
    ['shop', host],
    ['a/b/c.com', host],
    ['*shop.com', host],
    ['*-eu.shop.com', host],
    ['shop/orders', host],
    ['::1', host],
    ['::ffff:1.2.3.4', host],
    ['https://a.com', /^a host of the server is "https:\/\/a.com"|^the namespace of the host "https:\/\/a.com" is/],
    ['a.com:443', dns],
    ['~/a.com', /^the namespace of the host "~\/a.com" is "~", expected a DNS label/],
    ['/a.com', /^the namespace of the host "\/a.com" is "", expected a DNS label/],
    ['bücher.example', dns],
    [`${'a'.repeat(64)}.com`, dns],
    ['', /^a host of the server is "", expected a non-empty string; write it in full$/],
    [null, /^a host of the server is null, expected a non-empty string/],
    [['a.com'], /^a host of the server is \["a.com"\], expected a non-empty string/],
  ])('refuses the host %p', (value, message) => {
    expect(() => GatewayServer.http([value as string])).toThrow(message);
  });

  test.each<[string, () => unknown, string]>([
    ['no hosts', () => GatewayServer.http([]), 'the hosts of the server is [], expected a list of at least one entry; name the host, such as shop.example.com'],
    ['a host for a list', () => GatewayServer.http('a.com' as any), 'the hosts of the server is "a.com", expected a list'],
    ['no TLS', () => GatewayServer.https(['a.com'], {} as any), 'the tls of the server is undefined, expected a ServerTls; write for example ServerTls.simple({ credentialName: "shop-tls" })'],
    ['TLS as in the manifest', () => GatewayServer.https(['a.com'], { tls: { mode: 'SIMPLE' } as any }), 'the tls of the server is {"mode":"SIMPLE"}, expected a ServerTls'],
    ['TLS that is null', () => GatewayServer.tls(['a.com'], { tls: null as any }), 'the tls of the server is null, expected a ServerTls'],
    ['HTTPS passed through', () => GatewayServer.https(['a.com'], { tls: ServerTls.passthrough() }), 'the tls of GatewayServer.https passes connections through, expected one that ends TLS; use GatewayServer.tls for that'],
    ['HTTPS passed through between clusters', () => GatewayServer.https(['a.com'], { tls: ServerTls.autoPassthrough() }), 'the tls of GatewayServer.https passes connections through'],
    ['TLS on HTTP', () => GatewayServer.http(['a.com'], { tls } as any), 'GatewayServer has no property "tls" (got a ServerTls)'],
    ['no options, https', () => GatewayServer.https(['a.com'], undefined as any), 'the options of GatewayServer.https is undefined, expected an object'],
    ['no options, tls', () => GatewayServer.tls(['a.com'], null as any), 'the options of GatewayServer.tls is null, expected an object'],
    ['a port for options', () => GatewayServer.http(['a.com'], 80 as any), 'the options of the server is 80, expected an object'],
    ['null for options', () => GatewayServer.redirectToHttps(['a.com'], null as any), 'the options of the server is null, expected an object'],
    ['no options, plaintext', () => GatewayServer.plaintext(GatewayProtocol.TCP, ['*'], undefined as any), 'the options of the server is undefined, expected an object'],
    ['no port', () => GatewayServer.plaintext(GatewayProtocol.TCP, ['*'], {}), 'the port of the server is undefined, expected a whole number from 1 to 65535'],
    ['an unknown protocol', () => GatewayServer.plaintext('UDP' as any, ['*'], { port: 53 }), 'the protocol of the server is "UDP", expected one of HTTP, HTTP2, GRPC, GRPC-WEB, TCP, MONGO, REDIS, MYSQL'],
    ['a port out of range', () => GatewayServer.http(['a.com'], { port: 65536 }), 'the port of the server is 65536'],
    ['an empty port name', () => GatewayServer.http(['a.com'], { portName: '' }), 'the portName of the server is "", expected a non-empty string; leave it out for the default'],
    ['an empty name', () => GatewayServer.http(['a.com'], { name: ' ' }), 'the name of the server is " ", expected a non-empty string'],
    ['a name for an address', () => GatewayServer.http(['a.com'], { bind: 'localhost' }), 'the bind of the server is "localhost", expected an IP address or a Unix socket; leave it out to listen to all'],
    ['an address that is none', () => GatewayServer.http(['a.com'], { bind: '999.1.1.1' }), 'the bind of the server is "999.1.1.1", expected an IP address'],
    ['a colon for an address', () => GatewayServer.http(['a.com'], { bind: ':' }), 'the bind of the server is ":", expected an IP address'],
    ['a port of a socket', () => GatewayServer.http(['a.com'], { bind: 'unix:///run/edge.sock', port: 80 }), 'the port of the server is 80 beside the Unix socket "unix:///run/edge.sock", expected one of them; leave the port out'],
    ['a socket that is a folder', () => GatewayServer.http(['a.com'], { bind: 'unix:///run/' }), 'the bind of the server is "unix:///run/", expected a Unix socket such as'],
    ['an unknown property', () => GatewayServer.http(['a.com'], { protocol: 'HTTP' } as any), 'GatewayServer has no property "protocol"'],
  ])('refuses %s', (_, build, message) => {
    expect(build).toThrow(message);
  });
});
