import { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { filterMetadata, keysOf, RateLimitOptions, renderActions, renderOptions, seconds } from './rate-limit-filter';
import { RateLimitKey } from './rate-limit-key';
import { RateLimitTarget } from './rate-limit-target';
import { EnvoyFilter } from '../extension/envoy-filter';
import { EnvoyPatch } from '../extension/envoy-patch';
import { flag, instance, noUnknown, object, optionalList, show, whole } from '../private/check';
import { istioDuration } from '../private/duration';
import { given } from '../private/render';

/**
 * A store of tokens, of which each request takes one. A request that finds none is refused with 429.
 *
 * @see https://www.envoyproxy.io/docs/envoy/latest/api-v3/type/v3/token_bucket.proto
 */
export interface TokenBucket {
  /**
   * The most tokens it holds: how many requests may come at once. At least 1.
   */
  readonly maxTokens: number;

  /**
   * How many tokens come in `fillInterval`, spread evenly over it. At least 1.
   *
   * @default - as many as it holds
   */
  readonly tokensPerFill?: number;

  /**
   * The time in which `tokensPerFill` come; at least 50 ms.
   */
  readonly fillInterval: Duration;
}

/**
 * A limit for some requests.
 */
export interface LocalRateLimitRule {
  /**
   * By what they are counted. A request that lacks one of the keys is not counted here.
   */
  readonly keys: RateLimitKey[];

  /**
   * Their limit: for each value of the keys one of its own.
   */
  readonly limit: TokenBucket;
}

/**
 * Properties of a `LocalRateLimit`.
 */
export interface LocalRateLimitProps extends RateLimitOptions {
  /**
   * The proxies that limit requests. Each pod counts for itself: three replicas let three times as many pass. Each server of
   * a gateway and each port of a service counts for itself too.
   */
  readonly target: RateLimitTarget;

  /**
   * The limit for all requests.
   *
   * @default - none, there are rules only
   */
  readonly limit?: TokenBucket;

  /**
   * Limits for some requests. Where several are for a request, all are kept.
   *
   * @default - none, there is the limit for all only
   */
  readonly rules?: LocalRateLimitRule[];

  /**
   * Whether requests that a rule counts are counted by `limit` too. With `false` that is for all others. Needs both.
   *
   * @default true
   */
  readonly total?: boolean;

  /**
   * How many values of the keys each rule remembers, at least 1. When there are more, it forgets the one that was not seen for
   * the longest time, which then starts anew.
   *
   * @default 10000, where Envoy's own default is 20
   */
  readonly maxValues?: number;
}

const FILTER = 'envoy.filters.http.local_ratelimit';
const TYPE = 'type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit';
const MIN_INTERVAL = 50;
const MAX = 2 ** 31 - 1;

/**
 * A limit on requests that each proxy keeps by itself, before it does anything else with them: it keeps a pod from more than it bears.
 *
 * It is an EnvoyFilter, since Istio has no resource for it: test it before each upgrade of Istio. For a limit that all
 * replicas share see `GlobalRateLimit`.
 *
 * @see https://istio.io/latest/docs/tasks/policy-enforcement/rate-limit/#local-rate-limit
 */
export class LocalRateLimit extends Construct {
  /**
   * The EnvoyFilter.
   */
  public readonly envoyFilter: EnvoyFilter;

  /**
   * Creates the filter.
   *
   * @param scope the construct it belongs to
   * @param id its name among the scope's children
   * @param props the proxies and the limits
   * @throws when there is no limit, one would never be reached, or a value is wrong
   */
  public constructor(scope: Construct, id: string, props: LocalRateLimitProps) {
    super(scope, id);
    const {
      target, limit, rules, total, maxValues = 10_000, enabled, enforced, showLimits, responseHeaders, metadata, ...rest
    } = object('the properties of the LocalRateLimit', props);
    noUnknown('LocalRateLimit', rest);
    const { _target, _namespace, _match } = instance('the target', target, RateLimitTarget, 'RateLimitTarget.gateway()');
    const all = given(limit, (bucket) => bucketOf('the limit', bucket));
    const parts = optionalList('rules', rules)?.map((rule, index) => ruleOf(`rules[${index}]`, rule)) ?? [];
    checkTogether(all, parts, flag('total', total));
    checkDistinct(parts);
    whole('maxValues', maxValues, 1, MAX, 'leave it out for 10000');
    const remembers = parts.some(({ keys }) => keys.some((key) => key._entry.value === undefined));

    const value = {
      name: FILTER,
      typed_config: {
        '@type': TYPE,
        'stat_prefix': 'http_local_rate_limiter',
        'token_bucket': given(all, render),
        ...renderOptions({ enabled, enforced, showLimits, responseHeaders }),
        'rate_limits': renderActions(parts.map(({ keys }) => keys)),
        'descriptors': parts.length === 0 ? undefined : parts.map(({ keys, bucket }) => ({ entries: keys.map((key) => key._entry), token_bucket: render(bucket) })),
        'always_consume_default_token_bucket': total,
        'max_dynamic_descriptors': remembers ? maxValues : undefined,
      },
    };
    this.envoyFilter = new EnvoyFilter(this, 'EnvoyFilter', {
      metadata: filterMetadata(metadata, _namespace),
      target: _target,
      configPatches: [EnvoyPatch.httpFilter(_match).insertFirst(value)],
    });
  }
}

interface Bucket {
  readonly maxTokens: number;
  readonly tokensPerFill: number;
  readonly millis: number;
}

interface Part {
  readonly where: string;
  readonly keys: RateLimitKey[];
  readonly bucket: Bucket;
}

function ruleOf(where: string, rule: LocalRateLimitRule): Part {
  const { keys, limit, ...rest } = object(where, rule);
  noUnknown(where, rest);
  return { where, keys: keysOf(where, keys), bucket: bucketOf(`the limit of ${where}`, limit) };
}

function bucketOf(where: string, bucket: TokenBucket): Bucket {
  const { maxTokens, tokensPerFill = maxTokens, fillInterval, ...rest } = object(where, bucket);
  noUnknown(where, rest);
  whole(`maxTokens of ${where}`, maxTokens, 1, MAX, 'say how many requests may come at once');
  whole(`tokensPerFill of ${where}`, tokensPerFill, 1, MAX, 'leave it out for as many as maxTokens');
  const written = istioDuration(`fillInterval of ${where}`, fillInterval);
  if (fillInterval.toMilliseconds() < MIN_INTERVAL) {
    throw new Error(`fillInterval of ${where} is ${written}, expected at least ${MIN_INTERVAL} ms; Envoy fills no faster`);
  }
  return { maxTokens, tokensPerFill, millis: fillInterval.toMilliseconds() };
}

function checkTogether(all: Bucket | undefined, parts: Part[], total: boolean | undefined): void {
  if (all === undefined && parts.length === 0) {
    throw new Error('the LocalRateLimit has neither limit nor rules, expected at least one of them; add a limit for all requests');
  }
  if (total !== undefined && (all === undefined || parts.length === 0)) {
    throw new Error(`total is ${total} and there are no ${all === undefined ? 'limit' : 'rules'}, expected limit and rules beside it; leave it out`);
  }
  const beyond = total === false ? undefined : parts.find(({ bucket }) => bucket.maxTokens > (all?.maxTokens ?? Infinity));
  if (beyond !== undefined) {
    throw new Error(`maxTokens of the limit of ${beyond.where} is ${beyond.bucket.maxTokens}, expected at most ${all!.maxTokens}, that of the whole, which is used up first; raise that of the whole, or set total: false`);
  }
}

function checkDistinct(parts: Part[]): void {
  const seen = new Map<string, string>();
  for (const { where, keys } of parts) {
    const written = JSON.stringify(keys.map((key) => key._entry));
    if (seen.has(written)) {
      throw new Error(`${where} counts by ${show(keys.map((key) => key._entry))} as ${seen.get(written)} does, expected keys of its own; keep one of them`);
    }
    seen.set(written, where);
  }
}

function render({ maxTokens, tokensPerFill, millis }: Bucket) {
  return { max_tokens: maxTokens, tokens_per_fill: tokensPerFill, fill_interval: seconds(millis) };
}
