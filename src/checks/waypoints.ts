import { Mesh } from './mesh';
import { Resource } from './resource';

export const GATEWAY = 'gateway.networking.k8s.io/Gateway';
const USE = 'istio.io/use-waypoint';

/** The waypoint that labels ask for, as `namespace/name`; null where they ask for none, undefined where they say nothing. */
export function waypointAsked(labels: Record<string, string>, namespace: string): string | null | undefined {
  const name = labels[USE];
  return name === 'none' ? null : name === undefined ? undefined : `${labels[`${USE}-namespace`] ?? namespace}/${name}`;
}

/** The app's Namespace. */
export function namespaceNamed(mesh: Mesh, name: string): Resource | undefined {
  return mesh.once('namespaces', () => mesh.group('Namespace', (namespace) => namespace.name)).get(name)?.[0];
}

/** Whether a Gateway of the Gateway API is a waypoint of Istio. */
export function isWaypoint({ spec }: Resource): boolean {
  return spec.gatewayClassName === 'istio-waypoint';
}

/**
 * Whether requests to a Service or ServiceEntry certainly pass no waypoint: its namespace is in the app and in ambient mode, and neither asks for one.
 */
export function lacksWaypoint(mesh: Mesh, service: Resource): boolean {
  const namespace = namespaceNamed(mesh, service.namespace);
  if (namespace?.labels['istio.io/dataplane-mode'] !== 'ambient') {
    return false;
  }
  const asked = waypointAsked(service.labels, service.namespace);
  return typeof (asked === undefined ? waypointAsked(namespace.labels, service.namespace) : asked) !== 'string';
}
