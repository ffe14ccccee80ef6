import { Construct } from 'constructs';
import { ConnectionPool, renderConnectionPool } from './connection-pool';
import { Destination } from './destination';
import { PortProtocol } from './port-protocol';
import { ServerTls } from './server-tls';
import { isPlainIp, socketAddress } from './workload-endpoint';
import {
  Sidecar as Binding, SidecarSpec, SidecarSpecEgress, SidecarSpecEgressCaptureMode, SidecarSpecInboundConnectionPool, SidecarSpecIngress,
  SidecarSpecIngressCaptureMode, SidecarSpecIngressConnectionPool, SidecarSpecIngressTls, SidecarSpecOutboundTrafficPolicy,
  SidecarSpecOutboundTrafficPolicyMode,
} from '../../imports/networking.istio.io';
import { instance, list, member, noUnknown, object, optionalList, port, show, text } from '../private/check';
import { atMost } from '../private/limits';
import { dnsLabel, hostname, labels } from '../private/names';
import { given, orUndefined } from '../private/render';
import { IstioResource, IstioResourceProps } from '../resource';

/**
 * How traffic reaches a listener of the proxy.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/sidecar/#CaptureMode
 */
export enum CaptureMode {
  /** As the proxy was set up. */
  DEFAULT = 'DEFAULT',
  /** It is redirected by iptables. */
  IPTABLES = 'IPTABLES',
  /** The application connects to the listener by itself. */
  NONE = 'NONE',
}

/**
 * Options of every `EgressListener`.
 */
export interface EgressListenerOptions {
  /**
   * How traffic reaches the listener. For a Unix socket `DEFAULT` or `NONE`.
   *
   * @default CaptureMode.DEFAULT
   */
  readonly captureMode?: CaptureMode;
}

/**
 * Options of an `EgressListener` for a Unix socket.
 */
export interface EgressSocketOptions extends EgressListenerOptions {
  /**
   * What the port speaks.
   *
   * @default - found out from the traffic
   */
  readonly protocol?: PortProtocol;

  /**
   * The name of the port, letters, digits and dashes, at most 63.
   *
   * @default - no name
   */
  readonly name?: string;
}

/**
 * Options of an `EgressListener` for one port.
 */
export interface EgressPortOptions extends EgressSocketOptions {
  /**
   * The IP address to listen to.
   *
   * @default - by the services behind the port
   */
  readonly bind?: string;
}

/**
 * What a workload can reach, through all ports or through one.
 *
 * Hosts are written `namespace/name`: the namespace may be `.` for its own, `*` for any, or have `~` in front to
 * leave it out; the name is a full DNS name, `*.example.com` or `*`.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/sidecar/#IstioEgressListener
 */
export class EgressListener {
  /**
   * These services, at all their ports. It is the last listener of a Sidecar.
   *
   * @param hosts the services, such as `./*`
   * @param options how traffic reaches the listener
   * @throws when there is no host, or a value is wrong
   */
  public static allPorts(hosts: string[], options: EgressListenerOptions = {}): EgressListener {
    const where = 'EgressListener.allPorts';
    const { captureMode, ...rest } = object(`the options of ${where}`, options);
    noUnknown(where, rest);
    return new EgressListener({ captureMode: capture(where, captureMode), hosts: egressHosts(where, hosts) });
  }

  /**
   * These services, at one port.
   *
   * @param number the port, 1 to 65535
   * @param hosts the services, such as `./*`
   * @param options its protocol, name and address
   * @throws when there is no host, or a value is wrong
   */
  public static port(number: number, hosts: string[], options: EgressPortOptions = {}): EgressListener {
    const where = 'EgressListener.port';
    const { bind, ...rest } = object(`the options of ${where}`, options);
    port(`the port of ${where}`, number);
    return new EgressListener({ ...portListener(where, number, hosts, rest), bind: given(bind, (value) => bindAddress(where, value)) });
  }

  /**
   * These services, through a Unix socket.
   *
   * @param address the socket, such as `unix:///run/orders.sock`
   * @param hosts the services, such as `./*`
   * @param options its protocol and name
   * @throws when there is no host, the address is no socket, or a value is wrong
   */
  public static unixSocket(address: string, hosts: string[], options: EgressSocketOptions = {}): EgressListener {
    const where = 'EgressListener.unixSocket';
    const rendered = portListener(where, 0, hosts, object(`the options of ${where}`, options));
    if (options.captureMode === CaptureMode.IPTABLES) {
      throw new Error(`the captureMode of ${where} is "IPTABLES", expected DEFAULT or NONE; iptables redirect no Unix sockets`);
    }
    return new EgressListener({ ...rendered, bind: socketAddress(`the address of ${where}`, address) });
  }

  private constructor(private readonly rendered: SidecarSpecEgress) {}

  /**
   * What tells the listener from the others of a Sidecar, if it is not for all ports.
   *
   * @internal
   */
  public get _key(): string | undefined {
    const { port: served, bind } = this.rendered;
    return served && (served.number === 0 ? `Unix socket ${show(bind)}` : `port ${served.number}`);
  }

  /** @internal */
  public _toIstio(): SidecarSpecEgress {
    return this.rendered;
  }
}

/**
 * A port at which a workload is reached, in place of those of its service.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/sidecar/#IstioIngressListener
 */
export interface IngressListener {
  /**
   * The port of the workload, 1 to 65535, each once.
   */
  readonly port: number;

  /**
   * What it speaks.
   *
   * @default - found out from the traffic
   */
  readonly protocol?: PortProtocol;

  /**
   * The name of the port, letters, digits and dashes, at most 63.
   *
   * @default - no name
   */
  readonly name?: string;

  /**
   * The IP address to listen to.
   *
   * @default - that of the workload
   */
  readonly bind?: string;

  /**
   * How traffic reaches the listener.
   *
   * @default CaptureMode.DEFAULT
   */
  readonly captureMode?: CaptureMode;

  /**
   * Where the application listens: `127.0.0.1:8080`, `[::1]:8080`, `0.0.0.0:8080`, `[::]:8080`, `:8080` or `unix:///path`.
   *
   * @default - the same port of the workload
   */
  readonly defaultEndpoint?: string;

  /**
   * How TLS from outside the mesh is ended. It needs protocol HTTPS or TLS, and a certificate from one pair of `files`.
   *
   * @default - mutual TLS as Istio does it
   */
  readonly tls?: ServerTls;

  /**
   * Limits on connections to the application.
   *
   * @default - the `inboundConnectionPool` of the Sidecar
   */
  readonly connectionPool?: ConnectionPool;
}

/**
 * Options of `OutboundTrafficPolicy.allowAny`.
 */
export interface OutboundTrafficPolicyOptions {
  /**
   * The service that traffic to unknown hosts is sent to, with its port.
   *
   * @default - the traffic goes where it is meant to go
   */
  readonly egressProxy?: Destination;
}

/**
 * What becomes of traffic to hosts that the mesh does not know.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/sidecar/#OutboundTrafficPolicy
 */
export class OutboundTrafficPolicy {
  /**
   * It is refused.
   */
  public static registryOnly(): OutboundTrafficPolicy {
    return new OutboundTrafficPolicy({ mode: SidecarSpecOutboundTrafficPolicyMode.REGISTRY_UNDERSCORE_ONLY });
  }

  /**
   * It is let through.
   *
   * @param options the service it is sent to
   * @throws when the service is a wildcard or has no port
   */
  public static allowAny(options: OutboundTrafficPolicyOptions = {}): OutboundTrafficPolicy {
    const { egressProxy, ...rest } = object('the options of OutboundTrafficPolicy.allowAny', options);
    noUnknown('OutboundTrafficPolicy.allowAny', rest);
    return new OutboundTrafficPolicy({
      mode: SidecarSpecOutboundTrafficPolicyMode.ALLOW_UNDERSCORE_ANY,
      egressProxy: given(egressProxy, renderEgressProxy),
    });
  }

  private constructor(private readonly policy: SidecarSpecOutboundTrafficPolicy) {}

  /** @internal */
  public _toIstio(): SidecarSpecOutboundTrafficPolicy {
    return this.policy;
  }
}

/**
 * Properties of a `Sidecar`. At least one of `egress`, `ingress`, `outboundTrafficPolicy` and `inboundConnectionPool`.
 */
export interface SidecarProps extends IstioResourceProps {
  /**
   * The labels of the workloads in its namespace that it is for, at least one.
   *
   * @default - all workloads of the namespace; of the mesh in the root namespace
   */
  readonly workloadSelector?: Record<string, string>;

  /**
   * What the workloads can reach. The one for all ports comes last.
   *
   * @default - every service that is exported to the namespace
   */
  readonly egress?: EgressListener[];

  /**
   * The ports at which the workloads are reached.
   *
   * @default - those of their services
   */
  readonly ingress?: IngressListener[];

  /**
   * Limits on connections to the applications.
   *
   * @default - no limits
   */
  readonly inboundConnectionPool?: ConnectionPool;

  /**
   * What becomes of traffic to hosts that the mesh does not know.
   *
   * @default - as the mesh configuration says, usually let through
   */
  readonly outboundTrafficPolicy?: OutboundTrafficPolicy;
}

/**
 * What the proxies beside some workloads know of the mesh. A small view saves memory and makes changes reach them sooner.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/sidecar/
 */
export class Sidecar extends IstioResource {
  private readonly spec: SidecarSpec;

  /**
   * Creates the configuration.
   *
   * @param scope the construct it belongs to
   * @param id its name among the scope's children
   * @param props what the workloads reach, and how they are reached
   * @throws when it says nothing, two listeners have one port, or a value is wrong
   */
  public constructor(scope: Construct, id: string, props: SidecarProps) {
    super(scope, id, Binding.GVK, object('the properties of the Sidecar', props));
    const { metadata, workloadSelector, egress, ingress, inboundConnectionPool, outboundTrafficPolicy, ...rest } = props;
    noUnknown('Sidecar', rest);
    this.spec = {
      workloadSelector: given(workloadSelector, renderSelector),
      egress: orUndefined(given(egress, renderEgress)),
      ingress: orUndefined(given(ingress, renderIngress)),
      inboundConnectionPool: given(inboundConnectionPool, (pool) => renderConnectionPool(pool) as SidecarSpecInboundConnectionPool),
      outboundTrafficPolicy: given(outboundTrafficPolicy, (policy) =>
        instance('the outboundTrafficPolicy of the Sidecar', policy, OutboundTrafficPolicy, 'OutboundTrafficPolicy.registryOnly()')._toIstio()),
    };
    const { workloadSelector: selected, ...settings } = this.spec;
    if (Object.values(settings).every((value) => value === undefined)) {
      throw new Error('the Sidecar says nothing, expected at least one of egress, ingress, inboundConnectionPool and outboundTrafficPolicy; leave the Sidecar out for Istio\'s defaults');
    }
  }

  /** @internal */
  protected _toSpec(): SidecarSpec {
    return this.spec;
  }
}

function renderSelector(selector: Record<string, string>) {
  const where = 'the workloadSelector of the Sidecar';
  if (Object.keys(atMost(where, labels(where, selector), 256)).length === 0) {
    throw new Error(`${where} is {}, expected at least one label; leave it out for all workloads of the namespace`);
  }
  return { labels: selector };
}

function renderEgress(listeners: EgressListener[]): SidecarSpecEgress[] {
  optionalList('the egress of the Sidecar', listeners);
  const keys = listeners.map((listener) => instance('an egress listener', listener, EgressListener, 'EgressListener.allPorts(["./*"])')._key);
  keys.forEach((key, index) => {
    if (key === undefined && index !== keys.length - 1) {
      throw new Error(`egress listener ${index + 1} of the Sidecar is for all ports, expected one such listener, as the last; move it to the end or merge the two`);
    }
    if (keys.indexOf(key) !== index) {
      throw new Error(`the ${key} is used by two egress listeners of the Sidecar, expected each once; merge their hosts`);
    }
  });
  return listeners.map((listener) => listener._toIstio());
}

function renderIngress(listeners: IngressListener[]): SidecarSpecIngress[] {
  const rendered = optionalList('the ingress of the Sidecar', listeners)!.map((listener, index) => renderIngressListener(`ingress listener ${index + 1}`, listener));
  const numbers = rendered.map((listener) => listener.port.number);
  const twice = numbers.find((number, index) => numbers.indexOf(number) !== index);
  if (twice !== undefined) {
    throw new Error(`the port ${twice} is used by two ingress listeners of the Sidecar, expected each once; remove the second`);
  }
  return rendered;
}

function renderIngressListener(where: string, listener: IngressListener): SidecarSpecIngress {
  const { port: number, protocol, name, bind, captureMode, defaultEndpoint, tls, connectionPool, ...rest } = object(where, listener);
  noUnknown(where, rest);
  return {
    port: { number: port(`the port of ${where}`, number), ...named(where, protocol, name) },
    bind: given(bind, (value) => bindAddress(where, value)),
    captureMode: capture(where, captureMode) as string | undefined as SidecarSpecIngressCaptureMode | undefined,
    defaultEndpoint: given(defaultEndpoint, (value) => endpointAddress(where, value)),
    tls: given(tls, (value) => renderTls(where, instance(`the tls of ${where}`, value, ServerTls, 'ServerTls.simple({ files: [...] })'), protocol)),
    connectionPool: given(connectionPool, (pool) => renderConnectionPool(pool) as SidecarSpecIngressConnectionPool),
  };
}

function renderTls(where: string, tls: ServerTls, protocol: PortProtocol | undefined): SidecarSpecIngressTls {
  const rendered = tls._toIstio();
  if (protocol !== PortProtocol.HTTPS && protocol !== PortProtocol.TLS) {
    throw new Error(`the protocol of ${where} is ${show(protocol)} beside tls, expected HTTPS or TLS; set it or leave tls out`);
  }
  if (rendered.mode === 'ISTIO_MUTUAL' || rendered.mode === 'AUTO_PASSTHROUGH') {
    throw new Error(`the tls of ${where} has mode ${rendered.mode}, expected ServerTls.simple, .mutual, .optionalMutual or .passthrough; leave tls out for Istio's mutual TLS`);
  }
  const unsupported = (['credentialName', 'credentialNames', 'tlsCertificates', 'subjectAltNames'] as const).find((name) => rendered[name] !== undefined);
  if (unsupported !== undefined) {
    throw new Error(`the tls of ${where} has ${unsupported}, expected a certificate from one pair of files and no subjectAltNames, all that Istio supports here; mount the secret into the proxy`);
  }
  return rendered as SidecarSpecIngressTls;
}

function renderEgressProxy(proxy: Destination) {
  const rendered = instance('the egressProxy', proxy, Destination, 'Destination.service(proxy, { port: 3128 })')._toIstio();
  if (rendered.port === undefined || rendered.host.startsWith('*')) {
    throw new Error(`the egressProxy is ${show(rendered)}, expected one host and its port; write for example Destination.service(proxy, { port: 3128 })`);
  }
  return rendered;
}

function portListener(where: string, number: number, hosts: string[], options: EgressSocketOptions): SidecarSpecEgress {
  const { protocol, name, captureMode, ...rest } = options;
  noUnknown(where, rest);
  return { port: { number, ...named(where, protocol, name) }, captureMode: capture(where, captureMode), hosts: egressHosts(where, hosts) };
}

function named(where: string, protocol: PortProtocol | undefined, name: string | undefined) {
  return {
    protocol: given(protocol, (value) => member(`the protocol of ${where}`, value, PortProtocol)),
    name: given(name, (value) => dnsLabel(`the name of ${where}`, value)),
  };
}

function capture(where: string, mode: CaptureMode | undefined): SidecarSpecEgressCaptureMode | undefined {
  return given(mode, (value) => member(`the captureMode of ${where}`, value, CaptureMode) as string as SidecarSpecEgressCaptureMode);
}

function bindAddress(where: string, value: string): string {
  if (!isPlainIp(value)) {
    throw new Error(`the bind of ${where} is ${show(value)}, expected an IP address; leave it out for the default`);
  }
  return value;
}

function endpointAddress(where: string, value: string): string {
  const name = `the defaultEndpoint of ${where}`;
  if (text(name, value, 'leave it out for the default').startsWith('unix://')) {
    return socketAddress(name, value);
  }
  const number = /^(?:127\.0\.0\.1|0\.0\.0\.0|\[::1?\])?:([1-9]\d{0,4})$/.exec(value)?.[1];
  if (number === undefined || Number(number) > 65535) {
    throw new Error(`${name} is ${show(value)}, expected 127.0.0.1, [::1], 0.0.0.0, [::] or nothing with a port, such as "127.0.0.1:8080", or a Unix socket; the application runs beside the proxy`);
  }
  return value;
}

function egressHosts(where: string, hosts: string[]): string[] {
  return list(`the hosts of ${where}`, hosts, 'use "./*" for all of its own namespace').map((value) => egressHost(`a host of ${where}`, value));
}

function egressHost(where: string, value: string): string {
  const [namespace, host, ...more] = text(where, value, 'write it as namespace/name').split('/');
  const isFullName = () => hostname(where, host).includes('.') && !/^\*[^.]/.test(host);
  if (namespace === '' || host === undefined || more.length > 0 || host !== '*' && !isFullName()) {
    throw new Error(`${where} is ${show(value)}, expected namespace and full name such as "./*", "shop/*" or "*/*.example.com"; write it as namespace/name`);
  }
  const plain = namespace.replace(/^~/, '');
  if (!['', '*', '.'].includes(plain)) {
    dnsLabel(`the namespace of the host ${show(value)}`, plain);
  }
  return value;
}
