import { VirtualServiceSpecHttpRedirect, VirtualServiceSpecHttpRedirectDerivePort } from '../../imports/networking.istio.io';
import { member, noUnknown, object, optionalText, port, show } from '../private/check';
import { given } from '../private/render';

/**
 * The status of a redirect. Envoy can send these and no others.
 *
 * @see https://datatracker.ietf.org/doc/html/rfc9110#section-15.4
 */
export enum RedirectCode {
  /** 301: for good; clients may turn a POST into a GET. */
  MOVED_PERMANENTLY = 301,
  /** 302: for now; clients may turn a POST into a GET. */
  FOUND = 302,
  /** 303: look there with a GET. */
  SEE_OTHER = 303,
  /** 307: for now, with the same method. */
  TEMPORARY_REDIRECT = 307,
  /** 308: for good, with the same method. */
  PERMANENT_REDIRECT = 308,
}

/**
 * How the port of a redirect follows from the request.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRedirect-RedirectPortSelection
 */
export enum RedirectPort {
  /** 80 for HTTP and 443 for HTTPS, which the location leaves out. */
  FROM_PROTOCOL_DEFAULT = 'FROM_PROTOCOL_DEFAULT',
  /** The port the request came in on. */
  FROM_REQUEST_PORT = 'FROM_REQUEST_PORT',
}

/**
 * Where a request is redirected to. What is left out stays as in the request.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRedirect
 */
export interface HttpRedirect {
  /**
   * The new path, in whole.
   *
   * @default - the path of the request
   */
  readonly uri?: string;

  /**
   * What takes the place of the prefix that the rule's match names. Excludes `uri`.
   *
   * @default - the path of the request
   */
  readonly prefixRewrite?: string;

  /**
   * The new host.
   *
   * @default - the host of the request
   */
  readonly authority?: string;

  /**
   * The new scheme, `http` or `https`.
   *
   * @default - the scheme of the request
   */
  readonly scheme?: string;

  /**
   * The new port, 1 to 65535. Excludes `derivePort`.
   *
   * @default - the port of the request
   */
  readonly port?: number;

  /**
   * How the port follows from the request. Excludes `port`.
   *
   * @default - the port of the request
   */
  readonly derivePort?: RedirectPort;

  /**
   * The status of the redirect.
   *
   * @default RedirectCode.MOVED_PERMANENTLY
   */
  readonly code?: RedirectCode;
}

/** @internal */
export function renderRedirect(redirect: HttpRedirect): VirtualServiceSpecHttpRedirect {
  const { uri, prefixRewrite, authority, scheme, port: number, derivePort, code, ...rest } = object('the redirect', redirect);
  noUnknown('the redirect', rest);
  if ([uri, prefixRewrite, authority, scheme, number, derivePort].every((part) => part === undefined)) {
    throw new Error('the redirect changes nothing, expected uri, prefixRewrite, authority, scheme, port or derivePort; say where to');
  }
  for (const [field, value] of Object.entries({ uri, prefixRewrite, authority, scheme })) {
    optionalText(`the redirect's ${field}`, value, 'leave it out to keep that of the request');
  }
  if (uri !== undefined && prefixRewrite !== undefined) {
    throw new Error(`the redirect has uri ${show(uri)} and prefixRewrite ${show(prefixRewrite)}, expected one of them; keep the one you mean`);
  }
  if (number !== undefined && derivePort !== undefined) {
    throw new Error(`the redirect has port ${show(number)} and derivePort ${show(derivePort)}, expected one of them; keep the one you mean`);
  }
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https') {
    throw new Error(`the redirect's scheme is ${show(scheme)}, expected "http" or "https"; leave it out to keep that of the request`);
  }
  if (code !== undefined && (typeof code !== 'number' || !(code in RedirectCode))) {
    throw new Error(`the redirect's code is ${show(code)}, expected 301, 302, 303, 307 or 308; Envoy can send no other`);
  }
  return {
    uri,
    prefixRewrite,
    authority,
    scheme,
    port: given(number, (value) => port("the redirect's port", value)),
    derivePort: given(derivePort, (value) => member("the redirect's derivePort", value, RedirectPort) as string as VirtualServiceSpecHttpRedirectDerivePort),
    redirectCode: code,
  };
}
