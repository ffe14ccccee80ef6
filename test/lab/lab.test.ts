import { ApiObject, Chart, JsonPatch, Testing } from 'cdk8s';
import { Pods, Service } from 'cdk8s-plus-28';
import { Backend } from './backend';
import { Lab, Refusal } from './lab';
import { Gateway } from './proxy';
import { expectShares } from './statistics';
import { CanaryService, GatewayServer, HttpMatch, IstioGateway, StringMatch } from '../../src';

const HOST = 'shop.example.com';

/** A shop whose orders go to v2 for one in twenty, and for testers. */
class Shop extends Chart {
  constructor(weight = 5) {
    super(Testing.app(), 'shop', { namespace: 'shop', disableResourceNameHashes: true });
    const orders = new Service(this, 'orders', {
      selector: Pods.select(this, 'pods', { labels: { app: 'orders' } }),
      ports: [{ name: 'http', port: 80, targetPort: 8080 }],
    });
    const edge = new IstioGateway(this, 'edge', { servers: [GatewayServer.http([HOST])] });
    new CanaryService(this, 'canary', {
      service: orders,
      stable: { labels: { version: 'v1' } },
      canary: { labels: { version: 'v2' }, weight, match: [HttpMatch.header('x-canary', StringMatch.exact('true'))] },
    }).exposeVia(edge, { hosts: [HOST] });
  }
}

let lab: Lab;
let gateway: Gateway;
let v1: Backend;
let v2: Backend;

beforeAll(async () => {
  const start = Date.now();
  lab = await Lab.start();
  gateway = await lab.gateway();
  v1 = await lab.backend({ namespace: 'shop', labels: { app: 'orders', version: 'v1' }, port: 8080 });
  v2 = await lab.backend({ namespace: 'shop', labels: { app: 'orders', version: 'v2' }, port: 8080 });
  process.stderr.write(`lab: up in ${((Date.now() - start) / 1000).toFixed(1)} s, logs in ${lab.directory}\n`);
  await lab.apply(new Shop());
});

afterAll(() => lab?.stop());

test('one request in twenty goes to the canary', async () => {
  await expectShares(2_000, { 'orders-v2': 0.05 }, async () => {
    [v1, v2].forEach((backend) => backend.reset());
    const responses = await gateway.send({ host: HOST, path: '/orders', count: 2_000 });
    expect(responses.failed).toEqual([]);
    expect(v1.count + v2.count).toBe(2_000);
    return responses.countByBackend;
  });
});

test('the header of the testers always goes to the canary', async () => {
  const responses = await gateway.send({ host: HOST, headers: { 'x-canary': 'true' }, count: 200 });

  expect(responses.countByBackend).toEqual({ 'orders-v2': 200 });
  expect(responses.first.echo).toMatchObject({ method: 'GET', path: '/', headers: { 'x-canary': 'true' } });
});

test('a host that nobody has is not found', async () => {
  const { first } = await gateway.send({ host: 'other.example.com' });

  expect(first).toMatchObject({ status: 404, echo: undefined });
});

test('other weights hold as soon as they are applied', async () => {
  await lab.apply(new Shop(100));
  expect((await gateway.send({ host: HOST, count: 200 })).countByBackend).toEqual({ 'orders-v2': 200 });
  await lab.apply(new Shop());
});

test('a second apply changes nothing, and nothing has drifted', async () => {
  const applied = await lab.apply(new Shop());

  expect(applied.map(({ result }) => result)).toEqual(applied.map(() => 'unchanged'));
  expect(applied.flatMap(({ warnings }) => warnings)).toEqual([]);
  expect(await lab.diff(new Shop())).toEqual([]);
});

test('drift is a field that somebody else changed', async () => {
  const [virtualService] = Testing.synth(new Shop(6)).filter(({ kind }) => kind === 'VirtualService');

  const drift = await lab.diff([virtualService]);

  expect(drift).toContainEqual({
    object: `VirtualService shop/${virtualService.metadata.name}`, field: 'spec.http[1].route[1].weight', live: 5, wanted: 6,
  });
});

test('what breaks a rule of the CRD is refused, and the error names the field', async () => {
  const chart = new Shop();
  const virtualService = chart.node.findAll().filter(ApiObject.isApiObject).find(({ kind }) => kind === 'VirtualService')!;
  virtualService.addJsonPatch(JsonPatch.add('/spec/http/0/timeout', 'soon'));

  const refused = lab.apply(synthUnjudged(chart));

  await expect(refused).rejects.toThrow(Refusal);
  await expect(refused).rejects.toThrow(/^VirtualService shop\/\S+ was refused \(422 Invalid\): spec\.http\[0\]\.timeout: .*must be a valid duration/);
});
