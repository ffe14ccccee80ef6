import {
  DestinationRuleSpecTrafficPolicyLoadBalancerLocalityLbSetting, DestinationRuleSpecTrafficPolicyLoadBalancerZoneAwareLbSetting,
} from '../../imports/networking.istio.io';
import { list, noUnknown, object, optionalList, show, text, texts, whole } from '../private/check';
import { given, orUndefined } from '../private/render';

/**
 * Where the requests of one locality go.
 *
 * A locality is `region/zone/subzone`, with `*` for the rest, as in `europe-west1/*`.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#LocalityLoadBalancerSetting-Distribute
 */
export interface LocalityDistribution {
  /**
   * The locality of the caller.
   */
  readonly from: string;

  /**
   * The localities of the endpoints, each with its percentage, 1 to 100; they total 100.
   */
  readonly to: Record<string, number>;
}

/**
 * The region that stands in for another.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#LocalityLoadBalancerSetting-Failover
 */
export interface RegionFailover {
  /**
   * The region whose endpoints fail.
   */
  readonly from: string;

  /**
   * The region that takes over.
   */
  readonly to: string;
}

/**
 * Options of `Locality.failover`.
 */
export interface LocalityFailoverOptions {
  /**
   * Which region stands in for which.
   *
   * @default - any other region
   */
  readonly regions?: RegionFailover[];

  /**
   * Labels in order of weight, as `key` (same value as the caller's) or `key=value`: endpoints that match more of the first ones
   * come first. The topology labels of region, zone and subzone exclude `regions`.
   *
   * @default - region, zone, subzone
   */
  readonly priority?: string[];
}

/**
 * Options of `Locality.zoneAware`.
 */
export interface ZoneAwareOptions {
  /**
   * Which region stands in for which.
   *
   * @default - any other region
   */
  readonly regions?: RegionFailover[];

  /**
   * Labels in order of weight, as in `LocalityFailoverOptions`; not those of region, zone and subzone.
   *
   * @default - none
   */
  readonly priority?: string[];

  /**
   * The fewest endpoints in the caller's region for which zones are looked at, at least 1.
   *
   * @default 6
   */
  readonly minClusterSize?: number;
}

const TOPOLOGY = ['topology.kubernetes.io/region', 'topology.kubernetes.io/zone', 'topology.istio.io/subzone'];

/**
 * How load balancing looks at where callers and endpoints are.
 *
 * @see https://istio.io/latest/docs/tasks/traffic-management/locality-load-balancing/
 */
export class Locality {
  /**
   * Endpoints near by are used while they are healthy. Needs outlier detection, which tells what is healthy.
   *
   * @param options who stands in for whom
   * @throws when a region stands in for itself, or is no plain region
   */
  public static failover(options: LocalityFailoverOptions = {}): Locality {
    const { regions, priority, ...rest } = object('the options of Locality.failover', options);
    noUnknown('Locality.failover', rest);
    const failoverPriority = texts('the priority of Locality.failover', priority);
    const failover = orUndefined(optionalList('the regions of Locality.failover', regions)?.map(regionFailover));
    const topology = failoverPriority?.find((label) => TOPOLOGY.includes(label));
    if (failover && topology) {
      throw new Error(`Locality.failover has regions and the topology label ${show(topology)} in priority, expected one of them; keep the one you mean`);
    }
    return new Locality(failover ?? failoverPriority ? { failover, failoverPriority } : { enabled: true });
  }

  /**
   * Requests are divided among localities by fixed shares.
   *
   * @param distributions the shares for each locality of callers
   * @throws when the shares of a locality don't total 100, or one locality is part of another
   */
  public static distribute(...distributions: LocalityDistribution[]): Locality {
    const distribute = list('Locality.distribute', distributions, 'give the shares of one locality of callers').map(distribution);
    reachable('the callers of Locality.distribute', distribute.map(({ from }) => from), 'put the larger one last and write it as "region/*"');
    return new Locality({ distribute });
  }

  /**
   * Zones share the requests of a region so that each endpoint gets the same load. Since Istio 1.31.
   *
   * @param options who stands in for whom
   * @throws when a region stands in for itself, or is no plain region
   */
  public static zoneAware(options: ZoneAwareOptions = {}): Locality {
    const { regions, priority, minClusterSize, ...rest } = object('the options of Locality.zoneAware', options);
    noUnknown('Locality.zoneAware', rest);
    const failoverPriority = texts('the priority of Locality.zoneAware', priority);
    const topology = failoverPriority?.find((label) => TOPOLOGY.includes(label));
    if (topology) {
      throw new Error(`the priority of Locality.zoneAware has the topology label ${show(topology)}, expected other labels; regions and zones are looked at anyhow`);
    }
    return new Locality(undefined, {
      enabled: true,
      failover: orUndefined(optionalList('the regions of Locality.zoneAware', regions)?.map(regionFailover)),
      failoverPriority,
      minClusterSize: given(minClusterSize, (size) => whole('minClusterSize of Locality.zoneAware', size, 1, 2 ** 31 - 1, 'leave it out for 6')),
    });
  }

  /**
   * Where callers and endpoints are is not looked at.
   */
  public static disabled(): Locality {
    return new Locality({ enabled: false });
  }

  private constructor(
    private readonly setting?: DestinationRuleSpecTrafficPolicyLoadBalancerLocalityLbSetting,
    private readonly zoneAware?: DestinationRuleSpecTrafficPolicyLoadBalancerZoneAwareLbSetting,
  ) {}

  /**
   * Whether it names who stands in for whom, which has no effect without outlier detection.
   *
   * @internal
   */
  public _failsOver(): boolean {
    const { failover: regions, failoverPriority } = { ...this.setting, ...this.zoneAware };
    return regions !== undefined || failoverPriority !== undefined;
  }

  /** @internal */
  public _toIstio() {
    return { localityLbSetting: this.setting, zoneAwareLbSetting: this.zoneAware };
  }
}

function regionFailover(pair: RegionFailover) {
  const { from, to, ...rest } = object('a failover', pair);
  noUnknown('a failover', rest);
  for (const region of [from, to]) {
    if (/[/*]/.test(text('the region of a failover', region, 'name a region'))) {
      throw new Error(`the region of a failover is ${show(region)}, expected a region alone; leave out zone and wildcard`);
    }
  }
  if (from === to) {
    throw new Error(`the region ${show(from)} stands in for itself, expected another; name the region that takes over`);
  }
  return { from, to };
}

function distribution(shared: LocalityDistribution) {
  const { from, to, ...rest } = object('a distribution', shared);
  noUnknown('a distribution', rest);
  locality('from of a distribution', from);
  const shares = Object.entries(object('to of a distribution', to));
  shares.forEach(([name, share]) => {
    locality('a locality of a distribution', name);
    whole(`the share of ${show(name)}`, share, 1, 100, 'leave out localities without a share');
  });
  const names = shares.map(([name]) => name);
  reachable(`the localities for the callers in ${show(from)}`, names, 'remove one of them');
  reachable(`the localities for the callers in ${show(from)}`, names.reverse(), 'remove one of them');
  const total = shares.reduce((sum, [, share]) => sum + share, 0);
  if (total !== 100) {
    throw new Error(`the shares of the callers in ${show(from)} total ${total}, expected 100; change one of them`);
  }
  return { from, to };
}

function locality(where: string, value: string): void {
  const parts = text(where, value, 'name a locality').split('/');
  if (parts.length > 3 || parts.some((part, index) => part === '' || part.includes('*') && (part !== '*' || index < parts.length - 1))) {
    throw new Error(`${where} is ${show(value)}, expected region, region/zone or region/zone/subzone, of which the last may be "*"; write for example "europe-west1/*"`);
  }
}

/** Refuses localities that overlap, but for a wildcard behind what it stands for the rest of. Istio wants it so. */
function reachable(where: string, localities: string[], remedy: string): void {
  const within = (inner: string, outer: string) => `${inner}/`.startsWith(outer === '' ? '' : `${outer}/`);
  localities.forEach((name, index) => {
    const other = localities.slice(0, index).find((earlier) => within(name, earlier.replace(/\/?\*$/, '')) || within(earlier, name));
    if (other !== undefined) {
      throw new Error(`${where} are ${show(other)} and ${show(name)}, expected none to be part of another; ${remedy}`);
    }
  });
}
