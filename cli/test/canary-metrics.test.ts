import { Duration } from 'cdk8s';
import { DeliveryMetric } from 'cdk8s-istio';
import { NAMESPACE, shop } from './shop.js';
import { Lab } from '../../test/lab/lab.js';
import { Cluster, previewRollout, type RolloutOptions } from '../src/index.js';

let lab: Lab;
let cluster: Cluster;

beforeAll(async () => {
  lab = await Lab.start({ istiod: false });
  cluster = new Cluster({ kubeConfig: lab.kubeconfig });
  await lab.namespace(NAMESPACE);
  await lab.namespace('backend');
});
afterEach(async () => {
  for (const kind of ['VirtualService', 'DestinationRule']) {
    for (const object of await cluster.list({ apiVersion: 'networking.istio.io/v1', kind })) {
      await cluster.delete(object);
    }
  }
});
afterAll(() => lab?.stop());

const rule = (name: string, namespace: string, host: string, labels?: Record<string, string>) => ({
  apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', metadata: { name, namespace }, spec: { host, subsets: [{ name: 'v1' }, { name: 'v2', labels }] },
});

/** What is asked of Prometheus about the canary. */
async function asked(more: Partial<RolloutOptions> = {}, metrics = [DeliveryMetric.successRate(99)]): Promise<string> {
  const options = { namespace: NAMESPACE, virtualService: 'orders', stable: 'v1', canary: 'v2', prometheus: 'http://prometheus', interval: Duration.minutes(1), metrics, ...more };
  return (await previewRollout(cluster, options)).plan.gates[0].query;
}

const routed = async (host: string, ...destinations: object[]) => {
  const object = shop('orders');
  object.spec.http[1].route = destinations.length > 0
    ? destinations.map((destination, index) => ({ destination, weight: index === 0 ? 100 : 0 }))
    : object.spec.http[1].route.map((one: any) => ({ ...one, destination: { ...one.destination, host } }));
  await lab.apply([object], { settle: false });
};

const series = (namespace: string, version?: string) => `destination_service_namespace="${namespace}",destination_service_name="orders"${version ? `,destination_version="${version}"` : ''}}`;

describe('the requests to the canary', () => {
  test.each([
    ['a service beside it', 'orders', rule('orders', NAMESPACE, 'orders', { version: '2.0' }), series(NAMESPACE, '2.0')],
    ['one that the DestinationRule names in full', 'orders', rule('orders', NAMESPACE, 'orders.shop.svc.cluster.local', { version: '2.0' }), series(NAMESPACE, '2.0')],
    ['one of another namespace, with its DestinationRule', 'orders.backend.svc.cluster.local', rule('orders', 'backend', 'orders', { version: '2.0' }), series('backend', '2.0')],
    ['one whose labels are those of Kubernetes', 'orders', rule('orders', NAMESPACE, 'orders', { 'app.kubernetes.io/version': '2.1', 'version': '2.0' }), series(NAMESPACE, '2.1')],
    ["one whose labels are Istio's", 'orders', rule('orders', NAMESPACE, 'orders', { 'service.istio.io/canonical-revision': 'r2', 'app.kubernetes.io/version': '2.1' }), series(NAMESPACE, 'r2')],
  ])('are those of the version of the subset: %s', async (_, host, destinationRule, expected) => {
    await lab.apply([destinationRule, rule('other', NAMESPACE, '*', { version: 'wrong' })], { settle: false });
    await routed(host);
    expect(await asked()).toContain(expected);
  });

  test('are those of the version that is given', async () => {
    await routed('orders');
    expect(await asked({ version: 'v2.0' })).toContain(series(NAMESPACE, 'v2.0'));
  });

  test('are all of a host, where hosts differ', async () => {
    await routed('', { host: 'orders-v1' }, { host: 'orders' });
    expect(await asked({ stable: 'orders-v1', canary: 'orders' })).toContain(series(NAMESPACE));
    await routed('', { host: 'orders-v1' }, { host: 'orders.example.com' });
    expect(await asked({ stable: 'orders-v1', canary: 'orders.example.com' })).toContain('{reporter="source",destination_service_name="orders.example.com"}');
  });

  test('need a version that somebody tells, but for queries of one\'s own', async () => {
    await routed('orders');
    await expect(asked()).rejects.toThrow("no DestinationRule tells the version of the subset v2, expected a label such as version; say what Istio's metrics call it, as version");
    expect(await asked({}, [DeliveryMetric.query('own', 'up', { min: 1 })])).toBe('up');
  });
});
