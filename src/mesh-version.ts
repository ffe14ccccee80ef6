import { IConstruct } from 'constructs';
import { instance, show } from './private/check';
import { setRelease } from './private/mesh-version';

/**
 * A release of Istio.
 *
 * Say which one the mesh runs, and fields that it does not know are errors when the app is synthesized: the API server of
 * such a mesh would refuse them, or drop them silently.
 *
 * @example
 * MeshVersion.set(chart, MeshVersion.V1_29);
 *
 * @see https://istio.io/latest/docs/releases/supported-releases/
 */
export class MeshVersion {
  /** Istio 1.27. */
  public static readonly V1_27 = new MeshVersion('1.27', '1.29', '1.33');
  /** Istio 1.28. */
  public static readonly V1_28 = new MeshVersion('1.28', '1.29', '1.34');
  /** Istio 1.29. */
  public static readonly V1_29 = new MeshVersion('1.29', '1.31', '1.35');
  /** Istio 1.30. */
  public static readonly V1_30 = new MeshVersion('1.30', '1.32', '1.36');
  /** Istio 1.31, the newest that this library knows. */
  public static readonly V1_31 = new MeshVersion('1.31', '1.32', '1.36');

  /**
   * The release of a version in text, such as one from the configuration of the mesh.
   *
   * @param version the version, such as `1.29` or `1.29.3`
   * @throws when it is none from 1.27 to 1.31
   */
  public static of(version: string): MeshVersion {
    const known = [MeshVersion.V1_27, MeshVersion.V1_28, MeshVersion.V1_29, MeshVersion.V1_30, MeshVersion.V1_31];
    const minor = typeof version === 'string' ? /^(\d+\.\d+)(?:\.\d+)?$/.exec(version)?.[1] : undefined;
    const found = known.find(({ release }) => release === minor);
    if (found === undefined) {
      throw new Error(`the version of Istio is ${show(version)}, expected one from 1.27 to 1.31, such as "1.29" or "1.29.3"; update this library for a newer one`);
    }
    return found;
  }

  /**
   * Says which Istio an app, a chart or any other construct is for, with all that is in it. Unless it is said, nothing is checked.
   * What is said of an inner construct goes before what is said of an outer one. It may be said before or after the resources are created.
   *
   * @param scope the app, the chart or another construct
   * @param version the release of Istio that the mesh runs
   * @throws when an argument is not what it should be
   */
  public static set(scope: IConstruct, version: MeshVersion): void {
    if (typeof scope?.node?.path !== 'string') {
      throw new Error(`the scope of the mesh version is ${show(scope)}, expected a construct; give the app or the chart`);
    }
    setRelease(scope, instance('the mesh version', version, MeshVersion, 'MeshVersion.V1_29').release);
  }

  private constructor(
    /** The release, such as `1.29`. */
    public readonly release: string,

    /**
     * The oldest Kubernetes that it runs on, such as `1.32`: below it istioctl warns of an unsupported cluster.
     *
     * @see https://istio.io/latest/news/releases/ whose announcement of each release names its versions of Kubernetes
     */
    public readonly minKubernetes: string,

    /** The newest Kubernetes that it was tested with, such as `1.36`. Nothing refuses a newer one. */
    public readonly maxKubernetes: string,
  ) {}

  /**
   * Refuses a Kubernetes that is too old for this release.
   *
   * @param version the version of Kubernetes, such as `1.33`, or as a cluster gives it, such as `v1.33.4-gke.1012000`
   * @throws when it is none, or too old
   */
  public requireKubernetes(version: string): void {
    const minor = typeof version === 'string' ? /^v?1\.(\d+)(?:[.+-].*)?$/.exec(version)?.[1] : undefined;
    if (minor === undefined) {
      throw new Error(`the version of Kubernetes is ${show(version)}, expected one such as "${this.maxKubernetes}"; kubectl version shows it`);
    }
    if (Number(minor) < Number(this.minKubernetes.split('.')[1])) {
      throw new Error(`the version of Kubernetes is ${show(version)}, expected ${this.minKubernetes} or newer, which Istio ${this.release} needs; upgrade the cluster first`);
    }
  }
}
