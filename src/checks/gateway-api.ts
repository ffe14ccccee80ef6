import { Mesh } from './mesh';
import { entries, list, Resource } from './resource';
import { GATEWAY, isWaypoint, namespaceNamed } from './waypoints';

const GROUP = 'gateway.networking.k8s.io';
const ROUTES = ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute'].map((kind) => `${GROUP}/${kind}`);
const PROTOCOLS: Record<string, string[]> = { HTTPRoute: ['HTTP', 'HTTPS'], GRPCRoute: ['HTTP', 'HTTPS'], TLSRoute: ['TLS'], TCPRoute: ['TCP', 'TLS'] };

/** Looks at every route of the Gateway API. */
export function eachRoute(mesh: Mesh, look: (route: Resource) => void): void {
  ROUTES.forEach((kind) => mesh.each(kind, look));
}

/** A Gateway that a route names. */
export interface Parent {
  readonly path: string;
  readonly namespace: string;
  readonly name: string;
  readonly sectionName?: string;
  readonly port?: number;
  /** The Gateway, where the app has it. */
  readonly gateway?: Resource;
}

/** The Gateways that a route names; no waypoints. */
export function gatewaysOfRoute(mesh: Mesh, route: Resource): Parent[] {
  return list(route.spec.parentRefs).map((parent, i) => ({ path: `spec.parentRefs[${i}]`, namespace: route.namespace, ...parent }))
    .filter(({ kind = 'Gateway', group = GROUP }) => kind === 'Gateway' && group === GROUP)
    .map(({ path, namespace, name, sectionName, port }) => (
      { path, namespace, name, sectionName, port, gateway: mesh.find(GATEWAY, namespace, name) }
    ))
    .filter(({ gateway }) => gateway === undefined || !isWaypoint(gateway));
}

/** The listeners of its Gateway that a route names. */
export function listenersOf({ gateway, sectionName, port }: Parent): any[] {
  return list(gateway?.spec.listeners)
    .filter((listener) => (sectionName === undefined || listener?.name === sectionName) && (port === undefined || listener?.port === port));
}

/** Whether a listener is for routes of that kind. */
export function takesKind(listener: any, kind: string): boolean {
  const kinds = list(listener.allowedRoutes?.kinds);
  return kinds.length > 0
    ? kinds.some((allowed) => allowed?.kind === kind)
    : PROTOCOLS[kind].includes(listener.protocol) || !/^(HTTPS?|TLS|TCP|UDP)$/.test(listener.protocol);
}

/** Whether a listener lets in the routes of a namespace; where the app does not show it, it is taken to. */
export function takesNamespace(mesh: Mesh, listener: any, gateway: Resource, namespace: string): boolean {
  const { from = 'Same', selector } = listener.allowedRoutes?.namespaces ?? {};
  if (from !== 'Selector') {
    return from === 'All' || from !== 'None' && gateway.namespace === namespace;
  }
  const own = namespaceNamed(mesh, namespace)?.labels;
  return list(selector?.matchExpressions).length > 0 || entries<string>(selector?.matchLabels)
    .every(([key, value]) => key === 'kubernetes.io/metadata.name' ? value === namespace : own === undefined || own[key] === value);
}

/** Whether some host is under both names. */
export function hostsMeet(a: string, b: string): boolean {
  const [x, y] = [a, b].map((host) => host.toLowerCase());
  return x === y || x === '*' || y === '*' || x.startsWith('*') && y.endsWith(x.slice(1)) || y.startsWith('*') && x.endsWith(y.slice(1));
}
