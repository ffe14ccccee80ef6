import { Duration } from 'cdk8s';
import { IstioMetric } from './istio-metric';
import { TagOverride } from './tag-override';
import { entries, modeMatch, named, providers as byName } from './values';
import { TelemetrySpecMetrics, TelemetrySpecMetricsOverrides } from '../../imports/telemetry.istio.io';
import { flag, instance, noUnknown, object } from '../private/check';
import { optionalDuration } from '../private/duration';
import { given, orUndefined } from '../private/render';
import { WorkloadMode } from '../traffic/workload-mode';

/**
 * What is changed about some metrics: `disabled`, `tagOverrides` or both.
 *
 * @see https://istio.io/latest/docs/reference/config/telemetry/#MetricsOverrides
 */
export interface MetricsOverride {
  /**
   * The metric.
   *
   * @default IstioMetric.ALL_METRICS
   */
  readonly metric?: IstioMetric;

  /**
   * The side of the traffic that it is reported on.
   *
   * @default WorkloadMode.CLIENT_AND_SERVER
   */
  readonly mode?: WorkloadMode;

  /**
   * Whether it is not reported.
   *
   * @default - as the next `Telemetry` above says, in the end false
   */
  readonly disabled?: boolean;

  /**
   * What becomes of its tags, by name. Some providers can neither add nor remove any.
   *
   * @default - they stay as they are
   */
  readonly tagOverrides?: Record<string, TagOverride>;
}

/**
 * Which metrics are reported, and with which tags.
 *
 * @see https://istio.io/latest/docs/reference/config/telemetry/#Metrics
 */
export interface Metrics {
  /**
   * The names of the extension providers in the mesh configuration that it is for.
   *
   * @default - the default metrics providers of the mesh configuration
   */
  readonly providers?: string[];

  /**
   * What is changed, in this order and after that of the `Telemetry` above: write the general before the special.
   *
   * @default - nothing
   */
  readonly overrides?: MetricsOverride[];

  /**
   * How often metrics of TCP connections are reported, at least 1 ms.
   *
   * @default Duration.seconds(5)
   */
  readonly reportingInterval?: Duration;
}

/** @internal */
export function renderMetrics(metrics: Metrics, index: number): TelemetrySpecMetrics {
  const where = `metrics[${index}]`;
  const { providers, overrides, reportingInterval, ...rest } = object(where, metrics);
  noUnknown(where, rest);
  return {
    providers: byName(`${where}.providers`, providers),
    overrides: entries(`${where}.overrides`, overrides, 'leave it out to change nothing', (override, i) => renderOverride(`${where}.overrides[${i}]`, override)),
    reportingInterval: optionalDuration(`${where}.reportingInterval`, reportingInterval),
  };
}

function renderOverride(where: string, override: MetricsOverride): TelemetrySpecMetricsOverrides {
  const { metric, mode, disabled, tagOverrides, ...rest } = object(where, override);
  noUnknown(where, rest);
  if (disabled === undefined && tagOverrides === undefined) {
    throw new Error(`${where} has neither disabled nor tagOverrides, expected at least one of them; say what changes`);
  }
  return {
    match: orUndefined({
      ...given(metric, (value) => instance(`${where}.metric`, value, IstioMetric, 'IstioMetric.REQUEST_COUNT')._toIstio()),
      ...modeMatch<any>(`${where}.mode`, mode),
    }),
    disabled: flag(`${where}.disabled`, disabled),
    tagOverrides: named(`${where}.tagOverrides`, tagOverrides, 'leave it out to change none', (tag, name) =>
      instance(`the tag ${name} of ${where}`, tag, TagOverride, 'TagOverride.upsert("request.host")')._toIstio()),
  };
}
