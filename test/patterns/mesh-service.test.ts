import { Chart, Duration, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import {
  Caller, CanaryService, GatewayServer, HttpMatch, IstioGateway, MeshService, RetryPolicy, ServerTls, ServiceRef,
} from '../../src';

const service = (chart: Chart, name: string) => new kplus.Service(chart, `${name}-service`, {
  metadata: { name, namespace: 'shop' },
  selector: kplus.Pods.select(chart, `${name}-pods`, { labels: { app: name } }),
  ports: [{ name: 'http', port: 80 }],
});
const policies = (chart: Chart) => Testing.synth(chart).filter(({ kind }) => kind === 'AuthorizationPolicy');

describe('MeshService', () => {
  test('lets one service call another, and nobody else', () => {
    // GIVEN
    const chart = Testing.chart();
    const orders = new MeshService(chart, 'Orders', { service: service(chart, 'orders'), serviceAccount: 'orders' });
    const payment = new MeshService(chart, 'Payment', { service: service(chart, 'payment') });

    // WHEN
    payment.allowFrom(orders, { methods: ['POST'], paths: ['/api/pay'] });

    // THEN
    expect(policies(chart)).toEqual([{
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: { name: 'payment', namespace: 'shop' },
      spec: {
        selector: { matchLabels: { app: 'payment' } },
        rules: [{
          from: [{ source: { serviceAccounts: ['shop/orders'] } }],
          to: [{ operation: { methods: ['POST'], paths: ['/api/pay'] } }],
        }],
      },
    }]);
    expect(chart).toBeAcceptedByIstio();
  });

  test('keeps caller and request of one grant in one rule, so that no grant widens another', () => {
    const chart = Testing.chart();
    const payment = new MeshService(chart, 'Payment', { service: service(chart, 'payment') });

    payment.allowFrom(Caller.namespace('shop'), { paths: ['/api/*'] });
    payment.allowFrom(Caller.anyone(), { paths: ['/healthz'] });
    payment.allowFrom(Caller.serviceAccount('prometheus', { namespace: 'monitoring' }), { ports: [9090] });

    expect(policies(chart)[0].spec.rules).toEqual([
      { from: [{ source: { namespaces: ['shop'] } }], to: [{ operation: { paths: ['/api/*'] } }] },
      { to: [{ operation: { paths: ['/healthz'] } }] },
      { from: [{ source: { serviceAccounts: ['monitoring/prometheus'] } }], to: [{ operation: { ports: ['9090'] } }] },
    ]);
  });

  test('grants by gRPC method, and by claims of a token', () => {
    const chart = Testing.chart();
    const goods = new MeshService(chart, 'Goods', { service: ServiceRef.fromName('goods', { namespace: 'shop' }), labels: { app: 'goods' } });

    goods.allowFrom(Caller.serviceAccount('web'), { grpc: ['shop.goods.v1.Goods/List', 'shop.stock.v1.Stock'], claims: { group: ['admin', 'staff'] } });

    expect(policies(chart)[0].spec.rules).toEqual([{
      from: [{ source: { serviceAccounts: ['web'] } }],
      to: [{ operation: { methods: ['POST'], paths: ['/shop.goods.v1.Goods/List', '/shop.stock.v1.Stock/*'] } }],
      when: [{ key: 'request.auth.claims[group]', values: ['admin', 'staff'] }],
    }]);
  });

  test('reads the other way round too', () => {
    const chart = Testing.chart();
    const orders = new MeshService(chart, 'Orders', { service: service(chart, 'orders'), serviceAccount: 'orders' });
    const payment = new MeshService(chart, 'Payment', { service: service(chart, 'payment') });

    orders.allowTo(payment);

    expect(policies(chart)[0].spec.rules).toEqual([{ from: [{ source: { serviceAccounts: ['shop/orders'] } }] }]);
  });

  test('is part of every CanaryService', () => {
    const chart = Testing.chart();
    const versions = { stable: { labels: { version: 'v1' } }, canary: { labels: { version: 'v2' } } };
    const web = new CanaryService(chart, 'Web', { service: service(chart, 'web'), ...versions, serviceAccount: 'web' });
    const orders = new CanaryService(chart, 'Orders', { service: service(chart, 'orders'), ...versions });

    orders.allowFrom(web, { methods: ['GET'] });

    expect(policies(chart)[0]).toMatchObject({
      metadata: { name: 'orders' },
      spec: { rules: [{ from: [{ source: { serviceAccounts: ['shop/web'] } }], to: [{ operation: { methods: ['GET'] } }] }] },
    });
  });

  test('and a CanaryService let each other in', () => {
    const chart = Testing.chart();
    const versions = { stable: { labels: { version: 'v1' } }, canary: { labels: { version: 'v2' } } };
    const orders = new CanaryService(chart, 'Orders', { service: service(chart, 'orders'), ...versions, serviceAccount: 'orders' });
    const web = new MeshService(chart, 'Web', { service: service(chart, 'web'), serviceAccount: 'web' });

    web.allowTo(orders);
    orders.allowTo(web, { paths: ['/hook'] });

    expect(policies(chart).map(({ metadata, spec }) => [metadata.name, spec.rules[0].from[0].source.serviceAccounts])).toEqual([
      ['orders', ['shop/web']], ['web', ['shop/orders']],
    ]);
  });

  describe('exposeVia', () => {
    const gateway = (chart: Chart) => new IstioGateway(chart, 'Edge', {
      metadata: { name: 'edge' },
      servers: [GatewayServer.https(['shop.example.com', 'api.example.com'], { tls: ServerTls.simple({ credentialName: 'shop-tls' }) })],
    });
    const rules = (chart: Chart, host = 'shop') =>
      Testing.synth(chart).find(({ kind, metadata }) => kind === 'VirtualService' && metadata.name === `edge-${host}-example-com`).spec.http;

    test('puts a service behind hosts of a gateway, with a timeout and safe retries', () => {
      // GIVEN
      const chart = Testing.chart();
      const web = new MeshService(chart, 'Web', { service: service(chart, 'web') });

      // WHEN
      web.exposeVia(gateway(chart), { hosts: ['shop.example.com', 'api.example.com'], name: 'web', rewrite: { uri: '/' }, match: [HttpMatch.pathPrefix('/shop')] });

      // THEN
      expect(rules(chart)).toEqual([{
        name: 'web',
        match: [{ uri: { prefix: '/shop' } }],
        rewrite: { uri: '/' },
        route: [{ destination: { host: 'web.shop.svc.cluster.local' } }],
        timeout: '15s',
        retries: { attempts: 2, retryOn: 'connect-failure,refused-stream,reset-before-request' },
      }]);
      expect(rules(chart, 'api')).toEqual(rules(chart));
      expect(chart).toBeAcceptedByIstio();
    });

    test('shares the VirtualService of a host with the other services there, whatever they are', () => {
      const chart = Testing.chart();
      const edge = gateway(chart);
      const versions = { stable: { labels: { version: 'v1' } }, canary: { labels: { version: 'v2' }, weight: 5 } };
      new MeshService(chart, 'Web', { service: service(chart, 'web') }).exposeVia(edge, { hosts: ['shop.example.com'] });
      new CanaryService(chart, 'Orders', { service: service(chart, 'orders'), ...versions })
        .exposeVia(edge, { hosts: ['shop.example.com'], match: [HttpMatch.pathPrefix('/orders')] });
      new MeshService(chart, 'Events', { service: service(chart, 'events') })
        .exposeVia(edge, { hosts: ['shop.example.com'], match: [HttpMatch.pathPrefix('/orders/events')], streaming: true, retries: RetryPolicy.never() });

      expect(rules(chart).map(({ route, timeout }: any) => [route[0].destination.host.split('.')[0], timeout])).toEqual([['events', undefined], ['orders', '15s'], ['web', '15s']]);
    });

    test.each<[string, (web: MeshService, edge: IstioGateway) => void, string]>([
      ['requests of another service', (web, edge) => [web, web].forEach((one) => one.exposeVia(edge, { hosts: ['shop.example.com'] })), 'are exposed for the same requests'],
      ['streams with a timeout', (web, edge) => web.exposeVia(edge, { hosts: ['shop.example.com'], streaming: true, timeout: Duration.seconds(1) }), 'exposeVia has streaming and timeout, expected one of them'],
      ['an unknown property', (web, edge) => web.exposeVia(edge, { hosts: ['shop.example.com'], version: 'v1' } as any), 'exposeVia has no property "version"'],
      ['no options', (web, edge) => web.exposeVia(edge, undefined as any), 'the options of exposeVia is undefined'],
      ['an empty name', (web, edge) => web.exposeVia(edge, { hosts: ['shop.example.com'], name: '' }), 'the name of exposeVia is ""'],
      ['a gateway that is none', (web) => web.exposeVia('edge' as any, { hosts: ['shop.example.com'] }), 'the name of the gateway is undefined'],
    ])('refuses %s', (_, act, message) => {
      const chart = Testing.chart();
      expect(() => act(new MeshService(chart, 'Web', { service: service(chart, 'web') }), gateway(chart))).toThrow(message);
    });

    test.each([['before', true], ['behind', false]])('refuses a service whose versions a CanaryService divides, %s it', (_, first) => {
      const chart = Testing.chart();
      const orders = service(chart, 'orders');
      const canary = () => new CanaryService(chart, 'Orders', { service: orders, stable: { labels: { version: 'v1' } }, canary: { labels: { version: 'v2' } } });
      const plain = () => new MeshService(chart, 'Plain', { service: orders }).exposeVia(gateway(chart), { hosts: ['shop.example.com'] });
      (first ? [canary, plain] : [plain, canary]).forEach((make) => make());

      expect(() => synthUnjudged(chart)).toThrow('orders.shop.svc.cluster.local has the rules of test/Orders, which requests by way of the MeshService\'s gateway would not meet, expected one that has them; expose it there');
    });
  });

  test('has one policy a service', () => {
    const chart = Testing.chart();
    const ref = service(chart, 'payment');
    new MeshService(chart, 'Payment', { service: ref }).allowFrom(Caller.anyone());

    expect(() => new MeshService(chart, 'Again', { service: ref }).allowFrom(Caller.anyone()))
      .toThrow('payment.shop.svc.cluster.local has an AuthorizationPolicy from test/Payment already, expected one a service; call allowFrom of that one');
  });

  test.each<[string, (payment: MeshService) => void, string]>([
    ['a caller without identity', (payment) => payment.allowTo(payment), 'payment.shop.svc.cluster.local has no service account, expected one for a service that calls others'],
    ['a caller that is none', (payment) => payment.allowFrom('orders' as any), 'the caller is "orders", expected a Caller or a MeshService'],
    ['a called service that is none', (payment) => payment.allowTo('orders' as any), 'the service that is called is "orders", expected a MeshService'],
    ['gRPC and paths in one grant', (payment) => payment.allowFrom(Caller.anyone(), { grpc: ['a.B'], paths: ['/x'] }), 'the access has grpc and methods or paths, expected one of them'],
    ['what is no gRPC method', (payment) => payment.allowFrom(Caller.anyone(), { grpc: ['/a.B/C'] }), 'an entry of grpc is "/a.B/C", expected package.Service or package.Service/Method'],
    ['an unknown property', (payment) => payment.allowFrom(Caller.anyone(), { path: '/x' } as any), 'the access has no property "path" (got "/x")'],
    ['an empty list, which would let everything in', (payment) => payment.allowFrom(Caller.anyone(), { paths: [] }), 'paths is [], expected a list of at least one entry'],
  ])('refuses %s', (_, act, message) => {
    const chart = Testing.chart();
    expect(() => act(new MeshService(chart, 'Payment', { service: service(chart, 'payment') }))).toThrow(message);
  });

  test('refuses to guess the workloads of a service outside the app', () => {
    const payment = new MeshService(Testing.chart(), 'Payment', { service: ServiceRef.fromName('payment') });
    expect(() => payment.allowFrom(Caller.anyone())).toThrow('the workloads of payment are not known, expected their labels to let somebody in');
  });

  test.each<[string, () => unknown, string]>([
    ['an unknown property', () => new MeshService(Testing.chart(), 'A', { service: ServiceRef.fromName('a'), account: 'a' } as any), 'MeshService has no property "account"'],
    ['a service account that is none', () => Caller.serviceAccount('a b'), 'the service account is "a b"'],
    ['a namespace that is none', () => Caller.namespace('a.b'), 'the namespace is "a.b"'],
    ['a namespace of a service account that is none', () => Caller.serviceAccount('a', { namespace: 'B C' }), 'the namespace of the service account is "B C"'],
    ['an unknown option', () => Caller.serviceAccount('a', { ns: 'b' } as any), 'Caller.serviceAccount has no property "ns"'],
  ])('refuses %s', (_, act, message) => {
    expect(act).toThrow(message);
  });
});
