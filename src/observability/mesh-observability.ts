import { Construct } from 'constructs';
import { LoggedRequests } from './logged-requests';
import { ExtensionProvider, ProviderUse } from '../install/extension-provider';
import { instance, noUnknown, object, optionalList, percentage, show } from '../private/check';
import { dnsLabel } from '../private/names';
import { given } from '../private/render';
import { CustomTag } from '../telemetry/custom-tag';
import { MetricsOverride } from '../telemetry/metrics';
import { Telemetry } from '../telemetry/telemetry';
import { WorkloadMode } from '../traffic/workload-mode';

/**
 * Where traces go, and how many.
 *
 * Services must hand on the headers of a trace (`traceparent`, or `b3`), or else each hop begins a trace of its own.
 */
export interface TraceReport {
  /**
   * What they are sent to: `ExtensionProvider.opentelemetry` for a collector, Jaeger or Tempo, `ExtensionProvider.zipkin` for Zipkin.
   */
  readonly provider: ExtensionProvider;

  /**
   * The percentage of requests that are traced, where nobody upstream has decided yet. 0 to 100, in steps of 0.01.
   *
   * @default 1, Istio's own, which the first proxy decides for the whole trace
   */
  readonly samplingPercentage?: number;

  /**
   * Tags of each span, by name.
   *
   * @default - Istio's only
   */
  readonly customTags?: Record<string, CustomTag>;
}

/**
 * Where access logs go, and of which requests.
 */
export interface AccessLogReport {
  /**
   * What writes them: `ExtensionProvider.envoyOtelAls` for a collector, which hands them to Loki or Elasticsearch, or
   * `ExtensionProvider.envoyFileAccessLog` for a format of one's own on the standard output.
   *
   * @default - `envoy`, which every mesh has: lines of text on the standard output of the proxy, where an agent for Loki or Elasticsearch finds them
   */
  readonly provider?: ExtensionProvider;

  /**
   * Which requests are logged.
   *
   * @default LoggedRequests.ALL
   */
  readonly requests?: LoggedRequests;

  /**
   * The side that logs. A request between two sidecars is logged twice, unless one side is named.
   *
   * @default WorkloadMode.CLIENT_AND_SERVER
   */
  readonly mode?: WorkloadMode;
}

/**
 * Properties of a `MeshObservability`.
 */
export interface MeshObservabilityProps {
  /**
   * The namespace that it is for: the root namespace for the whole mesh, another one for its workloads only.
   *
   * @default "istio-system", Istio's root namespace
   */
  readonly namespace?: string;

  /**
   * Who gets the metrics.
   *
   * @default - `prometheus`, which every mesh has
   */
  readonly metrics?: ExtensionProvider[];

  /**
   * What is changed about the metrics, in this order: write the general before the special.
   *
   * @default - nothing
   */
  readonly metricsOverrides?: MetricsOverride[];

  /**
   * Where traces go. They show what the metrics only count.
   *
   * @default - as the mesh configuration says, which is nowhere unless it names a default provider
   */
  readonly traces?: TraceReport;

  /**
   * Where access logs go. Istio has none unless somebody asks for them.
   *
   * @default - as the mesh configuration says
   */
  readonly accessLogs?: AccessLogReport[];
}

/**
 * What the mesh, or a namespace of it, reports: metrics, traces and access logs, in the one Telemetry that a namespace has.
 *
 * A provider that the mesh configuration does not have is ignored in silence. So it is given here as a value, and the mesh configuration takes
 * the same values from `extensionProviders`.
 *
 * @see https://istio.io/latest/docs/tasks/observability/telemetry/
 */
export class MeshObservability extends Construct {
  /**
   * The Telemetry.
   */
  public readonly telemetry: Telemetry;

  /**
   * The providers that the mesh configuration must have: those given here, each once.
   */
  public readonly extensionProviders: ExtensionProvider[];

  /**
   * Creates the Telemetry.
   *
   * @param scope the construct it belongs to
   * @param id its name among the scope's children
   * @param props what is reported to whom
   * @throws when a provider does not do what it is named for, two have the same name, or a value is wrong
   */
  public constructor(scope: Construct, id: string, props: MeshObservabilityProps = {}) {
    super(scope, id);
    const { namespace = 'istio-system', metrics, metricsOverrides, traces, accessLogs, ...rest } = object('the properties of the MeshObservability', props);
    noUnknown('MeshObservability', rest);
    const providers = new Providers();
    const metricsTo = optionalList('metrics', metrics)?.map((provider) => providers.name('metrics', provider, ProviderUse.METRICS)) ?? ['prometheus'];
    this.telemetry = new Telemetry(this, 'Telemetry', {
      metadata: { name: 'default', namespace: dnsLabel('the namespace of the MeshObservability', namespace) },
      metrics: [{ providers: metricsTo, overrides: metricsOverrides }],
      tracing: given(traces, (report) => [tracing(report, providers)]),
      accessLogging: optionalList('accessLogs', accessLogs)?.map((report, index) => accessLogging(`accessLogs[${index}]`, report, providers)),
    });
    this.extensionProviders = providers.all;
  }
}

/** The providers that were named, each once. */
class Providers {
  public readonly all: ExtensionProvider[] = [];

  public name(where: string, provider: ExtensionProvider, use: ProviderUse): string {
    const { name } = instance(`a provider of ${where}`, provider, ExtensionProvider, 'ExtensionProvider.opentelemetry("otel", { service, port: 4317 })');
    if (!provider._uses().includes(use)) {
      throw new Error(`a provider of ${where} is ${show(name)}, expected one of ${use}; this one is for ${provider._uses().join(' and ') || 'none of metrics, traces and access logs'}`);
    }
    if (this.all.some((other) => other.name === name && other !== provider)) {
      throw new Error(`two providers have the name ${show(name)}, expected one of each name; rename one, or give the same one twice`);
    }
    if (!this.all.includes(provider)) {
      this.all.push(provider);
    }
    return name;
  }
}

function tracing(report: TraceReport, providers: Providers) {
  const { provider, samplingPercentage = 1, customTags, ...rest } = object('traces', report);
  noUnknown('traces', rest);
  return {
    provider: providers.name('traces', provider, ProviderUse.TRACING),
    randomSamplingPercentage: percentage('samplingPercentage of traces', samplingPercentage),
    customTags,
  };
}

function accessLogging(where: string, report: AccessLogReport, providers: Providers) {
  const { provider, requests = LoggedRequests.ALL, mode, ...rest } = object(where, report);
  noUnknown(where, rest);
  return {
    providers: [given(provider, (value) => providers.name(where, value, ProviderUse.ACCESS_LOGGING)) ?? 'envoy'],
    filter: instance(`requests of ${where}`, requests, LoggedRequests, 'LoggedRequests.FAILED')._filter(),
    mode,
  };
}
