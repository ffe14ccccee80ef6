import { Duration, Testing } from 'cdk8s';
import { DestinationRule, HashAlgorithm, HashKey, LoadBalancer, Locality, ServiceRef } from '../../src';

const warmup = { duration: Duration.minutes(1), minimumPercent: 5, aggression: 1.5 };
const renderedWarmup = { duration: '1m', minimumPercent: 5, aggression: 1.5 };

describe('LoadBalancer', () => {
  test.each([
    ['leastRequest', LoadBalancer.leastRequest(), { simple: 'LEAST_REQUEST' }],
    ['leastRequest with warm-up', LoadBalancer.leastRequest({ warmup }), { simple: 'LEAST_REQUEST', warmup: renderedWarmup }],
    ['roundRobin', LoadBalancer.roundRobin(), { simple: 'ROUND_ROBIN' }],
    ['roundRobin with warm-up and locality', LoadBalancer.roundRobin({ warmup, locality: Locality.disabled() }),
      { simple: 'ROUND_ROBIN', warmup: renderedWarmup, localityLbSetting: { enabled: false } }],
    ['the shortest warm-up', LoadBalancer.roundRobin({ warmup: { duration: Duration.millis(1), minimumPercent: 0 } }),
      { simple: 'ROUND_ROBIN', warmup: { duration: '1ms', minimumPercent: 0 } }],
    ['random', LoadBalancer.random({ locality: Locality.failover() }), { simple: 'RANDOM', localityLbSetting: { enabled: true } }],
    ['passthrough', LoadBalancer.passthrough(), { simple: 'PASSTHROUGH' }],
    ['unspecified', LoadBalancer.unspecified({ warmup }), { warmup: renderedWarmup }],
    ['unspecified without options', LoadBalancer.unspecified({}), {}],
    ['leastConnection, by its older name', LoadBalancer.leastConnection({ warmup }), { simple: 'LEAST_CONN', warmup: renderedWarmup }],
    ['a warm-up in the older form', LoadBalancer.roundRobin({ warmupDurationSecs: Duration.minutes(1) }), { simple: 'ROUND_ROBIN', warmupDurationSecs: '1m' }],
    ['a ring in the older form', LoadBalancer.consistentHash(HashKey.sourceIp(), { algorithm: HashAlgorithm.minimumRingSize(2048) }),
      { consistentHash: { useSourceIp: true, minimumRingSize: 2048 } }],
    ['hash of a header', LoadBalancer.consistentHash(HashKey.header('x-user-id')), { consistentHash: { httpHeaderName: 'x-user-id' } }],
    ['hash of the address', LoadBalancer.consistentHash(HashKey.sourceIp()), { consistentHash: { useSourceIp: true } }],
    ['hash of a parameter', LoadBalancer.consistentHash(HashKey.queryParameter('user')), { consistentHash: { httpQueryParameterName: 'user' } }],
    ['hash of a cookie', LoadBalancer.consistentHash(HashKey.cookie({ name: 'user' })), { consistentHash: { httpCookie: { name: 'user' } } }],
    ['hash of a session cookie', LoadBalancer.consistentHash(HashKey.cookie({ name: 'user', ttl: Duration.millis(0) })),
      { consistentHash: { httpCookie: { name: 'user', ttl: '0s' } } }],
    ['hash of a cookie that the proxy sets', LoadBalancer.consistentHash(HashKey.cookie({ name: 'user', path: '/', ttl: Duration.hours(24), attributes: { SameSite: 'Lax', Secure: '' } })),
      { consistentHash: { httpCookie: { name: 'user', path: '/', ttl: '24h', attributes: [{ name: 'SameSite', value: 'Lax' }, { name: 'Secure', value: '' }] } } }],
    ['ring hash', LoadBalancer.consistentHash(HashKey.sourceIp(), { algorithm: HashAlgorithm.ringHash(2048) }),
      { consistentHash: { useSourceIp: true, ringHash: { minimumRingSize: 2048 } } }],
    ['ring hash of the usual size', LoadBalancer.consistentHash(HashKey.sourceIp(), { algorithm: HashAlgorithm.ringHash() }),
      { consistentHash: { useSourceIp: true, ringHash: {} } }],
    ['maglev', LoadBalancer.consistentHash(HashKey.sourceIp(), { algorithm: HashAlgorithm.maglev(4_999_999), locality: Locality.disabled() }),
      { consistentHash: { useSourceIp: true, maglev: { tableSize: 4_999_999 } }, localityLbSetting: { enabled: false } }],
    ['maglev of the usual size', LoadBalancer.consistentHash(HashKey.sourceIp(), { algorithm: HashAlgorithm.maglev() }),
      { consistentHash: { useSourceIp: true, maglev: { tableSize: 65537 } } }],
    ['the smallest maglev', LoadBalancer.consistentHash(HashKey.sourceIp(), { algorithm: HashAlgorithm.maglev(2) }),
      { consistentHash: { useSourceIp: true, maglev: { tableSize: 2 } } }],
  ])('%s', (_, loadBalancer, rendered) => {
    const chart = Testing.chart();
    new DestinationRule(chart, 'Rule', { service: ServiceRef.fromName('orders'), trafficPolicy: { loadBalancer } });

    expect(Testing.synth(chart)[0].spec.trafficPolicy.loadBalancer).toEqual(rendered);
    expect(chart).toBeAcceptedByIstio();
  });

  test.each<[string, () => unknown, string]>([
    ['simple and consistentHash together', () => LoadBalancer.consistentHash(HashKey.sourceIp(), { simple: 'ROUND_ROBIN' } as any), 'LoadBalancer.consistentHash has no property "simple" (got "ROUND_ROBIN"); use one factory of LoadBalancer, such as LoadBalancer.roundRobin()'],
    ['consistentHash inside simple', () => LoadBalancer.roundRobin({ consistentHash: {} } as any), 'LoadBalancer has no property "consistentHash" (got {}); use LoadBalancer.consistentHash(...)'],
    ['a warm-up of a hash', () => LoadBalancer.consistentHash(HashKey.sourceIp(), { warmup } as any), 'LoadBalancer.consistentHash has no property "warmup"'],
    ['a warm-up of random', () => LoadBalancer.random({ warmup }), 'LoadBalancer.random has a warmup, expected one of round robin or least requests beside it; use LoadBalancer.leastRequest'],
    ['a warm-up of random in the older form', () => LoadBalancer.random({ warmupDurationSecs: Duration.minutes(1) }), 'LoadBalancer.random has a warmup'],
    ['both forms of a warm-up', () => LoadBalancer.roundRobin({ warmup, warmupDurationSecs: Duration.minutes(1) }), 'the load balancer has warmup and warmupDurationSecs, expected one of them; keep warmup, Istio ignores the other'],
    ['a warm-up of 0 in the older form', () => LoadBalancer.roundRobin({ warmupDurationSecs: Duration.millis(0) }), 'warmupDurationSecs is 0 ms, expected a whole number of milliseconds'],
    ['a ring of 0 in the older form', () => HashAlgorithm.minimumRingSize(0), 'minimumRingSize is 0, expected a whole number from 1'],
    ['null', () => LoadBalancer.roundRobin(null as any), 'the options of the load balancer is null, expected an object'],
    ['text', () => LoadBalancer.consistentHash(HashKey.sourceIp(), 'maglev' as any), 'the options of the load balancer is "maglev", expected an object'],
    ['a key that is text', () => LoadBalancer.consistentHash('x-user' as any), 'the key of the load balancer is "x-user", expected a HashKey; write for example HashKey.header("x-user-id")'],
    ['an algorithm that is text', () => LoadBalancer.consistentHash(HashKey.sourceIp(), { algorithm: 'maglev' as any }), 'the algorithm of the load balancer is "maglev", expected a HashAlgorithm; write for example HashAlgorithm.maglev()'],
    ['a locality that is an object', () => LoadBalancer.roundRobin({ locality: { enabled: true } as any }), 'the locality of the load balancer is {"enabled":true}, expected a Locality; write for example Locality.failover()'],
    ['a warm-up that is null', () => LoadBalancer.roundRobin({ warmup: null as any }), 'warmup is null, expected an object'],
    ['a warm-up without duration', () => LoadBalancer.roundRobin({ warmup: {} as any }), 'warmup.duration is undefined, expected a Duration'],
    ['a warm-up with an unknown property', () => LoadBalancer.roundRobin({ warmup: { ...warmup, percent: 5 } as any }), 'warmup has no property "percent" (got 5)'],
    ['a percentage above 100', () => LoadBalancer.roundRobin({ warmup: { ...warmup, minimumPercent: 101 } }), 'warmup.minimumPercent is 101, expected a number from 0 to 100'],
    ['aggression 0', () => LoadBalancer.roundRobin({ warmup: { ...warmup, aggression: 0 } }), 'warmup.aggression is 0, expected a number above 0; leave it out for 1'],
    ['aggression NaN', () => LoadBalancer.roundRobin({ warmup: { ...warmup, aggression: NaN } }), 'warmup.aggression is NaN'],
    ['aggression Infinity', () => LoadBalancer.roundRobin({ warmup: { ...warmup, aggression: Infinity } }), 'warmup.aggression is Infinity'],
    ['aggression as text', () => LoadBalancer.roundRobin({ warmup: { ...warmup, aggression: '2' as any } }), 'warmup.aggression is "2"'],
    ['a header that is none', () => HashKey.header('x user'), 'the header to hash is "x user", expected a header name'],
    ['an empty parameter', () => HashKey.queryParameter(''), 'the query parameter to hash is "", expected a non-empty string; name the parameter'],
    ['a cookie that is text', () => HashKey.cookie('user' as any), 'the cookie to hash is "user", expected an object'],
    ['a cookie without name', () => HashKey.cookie({} as any), 'the name of the cookie to hash is undefined, expected a non-empty string; name the cookie'],
    ['an unknown property of a cookie', () => HashKey.cookie({ name: 'a', domain: 'b' } as any), 'the cookie to hash has no property "domain"'],
    ['a path that is no text', () => HashKey.cookie({ name: 'a', path: 5 as any }), 'the path of the cookie to hash is 5, expected a non-empty string'],
    ['a ttl that is no Duration', () => HashKey.cookie({ name: 'a', ttl: 0 as any }), 'the ttl of the cookie to hash is 0, expected a Duration'],
    ['a fraction of a millisecond', () => HashKey.cookie({ name: 'a', ttl: Duration.millis(0.5) }), 'the ttl of the cookie to hash is 0.5 ms'],
    ['attributes that are a list', () => HashKey.cookie({ name: 'a', attributes: ['Secure'] as any }), 'the attributes of the cookie to hash is ["Secure"], expected an object'],
    ['an attribute that is true', () => HashKey.cookie({ name: 'a', attributes: { Secure: true as any } }), 'the attribute "Secure" of the cookie is true, expected a string; for a bare attribute write ""'],
    ['an attribute without name', () => HashKey.cookie({ name: 'a', attributes: { '': 'x' } }), 'an attribute of the cookie is "", expected a non-empty string; name it'],
    ['a ring of nothing', () => HashAlgorithm.ringHash(0), 'minimumRingSize is 0, expected a whole number from 1 to 2147483647; leave it out for 1024'],
    ['a table that is no prime', () => HashAlgorithm.maglev(65536), 'tableSize is 65536, expected a prime number below 5000011; leave it out for 65537'],
    ['a table of 1', () => HashAlgorithm.maglev(1), 'tableSize is 1, expected a prime number'],
    ['a table too large', () => HashAlgorithm.maglev(5_000_011), 'tableSize is 5000011, expected a prime number'],
    ['a fractional table', () => HashAlgorithm.maglev(7.5), 'tableSize is 7.5, expected a prime number'],
    ['a table of NaN', () => HashAlgorithm.maglev(NaN), 'tableSize is NaN, expected a prime number'],
  ])('refuses %s', (_, build, message) => {
    expect(build).toThrow(message);
  });
});
