import { IConstruct } from 'constructs';
import { defined, EnvoyMatch, EnvoyContext, renderCommon } from './envoy-proxy-match';
import { EnvoyFilterSpecConfigPatchesMatch as Match } from '../../imports/networking.istio.io';
import { member, noUnknown, object, optionalText, port, show } from '../private/check';
import { dnsLabel } from '../private/names';
import { given, orUndefined } from '../private/render';
import { gatewayName, IIstioGateway } from '../traffic/istio-gateway';
import { ServiceRef } from '../traffic/service-ref';

/**
 * Matches clusters: by `name`, or by what they were written for. What is left out matches any.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/envoy-filter/#EnvoyFilter-ClusterMatch
 */
export interface EnvoyClusterMatch extends EnvoyMatch {
  /**
   * The name of the cluster, such as `PassthroughCluster`. Beside it nothing but context and proxy.
   *
   * @default - any
   */
  readonly name?: string;

  /**
   * The service. Makes no difference to inbound clusters.
   *
   * @default - any
   */
  readonly service?: IConstruct;

  /**
   * The subset of the service.
   *
   * @default - any, and none
   */
  readonly subset?: string;

  /**
   * The port of the service; of an inbound cluster, that of the workload.
   *
   * @default - any
   */
  readonly portNumber?: number;
}

/**
 * Matches route configurations. What is left out matches any.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/envoy-filter/#EnvoyFilter-RouteConfigurationMatch
 */
export interface EnvoyRouteConfigurationMatch extends EnvoyMatch {
  /**
   * The name of the route configuration, such as `http_proxy`.
   *
   * @default - any
   */
  readonly name?: string;

  /**
   * The port of the service, or of the server of a gateway.
   *
   * @default - any
   */
  readonly portNumber?: number;

  /**
   * The port name of the gateway's server. With `EnvoyContext.GATEWAY`.
   *
   * @default - any
   */
  readonly portName?: string;

  /**
   * The gateway. With `EnvoyContext.GATEWAY`.
   *
   * @default - any
   */
  readonly gateway?: IIstioGateway;
}

/**
 * A virtual host. What is left out matches any.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/envoy-filter/#EnvoyFilter-RouteConfigurationMatch-VirtualHostMatch
 */
export interface EnvoyVirtualHost {
  /**
   * Its name: host and port, such as `shop.example.com:80`.
   *
   * @default - any
   */
  readonly name?: string;

  /**
   * One of its domains.
   *
   * @default - any
   */
  readonly domainName?: string;
}

/**
 * Matches virtual hosts.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/envoy-filter/#EnvoyFilter-RouteConfigurationMatch
 */
export interface EnvoyVirtualHostMatch extends EnvoyRouteConfigurationMatch {
  /**
   * The virtual host.
   *
   * @default - any in the route configuration
   */
  readonly virtualHost?: EnvoyVirtualHost;
}

/**
 * What a route does with requests.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/envoy-filter/#EnvoyFilter-RouteConfigurationMatch-RouteMatch-Action
 */
export enum EnvoyRouteAction {
  /** Any of these. */
  ANY = 'ANY',
  /** It sends them to a cluster. */
  ROUTE = 'ROUTE',
  /** It redirects their client. */
  REDIRECT = 'REDIRECT',
  /** It answers them itself. */
  DIRECT_RESPONSE = 'DIRECT_RESPONSE',
}

/**
 * A route. What is left out matches any.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/envoy-filter/#EnvoyFilter-RouteConfigurationMatch-RouteMatch
 */
export interface EnvoyRoute {
  /**
   * Its name: that of the rule in the VirtualService, or `default`.
   *
   * @default - any
   */
  readonly name?: string;

  /**
   * What it does with requests.
   *
   * @default EnvoyRouteAction.ANY
   */
  readonly action?: EnvoyRouteAction;
}

/**
 * Matches routes.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/envoy-filter/#EnvoyFilter-RouteConfigurationMatch
 */
export interface EnvoyHttpRouteMatch extends EnvoyVirtualHostMatch {
  /**
   * The route.
   *
   * @default - any of the virtual host; what is inserted before it comes first, what is inserted after it last
   */
  readonly route?: EnvoyRoute;
}

/** @internal */
export function renderCluster(where: string, match: EnvoyClusterMatch, namespace: string | undefined): Match {
  const { context, proxy, name, service, subset, portNumber, ...rest } = match;
  noUnknown(where, rest);
  if (name !== undefined && [service, subset, portNumber].some((other) => other !== undefined)) {
    throw new Error(`${where} has the name ${show(name)} and more, expected nothing beside a name but context and proxy, since Istio looks at nothing else then; remove the rest or the name`);
  }
  const cluster = {
    name: optionalText(`the name of ${where}`, name),
    service: given(service, (value) => serviceHost(where, value, namespace)),
    subset: given(subset, (value) => dnsLabel(`the subset of ${where}`, value)),
    portNumber: given(portNumber, (value) => port(`the portNumber of ${where}`, value)),
  };
  return { ...renderCommon(where, match), cluster: orUndefined(defined(cluster)) };
}

/** Clusters have fully qualified names. */
function serviceHost(where: string, service: IConstruct, namespace: string | undefined): string {
  const { host } = ServiceRef.of(service);
  if (host.includes('.')) {
    return host;
  }
  if (namespace === undefined) {
    throw new Error(`the service of ${where} is ${show(host)}, expected one whose namespace is known; name the namespace of the service or of the EnvoyFilter`);
  }
  return `${host}.${namespace}.svc.cluster.local`;
}

/** @internal */
export function renderRouteConfiguration(where: string, match: EnvoyRouteConfigurationMatch, namespace: string | undefined): Match {
  return renderRoutes(where, match, namespace);
}

/** @internal */
export function renderVirtualHost(where: string, { virtualHost, ...match }: EnvoyVirtualHostMatch, namespace: string | undefined): Match {
  return renderRoutes(where, match, namespace, given(virtualHost, (value) => hostPart(`the virtualHost of ${where}`, value)));
}

/** @internal */
export function renderHttpRoute(where: string, { virtualHost, route, ...match }: EnvoyHttpRouteMatch, namespace: string | undefined): Match {
  return renderRoutes(where, match, namespace, {
    ...given(virtualHost, (value) => hostPart(`the virtualHost of ${where}`, value)),
    route: given(route, (value) => orUndefined(routePart(`the route of ${where}`, value))),
  });
}

type HostPart = NonNullable<Match['routeConfiguration']>['vhost'];

function renderRoutes(where: string, match: EnvoyRouteConfigurationMatch, namespace: string | undefined, vhost?: HostPart): Match {
  const { context, proxy, name, portNumber, portName, gateway, ...rest } = match;
  noUnknown(where, rest);
  const ofGateway = portName ?? gateway;
  if (ofGateway !== undefined && context !== EnvoyContext.GATEWAY) {
    throw new Error(`${where} names a ${portName === undefined ? 'gateway' : 'portName'} in the context ${show(context)}, expected EnvoyContext.GATEWAY, since Istio looks at it nowhere else; add the context`);
  }
  const routes = {
    name: optionalText(`the name of ${where}`, name),
    portNumber: given(portNumber, (value) => port(`the portNumber of ${where}`, value)),
    portName: optionalText(`the portName of ${where}`, portName),
    gateway: given(gateway, (value) => qualified(where, value, namespace)),
    vhost: orUndefined(vhost && defined(vhost)),
  };
  return { ...renderCommon(where, match), routeConfiguration: orUndefined(defined(routes)) };
}

function qualified(where: string, gateway: IIstioGateway, namespace: string | undefined): string {
  const name = gatewayName(gateway, undefined);
  if (name.includes('/')) {
    return name;
  }
  if (namespace === undefined) {
    throw new Error(`the gateway of ${where} is ${show(name)}, expected one whose namespace is known; name the namespace of the gateway or of the EnvoyFilter`);
  }
  return `${namespace}/${name}`;
}

function hostPart(where: string, host: EnvoyVirtualHost): HostPart {
  const { name, domainName, ...rest } = object(where, host);
  noUnknown(where, rest);
  return { name: optionalText(`the name of ${where}`, name), domainName: optionalText(`the domainName of ${where}`, domainName) };
}

function routePart(where: string, route: EnvoyRoute) {
  const { name, action, ...rest } = object(where, route);
  noUnknown(where, rest);
  return defined({
    name: optionalText(`the name of ${where}`, name),
    action: given(action, (value) => member(`the action of ${where}`, value, EnvoyRouteAction) as any),
  });
}
