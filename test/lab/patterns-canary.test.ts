import { Chart, Duration, Testing } from 'cdk8s';
import { Service } from 'cdk8s-plus-28';
import { chart, NAMESPACE, service } from './charts';
import { Response } from './client';
import { Lab } from './lab';
import { Gateway, Sidecar } from './proxy';
import { expectShares } from './statistics';
import { Issuer } from './tokens';
import {
  CanaryService, CanaryServiceProps, Destination, EdgeAuthentication, GatewayProtocol, GatewayServer, HttpFault, HttpMatch, HttpRoute,
  IstioGateway, MeshService, RetryPolicy, ServiceRef, StringMatch, TcpRoute, VirtualService,
} from '../../src';

const HOST = 'shop.example.com';
const INSIDE = 'orders.shop.svc.cluster.local';
const v = (version: string) => ({ labels: { version } });
const group = (name: string) => HttpMatch.header('x-group', StringMatch.exact(name));

let lab: Lab;
let outer: Gateway;
let inner: Gateway;
let sidecar: Sidecar;
let applied: object[] = [];

interface Edges {
  readonly outer: IstioGateway;
  readonly inner: IstioGateway;
}

/** What a test applies goes before the next one begins. */
async function apply(build: (scope: Chart, orders: Service, edges: Edges) => void): Promise<void> {
  const next = Testing.synth(chart((scope) => build(scope, service(scope, 'orders'), {
    outer: new IstioGateway(scope, 'outer', { servers: [GatewayServer.http([HOST, 'preview.example.com', 'api.example.com'])] }),
    inner: new IstioGateway(scope, 'inner', { selector: { istio: 'inner' }, servers: [GatewayServer.http(['orders.internal.example'])] }),
  })));
  const nameOf = ({ kind, metadata }: any) => `${kind} ${metadata.name}`;
  const names = new Set(next.map(nameOf));
  const gone = applied.filter((object) => !names.has(nameOf(object)));
  await lab.apply(applied = next);
  await lab.delete(gone);
}

const canary = (scope: Chart, orders: Service, props: Partial<CanaryServiceProps> = {}) =>
  new CanaryService(scope, 'canary', { service: orders, stable: v('v1'), canary: props.canaries ? undefined : v('v2'), ...props });

type Request = { path?: string; method?: string; headers?: Record<string, string> };
const versions = async (proxy: Gateway | Sidecar, host: string, request: Request = {}, count = 30) =>
  (await proxy.send({ host, count, ...request })).countByBackend;
const first = async (host: string, request: Request = {}): Promise<Response> => (await outer.send({ host, ...request })).first;
const answer = ({ status, echo }: Response) => [status, echo?.backend];

beforeAll(async () => {
  lab = await Lab.start();
  await lab.namespace(NAMESPACE);
  outer = await lab.gateway({ ports: [80, 9000] });
  inner = await lab.gateway({ name: 'inner', labels: { istio: 'inner' } });
  for (const version of ['v1', 'v2', 'v3']) {
    await lab.backend({ namespace: NAMESPACE, labels: { app: 'orders', version }, port: 8080 });
  }
  for (const app of ['web', 'fallback']) {
    await lab.backend({ namespace: NAMESPACE, labels: { app }, port: 8080 });
  }
  await apply((scope) => ['web', 'fallback'].forEach((name) => service(scope, name)));
  sidecar = await lab.sidecar({ namespace: NAMESPACE });
});

beforeEach(() => ['orders-v1', 'orders-v2', 'orders-v3'].forEach((name) => lab.backendNamed(name).reset()));
afterAll(() => lab?.stop());

describe('a CanaryService', () => {
  test('A/B: half of a group of users each, who stay with what they met', async () => {
    await apply((scope, orders, edges) => canary(scope, orders, {
      userGroups: [{ name: 'b', match: [group('b')], weight: 50 }], sticky: { cookie: 'seen' }, ruleName: 'everybody',
    }).exposeVia(edges.outer, { hosts: [HOST] }));

    const users = (await outer.send({ host: HOST, headers: { 'x-group': 'b' }, count: 40 })).all.map(({ headers, echo }) => ({
      cookie: headers['set-cookie']![0].split(';')[0], backend: echo!.backend,
    }));
    expect(new Set(users.map(({ backend }) => backend))).toEqual(new Set(['orders-v1', 'orders-v2']));
    for (const { cookie, backend } of users.slice(0, 10)) {
      expect(await versions(outer, HOST, { headers: { 'x-group': 'b', cookie } }, 5)).toEqual({ [backend]: 5 });
    }
    expect(await versions(outer, HOST, { headers: { cookie: 'seen=v2' } })).toEqual({ 'orders-v1': 30 }); // who is not of the group
  });

  test('blue/green: the next version on a host of its own, and then for all at once, and back', async () => {
    const turn = (weight: number) => apply((scope, orders, edges) => {
      const both = canary(scope, orders, { canary: { ...v('v2'), weight } });
      both.exposeVia(edges.outer, { hosts: [HOST] });
      both.exposeVia(edges.outer, { hosts: ['preview.example.com'], version: 'v2' });
    });
    const seen = async () => [await versions(outer, HOST), await versions(sidecar, INSIDE), await versions(outer, 'preview.example.com')];
    const [blue, green] = [{ 'orders-v1': 30 }, { 'orders-v2': 30 }];

    await turn(0);
    expect(await seen()).toEqual([blue, blue, green]);
    await turn(100);
    expect(await seen()).toEqual([green, green, green]);
    await turn(0);
    expect(await seen()).toEqual([blue, blue, green]);
  });

  test('has the same rules on hosts of several gateways and in the mesh', async () => {
    await apply((scope, orders, edges) => {
      const both = canary(scope, orders, { canary: { ...v('v2'), weight: 30, match: [group('test')] } });
      both.exposeVia(edges.outer, { hosts: [HOST, 'api.example.com'] });
      both.exposeVia(edges.inner, { hosts: ['orders.internal.example'] });
    });

    for (const [proxy, host] of [[outer, HOST], [outer, 'api.example.com'], [inner, 'orders.internal.example'], [sidecar, INSIDE]] as const) {
      await expectShares(1_000, { 'orders-v2': 0.3 }, () => versions(proxy, host, {}, 1_000));
      expect(await versions(proxy, host, { headers: { 'x-group': 'test' } })).toEqual({ 'orders-v2': 30 });
    }
    expect((await outer.send({ host: 'orders.internal.example' })).first.status).toBe(404);
  });

  test('several versions at once: testers, a group with shares of its own, everybody, and a shadow', async () => {
    await apply((scope, orders, edges) => canary(scope, orders, {
      canaries: [{ ...v('v2'), weight: 20, match: [group('test')] }, { ...v('v3'), mirror: 100 }],
      userGroups: [{ match: [group('premium')], weights: { v2: 60 } }],
    }).exposeVia(edges.outer, { hosts: [HOST] }));
    const share = (headers: Record<string, string>, expected: number) =>
      expectShares(1_000, { 'orders-v2': expected }, () => versions(outer, HOST, { headers }, 1_000));

    expect(await versions(outer, HOST, { headers: { 'x-group': 'test' } })).toEqual({ 'orders-v2': 30 });
    await share({ 'x-group': 'premium' }, 0.6);
    await share({}, 0.2);
    expect(lab.backendNamed('orders-v3').count).toBeGreaterThan(1_900); // the last copies may be under way
  });

  test('goes by claims of tokens on a gateway, and only there', async () => {
    const login = new Issuer('https://login.example.com');
    const claim = (name: string, value: string) => HttpMatch.jwtClaim(name, StringMatch.exact(value));
    await apply((scope, orders, edges) => {
      new EdgeAuthentication(scope, 'auth', { jwtRules: [login.jwtRule], gateway: edges.outer, metadata: { name: 'edge' } });
      canary(scope, orders, {
        canary: { ...v('v2'), match: [claim('team', 'orders')] }, userGroups: [{ match: [claim('plan', 'premium'), group('premium')], weight: 100 }],
      }).exposeVia(edges.outer, { hosts: [HOST] });
    });
    const seen = (claims: object) => versions(outer, HOST, { headers: login.bearer(claims) });

    expect((await first(HOST)).status).toBe(403);
    expect(await seen({ team: 'orders' })).toEqual({ 'orders-v2': 30 });
    expect(await seen({ team: ['web', 'orders'] })).toEqual({ 'orders-v2': 30 });
    expect(await seen({ plan: 'premium' })).toEqual({ 'orders-v2': 30 });
    expect(await seen({ team: 'web' })).toEqual({ 'orders-v1': 30 });
    expect(await versions(sidecar, INSIDE, { headers: login.bearer({ team: 'orders' }) })).toEqual({ 'orders-v1': 30 });
    expect(await versions(sidecar, INSIDE, { headers: { 'x-group': 'premium' } })).toEqual({ 'orders-v2': 30 });
  });

  test('has its timeout and its retries for every rule, and none where answers are streams', async () => {
    const slow = async (props: Partial<CanaryServiceProps>) => {
      const never = { canary: { ...v('v2'), match: [group('test')] }, retries: RetryPolicy.never() };
      await apply((scope, orders, edges) => canary(scope, orders, { ...never, ...props }).exposeVia(edges.outer, { hosts: [HOST] }));
      ['orders-v1', 'orders-v2'].forEach((name) => lab.backendNamed(name).behave({ delay: 600 }));
      const statuses = [];
      for (const [proxy, host] of [[outer, HOST], [sidecar, INSIDE]] as const) {
        statuses.push((await proxy.send({ host })).first.status, (await proxy.send({ host, headers: { 'x-group': 'test' } })).first.status);
      }
      return statuses;
    };
    expect(await slow({ timeout: Duration.millis(200) })).toEqual([504, 504, 504, 504]);
    expect(await slow({ streaming: true })).toEqual([200, 200, 200, 200]);
    expect(await slow({})).toEqual([200, 200, 200, 200]);

    lab.backendNamed('orders-v1').reset();
    const retries = RetryPolicy.idempotent({ attempts: 2 });
    await apply((scope, orders, edges) => canary(scope, orders, { retries }).exposeVia(edges.outer, { hosts: [HOST] }));
    lab.backendNamed('orders-v1').failNext(2, 503);
    expect((await first(HOST)).status).toBe(200);
    expect(lab.backendNamed('orders-v1').count).toBe(3);
  });

  test('fails on purpose for testers only, in the mesh and on the gateway', async () => {
    await apply((scope, orders, edges) => canary(scope, orders, {
      canary: { ...v('v2'), weight: 50 }, userGroups: [{ name: 'chaos', match: [group('chaos')], fault: HttpFault.abort(555, 100) }],
    }).exposeVia(edges.outer, { hosts: [HOST] }));

    for (const [proxy, host] of [[outer, HOST], [sidecar, INSIDE]] as const) {
      expect((await proxy.send({ host, headers: { 'x-group': 'chaos' }, count: 20 })).countByStatus).toEqual({ 555: 20 });
      expect((await proxy.send({ host, count: 20 })).countByStatus).toEqual({ 200: 20 });
    }
  });

  test('is shown under another path, with other headers, to pages of another origin', async () => {
    await apply((scope, orders, edges) => canary(scope, orders).exposeVia(edges.outer, {
      hosts: [HOST],
      match: [HttpMatch.pathPrefix('/shop/')],
      rewrite: { uri: '/' },
      headers: { request: { set: { 'x-edge': 'outer' } } },
      cors: { allowOrigins: [StringMatch.exact('https://app.example.com')] },
    }));

    const shown = await first(HOST, { path: '/shop/orders?page=2', headers: { origin: 'https://app.example.com' } });
    expect(shown.echo).toMatchObject({ path: '/orders?page=2', headers: { 'x-edge': 'outer' } });
    expect(shown.headers['access-control-allow-origin']).toBe('https://app.example.com');
    expect((await first(HOST, { path: '/orders' })).status).toBe(404);
  });
});

test('services of one version and of several share a host, the narrower first', async () => {
  await apply((scope, orders, edges) => {
    const web = new MeshService(scope, 'Web', { service: service(scope, 'web') });
    web.exposeVia(edges.outer, { hosts: [HOST], timeout: Duration.millis(300), retries: RetryPolicy.never() });
    canary(scope, orders, { canary: { ...v('v2'), weight: 100 } }).exposeVia(edges.outer, { hosts: [HOST], match: [HttpMatch.pathPrefix('/orders/')] });
    new MeshService(scope, 'Old', { service: service(scope, 'fallback') })
      .exposeVia(edges.outer, { hosts: [HOST], match: [HttpMatch.pathPrefix('/orders/old/')], rewrite: { uri: '/old/' } });
  });

  expect(answer(await first(HOST, { path: '/' }))).toEqual([200, 'web']);
  expect(answer(await first(HOST, { path: '/orders/1' }))).toEqual([200, 'orders-v2']);
  const old = await first(HOST, { path: '/orders/old/1' });
  expect([...answer(old), old.echo?.path]).toEqual([200, 'fallback', '/old/1']);
  lab.backendNamed('web').behaveNext({ delay: 1_000 });
  expect((await first(HOST)).status).toBe(504);
});

test('degradation: callers in the mesh and outside get another answer, or another service, for some requests', async () => {
  const degraded = (overrides: HttpRoute[]) => apply((scope, orders, edges) => {
    service(scope, 'fallback');
    canary(scope, orders, { overrides }).exposeVia(edges.outer, { hosts: [HOST] });
  });
  const seen = async () => Promise.all([[outer, HOST], [sidecar, INSIDE]].map(async ([proxy, host]: any) => Promise.all(
    ['/export', '/search', '/list'].map(async (path) => answer((await proxy.send({ host, path })).first)))));
  const fallback = Destination.service(ServiceRef.fromName('fallback', { namespace: NAMESPACE }));

  await degraded([
    HttpRoute.directResponse(503, { match: [HttpMatch.path('/export')], body: 'later' }), HttpRoute.forward(fallback, { match: [HttpMatch.path('/search')] }),
  ]);
  const some = [[503, undefined], [200, 'fallback'], [200, 'orders-v1']];
  expect(await seen()).toEqual([some, some]);

  await degraded([]);
  const all = [[200, 'orders-v1'], [200, 'orders-v1'], [200, 'orders-v1']];
  expect(await seen()).toEqual([all, all]);
});

test('EdgeAuthentication of a gateway asks requests for tokens, and leaves its TCP servers alone', async () => {
  const login = new Issuer('https://login.example.com');
  await lab.backend({ namespace: NAMESPACE, labels: { app: 'queue' }, port: 9000, protocol: 'tcp' });
  const guarded = (known: boolean) => apply((scope, orders) => {
    const gateway = new IstioGateway(scope, 'both', {
      servers: [GatewayServer.http(['both.example.com']), GatewayServer.plaintext(GatewayProtocol.TCP, ['*'], { port: 9000 })],
    });
    new EdgeAuthentication(scope, 'auth', { jwtRules: [login.jwtRule], ...known && { gateway }, metadata: { name: 'both' } });
    new MeshService(scope, 'plain', { service: orders }).exposeVia(gateway, { hosts: ['both.example.com'] });
    const queues = service(scope, 'queue', { protocol: 'tcp', port: 9000, targetPort: 9000 });
    new VirtualService(scope, 'queues', { hosts: ['*'], gateways: [gateway], tcp: [TcpRoute.forward(Destination.service(queues), { match: [{ port: 9000 }] })] });
  });
  const queue = async () => (await outer.connect({ port: 9000, say: 'hello' })).received.includes('hello'); // its greeting may come before it is refused

  await guarded(true);
  expect([(await first('both.example.com')).status, (await first('both.example.com', { headers: login.bearer() })).status]).toEqual([403, 200]);
  expect(await queue()).toBe(true);

  await guarded(false); // which shows that it would not be
  expect((await first('both.example.com')).status).toBe(403);
  expect(await queue()).toBe(false);
});
