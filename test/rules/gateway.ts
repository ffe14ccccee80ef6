import { Chart } from 'cdk8s';
import { Cel, cel, checked, inexpressible, Rule, throws, type, warned } from './rule';
import { GatewayProtocol, GatewayServer, GatewayServerOptions, IstioGateway, MutualServerTls, ServerTls, SimpleServerTls, TlsVersion } from '../../src';

const hosts = ['shop.example.com'];
const pair = { certificate: '/cert', privateKey: '/key' };
const secret = ServerTls.simple({ credentialName: 'shop' });
const gateway = (...servers: (() => GatewayServer)[]) => (chart: Chart) => new IstioGateway(chart, 'Edge', { servers: servers.map((make) => make()) });
const http = (options: GatewayServerOptions) => gateway(() => GatewayServer.http(hosts, options));
const simple = (options: SimpleServerTls) => () => ServerTls.simple(options);
const mutual = (options: MutualServerTls) => () => ServerTls.mutual(options);

export const gatewayRules: Rule[] = [
  throws('the name of a Gateway is a DNS label', 'metadata.name of the gateway is "my.edge", expected a DNS label of at most 63 letters, digits and dashes', (chart) => new IstioGateway(chart, 'Edge', { metadata: { name: 'my.edge' }, servers: [GatewayServer.http(hosts)] })),
  throws('a Gateway has servers', 'Validation failed with the following errors:\n  [test/Edge] the gateway has no servers, expected at least one', gateway()),
  throws('there are no null servers', 'the server is null, expected a GatewayServer', gateway(() => null as any)),
  throws('a server has hosts', 'the hosts of the server is [], expected a list of at least one entry', gateway(() => GatewayServer.http([]))),
  throws('a host of a server is a full name', 'a host of the server is "shop", expected a full name such as "shop.example.com", "*.example.com" or "shop/shop.example.com"', gateway(() => GatewayServer.http(['shop']))),
  throws('the namespace of a host is a DNS label, . or *', 'the namespace of the host "a b/shop.example.com" is "a b", expected a DNS label of at most 63 letters, digits and dashes', gateway(() => GatewayServer.http(['a b/shop.example.com']))),
  throws('a wildcard is the first part of a host', 'a host of the server is "*shop.example.com", expected a full name such as "shop.example.com", "*.example.com" or "shop/shop.example.com"', gateway(() => GatewayServer.http(['*shop.example.com']))),
  inexpressible('a server has a port', 'GatewayServer.http and the others have one'),
  throws('the protocol of a server is known', 'the protocol of the server is "SMTP", expected one of HTTP, HTTP2, GRPC, GRPC-WEB, TCP, MONGO, REDIS, MYSQL', gateway(() => GatewayServer.plaintext('SMTP' as any, hosts, { port: 25 }))),
  throws('the number of a port is 1 to 65535', 'the port of the server is 70000, expected a whole number from 1 to 65535', http({ port: 70000 })),
  inexpressible('a port has no targetPort', 'GatewayServerOptions has no such property'),
  throws('a port has a name', 'the portName of the server is "", expected a non-empty string', http({ portName: '' })),
  throws('no name of a port stands twice', 'the gateway answers twice for port name "a", expected one server a port and host', gateway(() => GatewayServer.http(hosts, { portName: 'a' }), () => GatewayServer.http(['b.com'], { portName: 'a', port: 81 }))),
  throws('a server binds to an IP', 'the bind of the server is "localhost", expected an IP address or a Unix socket', http({ bind: 'localhost' })),
  type('HTTPS has TLS', 'the tls of the server is undefined, expected a ServerTls', gateway(() => {
    // @ts-expect-error
    return GatewayServer.https(hosts, {});
  })),
  type('HTTP has no TLS', 'GatewayServer has no property "tls" (got a ServerTls)', http({
    // @ts-expect-error
    tls: secret,
  })),
  type('TCP has no TLS', 'GatewayServer has no property "tls" (got a ServerTls)', gateway(() => GatewayServer.plaintext(GatewayProtocol.TCP, hosts, {
    port: 9000,
    // @ts-expect-error
    tls: secret,
  }))),
  ...serverTlsRules([
    cel('only one of credentialNames or tlsCertificates can be set'),
    cel('only one of credentialName or credentialNames can be set'),
    cel('only one of credentialName or tlsCertificates can be set'),
  ]),
  type('mutual TLS of the mesh has no certificates', 'ServerTls.istioMutual has no property "credentialName" (got "a")', () => ServerTls.istioMutual({
    // @ts-expect-error
    credentialName: 'a',
  })),
  throws('simple TLS has a certificate', 'ServerTls.simple has no certificate, expected exactly one of credentialName, credentialNames and files', simple({})),
  throws('a certificate has a key', 'privateKey of ServerTls.simple is undefined, expected a non-empty string', simple({ files: [{ certificate: '/cert' } as any] })),
  throws('a key has a certificate', 'certificate of ServerTls.simple is undefined, expected a non-empty string', simple({ files: [{ privateKey: '/key' } as any] })),
  throws('mutual TLS has a CA', 'ServerTls.mutual has files and no caCertificates, expected the path of the CA certificates that clients are verified by', mutual({ files: [pair] })),
  throws('optional mutual TLS has a CA', 'ServerTls.optionalMutual has files and no caCertificates, expected the path of the CA certificates that clients are verified by', () => ServerTls.optionalMutual({ files: [pair] })),
  throws('a revocation list is a file beside files', 'ServerTls.mutual has caCrl beside credentialName, expected one of them', mutual({ credentialName: 'a', caCrl: '/crl' })),
  type('simple TLS has no revocation list', 'ServerTls.simple has no property "caCrl" (got "/crl")', simple({
    files: [pair],
    // @ts-expect-error
    caCrl: '/crl',
  })),
  inexpressible('only HTTP redirects to HTTPS', 'GatewayServer.redirectToHttps is of HTTP'),
  warned('TLS below 1.2 has cipher suites for it', 'TLS version below TLSV1_2', gateway(() => GatewayServer.https(hosts, { tls: ServerTls.simple({ credentialName: 'a', minVersion: TlsVersion.V1_0 }) }))),
  warned('cipher suites are known', 'ignoring invalid cipher suites', gateway(() => GatewayServer.https(hosts, { tls: ServerTls.simple({ credentialName: 'a', cipherSuites: ['NONE'] }) }))),
  warned('no cipher suite stands twice', 'ignoring duplicate cipher suites', gateway(() => GatewayServer.https(hosts, {
    tls: ServerTls.simple({ credentialName: 'a', cipherSuites: ['ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES128-GCM-SHA256'] }),
  }))),
  inexpressible('what is passed through has no certificate', 'ServerTls.passthrough takes none'),
  throws('there are two certificates at most', 'credentialNames of ServerTls.simple has 3 entries, expected at most two, one for RSA and one for ECDSA', simple({ credentialNames: ['a', 'b', 'c'] })),
  checked('one certificate belongs to one Gateway', 'IST0138 of the verifier'),
  checked('no two Gateways have the same port and host', 'IST0145 of the verifier'),
];

/** The sources of a certificate, of which there is one. */
function serverTlsRules([named, names, files]: [Cel, Cel, Cel]): Rule[] {
  return [
    throws('several secrets go without files', 'ServerTls.simple has credentialNames and files, expected exactly one of credentialName, credentialNames and files', simple({ credentialNames: ['a'], files: [pair, pair] }), named),
    throws('a secret goes without several secrets', 'ServerTls.simple has credentialName and credentialNames, expected exactly one of credentialName, credentialNames and files', simple({ credentialName: 'a', credentialNames: ['b'] }), names),
    throws('a secret goes without files', 'ServerTls.simple has credentialName and files, expected exactly one of credentialName, credentialNames and files', simple({ credentialName: 'a', files: [pair, pair] }), files),
  ];
}
