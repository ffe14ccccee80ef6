import { Service } from 'cdk8s-plus-28';
import { selfSigned } from './certificates';
import { chart, NAMESPACE, service } from './charts';
import { ClientTls } from './client';
import { Lab } from './lab';
import { Gateway, Sidecar } from './proxy';
import { expectShares } from './statistics';
import { Destination, DestinationRule, GatewayProtocol, GatewayServer, IstioGateway, ServerTls, TcpRoute, TlsRoute, VirtualService } from '../../src';

const TOTAL = 2_000;
const VERSIONS = ['v1', 'v2', 'v3'];
const certificate = selfSigned('a.example.com', 'b.example.com', 'only.example.com', 'other.example.com');

/** A database and a vault, in versions that get shares of the connections: from the mesh, and through a gateway. */
const shop = chart((scope) => {
  const versions = (of: Service) => new DestinationRule(scope, `${of.name}-versions`, {
    service: of, subsets: VERSIONS.map((version) => ({ name: version, labels: { version } })),
  });
  const stock = versions(service(scope, 'stock', { protocol: 'tcp', port: 5432, targetPort: 9000 }));
  const vault = versions(service(scope, 'vault', { protocol: 'tls', port: 8443, targetPort: 8443 }));
  const split = (rule: DestinationRule, ...weights: number[]) =>
    weights.map((weight, index) => ({ destination: Destination.subset(rule.subset(VERSIONS[index])), weight }));
  const edge = new IstioGateway(scope, 'edge', {
    servers: [
      GatewayServer.plaintext(GatewayProtocol.TCP, ['*'], { port: 9000 }),
      GatewayServer.tls(['*.example.com'], { port: 9443, tls: ServerTls.passthrough() }),
    ],
  });
  new VirtualService(scope, 'stock-edge', { hosts: ['*'], gateways: [edge], tcp: [TcpRoute.split(split(stock, 80, 20))] });
  new VirtualService(scope, 'vault-edge', {
    hosts: ['*.example.com'],
    gateways: [edge],
    tls: [
      TlsRoute.split(split(vault, 70, 20, 10), { match: [{ sniHosts: ['a.example.com', 'b.example.com'] }] }),
      TlsRoute.forward(Destination.subset(vault.subset('v3')), { match: [{ sniHosts: ['only.example.com'] }] }),
    ],
  });
  new VirtualService(scope, 'stock-mesh', { services: [stock.service], tcp: [TcpRoute.split(split(stock, 95, 5))] });
});

let lab: Lab;
let gateway: Gateway;
let sidecar: Sidecar;

beforeAll(async () => {
  lab = await Lab.start();
  gateway = await lab.gateway({ ports: [9000, 9443] });
  for (const version of VERSIONS) {
    await lab.backend({ namespace: NAMESPACE, labels: { app: 'stock', version }, port: 9000, protocol: 'tcp' });
    await lab.backend({ namespace: NAMESPACE, labels: { app: 'vault', version }, port: 8443, protocol: 'tcp', tls: certificate });
  }
  await lab.apply(shop);
  sidecar = await lab.sidecar({ namespace: NAMESPACE });
});

afterAll(() => lab?.stop());

/** How many connections each backend got; none fails. */
async function connections(
  proxy: Gateway | Sidecar, port: number, { total = TOTAL, tls }: { total?: number; tls?: ClientTls } = {},
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  let left = total;
  const worker = async () => {
    while (left-- > 0) {
      const { backend, error } = await proxy.connect({ port, tls });
      expect(error).toBeUndefined();
      counts[backend!] = (counts[backend!] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: 20 }, worker));
  expect(Object.values(counts).reduce((sum, count) => sum + count)).toBe(total);
  return counts;
}

test('a gateway divides TCP connections', async () => {
  await expectShares(TOTAL, { 'stock-v1': 0.8, 'stock-v2': 0.2 }, () => connections(gateway, 9000));
});

test('a sidecar divides TCP connections, by shares of its own', async () => {
  await expectShares(TOTAL, { 'stock-v1': 0.95, 'stock-v2': 0.05 }, () => connections(sidecar, 5432));
});

test('a gateway divides TLS connections for a server name three ways, without looking into them', async () => {
  await expectShares(TOTAL, { 'vault-v1': 0.7, 'vault-v2': 0.2, 'vault-v3': 0.1 },
    () => connections(gateway, 9443, { tls: { ca: certificate.cert, servername: 'b.example.com' } }));
});

test('each server name has routes of its own, and others have none', async () => {
  expect(await connections(gateway, 9443, { total: 50, tls: { ca: certificate.cert, servername: 'only.example.com' } })).toEqual({ 'vault-v3': 50 });
  expect(await gateway.connect({ port: 9443, tls: { ca: certificate.cert, servername: 'other.example.com' } })).toMatchObject({ backend: undefined, certificate: undefined });
});
