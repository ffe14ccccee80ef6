import { EnvoyFilterSelection, EnvoyListenerFilterSelection } from './envoy-filter-selection';
import {
  EnvoyFilterMatch, EnvoyFilterChainMatch, EnvoyListenerFilterMatch, EnvoyListenerMatch, renderFilterChain, renderHttpFilter, renderListener,
  renderListenerFilter, renderNetworkFilter,
} from './envoy-listener-match';
import { defined, EnvoyProxyMatch, renderProxy } from './envoy-proxy-match';
import {
  EnvoyClusterMatch, EnvoyHttpRouteMatch, EnvoyRouteConfigurationMatch, EnvoyVirtualHostMatch, renderCluster, renderHttpRoute,
  renderRouteConfiguration, renderVirtualHost,
} from './envoy-route-match';
import { EnvoyObjectSelection, EnvoyRouteSelection, EnvoySelected, EnvoySelection, EnvoyVirtualHostSelection } from './envoy-selection';
import { EnvoyFilterSpecConfigPatches as Patch, EnvoyFilterSpecConfigPatchesMatch as Match } from '../../imports/networking.istio.io';
import { noUnknown, object } from '../private/check';
import { jsonObject } from '../private/json';
import { given, orUndefined } from '../private/render';

/** A match as it is rendered for an EnvoyFilter in a namespace. */
type Render<M> = (where: string, match: M, namespace: string | undefined) => Match;

/**
 * Options of a patch that matches nothing but proxies.
 */
export interface EnvoyProxyOptions {
  /**
   * The proxies it is for.
   *
   * @default - any
   */
  readonly proxy?: EnvoyProxyMatch;
}

/**
 * A change to the configuration that Istio writes for Envoy: first what is changed, then how.
 *
 * What Istio takes no notice of can't be written. Whether the value is what Envoy expects is for Istio to say
 * (`istioctl validate`); proxies may still refuse it.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/envoy-filter/#EnvoyFilter-EnvoyConfigObjectPatch
 */
export class EnvoyPatch {
  /**
   * Listeners.
   *
   * @param match which ones
   * @throws when a value is wrong
   */
  public static listener(match: EnvoyListenerMatch = {}): EnvoyObjectSelection {
    return EnvoyObjectSelection._of(EnvoyPatch._select('EnvoyPatch.listener', 'LISTENER', match, renderListener));
  }

  /**
   * Chains of filters in listeners.
   *
   * @param match which ones
   * @throws when a value is wrong
   */
  public static filterChain(match: EnvoyFilterChainMatch = {}): EnvoyObjectSelection {
    return EnvoyObjectSelection._of(EnvoyPatch._select('EnvoyPatch.filterChain', 'FILTER_CHAIN', match, renderFilterChain));
  }

  /**
   * Filters that listeners have before their chains.
   *
   * @param match which ones
   * @throws when a value is wrong
   */
  public static listenerFilter(match: EnvoyListenerFilterMatch = {}): EnvoyListenerFilterSelection {
    return EnvoyListenerFilterSelection._of(EnvoyPatch._select('EnvoyPatch.listenerFilter', 'LISTENER_FILTER', match, renderListenerFilter));
  }

  /**
   * Network filters, such as the HTTP connection manager.
   *
   * @param match which ones
   * @throws when a value is wrong
   */
  public static networkFilter(match: EnvoyFilterMatch = {}): EnvoyFilterSelection {
    return EnvoyFilterSelection._of(EnvoyPatch._select('EnvoyPatch.networkFilter', 'NETWORK_FILTER', match, renderNetworkFilter));
  }

  /**
   * HTTP filters, which stand in the HTTP connection manager.
   *
   * @param match which ones
   * @throws when a value is wrong
   */
  public static httpFilter(match: EnvoyFilterMatch = {}): EnvoyFilterSelection {
    return EnvoyFilterSelection._of(EnvoyPatch._select('EnvoyPatch.httpFilter', 'HTTP_FILTER', match, renderHttpFilter));
  }

  /**
   * Route configurations.
   *
   * @param match which ones
   * @throws when a value is wrong
   */
  public static routeConfiguration(match: EnvoyRouteConfigurationMatch = {}): EnvoySelection {
    return EnvoySelection._of(EnvoyPatch._select('EnvoyPatch.routeConfiguration', 'ROUTE_CONFIGURATION', match, renderRouteConfiguration));
  }

  /**
   * Virtual hosts in route configurations.
   *
   * @param match which ones
   * @throws when a value is wrong
   */
  public static virtualHost(match: EnvoyVirtualHostMatch = {}): EnvoyVirtualHostSelection {
    return EnvoyVirtualHostSelection._of(EnvoyPatch._select('EnvoyPatch.virtualHost', 'VIRTUAL_HOST', match, renderVirtualHost));
  }

  /**
   * Routes in virtual hosts.
   *
   * @param match which ones
   * @throws when a value is wrong
   */
  public static httpRoute(match: EnvoyHttpRouteMatch = {}): EnvoyRouteSelection {
    return EnvoyRouteSelection._of(EnvoyPatch._select('EnvoyPatch.httpRoute', 'HTTP_ROUTE', match, renderHttpRoute));
  }

  /**
   * Clusters.
   *
   * @param match which ones
   * @throws when a value is wrong
   */
  public static cluster(match: EnvoyClusterMatch = {}): EnvoyObjectSelection {
    return EnvoyObjectSelection._of(EnvoyPatch._select('EnvoyPatch.cluster', 'CLUSTER', match, renderCluster));
  }

  /**
   * Adds the configuration of an extension, which an HTTP filter of the same name in `config_discovery` then gets.
   *
   * @param value a `TypedExtensionConfig`, by the names that Envoy's API has
   * @param options the proxies it is for
   * @throws when it is no JSON object
   */
  public static extensionConfig(value: { readonly [key: string]: any }, options: EnvoyProxyOptions = {}): EnvoyPatch {
    return EnvoyObjectSelection._of(EnvoyPatch._select('EnvoyPatch.extensionConfig', 'EXTENSION_CONFIG', options, renderProxies)).add(value);
  }

  /**
   * Changes what Envoy starts with.
   *
   * @param value a part of the `Bootstrap`, by the names that Envoy's API has
   * @param options the proxies it is for
   * @throws when it is no JSON object
   * @deprecated Istio takes it and does nothing with it: write a ConfigMap and the annotation sidecar.istio.io/bootstrapOverride
   */
  public static bootstrap(value: { readonly [key: string]: any }, options: EnvoyProxyOptions = {}): EnvoyPatch {
    return EnvoySelection._of(EnvoyPatch._select('EnvoyPatch.bootstrap', 'BOOTSTRAP', options, renderProxies)).merge(value);
  }

  /**
   * What a match selects.
   *
   * @internal
   */
  public static _select<M extends object>(where: string, applyTo: string, match: M, render: Render<M>): EnvoySelected {
    const copy: M & { readonly filter?: string } = { ...object(`the match of ${where}`, match) };
    render(where, copy, 'default'); // whatever is wrong with it, but for the namespace, is said here
    return {
      needsName: (verb) => {
        if (copy.filter === undefined) {
          throw new Error(`${where} is to ${verb} a filter and names none, expected its name, since Istio does nothing otherwise; add { filter: "..." } to the match`);
        }
      },
      patch: (operation, value, filterClass) => {
        const copied = operation === 'REMOVE' ? undefined : jsonObject(`the value of ${where}`, value!);
        return new EnvoyPatch((namespace) => ({
          applyTo: applyTo as any,
          match: orUndefined(defined(render(where, copy, namespace))),
          patch: { operation: operation as any, filterClass: filterClass as any, value: copied },
        }));
      },
    };
  }

  private constructor(private readonly render: (namespace: string | undefined) => Patch) {}

  /**
   * @param namespace the namespace of the EnvoyFilter, where it is known
   * @internal
   */
  public _toIstio(namespace: string | undefined): Patch {
    return this.render(namespace);
  }
}

function renderProxies(where: string, options: EnvoyProxyOptions): Match {
  const { proxy, ...rest } = options;
  noUnknown(where, rest);
  return { proxy: given(proxy, (value) => renderProxy(`the proxy of ${where}`, value)) };
}
