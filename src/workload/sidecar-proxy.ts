import { Duration } from 'cdk8s';
import { IConstruct } from 'constructs';
import { MeshObject } from './mesh-object';
import { ProxySettings, renderProxySettings } from './proxy-settings';
import { ProxyVolume, renderVolumes } from './proxy-volume';
import { renderResources, SidecarResources } from './sidecar-resources';
import { renderStats, SidecarStats } from './sidecar-stats';
import { renderCapture, TrafficCapture } from './traffic-capture';
import { ports, wholeSeconds } from './values';
import { yaml } from './yaml';
import { flag, instance, member, noUnknown, object, show, text, whole } from '../private/check';
import { objectName } from '../private/names';
import { given } from '../private/render';
import { ProxyImage } from '../traffic/proxy-config';

/**
 * How much Envoy logs.
 *
 * @see https://istio.io/latest/docs/reference/config/annotations/#SidecarLogLevel
 */
export enum ProxyLogLevel {
  /** Everything. */
  TRACE = 'trace',
  /** What helps to find faults. */
  DEBUG = 'debug',
  /** What happens. */
  INFO = 'info',
  /** What may be wrong. */
  WARNING = 'warning',
  /** What is wrong. */
  ERROR = 'error',
  /** What ends it. */
  CRITICAL = 'critical',
  /** Nothing. */
  OFF = 'off',
}

/**
 * How much the agent beside Envoy logs.
 *
 * @see https://istio.io/latest/docs/reference/config/annotations/#SidecarAgentLogLevel
 */
export enum AgentLogLevel {
  /** What helps to find faults. */
  DEBUG = 'debug',
  /** What happens. */
  INFO = 'info',
  /** What may be wrong. */
  WARN = 'warn',
  /** What is wrong. */
  ERROR = 'error',
  /** What ends it. */
  FATAL = 'fatal',
  /** Nothing. */
  NONE = 'none',
}

/**
 * When Kubernetes asks the sidecar whether it is ready.
 *
 * @see https://istio.io/latest/docs/reference/config/annotations/#SidecarStatusReadinessInitialDelaySeconds
 */
export interface SidecarReadiness {
  /**
   * The time from the start of the sidecar to the first question, in whole seconds. May be 0.
   *
   * @default - as Istio was installed, usually 0
   */
  readonly initialDelay?: Duration;

  /**
   * The time from one question to the next, in whole seconds, at least 1.
   *
   * @default - as Istio was installed, usually 15 seconds
   */
  readonly period?: Duration;

  /**
   * How many bad answers in a row make it unready, at least 1.
   *
   * @default - as Istio was installed, usually 4
   */
  readonly failureThreshold?: number;

  /**
   * The ports of the application that the sidecar must be configured for to be ready, 1 to 65535.
   *
   * @default - all of its containers
   */
  readonly applicationPorts?: number[];
}

/**
 * The settings of a workload's sidecars.
 */
export interface SidecarProxyProps {
  /**
   * How the proxy runs.
   *
   * @default - as the mesh is configured
   */
  readonly config?: ProxySettings;

  /**
   * The CPU and memory of the sidecar.
   *
   * @default - as Istio was installed
   */
  readonly resources?: SidecarResources;

  /**
   * Which connections go through the sidecar.
   *
   * @default - as Istio was installed, usually all
   */
  readonly capture?: TrafficCapture;

  /**
   * When Kubernetes asks the sidecar whether it is ready.
   *
   * @default - as Istio was installed
   */
  readonly readiness?: SidecarReadiness;

  /**
   * How much Envoy logs.
   *
   * @default - as Istio was installed, usually ProxyLogLevel.WARNING
   */
  readonly logLevel?: ProxyLogLevel;

  /**
   * How much parts of Envoy log, by their names, such as `http` and `rbac`.
   *
   * @default - as Istio was installed, usually `misc` errors
   */
  readonly componentLogLevels?: { readonly [component: string]: ProxyLogLevel };

  /**
   * How much parts of the agent log, by their names, such as `xdsproxy`; `default` stands for all others.
   *
   * @default - as Istio was installed, usually INFO
   */
  readonly agentLogLevels?: { readonly [scope: string]: AgentLogLevel };

  /**
   * The image of the sidecar, with its registry, such as `registry.example.com/proxyv2:1.31.0`.
   *
   * @default - as Istio was installed
   */
  readonly image?: string;

  /**
   * The kind of image of the sidecar.
   *
   * @default - that of `config` or as Istio was installed
   */
  readonly imageType?: ProxyImage;

  /**
   * Whether the sidecar is one of Kubernetes' own kind, which starts before the application and ends after it.
   *
   * @default - as Istio was installed, usually true where Kubernetes knows them
   */
  readonly native?: boolean;

  /**
   * Whether the HTTP probes of the application are asked through the sidecar, which they must be under mutual TLS.
   *
   * @default - as Istio was installed, usually true
   */
  readonly rewriteAppHttpProbers?: boolean;

  /**
   * Whether the metrics of the application are fetched together with those of the sidecar.
   *
   * @default - as the mesh is configured, usually true
   */
  readonly mergeMetrics?: boolean;

  /**
   * The port that the sidecar is asked for its state at, 0 to 65535. 0 means that it isn't asked.
   *
   * @default - as Istio was installed, usually 15020
   */
  readonly statusPort?: number;

  /**
   * How the sidecar keeps and sends its metrics.
   *
   * @default - see each
   */
  readonly stats?: SidecarStats;

  /**
   * Volumes for the sidecar.
   *
   * @default - none
   */
  readonly volumes?: ProxyVolume[];

  /**
   * The name of a ConfigMap in the namespace of the pods with an Envoy bootstrap configuration, `custom_bootstrap.json`, that is merged into Istio's.
   *
   * @default - none
   */
  readonly bootstrapOverride?: string;
}

/**
 * How the sidecars of a workload run: a Deployment, a StatefulSet, a Job or anything else with a pod template, of any cdk8s-plus version,
 * any binding or YAML. Pods take it up when they are created anew.
 *
 * @see https://istio.io/latest/docs/reference/config/annotations/
 */
export class SidecarProxy {
  /**
   * Writes the settings into the pod template, as annotations. What is there already stays.
   *
   * @param workload a Deployment or anything else with a pod template
   * @param props the settings
   * @throws when the workload has no pods, says something else already, or a value is wrong
   */
  public static configure(workload: IConstruct, props: SidecarProxyProps): void {
    const annotations = renderSidecar(object('the properties of SidecarProxy.configure', props));
    MeshObject.of('SidecarProxy.configure', workload, 'Pod').add({ annotations });
  }

  private constructor() {}
}

function renderSidecar(props: SidecarProxyProps): Record<string, string | undefined> {
  const {
    config, resources, capture, readiness, logLevel, componentLogLevels, agentLogLevels, image, imageType, native, rewriteAppHttpProbers,
    mergeMetrics, statusPort, stats, volumes, bootstrapOverride, ...rest
  } = props;
  noUnknown('SidecarProxy.configure', rest);
  checkOnce(props);
  return {
    'proxy.istio.io/config': given(config, (value) => renderConfig('config', value)),
    ...given(resources, renderResources),
    ...given(capture, renderCapture),
    ...given(readiness, renderReadiness),
    'sidecar.istio.io/logLevel': given(logLevel, (value) => member('logLevel', value, ProxyLogLevel)),
    'sidecar.istio.io/componentLogLevel': given(componentLogLevels, (value) => renderLevels('componentLogLevels', value, ProxyLogLevel)),
    'sidecar.istio.io/agentLogLevel': given(agentLogLevels, (value) => renderLevels('agentLogLevels', value, AgentLogLevel)),
    'sidecar.istio.io/proxyImage': given(image, renderImage),
    'sidecar.istio.io/proxyImageType': given(imageType, (value) => instance('imageType', value, ProxyImage, 'ProxyImage.DISTROLESS').type),
    'sidecar.istio.io/nativeSidecar': given(flag('native', native), String),
    'sidecar.istio.io/rewriteAppHTTPProbers': given(flag('rewriteAppHttpProbers', rewriteAppHttpProbers), String),
    'prometheus.istio.io/merge-metrics': given(flag('mergeMetrics', mergeMetrics), String),
    'status.sidecar.istio.io/port': given(statusPort, (value) => String(whole('statusPort', value, 0, 65535, 'give a port, or 0 for none'))),
    ...given(stats, renderStats),
    ...given(volumes, renderVolumes),
    'sidecar.istio.io/bootstrapOverride': given(bootstrapOverride, (value) => objectName('bootstrapOverride', value)),
  };
}

/** What Istio takes from two places must not be said in both. */
function checkOnce({ config, capture, statusPort, imageType, image }: SidecarProxyProps): void {
  const twice: [string, unknown, string, unknown][] = [
    ['capture.interceptionMode', capture?.interceptionMode, 'config.interceptionMode', config?.interceptionMode],
    ['statusPort', statusPort, 'config.statusPort', config?.statusPort],
    ['imageType', imageType, 'config.image', config?.image],
    ['imageType', imageType, 'image', image],
  ];
  for (const [first, value, second, other] of twice) {
    if (value !== undefined && other !== undefined) {
      throw new Error(`${first} is ${show(value)} beside ${second}, expected one of them; drop ${second}`);
    }
  }
}

function renderConfig(where: string, settings: ProxySettings): string {
  const config = renderProxySettings(where, settings);
  if (Object.keys(config).length === 0) {
    throw new Error(`${where} is {}, expected at least one setting; leave it out`);
  }
  return yaml(config);
}

function renderReadiness(readiness: SidecarReadiness): Record<string, string | undefined> {
  const { initialDelay, period, failureThreshold, applicationPorts, ...rest } = object('readiness', readiness);
  noUnknown('readiness', rest);
  const prefix = 'readiness.status.sidecar.istio.io';
  return {
    [`${prefix}/initialDelaySeconds`]: given(initialDelay, (value) => value?.toMilliseconds?.({ integral: false }) === 0 ? '0' : seconds('readiness.initialDelay', value)),
    [`${prefix}/periodSeconds`]: given(period, (value) => seconds('readiness.period', value)),
    [`${prefix}/failureThreshold`]: given(failureThreshold, (value) => String(whole('readiness.failureThreshold', value, 1, 2 ** 31 - 1, 'leave it out for 4'))),
    [`${prefix}/applicationPorts`]: given(applicationPorts, (value) => ports('readiness.applicationPorts', value)),
  };
}

function seconds(where: string, value: Duration): string {
  wholeSeconds(where, value);
  return String(whole(where, value.toSeconds(), 1, 2 ** 31 - 1, 'shorten it'));
}

function renderLevels(where: string, levels: { readonly [name: string]: string }, known: Record<string, string>): string {
  const entries = Object.entries(object(where, levels));
  if (entries.length === 0) {
    throw new Error(`${where} is {}, expected at least one name with its level; leave it out`);
  }
  return entries.map(([name, level]) => {
    if (!/^[-\w./]+$/.test(name)) {
      throw new Error(`a name of ${where} is ${show(name)}, expected letters, digits, dots, dashes and underscores; give each name by itself`);
    }
    return `${name}:${member(`${where}.${name}`, level, known)}`;
  }).join(',');
}

/** Istio ignores an image without a slash. */
function renderImage(image: string): string {
  if (!/^[^\s/"]+(\/[^\s/"]+)+$/.test(text('image', image, 'leave it out for the usual one'))) {
    throw new Error(`image is ${show(image)}, expected an image with its registry, such as "registry.example.com/proxyv2:1.31.0"; for the kind of image use imageType`);
  }
  return image;
}
