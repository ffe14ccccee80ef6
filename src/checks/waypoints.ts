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

/** The waypoint that requests to a Service or ServiceEntry pass, as `namespace/name`, as far as the app says. */
export function waypointOf(mesh: Mesh, service: Resource): string | undefined {
  const asked = waypointAsked(service.labels, service.namespace);
  return (asked === undefined ? waypointAsked(namespaceNamed(mesh, service.namespace)?.labels ?? {}, service.namespace) : asked) ?? undefined;
}

/** Whether some pods of the app have sidecars, which follow the routes and policies of what they call, wherever it is. */
export function hasSidecars(mesh: Mesh): boolean {
  return mesh.once('sidecars', () => mesh.kind('Namespace')
    .some(({ labels }) => labels['istio-injection'] === 'enabled' || labels['istio.io/rev'] !== undefined && labels['istio.io/dataplane-mode'] === undefined)
    || mesh.workloads.some(({ labels }) => String(labels['sidecar.istio.io/inject']) === 'true'));
}

/** Whether a Gateway of the Gateway API is a waypoint of Istio. */
export function isWaypoint({ spec }: Resource): boolean {
  return spec.gatewayClassName === 'istio-waypoint';
}

/**
 * Whether requests to a Service or ServiceEntry certainly pass no waypoint: its namespace is in the app and in ambient mode, and neither asks for one.
 */
export function lacksWaypoint(mesh: Mesh, service: Resource): boolean {
  return namespaceNamed(mesh, service.namespace)?.labels['istio.io/dataplane-mode'] === 'ambient' && waypointOf(mesh, service) === undefined;
}
