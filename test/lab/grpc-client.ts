import { Client, credentials, Metadata, ServiceError } from '@grpc/grpc-js';
import { Echo } from './backend';
import { Target } from './client';

/** A gRPC call, or many of them. */
export interface GrpcCall {
  /** The authority, as the Host header of HTTP. */
  readonly host: string;
  /** Such as `/shop.goods.v1.Goods/List`. */
  readonly method: string;
  /** The same for all, or by the number of the call, from 0. */
  readonly headers?: Record<string, string> | ((index: number) => Record<string, string>);
  /** How many; 1 if left out. */
  readonly count?: number;
  /** How many at a time; at most 20 if left out. */
  readonly concurrency?: number;
  /** How many HTTP/2 connections share the calls; 1 if left out. */
  readonly connections?: number;
  /** The caller's deadline, milliseconds. */
  readonly deadline?: number;
}

/** The answer to a gRPC call. */
export interface GrpcResponse {
  /** The gRPC status code; 0 is OK. */
  readonly code: number;
  /** What the backend got, if one answered. */
  readonly echo?: Echo;
  readonly details: string;
  readonly millis: number;
}

/** Makes gRPC calls, by the client that services in Node use; nothing is called again. */
export async function call(target: Target, options: GrpcCall): Promise<GrpcResponse[]> {
  const { count = 1, concurrency = Math.min(count, 20), connections = 1 } = options;
  const clients = Array.from({ length: connections }, () => new Client(`${target.address}:${target.port}`, credentials.createInsecure(), {
    'grpc.default_authority': options.host, 'grpc.use_local_subchannel_pool': 1, 'grpc.enable_retries': 0,
  }));
  const responses: GrpcResponse[] = new Array(count);
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < count; index = next++) {
      responses[index] = await callOne(clients[index % connections], options, index);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  clients.forEach((client) => client.close());
  return responses;
}

function callOne(client: Client, { method, headers = {}, deadline }: GrpcCall, index: number): Promise<GrpcResponse> {
  const metadata = new Metadata();
  Object.entries(typeof headers === 'function' ? headers(index) : headers).forEach(([name, value]) => metadata.set(name, value));
  const start = performance.now();
  return new Promise((resolve) => {
    client.makeUnaryRequest<string, string>(method, Buffer.from, (bytes) => bytes.toString(), `call ${index}`, metadata, {
      ...deadline && { deadline: Date.now() + deadline },
    }, (error: ServiceError | null, message?: string) => resolve({
      code: error?.code ?? 0,
      echo: message === undefined ? undefined : JSON.parse(message),
      details: error?.details ?? '',
      millis: performance.now() - start,
    }));
  });
}
