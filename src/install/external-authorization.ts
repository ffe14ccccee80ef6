import { Duration } from 'cdk8s';
import { optionalPath, ProviderService, renderService } from './provider-service';
import { flag, noUnknown, object, show, texts, whole } from '../private/check';
import { optionalDuration } from '../private/duration';
import { headerName } from '../private/names';
import { given, mapValues, orUndefined } from '../private/render';

/**
 * How the body of a request is shown to the authorization service.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-ExtensionProvider-EnvoyExternalAuthorizationRequestBody
 */
export interface AuthorizationRequestBody {
  /**
   * The most bytes of a body that are held in memory, at least 1. A longer body is answered by 413.
   */
  readonly maxRequestBytes: number;

  /**
   * Whether the first `maxRequestBytes` of a longer body are sent, in place of answering 413.
   *
   * @default false
   */
  readonly allowPartialMessage?: boolean;
}

/**
 * How the body of a request is shown to the authorization service over gRPC.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-ExtensionProvider-EnvoyExternalAuthorizationRequestBody
 */
export interface GrpcAuthorizationRequestBody extends AuthorizationRequestBody {
  /**
   * Whether the body is sent as bytes, in place of UTF-8 text.
   *
   * @default false
   */
  readonly packAsBytes?: boolean;
}

/**
 * What both kinds of authorization services have.
 */
export interface ExternalAuthorizationOptions extends ProviderService {
  /**
   * How long the service may take, at least 1 ms.
   *
   * @default Duration.seconds(600)
   */
  readonly timeout?: Duration;

  /**
   * Whether requests pass when the service can't be reached or answers 5xx. That opens the mesh when the service is down.
   *
   * @default false
   */
  readonly failOpen?: boolean;

  /**
   * Whether the route is chosen anew after the service has changed headers.
   *
   * @default false
   */
  readonly clearRouteCache?: boolean;

  /**
   * The HTTP status of the answer when the service can't be reached, 100 to 599.
   *
   * @default 403
   */
  readonly statusOnError?: number;
}

/**
 * Options of `ExtensionProvider.envoyExtAuthzGrpc`.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-ExtensionProvider-EnvoyExternalAuthorizationGrpcProvider
 */
export interface GrpcExternalAuthorizationOptions extends ExternalAuthorizationOptions {
  /**
   * How the body of a request is shown to the service.
   *
   * @default - the service does not see it
   */
  readonly includeRequestBodyInCheck?: GrpcAuthorizationRequestBody;
}

/**
 * Options of `ExtensionProvider.envoyExtAuthzHttp`.
 *
 * Lists of header names take a `*` in front or behind, as in `x-auth-*`.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-ExtensionProvider-EnvoyExternalAuthorizationHttpProvider
 */
export interface HttpExternalAuthorizationOptions extends ExternalAuthorizationOptions {
  /**
   * How the body of a request is shown to the service.
   *
   * @default - the service does not see it
   */
  readonly includeRequestBodyInCheck?: AuthorizationRequestBody;

  /**
   * What is put in front of the path of the request to the service; begins with `/`.
   *
   * @default - nothing
   */
  readonly pathPrefix?: string;

  /**
   * The headers of the request that the service sees, beside Host, Method, Path and Content-Length.
   *
   * @default - no others
   */
  readonly includeRequestHeadersInCheck?: string[];

  /**
   * Headers that are sent to the service with every request, in place of those of the client.
   *
   * @default - none
   */
  readonly includeAdditionalHeadersInCheck?: Record<string, string>;

  /**
   * The headers of an allowing answer that are sent on with the request.
   *
   * @default - none
   */
  readonly headersToUpstreamOnAllow?: string[];

  /**
   * The headers of a denying answer that the client gets.
   *
   * @default - all but Authority
   */
  readonly headersToDownstreamOnDeny?: string[];

  /**
   * The headers of an allowing answer that the client gets.
   *
   * @default - none
   */
  readonly headersToDownstreamOnAllow?: string[];
}

/** The statuses that Envoy has a name for. */
const STATUS_CODES = new Set([
  100, ...[...Array(9).keys()].map((i) => 200 + i), 226, 300, 301, 302, 303, 304, 305, 307, 308,
  ...[...Array(18).keys()].map((i) => 400 + i), 421, 422, 423, 424, 426, 428, 429, 431, 500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511,
]);

/** @internal */
export function renderGrpcAuthorization(where: string, options: GrpcExternalAuthorizationOptions) {
  const { common, rest: { includeRequestBodyInCheck, ...rest } } = renderCommon(where, options);
  noUnknown(where, rest);
  return { ...common, includeRequestBodyInCheck: given(includeRequestBodyInCheck, (body) => renderBody(where, body)) };
}

/** @internal */
export function renderHttpAuthorization(where: string, options: HttpExternalAuthorizationOptions) {
  const { common, rest: all } = renderCommon(where, options);
  const {
    includeRequestBodyInCheck, pathPrefix, includeRequestHeadersInCheck, includeAdditionalHeadersInCheck, headersToUpstreamOnAllow,
    headersToDownstreamOnDeny, headersToDownstreamOnAllow, ...rest
  } = all;
  noUnknown(where, rest);
  return {
    ...common,
    includeRequestBodyInCheck: given(includeRequestBodyInCheck, (body) => renderBody(where, body, 'HTTP')),
    pathPrefix: optionalPath(`pathPrefix of ${where}`, pathPrefix),
    includeRequestHeadersInCheck: headers(`includeRequestHeadersInCheck of ${where}`, includeRequestHeadersInCheck),
    includeAdditionalHeadersInCheck: orUndefined(mapValues(includeAdditionalHeadersInCheck, (value, name) => {
      headerName(`a header of includeAdditionalHeadersInCheck of ${where}`, name);
      if (typeof value !== 'string') {
        throw new Error(`the header ${show(name)} of ${where} is ${show(value)}, expected text; write the value in quotes`);
      }
      return value;
    })),
    headersToUpstreamOnAllow: headers(`headersToUpstreamOnAllow of ${where}`, headersToUpstreamOnAllow),
    headersToDownstreamOnDeny: headers(`headersToDownstreamOnDeny of ${where}`, headersToDownstreamOnDeny),
    headersToDownstreamOnAllow: headers(`headersToDownstreamOnAllow of ${where}`, headersToDownstreamOnAllow),
  };
}

function renderCommon<T extends ExternalAuthorizationOptions>(where: string, options: T) {
  const { service, port, serviceNamespace, timeout, failOpen, clearRouteCache, statusOnError, ...rest } = object(where, options);
  if (statusOnError !== undefined && !STATUS_CODES.has(statusOnError)) {
    throw new Error(`statusOnError of ${where} is ${show(statusOnError)}, expected an HTTP status that Envoy knows; use one such as 503`);
  }
  return {
    rest,
    common: {
      ...renderService(where, { service, port, serviceNamespace }),
      timeout: optionalDuration(`timeout of ${where}`, timeout),
      failOpen: flag(`failOpen of ${where}`, failOpen),
      clearRouteCache: flag(`clearRouteCache of ${where}`, clearRouteCache),
      statusOnError: given(statusOnError, String),
    },
  };
}

function renderBody(where: string, body: GrpcAuthorizationRequestBody, protocol?: string) {
  const name = `includeRequestBodyInCheck of ${where}`;
  const { maxRequestBytes, allowPartialMessage, packAsBytes, ...rest } = object(name, body);
  noUnknown(name, rest);
  if (packAsBytes !== undefined && protocol !== undefined) {
    throw new Error(`${name} has packAsBytes, expected it over gRPC only, as it has no effect over ${protocol}; leave it out`);
  }
  return {
    maxRequestBytes: whole(`maxRequestBytes of ${name}`, maxRequestBytes, 1, 2 ** 32 - 1, 'give the most bytes of a body'),
    allowPartialMessage: flag(`allowPartialMessage of ${name}`, allowPartialMessage),
    packAsBytes: flag(`packAsBytes of ${name}`, packAsBytes),
  };
}

/** Names of headers, each with a wildcard in front or behind at the most. */
function headers(where: string, names: string[] | undefined): string[] | undefined {
  return texts(where, names)?.map((name) => {
    headerName(`a header of ${where}`, name.replace(/^\*(?=.)|(?<=.)\*$/, ''));
    if (name.replace(/^\*|\*$/, '').includes('*')) {
      throw new Error(`a header of ${where} is ${show(name)}, expected a wildcard in front or behind only; write for example "x-auth-*"`);
    }
    return name;
  });
}
