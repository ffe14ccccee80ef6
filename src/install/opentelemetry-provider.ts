import { Duration } from 'cdk8s';
import { ProviderHeader } from './provider-header';
import { optionalPath, ProviderService, renderService } from './provider-service';
import { renderCommon, renderHeaders, TracingProviderOptions } from './tracing-providers';
import { flag, instance, member, noUnknown, object, text, whole } from '../private/check';
import { optionalDuration } from '../private/duration';
import { given } from '../private/render';

/**
 * How traces are sent over HTTP.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-ExtensionProvider-HttpService
 */
export interface OtlpHttpOptions {
  /**
   * The path they are sent to, such as `/v1/traces`; begins with `/`.
   */
  readonly path: string;

  /**
   * How long a request may take, at least 1 ms.
   *
   * @default Duration.seconds(3)
   */
  readonly timeout?: Duration;

  /**
   * Headers of the requests.
   *
   * @default - none
   */
  readonly headers?: ProviderHeader[];
}

/**
 * How traces are sent over gRPC.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-ExtensionProvider-GrpcService
 */
export interface OtlpGrpcOptions {
  /**
   * How long a call may take, at least 1 ms.
   *
   * @default - Envoy's own
   */
  readonly timeout?: Duration;

  /**
   * Metadata of the calls.
   *
   * @default - none
   */
  readonly initialMetadata?: ProviderHeader[];
}

/**
 * How traces reach the OpenTelemetry collector.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-ExtensionProvider-OpenTelemetryTracingProvider
 */
export class OtlpExport {
  /**
   * Over HTTP.
   *
   * @param options the path, and what goes with the requests
   * @throws when the path does not begin with `/`, or another value is wrong
   */
  public static http(options: OtlpHttpOptions): OtlpExport {
    return new OtlpExport({ http: renderHttp('OtlpExport.http', options) });
  }

  /**
   * Over gRPC, with settings.
   *
   * @param options the settings
   * @throws when a value is wrong
   */
  public static grpc(options: OtlpGrpcOptions = {}): OtlpExport {
    const { timeout, initialMetadata, ...rest } = object('the options of OtlpExport.grpc', options);
    noUnknown('OtlpExport.grpc', rest);
    return new OtlpExport({
      grpc: {
        timeout: optionalDuration('timeout of OtlpExport.grpc', timeout),
        initialMetadata: renderHeaders('initialMetadata of OtlpExport.grpc', initialMetadata),
      },
    });
  }

  private constructor(private readonly protocol: object) {}

  /** @internal */
  public _toIstio(): object {
    return this.protocol;
  }
}

/**
 * From where `service.name` and the like of a span come.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-ExtensionProvider-ServiceAttributeEnrichment
 */
export enum ServiceAttributes {
  /** Istio's canonical names. */
  ISTIO_CANONICAL = 'ISTIO_CANONICAL',
  /** OpenTelemetry's conventions for Kubernetes: annotations first, then labels and owners. */
  OTEL_SEMANTIC_CONVENTIONS = 'OTEL_SEMANTIC_CONVENTIONS',
}

/**
 * Where the sampler of Dynatrace gets its configuration from.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-ExtensionProvider-OpenTelemetryTracingProvider-DynatraceSampler-DynatraceApi
 */
export interface DynatraceApi extends ProviderService {
  /**
   * How it is asked.
   */
  readonly http: OtlpHttpOptions;
}

/**
 * The adaptive sampler of Dynatrace.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-ExtensionProvider-OpenTelemetryTracingProvider-DynatraceSampler
 */
export interface DynatraceSampler {
  /**
   * The tenant at Dynatrace.
   */
  readonly tenant: string;

  /**
   * The number that Dynatrace gave the cluster.
   */
  readonly clusterId: number;

  /**
   * How many traces are taken a minute while Dynatrace has not said how many, at least 1.
   *
   * @default 1000
   */
  readonly rootSpansPerMinute?: number;

  /**
   * Where its configuration comes from.
   *
   * @default - where the traces go, which must then be sent over HTTP
   */
  readonly httpService?: DynatraceApi;
}

/**
 * Options of `ExtensionProvider.opentelemetry`.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-ExtensionProvider-OpenTelemetryTracingProvider
 */
export interface OpenTelemetryProviderOptions extends TracingProviderOptions {
  /**
   * How traces reach the collector.
   *
   * @default - over gRPC
   */
  readonly exportOver?: OtlpExport;

  /**
   * Whether spans get the attributes in the proxy's environment variable `OTEL_RESOURCE_ATTRIBUTES`.
   *
   * @default false
   */
  readonly environmentResources?: boolean;

  /**
   * Whether spans get the attributes in Dynatrace's enrichment files.
   *
   * @default false
   */
  readonly dynatraceResources?: boolean;

  /**
   * From where `service.name` and the like come.
   *
   * @default ServiceAttributes.ISTIO_CANONICAL
   */
  readonly serviceAttributes?: ServiceAttributes;

  /**
   * The adaptive sampler of Dynatrace.
   *
   * @default - the share that Telemetry resources ask for
   */
  readonly dynatraceSampler?: DynatraceSampler;
}

/** @internal */
export function renderOpenTelemetry(where: string, options: OpenTelemetryProviderOptions) {
  const { common, rest: own } = renderCommon(where, options);
  const { exportOver, environmentResources, dynatraceResources, serviceAttributes, dynatraceSampler, ...rest } = own;
  noUnknown(where, rest);
  const protocol = given(exportOver, (value) => instance(`exportOver of ${where}`, value, OtlpExport, 'OtlpExport.http({ path: "/v1/traces" })')._toIstio());
  if (dynatraceSampler && dynatraceSampler.httpService === undefined && !(protocol && 'http' in protocol)) {
    throw new Error(`dynatraceSampler of ${where} has no httpService while traces go over gRPC, expected one of them over HTTP; give httpService, or use OtlpExport.http`);
  }
  const environment = flag(`environmentResources of ${where}`, environmentResources) ? {} : undefined;
  const dynatrace = flag(`dynatraceResources of ${where}`, dynatraceResources) ? {} : undefined;
  return {
    ...common,
    ...protocol,
    resourceDetectors: environment ?? dynatrace ? { environment, dynatrace } : undefined,
    serviceAttributeEnrichment: given(serviceAttributes, (value) => member(`serviceAttributes of ${where}`, value, ServiceAttributes)),
    dynatraceSampler: given(dynatraceSampler, (sampler) => renderSampler(`dynatraceSampler of ${where}`, sampler)),
  };
}

function renderSampler(where: string, sampler: DynatraceSampler) {
  const { tenant, clusterId, rootSpansPerMinute, httpService, ...rest } = object(where, sampler);
  noUnknown(where, rest);
  return {
    tenant: text(`tenant of ${where}`, tenant, 'give the one that Dynatrace shows'),
    clusterId: whole(`clusterId of ${where}`, clusterId, -(2 ** 31), 2 ** 31 - 1, 'give the one that Dynatrace shows'),
    rootSpansPerMinute: given(rootSpansPerMinute, (count) => whole(`rootSpansPerMinute of ${where}`, count, 1, 2 ** 32 - 1, 'leave it out for 1000')),
    httpService: given(httpService, (api) => renderApi(`httpService of ${where}`, api)),
  };
}

function renderApi(where: string, api: DynatraceApi) {
  const { service, port, serviceNamespace, http, ...rest } = object(where, api);
  noUnknown(where, rest);
  return { ...renderService(where, { service, port, serviceNamespace }), http: renderHttp(`http of ${where}`, http) };
}

function renderHttp(where: string, options: OtlpHttpOptions) {
  const { path, timeout, headers, ...rest } = object(where, options);
  noUnknown(where, rest);
  return {
    path: optionalPath(`path of ${where}`, text(`path of ${where}`, path, 'write for example "/v1/traces"')),
    timeout: optionalDuration(`timeout of ${where}`, timeout),
    headers: renderHeaders(`headers of ${where}`, headers),
  };
}
