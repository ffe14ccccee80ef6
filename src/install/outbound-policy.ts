import { instance } from '../private/check';
import { given } from '../private/render';
import { ClientTls } from '../traffic/client-tls';

/**
 * What sidecars do with requests to hosts that the mesh does not know.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-OutboundTrafficPolicy
 */
export class MeshOutboundTrafficPolicy {
  /**
   * They are refused: a host needs a ServiceEntry. It finds those that are missing; it is no firewall.
   */
  public static registryOnly(): MeshOutboundTrafficPolicy {
    return new MeshOutboundTrafficPolicy({ mode: 'REGISTRY_ONLY' });
  }

  /**
   * They are sent where the application sent them.
   */
  public static allowAny(): MeshOutboundTrafficPolicy {
    return new MeshOutboundTrafficPolicy({ mode: 'ALLOW_ANY' });
  }

  /**
   * They are sent to the host in the request, which the proxy looks up in DNS. Since Istio 1.31.
   *
   * @param tls how the proxy connects to it; without it, as the request came
   * @throws when it is no ClientTls
   */
  public static allowAnyDynamicDns(tls?: ClientTls): MeshOutboundTrafficPolicy {
    return new MeshOutboundTrafficPolicy({
      mode: 'ALLOW_ANY_DYNAMIC_DNS',
      tls: given(tls, (value) => instance('the TLS of MeshOutboundTrafficPolicy', value, ClientTls, 'ClientTls.simple()')._toIstio()),
    });
  }

  private constructor(private readonly policy: object) {}

  /** @internal */
  public _toIstio(): object {
    return this.policy;
  }
}
