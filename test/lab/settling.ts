import { Istiod } from './control-plane';
import { Envoy } from './envoy';
import { fetchJson } from './http';
import { Kube, KubeObject, nameOf } from './kube';

const SECONDS = 15;

/** Knows when the proxies have what was applied, without a guess at the time that it takes. */
export class Settling {
  private marks = 0;
  private last: Promise<void> = Promise.resolve();

  constructor(private readonly kube: Kube, private readonly istiod: Istiod) {}

  /** Waits until the proxies have these objects, and all before them. */
  async applied(objects: KubeObject[], envoys: Envoy[]): Promise<void> {
    const waiting = objects.filter(isIstios);
    await this.until('istiod has read what was applied', async () => {
      const read = waiting.length > 0 ? await this.istiod.configz() : [];
      return waiting.filter((object) => !read.some((other) => same(object, other) && version(other) >= version(object))).map(nameOf);
    });
    await this.reach(envoys);
  }

  /** Waits until the proxies have forgotten these objects. */
  async deleted(objects: KubeObject[], envoys: Envoy[]): Promise<void> {
    const waiting = objects.filter(isIstios);
    await this.until('istiod has forgotten what was deleted', async () => {
      const read = waiting.length > 0 ? await this.istiod.configz() : [];
      return waiting.filter((object) => read.some((other) => same(object, other))).map(nameOf);
    });
    await this.reach(envoys);
  }

  /** One after the other: there is one mark at a time. */
  private reach(envoys: Envoy[]): Promise<void> {
    this.last = this.last.catch(() => { /* said to whoever waited for it */ }).then(() => this.mark([...envoys]));
    return this.last;
  }

  /**
   * A mark that istiod gives to every proxy follows what was applied. It comes with the first part of a push, so all of
   * that push is at the proxy when the next mark is.
   */
  private async mark(envoys: Envoy[]): Promise<void> {
    if (envoys.length === 0) {
      return;
    }
    for (let round = 0; round < 2; round++) {
      const mark = `lab-settled-${++this.marks}`;
      await this.kube.apply(marking(mark));
      await this.until(`the proxies have ${mark}`, async () => {
        const reached = await Promise.all(envoys.map((envoy) => has(envoy, mark)));
        return envoys.filter((_, index) => !reached[index]).map(({ id }) => id);
      });
    }
    await this.until('no proxy warms up a listener or a cluster', async () => (await Promise.all(envoys.map(warming))).flat());
    await this.noneRefused();
  }

  /** Envoy says what it cannot use; to go on would test something else. */
  private async noneRefused(): Promise<void> {
    const refused = (await this.istiod.syncz()).flatMap(({ proxy, resources = {} }) =>
      Object.entries(resources).flatMap(([type, { lastError }]) => lastError ? [`${proxy}: ${type}: ${lastError}`] : []));
    if (refused.length > 0) {
      throw new Error(`Envoy refused what istiod sent:\n${refused.join('\n')}`);
    }
  }

  /** Asks again and again what is missing; an error that says so after some seconds. */
  private async until(what: string, missing: () => Promise<string[]>): Promise<void> {
    const end = Date.now() + SECONDS * 1000;
    for (let left = await missing(); left.length > 0; left = await missing()) {
      if (Date.now() > end) {
        throw new Error(`${what}: not after ${SECONDS} seconds; still missing: ${left.join(', ')}\nistiod's last words:\n${this.istiod.process.lastWords()}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

/** Adds a cluster that nothing routes to, to every proxy whatever it may see. */
function marking(name: string): KubeObject {
  return {
    apiVersion: 'networking.istio.io/v1alpha3',
    kind: 'EnvoyFilter',
    metadata: { name: 'lab-settled', namespace: 'istio-system' },
    spec: { configPatches: [{ applyTo: 'CLUSTER', match: { context: 'ANY' }, patch: { operation: 'ADD', value: { name, type: 'STATIC', connect_timeout: '1s' } } }] },
  };
}

async function has(envoy: Envoy, cluster: string): Promise<boolean> {
  const { configs = [] } = await fetchJson(`${envoy.admin}/config_dump?resource=dynamic_active_clusters&name_regex=^${cluster}$`);
  return configs.length > 0;
}

async function warming(envoy: Envoy): Promise<string[]> {
  const clusters = await envoy.configDump('dynamic_warming_clusters');
  const listeners = (await envoy.configDump('dynamic_listeners')).filter((listener) => listener.warming_state);
  return [...clusters.map(({ cluster }) => `cluster ${cluster.name}`), ...listeners.map(({ name }) => `listener ${name}`)];
}

const isIstios = ({ apiVersion }: KubeObject) => /\.istio\.io\//.test(apiVersion);
const version = ({ metadata }: KubeObject) => Number(metadata.resourceVersion);
const same = (one: KubeObject, other: KubeObject) => one.kind === other.kind
  && one.metadata.name === other.metadata.name && (one.metadata.namespace ?? 'default') === other.metadata.namespace;
