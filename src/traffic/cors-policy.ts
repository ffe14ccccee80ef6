import { Duration } from 'cdk8s';
import { StringMatch, valueMatch } from './string-match';
import { VirtualServiceSpecHttpCorsPolicy, VirtualServiceSpecHttpCorsPolicyUnmatchedPreflights } from '../../imports/networking.istio.io';
import { flag, list, member, noUnknown, object, optionalList, show } from '../private/check';
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
   * The origins that may call, such as `StringMatch.exact("https://app.example.com")`.
   */
  readonly allowOrigins: StringMatch[];

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
  const { allowOrigins, allowMethods, allowHeaders, exposeHeaders, maxAge, allowCredentials, unmatchedPreflights, ...rest } = object('cors', cors);
  noUnknown('cors', rest);
  list('cors.allowOrigins', allowOrigins, 'name at least one origin that may call');
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
    allowOrigins: allowOrigins.map((origin) => valueMatch('an origin in cors.allowOrigins', origin)._toIstio()),
    allowMethods,
    allowHeaders,
    exposeHeaders,
    maxAge: age,
    allowCredentials: flag('cors.allowCredentials', allowCredentials),
    unmatchedPreflights: given(unmatchedPreflights, (what) =>
      member('cors.unmatchedPreflights', what, UnmatchedPreflights) as string as VirtualServiceSpecHttpCorsPolicyUnmatchedPreflights),
  };
}
