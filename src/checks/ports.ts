import { add, Mesh, Service } from './mesh';
import { list } from './resource';
import { Workload } from './workload';

/** A port of a Service, and where the workload behind it listens. */
export interface TargetPort {
  readonly service: Service;
  /** The port that clients call. */
  readonly port: number;
  /** The workload's own port; undefined where its name is not known. */
  readonly target?: number;
  readonly protocol?: string;
}

/** The ports that Services give a workload. */
export function targetPortsOf(mesh: Mesh, workload: Workload): TargetPort[] {
  return mesh.once('target ports', () => {
    const ports = new Map<Workload, TargetPort[]>();
    for (const services of mesh.services.values()) {
      for (const service of services.filter(({ resource }) => resource.key === 'Service')) {
        for (const behind of mesh.workloadsOf(service)) {
          service.ports.forEach(({ number, protocol }, i) => {
            const target = list(service.resource.spec.ports)[i].targetPort ?? number;
            add(ports, behind, { service, port: number, target: typeof target === 'number' ? target : containerPorts(behind).get(target), protocol });
          });
        }
      }
    }
    return ports;
  }).get(workload) ?? [];
}

/** The ports of a workload's containers by name, or by number where they have no name. */
export function containerPorts({ pod }: Workload): Map<string, number> {
  const ports = [...list(pod.containers), ...list(pod.initContainers)].flatMap((container) => list(container?.ports));
  return new Map(ports.map(({ name, containerPort }) => [String(name ?? containerPort), containerPort]));
}

/**
 * Where a number is the port of the workloads' Services, and none of the workloads' own ports: the own port that is behind it.
 */
export function behindServicePort(mesh: Mesh, workloads: Workload[], number: number): TargetPort | undefined {
  const all = workloads.map((workload) => ({ own: containerPorts(workload), ports: targetPortsOf(mesh, workload) }));
  const known = all.length > 0 && all.every(({ ports }) => ports.length > 0 && ports.every(({ target }) => target !== undefined));
  const isOwn = all.some(({ own, ports }) => [...own.values()].includes(number) || ports.some(({ target }) => target === number));
  return known && !isOwn ? all.flatMap(({ ports }) => ports).find(({ port }) => port === number) : undefined;
}
