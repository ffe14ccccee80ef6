import { ProviderService, renderService } from './provider-service';
import { flag, instance, noUnknown, object, optionalText, text, texts } from '../private/check';
import { headerName } from '../private/names';
import { given } from '../private/render';

/**
 * What a line of an access log has, in Envoy's command operators.
 *
 * @see https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage#command-operators
 */
export class AccessLogFormat {
  /**
   * Lines of text.
   *
   * @param format the text, such as `"%REQ(:method)% %RESPONSE_CODE%"`
   * @throws when it is empty
   */
  public static text(format: string): AccessLogFormat {
    return new AccessLogFormat({ text: text('the format of AccessLogFormat.text', format, 'leave the format out for Envoy\'s own') });
  }

  /**
   * Lines of JSON.
   *
   * @param labels the fields of a line, each with the operators of its value; nested objects may stand for values. None for Envoy's own
   * @throws when it is no object
   */
  public static json(labels: { [key: string]: any } = {}): AccessLogFormat {
    return new AccessLogFormat({ labels: object('the labels of AccessLogFormat.json', labels) });
  }

  private constructor(private readonly format: object) {}

  /** @internal */
  public _toIstio(): object {
    return this.format;
  }
}

/**
 * Options of `ExtensionProvider.envoyFileAccessLog`.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-ExtensionProvider-EnvoyFileAccessLogProvider
 */
export interface FileAccessLogOptions {
  /**
   * The path of the file in the proxy's container.
   *
   * @default "/dev/stdout"
   */
  readonly path?: string;

  /**
   * What a line has.
   *
   * @default - Istio's text format
   */
  readonly format?: AccessLogFormat;

  /**
   * Whether a value that is not there is written as an empty text, and left out of JSON, in place of `-`.
   *
   * @default false
   */
  readonly omitEmptyValues?: boolean;
}

/**
 * Options of `ExtensionProvider.envoyTcpAls`.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-ExtensionProvider-EnvoyTcpGrpcV3LogProvider
 */
export interface TcpAccessLogServiceOptions extends ProviderService {
  /**
   * The name of the log.
   *
   * @default - "tcp_envoy_accesslog" or "http_envoy_accesslog"; "listener_envoy_accesslog" for listeners
   */
  readonly logName?: string;

  /**
   * Objects of Envoy's filter state that are logged too.
   *
   * @default - none
   */
  readonly filterStateObjectsToLog?: string[];
}

/**
 * Options of `ExtensionProvider.envoyHttpAls`.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-ExtensionProvider-EnvoyHttpGrpcV3LogProvider
 */
export interface HttpAccessLogServiceOptions extends TcpAccessLogServiceOptions {
  /**
   * Headers of the request that are logged too.
   *
   * @default - none
   */
  readonly additionalRequestHeadersToLog?: string[];

  /**
   * Headers of the response that are logged too.
   *
   * @default - none
   */
  readonly additionalResponseHeadersToLog?: string[];

  /**
   * Trailers of the response that are logged too.
   *
   * @default - none
   */
  readonly additionalResponseTrailersToLog?: string[];
}

/**
 * Options of `ExtensionProvider.envoyOtelAls`.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-ExtensionProvider-EnvoyOpenTelemetryLogProvider
 */
export interface OtelAccessLogServiceOptions extends ProviderService {
  /**
   * The name of the log.
   *
   * @default "otel_envoy_accesslog"
   */
  readonly logName?: string;

  /**
   * The body of an entry, in Envoy's command operators.
   *
   * @default - Istio's text format
   */
  readonly body?: string;

  /**
   * The attributes of an entry, each with the operators of its value; nested objects may stand for values.
   *
   * @default - none
   */
  readonly attributes?: { [key: string]: any };
}

/** @internal */
export function renderFileLog(where: string, options: FileAccessLogOptions) {
  const { path, format, omitEmptyValues, ...rest } = object(where, options);
  noUnknown(where, rest);
  return {
    path: optionalText(`path of ${where}`, path),
    logFormat: given(format, (value) => instance(`format of ${where}`, value, AccessLogFormat, 'AccessLogFormat.json()')._toIstio()),
    omitEmptyValues: flag(`omitEmptyValues of ${where}`, omitEmptyValues),
  };
}

/** @internal */
export function renderTcpLog(where: string, options: TcpAccessLogServiceOptions) {
  const { common, rest } = renderLogService(where, options);
  noUnknown(where, rest);
  return common;
}

/** @internal */
export function renderHttpLog(where: string, options: HttpAccessLogServiceOptions) {
  const { common, rest: { additionalRequestHeadersToLog, additionalResponseHeadersToLog, additionalResponseTrailersToLog, ...rest } } =
    renderLogService(where, options);
  noUnknown(where, rest);
  return {
    ...common,
    additionalRequestHeadersToLog: headers(`additionalRequestHeadersToLog of ${where}`, additionalRequestHeadersToLog),
    additionalResponseHeadersToLog: headers(`additionalResponseHeadersToLog of ${where}`, additionalResponseHeadersToLog),
    additionalResponseTrailersToLog: headers(`additionalResponseTrailersToLog of ${where}`, additionalResponseTrailersToLog),
  };
}

/** @internal */
export function renderOtelLog(where: string, options: OtelAccessLogServiceOptions) {
  const { service, port, serviceNamespace, logName, body, attributes, ...rest } = object(where, options);
  noUnknown(where, rest);
  const labels = given(attributes, (value) => object(`attributes of ${where}`, value));
  const format = optionalText(`body of ${where}`, body);
  return {
    ...renderService(where, { service, port, serviceNamespace }),
    logName: optionalText(`logName of ${where}`, logName),
    logFormat: format !== undefined || labels !== undefined ? { text: format, labels } : undefined,
  };
}

function renderLogService<T extends TcpAccessLogServiceOptions>(where: string, options: T) {
  const { service, port, serviceNamespace, logName, filterStateObjectsToLog, ...rest } = object(where, options);
  return {
    rest,
    common: {
      ...renderService(where, { service, port, serviceNamespace }),
      logName: optionalText(`logName of ${where}`, logName),
      filterStateObjectsToLog: texts(`filterStateObjectsToLog of ${where}`, filterStateObjectsToLog),
    },
  };
}

function headers(where: string, names: string[] | undefined): string[] | undefined {
  return texts(where, names)?.map((name) => headerName(`an entry of ${where}`, name));
}
