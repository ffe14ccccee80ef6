import { chart, NAMESPACE, service } from './charts';
import { KubeObject } from './kube';
import { Lab } from './lab';
import { CanaryService } from '../../src';

const shop = chart((scope) => new CanaryService(scope, 'canary', {
  service: service(scope, 'orders'), stable: { labels: { version: 'v1' } }, canary: { labels: { version: 'v2' }, weight: 5 },
}));
const virtualService: KubeObject = { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { namespace: NAMESPACE, name: 'orders' } };

describe('an API server', () => {
  let lab: Lab;
  afterEach(() => lab?.stop());

  test('alone is enough for what only applies, and forgets nothing when it goes and comes back', async () => {
    lab = await Lab.start({ istiod: false });
    const applied = await lab.apply(shop, { createNamespaces: true });
    expect(applied.map(({ result }) => result)).toEqual(applied.map(() => 'created'));
    const { metadata: { resourceVersion } } = (await lab.kube.get(virtualService))!;

    await lab.apiServer.stop();
    await expect(lab.kube.get(virtualService)).rejects.toThrow(/ECONN|socket hang up/);
    await lab.apiServer.start();

    expect((await lab.kube.get(virtualService))!.metadata.resourceVersion).toBe(resourceVersion);
    expect(await lab.diff(shop)).toEqual([]);
    expect(() => lab.istiod).toThrow('has no istiod');
  });

  test('that comes back finds istiod, which gives the proxies what is applied then', async () => {
    lab = await Lab.start();
    const gateway = await lab.gateway();
    await lab.apiServer.stop();
    await lab.apiServer.start();

    await lab.backend({ namespace: NAMESPACE, labels: { app: 'orders', version: 'v1' }, port: 8080 });
    await lab.apply(shop);

    expect((await gateway.envoy.clusters()).map(({ name }) => name)).toContain('outbound|80|v1|orders.shop.svc.cluster.local');
  });
});
