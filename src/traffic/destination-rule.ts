import { Construct, IConstruct } from 'constructs';
import { exported, ExportTo } from './export-to';
import { ServiceRef } from './service-ref';
import { Subset } from './subset';
import { renderTrafficPolicy, TrafficPolicy } from './traffic-policy';
import { DestinationRule as Binding, DestinationRuleSpec, DestinationRuleSpecSubsets } from '../../imports/networking.istio.io';
import { noUnknown, object, optionalList, show } from '../private/check';
import { configMapNamespace, labels } from '../private/names';
import { given, orUndefined } from '../private/render';
import { IstioResource, IstioResourceProps } from '../resource';

/**
 * A subset of a service's workloads.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#Subset
 */
export interface SubsetOptions {
  /**
   * The name that routes use, letters, digits and dashes, at most 63.
   */
  readonly name: string;

  /**
   * The labels of the workloads in it, beside those that the service selects.
   *
   * @default - all workloads of the service
   */
  readonly labels?: Record<string, string>;

  /**
   * What differs for this subset. Each field stands in place of the same field of the rule.
   * It counts only for requests whose route names the subset.
   *
   * @default - as the rule says
   */
  readonly trafficPolicy?: TrafficPolicy;
}

/**
 * Properties of a `DestinationRule`.
 */
export interface DestinationRuleProps extends IstioResourceProps {
  /**
   * The service it is for: a Service construct, or `ServiceRef.fromName` or `.fromHost` for one outside the app.
   */
  readonly service: IConstruct;

  /**
   * What clients do on the way to the service.
   *
   * @default - Istio's defaults
   */
  readonly trafficPolicy?: TrafficPolicy;

  /**
   * The subsets of the service.
   *
   * @default - none yet; add them with `addSubset`
   */
  readonly subsets?: SubsetOptions[];

  /**
   * The namespaces whose workloads follow the rule.
   *
   * @default - those that the mesh configuration names, usually all
   */
  readonly exportTo?: ExportTo;

  /**
   * The labels of the client workloads that follow the rule, in its own namespace.
   *
   * @default - all clients
   */
  readonly workloadSelector?: Record<string, string>;
}

/**
 * What clients do on the way to a service, once a route has chosen it: load balancing, limits, ejection, TLS.
 *
 * Istio looks for it in the client's namespace, then in the service's, then in the root namespace.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/
 */
export class DestinationRule extends IstioResource {
  /**
   * The service it is for.
   */
  public readonly service: ServiceRef;

  private readonly options: DestinationRuleProps;
  private readonly exportTo?: string[];
  private readonly trafficPolicy?: ReturnType<typeof renderTrafficPolicy>;
  private readonly rendered = new Map<string, DestinationRuleSpecSubsets>();
  private readonly handles = new Map<string, Subset>();

  /**
   * Creates the rule.
   *
   * @param scope the construct it belongs to
   * @param id its name among the scope's children
   * @param props the service, the policy and the subsets
   * @throws when two subsets have one name, or a value is wrong
   */
  public constructor(scope: Construct, id: string, props: DestinationRuleProps) {
    super(scope, id, Binding.GVK, object('the properties of the DestinationRule', props));
    const { metadata, service, trafficPolicy, subsets = [], exportTo, workloadSelector, ...rest } = props;
    noUnknown('DestinationRule', rest);
    this.options = props;
    this.service = ServiceRef.of(service);
    this.trafficPolicy = given(trafficPolicy, (policy) => this.policy(`trafficPolicy of ${this.service.host}`, policy));
    if (exportTo !== undefined) {
      this.exportTo = exported(exportTo, this.namespace);
      if (workloadSelector && exportTo !== ExportTo.OWN_NAMESPACE) {
        throw new Error(`the workloadSelector is ${show(workloadSelector)} and exportTo goes beyond the rule's namespace, expected ExportTo.OWN_NAMESPACE; it selects clients there only`);
      }
    }
    given(workloadSelector, (selector) => labels('workloadSelector', selector));
    optionalList('subsets', subsets)!.forEach((subset) => this.addSubset(subset));
  }

  /**
   * Adds a subset.
   *
   * @param options its name, labels and policy
   * @returns the subset, for routes to name
   * @throws when there is a subset of this name, or a value is wrong
   */
  public addSubset(options: SubsetOptions): Subset {
    const { name, labels: selected, trafficPolicy, ...rest } = object(`a subset of ${this.service.host}`, options);
    noUnknown(`subset "${name}"`, rest);
    if (this.rendered.has(name)) {
      throw new Error(`the subset ${show(name)} of ${this.service.host} is defined twice, expected each name once; rename or merge the second`);
    }
    const subset = Subset.fromName(this.service, name);
    this.rendered.set(name, {
      name,
      labels: orUndefined(given(selected, (values) => labels(`the labels of subset "${name}"`, values))),
      // The bindings repeat the types of a policy for a subset, with the same fields and values.
      trafficPolicy: given(trafficPolicy, (policy) =>
        this.policy(`trafficPolicy of subset "${name}"`, policy, this.options.trafficPolicy) as DestinationRuleSpecSubsets['trafficPolicy']),
    });
    this.handles.set(name, subset);
    return subset;
  }

  /**
   * A subset of this rule, for routes to name.
   *
   * @param name its name
   * @throws when there is no subset of this name
   */
  public subset(name: string): Subset {
    const subset = this.handles.get(name);
    if (subset === undefined) {
      const known = [...this.handles.keys()].map(show).join(', ') || 'none';
      throw new Error(`the subset ${show(name)} of ${this.service.host} is not defined, expected one of its subsets (${known}); add it with addSubset`);
    }
    return subset;
  }

  /**
   * The subsets of this rule.
   */
  public get subsets(): Subset[] {
    return [...this.handles.values()];
  }

  private policy(where: string, policy: TrafficPolicy, inherited?: TrafficPolicy) {
    const rendered = renderTrafficPolicy(where, policy, inherited);
    for (const { tls } of [rendered, ...rendered.portLevelSettings ?? []]) {
      const namespace = configMapNamespace(tls?.credentialName);
      if (namespace !== undefined && this.namespace !== undefined && namespace !== this.namespace) {
        throw new Error(`${where} takes its credentials from a ConfigMap of the namespace ${show(namespace)}, expected one of ${show(this.namespace)}, which is the rule's; put a copy there`);
      }
    }
    return rendered;
  }

  /** @internal */
  protected _toSpec(): DestinationRuleSpec {
    const { workloadSelector } = this.options;
    return {
      host: this.service.host,
      trafficPolicy: this.trafficPolicy,
      subsets: orUndefined([...this.rendered.values()]),
      exportTo: this.exportTo,
      workloadSelector: workloadSelector && { matchLabels: workloadSelector },
    };
  }
}
