import { ApiObject, Chart, JsonPatch } from 'cdk8s';
import { Backend } from './backend';
import { Certificate, selfSigned, signedBy } from './certificates';
import { chart, NAMESPACE, service } from './charts';
import { Lab } from './lab';
import { Gateway, Sidecar } from './proxy';
import {
  AuthorizationPolicy, AuthorizationSource, Caller, ClientTls, Destination, DestinationRule, EgressGateway, ExportTo, ExternalService, GatewayServer,
  HttpMatch, HttpRoute, IstioGateway, PolicyTarget, RetryPolicy, ServerTls, ServiceRef, VirtualService,
} from '../../src';

const HOST = 'api.payments.test'; // a name that no DNS server knows
const authority = selfSigned('authority.test');

let lab: Lab;
let egress: Gateway;
let orders: Sidecar;
let web: Sidecar;
let api: Backend;
let wrong: Backend;

beforeAll(async () => {
  lab = await Lab.start({ meshConfig: { outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } } });
  lab.systemRoots = authority.cert;
  egress = await lab.gateway({ name: 'istio-egressgateway', labels: { istio: 'egressgateway' }, ports: [443] });
  orders = await lab.sidecar({ name: 'orders', namespace: NAMESPACE });
  web = await lab.sidecar({ name: 'web', namespace: NAMESPACE });
  api = await lab.backend({ namespace: 'outside', labels: { app: 'api' }, port: 8443, tls: signedBy(authority, HOST) });
  wrong = await lab.backend({ namespace: 'outside', labels: { app: 'wrong' }, port: 8443, tls: signedBy(authority, 'wrong.payments.test') });
  await lab.apply([{
    apiVersion: 'networking.istio.io/v1',
    kind: 'WorkloadEntry',
    metadata: { name: 'egress', namespace: 'istio-system' },
    spec: { address: egress.envoy.address, labels: { istio: 'egressgateway' }, serviceAccount: 'istio-egressgateway' },
  }]);
});

afterAll(() => lab?.stop());

/** In place of DNS, which does not know the host. */
function resolve(external: ExternalService, { address, port }: Backend): void {
  const { number, name } = { number: port, name: (external.serviceEntry as any).spec.ports.at(-1).name };
  (external.serviceEntry as ApiObject).addJsonPatch(JsonPatch.add('/spec/endpoints', [{ address, ports: { [name]: number } }]));
}

const send = async (sidecar: Sidecar, options: object = {}) => (await sidecar.send({ host: HOST, ...options })).first;

describe('an ExternalService', () => {
  let applied: Chart;
  const apply = (build: (scope: Chart) => void) => lab.apply(applied = chart(build));
  afterEach(() => lab.delete(applied));

  test('is trusted if an authority that the system knows signed its certificate for its name', async () => {
    await apply((scope) => resolve(new ExternalService(scope, 'api', { host: HOST, tlsOrigination: {} }), api));
    expect(await send(orders)).toMatchObject({ status: 200, echo: { backend: 'api' } });

    await lab.apply(chart((scope) => resolve(new ExternalService(scope, 'api', { host: HOST, tlsOrigination: {} }), wrong)));
    expect((await send(orders)).status).toBe(503);
  });

  test('is called through an egress gateway by those who are let out, whom it knows by their certificates', async () => {
    await apply((scope) => {
      const external = new ExternalService(scope, 'api', { host: HOST, tlsOrigination: { port: 8080 }, through: new EgressGateway(scope, 'egress'), exportTo: ExportTo.ALL });
      external.allowFrom(Caller.serviceAccount('orders', { namespace: NAMESPACE }));
      resolve(external, api);
    });

    expect(await send(orders, { port: 8080 })).toMatchObject({ status: 200, echo: { backend: 'api' } });
    expect(await send(web, { port: 8080 })).toMatchObject({ status: 403, body: 'RBAC: access denied' });
  });

  test('gets the TLS of applications through the gateway as it is', async () => {
    await apply((scope) => {
      const external = new ExternalService(scope, 'api', { host: HOST, port: 9443, through: new EgressGateway(scope, 'egress'), exportTo: ExportTo.ALL });
      external.allowFrom(Caller.serviceAccount('orders', { namespace: NAMESPACE }));
      resolve(external, api);
    });
    const tls = { port: 9443, tls: { ca: authority.cert } };

    expect(await send(orders, tls)).toMatchObject({ status: 200, certificate: HOST, echo: { backend: 'api' } });
    expect(await send(web, tls)).toMatchObject({ status: 0 });
  });
});

describe('mutual TLS in the mesh', () => {
  /** Stands for a workload whose PeerAuthentication is STRICT: it takes only callers that the mesh's authority knows. */
  const strict = (name: string, certificate: Certificate) => lab.backend({
    namespace: NAMESPACE,
    labels: { app: 'vault' },
    name,
    port: 8443,
    serviceAccount: 'vault',
    tls: {
      ...certificate, ...{ ca: lab.authority.cert, requestCert: true, rejectUnauthorized: true, ALPNProtocols: ['istio'] },
    },
  });
  const vaults = (tls: ClientTls) => chart((scope) => {
    const vault = service(scope, 'vault', { targetPort: 8443 });
    new DestinationRule(scope, 'rule', { service: vault, trafficPolicy: { tls } });
    new VirtualService(scope, 'rules', { services: [vault], http: [HttpRoute.forward(Destination.service(vault), { retries: RetryPolicy.never() })] });
  });
  const vault = { host: 'vault.shop.svc.cluster.local' };

  test('shows the certificate of the client and wants that of the service account', async () => {
    const backend = await strict('vault', lab.workload(NAMESPACE, 'vault'));

    await lab.apply(vaults(ClientTls.istioMutual()));
    expect(await send(orders, vault)).toMatchObject({ status: 200, echo: { backend: 'vault' } });
    await lab.apply(vaults(ClientTls.disable()));
    expect((await send(orders, vault)).status).toBe(503);

    await lab.apply(vaults(ClientTls.istioMutual()));
    await lab.removeBackend(backend);
    await strict('impostor', lab.workload(NAMESPACE, 'web'));
    expect((await send(orders, vault)).status).toBe(503);
  });

  test.each([
    ['principals', { principals: ['cluster.local/ns/shop/sa/orders'] }],
    ['no principals', { notPrincipals: ['cluster.local/ns/shop/sa/web'] }],
    ['service accounts', { serviceAccounts: ['shop/orders'] }],
    ['no service accounts', { notServiceAccounts: ['shop/web'] }],
  ])('tells callers apart by %s', async (_, source) => {
    await lab.backend({ namespace: NAMESPACE, labels: { app: 'goods' }, port: 8080 });
    await lab.apply(behindGateway(source));

    expect(await send(orders, goods)).toMatchObject({ status: 200, echo: { backend: 'goods' } });
    expect((await send(web, goods)).status).toBe(403);

    await lab.removeBackend(lab.backendNamed('goods'));
  });
});

const goods = { host: 'goods.shop.svc.cluster.local', port: 8080 }; // by port 80, sidecars of the lab know of no port

/** A service that callers in the mesh reach by way of a gateway, which lets in those that a source says. */
function behindGateway(source: AuthorizationSource): Chart {
  return chart((scope) => {
    const inner = service(scope, 'goods', { port: 8080 });
    const gateway = ServiceRef.fromName('istio-egressgateway', { namespace: 'istio-system' });
    const subset = new DestinationRule(scope, 'gateway-tls', {
      service: gateway, subsets: [{ name: 'goods', trafficPolicy: { tls: ClientTls.istioMutual({ sni: goods.host }) } }],
    }).subset('goods');
    const edge = new IstioGateway(scope, 'edge', {
      selector: { istio: 'egressgateway' }, servers: [GatewayServer.https([goods.host], { tls: ServerTls.istioMutual() })],
    });
    new VirtualService(scope, 'by-gateway', {
      services: [inner],
      gateways: [IstioGateway.MESH, edge],
      http: [
        HttpRoute.forward(Destination.subset(subset, { port: 443 }), { match: [HttpMatch.of({ gateways: [IstioGateway.MESH], port: 8080 })] }),
        HttpRoute.forward(Destination.service(inner), { match: [HttpMatch.of({ gateways: [edge], port: 443 })] }),
      ],
    });
    new AuthorizationPolicy(scope, 'callers', {
      metadata: { namespace: 'istio-system' }, target: PolicyTarget.workloads({ istio: 'egressgateway' }), rules: [{ from: [source] }],
    });
  });
}
