/** The protocols that Istio knows by the name of a port or by its appProtocol. */
const PROTOCOLS = new Set(['http', 'http2', 'https', 'grpc', 'grpc-web', 'tcp', 'tls', 'mongo', 'mysql', 'redis', 'udp', 'hbone', 'double-hbone']);
/** What Kubernetes names itself. */
const KUBERNETES: Record<string, string> = { 'kubernetes.io/h2c': 'HTTP2', 'kubernetes.io/ws': 'HTTP', 'kubernetes.io/wss': 'HTTPS' };
const HTTP = new Set(['HTTP', 'HTTP2', 'GRPC', 'GRPC-WEB', 'HTTP_PROXY']);

/** The protocol that a Service's port declares, in upper case; undefined where Istio has to guess. */
export function protocolOf(port: { port?: number; name?: string; protocol?: string; appProtocol?: string }): string | undefined {
  if (port.protocol === 'UDP' || port.protocol === 'SCTP') {
    return port.protocol;
  }
  if (port.appProtocol !== undefined) {
    return KUBERNETES[port.appProtocol] ?? known(port.appProtocol);
  }
  const name = port.name ?? '';
  return known(name.startsWith('grpc-web') ? 'grpc-web' : name.split('-')[0]);
}

function known(name: string): string | undefined {
  return PROTOCOLS.has(name.toLowerCase()) ? name.toUpperCase() : undefined;
}

/** Whether Istio routes its requests one by one. */
export function isHttp(protocol: string | undefined): boolean {
  return HTTP.has(protocol ?? '');
}

/** Whether all requests to an endpoint share one connection. */
export function isHttp2(protocol: string | undefined): boolean {
  return protocol === 'HTTP2' || protocol === 'GRPC';
}
