import { IConstruct } from 'constructs';
import { instance, list, show } from './private/check';
import { labels, objectName } from './private/names';
import { ServiceRef } from './traffic/service-ref';

/** A resource that a policy is bound to, as the manifest names it. */
interface TargetRef {
  readonly kind: string;
  readonly group: string;
  readonly name: string;
}

/** Each part of a policy has binding types of its own with these fields. */
interface Rendered {
  readonly selector?: { readonly matchLabels: Record<string, string> };
  readonly targetRefs?: TargetRef[];
  readonly targetRef?: TargetRef;
}

const MAX_TARGETS = 16;
const GATEWAY_API = 'gateway.networking.k8s.io';

/**
 * What a policy applies to: the workloads with some labels, or the gateways and services that it is bound to.
 *
 * A policy without target applies to its whole namespace, and in the root namespace to the whole mesh.
 *
 * @see https://istio.io/latest/docs/reference/config/type/workload-selector/
 */
export class PolicyTarget {
  /**
   * The workloads of the policy's namespace that have all these labels; in the root namespace those of the whole mesh.
   * Waypoints take no notice of such a policy: bind it to a service or gateway for them.
   *
   * @param matchLabels the labels, at least one, without wildcards
   * @throws when there is none, or one is no Kubernetes label
   */
  public static workloads(matchLabels: Record<string, string>): PolicyTarget {
    return new PolicyTarget([], undefined, selected('the labels of PolicyTarget.workloads', matchLabels, 'leave the target out for the whole namespace'));
  }

  /**
   * A gateway or waypoint of the Kubernetes Gateway API, in the policy's namespace. Not an IstioGateway: select its pods by `workloads`.
   *
   * @param name the name of the `Gateway`
   * @throws when it is no name of a Kubernetes object
   */
  public static gateway(name: string): PolicyTarget {
    return PolicyTarget.named('Gateway', GATEWAY_API, objectName('the target gateway', name));
  }

  /**
   * All gateways of a class of the Kubernetes Gateway API. The policy must stand in the root namespace.
   *
   * @param name the name of the `GatewayClass`, such as `istio-waypoint`
   * @throws when it is no name of a Kubernetes object
   */
  public static gatewayClass(name: string): PolicyTarget {
    return PolicyTarget.named('GatewayClass', GATEWAY_API, objectName('the target gateway class', name));
  }

  /**
   * A service behind a waypoint, in the policy's namespace.
   *
   * @param service a Service construct, or `ServiceRef.fromName` for one outside the app
   * @throws when it is no service, or one that is known by host only
   */
  public static service(service: IConstruct): PolicyTarget {
    const { name, namespace } = ServiceRef.of(service);
    if (name.includes('.') || name.includes('*')) {
      throw new Error(`the target service is the host ${show(name)}, expected a service of Kubernetes; for a ServiceEntry write PolicyTarget.serviceEntry("name")`);
    }
    return PolicyTarget.named('Service', '', objectName('the target service', name), namespace);
  }

  /**
   * A ServiceEntry in the policy's namespace.
   *
   * @param name the name of the `ServiceEntry`, not its host
   * @throws when it is no name of a Kubernetes object
   */
  public static serviceEntry(name: string): PolicyTarget {
    return PolicyTarget.named('ServiceEntry', 'networking.istio.io', objectName('the target ServiceEntry', name));
  }

  /**
   * All of these at once, at most 16. Workloads can't be joined: they are selected by one set of labels.
   *
   * @param targets gateways, gateway classes, services and ServiceEntries
   * @throws when there is none, more than 16, or one selects workloads
   */
  public static all(...targets: PolicyTarget[]): PolicyTarget {
    list('PolicyTarget.all', targets, 'give the targets to join').forEach((target) => {
      if (instance('a joined target', target, PolicyTarget, 'PolicyTarget.gateway("waypoint")').matchLabels) {
        throw new Error(`a joined target selects the workloads ${show(target.matchLabels)}, expected gateways and services; write a policy of its own for the workloads`);
      }
    });
    const refs = targets.flatMap((target) => target.refs);
    if (refs.length > MAX_TARGETS) {
      throw new Error(`PolicyTarget.all has ${refs.length} targets, expected at most ${MAX_TARGETS}; write a second policy`);
    }
    return new PolicyTarget(refs, targets.find(({ namespace }) => namespace !== undefined)?.namespace);
  }

  /**
   * A single target in Istio's older form, `targetRef`, which RequestAuthentication, AuthorizationPolicy, Telemetry and WasmPlugin know.
   *
   * @param target one gateway, gateway class, service or ServiceEntry
   * @throws when it is none or several of these
   * @deprecated use the target itself, which is written as `targetRefs`
   */
  public static targetRef(target: PolicyTarget): PolicyTarget {
    const { refs, namespace } = policyTarget(target);
    if (refs.length !== 1) {
      throw new Error(`PolicyTarget.targetRef has ${refs.length} targets, expected one gateway, gateway class, service or ServiceEntry; use the target itself`);
    }
    return new PolicyTarget(refs, namespace, undefined, true);
  }

  private static named(kind: string, group: string, name: string, namespace?: string): PolicyTarget {
    return new PolicyTarget([{ kind, group, name }], namespace);
  }

  private constructor(
    private readonly refs: TargetRef[],
    private readonly namespace?: string,
    private readonly matchLabels?: Record<string, string>,
    private readonly isSingular = false,
  ) {}

  /**
   * The part of a policy's spec that says what it applies to.
   *
   * @param namespace the namespace of the policy, where it is known
   * @param knowsTargetRef whether the kind of policy has the older field beside `targetRefs`
   * @internal
   */
  public _toIstio(namespace: string | undefined, knowsTargetRef = false): Rendered {
    if (namespace !== undefined && this.namespace !== undefined && namespace !== this.namespace) {
      throw new Error(`the target service is in namespace ${show(this.namespace)} and the policy in ${show(namespace)}, expected both in one; move the policy, Istio looks for targets beside it only`);
    }
    if (this.isSingular && !knowsTargetRef) {
      throw new Error(`the target ${show(this.refs[0].name)} is a PolicyTarget.targetRef, expected the target itself; this kind of resource has targetRefs only`);
    }
    if (this.matchLabels) {
      return { selector: { matchLabels: this.matchLabels } };
    }
    return this.isSingular ? { targetRef: this.refs[0] } : { targetRefs: this.refs };
  }
}

/**
 * Refuses anything but a PolicyTarget.
 *
 * @internal
 */
export function policyTarget(target: PolicyTarget): PolicyTarget {
  return instance('the target', target, PolicyTarget, 'PolicyTarget.workloads({ app: "orders" })');
}

/**
 * Refuses a selector without labels, which would select everything.
 *
 * @internal
 */
export function selected(where: string, matchLabels: Record<string, string>, remedy: string): Record<string, string> {
  if (Object.keys(labels(where, matchLabels)).length === 0) {
    throw new Error(`${where} is {}, expected at least one label; ${remedy}`);
  }
  return { ...matchLabels };
}
