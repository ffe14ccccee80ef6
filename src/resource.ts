import { ApiObject, ApiObjectMetadata, ApiObjectMetadataDefinition, GroupVersionKind, JsonPatch, Lazy } from 'cdk8s';
import { Construct } from 'constructs';

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
 * The base of every Istio resource of this library.
 */
export abstract class IstioResource extends Construct {
  private readonly apiObject: ApiObject;

  /**
   * Creates the resource in the scope's chart.
   *
   * @param scope the construct it belongs to
   * @param id its name among the scope's children
   * @param gvk its API version and kind
   * @param props its metadata
   */
  protected constructor(scope: Construct, id: string, gvk: GroupVersionKind, props: IstioResourceProps) {
    super(scope, id);
    // A plain ApiObject applies JSON patches last, so they may name any field, by its name on the wire.
    // The generated class renders after the patches and would drop or rename what its schema doesn't know.
    this.apiObject = new ApiObject(this, 'Resource', {
      ...gvk,
      metadata: props.metadata,
      spec: Lazy.any({ produce: () => this._toSpec() }),
    });
  }

  /**
   * The name of the resource in the cluster.
   */
  public get name(): string {
    return this.apiObject.name;
  }

  /**
   * The namespace of the resource.
   *
   * Undefined where neither the resource nor its chart names one; whoever applies the manifest decides then.
   */
  public get namespace(): string | undefined {
    return this.apiObject.metadata.namespace;
  }

  /**
   * The API version of the resource, such as `networking.istio.io/v1`.
   */
  public get apiVersion(): string {
    return this.apiObject.apiVersion;
  }

  /**
   * The kind of the resource, such as `VirtualService`.
   */
  public get kind(): string {
    return this.apiObject.kind;
  }

  /**
   * The metadata of the resource, to add labels and annotations to.
   */
  public get metadata(): ApiObjectMetadataDefinition {
    return this.apiObject.metadata;
  }

  /**
   * Changes the manifest after everything else, for a field this library does not offer yet.
   *
   * The patch may name any field, known or not, by its name in the manifest (`consecutive5xxErrors`, `jwks_uri`).
   *
   * @param ops the operations, in order
   * @see https://datatracker.ietf.org/doc/html/rfc6902
   */
  public addJsonPatch(...ops: JsonPatch[]): void {
    this.apiObject.addJsonPatch(...ops);
  }

  /**
   * Renders the spec with its names on the wire, once, when the chart is synthesized.
   *
   * @internal
   */
  protected abstract _toSpec(): object | undefined;
}
