import { ApiObject, Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { checkPlaceholders, MetricParts, windowOf } from './delivery-metric';
import { Analysis, DeliveryStep, seconds } from './delivery-step';
import { AnalysisTemplateSpec, RolloutSpecStrategyCanarySteps } from '../../imports/argoproj.io';
import { ServiceMetrics } from '../observability/service-metrics';
import { Wire } from '../private/wire';

/** The values that a Rollout gives to each of its analyses. */
const ARGUMENTS = [
  { name: 'canary-hash', valueFrom: { podTemplateHashValue: 'Latest' } },
  { name: 'stable-hash', valueFrom: { podTemplateHashValue: 'Stable' } },
  { name: 'namespace', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
];

const KNOWN = /^\{\{ *args\.(canary-hash|stable-hash|namespace) *\}\}$/;

/** The analyses of a Rollout: one template for each way in which its steps look at the metrics. */
export class Analyses {
  public readonly templates: ApiObject[] = [];
  private readonly names = new Map<string, string>();

  /** @throws when a query asks for what the Rollout doesn't give */
  public constructor(
    private readonly scope: Construct,
    private readonly rollout: string,
    private readonly namespace: string | undefined,
    private readonly metrics: MetricParts[],
    private readonly prometheus: string,
  ) {
    metrics.forEach((metric) => checkPlaceholders('Argo Rollouts', metric, KNOWN, '{{args.canary-hash}}, {{args.stable-hash}} or {{args.namespace}}'));
  }

  /**
   * The steps as a Rollout has them.
   *
   * @throws when metrics are never looked at, or there are none to look at
   */
  public render(steps: DeliveryStep[]): Wire<RolloutSpecStrategyCanarySteps>[] {
    if (this.metrics.length > 0 && steps.every(({ _parts: { analysis } }) => analysis === undefined)) {
      throw new Error('the RolloutDelivery has metrics and its plan never looks at them, expected an analysis; add DeliveryStep.analyze()');
    }
    return steps.map(({ _parts: { spec, analysis, lenient } }) => {
      if (analysis === undefined) {
        return spec!;
      }
      if (this.metrics.length > 0) {
        return { analysis: { templates: [{ templateName: this.template(analysis) }], args: ARGUMENTS } };
      }
      if (!lenient) {
        throw new Error('the plan has DeliveryStep.analyze and the RolloutDelivery no metrics, expected some; add for example DeliveryMetric.successRate(99)');
      }
      return { pause: { duration: seconds('the pause', Duration.millis(analysis.interval.toMilliseconds() * analysis.checks)) } };
    });
  }

  private template(analysis: Analysis): string {
    const key = [analysis.checks, analysis.interval.toMilliseconds(), analysis.failuresAllowed].join();
    const known = this.names.get(key);
    if (known !== undefined) {
      return known;
    }
    const suffix = this.templates.length === 0 ? '' : `-${this.templates.length + 1}`;
    const name = `${this.rollout}-analysis${suffix}`;
    this.names.set(key, name);
    this.templates.push(new ApiObject(this.scope, `AnalysisTemplate${suffix}`, {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AnalysisTemplate',
      metadata: { name, namespace: this.namespace },
      spec: analysisSpec(this.rollout, this.prometheus, this.metrics, analysis),
    }));
    return name;
  }
}

/** The spec of an AnalysisTemplate. */
function analysisSpec(
  rollout: string, address: string, metrics: MetricParts[], { checks, interval, failuresAllowed }: Analysis,
): Wire<AnalysisTemplateSpec> {
  // The pods of a Rollout have its name and the hash in theirs. Other labels of Istio's metrics are the same for both versions.
  const canary = ServiceMetrics._select(
    { reporter: 'destination', destination_workload_namespace: '{{args.namespace}}' },
    { pod: `${rollout.replace(/\./g, '\\.')}-{{args.canary-hash}}-.+` },
  );
  const pause = seconds('the interval', interval);
  return {
    args: ARGUMENTS.map(({ name }) => ({ name })),
    metrics: metrics.map((metric) => ({
      name: metric.name,
      initialDelay: pause,
      interval: pause,
      count: checks,
      failureLimit: failuresAllowed,
      successCondition: condition(metric),
      provider: { prometheus: { address, query: metric.query(canary, windowOf(metric, interval)) } },
    })),
  };
}

/** NaN is neither above nor below, so no data are a failure unless allowed. */
function condition({ bounds: { min, max }, allowMissing }: MetricParts): string {
  const good = [
    ...min === undefined ? [] : [`result[0] >= ${min}`],
    ...max === undefined ? [] : [`result[0] <= ${max}`],
  ].join(' && ');
  return allowMissing ? `len(result) == 0 || isNaN(result[0]) || (${good})` : `len(result) > 0 && ${good}`;
}
