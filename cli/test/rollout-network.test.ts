import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';
import { Duration } from 'cdk8s';
import { History } from './history.js';
import { NAMESPACE, pause, quick, shop, until } from './shop.js';
import { Lab } from '../../test/lab/lab.js';
import { abortRollout, Cluster, resumeRollout, type RolloutEvent, type RolloutOptions, startRollout } from '../src/index.js';
import { Lease } from '../src/lease.js';

/** What becomes of a request: its answer is lost though it was done, it is never done, it hangs, it is told to come later, or another write is faster. */
type Fate = 'done' | 'unheard' | 'undone' | 'hangs' | 'busy' | 'overtaken';

let lab: Lab;
let direct: Cluster;
let history: History;
const networks: Network[] = [];

/** A network between one process and the API server, on which requests get lost. */
class Network {
  static async start(): Promise<Network> {
    const network = new Network();
    networks.push(network);
    await new Promise<void>((resolve) => network.server.listen(0, '127.0.0.1', resolve));
    return network;
  }

  readonly faults: Fate[] = [];
  private readonly server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk)).on('end', async () => {
      const fate = this.fate(request.method!, request.url!);
      if (fate !== 'done') {
        this.faults.push(fate);
      }
      if (fate === 'hangs') {
        return;
      }
      if (fate === 'undone') {
        request.socket.destroy();
        return;
      }
      if (fate === 'overtaken') {
        await touch(request.url!.replace(/\?.*/, ''));
      }
      const text = Buffer.concat(chunks).toString();
      const { status, body } = fate === 'busy'
        ? { status: 503, body: { message: 'come later' } }
        : await lab.kube.call(request.method!, request.url!, text === '' ? undefined : JSON.parse(text), request.headers['content-type']);
      if (fate === 'unheard') {
        request.socket.destroy();
        return;
      }
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });

  fate: (method: string, path: string) => Fate = () => 'done';

  get cluster(): Cluster {
    const config = new KubeConfig();
    const server = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    config.loadFromClusterAndUser({ name: 'lossy', server, skipTLSVerify: true }, { name: 'me' });
    return new Cluster({ kubeConfig: config });
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

beforeAll(async () => {
  lab = await Lab.start({ istiod: false });
  direct = new Cluster({ kubeConfig: lab.kubeconfig });
  await lab.namespace(NAMESPACE);
  history = await History.watch(direct);
});
afterEach(() => expect([...history.wrong(), ...history.missed()]).toEqual([]));
afterAll(async () => {
  networks.forEach((network) => network.stop());
  history?.stop();
  await lab?.stop();
});

/** A rollout over a network of its own. */
async function running(name: string, more: Partial<RolloutOptions> = {}) {
  await lab.apply([shop(name)], { settle: false });
  const network = await Network.start();
  const events: RolloutEvent[] = [];
  const begin = (signal?: AbortSignal) => {
    const options = quick(name, { leaseDuration: Duration.seconds(6), ...more });
    const over = startRollout(network.cluster, options, { signal, onEvent: (event) => events.push(event) });
    over.catch(() => undefined);
    return over;
  };
  return { name, network, events, begin, told: (type: string) => until(type, () => events.some((event) => event.type === type)) };
}

/** Changes what has nothing to do with a rollout. */
const touch = (path: string) => lab.kube.call('PATCH', path, [{ op: 'add', path: '/metadata/labels', value: { touched: `${Date.now()}` } }], 'application/json-patch+json');

const isLease = (_: string, path: string) => path.includes('leases');
const isWrite = (method: string, path: string) => method === 'PATCH' && path.includes('virtualservices');

test('a write whose answer is lost has been done once: the first, each step, and the last', async () => {
  const { name, network, begin } = await running('unheard');
  network.fate = (method, path) => isWrite(method, path) ? 'unheard' : 'done';

  expect(await begin()).toMatchObject({ phase: 'Succeeded' });
  expect(network.faults).toHaveLength(4);
  expect(history.canary(name)).toEqual([0, 20, 60, 100]);
  expect(history.of(name)).toHaveLength(5); // as applied, three steps, and the end
});

test('requests that get lost at random stop no rollout, and no way back', async () => {
  const outcomes = await Promise.all(Array.from({ length: 12 }, async (_, index) => {
    const { name, network, begin, events, told } = await running(`lossy-${index}`);
    const interrupt = new AbortController();
    const over = begin(index % 3 === 0 ? interrupt.signal : undefined);
    await told('weight');
    network.fate = () => Math.random() < 0.6 ? 'done' : (['unheard', 'undone', 'busy'] as const)[Math.floor(Math.random() * 3)];
    if (index % 3 === 0) {
      await until('a step', () => events.filter(({ type }) => type === 'weight').length > 1);
      interrupt.abort();
    }
    const { phase } = await over;
    return { phase, canary: history.canary(name), expected: index % 3 === 0 ? 'RolledBack' : 'Succeeded', faults: network.faults.length };
  }));

  const lost = outcomes.filter(({ phase, expected, canary }) => phase !== expected
    || (phase === 'Succeeded' ? `${canary}` !== '0,20,60,100' : canary.at(-1) !== 0 || canary.length < 4));
  console.info(`a lossy network: ${outcomes.reduce((sum, { faults }) => sum + faults, 0)} requests lost in ${outcomes.length} rollouts, ${lost.length} losses`);
  expect(lost).toEqual([]);
}, 60_000);

test('a process that is cut off writes nothing after another one has taken over', async () => {
  const { name, network, begin, told } = await running('cut-off', { leaseDuration: Duration.seconds(3) });
  const over = begin();
  await told('weight');
  network.fate = () => 'hangs';

  expect(await resumeRollout(direct, { namespace: NAMESPACE, virtualService: name })).toMatchObject({ phase: 'Succeeded', weight: 100 });
  const { metadata: { resourceVersion } } = await direct.get(shop(name));
  network.fate = () => 'done';

  await expect(over).rejects.toThrow(/the rollout of VirtualService shop\/cut-off was taken over by .*, expected nobody to; see its status/);
  expect((await direct.get(shop(name))).metadata.resourceVersion).toBe(resourceVersion);
}, 60_000);

test('a process that is cut off hears of an end that somebody else made', async () => {
  const { name, network, begin, told } = await running('ended-elsewhere', { interval: Duration.minutes(1) });
  const over = begin();
  await told('weight');
  network.fate = () => 'undone';
  await told('disturbed');
  await abortRollout(direct, { namespace: NAMESPACE, virtualService: name });
  network.fate = () => 'done';

  expect(await over).toMatchObject({ phase: 'Aborted', weight: 0 });
});

test('a process that can not renew its lease writes nothing until it can', async () => {
  const { name, network, begin, events, told } = await running('unrenewed', { leaseDuration: Duration.seconds(3), steps: [20, 100], interval: Duration.seconds(4) });
  const over = begin();
  await told('weight');
  network.fate = (method, path) => isLease(method, path) ? 'undone' : 'done';
  await told('disturbed');
  expect(events.at(-1)!.message).toBe('the lease could not be renewed in time, so nothing is written until it is');
  await pause(3_000);
  expect(history.canary(name)).toEqual([0, 20]);
  network.fate = () => 'done';

  expect(await over).toMatchObject({ phase: 'Succeeded' });
});

test('a process whose lease somebody else has taken ends, even if that one has not written yet', async () => {
  const { name, network, begin, told } = await running('taken', { leaseDuration: Duration.seconds(3), interval: Duration.minutes(1) });
  const over = begin();
  await told('weight');
  network.fate = (method, path) => isLease(method, path) ? 'undone' : 'done';
  const target = { namespace: NAMESPACE, virtualService: name };
  const taker = await Lease.acquire(direct, await direct.get(shop(name)), target, { duration: 3_000, patient: true });
  network.fate = () => 'done';

  await expect(over).rejects.toThrow(`the rollout of VirtualService shop/taken was taken over by ${taker.holder}, expected nobody to; see its status`);
  await taker.release();
}, 30_000);

test('a process that others are always faster than says so, and tries on', async () => {
  const { name, network, begin, events } = await running('overtaken', { steps: [20], leaseDuration: Duration.seconds(15) });
  let writes = 0;
  network.fate = (method, path) => isWrite(method, path) && events.length > 0 && ++writes <= 100 ? 'overtaken' : 'done';

  expect(await begin()).toMatchObject({ phase: 'Succeeded' });
  expect(events.map(({ message }) => message)).toContain('100 writes in a row met changes of somebody else; they are kept, and it tries on');
  expect(history.canary(name)).toEqual([0, 20]);
}, 30_000);

test('a command that somebody was faster than is given again', async () => {
  const { name, network, begin, told } = await running('commanded', { interval: Duration.minutes(1) });
  const over = begin();
  await told('weight');
  const { cluster } = network;
  let writes = 0;
  network.fate = (method, path) => isWrite(method, path) && ++writes <= 3 ? 'overtaken' : 'done';

  expect(await abortRollout(cluster, { namespace: NAMESPACE, virtualService: name })).toMatchObject({ phase: 'Aborted', weight: 0 });
  expect(network.faults).toEqual(['overtaken', 'overtaken', 'overtaken']);
  expect(await over).toMatchObject({ phase: 'Aborted' });
});
