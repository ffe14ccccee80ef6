import { IConstruct } from 'constructs';
import { DATAPLANE_MODE, oneDataPlane } from './data-plane';
import { MeshObject } from './mesh-object';
import { flag, noUnknown, object, show, whole } from '../private/check';
import { boundedText } from '../private/limits';
import { dnsLabel, objectName } from '../private/names';
import { given } from '../private/render';

/**
 * How ambient treats the pods of a workload.
 */
export interface AmbientPodOptions {
  /**
   * Whether requests to the pods go past the mesh: for workloads whose clients are all outside it, such as another ingress controller.
   *
   * @default false
   */
  readonly bypassInboundCapture?: boolean;

  /**
   * Whether DNS requests of the pods go through ztunnel. Without it ServiceEntries and egress waypoints don't work for them.
   *
   * @default - as Istio was installed, usually true
   */
  readonly dnsCapture?: boolean;
}

/**
 * A second waypoint that takes a share of the connections, to try it out.
 */
export interface WaypointCanary {
  /**
   * The name of the waypoint's `Gateway`, another than that of the first one.
   */
  readonly name: string;

  /**
   * The namespace of the waypoint.
   *
   * @default - that of the object
   */
  readonly namespace?: string;

  /**
   * Its share of new connections in percent, 0 to 100, a whole number.
   *
   * @default 0
   */
  readonly weight?: number;
}

/**
 * Options of a waypoint.
 */
export interface WaypointOptions {
  /**
   * The namespace of the waypoint.
   *
   * @default - that of the object
   */
  readonly namespace?: string;

  /**
   * Whether ingress gateways go through the waypoint too. For a Namespace, a Service or a ServiceEntry.
   *
   * @default false
   */
  readonly ingress?: boolean;

  /**
   * A second waypoint with a share of the connections. For a Namespace, a Service or a ServiceEntry. Since Istio 1.31.
   *
   * @default - none
   */
  readonly canary?: WaypointCanary;
}

/**
 * Who is in the mesh without sidecars, and whose requests go through a waypoint.
 *
 * It is said by labels of Namespaces, Services, ServiceEntries, WorkloadEntries and the pods of workloads, of any cdk8s-plus version, any
 * binding or YAML.
 *
 * @see https://istio.io/latest/docs/ambient/usage/
 */
export class AmbientMesh {
  /**
   * Pods are in the mesh by ztunnel.
   *
   * @param target a Namespace or a workload
   * @param options how its pods are treated; for a workload only
   * @throws when it is something else, was told otherwise, or has sidecars
   */
  public static enroll(target: IConstruct, options: AmbientPodOptions = {}): void {
    const where = 'AmbientMesh.enroll';
    const { bypassInboundCapture, dnsCapture, ...rest } = object(`the options of ${where}`, options);
    noUnknown(where, rest);
    const annotations = {
      'ambient.istio.io/bypass-inbound-capture': given(flag(`bypassInboundCapture of ${where}`, bypassInboundCapture), String),
      'ambient.istio.io/dns-capture': given(flag(`dnsCapture of ${where}`, dnsCapture), String),
    };
    const wanted = Object.values(annotations).some((value) => value !== undefined);
    setMode(MeshObject.of(where, target, ...wanted ? [] : ['Namespace' as const], 'Pod'), 'ambient', annotations);
  }

  /**
   * Pods are not in the mesh by ztunnel, whatever their namespace says.
   *
   * @param target a Namespace or a workload
   * @throws when it is something else, or was told otherwise
   */
  public static exclude(target: IConstruct): void {
    setMode(MeshObject.of('AmbientMesh.exclude', target, 'Namespace', 'Pod'), 'none');
  }

  /**
   * Requests go through a waypoint.
   *
   * @param target a Namespace, Service, ServiceEntry, WorkloadEntry or a workload
   * @param waypoint the name of the waypoint's `Gateway`
   * @param options where the waypoint is, and who goes through it
   * @throws when the target is something else or was told otherwise, or a value is wrong
   */
  public static useWaypoint(target: IConstruct, waypoint: string, options: WaypointOptions = {}): void {
    const where = 'AmbientMesh.useWaypoint';
    const { namespace, ingress, canary, ...rest } = object(`the options of ${where}`, options);
    noUnknown(where, rest);
    const narrow = ingress !== undefined || canary !== undefined;
    const owner = MeshObject.of(where, target, 'Namespace', 'Service', 'ServiceEntry', ...narrow ? [] : ['WorkloadEntry' as const, 'Pod' as const]);
    const second = given(canary, (value) => renderCanary(where, waypoint, namespace, value));
    owner.add({
      labels: {
        'istio.io/use-waypoint': waypointName(`the waypoint of ${where}`, waypoint),
        'istio.io/use-waypoint-namespace': given(namespace, (value) => dnsLabel(`the namespace of ${where}`, value)),
        'istio.io/ingress-use-waypoint': given(flag(`ingress of ${where}`, ingress), String),
        ...second?.labels,
      },
      annotations: second?.annotations,
    });
  }

  /**
   * Requests go through no waypoint, whatever the namespace says.
   *
   * @param target a Namespace, Service, ServiceEntry, WorkloadEntry or a workload
   * @throws when it is something else, or was told otherwise
   */
  public static useNoWaypoint(target: IConstruct): void {
    MeshObject.of('AmbientMesh.useNoWaypoint', target, 'Namespace', 'Service', 'ServiceEntry', 'WorkloadEntry', 'Pod')
      .add({ labels: { 'istio.io/use-waypoint': 'none' } });
  }

  private constructor() {}
}

function setMode(target: MeshObject, mode: string, annotations: Record<string, string | undefined> = {}): void {
  const metadata = { labels: { [DATAPLANE_MODE]: mode }, annotations };
  oneDataPlane(target, metadata);
  target.add(metadata);
}

/** The name is written as a label, which is shorter than names of objects may be; "none" means that there is none. */
function waypointName(where: string, name: string): string {
  if (name === 'none') {
    throw new Error(`${where} is "none", expected the name of a Gateway; use AmbientMesh.useNoWaypoint for none, or rename the Gateway`);
  }
  return boundedText(where, objectName(where, name), 63);
}

function renderCanary(where: string, first: string, firstNamespace: string | undefined, canary: WaypointCanary) {
  const { name, namespace, weight, ...rest } = object(`the canary of ${where}`, canary);
  noUnknown(`the canary of ${where}`, rest);
  if (name === first && namespace === firstNamespace) {
    throw new Error(`the canary of ${where} is ${show(name)}, which is the waypoint itself, expected another one; name the second Gateway`);
  }
  return {
    labels: {
      'istio.io/use-waypoint-canary': waypointName(`the canary of ${where}`, name),
      'istio.io/use-waypoint-canary-namespace': given(namespace, (value) => dnsLabel(`the namespace of the canary of ${where}`, value)),
    },
    annotations: {
      'istio.io/use-waypoint-canary-weight': given(weight, (value) => String(whole(`the weight of the canary of ${where}`, value, 0, 100, 'give its share in percent'))),
    },
  };
}
