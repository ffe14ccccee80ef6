import { instance, noUnknown, object, optionalText, show, text } from '../private/check';
import { headerMatchName } from '../private/names';
import { HttpMatch } from '../traffic/http-match';

/**
 * Options of `RateLimitKey.header`.
 */
export interface RateLimitHeaderOptions {
  /**
   * The only value of the header that is counted.
   *
   * @default - any: each value is counted by itself
   */
  readonly value?: string;

  /**
   * The key by which a rate limit service knows it.
   *
   * @default - the name of the header
   */
  readonly key?: string;
}

/**
 * Options of `RateLimitKey.generic`.
 */
export interface RateLimitGenericOptions {
  /**
   * The key by which a rate limit service knows it.
   *
   * @default "generic_key"
   */
  readonly key?: string;
}

/** What a limit compares: a key, and one value of it or each. */
export interface Entry {
  readonly key: string;
  readonly value?: string;
}

type Json = { readonly [key: string]: any };

/**
 * By what requests are counted: what they have in common is counted together.
 *
 * @see https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/route/v3/route_components.proto#config-route-v3-ratelimit-action
 */
export class RateLimitKey {
  /**
   * By the value of a header, such as a user's name. Requests without it are not counted.
   * What clients can write they can change: use one that the gateway sets, such as a claim of a token.
   *
   * @param name the header's name in lower case; `:path` is the path with its query
   * @param options one of its values
   * @throws when it is no header name
   */
  public static header(name: string, options: RateLimitHeaderOptions = {}): RateLimitKey {
    const { value, key, ...rest } = object('the options of RateLimitKey.header', options);
    noUnknown('RateLimitKey.header', rest);
    const headerName = headerMatchName('the header of RateLimitKey.header', text('the header of RateLimitKey.header', name, 'give one such as "x-user"'));
    if (headerName.startsWith('@')) {
      throw new Error(`the header of RateLimitKey.header is ${show(name)}, expected a header, since only routes know claims; hand the claim on as a header by outputClaimToHeaders`);
    }
    optionalText('the value of RateLimitKey.header', value, 'leave it out to count each value');
    const entry = { key: optionalText('the key of RateLimitKey.header', key) ?? name, ...value === undefined ? {} : { value } };
    return new RateLimitKey(entry, { request_headers: { header_name: headerName, descriptor_key: entry.key } });
  }

  /**
   * By the address of the client, as Envoy knows it: behind other proxies that takes the `numTrustedProxies` of the gateway.
   */
  public static remoteAddress(): RateLimitKey {
    return new RateLimitKey({ key: 'remote_address' }, { remote_address: {} });
  }

  /**
   * All requests that a match is for, together; others are not counted. The path is compared without its query, a whole
   * host without port and case.
   *
   * @param name a name for them, by which a rate limit service knows them
   * @param match path, method, scheme, authority and headers
   * @throws when the match has other conditions
   */
  public static requests(name: string, match: HttpMatch): RateLimitKey {
    const value = text('the name of RateLimitKey.requests', name, 'give one such as "export"');
    instance('the match of RateLimitKey.requests', match, HttpMatch, 'HttpMatch.pathPrefix("/export")');
    return new RateLimitKey({ key: 'header_match', value }, { header_value_match: { descriptor_value: value, headers: headerMatchers(match) } });
  }

  /**
   * All requests together, by a value that only a rate limit service knows the use of, such as the name of a gateway.
   *
   * @param value the value
   * @param options its key
   * @throws when the value is empty
   */
  public static generic(value: string, options: RateLimitGenericOptions = {}): RateLimitKey {
    const { key, ...rest } = object('the options of RateLimitKey.generic', options);
    noUnknown('RateLimitKey.generic', rest);
    const name = optionalText('the key of RateLimitKey.generic', key);
    const entry = { key: name ?? 'generic_key', value: text('the value of RateLimitKey.generic', value, 'give one such as "edge"') };
    return new RateLimitKey(entry, { generic_key: { descriptor_value: value, descriptor_key: name } });
  }

  private constructor(
    /** @internal */
    public readonly _entry: Entry,
    /** @internal */
    public readonly _action: Json,
  ) {}
}

type Value = { readonly exact?: string; readonly prefix?: string; readonly regex?: string };

const QUERY = '(\\?.*)?';
const PORT = '(:\\d+)?';
const KNOWN = ['name', 'uri', 'ignoreUriCase', 'scheme', 'method', 'authority', 'headers', 'withoutHeaders'];

/** Envoy's own matches on headers, where a path has its query and a host its port. */
function headerMatchers(match: HttpMatch): Json[] {
  const { uri, ignoreUriCase, scheme, method, authority, headers, withoutHeaders, ...rest } = match._toIstio(({ name }) => name);
  const other = Object.entries(rest).find(([field, value]) => value !== undefined && !KNOWN.includes(field));
  if (other !== undefined || match._readsJwt()) {
    throw new Error(`the match of RateLimitKey.requests has ${other?.[0] ?? 'a claim of a token'}, expected path, method, scheme, authority and headers only; limits know nothing else of requests`);
  }
  return [
    ...uri ? [matcher(':path', path(uri, ignoreUriCase))] : [],
    ...authority ? [matcher(':authority', host(authority))] : [],
    ...scheme ? [matcher(':scheme', plain(scheme))] : [],
    ...method ? [matcher(':method', plain(method))] : [],
    ...Object.entries(headers ?? {}).map(([name, value]) => matcher(name, plain(value))),
    ...Object.entries(withoutHeaders ?? {}).map(([name, value]) => inverted(matcher(name, plain(value)))),
  ];
}

function matcher(name: string, value: Json | undefined): Json {
  return value === undefined ? { name, present_match: true } : { name, string_match: value };
}

/** A header that is not there has no value either. */
function inverted(match: Json): Json {
  return { ...match, invert_match: true, treat_missing_header_as_empty: 'string_match' in match ? true : undefined };
}

function plain({ exact, prefix, regex }: Value): Json | undefined {
  return regex !== undefined ? safe(regex) : exact ?? prefix ? { exact, prefix } : undefined;
}

function path({ exact, prefix, regex }: Value, ignoreCase: boolean | undefined): Json {
  return prefix !== undefined ? { prefix, ignore_case: ignoreCase } : safe(`${ignoreCase ? '(?i)' : ''}${regex === undefined ? escaped(exact!) : `(${regex})`}${QUERY}`);
}

function host(value: Value): Json {
  return value.exact === undefined ? plain(value)! : safe(`(?i)${escaped(value.exact)}${PORT}`);
}

function safe(regex: string): Json {
  return { safe_regex: { regex } };
}

function escaped(value: string): string {
  return value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
