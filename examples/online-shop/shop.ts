import { Chart, ChartProps, Duration } from 'cdk8s';
import {
  Caller, CanaryService, Checks, DestinationProtocol, GatewayServer, HashKey, HttpMatch, IstioGateway, LoadBalancer, MeshService,
  ResilientDestination, RetryPolicy, ServerTls, StringMatch,
} from 'cdk8s-istio';
import { Construct } from 'constructs';
import { VersionedService } from './versioned-service';

const HOST = 'shop.example.com';
const GOODS = 'shop.goods.v1.Goods';

/** The pods of the ingress gateway, as Istio's chart installs them under that name. */
const INGRESS = Caller.serviceAccount('istio-ingressgateway', { namespace: 'istio-system' });

/**
 * An online shop: orders over HTTP, goods over gRPC, and payments that only orders may call, behind one gateway.
 */
export class Shop extends Chart {
  constructor(scope: Construct, id: string, props: ChartProps) {
    super(scope, id, props);

    // The workloads, as cdk8s-plus has them.
    const orders = new VersionedService(this, 'orders', { port: 80, targetPort: 8080, protocol: 'http', versions: ['v1', 'v2'] });
    const goods = new VersionedService(this, 'goods', { port: 8053, targetPort: 8053, protocol: 'grpc', versions: ['v1', 'v2', 'v3'] });
    const payment = new VersionedService(this, 'payment', { port: 80, targetPort: 8080, protocol: 'http', versions: ['v1'] });

    // HTTPS for the shop's host; plain HTTP is answered by a redirect.
    const edge = new IstioGateway(this, 'Edge', {
      metadata: { name: 'edge' },
      servers: [
        GatewayServer.https([HOST], { tls: ServerTls.simple({ credentialName: 'shop-tls' }) }),
        GatewayServer.redirectToHttps([HOST]),
      ],
    });

    // Orders: testers by header, three in ten premium users, one in twenty of all others, who stay with the version they met.
    const orderCanary = new CanaryService(this, 'OrderCanary', {
      service: orders.service,
      serviceAccount: orders.serviceAccount,
      destination: new ResilientDestination(this, 'OrderDestination', { service: orders.service }),
      stable: { labels: { version: 'v1' } },
      canary: { labels: { version: 'v2' }, match: [HttpMatch.header('x-canary', StringMatch.exact('true'))], weight: 5 },
      userGroups: [{ name: 'premium', match: [HttpMatch.header('x-user-type', StringMatch.exact('premium'))], weight: 30 }],
      sticky: { maxAge: Duration.hours(8) },
      timeout: Duration.seconds(10),
    });
    orderCanary.exposeVia(edge, { hosts: [HOST], match: [HttpMatch.pathPrefix('/orders')] });
    orderCanary.allowFrom(INGRESS);

    // Goods: bounded, and endpoints that keep failing are taken out; a fifth meets the new version, the one after it is a shadow.
    const goodsCanary = new CanaryService(this, 'GoodsCanary', {
      service: goods.service,
      destination: new ResilientDestination(this, 'GoodsDestination', {
        service: goods.service,
        protocol: DestinationProtocol.GRPC,
        connectionPool: { tcp: { maxConnections: 200 }, http: { http2MaxRequests: 1000, http1MaxPendingRequests: 100 } },
        outlierDetection: { baseEjectionTime: Duration.seconds(15) },
        loadBalancer: LoadBalancer.consistentHash(HashKey.header('x-user-id')),
      }),
      stable: { labels: { version: 'v1' } },
      canaries: [
        { labels: { version: 'v2' }, weight: 20, trafficPolicy: { connectionPool: { tcp: { maxConnections: 100 } } } },
        { labels: { version: 'v3' }, mirror: 10 },
      ],
      timeout: Duration.seconds(5),
      retries: RetryPolicy.idempotent({ attempts: 2, perTry: Duration.millis(1500) }),
    });
    goodsCanary.exposeVia(edge, { hosts: [HOST], match: [HttpMatch.grpc(GOODS)] });
    goodsCanary.allowFrom(INGRESS, { grpc: [GOODS] });
    goodsCanary.allowFrom(orderCanary, { grpc: [`${GOODS}/Reserve`] });
    Checks.of(this).ignore('retries-repeat-writes', 'goods does what it is asked once, by the key in the request');
    Checks.of(this).ignore('mirror-repeats-writes', 'version 3 of goods has data of its own');

    // Payment: one caller, one method, one path.
    new ResilientDestination(this, 'PaymentDestination', { service: payment.service });
    new MeshService(this, 'Payment', { service: payment.service }).allowFrom(orderCanary, { methods: ['POST'], paths: ['/api/pay'] });
  }
}
