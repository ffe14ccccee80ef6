import { Chart, Duration, Testing } from 'cdk8s';
import { Service } from 'cdk8s-plus-28';
import { chart, NAMESPACE, pause, service } from './charts';
import { Send } from './client';
import { Lab } from './lab';
import { Gateway, Sidecar } from './proxy';
import { RateLimitService } from './rate-limit-service';
import { expectShares } from './statistics';
import { Issuer } from './tokens';
import { INBOUND, Workload } from './workload';
import {
  Access, Caller, CanaryService, DestinationRule, GatewayServer, GlobalRateLimit, HttpMatch, IstioGateway, LocalRateLimit, LocalRateLimitProps,
  MeshNamespace, MeshService, PolicyTarget, RateLimitKey, RateLimitTarget, RequestAuthentication, ServiceRef,
} from '../../src';

const HOST = 'orders.shop.svc.cluster.local';
const EDGE = 'shop.example.com';
const FRONT = 'front';
const login = new Issuer('https://login.example.com');

let lab: Lab;
let gateway: Gateway;
let web: Sidecar;
let batch: Sidecar;
let front: Sidecar;
let limits: RateLimitService;
const workloads: Workload[] = [];

const orders = (scope: Chart) => service(scope, 'orders', { targetPort: INBOUND });
const carts = (scope: Chart) => service(scope, 'carts', { targetPort: INBOUND });

/** A connection that is kept alive goes on by the rules that it began with, until Envoy has drained them: each request has one of its own. */
const unkept = (scope: Chart, ref: Service) => new DestinationRule(scope, `${ref.name}-rule`, {
  metadata: { name: ref.name }, service: ref, trafficPolicy: { connectionPool: { http: { maxRequestsPerConnection: 1 } } },
});

let extra: object[] = [];

/** Holds until the end of the test. */
async function holds(...charts: Chart[]): Promise<void> {
  extra = charts.flatMap((one) => Testing.synth(one)).filter(({ kind }) => !['Namespace', 'Service'].includes(kind)); // which stay
  await lab.apply(extra);
}

const statuses = async (from: Gateway | Sidecar, options: Partial<Send> = {}) =>
  (await from.send({ host: HOST, concurrency: 1, ...options })).countByStatus;
const status = async (from: Gateway | Sidecar, options: Partial<Send> = {}) => (await from.send({ host: HOST, ...options })).first.status;

beforeAll(async () => {
  lab = await Lab.start({ meshConfig: { enableAutoMtls: true, outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } } });
  await lab.namespace(NAMESPACE);
  for (const version of ['v1', 'v2']) {
    workloads.push(await Workload.start(lab, { app: 'orders', name: `orders-${version}`, labels: { version } }));
  }
  workloads.push(await Workload.start(lab, { app: 'carts' }));
  const { address } = await lab.backend({ namespace: NAMESPACE, labels: { app: 'ratelimit' }, port: 9999 });
  limits = await RateLimitService.start(address, 8081);
  await lab.apply(chart((scope) => {
    unkept(scope, carts(scope));
    unkept(scope, orders(scope));
    service(scope, 'ratelimit', { protocol: 'grpc', port: 8081, targetPort: 8081 });
  }));
  gateway = await lab.gateway();
  web = await lab.sidecar({ name: 'web', namespace: NAMESPACE });
  batch = await lab.sidecar({ name: 'batch', namespace: NAMESPACE });
  front = await lab.sidecar({ name: 'front', namespace: FRONT });
});

afterEach(async () => {
  await lab.delete(extra.splice(0));
  limits.asked.length = 0;
});

afterAll(async () => {
  limits?.stop();
  await Promise.all(workloads.map((workload) => workload.stop()));
  await lab?.stop();
});

describe('a LocalRateLimit of a service', () => {
  const perHour = (maxTokens: number) => ({ maxTokens, fillInterval: Duration.hours(1) });
  const limited = (props: Omit<LocalRateLimitProps, 'target'>, port?: number) =>
    holds(chart((scope) => new LocalRateLimit(scope, 'limit', { target: RateLimitTarget.service(carts(scope), { port }), metadata: { name: 'carts' }, ...props })));
  const CARTS = 'carts.shop.svc.cluster.local';

  test('is kept by its sidecar, whoever calls', async () => {
    await limited({ limit: perHour(5) });

    expect(await statuses(web, { host: CARTS, count: 3 })).toEqual({ 200: 3 });
    expect(await statuses(batch, { host: CARTS, count: 4 })).toEqual({ 200: 2, 429: 2 });
    expect(await statuses(web, { count: 20 })).toEqual({ 200: 20 }); // another service
    expect(workloads[2].application.count).toBe(5);
  });

  test('counts each user for himself', async () => {
    await limited({ rules: [{ keys: [RateLimitKey.header('x-user')], limit: perHour(2) }] });

    expect(await statuses(web, { host: CARTS, count: 3, headers: { 'x-user': 'anna' } })).toEqual({ 200: 2, 429: 1 });
    expect(await statuses(web, { host: CARTS, count: 3, headers: { 'x-user': 'bert' } })).toEqual({ 200: 2, 429: 1 });
    expect(await statuses(web, { host: CARTS, count: 20 })).toEqual({ 200: 20 });
  });

  test.each([[INBOUND, { 200: 1, 429: 2 }], [9081, { 200: 3 }]])('is for the port %j', async (port, expected) => {
    await limited({ limit: perHour(1) }, port);
    expect(await statuses(web, { host: CARTS, count: 3 })).toEqual(expected);
  });
});

test('a GlobalRateLimit of a service is kept by its sidecars together', async () => {
  await holds(chart((scope) => new GlobalRateLimit(scope, 'limit', {
    target: RateLimitTarget.service(orders(scope)),
    service: ServiceRef.fromName('ratelimit', { namespace: NAMESPACE }),
    domain: 'shop',
    limits: [{ keys: [RateLimitKey.requests('export', HttpMatch.path('/export')), RateLimitKey.header('x-user')] }],
    timeout: Duration.seconds(2),
    metadata: { name: 'orders' },
  })));
  const user = (name: string) => ({ path: '/export', count: 6, headers: { 'x-user': name } });

  expect(await statuses(web, user('anna'))).toEqual({ 200: 2, 429: 4 });
  expect(await statuses(batch, user('anna'))).toEqual({ 429: 6 });
  expect(await statuses(batch, user('bert'))).toEqual({ 200: 2, 429: 4 });
  expect(await statuses(web, { path: '/list', count: 10, headers: { 'x-user': 'anna' } })).toEqual({ 200: 10 });
  expect(limits.asked[0]).toMatch(/shop.*header_match.*export.*x-user.*anna/s);
});

describe('grants', () => {
  const granted = (caller: Caller, access: Access = {}) => holds(chart((scope) => {
    const ref = carts(scope);
    new RequestAuthentication(scope, 'tokens', { metadata: { name: 'carts' }, target: PolicyTarget.workloads({ app: 'carts' }), jwtRules: [login.jwtRule] });
    new MeshService(scope, 'access', { service: ref }).allowFrom(caller, access);
  }));
  const call = (from: Sidecar, headers: Record<string, string> = {}) => status(from, { host: 'carts.shop.svc.cluster.local', headers });

  test('ask for a claim of a token beside the caller', async () => {
    await granted(Caller.serviceAccount('web'), { claims: { group: ['support', 'staff'] } });

    expect(await call(web)).toBe(403);
    expect(await call(web, login.bearer({ group: 'guest' }))).toBe(403);
    expect(await call(web, login.bearer({ group: ['guest', 'staff'] }))).toBe(200);
    expect(await call(batch, login.bearer({ group: 'staff' }))).toBe(403);
  });

  test('let in a namespace', async () => {
    await granted(Caller.namespace(NAMESPACE));
    expect([await call(web), await call(batch), await call(front)]).toEqual([200, 200, 403]);
  });

  test('let in everybody, with a token', async () => {
    await granted(Caller.anyone(), { claims: { group: ['support'] } });
    expect([await call(front), await call(front, login.bearer({ group: 'support' }))]).toEqual([403, 200]);
  });
});

describe('closed namespaces', () => {
  /** Both namespaces as their teams write them. */
  const closed = (build: (shop: Chart, services: { orders: MeshService; front: MeshService }) => void) => {
    const app = Testing.app();
    const options = { disableResourceNameHashes: true };
    const mesh = new Chart(app, 'mesh', options);
    [NAMESPACE, FRONT].forEach((name) => new MeshNamespace(mesh, name, { name }));
    const shop = new Chart(app, 'shop', { ...options, namespace: NAMESPACE });
    const services = {
      orders: new MeshService(shop, 'Orders', { service: orders(shop) }),
      front: new MeshService(shop, 'Front', { service: ServiceRef.fromName('front', { namespace: FRONT }), serviceAccount: 'front' }),
    };
    build(shop, services);
    return holds(mesh, shop);
  };

  test('neither know nor let in each other until they are told to, on both sides', async () => {
    await closed(() => { /* nobody */ });
    expect(await status(front)).toBe(502); // it does not know the host
    expect(await status(web)).toBe(403); // it knows it, and is not let in

    await closed((_, services) => services.front.allowTo(services.orders, { paths: ['/orders/*'], methods: ['GET'] }));
    expect(await status(front, { path: '/orders/1' })).toBe(200);
    expect(await status(front, { path: '/orders/1', method: 'PUT' })).toBe(403);
    expect(await status(front, { path: '/' })).toBe(403);
    expect(await status(front, { host: 'carts.shop.svc.cluster.local' })).toBe(502);
    expect(await status(web, { path: '/orders/1' })).toBe(403);
  });

  test('let clients of a gateway in when the gateway is let in, to the versions of a CanaryService', async () => {
    const shown = (isLetIn: boolean) => closed((shop, services) => {
      const edge = new IstioGateway(shop, 'Edge', { metadata: { name: 'edge' }, servers: [GatewayServer.http([EDGE])] });
      const canary = new CanaryService(shop, 'Canary', {
        service: services.orders.service,
        stable: { labels: { version: 'v1' } },
        canary: { labels: { version: 'v2' }, weight: 30 },
      });
      canary.exposeVia(edge, { hosts: [EDGE] });
      if (isLetIn) {
        services.orders.allowFrom(Caller.serviceAccount('istio-ingressgateway', { namespace: 'istio-system' }));
      }
    });

    await shown(false);
    expect(await status(gateway, { host: EDGE })).toBe(403);
    await shown(true);
    await pause(1_200); // connections of before go on by the rules of before until they are drained
    await expectShares(1_000, { 'orders-v2': 0.3 }, async () => {
      const responses = await gateway.send({ host: EDGE, count: 1_000 });
      expect(responses.failed).toEqual([]);
      return responses.countByBackend;
    });
    expect(await status(web)).toBe(403);
  });
});
