import { Duration, Size } from 'cdk8s';
import { ConnectionSettings, renderConnectionSettings } from './connection-settings';
import { GatewayTopology, renderTopology } from './gateway-topology';
import { ProxyHeaders, renderHeaders } from './proxy-headers';
import { ControlPlaneAuth, ProxyServiceName } from './proxy-identity';
import { PrivateKeyProvider, ProxyRemoteService, renderRemoteService } from './proxy-service';
import { ProxyStatsMatcher, renderMatcher } from './proxy-stats-matcher';
import { renderCertificates, renderEnvironment, renderTexts } from './proxy-texts';
import { ProxyTracing, renderTracing } from './proxy-tracing';
import { InterceptionMode } from './traffic-capture';
import { durationOrZero, kibibytes, proxyAddress, wholeSeconds } from './values';
import { count, flag, instance, member, noUnknown, object, optionalText, port, texts, whole } from '../private/check';
import { istioDuration } from '../private/duration';
import { given } from '../private/render';
import { ProxyImage } from '../traffic/proxy-config';
import { ReadinessProbe } from '../traffic/readiness-probe';

/**
 * How a proxy runs. Pods take it up when they are created anew.
 *
 * The same settings stand in the mesh configuration, for all proxies, and in an annotation of pods. Each that is set for the pods takes the
 * place of the mesh's as a whole.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#ProxyConfig
 */
export interface ProxySettings {
  /**
   * Whether the containers of the application start only once the proxy is ready. Native sidecars always start first.
   *
   * @default false
   */
  readonly holdApplicationUntilProxyStarts?: boolean;

  /**
   * How many threads the proxy works with, at least 0. 0 means one for each core, whatever the limits.
   *
   * @default - by the CPU that the proxy's container has
   */
  readonly concurrency?: number;

  /**
   * How long the proxy waits for connections to end when the pod is stopped. May be 0.
   *
   * @default Duration.seconds(5)
   */
  readonly terminationDrainDuration?: Duration;

  /**
   * How long Envoy drains connections when it starts anew, in whole seconds, at least 1.
   *
   * @default Duration.seconds(45)
   */
  readonly drainDuration?: Duration;

  /**
   * The tracing of the proxy.
   *
   * @default - the mesh's
   */
  readonly tracing?: ProxyTracing;

  /**
   * The kind of image of the proxy.
   *
   * @default - as Istio was installed
   */
  readonly image?: ProxyImage;

  /**
   * Environment variables of the proxy, without quotes, backslashes and line breaks. The control plane sees those that start with `ISTIO_META_`.
   *
   * @default - none
   */
  readonly proxyMetadata?: { readonly [name: string]: string };

  /**
   * Metrics of Envoy that are kept beside those that Istio needs.
   *
   * @default - none
   */
  readonly proxyStatsMatcher?: ProxyStatsMatcher;

  /**
   * The headers that the proxy adds or changes.
   *
   * @default - see each
   */
  readonly proxyHeaders?: ProxyHeaders;

  /**
   * What stands in front of the gateway. For gateways only.
   *
   * @default - nothing
   */
  readonly gatewayTopology?: GatewayTopology;

  /**
   * Limits and times of the connections to the proxy. Since Istio 1.31.
   *
   * @default - see each
   */
  readonly connectionSettings?: ConnectionSettings;

  /**
   * How inbound connections are brought to the proxy. For one workload, `capture` of its sidecar says it too.
   *
   * @default InterceptionMode.REDIRECT
   */
  readonly interceptionMode?: InterceptionMode;

  /**
   * How the proxy finds out whether the workload beside it is ready. For virtual machines.
   *
   * @default - none
   */
  readonly readinessProbe?: ReadinessProbe;

  /**
   * The name that the proxy goes by in traces.
   *
   * @default ProxyServiceName.APP_LABEL_AND_NAMESPACE
   */
  readonly serviceName?: ProxyServiceName;

  /**
   * The control plane that the proxy connects to, such as `istiod.istio-system.svc:15012`.
   *
   * @default - the one that injected it
   */
  readonly discoveryAddress?: string;

  /**
   * How the proxy proves who it is to the control plane.
   *
   * @default ControlPlaneAuth.MUTUAL_TLS
   */
  readonly controlPlaneAuth?: ControlPlaneAuth;

  /**
   * The server that access logs are sent to.
   *
   * @default - none
   */
  readonly envoyAccessLogService?: ProxyRemoteService;

  /**
   * The server that metrics are sent to.
   *
   * @default - none
   */
  readonly envoyMetricsService?: ProxyRemoteService;

  /**
   * The host and port of a statsd server, by UDP.
   *
   * @default - none
   */
  readonly statsdUdpAddress?: string;

  /**
   * Whether metrics may be fetched compressed.
   *
   * @default true
   */
  readonly statsCompression?: boolean;

  /**
   * The length that names of metrics are cut to, at least 1, without Envoy's own part.
   *
   * @default 189
   */
  readonly statNameLength?: number;

  /**
   * Tags to take out of the proxy's metrics.
   *
   * @default - none
   * @deprecated Istio's metrics come from a filter of its own now, which needs no such list.
   */
  readonly extraStatTags?: string[];

  /**
   * The port of the proxy's administration, 1 to 65535.
   *
   * @default 15000
   */
  readonly proxyAdminPort?: number;

  /**
   * The port of the agent's status, 1 to 65535.
   *
   * @default 15020
   */
  readonly statusPort?: number;

  /**
   * The identity of the mesh in telemetry.
   *
   * @default - the trust domain
   */
  readonly meshId?: string;

  /**
   * More root certificates for connections between workloads, as PEM.
   *
   * @default - those of the control plane
   */
  readonly caCertificatesPem?: string[];

  /**
   * What speeds up the proxy's work with private keys.
   *
   * @default - nothing
   */
  readonly privateKeyProvider?: PrivateKeyProvider;

  /**
   * Envoy's runtime values, for features that are unsafe or not supported.
   *
   * @default - none
   */
  readonly runtimeValues?: { readonly [name: string]: string };

  /**
   * How often logs are written to files, at least 1 ms.
   *
   * @default Duration.seconds(1)
   */
  readonly fileFlushInterval?: Duration;

  /**
   * How much is gathered before logs are written to files, in whole kibibytes.
   *
   * @default Size.kibibytes(64)
   */
  readonly fileFlushMinSize?: Size;

  /**
   * The folder of the generated configuration.
   *
   * @default "./etc/istio/proxy"
   */
  readonly configPath?: string;

  /**
   * The path of Envoy.
   *
   * @default "/usr/local/bin/envoy"
   */
  readonly binaryPath?: string;

  /**
   * The path of a configuration that takes the place of the generated one.
   *
   * @default - none
   */
  readonly customConfigFile?: string;

  /**
   * The path of the template of Envoy's bootstrap configuration.
   *
   * @default - Istio's
   */
  readonly proxyBootstrapTemplatePath?: string;
}

/**
 * The settings as Istio has them.
 *
 * @param where the name of the object, as the user knows it
 * @internal
 */
export function renderProxySettings(where: string, settings: ProxySettings): object {
  const {
    holdApplicationUntilProxyStarts, concurrency, terminationDrainDuration, drainDuration, tracing, image, proxyMetadata, proxyStatsMatcher,
    proxyHeaders, gatewayTopology, connectionSettings, interceptionMode, readinessProbe, serviceName, ...others
  } = object(where, settings);
  return withoutUndefined({
    holdApplicationUntilProxyStarts: flag(`${where}.holdApplicationUntilProxyStarts`, holdApplicationUntilProxyStarts),
    concurrency: count(`${where}.concurrency`, concurrency, 'leave it out to go by the CPU of the container'),
    terminationDrainDuration: given(terminationDrainDuration, (value) => durationOrZero(`${where}.terminationDrainDuration`, value)),
    drainDuration: given(drainDuration, (value) => wholeSeconds(`${where}.drainDuration`, value)),
    tracing: given(tracing, (value) => renderTracing(`${where}.tracing`, value)),
    image: given(image, (value) => ({ imageType: instance(`${where}.image`, value, ProxyImage, 'ProxyImage.DISTROLESS').type })),
    proxyMetadata: given(proxyMetadata, (value) => renderEnvironment(`${where}.proxyMetadata`, value)),
    proxyStatsMatcher: given(proxyStatsMatcher, (value) => renderMatcher(`${where}.proxyStatsMatcher`, value)),
    proxyHeaders: given(proxyHeaders, (value) => renderHeaders(`${where}.proxyHeaders`, value)),
    gatewayTopology: given(gatewayTopology, (value) => renderTopology(`${where}.gatewayTopology`, value)),
    connectionSettings: given(connectionSettings, (value) => renderConnectionSettings(`${where}.connectionSettings`, value)),
    interceptionMode: given(interceptionMode, (value) => member(`${where}.interceptionMode`, value, InterceptionMode)),
    readinessProbe: given(readinessProbe, (value) => instance(`${where}.readinessProbe`, value, ReadinessProbe, 'ReadinessProbe.httpGet(8080)')._toIstio()),
    ...given(serviceName, (value) => instance(`${where}.serviceName`, value, ProxyServiceName, 'ProxyServiceName.CANONICAL_NAME_ONLY')._toIstio()),
    ...renderRare(where, others),
  }) as object;
}

/** What few set. */
function renderRare(where: string, settings: ProxySettings): object {
  const {
    discoveryAddress, controlPlaneAuth, envoyAccessLogService, envoyMetricsService, statsdUdpAddress, statsCompression, statNameLength, extraStatTags,
    proxyAdminPort, statusPort, meshId, caCertificatesPem, privateKeyProvider, runtimeValues, fileFlushInterval, fileFlushMinSize,
    configPath, binaryPath, customConfigFile, proxyBootstrapTemplatePath, ...rest
  } = settings;
  noUnknown(where, rest);
  const path = (name: string, value: string | undefined) => optionalText(`${where}.${name}`, value);
  return {
    discoveryAddress: given(discoveryAddress, (value) => proxyAddress(`${where}.discoveryAddress`, value)),
    controlPlaneAuthPolicy: given(controlPlaneAuth, (value) => member(`${where}.controlPlaneAuth`, value, ControlPlaneAuth)),
    envoyAccessLogService: given(envoyAccessLogService, (value) => renderRemoteService(`${where}.envoyAccessLogService`, value)),
    envoyMetricsService: given(envoyMetricsService, (value) => renderRemoteService(`${where}.envoyMetricsService`, value)),
    statsdUdpAddress: given(statsdUdpAddress, (value) => proxyAddress(`${where}.statsdUdpAddress`, value)),
    statsCompression: flag(`${where}.statsCompression`, statsCompression),
    statNameLength: given(statNameLength, (value) => whole(`${where}.statNameLength`, value, 1, INT32, 'leave it out for 189')),
    extraStatTags: texts(`${where}.extraStatTags`, extraStatTags),
    proxyAdminPort: given(proxyAdminPort, (value) => port(`${where}.proxyAdminPort`, value)),
    statusPort: given(statusPort, (value) => port(`${where}.statusPort`, value)),
    meshId: optionalText(`${where}.meshId`, meshId),
    caCertificatesPem: given(caCertificatesPem, (value) => renderCertificates(`${where}.caCertificatesPem`, value)),
    privateKeyProvider:
      given(privateKeyProvider, (value) => instance(`${where}.privateKeyProvider`, value, PrivateKeyProvider, 'PrivateKeyProvider.cryptoMb(Duration.millis(10))')._toIstio()),
    runtimeValues: given(runtimeValues, (value) => renderTexts(`${where}.runtimeValues`, value)),
    fileFlushInterval: given(fileFlushInterval, (value) => istioDuration(`${where}.fileFlushInterval`, value)),
    fileFlushMinSizeKb: given(fileFlushMinSize, (value) => whole(`${where}.fileFlushMinSize`, kibibytes(`${where}.fileFlushMinSize`, value), 1, 2 ** 32 - 1, 'round it to kibibytes')),
    configPath: path('configPath', configPath),
    binaryPath: path('binaryPath', binaryPath),
    customConfigFile: path('customConfigFile', customConfigFile),
    proxyBootstrapTemplatePath: path('proxyBootstrapTemplatePath', proxyBootstrapTemplatePath),
  };
}

const INT32 = 2 ** 31 - 1;

/** The YAML would say null for undefined, and Istio read that as a value. */
function withoutUndefined(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return value;
  }
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined).map(([key, part]) => [key, withoutUndefined(part)]));
}
