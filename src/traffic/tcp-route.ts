import { Destination, renderTcpSplit, WeightedTcpDestination } from './destination';
import { IIstioGateway } from './istio-gateway';
import { checkTcpMatches, renderConnection, TcpMatch, tcpCovers } from './tcp-match';
import { VirtualServiceSpecTcp, VirtualServiceSpecTcpRoute } from '../../imports/networking.istio.io';
import { instance, noUnknown, object } from '../private/check';
import { given } from '../private/render';

/**
 * What every TCP rule can have.
 */
export interface TcpRouteOptions {
  /**
   * The connections it is for: those that one of these matches.
   *
   * @default - every connection
   */
  readonly match?: TcpMatch[];
}

/**
 * A rule for TCP connections: which ones, and where they go. For ports that are neither HTTP nor TLS, and for TLS that a gateway ends.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#TCPRoute
 */
export class TcpRoute {
  /**
   * Sends connections to one destination.
   *
   * @param destination where to
   * @param options which connections
   * @throws when a value is wrong
   */
  public static forward(destination: Destination, options: TcpRouteOptions = {}): TcpRoute {
    instance('the destination', destination, Destination, 'Destination.service(database)');
    return new TcpRoute([{ destination: destination._toIstio() }], [destination], options);
  }

  /**
   * Divides connections among several destinations by their weights.
   *
   * @param destinations the destinations and their weights
   * @param options which connections
   * @throws when a weight is negative or no whole number, or all are 0
   */
  public static split(destinations: WeightedTcpDestination[], options: TcpRouteOptions = {}): TcpRoute {
    return new TcpRoute(renderTcpSplit(destinations, 'TcpRoute.forward'), destinations.map(({ destination }) => destination), options);
  }

  private readonly matches?: TcpMatch[];

  private constructor(private readonly route: VirtualServiceSpecTcpRoute[], private readonly destinations: Destination[], options: TcpRouteOptions) {
    const { match, ...rest } = object('the options of the tcp rule', options);
    noUnknown('a tcp rule', rest);
    given(match, checkTcpMatches);
    this.matches = match;
  }

  /** @internal */
  public _validate(): string[] {
    return this.destinations.flatMap((destination) => destination._validate());
  }

  /** @internal */
  public _toIstio(gatewayName: (gateway: IIstioGateway) => string): VirtualServiceSpecTcp {
    return { match: this.matches?.map((match) => renderConnection(match, gatewayName)), route: this.route };
  }
}

/**
 * Refuses a rule that is never reached.
 *
 * @param before the rules before it
 * @internal
 */
export function checkTcpOrder(rule: VirtualServiceSpecTcp, before: VirtualServiceSpecTcp[]): void {
  const matches = ({ match }: VirtualServiceSpecTcp) => match ?? [{}];
  const taker = before.findIndex((earlier) => matches(rule).every((match) => matches(earlier).some((other) => tcpCovers(other, match))));
  if (taker !== -1) {
    throw new Error(`tcp rule ${before.length + 1} can never be reached, expected it before tcp rule ${taker + 1}, which takes all its connections; put specific rules first and the one without match last`);
  }
}
