import { createServer, IncomingHttpHeaders, IncomingMessage, Server as HttpServer, ServerResponse } from 'node:http';
import { createServer as createHttp2Server, Http2Server, ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer, Server as TcpServer, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Certificate } from './certificates';
import { Locality } from './envoy';
import { Requests } from './requests';

/** A backend of the lab; it stands for a pod. */
export interface BackendOptions {
  /** The namespace of the pod. */
  readonly namespace: string;
  /** The labels of the pod, by which Services and subsets select it. */
  readonly labels: Record<string, string>;
  /** The port of the pod: the `targetPort` of the Service. */
  readonly port: number;
  /** `http` if left out. A TCP backend greets with its name and a line end, then sends back what it gets. */
  readonly protocol?: 'http' | 'grpc' | 'tcp';
  /** Its name in answers and counts; the values of the labels `app` and `version` if left out, such as `orders-v1`. */
  readonly name?: string;
  /** The Deployment or the like that its pod is of; its name if left out. */
  readonly workload?: string;
  readonly serviceAccount?: string;
  readonly locality?: Locality;
  /** Speaks TLS, with this certificate; HTTP and TCP only. */
  readonly tls?: Certificate;
}

/** What a backend answers: who it is, and what it got. */
export interface Echo {
  readonly backend: string;
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What a backend does in place of its plain answer. */
export interface Behavior {
  /** Answers with this HTTP status, or for gRPC with this gRPC status code. */
  readonly status?: number;
  /** Waits before it answers, milliseconds. */
  readonly delay?: number;
  /** Closes the connection without an answer. */
  readonly close?: boolean;
  /** More headers of the answer. */
  readonly headers?: Record<string, string>;
}

/** A server on an address of its own, in this process, which does what a test says. */
export abstract class Backend {
  static async start(name: string, address: string, options: BackendOptions): Promise<Backend> {
    const backend: Backend = new { http: HttpBackend, grpc: GrpcBackend, tcp: TcpBackend }[options.protocol ?? 'http'](name, address, options);
    await backend.listen();
    return backend;
  }

  /** What it got, in the order of arrival. TCP backends have the bytes of each connection as `body`. */
  readonly received: Echo[] = [];
  private next: Behavior[] = [];
  private always: Behavior | (() => Behavior) = {};

  readonly namespace: string;
  readonly port: number;
  protected readonly tls?: Certificate;
  /** Those that it has answered since its start; HTTP only. */
  protected readonly answered = new Requests();

  constructor(readonly name: string, readonly address: string, private readonly options: BackendOptions) {
    this.namespace = options.namespace;
    this.port = options.port;
    this.tls = options.tls;
  }

  /** What Istio's metrics say of the requests that it has answered, as the sidecar of its pod would count them. */
  get metrics(): string {
    const { namespace, labels: { app, version }, workload = this.name } = this.options;
    return this.answered.metrics({
      reporter: 'destination',
      destination_service_name: app,
      destination_service_namespace: namespace,
      destination_workload: workload,
      destination_workload_namespace: namespace,
      ...version && { destination_version: version },
      namespace,
      pod: this.name,
    });
  }

  /** How many requests, or connections, it got. */
  get count(): number {
    return this.received.length;
  }

  /** What it does with the next requests, one after the other; then it does what it always does. */
  behaveNext(...behaviors: Behavior[]): void {
    this.next.push(...behaviors);
  }

  /** Fails the next requests. */
  failNext(count: number, status = 503): void {
    this.behaveNext(...Array.from({ length: count }, () => ({ status })));
  }

  /** What it does with every request from now on; `{}` is the plain answer. A function is asked for each. */
  behave(always: Behavior | (() => Behavior)): void {
    this.always = always;
  }

  /** Forgets what it got and was told. */
  reset(): void {
    this.received.length = 0;
    this.next = [];
    this.always = {};
  }

  abstract stop(): Promise<void>;
  protected abstract listen(): Promise<void>;

  protected async behavior(): Promise<Behavior> {
    const behavior = this.next.shift() ?? (typeof this.always === 'function' ? this.always() : this.always);
    if (behavior.delay) {
      await new Promise((resolve) => setTimeout(resolve, behavior.delay));
    }
    return behavior;
  }
}

class HttpBackend extends Backend {
  private readonly server: HttpServer = this.tls ? createHttpsServer(this.tls) : createServer();

  protected listen(): Promise<void> {
    this.server.on('request', (request, response) => void this.answer(request, response));
    this.server.keepAliveTimeout = 0; // Envoy decides when its connections end
    return new Promise((resolve, reject) => this.server.once('error', reject).listen(this.port, this.address, resolve));
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    const start = performance.now();
    request.on('data', (chunk) => chunks.push(chunk));
    await new Promise((resolve) => request.once('end', resolve).once('close', resolve));
    const { method, url, headers } = request;
    const echo: Echo = { backend: this.name, method: method!, path: url!, headers, body: Buffer.concat(chunks).toString() };
    this.received.push(echo);
    const behavior = await this.behavior();
    if (behavior.close) {
      request.socket.destroy();
      return;
    }
    const { status = 200 } = behavior;
    this.answered.add(status, performance.now() - start);
    response.writeHead(status, { 'content-type': 'application/json', 'x-lab-backend': this.name, ...behavior.headers });
    response.end(JSON.stringify(echo));
  }
}

/** Answers every method of every service, with the echo as the message: JSON in place of protocol buffers. */
class GrpcBackend extends Backend {
  private readonly sessions = new Set<ServerHttp2Session>();
  private readonly server: Http2Server = createHttp2Server();

  protected listen(): Promise<void> {
    this.server.on('session', (session) => this.sessions.add(session.on('close', () => this.sessions.delete(session))));
    this.server.on('stream', (stream, headers) => void this.answer(stream, headers));
    return new Promise((resolve, reject) => this.server.once('error', reject).listen(this.port, this.address, resolve));
  }

  stop(): Promise<void> {
    this.sessions.forEach((session) => session.destroy());
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private async answer(stream: ServerHttp2Stream, { ':path': path, ...headers }: IncomingHttpHeaders & { ':path'?: string }): Promise<void> {
    const chunks: Buffer[] = [];
    stream.on('error', () => { /* the client has gone */ }).on('data', (chunk: Buffer) => chunks.push(chunk));
    await new Promise((resolve) => stream.once('end', resolve).once('close', resolve));
    const echo: Echo = { backend: this.name, method: 'POST', path: path!, headers, body: Buffer.concat(chunks).subarray(5).toString() };
    this.received.push(echo);
    const { status = 0, close, headers: more } = await this.behavior();
    if (close) {
      stream.session?.destroy();
    } else if (!stream.destroyed && status) {
      // Servers send an error that comes before any message as headers only, and only there Envoy looks for it.
      stream.respond({ 'content-type': 'application/grpc', 'grpc-status': `${status}`, 'grpc-message': 'the test says so', ...more }, { endStream: true });
    } else if (!stream.destroyed) {
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.respond({ 'content-type': 'application/grpc', 'x-lab-backend': this.name, ...more }, { waitForTrailers: true });
      stream.end(frame(JSON.stringify(echo)));
    }
  }
}

/** A message as gRPC sends it: not compressed, its length, its bytes. */
function frame(text: string): Buffer {
  const message = Buffer.from(text);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

class TcpBackend extends Backend {
  private readonly sockets = new Set<Socket>();
  private readonly server: TcpServer = this.tls ? createTlsServer(this.tls) : createTcpServer();

  protected listen(): Promise<void> {
    this.server.on(this.tls ? 'secureConnection' : 'connection', (socket: Socket) => void this.answer(socket));
    return new Promise((resolve, reject) => this.server.once('error', reject).listen(this.port, this.address, resolve));
  }

  stop(): Promise<void> {
    this.sockets.forEach((socket) => socket.destroy());
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private async answer(socket: Socket): Promise<void> {
    this.sockets.add(socket);
    let body = '';
    this.received.push({ backend: this.name, method: '', path: '', headers: {}, get body() { return body; } });
    socket.on('error', () => { /* the client has gone */ }).on('close', () => this.sockets.delete(socket));
    const { close } = await this.behavior();
    if (close) {
      socket.destroy();
      return;
    }
    socket.write(`${this.name}\n`);
    socket.on('data', (chunk) => {
      body += chunk.toString();
      socket.write(chunk);
    });
  }
}
