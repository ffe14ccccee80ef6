export { CanaryService, type CanaryServiceProps, type CanaryUserGroup, type CanaryVersion, type ExposeOptions, type ServiceVersion } from './patterns/canary-service';
export { ResilientDestination, type ResilientDestinationProps } from './patterns/resilient-destination';
export { IstioResource, type IstioResourceProps } from './resource';
export { ClientTls, type ClientTlsHandshake, type MutualClientTls, type SimpleClientTls } from './traffic/client-tls';
export { type ConnectionPool, H2UpgradePolicy, type Http2KeepAlive, type HttpConnectionPool, type TcpConnectionPool, type TcpKeepalive } from './traffic/connection-pool';
export { type CorsPolicy, UnmatchedPreflights } from './traffic/cors-policy';
export { Destination, type DestinationOptions, type WeightedDestination } from './traffic/destination';
export { DestinationRule, type DestinationRuleProps, type SubsetOptions } from './traffic/destination-rule';
export { ExportTo } from './traffic/export-to';
export { GatewayProtocol, GatewayServer, type GatewayServerOptions, type TlsGatewayServerOptions } from './traffic/gateway-server';
export { GrpcStatus, HttpFault } from './traffic/http-fault';
export { type HeaderOperations, type HttpHeaders } from './traffic/http-headers';
export { HttpMatch, type HttpMatchOptions } from './traffic/http-match';
export { type HttpRedirect, RedirectCode, RedirectPort } from './traffic/http-redirect';
export { type HttpRewrite, type RegexRewrite } from './traffic/http-rewrite';
export { type HttpDirectResponseOptions, type HttpForwardOptions, type HttpMirror, HttpRoute, type HttpRouteOptions } from './traffic/http-route';
export { type FromNameOptions, type IIstioGateway, IstioGateway, type IstioGatewayProps } from './traffic/istio-gateway';
export { type ConsistentHashOptions, HashAlgorithm, type HashCookie, HashKey, LoadBalancer, type LoadBalancerOptions, type Warmup } from './traffic/load-balancer';
export { Locality, type LocalityDistribution, type LocalityFailoverOptions, type RegionFailover, type ZoneAwareOptions } from './traffic/locality';
export { type OutlierDetection } from './traffic/outlier-detection';
export { type RetryAttempts, RetryOn, RetryPolicy, type RetryPolicyOptions } from './traffic/retry-policy';
export { type MutualServerTls, type ServerCertificateFiles, ServerTls, type SimpleServerTls, type TlsNegotiation, TlsVersion } from './traffic/server-tls';
export { ServiceRef, type ServiceRefOptions } from './traffic/service-ref';
export { StringMatch } from './traffic/string-match';
export { Subset } from './traffic/subset';
export {
  type CommonTrafficPolicy, type PortTrafficPolicy, ProxyProtocol, type RetryBudget, type TrafficPolicy, type Tunnel, TunnelProtocol,
} from './traffic/traffic-policy';
export { type IVirtualService, VirtualService, type VirtualServiceProps } from './traffic/virtual-service';
