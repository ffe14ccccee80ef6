import { ApiObject, Chart, Testing } from 'cdk8s';
import { plusDeployment, rawDeployment, rawGateway, rawNamespace, rawService, rawServiceEntry, rawWorkloadEntry, remarks } from './objects';
import { AmbientMesh, ServiceEntry, WorkloadEntry } from '../../src';

const labelsOf = (chart: Chart) => Testing.synth(chart)[0].metadata.labels;

describe('AmbientMesh', () => {
  test.each<[string, (target: ApiObject) => void, string]>([
    ['enroll', (target) => AmbientMesh.enroll(target), 'ambient'],
    ['exclude', (target) => AmbientMesh.exclude(target), 'none'],
  ])('%s labels namespaces and pods', (_, act, mode) => {
    const chart = Testing.chart();
    act(rawNamespace(chart));
    act(rawDeployment(chart));

    const [namespace, deployment] = Testing.synth(chart);
    expect(namespace.metadata.labels).toEqual({ 'istio.io/dataplane-mode': mode });
    expect(deployment.spec.template.metadata).toEqual({ labels: { 'app': 'orders', 'istio.io/dataplane-mode': mode } });
    expect(remarks(chart)).toEqual([]);
  });

  test.each([
    [{ bypassInboundCapture: true }, { 'ambient.istio.io/bypass-inbound-capture': 'true' }],
    [{ dnsCapture: false }, { 'ambient.istio.io/dns-capture': 'false' }],
    [{ bypassInboundCapture: false, dnsCapture: true }, { 'ambient.istio.io/bypass-inbound-capture': 'false', 'ambient.istio.io/dns-capture': 'true' }],
  ])('pods may be treated otherwise: %j', (options, annotations) => {
    const chart = Testing.chart();
    AmbientMesh.enroll(plusDeployment(chart), options);

    expect(Testing.synth(chart)[0].spec.template.metadata).toMatchObject({ labels: { 'istio.io/dataplane-mode': 'ambient' }, annotations });
    expect(remarks(chart)).toEqual([]);
  });

  test.each<[string, (chart: Chart) => ApiObject]>([
    ['a Namespace', rawNamespace],
    ['a Service', rawService],
    ['a ServiceEntry', rawServiceEntry],
    ['a ServiceEntry of ours', (chart) => new ServiceEntry(chart, 'Api', { hosts: ['api.example.com'] })],
    ['a WorkloadEntry', rawWorkloadEntry],
    ['a WorkloadEntry of ours', (chart) => new WorkloadEntry(chart, 'Machine', { address: '10.0.0.1' })],
  ])('%s uses a waypoint, or none', (_, make) => {
    const [one, two] = [Testing.chart(), Testing.chart()];
    AmbientMesh.useWaypoint(make(one), 'waypoint', { namespace: 'infra' });
    AmbientMesh.useNoWaypoint(make(two));

    expect(labelsOf(one)).toEqual({ 'istio.io/use-waypoint': 'waypoint', 'istio.io/use-waypoint-namespace': 'infra' });
    expect(labelsOf(two)).toEqual({ 'istio.io/use-waypoint': 'none' });
    expect(remarks(one)).toEqual([]);
  });

  test('the pods of a workload use a waypoint', () => {
    const chart = Testing.chart();
    AmbientMesh.useWaypoint(rawDeployment(chart), 'waypoint');

    expect(Testing.synth(chart)[0].spec.template.metadata.labels).toEqual({ 'app': 'orders', 'istio.io/use-waypoint': 'waypoint' });
  });

  test.each<[string, (chart: Chart) => ApiObject]>([['a Namespace', rawNamespace], ['a Service', rawService], ['a ServiceEntry', rawServiceEntry]])(
    '%s tells ingress gateways and tries a second waypoint', (_, make) => {
      const chart = Testing.chart();
      AmbientMesh.useWaypoint(make(chart), 'waypoint', { ingress: true, canary: { name: 'waypoint', namespace: 'next', weight: 10 } });

      expect(Testing.synth(chart)[0].metadata).toMatchObject({
        labels: {
          'istio.io/use-waypoint': 'waypoint',
          'istio.io/ingress-use-waypoint': 'true',
          'istio.io/use-waypoint-canary': 'waypoint',
          'istio.io/use-waypoint-canary-namespace': 'next',
        },
        annotations: { 'istio.io/use-waypoint-canary-weight': '10' },
      });
      expect(remarks(chart)).toEqual([]);
    });

  test('a second waypoint may start without requests', () => {
    const chart = Testing.chart();
    AmbientMesh.useWaypoint(rawService(chart), 'one', { canary: { name: 'two' }, ingress: false });

    expect(Testing.synth(chart)[0].metadata).toEqual({
      name: 'orders', namespace: 'shop', labels: { 'istio.io/use-waypoint': 'one', 'istio.io/ingress-use-waypoint': 'false', 'istio.io/use-waypoint-canary': 'two' },
    });
  });

  test.each<[string, (chart: Chart) => void, string]>([
    ['a gateway', (chart) => AmbientMesh.enroll(rawGateway(chart)), 'AmbientMesh.enroll is for a Namespace or a workload with pods, such as a Deployment, got the Gateway "waypoint"'],
    ['options of pods on a namespace', (chart) => AmbientMesh.enroll(rawNamespace(chart), { dnsCapture: true }), 'AmbientMesh.enroll is for a workload with pods, such as a Deployment, got the Namespace "shop"'],
    ['an unknown option', (chart) => AmbientMesh.enroll(rawDeployment(chart), { waypoint: 'w' } as any), 'AmbientMesh.enroll has no property "waypoint"'],
    ['a text for true', (chart) => AmbientMesh.enroll(rawDeployment(chart), { bypassInboundCapture: 'true' as any }), 'bypassInboundCapture of AmbientMesh.enroll is "true", expected true or false'],
    ['another text for true', (chart) => AmbientMesh.enroll(rawDeployment(chart), { dnsCapture: 'true' as any }), 'dnsCapture of AmbientMesh.enroll is "true", expected true or false'],
    ['a workload to exclude that is none', (chart) => AmbientMesh.exclude(rawService(chart)), 'AmbientMesh.exclude is for a Namespace or a workload'],
    ['a waypoint named none', (chart) => AmbientMesh.useWaypoint(rawService(chart), 'none'), 'the waypoint of AmbientMesh.useWaypoint is "none", expected the name of a Gateway; use AmbientMesh.useNoWaypoint'],
    ['a waypoint without name', (chart) => AmbientMesh.useWaypoint(rawService(chart), ''), 'the waypoint of AmbientMesh.useWaypoint is "", expected at most 253 lower-case letters'],
    ['a waypoint with a long name', (chart) => AmbientMesh.useWaypoint(rawService(chart), 'w'.repeat(64)), 'with 64 characters, expected at most 63; shorten it'],
    ['a bad namespace', (chart) => AmbientMesh.useWaypoint(rawService(chart), 'w', { namespace: 'a/b' }), 'the namespace of AmbientMesh.useWaypoint is "a/b", expected a DNS label'],
    ['an unknown option of a waypoint', (chart) => AmbientMesh.useWaypoint(rawService(chart), 'w', { for: 'all' } as any), 'AmbientMesh.useWaypoint has no property "for"'],
    ['ingress of pods', (chart) => AmbientMesh.useWaypoint(rawDeployment(chart), 'w', { ingress: true }), 'AmbientMesh.useWaypoint is for a Namespace or a Service or a ServiceEntry, got the Deployment "orders"'],
    ['ingress that is no flag', (chart) => AmbientMesh.useWaypoint(rawService(chart), 'w', { ingress: 1 as any }), 'ingress of AmbientMesh.useWaypoint is 1, expected true or false'],
    ['a canary of a WorkloadEntry', (chart) => AmbientMesh.useWaypoint(rawWorkloadEntry(chart), 'w', { canary: { name: 'v' } }), 'got the WorkloadEntry "machine"'],
    ['a canary that is the waypoint', (chart) => AmbientMesh.useWaypoint(rawService(chart), 'w', { canary: { name: 'w' } }), 'the canary of AmbientMesh.useWaypoint is "w", which is the waypoint itself, expected another one; name the second Gateway'],
    ['a canary named none', (chart) => AmbientMesh.useWaypoint(rawService(chart), 'w', { canary: { name: 'none' } }), 'the canary of AmbientMesh.useWaypoint is "none"'],
    ['a bad namespace of a canary', (chart) => AmbientMesh.useWaypoint(rawService(chart), 'w', { canary: { name: 'v', namespace: '' } }), 'the namespace of the canary of AmbientMesh.useWaypoint is ""'],
    ['a weight over 100', (chart) => AmbientMesh.useWaypoint(rawService(chart), 'w', { canary: { name: 'v', weight: 101 } }), 'the weight of the canary of AmbientMesh.useWaypoint is 101, expected a whole number from 0 to 100; give its share in percent'],
    ['an unknown property of a canary', (chart) => AmbientMesh.useWaypoint(rawService(chart), 'w', { canary: { name: 'v', share: 1 } as any }), 'the canary of AmbientMesh.useWaypoint has no property "share"'],
    ['another waypoint', (chart) => {
      const service = rawService(chart);
      AmbientMesh.useWaypoint(service, 'one');
      AmbientMesh.useWaypoint(service, 'two');
    }, 'the Service "orders" has the label istio.io/use-waypoint: "one" already, expected none or "two"; set it in one place'],
    ['no waypoint for a gateway', (chart) => AmbientMesh.useNoWaypoint(rawGateway(chart)), 'AmbientMesh.useNoWaypoint is for a Namespace or a Service or a ServiceEntry or a WorkloadEntry or a workload'],
  ])('refuses %s', (_, act, message) => {
    expect(() => act(Testing.chart())).toThrow(message);
  });
});
