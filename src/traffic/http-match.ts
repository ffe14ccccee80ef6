import { gatewayList, IIstioGateway } from './istio-gateway';
import { StringMatch, stringMatch, valueMatch } from './string-match';
import { VirtualServiceSpecHttpMatch } from '../../imports/networking.istio.io';
import { flag, instance, list, noUnknown, object, port, show, text } from '../private/check';
import { stringCovers } from '../private/match-cover';
import { dnsLabel, headerMatchName, isJwtClaim, labels } from '../private/names';
import { mapValues, orUndefined } from '../private/render';

/**
 * Conditions on a request; all of them must hold.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPMatchRequest
 */
export interface HttpMatchOptions {
  /**
   * A name for the match, appended to the rule's name in access logs.
   *
   * @default - no name
   */
  readonly name?: string;

  /**
   * The path of the request, without query.
   *
   * @default - any path
   */
  readonly uri?: StringMatch;

  /**
   * Whether an exact or prefix `uri` is compared without regard to case.
   *
   * @default false
   */
  readonly ignoreUriCase?: boolean;

  /**
   * The scheme, `http` or `https`.
   *
   * @default - any scheme
   */
  readonly scheme?: StringMatch;

  /**
   * The HTTP method, in upper case.
   *
   * @default - any method
   */
  readonly method?: StringMatch;

  /**
   * The authority (the `Host` header), with its port if the client sends one.
   *
   * @default - any authority
   */
  readonly authority?: StringMatch;

  /**
   * Headers by lower-case name; all must match.
   *
   * A name like `@request.auth.claims.group` stands for a claim of a validated token and works on gateways only.
   *
   * @default - any headers
   */
  readonly headers?: Record<string, StringMatch>;

  /**
   * Headers by lower-case name; none may match.
   *
   * @default - any headers
   */
  readonly withoutHeaders?: Record<string, StringMatch>;

  /**
   * Query parameters by name; all must match.
   *
   * @default - any query
   */
  readonly queryParams?: Record<string, StringMatch>;

  /**
   * The port the request came in on, 1 to 65535.
   *
   * @default - any port
   */
  readonly port?: number;

  /**
   * Labels of the calling workload. Has no effect on gateways.
   *
   * @default - any workload
   */
  readonly sourceLabels?: Record<string, string>;

  /**
   * The namespace of the calling workload. Has no effect on gateways.
   *
   * @default - any namespace
   */
  readonly sourceNamespace?: string;

  /**
   * The gateways this match counts on, in place of those of the VirtualService.
   *
   * @default - the gateways of the VirtualService
   */
  readonly gateways?: IIstioGateway[];

  /**
   * The prefix of the statistics that Envoy keeps for this route.
   *
   * @default - none are kept
   */
  readonly statPrefix?: string;
}

/**
 * Conditions on an HTTP request. In a list of matches one must hold; inside one match all must hold.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPMatchRequest
 */
export class HttpMatch {
  /**
   * A match from any conditions.
   *
   * @param options the conditions; all must hold
   * @throws when there is no condition, or one is not of its type
   */
  public static of(options: HttpMatchOptions): HttpMatch {
    return new HttpMatch(options);
  }

  /**
   * The path is exactly this.
   *
   * @param path the path, beginning with a slash
   * @throws when the path does not begin with a slash
   */
  public static path(path: string): HttpMatch {
    return new HttpMatch({ uri: StringMatch.exact(absolute(path)) });
  }

  /**
   * The path begins with this. It is compared as text: `/orders` matches `/ordersearch` too.
   *
   * @param prefix the beginning of the path, with its slash
   * @throws when the prefix does not begin with a slash
   */
  public static pathPrefix(prefix: string): HttpMatch {
    return new HttpMatch({ uri: StringMatch.prefix(absolute(prefix)) });
  }

  /**
   * The whole path is described by this expression.
   *
   * @param expression an expression in RE2 syntax
   * @throws when RE2 can't compile it
   */
  public static pathRegex(expression: string): HttpMatch {
    return new HttpMatch({ uri: StringMatch.regex(expression) });
  }

  /**
   * The request calls this gRPC service, or one method of it.
   *
   * @param service the full name of the service, such as `shop.goods.v1.Goods`
   * @param method the method's name; any method if left out
   * @throws when the name is empty
   */
  public static grpc(service: string, method?: string): HttpMatch {
    const path = `/${text('the gRPC service', service, 'give its full name, such as shop.goods.v1.Goods')}/`;
    return method === undefined ? HttpMatch.pathPrefix(path) : HttpMatch.path(path + text('the gRPC method', method, 'leave it out for any method'));
  }

  /**
   * The HTTP method is this one.
   *
   * @param method the method, such as `GET`
   * @throws when the method is empty or not in upper case
   */
  public static method(method: string): HttpMatch {
    if (text('the method', method, 'give one such as GET') !== method.toUpperCase()) {
      throw new Error(`the method is ${show(method)}, expected upper case as HTTP sends it; write ${show(method.toUpperCase())}`);
    }
    return new HttpMatch({ method: StringMatch.exact(method) });
  }

  /**
   * A header has such a value.
   *
   * @param name the header's name in lower case
   * @param value how the value is compared
   * @throws when the name is no header name or the value no StringMatch
   */
  public static header(name: string, value: StringMatch): HttpMatch {
    return new HttpMatch({ headers: { [name]: value } });
  }

  /**
   * A query parameter has such a value.
   *
   * @param name the parameter's name
   * @param value how the value is compared
   * @throws when the value is no StringMatch
   */
  public static queryParam(name: string, value: StringMatch): HttpMatch {
    return new HttpMatch({ queryParams: { [name]: value } });
  }

  /**
   * A cookie has exactly this value. Istio has no match for cookies, so it becomes an expression on the `cookie` header.
   *
   * @param name the cookie's name
   * @param value the cookie's value
   * @throws when name or value is empty or has a character that cookies can't have
   * @see https://datatracker.ietf.org/doc/html/rfc6265#section-4.1.1
   */
  public static cookie(name: string, value: string): HttpMatch {
    if (![name, value].every((part) => typeof part === 'string') || !/^[^\s;,=]+$/.test(name) || !/^[^\s;,]+$/.test(value)) {
      throw new Error(`the cookie is ${show(name)} with the value ${show(value)}, expected a name and a value without blank, comma and semicolon; encode the value`);
    }
    const literal = `${name}=${value}`.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return new HttpMatch({ headers: { cookie: StringMatch.regex(`(.*;\\s*)?${literal}(\\s*;.*)?`) } });
  }

  /**
   * A claim of the caller's validated JSON Web Token has such a value. Works on gateways only.
   *
   * @param claim the claim's name; nested ones joined by dots
   * @param value how the value is compared
   * @throws when the value is no StringMatch
   * @see https://istio.io/latest/docs/tasks/security/authentication/jwt-route/
   */
  public static jwtClaim(claim: string, value: StringMatch): HttpMatch {
    return HttpMatch.header(`@request.auth.claims.${text('the claim', claim, 'give a name such as group')}`, value);
  }

  /**
   * All of these hold at once.
   *
   * @param matches the matches to join
   * @throws when two of them set the same condition
   */
  public static all(...matches: HttpMatch[]): HttpMatch {
    list('HttpMatch.all', matches, 'give the matches to join').forEach((match) => instance('a joined match', match, HttpMatch, 'HttpMatch.pathPrefix("/orders")'));
    return matches.reduce((all, match) => all._and(match));
  }

  private constructor(private readonly options: HttpMatchOptions) {
    check(options);
  }

  /**
   * A match that holds where both do.
   *
   * @internal
   */
  public _and(other: HttpMatch): HttpMatch {
    return new HttpMatch(join(this.options, other.options));
  }

  /**
   * Whether it reads a claim of a token, which only gateways can.
   *
   * @internal
   */
  public _readsJwt(): boolean {
    return Object.keys({ ...this.options.headers, ...this.options.withoutHeaders }).some(isJwtClaim);
  }

  /**
   * The gateways that it names for itself.
   *
   * @internal
   */
  public _gateways(): IIstioGateway[] | undefined {
    return this.options.gateways;
  }

  /**
   * Whether a redirect can replace the prefix it matched: the path is matched by prefix or not at all.
   *
   * @internal
   */
  public _allowsPrefixRewrite(): boolean {
    return this.options.uri === undefined || this.options.uri._toIstio().prefix !== undefined;
  }

  /** @internal */
  public _toIstio(gatewayName: (gateway: IIstioGateway) => string): VirtualServiceSpecHttpMatch {
    const { uri, scheme, method, authority, headers, withoutHeaders, queryParams, gateways, ...plain } = this.options;
    return {
      ...plain,
      uri: uri?._toIstio(),
      scheme: scheme?._toIstio(),
      method: method?._toIstio(),
      authority: authority?._toIstio(),
      headers: orUndefined(mapValues(headers, (match) => match._toIstio())),
      withoutHeaders: orUndefined(mapValues(withoutHeaders, (match) => match._toIstio())),
      queryParams: orUndefined(mapValues(queryParams, (match) => match._toIstio())),
      gateways: orUndefined(gateways?.map(gatewayName)),
    };
  }
}

function absolute(path: string): string {
  if (!text('the path', path, 'give one such as /orders').startsWith('/')) {
    throw new Error(`the path is ${show(path)}, expected it to begin with a slash; write ${show(`/${path}`)}`);
  }
  return path;
}

/** The check of each condition that is set. */
const CHECKS: Record<keyof HttpMatchOptions, (value: never) => unknown> = {
  name: (value) => text('match.name', value, 'leave it out for no name'),
  statPrefix: (value) => text('match.statPrefix', value, 'leave it out for no statistics'),
  ignoreUriCase: (value) => flag('match.ignoreUriCase', value),
  uri: (value) => valueMatch('match.uri', value),
  scheme: (value) => valueMatch('match.scheme', value),
  method: (value) => valueMatch('match.method', value),
  authority: (value) => valueMatch('match.authority', value),
  headers: (value) => stringMatches('headers', value).forEach((name) => headerMatchName('the header in match.headers', name)),
  withoutHeaders: (value) => stringMatches('withoutHeaders', value).forEach((name) => headerMatchName('the header in match.withoutHeaders', name)),
  queryParams: (value) => stringMatches('queryParams', value),
  port: (value) => port('match.port', value),
  sourceLabels: (value) => labels('match.sourceLabels', value),
  sourceNamespace: (value) => dnsLabel('match.sourceNamespace', value),
  gateways: (value: IIstioGateway[]) => Array.isArray(value) && value.length === 0 ? value : gatewayList(value),
};

/** What says something about a match, and nothing about requests. */
const NO_CONDITIONS = ['name', 'statPrefix', 'ignoreUriCase'];

function stringMatches(field: string, matches: Record<string, StringMatch>): string[] {
  const names = Object.keys(object(`match.${field}`, matches));
  names.forEach((name) => stringMatch(`match.${field}["${name}"]`, matches[name]));
  return names;
}

function check(options: HttpMatchOptions): void {
  let hasCondition = false;
  for (const [field, value] of Object.entries(object('the match', options))) {
    if (value === undefined) {
      continue;
    }
    if (!Object.hasOwn(CHECKS, field)) {
      noUnknown('HttpMatch', { [field]: value });
    }
    CHECKS[field as keyof HttpMatchOptions](value as never);
    const isEmpty = typeof value === 'object' && !(value instanceof StringMatch) && Object.keys(value).length === 0;
    hasCondition ||= !NO_CONDITIONS.includes(field) && !isEmpty;
  }
  if (!hasCondition) {
    throw new Error('the match has no condition, expected at least one; to match every request leave the match out');
  }
  if (options.ignoreUriCase && (options.uri === undefined || 'regex' in options.uri._toIstio())) {
    throw new Error('match.ignoreUriCase is true, expected an exact or prefix uri beside it; in an expression write (?i)');
  }
}

type Choice = (field: string, a: StringMatch, b: StringMatch) => StringMatch;

/** Joins two sets of conditions. Where both say something of one value, the narrower holds. */
function join(a: HttpMatchOptions, b: HttpMatchOptions, choose: Choice = narrower): HttpMatchOptions {
  if (a.uri && b.uri && a.ignoreUriCase !== b.ignoreUriCase) {
    throw new Error('one of two joined matches has ignoreUriCase, expected both or none; set it on both');
  }
  const both: Record<string, unknown> = { ...a };
  for (const [field, value] of Object.entries(b)) {
    const before = both[field];
    if (before === undefined || value === undefined || before === value) {
      both[field] = value ?? before;
    } else if (before instanceof StringMatch && value instanceof StringMatch) {
      both[field] = choose(field, before, value);
    } else if (MAPS.includes(field)) {
      both[field] = join(before as HttpMatchOptions, value as HttpMatchOptions, field === 'withoutHeaders' ? wider : narrower);
    } else {
      throw new Error(`two joined matches set "${field}" to ${show(before)} and ${show(value)}, expected one of them; write them as one HttpMatch.of({ ... })`);
    }
  }
  return both;
}

const MAPS = ['headers', 'withoutHeaders', 'queryParams', 'sourceLabels'];

function narrower(field: string, a: StringMatch, b: StringMatch): StringMatch {
  if (stringCovers(a._toIstio(), b._toIstio())) {
    return b;
  }
  if (stringCovers(b._toIstio(), a._toIstio())) {
    return a;
  }
  throw new Error(`two joined matches compare "${field}" with ${show(a._toIstio())} and ${show(b._toIstio())}, expected one within the other; no single match says both`);
}

/** What is excluded by both is excluded by the wider. */
function wider(field: string, a: StringMatch, b: StringMatch): StringMatch {
  return narrower(field, a, b) === a ? b : a;
}

/**
 * Matches that hold where one of each list does; no list stands for every request.
 *
 * @internal
 */
export function joined(first: HttpMatch[] | undefined, second: HttpMatch[] | undefined): HttpMatch[] | undefined {
  return first && second ? first.flatMap((one) => second.map((other) => one._and(other))) : first ?? second;
}
