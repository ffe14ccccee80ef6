import { Duration, Testing } from 'cdk8s';
import {
  CanaryService, Destination, DestinationRule, GatewayServer, HttpMatch, HttpRoute, LoadBalancer, ResilientDestination, ServerTls, ServiceRef,
  StringMatch, Subset, TcpRoute, TlsRoute, VirtualService, WeightedDestination,
} from '../src';

const reviews = ServiceRef.fromName('reviews', { namespace: 'prod' });
const to = Destination.service(reviews);

/**
 * The mistakes that raw bindings accept. Each is refused twice: by the compiler, where its types can say so (the lines under
 * `@ts-expect-error`, which the task `test:types` holds), and at run time with the remedy, for plain JavaScript and other languages.
 */
describe('wrong input', () => {
  const chart = Testing.chart();
  const mistakes: Record<string, [() => unknown, string]> = {
    'exact and prefix in one match': [
      // @ts-expect-error a StringMatch is made by one factory
      () => HttpMatch.of({ uri: { exact: '/a', prefix: '/b' } }),
      'match.uri is {"exact":"/a","prefix":"/b"}, expected a StringMatch; write StringMatch.exact(...), .prefix(...) or .regex(...), one of them',
    ],
    'a negative weight': [
      () => HttpRoute.split([{ destination: to, weight: -7 }, { destination: to, weight: 107 }]),
      'the weight of destination 1 of the split is -7, expected a whole number from 0 to 2147483647; give percentages that total 100',
    ],
    'weights that are all zero': [
      () => HttpRoute.split([{ destination: to, weight: 0 }, { destination: to, weight: 0 }]),
      'the weights of the split are [0,0], expected at least one above 0; give percentages that total 100',
    ],
    'a destination without a weight in a split': [
      () => HttpRoute.split([{ destination: to } as WeightedDestination]),
      'the weight of destination 1 of the split is undefined, expected a whole number',
    ],
    'a timeout that is no Duration': [
      // @ts-expect-error times are Durations
      () => HttpRoute.forward(to, { timeout: '5s' }),
      'the timeout is "5s", expected a Duration; write for example Duration.seconds(5)',
    ],
    'a timeout under 1 ms': [
      () => HttpRoute.forward(to, { timeout: Duration.millis(0) }),
      'the timeout is 0 ms, expected a whole number of milliseconds and at least 1; leave it out for Istio\'s default',
    ],
    'an unknown subset': [
      () => Destination.subset(new DestinationRule(chart, 'Unknown', { service: reviews, subsets: [{ name: 'v1' }] }).subset('v9')),
      'the subset "v9" of reviews.prod.svc.cluster.local is not defined, expected one of its subsets ("v1"); add it with addSubset',
    ],
    'a subset that is only a name': [
      // @ts-expect-error a route names a subset, not a string
      () => Destination.subset('v9'),
      'the subset is "v9", expected a Subset; write for example destinationRule.subset("v1")',
    ],
    'a duplicate subset': [
      () => new DestinationRule(chart, 'Duplicate', { service: reviews, subsets: [{ name: 'v1' }, { name: 'v1' }] }),
      'the subset "v1" of reviews.prod.svc.cluster.local is defined twice, expected each name once; rename or merge the second',
    ],
    'SIMPLE TLS without a certificate': [
      () => ServerTls.simple({}),
      'ServerTls.simple has no certificate, expected exactly one of credentialName, credentialNames and files; name the secret with the certificate',
    ],
    'HTTPS without TLS settings': [
      // @ts-expect-error HTTPS has a certificate
      () => GatewayServer.https(['shop.example.com'], {}),
      'the tls of the server is undefined, expected a ServerTls; write for example ServerTls.simple({ credentialName: "shop-tls" })',
    ],
    'a redirect together with a route': [
      // @ts-expect-error a rule has one action
      () => HttpRoute.redirect({ authority: 'example.com' }, { route: [{ destination: to, weight: 100 }] }),
      'a rule has one action: use HttpRoute.forward(...) or HttpRoute.split(...)',
    ],
    'a fault on a redirect': [
      // @ts-expect-error Istio refuses the two together
      () => HttpRoute.redirect({ authority: 'example.com' }, { fault: {} }),
      'a redirect has no property "fault" (got {})',
    ],
    'simple and consistent-hash balancing together': [
      // @ts-expect-error there is one way of load balancing at a time
      () => new ResilientDestination(chart, 'Both', { service: reviews, loadBalancer: { simple: 'ROUND_ROBIN', consistentHash: { useSourceIp: true } } }),
      'loadBalancer is {"simple":"ROUND_ROBIN","consistentHash":{"useSourceIp":true}}, expected a LoadBalancer; write for example LoadBalancer.leastRequest()',
    ],
    'options of one balancer on another': [
      // @ts-expect-error a consistent hash has no warm-up
      () => LoadBalancer.consistentHash(undefined, { warmup: {} }),
      'LoadBalancer.consistentHash has no property "warmup" (got {})',
    ],
    'outlier fields under the pool': [
      // @ts-expect-error they belong to outlierDetection
      () => new DestinationRule(chart, 'Outlier', { service: reviews, trafficPolicy: { connectionPool: { http: { consecutiveGatewayErrors: 5, interval: Duration.seconds(30) } } } }),
      'connectionPool.http has no property "consecutiveGatewayErrors" (got 5); it belongs to outlierDetection',
    ],
    'the outlier field that Istio ignores': [
      // @ts-expect-error it has no effect in Istio
      () => new DestinationRule(chart, 'Ignored', { service: reviews, trafficPolicy: { outlierDetection: { consecutiveErrors: 5 } } }),
      'outlierDetection has no property "consecutiveErrors" (got 5); Istio ignores it: use consecutive5xxErrors or consecutiveGatewayErrors of outlierDetection',
    ],
    'an empty policy': [
      () => new DestinationRule(chart, 'Empty', { service: reviews, trafficPolicy: {} }),
      'trafficPolicy of reviews.prod.svc.cluster.local is empty, expected at least one field, as Istio does; leave it out',
    ],
    'a misspelt property': [
      // @ts-expect-error it is http
      () => new VirtualService(chart, 'Misspelt', { services: [reviews], htpp: [] }),
      'VirtualService has no property "htpp" (got []); see its documentation for the properties it has',
    ],
    'a rule that is never reached': [
      () => new VirtualService(chart, 'Order', {
        services: [reviews],
        http: [HttpRoute.forward(to), HttpRoute.forward(to, { name: 'beta', match: [HttpMatch.header('x-beta', StringMatch.present())] })],
      }),
      'rule "beta" can never be reached, expected it before rule 1, which takes all its requests; put specific rules first and the one without match last',
    ],
    'a TLS rule for every server name': [
      // @ts-expect-error a TLS rule has matches
      () => TlsRoute.forward(to),
      'the options of the tls rule is undefined, expected an object with its properties',
    ],
    'a TLS match without a server name': [
      // @ts-expect-error a TLS match has server names
      () => TlsRoute.forward(to, { match: [{ port: 443 }] }),
      'match.sniHosts is undefined, expected a list of at least one entry; name the server that clients ask for',
    ],
    'a timeout for a TCP connection': [
      // @ts-expect-error only HTTP has timeouts
      () => TcpRoute.forward(to, { timeout: Duration.seconds(5) }),
      'a tcp rule has no property "timeout"',
    ],
    'a server name of another host': [
      () => new VirtualService(chart, 'Sni', { hosts: ['shop.example.com'], tls: [TlsRoute.forward(to, { match: [{ sniHosts: ['example.com'] }] })] }),
      'tls rule 1 matches the server name "example.com", expected it to be within one of the hosts "shop.example.com"; add it to the hosts of the VirtualService',
    ],
    'rules for connections to delegate to': [
      () => new VirtualService(chart, 'Delegate', { tcp: [TcpRoute.forward(to)] }),
      'tcp rule 1 stands in a VirtualService without hosts, expected HTTP rules only there; name the services or hosts',
    ],
    'a TCP rule that is never reached': [
      () => new VirtualService(chart, 'TcpOrder', { services: [reviews], tcp: [TcpRoute.forward(to), TcpRoute.forward(to, { match: [{ port: 9080 }] })] }),
      'tcp rule 2 can never be reached, expected it before tcp rule 1, which takes all its connections; put specific rules first and the one without match last',
    ],
    'a canary with more than everything': [
      () => new CanaryService(chart, 'Weight', { service: reviews, stable: { labels: { version: 'v1' } }, canary: { labels: { version: 'v2' }, weight: 180 } }),
      'canary.weight is 180, expected a whole number from 0 to 100; give the percentage of the canary',
    ],
  };

  test.each(Object.entries(mistakes))('%s', (_, [write, message]) => {
    expect(write).toThrow(message);
  });

  test('a subset outside the app is said to be outside', () => {
    expect(Destination.subset(Subset.fromName(reviews, 'v9'))._toIstio()).toEqual({ host: 'reviews.prod.svc.cluster.local', subset: 'v9' });
  });
});
