import { Testing } from 'cdk8s';
import { DestinationRule, LoadBalancer, Locality, ServiceRef } from '../../src';

describe('Locality', () => {
  test.each([
    ['failover', Locality.failover(), { localityLbSetting: { enabled: true } }],
    ['failover without entries', Locality.failover({ regions: [], priority: [] }), { localityLbSetting: { enabled: true } }],
    ['failover by region', Locality.failover({ regions: [{ from: 'eu', to: 'us' }] }), { localityLbSetting: { failover: [{ from: 'eu', to: 'us' }] } }],
    ['failover by labels', Locality.failover({ priority: ['topology.kubernetes.io/region', 'version=v2'] }),
      { localityLbSetting: { failoverPriority: ['topology.kubernetes.io/region', 'version=v2'] } }],
    ['failover by region and labels', Locality.failover({ regions: [{ from: 'eu', to: 'us' }], priority: ['version'] }),
      { localityLbSetting: { failover: [{ from: 'eu', to: 'us' }], failoverPriority: ['version'] } }],
    ['distribute', Locality.distribute({ from: 'eu/a', to: { 'eu/a': 80, 'us': 20 } }, { from: 'us', to: { '*': 100 } }),
      { localityLbSetting: { distribute: [{ from: 'eu/a', to: { 'eu/a': 80, 'us': 20 } }, { from: 'us', to: { '*': 100 } }] } }],
    ['distribute with a rest', Locality.distribute({ from: 'eu/a/1', to: { eu: 100 } }, { from: 'eu/a/*', to: { eu: 100 } }, { from: 'eu/*', to: { us: 100 } }, { from: '*', to: { us: 100 } }),
      { localityLbSetting: { distribute: [{ from: 'eu/a/1', to: { eu: 100 } }, { from: 'eu/a/*', to: { eu: 100 } }, { from: 'eu/*', to: { us: 100 } }, { from: '*', to: { us: 100 } }] } }],
    ['zoneAware', Locality.zoneAware(), { zoneAwareLbSetting: { enabled: true } }],
    ['zoneAware with everything', Locality.zoneAware({ regions: [{ from: 'eu', to: 'us' }], priority: ['version'], minClusterSize: 3 }),
      { zoneAwareLbSetting: { enabled: true, failover: [{ from: 'eu', to: 'us' }], failoverPriority: ['version'], minClusterSize: 3 } }],
    ['disabled', Locality.disabled(), { localityLbSetting: { enabled: false } }],
  ])('%s', (_, locality, rendered) => {
    const chart = Testing.chart();
    new DestinationRule(chart, 'Rule', {
      service: ServiceRef.fromName('orders'),
      trafficPolicy: { loadBalancer: LoadBalancer.roundRobin({ locality }), outlierDetection: {} },
    });

    expect(Testing.synth(chart)[0].spec.trafficPolicy.loadBalancer).toEqual({ simple: 'ROUND_ROBIN', ...rendered });
    expect(chart).toBeAcceptedByIstio();
  });

  test.each([
    ['failover by region', Locality.failover({ regions: [{ from: 'eu', to: 'us' }] }), true],
    ['failover by label', Locality.failover({ priority: ['version'] }), true],
    ['zoneAware by region', Locality.zoneAware({ regions: [{ from: 'eu', to: 'us' }] }), true],
    ['failover', Locality.failover(), false],
    ['zoneAware', Locality.zoneAware(), false],
    ['disabled', Locality.disabled(), false],
  ])('%s needs outlier detection: %s', (_, locality, needs) => {
    const build = () => new DestinationRule(Testing.chart(), 'Rule', {
      service: ServiceRef.fromName('orders'), trafficPolicy: { loadBalancer: LoadBalancer.random({ locality }) },
    });

    if (needs) {
      expect(build).toThrow('trafficPolicy of orders names a failover and has no outlierDetection, expected both; without it no endpoint ever counts as failed');
    } else {
      expect(build).not.toThrow();
    }
  });

  test.each<[string, () => unknown, string]>([
    ['a region for itself', () => Locality.failover({ regions: [{ from: 'eu', to: 'eu' }] }), 'the region "eu" stands in for itself, expected another; name the region that takes over'],
    ['a zone as region', () => Locality.zoneAware({ regions: [{ from: 'eu/a', to: 'us' }] }), 'the region of a failover is "eu/a", expected a region alone; leave out zone and wildcard'],
    ['a wildcard as region', () => Locality.failover({ regions: [{ from: 'eu', to: '*' }] }), 'the region of a failover is "*", expected a region alone'],
    ['a region without name', () => Locality.failover({ regions: [{ from: 'eu' } as any] }), 'the region of a failover is undefined, expected a non-empty string; name a region'],
    ['a failover that is null', () => Locality.failover({ regions: [null as any] }), 'a failover is null, expected an object'],
    ['an unknown property of a failover', () => Locality.failover({ regions: [{ from: 'eu', to: 'us', percent: 5 } as any] }), 'a failover has no property "percent"'],
    ['regions that are no list', () => Locality.failover({ regions: { eu: 'us' } as any }), 'the regions of Locality.failover is {"eu":"us"}, expected a list'],
    ['regions of zones that are no list', () => Locality.zoneAware({ regions: 'eu' as any }), 'the regions of Locality.zoneAware is "eu", expected a list'],
    ['a priority that is no list', () => Locality.failover({ priority: 'version' as any }), 'the priority of Locality.failover is "version", expected a list'],
    ['a priority of zones that is no list', () => Locality.zoneAware({ priority: 'version' as any }), 'the priority of Locality.zoneAware is "version", expected a list'],
    ['an empty priority', () => Locality.failover({ priority: [''] }), 'an entry of the priority of Locality.failover is "", expected a non-empty string'],
    ['regions beside topology labels', () => Locality.failover({ regions: [{ from: 'eu', to: 'us' }], priority: ['topology.kubernetes.io/zone'] }), 'Locality.failover has regions and the topology label "topology.kubernetes.io/zone" in priority, expected one of them; keep the one you mean'],
    ['topology labels of zones', () => Locality.zoneAware({ priority: ['topology.istio.io/subzone'] }), 'the priority of Locality.zoneAware has the topology label "topology.istio.io/subzone", expected other labels; regions and zones are looked at anyhow'],
    ['a cluster of nothing', () => Locality.zoneAware({ minClusterSize: 0 }), 'minClusterSize of Locality.zoneAware is 0, expected a whole number from 1 to 2147483647; leave it out for 6'],
    ['an unknown property of failover', () => Locality.failover({ enabled: true } as any), 'Locality.failover has no property "enabled"'],
    ['an unknown property of zoneAware', () => Locality.zoneAware({ enabled: true } as any), 'Locality.zoneAware has no property "enabled"'],
    ['null for failover', () => Locality.failover(null as any), 'the options of Locality.failover is null, expected an object'],
    ['null for zoneAware', () => Locality.zoneAware(null as any), 'the options of Locality.zoneAware is null, expected an object'],
    ['no distribution', () => Locality.distribute(), 'Locality.distribute is [], expected a list of at least one entry; give the shares of one locality of callers'],
    ['a distribution that is null', () => Locality.distribute(null as any), 'a distribution is null, expected an object'],
    ['an unknown property of a distribution', () => Locality.distribute({ from: 'eu', to: { eu: 100 }, weight: 1 } as any), 'a distribution has no property "weight"'],
    ['a distribution without caller', () => Locality.distribute({ to: { eu: 100 } } as any), 'from of a distribution is undefined, expected a non-empty string; name a locality'],
    ['a distribution to nowhere', () => Locality.distribute({ from: 'eu' } as any), 'to of a distribution is undefined, expected an object'],
    ['shares below 100', () => Locality.distribute({ from: 'eu', to: { eu: 80, us: 10 } }), 'the shares of the callers in "eu" total 90, expected 100; change one of them'],
    ['no shares', () => Locality.distribute({ from: 'eu', to: {} }), 'the shares of the callers in "eu" total 0, expected 100'],
    ['a share of 0', () => Locality.distribute({ from: 'eu', to: { eu: 100, us: 0 } }), 'the share of "us" is 0, expected a whole number from 1 to 100; leave out localities without a share'],
    ['a fractional share', () => Locality.distribute({ from: 'eu', to: { eu: 99.5, us: 0.5 } }), 'the share of "eu" is 99.5'],
    ['a locality with a gap', () => Locality.distribute({ from: 'eu//1', to: { eu: 100 } }), 'from of a distribution is "eu//1", expected region, region/zone or region/zone/subzone, of which the last may be "*"; write for example "europe-west1/*"'],
    ['a wildcard in the middle', () => Locality.distribute({ from: 'eu', to: { 'eu/*/1': 100 } }), 'a locality of a distribution is "eu/*/1", expected region'],
    ['half a wildcard', () => Locality.distribute({ from: 'eu-*', to: { eu: 100 } }), 'from of a distribution is "eu-*", expected region'],
    ['a locality too deep', () => Locality.distribute({ from: 'a/b/c/d', to: { eu: 100 } }), 'from of a distribution is "a/b/c/d", expected region'],
    ['callers twice', () => Locality.distribute({ from: 'eu', to: { eu: 100 } }, { from: 'eu', to: { us: 100 } }), 'the callers of Locality.distribute are "eu" and "eu", expected none to be part of another; put the larger one last and write it as "region/*"'],
    ['callers within others', () => Locality.distribute({ from: 'eu/*', to: { eu: 100 } }, { from: 'eu/a', to: { us: 100 } }), 'the callers of Locality.distribute are "eu/*" and "eu/a", expected none to be part of another'],
    ['callers around others', () => Locality.distribute({ from: 'eu/a', to: { eu: 100 } }, { from: 'eu', to: { us: 100 } }), 'the callers of Locality.distribute are "eu/a" and "eu", expected none to be part of another'],
    ['endpoints within others', () => Locality.distribute({ from: 'eu', to: { 'eu/a': 50, 'eu/*': 50 } }), 'the localities for the callers in "eu" are "eu/*" and "eu/a", expected none to be part of another; remove one of them'],
    ['endpoints around others', () => Locality.distribute({ from: 'eu', to: { 'us': 50, 'us/a': 50 } }), 'the localities for the callers in "eu" are "us" and "us/a", expected none to be part of another'],
  ])('refuses %s', (_, build, message) => {
    expect(build).toThrow(message);
  });
});
