import { Duration, Testing } from 'cdk8s';
import { ClientTls, DestinationRule, LoadBalancer, Locality, ProxyProtocol, ServiceRef, TrafficPolicy, TunnelProtocol } from '../../src';

function render(trafficPolicy: TrafficPolicy) {
  const chart = Testing.chart();
  new DestinationRule(chart, 'Rule', { service: ServiceRef.fromName('orders'), trafficPolicy });
  return { chart, rendered: Testing.synth(chart)[0].spec.trafficPolicy };
}

describe('TrafficPolicy', () => {
  test('every field reaches the manifest', () => {
    const common = {
      loadBalancer: LoadBalancer.leastRequest(),
      connectionPool: { tcp: { maxConnections: 1 } },
      outlierDetection: { consecutive5xxErrors: 1 },
      tls: ClientTls.disable(),
    };
    const renderedCommon = {
      loadBalancer: { simple: 'LEAST_REQUEST' },
      connectionPool: { tcp: { maxConnections: 1 } },
      outlierDetection: { consecutive5xxErrors: 1 },
      tls: { mode: 'DISABLE' },
    };

    const { chart, rendered } = render({
      ...common,
      portLevelSettings: [{ port: 80, ...common }, { port: 443, tls: ClientTls.simple() }],
      tunnel: { targetHost: 'proxy.example.com', targetPort: 3128, protocol: TunnelProtocol.POST },
      retryBudget: { percent: 12.5, minRetryConcurrency: 5, budgetInterval: Duration.seconds(10) },
    });

    expect(rendered).toEqual({
      ...renderedCommon,
      portLevelSettings: [{ port: { number: 80 }, ...renderedCommon }, { port: { number: 443 }, tls: { mode: 'SIMPLE' } }],
      tunnel: { targetHost: 'proxy.example.com', targetPort: 3128, protocol: 'POST' },
      retryBudget: { percent: 12.5, minRetryConcurrency: 5, budgetInterval: '10s' },
    });
    expect(chart).toBeAcceptedByIstio();
  });

  test.each<[string, TrafficPolicy, object]>([
    ['the PROXY protocol', { proxyProtocol: ProxyProtocol.V1 }, { proxyProtocol: { version: 'V1' } }],
    ['the binary PROXY protocol', { proxyProtocol: ProxyProtocol.V2 }, { proxyProtocol: { version: 'V2' } }],
    ['a tunnel to an IPv4 address', { tunnel: { targetHost: '10.0.0.1', targetPort: 80 } }, { tunnel: { targetHost: '10.0.0.1', targetPort: 80 } }],
    ['a tunnel to an IPv6 address', { tunnel: { targetHost: '2001:db8::1', targetPort: 80, protocol: TunnelProtocol.CONNECT } }, { tunnel: { targetHost: '2001:db8::1', targetPort: 80, protocol: 'CONNECT' } }],
    ['a retry budget of the defaults', { retryBudget: {} }, { retryBudget: {} }],
    ['a retry budget of nothing', { retryBudget: { percent: 0, minRetryConcurrency: 0 } }, { retryBudget: { percent: 0, minRetryConcurrency: 0 } }],
    ['no ports', { portLevelSettings: [], retryBudget: { percent: 100 } }, { retryBudget: { percent: 100 } }],
  ])('%s', (_, policy, expected) => {
    const { chart, rendered } = render(policy);

    expect(rendered).toEqual(expected);
    expect(chart).toBeAcceptedByIstio();
  });

  const failover = LoadBalancer.roundRobin({ locality: Locality.failover({ priority: ['version'] }) });

  test.each<[string, unknown, string]>([
    ['nothing', { loadBalancer: undefined }, 'trafficPolicy of orders is empty, expected at least one field, as Istio does; leave it out'],
    ['a list', [], 'trafficPolicy of orders is [], expected an object'],
    ['an unknown property', { outlier: {} }, 'trafficPolicy of orders has no property "outlier"'],
    ['a retry policy', { maxRetries: 3 }, 'trafficPolicy of orders has no property "maxRetries" (got 3); it belongs to connectionPool.http'],
    ['a load balancer by name', { loadBalancer: 'ROUND_ROBIN' }, 'trafficPolicy of orders: loadBalancer is "ROUND_ROBIN", expected a LoadBalancer; write for example LoadBalancer.leastRequest()'],
    ['a load balancer as in the manifest', { loadBalancer: { simple: 'ROUND_ROBIN', consistentHash: { useSourceIp: true } } }, 'trafficPolicy of orders: loadBalancer is {"simple":"ROUND_ROBIN"'],
    ['null for a load balancer', { loadBalancer: null }, 'trafficPolicy of orders: loadBalancer is null, expected a LoadBalancer'],
    ['false for TLS', { tls: false }, 'trafficPolicy of orders: tls is false, expected a ClientTls; write for example ClientTls.simple()'],
    ['a failover without ejection', { loadBalancer: failover }, 'trafficPolicy of orders names a failover and has no outlierDetection, expected both'],
    ['tunnel and PROXY protocol', { tunnel: { targetHost: 'a.com', targetPort: 1 }, proxyProtocol: 'V1' }, 'trafficPolicy of orders has tunnel and proxyProtocol, expected one of them; keep the one you mean'],
    ['an unknown PROXY protocol', { proxyProtocol: 'V3' }, 'trafficPolicy of orders: proxyProtocol is "V3", expected one of V1, V2'],
    ['a tunnel that is null', { tunnel: null }, 'tunnel is null, expected an object'],
    ['a tunnel without host', { tunnel: { targetPort: 80 } }, 'tunnel.targetHost is undefined, expected a DNS name'],
    ['a tunnel to a wildcard', { tunnel: { targetHost: '*.example.com', targetPort: 80 } }, 'tunnel.targetHost is "*.example.com", expected one host; write its name in full'],
    ['a tunnel without port', { tunnel: { targetHost: 'a.com' } }, 'tunnel.targetPort is undefined, expected a whole number from 1 to 65535'],
    ['a tunnel by another method', { tunnel: { targetHost: 'a.com', targetPort: 80, protocol: 'GET' } }, 'tunnel.protocol is "GET", expected one of CONNECT, POST'],
    ['an unknown property of a tunnel', { tunnel: { targetHost: 'a.com', targetPort: 80, tls: true } }, 'tunnel has no property "tls"'],
    ['a budget that is a number', { retryBudget: 20 }, 'retryBudget is 20, expected an object'],
    ['a budget above 100', { retryBudget: { percent: 101 } }, 'retryBudget.percent is 101, expected a number from 0 to 100'],
    ['negative retries', { retryBudget: { minRetryConcurrency: -1 } }, 'retryBudget.minRetryConcurrency is -1, expected a whole number from 0 to 2147483647; leave it out for 3'],
    ['a span without Duration', { retryBudget: { budgetInterval: '10s' } }, 'retryBudget.budgetInterval is "10s", expected a Duration'],
    ['an unknown property of a budget', { retryBudget: { max: 1 } }, 'retryBudget has no property "max"'],
    ['ports as a map', { portLevelSettings: { 80: {} } }, 'trafficPolicy of orders: portLevelSettings is {"80":{}}, expected a list'],
    ['a port that is null', { portLevelSettings: [null] }, 'an entry of portLevelSettings of trafficPolicy of orders is null, expected an object'],
    ['a port that is a number', { portLevelSettings: [80] }, 'an entry of portLevelSettings of trafficPolicy of orders is 80, expected an object'],
    ['a port twice', { portLevelSettings: [{ port: 80, tls: ClientTls.disable() }, { port: 80, tls: ClientTls.disable() }] }, 'trafficPolicy of orders has two portLevelSettings for port 80, expected one a port; merge them'],
    ['a port without policy', { portLevelSettings: [{ port: 80 }] }, 'trafficPolicy of orders: portLevelSettings for port 80 is empty, expected at least one field'],
    ['a policy without port', { portLevelSettings: [{ tls: ClientTls.disable() }] }, 'trafficPolicy of orders: port is undefined, expected a whole number from 1 to 65535'],
    ['an unknown property of a port', { portLevelSettings: [{ port: 80, tunnel: {} }] }, 'trafficPolicy of orders: portLevelSettings for port 80 has no property "tunnel"'],
    ['a failover of a port without ejection there', { outlierDetection: {}, portLevelSettings: [{ port: 80, loadBalancer: failover }] }, 'trafficPolicy of orders: portLevelSettings for port 80 names a failover and has no outlierDetection'],
  ])('refuses %s', (_, policy, message) => {
    expect(() => render(policy as TrafficPolicy)).toThrow(message);
  });
});
