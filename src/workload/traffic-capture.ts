import { interfaces, ports, ranges } from './values';
import { instance, list, member, noUnknown, object } from '../private/check';
import { given } from '../private/render';

/**
 * How inbound connections are brought to the sidecar.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#ProxyConfig-InboundInterceptionMode
 */
export enum InterceptionMode {
  /** By address translation, which loses the address of the client. */
  REDIRECT = 'REDIRECT',
  /** Transparently, which keeps the address of the client and needs more privileges. */
  TPROXY = 'TPROXY',
  /** Not at all: the application must use the proxy by itself. */
  NONE = 'NONE',
}

/**
 * Ports of the pod whose connections go through the sidecar.
 *
 * @see https://istio.io/latest/docs/reference/config/annotations/#SidecarTrafficIncludeInboundPorts
 */
export class CapturedPorts {
  /** All ports. */
  public static readonly ALL = new CapturedPorts('*');
  /** No port. */
  public static readonly NONE = new CapturedPorts('');

  /**
   * These ports only.
   *
   * @param numbers the ports, 1 to 65535, each once
   * @throws when there is none, one is named twice, or one is no port
   */
  public static only(...numbers: number[]): CapturedPorts {
    return new CapturedPorts(ports('the ports of CapturedPorts.only', list('the ports of CapturedPorts.only', numbers, 'use CapturedPorts.NONE for none')));
  }

  private constructor(private readonly value: string) {}

  /** @internal */
  public _toIstio(): string {
    return this.value;
  }
}

/**
 * IP addresses whose connections go through the sidecar.
 *
 * @see https://istio.io/latest/docs/reference/config/annotations/#SidecarTrafficIncludeOutboundIPRanges
 */
export class CapturedRanges {
  /** All addresses. */
  public static readonly ALL = new CapturedRanges('*');
  /** No address. */
  public static readonly NONE = new CapturedRanges('');

  /**
   * These ranges only.
   *
   * @param cidrs the ranges, such as `10.96.0.0/12`, each once
   * @throws when there is none, one is named twice, or one is no range
   */
  public static only(...cidrs: string[]): CapturedRanges {
    return new CapturedRanges(ranges('the ranges of CapturedRanges.only', list('the ranges of CapturedRanges.only', cidrs, 'use CapturedRanges.NONE for none')));
  }

  private constructor(private readonly value: string) {}

  /** @internal */
  public _toIstio(): string {
    return this.value;
  }
}

/**
 * Which connections of the pods go through the sidecar.
 *
 * @see https://istio.io/latest/docs/reference/config/annotations/#SidecarTrafficExcludeOutboundPorts
 */
export interface TrafficCapture {
  /**
   * Ports of the pod whose connections go through the sidecar.
   *
   * @default - as Istio was installed, usually CapturedPorts.ALL
   */
  readonly includeInboundPorts?: CapturedPorts;

  /**
   * Ports of the pod whose connections go past the sidecar, 1 to 65535. Where others are included by number, leave it out.
   *
   * @default - as Istio was installed, usually none
   */
  readonly excludeInboundPorts?: number[];

  /**
   * Ports of servers whose connections go through the sidecar, whatever their address, 1 to 65535.
   *
   * @default - as Istio was installed, usually none beside includeOutboundIPRanges
   */
  readonly includeOutboundPorts?: number[];

  /**
   * Ports of servers whose connections go past the sidecar, 1 to 65535.
   *
   * @default - as Istio was installed, usually none
   */
  readonly excludeOutboundPorts?: number[];

  /**
   * Addresses of servers whose connections go through the sidecar.
   *
   * @default - as Istio was installed, usually CapturedRanges.ALL
   */
  readonly includeOutboundIPRanges?: CapturedRanges;

  /**
   * Addresses of servers whose connections go past the sidecar, such as `10.1.0.0/16`.
   *
   * @default - as Istio was installed, usually none
   */
  readonly excludeOutboundIPRanges?: string[];

  /**
   * Network interfaces whose connections go past the sidecar, such as `eth1`.
   *
   * @default - none
   */
  readonly excludeInterfaces?: string[];

  /**
   * Virtual interfaces, such as `docker0`, whose inbound connections are treated as outbound ones of the pod: for machines and containers
   * inside the pod.
   *
   * @default - none
   */
  readonly rerouteVirtualInterfaces?: string[];

  /**
   * How inbound connections are brought to the sidecar.
   *
   * @default - as Istio was installed, usually InterceptionMode.REDIRECT
   */
  readonly interceptionMode?: InterceptionMode;
}

/** @internal */
export function renderCapture(capture: TrafficCapture): Record<string, string | undefined> {
  const {
    includeInboundPorts, excludeInboundPorts, includeOutboundPorts, excludeOutboundPorts, includeOutboundIPRanges, excludeOutboundIPRanges,
    excludeInterfaces, rerouteVirtualInterfaces, interceptionMode, ...rest
  } = object('capture', capture);
  noUnknown('capture', rest);
  const inbound = given(includeInboundPorts, (value) => instance('capture.includeInboundPorts', value, CapturedPorts, 'CapturedPorts.only(8080)')._toIstio());
  const excluded = given(excludeInboundPorts, (value) => ports('capture.excludeInboundPorts', value));
  if (inbound !== undefined && inbound !== '*' && excluded) {
    throw new Error(`capture.excludeInboundPorts is ${excluded} beside includeInboundPorts of ${inbound || 'none'}, expected one of them; Istio excludes ports only where all are included`);
  }
  return {
    'traffic.sidecar.istio.io/includeInboundPorts': inbound,
    'traffic.sidecar.istio.io/excludeInboundPorts': excluded,
    'traffic.sidecar.istio.io/includeOutboundPorts': given(includeOutboundPorts, (value) => ports('capture.includeOutboundPorts', value)),
    'traffic.sidecar.istio.io/excludeOutboundPorts': given(excludeOutboundPorts, (value) => ports('capture.excludeOutboundPorts', value)),
    'traffic.sidecar.istio.io/includeOutboundIPRanges':
      given(includeOutboundIPRanges, (value) => instance('capture.includeOutboundIPRanges', value, CapturedRanges, 'CapturedRanges.only("10.96.0.0/12")')._toIstio()),
    'traffic.sidecar.istio.io/excludeOutboundIPRanges': given(excludeOutboundIPRanges, (value) => ranges('capture.excludeOutboundIPRanges', value)),
    'traffic.sidecar.istio.io/excludeInterfaces': given(excludeInterfaces, (value) => interfaces('capture.excludeInterfaces', value)),
    'istio.io/reroute-virtual-interfaces': given(rerouteVirtualInterfaces, (value) => interfaces('capture.rerouteVirtualInterfaces', value)),
    'sidecar.istio.io/interceptionMode': given(interceptionMode, (value) => member('capture.interceptionMode', value, InterceptionMode)),
  };
}
