import { Chart, Duration, Testing } from 'cdk8s';
import { ClientTls, DestinationProtocol, HashKey, LoadBalancer, Locality, ResilientDestination, ServiceRef } from '../../src';

const goods = ServiceRef.fromName('goods', { namespace: 'shop', ports: [8053] });
const specOf = (chart: Chart) => Testing.synth(chart)[0].spec;

describe('ResilientDestination', () => {
  test('bounds connections and requests, and takes failing endpoints out, without being asked', () => {
    // GIVEN
    const chart = Testing.chart();

    // WHEN
    const destination = new ResilientDestination(chart, 'Goods', { service: goods });

    // THEN
    expect(specOf(chart)).toEqual({
      host: 'goods.shop.svc.cluster.local',
      trafficPolicy: {
        connectionPool: {
          tcp: { maxConnections: 1024, connectTimeout: '10s' },
          http: { http1MaxPendingRequests: 1024, http2MaxRequests: 1024, maxRetries: 3 },
        },
        outlierDetection: { consecutive5xxErrors: 5, interval: '10s', baseEjectionTime: '30s', maxEjectionPercent: 50 },
      },
    });
    expect(destination.destinationRule.name).toBe('goods');
    expect(destination.destinationRule.namespace).toBe('shop');
    expect(chart).toBeAcceptedByIstio();
  });

  test('takes for gRPC only unavailable endpoints for ill, not exceptions of the application', () => {
    const chart = Testing.chart();
    new ResilientDestination(chart, 'Goods', { service: goods, protocol: DestinationProtocol.GRPC });
    expect(specOf(chart).trafficPolicy.outlierDetection)
      .toEqual({ consecutiveGatewayErrors: 5, consecutive5xxErrors: 0, interval: '10s', baseEjectionTime: '30s', maxEjectionPercent: 50 });
  });

  test('bounds and keeps alive the connections of TCP, and says nothing of requests', () => {
    const chart = Testing.chart();
    new ResilientDestination(chart, 'Goods', { service: goods, protocol: DestinationProtocol.TCP, connectionPool: { tcp: { maxConnections: 10 } } });
    expect(specOf(chart).trafficPolicy.connectionPool).toEqual({ tcp: { maxConnections: 10, connectTimeout: '10s', tcpKeepalive: { time: '5m' } } });
  });

  test('takes a retry budget and TLS, which is repeated for a port', () => {
    const chart = Testing.chart();

    new ResilientDestination(chart, 'Goods', {
      service: goods, retryBudget: { percent: 10 }, tls: ClientTls.simple(), ports: [{ port: 8053, outlierDetection: { consecutive5xxErrors: 3 } }],
    });

    const { trafficPolicy } = specOf(chart);
    expect(trafficPolicy).toMatchObject({ retryBudget: { percent: 10 }, tls: { mode: 'SIMPLE' } });
    expect(trafficPolicy.portLevelSettings[0]).toMatchObject({ tls: { mode: 'SIMPLE' }, outlierDetection: { consecutive5xxErrors: 3 } });
  });

  test('keeps the defaults of what is left out, field by field', () => {
    const chart = Testing.chart();

    new ResilientDestination(chart, 'Goods', {
      service: goods,
      connectionPool: { tcp: { maxConnections: 7, connectTimeout: undefined } },
      outlierDetection: { baseEjectionTime: Duration.minutes(1) },
    });

    expect(specOf(chart).trafficPolicy).toMatchObject({
      connectionPool: { tcp: { maxConnections: 7, connectTimeout: '10s' }, http: { http1MaxPendingRequests: 1024 } },
      outlierDetection: { baseEjectionTime: '1m', maxEjectionPercent: 50 },
    });
  });

  test('repeats for a port what the port leaves out, since Istio would drop it', () => {
    const chart = Testing.chart();

    new ResilientDestination(chart, 'Goods', {
      service: goods,
      loadBalancer: LoadBalancer.consistentHash(HashKey.header('x-user-id')),
      ports: [{ port: 8053, connectionPool: { tcp: { maxConnections: 200 } } }],
    });

    const { trafficPolicy } = specOf(chart);
    expect(trafficPolicy.portLevelSettings).toEqual([{
      port: { number: 8053 },
      loadBalancer: trafficPolicy.loadBalancer,
      outlierDetection: trafficPolicy.outlierDetection,
      connectionPool: { ...trafficPolicy.connectionPool, tcp: { maxConnections: 200, connectTimeout: '10s' } },
    }]);
    expect(chart).toBeAcceptedByIstio();
  });

  test('repeats for a subset what its pools and ejection leave out; the rest Istio takes from the service', () => {
    const chart = Testing.chart();

    const destination = new ResilientDestination(chart, 'Goods', {
      service: goods,
      subsets: [{ name: 'v1', labels: { version: 'v1' }, trafficPolicy: { connectionPool: { http: { maxRetries: 1 } } } }],
    });
    destination.addSubset({ name: 'v2', labels: { version: 'v2' }, trafficPolicy: { loadBalancer: LoadBalancer.roundRobin({ locality: Locality.failover({ priority: ['zone'] }) }) } });

    const { subsets, trafficPolicy } = specOf(chart);
    expect(subsets[0].trafficPolicy).toEqual({
      connectionPool: { ...trafficPolicy.connectionPool, http: { ...trafficPolicy.connectionPool.http, maxRetries: 1 } },
    });
    expect(subsets[1].trafficPolicy).toEqual({ loadBalancer: { simple: 'ROUND_ROBIN', localityLbSetting: { failoverPriority: ['zone'] } } });
    expect(destination.subset('v2').name).toBe('v2');
    expect(chart).toBeAcceptedByIstio();
  });

  test('is one for a service, also across the charts of an app', () => {
    const app = Testing.app();
    const [first, second] = [new Chart(app, 'first'), new Chart(app, 'second')];
    new ResilientDestination(first, 'Goods', { service: goods });

    expect(() => new ResilientDestination(second, 'Again', { service: goods }))
      .toThrow('goods.shop.svc.cluster.local has a DestinationRule from first/Goods already, expected one a service; pass that pattern as "destination"');
  });

  test('tells services of one name in two namespaces apart', () => {
    const app = Testing.app();
    const short = ServiceRef.fromName('goods');
    new ResilientDestination(new Chart(app, 'first', { namespace: 'a' }), 'Goods', { service: short });

    expect(() => new ResilientDestination(new Chart(app, 'second', { namespace: 'b' }), 'Goods', { service: short })).not.toThrow();
    expect(() => new ResilientDestination(new Chart(app, 'third', { namespace: 'a' }), 'Goods', { service: short })).toThrow(/has a DestinationRule from first\/Goods/);
  });

  test.each([
    ['an unknown property', { service: goods, circuitBreaker: true }, 'ResilientDestination has no property "circuitBreaker" (got true)'],
    ['outlier fields under the pool', { service: goods, connectionPool: { http: { consecutive5xxErrors: 3 } } },
      'connectionPool.http has no property "consecutive5xxErrors" (got 3); it belongs to outlierDetection'],
    ['fields beside tcp and http', { service: goods, connectionPool: { maxConnections: 3 } }, 'connectionPool has no property "maxConnections" (got 3); it belongs to connectionPool.tcp'],
    ['a protocol that is none', { service: goods, protocol: 'UDP' }, 'protocol is "UDP", expected one of HTTP, GRPC, TCP'],
    ['a pool that is no object', { service: goods, connectionPool: 5 }, 'connectionPool is 5, expected an object'],
    ['no properties', undefined, 'the properties of the ResilientDestination is undefined, expected an object'],
  ])('refuses %s', (_, props, message) => {
    expect(() => new ResilientDestination(Testing.chart(), 'Goods', props as any)).toThrow(message);
  });
});
