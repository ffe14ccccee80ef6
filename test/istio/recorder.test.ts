import { ApiObject, JsonPatch, Testing } from 'cdk8s';
import { fieldsIn, fieldsOf, Shape } from './fields';
import { fields } from './recorder';
import { DestinationRule, LoadBalancer, ServiceRef } from '../../src';

const shape: Shape = {
  fields: {
    mode: { enum: ['ON', 'OFF'] },
    rules: { items: { fields: { host: {}, labels: { values: {} } } } },
    ports: { values: { fields: { number: {} } } },
    config: {},
  },
};

test('the paths of a shape are those of its fields and the values of its enums', () => {
  expect(fieldsOf(shape)).toEqual([
    'spec.mode', 'spec.mode=ON', 'spec.mode=OFF', 'spec.rules', 'spec.rules[].host', 'spec.rules[].labels', 'spec.ports', 'spec.ports{}.number', 'spec.config',
  ]);
});

test('the paths in a spec are those that it sets', () => {
  const spec = { mode: 'ON', rules: [{ host: 'a' }, { labels: { app: 'a' }, host: undefined }], ports: { http: { number: 80 } }, config: { any: { thing: 1 } }, tomorrow: 1 };

  expect([...new Set(fieldsIn(spec, shape))]).toEqual([
    'spec.mode', 'spec.mode=ON', 'spec.rules', 'spec.rules[].host', 'spec.rules[].labels', 'spec.ports', 'spec.ports{}.number', 'spec.config', 'spec.tomorrow',
  ]);
});

test('only typed properties count: no patch, and no object that is not of this library', () => {
  // GIVEN
  const chart = Testing.chart();
  const rule = new DestinationRule(chart, 'Rule', { service: ServiceRef.fromName('orders'), trafficPolicy: { loadBalancer: LoadBalancer.random() } });
  rule.addJsonPatch(JsonPatch.add('/spec/trafficPolicy/connectionPool', { tcp: { maxConnections: 1 } }));
  new ApiObject(chart, 'Raw', { apiVersion: 'networking.istio.io/v1', kind: 'Sidecar', spec: { egress: [{ hosts: ['./*'] }] } });

  // WHEN
  Testing.synth(chart);

  // THEN
  expect([...fields].sort()).toEqual([
    'DestinationRule spec.host',
    'DestinationRule spec.trafficPolicy',
    'DestinationRule spec.trafficPolicy.loadBalancer',
    'DestinationRule spec.trafficPolicy.loadBalancer.simple',
    'DestinationRule spec.trafficPolicy.loadBalancer.simple=RANDOM',
  ]);
});
