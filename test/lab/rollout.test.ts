import { Chart, Testing } from 'cdk8s';
import { Service } from 'cdk8s-plus-28';
import { chart, NAMESPACE, pause, service } from './charts';
import { Responses } from './client';
import { Lab } from './lab';
import { Gateway, Sidecar } from './proxy';
import { CanaryService, CanaryVersion, Destination, GatewayServer, HttpRoute, IstioGateway, StickyUsers, VirtualService } from '../../src';

const HOST = 'shop.example.com';
const INSIDE = 'orders.shop.svc.cluster.local';
const PER_SECOND = 200;
/** How long a step lasts under load, beside the time that it takes to get everywhere; milliseconds. */
const STEP = 200;

let lab: Lab;
let gateway: Gateway;
let sidecar: Sidecar;

const v = (version: string) => ({ labels: { version } });

function shop(build: (scope: Chart, orders: Service, edge: IstioGateway) => void): Chart {
  return chart((scope) => build(scope, service(scope, 'orders'), new IstioGateway(scope, 'edge', { servers: [GatewayServer.http([HOST])] })));
}

/** What a pipeline applies: the version in use, and the one that is tried out. */
function release(stable: string, canary: CanaryVersion, sticky?: StickyUsers): Chart {
  return shop((scope, orders, edge) =>
    new CanaryService(scope, 'canary', { service: orders, stable: v(stable), canary, sticky }).exposeVia(edge, { hosts: [HOST] }));
}

/** The DestinationRule of a chart, and the VirtualServices that name its subsets. */
function parts(of: Chart): { rules: object[]; routes: object[] } {
  const objects = Testing.synth(of);
  return { rules: objects.filter(({ kind }) => kind === 'DestinationRule'), routes: objects.filter(({ kind }) => kind === 'VirtualService') };
}

/** Sends requests from outside and inside the mesh while something changes. */
async function underLoad(change: () => Promise<void>, headers: Record<string, string> = {}): Promise<Responses> {
  const start = Date.now();
  const loads = [gateway.load({ host: HOST, perSecond: PER_SECOND, headers }), sidecar.load({ host: INSIDE, perSecond: PER_SECOND, headers })];
  await pause(STEP);
  await change();
  await pause(STEP);
  const seconds = (Date.now() - start) / 1000;
  const responses = await Promise.all(loads.map((load) => load.stop()));
  responses.forEach(({ all }) => expect(all.length).toBeGreaterThan(PER_SECOND * seconds - 10));
  return new Responses(responses.flatMap(({ all }) => all));
}

/** One apply after the other, as a pipeline does. */
async function apply(...steps: Chart[]): Promise<void> {
  for (const step of steps) {
    await lab.apply(step);
    await pause(STEP);
  }
}

const failures = ({ failed }: Responses) => failed.map(({ status, body, error }) => `${status} ${error ?? body}`);

/** Which backends answer from outside, and from inside the mesh. */
async function both(): Promise<Record<string, number>[]> {
  const responses = await Promise.all([gateway.send({ host: HOST, count: 50 }), sidecar.send({ host: INSIDE, count: 50 })]);
  return responses.map(({ countByBackend }) => countByBackend);
}

beforeAll(async () => {
  lab = await Lab.start();
  await lab.namespace(NAMESPACE);
  gateway = await lab.gateway();
  for (const version of ['v1', 'v2', 'v3']) {
    await lab.backend({ namespace: NAMESPACE, labels: { app: 'orders', version }, port: 8080 });
  }
  await lab.apply(shop(() => { /* only the service and the gateway */ }));
  sidecar = await lab.sidecar({ namespace: NAMESPACE });
});

afterAll(() => lab?.stop());

describe('make before break', () => {
  const steps = (sticky?: StickyUsers) => [0, 1, 10, 50, 90, 100].map((weight) => release('v1', { ...v('v2'), weight }, sticky));

  test.each([
    ['users', undefined, {}],
    ['users that stick to the old version', {}, { cookie: 'orders-version=v1' }],
  ])('a rollout loses no request of %s: weights first, then the old version goes and the next comes', async (_, sticky, headers: Record<string, string>) => {
    await lab.apply(release('v1', v('v2'), sticky));
    expect(await both()).toEqual([{ 'orders-v1': 50 }, { 'orders-v1': 50 }]);

    const responses = await underLoad(async () => {
      await apply(...steps(sticky));
      await apply(release('v2', v('v3'), sticky)); // the old subset goes when nothing names it any more
    }, headers);

    expect(failures(responses)).toEqual([]);
    expect(await both()).toEqual([{ 'orders-v2': 50 }, { 'orders-v2': 50 }]);
  });

  /** Routes may reach a proxy some milliseconds before it has the endpoints of a new subset, though both came in the right order. */
  test('a service that had no subsets loses no request if it gets its DestinationRule in a step of its own', async () => {
    const before = shop((scope, orders, edge) =>
      new VirtualService(scope, 'plain', { hosts: [HOST], gateways: [edge], http: [HttpRoute.forward(Destination.service(orders))] }));
    const { rules, routes } = parts(release('v1', v('v2')));
    await lab.apply(before);
    await lab.delete([...rules, ...routes]);
    expect(Object.keys((await both())[1])).toHaveLength(3);

    const responses = await underLoad(async () => {
      await lab.apply(rules);
      await pause(STEP);
      await lab.apply(routes);
      await lab.delete(parts(before).routes);
    });

    expect(failures(responses)).toEqual([]);
    expect(await both()).toEqual([{ 'orders-v1': 50 }, { 'orders-v1': 50 }]);
  });

  test('a rollback loses no request', async () => {
    await lab.apply(release('v1', { ...v('v2'), weight: 100 }));

    const responses = await underLoad(() => apply(release('v1', v('v2'))));

    expect(failures(responses)).toEqual([]);
    expect(await both()).toEqual([{ 'orders-v1': 50 }, { 'orders-v1': 50 }]);
  });
});

/** These show that the tests above can fail. */
describe('in the wrong order', () => {
  test('routes that name a subset before there is one lose requests', async () => {
    await lab.apply(release('v1', v('v2')));
    const { rules, routes } = parts(release('v1', { ...v('v3'), weight: 100 }));

    const responses = await underLoad(async () => {
      await lab.apply(routes);
      await lab.apply(rules);
    });

    expect(responses.failed.length).toBeGreaterThan(0);
    expect(responses.countByBackend).toMatchObject({ 'orders-v1': expect.any(Number), 'orders-v3': expect.any(Number) });
    expect(new Set(failures(responses))).toEqual(new Set(['503 ']));
  });

  test('a subset that goes while routes still name it loses requests', async () => {
    await lab.apply(release('v1', { ...v('v2'), weight: 50 }));
    const { rules, routes } = parts(release('v2', v('v3')));

    const responses = await underLoad(async () => {
      await lab.apply(rules);
      await lab.apply(routes);
    });

    expect(responses.failed.length).toBeGreaterThan(0);
    expect(new Set(failures(responses))).toEqual(new Set(['503 ']));
    expect(await both()).toEqual([{ 'orders-v2': 50 }, { 'orders-v2': 50 }]);
  });
});
