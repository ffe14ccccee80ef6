import { Chart } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { ExposedHost } from './exposed-host';
import { PolicyTarget } from '../policy-target';
import { withArticle } from '../private/check';
import { AuthorizationPolicy } from '../security/authorization-policy';
import { DestinationRule, DestinationRuleProps } from '../traffic/destination-rule';
import { gatewayName, IIstioGateway } from '../traffic/istio-gateway';
import { ServiceRef } from '../traffic/service-ref';
import { VirtualService, VirtualServiceProps } from '../traffic/virtual-service';

const ID = 'cdk8s-istio';

/** Who has written a resource, and what a second pattern should do instead. */
interface Claim {
  readonly by: string;
  readonly remedy: string;
}

/** What the patterns of a whole app have written, by host, so that no two write for the same one. */
interface AppIndex {
  readonly destinationRules: Map<string, Claim>;
  readonly virtualServices: Map<string, Claim>;
  readonly accessPolicies: Map<string, Claim>;
  readonly exposedHosts: Map<string, ExposedHost[]>;
  /** The hosts that each namespace calls, as a Sidecar names them. */
  readonly calls: Map<string, Set<string>>;
}

const indexes = new WeakMap<IConstruct, AppIndex>();

/**
 * The resources that the patterns of one chart share: one DestinationRule a service, one VirtualService a service
 * in the mesh, and one a host on a gateway.
 *
 * All DestinationRules are children of one construct and all VirtualServices of another behind it. That is the order
 * they are written in, so whoever applies the file never routes to a subset that does not exist yet.
 */
export class SharedTraffic extends Construct {
  /** That of the scope's chart. */
  public static of(scope: IConstruct): SharedTraffic {
    const chart = Chart.of(scope);
    return (chart.node.tryFindChild(ID) as SharedTraffic | undefined) ?? new SharedTraffic(chart, ID);
  }

  private readonly destinationRules = new Construct(this, 'DestinationRules');
  private readonly virtualServices = new Construct(this, 'VirtualServices');

  private constructor(chart: Chart, id: string) {
    super(chart, id);
  }

  /**
   * The DestinationRule of a service.
   *
   * @param remedy what a second pattern for the service should do
   * @throws when another pattern has written it
   */
  public destinationRule(owner: Construct, props: DestinationRuleProps, remedy: string): DestinationRule {
    const service = ServiceRef.of(props.service);
    this.claim(this.index.destinationRules, service, owner, 'DestinationRule', remedy);
    const rule = new DestinationRule(this.destinationRules, this.keyOf(service), { metadata: metadataOf(service), ...props });
    return rule;
  }

  /**
   * The VirtualService of a service in the mesh.
   *
   * @throws when another pattern has written it
   */
  public virtualService(owner: Construct, service: ServiceRef, props: VirtualServiceProps): VirtualService {
    this.claim(this.index.virtualServices, service, owner, 'VirtualService', 'put all rules into one of them');
    return new VirtualService(this.virtualServices, this.keyOf(service), { metadata: metadataOf(service), services: [service], ...props });
  }

  /** The pattern that has written the VirtualService of a service in the mesh, if there is one. */
  public routedBy(service: ServiceRef): string | undefined {
    return this.index.virtualServices.get(this.keyOf(service))?.by;
  }

  /**
   * Leaves the resources of a service to a controller, which writes them in the cluster.
   *
   * @throws when a pattern has written one of them
   */
  public leave(owner: Construct, service: ServiceRef, controller: string): void {
    const remedy = `leave it to ${controller}, which writes its own`;
    this.claim(this.index.destinationRules, service, owner, 'DestinationRule', remedy, ` (by ${controller})`);
    this.claim(this.index.virtualServices, service, owner, 'VirtualService', remedy, ` (by ${controller})`);
  }

  /**
   * The AuthorizationPolicy by which a service lets callers in.
   *
   * @throws when another pattern has written it
   */
  public accessPolicy(owner: Construct, service: ServiceRef, target: PolicyTarget): AuthorizationPolicy {
    this.claim(this.index.accessPolicies, service, owner, 'AuthorizationPolicy', 'call allowFrom of that one');
    return new AuthorizationPolicy(owner, 'AuthorizationPolicy', { metadata: metadataOf(service), target });
  }

  /** Notes that a namespace calls a service, so that its sidecars know it. A short host is one of its own namespace. */
  public noteCall(namespace: string | undefined, { host, namespace: calledIn = '*' }: ServiceRef): void {
    if (namespace !== undefined && host.includes('.')) {
      this.index.calls.set(namespace, (this.index.calls.get(namespace) ?? new Set()).add(`${calledIn}/${host}`));
    }
  }

  /** The hosts that a namespace calls, as a Sidecar names them, in order. */
  public callsOf(namespace: string): string[] {
    return [...this.index.calls.get(namespace) ?? []].sort();
  }

  /** The VirtualService of a host on a gateway, shared by all services of the chart that are exposed there. */
  public exposedHost(gateway: IIstioGateway, host: string): ExposedHost {
    const key = `${gatewayName(gateway, undefined)}/${host}`;
    const existing = this.virtualServices.node.tryFindChild(idOf(key)) as ExposedHost | undefined;
    if (existing) {
      return existing;
    }
    const elsewhere = this.index.exposedHosts.get(key) ?? [];
    const created = new ExposedHost(this.virtualServices, idOf(key), gateway, host, elsewhere);
    this.index.exposedHosts.set(key, [...elsewhere, created]);
    return created;
  }

  private get index(): AppIndex {
    const root = this.node.root;
    let index = indexes.get(root);
    if (!index) {
      index = { destinationRules: new Map(), virtualServices: new Map(), accessPolicies: new Map(), exposedHosts: new Map(), calls: new Map() };
      indexes.set(root, index);
    }
    return index;
  }

  private claim(owners: Map<string, Claim>, service: ServiceRef, owner: Construct, kind: string, remedy: string, controller = ''): void {
    const key = this.keyOf(service);
    const other = owners.get(key);
    if (other !== undefined) {
      throw new Error(`${service.host} has ${withArticle(kind)} from ${other.by} already, expected one a service; ${controller ? remedy : other.remedy}`);
    }
    owners.set(key, { by: `${owner.node.path}${controller}`, remedy });
  }

  /** A short host means another service in each namespace. */
  private keyOf(service: ServiceRef): string {
    return service.host.includes('.') ? service.host : `${service.host}.${Chart.of(this).namespace ?? Chart.of(this).node.path}`;
  }
}

/** The rules of a service stand beside it and have its name, as the field does it. */
function metadataOf({ name, namespace }: ServiceRef) {
  return { name: name.replace(/^\*/, 'wildcard'), namespace };
}

function idOf(key: string): string {
  return key.replace(/\//g, ' ');
}
