import { attemptEach, fullHost, gatewaysOf, MESH, Mesh } from './mesh';
import { list, Resource } from './resource';

/** Looks at every rule for HTTP of every VirtualService. */
export function eachHttpRoute(mesh: Mesh, look: (virtualService: Resource, route: any, path: string) => void): void {
  const routes = mesh.once('http routes', () => mesh.kind('VirtualService').map((virtualService) => ({
    virtualService, http: list(virtualService.spec.http).map((route, i) => ({ route, path: `spec.http[${i}]` })),
  })));
  attemptEach(routes, ({ virtualService, http }) => http.forEach(({ route, path }) => look(virtualService, route, path)));
}

/** The policy of a DestinationRule for all ports, for one, for a subset, or for a port of a subset. */
export interface Policy {
  readonly path: string;
  readonly policy: any;
  readonly subset?: any;
  /** The policy around it, where it is one for a port. */
  readonly around?: any;
}

/** Looks at every traffic policy of every DestinationRule. */
export function eachPolicy(mesh: Mesh, look: (rule: Resource, policy: Policy) => void): void {
  const policies = mesh.once('traffic policies', () => {
    const found: { rule: Resource; policies: Policy[] }[] = [];
    mesh.each('DestinationRule', (rule) => found.push({ rule, policies: policiesOf(rule) }));
    return found;
  });
  attemptEach(policies, ({ rule, policies: ofRule }) => ofRule.forEach((policy) => look(rule, policy)));
}

function policiesOf({ spec }: Resource): Policy[] {
  const tops: Policy[] = [
    { path: 'spec.trafficPolicy', policy: spec.trafficPolicy },
    ...list(spec.subsets).map((subset, i) => ({ path: `spec.subsets[${i}].trafficPolicy`, policy: subset?.trafficPolicy, subset })),
  ];
  return tops.filter(({ policy }) => typeof policy === 'object' && policy !== null).flatMap((top) => [top, ...list(top.policy.portLevelSettings)
    .map((policy, i) => ({ path: `${top.path}.portLevelSettings[${i}]`, policy, subset: top.subset, around: top.policy }))]);
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/** Whether a rule lets through requests that change something: its matches don't all name a method that only reads. */
export function takesWrites(route: any): boolean {
  const matches = list(route.match);
  return matches.length === 0 || matches.some(({ method }) => !reads(method));
}

function reads(method: any): boolean {
  if (SAFE.has(method?.exact)) {
    return true;
  }
  return typeof method?.regex === 'string' && method.regex.replace(/[()^$]/g, '').split('|').every((name: string) => SAFE.has(name));
}

/** Whether a match lets every request through. */
export function isCatchAll(match: any): boolean {
  const { name, statPrefix, gateways, port, uri, ...rest } = match ?? {};
  const everyPath = uri === undefined || uri.prefix === '/' || uri.regex === '.*';
  return everyPath && port === undefined && gateways === undefined && Object.keys(rest).every((key) => key === 'ignoreUriCase');
}

/** Whether some rule takes every request that no other does. */
export function hasCatchAll(virtualService: Resource): boolean {
  return list(virtualService.spec.http).some((route) => list(route?.match).length === 0 || list(route.match).some(isCatchAll));
}

const GATEWAY_ROUTES = ['HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute'].map((kind) => `gateway.networking.k8s.io/${kind}`);

/** The hosts that gateways are asked for, and those that they send requests to, in full. */
export function hostsOfGateways(mesh: Mesh): Set<string> {
  return mesh.once('hosts of gateways', () => {
    const hosts = new Set<string>();
    const onGateway = (virtualService: Resource) => gatewaysOf(virtualService).some((gateway) => gateway !== MESH);
    mesh.each('VirtualService', (virtualService) => onGateway(virtualService)
      && list<string>(virtualService.spec.hosts).forEach((host) => hosts.add(fullHost(host, virtualService.namespace))));
    mesh.targets.filter(({ virtualService }) => onGateway(virtualService)).forEach(({ host }) => hosts.add(host));
    GATEWAY_ROUTES.forEach((kind) => mesh.each(kind, (route) => list(route.spec.rules).flatMap((rule) => list(rule?.backendRefs))
      .forEach((backend) => hosts.add(fullHost(backend.name, backend.namespace ?? route.namespace)))));
    return hosts;
  });
}
