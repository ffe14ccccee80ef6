import { ApiObjectMetadata } from 'cdk8s';
import { RateLimitKey } from './rate-limit-key';
import { flag, instance, list, object, percentage, show, text } from '../private/check';
import { headerName } from '../private/names';

/**
 * What both kinds of rate limits have.
 */
export interface RateLimitOptions {
  /**
   * The percentage of requests that are counted, 0 to 100.
   *
   * @default 100, where Envoy's own default counts none
   */
  readonly enabled?: number;

  /**
   * The percentage of requests over the limit that are refused, 0 to 100. With 0 the limit is a trial, which statistics show.
   *
   * @default 100, where Envoy's own default refuses none
   */
  readonly enforced?: number;

  /**
   * Whether answers tell clients what is left of their limit, by `x-ratelimit-limit`, `-remaining` and `-reset`.
   *
   * @default false
   */
  readonly showLimits?: boolean;

  /**
   * Headers of the answers by which requests are refused.
   *
   * @default - none of its own
   */
  readonly responseHeaders?: Record<string, string>;

  /**
   * Name, labels and annotations of the EnvoyFilter. It stands in the namespace of the proxies.
   *
   * @default - a name generated from the construct's path
   */
  readonly metadata?: ApiObjectMetadata;
}

type Json = { readonly [key: string]: any };

/** The part of Envoy's filter that both kinds have alike. */
export function renderOptions({ enabled = 100, enforced = 100, showLimits, responseHeaders }: RateLimitOptions): Json {
  const headers = Object.entries(object('responseHeaders', responseHeaders ?? {})).map(([key, value]) => ({
    header: { key: headerName('a header of responseHeaders', key), value: text(`responseHeaders[${show(key)}]`, value, 'leave it out') },
    append_action: 'OVERWRITE_IF_EXISTS_OR_ADD',
  }));
  return {
    filter_enabled: { default_value: fraction('enabled', enabled) },
    filter_enforced: { default_value: fraction('enforced', enforced) },
    enable_x_ratelimit_headers: flag('showLimits', showLimits) ? 'DRAFT_VERSION_03' : undefined,
    response_headers_to_add: headers.length > 0 ? headers : undefined,
    // Otherwise gRPC clients get UNAVAILABLE, which Istio's own retries repeat.
    rate_limited_as_resource_exhausted: true,
  };
}

const MILLIONTHS_OF_PERCENT = 10_000;

function fraction(where: string, value: number): Json {
  percentage(where, value);
  return Number.isInteger(value)
    ? { numerator: value, denominator: 'HUNDRED' }
    : { numerator: Math.round(value * MILLIONTHS_OF_PERCENT), denominator: 'MILLION' };
}

/** @throws when it is no list of keys */
export function keysOf(where: string, keys: RateLimitKey[]): RateLimitKey[] {
  return list(`the keys of ${where}`, keys, 'say by what requests are counted')
    .map((key) => instance(`a key of ${where}`, key, RateLimitKey, 'RateLimitKey.header("x-user")'));
}

/**
 * How Envoy finds the entries of each set of keys in a request. Equal sets are looked up once, or they would count twice.
 *
 * @throws when one name stands for two matches
 */
export function renderActions(sets: RateLimitKey[][]): Json[] | undefined {
  const matches = new Map<string, string>();
  for (const { _action: { header_value_match: match } } of sets.flat().filter((key) => 'header_value_match' in key._action)) {
    const written = JSON.stringify(match.headers);
    if ((matches.get(match.descriptor_value) ?? written) !== written) {
      throw new Error(`two keys of RateLimitKey.requests have the name ${show(match.descriptor_value)}, expected one match a name; rename one of them`);
    }
    matches.set(match.descriptor_value, written);
  }
  const actions = new Map(sets.map((keys) => keys.map((key) => key._action)).map((set) => [JSON.stringify(set), { actions: set }]));
  return actions.size > 0 ? [...actions.values()] : undefined;
}

/** The notation of protocol buffers, which has seconds only. */
export function seconds(millis: number): string {
  return `${millis / 1000}s`;
}

/** @throws when the filter is to stand where its proxies are not */
export function filterMetadata(metadata: ApiObjectMetadata = {}, namespace: string | undefined): ApiObjectMetadata {
  if (metadata.namespace !== undefined && metadata.namespace !== namespace) {
    throw new Error(`the metadata of the rate limit has the namespace ${show(metadata.namespace)}, expected ${show(namespace)}, where the proxies are; leave it out`);
  }
  return { ...metadata, namespace };
}
