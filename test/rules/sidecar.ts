import { Chart } from 'cdk8s';
import { cel, checked, inexpressible, Rule, throws, warned } from './rule';
import { labels, millis, selectorRules, toOrders } from './shared';
import {
  ConnectionPool, Destination, EgressListener, IngressListener, OutboundTrafficPolicy, PortProtocol, ServerTls, Sidecar, SidecarProps,
} from '../../src';

const DURATION = 'must be a valid duration greater than 1ms';
const pair = { certificate: '/cert', privateKey: '/key' };
const sidecar = (props: () => SidecarProps) => (chart: Chart) => new Sidecar(chart, 'Sidecar', props());
const egress = (...listeners: (() => EgressListener)[]) => sidecar(() => ({ egress: listeners.map((make) => make()) }));
const ingress = (...listeners: IngressListener[]) => sidecar(() => ({ workloadSelector: { app: 'a' }, ingress: listeners }));
const one = (options: object) => ingress({ port: 8080, protocol: PortProtocol.HTTP, ...options });
const tls = (make: () => ServerTls) => sidecar(() => ({ workloadSelector: { app: 'a' }, ingress: [{ port: 8443, protocol: PortProtocol.HTTPS, tls: make() }] }));
const pool = (where: string, field: string, inboundConnectionPool: ConnectionPool) =>
  throws(`${field} is 1 ms at least`, `${field} is 0 ms, expected a whole number of milliseconds and at least 1`, sidecar(() => ({ inboundConnectionPool })), cel(DURATION, new RegExp(`${where}$`)));

export const sidecarRules: Rule[] = [
  throws('a Sidecar says something', 'the Sidecar says nothing, expected at least one of egress, ingress, inboundConnectionPool and outboundTrafficPolicy', sidecar(() => ({}))),
  throws('a listener has a port', 'the port of ingress listener 1 is undefined, expected a whole number from 1 to 65535', ingress({} as any)),
  inexpressible('a port has no targetPort', 'IngressListener and EgressListener have no such property'),
  throws('bind is an IP', 'the bind of ingress listener 1 is "localhost", expected an IP address', one({ bind: 'localhost' })),
  throws('no port stands twice', 'the port 80 is used by two ingress listeners of the Sidecar, expected each once', ingress({ port: 80 }, { port: 80 })),
  throws('the defaultEndpoint is on the own host', 'the defaultEndpoint of ingress listener 1 is "10.0.0.1:80", expected 127.0.0.1, [::1], 0.0.0.0, [::] or nothing with a port, such as "127.0.0.1:8080", or a Unix socket', one({ defaultEndpoint: '10.0.0.1:80' })),
  throws('the defaultEndpoint has a port', 'the defaultEndpoint of ingress listener 1 is "127.0.0.1", expected 127.0.0.1, [::1], 0.0.0.0, [::] or nothing with a port, such as "127.0.0.1:8080", or a Unix socket', one({ defaultEndpoint: '127.0.0.1' })),
  throws('TLS has no names to check', 'the tls of ingress listener 1 has subjectAltNames, expected a certificate from one pair of files and no subjectAltNames, all that Istio supports here', tls(() => ServerTls.mutual({ files: [{ ...pair, caCertificates: '/ca' }], subjectAltNames: ['a'] }))),
  inexpressible('TLS has no redirect', 'ServerTls has none'),
  throws('TLS has no secret', 'the tls of ingress listener 1 has credentialName, expected a certificate from one pair of files and no subjectAltNames, all that Istio supports here', tls(() => ServerTls.simple({ credentialName: 'a' }))),
  throws('TLS has no secrets', 'the tls of ingress listener 1 has credentialNames, expected a certificate from one pair of files and no subjectAltNames, all that Istio supports here', tls(() => ServerTls.simple({ credentialNames: ['a', 'b'] })), cel('only one of credentialName or credentialNames can be set')),
  throws('TLS has one certificate', 'the tls of ingress listener 1 has tlsCertificates, expected a certificate from one pair of files and no subjectAltNames, all that Istio supports here', tls(() => ServerTls.simple({ files: [pair, pair] })), cel('only one of credentialName or tlsCertificates can be set')),
  throws('TLS has files or secrets', 'ServerTls.simple has credentialNames and files, expected exactly one of credentialName, credentialNames and files', tls(() => ServerTls.simple({ files: [pair, pair], credentialNames: ['a'] })), cel('only one of credentialNames or tlsCertificates can be set')),
  throws('TLS is not that of the mesh', 'the tls of ingress listener 1 has mode ISTIO_MUTUAL, expected ServerTls.simple, .mutual, .optionalMutual or .passthrough', tls(() => ServerTls.istioMutual())),
  throws('TLS is not passed through by name', 'the tls of ingress listener 1 has mode AUTO_PASSTHROUGH, expected ServerTls.simple, .mutual, .optionalMutual or .passthrough', tls(() => ServerTls.autoPassthrough())),
  throws('TLS goes with a protocol of TLS', 'the protocol of ingress listener 1 is "HTTP" beside tls, expected HTTPS or TLS', one({ tls: ServerTls.simple({ files: [pair] }) })),
  throws('a pool is of tcp or http', 'connectionPool has no limits, expected tcp or http', sidecar(() => ({ inboundConnectionPool: {} }))),
  throws('a pool of a listener is of tcp or http', 'connectionPool has no limits, expected tcp or http', one({ connectionPool: {} })),
  throws('the listener of all ports is the last', 'egress listener 1 of the Sidecar is for all ports, expected one such listener, as the last', egress(() => EgressListener.allPorts(['./*']), () => EgressListener.port(80, ['./*']))),
  throws('there is one listener of all ports', 'egress listener 1 of the Sidecar is for all ports, expected one such listener, as the last', egress(() => EgressListener.allPorts(['./*']), () => EgressListener.allPorts(['a/*']))),
  throws('a Unix socket is not captured by iptables', 'the captureMode of EgressListener.unixSocket is "IPTABLES", expected DEFAULT or NONE', egress(() => EgressListener.unixSocket('unix:///a', ['./*'], { captureMode: 'IPTABLES' as any }))),
  throws('no listener stands twice', 'the port 80 is used by two egress listeners of the Sidecar, expected each once', egress(() => EgressListener.port(80, ['./*']), () => EgressListener.port(80, ['a/*']))),
  throws('a listener has hosts', 'the hosts of EgressListener.allPorts is [], expected a list of at least one entry', egress(() => EgressListener.allPorts([]))),
  throws('a host has a namespace', 'a host of EgressListener.allPorts is "orders.shop.svc.cluster.local", expected namespace and full name such as "./*", "shop/*" or "*/*.example.com"', egress(() => EgressListener.allPorts(['orders.shop.svc.cluster.local']))),
  throws('the namespace of a host is one', 'the namespace of the host "a b/*" is "a b", expected a DNS label of at most 63 letters, digits and dashes', egress(() => EgressListener.allPorts(['a b/*']))),
  throws('a host is a full name', 'a host of EgressListener.allPorts is "./orders", expected namespace and full name such as "./*", "shop/*" or "*/*.example.com"', egress(() => EgressListener.allPorts(['./orders']))),
  throws('a wildcard is the first part of a host', 'a host of EgressListener.allPorts is "./*orders.com", expected namespace and full name such as "./*", "shop/*" or "*/*.example.com"', egress(() => EgressListener.allPorts(['./*orders.com']))),
  inexpressible('an egress proxy goes with ALLOW_ANY only', 'OutboundTrafficPolicy.registryOnly takes none'),
  throws('an egress proxy is one host', 'the egressProxy is {"host":"*.example.com","port":{"number":80}}, expected one host and its port', () => OutboundTrafficPolicy.allowAny({ egressProxy: Destination.host('*.example.com', { port: 80 }) })),
  throws('an egress proxy has a port', 'the egressProxy is {"host":"orders"}, expected one host and its port', () => OutboundTrafficPolicy.allowAny({ egressProxy: toOrders })),
  inexpressible('ALLOW_ANY_DYNAMIC_DNS is for the mesh only', 'OutboundTrafficPolicy has no factory for it'),
  ...selectorRules((chart, workloadSelector) => new Sidecar(chart, 'Sidecar', { workloadSelector, egress: [EgressListener.allPorts(['./*'])] }), labels),
  throws('a selector has labels', 'the workloadSelector of the Sidecar is {}, expected at least one label', sidecar(() => ({ workloadSelector: {}, egress: [EgressListener.allPorts(['./*'])] }))),
  pool('tcp.connectTimeout', 'connectionPool.tcp.connectTimeout', { tcp: { connectTimeout: millis(0) } }),
  pool('tcp.maxConnectionDuration', 'connectionPool.tcp.maxConnectionDuration', { tcp: { maxConnectionDuration: millis(0) } }),
  pool('tcpKeepalive.time', 'connectionPool.tcp.tcpKeepalive.time', { tcp: { tcpKeepalive: { time: millis(0) } } }),
  pool('tcpKeepalive.interval', 'connectionPool.tcp.tcpKeepalive.interval', { tcp: { tcpKeepalive: { interval: millis(0) } } }),
  pool('http.idleTimeout', 'connectionPool.http.idleTimeout', { http: { idleTimeout: millis(0) } }),
  pool('http2KeepAlive.interval', 'connectionPool.http.http2KeepAlive.interval', { http: { http2KeepAlive: { interval: millis(0), timeout: millis(1) } } }),
  pool('http2KeepAlive.timeout', 'connectionPool.http.http2KeepAlive.timeout', { http: { http2KeepAlive: { interval: millis(1), timeout: millis(0) } } }),
  warned('*/* goes without other hosts', 'no other hosts can be added', (chart) => new Sidecar(chart, 'Sidecar', { egress: [EgressListener.allPorts(['*/*', 'a/*'])] })),
  warned('no host of egress stands twice', 'duplicated egress host: a/*', (chart) => new Sidecar(chart, 'Sidecar', { egress: [EgressListener.port(80, ['a/*']), EgressListener.port(81, ['a/*', 'a/*'])] })),
  warned('a pool of HTTP is of a listener of HTTP', 'only TCP settings will apply', ingress({ port: 9000, protocol: PortProtocol.TCP, connectionPool: { http: { http2MaxRequests: 1 } } })),
  checked('the selector finds a pod, and no other Sidecar does', 'IST0101, IST0110 and IST0111 of the verifier'),
];
