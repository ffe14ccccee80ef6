import { IConstruct } from 'constructs';
import { HttpHeaders, renderHeaders } from './http-headers';
import { ServiceRef } from './service-ref';
import { Subset } from './subset';
import { VirtualServiceSpecHttpRoute, VirtualServiceSpecHttpRouteDestination, VirtualServiceSpecTcpRoute } from '../../imports/networking.istio.io';
import { instance, list, noUnknown, object, port, show, whole } from '../private/check';

/**
 * Options for a `Destination`.
 */
export interface DestinationOptions {
  /**
   * The port of the service, 1 to 65535.
   *
   * @default - the only port of the service; one with several ports needs this
   */
  readonly port?: number;
}

/**
 * Where requests are sent: a service, or a subset of its workloads.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#Destination
 */
export class Destination {
  /**
   * All workloads of a service.
   *
   * @param service a Service construct or a `ServiceRef`
   * @param options the port
   * @throws when the construct is no service or the port is out of range
   */
  public static service(service: IConstruct, options: DestinationOptions = {}): Destination {
    return new Destination(ServiceRef.of(service), undefined, options);
  }

  /**
   * All workloads behind a host of the mesh that is not in this app.
   *
   * @param host the DNS name
   * @param options the port
   * @throws when it is no DNS name
   */
  public static host(host: string, options: DestinationOptions = {}): Destination {
    return new Destination(ServiceRef.fromHost(host), undefined, options);
  }

  /**
   * The workloads of one subset of a service.
   *
   * @param subset a subset, from `destinationRule.subset("v1")`
   * @param options the port
   * @throws when it is no `Subset`, such as a string
   */
  public static subset(subset: Subset, options: DestinationOptions = {}): Destination {
    return new Destination(instance('the subset', subset, Subset, 'destinationRule.subset("v1")').service, subset.name, options);
  }

  private constructor(
    private readonly service: ServiceRef,
    private readonly subsetName: string | undefined,
    private readonly options: DestinationOptions,
  ) {
    const { port: number, ...rest } = object('the options of the destination', options);
    noUnknown('Destination', rest);
    if (number !== undefined) {
      port(`the port of ${service.host}`, number);
    }
    if (service.host === '*') {
      throw new Error('the destination is "*", expected one host; name the service');
    }
  }

  /**
   * What is wrong with the port, now that all ports of the service are known.
   *
   * @internal
   */
  public _validate(): string[] {
    const ports = this.service._ports();
    if (ports === undefined || ports.length === 0) {
      return [];
    }
    const number = this.options.port;
    if (number === undefined) {
      return ports.length === 1 ? [] : [`the destination ${this.service.host} names no port, expected one of ${ports.join(', ')}; add { port: ${ports[0]} }`];
    }
    return ports.includes(number) ? [] : [`the port of ${this.service.host} is ${number}, expected one of ${ports.join(', ')}; use a port of the service, not of its pods`];
  }

  /** @internal */
  public _toIstio(): VirtualServiceSpecHttpRouteDestination {
    return { host: this.service.host, subset: this.subsetName, port: this.options.port === undefined ? undefined : { number: this.options.port } };
  }
}

/**
 * A destination and its share of the requests.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRouteDestination
 */
export interface WeightedDestination {
  /**
   * Where the requests are sent.
   */
  readonly destination: Destination;

  /**
   * The share, a whole number of at least 0, in proportion to the sum of all weights of the rule. Use percentages that total 100.
   */
  readonly weight: number;

  /**
   * Changes to the headers of the requests and responses of this destination only.
   *
   * @default - none
   */
  readonly headers?: HttpHeaders;
}

/**
 * A destination and its share of the connections.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#RouteDestination
 */
export interface WeightedTcpDestination {
  /**
   * Where the connections are sent.
   */
  readonly destination: Destination;

  /**
   * The share, a whole number of at least 0, in proportion to the sum of all weights of the rule. Use percentages that total 100.
   */
  readonly weight: number;
}

/**
 * Refuses weights that leave no destination.
 *
 * @internal
 */
export function renderSplit(destinations: WeightedDestination[]): VirtualServiceSpecHttpRoute[] {
  return shares(destinations, 'HttpRoute.forward', (where, { headers, ...rest }) => {
    noUnknown(where, rest);
    return { headers: renderHeaders(`${where}: headers`, headers) };
  });
}

/**
 * Like {@link renderSplit}, for connections.
 *
 * @param single the factory for a single destination
 * @internal
 */
export function renderTcpSplit(destinations: WeightedTcpDestination[], single: string): VirtualServiceSpecTcpRoute[] {
  return shares(destinations, single, (where, rest) => noUnknown(where, rest));
}

function shares<T extends WeightedTcpDestination, R>(
  destinations: T[], single: string, renderRest: (where: string, rest: Omit<T, 'destination' | 'weight'>) => R,
) {
  const rendered = list('the destinations of a split', destinations, `use ${single} for a single one`).map((entry, index) => {
    const where = `destination ${index + 1} of the split`;
    const { destination, weight, ...rest } = object(where, entry);
    const more = renderRest(where, rest);
    instance(where, destination, Destination, 'Destination.service(orders)');
    whole(`the weight of ${where}`, weight, 0, 2 ** 31 - 1, 'give percentages that total 100');
    return { destination: destination._toIstio(), weight, ...more };
  });
  if (rendered.every(({ weight }) => weight === 0)) {
    throw new Error(`the weights of the split are ${show(rendered.map(({ weight }) => weight))}, expected at least one above 0; give percentages that total 100`);
  }
  return rendered;
}
