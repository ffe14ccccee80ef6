import { Duration } from 'cdk8s';
import { IConstruct } from 'constructs';
import { fraction, percentileOf, queryWindow, selector } from './prometheus';
import { member, noUnknown, object, show, text } from '../private/check';
import { dnsLabel } from '../private/names';
import { given } from '../private/render';
import { ServiceRef } from '../traffic/service-ref';

/**
 * Who counted the requests. The same request is counted by each proxy on its way: a query is for one of them.
 *
 * @see https://istio.io/latest/docs/reference/config/metrics/#labels
 */
export enum MetricReporter {
  /** The proxy of the caller, or a gateway: it also sees timeouts, and what never reached the service. */
  SOURCE = 'source',
  /** The proxy of the service: it also sees requests of callers outside of the mesh, and none that did not reach it. */
  DESTINATION = 'destination',
  /** The waypoint of the service, in ambient. */
  WAYPOINT = 'waypoint',
}

/**
 * Options of `ServiceMetrics.of`.
 */
export interface ServiceMetricsOptions {
  /**
   * Who counted the requests.
   *
   * @default MetricReporter.SOURCE
   */
  readonly reporter?: MetricReporter;

  /**
   * The version whose requests are meant: the label `version` of the pods that answered.
   *
   * @default - all versions together
   */
  readonly version?: string;

  /**
   * The namespace of the service.
   *
   * @default - the one that the service names
   */
  readonly namespace?: string;
}

/** What gRPC says of failures of the service; the other codes are the caller's doing. UNKNOWN, DEADLINE_EXCEEDED, UNIMPLEMENTED, INTERNAL, UNAVAILABLE, DATA_LOSS. */
const GRPC_FAILURES = '2|4|12|13|14|15';

/** What is no failure, in HTTP and in gRPC, whose responses have the HTTP code 200 whatever they say. */
const GOOD = `response_code!~"5..",grpc_response_status!~"${GRPC_FAILURES}"`;

/**
 * Queries to Prometheus about the requests of a service: for alerts, dashboards and decisions between two versions.
 *
 * @example
 * const v2 = ServiceMetrics.of(orders, { version: 'v2' });
 * v2.successRate(Duration.minutes(5)); // above 0.999?
 *
 * @see https://istio.io/latest/docs/reference/config/metrics/
 */
export class ServiceMetrics {
  /**
   * The metrics of a service.
   *
   * @param service the service: a Service construct, a ServiceEntry with one host, or a `ServiceRef`
   * @param options which of its requests are meant
   * @throws when the namespace of the service is not known, or a value is wrong
   */
  public static of(service: IConstruct, options: ServiceMetricsOptions = {}): ServiceMetrics {
    const { reporter = MetricReporter.SOURCE, version, namespace, ...rest } = object('the options of ServiceMetrics.of', options);
    noUnknown('ServiceMetrics.of', rest);
    const ref = ServiceRef.of(service);
    const isNamed = ref.host.startsWith(`${ref.name}.`) || !ref.host.includes('.');
    const home = isNamed ? given(namespace, (name) => dnsLabel('the namespace of the service', name)) ?? ref.namespace : undefined;
    if (isNamed && home === undefined) {
      throw new Error(`the namespace of the service ${show(ref.name)} is not known, expected one, as Prometheus sees all namespaces; give it to the ServiceRef or as namespace`);
    }
    return new ServiceMetrics(selector({
      reporter: member('the reporter of ServiceMetrics.of', reporter, MetricReporter),
      destination_service_namespace: home,
      destination_service_name: ref.name,
      destination_version: given(version, (value) => text('the version of ServiceMetrics.of', value, 'leave it out for all versions')),
    }));
  }

  /**
   * Metrics by labels that somebody else chose, such as variables of a dashboard, and by expressions that labels match.
   *
   * @internal
   */
  public static _select(labels: Record<string, string>, patterns: Record<string, string> = {}): ServiceMetrics {
    const matched = Object.entries(patterns).map(([name, pattern]) => `${name}=~${JSON.stringify(pattern)}`);
    return new ServiceMetrics([selector(labels), ...matched].join(','));
  }

  private constructor(private readonly series: string) {}

  /**
   * The requests per second.
   *
   * @param window how long it looks back, at least a minute
   * @throws when the window is too short
   */
  public requestRate(window: Duration): string {
    return this._requests(queryWindow('the window', window));
  }

  /**
   * The share of requests that succeeded, from 0 to 1; nothing where there were none.
   *
   * An HTTP response from 500 on is a failure, and so is a gRPC status that tells of one: UNKNOWN, DEADLINE_EXCEEDED, UNIMPLEMENTED, INTERNAL,
   * UNAVAILABLE or DATA_LOSS.
   *
   * @param window how long it looks back, at least a minute
   * @throws when the window is too short
   */
  public successRate(window: Duration): string {
    const range = queryWindow('the window', window);
    const all = this._requests(range);
    return `(${this._good(range)} or ${all} * 0) / ${all}`;
  }

  /**
   * How long requests took at most, in milliseconds, but for the slowest.
   *
   * It is interpolated between the buckets of Istio's histogram: 0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000 ms and so on.
   *
   * @param percentile the share of 100 that was faster, such as 99; between 0 and 100
   * @param window how long it looks back, at least a minute
   * @throws when a value is out of range
   */
  public latency(percentile: number, window: Duration): string {
    return this._latency(percentileOf('the percentile', percentile), queryWindow('the window', window));
  }

  /** @internal */
  public _requests(range: string, by: string[] = []): string {
    return `sum${grouping(by)}(rate(istio_requests_total{${this.series}}[${range}]))`;
  }

  /** @internal */
  public _good(range: string, by: string[] = []): string {
    return `sum${grouping(by)}(rate(istio_requests_total{${this.series},${GOOD}}[${range}]))`;
  }

  /** @internal */
  public _flagged(range: string, flags: string): string {
    return `sum(rate(istio_requests_total{${this.series},response_flags=~"${flags}"}[${range}]))`;
  }

  /** @internal */
  public _latency(percentile: number, range: string, by: string[] = []): string {
    return `histogram_quantile(${fraction(percentile)}, sum${grouping(['le', ...by])}(rate(istio_request_duration_milliseconds_bucket{${this.series}}[${range}])))`;
  }

  /** @internal */
  public _measured(range: string): string {
    return `sum(rate(istio_request_duration_milliseconds_count{${this.series}}[${range}]))`;
  }

  /**
   * Those within a bucket. Prometheus 3 writes its limit as `100.0`, earlier ones as `100`.
   *
   * @internal
   */
  public _within(millis: number, range: string): string {
    return `sum(rate(istio_request_duration_milliseconds_bucket{${this.series},le=~"${millis}(\\\\.0)?"}[${range}]))`;
  }
}

function grouping(by: string[]): string {
  return by.length === 0 ? '' : ` by (${by.join(', ')}) `;
}
