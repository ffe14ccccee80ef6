import { judge } from './judge';
import { Fields, SERVICE_FIELDS } from '../../src/delivery/flagger-fields';

/** An object that has every field of a table, each with a value of a wrong type, which the schema refuses and does not drop. */
function filled(fields: Fields | true): any {
  return fields === true ? [] : Object.fromEntries(Object.entries(fields).map(([name, part]) => [name === '*' ? 'any' : name, filled(part)]));
}

const LISTS = ['match', 'allowOrigins', 'distribute', 'failover'];
const listed = (value: any): any => Array.isArray(value) ? value
  : Object.fromEntries(Object.entries(value).map(([name, part]) => [name, LISTS.includes(name) ? [listed(part)] : listed(part)]));
const canary = (service: object) => ({
  apiVersion: 'flagger.app/v1beta1',
  kind: 'Canary',
  metadata: { name: 'orders', namespace: 'shop' },
  spec: { targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'orders' }, service: { port: 80, ...service }, analysis: { interval: '1m', threshold: 1, iterations: 1 } },
});

describe('the judge', () => {
  test('sees what the schema of a Canary drops', () => {
    const [errors] = judge([canary({ trafficPolicy: { connectionPool: { tcp: { maxConnections: 1 } } } })]);
    expect(errors).toContain('dropped: Canary orders: spec.service.trafficPolicy.connectionPool.tcp');
  });

  test('finds every field of our table in the schema', () => {
    const [errors] = judge([canary(listed(filled(SERVICE_FIELDS)))]);
    expect(errors.filter((error) => error.startsWith('dropped'))).toEqual([]);
  });

  test('sees what Argo Rollouts refuses', () => {
    const rollout = {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: { name: 'orders', namespace: 'shop' },
      spec: {
        selector: { matchLabels: { app: 'orders' } },
        template: { metadata: { labels: { app: 'orders' } }, spec: { containers: [{ name: 'app', image: 'a' }] } },
        strategy: { canary: { steps: [{ setWeight: 101 }, { setMirrorRoute: { name: 'a' } }], trafficRouting: { istio: { virtualService: { name: 'orders' } }, unknown: 1 } } },
      },
    };
    const text = judge([rollout])[0].join('\n');
    expect(text).toContain('dropped: Rollout orders: spec.strategy.canary.trafficRouting.unknown');
    expect(text).toContain('unknown field "unknown"');
    delete (rollout.spec.strategy.canary.trafficRouting as any).unknown;
    const refused = judge([rollout])[0].join('\n');
    expect(refused).toContain('SetWeight');
    expect(refused).toContain('managedRoutes');
    expect(refused).toContain('Not found: "shop/orders"');
  });
});
