import { Chart, Duration, Testing } from 'cdk8s';
import { parse } from 'yaml';
import {
  GlobalRateLimit, GlobalRateLimitProps, HttpMatch, MeshNamespace, MeshVersion, RateLimitKey, RateLimitTarget, RateLimitUnit, ServiceRef,
} from '../../src';

const service = ServiceRef.fromName('ratelimit', { namespace: 'limits' });
const perMinute = (requests: number) => ({ requests, per: RateLimitUnit.MINUTE });
const path = (value?: string) => RateLimitKey.header(':path', { key: 'PATH', value });
const base: GlobalRateLimitProps = {
  target: RateLimitTarget.gateway(), service, domain: 'shop', limits: [{ keys: [RateLimitKey.remoteAddress()], ...perMinute(100) }],
};
const byKind = (chart: Chart) => Object.fromEntries(Testing.synth(chart).map((object) => [object.kind, object]));

describe('GlobalRateLimit', () => {
  test('asks a rate limit service, which gets the limits by the same keys', () => {
    // GIVEN
    const chart = Testing.chart();

    // WHEN
    const limit = new GlobalRateLimit(chart, 'Limit', {
      ...base, limits: [{ keys: [path('/productpage')], ...perMinute(1) }, { keys: [path()], ...perMinute(100) }], configMap: {},
    });

    // THEN
    const always = { default_value: { numerator: 100, denominator: 'HUNDRED' } };
    expect(byKind(chart).EnvoyFilter.spec).toEqual({
      workloadSelector: { labels: { istio: 'ingressgateway' } },
      priority: 10,
      configPatches: [{
        applyTo: 'HTTP_FILTER',
        match: {
          context: 'GATEWAY',
          listener: { filterChain: { filter: { name: 'envoy.filters.network.http_connection_manager', subFilter: { name: 'envoy.filters.http.router' } } } },
        },
        patch: {
          operation: 'INSERT_BEFORE',
          value: {
            name: 'envoy.filters.http.ratelimit',
            typed_config: {
              '@type': 'type.googleapis.com/envoy.extensions.filters.http.ratelimit.v3.RateLimit',
              'domain': 'shop',
              'timeout': '0.1s',
              'rate_limit_service': {
                grpc_service: { envoy_grpc: { cluster_name: 'outbound|8081||ratelimit.limits.svc.cluster.local', authority: 'ratelimit.limits.svc.cluster.local' } },
                transport_api_version: 'V3',
              },
              'filter_enabled': always,
              'filter_enforced': always,
              'rate_limited_as_resource_exhausted': true,
              'rate_limits': [{ actions: [{ request_headers: { header_name: ':path', descriptor_key: 'PATH' } }] }],
            },
          },
        },
      }],
    });
    // as in Istio's task
    expect(limit.configMap).toBeDefined();
    expect(byKind(chart).ConfigMap.metadata).toEqual({ name: 'ratelimit-config', namespace: 'limits' });
    expect(parse(byKind(chart).ConfigMap.data['config.yaml'])).toEqual({
      domain: 'shop',
      descriptors: [
        { key: 'PATH', value: '/productpage', rate_limit: { unit: 'minute', requests_per_unit: 1 } },
        { key: 'PATH', rate_limit: { unit: 'minute', requests_per_unit: 100 } },
      ],
    });
    expect(chart).toBeAcceptedByIstio();
  });

  test('puts limits that begin with the same key below it', () => {
    const chart = Testing.chart();
    const login = RateLimitKey.requests('login', HttpMatch.path('/login'));
    const edge = RateLimitKey.generic('edge');

    new GlobalRateLimit(chart, 'Limit', {
      ...base,
      limits: [
        { keys: [edge, login, RateLimitKey.remoteAddress()], requests: 5, per: RateLimitUnit.HOUR },
        { keys: [edge], requests: 1000, per: RateLimitUnit.SECOND },
        { keys: [edge, RateLimitKey.header('x-user')], requests: 10_000, per: RateLimitUnit.DAY },
      ],
      configMap: { name: 'shop-limits', namespace: 'elsewhere' },
    });

    expect(byKind(chart).ConfigMap.metadata).toEqual({ name: 'shop-limits', namespace: 'elsewhere' });
    expect(parse(byKind(chart).ConfigMap.data['config.yaml']).descriptors).toEqual([{
      key: 'generic_key',
      value: 'edge',
      descriptors: [
        { key: 'header_match', value: 'login', descriptors: [{ key: 'remote_address', rate_limit: { unit: 'hour', requests_per_unit: 5 } }] },
        { key: 'x-user', rate_limit: { unit: 'day', requests_per_unit: 10_000 } },
      ],
      rate_limit: { unit: 'second', requests_per_unit: 1000 },
    }]);
    const { rate_limits } = byKind(chart).EnvoyFilter.spec.configPatches[0].patch.value.typed_config;
    expect(rate_limits.map(({ actions }: any) => actions.flatMap(Object.keys))).toEqual([
      ['generic_key', 'header_value_match', 'remote_address'], ['generic_key'], ['generic_key', 'request_headers'],
    ]);
  });

  test('leaves the limits to the service, waits longer, and refuses when it is silent', () => {
    const chart = Testing.chart();

    const limit = new GlobalRateLimit(chart, 'Limit', {
      ...base, limits: [{ keys: [path()] }], port: 9090, failClosed: true, timeout: Duration.seconds(2), enforced: 0, showLimits: true, responseHeaders: { 'retry-after': '60' },
    });

    expect(limit.configMap).toBeUndefined();
    expect(byKind(chart).EnvoyFilter.spec.configPatches[0].patch.value.typed_config).toMatchObject({
      failure_mode_deny: true,
      timeout: '2s',
      rate_limit_service: { grpc_service: { envoy_grpc: { cluster_name: 'outbound|9090||ratelimit.limits.svc.cluster.local' } } },
      filter_enforced: { default_value: { numerator: 0 } },
      enable_x_ratelimit_headers: 'DRAFT_VERSION_03',
      response_headers_to_add: [{ header: { key: 'retry-after', value: '60' } }],
    });
  });

  test('makes the rate limit service known to sidecars that ask it', () => {
    const chart = Testing.chart();
    new MeshNamespace(chart, 'Shop', { name: 'shop' });

    const target = RateLimitTarget.service(ServiceRef.fromName('orders', { namespace: 'shop' }), { labels: { app: 'orders' } });
    new GlobalRateLimit(chart, 'Limit', { ...base, target });

    expect(byKind(chart).Sidecar.spec.egress).toEqual([{ hosts: ['./*', 'istio-system/*', 'limits/ratelimit.limits.svc.cluster.local'] }]);
    expect(byKind(chart).EnvoyFilter.spec.configPatches[0].match.context).toBe('SIDECAR_INBOUND');
  });

  test('is none for Istio 1.27, whose Envoy would refuse it', () => {
    const chart = Testing.chart();
    new GlobalRateLimit(chart, 'Limit', base);

    MeshVersion.set(chart, MeshVersion.V1_27);
    expect(() => Testing.synth(chart)).toThrow('a GlobalRateLimit needs Istio 1.28, expected what Istio 1.27 knows; leave it out, or set a newer MeshVersion');
    MeshVersion.set(chart, MeshVersion.V1_28);
    expect(Testing.synth(chart)).toHaveLength(1);
  });

  const [limit] = base.limits;
  test.each<[string, Record<string, unknown>, string]>([
    ['no limits', { limits: [] }, 'limits is [], expected a list of at least one entry'],
    ['a limit without keys', { limits: [{ keys: [] }] }, 'the keys of limits[0] is [], expected a list of at least one entry; say by what requests are counted'],
    ['a number without time', { limits: [{ keys: limit.keys, requests: 5 }] }, 'limits[0] has requests only, expected requests and per together'],
    ['a time without number', { limits: [{ keys: limit.keys, per: 'minute' }] }, 'limits[0] has per only, expected requests and per together'],
    ['a time that is none', { limits: [{ keys: limit.keys, requests: 5, per: 'week' }] }, 'per of limits[0] is "week", expected one of second, minute, hour, day'],
    ['no requests', { limits: [{ ...limit, requests: 0 }] }, 'requests of limits[0] is 0, expected a whole number from 1 to 4294967295'],
    ['two limits for the same', { limits: [limit, { ...limit, requests: 5 }] }, 'limits[1] counts by [{"key":"remote_address"}] as limits[0] does, expected keys of its own'],
    ['a limit to be written that is none', { limits: [{ keys: limit.keys }], configMap: {} }, 'limits[0] has no requests and per, expected both where the configuration of the rate limit service is written'],
    ['an unknown property of a limit', { limits: [{ ...limit, unit: 'minute' }] }, 'limits[0] has no property "unit"'],
    ['an unknown property of the ConfigMap', { configMap: { key: 'a' } }, 'configMap has no property "key"'],
    ['a name that is none', { configMap: { name: 'A B' } }, 'the name of configMap is "A B"'],
    ['a namespace that is none', { configMap: { namespace: 'A B' } }, 'the namespace of configMap is "A B"'],
    ['a service whose namespace is not known', { service: ServiceRef.fromName('ratelimit') },
      'the rate limit service is "ratelimit", expected one whose namespace is known; write ServiceRef.fromName("ratelimit", { namespace: "..." })'],
    ['a port out of range', { port: 0 }, 'the port of the GlobalRateLimit is 0'],
    ['an empty domain', { domain: '' }, 'domain is "", expected a non-empty string'],
    ['a timeout that is no Duration', { timeout: 20 }, 'the timeout of the GlobalRateLimit is 20, expected a Duration'],
    ['a switch that is none', { failClosed: 'yes' }, 'failClosed is "yes", expected true or false'],
    ['a target that is none', { target: 'edge' }, 'the target is "edge", expected a RateLimitTarget'],
    ['an unknown property', { failureModeDeny: true }, 'GlobalRateLimit has no property "failureModeDeny" (got true)'],
  ])('refuses %s', (_, props, message) => {
    expect(() => new GlobalRateLimit(Testing.chart(), 'Limit', { ...base, ...props } as any)).toThrow(message);
  });
});
