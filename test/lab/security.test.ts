import { generateKeyPairSync, KeyObject, sign } from 'node:crypto';
import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { Chart, Testing } from 'cdk8s';
import { Certificate, selfSigned, signedBy, tlsSecret } from './certificates';
import { chart, NAMESPACE, service } from './charts';
import { Send } from './client';
import { Lab } from './lab';
import { Gateway } from './proxy';
import {
  AuthorizationAction, AuthorizationCondition, AuthorizationPolicy, ClientTls, Destination, DestinationRule, EnvoyContext, EnvoyFilter, EnvoyPatch,
  GatewayServer, HttpMatch, HttpRoute, IstioGateway, JsonWebKeySet, JwtRule, PolicyTarget, RequestAuthentication, RetryPolicy, ServerTls, ServiceRef,
  StringMatch, VirtualService,
} from '../../src';

const HOST = 'shop.example.com';
const ROOT = 'istio-system';
const ISSUER = 'https://login.example.com';
const AUDIENCE = 'shop';
const target = PolicyTarget.workloads({ istio: 'ingressgateway' });

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwk = (key: KeyObject, kid: string) => ({ ...key.export({ format: 'jwk' }), kid, use: 'sig' });
const keySet = JSON.stringify({ keys: [jwk(rsa.publicKey, 'rsa'), jwk(ec.publicKey, 'ec')] });
const jwks = JsonWebKeySet.inline(keySet);

/** A token as the issuer would give it for ten minutes, but for what the test changes. */
function token(claims: object = {}, key: KeyObject = rsa.privateKey, kid = 'rsa'): string {
  const now = Math.floor(Date.now() / 1000);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const alg = key.asymmetricKeyType === 'ec' ? 'ES256' : 'RS256';
  const signed = `${part({ alg, kid, typ: 'JWT' })}.${part({ iss: ISSUER, sub: 'anna', aud: AUDIENCE, iat: now, exp: now + 600, ...claims })}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

const bearer = (...args: Parameters<typeof token>) => ({ authorization: `Bearer ${token(...args)}` });

let lab: Lab;
let gateway: Gateway;
let policies: Chart | undefined;

/** The shop; one host has routes by the claims of tokens. */
function shop(): Chart {
  return chart((scope) => {
    const orders = service(scope, 'orders');
    service(scope, 'doorman');
    const rule = new DestinationRule(scope, 'versions', { service: orders, subsets: ['v1', 'v2'].map((version) => ({ name: version, labels: { version } })) });
    const edge = new IstioGateway(scope, 'edge', { servers: [GatewayServer.http([HOST, 'beta.example.com'])] });
    const stable = HttpRoute.forward(Destination.subset(rule.subset('v1')));
    const next = (...match: HttpMatch[]) => HttpRoute.forward(Destination.subset(rule.subset('v2')), { match });
    new VirtualService(scope, 'rules', { hosts: [HOST], gateways: [edge], http: [stable] });
    new VirtualService(scope, 'beta', {
      hosts: ['beta.example.com'], gateways: [edge], http: [next(HttpMatch.jwtClaim('groups', StringMatch.exact('beta')), HttpMatch.jwtClaim('plan.name', StringMatch.exact('gold'))), stable],
    });
  });
}

/** Holds at the gateway until the end of the test. */
async function enforce(build: (scope: Chart) => void): Promise<void> {
  policies = new Chart(Testing.app(), 'policies', { namespace: ROOT, disableResourceNameHashes: true });
  build(policies);
  await lab.apply(policies);
}

const authenticate = (scope: Chart, rule: Partial<JwtRule> = {}) =>
  new RequestAuthentication(scope, 'tokens', { target, jwtRules: [{ issuer: ISSUER, audiences: [AUDIENCE], jwks, ...rule }] });

async function status(path: string, request: Partial<Send> = {}): Promise<number> {
  return (await gateway.send({ host: HOST, path, ...request })).first.status;
}

beforeAll(async () => {
  // A proxy in front of the gateway, which the tests play, says whom it stands for.
  lab = await Lab.start({
    meshConfig: {
      defaultConfig: { gatewayTopology: { numTrustedProxies: 1 } },
      extensionProviders: [{
        name: 'doorman',
        envoyExtAuthzHttp: { service: 'doorman.shop.svc.cluster.local', port: 80, pathPrefix: '/check', headersToDownstreamOnDeny: ['www-authenticate'] },
      }],
    },
  });
  gateway = await lab.gateway();
  for (const version of ['v1', 'v2']) {
    await lab.backend({ namespace: NAMESPACE, labels: { app: 'orders', version }, port: 8080 });
  }
  await lab.backend({ namespace: NAMESPACE, labels: { app: 'doorman' }, port: 8080 });
  await lab.apply(shop());
});

afterAll(() => lab?.stop());

afterEach(async () => {
  if (policies) {
    await lab.delete(policies);
    policies = undefined;
  }
});

describe('RequestAuthentication', () => {
  test('takes tokens of its issuer, and no others; who has none is let in', async () => {
    await enforce(authenticate);
    const answer = async (headers: Record<string, string>) => {
      const { first } = await gateway.send({ host: HOST, headers });
      return [first.status, first.echo ? '' : first.body];
    };
    const hourAgo = Math.floor(Date.now() / 1000) - 3_600;

    expect(await answer({})).toEqual([200, '']);
    expect(await answer(bearer())).toEqual([200, '']);
    expect(await answer(bearer({}, ec.privateKey, 'ec'))).toEqual([200, '']);
    expect(await answer(bearer({}, stranger.privateKey))).toEqual([401, 'Jwt verification fails']);
    expect(await answer(bearer({ exp: hourAgo }))).toEqual([401, 'Jwt is expired']);
    expect(await answer(bearer({ nbf: hourAgo + 7_200 }))).toEqual([401, 'Jwt not yet valid']);
    expect(await answer(bearer({ iss: 'https://other.example.com' }))).toEqual([401, 'Jwt issuer is not configured']);
    expect(await answer(bearer({ aud: 'bank' }))).toEqual([403, 'Audiences in Jwt are not allowed']);
    expect(await answer({ authorization: 'Bearer nonsense' })).toEqual([401, 'Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections']);
  });

  test('an AuthorizationPolicy beside it demands a token', async () => {
    await enforce((scope) => {
      authenticate(scope);
      new AuthorizationPolicy(scope, 'signed-in', { target, rules: [{ from: [{ requestPrincipals: [`${ISSUER}/*`] }] }] });
    });

    expect(await status('/')).toBe(403);
    expect(await status('/', { headers: bearer() })).toBe(200);
    expect(await status('/', { headers: bearer({}, stranger.privateKey) })).toBe(401);
    expect(await status('/', { headers: bearer({ exp: 1 }) })).toBe(401);
  });

  test.each([[false], [true]])('hands on claims as headers, and the token if forwardOriginalToken is %s', async (forwardOriginalToken) => {
    await enforce((scope) => authenticate(scope, { forwardOriginalToken, outputClaimToHeaders: [{ header: 'x-user', claim: 'sub' }, { header: 'x-plan', claim: 'plan.name' }] }));
    const headers = bearer({ plan: { name: 'gold' } });

    const { echo } = (await gateway.send({ host: HOST, headers: { ...headers, 'x-user': 'forged' } })).first;

    expect(echo!.headers).toMatchObject({ 'x-user': 'anna', 'x-plan': 'gold' });
    expect(echo!.headers.authorization).toBe(forwardOriginalToken ? headers.authorization : undefined);
  });

  test('reads tokens from where it is told to', async () => {
    await enforce((scope) => {
      authenticate(scope, { fromHeaders: [{ name: 'x-token', prefix: 'shop ' }], fromParams: ['token'], fromCookies: ['session'] });
      new AuthorizationPolicy(scope, 'signed-in', { target, rules: [{ from: [{ requestPrincipals: ['*'] }] }] });
    });

    expect(await status('/', { headers: { 'x-token': `shop ${token()}` } })).toBe(200);
    expect(await status(`/?token=${token()}`)).toBe(200);
    expect(await status('/', { headers: { cookie: `session=${token()}` } })).toBe(200);
    expect(await status('/', { headers: bearer() })).toBe(403);
  });

  test('fetches the keys of the issuer', async () => {
    const issuer = createServer((_, response) => response.end(keySet));
    await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
    const { port } = issuer.address() as AddressInfo;

    await enforce((scope) => authenticate(scope, { jwks: JsonWebKeySet.uri(`http://127.0.0.1:${port}/keys`) }));
    issuer.close();

    expect(await status('/', { headers: bearer() })).toBe(200);
    expect(await status('/', { headers: bearer({}, stranger.privateKey) })).toBe(401);
  });

  test('routes can follow the claims of a token that was found good', async () => {
    await enforce(authenticate);
    const backend = async (headers: Record<string, string>) => (await gateway.send({ host: 'beta.example.com', headers })).first.echo?.backend;

    expect(await backend({})).toBe('orders-v1');
    expect(await backend(bearer({ groups: ['staff'] }))).toBe('orders-v1');
    expect(await backend(bearer({ groups: ['staff', 'beta'] }))).toBe('orders-v2');
    expect(await backend(bearer({ plan: { name: 'gold' } }))).toBe('orders-v2');
  });
});

describe('AuthorizationPolicy', () => {
  test('allows by path and method; all else is refused', async () => {
    await enforce((scope) => new AuthorizationPolicy(scope, 'allow', {
      target,
      rules: [
        { to: [{ paths: ['/orders', '/orders/*'], methods: ['GET'] }] },
        { to: [{ paths: ['/carts/{*}/items/{**}'] }] },
        { to: [{ paths: ['*.css'], notPaths: ['/private/*'] }] },
      ],
    }));

    expect(await status('/orders')).toBe(200);
    expect(await status('/orders/42?full=true')).toBe(200);
    expect(await status('/orders', { method: 'POST' })).toBe(403);
    expect(await status('/ordersearch')).toBe(403);
    expect(await status('/carts/7/items/3/price', { method: 'PUT' })).toBe(200);
    expect(await status('/carts/7/8/items/3')).toBe(403);
    expect(await status('/styles/main.css')).toBe(200);
    expect(await status('/private/main.css')).toBe(403);
    expect(await status('/')).toBe(403);
  });

  test('refuses by DENY what an ALLOW would let in', async () => {
    await enforce((scope) => {
      new AuthorizationPolicy(scope, 'allow', { target, rules: [{ to: [{ paths: ['/orders*'] }] }] });
      new AuthorizationPolicy(scope, 'deny', { target, action: AuthorizationAction.DENY, rules: [{ to: [{ paths: ['/orders/internal*'] }] }] });
    });

    expect(await status('/orders/1')).toBe(200);
    expect(await status('/orders/internal/1')).toBe(403);
    expect(await status('/else')).toBe(403);
  });

  test('asks a service of its own first, which can refuse but not let in', async () => {
    await enforce((scope) => {
      new AuthorizationPolicy(scope, 'ask', { target, action: AuthorizationAction.custom('doorman'), rules: [{ to: [{ paths: ['/asked*'] }] }] });
      new AuthorizationPolicy(scope, 'deny', { target, action: AuthorizationAction.DENY, rules: [{ to: [{ paths: ['/asked/never'] }] }] });
    });
    const doorman = lab.backendNamed('doorman');
    doorman.reset();

    expect(await status('/asked')).toBe(200);
    expect(await status('/asked/never')).toBe(403);
    expect(await status('/else')).toBe(200);
    expect(doorman.received.map(({ path, headers }) => [path, headers.host])).toEqual([['/check/asked', HOST], ['/check/asked/never', HOST]]);

    doorman.behave({ status: 401, headers: { 'www-authenticate': 'Shop' } });
    expect((await gateway.send({ host: HOST, path: '/asked' })).first).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Shop' } });
    doorman.behave({ status: 500 });
    expect(await status('/asked')).toBe(403); // who can't say so lets nobody in
    expect(await status('/else')).toBe(200);
  });

  test('without rules refuses all', async () => {
    await enforce((scope) => new AuthorizationPolicy(scope, 'nobody', { target }));

    expect(await gateway.send({ host: HOST, count: 20 }).then(({ countByStatus }) => countByStatus)).toEqual({ 403: 20 });
  });

  test('on trial refuses nothing', async () => {
    await enforce((scope) => new AuthorizationPolicy(scope, 'trial', { target, action: AuthorizationAction.DENY, rules: [{}], dryRun: true }));

    expect(await status('/')).toBe(200);
    expect(Object.values(await gateway.envoy.stats('rbac.istio_dry_run_deny_.shadow_denied$'))).toEqual([1]);
  });

  test('tells the address of the connection from that of the client', async () => {
    await enforce((scope) => new AuthorizationPolicy(scope, 'addresses', {
      target,
      rules: [
        { from: [{ ipBlocks: ['127.9.9.9'] }], to: [{ paths: ['/connection'] }] },
        { from: [{ remoteIpBlocks: ['203.0.113.0/24'], notRemoteIpBlocks: ['203.0.113.7'] }], to: [{ paths: ['/client'] }] },
        { to: [{ paths: ['/when'] }], when: [AuthorizationCondition.remoteIp({ notValues: ['198.51.100.0/24'] })] },
      ],
    }));
    const forwarded = (address: string) => ({ headers: { 'x-forwarded-for': address } });

    expect(await status('/connection', { from: '127.9.9.9' })).toBe(200);
    expect(await status('/connection', { from: '127.9.9.8' })).toBe(403);
    expect(await status('/connection', { from: '127.9.9.8', ...forwarded('127.9.9.9') })).toBe(403);
    expect(await status('/client', forwarded('203.0.113.5'))).toBe(200);
    expect(await status('/client', forwarded('203.0.113.7'))).toBe(403);
    expect(await status('/client', forwarded('203.0.113.5, 192.0.2.1'))).toBe(403);
    expect(await status('/client')).toBe(403);
    expect(await status('/when', forwarded('192.0.2.1'))).toBe(200);
    expect(await status('/when', forwarded('198.51.100.4'))).toBe(403);
  });

  test('asks for claims, headers and hosts', async () => {
    await enforce((scope) => {
      authenticate(scope);
      new AuthorizationPolicy(scope, 'allow', {
        target,
        rules: [
          { to: [{ paths: ['/admin'] }], when: [AuthorizationCondition.requestClaim('groups', { values: ['admins'] })] },
          { to: [{ paths: ['/realm'] }], when: [AuthorizationCondition.nestedRequestClaim(['realm_access', 'roles'], { values: ['staff-*'] })] },
          { to: [{ paths: ['/app'] }], when: [AuthorizationCondition.requestHeader('user-agent', { values: ['shop-app/*'], notValues: ['shop-app/1.0'] })] },
          { to: [{ hosts: ['beta.example.com'], paths: ['/host'] }] },
        ],
      });
    });

    expect(await status('/admin', { headers: bearer({ groups: ['staff', 'admins'] }) })).toBe(200);
    expect(await status('/admin', { headers: bearer({ groups: 'admins' }) })).toBe(200);
    expect(await status('/admin', { headers: bearer({ groups: ['staff'] }) })).toBe(403);
    expect(await status('/admin')).toBe(403);
    expect(await status('/realm', { headers: bearer({ realm_access: { roles: ['staff-berlin'] } }) })).toBe(200);
    expect(await status('/realm', { headers: bearer({ realm_access: { roles: ['guest'] } }) })).toBe(403);
    expect(await status('/app', { headers: { 'user-agent': 'shop-app/2.1' } })).toBe(200);
    expect(await status('/app', { headers: { 'user-agent': 'shop-app/1.0' } })).toBe(403);
    expect(await status('/host', { host: 'beta.example.com' })).toBe(200);
    expect(await status('/host')).toBe(403);
  });
});

test('a local rate limit lets so many through, on the host that has one', async () => {
  const bucket = (tokens: number) => ({
    '@type': 'type.googleapis.com/udpa.type.v1.TypedStruct',
    'type_url': 'type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit',
    'value': {
      stat_prefix: 'shop_rate',
      token_bucket: { max_tokens: tokens, tokens_per_fill: tokens, fill_interval: '3600s' },
      filter_enabled: { default_value: { numerator: 100 } },
      filter_enforced: { default_value: { numerator: 100 } },
      response_headers_to_add: [{ append_action: 'OVERWRITE_IF_EXISTS_OR_ADD', header: { key: 'x-rate', value: 'exceeded' } }],
    },
  });
  await enforce((scope) => new EnvoyFilter(scope, 'rate-limit', {
    target,
    configPatches: [
      EnvoyPatch.httpFilter({ context: EnvoyContext.GATEWAY, filter: 'envoy.filters.http.router' }).insertBefore({
        name: 'envoy.filters.http.local_ratelimit',
        typed_config: {
          '@type': 'type.googleapis.com/udpa.type.v1.TypedStruct',
          'type_url': 'type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit',
          'value': { stat_prefix: 'none' },
        },
      }),
      EnvoyPatch.virtualHost({ context: EnvoyContext.GATEWAY, virtualHost: { name: `${HOST}:80` } }).merge({
        typed_per_filter_config: { 'envoy.filters.http.local_ratelimit': bucket(30) },
      }),
    ],
  }));
  lab.backendNamed('orders-v1').reset();

  const responses = await gateway.send({ host: HOST, count: 100 });

  expect(responses.countByStatus).toEqual({ 200: 30, 429: 70 });
  expect(responses.failed.every(({ headers }) => headers['x-rate'] === 'exceeded')).toBe(true);
  expect(lab.backendNamed('orders-v1').count).toBe(30);
  expect((await gateway.send({ host: 'beta.example.com', count: 100 })).countByStatus).toEqual({ 200: 100 });
});

describe('a gateway that ends TLS', () => {
  const PARTNER = 'partner.example.com';
  const authority = selfSigned('authority.example.com');
  const server = selfSigned(PARTNER, 'open.example.com');
  const client = signedBy(authority, 'client.example.com');
  const unknown = signedBy(selfSigned('another.example.com'), 'client.example.com');
  const edge = chart((scope) => {
    const gateways = [new IstioGateway(scope, 'partners-edge', {
      servers: [
        GatewayServer.https([PARTNER], { tls: ServerTls.mutual({ credentialName: 'partner-tls', subjectAltNames: ['client.example.com'] }) }),
        GatewayServer.https(['open.example.com'], { tls: ServerTls.optionalMutual({ credentialName: 'partner-tls' }) }),
      ],
    })];
    new VirtualService(scope, 'partners', { hosts: [PARTNER, 'open.example.com'], gateways, http: [HttpRoute.forward(Destination.host('orders.shop.svc.cluster.local', { port: 80 }))] });
  });
  const send = async (host: string, certificate?: Certificate) => (await gateway.send({ host, tls: { ca: server.cert, ...certificate } })).first;

  beforeAll(async () => {
    await lab.apply([tlsSecret(ROOT, 'partner-tls', server, authority)]);
    await lab.apply(edge);
  });

  test('lets in only clients with a certificate of its authority, if TLS is mutual', async () => {
    const refused = async () => Object.entries(await gateway.envoy.stats('^listener.*ssl.fail_verify')).filter(([, count]) => count > 0).map(([name, count]) => [name.replace(/.*ssl\./, ''), count]);

    expect(await send(PARTNER, client)).toMatchObject({
      status: 200, echo: { headers: { 'x-forwarded-client-cert': expect.stringContaining('Subject="CN=client.example.com"') } },
    });
    expect(await refused()).toEqual([]);
    expect(await send(PARTNER)).toMatchObject({ status: 0, error: expect.stringMatching(/certificate required|hang up|ECONNRESET/) });
    expect(await send(PARTNER, unknown)).toMatchObject({ status: 0, error: expect.stringMatching(/unknown ca|hang up|ECONNRESET/) });
    expect(await send(PARTNER, signedBy(authority, 'other.example.com'))).toMatchObject({ status: 0 });
    expect(await refused()).toEqual(expect.arrayContaining([['fail_verify_no_cert', 1], ['fail_verify_error', 1], ['fail_verify_san', 1]]));
  });

  test('lets in clients without a certificate too, if that is optional', async () => {
    expect(await send('open.example.com', client)).toMatchObject({ status: 200 });
    expect(await send('open.example.com')).toMatchObject({ status: 200 });
    expect(await send('open.example.com', unknown)).toMatchObject({ status: 0 });
  });
});

describe('a gateway that begins TLS', () => {
  const authority = selfSigned('authority.example.com');
  const server = signedBy(authority, 'vault.internal');
  const client = signedBy(authority, 'edge.internal');
  const vaults = (tls: ClientTls) => chart((scope) => {
    const vault = service(scope, 'vault', { targetPort: 8443 });
    const edge = new IstioGateway(scope, 'vault-edge', { servers: [GatewayServer.http(['vault.example.com'])] });
    new DestinationRule(scope, 'vault-tls', { service: ServiceRef.of(vault), trafficPolicy: { tls } });
    new VirtualService(scope, 'vault-rules', {
      hosts: ['vault.example.com'], gateways: [edge], http: [HttpRoute.forward(Destination.service(vault), { retries: RetryPolicy.never() })],
    });
  });
  const send = async () => (await gateway.send({ host: 'vault.example.com' })).first;
  const refusals = async () => Object.entries(await gateway.envoy.stats('^cluster.*vault.*ssl.fail_verify')).filter(([, count]) => count > 0).map(([name]) => name.replace(/.*\W/, ''));
  const demanding = { ...server, ca: authority.cert, requestCert: true, rejectUnauthorized: true };

  beforeAll(async () => {
    await lab.apply([
      tlsSecret(ROOT, 'vault-ca', client, authority),
      tlsSecret(ROOT, 'other-ca', client, selfSigned('another.example.com')),
    ]);
  });

  test('verifies the service by authority and name', async () => {
    await lab.backend({ namespace: NAMESPACE, labels: { app: 'vault' }, port: 8443, tls: server });
    const name = { sni: 'vault.internal', subjectAltNames: ['vault.internal'] };

    await lab.apply(vaults(ClientTls.simple({ credentialName: 'vault-ca', ...name })));
    expect(await send()).toMatchObject({ status: 200, echo: { backend: 'vault' } });

    await lab.apply(vaults(ClientTls.simple({ credentialName: 'other-ca', ...name })));
    expect((await send()).status).toBe(503);
    expect(await refusals()).toEqual(['fail_verify_error']);

    await lab.apply(vaults(ClientTls.simple({ credentialName: 'vault-ca', sni: 'vault.internal', subjectAltNames: ['other.internal'] })));
    expect((await send()).status).toBe(503);
    expect(await refusals()).toContain('fail_verify_san');

    await lab.apply(vaults(ClientTls.simple({ insecureSkipVerify: true })));
    expect(await send()).toMatchObject({ status: 200 });

    await lab.apply(vaults(ClientTls.disable()));
    expect((await send()).status).toBe(503);
  });

  test('shows its certificate if TLS is mutual', async () => {
    await lab.removeBackend(lab.backendNamed('vault'));
    await lab.backend({ namespace: NAMESPACE, labels: { app: 'vault' }, name: 'strict-vault', port: 8443, tls: demanding });
    const name = { sni: 'vault.internal', subjectAltNames: ['vault.internal'] };

    await lab.apply(vaults(ClientTls.mutual({ credentialName: 'vault-ca', ...name })));
    expect(await send()).toMatchObject({ status: 200, echo: { backend: 'strict-vault' } });

    await lab.apply(vaults(ClientTls.simple({ credentialName: 'vault-ca', ...name })));
    expect((await send()).status).toBe(503);
  });
});
