import { Construct, IConstruct } from 'constructs';
import { Access } from './access';
import { Caller, ICaller } from './caller';
import {
  Canary, CanaryUserGroup, CanaryVersion, mirrors, ServiceVersion, Split, splits, stickyCookie, StickyUsers, versionOf,
} from './canary-version';
import { expose, Exposed, ExposeOptions } from './expose';
import { refuseTwins } from './exposed-host';
import { ICallee, MeshService } from './mesh-service';
import { RequestLimits, requestLimits } from './request-limits';
import { ResilientDestination } from './resilient-destination';
import { SharedTraffic } from './shared-traffic';
import { instance, list, noUnknown, object, optionalList, show } from '../private/check';
import { given } from '../private/render';
import { Destination } from '../traffic/destination';
import { DestinationRule, SubsetOptions } from '../traffic/destination-rule';
import { HttpMatch, joined } from '../traffic/http-match';
import { HttpMirror } from '../traffic/http-mirror';
import { HttpForwardOptions, HttpRoute } from '../traffic/http-route';
import { IIstioGateway } from '../traffic/istio-gateway';
import { ServiceRef } from '../traffic/service-ref';
import { Subset } from '../traffic/subset';
import { VirtualService } from '../traffic/virtual-service';

/**
 * Properties of a `CanaryService`.
 */
export interface CanaryServiceProps extends RequestLimits {
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
   *
   * @default - as `canaries` says
   */
  readonly canary?: CanaryVersion;

  /**
   * The versions that are tried out, if there are several. Excludes `canary`.
   *
   * @default - the one of `canary`
   */
  readonly canaries?: CanaryVersion[];

  /**
   * Groups of users with shares of their own, the first that matches wins. They come behind the `match` of the canaries.
   *
   * @default - none
   */
  readonly userGroups?: CanaryUserGroup[];

  /**
   * Keeps users with the version that they first met, by a cookie that the answers set. It works for clients that keep
   * cookies, which browsers do and services mostly don't. A version whose weight is set to 0 loses its users at once.
   *
   * @default - each request is divided anew
   */
  readonly sticky?: StickyUsers;

  /**
   * Rules that come before all others, such as a direct response where a feature is switched off, a fallback to another
   * service, or a redirect.
   *
   * @default - none
   */
  readonly overrides?: HttpRoute[];

  /**
   * The name of the rule for everybody, shown in access logs. A delivery controller finds the rule by it where there are others.
   * The rules of sticky users have names of their own, such as `<ruleName>-sticky-v2`.
   *
   * @default - no name
   */
  readonly ruleName?: string;

  /**
   * The port of the service, 1 to 65535.
   *
   * @default - its only port
   */
  readonly port?: number;

  /**
   * The service account that the workloads of all versions run under, which is their identity when they call others.
   *
   * @default - none is known: the service is called, and calls nobody
   */
  readonly serviceAccount?: string;

  /**
   * The destination whose DestinationRule gets the subsets.
   *
   * @default - a DestinationRule with the subsets and nothing else
   */
  readonly destination?: ResilientDestination;
}

/**
 * Options of `CanaryService.exposeVia`.
 */
export interface CanaryExposeOptions extends ExposeOptions {
  /**
   * The name of the only version that these hosts show, such as the next one on a host for previews.
   *
   * @default - the same split as for everybody
   */
  readonly version?: string;
}

/**
 * A service in several versions, of which one is in use and the others are tried out.
 *
 * Requests that a canary's `match` matches go to it; user groups are divided by shares of their own; all others by the
 * weights of the canaries, and the stable version gets what is left. There is a rule for every request from the first day,
 * so a new version gets none before it is meant to. Its resources stand in the namespace of the service and have its name.
 *
 * A/B tests are user groups, or sticky users at 50 percent; blue/green is one canary with a weight of 0 or 100 and a host
 * for previews (`exposeVia` with `version`); a shadow is a canary with `mirror`.
 *
 * @see https://istio.io/latest/docs/tasks/traffic-management/traffic-shifting/
 */
export class CanaryService extends Construct implements ICaller, ICallee {
  /**
   * The DestinationRule with the subsets.
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
   * The subset of the version that is tried out; of several, the first.
   */
  public readonly canary: Subset;

  private readonly exposedHosts = new Set<VirtualService>();
  private readonly mesh: MeshService;
  private readonly subsets: Map<string, Subset>;
  private readonly splits: Split[];
  private readonly mirrors: Map<string, number>;
  private readonly overrides: HttpRoute[];
  private readonly limits: HttpForwardOptions;
  /** @internal */
  public readonly _cookie?: ReturnType<typeof stickyCookie>;
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
    const {
      service, stable, canary, canaries, userGroups = [], sticky, overrides = [], ruleName, port, timeout, streaming, retries, destination,
      serviceAccount, ...rest
    } = object('the properties of the CanaryService', props);
    noUnknown('CanaryService', rest);
    const ref = ServiceRef.of(service);
    const inUse = versionOf('stable', stable);
    const triedOut = canariesOf(canary, canaries);
    this.port = port;
    this.limits = requestLimits('the CanaryService', { timeout, streaming, retries });
    this.splits = splits(inUse.name, triedOut, userGroups, ruleName);
    this.mirrors = mirrors(triedOut);
    this.overrides = optionalList('overrides', overrides)!.map((route) => instance('an override', route, HttpRoute, 'HttpRoute.directResponse(503)'));
    this._cookie = given(sticky, (users) => stickyCookie(ref.name.replace(/^\*\.?/, ''), object('sticky', users)));

    const rules = destination === undefined ? this.ownRules(ref) : this.rulesOf(destination, ref);
    this.destinationRule = destination?.destinationRule ?? rules as DestinationRule;
    this.subsets = new Map([inUse, ...triedOut.map(({ subset }) => subset)].map((subset) => [subset.name, rules.addSubset(subset)]));
    this.stable = this.subset(inUse.name);
    this.canary = this.subset(triedOut[0].name);
    const http = this.routes({ changes: {} }, this.splits.flatMap(inMesh));
    refuseTwins('the CanaryService', http, 'rename one of them');
    this.virtualService = SharedTraffic.of(this).virtualService(this, ref, { http });
    this.mesh = new MeshService(this, 'Access', { service: ref, serviceAccount });
  }

  /**
   * Its identity when it calls others.
   *
   * @throws when no service account is known
   */
  public get identity(): Caller {
    return this.mesh.identity;
  }

  /**
   * Lets a caller in, to all versions. What nobody was let in for is refused from now on.
   *
   * @param caller who calls: a service of the mesh with a service account, or a `Caller`
   * @param access what it may ask for; everything if left out
   * @throws when the workloads of the service are not known, or a value is wrong
   */
  public allowFrom(caller: ICaller, access: Access = {}): void {
    this.mesh.allowFrom(caller, access);
  }

  /**
   * Lets this service call another.
   *
   * @param callee the service that is called: a `MeshService` or a `CanaryService`
   * @param access what this service may ask for; everything if left out
   * @throws when this service has no service account, the workloads of the other are not known, or a value is wrong
   */
  public allowTo(callee: ICallee, access: Access = {}): void {
    this.mesh.allowTo(callee, access);
  }

  /**
   * The subset of a version, for routes to name.
   *
   * @param name the name of the version
   * @throws when there is no version of this name
   */
  public subset(name: string): Subset {
    const subset = this.subsets.get(name);
    if (subset === undefined) {
      throw new Error(`the version is ${show(name)}, expected one of ${[...this.subsets.keys()].map(show).join(', ')}; add it to the canaries`);
    }
    return subset;
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
  public exposeVia(gateway: IIstioGateway, options: CanaryExposeOptions): void {
    const { version: only, ...shown } = object('the options of exposeVia', options);
    const routesOf = (exposed: Exposed) => only === undefined ? this.routes(exposed) : [this.preview(only, exposed)];
    expose(this, gateway, shown, this.to(this.stable.name), routesOf).forEach((exposed) => this.exposedHosts.add(exposed));
  }

  /**
   * The VirtualServices that hold its rules: that of the mesh, and those of gateways up to now.
   *
   * @internal
   */
  public _virtualServices(): VirtualService[] {
    return [this.virtualService, ...this.exposedHosts];
  }

  /** The rules, each narrowed to some requests: a gateway's rules inherit nothing from those of the mesh. */
  private routes(exposed: Exposed, all = this.splits): HttpRoute[] {
    return [
      ...this.overrides.map((route) => route._within(exposed.match)._named(joinedName(exposed.name, route._name))),
      ...all.flatMap((split) => this.divided(split, exposed)),
    ];
  }

  private preview(version: string, { match, name, changes }: Exposed): HttpRoute {
    return HttpRoute.forward(this.to(version), { ...this.limits, ...changes, name, match });
  }

  private divided({ name: own, match, shares, fault }: Split, exposed: Exposed): HttpRoute[] {
    const served = [...shares].filter(([, weight]) => weight > 0).map(([version]) => version);
    const name = joinedName(exposed.name, own) ?? (match === undefined ? exposed.name : undefined);
    const rule = { ...this.limits, ...exposed.changes, name, fault, match: joined(exposed.match, match), mirrors: this.copies(served) };
    const cookie = served.length > 1 ? this._cookie : undefined;
    const stay = given(cookie, ({ name: cookieName }) => served.map((version) => HttpRoute.forward(this.to(version), {
      ...rule,
      name: name && `${name}-sticky-${version}`,
      match: joined(rule.match, [HttpMatch.cookie(cookieName, version)]),
    })));
    if (match && served.length === 1) {
      return [HttpRoute.forward(this.to(served[0]), rule)];
    }
    return [...stay ?? [], HttpRoute.split([...shares].map(([version, weight]) => ({
      destination: this.to(version),
      weight,
      headers: given(cookie, ({ valueFor }) => ({ response: { add: { 'set-cookie': valueFor(version) } } })),
    })), rule)];
  }

  /** The versions that get copies of requests which they don't serve themselves. */
  private copies(served: string[]): HttpMirror[] {
    return [...this.mirrors].filter(([version]) => !served.includes(version))
      .map(([version, percentage]) => ({ destination: this.to(version), percentage }));
  }

  private to(version: string): Destination {
    return Destination.subset(this.subset(version), { port: this.port });
  }

  private ownRules(service: ServiceRef): DestinationRule {
    return SharedTraffic.of(this).destinationRule(this, { service }, 'give that one all versions, and a ResilientDestination as "destination"');
  }

  private rulesOf(destination: ResilientDestination, service: ServiceRef): ResilientDestination {
    const { destinationRule } = instance('destination', destination, ResilientDestination, 'new ResilientDestination(chart, "Goods", { service })');
    if (destinationRule.service.host !== service.host) {
      throw new Error(`destination is for ${destinationRule.service.host}, expected one for ${service.host}; pass the ResilientDestination of the same service`);
    }
    return destination;
  }
}

/** A rule's name behind that of its exposure; none where it has none. */
function joinedName(exposure: string | undefined, rule: string | undefined): string | undefined {
  return exposure === undefined || rule === undefined ? rule : `${exposure}-${rule}`;
}

/** A rule without the matches on claims, which only gateways can read; none if it has no others. */
function inMesh(split: Split): Split[] {
  const match = split.match?.filter((one) => !one._readsJwt());
  return match?.length === 0 ? [] : [{ ...split, match }];
}

function canariesOf(canary: CanaryVersion | undefined, canaries: CanaryVersion[] | undefined): (Canary & { subset: SubsetOptions })[] {
  if ((canary === undefined) === (canaries === undefined)) {
    throw new Error(`the CanaryService has ${canary === undefined ? 'neither canary nor canaries' : 'canary and canaries'}, expected one of them; name the versions that are tried out`);
  }
  const named: [string, CanaryVersion][] = canaries === undefined
    ? [['canary', canary!]]
    : list('canaries', canaries, 'name the versions that are tried out').map((props, index) => [`canaries[${index}]`, props]);
  return named.map(([role, props]) => {
    const { weight, match, mirror, ...plain } = object(role, props);
    const subset = versionOf(role, plain);
    return { role, name: subset.name, props, subset };
  });
}
