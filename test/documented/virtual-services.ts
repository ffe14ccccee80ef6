import { Duration } from 'cdk8s';
import { Table, table } from './documented';
import {
  Destination, ExportTo, HttpFault, HttpMatch, HttpRoute, IstioGateway, RetryOn, RetryPolicy, ServiceRef, StringMatch, Subset, TcpRoute, TlsRoute,
  VirtualService, VirtualServiceProps,
} from '../../src';

const { exact } = StringMatch;
const { pathPrefix } = HttpMatch;
const to = (host: string, port?: number) => Destination.host(host, { port });
const subset = (host: string, name: string) => Destination.subset(Subset.fromName(ServiceRef.fromHost(host), name));
const ratings = 'ratings.prod.svc.cluster.local';
const reviews = 'reviews.prod.svc.cluster.local';
const mygateway = IstioGateway.fromName('mygateway');
const edge = IstioGateway.fromName('my-gateway', { namespace: 'some-config-namespace' });
const egress = IstioGateway.fromName('istio-egressgateway');
const productRatings = { match: [HttpMatch.path('/v1/getProductRatings')] };
const catalog = { match: [pathPrefix('/wpcatalog'), pathPrefix('/consumercatalog')], rewrite: { uri: '/newcatalog' } };

const virtualServices = table<VirtualServiceProps>('VirtualService', (chart, props) => new VirtualService(chart, 'Documented', props), {
  'bookinfo-rule': {
    hosts: [reviews, 'uk.bookinfo.com', 'eu.bookinfo.com'],
    gateways: [edge, IstioGateway.MESH],
    http: [
      HttpRoute.forward(to('reviews.qa.svc.cluster.local', 7777), { match: [HttpMatch.header('cookie', exact('user=dev-123'))] }),
      HttpRoute.split([
        { destination: to(reviews, 9080), weight: 80 },
        { destination: to('reviews.qa.svc.cluster.local'), weight: 20 },
      ], { match: [pathPrefix('/reviews/')] }),
    ],
  },
  'bookinfo-mongo': {
    hosts: ['mongosvr.prod.svc.cluster.local'],
    gateways: [edge],
    tcp: [TcpRoute.forward(to('mongo.prod.svc.cluster.local', 5555), { match: [{ port: 27017 }] })],
  },
  'tls-routing': {
    hosts: ['wikipedia.org', '*.wikipedia.org'],
    tls: [TlsRoute.forward(to('internal-egress-firewall.ns1.svc.cluster.local'), { match: [{ sniHosts: ['wikipedia.org', '*.wikipedia.org'] }] })],
  },
  'gateway-routing': {
    hosts: ['example.com'],
    exportTo: ExportTo.ALL,
    gateways: [IstioGateway.MESH, egress],
    http: [
      HttpRoute.forward(to('istio-egressgateway.istio-system.svc.cluster.local'), { match: [HttpMatch.of({ port: 80, gateways: [IstioGateway.MESH] })] }),
      HttpRoute.forward(to('example.com'), { match: [HttpMatch.of({ port: 80, gateways: [egress] })] }),
    ],
  },
  'reviews-route': {
    hosts: [reviews],
    http: [
      HttpRoute.forward(subset(reviews, 'v2'), { name: 'reviews-v2-routes', ...catalog }),
      HttpRoute.forward(subset(reviews, 'v1'), { name: 'reviews-v1-route' }),
    ],
  },
  'reviews-route 2': { hosts: ['reviews'], http: [HttpRoute.forward(subset('reviews', 'v2'), catalog), HttpRoute.forward(subset('reviews', 'v1'))] },
  'my-productpage-rule': {
    hosts: ['productpage.prod.svc.cluster.local'],
    http: [HttpRoute.forward(to('productpage.prod.svc.cluster.local'), { timeout: Duration.seconds(5) })],
  },
  'my-wiki-rule': { hosts: ['wikipedia.org'], http: [HttpRoute.forward(to('wikipedia.org'), { timeout: Duration.seconds(5) })] },
  'bookinfo': {
    hosts: ['bookinfo.com'],
    gateways: [mygateway],
    http: [ // `VirtualService.fromName` would refuse the namespaces: Kubernetes has none with a capital
      HttpRoute.delegate({ name: 'productpage', namespace: 'nsA' }, { match: [pathPrefix('/productpage')] }),
      HttpRoute.delegate({ name: 'reviews', namespace: 'nsB' }, { match: [pathPrefix('/reviews')] }),
    ],
  },
  'productpage': {
    http: [
      HttpRoute.forward(to('productpage-v1.nsA.svc.cluster.local'), { match: [pathPrefix('/productpage/v1/')] }),
      HttpRoute.forward(to('productpage.nsA.svc.cluster.local')),
    ],
  },
  'reviews': { http: [HttpRoute.forward(to('reviews.nsB.svc.cluster.local'))] },
  'reviews-route 3': {
    hosts: [reviews],
    http: [HttpRoute.split([
      { destination: subset(reviews, 'v2'), weight: 25 },
      { destination: subset(reviews, 'v1'), weight: 75, headers: { response: { remove: ['foo'] } } },
    ], { headers: { request: { set: { test: 'true' } } } })],
  },
  'bookinfo-sni': {
    hosts: ['*.bookinfo.com'],
    gateways: [mygateway],
    tls: [
      TlsRoute.forward(to('login.prod.svc.cluster.local'), { match: [{ port: 443, sniHosts: ['login.bookinfo.com'] }] }),
      TlsRoute.forward(to(reviews), { match: [{ port: 443, sniHosts: ['reviews.bookinfo.com'] }] }),
    ],
  },
  'bookinfo-mongo 2': {
    hosts: ['mongo.prod.svc.cluster.local'],
    tcp: [TcpRoute.forward(to('mongo.backup.svc.cluster.local', 5555), { match: [{ port: 27017 }] })],
  },
  'ratings-route': {
    hosts: [ratings],
    http: [HttpRoute.forward(to(ratings), {
      match: [HttpMatch.of({ headers: { 'end-user': exact('jason') }, uri: StringMatch.prefix('/ratings/v2/'), ignoreUriCase: true })],
    })],
  },
  'reviews-route 4': {
    hosts: [reviews],
    http: [HttpRoute.split([{ destination: subset(reviews, 'v2'), weight: 25 }, { destination: subset(reviews, 'v1'), weight: 75 }])],
  },
  'reviews-route-two-domains': {
    hosts: ['reviews.com'],
    http: [HttpRoute.split([{ destination: to('dev.reviews.com'), weight: 25 }, { destination: to('reviews.com'), weight: 75 }])],
  },
  'ratings-route 2': {
    hosts: [ratings],
    http: [HttpRoute.redirect({ uri: '/v1/bookRatings', authority: 'newratings.default.svc.cluster.local' }, productRatings)],
  },
  'ratings-route 3': { hosts: [ratings], http: [HttpRoute.directResponse(503, { ...productRatings, body: 'unknown error' })] },
  'ratings-route 4': { hosts: [ratings], http: [HttpRoute.directResponse(503, { ...productRatings, bodyBase64: 'dW5rbm93biBlcnJvcg==' })] },
  'ratings-route 5': {
    hosts: [ratings],
    http: [HttpRoute.directResponse(503, {
      ...productRatings, body: '{"error": "unknown error"}', headers: { response: { set: { 'content-type': 'text/plain' } } },
    })],
  },
  'foo-redirect': {
    hosts: ['example.com'],
    http: [HttpRoute.redirect({ authority: 'foo.example.com', prefixRewrite: '/' }, { match: [pathPrefix('/foo/')] })],
  },
  'ratings-route 6': {
    hosts: [ratings],
    http: [HttpRoute.forward(subset(ratings, 'v1'), { match: [pathPrefix('/ratings')], rewrite: { uri: '/v1/bookRatings' } })],
  },
  'ratings-route 7': {
    hosts: [ratings],
    http: [HttpRoute.forward(subset(ratings, 'v1'), {
      retries: RetryPolicy.of({
        attempts: 3, perTry: Duration.seconds(2), on: [RetryOn.GATEWAY_ERROR, RetryOn.CONNECT_FAILURE, RetryOn.REFUSED_STREAM],
      }),
    })],
  },
  'ratings-route 8': {
    hosts: [ratings],
    http: [HttpRoute.forward(subset(ratings, 'v1'), {
      cors: {
        allowOrigins: [exact('https://example.com')],
        allowMethods: ['POST', 'GET'],
        allowCredentials: false,
        allowHeaders: ['X-Foo-Bar'],
        maxAge: Duration.hours(24),
      },
    })],
  },
  'reviews-route 5': {
    hosts: [reviews],
    http: [HttpRoute.forward(subset(reviews, 'v1'), {
      match: [HttpMatch.of({ sourceLabels: { env: 'prod' } })],
      fault: HttpFault.delay(Duration.seconds(5), 0.1),
    })],
  },
  'ratings-route 9': { hosts: [ratings], http: [HttpRoute.forward(subset(ratings, 'v1'), { fault: HttpFault.abort(400, 0.1) })] },
  'route-jwt': {
    hosts: ['foo.prod.svc.cluster.local'],
    gateways: [IstioGateway.fromName('istio-ingressgateway')],
    http: [
      HttpRoute.forward(subset('foo.prod.svc.cluster.local', 'v2'), { name: 'v2', match: [HttpMatch.jwtClaim('sub', exact('dev'))] }),
      HttpRoute.forward(subset('foo.prod.svc.cluster.local', 'v1'), { name: 'default' }),
    ],
  },
}, {
  'productpage': { reason: 'Kubernetes has no namespace with a capital', correct: ({ metadata }) => { metadata.namespace = 'ns-a'; } },
  'reviews': { reason: 'Kubernetes has no namespace with a capital', correct: ({ metadata }) => { metadata.namespace = 'ns-b'; } },
  'foo-redirect': {
    reason: 'the field is prefixRewrite',
    correct: ({ spec: { http: [{ redirect }] } }) => {
      redirect.prefixRewrite = redirect.prefix_rewrite;
      delete redirect.prefix_rewrite;
    },
  },
});

/** What Istio documents of routes. */
export const routes: Table[] = [virtualServices];
