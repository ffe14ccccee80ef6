import { Construct } from 'constructs';
import { ReadinessProbe } from './readiness-probe';
import { renderTemplate, WorkloadEndpoint } from './workload-endpoint';
import { WorkloadGroup as Binding, WorkloadGroupSpec, WorkloadGroupSpecMetadata } from '../../imports/networking.istio.io';
import { instance, noUnknown, object, show } from '../private/check';
import { atMost } from '../private/limits';
import { labels } from '../private/names';
import { given, orUndefined } from '../private/render';
import { IstioResource, IstioResourceProps } from '../resource';

/**
 * The labels and annotations of the `WorkloadEntry` resources of a group.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/workload-group/#WorkloadGroup-ObjectMeta
 */
export interface WorkloadMetadata {
  /**
   * Their labels.
   *
   * @default - none
   */
  readonly labels?: Record<string, string>;

  /**
   * Their annotations.
   *
   * @default - none
   */
  readonly annotations?: Record<string, string>;
}

/**
 * Properties of a `WorkloadGroup`.
 */
export interface WorkloadGroupProps extends IstioResourceProps {
  /**
   * What the workloads have in common. The address is usually left out: each workload brings its own.
   */
  readonly template: WorkloadEndpoint;

  /**
   * The labels and annotations of the `WorkloadEntry` that Istio makes for each workload.
   *
   * @default - none
   */
  readonly workloadMetadata?: WorkloadMetadata;

  /**
   * How the proxy finds out whether a workload is ready.
   *
   * @default - a workload is ready once its proxy is connected
   */
  readonly probe?: ReadinessProbe;
}

/**
 * Workloads outside Kubernetes that are alike, as the pods of a Deployment are.
 * Istio makes a `WorkloadEntry` for each one whose proxy connects.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/workload-group/
 */
export class WorkloadGroup extends IstioResource {
  private readonly spec: WorkloadGroupSpec;

  /**
   * Creates the group.
   *
   * @param scope the construct it belongs to
   * @param id its name among the scope's children
   * @param props what its workloads have in common
   * @throws when there is no template, or a value is wrong
   */
  public constructor(scope: Construct, id: string, props: WorkloadGroupProps) {
    super(scope, id, Binding.GVK, object('the properties of the WorkloadGroup', props));
    const { metadata, template, workloadMetadata, probe, ...rest } = props;
    noUnknown('WorkloadGroup', rest);
    this.spec = {
      metadata: given(workloadMetadata, renderMetadata),
      template: renderTemplate('the template of the WorkloadGroup', template),
      probe: given(probe, (value) => instance('the probe of the WorkloadGroup', value, ReadinessProbe, 'ReadinessProbe.httpGet(8080)')._toIstio()),
    };
  }

  /** @internal */
  protected _toSpec(): WorkloadGroupSpec {
    return this.spec;
  }
}

function renderMetadata(metadata: WorkloadMetadata): WorkloadGroupSpecMetadata | undefined {
  const { labels: values, annotations, ...rest } = object('the workloadMetadata', metadata);
  noUnknown('workloadMetadata', rest);
  return {
    labels: orUndefined(given(values, (map) => atMost('the labels of the workloadMetadata', labels('the labels of the workloadMetadata', map), 256))),
    annotations: orUndefined(given(annotations, renderAnnotations)),
  };
}

function renderAnnotations(annotations: Record<string, string>): Record<string, string> {
  for (const [key, value] of Object.entries(atMost('the annotations of the workloadMetadata', object('the annotations of the workloadMetadata', annotations), 256))) {
    if (key === '' || typeof value !== 'string') {
      throw new Error(`the annotations of the workloadMetadata have ${show(key)}: ${show(value)}, expected a name with a text; write the value in quotes`);
    }
  }
  return annotations;
}
