import type { ClientRequest, IncomingMessage } from 'node:http';
import { get, type RequestOptions } from 'node:https';
import { createInterface } from 'node:readline';
import { NAMESPACE, pause, weightsIn } from './shop.js';
import type { Cluster } from '../src/index.js';
import { ANNOTATION, decode } from '../src/rollout-state.js';

/** Every version of the VirtualServices in the namespace, as the API server tells of them one by one. */
export class History {
  static async watch(cluster: Cluster): Promise<History> {
    const history = new History(cluster);
    await history.list();
    void history.follow();
    return history;
  }

  readonly versions: any[] = [];
  private readonly others = new Set<string>();
  private readonly path = `/apis/networking.istio.io/v1/namespaces/${NAMESPACE}/virtualservices`;
  private at = '';
  private request?: ClientRequest;
  private isOver = false;

  private constructor(private readonly cluster: Cluster) {}

  /** The versions of one. */
  of(name: string): any[] {
    return this.versions.filter(({ metadata }) => metadata.name === name);
  }

  /** The canary's percentages, one after the other. */
  canary(name: string): number[] {
    return this.of(name).map((version) => weightsIn(version).v2).filter((weight, index, all) => weight !== all[index - 1]);
  }

  /** Forgets one that somebody else has changed, as a rollout never would. */
  leaveOut(name: string): void {
    this.others.add(name);
  }

  /** What must hold in each version: weights of 100 in total, and a state that says what they are. */
  wrong(): string[] {
    return this.versions.filter(({ metadata: { name } }) => !this.others.has(name)).flatMap((version) => {
      const weights = weightsIn(version);
      const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
      const text = version.metadata.annotations?.[ANNOTATION];
      const state = text === undefined ? undefined : decode(text);
      const differs = state !== undefined && state.weight !== weights.v2;
      return [
        ...total === 100 ? [] : [`${version.metadata.name}: ${JSON.stringify(weights)}`],
        ...differs ? [`${version.metadata.name}: ${state.phase} ${state.weight}, but ${JSON.stringify(weights)}`] : [],
      ];
    });
  }

  /** Whether a change of weights was missed: each has a generation. */
  missed(): string[] {
    const last = new Map<string, number>();
    return this.versions.flatMap(({ metadata: { name, uid, generation } }) => {
      const before = last.get(uid);
      last.set(uid, generation);
      return before === undefined || generation - before <= 1 ? [] : [`${name}: ${before} -> ${generation}`];
    });
  }

  stop(): void {
    this.isOver = true;
    this.request?.destroy();
  }

  private async list(): Promise<void> {
    const { metadata, items } = await this.cluster.read<any>(this.path, { timeout: 1_000 });
    this.versions.push(...items);
    this.at = metadata.resourceVersion;
  }

  private async follow(): Promise<void> {
    while (!this.isOver) {
      await this.stream().catch(() => { this.at = ''; });
      while (this.at === '' && !this.isOver) {
        await this.list().catch(() => pause(20));
      }
    }
  }

  private async stream(): Promise<void> {
    const options: RequestOptions = {};
    await this.cluster.kubeConfig.applyToHTTPSOptions(options);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      this.request = get(`${this.cluster.server}${this.path}?watch=1&resourceVersion=${this.at}`, options as never, resolve).on('error', reject);
    });
    for await (const line of createInterface({ input: response })) {
      const { type, object } = JSON.parse(line);
      if (type === 'ERROR') {
        throw new Error(object.message);
      }
      this.at = object.metadata.resourceVersion;
      if (type !== 'DELETED') {
        this.versions.push(object);
      }
    }
  }
}
