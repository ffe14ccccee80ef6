import { IConstruct } from 'constructs';
import { noUnknown, object } from '../private/check';
import { AmbientMesh } from '../workload/ambient-mesh';
import { Injection } from '../workload/injection';

/**
 * Options of `DataPlane.sidecars`.
 */
export interface SidecarsOptions {
  /**
   * The revision or tag of the control plane, such as `canary`.
   *
   * @default - the default control plane
   */
  readonly revision?: string;
}

/**
 * Options of `DataPlane.ambient`.
 */
export interface AmbientOptions {
  /**
   * The name of the waypoint's `Gateway`, which routes, retries and authorizes by HTTP.
   *
   * @default - none: connections are encrypted and authorized by identity only
   */
  readonly waypoint?: string;

  /**
   * The namespace of the waypoint.
   *
   * @default - the namespace itself
   */
  readonly waypointNamespace?: string;
}

/**
 * How the pods of a namespace are in the mesh.
 *
 * @see https://istio.io/latest/docs/overview/dataplane-modes/
 */
export class DataPlane {
  /**
   * By a proxy beside each pod.
   *
   * @param options which control plane adds it
   */
  public static sidecars(options: SidecarsOptions = {}): DataPlane {
    const { revision, ...rest } = object('the options of DataPlane.sidecars', options);
    noUnknown('DataPlane.sidecars', rest);
    return new DataPlane(true, (namespace) => revision === undefined ? Injection.enable(namespace) : Injection.revision(namespace, revision));
  }

  /**
   * By ztunnel on each node, and a waypoint where HTTP matters.
   *
   * @param options the waypoint
   */
  public static ambient(options: AmbientOptions = {}): DataPlane {
    const { waypoint, waypointNamespace, ...rest } = object('the options of DataPlane.ambient', options);
    noUnknown('DataPlane.ambient', rest);
    return new DataPlane(false, (namespace) => {
      AmbientMesh.enroll(namespace);
      if (waypoint !== undefined) {
        AmbientMesh.useWaypoint(namespace, waypoint, { namespace: waypointNamespace });
      }
    });
  }

  private constructor(
    /** @internal */
    public readonly _hasSidecars: boolean,
    /** @internal */
    public readonly _enroll: (namespace: IConstruct) => void,
  ) {}
}
