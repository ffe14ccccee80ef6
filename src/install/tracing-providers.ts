import { Duration } from 'cdk8s';
import { ProviderHeader } from './provider-header';
import { optionalPath, ProviderService, renderService, TAG_REMEDY } from './provider-service';
import { flag, instance, member, noUnknown, object, optionalList, optionalText, text, whole } from '../private/check';
import { optionalDuration } from '../private/duration';
import { given, mapValues, orUndefined } from '../private/render';

/**
 * Options of `ExtensionProvider.datadog`, and of other providers of traces.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-ExtensionProvider-DatadogTracingProvider
 */
export interface TracingProviderOptions extends ProviderService {
  /**
   * The most characters of the path tag of a span, at least 1.
   *
   * @default 256
   */
  readonly maxTagLength?: number;
}

/**
 * The headers by which traces are handed on.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-ExtensionProvider-ZipkinTracingProvider-TraceContextOption
 */
export enum TraceContext {
  /** B3 only. */
  B3 = 'USE_B3',
  /** B3 is read first, then W3C; both are written. */
  B3_AND_W3C = 'USE_B3_WITH_W3C_PROPAGATION',
}

/**
 * Options of `ExtensionProvider.zipkin`.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-ExtensionProvider-ZipkinTracingProvider
 */
export interface ZipkinProviderOptions extends TracingProviderOptions {
  /**
   * Whether trace ids have 64 bits, in place of 128.
   *
   * @default false
   */
  readonly enable64bitTraceId?: boolean;

  /**
   * The path of the Zipkin API; begins with `/`.
   *
   * @default "/api/v2/spans"
   */
  readonly path?: string;

  /**
   * The headers by which traces are handed on.
   *
   * @default TraceContext.B3
   */
  readonly traceContext?: TraceContext;

  /**
   * How long sending spans may take, at least 1 ms.
   *
   * @default Duration.seconds(5)
   */
  readonly timeout?: Duration;

  /**
   * Headers that are sent with the spans.
   *
   * @default - none
   */
  readonly headers?: ProviderHeader[];
}

/**
 * Options of `ExtensionProvider.skywalking`.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-ExtensionProvider-SkyWalkingTracingProvider
 */
export interface SkyWalkingProviderOptions extends ProviderService {
  /**
   * The access token of the SkyWalking OAP. It stands in the mesh configuration for all to read who may read that.
   *
   * @default - none
   */
  readonly accessToken?: string;
}

/**
 * Options of `ExtensionProvider.stackdriver`.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-ExtensionProvider-StackdriverProvider
 */
export interface StackdriverProviderOptions {
  /**
   * The most characters of the path tag of a span, at least 1.
   *
   * @default 256
   */
  readonly maxTagLength?: number;

  /**
   * Labels of the log entries, each an expression such as `request.headers['x-user']`.
   *
   * @default - none
   */
  readonly logLabels?: Record<string, string>;
}

/** @internal */
export function renderTracing(where: string, options: TracingProviderOptions) {
  const { rest, common } = renderCommon(where, options);
  noUnknown(where, rest);
  return common;
}

/** @internal */
export function renderZipkin(where: string, options: ZipkinProviderOptions) {
  const { common, rest: { enable64bitTraceId, path, traceContext, timeout, headers, ...rest } } = renderCommon(where, options);
  noUnknown(where, rest);
  return {
    ...common,
    enable64bitTraceId: flag(`enable64bitTraceId of ${where}`, enable64bitTraceId),
    path: optionalPath(`path of ${where}`, path),
    traceContextOption: given(traceContext, (value) => member(`traceContext of ${where}`, value, TraceContext)),
    timeout: optionalDuration(`timeout of ${where}`, timeout),
    headers: renderHeaders(`headers of ${where}`, headers),
  };
}

/** @internal */
export function renderSkyWalking(where: string, options: SkyWalkingProviderOptions) {
  const { service, port, serviceNamespace, accessToken, ...rest } = object(where, options);
  noUnknown(where, rest);
  return {
    ...renderService(where, { service, port, serviceNamespace }),
    accessToken: optionalText(`accessToken of ${where}`, accessToken, 'leave it out for none'),
  };
}

/** @internal */
export function renderStackdriver(where: string, options: StackdriverProviderOptions) {
  const { maxTagLength, logLabels, ...rest } = object(where, options);
  noUnknown(where, rest);
  const labels = orUndefined(mapValues(logLabels, (value, name) => text(`the label "${name}" of ${where}`, value, 'give an expression')));
  return {
    maxTagLength: given(maxTagLength, (length) => tagLength(where, length)),
    logging: labels && { labels },
  };
}

/** @internal */
export function renderHeaders(where: string, headers: ProviderHeader[] | undefined) {
  return orUndefined(optionalList(where, headers)
    ?.map((header) => instance(`an entry of ${where}`, header, ProviderHeader, 'ProviderHeader.fromEnv("Authorization", "TOKEN")')._toIstio()));
}

/** @internal */
export function renderCommon<T extends TracingProviderOptions>(where: string, options: T) {
  const { service, port, serviceNamespace, maxTagLength, ...rest } = object(where, options);
  return {
    rest,
    common: { ...renderService(where, { service, port, serviceNamespace }), maxTagLength: given(maxTagLength, (length) => tagLength(where, length)) },
  };
}

function tagLength(where: string, length: number): number {
  return whole(`maxTagLength of ${where}`, length, 1, 2 ** 32 - 1, TAG_REMEDY);
}
