import { IConstruct } from 'constructs';
import { ServiceRef } from './service-ref';
import { dnsLabel } from '../private/names';

/**
 * A named group of a service's workloads, such as one version of it.
 *
 * A subset that this app defines comes from its `DestinationRule`, so that no route can name one that does not exist.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#Subset
 */
export class Subset {
  /**
   * A subset that a DestinationRule outside this app defines.
   *
   * @param service a Service construct or a `ServiceRef`
   * @param name the name of the subset
   * @throws when the name is no DNS label
   */
  public static fromName(service: IConstruct, name: string): Subset {
    return new Subset(ServiceRef.of(service), name);
  }

  private constructor(
    /**
     * The service whose workloads it groups.
     */
    public readonly service: ServiceRef,

    /**
     * The name of the subset.
     */
    public readonly name: string,
  ) {
    dnsLabel('the name of the subset', name);
  }
}
