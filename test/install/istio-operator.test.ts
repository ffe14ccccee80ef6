import { Chart, Testing } from 'cdk8s';
import { ask } from './judge';
import { EVERYTHING } from './samples';
import { IstioOperator, IstioOperatorProps, IstioProfile, MeshConfig, MeshNetworks, NetworkEndpoints } from '../../src';

function document(props: IstioOperatorProps) {
  const chart = Testing.chart();
  new IstioOperator(chart, 'Istio', props);
  return Testing.synth(chart)[0];
}

const judged = (...props: IstioOperatorProps[]) => ask(...props.map((one) => ({ judge: 'operator' as const, document: JSON.stringify(document(one)) })));
const find = (objects: any[], kind: string, name: string) => objects.find((object) => object.kind === kind && object.metadata.name === name);

const everything: IstioOperatorProps = {
  metadata: { name: 'istio', namespace: 'mesh' },
  profile: IstioProfile.DEFAULT,
  hub: 'registry.example.com:5000/istio',
  tag: '1.31.1',
  revision: '1-31-1',
  namespace: 'mesh',
  compatibilityVersion: '1.30',
  meshConfig: new MeshConfig(EVERYTHING),
  meshNetworks: new MeshNetworks({ name: 'net-1', endpoints: [NetworkEndpoints.fromRegistry('cluster-1')] }),
  components: {
    base: { enabled: true },
    pilot: {
      enabled: true,
      hub: 'docker.io/istio',
      tag: '1.31.1-distroless',
      namespace: 'mesh',
      k8s: {
        resources: { requests: { cpu: '500m', memory: '2Gi' }, limits: { cpu: '2' } },
        hpaSpec: { minReplicas: 2, maxReplicas: 5 },
        podDisruptionBudget: { minAvailable: 1 },
        env: { PILOT_TRACE_SAMPLING: '10' },
        imagePullPolicy: 'IfNotPresent',
        nodeSelector: { pool: 'mesh' },
        affinity: { nodeAffinity: {} },
        tolerations: [{ key: 'mesh', operator: 'Exists' }],
        podAnnotations: { a: 'b' },
        serviceAnnotations: { c: 'd' },
        service: { type: 'ClusterIP' },
        strategy: { rollingUpdate: { maxSurge: '50%' } },
        readinessProbe: { periodSeconds: 5 },
        securityContext: { fsGroup: 1337 },
        priorityClassName: 'system-cluster-critical',
        overlays: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'istiod-1-31-1', patches: [{ path: 'spec.template.spec.containers.[name:discovery].args.[30m]', value: '60m' }] }],
      },
    },
    cni: { enabled: true, namespace: 'kube-system', k8s: { resources: { requests: { cpu: '1' } } } },
    ztunnel: { enabled: true },
    ingressGateways: [
      { name: 'edge', enabled: true, namespace: 'edge', label: { istio: 'edge' }, k8s: { replicaCount: 3, service: { ports: [{ name: 'https', port: 443, targetPort: 8443 }] } } },
    ],
    egressGateways: [{ name: 'egress', enabled: true }],
  },
  values: { global: { logAsJson: true }, pilot: { cni: { provider: 'default' } } },
  unvalidatedValues: { own: { setting: true } },
};

describe('IstioOperator', () => {
  test('is what Istio documents', () => {
    expect(document({
      profile: IstioProfile.DEFAULT,
      meshConfig: new MeshConfig({ accessLogFile: '/dev/stdout' }),
      components: { egressGateways: [{ name: 'istio-egressgateway', enabled: true }] },
    })).toEqual({
      apiVersion: 'install.istio.io/v1alpha1',
      kind: 'IstioOperator',
      metadata: expect.anything(),
      spec: { profile: 'default', meshConfig: { accessLogFile: '/dev/stdout' }, components: { egressGateways: [{ name: 'istio-egressgateway', enabled: true }] } },
    });
    expect(document({}).spec).toEqual({});
  });

  test('is installed by Istio with every setting, each where it belongs', () => {
    // WHEN
    const [{ errors, warnings, objects }] = judged(everything);

    // THEN
    expect({ errors, warnings }).toEqual({ errors: [], warnings: [] });
    const istiod = find(objects, 'Deployment', 'istiod-1-31-1');
    expect(istiod.metadata.namespace).toBe('mesh');
    const { containers, nodeSelector, priorityClassName, securityContext } = istiod.spec.template.spec;
    expect(containers[0]).toMatchObject({ image: 'docker.io/istio/pilot:1.31.1-distroless', imagePullPolicy: 'IfNotPresent', resources: { requests: { cpu: '500m', memory: '2Gi' } } });
    expect(containers[0].args).toContain('60m');
    expect(containers[0].env).toContainEqual({ name: 'PILOT_TRACE_SAMPLING', value: '10' });
    expect({ nodeSelector, priorityClassName, securityContext }).toMatchObject({ nodeSelector: { pool: 'mesh' }, priorityClassName: 'system-cluster-critical', securityContext: { fsGroup: 1337 } });
    expect(find(objects, 'HorizontalPodAutoscaler', 'istiod-1-31-1').spec).toMatchObject({ minReplicas: 2, maxReplicas: 5 });
    expect(find(objects, 'ConfigMap', 'istio-1-31-1').data.meshNetworks).toContain('fromRegistry: cluster-1');
    expect(find(objects, 'Deployment', 'edge')).toMatchObject({ metadata: { namespace: 'edge' }, spec: { replicas: 3 } });
    expect(find(objects, 'Deployment', 'egress')).toBeDefined();
    expect(find(objects, 'DaemonSet', 'istio-cni-node').metadata.namespace).toBe('kube-system');
    expect(find(objects, 'DaemonSet', 'ztunnel')).toBeDefined();
  });

  test('is installed by Istio from every profile', () => {
    const { DEFAULT, DEMO, MINIMAL, REMOTE, EMPTY, PREVIEW, AMBIENT, OPENSHIFT, OPENSHIFT_AMBIENT, STABLE } = IstioProfile;
    const profiles = [DEFAULT, DEMO, MINIMAL, REMOTE, EMPTY, PREVIEW, AMBIENT, OPENSHIFT, OPENSHIFT_AMBIENT, STABLE];
    const answers = judged(...profiles.map((profile) => ({ profile })));

    expect(answers.map(({ errors }) => errors)).toEqual(answers.map(() => []));
    expect(judged({ profile: IstioProfile.of('mine') })[0].errors.join()).toContain('profile "mine" not found');
  });

  test.each<[string, string, string]>([
    ['a hub', 'hub: "a b"', 'bad hub'],
    ['a tag', 'tag: "a b"', 'bad tag'],
    ['a revision', 'revision: 1.31.1', 'invalid revision specified'],
    ['an unknown field', 'versoin: 1', 'unknown field "versoin"'],
    ['a mesh configuration', 'meshConfig: {connectTimeout: 0s}', 'invalid connect timeout'],
    ['an unknown field of the mesh configuration', 'meshConfig: {accesslog: a}', 'unknown field "accesslog"'],
    ['an unknown value', 'values: {global: {istioNamspace: a}}', 'unknown field "istioNamspace"'],
    ['a port for which it would have to be root', 'components: {ingressGateways: [{name: a, k8s: {service: {ports: [{port: 443, name: a}]}}}]}', 'requires root'],
  ])('is judged by what refuses %s', (_, spec, message) => {
    expect(ask({ judge: 'operator', document: `apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec: {${spec}}` })[0].errors.join()).toContain(message);
  });

  test('stands beside its control plane of another revision', () => {
    const chart = new Chart(Testing.app(), 'Istio');
    new IstioOperator(chart, 'Old', { revision: '1-30-2', tag: '1.30.2' });
    new IstioOperator(chart, 'New', { revision: '1-31-1', tag: '1.31.1', profile: IstioProfile.MINIMAL });
    expect(Testing.synth(chart).map(({ spec }) => spec)).toEqual([{ revision: '1-30-2', tag: '1.30.2' }, { revision: '1-31-1', tag: '1.31.1', profile: 'minimal' }]);
  });

  const k8s = (settings: object) => ({ components: { pilot: { k8s: settings } } });

  test.each<[string, object, string]>([
    ['an unknown property', { meshconfig: {} }, 'IstioOperator has no property "meshconfig"'],
    ['a profile in text', { profile: 'demo' }, 'the profile of the IstioOperator is "demo", expected an IstioProfile; write for example IstioProfile.DEFAULT'],
    ['a hub with a scheme', { hub: 'https://docker.io/istio' }, 'the hub of the IstioOperator is "https://docker.io/istio", expected a registry with a path, without scheme and tag; write for example "docker.io/istio"'],
    ['a tag with a blank', { tag: '1.31 1' }, 'the tag of the IstioOperator is "1.31 1", expected the tag of an image; write for example "1.31.1"'],
    ['a number as a tag', { tag: 1.31 }, 'the tag of the IstioOperator is 1.31'],
    ['a revision with dots', { revision: '1.31.1' }, 'the revision is "1.31.1", expected'],
    ['a namespace that is none', { namespace: 'a/b' }, 'the namespace of the IstioOperator is "a/b", expected a DNS label'],
    ['a release with a patch', { compatibilityVersion: '1.30.1' }, 'compatibilityVersion is "1.30.1", expected a release without its patch; write for example "1.30"'],
    ['a mesh configuration in plain form', { meshConfig: {} }, 'the meshConfig of the IstioOperator is {}, expected a MeshConfig'],
    ['networks in plain form', { meshNetworks: {} }, 'meshNetworks of the IstioOperator is {}, expected a MeshNetworks'],
    ['an unknown component', { components: { istiodRemote: {} } }, 'the components of the IstioOperator has no property "istiodRemote"'],
    ['a base that is none', { components: { base: true } }, 'the component base is true, expected an object with its properties'],
    ['a change that is none', k8s({ overlays: [{ kind: 'a', name: 'a', patches: [null] }] }), 'a patch of overlays[0] of k8s of the component pilot is null, expected an object'],
    ['a namespace of the base', { components: { base: { namespace: 'a' } } }, 'the component base has no property "namespace"'],
    ['an unknown setting of a component', { components: { pilot: { replicas: 1 } } }, 'the component pilot has no property "replicas"'],
    ['pods counted on every node', { components: { cni: { k8s: { replicaCount: 2 } } } }, 'k8s of the component cni has replicaCount, expected what a DaemonSet has, as there is one pod on each node; remove it'],
    ['a Service of ztunnel', { components: { ztunnel: { k8s: { service: {} } } } }, 'k8s of the component ztunnel has service'],
    ['a gateway without name', { components: { ingressGateways: [{ enabled: true }] } }, 'the name of an entry of ingressGateways is undefined'],
    ['a gateway twice', { components: { egressGateways: [{ name: 'a' }, { name: 'a' }] } }, 'egressGateways has "a" twice, expected each name once in a namespace; rename one'],
    ['an unknown setting of a gateway', { components: { egressGateways: [{ name: 'a', port: 1 }] } }, 'an entry of egressGateways has no property "port"'],
    ['no pods', k8s({ replicaCount: 0 }), 'replicaCount of k8s of the component pilot is 0, expected a whole number from 1'],
    ['an unknown setting of Kubernetes', k8s({ volumes: [] }), 'k8s of the component pilot has no property "volumes"'],
    ['a variable of another type', k8s({ env: { A: 1 } }), 'env of k8s of the component pilot has "A": 1, expected a name with a text; write the value in quotes'],
    ['a wrong pull policy', k8s({ imagePullPolicy: 'Sometimes' }), 'imagePullPolicy of k8s of the component pilot is "Sometimes", expected Always, IfNotPresent or Never'],
    ['a wrong amount', k8s({ resources: { requests: { cpu: '500 m' } } }), 'cpu of requests of resources of k8s of the component pilot is "500 m", expected an amount in Kubernetes\' notation; write for example "500m"'],
    ['an unknown amount', k8s({ resources: { requests: { gpu: '1' } } }), 'requests of resources of k8s of the component pilot has no property "gpu"'],
    ['unknown resources', k8s({ resources: { request: {} } }), 'resources of k8s of the component pilot has no property "request"'],
    ['an overlay without changes', k8s({ overlays: [{ kind: 'Service', name: 'a', patches: [] }] }), 'patches of overlays[0] of k8s of the component pilot is [], expected a list of at least one entry'],
    ['an overlay of nothing', k8s({ overlays: [{ name: 'a', patches: [] }] }), 'kind of overlays[0] of k8s of the component pilot is undefined'],
    ['an overlay with an unknown property', k8s({ overlays: [{ kind: 'a', name: 'a', patch: 1 }] }), 'overlays[0] of k8s of the component pilot has no property "patch"'],
    ['a change with an unknown property', k8s({ overlays: [{ kind: 'a', name: 'a', patches: [{ path: 'a', op: 'b' }] }] }), 'a patch of overlays[0] of k8s of the component pilot has no property "op"'],
    ['values that are a list', { values: [] }, 'the values of the IstioOperator is [], expected an object'],
    ['a mesh configuration among the values', { values: { meshConfig: {} } }, 'the values of the IstioOperator have "meshConfig", expected it beside the values; use the property meshConfig'],
    ['a namespace among the values too', { namespace: 'a', values: { global: { istioNamespace: 'b' } } }, 'global of the values of the IstioOperator has "istioNamespace", which a property sets too, expected it in one place; remove it from the values'],
    ['an empty profile', { profile: { name: '' } }, 'the profile of the IstioOperator is {"name":""}'],
  ])('refuses %s', (_, props, message) => {
    expect(() => new IstioOperator(Testing.chart(), 'Istio', props as IstioOperatorProps)).toThrow(message);
  });

  test('refuses a profile without name', () => {
    expect(() => IstioProfile.of('')).toThrow('the name of the profile is ""');
  });
});
