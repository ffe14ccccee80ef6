import { Duration } from 'cdk8s';
import { StringMatch, valueMatch } from './string-match';
import { VirtualServiceSpecHttpCorsPolicy, VirtualServiceSpecHttpCorsPolicyUnmatchedPreflights } from '../../imports/networking.istio.io';
import { flag, list, member, noUnknown, object, optionalList, show, text } from '../private/check';
import { optionalDuration } from '../private/duration';
import { headerName } from '../private/names';
import { given } from '../private/render';

/**
 * What happens to a preflight request whose origin is not allowed.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#CorsPolicy-UnmatchedPreflights
 */
export enum UnmatchedPreflights {
  /** It is sent on to the service. */
  FORWARD = 'FORWARD',
  /** It is answered by the proxy, without CORS headers. */
  IGNORE = 'IGNORE',
}

/**
 * Which web pages of other origins may call a service from a browser.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#CorsPolicy
 */
export interface CorsPolicy {
  /**
   * The origins that may call, such as `StringMatch.exact("https://app.example.com")`, at least one.
   *
   * @default - those of `allowOrigin`; one of the two is needed
   */
  readonly allowOrigins?: StringMatch[];

  /**
   * The origins that may call, each in full, at least one. Excludes `allowOrigins`.
   *
   * @default - those of `allowOrigins`
   * @deprecated use `allowOrigins` with `StringMatch.exact`
   */
  readonly allowOrigin?: string[];

  /**
   * The methods they may use, in upper case, or `*` for all.
   *
   * @default - those that browsers allow without asking: GET, HEAD and POST
   */
  readonly allowMethods?: string[];

  /**
   * The request headers they may send.
   *
   * @default - those that browsers send without asking
   */
  readonly allowHeaders?: string[];

  /**
   * The response headers that scripts may read.
   *
   * @default - those that browsers show always
   */
  readonly exposeHeaders?: string[];

  /**
   * How long a browser may keep the answer to a preflight request, whole seconds.
   *
   * @default - the browser's own, 5 seconds in most
   */
  readonly maxAge?: Duration;

  /**
   * Whether browsers may send cookies and other credentials along.
   *
   * @default false
   */
  readonly allowCredentials?: boolean;

  /**
   * What happens to a preflight request whose origin is not allowed.
   *
   * @default UnmatchedPreflights.FORWARD
   */
  readonly unmatchedPreflights?: UnmatchedPreflights;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', '*'];

/** @internal */
export function renderCors(cors: CorsPolicy): VirtualServiceSpecHttpCorsPolicy {
  const { allowOrigins, allowOrigin, allowMethods, allowHeaders, exposeHeaders, maxAge, allowCredentials, unmatchedPreflights, ...rest } = object('cors', cors);
  noUnknown('cors', rest);
  for (const method of optionalList('cors.allowMethods', allowMethods) ?? []) {
    if (!METHODS.includes(method)) {
      throw new Error(`cors.allowMethods has ${show(method)}, expected one of ${METHODS.join(', ')}; write methods in upper case`);
    }
  }
  for (const [field, names] of Object.entries({ allowHeaders, exposeHeaders })) {
    optionalList(`cors.${field}`, names)?.filter((name) => name !== '*').forEach((name) => headerName(`the header in cors.${field}`, name));
  }
  const age = optionalDuration('cors.maxAge', maxAge);
  if (maxAge && maxAge.toMilliseconds() % 1000 !== 0) {
    throw new Error(`cors.maxAge is ${maxAge.toMilliseconds()} ms, expected whole seconds; browsers count in seconds`);
  }
  return {
    ...renderOrigins(allowOrigins, allowOrigin),
    allowMethods,
    allowHeaders,
    exposeHeaders,
    maxAge: age,
    allowCredentials: flag('cors.allowCredentials', allowCredentials),
    unmatchedPreflights: given(unmatchedPreflights, (what) =>
      member('cors.unmatchedPreflights', what, UnmatchedPreflights) as string as VirtualServiceSpecHttpCorsPolicyUnmatchedPreflights),
  };
}

function renderOrigins(allowOrigins: StringMatch[] | undefined, allowOrigin: string[] | undefined) {
  const remedy = 'name at least one origin that may call';
  if (allowOrigin === undefined) {
    return { allowOrigins: list('cors.allowOrigins', allowOrigins!, remedy).map((origin) => valueMatch('an origin in cors.allowOrigins', origin)._toIstio()) };
  }
  if (allowOrigins !== undefined) {
    throw new Error('cors has allowOrigins and allowOrigin, expected one of them; keep allowOrigins, Istio ignores the other');
  }
  return { allowOrigin: list('cors.allowOrigin', allowOrigin, remedy).map((origin) => text('an origin in cors.allowOrigin', origin, 'write it in full, such as "https://app.example.com"')) };
}
