import { External } from './external';
import { protocolOf } from './protocol';
import { entries, list, Manifest, Resource } from './resource';
import { hasLabels, podsOf, Workload } from './workload';

export const MESH = 'mesh';
export const ROOT_NAMESPACE = 'istio-system';

/** A service that clients can name: of Kubernetes, or of a ServiceEntry. */
export interface Service {
  readonly host: string;
  readonly namespace: string;
  readonly resource: Resource;
  readonly ports: ServicePort[];
  /** The labels of its pods; undefined where it has no selector. */
  readonly selector?: Record<string, string>;
}

export interface ServicePort {
  readonly number: number;
  readonly name?: string;
  /** The protocol in upper case, such as HTTP2; undefined where it is not declared. */
  readonly protocol?: string;
}

/** A place in a VirtualService that sends requests somewhere. */
export interface Target {
  readonly virtualService: Resource;
  /** The path of the destination. */
  readonly path: string;
  readonly type: 'http' | 'tcp' | 'tls';
  /** The host in full. */
  readonly host: string;
  readonly subset?: string;
  readonly port?: number;
  readonly mirror: boolean;
}

/**
 * The app, indexed once: every rule finds what it needs by name, so that checking takes time in proportion to the app's size.
 */
export class Mesh {
  readonly resources: Resource[];
  private readonly byKey = new Map<string, Resource[]>();
  private readonly memo = new Map<unknown, unknown>();
  private readonly outside = new Map<string, Map<string, External>>();

  constructor(manifests: Iterable<Manifest | Resource>, externals: External[] = []) {
    this.resources = [];
    for (const manifest of manifests) {
      if (typeof manifest === 'object' && manifest !== null && (manifest instanceof Resource || typeof manifest.kind === 'string')) {
        const resource = manifest instanceof Resource ? manifest : new Resource(manifest);
        this.resources.push(resource);
        add(this.byKey, resource.key, resource);
      }
    }
    for (const external of externals) {
      const kind = this.outside.get(external._kind) ?? new Map<string, External>();
      this.outside.set(external._kind, kind.set(external._name, external));
    }
  }

  /** All resources of a kind. */
  kind(key: string): Resource[] {
    return this.byKey.get(key) ?? [];
  }

  /** Looks at all resources of a kind. */
  each(key: string, look: (resource: Resource) => void): void {
    attemptEach(this.kind(key), look);
  }

  /** Computes something about the app once. */
  once<T>(key: unknown, compute: () => T): T {
    if (!this.memo.has(key)) {
      this.memo.set(key, compute());
    }
    return this.memo.get(key) as T;
  }

  /** Computes something about a host once: many rules ask the same of the same hosts. */
  private perHost<T>(key: string, host: string, compute: () => T): T {
    const known = this.once(key, () => new Map<string, T>());
    if (!known.has(host)) {
      known.set(host, compute());
    }
    return known.get(host) as T;
  }

  /** The resources of a kind, grouped by a name. */
  group(key: string, by: (resource: Resource) => string): Map<string, Resource[]> {
    const groups = new Map<string, Resource[]>();
    this.each(key, (resource) => add(groups, by(resource), resource));
    return groups;
  }

  /** The resource of a kind by namespace and name. */
  find(key: string, namespace: string, name: string): Resource | undefined {
    return this.once(`find ${key}`, () => this.group(key, (resource) => `${resource.namespace}/${resource.name}`)).get(`${namespace}/${name}`)?.[0];
  }

  /** The namespaces that have resources of a kind. */
  namespacesWith(key: string): Set<string> {
    return this.once(`namespaces ${key}`, () => new Set(this.kind(key).map(({ namespace }) => namespace)));
  }

  /** What was declared to stand outside of the app. */
  external(kind: 'gateway' | 'secret' | 'service-account' | 'provider' | 'namespace', name: string): External | undefined {
    return this.outside.get(kind)?.get(name);
  }

  /** The declaration of a host, by itself, by a wildcard or by its namespace. */
  externalHost(host: string): External | undefined {
    const hosts = this.outside.get('host');
    return hosts && [host, ...wildcardsOf(host)].map((name) => hosts.get(name)).find((found) => found)
      || this.external('namespace', namespaceOf(host) ?? '');
  }

  /** Whether something is declared for a namespace, or at all, so that one must not conclude from what is missing. */
  anyExternal(kind: string): boolean {
    return this.outside.has(kind);
  }

  /** All services by host. */
  get services(): Map<string, Service[]> {
    return this.once('services', () => {
      const services = new Map<string, Service[]>();
      this.each('Service', (resource) => {
        const host = fullHost(resource.name, resource.namespace);
        const selector = entries(resource.spec.selector).length > 0 ? resource.spec.selector : undefined;
        const ports = list(resource.spec.ports).map((port) => ({ number: port.port, name: port.name, protocol: protocolOf(port) }));
        add(services, host, { host, namespace: resource.namespace, resource, ports, selector });
      });
      this.each('ServiceEntry', (resource) => {
        const ports = list(resource.spec.ports)
          .map(({ number, name, protocol }) => ({ number, name, protocol: protocol && String(protocol).toUpperCase() }));
        for (const host of list(resource.spec.hosts)) {
          add(services, host, { host, namespace: resource.namespace, resource, ports });
        }
      });
      return services;
    });
  }

  /** The services of a host, among them those of a wildcard ServiceEntry. */
  servicesOf(host: string): Service[] {
    return this.perHost('services of', host, () => [host, ...wildcardsOf(host)].map((name) => this.services.get(name)).find((found) => found) ?? []);
  }

  /** The services by their Service's name alone. */
  servicesNamed(name: string): Resource[] {
    return this.once('services by name', () => this.group('Service', (service) => service.name)).get(name) ?? [];
  }

  /**
   * Whether the app would show a service of that host if there were one: it has other Services of the namespace, and no controller makes it.
   */
  knowsServicesOf(host: string): boolean {
    const namespace = namespaceOf(host);
    return namespace !== undefined && this.namespacesWith('Service').has(namespace) && !SYSTEM.test(namespace) && this.externalHost(host) === undefined
      && !this.once('made services', () => new Set(madeServices(this))).has(host);
  }

  /** All pods that the app's workloads make, by namespace and label. */
  get workloads(): Workload[] {
    return this.once('workloads', () => {
      const workloads: Workload[] = [];
      for (const resource of this.resources) {
        const pods = podsOf(resource);
        if (pods !== undefined) {
          workloads.push(pods);
        }
      }
      return workloads;
    });
  }

  /** The workloads that have all of the labels, in a namespace or in all of them. */
  workloadsWith(labels: Record<string, string>, namespace?: string): Workload[] {
    const index = this.once('workloads by label', () => {
      const byLabel = new Map<string, Workload[]>();
      for (const workload of this.workloads) {
        for (const [key, value] of entries(workload.labels)) {
          add(byLabel, `${key}=${value}`, workload);
          add(byLabel, `${workload.namespace}/${key}=${value}`, workload);
        }
        add(byLabel, `${workload.namespace}/`, workload);
      }
      return byLabel;
    });
    const keys = entries(labels);
    if (keys.length === 0) {
      return namespace === undefined ? this.workloads : index.get(`${namespace}/`) ?? [];
    }
    const sets = keys.map(([key, value]) => index.get(`${namespace === undefined ? '' : `${namespace}/`}${key}=${value}`) ?? []);
    const smallest = sets.reduce((a, b) => b.length < a.length ? b : a);
    return keys.length === 1 ? smallest : smallest.filter((workload) => hasLabels(workload, keys));
  }

  /** The workloads behind a service. */
  workloadsOf(service: Service): Workload[] {
    return service.selector === undefined ? [] : this.once(service, () => this.workloadsWith(service.selector!, service.namespace));
  }

  /** The DestinationRules for a host, by its own name. */
  destinationRulesOf(host: string): Resource[] {
    return this.once('destination rules', () => this.group('DestinationRule', (rule) => fullHost(rule.spec.host, rule.namespace))).get(host) ?? [];
  }

  /** The DestinationRules for a host, by its own name or by a wildcard. */
  destinationRulesCovering(host: string): Resource[] {
    return this.perHost('destination rules covering', host, () => [host, ...wildcardsOf(host)].flatMap((name) => this.destinationRulesOf(name)));
  }

  /** Every destination of every VirtualService. */
  get targets(): Target[] {
    return this.once('targets', () => {
      const targets: Target[] = [];
      this.each('VirtualService', (virtualService) => targets.push(...targetsOf(virtualService)));
      return targets;
    });
  }

  /** Every destination with that host. */
  targetsOfHost(host: string): Target[] {
    return this.once('targets by host', () => {
      const byHost = new Map<string, Target[]>();
      this.targets.forEach((target) => add(byHost, target.host, target));
      return byHost;
    }).get(host) ?? [];
  }

  /** The VirtualServices that are bound to a gateway, given as `namespace/name`, or to the mesh. */
  virtualServicesOn(gateway: string): Resource[] {
    return this.once('by gateway', () => {
      const byGateway = new Map<string, Resource[]>();
      this.each('VirtualService', (virtualService) => gatewaysOf(virtualService).forEach((name) => add(byGateway, name, virtualService)));
      return byGateway;
    }).get(gateway) ?? [];
  }

  /** The VirtualServices that are for a host, by its own name. */
  virtualServicesFor(host: string): Resource[] {
    return this.once('by host', () => {
      const byHost = new Map<string, Resource[]>();
      this.each('VirtualService', (virtualService) => list<string>(virtualService.spec.hosts)
        .forEach((name) => add(byHost, fullHost(name, virtualService.namespace), virtualService)));
      return byHost;
    }).get(host) ?? [];
  }

  /** The Gateway that a VirtualService names, as `namespace/name`. */
  gateway(name: string): Resource | undefined {
    const [namespace, gateway] = name.split('/');
    return this.find('Gateway', namespace, gateway);
  }

  /** The pods of a gateway; none where the app does not have them. */
  gatewayPods(gateway: Resource): Workload[] {
    return this.once(gateway, () => this.workloadsWith(gateway.spec.selector ?? {}));
  }
}

/** Istio and Kubernetes have Services of their own there. */
const SYSTEM = /^(istio-system|kube-.*)$/;

/** The Services that controllers make for resources of the app: for Gateways of the Gateway API, for Flagger's canaries, for Knative's Services. */
function madeServices(mesh: Mesh): string[] {
  const named = (namespace: string, ...all: string[]) => all.map((name) => fullHost(name, namespace));
  return [
    'kubernetes.default.svc.cluster.local',
    ...mesh.kind('gateway.networking.k8s.io/Gateway').flatMap((gateway) =>
      named(gateway.namespace, gateway.annotation('gateway.istio.io/name-override') ?? gateway.name, `${gateway.name}-${gateway.spec.gatewayClassName}`)),
    ...mesh.kind('Canary').flatMap(({ spec, namespace }) => {
      const name = spec.service?.name ?? spec.targetRef?.name;
      return named(namespace, name, `${name}-primary`, `${name}-canary`);
    }),
    ...mesh.kind('serving.knative.dev/Service').flatMap(({ name, namespace }) => named(namespace, name)),
  ];
}

function* destinationsOf(routes: any, type: Target['type']): Generator<[string, any, boolean]> {
  for (const [i, route] of list(routes).entries()) {
    for (const [j, { destination }] of list(route?.route).entries()) {
      yield [`spec.${type}[${i}].route[${j}].destination`, destination, false];
    }
    if (route?.mirror) {
      yield [`spec.${type}[${i}].mirror`, route.mirror, true];
    }
    for (const [j, { destination }] of list(route?.mirrors).entries()) {
      yield [`spec.${type}[${i}].mirrors[${j}].destination`, destination, true];
    }
  }
}

function targetsOf(virtualService: Resource): Target[] {
  return (['http', 'tcp', 'tls'] as const).flatMap((type) => [...destinationsOf(virtualService.spec[type], type)]
    .filter(([, destination]) => typeof destination?.host === 'string')
    .map(([path, { host, subset, port }, mirror]) => ({
      virtualService, path, type, host: fullHost(host, virtualService.namespace), subset: subset || undefined, port: port?.number, mirror,
    })));
}

/** The gateways of a VirtualService, as `namespace/name` or `mesh`. */
export function gatewaysOf(virtualService: Resource): string[] {
  const known = GATEWAYS.get(virtualService) ?? namesOfGateways(virtualService);
  GATEWAYS.set(virtualService, known);
  return known;
}

/** Many rules ask the same of the same VirtualService. */
const GATEWAYS = new WeakMap<Resource, string[]>();

function namesOfGateways(virtualService: Resource): string[] {
  const gateways = list<string>(virtualService.spec.gateways);
  return gateways.length === 0 ? [MESH] : [...new Set(gateways.map((gateway) => fullGateway(gateway, virtualService.namespace)))];
}

/** The name of a gateway as `namespace/name`. Istio still reads the old form, `name.namespace.svc.cluster.local`. */
export function fullGateway(gateway: string, namespace: string): string {
  const [name, home] = gateway.split('.');
  return gateway === MESH ? gateway : gateway.includes('/') ? gateway.replace(/^\.\//, `${namespace}/`) : `${home ?? namespace}/${name}`;
}

/** The host as Istio reads it: a name without dots is one of the resource's own namespace, one with dots is complete. */
export function fullHost(host: string, namespace: string): string {
  return typeof host !== 'string' || host.includes('.') || host.includes('*') ? String(host) : `${host}.${namespace}.svc.cluster.local`;
}

/** A host as a person would write it. */
export function shortHost(host: string): string {
  return host.replace(/\.svc\.cluster\.local$/, '');
}

/** The namespace in the name of a service of Kubernetes. */
export function namespaceOf(host: string): string | undefined {
  return /^[^.*]+\.([^.]+)\.svc\.cluster\.local$/.exec(host)?.[1];
}

/** The wildcards that a host falls under, the most specific first. */
export function wildcardsOf(host: string): string[] {
  const labels = host.replace(/^\*\.?/, '').split('.').filter((label) => label !== '');
  return [...labels.slice(host.startsWith('*') ? 0 : 1).map((_, i, { length }) => `*.${labels.slice(-(length - i)).join('.')}`), '*']
    .filter((wildcard) => wildcard !== host);
}

/** Looks at what may have any shape. Where it is not that of its kind, nothing is said: that is for its schema to judge. */
export function attempt(look: () => void): void {
  try {
    look();
  } catch (error) {
    ignoreShape(error);
  }
}

/** Looks at each, whatever shape another one has. */
export function attemptEach<T>(values: Iterable<T>, look: (value: T) => void): void {
  for (const value of values) {
    try {
      look(value);
    } catch (error) {
      ignoreShape(error);
    }
  }
}

function ignoreShape(error: unknown): void {
  if (!(error instanceof TypeError)) {
    throw error;
  }
}

/** Adds to a list in a map. */
export function add<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key);
  if (values === undefined) {
    map.set(key, [value]);
  } else {
    values.push(value);
  }
}
