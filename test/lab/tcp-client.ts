import { connect as tcpConnect, Socket } from 'node:net';
import { connect as tlsConnect, TLSSocket } from 'node:tls';
import { ClientTls, Target } from './client';

/** What a TCP connection got. */
export interface Connection {
  /** The backend's first line, its name, if it is a TCP backend of the lab. */
  readonly backend?: string;
  /** All that came, up to the time that it ended or had the greeting and the echo. */
  readonly received: string;
  readonly error?: string;
  /** The common name of the certificate, if it spoke TLS. */
  readonly certificate?: string;
}

/** Opens a connection, says something, waits for the backend's name and for what it says back, and closes. */
export function connect({ address, port }: Target, options: { say?: string; tls?: ClientTls; wait?: number } = {}): Promise<Connection> {
  const { say = '', tls, wait = 2_000 } = options;
  return new Promise((resolve) => {
    let received = '';
    const socket: Socket = tls ? tlsConnect({ host: address, port, ...tls }) : tcpConnect(port, address);
    const done = (error?: string) => {
      const certificate = tls && [(socket as TLSSocket).getPeerCertificate()?.subject?.CN].flat()[0];
      socket.destroy();
      resolve({ backend: /^(.*)\n/.exec(received)?.[1], received, error, certificate });
    };
    socket.setTimeout(wait, () => done('nothing came'));
    socket.on('error', (error) => done(error.message)).on('close', () => done());
    socket.on('data', (chunk) => {
      received += chunk.toString();
      if (received.includes('\n') && received.endsWith(say)) {
        done();
      }
    });
    socket.write(say);
  });
}
