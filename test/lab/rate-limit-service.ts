import { createServer, Http2Server } from 'node:http2';

/** A rate limit service that lets two requests pass for each set of values. */
export class RateLimitService {
  static async start(address: string, port: number): Promise<RateLimitService> {
    const service = new RateLimitService();
    await new Promise<void>((resolve) => service.server.listen(port, address, resolve));
    return service;
  }

  /** What it was asked, as bytes with the keys and values in them as text. */
  readonly asked: string[] = [];
  private readonly server: Http2Server = createServer();

  private constructor() {
    this.server.on('stream', (stream) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
        const question = Buffer.concat(chunks).toString('latin1');
        this.asked.push(question);
        const isOver = this.asked.filter((other) => other === question).length > 2;
        stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
        stream.respond({ 'content-type': 'application/grpc' }, { waitForTrailers: true });
        stream.end(Buffer.from([0, 0, 0, 0, 2, 8, isOver ? 2 : 1])); // a RateLimitResponse with an overall code
      });
    });
  }

  stop(): void {
    this.server.close();
  }
}
