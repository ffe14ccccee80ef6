import { LabelSelection, renderSelection } from './label-selection';
import { flag, list, member, noUnknown, object, optionalList } from '../private/check';
import { hostname } from '../private/names';
import { given, orUndefined } from '../private/render';

/**
 * How far a ServiceEntry is seen.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#ServiceEntryVisibility-Visibility
 */
export enum Visibility {
  /** Nowhere: Istio configures no proxy for it. */
  NONE = 'NONE',
  /** In its namespace. */
  NAMESPACE = 'NAMESPACE',
  /** Everywhere that its control plane configures. */
  PUBLIC = 'PUBLIC',
}

/**
 * How far the ServiceEntries of some namespaces are seen.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#ServiceEntryVisibility-Policy
 */
export interface VisibilityPolicy {
  /**
   * How far they are seen.
   */
  readonly visibility: Visibility;

  /**
   * The namespaces of the ServiceEntries. All selections must hold.
   *
   * @default - all namespaces
   */
  readonly namespaces?: LabelSelection[];
}

/**
 * How far ServiceEntries are seen, whatever their `exportTo` says. Since Istio 1.31.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#ServiceEntryVisibility
 */
export interface ServiceEntryVisibility {
  /**
   * How far those are seen that no policy is for.
   *
   * @default Visibility.PUBLIC
   */
  readonly defaultVisibility?: Visibility;

  /**
   * Whether sidecars go by it too. Otherwise only ztunnels and waypoints do, and sidecars by `exportTo`.
   *
   * @default false
   */
  readonly applyToSidecars?: boolean;

  /**
   * The policies. The first one whose namespaces fit counts.
   *
   * @default - none
   */
  readonly policies?: VisibilityPolicy[];
}

/**
 * Services whose endpoints are seen by the other clusters of an ambient mesh, too.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-ServiceScopeConfigs
 */
export enum ServiceScopeKind {
  /** In their cluster only. */
  LOCAL = 'LOCAL',
  /** In all clusters of the mesh. */
  GLOBAL = 'GLOBAL',
}

/**
 * Which clusters of an ambient mesh see the endpoints of some services. Services that no GLOBAL one is for are local.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-ServiceScopeConfigs
 */
export interface ServiceScope {
  /**
   * Which clusters see them.
   */
  readonly scope: ServiceScopeKind;

  /**
   * The namespaces of the services.
   *
   * @default - all
   */
  readonly namespaces?: LabelSelection;

  /**
   * The services.
   *
   * @default - all
   */
  readonly services?: LabelSelection;
}

/**
 * Whether services stay in their cluster, where a mesh with sidecars has several.
 *
 * @see https://istio.io/latest/docs/ops/configuration/traffic-management/multicluster/#keeping-traffic-in-cluster
 */
export interface ServiceSettings {
  /**
   * The hosts of the services, the first label of which may be `*`.
   */
  readonly hosts: string[];

  /**
   * Whether clients only use endpoints of their own cluster.
   */
  readonly clusterLocal: boolean;
}

/** @internal */
export function renderVisibility(visibility: ServiceEntryVisibility) {
  const where = 'serviceEntryVisibility';
  const { defaultVisibility, applyToSidecars, policies, ...rest } = object(where, visibility);
  noUnknown(where, rest);
  return {
    defaultVisibility: given(defaultVisibility, (value) => member(`${where}.defaultVisibility`, value, Visibility)),
    applyToSidecars: flag(`${where}.applyToSidecars`, applyToSidecars),
    policies: orUndefined(optionalList(`${where}.policies`, policies)?.map((policy, index) => renderPolicy(`${where}.policies[${index}]`, policy))),
  };
}

function renderPolicy(where: string, policy: VisibilityPolicy) {
  const { visibility, namespaces, ...rest } = object(where, policy);
  noUnknown(where, rest);
  return {
    visibility: member(`visibility of ${where}`, visibility, Visibility),
    matchingRules: orUndefined(optionalList(`namespaces of ${where}`, namespaces)
      ?.map((selection) => ({ namespaceSelector: renderSelection(`an entry of namespaces of ${where}`, selection) }))),
  };
}

/** @internal */
export function renderScope(scope: ServiceScope, index: number) {
  const where = `serviceScopeConfigs[${index}]`;
  const { scope: kind, namespaces, services, ...rest } = object(where, scope);
  noUnknown(where, rest);
  return {
    scope: member(`scope of ${where}`, kind, ServiceScopeKind),
    namespaceSelector: given(namespaces, (selection) => renderSelection(`namespaces of ${where}`, selection)),
    servicesSelector: given(services, (selection) => renderSelection(`services of ${where}`, selection)),
  };
}

/** @internal */
export function renderServiceSettings(settings: ServiceSettings, index: number) {
  const where = `serviceSettings[${index}]`;
  const { hosts, clusterLocal, ...rest } = object(where, settings);
  noUnknown(where, rest);
  list(`hosts of ${where}`, hosts, 'name the services').forEach((host) => hostname(`a host of ${where}`, host));
  if (clusterLocal === undefined) {
    throw new Error(`clusterLocal of ${where} is undefined, expected true or false; say whether the services stay in their cluster`);
  }
  return { settings: { clusterLocal: flag(`clusterLocal of ${where}`, clusterLocal) }, hosts };
}
