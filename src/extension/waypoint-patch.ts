import { EnvoyFilterSelection } from './envoy-filter-selection';
import { HTTP_CONNECTION_MANAGER } from './envoy-listener-match';
import { EnvoyPatch } from './envoy-patch';
import { defined, EnvoyProxyMatch, renderProxy } from './envoy-proxy-match';
import { EnvoyRouteSelection } from './envoy-selection';
import { EnvoyFilterSpecConfigPatchesMatch as Match } from '../../imports/networking.istio.io';
import { noUnknown, optionalText, port } from '../private/check';
import { given } from '../private/render';

/**
 * What every match in waypoints can have.
 */
export interface WaypointMatch {
  /**
   * The proxies.
   *
   * @default - all waypoints
   */
  readonly proxy?: EnvoyProxyMatch;

  /**
   * The port of the service.
   *
   * @default - any
   */
  readonly portNumber?: number;
}

/**
 * Matches filters in waypoints.
 */
export interface WaypointFilterMatch extends WaypointMatch {
  /**
   * The name of the filter.
   *
   * @default - any filter; what is inserted before it comes first, what is inserted after it last
   */
  readonly filter?: string;
}

/**
 * Matches routes in waypoints.
 */
export interface WaypointRouteMatch extends WaypointMatch {
  /**
   * The name of the route: that of the rule in the VirtualService, or `default`.
   *
   * @default - any; what is inserted before it comes first, what is inserted after it last
   */
  readonly route?: string;
}

/**
 * A change to the configuration that Istio writes for waypoints. The API has it since Istio 1.29; up to 1.31 nothing
 * comes of it.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/envoy-filter/
 */
export class WaypointPatch {
  /**
   * Network filters.
   *
   * @param match which ones
   * @throws when a value is wrong
   */
  public static networkFilter(match: WaypointFilterMatch = {}): EnvoyFilterSelection {
    return EnvoyFilterSelection._of(EnvoyPatch._select('WaypointPatch.networkFilter', 'NETWORK_FILTER', match, (where, { filter, ...rest }) =>
      renderWaypoint(where, rest, { filter: given(filterName(where, filter), (name) => ({ name })) })));
  }

  /**
   * HTTP filters, which stand in the HTTP connection manager.
   *
   * @param match which ones
   * @throws when a value is wrong
   */
  public static httpFilter(match: WaypointFilterMatch = {}): EnvoyFilterSelection {
    return EnvoyFilterSelection._of(EnvoyPatch._select('WaypointPatch.httpFilter', 'HTTP_FILTER', match, (where, { filter, ...rest }) =>
      renderWaypoint(where, rest, { filter: given(filterName(where, filter), (name) => ({ name: HTTP_CONNECTION_MANAGER, subFilter: { name } })) })));
  }

  /**
   * Routes.
   *
   * @param match which ones
   * @throws when a value is wrong
   */
  public static httpRoute(match: WaypointRouteMatch = {}): EnvoyRouteSelection {
    return EnvoyRouteSelection._of(EnvoyPatch._select('WaypointPatch.httpRoute', 'HTTP_ROUTE', match, (where, { route, ...rest }) =>
      renderWaypoint(where, rest, { route: given(optionalText(`the route of ${where}`, route, 'leave it out for any'), (name) => ({ name })) })));
  }

  private constructor() {}
}

function filterName(where: string, filter: string | undefined): string | undefined {
  return optionalText(`the filter of ${where}`, filter, 'leave it out for any');
}

function renderWaypoint(where: string, match: WaypointMatch, part: Match['waypoint']): Match {
  const { proxy, portNumber, ...rest } = match;
  noUnknown(where, rest);
  return {
    context: 'WAYPOINT' as any,
    proxy: given(proxy, (value) => renderProxy(`the proxy of ${where}`, value)),
    waypoint: defined({ portNumber: given(portNumber, (value) => port(`the portNumber of ${where}`, value)), ...part }),
  };
}
