export { Checks } from './checks/checks';
export { External, type ExternalHostOptions } from './checks/external';
export { CheckLevel, type Finding } from './checks/finding';
export { IstioValidation } from './checks/istio-validation';
export { type DeliveryCheck, DeliveryMetric, type DeliveryMetricOptions, type DeliveryQueryOptions } from './delivery/delivery-metric';
export { DeliveryPlan, type GradualPlanOptions } from './delivery/delivery-plan';
export { type AnalysisOptions, DeliveryStep, type MirroredRequests } from './delivery/delivery-step';
export { AlertService, AlertSeverity, type FlaggerAlert, FlaggerAlertProvider, type FlaggerAlertProviderProps } from './delivery/flagger-alert';
export { FlaggerDelivery, type FlaggerDeliveryProps, type FlaggerStickyUsers } from './delivery/flagger-delivery';
export { type FlaggerServiceOptions } from './delivery/flagger-service';
export { type FlaggerWebhook, WebhookPhase } from './delivery/flagger-webhook';
export { RolloutDelivery, type RolloutDeliveryProps, WorkloadScaleDown } from './delivery/rollout-delivery';
export { type IgnoredDifference } from './delivery/workload';
export { EnvoyFilter, type EnvoyFilterProps } from './extension/envoy-filter';
export { type AddEnvoyFilterOptions, EnvoyFilterSelection, EnvoyListenerFilterSelection } from './extension/envoy-filter-selection';
export {
  type EnvoyFilterChain, type EnvoyFilterChainMatch, type EnvoyFilterMatch, type EnvoyListenerFilterMatch, type EnvoyListenerMatch,
} from './extension/envoy-listener-match';
export { EnvoyPatch, type EnvoyProxyOptions } from './extension/envoy-patch';
export { EnvoyContext, type EnvoyMatch, type EnvoyProxyMatch } from './extension/envoy-proxy-match';
export {
  type EnvoyClusterMatch, type EnvoyHttpRouteMatch, type EnvoyRoute, EnvoyRouteAction, type EnvoyRouteConfigurationMatch, type EnvoyVirtualHost,
  type EnvoyVirtualHostMatch,
} from './extension/envoy-route-match';
export { EnvoyFilterClass, EnvoyObjectSelection, EnvoyRouteSelection, EnvoySelection, EnvoyVirtualHostSelection } from './extension/envoy-selection';
export { ExtensionPhase } from './extension/extension-order';
export { ExtensionFilter, TrafficExtension, type TrafficExtensionProps } from './extension/traffic-extension';
export { type TrafficSelector } from './extension/traffic-selector';
export { type WasmConfig, WasmEnv, WasmFailStrategy, WasmPluginType } from './extension/wasm-config';
export { type FetchedWasmModuleOptions, type OciWasmModuleOptions, WasmModule, type WasmModuleOptions, WasmPullPolicy } from './extension/wasm-module';
export { WasmPlugin, type WasmPluginProps } from './extension/wasm-plugin';
export { type WaypointFilterMatch, type WaypointMatch, WaypointPatch, type WaypointRouteMatch } from './extension/waypoint-patch';
export {
  AccessLogFormat, type FileAccessLogOptions, type HttpAccessLogServiceOptions, type OtelAccessLogServiceOptions, type TcpAccessLogServiceOptions,
} from './install/access-log-providers';
export { ArgoApplication, type ArgoApplicationProps } from './install/argo-application';
export { type ArgoDeliveryOptions, ChartDelivery, type FluxDeliveryOptions } from './install/chart-delivery';
export {
  type BaseChartValues, type ChartAutoscaling, ChartPlatform, ChartProfile, type CniChartValues, type CommonChartValues, type GatewayChartValues,
  type GatewayService, type GatewayServicePort, GatewayServiceType, type ImageChartValues, type IstiodChartValues, type PodChartValues,
  type ZtunnelChartValues,
} from './install/chart-values';
export { ConfigSource, type XdsConfigSourceOptions } from './install/config-source';
export { type ContainerResources, type ResourceAmount } from './install/container-resources';
export { type CanaryControlPlane } from './install/control-plane';
export { ExtensionProvider, type SdsProviderOptions } from './install/extension-provider';
export {
  type AuthorizationRequestBody, type ExternalAuthorizationOptions, type GrpcAuthorizationRequestBody, type GrpcExternalAuthorizationOptions,
  type HttpExternalAuthorizationOptions,
} from './install/external-authorization';
export { FluxHelmRelease, type FluxHelmReleaseProps, FluxHelmRepository, type FluxHelmRepositoryProps } from './install/flux-helm-release';
export { type AddGatewayOptions, InstalledGateway, type InstalledGatewayOptions } from './install/installed-gateway';
export { IstioChart } from './install/istio-chart';
export {
  type BaseComponent, type ComponentKubernetes, type GatewayComponent, type IstioComponent, type KubernetesOverlay, type OverlayPatch,
} from './install/istio-component';
export { IstioConfigMap, type IstioConfigMapProps } from './install/istio-config-map';
export { type IstioComponents, IstioOperator, type IstioOperatorProps, IstioProfile } from './install/istio-operator';
export { LabelCondition, type LabelSelection } from './install/label-selection';
export { type CertificateAuthority, RootCertificate, type RootCertificateScope } from './install/mesh-certificates';
export { type ClusterInstallationProps, MeshCluster, type MeshClusterProps } from './install/mesh-cluster';
export { MeshConfig } from './install/mesh-config';
export { type DefaultProviders, type DefaultTrafficPolicy, type MeshConfigProps } from './install/mesh-config-props';
export { AccessLogEncoding, InboundTrafficPolicy, IngressControllerMode, PathNormalization } from './install/mesh-enums';
export { MeshInstallation, type MeshInstallationProps } from './install/mesh-installation';
export { type MeshNetwork, MeshNetworks, NetworkEndpoints, NetworkGateway, type NetworkGatewayOptions } from './install/mesh-networks';
export { EcdhCurve, type MeshMutualTls, type TlsDefaults } from './install/mesh-tls';
export { MultiClusterMesh, type MultiClusterMeshProps } from './install/multi-cluster-mesh';
export {
  type DynatraceApi, type DynatraceSampler, type OpenTelemetryProviderOptions, OtlpExport, type OtlpGrpcOptions, type OtlpHttpOptions,
  ServiceAttributes,
} from './install/opentelemetry-provider';
export { MeshOutboundTrafficPolicy } from './install/outbound-policy';
export { ProviderHeader } from './install/provider-header';
export { type ProviderService } from './install/provider-service';
export { RemoteCredential, RemoteSecret, type RemoteSecretProps, type RemoteTokenOptions } from './install/remote-secret';
export { RevisionTag, type RevisionTagProps } from './install/revision-tag';
export {
  type ServiceEntryVisibility, type ServiceScope, ServiceScopeKind, type ServiceSettings, Visibility, type VisibilityPolicy,
} from './install/service-visibility';
export {
  type SkyWalkingProviderOptions, type StackdriverProviderOptions, TraceContext, type TracingProviderOptions, type ZipkinProviderOptions,
} from './install/tracing-providers';
export { MeshVersion } from './mesh-version';
export { Kiali, KialiAuthentication, type KialiProps, type KialiService, type KialiTracing, KialiTracingProvider } from './observability/kiali';
export { LoggedRequests } from './observability/logged-requests';
export { MeshDashboard, type MeshDashboardProps } from './observability/mesh-dashboard';
export { MeshMonitors, type MeshMonitorsProps } from './observability/mesh-monitors';
export { type AccessLogReport, MeshObservability, type MeshObservabilityProps, type TraceReport } from './observability/mesh-observability';
export { type LatencyObjective, ServiceLevelObjective, type ServiceLevelObjectiveProps } from './observability/service-level-objective';
export { MetricReporter, ServiceMetrics, type ServiceMetricsOptions } from './observability/service-metrics';
export { SidecarBudget, type SidecarBudgetProps } from './observability/sidecar-budget';
export { type Access } from './patterns/access';
export { Caller, type CallerOptions, type ICaller } from './patterns/caller';
export { type CanaryExposeOptions, CanaryService, type CanaryServiceProps } from './patterns/canary-service';
export { type CanaryUserGroup, type CanaryVersion, type ServiceVersion, type StickyUsers } from './patterns/canary-version';
export { type AmbientOptions, DataPlane, type SidecarsOptions } from './patterns/data-plane';
export { EdgeAuthentication, type EdgeAuthenticationProps, type EdgeRequirement, type NestedClaim } from './patterns/edge-authentication';
export { EgressGateway, type EgressGatewayProps } from './patterns/egress-gateway';
export { type ExposeOptions } from './patterns/expose';
export { ExternalService, type ExternalServiceProps, type TlsOrigination } from './patterns/external-service';
export { type GatewayPods } from './patterns/gateway-pods';
export { GlobalRateLimit, type GlobalRateLimitProps, type GlobalRateLimitRule, type RateLimitConfigMap, RateLimitUnit } from './patterns/global-rate-limit';
export { LocalRateLimit, type LocalRateLimitProps, type LocalRateLimitRule, type TokenBucket } from './patterns/local-rate-limit';
export { MeshNamespace, type MeshNamespaceProps } from './patterns/mesh-namespace';
export { type ICallee, MeshService, type MeshServiceProps, type ServiceExposeOptions } from './patterns/mesh-service';
export { type RateLimitOptions } from './patterns/rate-limit-filter';
export { type RateLimitGenericOptions, type RateLimitHeaderOptions, RateLimitKey } from './patterns/rate-limit-key';
export { type RateLimitServiceOptions, RateLimitTarget } from './patterns/rate-limit-target';
export { type RequestLimits } from './patterns/request-limits';
export { DestinationProtocol, type Resilience, ResilientDestination, type ResilientDestinationProps } from './patterns/resilient-destination';
export { PolicyTarget } from './policy-target';
export { IstioResource, type IstioResourceProps } from './resource';
export { AuthorizationAction } from './security/authorization-action';
export { AuthorizationCondition, type ConditionPorts, type ConditionValues } from './security/authorization-condition';
export { type AuthorizationOperation } from './security/authorization-operation';
export { AuthorizationPolicy, type AuthorizationPolicyProps, type AuthorizationRule } from './security/authorization-policy';
export { type AuthorizationSource } from './security/authorization-source';
export { JsonWebKeySet } from './security/json-web-key-set';
export { type ClaimToHeader, type JwtHeader, type JwtRule } from './security/jwt-rule';
export { MutualTlsMode, PeerAuthentication, type PeerAuthenticationProps } from './security/peer-authentication';
export { RequestAuthentication, type RequestAuthenticationProps } from './security/request-authentication';
export { type AccessLogging } from './telemetry/access-logging';
export { CustomTag } from './telemetry/custom-tag';
export { IstioMetric } from './telemetry/istio-metric';
export { type Metrics, type MetricsOverride } from './telemetry/metrics';
export { TagOverride } from './telemetry/tag-override';
export { Telemetry, type TelemetryProps } from './telemetry/telemetry';
export { type Tracing } from './telemetry/tracing';
export { ClientTls, type ClientTlsHandshake, type MutualClientTls, type SimpleClientTls } from './traffic/client-tls';
export { type ConnectionPool, H2UpgradePolicy, type Http2KeepAlive, type HttpConnectionPool, type TcpConnectionPool, type TcpKeepalive } from './traffic/connection-pool';
export { type CorsPolicy, UnmatchedPreflights } from './traffic/cors-policy';
export { Destination, type DestinationOptions, type WeightedDestination, type WeightedTcpDestination } from './traffic/destination';
export { DestinationRule, type DestinationRuleProps, type SubsetOptions } from './traffic/destination-rule';
export { ExportTo } from './traffic/export-to';
export { GatewayProtocol, GatewayServer, type GatewayServerOptions, type TlsGatewayServerOptions } from './traffic/gateway-server';
export { GrpcStatus, HttpFault } from './traffic/http-fault';
export { type HeaderOperations, type HttpHeaders } from './traffic/http-headers';
export { HttpMatch, type HttpMatchOptions } from './traffic/http-match';
export { type HttpMirror } from './traffic/http-mirror';
export { type HttpRedirect, RedirectCode, RedirectPort } from './traffic/http-redirect';
export { type HttpRewrite, type RegexRewrite } from './traffic/http-rewrite';
export { type HttpDirectResponseOptions, type HttpForwardOptions, HttpRoute, type HttpRouteOptions } from './traffic/http-route';
export { type FromNameOptions, type IIstioGateway, IstioGateway, type IstioGatewayProps } from './traffic/istio-gateway';
export { type ConsistentHashOptions, HashAlgorithm, type HashCookie, HashKey, LoadBalancer, type LoadBalancerOptions, type Warmup } from './traffic/load-balancer';
export { Locality, type LocalityDistribution, type LocalityFailoverOptions, type RegionFailover, type ZoneAwareOptions } from './traffic/locality';
export { type OutlierDetection } from './traffic/outlier-detection';
export { PortProtocol } from './traffic/port-protocol';
export { ProxyConfig, type ProxyConfigProps, ProxyImage } from './traffic/proxy-config';
export {
  type HttpReadinessProbeOptions, ReadinessProbe, type ReadinessProbeOptions, type TcpReadinessProbeOptions,
} from './traffic/readiness-probe';
export { type RetryAttempts, RetryOn, RetryPolicy, type RetryPolicyOptions } from './traffic/retry-policy';
export { type MutualServerTls, type ServerCertificateFiles, ServerTls, type SimpleServerTls, type TlsNegotiation, TlsVersion } from './traffic/server-tls';
export { ServiceEntry, type ServiceEntryPort, type ServiceEntryProps, ServiceLocation } from './traffic/service-entry';
export { ServiceRef, type ServiceRefOptions } from './traffic/service-ref';
export { ServiceResolution } from './traffic/service-resolution';
export {
  CaptureMode, EgressListener, type EgressListenerOptions, type EgressPortOptions, type EgressSocketOptions, type IngressListener,
  OutboundTrafficPolicy, type OutboundTrafficPolicyOptions, Sidecar, type SidecarProps,
} from './traffic/sidecar';
export { StringMatch } from './traffic/string-match';
export { Subset } from './traffic/subset';
export { type TcpMatch } from './traffic/tcp-match';
export { TcpRoute, type TcpRouteOptions } from './traffic/tcp-route';
export { type TlsMatch } from './traffic/tls-match';
export { TlsRoute, type TlsRouteOptions } from './traffic/tls-route';
export {
  type CommonTrafficPolicy, type PortTrafficPolicy, ProxyProtocol, type RetryBudget, type TrafficPolicy, type Tunnel, TunnelProtocol,
} from './traffic/traffic-policy';
export { type IVirtualService, VirtualService, type VirtualServiceProps } from './traffic/virtual-service';
export { type WorkloadEndpoint } from './traffic/workload-endpoint';
export { WorkloadEntry, type WorkloadEntryProps } from './traffic/workload-entry';
export { WorkloadGroup, type WorkloadGroupProps, type WorkloadMetadata } from './traffic/workload-group';
export { WorkloadMode } from './traffic/workload-mode';
export { AmbientMesh, type AmbientPodOptions, type WaypointCanary, type WaypointOptions } from './workload/ambient-mesh';
export { Analysis } from './workload/analysis';
export { ConnectionProfile, type ConnectionSettings, HeadersWithUnderscores, PathWithEscapedSlashes } from './workload/connection-settings';
export { GatewayDeployment, type GatewayDeploymentProps, WaypointTraffic } from './workload/gateway-deployment';
export { type GatewayTopology } from './workload/gateway-topology';
export { Injection } from './workload/injection';
export { MeshWorkload, type WorkloadIdentity } from './workload/mesh-workload';
export { type ClientCertDetails, ForwardClientCert, type ProxyHeaders } from './workload/proxy-headers';
export { ControlPlaneAuth, ProxyServiceName } from './workload/proxy-identity';
export { PrivateKeyProvider, type ProxyRemoteService } from './workload/proxy-service';
export { type ProxySettings } from './workload/proxy-settings';
export { type ProxyStatsMatcher } from './workload/proxy-stats-matcher';
export { ProxyTracer, type ProxyTracing } from './workload/proxy-tracing';
export { ProxyVolume, type ProxyVolumeMount } from './workload/proxy-volume';
export { ServiceDiscovery, type ServiceDiscoveryProps, TrafficDistribution } from './workload/service-discovery';
export { AgentLogLevel, ProxyLogLevel, SidecarProxy, type SidecarProxyProps, type SidecarReadiness } from './workload/sidecar-proxy';
export { type SidecarResources } from './workload/sidecar-resources';
export { type SidecarStats } from './workload/sidecar-stats';
export { CapturedPorts, CapturedRanges, InterceptionMode, type TrafficCapture } from './workload/traffic-capture';
