import { Chart, Duration } from 'cdk8s';
import { Service } from 'cdk8s-plus-28';
import { Backend } from './backend';
import { chart, NAMESPACE, pause, service } from './charts';
import { Lab } from './lab';
import { Gateway } from './proxy';
import { expectShares } from './statistics';
import {
  CanaryService, Destination, DestinationProtocol, DestinationRule, GatewayServer, HashKey, HttpFault, HttpForwardOptions, HttpRoute, IstioGateway,
  LoadBalancer, Locality, ResilientDestination, RetryOn, RetryPolicy, VirtualService,
} from '../../src';

const HOST = 'shop.example.com';
const edgeOf = (scope: Chart) => new IstioGateway(scope, 'edge', { servers: [GatewayServer.http([HOST])] });

/** Envoy tells its workers of the first ejection at once, and of those in the second behind it together. */
const MERGED = 1_200;

let lab: Lab;
let gateway: Gateway;
let backends: Backend[];

/** One service behind the gateway, with the rule that a test is about. */
function rule(options: HttpForwardOptions): Chart {
  return chart((scope) => {
    const orders = service(scope, 'orders');
    new VirtualService(scope, 'rules', { hosts: [HOST], gateways: [edgeOf(scope)], http: [HttpRoute.forward(Destination.service(orders), options)] });
  });
}

/** The same with a destination that a test is about, beside a rule that tries nothing again. */
function destination(build: (scope: Chart, orders: Service) => void, retries = RetryPolicy.never()): Chart {
  return chart((scope) => {
    const orders = service(scope, 'orders');
    build(scope, orders);
    new VirtualService(scope, 'rules', { hosts: [HOST], gateways: [edgeOf(scope)], http: [HttpRoute.forward(Destination.service(orders), { retries })] });
  });
}

/** Starts so many backends of the service, in place of those that are there. */
async function only(count: number, options: (index: number) => object = () => ({})): Promise<void> {
  for (const backend of backends ?? []) {
    await lab.removeBackend(backend);
  }
  backends = [];
  for (let index = 0; index < count; index++) {
    backends.push(await lab.backend({ namespace: NAMESPACE, labels: { app: 'orders' }, name: `orders-${index}`, port: 8080, ...options(index) }));
  }
}

beforeAll(async () => {
  lab = await Lab.start();
  await lab.namespace(NAMESPACE);
  await lab.apply(rule({}));
  gateway = await lab.gateway({ locality: { region: 'eu', zone: 'eu-1' } });
});

afterAll(() => lab?.stop());

describe('timeouts and retries', () => {
  beforeAll(() => only(1));
  beforeEach(() => backends[0].reset());

  test('a timeout ends a request', async () => {
    await lab.apply(rule({ timeout: Duration.millis(300), retries: RetryPolicy.never() }));
    backends[0].behave({ delay: 2_000 });

    const { first } = await gateway.send({ host: HOST });

    expect(first.status).toBe(504);
    expect(first.millis).toBeGreaterThanOrEqual(300);
    expect(first.millis).toBeLessThan(1_500);
    expect(backends[0].count).toBe(1);
  });

  test('a request that fails twice succeeds at the third try', async () => {
    await lab.apply(rule({ retries: RetryPolicy.idempotent({ attempts: 2 }) }));
    backends[0].failNext(2);

    const { first } = await gateway.send({ host: HOST });

    expect(first.status).toBe(200);
    expect(backends[0].count).toBe(3);
  });

  test('one try more than allowed is not made', async () => {
    await lab.apply(rule({ retries: RetryPolicy.idempotent({ attempts: 2 }) }));
    backends[0].failNext(3);

    expect((await gateway.send({ host: HOST })).first.status).toBe(503);
    expect(backends[0].count).toBe(3);
  });

  test('a try that takes too long is given up and made again', async () => {
    await lab.apply(rule({ retries: RetryPolicy.idempotent({ attempts: 2, perTry: Duration.millis(200) }), timeout: Duration.seconds(5) }));
    backends[0].behaveNext({ delay: 2_000 }, { delay: 2_000 });

    const { first } = await gateway.send({ host: HOST });

    expect(first.status).toBe(200);
    expect(first.millis).toBeLessThan(2_000);
    expect(backends[0].count).toBe(3);
  });

  test('what only fails is not repeated where only the unprocessed is', async () => {
    await lab.apply(rule({ retries: RetryPolicy.unprocessed() }));
    backends[0].failNext(1);

    expect((await gateway.send({ host: HOST, method: 'POST' })).first.status).toBe(503);
    expect(backends[0].count).toBe(1);
  });

  test('a status that is named is tried again, and no other', async () => {
    await lab.apply(rule({ retries: RetryPolicy.of({ on: [RetryOn.status(429)], attempts: 1 }) }));

    backends[0].failNext(1, 429);
    expect((await gateway.send({ host: HOST })).first.status).toBe(200);
    backends[0].failNext(1, 503);
    expect((await gateway.send({ host: HOST })).first.status).toBe(503);
    expect(backends[0].count).toBe(3);
  });
});

describe('faults', () => {
  beforeAll(() => only(1));
  beforeEach(() => backends[0].reset());

  test('a share of requests is aborted', async () => {
    await lab.apply(rule({ fault: HttpFault.abort(418, 30) }));

    await expectShares(2_000, { 418: 0.3 }, async () => {
      backends[0].reset();
      const { countByStatus } = await gateway.send({ host: HOST, count: 2_000 });
      expect(backends[0].count).toBe(countByStatus[200]);
      return countByStatus;
    });
  });

  test('a share of requests is delayed', async () => {
    await lab.apply(rule({ fault: HttpFault.delay(Duration.millis(400), 20) }));

    await expectShares(2_000, { delayed: 0.2 }, async () => {
      const responses = await gateway.send({ host: HOST, count: 2_000, concurrency: 100 });
      expect(responses.failed).toEqual([]);
      return { delayed: responses.all.filter(({ millis }) => millis >= 395).length }; // timers are a little early
    });
  });
});

describe('a ResilientDestination', () => {
  test('refuses what is above its limits', async () => {
    await only(1);
    await lab.apply(destination((scope, orders) => new ResilientDestination(scope, 'destination', {
      service: orders, connectionPool: { tcp: { maxConnections: 1 }, http: { http1MaxPendingRequests: 1 } },
    })));
    await gateway.send({ host: HOST }); // the connection is there, so that one request is under way and one waits
    backends[0].reset();
    backends[0].behave({ delay: 500 });

    const responses = await gateway.send({ host: HOST, count: 10, concurrency: 10 });

    expect(responses.countByStatus).toEqual({ 200: 2, 503: 8 });
    expect(responses.failed.every(({ headers }) => headers['x-envoy-overloaded'] === 'true')).toBe(true);
    expect(backends[0].count).toBe(2);
  });

  test('takes out an endpoint that fails, and takes it back', async () => {
    await only(2);
    await lab.apply(destination((scope, orders) => new ResilientDestination(scope, 'destination', {
      service: orders,
      loadBalancer: LoadBalancer.roundRobin(),
      outlierDetection: { consecutive5xxErrors: 3, interval: Duration.millis(200), baseEjectionTime: Duration.millis(1_500) },
    })));
    backends[0].behave({ status: 500 });

    const before = await gateway.send({ host: HOST, count: 100, concurrency: 1 });
    expect(before.countByStatus[500]).toBe(3);
    expect(backends[0].count).toBe(3);

    backends[0].behave({});
    await pause(2_500);
    const after = await gateway.send({ host: HOST, count: 100, concurrency: 1 });
    expect(after.countByBackend).toEqual({ 'orders-0': 50, 'orders-1': 50 });
  });

  test('leaves half of the endpoints in, whatever they answer', async () => {
    await only(4);
    await lab.apply(destination((scope, orders) => new ResilientDestination(scope, 'destination', {
      service: orders,
      loadBalancer: LoadBalancer.roundRobin(),
      outlierDetection: { consecutive5xxErrors: 2, interval: Duration.millis(200), baseEjectionTime: Duration.seconds(30) },
    })));
    backends.forEach((backend) => backend.behave({ status: 500 }));
    await gateway.send({ host: HOST, count: 100, concurrency: 1 });
    await pause(MERGED);
    backends.forEach((backend) => backend.reset());

    const responses = await gateway.send({ host: HOST, count: 100, concurrency: 1 });

    expect(Object.values(responses.countByBackend)).toEqual([50, 50]);
  });

  test('takes out a gRPC endpoint that is unavailable, not one whose application throws', async () => {
    await lab.apply(chart((scope) => {
      const goods = service(scope, 'goods', { protocol: 'grpc', port: 8053, targetPort: 8053 });
      new ResilientDestination(scope, 'destination', {
        service: goods,
        protocol: DestinationProtocol.GRPC,
        loadBalancer: LoadBalancer.roundRobin(),
        outlierDetection: { interval: Duration.millis(200) },
      });
      const edge = new IstioGateway(scope, 'goods-edge', { servers: [GatewayServer.http(['goods.example.com'])] });
      new VirtualService(scope, 'goods-rules', { hosts: ['goods.example.com'], gateways: [edge], http: [HttpRoute.forward(Destination.service(goods), { retries: RetryPolicy.never() })] });
    }));
    const goods: Backend[] = [];
    for (const name of ['goods-0', 'goods-1']) {
      goods.push(await lab.backend({ namespace: NAMESPACE, labels: { app: 'goods' }, name, port: 8053, protocol: 'grpc' }));
    }
    const counts = async () => {
      goods.forEach((backend) => backend.reset());
      await gateway.grpc({ host: 'goods.example.com', method: '/shop.goods.v1.Goods/List', count: 20 });
      return goods.map(({ count }) => count);
    };
    const meet = async (status: number) => {
      goods[0].behave({ status });
      await gateway.grpc({ host: 'goods.example.com', method: '/shop.goods.v1.Goods/List', count: 20 });
      await pause(MERGED);
    };
    const [UNKNOWN, UNAVAILABLE] = [2, 14];

    await meet(UNKNOWN);
    expect(await counts()).toEqual([10, 10]);

    await meet(UNAVAILABLE);
    expect(await counts()).toEqual([0, 20]);
  });

  test.each<[string, HashKey, (user: number) => Record<string, string>]>([
    ['a header', HashKey.header('x-user-id'), (user) => ({ 'x-user-id': `user-${user}` })],
    ['a cookie', HashKey.cookie({ name: 'session' }), (user) => ({ cookie: `session=s${user}` })],
  ])('keeps a client at one endpoint by %s', async (_, key, headers) => {
    await only(3);
    await lab.apply(destination((scope, orders) => new ResilientDestination(scope, 'destination', { service: orders, loadBalancer: LoadBalancer.consistentHash(key) })));

    const homes = new Set<string>();
    for (let user = 0; user < 30; user++) {
      const { countByBackend } = await gateway.send({ host: HOST, headers: headers(user), count: 5 });
      expect(Object.values(countByBackend)).toEqual([5]);
      homes.add(Object.keys(countByBackend)[0]);
    }
    expect(homes.size).toBe(3);
  });

  test('fails over to another zone, and comes back', async () => {
    const zones = [{ region: 'eu', zone: 'eu-1' }, { region: 'eu', zone: 'eu-2' }, { region: 'us', zone: 'us-1' }];
    await only(3, (index) => ({ locality: zones[index] }));
    await lab.apply(destination((scope, orders) => new ResilientDestination(scope, 'destination', {
      service: orders,
      loadBalancer: LoadBalancer.roundRobin({ locality: Locality.failover() }),
      outlierDetection: { consecutive5xxErrors: 2, interval: Duration.millis(200), baseEjectionTime: Duration.seconds(4), maxEjectionPercent: 100 },
    })));
    const send = async () => (gateway.send({ host: HOST, count: 30, concurrency: 1 }));

    expect((await send()).countByBackend).toEqual({ 'orders-0': 30 });

    backends[0].behave({ status: 500 });
    const { 'orders-0': failing, 'orders-1': next } = (await send()).countByBackend;
    expect(failing).toBeLessThanOrEqual(5); // Envoy's worker may send some more before it knows
    expect(failing + next).toBe(30);
    await pause(MERGED);
    expect((await send()).countByBackend).toEqual({ 'orders-1': 30 });

    backends[1].behave({ status: 500 });
    await send();
    await pause(MERGED);
    expect((await send()).countByBackend).toEqual({ 'orders-2': 30 });

    backends.forEach((backend) => backend.behave({}));
    await pause(6_000);
    expect((await send()).countByBackend).toEqual({ 'orders-0': 30 });
  });

  test('divides requests among zones as it says', async () => {
    const zones = [{ region: 'eu', zone: 'eu-1' }, { region: 'eu', zone: 'eu-2' }];
    await only(2, (index) => ({ locality: zones[index] }));
    await lab.apply(destination((scope, orders) => new DestinationRule(scope, 'destination', {
      metadata: { name: 'orders' },
      service: orders,
      trafficPolicy: { loadBalancer: LoadBalancer.roundRobin({ locality: Locality.distribute({ from: 'eu/eu-1/*', to: { 'eu/eu-1/*': 80, 'eu/eu-2/*': 20 } }) }) },
    })));

    await expectShares(2_000, { 'orders-1': 0.2 }, async () => (await gateway.send({ host: HOST, count: 2_000 })).countByBackend);
  });

  test('gives a version limits of its own', async () => {
    await only(2, (index) => ({ labels: { app: 'orders', version: `v${index + 1}` } }));
    await lab.delete(destination(() => { /* its rule names no version */ }));
    await lab.apply(chart((scope) => {
      const orders = service(scope, 'orders');
      const resilient = new ResilientDestination(scope, 'destination', { service: orders });
      new CanaryService(scope, 'canary', {
        service: orders,
        destination: resilient,
        stable: { labels: { version: 'v1' } },
        canary: { labels: { version: 'v2' }, weight: 100, trafficPolicy: { connectionPool: { tcp: { maxConnections: 1 }, http: { http1MaxPendingRequests: 1 } } } },
        retries: RetryPolicy.never(),
      }).exposeVia(edgeOf(scope), { hosts: [HOST] });
    }));
    await gateway.send({ host: HOST });
    backends[1].behave({ delay: 500 });

    const responses = await gateway.send({ host: HOST, count: 10, concurrency: 10 });

    expect(responses.countByStatus).toEqual({ 200: 2, 503: 8 });
  });
});
