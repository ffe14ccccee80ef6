import { Chart, ChartProps } from 'cdk8s';
import { Checks, Destination, GatewayServer, HttpMatch, HttpRoute, IstioGateway, VirtualService } from 'cdk8s-istio';
import { Construct } from 'constructs';
import { Bookinfo } from '../bookinfo';

/** The page, and nothing else, for the world. */
export class IngressGateway extends Chart {
  constructor(scope: Construct, id: string, { productpage }: Bookinfo, props: ChartProps = {}) {
    super(scope, id, props);

    const gateway = new IstioGateway(this, 'Gateway', {
      metadata: { name: 'bookinfo-gateway' },
      servers: [GatewayServer.http(['*'], { port: 8080, portName: 'http' })],
    });

    const page = new VirtualService(this, 'Bookinfo', {
      metadata: { name: 'bookinfo' },
      hosts: ['*'],
      gateways: [gateway],
      http: [HttpRoute.forward(Destination.service(productpage, { port: 9080 }), {
        match: [
          HttpMatch.path('/productpage'),
          HttpMatch.pathPrefix('/static'),
          HttpMatch.path('/login'),
          HttpMatch.path('/logout'),
          HttpMatch.pathPrefix('/api/v1/products'),
        ],
      })],
    });
    Checks.of(page).ignore('gateway-bypasses-subsets', 'the page has one version');
  }
}
