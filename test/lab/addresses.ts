import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Whether nothing listens there. */
function free(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: address, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** The loopback addresses of a run, 127.x.y.0/24: all its own, so what listens there can have the ports that it likes. */
export class Addresses {
  /** Finds addresses that no other run has. */
  static async find(): Promise<Addresses> {
    for (;;) {
      const addresses = new Addresses(`127.${randomInt(1, 255)}.${randomInt(0, 256)}`);
      if (await free(addresses.next(), 6443)) {
        return addresses;
      }
    }
  }

  private last = 0;

  private constructor(private readonly net: string) {}

  get first(): string {
    return `${this.net}.1`;
  }

  /** An address that nothing has yet. */
  next(): string {
    this.last += 1;
    if (this.last > 254) {
      throw new Error('the lab has no more addresses: it gives out 254');
    }
    return `${this.net}.${this.last}`;
  }
}
