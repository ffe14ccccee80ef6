import { Duration } from 'cdk8s';
import { Locality } from './locality';
import {
  DestinationRuleSpecTrafficPolicyLoadBalancer, DestinationRuleSpecTrafficPolicyLoadBalancerConsistentHash,
  DestinationRuleSpecTrafficPolicyLoadBalancerSimple as Simple,
} from '../../imports/networking.istio.io';
import { instance, noUnknown, object, optionalText, percentage, show, text, whole } from '../private/check';
import { istioDuration, optionalDuration } from '../private/duration';
import { headerName } from '../private/names';
import { given } from '../private/render';

/**
 * How the share of a new endpoint grows.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#WarmupConfiguration
 */
export interface Warmup {
  /**
   * How long it takes to the full share, at least 1 ms.
   */
  readonly duration: Duration;

  /**
   * The percentage of the full share that a new endpoint begins with, 0 to 100.
   *
   * @default 10
   */
  readonly minimumPercent?: number;

  /**
   * How the share grows: 1 is a straight line, more is slower at first. Above 0.
   *
   * @default 1
   */
  readonly aggression?: number;
}

/**
 * What every way of load balancing can have.
 */
export interface LoadBalancerOptions {
  /**
   * How where callers and endpoints are is looked at.
   *
   * @default - as the mesh configuration says: near by first, where there is outlier detection
   */
  readonly locality?: Locality;

  /**
   * How the share of a new endpoint grows. Only with round robin and least requests.
   *
   * @default - a new endpoint has its full share at once
   */
  readonly warmup?: Warmup;

  /**
   * How long it takes a new endpoint to its full share, at least 1 ms. Only with round robin and least requests. Excludes `warmup`.
   *
   * @default - a new endpoint has its full share at once
   * @deprecated use `warmup`
   */
  readonly warmupDurationSecs?: Duration;
}

/**
 * A cookie by which requests of one client are recognized.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#LoadBalancerSettings-ConsistentHashLB-HTTPCookie
 */
export interface HashCookie {
  /**
   * The name of the cookie.
   */
  readonly name: string;

  /**
   * The path of the cookie, where the proxy sets it.
   *
   * @default - none
   */
  readonly path?: string;

  /**
   * How long the cookie lives, where the proxy sets it. `Duration.millis(0)` makes it a session cookie.
   *
   * @default - the proxy sets no cookie; clients bring it
   */
  readonly ttl?: Duration;

  /**
   * Further attributes of the cookie, such as `SameSite`, by name; an empty value makes a bare attribute.
   *
   * @default - none
   */
  readonly attributes?: Record<string, string>;
}

/**
 * By what requests of one client are recognized.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#LoadBalancerSettings-ConsistentHashLB
 */
export class HashKey {
  /**
   * A request header.
   *
   * @param name its name
   * @throws when it is no header name
   */
  public static header(name: string): HashKey {
    return new HashKey({ httpHeaderName: headerName('the header to hash', name) });
  }

  /**
   * A cookie.
   *
   * @param cookie the cookie
   * @throws when it has no name
   */
  public static cookie(cookie: HashCookie): HashKey {
    const { name, path, ttl, attributes, ...rest } = object('the cookie to hash', cookie);
    noUnknown('the cookie to hash', rest);
    text('the name of the cookie to hash', name, 'name the cookie');
    const forSession = ttl?.toMilliseconds?.({ integral: false }) === 0;
    return new HashKey({
      httpCookie: {
        name,
        path: optionalText('the path of the cookie to hash', path),
        ttl: forSession ? '0s' : optionalDuration('the ttl of the cookie to hash', ttl),
        attributes: given(attributes, renderAttributes),
      },
    });
  }

  /**
   * The client's IP address.
   */
  public static sourceIp(): HashKey {
    return new HashKey({ useSourceIp: true });
  }

  /**
   * A query parameter.
   *
   * @param name its name
   * @throws when it is empty
   */
  public static queryParameter(name: string): HashKey {
    return new HashKey({ httpQueryParameterName: text('the query parameter to hash', name, 'name the parameter') });
  }

  private constructor(private readonly key: DestinationRuleSpecTrafficPolicyLoadBalancerConsistentHash) {}

  /** @internal */
  public _toIstio(): DestinationRuleSpecTrafficPolicyLoadBalancerConsistentHash {
    return this.key;
  }
}

/**
 * How a hash chooses an endpoint, so that few clients move when endpoints come and go.
 *
 * @see https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/load_balancing/load_balancers
 */
export class HashAlgorithm {
  /**
   * A ring of virtual nodes.
   *
   * @param minimumRingSize the fewest virtual nodes, at least 1; 1024 if left out. More divide the load better.
   * @throws when the size is no whole number of at least 1
   */
  public static ringHash(minimumRingSize?: number): HashAlgorithm {
    const size = minimumRingSize === undefined ? undefined : whole('minimumRingSize', minimumRingSize, 1, 2 ** 31 - 1, 'leave it out for 1024');
    return new HashAlgorithm({ ringHash: { minimumRingSize: size } });
  }

  /**
   * A table in which each endpoint has as many places as the others. Faster than a ring, moves a few more clients.
   *
   * @param tableSize the places, a prime number below 5000011; 65537 if left out
   * @throws when the size is no prime number below 5000011
   */
  public static maglev(tableSize: number = 65537): HashAlgorithm {
    if (!Number.isInteger(tableSize) || tableSize < 2 || tableSize >= 5_000_011 || !isPrime(tableSize)) {
      throw new Error(`tableSize is ${show(tableSize)}, expected a prime number below 5000011; leave it out for 65537`);
    }
    return new HashAlgorithm({ maglev: { tableSize } });
  }

  /**
   * A ring of virtual nodes, in Istio's older form.
   *
   * @param size the fewest virtual nodes, at least 1
   * @throws when the size is no whole number of at least 1
   * @deprecated use `HashAlgorithm.ringHash`
   */
  public static minimumRingSize(size: number): HashAlgorithm {
    return new HashAlgorithm({ minimumRingSize: whole('minimumRingSize', size, 1, 2 ** 31 - 1, 'leave it out for 1024') });
  }

  private constructor(private readonly algorithm: DestinationRuleSpecTrafficPolicyLoadBalancerConsistentHash) {}

  /** @internal */
  public _toIstio(): DestinationRuleSpecTrafficPolicyLoadBalancerConsistentHash {
    return this.algorithm;
  }
}

/**
 * Options of `LoadBalancer.consistentHash`.
 */
export interface ConsistentHashOptions {
  /**
   * How a hash chooses an endpoint.
   *
   * @default HashAlgorithm.ringHash()
   */
  readonly algorithm?: HashAlgorithm;

  /**
   * How where callers and endpoints are is looked at.
   *
   * @default - as the mesh configuration says
   */
  readonly locality?: Locality;
}

/**
 * How requests are divided among the endpoints of a destination. There is one way at a time.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#LoadBalancerSettings
 */
export class LoadBalancer {
  /**
   * Of two random endpoints the one with fewer requests under way. Istio's default.
   *
   * @param options locality and warm-up
   * @throws when a value is wrong
   */
  public static leastRequest(options: LoadBalancerOptions = {}): LoadBalancer {
    return LoadBalancer.simple(Simple.LEAST_UNDERSCORE_REQUEST, options);
  }

  /**
   * The same as `leastRequest`, by its older name, which means nothing to gRPC clients without proxy.
   *
   * @param options locality and warm-up
   * @throws when a value is wrong
   * @deprecated use `LoadBalancer.leastRequest`
   */
  public static leastConnection(options: LoadBalancerOptions = {}): LoadBalancer {
    return LoadBalancer.simple(Simple.LEAST_UNDERSCORE_CONN, options);
  }

  /**
   * One endpoint after the other. Least requests is better in nearly every case.
   *
   * @param options locality and warm-up
   * @throws when a value is wrong
   */
  public static roundRobin(options: LoadBalancerOptions = {}): LoadBalancer {
    return LoadBalancer.simple(Simple.ROUND_UNDERSCORE_ROBIN, options);
  }

  /**
   * A random endpoint.
   *
   * @param options locality
   * @throws when a value is wrong, or there is a warm-up
   */
  public static random(options: LoadBalancerOptions = {}): LoadBalancer {
    return LoadBalancer.simple(Simple.RANDOM, options);
  }

  /**
   * The address that the caller asked for; no load balancing.
   */
  public static passthrough(): LoadBalancer {
    return new LoadBalancer({ simple: Simple.PASSTHROUGH });
  }

  /**
   * The same endpoint for the same client, as long as endpoints stay. A weighted split is drawn before, so a client
   * may change subset; to keep it in one, match a header or cookie.
   *
   * @param key by what clients are recognized
   * @param options the algorithm and locality
   * @throws when a value is wrong
   */
  public static consistentHash(key: HashKey, options: ConsistentHashOptions = {}): LoadBalancer {
    const { algorithm, locality, ...rest } = object('the options of the load balancer', options);
    noUnknown('LoadBalancer.consistentHash', rest);
    instance('the key of the load balancer', key, HashKey, 'HashKey.header("x-user-id")');
    if (algorithm !== undefined) {
      instance('the algorithm of the load balancer', algorithm, HashAlgorithm, 'HashAlgorithm.maglev()');
    }
    return new LoadBalancer({ consistentHash: { ...key._toIstio(), ...algorithm?._toIstio() } }, locality);
  }

  /**
   * Istio's default way, with options of its own.
   *
   * @param options locality and warm-up
   * @throws when a value is wrong
   */
  public static unspecified(options: LoadBalancerOptions): LoadBalancer {
    return LoadBalancer.simple(undefined, options);
  }

  private static simple(simple: Simple | undefined, options: LoadBalancerOptions): LoadBalancer {
    const { locality, warmup, warmupDurationSecs, ...rest } = object('the options of the load balancer', options);
    noUnknown('LoadBalancer', rest);
    if (simple === Simple.RANDOM && (warmup ?? warmupDurationSecs) !== undefined) {
      throw new Error('LoadBalancer.random has a warmup, expected one of round robin or least requests beside it; use LoadBalancer.leastRequest');
    }
    if (warmup !== undefined && warmupDurationSecs !== undefined) {
      throw new Error('the load balancer has warmup and warmupDurationSecs, expected one of them; keep warmup, Istio ignores the other');
    }
    return new LoadBalancer({
      simple,
      warmup: given(warmup, renderWarmup),
      warmupDurationSecs: optionalDuration('warmupDurationSecs', warmupDurationSecs),
    }, locality);
  }

  private constructor(private readonly settings: DestinationRuleSpecTrafficPolicyLoadBalancer, private readonly locality?: Locality) {
    if (locality !== undefined) {
      instance('the locality of the load balancer', locality, Locality, 'Locality.failover()');
    }
  }

  /**
   * Whether it names who stands in for whom, which has no effect without outlier detection.
   *
   * @internal
   */
  public _failsOver(): boolean {
    return this.locality?._failsOver() ?? false;
  }

  /** @internal */
  public _toIstio(): DestinationRuleSpecTrafficPolicyLoadBalancer {
    return { ...this.settings, ...this.locality?._toIstio() };
  }
}

function renderAttributes(attributes: Record<string, string>) {
  return Object.entries(object('the attributes of the cookie to hash', attributes)).map(([key, value]) => {
    if (typeof value !== 'string') {
      throw new Error(`the attribute ${show(key)} of the cookie is ${show(value)}, expected a string; for a bare attribute write ""`);
    }
    return { name: text('an attribute of the cookie', key, 'name it'), value };
  });
}

function renderWarmup(warmup: Warmup) {
  const { duration, minimumPercent, aggression, ...rest } = object('warmup', warmup);
  noUnknown('warmup', rest);
  if (aggression !== undefined && !(Number.isFinite(aggression) && aggression > 0)) {
    throw new Error(`warmup.aggression is ${show(aggression)}, expected a number above 0; leave it out for 1`);
  }
  return {
    duration: istioDuration('warmup.duration', duration),
    minimumPercent: minimumPercent === undefined ? undefined : percentage('warmup.minimumPercent', minimumPercent),
    aggression,
  };
}

function isPrime(value: number): boolean {
  for (let factor = 2; factor * factor <= value; factor++) {
    if (value % factor === 0) {
      return false;
    }
  }
  return true;
}
