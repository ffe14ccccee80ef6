import { proxyAddress, tracerAddress } from './values';
import { flag, instance, noUnknown, object, percentage, text, whole } from '../private/check';
import { given, orUndefined } from '../private/render';
import { ClientTls } from '../traffic/client-tls';

/**
 * Where the proxy sends its spans.
 *
 * Istio's newer way, for any tracer, is an extension provider of the mesh that a `Telemetry` names.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#Tracing
 */
export class ProxyTracer {
  /**
   * Zipkin, or what understands its spans.
   *
   * @param address host and port, such as `zipkin.istio-system:9411`; `$(HOST_IP)` stands for the node of the pod
   * @throws when it is no address
   */
  public static zipkin(address: string): ProxyTracer {
    return new ProxyTracer({ zipkin: { address: tracerAddress('the address of ProxyTracer.zipkin', address) } });
  }

  /**
   * The agent of Datadog.
   *
   * @param address host and port, such as `$(HOST_IP):8126`, where `$(HOST_IP)` stands for the node of the pod
   * @throws when it is no address
   */
  public static datadog(address: string): ProxyTracer {
    return new ProxyTracer({ datadog: { address: tracerAddress('the address of ProxyTracer.datadog', address) } });
  }

  /**
   * Lightstep.
   *
   * @param address host and port of its satellites
   * @param accessToken the token that it asks for; it is readable in the manifest
   * @throws when it is no address, or the token is empty
   */
  public static lightstep(address: string, accessToken: string): ProxyTracer {
    return new ProxyTracer({
      lightstep: {
        address: proxyAddress('the address of ProxyTracer.lightstep', address),
        accessToken: text('the accessToken of ProxyTracer.lightstep', accessToken, 'give the token'),
      },
    });
  }

  private constructor(private readonly tracer: object) {}

  /** @internal */
  public _toIstio(): object {
    return this.tracer;
  }
}

/**
 * The tracing of the proxy. It takes the place of the mesh's settings as a whole.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#Tracing
 */
export interface ProxyTracing {
  /**
   * Where spans are sent.
   *
   * @default - nowhere, unless a `Telemetry` names a provider
   */
  readonly tracer?: ProxyTracer;

  /**
   * The share of requests that are traced, 0 to 100 percent, fractions allowed.
   *
   * @default 1
   */
  readonly sampling?: number;

  /**
   * The length that paths are cut to in spans, at least 1.
   *
   * @default 256
   */
  readonly maxPathTagLength?: number;

  /**
   * Whether spans have Istio's own tags.
   *
   * @default true
   */
  readonly enableIstioTags?: boolean;

  /**
   * The TLS of connections to the tracer.
   *
   * @default - none
   */
  readonly tls?: ClientTls;
}

/** @internal */
export function renderTracing(where: string, tracing: ProxyTracing): object | undefined {
  const { tracer, sampling, maxPathTagLength, enableIstioTags, tls, ...rest } = object(where, tracing);
  noUnknown(where, rest);
  return orUndefined({
    ...given(tracer, (value) => instance(`${where}.tracer`, value, ProxyTracer, 'ProxyTracer.zipkin("zipkin.istio-system:9411")')._toIstio()),
    ...given(sampling, (value) => ({ sampling: percentage(`${where}.sampling`, value) })),
    ...given(maxPathTagLength, (value) => ({ maxPathTagLength: whole(`${where}.maxPathTagLength`, value, 1, 2 ** 32 - 1, 'leave it out for 256') })),
    ...given(flag(`${where}.enableIstioTags`, enableIstioTags), (value) => ({ enableIstioTags: value })),
    ...given(tls, (value) => ({ tlsSettings: instance(`${where}.tls`, value, ClientTls, 'ClientTls.istioMutual()')._toIstio() })),
  });
}
