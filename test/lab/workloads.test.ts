import { Chart, Testing } from 'cdk8s';
import { Backend } from './backend';
import { chart, NAMESPACE, service } from './charts';
import { Response, send } from './client';
import { Lab } from './lab';
import { Sidecar } from './proxy';
import {
  Access, Caller, CaptureMode, DestinationRule, MeshNamespace, MeshService, MutualTlsMode, PeerAuthentication, PortProtocol,
  Sidecar as SidecarResource, WorkloadEntry,
} from '../../src';

const HOST = 'vault.shop.svc.cluster.local';

let lab: Lab;
let vault: Sidecar;
let orders: Sidecar;
let web: Sidecar;
let application: Backend;

/**
 * A workload with a sidecar of its own. Nothing redirects connections to it, so it listens at the port of the Service,
 * and the application at another one of the same address.
 */
const workload = () => chart((scope) => {
  const { address } = vault.envoy;
  // A connection that is kept alive goes on by the rules that it began with, until Envoy has drained them.
  new DestinationRule(scope, 'rule', { service: service(scope, 'vault', { targetPort: 9080 }), trafficPolicy: { connectionPool: { http: { maxRequestsPerConnection: 1 } } } });
  new WorkloadEntry(scope, 'workload', { address, labels: { 'app': 'vault', 'security.istio.io/tlsMode': 'istio' }, serviceAccount: 'vault' });
  new SidecarResource(scope, 'inbound', {
    workloadSelector: { app: 'vault' },
    ingress: [{ port: 9080, protocol: PortProtocol.HTTP, bind: address, captureMode: CaptureMode.NONE, defaultEndpoint: '0.0.0.0:8080' }],
  });
});

/** Calls without a proxy, as from outside the mesh. */
const outsider = async () => (await send({ address: vault.envoy.address, port: 9080 }, { host: HOST })).first;
const call = async (from: Sidecar, request: { path?: string; method?: string } = {}) => (await from.send({ host: HOST, ...request })).first;
const certificate = ({ echo }: Response) => /URI=(spiffe:[^;]+)$/.exec(`${echo?.headers['x-forwarded-client-cert'] ?? ''}`)?.[1];

beforeAll(async () => {
  lab = await Lab.start({ meshConfig: { enableAutoMtls: true } });
  vault = await lab.sidecar({ name: 'vault', namespace: NAMESPACE });
  application = await Backend.start('vault', vault.envoy.address, { namespace: NAMESPACE, labels: { app: 'vault' }, port: 8080 });
  await lab.apply(workload());
  orders = await lab.sidecar({ name: 'orders', namespace: NAMESPACE });
  web = await lab.sidecar({ name: 'web', namespace: NAMESPACE });
});

afterAll(async () => {
  await application?.stop();
  await lab?.stop();
});

describe('PeerAuthentication', () => {
  const mode = (mtls: MutualTlsMode) => chart((scope) => new PeerAuthentication(scope, 'peers', { mtls }));
  const orderly = 'spiffe://cluster.local/ns/shop/sa/orders';

  test('without one, workloads of the mesh call by mutual TLS, and others as they can', async () => {
    const inside = await call(orders);
    const outside = await outsider();

    expect([inside.status, certificate(inside)]).toEqual([200, orderly]);
    expect([outside.status, certificate(outside)]).toEqual([200, undefined]);
  });

  test.each([
    [MutualTlsMode.PERMISSIVE, orderly, 200],
    [MutualTlsMode.STRICT, orderly, 0],
    [MutualTlsMode.DISABLE, undefined, 200],
  ])('%s', async (mtls, identity, status) => {
    await lab.apply(mode(mtls));

    const inside = await call(orders);
    expect([inside.status, certificate(inside)]).toEqual([200, identity]);
    expect((await outsider()).status).toBe(status);

    await lab.delete(mode(mtls));
  });
});

describe('a MeshNamespace', () => {
  const closed = (allow: (vault: MeshService) => void) => {
    const mesh = new Chart(Testing.app(), 'mesh', { disableResourceNameHashes: true });
    new MeshNamespace(mesh, 'shop', { name: NAMESPACE });
    return [...Testing.synth(mesh), ...Testing.synth(chart((scope) => allow(new MeshService(scope, 'access', { service: service(scope, 'vault', { targetPort: 9080 }) }))))];
  };

  test('lets nobody in', async () => {
    await lab.apply(closed(() => { /* nobody */ }));

    expect((await call(orders)).status).toBe(403);
    expect((await outsider()).status).toBe(0);
  });

  test.each<[string, Access, [object, number][]]>([
    ['for everything', {}, [[{ path: '/any', method: 'DELETE' }, 200]]],
    ['for paths and methods', { paths: ['/secrets/*'], methods: ['GET'] }, [[{ path: '/secrets/1' }, 200], [{ path: '/secrets/1', method: 'PUT' }, 403], [{ path: '/keys' }, 403]]],
    ['for a port of the workload', { ports: [9080] }, [[{ path: '/any' }, 200]]],
    ['for another port', { ports: [9081] }, [[{ path: '/any' }, 403]]],
    ['for gRPC methods', { grpc: ['shop.Vault/Open'] }, [[{ path: '/shop.Vault/Open', method: 'POST' }, 200], [{ path: '/shop.Vault/Close', method: 'POST' }, 403]]],
  ])('lets in the service account that is allowed, %s', async (_, access, calls) => {
    await lab.apply(closed((mesh) => mesh.allowFrom(Caller.serviceAccount('orders', { namespace: NAMESPACE }), access)));

    for (const [request, status] of calls) {
      expect([request, (await call(orders, request)).status]).toEqual([request, status]);
      expect([request, (await call(web, request)).status]).toEqual([request, 403]);
    }
    expect((await outsider()).status).toBe(0);
  });
});
