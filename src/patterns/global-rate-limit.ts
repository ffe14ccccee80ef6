import { ApiObject, Duration, Yaml } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { filterMetadata, keysOf, RateLimitOptions, renderActions, renderOptions, seconds } from './rate-limit-filter';
import { Entry, RateLimitKey } from './rate-limit-key';
import { RateLimitTarget } from './rate-limit-target';
import { SharedTraffic } from './shared-traffic';
import { EnvoyFilter } from '../extension/envoy-filter';
import { EnvoyPatch } from '../extension/envoy-patch';
import { flag, instance, list, member, noUnknown, object, port as portNumber, show, text, whole } from '../private/check';
import { istioDuration } from '../private/duration';
import { tooNew } from '../private/mesh-version';
import { dnsLabel, objectName } from '../private/names';
import { given } from '../private/render';
import { ServiceRef } from '../traffic/service-ref';

/**
 * The time in which a rate limit service counts.
 */
export enum RateLimitUnit {
  /** A second. */
  SECOND = 'second',
  /** A minute. */
  MINUTE = 'minute',
  /** An hour. */
  HOUR = 'hour',
  /** A day. */
  DAY = 'day',
}

/**
 * A limit that a rate limit service keeps.
 */
export interface GlobalRateLimitRule {
  /**
   * By what requests are counted. A request that lacks one of the keys is not counted here.
   */
  readonly keys: RateLimitKey[];

  /**
   * How many requests may come in the time of `per`, at least 1. With `per`, and needed with `configMap`.
   *
   * @default - as the configuration of the rate limit service says
   */
  readonly requests?: number;

  /**
   * The time that they are counted in.
   *
   * @default - as the configuration of the rate limit service says
   */
  readonly per?: RateLimitUnit;
}

/**
 * The ConfigMap that Envoy's reference rate limit service reads its limits from.
 *
 * @see https://github.com/envoyproxy/ratelimit#configuration
 */
export interface RateLimitConfigMap {
  /**
   * Its name.
   *
   * @default "ratelimit-config"
   */
  readonly name?: string;

  /**
   * Its namespace.
   *
   * @default - that of the rate limit service
   */
  readonly namespace?: string;
}

/**
 * Properties of a `GlobalRateLimit`.
 */
export interface GlobalRateLimitProps extends RateLimitOptions {
  /**
   * The proxies that limit requests.
   */
  readonly target: RateLimitTarget;

  /**
   * The rate limit service, with its namespace. Its port must be one of gRPC, by its name or `appProtocol`, or it is not spoken to by HTTP/2.
   */
  readonly service: IConstruct;

  /**
   * The port of the rate limit service, 1 to 65535.
   *
   * @default 8081
   */
  readonly port?: number;

  /**
   * The name under which the rate limit service has these limits.
   */
  readonly domain: string;

  /**
   * The limits, at least one. A request is refused when it is over one of them.
   */
  readonly limits: GlobalRateLimitRule[];

  /**
   * Writes the limits for Envoy's reference rate limit service too, so that both sides speak of the same keys.
   *
   * @default - the limits of the service are written elsewhere
   */
  readonly configMap?: RateLimitConfigMap;

  /**
   * Whether requests are refused (with 500) while the rate limit service does not answer.
   *
   * @default false: what protects a service should not take it down
   */
  readonly failClosed?: boolean;

  /**
   * How long a request waits for the rate limit service; at least 1 ms.
   *
   * @default Duration.millis(100), where Envoy's own is 20 ms, which a pause of the service exceeds
   */
  readonly timeout?: Duration;
}

const FILTER = 'envoy.filters.http.ratelimit';
const TYPE = 'type.googleapis.com/envoy.extensions.filters.http.ratelimit.v3.RateLimit';
const LAST = 'envoy.filters.http.router';
const PRIORITY = 10;

/**
 * A limit on requests that all proxies share: they ask a rate limit service, such as Envoy's reference one with Redis. From Istio 1.28 on.
 *
 * It comes after authentication and authorization, so that what these refuse is not counted. It is an EnvoyFilter, since Istio has
 * no resource for it: test it before each upgrade of Istio.
 *
 * @see https://istio.io/latest/docs/tasks/policy-enforcement/rate-limit/#global-rate-limit
 */
export class GlobalRateLimit extends Construct {
  /**
   * The EnvoyFilter.
   */
  public readonly envoyFilter: EnvoyFilter;

  /**
   * The ConfigMap of the rate limit service, where there is one.
   */
  public readonly configMap?: ApiObject;

  /**
   * Creates the filter.
   *
   * @param scope the construct it belongs to
   * @param id its name among the scope's children
   * @param props the proxies, the rate limit service and the limits
   * @throws when two limits count by the same keys, or a value is wrong
   */
  public constructor(scope: Construct, id: string, props: GlobalRateLimitProps) {
    super(scope, id);
    const {
      target, service, port = 8081, domain, limits, configMap, failClosed, timeout = Duration.millis(100),
      enabled, enforced, showLimits, responseHeaders, metadata, ...rest
    } = object('the properties of the GlobalRateLimit', props);
    noUnknown('GlobalRateLimit', rest);
    const proxies = instance('the target', target, RateLimitTarget, 'RateLimitTarget.gateway()');
    const ref = qualified(ServiceRef.of(service));
    portNumber('the port of the GlobalRateLimit', port);
    text('domain', domain, 'give the name under which the rate limit service has these limits');
    const rules = list('limits', limits, 'add one such as { keys: [RateLimitKey.remoteAddress()], requests: 100, per: RateLimitUnit.MINUTE }').map(ruleOf);
    istioDuration('the timeout of the GlobalRateLimit', timeout);

    const value = {
      name: FILTER,
      typed_config: {
        '@type': TYPE,
        domain,
        'failure_mode_deny': flag('failClosed', failClosed),
        'timeout': seconds(timeout.toMilliseconds()),
        'rate_limit_service': {
          // Istio's own cluster of the service, which has mutual TLS, where one of the EnvoyFilter's own would have none.
          grpc_service: { envoy_grpc: { cluster_name: `outbound|${port}||${ref.host}`, authority: ref.host } },
          transport_api_version: 'V3',
        },
        ...renderOptions({ enabled, enforced, showLimits, responseHeaders }),
        'rate_limits': renderActions(rules.map(({ keys }) => keys)),
      },
    };
    this.envoyFilter = new EnvoyFilter(this, 'EnvoyFilter', {
      metadata: filterMetadata(metadata, proxies._namespace),
      target: proxies._target,
      configPatches: [EnvoyPatch.httpFilter({ ...proxies._match, filter: LAST }).insertBefore(value)],
      priority: PRIORITY,
    });
    this.node.addValidation({ validate: () => tooNew(this, 'a GlobalRateLimit', '1.28') }); // the first whose Envoy has rate_limits in the filter
    if (proxies._isSidecar) {
      SharedTraffic.of(this).noteCall(this.envoyFilter.namespace, ref);
    }
    const descriptors = tree(rules);
    this.configMap = given(configMap, (options) => this.writeConfigMap(object('configMap', options), ref, domain, rules, descriptors));
  }

  private writeConfigMap(options: RateLimitConfigMap, ref: ServiceRef, domain: string, rules: Rule[], descriptors: Descriptor[]): ApiObject {
    const { name = 'ratelimit-config', namespace = ref.namespace, ...rest } = options;
    noUnknown('configMap', rest);
    const open = rules.find(({ rate }) => rate === undefined);
    if (open !== undefined) {
      throw new Error(`${open.where} has no requests and per, expected both where the configuration of the rate limit service is written; add them, or leave configMap out`);
    }
    return new ApiObject(this, 'ConfigMap', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: objectName('the name of configMap', name), namespace: given(namespace, (value) => dnsLabel('the namespace of configMap', value)) },
      data: { 'config.yaml': Yaml.stringify({ domain, descriptors }) },
    });
  }
}

interface Rate {
  readonly unit: string;
  readonly requests_per_unit: number;
}

interface Rule {
  readonly where: string;
  readonly keys: RateLimitKey[];
  readonly rate?: Rate;
}

/** A limit as the reference service has it: one key under another. */
interface Descriptor extends Entry {
  rate_limit?: Rate;
  descriptors?: Descriptor[];
}

function ruleOf(rule: GlobalRateLimitRule, index: number): Rule {
  const where = `limits[${index}]`;
  const { keys, requests, per, ...rest } = object(where, rule);
  noUnknown(where, rest);
  if ((requests === undefined) !== (per === undefined)) {
    throw new Error(`${where} has ${requests === undefined ? 'per' : 'requests'} only, expected requests and per together; write for example requests: 100, per: RateLimitUnit.MINUTE`);
  }
  return {
    where,
    keys: keysOf(where, keys),
    rate: given(requests, (value) => ({
      unit: member(`per of ${where}`, per!, RateLimitUnit),
      requests_per_unit: whole(`requests of ${where}`, value, 1, 2 ** 32 - 1, 'say how many requests may come'),
    })),
  };
}

/** @throws when two limits count by the same keys, which the service refuses to load */
function tree(rules: Rule[]): Descriptor[] {
  const top: { descriptors: Descriptor[] } = { descriptors: [] };
  const taken = new Map<Descriptor, string>();
  for (const { where, keys, rate } of rules) {
    const node = keys.reduce((parent: { descriptors?: Descriptor[] }, key) => child(parent, key._entry), top) as Descriptor;
    if (taken.has(node)) {
      throw new Error(`${where} counts by ${show(keys.map((key) => key._entry))} as ${taken.get(node)} does, expected keys of its own; keep one of them`);
    }
    taken.set(node, where);
    node.rate_limit = rate;
  }
  return top.descriptors;
}

function child(parent: { descriptors?: Descriptor[] }, entry: Entry): Descriptor {
  parent.descriptors ??= [];
  const found = parent.descriptors.find(({ key, value }) => key === entry.key && value === entry.value);
  return found ?? parent.descriptors[parent.descriptors.push({ ...entry }) - 1];
}

function qualified(service: ServiceRef): ServiceRef {
  if (!service.host.includes('.')) {
    throw new Error(`the rate limit service is ${show(service.host)}, expected one whose namespace is known; write ServiceRef.fromName(${show(service.host)}, { namespace: "..." })`);
  }
  return service;
}
