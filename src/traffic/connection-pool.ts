import { Duration } from 'cdk8s';
import {
  DestinationRuleSpecTrafficPolicyConnectionPool, DestinationRuleSpecTrafficPolicyConnectionPoolHttp,
  DestinationRuleSpecTrafficPolicyConnectionPoolHttpH2UpgradePolicy, DestinationRuleSpecTrafficPolicyConnectionPoolTcp,
} from '../../imports/networking.istio.io';
import { count, flag, limit, member, noUnknown, object } from '../private/check';
import { istioDuration, optionalDuration } from '../private/duration';
import { given } from '../private/render';

/**
 * Whether HTTP/1.1 requests are sent on over HTTP/2.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#ConnectionPoolSettings-HTTPSettings-H2UpgradePolicy
 */
export enum H2UpgradePolicy {
  /** As the mesh configuration says. */
  DEFAULT = 'DEFAULT',
  /** No. */
  DO_NOT_UPGRADE = 'DO_NOT_UPGRADE',
  /** Yes, where the port is HTTP. */
  UPGRADE = 'UPGRADE',
}

/**
 * Probes that keep idle TCP connections open and find dead ones.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#ConnectionPoolSettings-TCPSettings-TcpKeepalive
 */
export interface TcpKeepalive {
  /**
   * How many unanswered probes end a connection.
   *
   * @default - the operating system's, 9 on Linux
   */
  readonly probes?: number;

  /**
   * How long a connection is idle before the first probe.
   *
   * @default - the operating system's, 2 hours on Linux
   */
  readonly time?: Duration;

  /**
   * The pause between probes.
   *
   * @default - the operating system's, 75 seconds on Linux
   */
  readonly interval?: Duration;
}

/**
 * Limits on connections, for HTTP and TCP alike.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#ConnectionPoolSettings-TCPSettings
 */
export interface TcpConnectionPool {
  /**
   * The most connections to the destination from one proxy, at least 1.
   *
   * @default - no limit
   */
  readonly maxConnections?: number;

  /**
   * How long making a connection may take, at least 1 ms.
   *
   * @default Duration.seconds(10)
   */
  readonly connectTimeout?: Duration;

  /**
   * Probes of idle connections.
   *
   * @default - none
   */
  readonly tcpKeepalive?: TcpKeepalive;

  /**
   * How long a connection may last, at least 1 ms.
   *
   * @default - no limit
   */
  readonly maxConnectionDuration?: Duration;

  /**
   * How long a connection may be idle. `Duration.millis(0)` means for ever.
   *
   * @default Duration.hours(1)
   */
  readonly idleTimeout?: Duration;
}

/**
 * PING frames on HTTP/2 connections to the destination.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#ConnectionPoolSettings-HTTPSettings-ConnectionKeepalive
 */
export interface Http2KeepAlive {
  /**
   * The pause between PINGs, at least 1 ms.
   */
  readonly interval: Duration;

  /**
   * How long an answer may take before the connection is closed, at least 1 ms.
   */
  readonly timeout: Duration;
}

/**
 * Limits on HTTP requests.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#ConnectionPoolSettings-HTTPSettings
 */
export interface HttpConnectionPool {
  /**
   * The most requests that wait for a connection, at least 1. More are answered by 503.
   *
   * @default - no limit
   */
  readonly http1MaxPendingRequests?: number;

  /**
   * The most requests under way at once, at least 1; of HTTP/1.1 too. More are answered by 503.
   *
   * @default - no limit
   */
  readonly http2MaxRequests?: number;

  /**
   * The most requests on one connection, at least 1. 1 switches keep-alive off.
   *
   * @default - no limit
   */
  readonly maxRequestsPerConnection?: number;

  /**
   * The most retries under way at once, at least 1.
   *
   * @default - no limit
   */
  readonly maxRetries?: number;

  /**
   * How long a connection without requests stays open, at least 1 ms.
   *
   * @default Duration.hours(1)
   */
  readonly idleTimeout?: Duration;

  /**
   * Whether HTTP/1.1 requests are sent on over HTTP/2. `UPGRADE` excludes `useClientProtocol`.
   *
   * @default H2UpgradePolicy.DEFAULT
   */
  readonly h2UpgradePolicy?: H2UpgradePolicy;

  /**
   * Whether requests are sent on in the version of HTTP they came in.
   *
   * @default false
   */
  readonly useClientProtocol?: boolean;

  /**
   * The most streams at once on one HTTP/2 connection, at least 1.
   *
   * @default - 2147483647
   */
  readonly maxConcurrentStreams?: number;

  /**
   * PING frames on HTTP/2 connections.
   *
   * @default - none
   */
  readonly http2KeepAlive?: Http2KeepAlive;
}

/**
 * Limits on connections and requests to a destination, each for one client proxy. At least one of `tcp` and `http`.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#ConnectionPoolSettings
 */
export interface ConnectionPool {
  /**
   * Limits on connections.
   *
   * @default - none
   */
  readonly tcp?: TcpConnectionPool;

  /**
   * Limits on HTTP requests.
   *
   * @default - none
   */
  readonly http?: HttpConnectionPool;
}

/** @internal */
export function renderConnectionPool(pool: ConnectionPool): DestinationRuleSpecTrafficPolicyConnectionPool {
  const { tcp, http, ...rest } = object('connectionPool', pool);
  noUnknown('connectionPool', rest);
  if (tcp === undefined && http === undefined) {
    throw new Error('connectionPool has no limits, expected tcp or http; leave connectionPool out for no limits');
  }
  return { tcp: given(tcp, renderTcp), http: given(http, renderHttp) };
}

function renderTcp(pool: TcpConnectionPool): DestinationRuleSpecTrafficPolicyConnectionPoolTcp {
  const { maxConnections, connectTimeout, tcpKeepalive, maxConnectionDuration, idleTimeout, ...rest } = object('connectionPool.tcp', pool);
  noUnknown('connectionPool.tcp', rest);
  const forEver = idleTimeout?.toMilliseconds?.({ integral: false }) === 0;
  return {
    maxConnections: limit('connectionPool.tcp.maxConnections', maxConnections),
    connectTimeout: optionalDuration('connectionPool.tcp.connectTimeout', connectTimeout),
    tcpKeepalive: given(tcpKeepalive, renderKeepalive),
    maxConnectionDuration: optionalDuration('connectionPool.tcp.maxConnectionDuration', maxConnectionDuration),
    idleTimeout: forEver ? '0s' : optionalDuration('connectionPool.tcp.idleTimeout', idleTimeout),
  };
}

function renderKeepalive(keepalive: TcpKeepalive) {
  const { probes, time, interval, ...rest } = object('connectionPool.tcp.tcpKeepalive', keepalive);
  noUnknown('connectionPool.tcp.tcpKeepalive', rest);
  return {
    probes: count('connectionPool.tcp.tcpKeepalive.probes', probes, 'leave it out for the default of the operating system'),
    time: optionalDuration('connectionPool.tcp.tcpKeepalive.time', time),
    interval: optionalDuration('connectionPool.tcp.tcpKeepalive.interval', interval),
  };
}

function renderHttp(pool: HttpConnectionPool): DestinationRuleSpecTrafficPolicyConnectionPoolHttp {
  const {
    http1MaxPendingRequests, http2MaxRequests, maxRequestsPerConnection, maxRetries, idleTimeout, h2UpgradePolicy, useClientProtocol,
    maxConcurrentStreams, http2KeepAlive, ...rest
  } = object('connectionPool.http', pool);
  noUnknown('connectionPool.http', rest);
  if (useClientProtocol && h2UpgradePolicy === H2UpgradePolicy.UPGRADE) {
    throw new Error('connectionPool.http has useClientProtocol and h2UpgradePolicy UPGRADE, expected one of them; keep the one you mean');
  }
  return {
    http1MaxPendingRequests: limit('connectionPool.http.http1MaxPendingRequests', http1MaxPendingRequests),
    http2MaxRequests: limit('connectionPool.http.http2MaxRequests', http2MaxRequests),
    maxRequestsPerConnection: limit('connectionPool.http.maxRequestsPerConnection', maxRequestsPerConnection),
    maxRetries: limit('connectionPool.http.maxRetries', maxRetries),
    idleTimeout: optionalDuration('connectionPool.http.idleTimeout', idleTimeout),
    h2UpgradePolicy: given(h2UpgradePolicy, (policy) =>
      member('connectionPool.http.h2UpgradePolicy', policy, H2UpgradePolicy) as string as DestinationRuleSpecTrafficPolicyConnectionPoolHttpH2UpgradePolicy),
    useClientProtocol: flag('connectionPool.http.useClientProtocol', useClientProtocol),
    maxConcurrentStreams: limit('connectionPool.http.maxConcurrentStreams', maxConcurrentStreams),
    http2KeepAlive: given(http2KeepAlive, renderHttp2KeepAlive),
  };
}

function renderHttp2KeepAlive(keepAlive: Http2KeepAlive) {
  const { interval, timeout, ...rest } = object('connectionPool.http.http2KeepAlive', keepAlive);
  noUnknown('connectionPool.http.http2KeepAlive', rest);
  return {
    interval: istioDuration('connectionPool.http.http2KeepAlive.interval', interval),
    timeout: istioDuration('connectionPool.http.http2KeepAlive.timeout', timeout),
  };
}
