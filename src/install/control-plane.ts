import { IstiodChartValues } from './chart-values';
import { MeshConfig } from './mesh-config';
import { mergeValues } from './plain';
import { revisionName } from './revision';
import { noUnknown, object, show, texts } from '../private/check';
import { given } from '../private/render';

/**
 * A control plane beside the one that a mesh runs on: the next version, for the workloads that are to try it.
 *
 * @see https://istio.io/latest/docs/setup/upgrade/canary/
 */
export interface CanaryControlPlane {
  /**
   * The version of Istio, such as `1.31.1`.
   */
  readonly version: string;

  /**
   * The revision, by which namespaces choose it.
   *
   * @default - the version with dashes, such as `1-31-1`
   */
  readonly revision?: string;

  /**
   * The names that stand for the revision, such as `canary`.
   *
   * @default - none
   */
  readonly tags?: string[];

  /**
   * What the mesh goes by, where this control plane sees to it.
   *
   * @default - as the installation has it
   */
  readonly meshConfig?: MeshConfig;

  /**
   * Values of the chart `istiod`.
   *
   * @default - as the installation has them
   */
  readonly istiod?: IstiodChartValues;
}

/** A control plane, checked. */
export interface ControlPlane {
  readonly version: string;
  readonly revision?: string;
  readonly tags: string[];
  readonly meshConfig?: MeshConfig;
  readonly istiod?: IstiodChartValues;
  /** The name of its release, and of its Service. */
  readonly name: string;
}

export function controlPlane(where: string, props: CanaryControlPlane): ControlPlane {
  const { version, revision, tags, meshConfig, istiod, ...rest } = object(where, props);
  noUnknown(where, rest);
  return {
    version: release(`version of ${where}`, version),
    revision: given(revision, (value) => revisionName(value, `revision of ${where}`)),
    tags: texts(`tags of ${where}`, tags)?.map((tag) => revisionName(tag, `a tag of ${where}`)) ?? [],
    meshConfig,
    istiod,
    name: revision === undefined ? 'istiod' : `istiod-${revision}`,
  };
}

/** One version of the charts. */
function release(where: string, value: string): string {
  if (typeof value !== 'string' || !/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/.test(value)) {
    throw new Error(`${where} is ${show(value)}, expected one release such as "1.31.1"; a control plane is upgraded on purpose, not when a release comes out`);
  }
  return value;
}

/** The newer of two versions. */
export function newer(one: string, other: string): string {
  return one.localeCompare(other, 'en', { numeric: true }) < 0 ? other : one;
}

/** Options with those that somebody else sets. Nothing is set twice, but for `values`, which are joined. */
export function joined<T extends object>(where: string, options: T | undefined, by: string, set: Partial<T>): T {
  const all: Record<string, any> = { ...options && object(where, options) };
  for (const [key, value] of Object.entries(set)) {
    if (key === 'values') {
      all.values = mergeValues(`the values of ${where}`, all.values, value as object);
    } else if (value !== undefined) {
      if (all[key] !== undefined) {
        throw new Error(`${where} has ${show(key)}, which ${by} sets, expected it in one place; leave it out here`);
      }
      all[key] = value;
    }
  }
  return all as T;
}
