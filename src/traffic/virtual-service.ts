import { Construct, IConstruct } from 'constructs';
import { ExportTo } from './export-to';
import { HttpRoute } from './http-route';
import { FromNameOptions, gatewayList, gatewayName, IIstioGateway, IstioGateway } from './istio-gateway';
import { ServiceRef } from './service-ref';
import { toJson_VirtualServiceSpec, VirtualService as Binding, VirtualServiceSpec } from '../../imports/networking.istio.io';
import { instance, noUnknown, object, show } from '../private/check';
import { covers } from '../private/match-cover';
import { dnsLabel, hostname, hostsOverlap } from '../private/names';
import { orUndefined } from '../private/render';
import { IstioResource, IstioResourceProps } from '../resource';

/**
 * A VirtualService, of this app or outside it.
 */
export interface IVirtualService {
  /**
   * The name of the VirtualService.
   */
  readonly name: string;

  /**
   * The namespace of the VirtualService; that of the resource that refers to it where it is undefined.
   */
  readonly namespace?: string;
}

/**
 * Properties of a `VirtualService`.
 */
export interface VirtualServiceProps extends IstioResourceProps {
  /**
   * Services whose requests the rules are for.
   *
   * @default - none
   */
  readonly services?: IConstruct[];

  /**
   * Further hosts whose requests the rules are for, such as public names on a gateway. `*` needs gateways.
   *
   * @default - none; without services and hosts, other VirtualServices can delegate to its rules
   */
  readonly hosts?: string[];

  /**
   * The gateways that follow the rules; `IstioGateway.MESH` stands for all sidecars.
   *
   * @default - all sidecars of the mesh, and no gateway
   */
  readonly gateways?: IIstioGateway[];

  /**
   * The rules for HTTP requests, gRPC included. The first that matches wins.
   *
   * @default - none yet; add them with `addHttpRoutes`, at least one
   */
  readonly http?: HttpRoute[];

  /**
   * The namespaces whose workloads follow the rules.
   *
   * @default - those that the mesh configuration names, usually all
   */
  readonly exportTo?: ExportTo;
}

/**
 * Rules that decide where requests for a host go.
 *
 * In the mesh, a host has one VirtualService: of two, Istio follows the older and drops the other.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/
 */
export class VirtualService extends IstioResource implements IVirtualService {
  /**
   * A VirtualService that is not in this app.
   *
   * @param name its name
   * @param options its namespace
   * @throws when name or namespace is no DNS label
   */
  public static fromName(name: string, options: FromNameOptions = {}): IVirtualService {
    const { namespace, ...rest } = options;
    noUnknown('VirtualService.fromName', rest);
    if (namespace !== undefined) {
      dnsLabel('the namespace of the VirtualService', namespace);
    }
    return { name: dnsLabel('the name of the VirtualService', name), namespace };
  }

  private readonly _hosts: string[];
  private readonly gateways?: IIstioGateway[];
  private readonly exportTo?: ExportTo;
  private readonly _http: HttpRoute[] = [];

  /**
   * Creates the VirtualService.
   *
   * @param scope the construct it belongs to
   * @param id its name among the scope's children
   * @param props the hosts, the gateways and the rules
   * @throws when a rule can never be reached, or a value is wrong
   */
  public constructor(scope: Construct, id: string, props: VirtualServiceProps) {
    super(scope, id, Binding.GVK, object('the properties of the VirtualService', props));
    const { metadata, services = [], hosts = [], gateways, http = [], exportTo, ...rest } = props;
    noUnknown('VirtualService', rest);
    this._hosts = [...services.map((service) => ServiceRef.of(service).host), ...hosts.map((host) => hostname('a host', host))];
    this.gateways = gateways && gatewayList(gateways);
    this.exportTo = exportTo && instance('exportTo', exportTo, ExportTo, 'ExportTo.OWN_NAMESPACE');
    this.checkHosts();
    this.addHttpRoutes(...http);
    this.node.addValidation({ validate: () => this.problems() });
  }

  /**
   * The hosts whose requests the rules are for.
   */
  public get hosts(): string[] {
    return [...this._hosts];
  }

  /**
   * The rules for HTTP requests, in order.
   */
  public get http(): HttpRoute[] {
    return [...this._http];
  }

  /**
   * Adds rules behind those that are there.
   *
   * @param routes the rules, in order
   * @throws when an earlier rule takes every request that one of these is for
   */
  public addHttpRoutes(...routes: HttpRoute[]): void {
    for (const route of routes) {
      instance('the rule', route, HttpRoute, 'HttpRoute.forward(Destination.service(orders))');
      this.checkJwt(route);
      this.checkDelegate(route);
      this.checkReach(route);
      this._http.push(route);
    }
  }

  /** @internal */
  protected _toSpec() {
    const spec: VirtualServiceSpec = {
      hosts: orUndefined(this._hosts),
      gateways: this.gateways?.map(this.nameOf),
      http: this._http.map((route) => route._toIstio(this.nameOf)),
      exportTo: this.exportTo?._toIstio(),
    };
    return toJson_VirtualServiceSpec(spec);
  }

  private readonly nameOf = (gateway: IIstioGateway) => gatewayName(gateway, this.namespace);

  private checkHosts(): void {
    this._hosts.forEach((host, index) => {
      const other = this._hosts.slice(0, index).find((earlier) => hostsOverlap(earlier, host));
      if (other !== undefined) {
        throw new Error(`the hosts ${show(other)} and ${show(host)} overlap, expected each name once; remove one of them`);
      }
    });
    if (this._hosts.length === 0 && this.gateways) {
      throw new Error('the VirtualService has gateways and no hosts, expected both; without hosts it only serves others that delegate to it');
    }
    if (this._hosts.includes('*') && this.isInMesh(this.gateways)) {
      throw new Error('the host "*" is bound to the mesh, expected gateways only; name the gateways or the services');
    }
  }

  private checkJwt(route: HttpRoute): void {
    const match = route._matches()?.find((entry) => entry._readsJwt() && this.isInMesh(entry._gateways() ?? this.gateways));
    if (match) {
      throw new Error(`${route._label(this._http.length)} matches a claim of a token in the mesh, expected gateways only; bind the VirtualService or the match to gateways`);
    }
  }

  private checkDelegate(route: HttpRoute): void {
    if (route._isDelegating() && this._hosts.length === 0) {
      throw new Error(`${route._label(this._http.length)} delegates in a VirtualService without hosts, expected one level; send the requests to a destination`);
    }
  }

  /** First match wins, so a rule whose requests are all taken before is a mistake of order. */
  private checkReach(route: HttpRoute): void {
    const matches = route._toIstio(this.nameOf).match ?? [{}];
    this._http.forEach((earlier, index) => {
      const before = earlier._toIstio(this.nameOf).match ?? [{}];
      if (matches.every((match) => before.some((other) => covers(other, match)))) {
        throw new Error(`${route._label(this._http.length)} can never be reached, expected it before ${earlier._label(index)}, which takes all its requests; put specific rules first and the one without match last`);
      }
    });
  }

  private isInMesh(gateways: IIstioGateway[] | undefined): boolean {
    return gateways === undefined || gateways.some(({ name }) => name === IstioGateway.MESH.name);
  }

  private problems(): string[] {
    const empty = this._http.length > 0 ? [] : ['the VirtualService has no rules, expected at least one; add HttpRoute.forward(...)'];
    return [...empty, ...this._http.flatMap((route) => route._validate())];
  }
}
