import { defined, EnvoyMatch, renderCommon } from './envoy-proxy-match';
import { EnvoyFilterSpecConfigPatchesMatch as Match, EnvoyFilterSpecConfigPatchesMatchListener as ListenerPart } from '../../imports/networking.istio.io';
import { list, noUnknown, object, optionalText, port, show, text } from '../private/check';
import { given, orUndefined } from '../private/render';

/**
 * Matches listeners. What is left out matches any.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/envoy-filter/#EnvoyFilter-ListenerMatch
 */
export interface EnvoyListenerMatch extends EnvoyMatch {
  /**
   * The name of the listener, such as `0.0.0.0_8080` or `virtualInbound`.
   *
   * @default - any
   */
  readonly name?: string;

  /**
   * The port of the service or gateway that the traffic goes to.
   *
   * @default - any
   */
  readonly portNumber?: number;

  /**
   * The name of the service's port.
   *
   * @default - any
   * @deprecated Istio takes no notice of it: use portNumber
   */
  readonly portName?: string;
}

/**
 * A chain of filters in a listener. What is left out matches any.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/envoy-filter/#EnvoyFilter-ListenerMatch-FilterChainMatch
 */
export interface EnvoyFilterChain {
  /**
   * Its name.
   *
   * @default - any
   */
  readonly name?: string;

  /**
   * The server name it is for.
   *
   * @default - any
   */
  readonly sni?: string;

  /**
   * The transport protocol it is for, `tls` or `raw_buffer`. With `EnvoyContext.SIDECAR_INBOUND`.
   *
   * @default - any
   */
  readonly transportProtocol?: string;

  /**
   * Application protocols it is for, such as `h2` or `http/1.1`: all of these. On sidecars.
   *
   * @default - any
   */
  readonly applicationProtocols?: string[];

  /**
   * The port it is for. One without port of its own does not match then.
   *
   * @default - any
   */
  readonly destinationPort?: number;
}

/**
 * Matches chains of filters.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/envoy-filter/#EnvoyFilter-ListenerMatch
 */
export interface EnvoyFilterChainMatch extends EnvoyListenerMatch {
  /**
   * The chain.
   *
   * @default - any chain of the listener
   */
  readonly filterChain?: EnvoyFilterChain;
}

/**
 * Matches filters in a chain.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/envoy-filter/#EnvoyFilter-ListenerMatch-FilterMatch
 */
export interface EnvoyFilterMatch extends EnvoyFilterChainMatch {
  /**
   * The name of the filter, such as `envoy.filters.network.tcp_proxy` or `envoy.filters.http.router`.
   *
   * @default - any filter; what is inserted before it comes first, what is inserted after it last
   */
  readonly filter?: string;
}

/**
 * Matches filters that a listener has before its chains.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/envoy-filter/#EnvoyFilter-ListenerMatch
 */
export interface EnvoyListenerFilterMatch extends EnvoyListenerMatch {
  /**
   * The name of the filter, such as `envoy.filters.listener.tls_inspector`.
   *
   * @default - any filter; what is inserted before it comes first, what is inserted after it last
   */
  readonly filter?: string;
}

/** The network filter that HTTP filters stand in. */
export const HTTP_CONNECTION_MANAGER = 'envoy.filters.network.http_connection_manager';

/** @internal */
export function renderListener(where: string, match: EnvoyListenerMatch): Match {
  const { context, proxy, ...listener } = match;
  return { ...renderCommon(where, match), listener: orUndefined(defined(listenerPart(where, listener))) };
}

/** @internal */
export function renderFilterChain(where: string, match: EnvoyFilterChainMatch): Match {
  return renderChain(where, match);
}

/** @internal */
export function renderNetworkFilter(where: string, { filter, ...match }: EnvoyFilterMatch): Match {
  return renderChain(where, match, given(filter, (value) => ({ name: name(where, value) })));
}

/** @internal */
export function renderHttpFilter(where: string, { filter, ...match }: EnvoyFilterMatch): Match {
  return renderChain(where, match, given(filter, (value) => ({ name: HTTP_CONNECTION_MANAGER, subFilter: { name: name(where, value) } })));
}

/** @internal */
export function renderListenerFilter(where: string, { filter, ...match }: EnvoyListenerFilterMatch): Match {
  const rendered = renderListener(where, match);
  return filter === undefined ? rendered : { ...rendered, listener: { ...rendered.listener, listenerFilter: name(where, filter) } };
}

type FilterPart = NonNullable<ListenerPart['filterChain']>['filter'];

function renderChain(where: string, { filterChain, ...match }: EnvoyFilterChainMatch, filter?: FilterPart): Match {
  const rendered = renderListener(where, match);
  const chain = orUndefined(defined({ ...given(filterChain, (value) => chainPart(`the filterChain of ${where}`, value)), filter }));
  return chain === undefined ? rendered : { ...rendered, listener: { ...rendered.listener, filterChain: chain } };
}

function listenerPart(where: string, listener: Omit<EnvoyListenerMatch, keyof EnvoyMatch>): ListenerPart {
  const { name: listenerName, portNumber, portName, ...rest } = listener;
  noUnknown(where, rest);
  return {
    name: optionalText(`the name of ${where}`, listenerName),
    portNumber: given(portNumber, (value) => port(`the portNumber of ${where}`, value)),
    portName: optionalText(`the portName of ${where}`, portName),
  };
}

function chainPart(where: string, chain: EnvoyFilterChain): ListenerPart['filterChain'] {
  const { name: chainName, sni, transportProtocol, applicationProtocols, destinationPort, ...rest } = object(where, chain);
  noUnknown(where, rest);
  return {
    name: optionalText(`the name of ${where}`, chainName),
    sni: optionalText(`the sni of ${where}`, sni),
    transportProtocol: optionalText(`the transportProtocol of ${where}`, transportProtocol),
    applicationProtocols: given(applicationProtocols, (value) => protocols(`the applicationProtocols of ${where}`, value)),
    destinationPort: given(destinationPort, (value) => port(`the destinationPort of ${where}`, value)),
  };
}

function protocols(where: string, values: string[]): string {
  return Array.from(list(where, values, 'leave them out for any'), (value) => {
    if (typeof value !== 'string' || !/^[^\s,]+$/.test(value)) {
      throw new Error(`an entry of ${where} is ${show(value)}, expected a protocol without blanks and commas; write one such as "h2"`);
    }
    return value;
  }).join(',');
}

function name(where: string, value: string): string {
  return text(`the filter of ${where}`, value, 'leave it out for any');
}
