import { ForwardClientCert } from './proxy-headers';
import { count, flag, member, noUnknown, object } from '../private/check';
import { given } from '../private/render';

/**
 * What stands in front of a gateway.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#Topology
 */
export interface GatewayTopology {
  /**
   * How many trusted proxies, such as load balancers, requests have passed; the client's address is that many from the right end of
   * `x-forwarded-for`. At least 0.
   *
   * @default 0
   */
  readonly numTrustedProxies?: number;

  /**
   * What the gateway does with `x-forwarded-client-cert`.
   *
   * @default ForwardClientCert.SANITIZE_SET
   */
  readonly forwardClientCert?: ForwardClientCert;

  /**
   * Whether connections start with the PROXY protocol.
   *
   * @default false
   */
  readonly proxyProtocol?: boolean;
}

/** @internal */
export function renderTopology(where: string, topology: GatewayTopology): object {
  const { numTrustedProxies, forwardClientCert, proxyProtocol, ...rest } = object(where, topology);
  noUnknown(where, rest);
  return {
    numTrustedProxies: count(`${where}.numTrustedProxies`, numTrustedProxies, 'leave it out for none'),
    forwardClientCertDetails: given(forwardClientCert, (value) => member(`${where}.forwardClientCert`, value, ForwardClientCert)),
    proxyProtocol: flag(`${where}.proxyProtocol`, proxyProtocol) ? {} : undefined,
  };
}
