import { Chart, Testing } from 'cdk8s';
import { Pods, Service } from 'cdk8s-plus-28';
import { selfSigned, tlsSecret } from './certificates';
import { Lab } from './lab';
import { Gateway, Sidecar } from './proxy';
import {
  CanaryService, Destination, GatewayProtocol, GatewayServer, HttpMatch, HttpRoute, IstioGateway, RetryPolicy, ServerTls, TcpRoute, TlsRoute,
  VirtualService,
} from '../../src';

const HOST = 'shop.example.com';
const GOODS = '/shop.goods.v1.Goods/List';
const certificate = selfSigned(HOST);
const inner = selfSigned('vault.example.com');

/** One service of each protocol, behind one gateway. */
class Shop extends Chart {
  constructor() {
    super(Testing.app(), 'shop', { namespace: 'shop', disableResourceNameHashes: true });
    const orders = this.service('orders', 'http', 80, 8080);
    const goods = this.service('goods', 'grpc', 8053, 8053);
    const stock = this.service('stock', 'tcp', 5432, 9000);
    const vault = this.service('vault', 'tls', 8443, 8443);
    const edge = new IstioGateway(this, 'edge', {
      servers: [
        GatewayServer.https([HOST], { tls: ServerTls.simple({ credentialName: 'shop-tls' }) }),
        GatewayServer.redirectToHttps([HOST]),
        GatewayServer.http(['goods.example.com']),
        GatewayServer.plaintext(GatewayProtocol.TCP, ['*'], { port: 9000 }),
        GatewayServer.tls(['vault.example.com'], { port: 9443, tls: ServerTls.passthrough() }),
      ],
    });
    new VirtualService(this, 'orders-edge', {
      hosts: [HOST], gateways: [edge], http: [HttpRoute.forward(Destination.service(orders), { retries: RetryPolicy.idempotent({ attempts: 2 }) })],
    });
    new CanaryService(this, 'goods-canary', {
      service: goods,
      stable: { labels: { version: 'v1' } },
      canary: { labels: { version: 'v2' }, match: [HttpMatch.grpc('shop.goods.v1.Goods', 'List')], weight: 0 },
    }).exposeVia(edge, { hosts: ['goods.example.com'] });
    new VirtualService(this, 'stock-edge', {
      hosts: ['*'], gateways: [edge], tcp: [TcpRoute.forward(Destination.service(stock))],
    });
    new VirtualService(this, 'vault-edge', {
      hosts: ['vault.example.com'], gateways: [edge], tls: [TlsRoute.forward(Destination.service(vault), { match: [{ sniHosts: ['vault.example.com'] }] })],
    });
  }

  private service(name: string, protocol: string, port: number, targetPort: number): Service {
    return new Service(this, name, {
      metadata: { name },
      selector: Pods.select(this, `${name}-pods`, { labels: { app: name } }),
      ports: [{ name: protocol, port, targetPort }],
    });
  }
}

let lab: Lab;
let gateway: Gateway;
let sidecar: Sidecar;

beforeAll(async () => {
  lab = await Lab.start();
  await lab.namespace('shop');
  await lab.apply([tlsSecret('istio-system', 'shop-tls', certificate)]);
  await lab.apply(new Shop());
  gateway = await lab.gateway({ ports: [80, 443, 9000, 9443] });
  sidecar = await lab.sidecar({ namespace: 'shop' });
});

afterAll(() => lab?.stop());

test('a gateway ends TLS with the certificate of a secret', async () => {
  await lab.backend({ namespace: 'shop', labels: { app: 'orders', version: 'v1' }, port: 8080 });

  const { first } = await gateway.send({ host: HOST, tls: { ca: certificate.cert } });

  expect(first).toMatchObject({ status: 200, certificate: HOST, echo: { backend: 'orders-v1', headers: { 'x-forwarded-proto': 'https' } } });
});

test('plain HTTP is sent to HTTPS', async () => {
  const { first } = await gateway.send({ host: HOST, path: '/orders?id=1' });

  expect(first).toMatchObject({ status: 301, headers: { location: `https://${HOST}/orders?id=1` } });
});

test('gRPC goes by method', async () => {
  for (const version of ['v1', 'v2']) {
    await lab.backend({ namespace: 'shop', labels: { app: 'goods', version }, port: 8053, protocol: 'grpc' });
  }

  const lists = await gateway.grpc({ host: 'goods.example.com', method: GOODS, count: 20 });
  const [other] = await gateway.grpc({ host: 'goods.example.com', method: '/shop.goods.v1.Goods/Get' });

  expect(lists.map(({ code, echo }) => [code, echo?.backend])).toEqual(lists.map(() => [0, 'goods-v2']));
  expect(other).toMatchObject({ code: 0, echo: { backend: 'goods-v1', path: '/shop.goods.v1.Goods/Get', body: 'call 0' } });
});

test('TCP and TLS pass through a gateway', async () => {
  await lab.backend({ namespace: 'shop', labels: { app: 'stock' }, port: 9000, protocol: 'tcp' });
  await lab.backend({ namespace: 'shop', labels: { app: 'vault' }, port: 8443, protocol: 'tcp', tls: inner });

  expect(await gateway.connect({ port: 9000, say: 'hello' })).toMatchObject({ backend: 'stock', received: 'stock\nhello', error: undefined });
  expect(await gateway.connect({ port: 9443, tls: { ca: inner.cert, servername: 'vault.example.com' } })).toMatchObject({
    backend: 'vault', certificate: 'vault.example.com',
  });
  expect(await gateway.connect({ port: 9443, tls: { ca: inner.cert, servername: 'other.example.com' } })).toMatchObject({ backend: undefined });
});

test('HTTP, gRPC and TCP leave through a sidecar', async () => {
  const { first } = await sidecar.send({ host: 'orders.shop.svc.cluster.local', path: '/from-inside' });
  const [call] = await sidecar.grpc({ host: 'goods.shop.svc.cluster.local', port: 8053, method: GOODS });
  const connection = await sidecar.connect({ port: 5432, say: 'hello' });

  expect(first).toMatchObject({ status: 200, echo: { backend: 'orders-v1', path: '/from-inside' } });
  expect(call).toMatchObject({ code: 0, details: '', echo: { backend: 'goods-v2' } });
  expect(connection).toMatchObject({ backend: 'stock', received: 'stock\nhello' });
});

test('a backend fails, waits and closes as it is told, and counts', async () => {
  const backend = await lab.backend({ namespace: 'shop', labels: { app: 'orders' }, name: 'orders-told', port: 8080 });
  await lab.removeBackend(lab.backendNamed('orders-v1'));
  const tls = { ca: certificate.cert };

  backend.failNext(2, 503);
  expect((await gateway.send({ host: HOST, tls })).countByStatus).toEqual({ 200: 1 });
  expect(backend.count).toBe(3);

  backend.behaveNext({ delay: 300 });
  expect((await gateway.send({ host: HOST, tls })).first.millis).toBeGreaterThan(300);

  backend.reset();
  backend.behave({ close: true });
  expect((await gateway.send({ host: HOST, tls })).countByStatus).toEqual({ 503: 1 });
  expect(backend.count).toBe(3);
});

test('a load goes on while it is looked at', async () => {
  lab.backendNamed('orders-told').reset();
  const load = gateway.load({ host: HOST, tls: { ca: certificate.cert }, perSecond: 200 });
  await lab.settled();
  while (load.count < 100) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }

  const responses = await load.stop();

  expect(responses.failed).toEqual([]);
  expect(responses.all.length).toBeGreaterThanOrEqual(100);
});

test('what Envoy refuses is an error', async () => {
  const broken = {
    apiVersion: 'networking.istio.io/v1alpha3',
    kind: 'EnvoyFilter',
    metadata: { name: 'broken', namespace: 'shop' },
    spec: { configPatches: [{ applyTo: 'CLUSTER', match: { context: 'SIDECAR_OUTBOUND' }, patch: { operation: 'ADD', value: { name: 'broken', type: 'STATIC', lb_policy: 'CLUSTER_PROVIDED' } } }] },
  };

  await expect(lab.apply([broken])).rejects.toThrow(/Envoy refused what istiod sent:\n.*broken/);

  await lab.delete([broken]);
});
