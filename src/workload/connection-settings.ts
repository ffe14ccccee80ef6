import { Duration, Size } from 'cdk8s';
import { durationOrZero, kibibytes } from './values';
import { flag, member, noUnknown, object, whole } from '../private/check';
import { given } from '../private/render';

/**
 * Recommended settings for a kind of proxy. What is set beside it goes first.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#ProxyConfig-ConnectionSettings-Profile
 */
export enum ConnectionProfile {
  /** For sidecars: nothing is changed. */
  SIDECAR = 'SIDECAR',
  /** For gateways that face the internet: small buffers, bounded times and streams, clean paths. */
  EDGE = 'EDGE',
}

/**
 * What is done with requests whose header names have underscores.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#ProxyConfig-ConnectionSettings-HeadersWithUnderscoresAction
 */
export enum HeadersWithUnderscores {
  /** They are passed on. */
  ALLOW = 'HEADERS_WITH_UNDERSCORES_ALLOW',
  /** They are refused with status 400. */
  REJECT_REQUEST = 'HEADERS_WITH_UNDERSCORES_REJECT_REQUEST',
  /** They are passed on without those headers. */
  DROP_HEADER = 'HEADERS_WITH_UNDERSCORES_DROP_HEADER',
}

/**
 * What is done with requests whose path has escaped slashes, `%2F` or `%5C`.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#ProxyConfig-ConnectionSettings-PathWithEscapedSlashesAction
 */
export enum PathWithEscapedSlashes {
  /** They are passed on as they are. */
  KEEP_UNCHANGED = 'KEEP_UNCHANGED',
  /** They are refused with status 400. */
  REJECT_REQUEST = 'REJECT_REQUEST',
  /** They are redirected to the path without the escapes. */
  UNESCAPE_AND_REDIRECT = 'UNESCAPE_AND_REDIRECT',
  /** They are passed on without the escapes. */
  UNESCAPE_AND_FORWARD = 'UNESCAPE_AND_FORWARD',
}

/**
 * Limits and times of the connections to a proxy. Since Istio 1.31.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#ProxyConfig-ConnectionSettings
 */
export interface ConnectionSettings {
  /**
   * The settings to start from.
   *
   * @default ConnectionProfile.SIDECAR
   */
  readonly profile?: ConnectionProfile;

  /**
   * The soft limit of a connection's buffers at listeners, whole bytes under 2 GiB.
   *
   * @default - Envoy's, 1 MiB; 32 KiB at the edge
   */
  readonly listenerPerConnectionBufferLimit?: Size;

  /**
   * The soft limit of a connection's buffers towards servers, whole bytes under 2 GiB.
   *
   * @default - Envoy's, 1 MiB; 32 KiB at the edge
   */
  readonly clusterPerConnectionBufferLimit?: Size;

  /**
   * How long a connection may have no request.
   *
   * @default - Envoy's, 1 hour
   */
  readonly httpIdleTimeout?: Duration;

  /**
   * How long a connection may last.
   *
   * @default - for ever
   */
  readonly httpMaxConnectionDuration?: Duration;

  /**
   * How long requests under way are waited for once a connection is to end.
   *
   * @default - Envoy's, 5 seconds
   */
  readonly httpDrainTimeout?: Duration;

  /**
   * How long the whole request may take to arrive.
   *
   * @default - for ever; 5 minutes at the edge
   */
  readonly httpRequestTimeout?: Duration;

  /**
   * How long the headers may take to arrive.
   *
   * @default - for ever
   */
  readonly httpRequestHeadersTimeout?: Duration;

  /**
   * How long nothing may happen in a request or response.
   *
   * @default - Envoy's, 5 minutes
   */
  readonly httpStreamIdleTimeout?: Duration;

  /**
   * How long a request and its response may take.
   *
   * @default - for ever
   */
  readonly httpMaxStreamDuration?: Duration;

  /**
   * How many requests an HTTP/2 connection may have at once, at least 1.
   *
   * @default - Envoy's; 100 at the edge
   */
  readonly httpMaxConcurrentStreams?: number;

  /**
   * The first window of an HTTP/2 stream, 65535 bytes to under 2 GiB.
   *
   * @default - Envoy's; 64 KiB at the edge
   */
  readonly http2InitialStreamWindowSize?: Size;

  /**
   * The first window of an HTTP/2 connection, 65535 bytes to under 2 GiB.
   *
   * @default - Envoy's; 1 MiB at the edge
   */
  readonly http2InitialConnectionWindowSize?: Size;

  /**
   * What is done with requests whose header names have underscores.
   *
   * @default - HeadersWithUnderscores.ALLOW; REJECT_REQUEST at the edge
   */
  readonly headersWithUnderscores?: HeadersWithUnderscores;

  /**
   * Whether slashes that follow each other are made one.
   *
   * @default - as the mesh normalizes paths; true at the edge
   */
  readonly httpMergeSlashes?: boolean;

  /**
   * What is done with requests whose path has escaped slashes.
   *
   * @default - PathWithEscapedSlashes.KEEP_UNCHANGED; UNESCAPE_AND_REDIRECT at the edge
   */
  readonly pathWithEscapedSlashes?: PathWithEscapedSlashes;

  /**
   * How many connections one listener takes, at least 1.
   *
   * @default - no limit
   */
  readonly listenerConnectionLimit?: number;

  /**
   * How many connections all listeners take together, at least 1.
   *
   * @default - no limit
   */
  readonly globalDownstreamConnectionLimit?: number;
}

const INT32 = 2 ** 31 - 1;
const MIN_WINDOW = 65535;

/** @internal */
export function renderConnectionSettings(where: string, settings: ConnectionSettings): object {
  const {
    profile, listenerPerConnectionBufferLimit, clusterPerConnectionBufferLimit, httpIdleTimeout, httpMaxConnectionDuration, httpDrainTimeout,
    httpRequestTimeout, httpRequestHeadersTimeout, httpStreamIdleTimeout, httpMaxStreamDuration, httpMaxConcurrentStreams,
    http2InitialStreamWindowSize, http2InitialConnectionWindowSize, headersWithUnderscores, httpMergeSlashes, pathWithEscapedSlashes,
    listenerConnectionLimit, globalDownstreamConnectionLimit, ...rest
  } = object(where, settings);
  noUnknown(where, rest);
  const time = (name: string, value: Duration | undefined) => given(value, (duration) => durationOrZero(`${where}.${name}`, duration));
  const atLeastOne = (name: string, value: number | undefined) => given(value, (number) => whole(`${where}.${name}`, number, 1, INT32, 'leave it out for no limit'));
  const size = (name: string, value: Size | undefined, min = 0) => given(value, (bytes) => whole(`${where}.${name}`, kibibytes(`${where}.${name}`, bytes) * 1024, min, INT32, 'it is counted in bytes'));
  return {
    profile: given(profile, (value) => member(`${where}.profile`, value, ConnectionProfile)),
    listenerPerConnectionBufferLimitBytes: size('listenerPerConnectionBufferLimit', listenerPerConnectionBufferLimit),
    clusterPerConnectionBufferLimitBytes: size('clusterPerConnectionBufferLimit', clusterPerConnectionBufferLimit),
    httpIdleTimeout: time('httpIdleTimeout', httpIdleTimeout),
    httpMaxConnectionDuration: time('httpMaxConnectionDuration', httpMaxConnectionDuration),
    httpDrainTimeout: time('httpDrainTimeout', httpDrainTimeout),
    httpRequestTimeout: time('httpRequestTimeout', httpRequestTimeout),
    httpRequestHeadersTimeout: time('httpRequestHeadersTimeout', httpRequestHeadersTimeout),
    httpStreamIdleTimeout: time('httpStreamIdleTimeout', httpStreamIdleTimeout),
    httpMaxStreamDuration: time('httpMaxStreamDuration', httpMaxStreamDuration),
    httpMaxConcurrentStreams: atLeastOne('httpMaxConcurrentStreams', httpMaxConcurrentStreams),
    http2InitialStreamWindowSize: size('http2InitialStreamWindowSize', http2InitialStreamWindowSize, MIN_WINDOW),
    http2InitialConnectionWindowSize: size('http2InitialConnectionWindowSize', http2InitialConnectionWindowSize, MIN_WINDOW),
    httpHeadersWithUnderscoresAction: given(headersWithUnderscores, (value) => member(`${where}.headersWithUnderscores`, value, HeadersWithUnderscores)),
    httpMergeSlashes: flag(`${where}.httpMergeSlashes`, httpMergeSlashes),
    httpPathWithEscapedSlashesAction: given(pathWithEscapedSlashes, (value) => member(`${where}.pathWithEscapedSlashes`, value, PathWithEscapedSlashes)),
    listenerConnectionLimit: atLeastOne('listenerConnectionLimit', listenerConnectionLimit),
    globalDownstreamConnectionLimit: atLeastOne('globalDownstreamConnectionLimit', globalDownstreamConnectionLimit),
  };
}
