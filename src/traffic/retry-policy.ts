import { Duration } from 'cdk8s';
import { VirtualServiceSpecHttpRetries } from '../../imports/networking.istio.io';
import { flag, instance, noUnknown, object, optionalList, show, whole } from '../private/check';
import { optionalDuration } from '../private/duration';

/**
 * A condition on which a request is tried again.
 *
 * @see https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/router_filter#x-envoy-retry-on
 */
export class RetryOn {
  /** Any 5xx response, or no response at all. The request may have been executed. */
  public static readonly SERVER_ERROR = new RetryOn('5xx');
  /** A 502, 503 or 504 response. */
  public static readonly GATEWAY_ERROR = new RetryOn('gateway-error');
  /** No response: the connection was closed, reset or timed out. The request may have been executed. */
  public static readonly RESET = new RetryOn('reset');
  /** The connection was reset before the request was sent. */
  public static readonly RESET_BEFORE_REQUEST = new RetryOn('reset-before-request');
  /** No connection could be made. */
  public static readonly CONNECT_FAILURE = new RetryOn('connect-failure');
  /** The server refused the HTTP/2 stream, so it did not process the request. */
  public static readonly REFUSED_STREAM = new RetryOn('refused-stream');
  /** A 409 response, the only 4xx that Envoy takes for one that passes. */
  public static readonly RETRIABLE_4XX = new RetryOn('retriable-4xx');
  /** A status listed beside it, by `RetryOn.status`, or in the header `x-envoy-retriable-status-codes`. */
  public static readonly RETRIABLE_STATUS_CODES = new RetryOn('retriable-status-codes');
  /** A response with one of the headers that the route calls retriable. */
  public static readonly RETRIABLE_HEADERS = new RetryOn('retriable-headers');
  /** The header `x-envoy-ratelimited` is present. */
  public static readonly ENVOY_RATE_LIMITED = new RetryOn('envoy-ratelimited');
  /** An HTTP/3 connection failed after it was made. */
  public static readonly HTTP3_POST_CONNECT_FAILURE = new RetryOn('http3-post-connect-failure');
  /** gRPC status CANCELLED. */
  public static readonly CANCELLED = new RetryOn('cancelled');
  /** gRPC status DEADLINE_EXCEEDED. */
  public static readonly DEADLINE_EXCEEDED = new RetryOn('deadline-exceeded');
  /** gRPC status INTERNAL. */
  public static readonly INTERNAL = new RetryOn('internal');
  /** gRPC status RESOURCE_EXHAUSTED. */
  public static readonly RESOURCE_EXHAUSTED = new RetryOn('resource-exhausted');
  /** gRPC status UNAVAILABLE. */
  public static readonly UNAVAILABLE = new RetryOn('unavailable');

  /**
   * A response with this HTTP status.
   *
   * @param code the status, 100 to 511
   * @throws when it is no status that HTTP defines
   */
  public static status(code: number): RetryOn {
    if (!STATUS_CODES.has(code)) {
      throw new Error(`the status to retry on is ${show(code)}, expected one that HTTP defines, such as 503; see RFC 9110 section 15`);
    }
    return new RetryOn(String(code));
  }

  private constructor(
    /**
     * The condition in Istio's notation.
     */
    public readonly value: string,
  ) {}
}

/** The statuses that Istio knows a text for, which are the ones it accepts in retryOn. */
const STATUS_CODES = new Set([
  100, 101, 102, 103, 200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305, 307, 308,
  ...Array.from({ length: 19 }, (_, i) => 400 + i), 421, 422, 423, 424, 425, 426, 428, 429, 431, 451,
  500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511,
]);

/**
 * How often and how long is tried.
 */
export interface RetryAttempts {
  /**
   * How many times a request is tried again after the first try, at least 1.
   *
   * @default 2
   */
  readonly attempts?: number;

  /**
   * How long each try may take, the first one included; at least 1 ms.
   *
   * @default - the timeout of the route
   */
  readonly perTry?: Duration;

  /**
   * The pause before the first retry, doubled before each further one; at least 1 ms.
   *
   * @default - 25 ms, Envoy's own
   */
  readonly backoff?: Duration;

  /**
   * Whether a retry may go to another locality.
   *
   * @default false
   */
  readonly remoteLocalities?: boolean;

  /**
   * Whether a retry avoids the endpoints already tried.
   *
   * @default true
   */
  readonly ignorePreviousHosts?: boolean;
}

/**
 * Options for `RetryPolicy.of`.
 */
export interface RetryPolicyOptions extends RetryAttempts {
  /**
   * On which conditions a request is tried again.
   *
   * @default - connect-failure, refused-stream, unavailable, cancelled, retriable-status-codes: Istio's own
   */
  readonly on?: RetryOn[];
}

/**
 * When and how often failed requests are tried again.
 *
 * A route without one is retried twice by Istio's default, also on `unavailable` and `cancelled`, which can repeat a request that was executed.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRetry
 */
export class RetryPolicy {
  /**
   * Never retry.
   */
  public static never(): RetryPolicy {
    return new RetryPolicy({ attempts: 0 });
  }

  /**
   * Retry only what certainly was not executed (connect-failure, refused-stream, reset-before-request). Safe for every request.
   *
   * @param options how often and how long
   * @throws when a number is out of range
   */
  public static unprocessed(options: RetryAttempts = {}): RetryPolicy {
    return RetryPolicy.fixed(options, RetryOn.CONNECT_FAILURE, RetryOn.REFUSED_STREAM, RetryOn.RESET_BEFORE_REQUEST);
  }

  /**
   * Retry whatever may pass (gateway-error, reset, connect-failure, refused-stream, unavailable, cancelled), also requests
   * that may have been executed. For services whose requests can be repeated without harm.
   *
   * @param options how often and how long; a try that runs into `perTry` is repeated
   * @throws when a number is out of range
   */
  public static idempotent(options: RetryAttempts = {}): RetryPolicy {
    const { GATEWAY_ERROR, RESET, CONNECT_FAILURE, REFUSED_STREAM, UNAVAILABLE, CANCELLED } = RetryOn;
    return RetryPolicy.fixed(options, GATEWAY_ERROR, RESET, CONNECT_FAILURE, REFUSED_STREAM, UNAVAILABLE, CANCELLED);
  }

  /**
   * Retry on conditions of your own.
   *
   * @param options the conditions, how often and how long
   * @throws when a number is out of range
   */
  public static of(options: RetryPolicyOptions): RetryPolicy {
    const { attempts = 2, perTry, backoff, on, remoteLocalities, ignorePreviousHosts, ...rest } = object('the retry policy', options);
    noUnknown('RetryPolicy', rest);
    optionalList('the conditions of the retry policy', on)?.forEach((condition) => instance('a condition of the retry policy', condition, RetryOn, 'RetryOn.GATEWAY_ERROR'));
    return new RetryPolicy({
      attempts: whole('the attempts of the retry policy', attempts, 1, 2 ** 31 - 1, 'for no retries write RetryPolicy.never()'),
      perTryTimeout: optionalDuration('perTry of the retry policy', perTry),
      backoff: optionalDuration('backoff of the retry policy', backoff),
      retryOn: on?.map((condition) => condition.value).join(',') || undefined,
      retryRemoteLocalities: flag('remoteLocalities of the retry policy', remoteLocalities),
      retryIgnorePreviousHosts: flag('ignorePreviousHosts of the retry policy', ignorePreviousHosts),
    });
  }

  private static fixed(options: RetryAttempts, ...on: RetryOn[]): RetryPolicy {
    if ('on' in object('the retry policy', options)) {
      throw new Error('the retry policy has conditions of its own, expected no property "on" beside them; write RetryPolicy.of({ on: ... })');
    }
    return RetryPolicy.of({ ...options, on });
  }

  private constructor(private readonly retries: VirtualServiceSpecHttpRetries) {}

  /** @internal */
  public _toIstio(): VirtualServiceSpecHttpRetries {
    return this.retries;
  }
}
