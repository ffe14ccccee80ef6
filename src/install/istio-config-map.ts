import { ApiObject, ApiObjectMetadata, Yaml } from 'cdk8s';
import { Construct } from 'constructs';
import { MeshConfig } from './mesh-config';
import { MeshNetworks } from './mesh-networks';
import { revisionName } from './revision';
import { instance, noUnknown, object } from '../private/check';
import { given } from '../private/render';

/**
 * Properties of an `IstioConfigMap`.
 */
export interface IstioConfigMapProps {
  /**
   * Name, namespace, labels and annotations of the ConfigMap.
   *
   * A name of its own is for a ConfigMap that istiod is pointed to by its environment variable `SHARED_MESH_CONFIG`.
   *
   * @default - the name that the revision's istiod reads, and the chart's namespace
   */
  readonly metadata?: ApiObjectMetadata;

  /**
   * What the mesh goes by.
   */
  readonly meshConfig: MeshConfig;

  /**
   * The networks of the mesh.
   *
   * @default - one network
   */
  readonly meshNetworks?: MeshNetworks;

  /**
   * The revision of the control plane that reads it.
   *
   * @default - the control plane without a revision
   */
  readonly revision?: string;
}

/**
 * The ConfigMap that istiod reads the mesh configuration from, in the namespace of istiod.
 *
 * Istio's Helm charts and istioctl write it by themselves: give them the MeshConfig, or keep them from it by the value `configMap: false`.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/
 */
export class IstioConfigMap extends ApiObject {
  /**
   * Creates the ConfigMap.
   *
   * @param scope the construct it belongs to
   * @param id its name among the scope's children
   * @param props the configuration
   * @throws when a value is wrong
   */
  public constructor(scope: Construct, id: string, props: IstioConfigMapProps) {
    const { metadata, meshConfig, meshNetworks, revision, ...rest } = object('the properties of the IstioConfigMap', props);
    noUnknown('IstioConfigMap', rest);
    const suffix = given(revision, (value) => `-${revisionName(value)}`) ?? '';
    super(scope, id, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { ...metadata, name: metadata?.name ?? `istio${suffix}`, labels: { ...given(revision, (value) => ({ 'istio.io/rev': value })), ...metadata?.labels } },
      data: {
        mesh: instance('meshConfig', meshConfig, MeshConfig, 'new MeshConfig({ ... })').toYaml(),
        meshNetworks: given(meshNetworks, (networks) =>
          Yaml.stringify({ networks: instance('meshNetworks', networks, MeshNetworks, 'new MeshNetworks({ ... })').toValues() })),
      },
    });
  }
}
