import { Agent as HttpAgent, IncomingHttpHeaders, request as httpRequest, RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { TLSSocket } from 'node:tls';
import { Echo } from './backend';

/** How a client speaks TLS. */
export interface ClientTls {
  /** The certificate that the server's must come from. */
  readonly ca: string;
  /** The name that it asks for (SNI); the request's host if left out. */
  readonly servername?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** A request, or many of them. */
export interface Send {
  /** The Host header; may have a port. */
  readonly host: string;
  /** `/` if left out. */
  readonly path?: string;
  readonly method?: string;
  /** The same for all, or by the number of the request, from 0. */
  readonly headers?: Record<string, string> | ((index: number) => Record<string, string>);
  readonly body?: string;
  readonly tls?: ClientTls;
  /** The loopback address that it comes from, such as 127.9.9.9; 127.0.0.1 if left out. */
  readonly from?: string;
  /** How many; 1 if left out. */
  readonly count?: number;
  /** How many at a time, each over a connection of its own; at most 20 if left out. */
  readonly concurrency?: number;
}

/** An answer to a request, or the reason that there is none. */
export interface Response {
  /** 0 if there was no answer. */
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** What the backend says that it got, if it was one of the lab's that answered. */
  readonly echo?: Echo;
  /** The time until the answer was there. */
  readonly millis: number;
  /** Why there was no answer. */
  readonly error?: string;
  /** The certificate that the server showed, as its subject's common name. */
  readonly certificate?: string;
}

/** Answers, counted. */
export class Responses {
  constructor(readonly all: Response[]) {}

  /** The only one, or the first. */
  get first(): Response {
    return this.all[0];
  }

  /** How many answers came from each backend, by its name. */
  get countByBackend(): Record<string, number> {
    return count(this.all.flatMap(({ echo }) => echo ? [echo.backend] : []));
  }

  /** How many answers had each status; those without an answer are under 0. */
  get countByStatus(): Record<number, number> {
    return count(this.all.map(({ status }) => `${status}`));
  }

  /** Those that no backend answered with 2xx. */
  get failed(): Response[] {
    return this.all.filter(({ status }) => status < 200 || status > 299);
  }
}

function count(values: string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  values.forEach((value) => counts[value] = (counts[value] ?? 0) + 1);
  return counts;
}

/** Where requests go in. */
export interface Target {
  readonly address: string;
  readonly port: number;
  /** Whether it is a forward proxy, which reads the host from the request line. */
  readonly forwardProxy?: boolean;
}

/** Sends requests, over real connections that are kept alive; nothing is sent again. */
export async function send(target: Target, options: Send): Promise<Responses> {
  const { count: total = 1, concurrency = Math.min(total, 20) } = options;
  const responses: Response[] = new Array(total);
  const agent = agentFor(options, concurrency);
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < total; index = next++) {
      responses[index] = await sendOne(target, options, agent, index);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  agent.destroy();
  return new Responses(responses);
}

/** Requests at a constant rate, however long the answers take, until it is stopped. */
export class Load {
  private readonly started = Date.now();
  private readonly sent: Promise<Response>[] = [];
  private readonly agent: HttpAgent;
  private readonly timer: NodeJS.Timeout;

  constructor(target: Target, options: Send, perSecond: number) {
    this.agent = agentFor(options, 100);
    this.timer = setInterval(() => {
      const due = (Date.now() - this.started) / 1000 * perSecond;
      while (this.sent.length < due) {
        this.sent.push(sendOne(target, options, this.agent, this.sent.length));
      }
    }, 5).unref(); // a test that fails leaves it behind
  }

  /** How many have been sent until now. */
  get count(): number {
    return this.sent.length;
  }

  async stop(): Promise<Responses> {
    clearInterval(this.timer);
    const responses = new Responses(await Promise.all(this.sent));
    this.agent.destroy();
    return responses;
  }
}

function agentFor({ tls }: Send, maxSockets: number): HttpAgent {
  return tls ? new HttpsAgent({ keepAlive: true, maxSockets }) : new HttpAgent({ keepAlive: true, maxSockets });
}

function sendOne(target: Target, options: Send, agent: HttpAgent, index: number): Promise<Response> {
  const { host, path = '/', method = 'GET', headers = {}, body, tls, from } = options;
  const start = performance.now();
  const request: RequestOptions & { servername?: string } = {
    host: target.address,
    port: target.port,
    localAddress: from,
    method,
    agent,
    path: target.forwardProxy ? `http://${host}${path}` : path,
    headers: { host, ...typeof headers === 'function' ? headers(index) : headers },
    ...tls && { ca: tls.ca, cert: tls.cert, key: tls.key, servername: tls.servername ?? host.replace(/:\d+$/, '') },
  };
  return new Promise((resolve) => {
    const failed = (error: Error) => resolve({ status: 0, headers: {}, body: '', millis: performance.now() - start, error: error.message || `${(error as NodeJS.ErrnoException).code}` });
    const sent = (tls ? httpsRequest : httpRequest)(request, (response) => {
      const chunks: Buffer[] = [];
      const certificate = tls && commonName(response.socket as TLSSocket); // the response loses its socket when it ends
      response.on('data', (chunk) => chunks.push(chunk)).on('error', failed).on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({
          status: response.statusCode!,
          headers: response.headers,
          body: text,
          echo: response.headers['x-lab-backend'] ? JSON.parse(text) : undefined,
          millis: performance.now() - start,
          certificate,
        });
      });
    });
    sent.on('error', failed).end(body);
  });
}

function commonName(socket: TLSSocket): string | undefined {
  return [socket.getPeerCertificate()?.subject?.CN].flat()[0];
}
