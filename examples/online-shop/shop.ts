import { Chart, ChartProps, Duration } from 'cdk8s';
import {
  CanaryService, GatewayServer, HashKey, HttpMatch, IstioGateway, LoadBalancer, ResilientDestination, RetryPolicy, ServerTls, StringMatch,
} from 'cdk8s-istio';
import { Construct } from 'constructs';
import { VersionedService } from './versioned-service';

const HOST = 'shop.example.com';

/**
 * An online shop: orders over HTTP and goods over gRPC, each in two versions, behind one gateway.
 */
export class Shop extends Chart {
  constructor(scope: Construct, id: string, props: ChartProps) {
    super(scope, id, props);

    // The workloads, as cdk8s-plus has them.
    const orders = new VersionedService(this, 'orders', { port: 80, targetPort: 8080, protocol: 'http', versions: ['v1', 'v2'] });
    const goods = new VersionedService(this, 'goods', { port: 8053, targetPort: 8053, protocol: 'grpc', versions: ['v1', 'v2'] });

    // HTTPS for the shop's host; plain HTTP is answered by a redirect.
    const edge = new IstioGateway(this, 'Edge', {
      metadata: { name: 'edge' },
      servers: [
        GatewayServer.https([HOST], { tls: ServerTls.simple({ credentialName: 'shop-tls' }) }),
        GatewayServer.redirectToHttps([HOST]),
      ],
    });

    // Orders: testers by header, three in ten premium users, one in twenty of all others.
    const orderCanary = new CanaryService(this, 'OrderCanary', {
      service: orders.service,
      stable: { labels: { version: 'v1' } },
      canary: { labels: { version: 'v2' }, match: [HttpMatch.header('x-canary', StringMatch.exact('true'))], weight: 5 },
      userGroups: [{ name: 'premium', match: [HttpMatch.header('x-user-type', StringMatch.exact('premium'))], weight: 30 }],
      timeout: Duration.seconds(10),
    });
    orderCanary.exposeVia(edge, { hosts: [HOST], match: [HttpMatch.pathPrefix('/orders')] });

    // Goods: bounded, and endpoints that keep failing are taken out; the new version gets half of the connections.
    const goodsDestination = new ResilientDestination(this, 'GoodsDestination', {
      service: goods.service,
      connectionPool: { tcp: { maxConnections: 200 }, http: { http2MaxRequests: 1000, http1MaxPendingRequests: 100 } },
      outlierDetection: { consecutive5xxErrors: 3, baseEjectionTime: Duration.seconds(15) },
      loadBalancer: LoadBalancer.consistentHash(HashKey.header('x-user-id')),
    });
    const goodsCanary = new CanaryService(this, 'GoodsCanary', {
      service: goods.service,
      destination: goodsDestination,
      stable: { labels: { version: 'v1' } },
      canary: { labels: { version: 'v2' }, weight: 20, trafficPolicy: { connectionPool: { tcp: { maxConnections: 100 } } } },
      timeout: Duration.seconds(5),
      retries: RetryPolicy.idempotent({ attempts: 2, perTry: Duration.millis(1500) }),
    });
    goodsCanary.exposeVia(edge, { hosts: [HOST], match: [HttpMatch.grpc('shop.goods.v1.Goods')] });
  }
}
