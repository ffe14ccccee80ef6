import { Duration } from 'cdk8s';
import * as fc from 'fast-check';
import {
  AuthorizationAction, AuthorizationCondition, AuthorizationPolicy, JsonWebKeySet, MutualTlsMode, PeerAuthentication, PolicyTarget,
  RequestAuthentication, ServiceRef,
} from '../../src';
import { accepted, judge } from '../istio/random';

/*
 * What the constructs accept, Istio accepts. Values come from far and wide, good and bad: the constructs may refuse
 * them by a clear message, and whatever they let through goes to Istio, many objects in one call.
 */

/** Mostly left out, so that one bad value does not spoil every object. */
const some = <T>(value: fc.Arbitrary<T>) => fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
const options = (model: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<any> =>
  fc.record(Object.fromEntries(Object.entries(model).map(([key, value]) => [key, some(value)])));
/** What a factory makes of values; what it refuses is refused when the object is built. */
const from = <T, V>(values: fc.Arbitrary<V>, make: (values: V) => T): fc.Arbitrary<() => T> => values.map((value) => () => make(value));
const made = (makes: (() => unknown)[] | undefined): any => makes?.map((make) => make());

/** Mostly what fits, now and then anything. */
const mostly = (...good: string[]) => fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...good) },
  fc.constantFrom('', '*', 'a*b', '**', '/', 'a/b', '%', ' ', '[', ']', '{*}', 'é'),
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 4 }),
);
const listOf = <T>(entry: fc.Arbitrary<T>) => fc.oneof(
  { weight: 20, arbitrary: fc.array(entry, { minLength: 1, maxLength: 2 }) },
  fc.constant([] as T[]),
);
const word = mostly('a', 'v1', 'x-user', 'b-c', 'a*', '*a');
const words = listOf(word);
const map = fc.dictionary(mostly('app', 'version', 'example.com/app'), mostly('a', 'v1', ''), { minKeys: 1, maxKeys: 2, noNullPrototype: true });
const number = fc.oneof({ weight: 20, arbitrary: fc.integer({ min: 1, max: 65535 }) },
  fc.constantFrom(0, -1, 0.5, 65535, 65536, NaN, 2 ** 31));
const bits = (max: number) => fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max }).map(String) },
  fc.constantFrom('33', '129', '', '08', '-1', 'a'));
const address = fc.oneof(
  { weight: 3, arbitrary: fc.ipV4() },
  { weight: 3, arbitrary: fc.ipV6() },
  { weight: 3, arbitrary: fc.tuple(fc.ipV4(), bits(32)).map((parts) => parts.join('/')) },
  { weight: 3, arbitrary: fc.tuple(fc.ipV6(), bits(128)).map((parts) => parts.join('/')) },
  fc.constantFrom('::ffff:1.2.3.4', '::ffff:1.2.3.4/100', 'fe80::1%eth0', '010.0.0.1', '10.0.0'),
  word,
);
const account = mostly('a', 'shop/a', 'shop/a/b', 'shop/', '/a', 'a'.repeat(320), 'a'.repeat(321));
const path = fc.oneof({ weight: 3, arbitrary: mostly('/a', '/a/*', '*/a', '/a/{*}/b', '/{**}', '/a/{*}.txt') },
  fc.array(fc.constantFrom('/', '/', '/', 'a', '{*}', '{**}', '*', 'b.c', '%20', '{', '}', ' ', '~'), { maxLength: 7 }).map((parts) => parts.join('')));

const ref = fc.oneof(
  from(mostly('waypoint', 'edge'), (name) => PolicyTarget.gateway(name)),
  from(mostly('istio-waypoint'), (name) => PolicyTarget.gatewayClass(name)),
  from(mostly('orders', 'Orders'), (name) => PolicyTarget.service(ServiceRef.fromName(name))),
  from(mostly('orders', 'api.example.com'), (name) => PolicyTarget.service(ServiceRef.fromHost(name))),
  from(mostly('payments', 'a.b'), (name) => PolicyTarget.serviceEntry(name)),
);
const workloads = from(map, (labels) => PolicyTarget.workloads(labels));
const target = fc.oneof(ref, workloads, fc.array(fc.oneof({ weight: 9, arbitrary: ref }, workloads), { maxLength: 3 })
  .map((targets) => () => PolicyTarget.all(...made(targets))));

test('peer authentications', () => {
  const mode = fc.constantFrom(...Object.values(MutualTlsMode), 'ON' as MutualTlsMode);
  const portNames = fc.oneof({ weight: 9, arbitrary: number.map(String) }, fc.constantFrom('080', 'http', '', '1e3', '0x50', ' 80'));

  judge(accepted(options({ selector: map, mtls: mode, portLevelMtls: fc.dictionary(portNames, mode, { maxKeys: 2, noNullPrototype: true }) })
    .map((props) => (chart, id) => new PeerAuthentication(chart, id, props)), 150));
});

test('request authentications', () => {
  const base64 = fc.oneof({ weight: 9, arbitrary: fc.constantFrom('AQAB', 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU', 'AQ', 'AQA', '_-8') },
    fc.constantFrom('A', 'A=', '+/', ''), fc.base64String());
  const described = options({
    kid: word,
    alg: mostly('RS256', 'ES256', 'EdDSA', 'none'),
    use: mostly('sig', 'enc'),
    key_ops: listOf(mostly('verify', 'encrypt')),
    x5u: mostly('https://example.com/'),
    x5t: base64,
    x5c: fc.oneof(words, listOf(base64)),
    d: fc.constant(undefined),
    ext: fc.boolean(),
  });
  const key = fc.tuple(fc.oneof(
    fc.record({ kty: fc.constant('RSA'), n: base64, e: base64 }),
    fc.record({ kty: fc.constant('EC'), crv: fc.constantFrom('P-256', 'P-384', 'P-521', 'secp256k1'), x: base64, y: base64 }),
    fc.record({ kty: fc.constant('OKP'), crv: fc.constantFrom('Ed25519', 'X25519', 'Ed448'), x: base64 }),
    fc.record({ kty: mostly('oct'), k: base64 }),
  ), described).map((parts) => Object.assign({}, ...parts) as object);
  const uri = fc.oneof(fc.webUrl({ withFragments: true, withQueryParameters: true, validSchemes: ['http', 'https', 'ftp'] }),
    fc.tuple(fc.constantFrom('http://', 'https://', 'HTTP://', 'http:/'), mostly('a', 'a:80', 'a:', '[::1]', '[::1', 'a:99999', 'a_b'), mostly('', '/', '/%20', '/%zz', '/{a}', '?a'))
      .map((parts) => parts.join('')));
  const jwks = fc.oneof(
    { weight: 3, arbitrary: from(uri, (value) => JsonWebKeySet.uri(value)) },
    from(fc.array(key, { maxLength: 2 }), (keys) => JsonWebKeySet.inline(JSON.stringify({ keys }))),
  );
  const rule = fc.tuple(fc.oneof({ weight: 9, arbitrary: mostly('https://example.com', 'me@example.com') }, fc.constant(undefined)), some(jwks), options({
    audiences: words,
    fromHeaders: listOf(options({ name: fc.constant('x-token'), prefix: mostly('Bearer ') }).chain((header) =>
      mostly('x-token', 'Authorization', 'a b').map((name) => ({ ...header, name })))),
    fromParams: words,
    fromCookies: words,
    outputPayloadToHeader: mostly('x-payload', 'x.payload'),
    outputClaimToHeaders: listOf(fc.record({ header: mostly('x-sub', 'x_sub', 'x.sub'), claim: mostly('sub', 'a.b') })),
    forwardOriginalToken: fc.boolean(),
    timeout: fc.integer({ min: 0, max: 10_000 }).map((amount) => Duration.millis(amount)),
    spaceDelimitedClaims: words,
  })).map(([issuer, keys, rest]) => () => ({ issuer, jwks: keys?.(), ...rest }));

  judge(accepted(fc.tuple(some(target), fc.array(rule, { maxLength: 2 })).map(([to, rules]) => (chart, id) =>
    new RequestAuthentication(chart, id, { target: to?.(), jwtRules: made(rules) })), 150));
});

test('authorization policies', () => {
  const addresses = listOf(address);
  const accounts = listOf(account);
  const principals = listOf(mostly('cluster.local/ns/a/sa/b', 'a*', '*a', 'spiffe://a'));
  const trustDomains = listOf(mostly('cluster.local', 'td*', '*td', 'a/b'));
  const source = options({
    principals,
    notPrincipals: principals,
    requestPrincipals: words,
    notRequestPrincipals: words,
    namespaces: words,
    notNamespaces: words,
    serviceAccounts: accounts,
    notServiceAccounts: accounts,
    ipBlocks: addresses,
    notIpBlocks: addresses,
    remoteIpBlocks: addresses,
    notRemoteIpBlocks: addresses,
    trustDomains,
    notTrustDomains: trustDomains,
  });
  const hosts = listOf(mostly('a.example.com', '*.example.com', 'a.example.com:*'));
  const methods = listOf(mostly('GET', 'P*', 'get'));
  const ports = listOf(number);
  const paths = listOf(path);
  const operation = options({ hosts, notHosts: hosts, methods, notMethods: methods, ports, notPorts: ports, paths, notPaths: paths });

  const condition = fc.oneof(
    from(fc.tuple(mostly('x-user', ':authority', 'X-A'), options({ values: words, notValues: words })), ([name, value]) => AuthorizationCondition.requestHeader(name, value)),
    from(fc.tuple(mostly('iss', 'https://a/b'), options({ values: words, notValues: words })), ([name, value]) => AuthorizationCondition.requestClaim(name, value)),
    from(fc.tuple(listOf(mostly('a', 'b')), options({ values: words, notValues: words })), ([names, value]) => AuthorizationCondition.nestedRequestClaim(names, value)),
    from(fc.tuple(mostly('envoy.filters.http.a', 'envoy.filters.', 'a'), mostly('a'), options({ values: words, notValues: words })),
      ([name, entry, value]) => AuthorizationCondition.envoyFilter(name, entry, value)),
    from(options({ values: ports, notValues: ports }), (value) => AuthorizationCondition.destinationPort(value)),
    ...(['sourceIp', 'remoteIp', 'destinationIp'] as const).map((name) =>
      from(options({ values: addresses, notValues: addresses }), (value) => AuthorizationCondition[name](value))),
    ...(['sourceNamespace', 'sourcePrincipal', 'requestPrincipal', 'requestAudiences', 'requestPresenter', 'sni'] as const).map((name) =>
      from(options({ values: words, notValues: words }), (value) => AuthorizationCondition[name](value))),
    from(options({ values: accounts, notValues: accounts }), (value) => AuthorizationCondition.sourceServiceAccount(value)),
    from(options({ values: trustDomains, notValues: trustDomains }), (value) => AuthorizationCondition.sourceTrustDomain(value)),
  );
  const often = <T>(value: fc.Arbitrary<T>) => fc.oneof(fc.constant(undefined), value);
  const rule = fc.record({ from: often(listOf(source)), to: often(listOf(operation)), when: often(listOf(condition)) })
    .map(({ when, ...rest }) => () => ({ ...rest, when: made(when) }));
  const action = fc.oneof(
    fc.constantFrom(AuthorizationAction.ALLOW, AuthorizationAction.DENY, AuthorizationAction.AUDIT).map((value) => () => value),
    from(mostly('oauth'), (name) => AuthorizationAction.custom(name)),
  );

  judge(accepted(fc.tuple(some(target), often(action), some(fc.boolean()), fc.array(rule, { maxLength: 2 }))
    .map(([to, does, dryRun, rules]) => (chart, id) => {
      const props = { target: to?.(), action: does?.(), dryRun, rules: made(rules) };
      return new AuthorizationPolicy(chart, id, props);
    }), 300));
});
