import { flag, member, noUnknown, object, optionalText } from '../private/check';
import { given } from '../private/render';

/**
 * What is done with the `x-forwarded-client-cert` header, which says who the client is.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#ForwardClientCertDetails
 */
export enum ForwardClientCert {
  /** It is removed. */
  SANITIZE = 'SANITIZE',
  /** It is passed on where the connection is mutual TLS. */
  FORWARD_ONLY = 'FORWARD_ONLY',
  /** The client's certificate is added to it where the connection is mutual TLS. */
  APPEND_FORWARD = 'APPEND_FORWARD',
  /** The client's certificate takes its place where the connection is mutual TLS. */
  SANITIZE_SET = 'SANITIZE_SET',
  /** It is passed on always. */
  ALWAYS_FORWARD_ONLY = 'ALWAYS_FORWARD_ONLY',
}

/**
 * What of a client's certificate is passed on.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#ProxyConfig-ProxyHeaders-SetCurrentClientCertDetails
 */
export interface ClientCertDetails {
  /**
   * Its subject.
   *
   * @default true
   */
  readonly subject?: boolean;

  /**
   * The whole certificate.
   *
   * @default false
   */
  readonly cert?: boolean;

  /**
   * The whole chain of certificates.
   *
   * @default false
   */
  readonly chain?: boolean;

  /**
   * Its DNS names.
   *
   * @default true
   */
  readonly dns?: boolean;

  /**
   * Its URI, which is the identity of a workload.
   *
   * @default true
   */
  readonly uri?: boolean;
}

/**
 * The headers that the proxy adds or changes.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#ProxyConfig-ProxyHeaders
 */
export interface ProxyHeaders {
  /**
   * What a sidecar does with `x-forwarded-client-cert` of requests to it.
   *
   * @default ForwardClientCert.APPEND_FORWARD
   */
  readonly forwardedClientCert?: ForwardClientCert;

  /**
   * What of the client's certificate is passed on, where `forwardedClientCert` passes it on.
   *
   * @default - subject, DNS names and URI
   */
  readonly clientCertDetails?: ClientCertDetails;

  /**
   * The value of the `server` header.
   *
   * @default "istio-envoy"
   */
  readonly serverName?: string;

  /**
   * Whether the `server` header is set in responses.
   *
   * @default true
   */
  readonly server?: boolean;

  /**
   * Whether requests get an `x-request-id`. Tracing and logs need it.
   *
   * @default true
   */
  readonly requestId?: boolean;

  /**
   * Whether requests with retries get `x-envoy-attempt-count`.
   *
   * @default true
   */
  readonly attemptCount?: boolean;

  /**
   * Whether `x-envoy-overloaded`, `x-envoy-upstream-service-time` and the like are set.
   *
   * @default true
   */
  readonly envoyDebugHeaders?: boolean;

  /**
   * Whether the headers by which proxies tell each other who they are, `x-envoy-peer-metadata`, go to services of the mesh only.
   *
   * @default false
   */
  readonly metadataExchangeInMeshOnly?: boolean;

  /**
   * Whether HTTP/1 headers keep their upper and lower case.
   *
   * @default false
   */
  readonly preserveHttp1HeaderCase?: boolean;

  /**
   * Whether `x-forwarded-host` gets the original host where that is rewritten.
   *
   * @default false
   */
  readonly xForwardedHost?: boolean;

  /**
   * Whether `x-forwarded-port` gets the port that the client used.
   *
   * @default false
   */
  readonly xForwardedPort?: boolean;
}

/** @internal */
export function renderHeaders(where: string, headers: ProxyHeaders): object {
  const {
    forwardedClientCert, clientCertDetails, serverName, server, requestId, attemptCount, envoyDebugHeaders, metadataExchangeInMeshOnly,
    preserveHttp1HeaderCase, xForwardedHost, xForwardedPort, ...rest
  } = object(where, headers);
  noUnknown(where, rest);
  const disabled = (name: string, value: boolean | undefined) => given(flag(`${where}.${name}`, value), (on) => ({ disabled: !on }));
  const enabled = (name: string, value: boolean | undefined) => given(flag(`${where}.${name}`, value), (on) => ({ enabled: on }));
  if (server === false && serverName !== undefined) {
    throw new Error(`${where} has the serverName "${serverName}" beside server: false, expected one of them; drop server: false to send the name`);
  }
  return {
    forwardedClientCert: given(forwardedClientCert, (value) => member(`${where}.forwardedClientCert`, value, ForwardClientCert)),
    setCurrentClientCertDetails: given(clientCertDetails, (value) => renderDetails(`${where}.clientCertDetails`, value, forwardedClientCert)),
    server: server === undefined && serverName === undefined ? undefined
      : { ...disabled('server', server), value: optionalText(`${where}.serverName`, serverName) },
    requestId: disabled('requestId', requestId),
    attemptCount: disabled('attemptCount', attemptCount),
    envoyDebugHeaders: disabled('envoyDebugHeaders', envoyDebugHeaders),
    metadataExchangeHeaders: given(flag(`${where}.metadataExchangeInMeshOnly`, metadataExchangeInMeshOnly), (value) => ({ mode: value ? 'IN_MESH' : 'UNDEFINED' })),
    preserveHttp1HeaderCase: flag(`${where}.preserveHttp1HeaderCase`, preserveHttp1HeaderCase),
    xForwardedHost: enabled('xForwardedHost', xForwardedHost),
    xForwardedPort: enabled('xForwardedPort', xForwardedPort),
  };
}

function renderDetails(where: string, details: ClientCertDetails, forward: ForwardClientCert | undefined): object {
  const { subject, cert, chain, dns, uri, ...rest } = object(where, details);
  noUnknown(where, rest);
  if (forward !== undefined && forward !== ForwardClientCert.APPEND_FORWARD && forward !== ForwardClientCert.SANITIZE_SET) {
    throw new Error(`${where} is set beside forwardedClientCert of ${forward}, expected APPEND_FORWARD or SANITIZE_SET; no other passes the certificate on`);
  }
  return Object.fromEntries(Object.entries({ subject, cert, chain, dns, uri }).map(([name, value]) => [name, flag(`${where}.${name}`, value)]));
}
