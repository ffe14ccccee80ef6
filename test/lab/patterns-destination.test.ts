import { createServer } from 'node:http2';
import { Chart, Duration, Testing } from 'cdk8s';
import { Service } from 'cdk8s-plus-28';
import { Backend, BackendOptions } from './backend';
import { chart, NAMESPACE, pause, service } from './charts';
import { Send } from './client';
import { Lab } from './lab';
import { Gateway } from './proxy';
import { expectShares } from './statistics';
import {
  Destination, DestinationProtocol, DestinationRule, GatewayProtocol, GatewayServer, H2UpgradePolicy, HashKey, IstioGateway, LoadBalancer, Locality,
  MeshService, ResilientDestination, ResilientDestinationProps, RetryPolicy, TcpRoute, VirtualService,
} from '../../src';

const HOST = 'shop.example.com';
/** Envoy tells its workers of ejections a second later at most. */
const MERGED = 1_200;

let lab: Lab;
let gateway: Gateway;
let backends: Backend[] = [];

/** Orders behind the gateway, with the ResilientDestination that a test is about. */
const orders = (props: Partial<ResilientDestinationProps> = {}, retries = RetryPolicy.never()) => chart((scope) => {
  const ref = service(scope, 'orders');
  new ResilientDestination(scope, 'destination', { service: ref, ...props });
  new MeshService(scope, 'shown', { service: ref }).exposeVia(new IstioGateway(scope, 'edge', { servers: [GatewayServer.http([HOST])] }), { hosts: [HOST], retries });
});

/** A TCP service at port 9000 of the gateway. */
function queue(build: (scope: Chart, queues: Service) => void): Chart {
  return chart((scope) => {
    const queues = service(scope, 'queue', { protocol: 'tcp', port: 9000, targetPort: 9000 });
    build(scope, queues);
    const edge = new IstioGateway(scope, 'queues', { servers: [GatewayServer.plaintext(GatewayProtocol.TCP, ['*'], { port: 9000 })] });
    new VirtualService(scope, 'queues-rules', { hosts: ['*'], gateways: [edge], tcp: [TcpRoute.forward(Destination.service(queues))] });
  });
}

/** Starts so many backends in place of those that are there. */
async function only(count: number, options: (index: number) => Partial<BackendOptions> = () => ({})): Promise<void> {
  for (const backend of backends) {
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
  await lab.apply(orders());
  gateway = await lab.gateway({ ports: [80, 9000], locality: { region: 'eu', zone: 'eu-1' } });
});

afterAll(() => lab?.stop());

describe('a ResilientDestination for HTTP', () => {
  test('keeps as many retries as its budget allows, where without one there are three', async () => {
    await only(1);
    const repeated = async (props: Partial<ResilientDestinationProps>) => {
      const outlierDetection = { consecutive5xxErrors: 0, consecutiveGatewayErrors: 0 };
      await lab.apply(orders({ ...props, outlierDetection }, RetryPolicy.idempotent({ attempts: 1 })));
      backends[0].reset();
      backends[0].behave({ status: 503, delay: 300 });
      await gateway.send({ host: HOST, count: 20, concurrency: 20 });
      return backends[0].count - 20;
    };

    expect(await repeated({})).toBe(3);
    expect(await repeated({ retryBudget: { percent: 0, minRetryConcurrency: 1 } })).toBe(1);
    expect(await repeated({ retryBudget: { percent: 100, minRetryConcurrency: 20 } })).toBe(20);
  });

  test('speaks HTTP/2 to the service, though clients do not', async () => {
    await only(1, () => ({ port: 9999 })); // the backend's place is taken by one that speaks HTTP/2 only
    const upgraded = createServer((_, response) => response.end('{}'));
    await new Promise<void>((resolve) => upgraded.listen(8080, backends[0].address, resolve));
    const spoken = async (h2UpgradePolicy: H2UpgradePolicy) => {
      await lab.apply(orders({ connectionPool: { http: { h2UpgradePolicy } } }));
      return (await gateway.send({ host: HOST })).first.status;
    };

    expect(await spoken(H2UpgradePolicy.DO_NOT_UPGRADE)).not.toBe(200);
    expect(await spoken(H2UpgradePolicy.UPGRADE)).toBe(200);

    await lab.removeBackend(backends.pop()!);
    upgraded.close();
  });

  test('gives a new endpoint a small share at first, and its own when it is warm', async () => {
    await only(1);
    const duration = Duration.seconds(3);
    await lab.apply(orders({ loadBalancer: LoadBalancer.roundRobin({ warmup: { duration, minimumPercent: 5 } }) }));
    await pause(duration.toMilliseconds()); // the first is warm
    backends.push(await lab.backend({ namespace: NAMESPACE, labels: { app: 'orders' }, name: 'orders-new', port: 8080 }));
    const share = async () => ((await gateway.send({ host: HOST, count: 200 })).countByBackend['orders-new'] ?? 0) / 200;

    expect(await share()).toBeLessThan(0.25);
    await pause(duration.toMilliseconds() + 500);
    expect(await share()).toBeCloseTo(0.5, 1);
  });

  test('divides requests among zones as it says, and ejects there too', async () => {
    const zones = [{ region: 'eu', zone: 'eu-1' }, { region: 'eu', zone: 'eu-2' }];
    await only(2, (index) => ({ locality: zones[index] }));
    const locality = Locality.distribute({ from: 'eu/eu-1/*', to: { 'eu/eu-1/*': 80, 'eu/eu-2/*': 20 } });
    await lab.apply(orders({ loadBalancer: LoadBalancer.roundRobin({ locality }) }));

    await expectShares(2_000, { 'orders-1': 0.2 }, async () => (await gateway.send({ host: HOST, count: 2_000 })).countByBackend);
  });

  test.each<[string, HashKey, (user: number) => Partial<Send>]>([
    ['a query parameter', HashKey.queryParameter('user'), (user) => ({ path: `/?user=${user}` })],
    ['the address of the client', HashKey.sourceIp(), (user) => ({ from: `127.9.9.${user + 1}` })],
  ])('keeps a client at one endpoint by %s', async (_, key, request) => {
    await only(3);
    await lab.apply(orders({ loadBalancer: LoadBalancer.consistentHash(key) }));

    const homes = new Set<string>();
    for (let user = 0; user < 30; user++) {
      const { countByBackend } = await gateway.send({ host: HOST, count: 4, ...request(user) });
      expect(Object.values(countByBackend)).toEqual([4]);
      homes.add(Object.keys(countByBackend)[0]);
    }
    expect(homes.size).toBe(3);
  });

  test.each<[string, LoadBalancer | undefined]>([
    ['least requests, unless said otherwise', undefined], ['turns', LoadBalancer.roundRobin()], ['chance', LoadBalancer.random()],
  ])('divides requests by %s', async (_, loadBalancer) => {
    await only(2);
    await lab.apply(orders({ loadBalancer }));
    const { countByBackend, failed } = await gateway.send({ host: HOST, count: 400 });
    expect(failed).toEqual([]);
    expect(Object.values(countByBackend).every((count) => count > 120)).toBe(true);
  });

  /** Istio drops for a port all that its entry leaves out; the pattern repeats it. */
  test('keeps for a port what the service has, but for what differs', async () => {
    await only(2);
    const ports = [{ port: 80, connectionPool: { tcp: { maxConnections: 1 }, http: { http1MaxPendingRequests: 1 } } }];
    const outlierDetection = { consecutive5xxErrors: 2, interval: Duration.millis(200), baseEjectionTime: Duration.seconds(30) };
    await lab.apply(orders({ loadBalancer: LoadBalancer.roundRobin(), outlierDetection, ports }));

    await gateway.send({ host: HOST, count: 2, concurrency: 1 });
    backends.forEach((backend) => backend.behave({ delay: 300 }));
    expect((await gateway.send({ host: HOST, count: 10, concurrency: 10 })).failed.length).toBeGreaterThan(0); // the port's own limit

    backends.forEach((backend) => backend.reset());
    backends[0].behave({ status: 500 });
    await gateway.send({ host: HOST, count: 20, concurrency: 1 });
    await pause(MERGED);
    expect((await gateway.send({ host: HOST, count: 20, concurrency: 1 })).countByBackend).toEqual({ 'orders-1': 20 }); // the ejection of the service
  });

  test('where the entry of a port stands alone, nothing is ejected', async () => {
    await only(2);
    const outlierDetection = { consecutive5xxErrors: 2, interval: Duration.millis(200), maxEjectionPercent: 50 };
    const objects = Testing.synth(orders()).filter(({ kind }) => kind !== 'DestinationRule');
    await lab.apply([...objects, ...Testing.synth(chart((scope) => new DestinationRule(scope, 'bare', {
      metadata: { name: 'orders' },
      service: service(scope, 'orders'),
      trafficPolicy: { outlierDetection, portLevelSettings: [{ port: 80, connectionPool: { tcp: { maxConnections: 100 } } }] },
    })))]);
    backends[0].behave({ status: 500 });

    await gateway.send({ host: HOST, count: 20, concurrency: 1 });
    await pause(MERGED);
    const { countByBackend } = await gateway.send({ host: HOST, count: 20, concurrency: 1 });
    expect(countByBackend['orders-0']).toBeGreaterThan(3); // about half
  });
});

describe('a ResilientDestination for TCP', () => {
  let queues: Backend[];
  const open = async (count: number, wait = 2_000) => Promise.all(Array.from({ length: count }, () => gateway.connect({ port: 9000, say: 'hello', wait })));

  beforeAll(async () => {
    queues = [];
    for (const name of ['queue-0', 'queue-1']) {
      queues.push(await lab.backend({ namespace: NAMESPACE, labels: { app: 'queue' }, name, port: 9000, protocol: 'tcp' }));
    }
  });

  test('opens no more connections than its limit', async () => {
    await lab.apply(queue((scope, ref) => new ResilientDestination(scope, 'queue-destination', {
      service: ref, protocol: DestinationProtocol.TCP, connectionPool: { tcp: { maxConnections: 1 } },
    })));
    queues.forEach((backend) => backend.behave({ delay: 500 }));

    const connections = await open(5);

    expect(connections.filter(({ backend }) => backend !== undefined)).toHaveLength(1);
    queues.forEach((backend) => backend.behave({}));
  });

  test('takes out an endpoint that takes no connection', async () => {
    await lab.apply(queue((scope, ref) => new ResilientDestination(scope, 'queue-destination', {
      service: ref,
      protocol: DestinationProtocol.TCP,
      loadBalancer: LoadBalancer.roundRobin(),
      outlierDetection: { consecutive5xxErrors: 2, interval: Duration.millis(200), baseEjectionTime: Duration.seconds(30) },
    })));
    expect(new Set((await open(10)).map(({ backend }) => backend))).toEqual(new Set(['queue-0', 'queue-1']));

    await queues[0].stop();
    for (let times = 0; times < 10; times++) {
      await open(1);
    }
    await pause(MERGED);

    expect((await open(10)).map(({ backend }) => backend)).toEqual(Array.from({ length: 10 }, () => 'queue-1'));
  });
});
