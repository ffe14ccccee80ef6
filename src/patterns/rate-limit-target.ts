import { IConstruct } from 'constructs';
import { GatewayPods, gatewayPods } from './gateway-pods';
import { EnvoyFilterMatch } from '../extension/envoy-listener-match';
import { EnvoyContext } from '../extension/envoy-proxy-match';
import { PolicyTarget } from '../policy-target';
import { noUnknown, object, port as portNumber } from '../private/check';
import { given } from '../private/render';
import { ServiceRef } from '../traffic/service-ref';

/**
 * Options of `RateLimitTarget.service`.
 */
export interface RateLimitServiceOptions {
  /**
   * The labels of its workloads.
   *
   * @default - the selector of the Service
   */
  readonly labels?: Record<string, string>;

  /**
   * The port of the workload (not of its Service), 1 to 65535.
   *
   * @default - all its HTTP ports
   */
  readonly port?: number;
}

/**
 * The proxies that limit requests.
 *
 * @see https://istio.io/latest/docs/tasks/policy-enforcement/rate-limit/
 */
export class RateLimitTarget {
  /**
   * The sidecars of a service, for the requests that it gets. Ambient takes no notice.
   *
   * @param service a Service construct, or `ServiceRef.fromName` for one outside the app
   * @param options its workloads
   * @throws when its workloads are not known, or a value is wrong
   */
  public static service(service: IConstruct, options: RateLimitServiceOptions = {}): RateLimitTarget {
    const { labels, port, ...rest } = object('the options of RateLimitTarget.service', options);
    noUnknown('RateLimitTarget.service', rest);
    const ref = ServiceRef.of(service);
    const selector = labels ?? ref._selector();
    if (selector === undefined) {
      throw new Error(`the workloads of ${ref.host} are not known, expected their labels to limit what they get; give RateLimitTarget.service labels`);
    }
    const portOf = given(port, (value) => portNumber('the port of RateLimitTarget.service', value));
    return new RateLimitTarget(PolicyTarget.workloads(selector), ref.namespace, { context: EnvoyContext.SIDECAR_INBOUND, portNumber: portOf });
  }

  /**
   * A gateway, for the requests that pass it.
   *
   * @param options where its pods are
   * @throws when a value is wrong
   */
  public static gateway(options: GatewayPods = {}): RateLimitTarget {
    const { gateway, namespace: own, selector: labels, ...rest } = object('the options of RateLimitTarget.gateway', options);
    noUnknown('RateLimitTarget.gateway', rest);
    const { namespace, selector } = gatewayPods('RateLimitTarget.gateway', { gateway, namespace: own, selector: labels });
    return new RateLimitTarget(PolicyTarget.workloads(selector), namespace, { context: EnvoyContext.GATEWAY });
  }

  private constructor(
    /** @internal */
    public readonly _target: PolicyTarget,
    /** @internal */
    public readonly _namespace: string | undefined,
    /** @internal */
    public readonly _match: EnvoyFilterMatch,
  ) {}

  /**
   * Whether a Sidecar may limit what its proxies know.
   *
   * @internal
   */
  public get _isSidecar(): boolean {
    return this._match.context === EnvoyContext.SIDECAR_INBOUND;
  }
}
