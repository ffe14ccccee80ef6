/**
 * What a port of a `ServiceEntry` or a `Sidecar` speaks.
 *
 * @see https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/
 */
export enum PortProtocol {
  /** HTTP/1.1. */
  HTTP = 'HTTP',
  /** HTTP/2. */
  HTTP2 = 'HTTP2',
  /** A proxy for HTTP. */
  HTTP_PROXY = 'HTTP_PROXY',
  /** gRPC. */
  GRPC = 'GRPC',
  /** gRPC-Web. */
  GRPC_WEB = 'GRPC-WEB',
  /** HTTP over TLS that the client speaks by itself. Istio treats it as `TLS`. */
  HTTPS = 'HTTPS',
  /** TLS that the client speaks by itself. Requests are told apart by the server name in it. */
  TLS = 'TLS',
  /** TCP of any kind. */
  TCP = 'TCP',
  /** MongoDB. */
  MONGO = 'MONGO',
  /** Redis. */
  REDIS = 'REDIS',
  /** MySQL. */
  MYSQL = 'MYSQL',
  /** UDP, which the proxy does not handle. */
  UDP = 'UDP',
}

const HTTP = [PortProtocol.HTTP, PortProtocol.HTTP2, PortProtocol.HTTP_PROXY, PortProtocol.GRPC, PortProtocol.GRPC_WEB];
const TLS = [PortProtocol.HTTPS, PortProtocol.TLS];

/**
 * Whether the requests themselves say which host they are for.
 *
 * @internal
 */
export function namesItsHost(protocol: string | undefined): boolean {
  return [...HTTP, ...TLS].includes(protocol as PortProtocol);
}
