import { ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { DataPlane } from './data-plane';
import { SharedTraffic } from './shared-traffic';
import { flag, instance, noUnknown, object, show, texts } from '../private/check';
import { dnsLabel, labels as labelMap } from '../private/names';
import { AuthorizationPolicy } from '../security/authorization-policy';
import { MutualTlsMode, PeerAuthentication } from '../security/peer-authentication';
import { EgressListener, OutboundTrafficPolicy, Sidecar } from '../traffic/sidecar';

/**
 * Properties of a `MeshNamespace`.
 */
export interface MeshNamespaceProps {
  /**
   * The name of the namespace.
   */
  readonly name: string;

  /**
   * Further labels of the namespace.
   *
   * @default - none
   */
  readonly labels?: Record<string, string>;

  /**
   * How its pods are in the mesh. Pods that run already take it up when they are created anew.
   *
   * @default DataPlane.sidecars()
   */
  readonly dataPlane?: DataPlane;

  /**
   * What connections its workloads take. A namespace with callers outside the mesh starts as `PERMISSIVE` and turns `STRICT` when
   * none is left.
   *
   * @default MutualTlsMode.STRICT
   */
  readonly mutualTls?: MutualTlsMode;

  /**
   * Whether its workloads refuse what no `allowFrom` or AuthorizationPolicy lets in.
   *
   * @default true
   */
  readonly defaultDeny?: boolean;

  /**
   * Whether its sidecars know only their own namespace, the control plane's, what its services were allowed to call, and
   * `reaches`. A small view saves memory, and makes changes reach the proxies sooner. Ambient takes no notice.
   *
   * @default true with sidecars
   */
  readonly scoped?: boolean;

  /**
   * Further hosts that its sidecars know, as `namespace/name`, such as `backend/*`. Only where it is scoped.
   *
   * @default - none
   */
  readonly reaches?: string[];

  /**
   * What becomes of calls to hosts that the mesh does not know. Only where it is scoped.
   *
   * @default - as the mesh configuration says, usually let through
   */
  readonly outboundTrafficPolicy?: OutboundTrafficPolicy;

  /**
   * The namespace of the control plane.
   *
   * @default "istio-system"
   */
  readonly rootNamespace?: string;
}

/** The view of the mesh, which is complete only when all services have said whom they call. */
class Scope extends Sidecar {
  public constructor(
    scope: Construct, id: string, private readonly of: string, private readonly hosts: string[], outboundTrafficPolicy?: OutboundTrafficPolicy,
  ) {
    super(scope, id, { metadata: { name: 'default', namespace: of }, egress: [EgressListener.allPorts(hosts)], outboundTrafficPolicy });
  }

  /** @internal */
  protected _toSpec() {
    const called = SharedTraffic.of(this).callsOf(this.of);
    return { ...super._toSpec(), egress: [{ hosts: [...this.hosts, ...called.filter((host) => !host.startsWith(`${this.of}/`) && !this.hosts.includes(host))] }] };
  }
}

/**
 * A namespace of the mesh that is closed until it is opened: mutual TLS only, nobody let in, and a view of no more than it needs.
 *
 * Quotas and limits are Kubernetes' own, and left to it.
 *
 * @see https://istio.io/latest/docs/ops/best-practices/security/
 */
export class MeshNamespace extends Construct {
  /**
   * The Namespace.
   */
  public readonly namespace: ApiObject;

  /**
   * The name of the namespace.
   */
  public readonly name: string;

  /**
   * Creates the namespace and its policies.
   *
   * @param scope the construct it belongs to, in a chart without namespace, since a Namespace stands in none
   * @param id its name among the scope's children
   * @param props its name and what differs from the defaults
   * @throws when its chart has a namespace, or a value is wrong
   */
  public constructor(scope: Construct, id: string, props: MeshNamespaceProps) {
    super(scope, id);
    const {
      name, labels = {}, dataPlane = DataPlane.sidecars(), mutualTls = MutualTlsMode.STRICT, defaultDeny = true, scoped, reaches,
      outboundTrafficPolicy, rootNamespace = 'istio-system', ...rest
    } = object('the properties of the MeshNamespace', props);
    noUnknown('MeshNamespace', rest);
    const { _hasSidecars: hasSidecars, _enroll: enroll } = instance('the dataPlane', dataPlane, DataPlane, 'DataPlane.sidecars()');
    this.name = dnsLabel('the name of the namespace', name);
    const outer = Chart.of(this).namespace;
    if (outer !== undefined) {
      throw new Error(`the chart of the MeshNamespace is for the namespace ${show(outer)}, expected one without namespace; a Namespace stands in none`);
    }
    this.namespace = new ApiObject(this, 'Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: labelMap('labels', labels) } });
    enroll(this.namespace);
    new PeerAuthentication(this, 'PeerAuthentication', { metadata: { name: 'default', namespace: name }, mtls: mutualTls });
    if (flag('defaultDeny', defaultDeny)) {
      new AuthorizationPolicy(this, 'AuthorizationPolicy', { metadata: { name: 'allow-nothing', namespace: name } });
    }
    const hosts = texts('reaches', reaches);
    if (flag('scoped', scoped) ?? hasSidecars) {
      new Scope(this, 'Sidecar', name, ['./*', `${dnsLabel('rootNamespace', rootNamespace)}/*`, ...hosts ?? []], outboundTrafficPolicy);
    } else if (hosts !== undefined || outboundTrafficPolicy !== undefined) {
      const without = hosts === undefined ? 'outboundTrafficPolicy is given' : `reaches is ${show(reaches)}`;
      throw new Error(`${without} and the namespace is not scoped, expected a scoped one; leave it out, its workloads know every host`);
    }
  }
}
