import { ApiObject, Chart, JsonPatch, Testing } from 'cdk8s';
import { Backend } from './backend';
import { Certificate, selfSigned, signedBy, tlsSecret } from './certificates';
import { chart, NAMESPACE } from './charts';
import { Lab } from './lab';
import { Sidecar } from './proxy';
import {
  ClientTls, Destination, DestinationRule, EgressListener, ExportTo, ExternalService, HttpRoute, MeshNamespace, PortProtocol, RetryPolicy,
  ServiceEntry, ServiceLocation, ServiceResolution, Sidecar as SidecarResource, VirtualService,
} from '../../src';

const HOST = 'api.payments.test'; // a name that no DNS server knows
const authority = selfSigned('authority.test');
const client = signedBy(authority, 'client.test');
const configMap = (name: string, ca: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: NAMESPACE }, data: { 'ca.crt': ca } });

let lab: Lab;
let sidecar: Sidecar;
let other: Sidecar;

beforeAll(async () => {
  lab = await Lab.start({ meshConfig: { outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } } });
  await lab.namespace(NAMESPACE);
});

afterAll(() => lab?.stop());

describe('a service outside the mesh', () => {
  let plain: Backend;
  let api: Backend;
  let wrong: Backend;
  let wild: Backend;
  let strict: Backend;
  let applied: Chart | undefined;

  /** Backends outside the mesh: no Service selects them. */
  const outside = (name: string, port: number, tls?: Certificate) => lab.backend({ namespace: 'outside', labels: { app: name }, port, tls });

  beforeAll(async () => {
    plain = await outside('plain', 8080);
    api = await outside('api', 8443, signedBy(authority, HOST));
    wrong = await outside('wrong', 8443, signedBy(authority, 'wrong.payments.test'));
    wild = await outside('wild', 8443, signedBy(authority, '*.payments.test'));
    const demanding = { ...signedBy(authority, HOST), ca: authority.cert, requestCert: true, rejectUnauthorized: true };
    strict = await outside('strict', 8443, demanding);
    sidecar = await lab.sidecar({ namespace: NAMESPACE, labels: { app: 'orders' } });
    other = await lab.sidecar({ name: 'other', namespace: NAMESPACE });
    await lab.apply([
      configMap('payments', authority.cert),
      configMap('other', selfSigned('another.test').cert),
      tlsSecret(NAMESPACE, 'payments-client', client, authority),
    ]);
  });

  afterEach(async () => {
    if (applied) {
      await lab.delete(applied);
      applied = undefined;
    }
  });

  const apply = (build: (scope: Chart) => void) => lab.apply(applied = chart(build));
  const send = async (host = HOST) => (await sidecar.send({ host })).first;
  const at = ({ address, port }: Backend) => ServiceResolution.staticEndpoints([{ address, ports: { http: port } }]);

  /** In place of DNS, which does not know the host. */
  const resolve = (external: ExternalService, { address, port }: Backend) =>
    (external.serviceEntry as ApiObject).addJsonPatch(JsonPatch.add('/spec/endpoints', [{ address, ports: { http: port } }]));

  const originated = (tls: ClientTls, backend = api) => apply((scope) =>
    resolve(new ExternalService(scope, 'api', { host: HOST, tlsOrigination: { tls, retries: RetryPolicy.never() } }), backend));

  test('is reached only if the mesh knows it', async () => {
    expect((await send()).status).toBe(502);

    await apply((scope) => new ServiceEntry(scope, 'api', {
      hosts: [HOST], ports: [{ number: 80, name: 'http', protocol: PortProtocol.HTTP }], location: ServiceLocation.MESH_EXTERNAL, resolution: at(plain),
    }));

    expect(await send()).toMatchObject({ status: 200, echo: { backend: 'plain', headers: { host: HOST } } });
    expect((await send('other.payments.test')).status).toBe(502);
  });

  test('has routes and limits like one inside', async () => {
    await apply((scope) => {
      const entry = new ServiceEntry(scope, 'api', {
        hosts: [HOST], ports: [{ number: 80, name: 'http', protocol: PortProtocol.HTTP }], location: ServiceLocation.MESH_EXTERNAL, resolution: at(plain),
      });
      new VirtualService(scope, 'rules', { services: [entry], http: [HttpRoute.forward(Destination.service(entry), { retries: RetryPolicy.idempotent({ attempts: 1 }) })] });
    });
    plain.reset();
    plain.failNext(1);

    expect((await send()).status).toBe(200);
    expect(plain.count).toBe(2);
  });

  test('gets TLS from the sidecar, which verifies its authority and its name', async () => {
    await originated(ClientTls.simple({ credentialName: 'configmap://shop/payments' }));
    expect(await send()).toMatchObject({ status: 200, echo: { backend: 'api' } });
  });

  test('is not called if another authority signed its certificate', async () => {
    await originated(ClientTls.simple({ credentialName: 'configmap://shop/other' }));

    expect((await send()).status).toBe(503);
  });

  test.each([
    ['the host of the request', {}],
    ['the names that are given', { sni: HOST, subjectAltNames: [HOST] }],
  ])('is called only if its certificate is for %s', async (_, handshake) => {
    const tls = ClientTls.simple({ credentialName: 'configmap://shop/payments', ...handshake });

    await originated(tls, wrong);
    expect((await send()).status).toBe(503);
    await originated(tls, wild);
    expect(await send()).toMatchObject({ status: 200, echo: { backend: 'wild' } });
  });

  test('is called whatever name its certificate is for, if only the server name is given', async () => {
    await originated(ClientTls.simple({ credentialName: 'configmap://shop/payments', sni: HOST }), wrong);

    expect(await send()).toMatchObject({ status: 200, echo: { backend: 'wrong' } });
  });

  test('gets the certificate of the workloads that have one', async () => {
    await apply((scope) => {
      const entry = new ServiceEntry(scope, 'api', {
        hosts: [HOST], ports: [{ number: 80, name: 'http', protocol: PortProtocol.HTTP }], location: ServiceLocation.MESH_EXTERNAL, resolution: at(strict),
      });
      new DestinationRule(scope, 'tls', {
        service: entry,
        workloadSelector: { app: 'orders' },
        exportTo: ExportTo.OWN_NAMESPACE,
        trafficPolicy: { tls: ClientTls.mutual({ credentialName: 'payments-client' }) },
      });
    });

    expect(await send()).toMatchObject({ status: 200, echo: { backend: 'strict' } });
    expect((await other.send({ host: HOST })).first.status).toBe(503);
  });

  test('takes the TLS of the application as it is', async () => {
    await apply((scope) => {
      const external = new ExternalService(scope, 'api', { host: HOST, port: 9443 });
      (external.serviceEntry as ApiObject).addJsonPatch(JsonPatch.add('/spec/endpoints', [{ address: api.address, ports: { tls: api.port } }]));
    });

    expect((await sidecar.send({ host: HOST, port: 9443, tls: { ca: authority.cert } })).first).toMatchObject({ status: 200, certificate: HOST, echo: { backend: 'api' } });
    expect((await sidecar.send({ host: 'other.payments.test', port: 9443, tls: { ca: authority.cert } })).first.status).toBe(0);
  });
});

describe('what a sidecar knows', () => {
  const known = async (of: Sidecar, host: string) => (await of.send({ host })).first.status;
  const backends = new Chart(Testing.app(), 'backends', { disableResourceNameHashes: true });

  beforeAll(async () => {
    for (const [namespace, name] of [['shop', 'orders'], ['shop', 'carts'], ['backend', 'stock'], ['backend', 'prices']]) {
      await lab.backend({ namespace, labels: { app: name }, port: 8080 });
      new ApiObject(backends, name, {
        apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec: { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
      });
    }
    await lab.apply(backends);
  });

  test('is everything, if nothing limits it', async () => {
    expect(await known(sidecar, 'carts.shop.svc.cluster.local')).toBe(200);
    expect(await known(sidecar, 'stock.backend.svc.cluster.local')).toBe(200);
    expect(await known(sidecar, 'stock.nowhere.svc.cluster.local')).toBe(502);
  });

  test('is what its Sidecar says', async () => {
    const limits = chart((scope) => new SidecarResource(scope, 'limits', {
      workloadSelector: { app: 'orders' }, egress: [EgressListener.allPorts(['./carts.shop.svc.cluster.local', 'backend/stock.backend.svc.cluster.local'])],
    }));
    await lab.apply(limits);

    expect(await known(sidecar, 'carts.shop.svc.cluster.local')).toBe(200);
    expect(await known(sidecar, 'stock.backend.svc.cluster.local')).toBe(200);
    expect(await known(sidecar, 'orders.shop.svc.cluster.local')).toBe(502);
    expect(await known(sidecar, 'prices.backend.svc.cluster.local')).toBe(502);
    expect(await known(other, 'prices.backend.svc.cluster.local')).toBe(200);

    await lab.delete(limits);
    expect(await known(sidecar, 'prices.backend.svc.cluster.local')).toBe(200);
  });

  test('is its own namespace and what it reaches, in a MeshNamespace', async () => {
    const mesh = new Chart(Testing.app(), 'mesh', { disableResourceNameHashes: true });
    new MeshNamespace(mesh, 'shop', { name: 'shop', reaches: ['backend/stock.backend.svc.cluster.local'] });
    await lab.apply(mesh);

    expect(await known(sidecar, 'carts.shop.svc.cluster.local')).toBe(200);
    expect(await known(sidecar, 'stock.backend.svc.cluster.local')).toBe(200);
    expect(await known(sidecar, 'prices.backend.svc.cluster.local')).toBe(502);
  });
});
