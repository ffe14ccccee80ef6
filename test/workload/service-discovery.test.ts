import { ApiObject, Chart, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { rawNamespace, rawService, rawServiceEntry, remarks } from './objects';
import { ExportTo, ServiceDiscovery, ServiceDiscoveryProps, ServiceEntry, TrafficDistribution } from '../../src';

type Make = (chart: Chart) => ApiObject;
const nodePort: Make = (chart) => rawService(chart, { type: 'NodePort' });

describe('ServiceDiscovery', () => {
  test.each<[ServiceDiscoveryProps, Make, 'labels' | 'annotations', string, string]>([
    [{ exportTo: ExportTo.OWN_NAMESPACE }, rawService, 'annotations', 'networking.istio.io/exportTo', '.'],
    [{ exportTo: ExportTo.namespaces('a', 'b') }, rawService, 'annotations', 'networking.istio.io/exportTo', 'a,b'],
    [{ exportTo: ExportTo.ALL, hidden: false }, rawService, 'annotations', 'networking.istio.io/exportTo', '*'],
    [{ hidden: true }, rawService, 'annotations', 'networking.istio.io/exportTo', '~'],
    [{ trafficDistribution: TrafficDistribution.PREFER_CLOSE }, rawService, 'annotations', 'networking.istio.io/traffic-distribution', 'PreferClose'],
    [{ trafficDistribution: TrafficDistribution.PREFER_SAME_NODE }, rawServiceEntry, 'annotations', 'networking.istio.io/traffic-distribution', 'PreferSameNode'],
    [{ network: 'network-1' }, rawService, 'labels', 'topology.istio.io/network', 'network-1'],
    [{ gatewayPort: 15444 }, rawService, 'labels', 'networking.istio.io/gatewayPort', '15444'],
    [{ nodeSelector: { 'beta.kubernetes.io/os': 'linux' } }, nodePort, 'annotations', 'traffic.istio.io/nodeSelector', '{"beta.kubernetes.io/os":"linux"}'],
    [{ autoAllocateIp: true }, rawServiceEntry, 'labels', 'networking.istio.io/enable-autoallocate-ip', 'true'],
    [{ autoAllocateIp: false }, (chart) => new ServiceEntry(chart, 'X', { hosts: ['api.example.com'] }), 'labels', 'networking.istio.io/enable-autoallocate-ip', 'false'],
  ])('%j is written', (props, make, part, key, value) => {
    const chart = Testing.chart();
    ServiceDiscovery.configure(make(chart), props);

    const { metadata } = Testing.synth(chart)[0];
    expect(metadata[part]).toEqual({ [key]: value });
    expect(remarks(chart)).toEqual([]);
  });

  test('a Service of cdk8s-plus will do', () => {
    const chart = Testing.chart();
    ServiceDiscovery.configure(new kplus.Service(chart, 'Orders', { ports: [{ port: 80, name: 'http' }] }), { hidden: true });

    expect(Testing.synth(chart)[0].metadata.annotations).toEqual({ 'networking.istio.io/exportTo': '~' });
  });

  test.each<[string, any, Make, string]>([
    ['an unknown property', { export: 1 }, rawService, 'ServiceDiscovery.configure has no property "export"'],
    ['a Namespace', { hidden: true }, rawNamespace, 'ServiceDiscovery.configure is for a Service, got the Namespace "shop"'],
    ['a Service of Knative', { hidden: true }, (chart: Chart) => new ApiObject(chart, 'X', { apiVersion: 'serving.knative.dev/v1', kind: 'Service', metadata: { name: 'x' } }), 'is for a Service, got the Service "x"'],
    ['exportTo as the annotation has it', { exportTo: '*' }, rawService, 'exportTo is "*", expected an ExportTo'],
    ['hidden and shown', { exportTo: ExportTo.ALL, hidden: true }, rawService, 'exportTo is * beside hidden: true, expected one of them; drop hidden to show the service there'],
    ['hidden that is no flag', { hidden: '~' }, rawService, 'hidden is "~", expected true or false'],
    ['a distribution that is none', { trafficDistribution: 'PreferFar' }, rawService, 'trafficDistribution is "PreferFar", expected one of PreferClose, PreferSameZone, PreferSameNode'],
    ['an empty network', { network: '' }, rawService, 'network is "", expected 1 to 63 letters'],
    ['a network that is no label', { network: 'a/b' }, rawService, 'network is "a/b", expected 1 to 63 letters, digits, dashes, dots and underscores as labels have them; rename it'],
    ['a port out of range', { gatewayPort: 0 }, rawService, 'gatewayPort is 0, expected a whole number from 1 to 65535'],
    ['no nodes', { nodeSelector: {} }, rawService, 'nodeSelector is {}, expected at least one label of a node'],
    ['nodes that are no labels', { nodeSelector: { 'a b': 'c' } }, rawService, 'nodeSelector has "a b": "c", expected a Kubernetes label'],
    ['an address for a Service', { autoAllocateIp: true }, rawService, 'ServiceDiscovery.configure is for a ServiceEntry, got the Service "orders"'],
    ['an address that is no flag', { autoAllocateIp: 'true' }, rawServiceEntry, 'autoAllocateIp is "true", expected true or false'],
    ['a network for a ServiceEntry', { network: 'n' }, rawServiceEntry, 'ServiceDiscovery.configure is for a Service or a Namespace, got the ServiceEntry "api"'],
    ['settings of both kinds', { network: 'n', autoAllocateIp: true }, rawService, 'ServiceDiscovery.configure has network for a Service or Namespace, autoAllocateIp for a ServiceEntry, expected settings of one kind; configure each object by itself'],
  ])('refuses %s', (_, props, make, message) => {
    expect(() => ServiceDiscovery.configure(make(Testing.chart()), props)).toThrow(message);
  });
});

describe('ServiceDiscovery of a Namespace', () => {
  test('every property is written', () => {
    const chart = Testing.chart();
    ServiceDiscovery.configure(rawNamespace(chart), {
      network: 'network-1', controlPlaneClusters: ['east', 'west'], trafficDistribution: TrafficDistribution.PREFER_SAME_ZONE,
    });

    expect(Testing.synth(chart)[0].metadata).toEqual({
      name: 'shop',
      labels: { 'topology.istio.io/network': 'network-1' },
      annotations: { 'topology.istio.io/controlPlaneClusters': 'east,west', 'networking.istio.io/traffic-distribution': 'PreferSameZone' },
    });
    expect(remarks(chart)).toEqual([]);
  });

  test.each<[string, any, Make, string]>([
    ['an unknown property', { injection: true }, rawNamespace, 'ServiceDiscovery.configure has no property "injection"'],
    ['a Service', { controlPlaneClusters: ['a'] }, rawService, 'ServiceDiscovery.configure is for a Namespace, got the Service "orders"'],
    ['no cluster', { controlPlaneClusters: [] }, rawNamespace, 'controlPlaneClusters is [], expected a list of at least one entry; name a cluster, or "*" for any'],
    ['clusters in one text', { controlPlaneClusters: ['a,b'] }, rawNamespace, 'an entry of controlPlaneClusters is "a,b", expected the name of one cluster; give each name by itself'],
    ['a cluster twice', { controlPlaneClusters: ['a', 'a'] }, rawNamespace, 'controlPlaneClusters has a twice, expected each entry once; remove the second'],
    ['a network that is none', { network: 'a b' }, rawNamespace, 'network is "a b", expected 1 to 63 letters'],
    ['a distribution that is none', { trafficDistribution: 'x' }, rawNamespace, 'trafficDistribution is "x", expected one of'],
  ])('refuses %s', (_, props, make, message) => {
    expect(() => ServiceDiscovery.configure(make(Testing.chart()), props)).toThrow(message);
  });
});
