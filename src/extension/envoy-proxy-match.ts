import { EnvoyFilterSpecConfigPatchesMatch as Match } from '../../imports/networking.istio.io';
import { member, noUnknown, object, show } from '../private/check';
import { regex } from '../private/re2';
import { given, orUndefined } from '../private/render';

/**
 * The proxies and the side of the traffic that Envoy's configuration is written for.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/envoy-filter/#EnvoyFilter-PatchContext
 */
export enum EnvoyContext {
  /** Sidecars and gateways. What is added as a whole, a listener or cluster, comes to outbound traffic and gateways only. */
  ANY = 'ANY',
  /** What sidecars receive. */
  SIDECAR_INBOUND = 'SIDECAR_INBOUND',
  /** What sidecars send. */
  SIDECAR_OUTBOUND = 'SIDECAR_OUTBOUND',
  /** Gateways. */
  GATEWAY = 'GATEWAY',
}

/**
 * The proxies that a patch is for.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/envoy-filter/#EnvoyFilter-ProxyMatch
 */
export interface EnvoyProxyMatch {
  /**
   * A regular expression (RE2) that their version of Istio matches, such as `^1\.31.*`. At most 1024 characters.
   *
   * @default - any version
   */
  readonly proxyVersion?: string;

  /**
   * Metadata that they have, with exactly these values.
   *
   * @default - any
   */
  readonly metadata?: Record<string, string>;
}

/**
 * What every match can have.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/envoy-filter/#EnvoyFilter-EnvoyConfigObjectMatch
 */
export interface EnvoyMatch {
  /**
   * The proxies and the side of the traffic.
   *
   * @default EnvoyContext.ANY
   */
  readonly context?: EnvoyContext;

  /**
   * The proxies.
   *
   * @default - any
   */
  readonly proxy?: EnvoyProxyMatch;
}

/** @internal */
export function renderCommon(where: string, { context, proxy }: EnvoyMatch): Match {
  return {
    context: given(context, (value) => member(`the context of ${where}`, value, EnvoyContext) as any),
    proxy: given(proxy, (value) => renderProxy(`the proxy of ${where}`, value)),
  };
}

/** @internal */
export function renderProxy(where: string, proxy: EnvoyProxyMatch): Match['proxy'] {
  const { proxyVersion, metadata, ...rest } = object(where, proxy);
  noUnknown(where, rest);
  for (const [key, value] of Object.entries(object(`the metadata of ${where}`, metadata ?? {}))) {
    if (typeof value !== 'string') {
      throw new Error(`the metadata of ${where} has ${show(key)}: ${show(value)}, expected a text, since Istio compares no others; write it in quotes`);
    }
  }
  return {
    proxyVersion: given(proxyVersion, (value) => regex(`the proxyVersion of ${where}`, value)),
    metadata: orUndefined(metadata && { ...metadata }),
  };
}

/** Without the fields that are undefined, so that an empty part can be told. */
export function defined<T extends object>(part: T): T {
  return Object.fromEntries(Object.entries(part).filter(([, value]) => value !== undefined)) as T;
}
