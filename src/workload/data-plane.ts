import { MeshMetadata, MeshObject } from './mesh-object';

export const NAMESPACE_SIDECARS = 'istio-injection';
export const SIDECAR = 'sidecar.istio.io/inject';
export const REVISION = 'istio.io/rev';
export const DATAPLANE_MODE = 'istio.io/dataplane-mode';

/** Refuses a second way into the mesh beside the one that an object's labels say already. */
export function oneDataPlane(object: MeshObject, adding: MeshMetadata): void {
  const ways = object.kind === 'Namespace' ? waysOfNamespace({ ...object.read().labels, ...adding.labels }) : waysOfPods({ ...object.read().labels, ...adding.labels });
  if (ways.length > 1) {
    throw new Error(`${object.description} would have the labels ${ways.join(' and ')}, expected one way into the mesh; choose one of sidecars, a revision of them and ambient`);
  }
}

type Labels = Record<string, string | undefined>;

/** As Istio's analyzer counts them (IST0123). */
function waysOfNamespace(labels: Labels): string[] {
  const off = labels[NAMESPACE_SIDECARS] !== undefined && labels[NAMESPACE_SIDECARS] !== 'enabled';
  return off ? [] : written(labels, [NAMESPACE_SIDECARS, REVISION, DATAPLANE_MODE]);
}

/** A pod may name a revision beside its wish for a sidecar. */
function waysOfPods(labels: Labels): string[] {
  const sidecar = labels[SIDECAR] === 'true' || labels[REVISION] !== undefined && labels[SIDECAR] !== 'false';
  return sidecar && labels[DATAPLANE_MODE] === 'ambient' ? written(labels, [SIDECAR, REVISION, DATAPLANE_MODE]) : [];
}

function written(labels: Labels, keys: string[]): string[] {
  return keys.filter((key) => labels[key] !== undefined).map((key) => `${key}=${labels[key]}`);
}
