import { Duration } from 'cdk8s';
import { ClientTls } from './client-tls';
import { ConnectionPool, renderConnectionPool } from './connection-pool';
import { LoadBalancer } from './load-balancer';
import { OutlierDetection, renderOutlierDetection } from './outlier-detection';
import {
  DestinationRuleSpecTrafficPolicy, DestinationRuleSpecTrafficPolicyPortLevelSettings, DestinationRuleSpecTrafficPolicyProxyProtocolVersion,
} from '../../imports/networking.istio.io';
import { count, instance, member, noUnknown, object, optionalList, percentage, port, show } from '../private/check';
import { optionalDuration } from '../private/duration';
import { hostnameOrIp } from '../private/names';
import { given, orUndefined } from '../private/render';

/**
 * What a policy for one port can have.
 */
export interface CommonTrafficPolicy {
  /**
   * How requests are divided among endpoints.
   *
   * @default - least requests
   */
  readonly loadBalancer?: LoadBalancer;

  /**
   * Limits on connections and requests.
   *
   * @default - no limits
   */
  readonly connectionPool?: ConnectionPool;

  /**
   * When a failing endpoint is taken out.
   *
   * @default - never
   */
  readonly outlierDetection?: OutlierDetection;

  /**
   * How clients treat TLS. Inside the mesh leave it out.
   *
   * @default - mutual TLS by Istio where the destination can, none elsewhere
   */
  readonly tls?: ClientTls;
}

/**
 * A policy for one port. It stands in place of the whole policy around it: what it leaves out is off for this port.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#TrafficPolicy-PortTrafficPolicy
 */
export interface PortTrafficPolicy extends CommonTrafficPolicy {
  /**
   * The port of the service, 1 to 65535.
   */
  readonly port: number;
}

/**
 * The method by which a proxy is asked for a tunnel.
 */
export enum TunnelProtocol {
  /** HTTP CONNECT. */
  CONNECT = 'CONNECT',
  /** HTTP POST. */
  POST = 'POST',
}

/**
 * A tunnel through another proxy, for TCP and TLS traffic.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#TrafficPolicy-TunnelSettings
 */
export interface Tunnel {
  /**
   * The host at the far end, a DNS name or IP address.
   */
  readonly targetHost: string;

  /**
   * The port at the far end, 1 to 65535.
   */
  readonly targetPort: number;

  /**
   * The method by which the proxy is asked.
   *
   * @default TunnelProtocol.CONNECT
   */
  readonly protocol?: TunnelProtocol;
}

/**
 * A version of the PROXY protocol.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#TrafficPolicy-ProxyProtocol
 */
export enum ProxyProtocol {
  /** The text form. */
  V1 = 'V1',
  /** The binary form. */
  V2 = 'V2',
}

/**
 * A limit on retries in proportion to the requests under way.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#TrafficPolicy-RetryBudget
 */
export interface RetryBudget {
  /**
   * The most retries, in percent of the requests under way and waiting, 0 to 100.
   *
   * @default 20
   */
  readonly percent?: number;

  /**
   * How many retries are allowed in any case.
   *
   * @default 3
   */
  readonly minRetryConcurrency?: number;

  /**
   * The span of time in which requests are counted, at least 1 ms. Since Istio 1.31.
   *
   * @default - the requests of this moment
   */
  readonly budgetInterval?: Duration;
}

/**
 * What clients do on the way to a destination, once it is chosen.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#TrafficPolicy
 */
export interface TrafficPolicy extends CommonTrafficPolicy {
  /**
   * Policies for single ports. Each stands in place of this whole policy.
   *
   * @default - none
   */
  readonly portLevelSettings?: PortTrafficPolicy[];

  /**
   * A tunnel through another proxy. Excludes `proxyProtocol`.
   *
   * @default - none
   */
  readonly tunnel?: Tunnel;

  /**
   * The version of the PROXY protocol that connections begin with.
   *
   * @default - none
   */
  readonly proxyProtocol?: ProxyProtocol;

  /**
   * A limit on retries in proportion to the requests under way.
   *
   * @default - none
   */
  readonly retryBudget?: RetryBudget;
}

/**
 * Renders a policy. An empty one is refused, as Istio does.
 *
 * @param inherited the policy around it, whose fields count where this one has none
 * @internal
 */
export function renderTrafficPolicy(where: string, policy: TrafficPolicy, inherited: TrafficPolicy = {}): DestinationRuleSpecTrafficPolicy {
  const { portLevelSettings, tunnel, proxyProtocol, retryBudget, ...common } = object(where, policy);
  if (tunnel && proxyProtocol) {
    throw new Error(`${where} has tunnel and proxyProtocol, expected one of them; keep the one you mean`);
  }
  const ports = optionalList(`${where}: portLevelSettings`, portLevelSettings)?.map((entry) => object(`an entry of portLevelSettings of ${where}`, entry).port) ?? [];
  const twice = ports.find((number, index) => ports.indexOf(number) !== index);
  if (twice !== undefined) {
    throw new Error(`${where} has two portLevelSettings for port ${twice}, expected one a port; merge them`);
  }
  return notEmpty(where, {
    ...renderCommon(where, common, inherited.outlierDetection),
    portLevelSettings: orUndefined(portLevelSettings?.map((entry) => renderPort(where, entry))),
    tunnel: given(tunnel, renderTunnel),
    proxyProtocol: given(proxyProtocol, (version) =>
      ({ version: member(`${where}: proxyProtocol`, version, ProxyProtocol) as string as DestinationRuleSpecTrafficPolicyProxyProtocolVersion })),
    retryBudget: given(retryBudget, renderRetryBudget),
  });
}

function renderCommon(where: string, policy: CommonTrafficPolicy, inherited?: OutlierDetection) {
  const { loadBalancer, connectionPool, outlierDetection, tls, ...rest } = policy;
  noUnknown(where, rest);
  const balancer = given(loadBalancer, (value) => instance(`${where}: loadBalancer`, value, LoadBalancer, 'LoadBalancer.leastRequest()'));
  if (balancer?._failsOver() && !outlierDetection && !inherited) {
    throw new Error(`${where} names a failover and has no outlierDetection, expected both; without it no endpoint ever counts as failed`);
  }
  return {
    loadBalancer: balancer?._toIstio(),
    connectionPool: given(connectionPool, renderConnectionPool),
    outlierDetection: given(outlierDetection, renderOutlierDetection),
    tls: given(tls, (value) => instance(`${where}: tls`, value, ClientTls, 'ClientTls.simple()')._toIstio()),
  };
}

function renderPort(where: string, { port: number, ...policy }: PortTrafficPolicy): DestinationRuleSpecTrafficPolicyPortLevelSettings {
  const name = `${where}: portLevelSettings for port ${show(number)}`;
  const rendered = notEmpty(name, renderCommon(name, policy));
  // The bindings repeat the types of a policy for a port, with the same fields and values.
  return { port: { number: port(`${where}: port`, number) }, ...rendered } as DestinationRuleSpecTrafficPolicyPortLevelSettings;
}

function renderTunnel(tunnel: Tunnel) {
  const { targetHost, targetPort, protocol, ...rest } = object('tunnel', tunnel);
  noUnknown('tunnel', rest);
  if (hostnameOrIp('tunnel.targetHost', targetHost).startsWith('*')) {
    throw new Error(`tunnel.targetHost is ${show(targetHost)}, expected one host; write its name in full`);
  }
  return {
    targetHost,
    targetPort: port('tunnel.targetPort', targetPort),
    protocol: given(protocol, (value) => member('tunnel.protocol', value, TunnelProtocol)),
  };
}

function renderRetryBudget(budget: RetryBudget) {
  const { percent, minRetryConcurrency, budgetInterval, ...rest } = object('retryBudget', budget);
  noUnknown('retryBudget', rest);
  return {
    percent: given(percent, (value) => percentage('retryBudget.percent', value)),
    minRetryConcurrency: count('retryBudget.minRetryConcurrency', minRetryConcurrency, 'leave it out for 3'),
    budgetInterval: optionalDuration('retryBudget.budgetInterval', budgetInterval),
  };
}

function notEmpty<T extends object>(where: string, rendered: T): T {
  if (Object.values(rendered).every((value) => value === undefined)) {
    throw new Error(`${where} is empty, expected at least one field, as Istio does; leave it out`);
  }
  return rendered;
}
