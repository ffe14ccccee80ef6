import { tmpdir } from 'node:os';
import { Duration, Testing } from 'cdk8s';
import { chart, NAMESPACE, pause, service } from './charts';
import { send } from './client';
import { Lab } from './lab';
import { Gateway, Sidecar } from './proxy';
import { INBOUND, Workload } from './workload';
import { ChartDelivery, LoadBalancer, MultiClusterMesh, ResilientDestination } from '../../src';

/**
 * Two networks that reach each other only by way of a gateway, with one control plane that sees both: what the control planes of two clusters see
 * of each other when they have each other's secrets. Nobody reads from two API servers here.
 */
const mesh = new MultiClusterMesh({
  meshId: 'shop',
  clusters: [{ name: 'eu', network: 'net-eu', region: 'europe' }, { name: 'us', network: 'net-us', region: 'america' }],
  outdir: tmpdir(),
});
const HOST = 'orders.shop.svc.cluster.local';
const LABELS = { istio: 'eastwestgateway' };

let lab: Lab;
let eastWest: Gateway;
let here: Workload;
let there: Workload;
let client: Sidecar;

/** The Gateway by which a cluster of the mesh opens its services to other networks. */
function crossNetwork(name: string): object[] {
  const cluster = mesh.cluster(name);
  cluster.install({ version: '1.31.1', delivery: ChartDelivery.flux() });
  return Testing.synth(cluster.chart).filter(({ apiVersion, kind }) => kind === 'Gateway' && apiVersion.startsWith('networking.istio.io'));
}

/** The Service of the gateway says which network it leads into, as that of Istio's chart does by `networkGateway`, and has a load balancer. */
async function leadsInto(network: string, address: string): Promise<void> {
  const path = '/api/v1/namespaces/istio-system/services/istio-eastwestgateway';
  const patch = (where: string, body: object) => lab.kube.call('PATCH', `${path}${where}`, body, 'application/merge-patch+json');
  const answers = [
    await patch('', { metadata: { labels: { 'topology.istio.io/network': network } }, spec: { type: 'LoadBalancer', allocateLoadBalancerNodePorts: false } }),
    await patch('/status', { status: { loadBalancer: { ingress: [{ ip: address }] } } }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  await lab.settled();
}

const orders = () => chart((scope) => {
  const ref = service(scope, 'orders', { targetPort: INBOUND });
  new ResilientDestination(scope, 'destination', {
    service: ref,
    loadBalancer: LoadBalancer.roundRobin({ locality: mesh.failover() }),
    outlierDetection: { consecutive5xxErrors: 2, interval: Duration.millis(200), baseEjectionTime: Duration.seconds(3), maxEjectionPercent: 100 },
  });
});

beforeAll(async () => {
  lab = await Lab.start({ meshConfig: { enableAutoMtls: true } });
  await lab.namespace(NAMESPACE);
  here = await Workload.start(lab, { app: 'orders', name: 'orders-eu', network: 'net-eu', locality: { region: 'europe' } });
  there = await Workload.start(lab, { app: 'orders', name: 'orders-us', network: 'net-us', locality: { region: 'america' } });
  eastWest = await lab.gateway({ name: 'istio-eastwestgateway', labels: LABELS, ports: [15_443], network: 'net-us' });
  await leadsInto('net-us', eastWest.envoy.address);
  await lab.apply([...crossNetwork('us'), ...Testing.synth(orders())]);
  client = await lab.sidecar({ name: 'client', namespace: NAMESPACE, network: 'net-eu', locality: { region: 'europe' } });
});

afterAll(async () => {
  await Promise.all([here, there].map((workload) => workload?.stop()));
  await lab?.stop();
});

const ask = () => client.send({ host: HOST, count: 20, concurrency: 1 });

test('clients know the gateway of the other network, and no endpoint in it', async () => {
  const cluster = (await client.envoy.clusters()).find(({ name }) => name === `outbound|80||${HOST}`);
  const addresses = cluster.host_statuses.map(({ address: { socket_address: { address, port_value: port } } }: any) => `${address}:${port}`);

  expect(addresses.sort()).toEqual([`${here.sidecar.envoy.address}:${INBOUND}`, `${eastWest.envoy.address}:15443`].sort());
});

test('requests stay in the region while it works', async () => {
  expect((await ask()).countByBackend).toEqual({ 'orders-eu': 20 });
});

test('they go through the gateway of the other network while it does not, by the mutual TLS of client and service, and come back', async () => {
  here.application.behave({ status: 503 });
  await ask();
  await pause(1_500);

  const { countByBackend, first: { echo } } = await ask();
  expect(countByBackend).toEqual({ 'orders-us': 20 });
  expect(`${echo?.headers['x-forwarded-client-cert']}`).toMatch(/URI=spiffe:\/\/cluster\.local\/ns\/shop\/sa\/client$/);
  expect(Object.keys(await eastWest.envoy.stats('^http\\.'))).not.toContainEqual(expect.stringContaining('downstream_rq_200')); // it looked into nothing

  here.application.behave({});
  await pause(5_000);
  expect((await ask()).countByBackend).toEqual({ 'orders-eu': 20 });
});

test('the gateway lets in nobody without a certificate of the mesh', async () => {
  const { address, port } = eastWest.target(15_443);
  const plain = (await send({ address, port }, { host: HOST })).first;
  expect(plain.status).toBe(0);

  const stranger = (await send({ address, port }, { host: HOST, tls: { ca: lab.authority.cert, servername: `outbound_.80_._.${HOST}` } })).first;
  expect(stranger.status).toBe(0);
});
