import { Construct } from 'constructs';
import {
  PeerAuthentication as Binding, PeerAuthenticationSpec, PeerAuthenticationSpecMtlsMode, PeerAuthenticationSpecPortLevelMtlsMode,
} from '../../imports/security.istio.io';
import { selected } from '../policy-target';
import { member, noUnknown, object, show } from '../private/check';
import { given, mapValues, orUndefined } from '../private/render';
import { IstioResource, IstioResourceProps } from '../resource';

/**
 * What connections a workload takes.
 *
 * @see https://istio.io/latest/docs/reference/config/security/peer_authentication/#PeerAuthentication-MutualTLS-Mode
 */
export enum MutualTlsMode {
  /** As the namespace, or else the mesh, says; `PERMISSIVE` where nothing does. */
  UNSET = 'UNSET',
  /** Plain text only. Not in ambient mode. */
  DISABLE = 'DISABLE',
  /** Mutual TLS and plain text. For the time of a move to `STRICT`. */
  PERMISSIVE = 'PERMISSIVE',
  /** Mutual TLS only: the client needs a certificate of the mesh. */
  STRICT = 'STRICT',
}

/**
 * Properties of a `PeerAuthentication`.
 */
export interface PeerAuthenticationProps extends IstioResourceProps {
  /**
   * The labels of the workloads it is for, in its namespace. In the root namespace Istio ignores a policy with a selector.
   *
   * @default - all workloads of the namespace, in the root namespace of the mesh
   */
  readonly selector?: Record<string, string>;

  /**
   * What connections the workloads take.
   *
   * @default - as the namespace, or else the mesh, says
   */
  readonly mtls?: MutualTlsMode;

  /**
   * What differs for single ports, by their number. They are ports of the workload, not of its Service. Needs a `selector`.
   *
   * @default - no port differs
   */
  readonly portLevelMtls?: Record<string, MutualTlsMode>;
}

/**
 * Whether workloads take plain text, mutual TLS or both. One for a workload counts before one for its namespace,
 * and that before one for the mesh.
 *
 * @see https://istio.io/latest/docs/reference/config/security/peer_authentication/
 */
export class PeerAuthentication extends IstioResource {
  private readonly spec: PeerAuthenticationSpec;

  /**
   * Creates the policy.
   *
   * @param scope the construct it belongs to
   * @param id its name among the scope's children
   * @param props the workloads and what connections they take
   * @throws when a port differs without a selector, or a value is wrong
   */
  public constructor(scope: Construct, id: string, props: PeerAuthenticationProps = {}) {
    super(scope, id, Binding.GVK, object('the properties of the PeerAuthentication', props));
    const { metadata, selector, mtls, portLevelMtls, ...rest } = props;
    noUnknown('PeerAuthentication', rest);
    const ports = orUndefined(given(portLevelMtls, (modes) => mapValues(object('portLevelMtls', modes), (value, port) => {
      if (!/^[1-9]\d{0,4}$/.test(port) || Number(port) > 65535) {
        throw new Error(`a port of portLevelMtls is ${show(port)}, expected a whole number from 1 to 65535; give the number of a port of the workload`);
      }
      return { mode: mode(`portLevelMtls[${port}]`, value) as string as PeerAuthenticationSpecPortLevelMtlsMode };
    })));
    if (ports !== undefined && selector === undefined) {
      throw new Error(`portLevelMtls is ${show(portLevelMtls)} and there is no selector, expected the labels of the workloads that have these ports; add a selector`);
    }
    this.spec = {
      selector: given(selector, (labels) => ({ matchLabels: selected('the selector', labels, 'leave it out for the whole namespace') })),
      mtls: given(mtls, (value) => ({ mode: mode('mtls', value) as string as PeerAuthenticationSpecMtlsMode })),
      portLevelMtls: ports,
    };
  }

  /** @internal */
  protected _toSpec(): PeerAuthenticationSpec {
    return this.spec;
  }
}

function mode(where: string, value: MutualTlsMode): MutualTlsMode {
  return member(where, value, MutualTlsMode);
}
