import { ApiObject, App, Chart, Duration, JsonPatch, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import * as fc from 'fast-check';
import {
  CanaryService, CanaryServiceProps, GatewayServer, HttpFault, HttpMatch, HttpRoute, IstioGateway, ResilientDestination, RetryPolicy, ServerTls,
  ServiceRef, StringMatch,
} from '../../src';

const orders = ServiceRef.fromName('orders', { namespace: 'shop' });
const goods = ServiceRef.fromName('goods', { namespace: 'shop' });
const versions = { stable: { labels: { version: 'v1' } }, canary: { labels: { version: 'v2' } } };
const tester = HttpMatch.header('x-canary', StringMatch.exact('true'));
const premium = HttpMatch.header('x-user-type', StringMatch.exact('premium'));

const gateway = (chart: Chart) => new IstioGateway(chart, 'Edge', {
  metadata: { name: 'edge' },
  servers: [GatewayServer.https(['shop.example.com', '*.example.org'], { tls: ServerTls.simple({ credentialName: 'shop-tls' }) })],
});
const find = (chart: Chart, kind: string, name: string) =>
  Testing.synth(chart).find((object) => object.kind === kind && object.metadata.name === name);
const http = (chart: Chart, name = 'orders') => find(chart, 'VirtualService', name).spec.http;
const shares = (rule: any) => Object.fromEntries(rule.route.map((route: any) => [route.destination.subset, route.weight ?? 100]));

describe('CanaryService', () => {
  test('divides the requests of callers in the mesh', () => {
    // GIVEN
    const chart = Testing.chart();
    const service = new kplus.Service(chart, 'Service', { metadata: { name: 'orders', namespace: 'shop' }, ports: [{ name: 'http', port: 80 }] });

    // WHEN
    new CanaryService(chart, 'Orders', {
      service,
      stable: { labels: { version: 'v1' } },
      canary: { labels: { version: 'v2' }, weight: 5, match: [tester] },
      userGroups: [{ name: 'premium', match: [premium], weight: 30 }],
      timeout: Duration.seconds(10),
      retries: RetryPolicy.never(),
    });

    // THEN
    const limits = { timeout: '10s', retries: { attempts: 0 } };
    const to = (subset: string) => ({ host: 'orders.shop.svc.cluster.local', subset });
    expect(find(chart, 'VirtualService', 'orders').metadata.namespace).toBe('shop');
    expect(find(chart, 'VirtualService', 'orders').spec).toEqual({
      hosts: ['orders.shop.svc.cluster.local'],
      http: [
        { match: [{ headers: { 'x-canary': { exact: 'true' } } }], route: [{ destination: to('v2') }], ...limits },
        {
          name: 'premium',
          match: [{ headers: { 'x-user-type': { exact: 'premium' } } }],
          route: [{ destination: to('v1'), weight: 70 }, { destination: to('v2'), weight: 30 }],
          ...limits,
        },
        { route: [{ destination: to('v1'), weight: 95 }, { destination: to('v2'), weight: 5 }], ...limits },
      ],
    });
    expect(find(chart, 'DestinationRule', 'orders').spec).toEqual({
      host: 'orders.shop.svc.cluster.local',
      subsets: [{ name: 'v1', labels: { version: 'v1' } }, { name: 'v2', labels: { version: 'v2' } }],
    });
    expect(chart).toBeAcceptedByIstio();
  });

  test('gives the canary nothing until it is told to, and has a timeout and safe retries', () => {
    const chart = Testing.chart();

    new CanaryService(chart, 'Orders', { service: orders, ...versions });

    expect(http(chart)).toHaveLength(1);
    expect(shares(http(chart)[0])).toEqual({ v1: 100, v2: 0 });
    expect(http(chart)[0]).toMatchObject({ timeout: '15s', retries: { attempts: 2, retryOn: 'connect-failure,refused-stream,reset-before-request' } });
  });

  test('names the rule for everybody, for access logs and delivery controllers', () => {
    const chart = Testing.chart();
    new CanaryService(chart, 'Orders', { service: orders, ...versions, userGroups: [{ name: 'premium', match: [premium] }], ruleName: 'everybody' });
    expect(http(chart).map(({ name }: any) => name)).toEqual(['premium', 'everybody']);
    expect(() => new CanaryService(chart, 'Goods', { service: goods, ...versions, ruleName: '' })).toThrow('ruleName is "", expected a non-empty string');
  });

  test('has no timeout where answers are streams', () => {
    const chart = Testing.chart();
    new CanaryService(chart, 'Orders', { service: orders, ...versions, streaming: true });
    expect(http(chart)[0].timeout).toBeUndefined();
  });

  test('matches testers by cookie and takes user groups in the stated order', () => {
    const chart = Testing.chart();

    new CanaryService(chart, 'Orders', {
      service: orders,
      stable: versions.stable,
      canary: { ...versions.canary, match: [HttpMatch.cookie('canary', 'yes'), tester] },
      userGroups: [{ match: [premium], weight: 30 }, { match: [HttpMatch.header('x-user-type', StringMatch.present())], weight: 100 }],
    });

    expect(http(chart).map(shares)).toEqual([{ v2: 100 }, { v1: 70, v2: 30 }, { v2: 100 }, { v1: 100, v2: 0 }]);
    expect(http(chart)[0].match).toEqual([
      { headers: { cookie: { regex: '(.*;\\s*)?canary=yes(\\s*;.*)?' } } },
      { headers: { 'x-canary': { exact: 'true' } } },
    ]);
    expect(chart).toBeAcceptedByIstio();
  });

  test('PROPERTY every rule totals 100 and Istio accepts it, whatever the shares', () => {
    const percent = fc.integer({ min: 0, max: 100 });
    const app = Testing.app();
    const chart = new Chart(app, 'all');
    let count = 0;
    fc.assert(fc.property(percent, fc.array(percent, { maxLength: 4 }), (weight, groups) => {
      const name = `orders-${count++}`;
      new CanaryService(chart, name, {
        service: ServiceRef.fromName(name, { namespace: 'shop' }),
        stable: versions.stable,
        canary: { ...versions.canary, weight },
        userGroups: groups.map((share, i) => ({ match: [HttpMatch.header('x-group', StringMatch.exact(`g${i}`))], weight: share })),
      });
    }), { numRuns: 50 });

    const rules = Testing.synth(chart).filter(({ kind }) => kind === 'VirtualService').flatMap(({ spec }) => spec.http);
    for (const rule of rules) {
      expect(Object.values<number>(shares(rule)).reduce((sum, share) => sum + share)).toBe(100);
    }
    expect(chart).toBeAcceptedByIstio();
  });

  describe('names', () => {
    const everybody = { ...versions, ruleName: 'everybody' };

    test('PROPERTY no name stands for two rules of a VirtualService, whatever the options', () => {
      const app = Testing.app();
      const chart = new Chart(app, 'all');
      const edge = gateway(chart);
      const percent = fc.integer({ min: 0, max: 30 });
      const group = fc.record({ named: fc.boolean(), v2: percent, v3: percent });
      const options = fc.record({
        weights: fc.tuple(percent, percent),
        ruleName: fc.constantFrom('everybody', undefined),
        groups: fc.array(group, { maxLength: 3 }),
        sticky: fc.boolean(),
        tester: fc.boolean(),
        mirror: fc.boolean(),
        override: fc.boolean(),
        fault: fc.boolean(),
        preview: fc.boolean(),
        name: fc.constantFrom('first', undefined),
      });
      let count = 0;
      fc.assert(fc.property(options, (chosen) => {
        const service = `orders-${count++}`;
        const canary = new CanaryService(chart, service, {
          service: ServiceRef.fromName(service, { namespace: 'shop' }),
          stable: versions.stable,
          canaries: [
            { ...versions.canary, weight: chosen.weights[0], match: chosen.tester ? [tester] : undefined },
            { labels: { version: 'v3' }, ...chosen.mirror ? { mirror: 10 } : { weight: chosen.weights[1] } },
          ],
          userGroups: chosen.groups.map(({ named, v2, v3 }, index) => ({
            name: named ? `group-${index}` : undefined,
            match: [HttpMatch.header('x-group', StringMatch.exact(`g${index}`))],
            weights: { v2, v3 },
            fault: chosen.fault ? HttpFault.abort(503, 1) : undefined,
          })),
          overrides: chosen.override ? [HttpRoute.directResponse(503, { name: 'off', match: [HttpMatch.pathPrefix('/off')] })] : undefined,
          ruleName: chosen.ruleName,
          sticky: chosen.sticky ? {} : undefined,
        });
        const hosts = [`${service}.example.org`];
        canary.exposeVia(edge, { hosts, name: chosen.name, match: [HttpMatch.header('x-way', StringMatch.exact('1'))] });
        canary.exposeVia(edge, { hosts, name: 'second', version: chosen.preview ? 'v3' : undefined, match: [HttpMatch.header('x-way', StringMatch.exact('2'))] });
      }), { numRuns: 30 });

      const routed = Testing.synth(chart).filter(({ kind }) => kind === 'VirtualService');
      expect(routed).toHaveLength(60);
      for (const { spec } of routed) {
        const named = spec.http.flatMap(({ name }: any) => name ?? []);
        expect(named).toEqual([...new Set(named)]);
      }
    }, 30_000);

    test.each<[string, Partial<CanaryServiceProps>, string]>([
      ['two groups', { userGroups: [{ name: 'a', match: [tester] }, { name: 'a', match: [premium] }] }, 'two rules named "a"'],
      ['a group and the rule for everybody', { userGroups: [{ name: 'everybody', match: [tester] }] }, 'two rules named "everybody"'],
      ['an override and the rule for everybody', { overrides: [HttpRoute.directResponse(503, { name: 'everybody', match: [premium] })] }, 'two rules named "everybody"'],
    ])('refuses one name for %s', (_, props, message) => {
      expect(() => new CanaryService(Testing.chart(), 'Orders', { service: orders, ...everybody, ...props }))
        .toThrow(`the CanaryService has ${message}, expected a name of its own for each; rename one of them`);
    });

    test('may be the same for services of one host, behind the name of the exposure', () => {
      const chart = Testing.chart();
      const edge = gateway(chart);
      const [shop, store] = [orders, goods].map((service) => new CanaryService(chart, service.name, { service, ...everybody }));
      shop.exposeVia(edge, { hosts: ['shop.example.com'], match: [HttpMatch.pathPrefix('/orders')] });

      expect(() => store.exposeVia(edge, { hosts: ['shop.example.com'], match: [HttpMatch.pathPrefix('/goods')] }))
        .toThrow('the VirtualService of "shop.example.com" has two rules named "everybody", expected a name of its own for each; give exposeVia a name, which stands before the names of its rules');

      store.exposeVia(edge, { hosts: ['shop.example.com'], match: [HttpMatch.pathPrefix('/goods')], name: 'goods' });
      expect(http(chart, 'edge-shop-example-com').map(({ name }: any) => name)).toEqual(['everybody', 'goods-everybody']);
    });

    test('come from the exposure where the rule for everybody has none', () => {
      const chart = Testing.chart();
      new CanaryService(chart, 'Orders', { service: orders, ...versions, userGroups: [{ match: [tester] }] })
        .exposeVia(gateway(chart), { hosts: ['shop.example.com'], name: 'shop' });
      expect(http(chart, 'edge-shop-example-com').map(({ name }: any) => name)).toEqual([undefined, 'shop']);
    });
  });

  test('tries out several versions at once, each with its own share, testers and limits', () => {
    // GIVEN
    const chart = Testing.chart();

    // WHEN
    const canary = new CanaryService(chart, 'Orders', {
      service: orders,
      stable: versions.stable,
      canaries: [
        { labels: { version: 'v2' }, weight: 15, match: [tester] },
        { labels: { version: 'v3' }, weight: 5, trafficPolicy: { connectionPool: { tcp: { maxConnections: 10 } } } },
      ],
      userGroups: [{ name: 'premium', match: [premium], weights: { v3: 30, v2: 20 } }],
    });

    // THEN
    expect(http(chart).map(shares)).toEqual([{ v2: 100 }, { v1: 50, v3: 30, v2: 20 }, { v1: 80, v2: 15, v3: 5 }]);
    expect(find(chart, 'DestinationRule', 'orders').spec.subsets.map(({ name }: any) => name)).toEqual(['v1', 'v2', 'v3']);
    expect([canary.stable, canary.canary, canary.subset('v3')].map(({ name }) => name)).toEqual(['v1', 'v2', 'v3']);
    expect(() => canary.subset('v4')).toThrow('the version is "v4", expected one of "v1", "v2", "v3"; add it to the canaries');
  });

  test('tells groups apart by claims of a token where there is one to read, on gateways', () => {
    const chart = Testing.chart();

    new CanaryService(chart, 'Orders', {
      service: orders,
      stable: versions.stable,
      canary: { ...versions.canary, match: [HttpMatch.jwtClaim('group', StringMatch.exact('staff'))] },
      userGroups: [{ match: [HttpMatch.jwtClaim('plan', StringMatch.exact('premium')), premium], weight: 30 }],
    }).exposeVia(gateway(chart), { hosts: ['shop.example.com'] });

    expect(http(chart).map((rule: any) => rule.match)).toEqual([[{ headers: { 'x-user-type': { exact: 'premium' } } }], undefined]);
    expect(http(chart, 'edge-shop-example-com').map((rule: any) => rule.match)).toEqual([
      [{ headers: { '@request.auth.claims.group': { exact: 'staff' } } }],
      [{ headers: { '@request.auth.claims.plan': { exact: 'premium' } } }, { headers: { 'x-user-type': { exact: 'premium' } } }],
      undefined,
    ]);
  });

  test('injects a fault for one group of users and nobody else', () => {
    const chart = Testing.chart();

    new CanaryService(chart, 'Orders', {
      service: orders,
      stable: versions.stable,
      canary: { ...versions.canary, weight: 5 },
      userGroups: [{ name: 'chaos', match: [tester], fault: HttpFault.abort(503, 50) }],
    });

    const [chaos, everybody] = http(chart);
    expect(shares(chaos)).toEqual({ v1: 100 });
    expect(chaos.fault).toEqual({ abort: { httpStatus: 503, percentage: { value: 50 } } });
    expect(everybody.fault).toBeUndefined();
  });

  test('sends a version copies of the requests that others answer', () => {
    const chart = Testing.chart();

    new CanaryService(chart, 'Orders', {
      service: orders,
      stable: versions.stable,
      canaries: [{ ...versions.canary, weight: 5 }, { labels: { version: 'v3' }, mirror: 25 }],
      userGroups: [{ match: [premium], weights: { v3: 10 } }],
    });

    const [group, everybody] = http(chart);
    expect(group.mirrors).toBeUndefined(); // it answers some of these itself
    expect(everybody.mirrors).toEqual([{ destination: { host: 'orders.shop.svc.cluster.local', subset: 'v3' }, percentage: { value: 25 } }]);
    expect(shares(everybody)).toEqual({ v1: 95, v2: 5, v3: 0 });
  });

  describe('sticky', () => {
    const cookieOf = (rule: any) => rule.match?.[0].headers.cookie?.regex;

    test('keeps users with the version that they met, rule by rule', () => {
      const chart = Testing.chart();

      new CanaryService(chart, 'Orders', {
        service: orders,
        stable: versions.stable,
        canary: { ...versions.canary, weight: 5 },
        userGroups: [{ match: [premium], weight: 30 }, { match: [tester], weight: 100 }],
        sticky: {},
      });

      expect(http(chart).map((rule: any) => [cookieOf(rule), shares(rule)])).toEqual([
        ['(.*;\\s*)?orders-version=v1(\\s*;.*)?', { v1: 100 }],
        ['(.*;\\s*)?orders-version=v2(\\s*;.*)?', { v2: 100 }],
        [undefined, { v1: 70, v2: 30 }],
        [undefined, { v2: 100 }],
        ['(.*;\\s*)?orders-version=v1(\\s*;.*)?', { v1: 100 }],
        ['(.*;\\s*)?orders-version=v2(\\s*;.*)?', { v2: 100 }],
        [undefined, { v1: 95, v2: 5 }],
      ]);
      expect(http(chart)[6].route[1].headers.response.add).toEqual({ 'set-cookie': 'orders-version=v2; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax' });
    });

    test('gives the rules that keep users names of their own, beside that of the rule for all others', () => {
      const chart = Testing.chart();

      new CanaryService(chart, 'Orders', {
        service: orders,
        stable: versions.stable,
        canary: { ...versions.canary, weight: 5, match: [tester] },
        userGroups: [{ name: 'premium', match: [premium], weight: 30 }],
        ruleName: 'everybody',
        sticky: {},
      }).exposeVia(gateway(chart), { hosts: ['shop.example.com'], name: 'shop' });

      const names = [undefined, 'premium-sticky-v1', 'premium-sticky-v2', 'premium', 'everybody-sticky-v1', 'everybody-sticky-v2', 'everybody'];
      expect(http(chart).map(({ name }: any) => name)).toEqual(names);
      expect(http(chart, 'edge-shop-example-com').map(({ name }: any) => name)).toEqual(names.map((name) => name && `shop-${name}`));
    });

    test('lets everybody go when a version gets nothing any more', () => {
      const chart = Testing.chart();
      new CanaryService(chart, 'Orders', { service: orders, ...versions, sticky: { cookie: 'seen', maxAge: Duration.minutes(5) } });
      expect(http(chart)).toHaveLength(1);
      expect(JSON.stringify(http(chart))).not.toContain('cookie');
    });

    test.each([
      ['a time that cookies cannot count', { maxAge: Duration.millis(1500) }, 'sticky.maxAge is 1.5 seconds, expected a whole number of them; cookies count in seconds'],
      ['a time that is no Duration', { maxAge: 60 }, 'sticky.maxAge is 60, expected a Duration'],
      ['a name that is none', { cookie: '' }, 'sticky.cookie is "", expected a non-empty string'],
      ['a cookie that no header could hold', { cookie: 'a b' }, 'the cookie is "a b" with the value "v1", expected a name and a value without blank'],
      ['an unknown property', { ttl: 60 }, 'sticky has no property "ttl" (got 60)'],
      ['what is no object', true, 'sticky is true, expected an object with its properties'],
    ])('refuses %s', (_, sticky, message) => {
      expect(() => new CanaryService(Testing.chart(), 'Orders', { service: orders, stable: versions.stable, canary: { ...versions.canary, weight: 5 }, sticky: sticky as any })).toThrow(message);
    });
  });

  test('puts other rules before its own, in the mesh and on gateways', () => {
    const chart = Testing.chart();

    new CanaryService(chart, 'Orders', {
      service: orders,
      ...versions,
      overrides: [HttpRoute.directResponse(503, { match: [HttpMatch.pathPrefix('/orders/export')], body: 'switched off' })],
    }).exposeVia(gateway(chart), { hosts: ['shop.example.com'], match: [HttpMatch.pathPrefix('/orders')] });

    for (const name of ['orders', 'edge-shop-example-com']) {
      expect(http(chart, name)[0]).toEqual({ match: [{ uri: { prefix: '/orders/export' } }], directResponse: { status: 503, body: { string: 'switched off' } } });
      expect(http(chart, name)).toHaveLength(2);
    }
  });

  describe('with a ResilientDestination', () => {
    test('adds its subsets to that DestinationRule, which stays the only one', () => {
      // GIVEN
      const chart = Testing.chart();
      const destination = new ResilientDestination(chart, 'Destination', { service: orders });

      // WHEN
      const canary = new CanaryService(chart, 'Orders', {
        service: orders,
        destination,
        stable: versions.stable,
        canary: { ...versions.canary, trafficPolicy: { connectionPool: { tcp: { maxConnections: 10 } } } },
      });

      // THEN
      const rules = Testing.synth(chart).filter(({ kind }) => kind === 'DestinationRule');
      expect(rules).toHaveLength(1);
      expect(rules[0].spec.trafficPolicy.outlierDetection).toBeDefined();
      expect(rules[0].spec.subsets[1].trafficPolicy.connectionPool).toEqual({ ...rules[0].spec.trafficPolicy.connectionPool, tcp: { maxConnections: 10, connectTimeout: '10s' } });
      expect(canary.destinationRule).toBe(destination.destinationRule);
      expect(chart).toBeAcceptedByIstio();
    });

    test('refuses one of another service, or beside it a DestinationRule of its own', () => {
      const chart = Testing.chart();
      const destination = new ResilientDestination(chart, 'Destination', { service: goods });

      expect(() => new CanaryService(chart, 'A', { service: orders, ...versions, destination }))
        .toThrow('destination is for goods.shop.svc.cluster.local, expected one for orders.shop.svc.cluster.local');
      expect(() => new CanaryService(chart, 'B', { service: goods, ...versions })).toThrow(/goods.* has a DestinationRule from test\/Destination already/);
      expect(() => new CanaryService(chart, 'C', { service: goods, ...versions, destination: {} as any })).toThrow('destination is {}, expected a ResilientDestination');
    });
  });

  describe('exposeVia', () => {
    test('repeats the split and its limits for clients of the gateway', () => {
      // GIVEN
      const chart = Testing.chart();
      const canary = new CanaryService(chart, 'Orders', {
        service: orders, stable: versions.stable, canary: { ...versions.canary, weight: 5, match: [tester] }, timeout: Duration.seconds(5),
      });

      // WHEN
      canary.exposeVia(gateway(chart), { hosts: ['shop.example.com'], match: [HttpMatch.pathPrefix('/orders'), HttpMatch.pathPrefix('/carts')], rewrite: { uri: '/' } });

      // THEN
      const { spec } = find(chart, 'VirtualService', 'edge-shop-example-com');
      expect(spec).toMatchObject({ hosts: ['shop.example.com'], gateways: ['edge'] });
      expect(spec.http.map(({ match }: any) => match)).toEqual([
        [{ uri: { prefix: '/orders' }, headers: { 'x-canary': { exact: 'true' } } }, { uri: { prefix: '/carts' }, headers: { 'x-canary': { exact: 'true' } } }],
        [{ uri: { prefix: '/orders' } }, { uri: { prefix: '/carts' } }],
      ]);
      const withoutMatch = ({ match, rewrite, ...rule }: any) => rule;
      expect(spec.http.map(withoutMatch)).toEqual(http(chart).map(withoutMatch));
      expect(spec.http[0].rewrite).toEqual({ uri: '/' });
      expect(chart).toBeAcceptedByIstio();
    });

    test('shares the VirtualService of a host among services, the narrower match first, in whatever order they come', () => {
      const chart = Testing.chart();
      const edge = gateway(chart);
      const expose = (name: string, match?: HttpMatch[]) =>
        new CanaryService(chart, name, { service: ServiceRef.fromName(name), ...versions }).exposeVia(edge, { hosts: ['shop.example.com'], match });

      expose('web');
      expose('api', [HttpMatch.pathPrefix('/api/')]);
      expose('health', [HttpMatch.path('/api/health')]);
      expose('static', [HttpMatch.pathPrefix('/static/')]);

      const { spec } = find(chart, 'VirtualService', 'edge-shop-example-com');
      expect(spec.http.map((rule: any) => rule.route[0].destination.host)).toEqual(['health', 'api', 'static', 'web']);
      expect(chart).toBeAcceptedByIstio();
    });

    test('writes every DestinationRule before the VirtualServices that name its subsets', () => {
      const chart = Testing.chart();
      const edge = gateway(chart);
      new CanaryService(chart, 'Orders', { service: orders, ...versions }).exposeVia(edge, { hosts: ['shop.example.com'], match: [HttpMatch.pathPrefix('/orders')] });
      new CanaryService(chart, 'Goods', { service: goods, ...versions }).exposeVia(edge, { hosts: ['shop.example.com'], match: [HttpMatch.pathPrefix('/goods')] });

      expect(Testing.synth(chart).map(({ kind }) => kind))
        .toEqual(['Gateway', 'DestinationRule', 'DestinationRule', 'VirtualService', 'VirtualService', 'VirtualService']);
    });

    test('serves several hosts, wildcards too, and gateways outside the app', () => {
      const chart = Testing.chart();
      const canary = new CanaryService(chart, 'Orders', { service: orders, ...versions });

      canary.exposeVia(gateway(chart), { hosts: ['shop.example.com', '*.example.org'] });
      canary.exposeVia(IstioGateway.fromName('inner', { namespace: 'istio-ingress' }), { hosts: ['orders.internal.example'] });

      expect(find(chart, 'VirtualService', 'edge-wildcard-example-org').spec.hosts).toEqual(['*.example.org']);
      expect(find(chart, 'VirtualService', 'istio-ingress-inner-orders-internal-example').spec.gateways).toEqual(['istio-ingress/inner']);
      expect(chart).toBeAcceptedByIstio();
    });

    test('narrows the path of the canary within that of the exposure, and refuses paths that exclude each other', () => {
      const chart = Testing.chart();
      const edge = gateway(chart);
      const canary = new CanaryService(chart, 'Orders', { service: orders, stable: versions.stable, canary: { ...versions.canary, match: [HttpMatch.pathPrefix('/orders/beta')] } });

      canary.exposeVia(edge, { hosts: ['shop.example.com'], match: [HttpMatch.pathPrefix('/orders')] });

      expect(find(chart, 'VirtualService', 'edge-shop-example-com').spec.http[0].match).toEqual([{ uri: { prefix: '/orders/beta' } }]);
      expect(() => canary.exposeVia(edge, { hosts: ['a.example.org'], match: [HttpMatch.pathPrefix('/goods')] }))
        .toThrow('two joined matches compare "uri" with {"prefix":"/goods"} and {"prefix":"/orders/beta"}, expected one within the other');
    });

    test('shows only the next version on a host for previews', () => {
      const chart = Testing.chart();
      const canary = new CanaryService(chart, 'Orders', { service: orders, ...versions, timeout: Duration.seconds(5) });

      canary.exposeVia(gateway(chart), { hosts: ['preview.example.org'], version: 'v2' });

      expect(http(chart, 'edge-preview-example-org').map(shares)).toEqual([{ v2: 100 }]);
      expect(http(chart, 'edge-preview-example-org')[0].timeout).toBe('5s');
      expect(() => canary.exposeVia(gateway(new Chart(Testing.app(), 'other')), { hosts: ['shop.example.com'], version: 'v9' }))
        .toThrow('the version is "v9", expected one of "v1", "v2"');
    });

    test('refuses requests that another service is exposed for', () => {
      const chart = Testing.chart();
      const edge = gateway(chart);
      const expose = (id: string, service: ServiceRef) =>
        new CanaryService(chart, id, { service, ...versions }).exposeVia(edge, { hosts: ['shop.example.com'], match: [HttpMatch.pathPrefix('/same')] });
      expose('Orders', orders);

      expect(() => expose('Goods', goods))
        .toThrow('test/Goods and test/Orders are exposed for the same requests to "shop.example.com", expected different matches; add a match to one of them');
    });

    test('lets two charts use one host for disjoint requests only, since their order is not certain', () => {
      const app = new App();
      const [first, second] = [new Chart(app, 'first', { namespace: 'a' }), new Chart(app, 'second', { namespace: 'b' })];
      const edge = gateway(first);
      new CanaryService(first, 'Orders', { service: orders, ...versions }).exposeVia(edge, { hosts: ['shop.example.com'], match: [HttpMatch.pathPrefix('/orders')] });
      const canary = new CanaryService(second, 'Goods', { service: goods, ...versions });

      canary.exposeVia(edge, { hosts: ['shop.example.com'], match: [HttpMatch.pathPrefix('/goods')] });

      expect(find(second, 'VirtualService', 'a-edge-shop-example-com').spec.gateways).toEqual(['a/edge']);
      expect(() => canary.exposeVia(edge, { hosts: ['shop.example.com'] }))
        .toThrow('second/Goods and first/Orders are exposed in two charts for the same requests to "shop.example.com", expected disjoint matches');
    });

    test('refuses a host that no server of the gateway answers for', () => {
      const chart = Testing.chart();
      new CanaryService(chart, 'Orders', { service: orders, ...versions }).exposeVia(gateway(chart), { hosts: ['other.example.com'] });

      expect(() => Testing.synth(chart)).toThrow('edge has no server for the host "other.example.com", expected one; add the host to a server of the gateway');
    });

    test.each([
      ['no hosts', { hosts: [] }, 'hosts of exposeVia is [], expected a list of at least one entry'],
      ['an unknown property', { hosts: ['shop.example.com'], timeout: 5 }, 'exposeVia has no property "timeout" (got 5)'],
      ['a match that is none', { hosts: ['shop.example.com'], match: ['/orders'] }, 'a match is "/orders", expected an HttpMatch'],
    ])('refuses %s', (_, options, message) => {
      const chart = Testing.chart();
      const canary = new CanaryService(chart, 'Orders', { service: orders, ...versions });
      expect(() => canary.exposeVia(gateway(chart), options as any)).toThrow(message);
    });
  });

  test('takes patches by way of its resources', () => {
    const chart = Testing.chart();
    const canary = new CanaryService(chart, 'Orders', { service: orders, ...versions });

    canary.virtualService.addJsonPatch(JsonPatch.add('/spec/http/0/notYetKnown', true));
    canary.destinationRule.metadata.addLabel('team', 'orders');

    const [rule, virtualService] = synthUnjudged(chart);
    expect(virtualService.spec.http[0].notYetKnown).toBe(true);
    expect(rule.metadata.labels.team).toBe('orders');
    expect(ApiObject.of(canary.virtualService).kind).toBe('VirtualService');
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['a negative share', { canary: { ...versions.canary, weight: -7 } }, 'canary.weight is -7, expected a whole number from 0 to 100; give the percentage of the canary'],
    ['a share over 100', { canary: { ...versions.canary, weight: 101 } }, 'canary.weight is 101'],
    ['a share that is no number', { canary: { ...versions.canary, weight: '5' } }, 'canary.weight is "5"'],
    ['an empty match', { canary: { ...versions.canary, match: [] } }, 'canary.match is [], expected a list of at least one entry; leave it out for none'],
    ['a group without a match', { userGroups: [{ weight: 5 }] }, 'match of a user group is undefined, expected a list'],
    ['a group with a wrong share', { userGroups: [{ match: [premium], name: 'premium', weight: 130 }] }, 'the weight of user group "premium" is 130'],
    ['a group with an unknown property', { userGroups: [{ match: [premium], weight: 1, percent: 5 }] }, 'a user group has no property "percent" (got 5); use percentage'],
    ['a group that never gets its requests', { userGroups: [{ match: [premium], weight: 1 }, { match: [premium], weight: 2 }] }, 'rule 2 can never be reached, expected it before rule 1'],
    ['a group with one weight and several', { userGroups: [{ match: [premium], weight: 1, weights: { v2: 1 } }] }, 'user group without a name has weight and weights, expected one of them'],
    ['a group with a share for the stable version', { userGroups: [{ match: [premium], weights: { v1: 10 } }] }, 'the weights of user group without a name name "v1", expected one of "v2"; the stable version gets what is left'],
    ['no canary', { canary: undefined }, 'the CanaryService has neither canary nor canaries, expected one of them'],
    ['one canary and several', { canaries: [versions.canary] }, 'the CanaryService has canary and canaries, expected one of them'],
    ['shares over 100 in all', { canary: undefined, canaries: [{ ...versions.canary, weight: 60 }, { labels: { version: 'v3' }, weight: 50 }] }, 'the weights of the canaries total 110, expected at most 100'],
    ['copies for a version that answers', { canary: { ...versions.canary, weight: 5, mirror: 100 } }, 'canary has a mirror and a weight of 5, expected one of them'],
    ['copies over 100 percent', { canary: { ...versions.canary, mirror: 101 } }, 'canary.mirror is 101, expected a number from 0 to 100'],
    ['an override that is no rule', { overrides: [503] }, 'an override is 503, expected an HttpRoute'],
    ['a stable version that is no object', { stable: 'v1' }, 'stable is "v1", expected an object'],
    ['versions without labels', { stable: { labels: {} } }, 'stable.labels is {}, expected the labels that tell its pods from the other version\'s'],
    ['a version without a name', { stable: { labels: { track: 'a' } } }, 'the name of stable is undefined, expected a non-empty string; add a label version, or name it'],
    ['two versions of one name', { canary: versions.stable }, 'the subset "v1" of orders.shop.svc.cluster.local is defined twice'],
    ['a version with an unknown property', { stable: { labels: { version: 'v1' }, wieght: 5 } }, 'stable has no property "wieght" (got 5)'],
    ['streams with a timeout', { streaming: true, timeout: Duration.seconds(1) }, 'the CanaryService has streaming and timeout, expected one of them'],
    ['a timeout that is no Duration', { timeout: '5s' }, 'the timeout is "5s", expected a Duration; write for example Duration.seconds(5)'],
    ['an unknown property', { weights: { v1: 90 } }, 'CanaryService has no property "weights" (got {"v1":90})'],
    ['a service that is none', { service: Testing.chart() }, 'the service is a Chart, expected a Service construct'],
  ])('refuses %s', (_, props, message) => {
    expect(() => new CanaryService(Testing.chart(), 'Orders', { service: orders, ...versions, ...props } as any)).toThrow(message);
  });

  test('is one for a service', () => {
    const chart = Testing.chart();
    const destination = new ResilientDestination(chart, 'Destination', { service: orders });
    new CanaryService(chart, 'Orders', { service: orders, ...versions, destination });

    const again = { stable: { labels: { version: 'v3' } }, canary: { labels: { version: 'v4' } } };
    expect(() => new CanaryService(chart, 'Again', { service: orders, ...again, destination }))
      .toThrow('orders.shop.svc.cluster.local has a VirtualService from test/Orders already, expected one a service; put all rules into one of them');
  });
});
