import { readFileSync } from 'node:fs';
import { Server, ServerCredentials, ServerDuplexStream } from '@grpc/grpc-js';
import { Certificate } from './certificates';

/** Where proxies look for their secrets. */
export const AGENT_PORT = 15_011;

const SECRETS = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret';

/** What a proxy gets from its agent. */
export interface AgentSecrets {
  /** The certificate by which the mesh knows the workload, and the mesh's authority. */
  readonly identity: Certificate;
  readonly root: string;
  /** The authorities that the system trusts, as PEM. */
  readonly systemRoots: () => string;
}

/** In the place of Istio's agent, which gives its proxy the certificate of the workload, and those that stand in files. */
export class Agent {
  static async start(address: string, secrets: AgentSecrets): Promise<Agent> {
    const agent = new Agent(secrets);
    await new Promise<void>((resolve, reject) => agent.server.bindAsync(`${address}:${AGENT_PORT}`, ServerCredentials.createInsecure(),
      (error) => error ? reject(error) : resolve()));
    return agent;
  }

  private readonly server = new Server();

  private constructor(private readonly secrets: AgentSecrets) {
    const plain = (bytes: Buffer) => bytes;
    this.server.addService({
      StreamSecrets: {
        path: '/envoy.service.secret.v3.SecretDiscoveryService/StreamSecrets',
        requestStream: true,
        responseStream: true,
        requestSerialize: plain,
        requestDeserialize: plain,
        responseSerialize: plain,
        responseDeserialize: plain,
      },
    }, { StreamSecrets: (stream: ServerDuplexStream<Buffer, Buffer>) => this.serve(stream) });
  }

  stop(): void {
    this.server.forceShutdown();
  }

  private serve(stream: ServerDuplexStream<Buffer, Buffer>): void {
    stream.on('error', () => { /* the proxy has gone */ }).on('end', () => stream.end());
    stream.on('data', (request: Buffer) => {
      const { names, isAnswer } = parse(request);
      if (!isAnswer) {
        const resources = names.map((name) => field(2, Buffer.concat([field(1, SECRETS), field(2, this.secret(name))])));
        stream.write(Buffer.concat([field(1, '1'), ...resources, field(4, SECRETS), field(5, '1')]));
      }
    });
  }

  /** A `Secret` of Envoy, by the name that Istio has for it. */
  private secret(name: string): Buffer {
    const [kind, paths] = [name.split(':', 1)[0], name.replace(/^.*?:/, '').split('~')];
    const { identity, root, systemRoots } = this.secrets;
    const read = (path: string) => path === 'system' ? systemRoots() : readFileSync(path, 'utf8');
    const found: Record<string, () => Buffer> = {
      'default': () => certificate(identity),
      'ROOTCA': () => authorities(root),
      'file-cert': () => certificate({ cert: read(paths[0]), key: read(paths[1]) }),
      'file-root': () => authorities(read(paths[0])),
    };
    return Buffer.concat([field(1, name), found[kind]()]);
  }
}

const inline = (text: string) => field(2, text);
const certificate = ({ cert, key }: Certificate) => field(2, Buffer.concat([field(1, inline(cert)), field(2, inline(key))]));
const authorities = (pem: string) => field(4, field(1, inline(pem)));

/** A field of a protocol buffer: its number, its length, its bytes. */
function field(number: number, value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

/* eslint-disable no-bitwise -- as the wire format of protocol buffers has it */

function varint(value: number): Buffer {
  return value < 128 ? Buffer.from([value]) : Buffer.concat([Buffer.from([value & 127 | 128]), varint(value >>> 7)]);
}

/** What a `DiscoveryRequest` asks for, and whether it only says what became of an answer. */
function parse(request: Buffer): { names: string[]; isAnswer: boolean } {
  const names: string[] = [];
  let isAnswer = false;
  let at = 0;
  const read = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = request[at++];
      value |= (byte & 127) << shift;
      if (byte < 128) {
        return value;
      }
    }
  };
  while (at < request.length) {
    const number = read() >>> 3; // all fields of the message have a length
    const end = read() + at;
    if (number === 3) {
      names.push(request.toString('utf8', at, end));
    }
    isAnswer ||= number === 5;
    at = end;
  }
  return { names, isAnswer };
}
