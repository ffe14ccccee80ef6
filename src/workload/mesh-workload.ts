import { IConstruct } from 'constructs';
import { MeshObject } from './mesh-object';
import { noUnknown, object, show } from '../private/check';
import { given } from '../private/render';

/**
 * Who a workload is in the mesh.
 */
export interface WorkloadIdentity {
  /**
   * The name of the service that it belongs to, in telemetry and Kiali, a label value of at most 63 characters.
   *
   * @default - the label `app.kubernetes.io/name` or `app`, else the name of the Deployment
   */
  readonly canonicalName?: string;

  /**
   * The version of that service, a label value of at most 63 characters.
   *
   * @default - the label `app.kubernetes.io/version` or `version`, else `latest`
   */
  readonly canonicalRevision?: string;

  /**
   * The name of the workload in telemetry, a label value of at most 63 characters.
   *
   * @default - the name of the Deployment
   */
  readonly workloadName?: string;

  /**
   * The network that it is on; between networks requests go through a gateway. For pods.
   *
   * @default - that of the cluster
   */
  readonly network?: string;

  /**
   * Where it runs, such as `eu-west/zone-a` or `eu-west/zone-a/rack-1`, without dots. For pods.
   *
   * @default - that of the node
   */
  readonly locality?: string;
}

/**
 * Names and places of workloads as the mesh has them: of a Deployment, a Job or anything else with a pod template, of any cdk8s-plus version,
 * any binding or YAML.
 *
 * @see https://istio.io/latest/docs/reference/config/labels/
 */
export class MeshWorkload {
  /**
   * Writes who the workload is into the labels of its pods. What is there already stays.
   *
   * @param workload a workload with pods; with `workloadName` alone, a WorkloadEntry too
   * @param identity what is not to be found out from its names and labels
   * @throws when it is no workload, says something else already, or a value is wrong
   */
  public static identify(workload: IConstruct, identity: WorkloadIdentity): void {
    const where = 'MeshWorkload.identify';
    const { canonicalName, canonicalRevision, workloadName, network, locality, ...rest } = object(`the properties of ${where}`, identity);
    noUnknown(where, rest);
    const ofPods = {
      'service.istio.io/canonical-name': given(canonicalName, (value) => labelValue('canonicalName', value)),
      'service.istio.io/canonical-revision': given(canonicalRevision, (value) => labelValue('canonicalRevision', value)),
      'topology.istio.io/network': given(network, (value) => labelValue('network', value)),
      'topology.istio.io/locality': given(locality, renderLocality),
    };
    const entryToo = Object.values(ofPods).every((value) => value === undefined);
    MeshObject.of(where, workload, ...entryToo ? ['WorkloadEntry' as const] : [], 'Pod').add({
      labels: { ...ofPods, 'service.istio.io/workload-name': given(workloadName, (value) => labelValue('workloadName', value)) },
    });
  }

  private constructor() {}
}

/**
 * Refuses what is no value of a label, or is empty.
 *
 * @internal
 */
export function labelValue(where: string, value: string): string {
  if (typeof value !== 'string' || !/^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/.test(value)) {
    throw new Error(`${where} is ${show(value)}, expected 1 to 63 letters, digits, dashes, dots and underscores as labels have them; rename it, or leave it out for the default`);
  }
  return value;
}

/** A label can't have slashes; Istio reads dots in their place. */
function renderLocality(locality: string): string {
  if (typeof locality !== 'string' || !/^[^/.]+(\/[^/.]+){0,2}$/.test(locality)) {
    throw new Error(`locality is ${show(locality)}, expected region, zone and subzone, such as "eu-west/zone-a"; leave out dots and the parts that are not known`);
  }
  return labelValue('locality', locality.replace(/\//g, '.'));
}
