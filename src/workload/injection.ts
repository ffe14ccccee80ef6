import { IConstruct } from 'constructs';
import { NAMESPACE_SIDECARS, oneDataPlane, REVISION, SIDECAR } from './data-plane';
import { MeshMetadata, MeshObject } from './mesh-object';
import { list, show } from '../private/check';
import { dnsLabel } from '../private/names';

/**
 * Whether pods get a sidecar, and from which control plane.
 *
 * It is said by labels of a Namespace, for all its pods, or of the pods of a workload: a Deployment, a Job or anything else with a pod
 * template, of any cdk8s-plus version, any binding or YAML. Pods take it up when they are created anew.
 *
 * @see https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/
 */
export class Injection {
  /**
   * Pods get a sidecar from the default control plane.
   *
   * @param target a Namespace or a workload
   * @throws when it is something else, was told otherwise, or is in the mesh in another way
   */
  public static enable(target: IConstruct): void {
    label('Injection.enable', target, { Namespace: [NAMESPACE_SIDECARS, 'enabled'], Pod: [SIDECAR, 'true'] });
  }

  /**
   * Pods get no sidecar.
   *
   * @param target a Namespace or a workload
   * @throws when it is something else, or was told otherwise
   */
  public static disable(target: IConstruct): void {
    label('Injection.disable', target, { Namespace: [NAMESPACE_SIDECARS, 'disabled'], Pod: [SIDECAR, 'false'] });
  }

  /**
   * Pods get a sidecar from the control plane of this revision. For a namespace it takes the place of `enable`.
   *
   * @param target a Namespace or a workload
   * @param revision the revision or tag, such as `canary`
   * @throws when the target is something else or in the mesh in another way, or the revision is no DNS label
   */
  public static revision(target: IConstruct, revision: string): void {
    dnsLabel('the revision of Injection.revision', revision);
    label('Injection.revision', target, { Namespace: [REVISION, revision], Pod: [REVISION, revision] });
  }

  /**
   * The templates that make the sidecar, in place of the usual one, such as `gateway` or `grpc-agent`.
   *
   * @param workload a Deployment or anything else with a pod template
   * @param templates the names of the templates, at least one
   * @throws when the workload has no pods, or a name is empty
   */
  public static templates(workload: IConstruct, ...templates: string[]): void {
    list('the templates of Injection.templates', templates, 'name one, such as "gateway"').forEach((name) => {
      if (typeof name !== 'string' || !/^[-\w.]+$/.test(name)) {
        throw new Error(`a template of Injection.templates is ${show(name)}, expected a name of letters, digits and dashes; give each name by itself`);
      }
    });
    MeshObject.of('Injection.templates', workload, 'Pod').add({ annotations: { 'inject.istio.io/templates': templates.join(',') } });
  }

  private constructor() {}
}

function label(where: string, target: IConstruct, entry: Record<'Namespace' | 'Pod', [key: string, value: string]>): void {
  const object = MeshObject.of(where, target, 'Namespace', 'Pod');
  const metadata: MeshMetadata = { labels: Object.fromEntries([entry[object.kind as 'Namespace' | 'Pod']]) };
  oneDataPlane(object, metadata);
  object.add(metadata);
}
