export { CanaryService, CanaryServiceProps, CanaryUserGroup, CanaryVersion, ExposeOptions, ServiceVersion } from './patterns/canary-service';
export { ResilientDestination, ResilientDestinationProps } from './patterns/resilient-destination';
export { IstioResource, IstioResourceProps } from './resource';
export { ClientTls, ClientTlsHandshake, MutualClientTls, SimpleClientTls } from './traffic/client-tls';
export { ConnectionPool, H2UpgradePolicy, Http2KeepAlive, HttpConnectionPool, TcpConnectionPool, TcpKeepalive } from './traffic/connection-pool';
export { CorsPolicy, UnmatchedPreflights } from './traffic/cors-policy';
export { Destination, DestinationOptions, WeightedDestination } from './traffic/destination';
export { DestinationRule, DestinationRuleProps, SubsetOptions } from './traffic/destination-rule';
export { ExportTo } from './traffic/export-to';
export { GatewayProtocol, GatewayServer, GatewayServerOptions, TlsGatewayServerOptions } from './traffic/gateway-server';
export { GrpcStatus, HttpFault } from './traffic/http-fault';
export { HeaderOperations, HttpHeaders } from './traffic/http-headers';
export { HttpMatch, HttpMatchOptions } from './traffic/http-match';
export { HttpRedirect, RedirectCode, RedirectPort } from './traffic/http-redirect';
export { HttpRewrite, RegexRewrite } from './traffic/http-rewrite';
export { HttpDirectResponseOptions, HttpForwardOptions, HttpMirror, HttpRoute, HttpRouteOptions } from './traffic/http-route';
export { FromNameOptions, IIstioGateway, IstioGateway, IstioGatewayProps } from './traffic/istio-gateway';
export { ConsistentHashOptions, HashAlgorithm, HashCookie, HashKey, LoadBalancer, LoadBalancerOptions, Warmup } from './traffic/load-balancer';
export { Locality, LocalityDistribution, LocalityFailoverOptions, RegionFailover, ZoneAwareOptions } from './traffic/locality';
export { OutlierDetection } from './traffic/outlier-detection';
export { RetryAttempts, RetryOn, RetryPolicy, RetryPolicyOptions } from './traffic/retry-policy';
export { MutualServerTls, ServerCertificateFiles, ServerTls, SimpleServerTls, TlsNegotiation, TlsVersion } from './traffic/server-tls';
export { ServiceRef, ServiceRefOptions } from './traffic/service-ref';
export { StringMatch } from './traffic/string-match';
export { Subset } from './traffic/subset';
export {
  CommonTrafficPolicy, PortTrafficPolicy, ProxyProtocol, RetryBudget, TrafficPolicy, Tunnel, TunnelProtocol,
} from './traffic/traffic-policy';
export { IVirtualService, VirtualService, VirtualServiceProps } from './traffic/virtual-service';
