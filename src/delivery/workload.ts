import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { show } from '../private/check';
import { MeshObject } from '../workload/mesh-object';

/**
 * What Argo CD must not put back: an entry of `spec.ignoreDifferences` of an Application. It takes the sync option
 * `RespectIgnoreDifferences=true` too, without which Argo CD ignores it in what it shows only.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/diffing/
 */
export interface IgnoredDifference {
  /**
   * The API group of the object.
   */
  readonly group: string;

  /**
   * The kind of the object.
   */
  readonly kind: string;

  /**
   * The name of the object.
   */
  readonly name: string;

  /**
   * The namespace of the object.
   *
   * @default - that of the Application
   */
  readonly namespace?: string;

  /**
   * The parts of the object that a controller writes, as jq finds them.
   */
  readonly jqPathExpressions: string[];
}

/** A workload that a delivery controller takes over. */
export interface Workload {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly ref: { readonly apiVersion: string; readonly kind: string; readonly name: string };
  /** The labels of its pods as they are now. */
  labels(): Record<string, string>;
  /** The labels by which it selects its pods. */
  selector(): Record<string, string>;
}

/** The workload that a construct defines, of any cdk8s-plus version or binding. */
export function workloadOf(where: string, construct: IConstruct, kinds: string[]): Workload {
  const pods = MeshObject.of(`the workload of ${where}`, construct, 'Pod');
  let object: IConstruct | undefined = construct;
  while (object !== undefined && !ApiObject.isApiObject(object)) {
    object = object.node.defaultChild;
  }
  const found = object as ApiObject;
  const { apiVersion, kind, name, metadata } = found;
  if (!kinds.includes(kind)) {
    throw new Error(`the workload of ${where} is ${pods.description}, expected ${kinds.join(' or ')}; no other can be delivered in steps`);
  }
  return {
    name,
    namespace: metadata.namespace,
    ref: { apiVersion, kind, name },
    labels: () => pods.read().labels,
    selector: () => found.toJson().spec.selector?.matchLabels ?? {},
  };
}

/** @throws when the workload stands elsewhere */
export function sameNamespace(where: string, workload: Workload, namespace: string | undefined): void {
  if (workload.namespace !== namespace) {
    throw new Error(`the workload of ${where} stands in the namespace ${show(workload.namespace)}, expected ${show(namespace)}, where the service is; put both into one`);
  }
}
