import { Chart, Duration } from 'cdk8s';
import { Service } from 'cdk8s-plus-28';
import { chart, NAMESPACE, pause, service } from './charts';
import { Lab } from './lab';
import { Gateway, Sidecar } from './proxy';
import { expectShares } from './statistics';
import {
  CanaryService, Destination, GatewayServer, HttpFault, HttpMatch, HttpRoute, IstioGateway, RedirectCode, StringMatch, UnmatchedPreflights,
  VirtualService,
} from '../../src';

const HOST = 'shop.example.com';
const VERSIONS = ['v1', 'v2', 'v3'];
const v = (version: string) => ({ labels: { version } });
const tester = HttpMatch.header('x-canary', StringMatch.exact('true'));
const premium = HttpMatch.header('x-user-type', StringMatch.exact('premium'));

let lab: Lab;
let gateway: Gateway;
let sidecar: Sidecar;

/** Orders in three versions, behind a gateway for the host; the test says what the gateway does. */
function shop(build: (chart: Chart, orders: Service, edge: IstioGateway) => void): Chart {
  return chart((scope) => build(
    scope,
    service(scope, 'orders'),
    new IstioGateway(scope, 'edge', { servers: [GatewayServer.http([HOST, 'preview.example.com', '*.example.org'])] }),
  ));
}

function rules(...http: HttpRoute[]): Chart {
  return shop((scope, _, edge) => new VirtualService(scope, 'rules', { hosts: [HOST], gateways: [edge], http }));
}

const orders = Destination.host('orders.shop.svc.cluster.local', { port: 80 });

beforeAll(async () => {
  lab = await Lab.start();
  gateway = await lab.gateway();
  for (const version of VERSIONS) {
    await lab.backend({ namespace: NAMESPACE, labels: { app: 'orders', version }, port: 8080 });
  }
  await lab.apply(shop(() => { /* only the service and the gateway */ }));
  sidecar = await lab.sidecar({ namespace: NAMESPACE, labels: { app: 'web' } });
});

afterAll(() => lab?.stop());

describe('a CanaryService', () => {
  let applied: Chart;
  const apply = async (next: Chart) => {
    const names = new Set(next.toJson().map(nameOf));
    const gone = applied?.toJson().filter((object) => !names.has(nameOf(object))) ?? [];
    await lab.apply(applied = next);
    await lab.delete(gone);
  };
  const nameOf = ({ kind, metadata }: any) => `${kind} ${metadata.name}`;

  test.each([[{ v2: 5 }], [{ v2: 20 }], [{ v2: 30 }], [{ v2: 15, v3: 5 }], [{ v2: 33, v3: 33 }]])('divides requests as %j says', async (weights: Record<string, number>) => {
    await apply(shop((scope, ref, edge) => new CanaryService(scope, 'canary', {
      service: ref, stable: v('v1'), canaries: Object.entries(weights).map(([version, weight]) => ({ ...v(version), weight })),
    }).exposeVia(edge, { hosts: [HOST] })));

    const total = 2_000;
    const shares: Record<string, number> = { ...weights, v1: 100 - Object.values(weights).reduce((a, b) => a + b) };
    for (const [proxy, host] of [[gateway, HOST], [sidecar, 'orders.shop.svc.cluster.local']] as const) {
      await expectShares(total, Object.fromEntries(Object.entries(shares).map(([version, share]) => [`orders-${version}`, share / 100])), async () => {
        const responses = await proxy.send({ host, count: total });
        expect(responses.failed).toEqual([]);
        return responses.countByBackend;
      });
    }
  });

  test('sends testers by header, cookie and query, and nobody else', async () => {
    await apply(shop((scope, ref, edge) => new CanaryService(scope, 'canary', {
      service: ref,
      stable: v('v1'),
      canary: { ...v('v2'), match: [tester, HttpMatch.cookie('canary', 'yes'), HttpMatch.queryParam('canary', StringMatch.exact('1'))] },
    }).exposeVia(edge, { hosts: [HOST] })));
    const to = async (request: { path?: string; headers?: Record<string, string> }) =>
      (await gateway.send({ host: HOST, count: 50, ...request })).countByBackend;

    const canary = { 'orders-v2': 50 };
    expect(await to({ headers: { 'x-canary': 'true' } })).toEqual(canary);
    expect(await to({ headers: { cookie: 'theme=dark; canary=yes' } })).toEqual(canary);
    expect(await to({ headers: { cookie: 'canary=yes;theme=dark' } })).toEqual(canary);
    expect(await to({ path: '/orders?page=2&canary=1' })).toEqual(canary);
    const stable = { 'orders-v1': 50 };
    expect(await to({})).toEqual(stable);
    expect(await to({ headers: { 'x-canary': 'yes' } })).toEqual(stable);
    expect(await to({ headers: { cookie: 'notcanary=yes' } })).toEqual(stable);
    expect(await to({ path: '/orders?canary=11' })).toEqual(stable);
  });

  test('gives groups of users shares of their own, the first that matches', async () => {
    await apply(shop((scope, ref, edge) => new CanaryService(scope, 'canary', {
      service: ref, stable: v('v1'), canaries: [{ ...v('v2'), match: [tester] }, v('v3')], userGroups: [{ match: [premium], weights: { v3: 40 } }],
    }).exposeVia(edge, { hosts: [HOST] })));
    const send = (headers: Record<string, string>, count = 2_000) => gateway.send({ host: HOST, headers, count });

    await expectShares(2_000, { 'orders-v3': 0.4 }, async () => (await send({ 'x-user-type': 'premium' })).countByBackend);
    expect((await send({ 'x-user-type': 'premium', 'x-canary': 'true' }, 50)).countByBackend).toEqual({ 'orders-v2': 50 });
    expect((await send({ 'x-user-type': 'basic' }, 50)).countByBackend).toEqual({ 'orders-v1': 50 });
  });

  test('keeps sticky users with their version, until it gets nothing any more', async () => {
    const sticky = (weight: number) => shop((scope, ref, edge) => new CanaryService(scope, 'canary', {
      service: ref, stable: v('v1'), canary: { ...v('v2'), weight }, sticky: {},
    }).exposeVia(edge, { hosts: [HOST] }));
    await apply(sticky(50));

    const users = (await gateway.send({ host: HOST, count: 40 })).all.map(({ headers, echo }) => ({ cookie: headers['set-cookie']![0].split(';')[0], backend: echo!.backend }));
    expect(new Set(users.map(({ backend }) => backend))).toEqual(new Set(['orders-v1', 'orders-v2']));
    for (const { cookie, backend } of users) {
      expect(cookie).toBe(`orders-version=${backend.slice(-2)}`);
      expect((await gateway.send({ host: HOST, headers: { cookie }, count: 3 })).countByBackend).toEqual({ [backend]: 3 });
    }

    await apply(sticky(0));
    expect((await gateway.send({ host: HOST, headers: { cookie: 'orders-version=v2' }, count: 20 })).countByBackend).toEqual({ 'orders-v1': 20 });
  });

  test('mirrors requests to a shadow, whose answers nobody sees', async () => {
    await apply(shop((scope, ref, edge) => new CanaryService(scope, 'canary', {
      service: ref, stable: v('v1'), canary: { ...v('v2'), mirror: 100 },
    }).exposeVia(edge, { hosts: [HOST] })));
    const shadow = lab.backendNamed('orders-v2');
    shadow.reset();
    shadow.behave({ status: 500 });

    const responses = await gateway.send({ host: HOST, path: '/copied', method: 'POST', body: 'order', count: 200 });
    await until(() => shadow.count === 200);
    shadow.behave({});

    expect(responses.countByBackend).toEqual({ 'orders-v1': 200 });
    expect(responses.failed).toEqual([]);
    expect(shadow.received.every(({ path, method, body }) => path === '/copied' && method === 'POST' && body === 'order')).toBe(true);
  });

  test('mirrors a share', async () => {
    await apply(shop((scope, ref, edge) => new CanaryService(scope, 'canary', {
      service: ref, stable: v('v1'), canary: { ...v('v2'), mirror: 25 },
    }).exposeVia(edge, { hosts: [HOST] })));
    const shadow = lab.backendNamed('orders-v2');
    const mirrored = async () => {
      shadow.reset();
      const responses = await gateway.send({ host: HOST, path: '/shared', count: 2_000 });
      expect(responses.countByBackend).toEqual({ 'orders-v1': 2_000 });
      await gateway.send({ host: HOST, path: '/last', count: 100 });
      await until(() => shadow.received.some(({ path }) => path === '/last'));
      return shadow.received.filter(({ path }) => path === '/shared').length;
    };

    await expectShares(2_000, { mirrored: 0.25 }, async () => ({ mirrored: await mirrored() }));
  });

  test('shows only the next version on a host for previews, and answers by itself where something is switched off', async () => {
    await apply(shop((scope, ref, edge) => {
      const canary = new CanaryService(scope, 'canary', {
        service: ref, stable: v('v1'), canary: v('v2'), overrides: [HttpRoute.directResponse(503, { match: [HttpMatch.pathPrefix('/export')], body: 'switched off' })],
      });
      canary.exposeVia(edge, { hosts: [HOST] });
      canary.exposeVia(edge, { hosts: ['preview.example.com', '*.example.org'], version: 'v2' });
    }));

    expect((await gateway.send({ host: HOST, count: 50 })).countByBackend).toEqual({ 'orders-v1': 50 });
    expect((await gateway.send({ host: 'preview.example.com', count: 50 })).countByBackend).toEqual({ 'orders-v2': 50 });
    expect((await gateway.send({ host: 'any.example.org', count: 50 })).countByBackend).toEqual({ 'orders-v2': 50 });
    expect((await gateway.send({ host: HOST, path: '/export/all' })).first).toMatchObject({ status: 503, body: 'switched off' });
  });

  test('injects faults for testers only', async () => {
    await apply(shop((scope, ref, edge) => new CanaryService(scope, 'canary', {
      service: ref, stable: v('v1'), canary: v('v2'), userGroups: [{ match: [tester], fault: HttpFault.abort(503, 100) }],
    }).exposeVia(edge, { hosts: [HOST] })));

    expect((await gateway.send({ host: HOST, headers: { 'x-canary': 'true' }, count: 50 })).countByStatus).toEqual({ 503: 50 });
    expect((await gateway.send({ host: HOST, count: 50 })).countByStatus).toEqual({ 200: 50 });
  });

  afterAll(async () => lab.delete(applied));
});

describe('a rule', () => {
  test('redirects', async () => {
    await lab.apply(rules(
      HttpRoute.redirect({ uri: '/new', code: RedirectCode.PERMANENT_REDIRECT }, { match: [HttpMatch.path('/old')] }),
      HttpRoute.redirect({ authority: 'other.example.com', scheme: 'https', port: 8443 }, { match: [HttpMatch.pathPrefix('/away')] }),
      HttpRoute.redirect({ prefixRewrite: '/v2/' }, { match: [HttpMatch.pathPrefix('/v1/')] }),
      HttpRoute.forward(orders),
    ));
    const location = async (path: string) => {
      const { first } = await gateway.send({ host: HOST, path });
      return [first.status, first.headers.location];
    };

    expect(await location('/old')).toEqual([308, `http://${HOST}/new`]);
    expect(await location('/away?x=1')).toEqual([301, 'https://other.example.com:8443/away?x=1']);
    expect(await location('/v1/orders')).toEqual([301, `http://${HOST}/v2/orders`]);
    expect(await location('/else')).toEqual([200, undefined]);
  });

  test('rewrites path and authority', async () => {
    await lab.apply(rules(
      HttpRoute.forward(orders, { match: [HttpMatch.pathPrefix('/api/')], rewrite: { uri: '/', authority: 'orders.internal' } }),
      HttpRoute.forward(orders, { match: [HttpMatch.pathPrefix('/users/')], rewrite: { uriRegex: { match: '^/users/(\\d+)$', rewrite: '/by-id/\\1' } } }),
      HttpRoute.forward(orders),
    ));
    const got = async (path: string) => {
      const { echo } = (await gateway.send({ host: HOST, path })).first;
      return [echo?.path, echo?.headers.host];
    };

    expect(await got('/api/orders?x=1')).toEqual(['/orders?x=1', 'orders.internal']);
    expect(await got('/users/42')).toEqual(['/by-id/42', HOST]);
    expect(await got('/plain')).toEqual(['/plain', HOST]);
  });

  test('answers by itself', async () => {
    await lab.apply(rules(
      HttpRoute.directResponse(418, { match: [HttpMatch.path('/tea')], body: 'short and stout', headers: { response: { set: { 'x-pot': 'tea' } } } }),
      HttpRoute.forward(orders),
    ));

    expect((await gateway.send({ host: HOST, path: '/tea' })).first).toMatchObject({ status: 418, body: 'short and stout', headers: { 'x-pot': 'tea' } });
  });

  test('sets, adds and removes headers, for all destinations or one', async () => {
    await lab.apply(rules(
      HttpRoute.split([
        { destination: orders, weight: 1, headers: { response: { set: { 'x-destination': 'orders' } } } },
      ], {
        headers: {
          request: { set: { 'x-set': 'new' }, add: { 'x-add': 'more' }, remove: ['x-remove'] },
          response: { set: { 'cache-control': 'no-store' }, add: { 'x-add': 'back' } },
        },
      }),
    ));

    const { first: { echo, headers } } = await gateway.send({ host: HOST, headers: { 'x-set': 'old', 'x-add': 'one', 'x-remove': 'gone' } });

    expect(echo!.headers).toMatchObject({ 'x-set': 'new', 'x-add': 'one, more' });
    expect(echo!.headers['x-remove']).toBeUndefined();
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-add': 'back', 'x-destination': 'orders' });
  });

  test('answers preflights of allowed origins', async () => {
    await lab.apply(rules(HttpRoute.forward(orders, {
      cors: {
        allowOrigins: [StringMatch.exact('https://app.example.com')],
        allowMethods: ['GET', 'POST'],
        allowHeaders: ['content-type'],
        allowCredentials: true,
        maxAge: Duration.hours(24),
        unmatchedPreflights: UnmatchedPreflights.IGNORE,
      },
    })));
    lab.backendNamed('orders-v1').reset();
    const preflight = async (origin: string) => (await gateway.send({
      host: HOST, method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' },
    })).first;

    expect(await preflight('https://app.example.com')).toMatchObject({
      status: 200,
      echo: undefined,
      headers: {
        'access-control-allow-origin': 'https://app.example.com',
        'access-control-allow-methods': 'GET,POST',
        'access-control-allow-headers': 'content-type',
        'access-control-allow-credentials': 'true',
        'access-control-max-age': '86400',
      },
    });
    const refused = await preflight('https://evil.example.com');
    expect(refused).toMatchObject({ status: 200, echo: undefined });
    expect(refused.headers['access-control-allow-origin']).toBeUndefined();
  });

  test('matches path, method, query and headers exactly as it says', async () => {
    const answer = (status: number, ...match: HttpMatch[]) => HttpRoute.directResponse(status, { match });
    await lab.apply(rules(
      answer(201, HttpMatch.all(HttpMatch.path('/exact'), HttpMatch.method('PUT'))),
      answer(202, HttpMatch.path('/exact')),
      answer(203, HttpMatch.pathRegex('/items/[0-9]+')),
      answer(206, HttpMatch.of({ uri: StringMatch.prefix('/CASE'), ignoreUriCase: true })),
      answer(207, HttpMatch.of({ withoutHeaders: { 'x-token': StringMatch.present() }, uri: StringMatch.prefix('/private') })),
      answer(208, HttpMatch.queryParam('q', StringMatch.regex('a.*z'))),
      HttpRoute.forward(orders),
    ));
    const status = async (path: string, rest: object = {}) => (await gateway.send({ host: HOST, path, ...rest })).first.status;

    expect(await status('/exact', { method: 'PUT' })).toBe(201);
    expect(await status('/exact?x=1')).toBe(202);
    expect(await status('/exactly')).toBe(200);
    expect(await status('/items/42')).toBe(203);
    expect(await status('/items/42/more')).toBe(200);
    expect(await status('/case/any')).toBe(206);
    expect(await status('/private')).toBe(207);
    expect(await status('/private', { headers: { 'x-token': 'any' } })).toBe(200);
    expect(await status('/?q=abcz')).toBe(208);
    expect(await status('/?q=xabcz')).toBe(200);
  });

  test('leaves requests to a delegate', async () => {
    await lab.apply(shop((scope, _, edge) => {
      const delegate = new VirtualService(scope, 'delegate', {
        http: [
          HttpRoute.directResponse(202, { match: [HttpMatch.path('/api/status')] }),
          HttpRoute.forward(orders, { match: [HttpMatch.pathPrefix('/api/')] }),
        ],
      });
      new VirtualService(scope, 'rules', {
        hosts: [HOST],
        gateways: [edge],
        http: [
          HttpRoute.delegate(delegate, { match: [HttpMatch.pathPrefix('/api/')], rewrite: { uri: '/delegated/' } }),
          HttpRoute.directResponse(404),
        ],
      });
    }));

    expect((await gateway.send({ host: HOST, path: '/api/status' })).first.status).toBe(202);
    expect((await gateway.send({ host: HOST, path: '/api/orders' })).first.echo!.path).toBe('/delegated/orders');
    expect((await gateway.send({ host: HOST, path: '/else' })).first.status).toBe(404);
  });
});

/** Waits for something that happens beside the answer; the test's time limit is the end of it. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await pause(5);
  }
}
