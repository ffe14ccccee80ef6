import { ApiObject, Duration, Lazy } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { DeliveryMetric, metricParts } from './delivery-metric';
import { DeliveryPlan } from './delivery-plan';
import { managedRoutes, seconds } from './delivery-step';
import { Analyses } from './rollout-analysis';
import { labelProblems, movedRoutes, routeProblems } from './rollout-routes';
import { IgnoredDifference, sameNamespace, Workload, workloadOf } from './workload';
import { RolloutSpec, RolloutSpecStrategyCanaryTrafficRoutingIstio } from '../../imports/argoproj.io';
import { CanaryService } from '../patterns/canary-service';
import { count, flag, instance, member, noUnknown, object, optionalList, show, text } from '../private/check';
import { given, orUndefined } from '../private/render';
import { Wire } from '../private/wire';
import { IstioResourceProps } from '../resource';

/**
 * What becomes of the pods that the Deployment runs itself once the Rollout runs them.
 */
export enum WorkloadScaleDown {
  /** They stay until somebody removes them. */
  NEVER = 'never',
  /** They go when the Rollout has its pods. */
  ON_SUCCESS = 'onsuccess',
  /** They go one by one as the Rollout's come. */
  PROGRESSIVELY = 'progressively',
}

/**
 * Properties of a `RolloutDelivery`.
 */
export interface RolloutDeliveryProps extends IstioResourceProps {
  /**
   * The service with its stable and its new version. Their subsets need labels that all its pods have, and the new version has no weight of its own.
   */
  readonly canary: CanaryService;

  /**
   * The Deployment whose pod template says what the new version is. It is a construct of any cdk8s-plus version or binding.
   */
  readonly workload: IConstruct;

  /**
   * What becomes of the pods that the Deployment runs itself.
   *
   * @default WorkloadScaleDown.PROGRESSIVELY
   */
  readonly scaleDown?: WorkloadScaleDown;

  /**
   * How the new version gets to its users.
   *
   * @default DeliveryPlan.gradual()
   */
  readonly plan?: DeliveryPlan;

  /**
   * What has to hold meanwhile.
   *
   * @default - nothing: the ready plans wait as long as they would have measured
   */
  readonly metrics?: DeliveryMetric[];

  /**
   * The address of Prometheus.
   *
   * @default "http://prometheus.istio-system:9090"
   */
  readonly prometheus?: string;

  /**
   * The number of pods, 0 or more.
   *
   * @default - 1, or what an autoscaler sets
   */
  readonly replicas?: number;

  /**
   * How long the old version's pods stay after the full change, a whole number of seconds. Excludes `dynamicStableScale`.
   *
   * @default - 30 seconds
   */
  readonly scaleDownDelay?: Duration;

  /**
   * Whether the old version has fewer pods as its share shrinks. A way back then waits for pods. Excludes `scaleDownDelay`.
   *
   * @default false
   */
  readonly dynamicStableScale?: boolean;
}

/**
 * A service whose new version Argo Rollouts delivers, step by step, and takes back when its metrics are bad.
 *
 * It writes the Rollout and its AnalysisTemplates. The controller moves the weights of the CanaryService's rule for everybody, in the mesh and
 * on gateways. Argo CD leaves them alone by `ignoredDifferences`.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/istio/
 */
export class RolloutDelivery extends Construct {
  /**
   * The Rollout.
   */
  public readonly rollout: ApiObject;

  /**
   * The AnalysisTemplates, one for each way in which the steps look at the metrics.
   */
  public readonly analysisTemplates: ApiObject[];

  private readonly canary: CanaryService;
  private readonly workload: Workload;
  private readonly scaleDown: WorkloadScaleDown;
  private readonly managed: string[];

  /**
   * Creates the Rollout and its AnalysisTemplates.
   *
   * @param scope the construct it belongs to
   * @param id its name among the scope's children
   * @param props the service, its workload and the plan
   * @throws when a value is wrong
   */
  public constructor(scope: Construct, id: string, props: RolloutDeliveryProps) {
    super(scope, id);
    const where = 'the RolloutDelivery';
    const {
      metadata, canary, workload, scaleDown = WorkloadScaleDown.PROGRESSIVELY, plan = DeliveryPlan.gradual(), metrics = [],
      prometheus = 'http://prometheus.istio-system:9090', replicas, scaleDownDelay, dynamicStableScale, ...rest
    } = object('the properties of the RolloutDelivery', props);
    noUnknown('RolloutDelivery', rest);
    this.canary = instance(`canary of ${where}`, canary, CanaryService, 'new CanaryService(chart, "Orders", { service, stable, canary })');
    if (canary._cookie !== undefined) {
      throw new Error(`${where} has a CanaryService with sticky users, expected none, as Argo Rollouts moves weights and knows no cookies; leave sticky out, or use a FlaggerDelivery with sticky`);
    }
    this.workload = workloadOf(where, workload, ['Deployment']);
    const { name, namespace } = this.placeOf(where, metadata);
    if (scaleDownDelay !== undefined && dynamicStableScale) {
      throw new Error(`${where} has scaleDownDelay and dynamicStableScale, expected one of them; the old pods either stay or go`);
    }
    const { _steps: steps } = instance(`plan of ${where}`, plan, DeliveryPlan, 'DeliveryPlan.gradual()');
    this.managed = managedRoutes(steps);
    this.scaleDown = member(`scaleDown of ${where}`, scaleDown, WorkloadScaleDown);
    const analyses = new Analyses(this, name, namespace, metricParts(optionalList(`metrics of ${where}`, metrics)!),
      text(`prometheus of ${where}`, prometheus, 'leave it out for the one of Istio'));
    const rendered = analyses.render(steps);
    this.analysisTemplates = analyses.templates;
    this.rollout = new ApiObject(this, 'Rollout', {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: { ...metadata, name, namespace },
      spec: {
        replicas: count(`replicas of ${where}`, replicas, 'leave it out for 1'),
        workloadRef: { ...this.workload.ref, scaleDown },
        strategy: {
          canary: {
            scaleDownDelaySeconds: given(scaleDownDelay, (delay) => wholeSeconds(`scaleDownDelay of ${where}`, delay)),
            dynamicStableScale: flag(`dynamicStableScale of ${where}`, dynamicStableScale),
            trafficRouting: {
              managedRoutes: orUndefined(this.managed.map((route) => ({ name: route }))),
              istio: Lazy.any({ produce: () => this.istio() }),
            },
            steps: rendered,
          },
        },
      } satisfies Wire<RolloutSpec>,
    });
    this.node.addValidation({ validate: () => [...routeProblems(canary, this.managed), ...labelProblems(canary, this.workload.labels())] });
  }

  /**
   * What the controller writes into objects of the app, for `spec.ignoreDifferences` of Argo CD's Application. It knows the gateways on which the
   * service is exposed so far.
   */
  public get ignoredDifferences(): IgnoredDifference[] {
    const { name, namespace } = this.canary.destinationRule;
    const { ref, namespace: home } = this.workload;
    return [
      ...movedRoutes(this.canary).map((route) => ({
        group: 'networking.istio.io',
        kind: 'VirtualService',
        name: route.name,
        namespace: route.namespace,
        jqPathExpressions: ['.spec.http[]?.route[]?.weight', ...this.managed.map((rule) => `.spec.http[]? | select(.name == ${JSON.stringify(rule)})`)],
      })),
      { group: 'networking.istio.io', kind: 'DestinationRule', name, namespace, jqPathExpressions: ['.spec.subsets[]?.labels["rollouts-pod-template-hash"]'] },
      ...this.scaleDown === WorkloadScaleDown.NEVER ? [] : [{ group: 'apps', kind: ref.kind, name: ref.name, namespace: home, jqPathExpressions: ['.spec.replicas'] }],
    ];
  }

  /** The controller looks for the workload and the DestinationRule beside the Rollout. */
  private placeOf(where: string, metadata: IstioResourceProps['metadata']) {
    const rule = this.canary.destinationRule;
    const { name = rule.service.name, namespace = rule.namespace } = metadata ?? {};
    if (namespace !== rule.namespace) {
      throw new Error(`${where} stands in the namespace ${show(namespace)}, expected ${show(rule.namespace)}, where the DestinationRule is; put both into one`);
    }
    sameNamespace(where, this.workload, namespace);
    return { name, namespace };
  }

  private istio(): RolloutSpecStrategyCanaryTrafficRoutingIstio {
    const { canary: { destinationRule: rule, stable, canary }, rollout } = this;
    const services = movedRoutes(this.canary).map(({ name, namespace, rule: { name: route } }) => ({
      name: namespace === rollout.metadata.namespace ? name : `${name}.${namespace}`,
      routes: route === undefined ? undefined : [route],
    }));
    return {
      ...services.length === 1 ? { virtualService: services[0] } : { virtualServices: services },
      destinationRule: { name: rule.name, canarySubsetName: canary.name, stableSubsetName: stable.name },
    };
  }
}

function wholeSeconds(where: string, value: Duration): number {
  seconds(where, value);
  return value.toSeconds();
}
