import { pause } from './shop.js';
import { chart, NAMESPACE, service } from '../../test/lab/charts.js';
import { Lab } from '../../test/lab/lab.js';
import type { Sidecar } from '../../test/lab/proxy.js';
import { type CanaryConfig, TrafficSplitter } from '../src/index.js';

const SERVICE = 'orders';
const HOST = `${SERVICE}.${NAMESPACE}.svc.cluster.local`;
const config: CanaryConfig = { stable: { labels: { version: 'v1' } }, canary: { labels: { version: 'v2' }, weight: 0 } };

let lab: Lab;
let sidecar: Sidecar;
let splitter: TrafficSplitter;

beforeAll(async () => {
  lab = await Lab.start();
  splitter = new TrafficSplitter({ kubeConfig: lab.kubeconfig });
  for (const version of ['v1', 'v2']) {
    await lab.backend({ namespace: NAMESPACE, labels: { app: SERVICE, version }, port: 8080 });
  }
  await lab.apply(chart((scope) => service(scope, SERVICE)));
  sidecar = await lab.sidecar({ namespace: NAMESPACE });
});
afterAll(() => lab?.stop());

const countByBackend = async (count = 200) => (await sidecar.send({ host: HOST, count })).countByBackend;

// With a settleTime of 0 a 503 shows up: routes and subsets go in one push of istiod, and Envoy takes the subsets away first.
test('S000-29: no request fails while a canary is created, moved, promoted, retired and removed, again and again', async () => {
  const load = sidecar.load({ host: HOST, perSecond: 200 });
  for (let round = 0; round < 3; round++) {
    await splitter.createCanary(SERVICE, NAMESPACE, config);
    await lab.settled();
    expect(await countByBackend()).toEqual({ 'orders-v1': 200 });

    await splitter.setWeights(SERVICE, NAMESPACE, { v1: 50, v2: 50 });
    await splitter.setWeights(SERVICE, NAMESPACE, { v1: 0, v2: 100 });
    await lab.settled();
    expect(await countByBackend()).toEqual({ 'orders-v2': 200 });

    await splitter.enableCircuitBreaker(SERVICE, NAMESPACE, { consecutive5xxErrors: 7 });
    await lab.settled();
    expect(JSON.stringify(await sidecar.envoy.configDump())).toMatch(/"consecutive_5xx":7/);
    await splitter.disableCircuitBreaker(SERVICE, NAMESPACE);
    await lab.settled();
    expect(JSON.stringify(await sidecar.envoy.configDump())).not.toMatch(/"consecutive_5xx":7/);

    await splitter.retireVersion(SERVICE, NAMESPACE, 'v1');
    await splitter.remove(SERVICE, NAMESPACE);
    await pause(500);
  }
  const { all, failed } = await load.stop();
  console.info(`created, moved, promoted, retired and removed 3 times: ${all.length} requests, ${failed.length} failed`);
  expect(failed).toEqual([]);
});
