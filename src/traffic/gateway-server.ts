import { ServerTls } from './server-tls';
import { isSocket, socketAddress } from './workload-endpoint';
import { GatewaySpecServers, GatewaySpecServersTls } from '../../imports/networking.istio.io';
import { instance, list, member, noUnknown, object, optionalText, port, show, text } from '../private/check';
import { dnsLabel, hostnameOrIp, isIp } from '../private/names';

/**
 * A protocol without TLS that a gateway can listen to.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/gateway/#Port
 */
export enum GatewayProtocol {
  /** HTTP/1.1 and, where the client knows, HTTP/2. */
  HTTP = 'HTTP',
  /** HTTP/2 only. */
  HTTP2 = 'HTTP2',
  /** gRPC. */
  GRPC = 'GRPC',
  /** gRPC-Web. */
  GRPC_WEB = 'GRPC-WEB',
  /** TCP of any kind. */
  TCP = 'TCP',
  /** MongoDB. */
  MONGO = 'MONGO',
  /** Redis. */
  REDIS = 'REDIS',
  /** MySQL. */
  MYSQL = 'MYSQL',
}

/**
 * Options of every `GatewayServer`.
 */
export interface GatewayServerOptions {
  /**
   * The port the gateway listens to, 1 to 65535. The gateway's Service must have it. A Unix socket has none.
   *
   * @default - the usual one of the protocol: 80 for HTTP, 443 for HTTPS and TLS
   */
  readonly port?: number;

  /**
   * The name of the port, different for each server of the gateway.
   *
   * @default - protocol and number, such as `https-443`
   */
  readonly portName?: string;

  /**
   * The name of the server, shown in statistics.
   *
   * @default - no name
   */
  readonly name?: string;

  /**
   * The IP address to listen to, or a Unix socket such as `unix:///run/edge.sock`. Istio gives no socket to a proxy
   * that may not listen below port 1024.
   *
   * @default - all addresses of the gateway
   */
  readonly bind?: string;
}

/**
 * Options of a `GatewayServer` with TLS.
 */
export interface TlsGatewayServerOptions extends GatewayServerOptions {
  /**
   * How TLS is treated.
   */
  readonly tls: ServerTls;
}

/**
 * One port of a gateway: its protocol, its hosts and how it treats TLS.
 *
 * A host may be a DNS name (`shop.example.com`), a wildcard (`*.example.com`, `*`), and may be limited to the
 * VirtualServices of a namespace (`shop/shop.example.com`, `./shop.example.com`).
 *
 * @see https://istio.io/latest/docs/reference/config/networking/gateway/#Server
 */
export class GatewayServer {
  /**
   * HTTP without TLS.
   *
   * @param hosts the hosts it answers for
   * @param options the port, 80 if left out
   * @throws when there is no host, or a value is wrong
   */
  public static http(hosts: string[], options: GatewayServerOptions = {}): GatewayServer {
    return new GatewayServer(GatewayProtocol.HTTP, hosts, withPort(80, options));
  }

  /**
   * HTTP that answers every request by a redirect to HTTPS.
   *
   * @param hosts the hosts it answers for
   * @param options the port, 80 if left out
   * @throws when there is no host, or a value is wrong
   */
  public static redirectToHttps(hosts: string[], options: GatewayServerOptions = {}): GatewayServer {
    return new GatewayServer(GatewayProtocol.HTTP, hosts, withPort(80, options), { httpsRedirect: true });
  }

  /**
   * HTTP over TLS. The gateway ends TLS, so that rules can see the requests.
   *
   * @param hosts the hosts it answers for
   * @param options the certificate, and the port, 443 if left out
   * @throws when there is no host, the TLS settings pass the connection through, or a value is wrong
   */
  public static https(hosts: string[], options: TlsGatewayServerOptions): GatewayServer {
    const { tls, ...rest } = object('the options of GatewayServer.https', options);
    if (serverTls(tls)._passesThrough()) {
      throw new Error('the tls of GatewayServer.https passes connections through, expected one that ends TLS; use GatewayServer.tls for that');
    }
    return new GatewayServer('HTTPS', hosts, withPort(443, rest), tls._toIstio());
  }

  /**
   * TLS with any protocol inside: passed through, or ended and sent on as TCP.
   *
   * @param hosts the server names it answers for
   * @param options how TLS is treated, and the port, 443 if left out
   * @throws when there is no host, or a value is wrong
   */
  public static tls(hosts: string[], options: TlsGatewayServerOptions): GatewayServer {
    const { tls, ...rest } = object('the options of GatewayServer.tls', options);
    return new GatewayServer('TLS', hosts, withPort(443, rest), serverTls(tls)._toIstio());
  }

  /**
   * A protocol without TLS.
   *
   * @param protocol the protocol
   * @param hosts the hosts it answers for; without HTTP or TLS there is no host name in the traffic, so use `*`
   * @param options the port, which has no default here
   * @throws when there is no host or port, or a value is wrong
   */
  public static plaintext(protocol: GatewayProtocol, hosts: string[], options: GatewayServerOptions): GatewayServer {
    return new GatewayServer(member('the protocol of the server', protocol, GatewayProtocol), hosts, options);
  }

  private readonly _hosts: string[];

  private constructor(
    private readonly protocol: string,
    hosts: string[],
    private readonly options: GatewayServerOptions,
    private readonly settings?: GatewaySpecServersTls,
  ) {
    const { port: number, portName, name, bind, ...rest } = object('the options of the server', options);
    noUnknown('GatewayServer', rest);
    checkAddress(number, bind);
    optionalText('the portName of the server', portName);
    optionalText('the name of the server', name);
    this._hosts = list('the hosts of the server', hosts, 'name the host, such as shop.example.com').map(serverHost);
  }

  /**
   * The hosts it answers for.
   */
  public get hosts(): string[] {
    return [...this._hosts];
  }

  /**
   * The port it listens to; 0 for a Unix socket.
   */
  public get port(): number {
    return this.options.port ?? 0;
  }

  /**
   * Whether the gateway sees requests here, and not connections only.
   *
   * @internal
   */
  public get _seesRequests(): boolean {
    return /^(HTTP|GRPC)/.test(this.protocol);
  }

  /**
   * What this server and another both answer for, if anything.
   *
   * @internal
   */
  public _clash(other: GatewayServer): string | undefined {
    if (this._portName !== undefined && this._portName === other._portName) {
      return `port name "${this._portName}"`;
    }
    if (this.port !== other.port || this.options.bind !== other.options.bind) {
      return undefined;
    }
    const host = this._hosts.find((mine) => other._hosts.includes(mine));
    return host && `port ${this.port} and host "${host}"`;
  }

  /**
   * The name the user gave to the port.
   *
   * @internal
   */
  public get _portName(): string | undefined {
    return this.options.portName;
  }

  /**
   * @param taken the port names in use; they must differ within a gateway
   * @internal
   */
  public _toIstio(taken: Set<string>): GatewaySpecServers {
    const { portName, name, bind } = this.options;
    const servedPort = { number: this.port, name: portName ?? this.freeName(taken), protocol: this.protocol };
    return { port: servedPort, name, bind, hosts: this.hosts, tls: this.settings };
  }

  private freeName(taken: Set<string>): string {
    const generated = `${this.protocol.toLowerCase()}-${this.port}`;
    let unique = generated;
    for (let i = 2; taken.has(unique); i++) {
      unique = `${generated}-${i}`;
    }
    taken.add(unique);
    return unique;
  }
}

function withPort(usual: number, options: GatewayServerOptions): GatewayServerOptions {
  const { bind, port: number } = object('the options of the server', options);
  return { ...options, port: number ?? (isSocket(bind) ? undefined : usual) };
}

function checkAddress(number: number | undefined, bind: string | undefined): void {
  optionalText('the bind of the server', bind);
  if (!isSocket(bind)) {
    port('the port of the server', number!);
  } else if (number !== undefined) {
    throw new Error(`the port of the server is ${show(number)} beside the Unix socket ${show(bind)}, expected one of them; leave the port out`);
  } else {
    socketAddress('the bind of the server', bind!);
  }
  if (bind !== undefined && !isSocket(bind) && !isIp(bind)) {
    throw new Error(`the bind of the server is ${show(bind)}, expected an IP address or a Unix socket; leave it out to listen to all`);
  }
}

function serverTls(tls: ServerTls): ServerTls {
  return instance('the tls of the server', tls, ServerTls, 'ServerTls.simple({ credentialName: "shop-tls" })');
}

function serverHost(value: string): string {
  const [host, namespace, ...more] = text('a host of the server', value, 'write it in full').split('/').reverse();
  if (namespace !== undefined && namespace !== '*' && namespace !== '.') {
    dnsLabel(`the namespace of the host ${show(value)}`, namespace);
  }
  const isFullName = () => hostnameOrIp('a host of the server', host).includes('.') && !host.includes(':') && !/^\*[^.]/.test(host);
  if (more.length > 0 || host !== '*' && !isFullName()) {
    throw new Error(`a host of the server is ${show(value)}, expected a full name such as "shop.example.com", "*.example.com" or "shop/shop.example.com"; write it in full`);
  }
  return value;
}
