import { Duration, Testing } from 'cdk8s';
import { ConnectionPool, DestinationRule, H2UpgradePolicy, ServiceRef } from '../../src';

function render(connectionPool: ConnectionPool) {
  const chart = Testing.chart();
  new DestinationRule(chart, 'Rule', { service: ServiceRef.fromName('orders'), trafficPolicy: { connectionPool } });
  return { chart, rendered: Testing.synth(chart)[0].spec.trafficPolicy.connectionPool };
}

describe('ConnectionPool', () => {
  test('every field reaches the manifest', () => {
    const { chart, rendered } = render({
      tcp: {
        maxConnections: 100,
        connectTimeout: Duration.millis(500),
        tcpKeepalive: { probes: 3, time: Duration.hours(2), interval: Duration.seconds(75) },
        maxConnectionDuration: Duration.minutes(10),
        idleTimeout: Duration.minutes(5),
      },
      http: {
        http1MaxPendingRequests: 1,
        http2MaxRequests: 2,
        maxRequestsPerConnection: 3,
        maxRetries: 4,
        idleTimeout: Duration.seconds(30),
        h2UpgradePolicy: H2UpgradePolicy.DO_NOT_UPGRADE,
        useClientProtocol: true,
        maxConcurrentStreams: 5,
        http2KeepAlive: { interval: Duration.seconds(30), timeout: Duration.seconds(10) },
      },
    });

    expect(rendered).toEqual({
      tcp: {
        maxConnections: 100,
        connectTimeout: '500ms',
        tcpKeepalive: { probes: 3, time: '2h', interval: '75s' },
        maxConnectionDuration: '10m',
        idleTimeout: '5m',
      },
      http: {
        http1MaxPendingRequests: 1,
        http2MaxRequests: 2,
        maxRequestsPerConnection: 3,
        maxRetries: 4,
        idleTimeout: '30s',
        h2UpgradePolicy: 'DO_NOT_UPGRADE',
        useClientProtocol: true,
        maxConcurrentStreams: 5,
        http2KeepAlive: { interval: '30s', timeout: '10s' },
      },
    });
    expect(chart).toBeAcceptedByIstio();
  });

  test.each<[string, ConnectionPool, object]>([
    ['an idle timeout of 0, for ever', { tcp: { idleTimeout: Duration.millis(0) } }, { tcp: { idleTimeout: '0s' } }],
    ['no keepalive probes', { tcp: { tcpKeepalive: { probes: 0 } } }, { tcp: { tcpKeepalive: { probes: 0 } } }],
    ['empty settings', { tcp: {}, http: {} }, { tcp: {}, http: {} }],
    ['the highest limit', { http: { maxRetries: 2 ** 31 - 1 } }, { http: { maxRetries: 2147483647 } }],
    ['a false flag', { http: { useClientProtocol: false, h2UpgradePolicy: H2UpgradePolicy.UPGRADE } }, { http: { useClientProtocol: false, h2UpgradePolicy: 'UPGRADE' } }],
    ['the default policy', { http: { h2UpgradePolicy: H2UpgradePolicy.DEFAULT } }, { http: { h2UpgradePolicy: 'DEFAULT' } }],
  ])('%s is accepted', (_, pool, expected) => {
    const { chart, rendered } = render(pool);

    expect(rendered).toEqual(expected);
    expect(chart).toBeAcceptedByIstio();
  });

  test.each<[string, unknown, string]>([
    ['nothing', {}, 'connectionPool has no limits, expected tcp or http; leave connectionPool out for no limits'],
    ['null', null, 'connectionPool is null, expected an object'],
    ['false', false, 'connectionPool is false, expected an object'],
    ['tcp that is null', { tcp: null }, 'connectionPool.tcp is null, expected an object'],
    ['http that is a list', { http: [] }, 'connectionPool.http is [], expected an object'],
    ['an unknown property', { maxConnections: 5, tcp: {} }, 'connectionPool has no property "maxConnections" (got 5); it belongs to connectionPool.tcp'],
    ['outlier fields under http', { http: { consecutive5xxErrors: 5 } }, 'connectionPool.http has no property "consecutive5xxErrors" (got 5); it belongs to outlierDetection'],
    ['outlier fields under tcp', { tcp: { baseEjectionTime: '5s' } }, 'connectionPool.tcp has no property "baseEjectionTime" (got "5s"); it belongs to outlierDetection'],
    ['an HTTP limit under tcp', { tcp: { http2MaxRequests: 5 } }, 'connectionPool.tcp has no property "http2MaxRequests" (got 5); it belongs to connectionPool.http'],
    ['a limit of 0', { tcp: { maxConnections: 0 } }, 'connectionPool.tcp.maxConnections is 0, expected a whole number from 1 to 2147483647; leave it out for no limit'],
    ['a negative limit', { http: { http1MaxPendingRequests: -1 } }, 'connectionPool.http.http1MaxPendingRequests is -1'],
    ['a fractional limit', { http: { http2MaxRequests: 1.5 } }, 'connectionPool.http.http2MaxRequests is 1.5'],
    ['NaN', { http: { maxRequestsPerConnection: NaN } }, 'connectionPool.http.maxRequestsPerConnection is NaN'],
    ['Infinity', { http: { maxRetries: Infinity } }, 'connectionPool.http.maxRetries is Infinity'],
    ['a limit above 32 bits', { http: { maxConcurrentStreams: 2 ** 31 } }, 'connectionPool.http.maxConcurrentStreams is 2147483648'],
    ['a number for a Duration', { tcp: { connectTimeout: 5 } }, 'connectionPool.tcp.connectTimeout is 5, expected a Duration; write for example Duration.seconds(5)'],
    ['text for a Duration', { tcp: { idleTimeout: '0s' } }, 'connectionPool.tcp.idleTimeout is "0s", expected a Duration'],
    ['a Duration under 1 ms', { tcp: { maxConnectionDuration: Duration.millis(0) } }, 'connectionPool.tcp.maxConnectionDuration is 0 ms'],
    ['an HTTP idle timeout of 0', { http: { idleTimeout: Duration.millis(0) } }, 'connectionPool.http.idleTimeout is 0 ms'],
    ['keepalive that is true', { tcp: { tcpKeepalive: true } }, 'connectionPool.tcp.tcpKeepalive is true, expected an object'],
    ['unknown keepalive', { tcp: { tcpKeepalive: { timeout: 5 } } }, 'connectionPool.tcp.tcpKeepalive has no property "timeout"'],
    ['negative probes', { tcp: { tcpKeepalive: { probes: -1 } } }, 'connectionPool.tcp.tcpKeepalive.probes is -1, expected a whole number from 0 to 2147483647; leave it out for the default of the operating system'],
    ['keepalive without Duration', { tcp: { tcpKeepalive: { time: 5 } } }, 'connectionPool.tcp.tcpKeepalive.time is 5'],
    ['keepalive interval without Duration', { tcp: { tcpKeepalive: { interval: 5 } } }, 'connectionPool.tcp.tcpKeepalive.interval is 5'],
    ['PING that is null', { http: { http2KeepAlive: null } }, 'connectionPool.http.http2KeepAlive is null, expected an object'],
    ['PING without timeout', { http: { http2KeepAlive: { interval: Duration.seconds(1) } } }, 'connectionPool.http.http2KeepAlive.timeout is undefined, expected a Duration'],
    ['PING without interval', { http: { http2KeepAlive: { timeout: Duration.seconds(1) } } }, 'connectionPool.http.http2KeepAlive.interval is undefined, expected a Duration'],
    ['unknown PING', { http: { http2KeepAlive: { probes: 1 } } }, 'connectionPool.http.http2KeepAlive has no property "probes"'],
    ['an unknown policy', { http: { h2UpgradePolicy: 'MAYBE' } }, 'connectionPool.http.h2UpgradePolicy is "MAYBE", expected one of DEFAULT, DO_NOT_UPGRADE, UPGRADE'],
    ['a flag that is text', { http: { useClientProtocol: 'yes' } }, 'connectionPool.http.useClientProtocol is "yes", expected true or false'],
    ['upgrade and the protocol of the client', { http: { useClientProtocol: true, h2UpgradePolicy: 'UPGRADE' } }, 'connectionPool.http has useClientProtocol and h2UpgradePolicy UPGRADE, expected one of them; keep the one you mean'],
  ])('refuses %s', (_, pool, message) => {
    expect(() => render(pool as ConnectionPool)).toThrow(message);
  });
});
