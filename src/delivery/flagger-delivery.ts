import { ApiObject, Duration } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { checkPlaceholders, DeliveryMetric, metricParts, MetricParts, windowOf } from './delivery-metric';
import { DeliveryPlan, FlaggerPlan } from './delivery-plan';
import { seconds } from './delivery-step';
import { FlaggerAlert, renderAlert } from './flagger-alert';
import { FlaggerServiceOptions, renderService } from './flagger-service';
import { FlaggerWebhook, renderWebhook } from './flagger-webhook';
import { IgnoredDifference, Workload, workloadOf } from './workload';
import { CanarySpecAnalysis, MetricTemplateSpec } from '../../imports/flagger.app';
import { Checks } from '../checks/checks';
import { ServiceMetrics } from '../observability/service-metrics';
import { SharedTraffic } from '../patterns/shared-traffic';
import { instance, member, noUnknown, object, optionalList, show, text, texts } from '../private/check';
import { dnsLabel } from '../private/names';
import { given, orUndefined } from '../private/render';
import { Wire } from '../private/wire';
import { IstioResourceProps } from '../resource';
import { ServiceRef } from '../traffic/service-ref';

/**
 * A cookie by which users who met the new version stay with it, while shares grow.
 */
export interface FlaggerStickyUsers {
  /**
   * The name of the cookie.
   */
  readonly cookie: string;

  /**
   * How long a user stays, a whole number of seconds.
   *
   * @default Duration.days(1)
   */
  readonly maxAge?: Duration;
}

/**
 * Properties of a `FlaggerDelivery`.
 */
export interface FlaggerDeliveryProps extends IstioResourceProps, FlaggerServiceOptions {
  /**
   * The Deployment or DaemonSet whose pod template says what the new version is. It is a construct of any cdk8s-plus version or binding.
   * It has no `replicas`, which Flagger sets to 0 between deliveries.
   */
  readonly workload: IConstruct;

  /**
   * The name of the service, which Flagger writes.
   *
   * @default - the name of the workload
   */
  readonly service?: string;

  /**
   * The labels of which Flagger needs one among those that the workload selects its pods by: those of Flagger's option `-selector-labels`.
   *
   * @default - app, name and app.kubernetes.io/name
   */
  readonly selectorLabels?: string[];

  /**
   * How the new version gets to its users.
   *
   * @default DeliveryPlan.gradual()
   */
  readonly plan?: DeliveryPlan;

  /**
   * What has to hold meanwhile.
   *
   * @default - nothing but that the pods are ready
   */
  readonly metrics?: DeliveryMetric[];

  /**
   * The address of Prometheus, for metrics that are not Flagger's own.
   *
   * @default "http://prometheus.istio-system:9090"
   */
  readonly prometheus?: string;

  /**
   * Keeps users who met the new version with it. For plans whose shares grow.
   *
   * @default - each request is divided anew
   */
  readonly sticky?: FlaggerStickyUsers;

  /**
   * The autoscaler of the workload, of which Flagger makes another for the version in use.
   *
   * @default - none
   */
  readonly autoscaler?: ApiObject;

  /**
   * Webhooks: load tests, checks of one's own, and people who have to say yes.
   *
   * @default - none
   */
  readonly webhooks?: FlaggerWebhook[];

  /**
   * Channels that are told how it goes.
   *
   * @default - those of Flagger itself
   */
  readonly alerts?: FlaggerAlert[];
}

const METRIC_VARIABLES = /^\{\{-? *(target|namespace|interval|service|ingress|route|name) *-?\}\}$/;

/**
 * A service whose new version Flagger delivers, step by step, and takes back when its metrics are bad.
 *
 * It writes the Canary and the MetricTemplates. VirtualService, DestinationRules, Services and the Deployment of the version in use are
 * Flagger's, and so nothing else of the app may write them: neither a CanaryService nor a ResilientDestination for the same service.
 *
 * @see https://docs.flagger.app/tutorials/istio-progressive-delivery
 */
export class FlaggerDelivery extends Construct {
  /**
   * The Canary.
   */
  public readonly canary: ApiObject;

  /**
   * The MetricTemplates, one for each metric that is not Flagger's own.
   */
  public readonly metricTemplates: ApiObject[];

  /**
   * The service that Flagger writes, for routes and policies to name.
   */
  public readonly service: ServiceRef;

  private readonly workload: Workload;

  /**
   * Creates the Canary and its MetricTemplates.
   *
   * @param scope the construct it belongs to
   * @param id its name among the scope's children
   * @param props the workload, its service and the plan
   * @throws when a pattern has written the resources of the service, the Canary would lose a value, or one is wrong
   */
  public constructor(scope: Construct, id: string, props: FlaggerDeliveryProps) {
    super(scope, id);
    const where = 'the FlaggerDelivery';
    const {
      metadata, workload, service, selectorLabels, plan = DeliveryPlan.gradual(), metrics = [], prometheus = 'http://prometheus.istio-system:9090',
      sticky, autoscaler, webhooks, alerts, port, portName, targetPort, portDiscovery, gateways, hosts, match, timeout, streaming, retries, rewrite,
      headers, cors, trafficPolicy,
      ...rest
    } = object('the properties of the FlaggerDelivery', props);
    noUnknown('FlaggerDelivery', rest);
    this.workload = workloadOf(where, workload, ['Deployment', 'DaemonSet']);
    const { name, namespace } = this.workload;
    if (metadata?.namespace !== undefined && metadata.namespace !== namespace) {
      throw new Error(`${where} stands in the namespace ${show(metadata.namespace)}, expected ${show(namespace)}, where the workload is; leave the namespace out`);
    }
    const apex = given(service, (value) => dnsLabel(`service of ${where}`, value));
    this.service = ServiceRef.fromName(apex ?? name, { namespace });
    const pace = instance(`plan of ${where}`, plan, DeliveryPlan, 'DeliveryPlan.gradual()')._toFlagger();
    const rendered = renderService(where, namespace, {
      port, portName, targetPort, portDiscovery, gateways, hosts, match, timeout, streaming, retries, rewrite, headers, cors, trafficPolicy,
    });
    SharedTraffic.of(this).leave(this, this.service, 'Flagger');
    const labels = texts(`selectorLabels of ${where}`, selectorLabels) ?? ['app', 'name', 'app.kubernetes.io/name'];
    const parts = metricParts(optionalList(`metrics of ${where}`, metrics)!);
    const address = text(`prometheus of ${where}`, prometheus, 'leave it out for the one of Istio');
    this.metricTemplates = parts.flatMap((metric) => isOwn(metric) ? [] : [this.template(metric, metadata?.name ?? name, address, plan._interval)]);
    this.canary = new ApiObject(this, 'Canary', {
      apiVersion: 'flagger.app/v1beta1',
      kind: 'Canary',
      metadata: { ...metadata, name: metadata?.name ?? name, namespace },
      spec: {
        provider: 'istio',
        targetRef: this.workload.ref,
        autoscalerRef: given(autoscaler, (scaler) => autoscalerOf(where, scaler)),
        service: { name: apex, ...rendered },
        analysis: {
          ...pace,
          metrics: orUndefined(parts.map((metric) => this.metric(metric, metadata?.name ?? name, plan._interval))),
          sessionAffinity: given(sticky, (users) => affinity(where, users, pace)),
          webhooks: orUndefined(optionalList(`webhooks of ${where}`, webhooks)?.map(renderWebhook)),
          alerts: orUndefined(optionalList(`alerts of ${where}`, alerts)?.map(renderAlert)),
        } satisfies Wire<CanarySpecAnalysis>,
      },
    });
    Checks._watch(this.canary);
    this.node.addValidation({ validate: () => selectorProblems(this.workload, labels) });
  }

  /**
   * What the controller writes into objects of the app, for `spec.ignoreDifferences` of Argo CD's Application: the number of replicas. All else
   * that it writes are objects of its own.
   */
  public get ignoredDifferences(): IgnoredDifference[] {
    const { ref: { kind, name }, namespace } = this.workload;
    return [{ group: 'apps', kind, name, namespace, jqPathExpressions: ['.spec.replicas'] }];
  }

  private metric(metric: MetricParts, canary: string, pause: Duration) {
    const { name, builtIn, bounds } = metric;
    const interval = seconds(`the window of the metric ${show(name)}`, windowOf(metric, pause));
    return isOwn(metric)
      ? { name: builtIn!.name, interval, thresholdRange: builtIn!.bounds }
      : { name, interval, thresholdRange: bounds, templateRef: { name: `${canary}-${name}`, namespace: this.workload.namespace } };
  }

  private template(metric: MetricParts, canary: string, address: string, pause: Duration): ApiObject {
    checkPlaceholders('Flagger', metric, METRIC_VARIABLES, '{{ target }}, {{ namespace }}, {{ interval }} or {{ service }}');
    const { name, query, bounds: { min, max }, allowMissing } = metric;
    const series = ServiceMetrics._select({ reporter: 'destination', destination_workload_namespace: '{{ namespace }}', destination_workload: '{{ target }}' });
    // Comparing with itself takes NaN out, which is what no requests give.
    const written = query(series, windowOf(metric, pause));
    return new ApiObject(this, `MetricTemplate-${name}`, {
      apiVersion: 'flagger.app/v1beta1',
      kind: 'MetricTemplate',
      metadata: { name: `${canary}-${name}`, namespace: this.workload.namespace },
      spec: { provider: { type: 'prometheus', address }, query: allowMissing ? `((${written}) == (${written})) or on() vector(${min ?? max})` : written } satisfies Wire<MetricTemplateSpec>,
    });
  }
}

const AUTOSCALERS = { hpa: 'HorizontalPodAutoscaler', keda: 'ScaledObject' };

function selectorProblems({ ref: { kind, name }, selector }: Workload, labels: string[]): string[] {
  return labels.some((label) => label in selector()) ? []
    : [`the ${kind} ${show(name)} selects its pods by ${show(selector())}, expected one of the labels ${labels.join(', ')}, which Flagger rewrites for the version in use; add one, or name those of Flagger's option as selectorLabels`];
}

/** Whether the metric is one of those that Flagger has itself, which know no data for a failure only. */
function isOwn({ builtIn, allowMissing }: MetricParts): boolean {
  return builtIn !== undefined && !allowMissing;
}

function affinity(where: string, users: FlaggerStickyUsers, { stepWeights }: FlaggerPlan) {
  const { cookie, maxAge, ...rest } = object(`sticky of ${where}`, users);
  noUnknown('sticky', rest);
  if (stepWeights === undefined) {
    throw new Error(`${where} has sticky users and a plan whose shares do not grow, expected one that does; use DeliveryPlan.gradual() or leave sticky out`);
  }
  return {
    cookieName: text(`sticky.cookie of ${where}`, cookie, 'name the cookie'),
    maxAge: given(maxAge, (age) => {
      seconds(`sticky.maxAge of ${where}`, age);
      return age.toSeconds();
    }),
  };
}

function autoscalerOf(where: string, autoscaler: ApiObject) {
  if (!ApiObject.isApiObject(autoscaler)) {
    throw new Error(`autoscaler of ${where} is ${show(autoscaler)}, expected the ApiObject of one; give the HorizontalPodAutoscaler or ScaledObject`);
  }
  const { apiVersion, kind, name } = autoscaler;
  return { apiVersion, kind: member(`the kind of the autoscaler of ${where}`, kind, AUTOSCALERS), name };
}
