import { text } from '../private/check';

/**
 * The name that a proxy goes by in traces.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#ProxyConfig-TracingServiceName
 */
export class ProxyServiceName {
  /** The `app` label and the namespace. */
  public static readonly APP_LABEL_AND_NAMESPACE = new ProxyServiceName({ tracingServiceName: 'APP_LABEL_AND_NAMESPACE' });
  /** The canonical name of the workload. */
  public static readonly CANONICAL_NAME_ONLY = new ProxyServiceName({ tracingServiceName: 'CANONICAL_NAME_ONLY' });
  /** The canonical name and the namespace of the workload. */
  public static readonly CANONICAL_NAME_AND_NAMESPACE = new ProxyServiceName({ tracingServiceName: 'CANONICAL_NAME_AND_NAMESPACE' });

  /**
   * This name.
   *
   * @param serviceCluster the name, Envoy's `service-cluster`
   * @throws when it is empty
   */
  public static of(serviceCluster: string): ProxyServiceName {
    return new ProxyServiceName({ serviceCluster: text('the name of ProxyServiceName.of', serviceCluster, 'give the name') });
  }

  private constructor(private readonly name: object) {}

  /** @internal */
  public _toIstio(): object {
    return this.name;
  }
}

/**
 * How a proxy proves who it is to the control plane.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#AuthenticationPolicy
 */
export enum ControlPlaneAuth {
  /** Not at all. */
  NONE = 'NONE',
  /** By mutual TLS. */
  MUTUAL_TLS = 'MUTUAL_TLS',
}
