import { ApiObject, Duration, Testing } from 'cdk8s';
import {
  CaptureMode, Destination, EgressListener, H2UpgradePolicy, IngressListener, OutboundTrafficPolicy, PortProtocol, ServerTls, ServiceRef, Sidecar,
  SidecarProps, Subset, TlsVersion,
} from '../../src';

const proxy = ServiceRef.fromName('egress', { namespace: 'infra' });
const files = [{ certificate: '/etc/certs/tls.crt', privateKey: '/etc/certs/tls.key' }];
const http = { port: 8080, protocol: PortProtocol.HTTP };

function sidecar(props: SidecarProps) {
  const chart = Testing.chart();
  const construct = new Sidecar(chart, 'Sidecar', props);
  return { chart, construct, spec: () => Testing.synth(chart)[0].spec };
}

describe('Sidecar', () => {
  test('every property reaches the manifest', () => {
    const pool = {
      tcp: {
        maxConnections: 10,
        connectTimeout: Duration.seconds(1),
        maxConnectionDuration: Duration.hours(1),
        idleTimeout: Duration.seconds(9),
        tcpKeepalive: { probes: 3, time: Duration.seconds(7), interval: Duration.seconds(8) },
      },
      http: {
        http1MaxPendingRequests: 1,
        http2MaxRequests: 2,
        maxRequestsPerConnection: 3,
        maxRetries: 4,
        idleTimeout: Duration.seconds(5),
        h2UpgradePolicy: H2UpgradePolicy.DO_NOT_UPGRADE,
        useClientProtocol: true,
        maxConcurrentStreams: 6,
        http2KeepAlive: { interval: Duration.seconds(2), timeout: Duration.seconds(1) },
      },
    };
    const renderedPool = {
      tcp: { maxConnections: 10, connectTimeout: '1s', maxConnectionDuration: '1h', idleTimeout: '9s', tcpKeepalive: { probes: 3, time: '7s', interval: '8s' } },
      http: {
        http1MaxPendingRequests: 1,
        http2MaxRequests: 2,
        maxRequestsPerConnection: 3,
        maxRetries: 4,
        idleTimeout: '5s',
        h2UpgradePolicy: 'DO_NOT_UPGRADE',
        useClientProtocol: true,
        maxConcurrentStreams: 6,
        http2KeepAlive: { interval: '2s', timeout: '1s' },
      },
    };

    const { chart, construct, spec } = sidecar({
      workloadSelector: { app: 'orders' },
      egress: [
        EgressListener.port(9080, ['shop/*'], { protocol: PortProtocol.HTTP, name: 'http', bind: '127.0.0.1', captureMode: CaptureMode.NONE }),
        EgressListener.unixSocket('unix:///run/mysql.sock', ['*/mysql.example.com'], { protocol: PortProtocol.MYSQL, name: 'mysql', captureMode: CaptureMode.NONE }),
        EgressListener.allPorts(['./*', 'istio-system/*'], { captureMode: CaptureMode.IPTABLES }),
      ],
      ingress: [{
        port: 8443,
        protocol: PortProtocol.HTTPS,
        name: 'https',
        bind: '10.0.0.1',
        captureMode: CaptureMode.IPTABLES,
        defaultEndpoint: '127.0.0.1:8080',
        tls: ServerTls.mutual({
          files,
          caCertificates: '/etc/certs/ca.crt',
          caCertCredentialName: 'orders-ca',
          caCrl: '/etc/certs/crl.pem',
          minVersion: TlsVersion.V1_2,
          maxVersion: TlsVersion.V1_3,
          cipherSuites: ['ECDHE-RSA-AES256-GCM-SHA384'],
          verifyCertificateHash: ['a'.repeat(64)],
          verifyCertificateSpki: ['NvqYIYSbgK2vCJpQhObf77vv+bQWtc5ek5RIOwPiC9A='],
          insecureSkipVerify: false,
        }),
        connectionPool: pool,
      }],
      inboundConnectionPool: pool,
      outboundTrafficPolicy: OutboundTrafficPolicy.allowAny({ egressProxy: Destination.service(proxy, { port: 3128 }) }),
    });

    expect(spec()).toEqual({
      workloadSelector: { labels: { app: 'orders' } },
      egress: [
        { port: { number: 9080, protocol: 'HTTP', name: 'http' }, bind: '127.0.0.1', captureMode: 'NONE', hosts: ['shop/*'] },
        { port: { number: 0, protocol: 'MYSQL', name: 'mysql' }, bind: 'unix:///run/mysql.sock', captureMode: 'NONE', hosts: ['*/mysql.example.com'] },
        { captureMode: 'IPTABLES', hosts: ['./*', 'istio-system/*'] },
      ],
      ingress: [{
        port: { number: 8443, protocol: 'HTTPS', name: 'https' },
        bind: '10.0.0.1',
        captureMode: 'IPTABLES',
        defaultEndpoint: '127.0.0.1:8080',
        tls: {
          mode: 'MUTUAL',
          serverCertificate: '/etc/certs/tls.crt',
          privateKey: '/etc/certs/tls.key',
          caCertificates: '/etc/certs/ca.crt',
          caCertCredentialName: 'orders-ca',
          caCrl: '/etc/certs/crl.pem',
          minProtocolVersion: 'TLSV1_2',
          maxProtocolVersion: 'TLSV1_3',
          cipherSuites: ['ECDHE-RSA-AES256-GCM-SHA384'],
          verifyCertificateHash: ['a'.repeat(64)],
          verifyCertificateSpki: ['NvqYIYSbgK2vCJpQhObf77vv+bQWtc5ek5RIOwPiC9A='],
          insecureSkipVerify: false,
        },
        connectionPool: renderedPool,
      }],
      inboundConnectionPool: renderedPool,
      outboundTrafficPolicy: { mode: 'ALLOW_ANY', egressProxy: { host: 'egress.infra.svc.cluster.local', port: { number: 3128 } } },
    });
    expect(ApiObject.of(construct)).toMatchObject({ apiVersion: 'networking.istio.io/v1', kind: 'Sidecar' });
    expect(chart).toBeAcceptedByIstio();
  });

  const tls = (value: ServerTls): SidecarProps => ({ ingress: [{ port: 8443, protocol: PortProtocol.TLS, tls: value }] });
  const endpoint = (defaultEndpoint: string): [string, SidecarProps, object] =>
    [`the endpoint ${defaultEndpoint}`, { ingress: [{ ...http, defaultEndpoint }] }, { ingress: [{ port: { number: 8080, protocol: 'HTTP' }, defaultEndpoint }] }];

  test.each<[string, SidecarProps, object]>([
    ['egress alone', { egress: [EgressListener.allPorts(['./*'])] }, { egress: [{ hosts: ['./*'] }] }],
    ['every form of host', { egress: [EgressListener.allPorts(['./*', 'shop/a.example.com', '~shop/b.example.com', '~/*', '*/*.example.com'])] },
      { egress: [{ hosts: ['./*', 'shop/a.example.com', '~shop/b.example.com', '~/*', '*/*.example.com'] }] }],
    ['a port alone', { egress: [EgressListener.port(80, ['*/*'])] }, { egress: [{ port: { number: 80 }, hosts: ['*/*'] }] }],
    ['two sockets', { egress: [EgressListener.unixSocket('unix://@a', ['./*']), EgressListener.unixSocket('unix://@b', ['./*'])] },
      { egress: [{ port: { number: 0 }, bind: 'unix://@a', hosts: ['./*'] }, { port: { number: 0 }, bind: 'unix://@b', hosts: ['./*'] }] }],
    ['registryOnly', { outboundTrafficPolicy: OutboundTrafficPolicy.registryOnly() }, { outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } }],
    ['allowAny', { outboundTrafficPolicy: OutboundTrafficPolicy.allowAny(), egress: [], ingress: [] }, { outboundTrafficPolicy: { mode: 'ALLOW_ANY' } }],
    ['a subset as proxy', { outboundTrafficPolicy: OutboundTrafficPolicy.allowAny({ egressProxy: Destination.subset(Subset.fromName(ServiceRef.fromHost('egress.example.com'), 'v1'), { port: 80 }) }) },
      { outboundTrafficPolicy: { mode: 'ALLOW_ANY', egressProxy: { host: 'egress.example.com', subset: 'v1', port: { number: 80 } } } }],
    ['a port of the workload alone', { ingress: [{ port: 8080 }] }, { ingress: [{ port: { number: 8080 } }] }],
    endpoint('[::1]:8080'),
    endpoint('0.0.0.0:8080'),
    endpoint('[::]:8080'),
    endpoint(':8080'),
    endpoint('unix:///run/orders.sock'),
    ['TLS', tls(ServerTls.simple({ files })), { ingress: [{ port: { number: 8443, protocol: 'TLS' }, tls: { mode: 'SIMPLE', serverCertificate: '/etc/certs/tls.crt', privateKey: '/etc/certs/tls.key' } }] }],
    ['TLS passed through', tls(ServerTls.passthrough()), { ingress: [{ port: { number: 8443, protocol: 'TLS' }, tls: { mode: 'PASSTHROUGH' } }] }],
  ])('takes %s', (_, props, expected) => {
    const { chart, spec } = sidecar(props);

    expect(spec()).toEqual(expected);
    expect(chart).toBeAcceptedByIstio();
  });

  const ingress = (listener: unknown) => ({ ingress: [listener as IngressListener] });
  const application = 'expected 127.0.0.1, [::1], 0.0.0.0, [::] or nothing with a port, such as "127.0.0.1:8080", or a Unix socket; the application runs beside the proxy';
  const mode = 'expected ServerTls.simple, .mutual, .optionalMutual or .passthrough; leave tls out for Istio\'s mutual TLS';
  const source = 'expected a certificate from one pair of files and no subjectAltNames, all that Istio supports here; mount the secret into the proxy';

  test.each<[string, unknown, string]>([
    ['properties that are null', null, 'the properties of the Sidecar is null, expected an object'],
    ['a Sidecar that says nothing', { workloadSelector: { app: 'a' }, egress: [] }, 'the Sidecar says nothing, expected at least one of egress, ingress, inboundConnectionPool and outboundTrafficPolicy; leave the Sidecar out for Istio\'s defaults'],
    ['an unknown property', { hosts: ['./*'] }, 'Sidecar has no property "hosts" (got ["./*"])'],
    ['a selector without labels', { workloadSelector: {} }, 'the workloadSelector of the Sidecar is {}, expected at least one label; leave it out for all workloads of the namespace'],
    ['a selector that is no label', { workloadSelector: { app: '*' } }, 'the workloadSelector of the Sidecar has "app": "*", expected a Kubernetes label'],
    ['egress that is a listener', { egress: EgressListener.allPorts(['./*']) }, 'the egress of the Sidecar is an EgressListener, expected a list'],
    ['egress as in the manifest', { egress: [{ hosts: ['./*'] }] }, 'an egress listener is {"hosts":["./*"]}, expected an EgressListener; write for example EgressListener.allPorts(["./*"])'],
    ['egress that is null', { egress: null }, 'the egress of the Sidecar is null, expected a list'],
    ['a listener for all ports before another', { egress: [EgressListener.allPorts(['./*']), EgressListener.port(80, ['./*'])] }, 'egress listener 1 of the Sidecar is for all ports, expected one such listener, as the last; move it to the end or merge the two'],
    ['two listeners for all ports', { egress: [EgressListener.allPorts(['./*']), EgressListener.allPorts(['./*'])] }, 'egress listener 1 of the Sidecar is for all ports, expected one such listener, as the last'],
    ['two listeners for a port', { egress: [EgressListener.port(80, ['./*']), EgressListener.port(80, ['./*'], { bind: '127.0.0.1' })] }, 'the port 80 is used by two egress listeners of the Sidecar, expected each once; merge their hosts'],
    ['two listeners for a socket', { egress: [EgressListener.unixSocket('unix://@a', ['./*']), EgressListener.unixSocket('unix://@a', ['./*'])] }, 'the Unix socket "unix://@a" is used by two egress listeners of the Sidecar, expected each once'],
    ['ingress that is a listener', { ingress: { port: 80 } }, 'the ingress of the Sidecar is {"port":80}, expected a list'],
    ['an ingress listener that is a port', ingress(80), 'ingress listener 1 is 80, expected an object'],
    ['an unknown property of a listener', ingress({ port: 80, number: 80 }), 'ingress listener 1 has no property "number" (got 80)'],
    ['a listener without port', ingress({}), 'the port of ingress listener 1 is undefined, expected a whole number from 1 to 65535'],
    ['a port as in the manifest', ingress({ port: { number: 80 } }), 'the port of ingress listener 1 is {"number":80}, expected a whole number from 1 to 65535'],
    ['an unknown protocol', ingress({ port: 80, protocol: 'QUIC' }), 'the protocol of ingress listener 1 is "QUIC", expected one of HTTP, '],
    ['a port name that is none', ingress({ port: 80, name: 'a b' }), 'the name of ingress listener 1 is "a b", expected a DNS label'],
    ['a name for an address', ingress({ port: 80, bind: 'localhost' }), 'the bind of ingress listener 1 is "localhost", expected an IP address; leave it out for the default'],
    ['an unknown capture mode', ingress({ port: 80, captureMode: 'TPROXY' }), 'the captureMode of ingress listener 1 is "TPROXY", expected one of DEFAULT, IPTABLES, NONE'],
    ['a port for two listeners', { ingress: [{ port: 80 }, { port: 80, bind: '127.0.0.1' }] }, 'the port 80 is used by two ingress listeners of the Sidecar, expected each once; remove the second'],
    ...['10.0.0.1:8080', 'localhost:8080', '8080', '127.0.0.1:0', '127.0.0.1:65536', '::1:8080', '127.0.0.1:'].map((value): [string, unknown, string] =>
      [`the endpoint ${value}`, ingress({ port: 80, defaultEndpoint: value }), `the defaultEndpoint of ingress listener 1 is "${value}", ${application}`]),
    ['a relative socket', ingress({ port: 80, defaultEndpoint: 'unix://a' }), 'the defaultEndpoint of ingress listener 1 is "unix://a", expected a Unix socket'],
    ['an endpoint that is a number', ingress({ port: 80, defaultEndpoint: 8080 }), 'the defaultEndpoint of ingress listener 1 is 8080, expected a non-empty string; leave it out for the default'],
    ['TLS as in the manifest', ingress({ port: 80, tls: { mode: 'SIMPLE' } }), 'the tls of ingress listener 1 is {"mode":"SIMPLE"}, expected a ServerTls; write for example ServerTls.simple({ files: [...] })'],
    ['TLS on HTTP', ingress({ ...http, tls: ServerTls.simple({ files }) }), 'the protocol of ingress listener 1 is "HTTP" beside tls, expected HTTPS or TLS; set it or leave tls out'],
    ['TLS on nothing', ingress({ port: 80, tls: ServerTls.simple({ files }) }), 'the protocol of ingress listener 1 is undefined beside tls, expected HTTPS or TLS'],
    ['TLS by Istio', tls(ServerTls.istioMutual()), `the tls of ingress listener 1 has mode ISTIO_MUTUAL, ${mode}`],
    ['TLS between clusters', tls(ServerTls.autoPassthrough()), `the tls of ingress listener 1 has mode AUTO_PASSTHROUGH, ${mode}`],
    ['a secret', tls(ServerTls.simple({ credentialName: 'a' })), `the tls of ingress listener 1 has credentialName, ${source}`],
    ['two secrets', tls(ServerTls.simple({ credentialNames: ['a', 'b'] })), `the tls of ingress listener 1 has credentialNames, ${source}`],
    ['two certificates', tls(ServerTls.simple({ files: [...files, ...files] })), `the tls of ingress listener 1 has tlsCertificates, ${source}`],
    ['names of clients', tls(ServerTls.mutual({ files, caCertificates: '/a', subjectAltNames: ['a'] })), `the tls of ingress listener 1 has subjectAltNames, ${source}`],
    ['an empty pool', { inboundConnectionPool: {} }, 'connectionPool has no limits, expected tcp or http; leave connectionPool out for no limits'],
    ['an empty pool of a listener', ingress({ port: 80, connectionPool: {} }), 'connectionPool has no limits'],
    ['a policy that is a mode', { outboundTrafficPolicy: 'ALLOW_ANY' }, 'the outboundTrafficPolicy of the Sidecar is "ALLOW_ANY", expected an OutboundTrafficPolicy; write for example OutboundTrafficPolicy.registryOnly()'],
  ])('refuses %s', (_, props, message) => {
    expect(() => sidecar(props as any)).toThrow(message);
  });
});

describe('EgressListener', () => {
  const form = 'expected namespace and full name such as "./*", "shop/*" or "*/*.example.com"; write it as namespace/name';

  test.each<[unknown, string]>([
    ['shop.example.com', `a host of EgressListener.allPorts is "shop.example.com", ${form}`],
    ['a/b/c.com', `a host of EgressListener.allPorts is "a/b/c.com", ${form}`],
    ['/*', `a host of EgressListener.allPorts is "/*", ${form}`],
    ['./', 'a host of EgressListener.allPorts is "", expected a DNS name'],
    ['./short', `a host of EgressListener.allPorts is "./short", ${form}`],
    ['./*a.com', `a host of EgressListener.allPorts is "./*a.com", ${form}`],
    ['./10.0.0.1', 'a host of EgressListener.allPorts is "10.0.0.1", expected a DNS name'],
    ['a_b/*', 'the namespace of the host "a_b/*" is "a_b", expected a DNS label'],
    ['~~/*', 'the namespace of the host "~~/*" is "~", expected a DNS label'],
    ['', 'a host of EgressListener.allPorts is "", expected a non-empty string; write it as namespace/name'],
    [null, 'a host of EgressListener.allPorts is null, expected a non-empty string'],
  ])('refuses the host %p', (host, message) => {
    expect(() => EgressListener.allPorts([host as string])).toThrow(message);
  });

  test.each<[string, () => unknown, string]>([
    ['no hosts', () => EgressListener.allPorts([]), 'the hosts of EgressListener.allPorts is [], expected a list of at least one entry; use "./*" for all of its own namespace'],
    ['a host for a list', () => EgressListener.port(80, './*' as any), 'the hosts of EgressListener.port is "./*", expected a list'],
    ['null for options, all ports', () => EgressListener.allPorts(['./*'], null as any), 'the options of EgressListener.allPorts is null, expected an object'],
    ['null for options, port', () => EgressListener.port(80, ['./*'], null as any), 'the options of EgressListener.port is null, expected an object'],
    ['null for options, socket', () => EgressListener.unixSocket('unix:///a', ['./*'], null as any), 'the options of EgressListener.unixSocket is null, expected an object'],
    ['an address for all ports', () => EgressListener.allPorts(['./*'], { bind: '127.0.0.1' } as any), 'EgressListener.allPorts has no property "bind" (got "127.0.0.1")'],
    ['an unknown option', () => EgressListener.port(80, ['./*'], { targetPort: 80 } as any), 'EgressListener.port has no property "targetPort" (got 80)'],
    ['port 0', () => EgressListener.port(0, ['./*']), 'the port of EgressListener.port is 0, expected a whole number from 1 to 65535'],
    ['a socket as address of a port', () => EgressListener.port(80, ['./*'], { bind: 'unix:///a' }), 'the bind of EgressListener.port is "unix:///a", expected an IP address'],
    ['a path for a socket', () => EgressListener.unixSocket('/run/a.sock', ['./*']), 'the address of EgressListener.unixSocket is "/run/a.sock", expected a Unix socket such as "unix:///run/shop.sock" or "unix://@shop"; give the path of a file'],
    ['null for a socket', () => EgressListener.unixSocket(null as any, ['./*']), 'the address of EgressListener.unixSocket is null, expected a Unix socket'],
    ['an address beside a socket', () => EgressListener.unixSocket('unix:///a', ['./*'], { bind: '127.0.0.1' } as any), 'EgressListener.unixSocket has no property "bind" (got "127.0.0.1")'],
    ['a socket of iptables', () => EgressListener.unixSocket('unix:///a', ['./*'], { captureMode: CaptureMode.IPTABLES }), 'the captureMode of EgressListener.unixSocket is "IPTABLES", expected DEFAULT or NONE; iptables redirect no Unix sockets'],
  ])('refuses %s', (_, build, message) => {
    expect(build).toThrow(message);
  });
});

describe('OutboundTrafficPolicy', () => {
  const one = 'expected one host and its port; write for example Destination.service(proxy, { port: 3128 })';

  test.each<[string, () => unknown, string]>([
    ['null for options', () => OutboundTrafficPolicy.allowAny(null as any), 'the options of OutboundTrafficPolicy.allowAny is null, expected an object'],
    ['an unknown option', () => OutboundTrafficPolicy.allowAny({ mode: 'ALLOW_ANY' } as any), 'OutboundTrafficPolicy.allowAny has no property "mode" (got "ALLOW_ANY")'],
    ['a host for a proxy', () => OutboundTrafficPolicy.allowAny({ egressProxy: 'egress' as any }), 'the egressProxy is "egress", expected a Destination; write for example Destination.service(proxy, { port: 3128 })'],
    ['a proxy without port', () => OutboundTrafficPolicy.allowAny({ egressProxy: Destination.service(proxy) }), `the egressProxy is {"host":"egress.infra.svc.cluster.local"}, ${one}`],
    ['a wildcard for a proxy', () => OutboundTrafficPolicy.allowAny({ egressProxy: Destination.host('*.a.com', { port: 80 }) }), `the egressProxy is {"host":"*.a.com","port":{"number":80}}, ${one}`],
  ])('refuses %s', (_, build, message) => {
    expect(build).toThrow(message);
  });
});
