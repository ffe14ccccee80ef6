import { Mesh } from '../../src/checks/mesh';
import { meshConfigs } from '../../src/checks/mesh-config';

const configMap = (mesh: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'istio', namespace: 'istio-system' }, data: { mesh } });
const operator = (meshConfig: object) => ({ apiVersion: 'install.istio.io/v1alpha1', kind: 'IstioOperator', metadata: { name: 'mesh' }, spec: { meshConfig } });

function get(manifest: object, path: string): string | undefined {
  return meshConfigs(new Mesh([manifest]))[0].get(path);
}

describe('meshConfigs', () => {
  const block = [
    '# written by hand',
    'enableAutoMtls: false',
    'defaultProviders:',
    '  tracing:',
    '  - otel',
    '  metrics: []',
    'extensionProviders:',
    '- name: otel',
    '  opentelemetry: { service: otel, port: 4317 }',
    'accessLogFile: /dev/stdout',
  ].join('\n');

  test.each([
    ['enableAutoMtls', 'false'],
    ['defaultProviders.tracing', '  - otel'],
    ['defaultProviders.metrics', undefined],
    ['defaultProviders.accessLogging', undefined],
    ['extensionProviders', '- name: otel\n  opentelemetry: { service: otel, port: 4317 }'],
    ['accessLogFile', '/dev/stdout'],
    ['rootNamespace', undefined],
  ])('reads %s of a ConfigMap', (path, expected) => {
    expect(get(configMap(block), path)).toEqual(expected);
  });

  test.each([
    ['defaultProviders: { tracing: [otel] }', 'defaultProviders.tracing', '{ tracing: [otel] }'],
    ['defaultProviders: { tracing: [otel] }', 'defaultProviders.metrics', undefined],
    ['defaultProviders: {}', 'defaultProviders.tracing', undefined],
    ['{ "defaultProviders": { "tracing": ["otel"] } }', 'defaultProviders.tracing', '["otel"]'],
    ['{ "defaultProviders": { "tracing": [] } }', 'defaultProviders.tracing', undefined],
  ])('reads %s', (mesh, path, expected) => {
    expect(get(configMap(mesh), path)).toEqual(expected);
  });

  test('reads an IstioOperator', () => {
    expect(get(operator({ enableAutoMtls: false }), 'enableAutoMtls')).toBe('false');
    expect(get(operator({ enableAutoMtls: false }), 'defaultProviders.tracing')).toBeUndefined();
  });
});
