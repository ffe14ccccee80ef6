import { Chart, Testing } from 'cdk8s';
import { cel, checked, inexpressible, Rule, throws, warned } from './rule';
import { matchLabels, millis, policy, rule, seconds, selectorRules } from './shared';
import {
  ClientTls, ConnectionPool, DestinationRule, ExportTo, H2UpgradePolicy, HashAlgorithm, HashKey, LoadBalancer, LoadBalancerOptions, Locality,
  OutlierDetection, ProxyProtocol, ServiceRef, TrafficPolicy, Tunnel,
} from '../../src';

const DURATION = 'must be a valid duration greater than 1ms';
const outlier = (outlierDetection: OutlierDetection) => policy(() => ({ outlierDetection }));
const tcp = (options: ConnectionPool['tcp']) => policy(() => ({ connectionPool: { tcp: options } }));
const http = (options: ConnectionPool['http']) => policy(() => ({ connectionPool: { http: options } }));
const balanced = (options: LoadBalancerOptions) => policy(() => ({ loadBalancer: LoadBalancer.roundRobin(options) }));
const tunnel = (options: Partial<Tunnel>) => policy(() => ({ tunnel: { targetHost: 'a.com', targetPort: 80, ...options } }));
const at = (field: string) => cel(DURATION, new RegExp(`${field}$`));

export const destinationRule: Rule[] = [
  throws('there is a host', 'the service is undefined, expected a Service construct', (chart) => new DestinationRule(chart, 'Rule', {} as any)),
  throws('no subset stands twice', 'the subset "v1" of orders is defined twice, expected each name once', rule({ subsets: [{ name: 'v1' }, { name: 'v1' }] })),
  throws('the name of a subset is a DNS label', 'the name of the subset is "v 1", expected a DNS label of at most 63 letters, digits and dashes', rule({ subsets: [{ name: 'v 1' }] })),
  throws('the labels of a subset are labels', 'the labels of subset "v1" has "a": "*", expected a Kubernetes label', rule({ subsets: [{ name: 'v1', labels: { a: '*' } }] })),
  throws('there are no null subsets', 'a subset of orders is null, expected an object with its properties', rule({ subsets: [null as any] })),
  throws('a policy has a field at least', 'trafficPolicy of orders is empty, expected at least one field, as Istio does', policy(() => ({}))),
  throws('a policy of a subset has a field at least', 'trafficPolicy of subset "v1" is empty, expected at least one field, as Istio does', rule({ subsets: [{ name: 'v1', trafficPolicy: {} }] })),
  throws('a policy has tunnel or proxyProtocol', 'trafficPolicy of orders has tunnel and proxyProtocol, expected one of them', policy(() => ({ tunnel: { targetHost: 'a.com', targetPort: 80 }, proxyProtocol: ProxyProtocol.V1 }))),
  throws('a rule for some clients is seen in its namespace only', 'the workloadSelector is {"app":"a"} and exportTo goes beyond the rule\'s namespace, expected ExportTo.OWN_NAMESPACE', rule({ workloadSelector: { app: 'a' }, exportTo: ExportTo.ALL })),
  ...selectorRules((chart, workloadSelector) => rule({ workloadSelector })(chart), matchLabels),

  throws('baseEjectionTime is 1 ms at least', 'outlierDetection.baseEjectionTime is 0 ms, expected a whole number of milliseconds and at least 1', outlier({ baseEjectionTime: millis(0) }), at('baseEjectionTime')),
  throws('the interval of ejections is 1 ms at least', 'outlierDetection.interval is 0 ms, expected a whole number of milliseconds and at least 1', outlier({ interval: millis(0) }), at('outlierDetection.interval')),
  throws('maxEjectionPercent is 100 at most', 'outlierDetection.maxEjectionPercent is 101, expected a whole number from 1 to 100', outlier({ maxEjectionPercent: 101 })),
  throws('minHealthPercent is 100 at most', 'outlierDetection.minHealthPercent is 101, expected a whole number from 0 to 100', outlier({ minHealthPercent: 101 })),
  throws('minHealthPercent is not negative', 'outlierDetection.minHealthPercent is -1, expected a whole number from 0 to 100', outlier({ minHealthPercent: -1 })),
  throws('consecutiveLocalOriginFailures needs the split', 'outlierDetection.consecutiveLocalOriginFailures is 3, expected splitExternalLocalOriginErrors beside it', outlier({ consecutiveLocalOriginFailures: 3 })),
  throws('consecutiveErrors is no more', 'outlierDetection has no property "consecutiveErrors" (got 3)', outlier({ consecutiveErrors: 3 } as any)),

  throws('a connection pool has tcp or http', 'connectionPool has no limits, expected tcp or http', policy(() => ({ connectionPool: {} }))),
  ...(['http1MaxPendingRequests', 'http2MaxRequests', 'maxRequestsPerConnection', 'maxRetries', 'maxConcurrentStreams'] as const)
    .map((name) => throws(`${name} is not negative`, `connectionPool.http.${name} is -1, expected a whole number`, http({ [name]: -1 }))),
  throws('maxConnections is not negative', 'connectionPool.tcp.maxConnections is -1, expected a whole number from 1 to 2147483647', tcp({ maxConnections: -1 })),
  throws('the idleTimeout of HTTP is 1 ms at least', 'connectionPool.http.idleTimeout is 0 ms, expected a whole number of milliseconds and at least 1', http({ idleTimeout: millis(0) }), at('http.idleTimeout')),
  throws('an upgrade to HTTP/2 does not go with the client\'s protocol', 'connectionPool.http has useClientProtocol and h2UpgradePolicy UPGRADE, expected one of them', http({ h2UpgradePolicy: H2UpgradePolicy.UPGRADE, useClientProtocol: true })),
  throws('http2KeepAlive has an interval', 'connectionPool.http.http2KeepAlive.interval is undefined, expected a Duration', http({ http2KeepAlive: { timeout: seconds(1) } as any })),
  throws('http2KeepAlive has a timeout', 'connectionPool.http.http2KeepAlive.timeout is undefined, expected a Duration', http({ http2KeepAlive: { interval: seconds(1) } as any })),
  throws('the interval of http2KeepAlive is 1 ms at least', 'connectionPool.http.http2KeepAlive.interval is 0 ms, expected a whole number of milliseconds and at least 1', http({ http2KeepAlive: { timeout: seconds(1), interval: millis(0) } }), at('http2KeepAlive.interval')),
  throws('the timeout of http2KeepAlive is 1 ms at least', 'connectionPool.http.http2KeepAlive.timeout is 0 ms, expected a whole number of milliseconds and at least 1', http({ http2KeepAlive: { interval: seconds(1), timeout: millis(0) } }), at('http2KeepAlive.timeout')),
  throws('connectTimeout is 1 ms at least', 'connectionPool.tcp.connectTimeout is 0 ms, expected a whole number of milliseconds and at least 1', tcp({ connectTimeout: millis(0) }), at('connectTimeout')),
  throws('maxConnectionDuration is 1 ms at least', 'connectionPool.tcp.maxConnectionDuration is 0 ms, expected a whole number of milliseconds and at least 1', tcp({ maxConnectionDuration: millis(0) }), at('maxConnectionDuration')),
  throws('the time of a keepalive is 1 ms at least', 'connectionPool.tcp.tcpKeepalive.time is 0 ms, expected a whole number of milliseconds and at least 1', tcp({ tcpKeepalive: { time: millis(0) } }), at('tcpKeepalive.time')),
  throws('the interval of a keepalive is 1 ms at least', 'connectionPool.tcp.tcpKeepalive.interval is 0 ms, expected a whole number of milliseconds and at least 1', tcp({ tcpKeepalive: { interval: millis(0) } }), at('tcpKeepalive.interval')),
  throws('the interval of a retry budget is 1 ms at least', 'retryBudget.budgetInterval is 0 ms, expected a whole number of milliseconds and at least 1', policy(() => ({ retryBudget: { budgetInterval: millis(0) } }))),
  throws('the percent of a retry budget is 100 at most', 'retryBudget.percent is 101, expected a number from 0 to 100', policy(() => ({ retryBudget: { percent: 101 } }))),

  inexpressible('a load balancer is simple or hashes', 'LoadBalancer is made by one of them'),
  throws('the cookie to hash has a name', 'the name of the cookie to hash is "", expected a non-empty string', () => HashKey.cookie({ name: '' })),
  throws('an attribute of the cookie has a name', 'an attribute of the cookie is "", expected a non-empty string', () => HashKey.cookie({ name: 'a', attributes: { '': 'b' } })),
  inexpressible('no attribute of the cookie stands twice', 'attributes is a map'),
  inexpressible('the ring of a hash is set once', 'HashAlgorithm writes one of the two fields'),
  throws('the table of a hash is not 0', 'tableSize is 0, expected a prime number below 5000011', () => HashAlgorithm.maglev(0)),
  throws('the table of a hash is below 5000011', 'tableSize is 5000011, expected a prime number below 5000011', () => HashAlgorithm.maglev(5_000_011)),
  throws('the size of the table is prime', 'tableSize is 65536, expected a prime number below 5000011', () => HashAlgorithm.maglev(65536)),
  inexpressible('locality and zones do not go together', 'Locality is made by one of them'),
  throws('a warmup has a duration', 'warmup.duration is undefined, expected a Duration', balanced({ warmup: {} as any })),
  throws('the duration of a warmup is 1 ms at least', 'warmup.duration is 0 ms, expected a whole number of milliseconds and at least 1', balanced({ warmup: { duration: millis(0) } }), at('warmup.duration')),
  throws('warmupDurationSecs is 1 ms at least', 'warmupDurationSecs is 0 ms, expected a whole number of milliseconds and at least 1', balanced({ warmupDurationSecs: millis(0) }), at('warmupDurationSecs')),
  throws('minimumPercent is 100 at most', 'warmup.minimumPercent is 101, expected a number from 0 to 100', balanced({ warmup: { duration: seconds(1), minimumPercent: 101 } })),
  throws('aggression is above 0', 'warmup.aggression is 0, expected a number above 0', balanced({ warmup: { duration: seconds(1), aggression: 0 } })),
  inexpressible('shares and failover do not go together', 'Locality.distribute and Locality.failover are two'),
  throws('failover by regions has no label of the topology', 'Locality.failover has regions and the topology label "topology.kubernetes.io/zone" in priority, expected one of them', () => Locality.failover({ regions: [{ from: 'a', to: 'b' }], priority: ['topology.kubernetes.io/zone'] })),
  throws('a share is 1 at least', 'the share of "b" is 0, expected a whole number from 1 to 100', () => Locality.distribute({ from: 'a', to: { b: 0, c: 100 } })),
  throws('a share is 100 at most', 'the share of "b" is 101, expected a whole number from 1 to 100', () => Locality.distribute({ from: 'a', to: { b: 101 } })),
  throws('shares total 100', 'the shares of the callers in "a" total 50, expected 100', () => Locality.distribute({ from: 'a', to: { b: 50 } })),
  throws('no locality is part of another', 'the callers of Locality.distribute are "a/*" and "a/b/*", expected none to be part of another', () => Locality.distribute({ from: 'a/*', to: { a: 100 } }, { from: 'a/b/*', to: { a: 100 } })),
  throws('a wildcard of a locality is its last part', 'from of a distribution is "a/*/b", expected region, region/zone or region/zone/subzone, of which the last may be "*"', () => Locality.distribute({ from: 'a/*/b', to: { a: 100 } })),
  throws('a region does not fail over to itself', 'the region "a" stands in for itself, expected another', () => Locality.failover({ regions: [{ from: 'a', to: 'a' }] })),
  throws('a failover names no zones', 'the region of a failover is "a/b", expected a region alone', () => Locality.failover({ regions: [{ from: 'a/b', to: 'c' }] })),
  throws('a failover has no wildcard', 'the region of a failover is "*", expected a region alone', () => Locality.failover({ regions: [{ from: '*', to: 'c' }] })),
  throws('a failover needs outlier detection', 'trafficPolicy of orders names a failover and has no outlierDetection, expected both', balanced({ locality: Locality.failover({ priority: ['version'] }) })),
  throws('zones take no label of the topology', 'the priority of Locality.zoneAware has the topology label "topology.istio.io/subzone", expected other labels', () => Locality.zoneAware({ priority: ['topology.istio.io/subzone'] })),

  throws('unverified TLS has no CA', 'ClientTls.simple has insecureSkipVerify beside CA certificates or subjectAltNames, expected one of them', () => ClientTls.simple({ insecureSkipVerify: true, caCertificates: '/ca' })),
  throws('unverified TLS has no secret', 'ClientTls.simple has insecureSkipVerify beside CA certificates or subjectAltNames, expected one of them', () => ClientTls.simple({ insecureSkipVerify: true, credentialName: 'ca' })),
  throws('unverified TLS has no names to check', 'ClientTls.simple has insecureSkipVerify beside CA certificates or subjectAltNames, expected one of them', () => ClientTls.simple({ insecureSkipVerify: true, subjectAltNames: ['a'] })),
  throws('mutual TLS has a certificate', 'clientCertificate of ClientTls.mutual is undefined, expected a non-empty string', () => ClientTls.mutual({ privateKey: '/key' })),
  throws('mutual TLS has a key', 'privateKey of ClientTls.mutual is undefined, expected a non-empty string', () => ClientTls.mutual({ clientCertificate: '/cert' })),
  throws('a secret goes without files', 'ClientTls.mutual has credentialName and files, expected one of them', () => ClientTls.mutual({ credentialName: 'a', clientCertificate: '/cert', privateKey: '/key' })),
  throws('a policy for a port has the port', 'trafficPolicy of orders: port is undefined, expected a whole number from 1 to 65535', policy(() => ({ portLevelSettings: [{ tls: ClientTls.disable() } as any] }))),
  throws('a policy for a port says something', 'trafficPolicy of orders: portLevelSettings for port 80 is empty, expected at least one field, as Istio does', policy(() => ({ portLevelSettings: [{ port: 80 }] }))),
  throws('a tunnel is CONNECT or POST', 'tunnel.protocol is "GET", expected one of CONNECT, POST', tunnel({ protocol: 'GET' as any })),
  throws('the host of a tunnel is a name or an IP', 'tunnel.targetHost is "a b", expected a DNS name such as "shop.example.com" or "*.example.com"', tunnel({ targetHost: 'a b' })),
  throws('the host of a tunnel has no wildcard', 'tunnel.targetHost is "*.a.com", expected one host', tunnel({ targetHost: '*.a.com' })),
  throws('the port of a tunnel is a port', 'tunnel.targetPort is 0, expected a whole number from 1 to 65535', tunnel({ targetPort: 0 })),
  throws('the proxy protocol has version 1 or 2', 'trafficPolicy of orders: proxyProtocol is "V3", expected one of V1, V2', policy(() => ({ proxyProtocol: 'V3' as any } as TrafficPolicy))),
  throws('the cookie\'s attributes are text', 'the attribute "b" of the cookie is 1, expected a string', () => HashKey.cookie({ name: 'a', attributes: { b: 1 as any } })),
  warned('minimumRingSize is deprecated', 'MinimumRingSize is deprecated', policy(() => ({ loadBalancer: LoadBalancer.consistentHash(HashKey.sourceIp(), { algorithm: HashAlgorithm.minimumRingSize(10) }) }))),
  checked('TLS has a CA that clients check against', 'IST0128 and IST0129 of the verifier'),
  checked('the labels of a subset select pods', 'IST0173 of the verifier'),
  throws('a credential of the form configmap:// names a ConfigMap', 'credentialName of ClientTls.simple is "configmap://ca", expected configmap://namespace/name', policy(() => ({ tls: ClientTls.simple({ credentialName: 'configmap://ca' }) }))),
  throws('a credential of the form configmap:// is in the namespace of the rule', 'takes its credentials from a ConfigMap of the namespace "other", expected one of "shop"', () =>
    new DestinationRule(new Chart(Testing.app(), 'shop', { namespace: 'shop' }), 'Rule', { service: ServiceRef.fromName('orders'), trafficPolicy: { tls: ClientTls.simple({ credentialName: 'configmap://other/ca' }) } })),
];
