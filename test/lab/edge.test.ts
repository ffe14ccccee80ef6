import { generateKeyPairSync, KeyObject, sign } from 'node:crypto';
import { createServer, Http2Server } from 'node:http2';
import { Chart, Duration, Testing } from 'cdk8s';
import { chart, NAMESPACE, pause, service } from './charts';
import { Lab } from './lab';
import { Gateway } from './proxy';
import {
  CanaryService, CorsPolicy, Destination, EdgeAuthentication, EdgeAuthenticationProps, GatewayServer, GlobalRateLimit, GlobalRateLimitProps,
  HttpMatch, HttpRoute, IstioGateway, JsonWebKeySet, LocalRateLimit, LocalRateLimitProps, RateLimitKey, RateLimitTarget, ServiceRef,
  StringMatch, VirtualService,
} from '../../src';

const HOST = 'shop.example.com';
const OPEN = 'status.example.com';
const ISSUER = 'https://login.example.com';
const PARTNER = 'https://partners.example.com';
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwks = JsonWebKeySet.inline(JSON.stringify({ keys: [keys.publicKey.export({ format: 'jwk' })] }));

/** A token of ten minutes, as a header. */
function bearer(claims: object = {}, key: KeyObject = keys.privateKey): Record<string, string> {
  const now = Math.floor(Date.now() / 1000);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ iss: ISSUER, sub: 'anna', iat: now, exp: now + 600, ...claims })}`;
  return { authorization: `Bearer ${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}` };
}

/** A rate limit service that lets two requests pass for each set of values. */
class Counter {
  /** What it was asked, as bytes with the keys and values in them as text. */
  readonly asked: string[] = [];
  fails = false;
  private readonly server: Http2Server = createServer();

  listen(address: string, port: number): Promise<void> {
    this.server.on('stream', (stream) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
        const question = Buffer.concat(chunks).toString('latin1');
        this.asked.push(question);
        const isOver = this.asked.filter((other) => other === question).length > 2;
        if (this.fails) {
          return stream.respond({ 'content-type': 'application/grpc', 'grpc-status': '14' }, { endStream: true });
        }
        stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
        stream.respond({ 'content-type': 'application/grpc' }, { waitForTrailers: true });
        stream.end(Buffer.from([0, 0, 0, 0, 2, 8, isOver ? 2 : 1])); // a RateLimitResponse with an overall code
      });
    });
    return new Promise((resolve) => this.server.listen(port, address, resolve));
  }

  stop(): void {
    this.server.close();
  }
}

let lab: Lab;
let gateway: Gateway;
const counter = new Counter();
let extra: Chart | undefined;

beforeAll(async () => {
  lab = await Lab.start();
  gateway = await lab.gateway();
  await lab.backend({ namespace: NAMESPACE, labels: { app: 'orders' }, port: 8080 });
  await lab.backend({ namespace: NAMESPACE, labels: { app: 'beta' }, port: 8080 });
  const { address } = await lab.backend({ namespace: NAMESPACE, labels: { app: 'ratelimit' }, port: 9999 });
  await counter.listen(address, 8081);
  const cors: CorsPolicy = { allowOrigins: [StringMatch.exact('https://app.example.com')], allowMethods: ['GET'], allowHeaders: ['authorization'] };
  await lab.apply(chart((scope) => {
    const [orders, beta] = ['orders', 'beta'].map((name) => service(scope, name));
    service(scope, 'ratelimit', { protocol: 'grpc', port: 8081, targetPort: 8081 });
    const edge = new IstioGateway(scope, 'edge', { servers: [GatewayServer.http([HOST, OPEN])] });
    new VirtualService(scope, 'rules', {
      hosts: [HOST, OPEN],
      gateways: [edge],
      http: [
        HttpRoute.forward(Destination.service(beta), { match: [HttpMatch.jwtClaim('group', StringMatch.exact('beta'))], cors }),
        HttpRoute.forward(Destination.service(orders), { cors }),
      ],
    });
  }));
});

afterAll(async () => {
  counter.stop();
  await lab?.stop();
});

/** Holds at the gateway until the end of the test. */
async function withPattern(build: (scope: Chart) => void): Promise<void> {
  extra = new Chart(Testing.app(), 'edge', { namespace: 'istio-system', disableResourceNameHashes: true });
  build(extra);
  await lab.apply(extra);
}

afterEach(async () => {
  if (extra) {
    await lab.delete(extra);
    extra = undefined;
  }
  counter.asked.length = 0;
  counter.fails = false;
});

const status = async (path: string, headers: Record<string, string> = {}, { host = HOST, method = 'GET' } = {}) =>
  (await gateway.send({ host, path, headers, method })).first.status;

describe('EdgeAuthentication', () => {
  const guard = (props: Partial<EdgeAuthenticationProps> = {}) =>
    withPattern((scope) => new EdgeAuthentication(scope, 'Edge', { jwtRules: [{ issuer: ISSUER, jwks }], hosts: [HOST], ...props }));

  test('lets nobody in without a valid token, whatever port the client names', async () => {
    await guard({ publicPaths: ['/login', '/static/*'] });

    expect(await status('/orders')).toBe(403);
    expect(await status('/orders', {}, { host: `${HOST}:8443` })).toBe(403);
    expect(await status('/orders', {}, { host: HOST.toUpperCase() })).toBe(403);
    expect(await status('/orders', {}, { method: 'OPTIONS' })).toBe(403);
    expect(await status('/login/../orders')).toBe(403);
    expect(await status('/orders', bearer({}, stranger.privateKey))).toBe(401);
    expect(await status('/orders', bearer({ exp: 1 }))).toBe(401);
    expect(await status('/orders', bearer())).toBe(200);

    expect(await status('/login')).toBe(200);
    expect(await status('/login?next=/orders')).toBe(200);
    expect(await status('/static/a.css')).toBe(200);
    expect(await status('/orders', {}, { host: OPEN })).toBe(200);
  });

  test('demands claims, one of the values of each', async () => {
    await guard({
      requirements: [
        { paths: ['/admin/*'], claims: { group: ['admin', 'staff'], mfa: ['yes'] } },
        { methods: ['DELETE'], nestedClaims: [{ path: ['realm_access', 'roles'], values: ['editor'] }] },
      ],
    });

    expect(await status('/admin/users', bearer())).toBe(403);
    expect(await status('/admin/users', bearer({ group: 'staff' }))).toBe(403);
    expect(await status('/admin/users', bearer({ group: ['guest', 'staff'], mfa: 'yes' }))).toBe(200);
    expect(await status('/orders', bearer(), { method: 'DELETE' })).toBe(403);
    expect(await status('/orders', bearer({ realm_access: { roles: ['editor'] } }), { method: 'DELETE' })).toBe(200);
    expect(await status('/orders', bearer())).toBe(200);
  });

  test('takes no token that another host takes', async () => {
    await withPattern((scope) => {
      new EdgeAuthentication(scope, 'Shop', { jwtRules: [{ issuer: ISSUER, jwks }], hosts: [HOST] });
      new EdgeAuthentication(scope, 'Status', { jwtRules: [{ issuer: PARTNER, jwks }], hosts: [OPEN] });
    });

    expect(await status('/', bearer())).toBe(200);
    expect(await status('/', bearer({ iss: PARTNER }))).toBe(403);
    expect(await status('/', bearer({ iss: PARTNER }), { host: OPEN })).toBe(200);
    expect(await status('/', bearer(), { host: OPEN })).toBe(403);
  });

  test('hands claims on, which no client can write itself, and divides requests by them', async () => {
    await guard({
      jwtRules: [{ issuer: ISSUER, jwks, outputClaimToHeaders: [{ header: 'x-user', claim: 'sub' }] }],
      publicPaths: ['/login'],
    });
    const send = async (path: string, headers: Record<string, string>) => (await gateway.send({ host: HOST, path, headers })).first.echo;

    expect(await send('/orders', { ...bearer(), 'x-user': 'admin' })).toMatchObject({ backend: 'orders', headers: { 'x-user': 'anna' } });
    expect((await send('/login', { 'x-user': 'admin' }))?.headers).not.toHaveProperty('x-user');
    expect(await send('/orders', bearer({ group: 'beta' }))).toMatchObject({ backend: 'beta' });
  });

  test('lets browsers ask first, if wanted', async () => {
    const preflight = { 'origin': 'https://app.example.com', 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' };
    await guard();
    expect(await status('/orders', preflight, { method: 'OPTIONS' })).toBe(403);

    await guard({ corsPreflights: true });
    const { first } = await gateway.send({ host: HOST, path: '/orders', headers: preflight, method: 'OPTIONS' });
    expect([first.status, first.headers['access-control-allow-origin'], first.echo]).toEqual([200, 'https://app.example.com', undefined]);
    expect(await status('/orders', {}, { method: 'OPTIONS' })).toBe(403);
    expect(await status('/orders')).toBe(403);
  });
});

describe('LocalRateLimit', () => {
  const perHour = (maxTokens: number) => ({ maxTokens, fillInterval: Duration.hours(1) });
  const limit = (props: Omit<LocalRateLimitProps, 'target'>) =>
    withPattern((scope) => new LocalRateLimit(scope, 'Limit', { target: RateLimitTarget.gateway(), ...props }));
  const statuses = async (count: number, path: string, headers = {}) =>
    (await gateway.send({ host: HOST, path, headers, count, concurrency: 1 })).countByStatus;

  test('refuses what is over the limit, and says so', async () => {
    await limit({ limit: perHour(5), showLimits: true, responseHeaders: { 'x-limited': 'true' } });

    const { all } = await gateway.send({ host: HOST, count: 8, concurrency: 1 });

    expect(all.map((answer) => answer.status)).toEqual([200, 200, 200, 200, 200, 429, 429, 429]);
    expect(all[0].headers).toMatchObject({ 'x-ratelimit-limit': '5', 'x-ratelimit-remaining': '4' });
    expect([all[0].headers['x-limited'], all[5].headers['x-limited']]).toEqual([undefined, 'true']);
  });

  test('lets pass again what is refilled', async () => {
    await limit({ limit: { maxTokens: 3, fillInterval: Duration.millis(300) } });

    expect((await statuses(20, '/'))[429]).toBeGreaterThan(0);
    await pause(500);
    expect(await statuses(3, '/')).toEqual({ 200: 3 });
  });

  test('limits some requests more, whatever their query, and each user for himself', async () => {
    await limit({
      limit: perHour(100),
      rules: [
        { keys: [RateLimitKey.requests('export', HttpMatch.path('/export'))], limit: perHour(2) },
        { keys: [RateLimitKey.header('x-user')], limit: perHour(3) },
      ],
    });

    expect(await statuses(2, '/export?page=1')).toEqual({ 200: 2 });
    expect(await statuses(2, '/export?page=2')).toEqual({ 429: 2 });
    expect(await statuses(4, '/', { 'x-user': 'anna' })).toEqual({ 200: 3, 429: 1 });
    expect(await statuses(4, '/', { 'x-user': 'bert' })).toEqual({ 200: 3, 429: 1 });
    expect(await statuses(20, '/exports')).toEqual({ 200: 20 });
  });

  test('lets some have more than the others', async () => {
    const partner = RateLimitKey.requests('partner', HttpMatch.of({ authority: StringMatch.exact(OPEN) }));
    await limit({ limit: perHour(1), total: false, rules: [{ keys: [partner], limit: perHour(10) }] });

    expect(await statuses(3, '/')).toEqual({ 200: 1, 429: 2 });
    expect((await gateway.send({ host: `${OPEN}:8080`, count: 11, concurrency: 1 })).countByStatus).toEqual({ 200: 10, 429: 1 });
  });

  test('limits nothing but what a rule is for', async () => {
    const exported = RateLimitKey.requests('export', HttpMatch.pathPrefix('/export'));
    await limit({ rules: [{ keys: [exported], limit: { maxTokens: 2, fillInterval: Duration.minutes(90) } }] });

    expect(await statuses(4, '/export')).toEqual({ 200: 2, 429: 2 });
    expect(await statuses(20, '/')).toEqual({ 200: 20 });
  });

  test('tells gRPC clients that they asked too much, which Istio does not try again', async () => {
    await limit({ limit: perHour(2) });

    const calls = await gateway.grpc({ host: HOST, method: '/shop.goods.v1.Goods/List', count: 4, concurrency: 1, headers: bearer({ group: 'grpc' }) });

    expect(calls.slice(2).map(({ code }) => code)).toEqual([8, 8]);
  });

  test('only counts on trial', async () => {
    await limit({ limit: perHour(1), enforced: 0 });

    expect(await statuses(5, '/')).toEqual({ 200: 5 });
  });
});

test('while a service is degraded, some of its requests are answered by others', async () => {
  const match = (path: string) => [HttpMatch.pathPrefix(path)];
  const goods = (overrides: HttpRoute[]) => chart((scope) => {
    const edge = new IstioGateway(scope, 'goods', { servers: [GatewayServer.http(['goods.example.com'])] });
    new CanaryService(scope, 'Goods', {
      service: ServiceRef.fromName('orders', { namespace: NAMESPACE }),
      stable: { labels: { app: 'orders' }, name: 'v1' },
      canary: { labels: { version: 'v2' } },
      overrides,
    }).exposeVia(edge, { hosts: ['goods.example.com'] });
  });
  const ask = async (path: string) => {
    const { first } = await gateway.send({ host: 'goods.example.com', path });
    return [first.status, first.echo?.backend];
  };
  const fallback = Destination.host(`beta.${NAMESPACE}.svc.cluster.local`);

  await lab.apply(goods([HttpRoute.directResponse(503, { match: match('/export') }), HttpRoute.forward(fallback, { match: match('/search') })]));
  expect([await ask('/export'), await ask('/search'), await ask('/list')]).toEqual([[503, undefined], [200, 'beta'], [200, 'orders']]);

  await lab.apply(goods([]));
  expect([await ask('/export'), await ask('/search'), await ask('/list')]).toEqual([[200, 'orders'], [200, 'orders'], [200, 'orders']]);
});

describe('GlobalRateLimit', () => {
  const options = (props: Partial<GlobalRateLimitProps>): GlobalRateLimitProps => ({
    target: RateLimitTarget.gateway(),
    service: ServiceRef.fromName('ratelimit', { namespace: NAMESPACE }),
    domain: 'shop',
    limits: [{ keys: [RateLimitKey.requests('export', HttpMatch.path('/export')), RateLimitKey.header('x-user')] }],
    timeout: Duration.seconds(2),
    ...props,
  });
  const limit = (props: Partial<GlobalRateLimitProps> = {}) => withPattern((scope) => new GlobalRateLimit(scope, 'Limit', options(props)));

  test('refuses what the rate limit service says is over the limit, for each user', async () => {
    await limit();
    const statuses = async (path: string, headers: Record<string, string>) =>
      (await gateway.send({ host: HOST, path, headers, count: 4, concurrency: 1 })).countByStatus;

    expect(await statuses('/export', {})).toEqual({ 200: 4 });
    expect(await statuses('/orders', { 'x-user': 'anna' })).toEqual({ 200: 4 });
    expect(counter.asked).toEqual([]);
    expect(await statuses('/export?page=1', { 'x-user': 'anna' })).toEqual({ 200: 2, 429: 2 });
    expect(await statuses('/export?page=2', { 'x-user': 'bert' })).toEqual({ 200: 2, 429: 2 });
    expect(counter.asked[0]).toMatch(/shop.*header_match.*export.*x-user.*anna/s);
  });

  test('does not ask about requests that are refused anyway', async () => {
    await withPattern((scope) => {
      new EdgeAuthentication(scope, 'Edge', { jwtRules: [{ issuer: ISSUER, jwks, outputClaimToHeaders: [{ header: 'x-user', claim: 'sub' }] }] });
      new GlobalRateLimit(scope, 'Limit', options({ limits: [{ keys: [RateLimitKey.header('x-user')] }] }));
    });

    expect(await status('/orders', { 'x-user': 'anna' })).toBe(403);
    expect(counter.asked).toEqual([]);
    expect(await status('/orders', bearer({ sub: 'carl' }))).toBe(200);
    expect(counter.asked).toEqual([expect.stringMatching(/x-user.*carl/s)]);
  });

  test.each([[false, 200], [true, 500]])('while the service fails and failClosed is %s, answers %s', async (failClosed, expected) => {
    await limit({ failClosed });
    counter.fails = true;

    expect(await status('/export', { 'x-user': 'anna' })).toBe(expected);
    expect(await status('/export')).toBe(200);
  });
});
