import {
  FileAccessLogOptions, HttpAccessLogServiceOptions, OtelAccessLogServiceOptions, renderFileLog, renderHttpLog, renderOtelLog, renderTcpLog,
  TcpAccessLogServiceOptions,
} from './access-log-providers';
import {
  GrpcExternalAuthorizationOptions, HttpExternalAuthorizationOptions, renderGrpcAuthorization, renderHttpAuthorization,
} from './external-authorization';
import { OpenTelemetryProviderOptions, renderOpenTelemetry } from './opentelemetry-provider';
import { ProviderService, renderService } from './provider-service';
import {
  renderSkyWalking, renderStackdriver, renderTracing, renderZipkin, SkyWalkingProviderOptions, StackdriverProviderOptions, TracingProviderOptions,
  ZipkinProviderOptions,
} from './tracing-providers';
import { noUnknown, object, text } from '../private/check';

/**
 * Options of `ExtensionProvider.sds`.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-ExtensionProvider-SDSProvider
 */
export interface SdsProviderOptions extends ProviderService {
  /**
   * The name by which gateways ask for its secrets: `sds://name`.
   *
   * @default - the name of the provider
   */
  readonly sdsName?: string;
}

/**
 * What the providers of a mesh can do.
 *
 * @internal
 */
export enum ProviderUse { TRACING = 'traces', METRICS = 'metrics', ACCESS_LOGGING = 'access logs' }

const { TRACING, METRICS, ACCESS_LOGGING } = ProviderUse;

/** What each kind of provider can be a default for. */
const USES: Record<string, ProviderUse[]> = {
  zipkin: [TRACING],
  datadog: [TRACING],
  skywalking: [TRACING],
  opentelemetry: [TRACING],
  stackdriver: [TRACING, METRICS, ACCESS_LOGGING],
  prometheus: [METRICS],
  envoyFileAccessLog: [ACCESS_LOGGING],
  envoyHttpAls: [ACCESS_LOGGING],
  envoyTcpAls: [ACCESS_LOGGING],
  envoyOtelAls: [ACCESS_LOGGING],
};

/**
 * Something outside of Istio that the mesh works with: for traces, metrics, access logs, authorization or secrets.
 *
 * Telemetry and AuthorizationPolicy resources name it. `prometheus`, `stackdriver` and `envoy` are there by default, and
 * stay there beside those you give.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-ExtensionProvider
 */
export class ExtensionProvider {
  /**
   * A service that authorizes requests over HTTP, for AuthorizationPolicies with the action CUSTOM.
   *
   * @param name the name by which it is used
   * @param options the service, and what it sees
   * @throws when a value is wrong
   * @see https://istio.io/latest/docs/tasks/security/authorization/authz-custom/
   */
  public static envoyExtAuthzHttp(name: string, options: HttpExternalAuthorizationOptions): ExtensionProvider {
    return new ExtensionProvider(name, 'envoyExtAuthzHttp', renderHttpAuthorization(`the provider "${name}"`, options));
  }

  /**
   * A service that authorizes requests over gRPC, for AuthorizationPolicies with the action CUSTOM.
   *
   * @param name the name by which it is used
   * @param options the service, and what it sees
   * @throws when a value is wrong
   * @see https://istio.io/latest/docs/tasks/security/authorization/authz-custom/
   */
  public static envoyExtAuthzGrpc(name: string, options: GrpcExternalAuthorizationOptions): ExtensionProvider {
    return new ExtensionProvider(name, 'envoyExtAuthzGrpc', renderGrpcAuthorization(`the provider "${name}"`, options));
  }

  /**
   * Traces to anything that takes Zipkin's format, such as Jaeger.
   *
   * @param name the name by which it is used
   * @param options the service, and how spans are sent
   * @throws when a value is wrong
   */
  public static zipkin(name: string, options: ZipkinProviderOptions): ExtensionProvider {
    return new ExtensionProvider(name, 'zipkin', renderZipkin(`the provider "${name}"`, options));
  }

  /**
   * Traces to an agent of Datadog.
   *
   * @param name the name by which it is used
   * @param options the service
   * @throws when a value is wrong
   */
  public static datadog(name: string, options: TracingProviderOptions): ExtensionProvider {
    return new ExtensionProvider(name, 'datadog', renderTracing(`the provider "${name}"`, options));
  }

  /**
   * Traces to Apache SkyWalking.
   *
   * @param name the name by which it is used
   * @param options the service
   * @throws when a value is wrong
   */
  public static skywalking(name: string, options: SkyWalkingProviderOptions): ExtensionProvider {
    return new ExtensionProvider(name, 'skywalking', renderSkyWalking(`the provider "${name}"`, options));
  }

  /**
   * Traces to anything that takes OpenTelemetry's protocol: a collector, Jaeger, Tempo, and most vendors.
   *
   * @param name the name by which it is used
   * @param options the service, and how spans are sent
   * @throws when a value is wrong
   * @see https://istio.io/latest/docs/tasks/observability/distributed-tracing/opentelemetry/
   */
  public static opentelemetry(name: string, options: OpenTelemetryProviderOptions): ExtensionProvider {
    return new ExtensionProvider(name, 'opentelemetry', renderOpenTelemetry(`the provider "${name}"`, options));
  }

  /**
   * Metrics, logs and traces to Google Cloud.
   *
   * @param name the name by which it is used
   * @param options what is sent
   * @throws when a value is wrong
   */
  public static stackdriver(name: string, options: StackdriverProviderOptions = {}): ExtensionProvider {
    return new ExtensionProvider(name, 'stackdriver', renderStackdriver(`the provider "${name}"`, options));
  }

  /**
   * Metrics for Prometheus to fetch.
   *
   * @param name the name by which it is used
   * @throws when the name is empty
   */
  public static prometheus(name: string): ExtensionProvider {
    return new ExtensionProvider(name, 'prometheus', {});
  }

  /**
   * Access logs in a file or on a standard stream of the proxy.
   *
   * @param name the name by which it is used
   * @param options the file and its format
   * @throws when a value is wrong
   */
  public static envoyFileAccessLog(name: string, options: FileAccessLogOptions = {}): ExtensionProvider {
    return new ExtensionProvider(name, 'envoyFileAccessLog', renderFileLog(`the provider "${name}"`, options));
  }

  /**
   * Access logs of HTTP to a service with Envoy's access log API.
   *
   * @param name the name by which it is used
   * @param options the service, and what is logged
   * @throws when a value is wrong
   */
  public static envoyHttpAls(name: string, options: HttpAccessLogServiceOptions): ExtensionProvider {
    return new ExtensionProvider(name, 'envoyHttpAls', renderHttpLog(`the provider "${name}"`, options));
  }

  /**
   * Access logs of TCP to a service with Envoy's access log API.
   *
   * @param name the name by which it is used
   * @param options the service, and what is logged
   * @throws when a value is wrong
   */
  public static envoyTcpAls(name: string, options: TcpAccessLogServiceOptions): ExtensionProvider {
    return new ExtensionProvider(name, 'envoyTcpAls', renderTcpLog(`the provider "${name}"`, options));
  }

  /**
   * Access logs to an OpenTelemetry collector.
   *
   * @param name the name by which it is used
   * @param options the service, and what is logged
   * @throws when a value is wrong
   */
  public static envoyOtelAls(name: string, options: OtelAccessLogServiceOptions): ExtensionProvider {
    return new ExtensionProvider(name, 'envoyOtelAls', renderOtelLog(`the provider "${name}"`, options));
  }

  /**
   * Certificates of gateways from a service of secrets, such as one in front of Vault.
   *
   * @param name the name of the provider
   * @param options the service
   * @throws when a value is wrong
   */
  public static sds(name: string, options: SdsProviderOptions): ExtensionProvider {
    const where = `the provider "${name}"`;
    const { service, port, serviceNamespace, sdsName = name, ...rest } = object(where, options);
    noUnknown(where, rest);
    return new ExtensionProvider(name, 'sds', {
      name: text(`sdsName of ${where}`, sdsName, 'leave it out for the name of the provider'),
      ...renderService(where, { service, port, serviceNamespace }),
    });
  }

  private constructor(
    /**
     * The name by which Telemetry and AuthorizationPolicy resources use it.
     */
    public readonly name: string,

    private readonly kind: string,
    private readonly settings: object,
  ) {
    text('the name of the provider', name, 'give the name by which it is used');
  }

  /** @internal */
  public _uses(): ProviderUse[] {
    return USES[this.kind] ?? [];
  }

  /** @internal */
  public _toIstio(): object {
    return { name: this.name, [this.kind]: this.settings };
  }
}
