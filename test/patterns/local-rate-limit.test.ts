import { Chart, Duration, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import * as fc from 'fast-check';
import { HttpMatch, LocalRateLimit, LocalRateLimitProps, RateLimitKey, RateLimitTarget, ServiceRef } from '../../src';
import { accepted, judge } from '../istio/random';

const target = RateLimitTarget.gateway();
const perMinute = (maxTokens: number) => ({ maxTokens, fillInterval: Duration.minutes(1) });
const exports_ = RateLimitKey.requests('export', HttpMatch.pathPrefix('/export'));
const spec = (chart: Chart) => Testing.synth(chart).find(({ kind }) => kind === 'EnvoyFilter').spec;
const config = (props: Partial<LocalRateLimitProps>) => {
  const chart = Testing.chart();
  new LocalRateLimit(chart, 'Limit', { target, limit: perMinute(100), ...props });
  return spec(chart).configPatches[0].patch.value.typed_config;
};

describe('LocalRateLimit', () => {
  test('limits what a gateway lets pass, before it does anything else', () => {
    // GIVEN
    const chart = Testing.chart();

    // WHEN
    const { envoyFilter } = new LocalRateLimit(chart, 'Limit', { target, limit: perMinute(100) });

    // THEN
    const always = { default_value: { numerator: 100, denominator: 'HUNDRED' } };
    expect(envoyFilter.namespace).toBe('istio-system');
    expect(spec(chart)).toEqual({
      workloadSelector: { labels: { istio: 'ingressgateway' } },
      configPatches: [{
        applyTo: 'HTTP_FILTER',
        match: { context: 'GATEWAY' },
        patch: {
          operation: 'INSERT_FIRST',
          value: {
            name: 'envoy.filters.http.local_ratelimit',
            typed_config: {
              '@type': 'type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit',
              'stat_prefix': 'http_local_rate_limiter',
              'token_bucket': { max_tokens: 100, tokens_per_fill: 100, fill_interval: '60s' },
              'filter_enabled': always,
              'filter_enforced': always,
              'rate_limited_as_resource_exhausted': true,
            },
          },
        },
      }],
    });
    expect(chart).toBeAcceptedByIstio();
  });

  test('limits what a service gets, at one port or all', () => {
    const chart = Testing.chart();
    const service = new kplus.Service(chart, 'Service', {
      metadata: { name: 'orders', namespace: 'shop' },
      selector: kplus.Pods.select(chart, 'Pods', { labels: { app: 'orders' } }),
      ports: [{ name: 'http', port: 80, targetPort: 8080 }],
    });

    const { envoyFilter } = new LocalRateLimit(chart, 'Limit', { target: RateLimitTarget.service(service, { port: 8080 }), limit: perMinute(10) });

    expect(envoyFilter.namespace).toBe('shop');
    expect(spec(chart).workloadSelector).toEqual({ labels: { app: 'orders' } });
    expect(spec(chart).configPatches[0].match).toEqual({ context: 'SIDECAR_INBOUND', listener: { portNumber: 8080 } });
  });

  test('limits some requests more, and each user', () => {
    const rules = [
      { keys: [exports_], limit: { maxTokens: 5, tokensPerFill: 1, fillInterval: Duration.hours(1) } },
      { keys: [exports_, RateLimitKey.header('x-user')], limit: perMinute(2) },
      { keys: [exports_, RateLimitKey.header('x-user', { value: 'guest' })], limit: perMinute(1) },
    ];
    expect(config({ rules })).toMatchObject({
      rate_limits: [
        { actions: [{ header_value_match: { descriptor_value: 'export', headers: [{ name: ':path', string_match: { prefix: '/export' } }] } }] },
        { actions: [{ header_value_match: expect.anything() }, { request_headers: { header_name: 'x-user', descriptor_key: 'x-user' } }] },
      ],
      descriptors: [
        { entries: [{ key: 'header_match', value: 'export' }], token_bucket: { max_tokens: 5, tokens_per_fill: 1, fill_interval: '3600s' } },
        { entries: [{ key: 'header_match', value: 'export' }, { key: 'x-user' }], token_bucket: { max_tokens: 2, tokens_per_fill: 2, fill_interval: '60s' } },
        { entries: [{ key: 'header_match', value: 'export' }, { key: 'x-user', value: 'guest' }], token_bucket: { max_tokens: 1, tokens_per_fill: 1, fill_interval: '60s' } },
      ],
      max_dynamic_descriptors: 10_000,
    });
  });

  test('lets some requests have more than the others', () => {
    expect(config({ total: false, rules: [{ keys: [RateLimitKey.requests('partner', HttpMatch.pathPrefix('/partner'))], limit: perMinute(1000) }] }))
      .toMatchObject({ descriptors: [{ token_bucket: { max_tokens: 1000 } }], always_consume_default_token_bucket: false });
  });

  test('limits nothing but what a rule is for, if there is no limit for all', () => {
    const { token_bucket, descriptors } = config({ limit: undefined, rules: [{ keys: [exports_], limit: perMinute(1) }] });

    expect([token_bucket, descriptors.length]).toEqual([undefined, 1]);
  });

  test('is tried out, tells clients of it, and answers with headers', () => {
    expect(config({ enabled: 12.5, enforced: 0, showLimits: true, responseHeaders: { 'x-local-rate-limit': 'true' } })).toMatchObject({
      filter_enabled: { default_value: { numerator: 125_000, denominator: 'MILLION' } },
      filter_enforced: { default_value: { numerator: 0, denominator: 'HUNDRED' } },
      enable_x_ratelimit_headers: 'DRAFT_VERSION_03',
      response_headers_to_add: [{ header: { key: 'x-local-rate-limit', value: 'true' }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' }],
    });
  });

  const rule = { keys: [exports_], limit: perMinute(1) };
  test.each<[string, Record<string, unknown>, string]>([
    ['no tokens', { limit: perMinute(0) }, 'maxTokens of the limit is 0, expected a whole number from 1 to 2147483647; say how many requests may come at once'],
    ['no refill', { limit: { ...perMinute(1), tokensPerFill: 0 } }, 'tokensPerFill of the limit is 0'],
    ['an interval that is too short', { limit: { maxTokens: 1, fillInterval: Duration.millis(49) } }, 'fillInterval of the limit is 49ms, expected at least 50 ms'],
    ['an interval that is no Duration', { limit: { maxTokens: 1, fillInterval: '1s' } }, 'fillInterval of the limit is "1s", expected a Duration'],
    ['an unknown property of a limit', { limit: { ...perMinute(1), burst: 5 } }, 'the limit has no property "burst"'],
    ['no limit at all', { limit: undefined, rules: [] }, 'the LocalRateLimit has neither limit nor rules, expected at least one of them'],
    ['a total of nothing', { limit: undefined, rules: [rule], total: false }, 'total is false and there are no limit, expected limit and rules beside it'],
    ['a total without parts', { total: true }, 'total is true and there are no rules, expected limit and rules beside it'],
    ['a rule that is never reached', { rules: [{ keys: [exports_], limit: perMinute(101) }] },
      'maxTokens of the limit of rules[0] is 101, expected at most 100, that of the whole, which is used up first; raise that of the whole, or set total: false'],
    ['two rules for the same', { rules: [rule, rule] }, 'rules[1] counts by [{"key":"header_match","value":"export"}] as rules[0] does, expected keys of its own'],
    ['two matches of one name', { rules: [rule, { keys: [RateLimitKey.requests('export', HttpMatch.path('/a')), RateLimitKey.remoteAddress()], limit: perMinute(1) }] },
      'two keys of RateLimitKey.requests have the name "export", expected one match a name; rename one of them'],
    ['a rule without keys', { rules: [{ keys: [], limit: perMinute(1) }] }, 'the keys of rules[0] is [], expected a list of at least one entry'],
    ['a key that is none', { rules: [{ keys: ['x-user'], limit: perMinute(1) }] }, 'a key of rules[0] is "x-user", expected a RateLimitKey'],
    ['an unknown property of a rule', { rules: [{ ...rule, match: [] }] }, 'rules[0] has no property "match"'],
    ['nothing remembered', { maxValues: 0 }, 'maxValues is 0'],
    ['a percentage over 100', { enforced: 101 }, 'enforced is 101, expected a number from 0 to 100'],
    ['a header that is none', { responseHeaders: { 'a b': 'c' } }, 'a header of responseHeaders is "a b"'],
    ['an empty header', { responseHeaders: { a: '' } }, 'responseHeaders["a"] is "", expected a non-empty string'],
    ['a target that is none', { target: 'edge' }, 'the target is "edge", expected a RateLimitTarget'],
    ['an unknown property', { status: 503 }, 'LocalRateLimit has no property "status" (got 503)'],
  ])('refuses %s', (_, props, message) => {
    expect(() => new LocalRateLimit(Testing.chart(), 'Limit', { target, limit: perMinute(100), ...props } as any)).toThrow(message);
  });

  test('is accepted by Istio, whatever it accepts itself', () => {
    const name = fc.constantFrom('a', 'x-user', ':path', 'B', '');
    const number = fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 100 }) }, fc.constantFrom(0, 2 ** 31 - 1, 2 ** 31, 1.5));
    const interval = fc.constantFrom(Duration.seconds(1), Duration.seconds(2), Duration.minutes(1), Duration.millis(50), Duration.millis(10));
    const bucket = fc.record({ maxTokens: number, tokensPerFill: fc.option(number, { nil: undefined }), fillInterval: interval });
    const key = fc.oneof(
      name.map((value) => () => RateLimitKey.header(value)),
      fc.constant(() => RateLimitKey.remoteAddress()),
      name.map((value) => () => RateLimitKey.generic(value)),
      fc.tuple(name, fc.webPath()).map(([value, path]) => () => RateLimitKey.requests(value, HttpMatch.path(path))),
    );
    const builds = fc.record({
      limit: fc.option(bucket, { nil: undefined }),
      rules: fc.array(fc.record({ keys: fc.array(key, { maxLength: 2 }), limit: bucket }), { maxLength: 2 }),
      total: fc.option(fc.boolean(), { nil: undefined }),
      enabled: fc.option(fc.double({ min: -1, max: 101 }), { nil: undefined }),
      showLimits: fc.boolean(),
      isGateway: fc.boolean(),
    }).map(({ rules, isGateway, ...props }) => (chart: Chart, id: string) => new LocalRateLimit(chart, id, {
      ...props,
      rules: rules.map(({ keys, limit }) => ({ keys: keys.map((make) => make()), limit })),
      target: isGateway ? target : RateLimitTarget.service(ServiceRef.fromName('a'), { labels: { app: 'a' } }),
    }));

    judge(accepted(builds, 50));
  });
});
