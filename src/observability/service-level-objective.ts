import { ApiObject, Duration, Lazy } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { burnRateRules, Rule } from './burn-rate';
import { percentileOf, readAlertLabels } from './prometheus';
import { MetricReporter, ServiceMetrics } from './service-metrics';
import { noUnknown, object, show, text } from '../private/check';
import { istioDuration } from '../private/duration';
import { IstioResourceProps } from '../resource';
import { ServiceRef } from '../traffic/service-ref';

/**
 * How fast most requests are answered.
 */
export interface LatencyObjective {
  /**
   * The share of 100 of the requests that are answered in time; between 0 and 100.
   *
   * @default 99
   */
  readonly percentile?: number;

  /**
   * How long they may take: the limit of a bucket of Istio's histogram, so that requests are counted and not estimated: 1, 5, 10, 25, 50, 100, 250
   * or 500 ms, 1, 2.5, 5, 10 or 30 s, 1, 5 or 10 min.
   *
   * @default Duration.millis(100)
   */
  readonly threshold?: Duration;

  /**
   * The limits of the buckets in milliseconds, where `stats.histogramBuckets` of the sidecars sets others.
   *
   * @default - Istio's
   */
  readonly buckets?: number[];
}

/**
 * Properties of a `ServiceLevelObjective`.
 */
export interface ServiceLevelObjectiveProps extends IstioResourceProps {
  /**
   * The service: a Service construct, a ServiceEntry with one host, or a `ServiceRef`.
   */
  readonly service: IConstruct;

  /**
   * The share of 100 of the requests that succeed, over 30 days; at least 50 and below 100.
   *
   * @default 99.9, which leaves 43 minutes of outage in 30 days
   */
  readonly successRate?: number;

  /**
   * How fast most requests are answered.
   *
   * @default - 99 of 100 requests within 100 ms
   */
  readonly latency?: LatencyObjective;

  /**
   * Who counts the requests. In ambient it is the waypoint.
   *
   * @default MetricReporter.SOURCE, since what never reached the service has failed too
   */
  readonly reporter?: MetricReporter;

  /**
   * Further labels of the alerts, by which they are routed, such as `team`. `severity` is `critical` or `warning`.
   *
   * @default - none
   */
  readonly alertLabels?: Record<string, string>;

  /**
   * The address of a page that says what to do when an alert fires: its annotation `runbook_url`.
   *
   * @default - none
   */
  readonly runbookUrl?: string;
}

interface Objectives { readonly success: number; readonly percentile: number; readonly millis: number }
interface Alerting { readonly alertLabels: Record<string, string>; readonly runbook: object }

/** The limits of Envoy's histogram buckets, in milliseconds, as far as they are of use. */
const BUCKETS = [1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000, 600_000];

/**
 * What the callers of a service may count on, and alerts when that is at stake: a PrometheusRule for the Prometheus operator.
 *
 * An alert fires by how fast the error budget of 30 days is spent. `critical` is a budget that lasts for two to five days, seen within minutes;
 * `warning` is one that won't last for the 30 days, seen within hours. Each looks at a long window and a short one, so that it neither fires for a
 * blip nor goes on after the repair.
 *
 * @see https://sre.google/workbook/alerting-on-slos/
 */
export class ServiceLevelObjective extends ApiObject {
  /**
   * The metrics that it is about, for queries of one's own.
   */
  public readonly metrics: ServiceMetrics;

  /**
   * Creates the rules.
   *
   * @param scope the construct it belongs to
   * @param id its name among the scope's children
   * @param props the service and its objectives
   * @throws when the namespace of the service is not known, or a value is wrong
   */
  public constructor(scope: Construct, id: string, props: ServiceLevelObjectiveProps) {
    const { metadata, service, successRate = 99.9, latency = {}, reporter, alertLabels, runbookUrl, ...rest } =
      object('the properties of the ServiceLevelObjective', props);
    noUnknown('ServiceLevelObjective', rest);
    const objectives = { success: readSuccess(successRate), ...readLatency(latency) };
    const ref = ServiceRef.of(service);
    const alerting = {
      alertLabels: { service: ref.name, ...ref.namespace && { namespace: ref.namespace }, ...readAlertLabels(alertLabels) },
      runbook: runbookUrl === undefined ? {} : { runbook_url: text('runbookUrl', runbookUrl, 'leave it out for none') },
    };
    super(scope, id, {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      metadata,
      spec: Lazy.any({ produce: () => ({ groups: this.groups(ref.host, objectives, alerting) }) }),
    });
    this.metrics = ServiceMetrics.of(ref, { reporter, namespace: ref.namespace ?? this.metadata.namespace });
  }

  private groups(host: string, { success, percentile, millis }: Objectives, { alertLabels, runbook }: Alerting) {
    const common = { labels: { slo: [this.metadata.namespace, this.name].filter(Boolean).join('/') }, alertLabels };
    const annotations = (summary: string, failed: string, aim: string) => ({
      summary: `${host} ${summary}`,
      description: `${host} spends its error budget of 30 days too fast: {{ $value | humanizePercentage }} of its requests ${failed}, where ${aim}.`,
      ...runbook,
    });
    const failures = burnRateRules({
      ...common,
      alert: 'ErrorBudgetBurn',
      what: 'failed',
      all: this.metrics._requests('5m'),
      good: this.metrics._good('5m'),
      objective: success,
      annotations: annotations('fails too often', 'failed', `${success}% should succeed`),
    });
    const delays = burnRateRules({
      ...common,
      alert: 'LatencyBudgetBurn',
      what: 'slow',
      all: this.metrics._measured('5m'),
      good: this.metrics._within(millis, '5m'),
      objective: percentile,
      annotations: annotations('is too slow', `took longer than ${millis} ms`, `${percentile}% should be faster`),
    });
    return [group(`${this.name}-success`, failures), group(`${this.name}-latency`, delays)];
  }
}

function group(name: string, { records, alerts }: { records: Rule[]; alerts: Rule[] }) {
  return { name, rules: [...records, ...alerts] };
}

function readSuccess(share: number): number {
  if (typeof share !== 'number' || !(share >= 50 && share < 100)) {
    throw new Error(`successRate is ${show(share)}, expected a share of 100, at least 50 and below 100; give for example 99.9`);
  }
  return share;
}

function readLatency(latency: LatencyObjective): { percentile: number; millis: number } {
  const { percentile = 99, threshold = Duration.millis(100), buckets, ...rest } = object('latency', latency);
  noUnknown('latency', rest);
  const limits = buckets ?? BUCKETS;
  istioDuration('the threshold of latency', threshold);
  const millis = threshold.toMilliseconds();
  if (!Array.isArray(limits) || !limits.includes(millis)) {
    throw new Error(`the threshold of latency is ${millis} ms, expected the limit of a bucket of the histogram, which are ${show(limits)}; take the next one, or name the mesh's own buckets`);
  }
  const share = percentileOf('the percentile of latency', percentile);
  if (share < 50) {
    throw new Error(`the percentile of latency is ${share}, expected at least 50; give the share of requests that are fast, not of those that are slow`);
  }
  return { percentile: share, millis };
}
