import { Chart, Testing } from 'cdk8s';
import { plusDeployment, rawDeployment, rawNamespace, rawWorkloadEntry, remarks } from './objects';
import { MeshWorkload, WorkloadIdentity } from '../../src';

describe('MeshWorkload', () => {
  test.each<[WorkloadIdentity, Record<string, string>]>([
    [{ canonicalName: 'orders' }, { 'service.istio.io/canonical-name': 'orders' }],
    [{ canonicalRevision: 'v1.2' }, { 'service.istio.io/canonical-revision': 'v1.2' }],
    [{ workloadName: 'orders-blue' }, { 'service.istio.io/workload-name': 'orders-blue' }],
    [{ network: 'network-1' }, { 'topology.istio.io/network': 'network-1' }],
    [{ locality: 'eu-west' }, { 'topology.istio.io/locality': 'eu-west' }],
    [{ locality: 'eu-west/zone-a/rack-1' }, { 'topology.istio.io/locality': 'eu-west.zone-a.rack-1' }],
  ])('%j labels the pods', (identity, labels) => {
    const chart = Testing.chart();
    MeshWorkload.identify(rawDeployment(chart), identity);

    expect(Testing.synth(chart)[0].spec.template.metadata).toEqual({ labels: { app: 'orders', ...labels } });
    expect(remarks(chart)).toEqual([]);
  });

  test('a WorkloadEntry has a name', () => {
    const chart = Testing.chart();
    MeshWorkload.identify(rawWorkloadEntry(chart), { workloadName: 'machines' });

    expect(Testing.synth(chart)[0].metadata.labels).toEqual({ 'service.istio.io/workload-name': 'machines' });
  });

  test.each<[string, any, string]>([
    ['an unknown property', { cluster: 'east' }, 'MeshWorkload.identify has no property "cluster"'],
    ['an empty name', { canonicalName: '' }, 'canonicalName is "", expected 1 to 63 letters, digits, dashes, dots and underscores'],
    ['a long revision', { canonicalRevision: 'x'.repeat(64) }, 'expected 1 to 63 letters'],
    ['a name that is no text', { workloadName: 5 }, 'workloadName is 5, expected 1 to 63 letters'],
    ['a network with a slash', { network: 'a/b' }, 'network is "a/b", expected 1 to 63 letters'],
    ['a locality with dots', { locality: 'eu.west' }, 'locality is "eu.west", expected region, zone and subzone, such as "eu-west/zone-a"; leave out dots'],
    ['a locality of four parts', { locality: 'a/b/c/d' }, 'locality is "a/b/c/d", expected region, zone and subzone'],
    ['a locality that is no label', { locality: 'a b/c' }, 'locality is "a b.c", expected 1 to 63 letters'],
    ['a locality that is no text', { locality: ['a'] }, 'locality is ["a"], expected region'],
  ])('refuses %s', (_, identity, message) => {
    expect(() => MeshWorkload.identify(plusDeployment(Testing.chart()), identity)).toThrow(message);
  });

  test.each<[string, (chart: Chart) => void, string]>([
    ['a Namespace', (chart) => MeshWorkload.identify(rawNamespace(chart), { workloadName: 'x' }), 'MeshWorkload.identify is for a WorkloadEntry or a workload with pods'],
    ['the network of a WorkloadEntry', (chart) => MeshWorkload.identify(rawWorkloadEntry(chart), { network: 'x' }), 'MeshWorkload.identify is for a workload with pods, such as a Deployment, got the WorkloadEntry "machine"'],
  ])('refuses %s', (_, act, message) => {
    expect(() => act(Testing.chart())).toThrow(message);
  });
});
