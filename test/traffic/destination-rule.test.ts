import { ApiObject, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { Destination, DestinationRule, DestinationRuleProps, ExportTo, LoadBalancer, Locality, ServiceRef, Subset } from '../../src';

const orders = ServiceRef.fromName('orders');

function rule(props: Partial<DestinationRuleProps> = {}) {
  const chart = Testing.chart();
  const construct = new DestinationRule(chart, 'Rule', { service: orders, ...props });
  return { chart, construct, spec: () => Testing.synth(chart)[0].spec };
}

describe('DestinationRule', () => {
  test('is reached by ApiObject.of, as any construct of cdk8s', () => {
    const { construct } = rule();

    expect(ApiObject.of(construct)).toMatchObject({ apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', name: construct.name });
  });

  test('adds nothing that its author did not ask for', () => {
    const { chart, spec } = rule();

    expect(spec()).toEqual({ host: 'orders' });
    expect(chart).toBeAcceptedByIstio();
  });

  test('every property reaches the manifest', () => {
    const { chart, spec } = rule({
      trafficPolicy: { loadBalancer: LoadBalancer.roundRobin() },
      subsets: [
        { name: 'v1', labels: { version: 'v1' }, trafficPolicy: { loadBalancer: LoadBalancer.random() } },
        { name: 'all' },
        { name: 'none', labels: {} },
      ],
      exportTo: ExportTo.OWN_NAMESPACE,
      workloadSelector: { app: 'client' },
    });

    expect(spec()).toEqual({
      host: 'orders',
      trafficPolicy: { loadBalancer: { simple: 'ROUND_ROBIN' } },
      subsets: [
        { name: 'v1', labels: { version: 'v1' }, trafficPolicy: { loadBalancer: { simple: 'RANDOM' } } },
        { name: 'all' },
        { name: 'none' },
      ],
      exportTo: ['.'],
      workloadSelector: { matchLabels: { app: 'client' } },
    });
    expect(chart).toBeAcceptedByIstio();
  });

  test('takes the host from a cdk8s-plus Service', () => {
    const chart = Testing.chart();
    const service = new kplus.Service(chart, 'Service', { metadata: { name: 'orders', namespace: 'shop' }, ports: [{ port: 80, name: 'http' }] });

    const construct = new DestinationRule(chart, 'Rule', { service });

    expect(construct.service.host).toBe('orders.shop.svc.cluster.local');
    expect(chart).toBeAcceptedByIstio();
  });

  test('hands out its subsets, early and late', () => {
    const { construct, spec } = rule({ subsets: [{ name: 'v1', labels: { version: 'v1' } }] });
    const v2 = construct.addSubset({ name: 'v2', labels: { version: 'v2' } });

    expect(construct.subset('v1')).toMatchObject({ name: 'v1', service: construct.service });
    expect(construct.subset('v2')).toBe(v2);
    expect(construct.subsets.map(({ name }) => name)).toEqual(['v1', 'v2']);
    expect(v2).toBeInstanceOf(Subset);
    expect(Destination.subset(v2)._toIstio()).toMatchObject({ host: 'orders', subset: 'v2' });
    expect(spec().subsets).toHaveLength(2);
  });

  test('refuses an unknown subset and says which there are', () => {
    expect(() => rule({ subsets: [{ name: 'v1' }, { name: 'v2' }] }).construct.subset('v3'))
      .toThrow('the subset "v3" of orders is not defined, expected one of its subsets ("v1", "v2"); add it with addSubset');
    expect(() => rule().construct.subset('v1')).toThrow('the subset "v1" of orders is not defined, expected one of its subsets (none); add it with addSubset');
    expect(() => rule().construct.subset(undefined as any)).toThrow('the subset undefined of orders is not defined');
  });

  test('a refused subset leaves no trace', () => {
    const { construct, spec } = rule();

    expect(() => construct.addSubset({ name: 'v1', labels: { a: 'b c' } })).toThrow('the labels of subset "v1" has "a": "b c", expected a Kubernetes label');

    expect(construct.subsets).toEqual([]);
    expect(spec()).toEqual({ host: 'orders' });
  });

  test('a subset inherits the outlier detection that a failover needs', () => {
    const failover = LoadBalancer.roundRobin({ locality: Locality.failover({ priority: ['version'] }) });

    expect(() => rule({ trafficPolicy: { outlierDetection: {} }, subsets: [{ name: 'v1', trafficPolicy: { loadBalancer: failover } }] })).not.toThrow();
    expect(() => rule({ subsets: [{ name: 'v1', trafficPolicy: { loadBalancer: failover } }] }))
      .toThrow('trafficPolicy of subset "v1" names a failover and has no outlierDetection, expected both; without it no endpoint ever counts as failed');
  });

  test.each<[string, unknown, string]>([
    ['two subsets of one name', { subsets: [{ name: 'v1' }, { name: 'v1' }] }, 'the subset "v1" of orders is defined twice, expected each name once; rename or merge the second'],
    ['a subset without name', { subsets: [{}] }, 'the name of the subset is undefined, expected a DNS label'],
    ['a subset that is a name', { subsets: ['v1'] }, 'a subset of orders is "v1", expected an object'],
    ['a subset that is null', { subsets: [null] }, 'a subset of orders is null, expected an object'],
    ['subsets that are a map', { subsets: { v1: {} } }, 'subsets is {"v1":{}}, expected a list'],
    ['an unknown property of a subset', { subsets: [{ name: 'v1', label: {} }] }, 'subset "v1" has no property "label"'],
    ['labels of a subset that are text', { subsets: [{ name: 'v1', labels: 'version=v1' }] }, 'the labels of subset "v1" is "version=v1", expected an object'],
    ['labels that are null', { subsets: [{ name: 'v1', labels: null }] }, 'the labels of subset "v1" is null, expected an object'],
    ['an empty policy of a subset', { subsets: [{ name: 'v1', trafficPolicy: {} }] }, 'trafficPolicy of subset "v1" is empty, expected at least one field, as Istio does; leave it out'],
    ['an empty policy', { trafficPolicy: {} }, 'trafficPolicy of orders is empty, expected at least one field, as Istio does; leave it out'],
    ['a policy that is null', { trafficPolicy: null }, 'trafficPolicy of orders is null, expected an object'],
    ['no service', { service: undefined }, 'the service is undefined, expected a Service construct'],
    ['a host as service', { service: 'orders' }, 'the service is "orders", expected a Service construct; for a service outside the app write ServiceRef.fromName("name")'],
    ['an unknown property', { host: 'orders' }, 'DestinationRule has no property "host" (got "orders")'],
    ['a name outside metadata', { name: 'orders' }, 'DestinationRule has no property "name" (got "orders"); the name of a resource is set by metadata.name'],
    ['a namespace outside metadata', { namespace: 'shop' }, 'DestinationRule has no property "namespace" (got "shop"); the namespace of a resource is set by metadata.namespace'],
    ['exportTo as a list', { exportTo: ['.'] }, 'exportTo is ["."], expected an ExportTo; write for example ExportTo.OWN_NAMESPACE'],
    ['a selector that goes beyond the namespace', { exportTo: ExportTo.ALL, workloadSelector: { app: 'a' } }, 'the workloadSelector is {"app":"a"} and exportTo goes beyond the rule\'s namespace, expected ExportTo.OWN_NAMESPACE; it selects clients there only'],
    ['a selector that is no label', { workloadSelector: { app: 'a b' } }, 'workloadSelector has "app": "a b", expected a Kubernetes label'],
    ['a selector that is null', { workloadSelector: null }, 'workloadSelector is null, expected an object'],
  ])('refuses %s', (_, props, message) => {
    expect(() => rule(props as any)).toThrow(message);
  });

  test('refuses properties that are none', () => {
    expect(() => new DestinationRule(Testing.chart(), 'Rule', undefined as any)).toThrow('the properties of the DestinationRule is undefined, expected an object');
    expect(() => new DestinationRule(Testing.chart(), 'Rule', null as any)).toThrow('the properties of the DestinationRule is null, expected an object');
  });
});
