import { Testing, Yaml } from 'cdk8s';
import { ask } from './judge';
import { EVERYTHING } from './samples';
import { IstioConfigMap, IstioConfigMapProps, MeshConfig, MeshNetworks, NetworkEndpoints } from '../../src';

const meshConfig = new MeshConfig(EVERYTHING);

describe('IstioConfigMap', () => {
  test('holds the mesh configuration as the istiod of a revision reads it', () => {
    // GIVEN
    const chart = Testing.chart();
    const meshNetworks = new MeshNetworks({ name: 'on', endpoints: [NetworkEndpoints.fromRegistry('cluster-1')] });

    // WHEN
    new IstioConfigMap(chart, 'Mesh', { metadata: { namespace: 'istio-system' }, meshConfig, meshNetworks, revision: '1-31-1' });

    // THEN
    const [{ kind, metadata, data }] = Testing.synth(chart);
    expect({ kind, metadata }).toEqual({ kind: 'ConfigMap', metadata: { name: 'istio-1-31-1', namespace: 'istio-system', labels: { 'istio.io/rev': '1-31-1' } } });
    expect(data.mesh).toBe(Yaml.stringify(meshConfig.toValues()));
    expect(data.meshNetworks).toBe('networks:\n  "on":\n    endpoints:\n      - fromRegistry: cluster-1\n');
    const answers = ask({ judge: 'meshConfig', document: data.mesh }, { judge: 'meshNetworks', document: data.meshNetworks });
    expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
  });

  test('has the name that istiod reads without a revision, or one of its own', () => {
    const chart = Testing.chart();
    new IstioConfigMap(chart, 'Mesh', { meshConfig });
    new IstioConfigMap(chart, 'Shared', { meshConfig, metadata: { name: 'istio-user', labels: { team: 'mesh' } } });

    expect(Testing.synth(chart).map(({ metadata, data }) => ({ metadata, keys: Object.keys(data) }))).toEqual([
      { metadata: { name: 'istio' }, keys: ['mesh'] },
      { metadata: { name: 'istio-user', labels: { team: 'mesh' } }, keys: ['mesh'] },
    ]);
  });

  test.each<[string, object | undefined, string]>([
    ['no properties', undefined, 'the properties of the IstioConfigMap is undefined, expected an object'],
    ['no configuration', {}, 'meshConfig is undefined, expected a MeshConfig; write for example new MeshConfig({ ... })'],
    ['networks in plain form', { meshConfig, meshNetworks: {} }, 'meshNetworks is {}, expected a MeshNetworks'],
    ['a wrong revision', { meshConfig, revision: '1.31.1' }, 'the revision is "1.31.1", expected at most 63 lower-case letters, digits and dashes; write 1.31.1 as "1-31-1"'],
    ['an unknown property', { meshConfig, data: {} }, 'IstioConfigMap has no property "data"'],
  ])('refuses %s', (_, props, message) => {
    expect(() => new IstioConfigMap(Testing.chart(), 'Mesh', props as IstioConfigMapProps)).toThrow(message);
  });
});
