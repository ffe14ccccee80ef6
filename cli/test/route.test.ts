import { App, Chart } from 'cdk8s';
import { CanaryService, ServiceRef } from 'cdk8s-istio';
import { findRule, type RouteRule, sameRule, type VirtualServiceObject, weightsOf, weightsPatch } from '../src/index.js';

const to = (subset: string | undefined, weight?: number, host = 'orders') => ({ destination: { host, ...subset !== undefined && { subset } }, ...weight !== undefined && { weight } });
const split = { route: [to('v1', 95), to('v2', 5)] };
const testers = { name: 'testers', match: [{ headers: { 'x-canary': { exact: 'true' } } }], route: [to('v2', 100)] };
const premium = { match: [{ headers: { 'x-user-type': { exact: 'premium' } } }], route: [to('v1', 70), to('v2', 30)] };

const virtualService = (http: RouteRule[], spec: object = {}): VirtualServiceObject => ({
  apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'orders', namespace: 'shop', resourceVersion: '7' }, spec: { ...http.length > 0 && { http }, ...spec },
});

const VERSIONS = ['v1', 'v2'];

describe('the rule whose weights move', () => {
  test('is the one without a match, wherever it stands', () => {
    expect(findRule(virtualService([testers, premium, split]), VERSIONS)).toEqual({ path: '/spec/http/2', name: undefined, route: split.route, versions: ['v1', 'v2'] });
    expect(findRule(virtualService([split, testers]), VERSIONS).path).toBe('/spec/http/0');
  });

  test.each<[string, RouteRule['match']]>([
    ['an empty list', []], ['an empty match', [{}]], ['a match with nothing but a name', [{ name: 'all' }]], ['the prefix of all paths', [{ uri: { prefix: '/' } }]],
    ['one alternative that matches everything', [{ uri: { exact: '/a' } }, {}]],
  ])('is without a match if it has %s', (_, match) => {
    expect(findRule(virtualService([testers, { ...split, match }]), VERSIONS).path).toBe('/spec/http/1');
  });

  test('is the one of the name that is given', () => {
    expect(findRule(virtualService([testers, { ...premium, name: 'premium' }, split]), VERSIONS, 'premium')).toMatchObject({ path: '/spec/http/1', name: 'premium' });
  });

  test('has versions by subset, or by host where the subsets are the same', () => {
    const byHost = { route: [to(undefined, 90, 'orders'), to(undefined, 10, 'orders-next')] };
    expect(findRule(virtualService([byHost]), ['orders', 'orders-next']).versions).toEqual(['orders', 'orders-next']);
    const sameSubset = { route: [to('v1', 90, 'orders'), to('v1', 10, 'orders-next')] };
    expect(findRule(virtualService([sameSubset]), ['orders', 'orders-next']).versions).toEqual(['orders', 'orders-next']);
    expect(findRule(virtualService([{ route: [to('v1', 90), to(undefined, 10)] }]), ['v1', 'orders']).versions).toEqual(['v1', 'orders']);
  });

  test('can be one for TCP, or the only one for TLS', () => {
    const matched = { match: [{ port: 9000 }], route: [to('v2')] };
    expect(findRule(virtualService([], { tcp: [matched, split] }), VERSIONS).path).toBe('/spec/tcp/1');
    const sni = { ...split, match: [{ sniHosts: ['orders.example.com'] }] };
    expect(findRule(virtualService([], { tls: [sni] }), VERSIONS).path).toBe('/spec/tls/0');
    expect(() => findRule(virtualService([], { tls: [sni, sni] }), VERSIONS)).toThrow(/2 rules .* 0 of them are for every request/);
    expect(findRule(virtualService([split], { tcp: [matched] }), VERSIONS).path).toBe('/spec/http/0');
  });

  test('M31: is never simply the first: which rules there are is said', () => {
    expect(() => findRule(virtualService([testers, { ...premium, name: 'premium' }]), VERSIONS)).toThrow(new Error(
      'VirtualService shop/orders: 2 rules (rule 0 "testers" for header x-canary = "true", rule 1 "premium" for header x-user-type = "premium"); 0 of them are for every request, '
      + 'expected one without a match, or the name of another; say which rule\'s weights are to move, by a name that it has in its manifest'));
    expect(() => findRule(virtualService([split, split]), VERSIONS)).toThrow('2 rules (rule 0 for every request, rule 1 for every request); 2 of them are for every request');
    expect(() => findRule(virtualService([]), VERSIONS)).toThrow('VirtualService shop/orders: 0 rules; 0 of them');
    expect(() => findRule(virtualService([testers]), VERSIONS, 'default')).toThrow('1 rule (rule 0 "testers" for header x-canary = "true"); 0 have the name "default", expected one of that name');
    expect(() => findRule(virtualService([testers, testers]), VERSIONS, 'testers')).toThrow('2 have the name "testers"');
  });

  test('M31: is described by all that it matches', () => {
    const match = [
      { uri: { prefix: '/api' }, method: { exact: 'GET' }, name: 'api' }, { port: 80, ignoreUriCase: true }, { gateways: ['mesh'], withoutHeaders: { 'x-a': {} }, queryParams: { q: { regex: '.*' } } },
    ];
    expect(() => findRule(virtualService([{ ...split, match }]), VERSIONS))
      .toThrow('rule 0 for uri prefix "/api" and method = "GET" or port 80 and ignoreUriCase true or gateways ["mesh"] and no header x-a and query parameter q regex ".*"');
  });

  test.each<[string, RouteRule, string]>([
    ['redirects', { redirect: { uri: '/' } }, 'redirects'],
    ['delegates', { delegate: { name: 'other' } }, 'delegates to another VirtualService'],
    ['answers itself', { directResponse: { status: 503 } }, 'answers itself'],
    ['has an empty route', { route: [] }, 'sends requests nowhere'],
  ])('is refused if it %s', (_, rule, why) => {
    expect(() => findRule(virtualService([rule]), VERSIONS))
      .toThrow(`VirtualService shop/orders: rule 0 for every request has no destinations, since it ${why}, expected one that sends requests to v1 and v2; name another rule`);
  });

  test('is refused if it lacks a version, or has one twice', () => {
    expect(() => findRule(virtualService([split]), ['v1', 'v3'])).toThrow(
      'VirtualService shop/orders: rule 0 for every request has no destination v3, expected one of v1, v2; apply a route to each version first, with a weight of 0 for those that are to get nothing');
    expect(() => findRule(virtualService([{ route: [to('v1', 50), to('v1', 50)] }]), VERSIONS)).toThrow(
      'rule 0 for every request has destinations that neither subset nor host tells apart, expected each version once; join those of v1, v1 that are the same');
  });
});

test('a rule whose users stay by a cookie is refused: a canary that is taken back would keep them', () => {
  const chart = new Chart(new App(), 'shop', { namespace: 'shop' });
  new CanaryService(chart, 'Orders', {
    service: ServiceRef.fromName('orders'), stable: { labels: { version: 'v1' } }, canary: { labels: { version: 'v2' }, weight: 5 }, sticky: {},
  });
  const sticky = chart.toJson().find(({ kind }) => kind === 'VirtualService');
  expect(() => findRule(sticky, VERSIONS)).toThrow(
    'rule 2 for every request keeps users with their version by a cookie, and other rules hold them there whatever the weights are, expected none that does; '
    + 'apply the new weights with createCanary, or leave out sticky');
  const set = { route: [{ ...to('v1', 95), headers: { response: { set: { 'Set-Cookie': 'a=b' } } } }, to('v2', 5)] };
  expect(() => findRule(virtualService([set]), VERSIONS)).toThrow('keeps users with their version by a cookie');
  expect(findRule(virtualService([{ route: [{ ...to('v1', 95), headers: { response: { add: { 'x-version': 'v1' } } } }, to('v2', 5)] }]), VERSIONS).versions).toEqual(VERSIONS);
});

describe('the weights of a rule', () => {
  const weights = (...route: RouteRule['route'] & object) => weightsOf(findRule(virtualService([{ route }]), []));

  test('are as they are read: all for the only destination, nothing where nothing is said', () => {
    expect(weights(to('v1', 95), to('v2', 5))).toEqual({ v1: 95, v2: 5 });
    expect(weights(to('v1', 100), to('v2'))).toEqual({ v1: 100, v2: 0 });
    expect(weights(to('v1'))).toEqual({ v1: 100 });
  });
});

describe('a patch', () => {
  const patch = (rule: RouteRule, weights: Record<string, number>, further?: Parameters<typeof weightsPatch>[3]) => {
    const object = virtualService([testers, rule]);
    return weightsPatch(object, findRule(object, Object.keys(weights)), weights, further);
  };

  test('holds only where the object is as it was read, and changes the weights alone', () => {
    expect(patch(split, { v1: 80, v2: 20 })).toEqual([
      { op: 'test', path: '/metadata/resourceVersion', value: '7' },
      { op: 'test', path: '/spec/http/1/route', value: split.route },
      { op: 'replace', path: '/spec/http/1/route/0/weight', value: 80 },
      { op: 'replace', path: '/spec/http/1/route/1/weight', value: 20 },
    ]);
  });

  test('adds weights where there are none, and leaves alone those that are right', () => {
    expect(patch({ route: [to('v1', 100), to('v2')] }, { v1: 100, v2: 0 }).slice(2)).toEqual([{ op: 'add', path: '/spec/http/1/route/1/weight', value: 0 }]);
    expect(patch(split, { v1: 95, v2: 5 }).slice(2)).toEqual([]);
  });

  test('changes what else is to change in the same write', () => {
    const state = { op: 'add', path: '/metadata/annotations/a', value: 'b' } as const;
    expect(patch(split, { v1: 80, v2: 20 }, [state]).at(-1)).toEqual(state);
  });

  test.each<[string, Record<string, number>, string]>([
    ['90/90', { v1: 90, v2: 90 }, 'v1 90 + v2 90 = 180'],
    ['110/-10', { v1: 110, v2: -10 }, 'v1 110 + v2 -10 = 100'],
    ['0/0', { v1: 0, v2: 0 }, 'v1 0 + v2 0 = 0'],
    ['a single 10', { v2: 10 }, 'v2 10 = 10'],
    ['99.5/0.5', { v1: 99.5, v2: 0.5 }, 'v1 99.5 + v2 0.5 = 100'],
    ['not a number', { v1: NaN, v2: 20 }, 'v1 NaN + v2 20 = NaN'],
    ['nothing', {}, 'none = 0'],
  ])('M28: %s is refused', (_, weights, shown) => {
    expect(() => patch(split, weights)).toThrow(new Error(`VirtualService shop/orders: weights ${shown}, expected whole numbers from 0 to 100 that total 100; fix one of them`));
  });

  test('M28: no version that has a weight is left out', () => {
    const three = { route: [to('v1', 80), to('v2', 10), to('v3', 10)] };
    expect(() => patch(three, { v1: 50, v2: 50 })).toThrow('VirtualService shop/orders: v3 has 10, expected a weight for it too; give it one, or 0');
    expect(patch(three, { v1: 50, v2: 50, v3: 0 }).slice(2).map(({ value }) => value)).toEqual([50, 50, 0]);
    expect(patch({ route: [to('v1', 90), to('v2', 10), to('v3', 0)] }, { v1: 50, v2: 50 }).slice(2).map(({ value }) => value)).toEqual([50, 50]);
    const object = virtualService([split]);
    expect(() => weightsPatch(object, findRule(object, []), { v1: 50, v4: 50 })).toThrow('there are weights for v4, expected only v1, v2; fix the name');
  });
});

test('a rule is the same wherever it stands, until its name or route changes', () => {
  const rule = findRule(virtualService([split]), []);
  expect(sameRule(rule, findRule(virtualService([testers, split]), []))).toBe(true);
  expect(sameRule(rule, findRule(virtualService([{ ...split, timeout: '3s' }]), []))).toBe(true);
  expect(sameRule(rule, findRule(virtualService([{ route: [to('v1', 94), to('v2', 6)] }]), []))).toBe(false);
  expect(sameRule(rule, findRule(virtualService([{ ...split, name: 'all' }]), []))).toBe(false);
});
