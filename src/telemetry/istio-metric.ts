import { TelemetrySpecMetricsOverridesMatch as Match } from '../../imports/telemetry.istio.io';
import { text } from '../private/check';

/**
 * A metric of Istio, or one that an extension brings.
 *
 * @see https://istio.io/latest/docs/reference/config/metrics/
 */
export class IstioMetric {
  /** All metrics of Istio. */
  public static readonly ALL_METRICS = IstioMetric.standard('ALL_METRICS');
  /** How many requests there were: HTTP, HTTP/2 and gRPC. In Prometheus `istio_requests_total`. */
  public static readonly REQUEST_COUNT = IstioMetric.standard('REQUEST_COUNT');
  /** How long requests took. In Prometheus `istio_request_duration_milliseconds`. */
  public static readonly REQUEST_DURATION = IstioMetric.standard('REQUEST_DURATION');
  /** How large the bodies of requests were. In Prometheus `istio_request_bytes`. */
  public static readonly REQUEST_SIZE = IstioMetric.standard('REQUEST_SIZE');
  /** How large the bodies of responses were. In Prometheus `istio_response_bytes`. */
  public static readonly RESPONSE_SIZE = IstioMetric.standard('RESPONSE_SIZE');
  /** How many TCP connections were opened. In Prometheus `istio_tcp_connections_opened_total`. */
  public static readonly TCP_OPENED_CONNECTIONS = IstioMetric.standard('TCP_OPENED_CONNECTIONS');
  /** How many TCP connections were closed. In Prometheus `istio_tcp_connections_closed_total`. */
  public static readonly TCP_CLOSED_CONNECTIONS = IstioMetric.standard('TCP_CLOSED_CONNECTIONS');
  /** How many bytes were sent over TCP connections in answer. In Prometheus `istio_tcp_sent_bytes_total`. */
  public static readonly TCP_SENT_BYTES = IstioMetric.standard('TCP_SENT_BYTES');
  /** How many bytes were received over TCP connections. In Prometheus `istio_tcp_received_bytes_total`. */
  public static readonly TCP_RECEIVED_BYTES = IstioMetric.standard('TCP_RECEIVED_BYTES');
  /** How many gRPC messages clients sent. In Prometheus `istio_request_messages_total`. */
  public static readonly GRPC_REQUEST_MESSAGES = IstioMetric.standard('GRPC_REQUEST_MESSAGES');
  /** How many gRPC messages servers sent. In Prometheus `istio_response_messages_total`. */
  public static readonly GRPC_RESPONSE_MESSAGES = IstioMetric.standard('GRPC_RESPONSE_MESSAGES');

  /**
   * Another metric, such as one of a Wasm plugin.
   *
   * @param name its name, which nobody checks
   * @throws when it is empty
   */
  public static custom(name: string): IstioMetric {
    return new IstioMetric({ customMetric: text('the name of IstioMetric.custom', name, 'use IstioMetric.ALL_METRICS for all') });
  }

  private static standard(name: string): IstioMetric {
    return new IstioMetric({ metric: name as Match['metric'] });
  }

  private constructor(private readonly match: Match) {}

  /** @internal */
  public _toIstio(): Match {
    return this.match;
  }
}
