import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { History } from './history.js';
import { NAMESPACE, quick, shop, until } from './shop.js';
import { Lab } from '../../test/lab/lab.js';
import { Cluster, type RolloutEvent, type RolloutOptions, type RolloutRun, startRollout } from '../src/index.js';

export const target = (virtualService: string) => ({ namespace: NAMESPACE, virtualService });

/** A real API server, and all that is needed to roll out on it and to disturb that. */
export class Bench {
  static async start(): Promise<Bench> {
    const lab = await Lab.start({ istiod: false });
    const cluster = new Cluster({ kubeConfig: lab.kubeconfig });
    await lab.namespace(NAMESPACE);
    return new Bench(lab, cluster, await History.watch(cluster));
  }

  private names = 0;
  private readonly servers: Server[] = [];

  private constructor(readonly lab: Lab, readonly cluster: Cluster, readonly history: History) {}

  /** A VirtualService of its own for each test. */
  async orders(canary = 0): Promise<string> {
    const name = `orders-${this.names++}`;
    await this.lab.apply([shop(name, canary)], { settle: false });
    return name;
  }

  read(name: string): Promise<any> {
    return this.cluster.get(shop(name));
  }

  /** What somebody else does to a VirtualService: a whole one, or a JSON Patch. */
  async overwrite(name: string, change: object, query = ''): Promise<{ status: number; body: any }> {
    const path = `/apis/networking.istio.io/v1/namespaces/${NAMESPACE}/virtualservices/${name}${query}`;
    return Array.isArray(change) ? this.lab.kube.call('PATCH', path, change, 'application/json-patch+json') : this.lab.kube.call('PUT', path, change);
  }

  /** A rollout that runs while the test does something else. */
  running(name: string, more: Partial<RolloutOptions> = {}, run: RolloutRun = {}) {
    const events: RolloutEvent[] = [];
    const over = startRollout(this.cluster, quick(name, more), {
      ...run,
      onEvent: (event) => {
        events.push(event);
        run.onEvent?.(event);
      },
    });
    over.catch(() => undefined);
    const types = () => events.map(({ type }) => type);
    return { events, over, types, told: (type: string, count = 1) => until(type, () => types().filter((one) => one === type).length >= count) };
  }

  /** Something that answers as Prometheus does, when it likes to. */
  async served(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    this.servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.servers.forEach((server) => {
      server.closeAllConnections();
      server.close();
    });
    this.history.stop();
    await this.lab.stop();
  }
}
