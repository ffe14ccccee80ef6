import { Construct } from 'constructs';
import { GatewayServer } from './gateway-server';
import { Gateway, GatewaySpec } from '../../imports/networking.istio.io';
import { instance, list, noUnknown, object, optionalList, text } from '../private/check';
import { dnsLabel, hostsOverlap, labels } from '../private/names';
import { IstioResource, IstioResourceProps } from '../resource';

/**
 * A gateway that a VirtualService can be bound to: one of this app, one outside it, or the mesh itself.
 */
export interface IIstioGateway {
  /**
   * The name of the gateway.
   */
  readonly name: string;

  /**
   * The namespace of the gateway; that of the VirtualService where it is undefined.
   */
  readonly namespace?: string;
}

/**
 * Options for `IstioGateway.fromName`.
 */
export interface FromNameOptions {
  /**
   * The namespace of the resource.
   *
   * @default - the namespace of the resource that refers to it
   */
  readonly namespace?: string;
}

/**
 * Properties of an `IstioGateway`.
 */
export interface IstioGatewayProps extends IstioResourceProps {
  /**
   * What the gateway listens to.
   *
   * @default - none yet; add them with `addServer`, at least one
   */
  readonly servers?: GatewayServer[];

  /**
   * The labels of the pods that do the work.
   *
   * @default - { istio: "ingressgateway" }, as `istioctl install` labels them; the Helm chart `gateway` labels them by its release name
   */
  readonly selector?: Record<string, string>;
}

/**
 * A load balancer at the edge of the mesh: the ports, protocols, hosts and certificates of incoming traffic.
 * Where the traffic goes is up to the VirtualServices bound to it.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/gateway/
 */
export class IstioGateway extends IstioResource implements IIstioGateway {
  /**
   * All sidecars of the mesh, to bind a VirtualService to them beside gateways.
   */
  public static readonly MESH: IIstioGateway = { name: 'mesh' };

  /**
   * A gateway that is not in this app.
   *
   * @param name its name
   * @param options its namespace
   * @throws when name or namespace is no DNS label
   */
  public static fromName(name: string, options: FromNameOptions = {}): IIstioGateway {
    const { namespace, ...rest } = object('the options of IstioGateway.fromName', options);
    noUnknown('IstioGateway.fromName', rest);
    if (namespace !== undefined) {
      dnsLabel('the namespace of the gateway', namespace);
    }
    return { name: dnsLabel('the name of the gateway', name), namespace };
  }

  /**
   * The labels of the pods that do the work.
   */
  public readonly selector: Record<string, string>;

  private readonly _servers: GatewayServer[] = [];

  /**
   * Creates the gateway.
   *
   * @param scope the construct it belongs to
   * @param id its name among the scope's children
   * @param props its servers and the pods that do the work
   * @throws when two servers answer for the same port and host, or a value is wrong
   */
  public constructor(scope: Construct, id: string, props: IstioGatewayProps = {}) {
    super(scope, id, Gateway.GVK, object('the properties of the gateway', props));
    const { metadata, servers = [], selector = { istio: 'ingressgateway' }, ...rest } = props;
    noUnknown('IstioGateway', rest);
    dnsLabel('metadata.name of the gateway', this.name);
    this.selector = labels('the selector of the gateway', selector);
    optionalList('servers', servers)!.forEach((server) => this.addServer(server));
    this.node.addValidation({ validate: () => this._servers.length > 0 ? [] : ['the gateway has no servers, expected at least one; add GatewayServer.https(...)'] });
  }

  /**
   * What the gateway listens to.
   */
  public get servers(): GatewayServer[] {
    return [...this._servers];
  }

  /**
   * Adds a server.
   *
   * @param server the server
   * @throws when another server answers for the same port and host
   */
  public addServer(server: GatewayServer): void {
    instance('the server', server, GatewayServer, 'GatewayServer.https(["shop.example.com"], ...)');
    for (const other of this._servers) {
      const clash = server._clash(other);
      if (clash) {
        throw new Error(`the gateway answers twice for ${clash}, expected one server a port and host; merge the two servers`);
      }
    }
    this._servers.push(server);
  }

  /**
   * Whether a server of the gateway answers for this host.
   *
   * @internal
   */
  public _serves(host: string): boolean {
    return this._servers.some((server) => server.hosts.some((served) => hostsOverlap(served.split('/').pop()!, host)));
  }

  /** @internal */
  protected _toSpec(): GatewaySpec {
    const taken = new Set(this._servers.flatMap((server) => server._portName ?? []));
    return { selector: this.selector, servers: this._servers.map((server) => server._toIstio(taken)) };
  }
}

/**
 * The name of a gateway as a VirtualService in some namespace writes it.
 *
 * @internal
 */
export function gatewayName(gateway: IIstioGateway, namespace: string | undefined): string {
  const name = text('the name of the gateway', gateway?.name, 'pass an IstioGateway or IstioGateway.fromName("edge")');
  return gateway.namespace === undefined || gateway.namespace === namespace ? name : `${gateway.namespace}/${name}`;
}

/**
 * Refuses lists that are no lists of gateways.
 *
 * @internal
 */
export function gatewayList(gateways: IIstioGateway[]): IIstioGateway[] {
  for (const gateway of list('the gateways', gateways, 'leave them out to bind to the mesh')) {
    gatewayName(gateway, undefined);
    dnsLabel('the name of the gateway', gateway.name);
  }
  return gateways;
}
