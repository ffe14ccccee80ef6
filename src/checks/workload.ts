import { Resource } from './resource';

/** Pods that the app makes, all alike. */
export interface Workload {
  readonly resource: Resource;
  readonly namespace: string;
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
  readonly pod: any;
  /** How many there are; undefined where the manifest does not say. */
  readonly replicas?: number;
}

const TEMPLATED = new Set(['Deployment', 'StatefulSet', 'ReplicaSet', 'DaemonSet', 'Job', 'Rollout']);

/** Whether pods have these labels, and maybe more. */
export function hasLabels({ labels }: Pick<Workload, 'labels'>, wanted: readonly [string, string][]): boolean {
  return wanted.every(([key, value]) => labels[key] === value);
}

/** The pods that a resource makes; undefined where it makes none. */
export function podsOf(resource: Resource): Workload | undefined {
  const { key, namespace, spec, manifest } = resource;
  const workload = (metadata: any, pod: any, replicas?: number): Workload => ({
    resource, namespace, labels: metadata?.labels ?? {}, annotations: metadata?.annotations ?? {}, pod: pod ?? {}, replicas,
  });
  if (TEMPLATED.has(key)) {
    // A Rollout may take its template from a Deployment, which is a workload of its own.
    const counted = key === 'Deployment' || key === 'StatefulSet' || key === 'ReplicaSet';
    return spec.template === undefined ? undefined : workload(spec.template.metadata, spec.template.spec, counted ? spec.replicas ?? 1 : undefined);
  }
  switch (key) {
    case 'Pod': return workload(manifest.metadata, spec, 1);
    case 'CronJob': return workload(spec.jobTemplate?.spec?.template?.metadata, spec.jobTemplate?.spec?.template?.spec);
    case 'WorkloadEntry': return workload({ labels: spec.labels }, { serviceAccountName: spec.serviceAccount });
    case 'WorkloadGroup': return workload(spec.metadata, { serviceAccountName: spec.template?.serviceAccount });
    default: return undefined;
  }
}
