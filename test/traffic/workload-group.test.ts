import { ApiObject, Testing } from 'cdk8s';
import { ReadinessProbe, WorkloadGroup, WorkloadGroupProps } from '../../src';
import { verify } from '../istio/verifier';

function group(props: Partial<WorkloadGroupProps> = {}) {
  const chart = Testing.chart();
  const construct = new WorkloadGroup(chart, 'Group', { template: {}, ...props });
  return { chart, construct, spec: () => Testing.synth(chart)[0].spec };
}

describe('WorkloadGroup', () => {
  test('adds nothing that its author did not ask for', () => {
    const { chart, construct, spec } = group();

    expect(spec()).toEqual({ template: {} });
    expect(ApiObject.of(construct)).toMatchObject({ apiVersion: 'networking.istio.io/v1', kind: 'WorkloadGroup' });
    expect(chart).toBeAcceptedByIstio();
  });

  test('every property reaches the manifest', () => {
    const { chart, spec } = group({
      workloadMetadata: { labels: { app: 'orders' }, annotations: { 'example.com/owner': 'shop team' } },
      template: {
        address: 'orders.example.com',
        ports: { http: 8080 },
        labels: { version: 'v1' },
        network: 'vm-network',
        locality: 'eu/eu-1',
        weight: 2,
        serviceAccount: 'orders',
      },
      probe: ReadinessProbe.httpGet(8080),
    });

    expect(spec()).toEqual({
      metadata: { labels: { app: 'orders' }, annotations: { 'example.com/owner': 'shop team' } },
      template: {
        address: 'orders.example.com',
        ports: { http: 8080 },
        labels: { version: 'v1' },
        network: 'vm-network',
        locality: 'eu/eu-1',
        weight: 2,
        serviceAccount: 'orders',
      },
      probe: { httpGet: { port: 8080 } },
    });
    expect(chart).toBeAcceptedByIstio();
  });

  test.each<[string, Partial<WorkloadGroupProps>, object]>([
    ['empty metadata', { workloadMetadata: {} }, { metadata: {}, template: {} }],
    ['empty maps', { workloadMetadata: { labels: {}, annotations: {} } }, { metadata: {}, template: {} }],
    ['a socket', { template: { address: 'unix:///run/orders.sock' } }, { template: { address: 'unix:///run/orders.sock' } }],
  ])('takes %s', (_, props, expected) => {
    const { chart, spec } = group(props);

    expect(spec()).toEqual(expected);
    expect(chart).toBeAcceptedByIstio();
  });

  test.each<[string, unknown, string]>([
    ['no template', { template: undefined }, 'the template of the WorkloadGroup is undefined, expected an object'],
    ['a template that is null', { template: null }, 'the template of the WorkloadGroup is null, expected an object'],
    ['an unknown property of the template', { template: { port: 80 } }, 'the template of the WorkloadGroup has no property "port" (got 80)'],
    ['a wrong address', { template: { address: 'unix://a' } }, 'the address of the template of the WorkloadGroup is "unix://a", expected a Unix socket'],
    ['a port out of range', { template: { ports: { http: 70000 } } }, 'port "http" of the template of the WorkloadGroup is 70000, expected a whole number'],
    ['metadata that are text', { workloadMetadata: 'app=a' }, 'the workloadMetadata is "app=a", expected an object'],
    ['a name in the metadata', { workloadMetadata: { name: 'a' } }, 'workloadMetadata has no property "name" (got "a")'],
    ['a label that is none', { workloadMetadata: { labels: { app: 'a b' } } }, 'the labels of the workloadMetadata has "app": "a b", expected a Kubernetes label'],
    ['too many labels', { workloadMetadata: { labels: Object.fromEntries(Array.from({ length: 257 }, (_, index) => [`a${index}`, ''])) } }, 'the labels of the workloadMetadata has 257 entries, expected at most 256'],
    ['annotations that are a list', { workloadMetadata: { annotations: [] } }, 'the annotations of the workloadMetadata is [], expected an object'],
    ['an annotation that is a number', { workloadMetadata: { annotations: { a: 1 } } }, 'the annotations of the workloadMetadata have "a": 1, expected a name with a text; write the value in quotes'],
    ['an annotation without name', { workloadMetadata: { annotations: { '': 'a' } } }, 'the annotations of the workloadMetadata have "": "a", expected a name with a text'],
    ['too many annotations', { workloadMetadata: { annotations: Object.fromEntries(Array.from({ length: 257 }, (_, index) => [`a${index}`, ''])) } }, 'the annotations of the workloadMetadata has 257 entries, expected at most 256'],
    ['a probe as in the manifest', { probe: { httpGet: { port: 80 } } }, 'the probe of the WorkloadGroup is {"httpGet":{"port":80}}, expected a ReadinessProbe; write for example ReadinessProbe.httpGet(8080)'],
    ['a probe that is null', { probe: null }, 'the probe of the WorkloadGroup is null, expected a ReadinessProbe'],
    ['an unknown property', { address: '10.0.0.1' }, 'WorkloadGroup has no property "address" (got "10.0.0.1")'],
  ])('refuses %s', (_, props, message) => {
    expect(() => group(props as any)).toThrow(message);
  });

  test('refuses properties that are none', () => {
    expect(() => new WorkloadGroup(Testing.chart(), 'Group', undefined as any)).toThrow('the properties of the WorkloadGroup is undefined, expected an object');
  });

  test('has no probe by gRPC, for Istio refuses it', () => {
    const findings = verify([{
      apiVersion: 'networking.istio.io/v1',
      kind: 'WorkloadGroup',
      metadata: { name: 'group', namespace: 'shop' },
      spec: { template: {}, probe: { grpc: { port: 9000, service: 'orders' } } },
    }], ['validate']);

    expect(findings.filter(({ level }) => level === 'error').map(({ message }) => message)).toEqual([expect.stringContaining('unknown health check method')]);
  });
});
