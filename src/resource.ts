import { ApiObject, ApiObjectMetadata, GroupVersionKind, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { Checks } from './checks/checks';
import { refuseReserved } from './private/annotations';
import { refuseNewer } from './private/mesh-version';

/**
 * Properties that every Istio resource has.
 */
export interface IstioResourceProps {
  /**
   * Name, namespace, labels and annotations of the resource.
   *
   * @default - a name generated from the construct's path, the chart's namespace and labels
   * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/
   */
  readonly metadata?: ApiObjectMetadata;
}

/**
 * The base of every Istio resource of this library: an `ApiObject` with a typed spec.
 *
 * For a field this library does not offer yet there is `addJsonPatch`. Patches are applied after everything else, so
 * they may name any field, by its name in the manifest (`consecutive5xxErrors`, `jwks_uri`). No `MeshVersion` looks at them.
 *
 * @see https://cdk8s.io/docs/latest/basics/escape-hatches/
 */
export abstract class IstioResource extends ApiObject {
  /**
   * An object is an instance of its own class and those above, where `ApiObject` would have every ApiObject be one of each.
   *
   * @internal
   */
  public static [Symbol.hasInstance](object: unknown): object is ApiObject {
    return Function.prototype[Symbol.hasInstance].call(this, object);
  }

  /**
   * Creates the resource in the scope's chart.
   *
   * @param scope the construct it belongs to
   * @param id its name among the scope's children
   * @param gvk its API version and kind
   * @param props its metadata
   * @throws when the metadata has an annotation that Istio refuses
   */
  protected constructor(scope: Construct, id: string, gvk: GroupVersionKind, props: IstioResourceProps) {
    // A plain ApiObject applies patches last. The generated classes render after the patches, and drop or rename in them
    // what their schema doesn't know. A construct around an ApiObject would double the cost of every resource.
    super(scope, id, {
      apiVersion: gvk.apiVersion,
      kind: gvk.kind,
      metadata: props.metadata,
      spec: Lazy.any({ produce: () => refuseNewer(this, this._toSpec()) }),
    });
    refuseReserved(gvk.kind, props.metadata?.annotations);
    Checks._watch(this);
  }

  /**
   * The namespace of the resource.
   *
   * Undefined where neither the resource nor its chart names one; whoever applies the manifest decides then.
   */
  public get namespace(): string | undefined {
    return this.metadata.namespace;
  }

  /**
   * The spec with its names on the wire, rendered once, when the chart is synthesized.
   *
   * @internal
   */
  protected abstract _toSpec(): object | undefined;
}
