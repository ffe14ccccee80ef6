import { Duration } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { SharedTraffic } from './shared-traffic';
import { member, noUnknown, object } from '../private/check';
import { orUndefined } from '../private/render';
import { ClientTls } from '../traffic/client-tls';
import { ConnectionPool } from '../traffic/connection-pool';
import { DestinationRule, SubsetOptions } from '../traffic/destination-rule';
import { ExportTo } from '../traffic/export-to';
import { LoadBalancer } from '../traffic/load-balancer';
import { OutlierDetection } from '../traffic/outlier-detection';
import { Subset } from '../traffic/subset';
import { CommonTrafficPolicy, PortTrafficPolicy, RetryBudget } from '../traffic/traffic-policy';

/**
 * What a service speaks, which decides the defaults of a `ResilientDestination`.
 */
export enum DestinationProtocol {
  /** HTTP: bounded connections and requests; any 5xx counts as an error. */
  HTTP = 'HTTP',
  /**
   * gRPC: as HTTP, but only unavailable endpoints and exceeded deadlines count as errors, which Envoy reads as 502 to 504.
   * An exception of the application is status UNKNOWN or INTERNAL, read as 500, and no sign that the endpoint is ill.
   */
  GRPC = 'GRPC',
  /** Plain TCP: bounded connections, kept alive; failures to connect count as errors. There are no requests to bound. */
  TCP = 'TCP',
}

/**
 * What bounds the calls to a service, and which endpoints get none.
 */
export interface Resilience {
  /**
   * Limits on connections and requests. What is left out keeps its default.
   *
   * @default - 1024 connections, waiting requests and requests under way each, and 3 retries, as Envoy has them
   * where Istio lifts them to no limit; 10 seconds to connect. For TCP the limit on connections and the time to connect,
   * and a keep-alive probe after 5 minutes of silence, before firewalls forget the connection
   */
  readonly connectionPool?: ConnectionPool;

  /**
   * When a failing endpoint is taken out. What is left out keeps its default.
   *
   * @default - after 5 errors in a row, looked at every 10 seconds, for 30 seconds, at most half of the endpoints:
   * Istio's own 10 percent eject nothing from fewer than 10 endpoints. `DestinationProtocol` says what an error is
   */
  readonly outlierDetection?: OutlierDetection;

  /**
   * How requests are divided among endpoints.
   *
   * @default - least requests
   */
  readonly loadBalancer?: LoadBalancer;
}

/**
 * Properties of a `ResilientDestination`.
 */
export interface ResilientDestinationProps extends Resilience {
  /**
   * The service: a Service construct, or `ServiceRef.fromName` or `.fromHost` for one outside the app.
   */
  readonly service: IConstruct;

  /**
   * What the service speaks. It decides the defaults of limits and ejection.
   *
   * @default DestinationProtocol.HTTP
   */
  readonly protocol?: DestinationProtocol;

  /**
   * A limit on retries in proportion to the requests under way, instead of the number in `connectionPool.http.maxRetries`.
   *
   * @default - that number
   */
  readonly retryBudget?: RetryBudget;

  /**
   * How clients treat TLS. Inside the mesh leave it out.
   *
   * @default - mutual TLS by Istio where the destination can, none elsewhere
   */
  readonly tls?: ClientTls;

  /**
   * What differs for single ports. What is left out is as for the other ports, field by field.
   *
   * @default - nothing differs
   */
  readonly ports?: PortTrafficPolicy[];

  /**
   * The subsets of the service. What their policies leave out is as for the service, field by field.
   *
   * @default - none yet; add them with `addSubset`
   */
  readonly subsets?: SubsetOptions[];

  /**
   * The namespaces whose workloads follow the rule.
   *
   * @default - those that the mesh configuration names, usually all
   */
  readonly exportTo?: ExportTo;
}

/** Envoy's own limits, which Istio lifts; they stop a slow service from taking its callers down with it. */
const TCP_LIMITS = { maxConnections: 1024, connectTimeout: Duration.seconds(10) };
const HTTP_LIMITS = { http1MaxPendingRequests: 1024, http2MaxRequests: 1024, maxRetries: 3 };

/** Istio's own, except that half of the endpoints may be out: a tenth of three is none. */
const EJECTION = { interval: Duration.seconds(10), baseEjectionTime: Duration.seconds(30), maxEjectionPercent: 50 };

const DEFAULTS: Record<DestinationProtocol, CommonTrafficPolicy> = {
  [DestinationProtocol.HTTP]: {
    connectionPool: { tcp: TCP_LIMITS, http: HTTP_LIMITS },
    outlierDetection: { consecutive5xxErrors: 5, ...EJECTION },
  },
  [DestinationProtocol.GRPC]: {
    connectionPool: { tcp: TCP_LIMITS, http: HTTP_LIMITS },
    outlierDetection: { consecutiveGatewayErrors: 5, consecutive5xxErrors: 0, ...EJECTION },
  },
  [DestinationProtocol.TCP]: {
    connectionPool: { tcp: { ...TCP_LIMITS, tcpKeepalive: { time: Duration.minutes(5) } } },
    outlierDetection: { consecutive5xxErrors: 5, ...EJECTION },
  },
};

/**
 * A service whose callers stay well when it does not: bounded connections and requests, and failing endpoints taken out.
 *
 * It owns the DestinationRule of the service; other patterns for the service take it as their `destination`.
 *
 * @see https://istio.io/latest/docs/tasks/traffic-management/circuit-breaking/
 */
export class ResilientDestination extends Construct {
  /**
   * The DestinationRule of the service, which stands in the namespace of the service and has its name.
   */
  public readonly destinationRule: DestinationRule;

  private readonly policy: CommonTrafficPolicy;

  /**
   * Creates the destination.
   *
   * @param scope the construct it belongs to
   * @param id its name among the scope's children
   * @param props the service and what differs from the defaults
   * @throws when another pattern has written the DestinationRule of the service, or a value is wrong
   */
  public constructor(scope: Construct, id: string, props: ResilientDestinationProps) {
    super(scope, id);
    const {
      service, protocol = DestinationProtocol.HTTP, connectionPool, outlierDetection, loadBalancer, retryBudget, tls, ports = [], subsets = [],
      exportTo, ...rest
    } = object('the properties of the ResilientDestination', props);
    noUnknown('ResilientDestination', rest);
    const defaults = DEFAULTS[member('protocol', protocol, DestinationProtocol)];
    this.policy = fill(defaults, { connectionPool, outlierDetection, loadBalancer, tls });
    this.destinationRule = SharedTraffic.of(this).destinationRule(this, {
      service,
      exportTo,
      // Istio puts the policy of a port in place of the whole, so what it leaves out is repeated there.
      trafficPolicy: { ...this.policy, retryBudget, portLevelSettings: ports.map(({ port, ...policy }) => ({ port, ...fill(this.policy, policy) })) },
    }, 'pass that pattern as "destination"');
    subsets.forEach((subset) => this.addSubset(subset));
  }

  /**
   * Adds a subset.
   *
   * @param options its name, labels and policy; what the policy leaves out is as for the service, field by field
   * @returns the subset, for routes to name
   * @throws when there is a subset of this name, or a value is wrong
   */
  public addSubset(options: SubsetOptions): Subset {
    const { trafficPolicy, ...subset } = object(`a subset of ${this.destinationRule.service.host}`, options);
    const filled = trafficPolicy && { ...trafficPolicy, ...fillGiven(this.policy, trafficPolicy) };
    return this.destinationRule.addSubset({ ...subset, trafficPolicy: filled });
  }

  /**
   * A subset, for routes to name.
   *
   * @param name its name
   * @throws when there is no subset of this name
   */
  public subset(name: string): Subset {
    return this.destinationRule.subset(name);
  }
}

/** The policy with everything that it leaves out taken from a base. */
function fill(base: CommonTrafficPolicy, policy: CommonTrafficPolicy): CommonTrafficPolicy {
  return { ...over(base, policy), ...fillGiven(base, policy) };
}

/** The pools and the outlier detection that a policy names, with every field that they leave out taken from a base. */
function fillGiven(base: CommonTrafficPolicy, { connectionPool: pool, outlierDetection }: CommonTrafficPolicy): CommonTrafficPolicy {
  return {
    ...(pool && {
      connectionPool: {
        ...object('connectionPool', pool),
        tcp: orUndefined(over(base.connectionPool?.tcp, pool.tcp)),
        http: orUndefined(over(base.connectionPool?.http, pool.http)),
      },
    }),
    ...(outlierDetection && { outlierDetection: over(base.outlierDetection, object('outlierDetection', outlierDetection)) }),
  };
}

/** One object over another; undefined is left out rather than a value. */
function over<T extends object>(base: T | undefined, values: T | undefined): T {
  return { ...base, ...Object.fromEntries(Object.entries(values ?? {}).filter(([, value]) => value !== undefined)) } as T;
}
