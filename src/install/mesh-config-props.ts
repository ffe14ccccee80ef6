import { Duration } from 'cdk8s';
import { ConfigSource } from './config-source';
import { ExtensionProvider } from './extension-provider';
import { LabelSelection } from './label-selection';
import { CertificateAuthority, RootCertificate } from './mesh-certificates';
import { AccessLogEncoding, InboundTrafficPolicy, IngressControllerMode, PathNormalization } from './mesh-enums';
import { MeshMutualTls, TlsDefaults } from './mesh-tls';
import { MeshOutboundTrafficPolicy } from './outbound-policy';
import { ServiceEntryVisibility, ServiceScope, ServiceSettings } from './service-visibility';
import { noUnknown, object } from '../private/check';
import { given } from '../private/render';
import { ConnectionPool, H2UpgradePolicy, renderConnectionPool, TcpKeepalive } from '../traffic/connection-pool';
import { ExportTo } from '../traffic/export-to';
import { Locality } from '../traffic/locality';
import { OutlierDetection, renderOutlierDetection } from '../traffic/outlier-detection';
import { RetryPolicy } from '../traffic/retry-policy';
import { ProxySettings } from '../workload/proxy-settings';

/**
 * Which providers are used where no Telemetry resource names one. Istio's own are `prometheus`, `stackdriver` and `envoy`.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-DefaultProviders
 */
export interface DefaultProviders {
  /**
   * The names of the providers of traces.
   *
   * @default - none
   */
  readonly tracing?: string[];

  /**
   * The names of the providers of metrics.
   *
   * @default - none in the mesh configuration; Istio's Helm chart writes `prometheus` there
   */
  readonly metrics?: string[];

  /**
   * The names of the providers of access logs.
   *
   * @default - none
   */
  readonly accessLogging?: string[];
}

/**
 * Limits for every destination that no DestinationRule gives its own. Since Istio 1.31.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-DefaultTrafficPolicy
 */
export interface DefaultTrafficPolicy {
  /**
   * Limits on connections and requests. A `connectionPool` of a DestinationRule stands in place of all of it.
   *
   * @default - none
   */
  readonly connectionPool?: ConnectionPool;

  /**
   * When endpoints are ejected. An `outlierDetection` of a DestinationRule stands in place of all of it.
   *
   * @default - never
   */
  readonly outlierDetection?: OutlierDetection;
}

/**
 * What the whole mesh goes by. At a change, istiod configures all proxies anew; `defaultConfig` is for pods that are created after it.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig
 */
export interface MeshConfigProps {
  /**
   * Where proxies listen for outbound connections, 1 to 65535.
   *
   * @default 15001
   */
  readonly proxyListenPort?: number;

  /**
   * Where proxies listen for inbound connections, 1 to 65535.
   *
   * @default 15006
   */
  readonly proxyInboundListenPort?: number;

  /**
   * Where proxies listen as an HTTP proxy, 1 to 65535.
   *
   * @default - nowhere
   */
  readonly proxyHttpPort?: number;

  /**
   * How long proxies may take to connect, 1 ms to 1 hour.
   *
   * @default Duration.seconds(10)
   */
  readonly connectTimeout?: Duration;

  /**
   * How long connections of proxies to ztunnels stay open unused, at least 1 ms. Less than the CNI takes to give an address to another pod.
   *
   * @default Duration.hours(1)
   */
  readonly hboneIdleTimeout?: Duration;

  /**
   * How long a proxy waits for the first bytes of a connection to find out its protocol, at least 1 ms. Istio advises against it:
   * declare the protocol of ports instead.
   *
   * @default - it waits for ever
   */
  readonly protocolDetectionTimeout?: Duration;

  /**
   * Probes of idle connections.
   *
   * @default - none
   */
  readonly tcpKeepalive?: TcpKeepalive;

  /**
   * The class of the Ingress resources that Istio serves.
   *
   * @default "istio"
   */
  readonly ingressClass?: string;

  /**
   * The name of the service that Ingress resources are served by.
   *
   * @default "istio-ingressgateway"
   */
  readonly ingressService?: string;

  /**
   * Which Ingress resources Istio serves.
   *
   * @default IngressControllerMode.STRICT
   */
  readonly ingressControllerMode?: IngressControllerMode;

  /**
   * The value of the label `istio` of the gateways that Ingress resources are served by.
   *
   * @default "ingressgateway"
   */
  readonly ingressSelector?: string;

  /**
   * Whether proxies make trace spans and request ids.
   *
   * @default true
   */
  readonly enableTracing?: boolean;

  /**
   * The file that every proxy writes its access log to, such as `/dev/stdout`. A Telemetry resource with a provider can be more selective.
   *
   * @default - no access log
   */
  readonly accessLogFile?: string;

  /**
   * What a line of `accessLogFile` has, in Envoy's command operators.
   *
   * @default - Istio's own
   */
  readonly accessLogFormat?: string;

  /**
   * The form of `accessLogFile`.
   *
   * @default AccessLogEncoding.TEXT
   */
  readonly accessLogEncoding?: AccessLogEncoding;

  /**
   * Whether proxies send access logs to the `envoyAccessLogService` of the proxy configuration.
   *
   * @default false
   */
  readonly enableEnvoyAccessLogService?: boolean;

  /**
   * Whether connections that no listener is for go without an access log.
   *
   * @default false
   */
  readonly disableEnvoyListenerLog?: boolean;

  /**
   * How proxies run, where neither a ProxyConfig resource nor an annotation of the pod says otherwise. For pods that are created after a change.
   *
   * @default - see each
   */
  readonly defaultConfig?: ProxySettings;

  /**
   * What sidecars do with requests to hosts that the mesh does not know. Sidecar resources can say otherwise.
   *
   * @default MeshOutboundTrafficPolicy.allowAny()
   */
  readonly outboundTrafficPolicy?: MeshOutboundTrafficPolicy;

  /**
   * How inbound requests reach the application.
   *
   * @default InboundTrafficPolicy.PASSTHROUGH
   */
  readonly inboundTrafficPolicy?: InboundTrafficPolicy;

  /**
   * Where istiod reads Istio's resources from.
   *
   * @default - the Kubernetes API server
   */
  readonly configSources?: ConfigSource[];

  /**
   * Whether proxies use mutual TLS to every workload that can take it.
   *
   * @default true
   */
  readonly enableAutoMtls?: boolean;

  /**
   * The trust domain: the first part of the identities of workloads.
   *
   * @default "cluster.local"
   */
  readonly trustDomain?: string;

  /**
   * Other trust domains whose identities count as those of `trustDomain`.
   *
   * @default - none
   */
  readonly trustDomainAliases?: string[];

  /**
   * Root certificates that workloads trust beside the mesh's own.
   *
   * @default - none
   */
  readonly caCertificates?: RootCertificate[];

  /**
   * The authority that signs the certificates of workloads.
   *
   * @default - istiod
   */
  readonly ca?: CertificateAuthority;

  /**
   * The namespaces that see a service or ServiceEntry that says nothing of it.
   *
   * @default ExportTo.ALL
   */
  readonly defaultServiceExportTo?: ExportTo;

  /**
   * The namespaces that see a VirtualService that says nothing of it.
   *
   * @default ExportTo.ALL
   */
  readonly defaultVirtualServiceExportTo?: ExportTo;

  /**
   * The namespaces that see a DestinationRule that says nothing of it.
   *
   * @default ExportTo.ALL
   */
  readonly defaultDestinationRuleExportTo?: ExportTo;

  /**
   * The namespace whose policies are for the whole mesh.
   *
   * @default "istio-system"
   */
  readonly rootNamespace?: string;

  /**
   * How load balancing looks at where callers and endpoints are, for destinations with outlier detection.
   *
   * @default Locality.failover()
   */
  readonly locality?: Locality;

  /**
   * How often proxies ask DNS again after a failure, at least 1 ms.
   *
   * @default Duration.seconds(60)
   */
  readonly dnsRefreshRate?: Duration;

  /**
   * Whether HTTP/1.1 requests are sent on over HTTP/2. `UPGRADE` is for meshes whose every workload has a sidecar.
   *
   * @default H2UpgradePolicy.DO_NOT_UPGRADE
   */
  readonly h2UpgradePolicy?: H2UpgradePolicy;

  /**
   * The pattern of the names of inbound clusters in statistics, such as `%SERVICE%_%SERVICE_PORT%`.
   *
   * @default - "inbound|<port>|<port name>|<host>"
   */
  readonly inboundClusterStatName?: string;

  /**
   * The pattern of the names of outbound clusters in statistics, such as `%SERVICE%_%SUBSET_NAME%`.
   *
   * @default - "outbound|<port>|<subset>|<host>"
   */
  readonly outboundClusterStatName?: string;

  /**
   * Which services stay in their cluster, where a mesh with sidecars has several.
   *
   * @default - those of kube-system, and the API server
   */
  readonly serviceSettings?: ServiceSettings[];

  /**
   * Which clusters of an ambient mesh see the endpoints of which services.
   *
   * @default - services stay in their cluster
   */
  readonly serviceScopeConfigs?: ServiceScope[];

  /**
   * Whether the agent adds the metrics of the application to those of the proxy.
   *
   * @default true
   */
  readonly enablePrometheusMerge?: boolean;

  /**
   * What the mesh works with: for traces, metrics, access logs, authorization or secrets.
   *
   * @default - `prometheus`, `stackdriver` and `envoy`, which stay beside those given here
   */
  readonly extensionProviders?: ExtensionProvider[];

  /**
   * Which providers are used where no Telemetry resource names one.
   *
   * @default - none
   */
  readonly defaultProviders?: DefaultProviders;

  /**
   * The namespaces that istiod looks at: those that one of the selections means.
   *
   * @default - all
   */
  readonly discoverySelectors?: LabelSelection[];

  /**
   * How the paths of requests are made alike before they are matched and sent on.
   *
   * @default PathNormalization.BASE
   */
  readonly pathNormalization?: PathNormalization;

  /**
   * When and how often failed requests are tried again, where a route says nothing of it. Without `perTry`.
   *
   * @default - twice, on connect-failure, refused-stream, unavailable, cancelled and retriable-status-codes
   */
  readonly defaultHttpRetryPolicy?: RetryPolicy;

  /**
   * What TLS between workloads of the mesh negotiates.
   *
   * @default - TLS 1.2 and up
   */
  readonly meshMtls?: MeshMutualTls;

  /**
   * What TLS negotiates elsewhere.
   *
   * @default - TLS 1.2 and up
   */
  readonly tlsDefaults?: TlsDefaults;

  /**
   * Limits for every destination that no DestinationRule gives its own.
   *
   * @default - none
   */
  readonly defaultTrafficPolicy?: DefaultTrafficPolicy;

  /**
   * How far ServiceEntries are seen, whatever their `exportTo` says.
   *
   * @default - as `exportTo` says
   */
  readonly serviceEntryVisibility?: ServiceEntryVisibility;
}

/** @internal */
export function renderTrafficPolicy(policy: DefaultTrafficPolicy): object {
  const { connectionPool, outlierDetection, ...rest } = object('defaultTrafficPolicy', policy);
  noUnknown('defaultTrafficPolicy', rest);
  return { connectionPool: given(connectionPool, renderConnectionPool), outlierDetection: given(outlierDetection, renderOutlierDetection) };
}
