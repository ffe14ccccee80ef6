import { ClientTls, Load, Responses, send, Send, Target } from './client';
import { Envoy } from './envoy';
import { call, GrpcCall, GrpcResponse } from './grpc-client';
import { connect, Connection } from './tcp-client';

/** An Envoy that a test sends through. */
abstract class Proxy {
  constructor(readonly envoy: Envoy) {}

  /** Sends requests, and counts the answers. */
  send(options: Send & { readonly port?: number }): Promise<Responses> {
    return send(this.target(options.port ?? (options.tls ? 443 : 80)), options);
  }

  /** Sends requests at a constant rate, until the load is stopped. */
  load(options: Send & { readonly port?: number; readonly perSecond: number }): Load {
    return new Load(this.target(options.port ?? (options.tls ? 443 : 80)), options, options.perSecond);
  }

  /** Makes gRPC calls. */
  grpc(options: GrpcCall & { readonly port?: number }): Promise<GrpcResponse[]> {
    return call(this.target(options.port ?? 80), options);
  }

  /** Opens a TCP or TLS connection. */
  connect(options: { readonly port: number; readonly say?: string; readonly tls?: ClientTls; readonly wait?: number }): Promise<Connection> {
    return connect(this.target(options.port), options);
  }

  abstract target(port: number): Target;
}

/** Envoy as an ingress gateway. */
export class Gateway extends Proxy {
  constructor(envoy: Envoy, private readonly ports: ReadonlyMap<number, number>) {
    super(envoy);
  }

  /** Where a port of the Gateway is to be reached. */
  target(port: number): Target {
    if (!this.ports.has(port)) {
      throw new Error(`the lab's gateway has no port ${port}, only ${[...this.ports.keys()].join(', ')}: give it to lab.gateway({ ports: [...] })`);
    }
    return { address: this.envoy.address, port: this.ports.get(port)! };
  }
}

/** Envoy as the sidecar of a client: what the client sends goes through it. */
export class Sidecar extends Proxy {
  constructor(envoy: Envoy) {
    super(envoy);
  }

  /**
   * Where requests to a port of any service go in: a listener for that port, and for port 80, which not everyone may listen
   * at, Istio's listener for clients that speak to a forward proxy.
   */
  target(port: number): Target {
    if (port < 1024 && port !== 80) {
      throw new Error(`the lab's sidecars have no port ${port}: take 80 for HTTP, or one from 1024 on`);
    }
    return port === 80 ? { address: this.envoy.address, port: FORWARD_PROXY_PORT, forwardProxy: true } : { address: this.envoy.address, port };
  }
}

/** The port of the sidecars' forward proxy. */
export const FORWARD_PROXY_PORT = 15_080;

/** A port that everyone may listen at. */
export function unprivileged(port: number): number {
  return port < 1024 ? port + 10_000 : port;
}
