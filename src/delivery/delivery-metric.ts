import { Duration } from 'cdk8s';
import { fraction, percentileOf, queryWindow } from '../observability/prometheus';
import { ServiceMetrics } from '../observability/service-metrics';
import { flag, noUnknown, object, show, text } from '../private/check';
import { istioDuration } from '../private/duration';
import { objectName } from '../private/names';
import { given } from '../private/render';

/**
 * What is common to the metrics of a delivery.
 */
export interface DeliveryMetricOptions {
  /**
   * How long the metric looks back, at least a minute.
   *
   * @default - the time between two looks, and at least a minute
   */
  readonly window?: Duration;

  /**
   * Whether no data are good data. They are also what a new version without requests has, a Prometheus that scrapes nothing, and a
   * query with a typing error.
   *
   * @default false, which makes them a failure
   */
  readonly allowMissing?: boolean;
}

/**
 * Bounds of a query of one's own; at least one of them.
 */
export interface DeliveryQueryOptions extends DeliveryMetricOptions {
  /**
   * The least value that is good.
   *
   * @default - no bound
   */
  readonly min?: number;

  /**
   * The greatest value that is good.
   *
   * @default - no bound
   */
  readonly max?: number;
}

/**
 * What a `DeliveryMetric` asks Prometheus, and which answers are good.
 */
export interface DeliveryCheck {
  /** The name of the metric. */
  readonly name: string;

  /** The query in PromQL; it gives one number. */
  readonly query: string;

  /**
   * The least value that is good: a share from 0 to 1 for a success rate.
   *
   * @default - no bound
   */
  readonly min?: number;

  /**
   * The greatest value that is good: milliseconds for a latency.
   *
   * @default - no bound
   */
  readonly max?: number;

  /** Whether no data are good data. */
  readonly allowMissing: boolean;
}

/** The least and the greatest good value. */
export interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

/** A metric as both controllers need it. */
export interface MetricParts {
  readonly name: string;
  /** Flagger's own metric of the same meaning, and its bounds in Flagger's units. */
  readonly builtIn?: { readonly name: string; readonly bounds: Bounds };
  readonly bounds: Bounds;
  readonly window?: Duration;
  readonly allowMissing: boolean;
  /** The query; of one's own text, or over the requests that the new version's proxies counted. */
  readonly query: (metrics: ServiceMetrics, window: Duration) => string;
  readonly isOwn?: boolean;
}

/**
 * What has to hold while a new version is delivered, measured by Prometheus at the new version's own proxies.
 *
 * @see https://istio.io/latest/docs/reference/config/metrics/
 */
export class DeliveryMetric {
  /**
   * The percentage of requests to the new version that succeed. A response from 500 on is a failure; with Argo Rollouts so is a
   * gRPC status that tells of one.
   *
   * @param min the least that is good, above 0 and at most 100, such as 99.5
   * @param options how long it looks back
   * @throws when a value is out of range
   */
  public static successRate(min: number, options: DeliveryMetricOptions = {}): DeliveryMetric {
    if (typeof min !== 'number' || !(min > 0 && min <= 100)) {
      throw new Error(`DeliveryMetric.successRate is ${show(min)}, expected a percentage above 0 and up to 100; give for example 99.5`);
    }
    const { window, allowMissing } = common('DeliveryMetric.successRate', options);
    return new DeliveryMetric({
      name: 'success-rate',
      builtIn: { name: 'request-success-rate', bounds: { min } },
      bounds: { min: fraction(min) },
      window,
      allowMissing,
      query: (metrics, range) => metrics.successRate(range),
    });
  }

  /**
   * How long requests to the new version take, but for the slowest.
   *
   * @param max the longest that is good
   * @param percentile the share of 100 that has to be as fast, between 0 and 100
   * @param options how long it looks back
   * @throws when a value is out of range
   */
  public static latency(max: Duration, percentile: number = 99, options: DeliveryMetricOptions = {}): DeliveryMetric {
    istioDuration('the limit of DeliveryMetric.latency', max);
    percentileOf('the percentile of DeliveryMetric.latency', percentile);
    const { window, allowMissing } = common('DeliveryMetric.latency', options);
    const bounds = { max: max.toMilliseconds() };
    return new DeliveryMetric({
      name: `p${percentile}-latency`.replace('.', '-'),
      builtIn: percentile === 99 ? { name: 'request-duration', bounds } : undefined,
      bounds,
      window,
      allowMissing,
      query: (metrics, range) => metrics.latency(percentile, range),
    });
  }

  /**
   * Any query that gives one number.
   *
   * Argo Rollouts fills `{{args.canary-hash}}`, `{{args.stable-hash}}` and `{{args.namespace}}` in; Flagger `{{ target }}`, `{{ namespace }}`,
   * `{{ interval }}` and others.
   *
   * @param name its name: lower-case letters, digits and dashes
   * @param query the query in PromQL
   * @param options its bounds
   * @throws when there is no bound, or a value is wrong
   */
  public static query(name: string, query: string, options: DeliveryQueryOptions): DeliveryMetric {
    const { min, max, ...rest } = object('the options of DeliveryMetric.query', options);
    const { window, allowMissing } = common('DeliveryMetric.query', rest);
    for (const [bound, value] of Object.entries({ min, max })) {
      if (value !== undefined && !Number.isFinite(value)) {
        throw new Error(`${bound} of DeliveryMetric.query is ${show(value)}, expected a number; leave it out for no bound`);
      }
    }
    if (min === undefined && max === undefined) {
      throw new Error(`DeliveryMetric.query ${show(name)} has no bound, expected min or max; without one every value is good`);
    }
    if (min !== undefined && max !== undefined && min > max) {
      throw new Error(`DeliveryMetric.query ${show(name)} has min ${min} and max ${max}, expected min to be at most max; swap them`);
    }
    text('the query of DeliveryMetric.query', query, 'write PromQL');
    return new DeliveryMetric({
      name: objectName('the name of DeliveryMetric.query', name),
      bounds: { ...(min !== undefined && { min }), ...(max !== undefined && { max }) },
      window,
      allowMissing,
      query: () => query,
      isOwn: true,
    });
  }

  private constructor(
    /** @internal */
    public readonly _parts: MetricParts,
  ) {}

  /**
   * The metric as a query and its bounds, for a tool that looks at it by itself.
   *
   * @param interval the time between two looks
   * @param newVersion the requests to the new version; not needed for a query of one's own
   * @throws when the metric is about requests, and `newVersion` is left out
   */
  public check(interval: Duration, newVersion?: ServiceMetrics): DeliveryCheck {
    const { name, query, bounds, allowMissing, isOwn } = this._parts;
    if (newVersion === undefined && !isOwn) {
      throw new Error(`the metric ${show(name)} is without newVersion, expected whose requests it is about; give ServiceMetrics of the new version`);
    }
    return { name, query: query(newVersion!, windowOf(this._parts, interval)), ...bounds, allowMissing };
  }
}

function common(where: string, options: DeliveryMetricOptions) {
  const { window, allowMissing = false, ...rest } = object(`the options of ${where}`, options);
  noUnknown(where, rest);
  given(window, (value) => queryWindow(`the window of ${where}`, value));
  return { window, allowMissing: flag(`allowMissing of ${where}`, allowMissing)! };
}

/** The metrics of a delivery, each of another name. */
export function metricParts(metrics: DeliveryMetric[]): MetricParts[] {
  const parts = metrics.map((metric) => {
    if (!(metric instanceof DeliveryMetric)) {
      throw new Error(`a metric is ${show(metric)}, expected a DeliveryMetric; write for example DeliveryMetric.successRate(99)`);
    }
    return metric._parts;
  });
  const twice = parts.find(({ name }, index) => parts.findIndex((other) => other.name === name) < index);
  if (twice !== undefined) {
    throw new Error(`two metrics are named ${show(twice.name)}, expected each name once; keep the stricter one`);
  }
  return parts;
}

/** How far a metric looks back: as long as nobody has looked, and long enough for a rate. */
export function windowOf({ window }: MetricParts, interval: Duration): Duration {
  return window ?? (interval.toMilliseconds() < 60_000 ? Duration.minutes(1) : interval);
}

/** Refuses placeholders that a controller would leave as they are. */
export function checkPlaceholders(controller: string, { name, query, isOwn }: MetricParts, known: RegExp, expected: string): void {
  const unknown = isOwn ? query(undefined as never, undefined as never).match(/\{\{.*?\}\}/g)?.find((placeholder) => !known.test(placeholder)) : undefined;
  if (unknown !== undefined) {
    throw new Error(`the query of the metric ${show(name)} has ${unknown}, expected ${expected}, which is what ${controller} fills in; use one of them`);
  }
}
