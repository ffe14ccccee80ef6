import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Chart, Testing } from 'cdk8s';
import { ask } from './judge';
import {
  CanaryService, ChartDelivery, ChartProfile, ClusterInstallationProps, LoadBalancer, MeshClusterProps, MeshConfig, MultiClusterMesh,
  MultiClusterMeshProps, ResilientDestination, ServiceRef,
} from '../../src';

const outdir = join(tmpdir(), `multi-cluster-${process.pid}`);
const eu: MeshClusterProps = { name: 'eu', network: 'eu-net', region: 'europe-west1' };
const us: MeshClusterProps = { name: 'us', network: 'us-net', region: 'us-east1' };
const meshOf = (props: Partial<MultiClusterMeshProps> = {}) => new MultiClusterMesh({ meshId: 'shop', clusters: [eu, us], outdir, ...props });
const flux: ClusterInstallationProps = { version: '1.31.1', delivery: ChartDelivery.flux() };

function manifests(mesh: MultiClusterMesh, name: string, props: Partial<ClusterInstallationProps> = {}) {
  mesh.cluster(name).install({ ...flux, ...props });
  return Testing.synth(mesh.cluster(name).chart);
}

const named = (objects: any[], kind: string, name: string) => objects.find((object) => object.kind === kind && object.metadata.name === name);

/** What Istio's charts make of all releases. */
function judged(objects: any[]) {
  return ask(...objects.filter(({ kind }) => kind === 'HelmRelease').map(({ spec }) => ({
    judge: 'chart' as const, chart: spec.chart.spec.chart, release: spec.releaseName, namespace: spec.targetNamespace, document: JSON.stringify(spec.values),
  })));
}

describe('MultiClusterMesh of two networks', () => {
  const objects = manifests(meshOf({ trustDomain: 'shop.example.com' }), 'eu', { meshConfig: new MeshConfig({ accessLogFile: '/dev/stdout' }) });

  test('tells each control plane who it is', () => {
    expect(named(objects, 'HelmRelease', 'istiod').spec.values).toEqual({
      global: { meshID: 'shop', multiCluster: { clusterName: 'eu' }, network: 'eu-net' },
      meshConfig: { trustDomain: 'shop.example.com', accessLogFile: '/dev/stdout' },
    });
    expect(named(objects, 'Namespace', 'istio-system').metadata.labels).toEqual({ 'topology.istio.io/network': 'eu-net' });
  });

  test('has an east-west gateway with a label for its network, by which the others find it', () => {
    const answers = judged(objects);
    expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
    const [service, deployment] = ['Service', 'Deployment'].map((kind) => named(answers.at(-1)!.objects, kind, 'istio-eastwestgateway'));
    expect(service.metadata.labels).toMatchObject({ 'topology.istio.io/network': 'eu-net' });
    expect(service.spec.ports).toContainEqual(expect.objectContaining({ name: 'tls', port: 15443 }));
    expect(deployment.spec.template.metadata.labels).toMatchObject(named(objects, 'Gateway', 'cross-network-gateway').spec.selector);
  });

  test('passes on what is for its services, as Istio\'s sample expose-services.yaml has it', () => {
    expect(named(objects, 'Gateway', 'cross-network-gateway')).toEqual({
      apiVersion: 'networking.istio.io/v1',
      kind: 'Gateway',
      metadata: { name: 'cross-network-gateway', namespace: 'istio-system' },
      spec: {
        selector: { istio: 'eastwestgateway' },
        servers: [{ port: { number: 15443, name: 'tls', protocol: 'TLS' }, tls: { mode: 'AUTO_PASSTHROUGH' }, hosts: ['*.local'] }],
      },
    });
  });

  test('takes values of the gateway, and a second control plane, each told the same', () => {
    const more = manifests(meshOf({ istioNamespace: 'mesh' }), 'us', {
      istiod: { replicaCount: 2 }, canary: { version: '1.31.2' }, eastWestGateway: { replicaCount: 3 }, namespaceLabels: { team: 'mesh' },
    });
    const global = { istioNamespace: 'mesh', meshID: 'shop', multiCluster: { clusterName: 'us' }, network: 'us-net' };
    expect(named(more, 'HelmRelease', 'istiod').spec.values).toEqual({ replicaCount: 2, autoscaleEnabled: false, global });
    expect(named(more, 'HelmRelease', 'istiod-1-31-2').spec.values).toEqual({ replicaCount: 2, autoscaleEnabled: false, global, revision: '1-31-2' });
    expect(named(more, 'HelmRelease', 'istio-eastwestgateway').spec).toMatchObject({ targetNamespace: 'mesh', values: { replicaCount: 3, networkGateway: 'us-net' } });
    expect(named(more, 'Namespace', 'mesh').metadata.labels).toEqual({ 'team': 'mesh', 'topology.istio.io/network': 'us-net' });
  });

  test('has a gateway of the ambient mode instead', () => {
    const ambient = manifests(meshOf(), 'eu', { profile: ChartProfile.AMBIENT, istiod: { env: { A: 'b' } } });
    expect(named(ambient, 'Gateway', 'istio-eastwestgateway')).toMatchObject({
      apiVersion: 'gateway.networking.k8s.io/v1',
      metadata: { namespace: 'istio-system', labels: { 'topology.istio.io/network': 'eu-net' } },
      spec: { gatewayClassName: 'istio-east-west', listeners: [{ port: 15008, protocol: 'HBONE' }] },
    });
    expect(named(ambient, 'Gateway', 'cross-network-gateway')).toBeUndefined();
    expect(named(ambient, 'HelmRelease', 'istiod').spec.values.env).toEqual({ AMBIENT_ENABLE_MULTI_NETWORK: 'true', A: 'b' });
    expect(named(ambient, 'HelmRelease', 'ztunnel').spec.values).toEqual({ profile: 'ambient', multiCluster: { clusterName: 'eu' }, network: 'eu-net' });
    expect(judged(ambient).flatMap(({ errors }) => errors)).toEqual([]);
  });

  test('knows the addresses of gateways that are given, in a form that istiod reads', () => {
    const clusters = [{ ...eu, gatewayAddress: '203.0.113.7' }, us];
    const mesh = meshOf({ clusters });
    const networks = {
      'eu-net': { endpoints: [{ fromRegistry: 'eu' }], gateways: [{ address: '203.0.113.7', port: 15443, locality: 'europe-west1' }] },
      'us-net': { endpoints: [{ fromRegistry: 'us' }] },
    };
    expect(mesh.networks.toValues()).toEqual(networks);
    expect(named(manifests(mesh, 'us'), 'HelmRelease', 'istiod').spec.values.global.meshNetworks).toEqual(networks);
    expect(ask({ judge: 'meshNetworks', document: JSON.stringify({ networks }) })[0].errors).toEqual([]);
  });
});

describe('MultiClusterMesh of one network', () => {
  const clusters = ['a', 'b'].map((name) => ({ name, network: 'one' }));

  test('needs no gateway between the clusters', () => {
    const objects = manifests(meshOf({ clusters }), 'b', { profile: ChartProfile.AMBIENT });
    expect(objects.map(({ metadata }) => metadata.name)).not.toContain('istio-eastwestgateway');
    expect(named(objects, 'HelmRelease', 'istiod').spec.values.env).toBeUndefined();
    expect(meshOf({ clusters }).networks.toValues()).toEqual({ one: { endpoints: [{ fromRegistry: 'a' }, { fromRegistry: 'b' }] } });
  });
});

describe('MultiClusterMesh with a remote cluster', () => {
  const clusters = [{ ...eu, gatewayAddress: '203.0.113.7' }, { ...us, network: 'eu-net', primary: 'eu' }];

  test('leads it from the primary, through the gateway, as Istio\'s sample expose-istiod.yaml has it', () => {
    const objects = manifests(meshOf({ clusters }), 'eu');
    expect(named(objects, 'HelmRelease', 'istiod').spec.values.global).toMatchObject({ externalIstiod: true });
    expect(named(objects, 'Gateway', 'cross-network-gateway')).toBeUndefined();
    expect(named(objects, 'Gateway', 'istiod-gateway').spec).toEqual({
      selector: { istio: 'eastwestgateway' },
      servers: [
        { port: { name: 'tls-istiod', number: 15012, protocol: 'TLS' }, tls: { mode: 'PASSTHROUGH' }, hosts: ['*'] },
        { port: { name: 'tls-istiodwebhook', number: 15017, protocol: 'TLS' }, tls: { mode: 'PASSTHROUGH' }, hosts: ['*'] },
      ],
    });
    const route = (port: number) => [{ destination: { host: 'istiod.istio-system.svc.cluster.local', port: { number: port } } }];
    expect(named(objects, 'VirtualService', 'istiod-vs').spec).toEqual({
      hosts: ['*'],
      gateways: ['istiod-gateway'],
      tls: [
        { match: [{ port: 15012, sniHosts: ['*'] }], route: route(15012) },
        { match: [{ port: 15017, sniHosts: ['*'] }], route: route(443) },
      ],
    });
    expect(judged(objects).flatMap(({ errors }) => errors)).toEqual([]);
  });

  test('names the control plane of the revision', () => {
    const objects = manifests(meshOf({ clusters }), 'eu', { revision: '1-31-1' });
    expect(named(objects, 'VirtualService', 'istiod-vs').spec.tls[0].route[0].destination.host).toBe('istiod-1-31-1.istio-system.svc.cluster.local');
  });

  test('installs in the remote what lets it be led, and no control plane', () => {
    // GIVEN
    const objects = manifests(meshOf({ clusters, trustDomain: 'shop.example.com' }), 'us');

    // THEN
    expect(named(objects, 'Namespace', 'istio-system').metadata).toMatchObject({
      labels: { 'topology.istio.io/network': 'eu-net' }, annotations: { 'topology.istio.io/controlPlaneClusters': 'eu' },
    });
    expect(named(objects, 'HelmRelease', 'istiod').spec.values).toMatchObject({
      profile: 'remote', istiodRemote: { injectionPath: '/inject/cluster/us/net/eu-net' }, global: { configCluster: true, remotePilotAddress: '203.0.113.7' },
    });
    const answers = judged(objects);
    expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
    expect(named(answers[1].objects, 'Deployment', 'istiod')).toBeUndefined();
    expect(named(answers[1].objects, 'EndpointSlice', 'istiod').endpoints).toEqual([{ addresses: ['203.0.113.7'] }]);
    const injector = answers[1].objects.find(({ kind }) => kind === 'MutatingWebhookConfiguration');
    expect(injector.webhooks[0].clientConfig.service.path).toBe('/inject/cluster/us/net/eu-net');
  });
});

describe('remote secrets', () => {
  const kubectl = (context: string) => `kubectl apply --context=${context} -f -`;

  test('come by commands, into each control plane from each other cluster, and into no manifest', () => {
    const clusters = [{ ...eu, gatewayAddress: 'gateway.eu.example.com' }, { ...us, context: 'arn:aws:eks:us-east-1:1:cluster/us' }, { name: 'edge', network: 'eu-net', primary: 'eu', context: 'an edge\'s' }];
    const mesh = meshOf({ clusters });
    const [fromEu, fromUs, fromEdge] = [
      'istioctl create-remote-secret --context=eu --namespace=istio-system --name=eu',
      'istioctl create-remote-secret --context=arn:aws:eks:us-east-1:1:cluster/us --namespace=istio-system --name=us',
      'istioctl create-remote-secret --context=\'an edge\'\\\'\'s\' --namespace=istio-system --name=edge',
    ];
    expect(mesh.remoteSecretCommands()).toEqual([
      `${fromUs} | ${kubectl('eu')}`,
      `${fromEdge} | ${kubectl('eu')}`,
      `${fromEu} | ${kubectl('arn:aws:eks:us-east-1:1:cluster/us')}`,
      `${fromEdge} | ${kubectl('arn:aws:eks:us-east-1:1:cluster/us')}`,
    ]);
    expect(clusters.flatMap(({ name }) => manifests(mesh, name)).map(({ kind }) => kind)).not.toContain('Secret');
  });
});

describe('failover', () => {
  const orders = ServiceRef.fromName('orders', { namespace: 'shop' });

  test('is a locality for a ResilientDestination in each control plane, which a CanaryService takes', () => {
    const mesh = meshOf();
    const rules = mesh.primaries.map(({ app }) => {
      const chart = new Chart(app, 'shop', { namespace: 'shop' });
      const destination = new ResilientDestination(chart, 'Destination', { service: orders, loadBalancer: LoadBalancer.leastRequest({ locality: mesh.failover() }) });
      new CanaryService(chart, 'Orders', { service: orders, destination, stable: { labels: { version: 'v1' } }, canary: { labels: { version: 'v2' }, weight: 5 } });
      return Testing.synth(chart).find(({ kind }) => kind === 'DestinationRule').spec.trafficPolicy;
    });
    expect(rules).toHaveLength(2);
    expect(rules[0]).toMatchObject({
      loadBalancer: {
        localityLbSetting: { failover: [{ from: 'europe-west1', to: 'us-east1' }, { from: 'us-east1', to: 'europe-west1' }] },
      },
      outlierDetection: { consecutive5xxErrors: 5 },
    });
    expect(rules[1]).toEqual(rules[0]);
  });

  test.each<[string, (string | undefined)[], object[], object]>([
    ['of three regions, as it is said', ['a', 'b', 'c'], [{ from: 'a', to: 'b' }], { failover: [{ from: 'a', to: 'b' }] }],
    ['of three regions, to any', ['a', 'b', 'c'], [], { enabled: true }],
    ['of two regions, as it is said', ['a', 'b'], [{ from: 'a', to: 'b' }], { failover: [{ from: 'a', to: 'b' }] }],
    ['of unknown regions, to any', [undefined, undefined], [], { enabled: true }],
  ])('%s', (_, regions, pairs, expected) => {
    const mesh = meshOf({ clusters: regions.map((region, i) => ({ name: `c${i}`, network: 'one', region })) });
    const chart = new Chart(mesh.cluster('c0').app, 'shop');
    new ResilientDestination(chart, 'Orders', { service: orders, loadBalancer: LoadBalancer.roundRobin({ locality: mesh.failover(...pairs as any) }) });
    expect(Testing.synth(chart)[0].spec.trafficPolicy.loadBalancer.localityLbSetting).toEqual(expected);
  });
});

describe('the manifests', () => {
  test('of each cluster stand in a directory of its own', () => {
    const directory = mkdtempSync(join(tmpdir(), 'multi-cluster-'));
    const mesh = meshOf({ outdir: directory });
    mesh.clusters.forEach((cluster) => cluster.install(flux));
    new Chart(mesh.cluster('us').app, 'shop');
    mesh.synth();
    expect(readdirSync(directory, { recursive: true }).sort()).toEqual(['eu', 'eu/istio.k8s.yaml', 'us', 'us/istio.k8s.yaml', 'us/shop.k8s.yaml']);
    rmSync(directory, { recursive: true });
  });

  test('go where cdk8s wants them, unless it is said', () => {
    const before = process.env.CDK8S_OUTDIR;
    process.env.CDK8S_OUTDIR = 'out';
    expect(meshOf({ outdir: undefined }).cluster('eu').app.outdir).toBe(join('out', 'eu'));
    delete process.env.CDK8S_OUTDIR;
    expect(meshOf({ outdir: undefined }).cluster('eu').app.outdir).toBe(join('dist', 'eu'));
    Object.assign(process.env, before === undefined ? {} : { CDK8S_OUTDIR: before });
  });

  test('for one Argo CD of all clusters stand apart from those of the clusters', () => {
    const mesh = meshOf();
    const central = Testing.chart();
    mesh.clusters.forEach((cluster) => cluster.install(
      { version: '1.31.1', delivery: ChartDelivery.argo({ cluster: cluster.name, prefix: `${cluster.name}-` }) }, new Chart(central, cluster.name),
    ));
    expect(Testing.synth(mesh.cluster('eu').chart).map(({ metadata }) => metadata.name)).toEqual(['cross-network-gateway']);
    const charts = central.node.children.map((chart) => Testing.synth(chart as Chart));
    expect(charts[1].map(({ metadata }) => metadata.name)).toEqual(['us-istio-base', 'us-istiod', 'us-istio-eastwestgateway']);
    expect(charts[1][0].spec.syncPolicy.managedNamespaceMetadata).toEqual({ labels: { 'topology.istio.io/network': 'us-net' } });
  });
});

describe('mistakes', () => {
  test.each<[string, Partial<MultiClusterMeshProps>, string]>([
    ['no cluster', { clusters: [] }, 'clusters of the MultiClusterMesh is [], expected a list of at least one entry'],
    ['a name twice', { clusters: [eu, { ...us, name: 'eu' }] }, 'clusters of the MultiClusterMesh have the name "eu" twice, expected each name once; rename one'],
    ['a name in capitals', { clusters: [{ ...eu, name: 'EU' }] }, 'the name of a cluster is "EU", expected lower-case letters, digits and dashes, as istioctl does'],
    ['a name that is none', { clusters: [{ ...eu, name: 1 as any }] }, 'the cluster of NetworkEndpoints.fromRegistry is 1'],
    ['a cluster in text', { clusters: ['eu' as any] }, 'a cluster is "eu", expected an object'],
    ['no name of the mesh', { meshId: '' }, 'meshId of the MultiClusterMesh is ""'],
    ['an empty trust domain', { trustDomain: '' }, 'trustDomain of the MultiClusterMesh is ""'],
    ['a wrong namespace', { istioNamespace: '' }, 'istioNamespace of the MultiClusterMesh is ""'],
    ['a network that is no label', { clusters: [{ ...eu, network: 'a b' }] }, 'the network of the cluster "eu" has "topology.istio.io/network": "a b", expected a Kubernetes label'],
    ['an empty region', { clusters: [{ ...eu, region: '' }] }, 'region of the cluster "eu" is ""'],
    ['an empty context', { clusters: [{ ...eu, context: '' }] }, 'context of the cluster "eu" is ""'],
    ['an address with a port', { clusters: [{ ...eu, gatewayAddress: '203.0.113.7:15443' }] }, 'the address of the gateway is "203.0.113.7:15443"'],
    ['a primary that is not there', { clusters: [eu, { ...us, primary: 'asia' }] }, 'primary of the cluster "us" is "asia", expected a cluster with a control plane: eu; leave primary out'],
    ['no primary at all', { clusters: [{ ...eu, primary: 'eu' }] }, 'primary of the cluster "eu" is "eu", expected a cluster with a control plane: there is none'],
    ['a primary that nobody reaches', { clusters: [eu, { ...us, primary: 'eu' }] }, 'the cluster "eu" leads "us" and has no gatewayAddress, expected that of its east-west gateway; reserve the address before'],
    ['an unknown property of a cluster', { clusters: [{ ...eu, zones: [] } as any] }, 'a cluster of the MultiClusterMesh has no property "zones"'],
    ['an unknown property', { remoteSecrets: [] } as any, 'MultiClusterMesh has no property "remoteSecrets"'],
  ])('%s', (_, props, message) => {
    expect(() => meshOf(props)).toThrow(message);
  });

  test.each<[string, (mesh: MultiClusterMesh) => void, string]>([
    ['an unknown cluster', (mesh) => mesh.cluster('asia'), 'the cluster is "asia", expected one of eu, us'],
    ['an unknown region', (mesh) => mesh.failover({ from: 'us-east1', to: 'us-west1' }), 'the region of a failover is "us-west1", expected one of the clusters\' regions: europe-west1, us-east1; set the region of its clusters'],
    ['what the mesh says', (mesh) => mesh.cluster('eu').install({ ...flux, istiod: { network: 'x' } }), 'istiod has "network", which the MultiClusterMesh sets, expected it in one place; leave it out here'],
    ['values in text', (mesh) => mesh.cluster('eu').install({ ...flux, istiod: 'x' as any }), 'istiod is "x", expected an object'],
    ['another namespace', (mesh) => mesh.cluster('eu').install({ ...flux, namespace: 'mesh' }), 'the properties of install has "namespace", which the MultiClusterMesh sets'],
    ['another trust domain', (mesh) => mesh.cluster('eu').install({ ...flux, meshConfig: new MeshConfig({ trustDomain: 'other' }) }), '"trustDomain", which a property sets too'],
    ['an unknown property', (mesh) => mesh.cluster('eu').install({ ...flux, gateways: [] } as any), 'MeshInstallation has no property "gateways"'],
  ])('%s of a cluster', (_, build, message) => {
    expect(() => build(meshOf({ trustDomain: 'shop.example.com' }))).toThrow(message);
  });

  test('an ambient cluster that leads others', () => {
    const mesh = meshOf({ clusters: [{ ...eu, gatewayAddress: '203.0.113.7' }, { ...us, primary: 'eu' }] });
    expect(() => mesh.cluster('eu').install({ ...flux, profile: ChartProfile.AMBIENT })).toThrow('the cluster "eu" leads others and has the profile AMBIENT, expected sidecars, as ambient has no remote clusters; give each cluster a control plane');
    expect(() => mesh.cluster('us').install({ ...flux, profile: ChartProfile.AMBIENT })).toThrow('the properties of install has "profile", which the MultiClusterMesh sets');
  });

  test.each<[string, MeshClusterProps[], object]>([
    ['one network', [eu], {}],
    ['ambient', [eu, us], { profile: ChartProfile.AMBIENT }],
  ])('values for a gateway that %s has not', (_, clusters, props) => {
    expect(() => meshOf({ clusters }).cluster('eu').install({ ...flux, ...props, eastWestGateway: {} }))
      .toThrow('the cluster "eu" has values for eastWestGateway and installs none, expected several networks or remote clusters, and sidecars; leave them out');
  });

  test('a failover without regions', () => {
    const mesh = meshOf({ clusters: [{ name: 'eu', network: 'one' }] });
    expect(() => mesh.failover({ from: 'a', to: 'b' })).toThrow('the region of a failover is "a", expected one of the clusters\' regions; set the region of its clusters');
  });
});
