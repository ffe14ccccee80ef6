import { Duration } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { ResilientDestination } from './resilient-destination';
import { SharedTraffic } from './shared-traffic';
import { instance, list, noUnknown, object, show, text, whole } from '../private/check';
import { orUndefined } from '../private/render';
import { CorsPolicy } from '../traffic/cors-policy';
import { Destination } from '../traffic/destination';
import { DestinationRule } from '../traffic/destination-rule';
import { HttpHeaders } from '../traffic/http-headers';
import { HttpMatch } from '../traffic/http-match';
import { HttpRewrite } from '../traffic/http-rewrite';
import { HttpForwardOptions, HttpRoute } from '../traffic/http-route';
import { gatewayList, IIstioGateway } from '../traffic/istio-gateway';
import { RetryPolicy } from '../traffic/retry-policy';
import { ServiceRef } from '../traffic/service-ref';
import { Subset } from '../traffic/subset';
import { TrafficPolicy } from '../traffic/traffic-policy';
import { VirtualService } from '../traffic/virtual-service';

/**
 * A version of a service.
 */
export interface ServiceVersion {
  /**
   * The labels of its pods, beside those that the service selects.
   */
  readonly labels: Record<string, string>;

  /**
   * The name of its subset.
   *
   * @default - the value of its label `version`
   */
  readonly name?: string;

  /**
   * What differs for this version: limits, ejection, load balancing.
   *
   * @default - as for the service
   */
  readonly trafficPolicy?: TrafficPolicy;
}

/**
 * The version of a service that is tried out.
 */
export interface CanaryVersion extends ServiceVersion {
  /**
   * The percentage of requests that it gets, a whole number from 0 to 100. The stable version gets the others.
   *
   * @default 0
   */
  readonly weight?: number;

  /**
   * Requests that always go to it: those that one of these matches.
   *
   * @default - none
   */
  readonly match?: HttpMatch[];
}

/**
 * A group of users with a share of the canary of its own.
 */
export interface CanaryUserGroup {
  /**
   * The requests of the group: those that one of these matches, by header, cookie or, on gateways, a claim of a token.
   */
  readonly match: HttpMatch[];

  /**
   * The percentage of these requests that the canary gets, a whole number from 0 to 100.
   */
  readonly weight: number;

  /**
   * The name of the rule for the group, shown in access logs.
   *
   * @default - no name
   */
  readonly name?: string;
}

/**
 * Properties of a `CanaryService`.
 */
export interface CanaryServiceProps {
  /**
   * The service, which selects the pods of both versions: a Service construct or a `ServiceRef`.
   */
  readonly service: IConstruct;

  /**
   * The version that is in use.
   */
  readonly stable: ServiceVersion;

  /**
   * The version that is tried out.
   */
  readonly canary: CanaryVersion;

  /**
   * Groups of users with a share of the canary of their own, the first that matches wins. They come behind `canary.match`.
   *
   * @default - none
   */
  readonly userGroups?: CanaryUserGroup[];

  /**
   * The port of the service, 1 to 65535.
   *
   * @default - its only port
   */
  readonly port?: number;

  /**
   * How long a request may take, retries included; at least 1 ms.
   *
   * @default Duration.seconds(15), Envoy's own, where Istio waits for ever; none if `streaming`
   */
  readonly timeout?: Duration;

  /**
   * Whether answers may be streams that stay open (gRPC streams, server-sent events, WebSockets), so that there is no timeout.
   *
   * @default false
   */
  readonly streaming?: boolean;

  /**
   * When and how often failed requests are tried again.
   *
   * @default RetryPolicy.unprocessed(), which repeats only what certainly was not executed
   */
  readonly retries?: RetryPolicy;

  /**
   * The destination whose DestinationRule gets the subsets.
   *
   * @default - a DestinationRule with the two subsets and nothing else
   */
  readonly destination?: ResilientDestination;
}

/**
 * Options of `CanaryService.exposeVia`.
 */
export interface ExposeOptions {
  /**
   * The hosts by which clients of the gateway call the service; a server of the gateway must answer for them.
   */
  readonly hosts: string[];

  /**
   * The requests to these hosts that are for the service: those that one of these matches.
   *
   * @default - all requests
   */
  readonly match?: HttpMatch[];

  /**
   * Changes to path and authority.
   *
   * @default - none
   */
  readonly rewrite?: HttpRewrite;

  /**
   * Changes to headers.
   *
   * @default - none
   */
  readonly headers?: HttpHeaders;

  /**
   * Which web pages of other origins may call the service from a browser.
   *
   * @default - the proxy adds nothing
   */
  readonly cors?: CorsPolicy;
}

/** A rule before it is bound to the mesh or a gateway: whose requests, and the canary's share of them. */
interface Split {
  readonly name?: string;
  readonly match?: HttpMatch[];
  readonly weight: number;
}

/**
 * A service in two versions, of which one is tried out.
 *
 * Requests that `canary.match` matches go to the canary; user groups are divided by shares of their own; all others by
 * `canary.weight`. There is a rule for every request from the first day, so a new version gets none before it is meant to.
 * Its resources stand in the namespace of the service and have its name.
 *
 * @see https://istio.io/latest/docs/tasks/traffic-management/traffic-shifting/
 */
export class CanaryService extends Construct {
  /**
   * The DestinationRule with the two subsets.
   */
  public readonly destinationRule: DestinationRule;

  /**
   * The VirtualService for callers in the mesh.
   */
  public readonly virtualService: VirtualService;

  /**
   * The subset of the version that is in use.
   */
  public readonly stable: Subset;

  /**
   * The subset of the version that is tried out.
   */
  public readonly canary: Subset;

  private readonly splits: Split[];
  private readonly limits: HttpForwardOptions;
  private readonly port?: number;

  /**
   * Creates the service's resources.
   *
   * @param scope the construct it belongs to
   * @param id its name among the scope's children
   * @param props the service, its versions and their shares
   * @throws when another pattern has written the resources of the service, or a value is wrong
   */
  public constructor(scope: Construct, id: string, props: CanaryServiceProps) {
    super(scope, id);
    const { service, stable, canary, userGroups = [], port, timeout, streaming, retries, destination, ...rest } =
      object('the properties of the CanaryService', props);
    noUnknown('CanaryService', rest);
    if (streaming && timeout !== undefined) {
      throw new Error('the CanaryService has streaming and timeout, expected one of them; a timeout would end the streams');
    }
    const ref = ServiceRef.of(service);
    const { weight = 0, match, ...canaryVersion } = object('canary', canary);
    this.port = port;
    this.limits = { timeout: timeout ?? (streaming ? undefined : Duration.seconds(15)), retries: retries ?? RetryPolicy.unprocessed() };
    this.splits = [
      ...(match === undefined ? [] : [{ match: list('canary.match', match, 'leave it out for none'), weight: 100 }]),
      ...userGroups.map(userGroup),
      { weight: share('canary.weight', weight) },
    ];

    const rules = destination === undefined ? this.ownRules(ref) : this.rulesOf(destination, ref);
    this.destinationRule = destination?.destinationRule ?? rules as DestinationRule;
    this.stable = rules.addSubset(version('stable', stable));
    this.canary = rules.addSubset(version('canary', canaryVersion));
    this.virtualService = SharedTraffic.of(this).virtualService(this, ref, { http: this.routes() });
  }

  /**
   * Lets clients of a gateway call the service. They get the same split, limits and retries as callers in the mesh.
   *
   * Services of one chart that are exposed for the same host share its VirtualService, the one with the narrower match first.
   *
   * @param gateway the gateway
   * @param options the hosts, and which requests are for this service
   * @throws when another service is exposed for the same requests, or a value is wrong
   */
  public exposeVia(gateway: IIstioGateway, options: ExposeOptions): void {
    const { hosts, match, rewrite, headers, cors, ...rest } = object('the options of exposeVia', options);
    noUnknown('exposeVia', rest);
    gatewayList([gateway]);
    for (const host of list('hosts of exposeVia', hosts, 'name the host that clients of the gateway use')) {
      const all = HttpRoute.forward(this.to(this.stable), { match: orUndefined(match) });
      SharedTraffic.of(this).exposedHost(gateway, host).expose({ owner: this, all, routes: this.routes(match, { rewrite, headers, cors }) });
    }
  }

  /** The rules, each narrowed to some requests: a gateway's rules inherit nothing from those of the mesh. */
  private routes(narrowed?: HttpMatch[], options: HttpForwardOptions = {}): HttpRoute[] {
    return this.splits.map(({ name, match, weight }) => {
      const rule = { ...this.limits, ...options, name, match: both(narrowed, match) };
      return weight === 100 && match
        ? HttpRoute.forward(this.to(this.canary), rule)
        : HttpRoute.split([
          { destination: this.to(this.stable), weight: 100 - weight },
          { destination: this.to(this.canary), weight },
        ], rule);
    });
  }

  private to(subset: Subset): Destination {
    return Destination.subset(subset, { port: this.port });
  }

  private ownRules(service: ServiceRef): DestinationRule {
    return SharedTraffic.of(this).destinationRule(this, { service });
  }

  private rulesOf(destination: ResilientDestination, service: ServiceRef): ResilientDestination {
    const { destinationRule } = instance('destination', destination, ResilientDestination, 'new ResilientDestination(chart, "Goods", { service })');
    if (destinationRule.service.host !== service.host) {
      throw new Error(`destination is for ${destinationRule.service.host}, expected one for ${service.host}; pass the ResilientDestination of the same service`);
    }
    return destination;
  }
}

function version(role: string, { labels, name = labels?.version, trafficPolicy, ...rest }: ServiceVersion) {
  noUnknown(role, rest);
  if (orUndefined(object(`${role}.labels`, labels)) === undefined) {
    throw new Error(`${role}.labels is {}, expected the labels that tell its pods from the other version's; add one such as version: "v1"`);
  }
  return { name: text(`the name of ${role}`, name!, 'add a label version, or name it'), labels, trafficPolicy };
}

function userGroup({ match, weight, name, ...rest }: CanaryUserGroup): Split {
  noUnknown('a user group', rest);
  return { name, match: list('match of a user group', match, 'say whose requests it is for'), weight: share(`the weight of user group ${name === undefined ? 'without a name' : show(name)}`, weight) };
}

function share(where: string, weight: number): number {
  return whole(where, weight, 0, 100, 'give the percentage of the canary');
}

/** Matches that hold where one of each list does; no list stands for every request. */
function both(a: HttpMatch[] | undefined, b: HttpMatch[] | undefined): HttpMatch[] | undefined {
  const [first, second] = [orUndefined(a), orUndefined(b)];
  return first && second ? first.flatMap((one) => second.map((other) => HttpMatch.all(one, other))) : first ?? second;
}
