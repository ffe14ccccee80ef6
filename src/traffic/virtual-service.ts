import { Construct, IConstruct } from 'constructs';
import { exported, ExportTo } from './export-to';
import { HttpRoute } from './http-route';
import { FromNameOptions, gatewayList, gatewayName, IIstioGateway, IstioGateway } from './istio-gateway';
import { ServiceRef } from './service-ref';
import { checkTcpOrder, TcpRoute } from './tcp-route';
import { checkTlsOrder, TlsRoute } from './tls-route';
import { VirtualService as Binding, VirtualServiceSpec, VirtualServiceSpecHttp, VirtualServiceSpecTcp, VirtualServiceSpecTls } from '../../imports/networking.istio.io';
import { instance, noUnknown, object, optionalList, show } from '../private/check';
import { covers } from '../private/match-cover';
import { dnsLabel, hostnameOrIp, hostsOverlap, objectName } from '../private/names';
import { given, orUndefined } from '../private/render';
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
   * @default - none; without services and hosts, other VirtualServices can delegate to its HTTP rules
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
   * @default - none yet; add them with `addHttpRoutes`. A VirtualService has at least one rule of some kind
   */
  readonly http?: HttpRoute[];

  /**
   * The rules for TLS connections that are passed on as they are, on ports of protocol TLS or HTTPS. They need hosts.
   *
   * @default - none yet; add them with `addTlsRoutes`
   */
  readonly tls?: TlsRoute[];

  /**
   * The rules for other TCP connections. The first that matches wins. They need hosts.
   *
   * @default - none yet; add them with `addTcpRoutes`
   */
  readonly tcp?: TcpRoute[];

  /**
   * The namespaces whose workloads follow the rules.
   *
   * @default - those that the mesh configuration names, usually all
   */
  readonly exportTo?: ExportTo;
}

/**
 * Rules that decide where requests and connections for a host go.
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
    const { namespace, ...rest } = object('the options of VirtualService.fromName', options);
    noUnknown('VirtualService.fromName', rest);
    if (namespace !== undefined) {
      dnsLabel('the namespace of the VirtualService', namespace);
    }
    return { name: objectName('the name of the VirtualService', name), namespace };
  }

  private readonly _hosts: string[];
  private readonly gateways?: IIstioGateway[];
  private readonly exportTo?: string[];
  private readonly _http: HttpRoute[] = [];
  private readonly rendered = new Map<HttpRoute, VirtualServiceSpecHttp>();
  private readonly _tls = new Map<TlsRoute, VirtualServiceSpecTls>();
  private readonly _tcp = new Map<TcpRoute, VirtualServiceSpecTcp>();

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
    const { metadata, services = [], hosts = [], gateways, http = [], tls = [], tcp = [], exportTo, ...rest } = props;
    noUnknown('VirtualService', rest);
    this._hosts = [
      ...optionalList('services', services)!.map((service) => ServiceRef.of(service).host),
      ...optionalList('hosts', hosts)!.map((host) => hostnameOrIp('a host', host)),
    ];
    this.gateways = given(gateways, gatewayList);
    this.exportTo = given(exportTo, (value) => exported(value, this.namespace));
    this.checkHosts();
    this.addHttpRoutes(...optionalList('http', http)!);
    this.addTlsRoutes(...optionalList('tls', tls)!);
    this.addTcpRoutes(...optionalList('tcp', tcp)!);
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
    return [...this._routes()];
  }

  /**
   * Adds rules behind those that are there.
   *
   * @param routes the rules, in order
   * @throws when an earlier rule takes every request that one of these is for
   */
  public addHttpRoutes(...routes: HttpRoute[]): void {
    for (const route of routes) {
      this._check(route, this._http);
      this._http.push(route);
    }
  }

  /**
   * The rules for TLS connections, in order.
   */
  public get tls(): TlsRoute[] {
    return [...this._tls.keys()];
  }

  /**
   * The rules for TCP connections, in order.
   */
  public get tcp(): TcpRoute[] {
    return [...this._tcp.keys()];
  }

  /**
   * Adds rules for TLS connections behind those that are there.
   *
   * @param routes the rules, in order
   * @throws when a server name is none of the hosts, or an earlier rule takes it
   */
  public addTlsRoutes(...routes: TlsRoute[]): void {
    for (const route of routes) {
      const where = `tls rule ${this._tls.size + 1}`;
      instance('the tls rule', route, TlsRoute, 'TlsRoute.forward(Destination.service(shop), { match: [...] })');
      this.needsHosts(where);
      route._checkHosts(where, this._hosts, this.isInMesh(this.gateways));
      const rendered = route._toIstio(this.nameOf);
      checkTlsOrder(rendered, [...this._tls.values()]);
      this._tls.set(route, rendered);
    }
  }

  /**
   * Adds rules for TCP connections behind those that are there.
   *
   * @param routes the rules, in order
   * @throws when an earlier rule takes every connection that one of these is for
   */
  public addTcpRoutes(...routes: TcpRoute[]): void {
    for (const route of routes) {
      instance('the tcp rule', route, TcpRoute, 'TcpRoute.forward(Destination.service(database))');
      this.needsHosts(`tcp rule ${this._tcp.size + 1}`);
      const rendered = route._toIstio(this.nameOf);
      checkTcpOrder(rendered, [...this._tcp.values()]);
      this._tcp.set(route, rendered);
    }
  }

  /**
   * The rules in the order in which they are written.
   *
   * @internal
   */
  protected _routes(): HttpRoute[] {
    return this._http;
  }

  /**
   * Refuses a rule that has no place here, or none behind those before it.
   *
   * @internal
   */
  protected _check(route: HttpRoute, before: HttpRoute[]): void {
    const label = instance('the rule', route, HttpRoute, 'HttpRoute.forward(Destination.service(orders))')._label(before.length);
    if (route._matches()?.some((match) => match._readsJwt() && this.isInMesh(match._gateways() ?? this.gateways))) {
      throw new Error(`${label} matches a claim of a token in the mesh, expected gateways only; bind the VirtualService or the match to gateways`);
    }
    if (route._isDelegating() && this._hosts.length === 0) {
      throw new Error(`${label} delegates in a VirtualService without hosts, expected one level; send the requests to a destination`);
    }
    const taker = before.findIndex((earlier) => this._takesAll(earlier, route));
    if (taker !== -1) {
      throw new Error(`${label} can never be reached, expected it before ${before[taker]._label(taker)}, which takes all its requests; put specific rules first and the one without match last`);
    }
  }

  /**
   * Whether the first match that wins leaves nothing of a rule to one behind it.
   *
   * @internal
   */
  protected _takesAll(earlier: HttpRoute, later: HttpRoute): boolean {
    const [before, matches] = [earlier, later].map((route) => this.render(route).match ?? [{}]);
    return matches.every((match) => before.some((other) => covers(other, match)));
  }

  /** @internal */
  protected _toSpec(): VirtualServiceSpec {
    return {
      hosts: orUndefined(this._hosts),
      gateways: this.gateways?.map(this.nameOf),
      http: orUndefined(this._routes().map((route) => this.render(route))),
      tls: orUndefined([...this._tls.values()]),
      tcp: orUndefined([...this._tcp.values()]),
      exportTo: this.exportTo,
    };
  }

  private readonly nameOf = (gateway: IIstioGateway) => gatewayName(gateway, this.namespace);

  /** Each rule is rendered once, whether it is compared with others or written. */
  private render(route: HttpRoute): VirtualServiceSpecHttp {
    let rendered = this.rendered.get(route);
    if (rendered === undefined) {
      rendered = route._toIstio(this.nameOf);
      this.rendered.set(route, rendered);
    }
    return rendered;
  }

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

  private isInMesh(gateways: IIstioGateway[] | undefined): boolean {
    return gateways === undefined || gateways.some(({ name }) => name === IstioGateway.MESH.name);
  }

  private needsHosts(where: string): void {
    if (this._hosts.length === 0) {
      throw new Error(`${where} stands in a VirtualService without hosts, expected HTTP rules only there; name the services or hosts`);
    }
  }

  private problems(): string[] {
    const routes = [...this._routes(), ...this._tls.keys(), ...this._tcp.keys()];
    const empty = routes.length > 0 ? [] : ['the VirtualService has no rules, expected at least one; add HttpRoute.forward(...)'];
    return [...empty, ...routes.flatMap((route) => route._validate())];
  }
}
