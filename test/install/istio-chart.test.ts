import { ask } from './judge';
import { EVERYTHING } from './samples';
import {
  ChartPlatform, ChartProfile, CniChartValues, GatewayChartValues, GatewayServiceType, IstioChart, IstiodChartValues, MeshConfig, MeshNetworks,
  NetworkEndpoints, ProxyImage,
} from '../../src';

const judged = (...charts: IstioChart[]) => ask(...charts.map((chart) => ({ judge: 'chart' as const, chart: chart.name, document: JSON.stringify(chart.toValues()) })));
const find = (objects: any[], kind: string, name: string) => objects.find((object) => object.kind === kind && object.metadata.name === name);

const common = { profile: ChartProfile.AMBIENT, platform: ChartPlatform.GKE, compatibilityVersion: '1.30' };
const image = { hub: 'docker.io/istio', tag: '1.31.1', variant: ProxyImage.DISTROLESS };
const pods = {
  resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '1Gi' } },
  env: { A: 'b' },
  podAnnotations: { c: 'd' },
  tolerations: [{ operator: 'Exists' }],
  affinity: { nodeAffinity: {} },
};
const autoscaling = { min: 2, max: 10 };

const istiod: IstiodChartValues = {
  ...common,
  ...image,
  ...pods,
  revision: '1-31-1',
  revisionTags: ['prod'],
  meshConfig: new MeshConfig(EVERYTHING),
  meshNetworks: new MeshNetworks({ name: 'net-1', endpoints: [NetworkEndpoints.fromCidr('10.0.0.0/8')] }),
  meshId: 'shop',
  clusterName: 'eu',
  network: 'net-1',
  istioNamespace: 'istio-system',
  cni: true,
  trustedZtunnelNamespace: 'kube-system',
  autoscaling,
  nodeSelector: { pool: 'mesh' },
  proxyResources: { requests: { cpu: '10m' } },
  waypointResources: { limits: { cpu: '1' } },
  enableNamespacesByDefault: false,
  logAsJson: true,
  imagePullSecrets: ['registry'],
  values: { global: { caAddress: 'ca:15012' }, traceSampling: 5 },
};
const cni: CniChartValues = { ...common, ...image, ...pods, ambient: true, cniBinDir: '/opt/bin', cniConfDir: '/etc/cni', excludeNamespaces: ['kube-system'] };
const gateway: GatewayChartValues = {
  ...common,
  ...pods,
  name: 'edge',
  revision: 'prod',
  labels: { istio: 'edge' },
  autoscaling,
  nodeSelector: { pool: 'edge' },
  networkGateway: 'net-1',
  imagePullSecrets: ['registry'],
  service: {
    type: GatewayServiceType.LOAD_BALANCER,
    ports: [{ name: 'https', port: 443, targetPort: 8443 }, { name: 'quic', port: 443, protocol: 'UDP' }],
    annotations: { e: 'f' },
    loadBalancerSourceRanges: ['10.0.0.0/8'],
    externalTrafficPolicy: 'Local',
  },
};

const everything = [
  IstioChart.base({ ...common, defaultRevision: '1-31-1', excludedCrds: ['wasmplugins.extensions.istio.io'], enableCrdTemplates: true, istioNamespace: 'istio-system' }),
  IstioChart.istiod(istiod),
  IstioChart.cni(cni),
  IstioChart.ztunnel({ ...common, ...image, ...pods, revision: '1-31-1', clusterName: 'eu', network: 'net-1', istioNamespace: 'istio-system', logAsJson: true }),
  IstioChart.gateway(gateway),
];

describe('IstioChart', () => {
  test('has the values that Istio documents', () => {
    expect(IstioChart.base({ defaultRevision: 'default' }).toValues()).toEqual({ defaultRevision: 'default' });
    expect(IstioChart.istiod({ profile: ChartProfile.AMBIENT, meshConfig: new MeshConfig({ accessLogFile: '/dev/stdout' }) }).toValues())
      .toEqual({ profile: 'ambient', meshConfig: { accessLogFile: '/dev/stdout' } });
    expect(IstioChart.gateway({ service: { type: GatewayServiceType.NONE } }).toValues()).toEqual({ service: { type: 'None' } });
    expect(IstioChart.REPOSITORY).toMatch(/^https:/);
  });

  test('is rendered by Helm without values', () => {
    const answers = judged(IstioChart.base(), IstioChart.istiod(), IstioChart.cni(), IstioChart.ztunnel(), IstioChart.gateway());
    expect(answers.map(({ errors, warnings }) => ({ errors, warnings }))).toEqual(answers.map(() => ({ errors: [], warnings: [] })));
  });

  test('is rendered by Helm with every value, each where it belongs', () => {
    const answers = judged(...everything);
    expect(answers.map(({ errors, warnings }) => ({ errors, warnings }))).toEqual(answers.map(() => ({ errors: [], warnings: [] })));
    const [base, control, agent, node, edge] = answers.map(({ objects }) => objects);

    expect(find(base, 'CustomResourceDefinition', 'wasmplugins.extensions.istio.io')).toBeUndefined();
    expect(find(base, 'ValidatingWebhookConfiguration', 'istiod-default-validator').webhooks[0].clientConfig.service.name).toBe('istiod-1-31-1');
    expect(find(control, 'Deployment', 'istiod-1-31-1').spec.template.spec).toMatchObject({
      nodeSelector: { pool: 'mesh' },
      tolerations: expect.arrayContaining([{ operator: 'Exists' }]),
      containers: [{ image: 'docker.io/istio/pilot:1.31.1-distroless', resources: { limits: { memory: '1Gi' } } }],
    });
    expect(find(control, 'HorizontalPodAutoscaler', 'istiod-1-31-1').spec).toMatchObject({ minReplicas: 2, maxReplicas: 10 });
    expect(find(control, 'ConfigMap', 'istio-1-31-1').data.mesh).toContain('accessLogFile: /dev/stdout');
    expect(find(control, 'MutatingWebhookConfiguration', 'istio-revision-tag-prod')).toBeDefined();
    expect(find(agent, 'DaemonSet', 'istio-cni-node').spec.template.spec.containers[0]).toMatchObject({ image: 'docker.io/istio/install-cni:1.31.1-distroless', resources: { requests: { cpu: '100m' } } });
    expect(find(node, 'DaemonSet', 'ztunnel').spec.template.spec.containers[0].env).toEqual(expect.arrayContaining([{ name: 'NETWORK', value: 'net-1' }, { name: 'A', value: 'b' }]));
    expect(find(edge, 'Deployment', 'edge').spec.template).toMatchObject({ metadata: { labels: { 'istio': 'edge', 'istio.io/rev': 'prod' } }, spec: { nodeSelector: { pool: 'edge' } } });
    expect(find(edge, 'Service', 'edge').spec).toMatchObject({ type: 'LoadBalancer', externalTrafficPolicy: 'Local', loadBalancerSourceRanges: ['10.0.0.0/8'] });
  });

  test('counts pods without scaling', () => {
    expect(IstioChart.gateway({ replicaCount: 2 }).toValues()).toEqual({ replicaCount: 2, autoscaling: { enabled: false } });
    expect(IstioChart.istiod({ replicaCount: 2 }).toValues()).toEqual({ replicaCount: 2, autoscaleEnabled: false });
    expect(judged(IstioChart.gateway({ replicaCount: 2 }), IstioChart.istiod({ replicaCount: 2 })).flatMap(({ objects }) => objects)
      .filter(({ kind }) => kind === 'Deployment').map(({ spec }) => spec.replicas)).toEqual([2, 2]);
  });

  test.each(Object.values(ChartProfile))('knows the profile %s', (profile) => {
    const answers = judged(IstioChart.istiod({ profile }), IstioChart.cni({ profile }), IstioChart.ztunnel({ profile }));
    expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
  });

  test.each(Object.values(ChartPlatform))('knows the platform %s', (platform) => {
    const answers = judged(IstioChart.istiod({ platform }), IstioChart.cni({ platform }), IstioChart.gateway({ platform }));
    expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
  });

  test('is judged by what refuses unknown values', () => {
    const charts = [IstioChart.istiod, IstioChart.cni, IstioChart.ztunnel, IstioChart.gateway, IstioChart.base];
    const answers = judged(...charts.map((chart) => chart({ values: { replicas: 3 } })));
    expect(answers.map(({ errors }) => errors.length > 0)).toEqual([true, true, true, true, true]);
    expect(judged(IstioChart.istiod({ values: { global: { logAsJSON: true } } }))[0].errors.join()).toContain('unknown field "logAsJSON"');
  });

  test.each<[string, () => unknown, string]>([
    ['values that are none', () => IstioChart.base(null as any), 'the values of IstioChart.base is null, expected an object'],
    ['an unknown value of base', () => IstioChart.base({ hub: 'a' } as any), 'IstioChart.base has no property "hub"'],
    ['a wrong revision', () => IstioChart.base({ defaultRevision: '1.31' }), 'defaultRevision of IstioChart.base is "1.31", expected at most 63 lower-case letters'],
    ['an unknown profile', () => IstioChart.istiod({ profile: 'default' as any }), 'profile of IstioChart.istiod is "default", expected one of ambient, demo'],
    ['an unknown platform', () => IstioChart.istiod({ platform: 'aks' as any }), 'platform of IstioChart.istiod is "aks", expected one of gke'],
    ['an unknown value of istiod', () => IstioChart.istiod({ replicas: 1 } as any), 'IstioChart.istiod has no property "replicas"'],
    ['a wrong tag', () => IstioChart.istiod({ revisionTags: ['a.b'] }), 'a tag of IstioChart.istiod is "a.b"'],
    ['a mesh configuration in plain form', () => IstioChart.istiod({ meshConfig: {} as any }), 'meshConfig of IstioChart.istiod is {}, expected a MeshConfig'],
    ['what a property sets, among the values', () => IstioChart.istiod({ replicaCount: 2, values: { replicaCount: 3 } }), 'the values of IstioChart.istiod has "replicaCount", which a property sets too, expected it in one place; remove it from the values'],
    ['the same deeper', () => IstioChart.istiod({ meshId: 'a', values: { global: { meshID: 'b' } } }), 'global of the values of IstioChart.istiod has "meshID", which a property sets too'],
    ['pods counted and scaled', () => IstioChart.istiod({ replicaCount: 2, autoscaling }), 'IstioChart.istiod has autoscaling and replicaCount, expected one of them; keep the one you mean'],
    ['no pods', () => IstioChart.gateway({ replicaCount: 0 }), 'replicaCount of IstioChart.gateway is 0, expected a whole number from 1'],
    ['fewer pods at most than at least', () => IstioChart.gateway({ autoscaling: { min: 6 } }), 'autoscaling of IstioChart.gateway is from 6 to 5, expected at most as many at first as at last; raise max'],
    ['unknown scaling', () => IstioChart.gateway({ autoscaling: { cpu: 80 } as any }), 'autoscaling of IstioChart.gateway has no property "cpu"'],
    ['a variant in text', () => IstioChart.cni({ variant: 'debug' as any }), 'variant of IstioChart.cni is "debug", expected a ProxyImage'],
    ['a namespace that is none', () => IstioChart.cni({ excludeNamespaces: ['a/b'] }), 'an entry of excludeNamespaces of IstioChart.cni is "a/b", expected a DNS label'],
    ['an unknown value of cni', () => IstioChart.cni({ revision: 'a' } as any), 'IstioChart.cni has no property "revision"'],
    ['an unknown value of ztunnel', () => IstioChart.ztunnel({ ambient: true } as any), 'IstioChart.ztunnel has no property "ambient"'],
    ['an unknown value of gateway', () => IstioChart.gateway({ hub: 'a' } as any), 'IstioChart.gateway has no property "hub"'],
    ['a wrong Service', () => IstioChart.gateway({ service: { type: 'Headless' as any } }), 'type of service of IstioChart.gateway is "Headless", expected one of ClusterIP'],
    ['a wrong traffic policy', () => IstioChart.gateway({ service: { externalTrafficPolicy: 'Global' } }), 'externalTrafficPolicy of service of IstioChart.gateway is "Global", expected Local or Cluster'],
    ['an unknown property of the Service', () => IstioChart.gateway({ service: { clusterIP: 'a' } as any }), 'service of IstioChart.gateway has no property "clusterIP"'],
    ['no ports', () => IstioChart.gateway({ service: { ports: [] } }), 'ports of service of IstioChart.gateway is [], expected a list of at least one entry'],
    ['a port twice', () => IstioChart.gateway({ service: { ports: [{ name: 'a', port: 1 }, { name: 'b', port: 1 }] } }), 'ports of service of IstioChart.gateway have "1/TCP" twice, expected each name and number once; change one'],
    ['a wrong protocol', () => IstioChart.gateway({ service: { ports: [{ name: 'a', port: 1, protocol: 'HTTP' }] } }), 'protocol of a port of service of IstioChart.gateway is "HTTP", expected TCP or UDP'],
    ['an unknown property of a port', () => IstioChart.gateway({ service: { ports: [{ name: 'a', port: 1, nodePort: 3 } as any] } }), 'a port of service of IstioChart.gateway has no property "nodePort"'],
  ])('refuses %s', (_, build, message) => {
    expect(build).toThrow(message);
  });
});
