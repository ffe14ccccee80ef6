import { Destination, renderTcpSplit, WeightedTcpDestination } from './destination';
import { IIstioGateway } from './istio-gateway';
import { checkSniHosts, checkTlsMatches, renderTlsMatch, takenSni, TlsMatch } from './tls-match';
import { VirtualServiceSpecTls, VirtualServiceSpecTlsRoute } from '../../imports/networking.istio.io';
import { instance, noUnknown, object, show } from '../private/check';

/**
 * What every TLS rule has.
 */
export interface TlsRouteOptions {
  /**
   * The connections it is for: those that one of these matches.
   */
  readonly match: TlsMatch[];
}

/**
 * A rule for TLS connections that are passed on as they are: which ones, by the server name that the client asks for, and where they go.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#TLSRoute
 */
export class TlsRoute {
  /**
   * Sends connections to one destination.
   *
   * @param destination where to
   * @param options which connections
   * @throws when there is no match, or a value is wrong
   */
  public static forward(destination: Destination, options: TlsRouteOptions): TlsRoute {
    instance('the destination', destination, Destination, 'Destination.service(shop)');
    return new TlsRoute([{ destination: destination._toIstio() }], [destination], options);
  }

  /**
   * Divides connections among several destinations by their weights.
   *
   * @param destinations the destinations and their weights
   * @param options which connections
   * @throws when there is no match, a weight is negative or no whole number, or all are 0
   */
  public static split(destinations: WeightedTcpDestination[], options: TlsRouteOptions): TlsRoute {
    return new TlsRoute(renderTcpSplit(destinations, 'TlsRoute.forward'), destinations.map(({ destination }) => destination), options);
  }

  private readonly matches: TlsMatch[];

  private constructor(private readonly route: VirtualServiceSpecTlsRoute[], private readonly destinations: Destination[], options: TlsRouteOptions) {
    const { match, ...rest } = object('the options of the tls rule', options);
    noUnknown('a tls rule', rest);
    checkTlsMatches(match);
    this.matches = match;
  }

  /**
   * Refuses server names that the VirtualService is not for.
   *
   * @internal
   */
  public _checkHosts(where: string, hosts: string[], inMesh: boolean): void {
    checkSniHosts(where, this.matches, hosts, inMesh);
  }

  /** @internal */
  public _validate(): string[] {
    return this.destinations.flatMap((destination) => destination._validate());
  }

  /** @internal */
  public _toIstio(gatewayName: (gateway: IIstioGateway) => string): VirtualServiceSpecTls {
    return { match: this.matches.map((match) => renderTlsMatch(match, gatewayName)), route: this.route };
  }
}

/**
 * Refuses a rule that takes a server name which is taken already: a gateway then leaves out the whole match, with its other names.
 *
 * @param before the rules before it
 * @internal
 */
export function checkTlsOrder(rule: VirtualServiceSpecTls, before: VirtualServiceSpecTls[]): void {
  before.forEach((earlier, index) => earlier.match.forEach((other) => rule.match.forEach((match) => {
    const host = takenSni(other, match);
    if (host !== undefined) {
      throw new Error(`tls rule ${before.length + 1} can never be reached for the server name ${show(host)}, which tls rule ${index + 1} takes before, expected each name in one rule; remove it from one of them or narrow the earlier match`);
    }
  })));
}
