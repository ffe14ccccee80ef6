import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duration, Testing } from 'cdk8s';
import { parseAllDocuments } from 'yaml';
import { ask } from './judge';
import { MeshMonitors, MeshMonitorsProps } from '../../src';

const verifier = join(__dirname, '..', '..', 'verifier');

function monitors(props?: MeshMonitorsProps): any[] {
  const chart = Testing.chart();
  new MeshMonitors(chart, 'Monitors', props);
  return Testing.synth(chart);
}

/** What Istio ships for the Prometheus operator, in the release that the verifier is built from. */
function documented(): object[] {
  const directory = execFileSync('go', ['list', '-m', '-f', '{{.Dir}}', 'istio.io/istio'], { cwd: verifier, encoding: 'utf8' }).trim();
  return parseAllDocuments(readFileSync(join(directory, 'samples/addons/extras/prometheus-operator.yaml'), 'utf8')).map((document) => document.toJS());
}

describe('MeshMonitors', () => {
  test('S000-42: are Istio\'s own for the Prometheus operator', () => {
    expect(monitors({ labels: { release: 'istio' } })).toEqual(documented());
  });

  test('are what the operator and Prometheus take', () => {
    const own = monitors({ namespace: 'mesh', namespaces: ['shop', 'bank'], interval: Duration.minutes(1) });
    expect(ask(...[...monitors(), ...own].map((resource) => ({ resource }))).flatMap(({ errors }) => errors)).toEqual([]);
    expect(own[0]).toMatchObject({ metadata: { namespace: 'mesh' }, spec: { namespaceSelector: { matchNames: ['shop', 'bank'] }, podMetricsEndpoints: [{ interval: '1m' }] } });
    expect(own[1]).toMatchObject({ metadata: { namespace: 'mesh' }, spec: { namespaceSelector: { any: true }, endpoints: [{ interval: '1m' }] } });
  });

  test('are judged: a field that the operator does not have is found', () => {
    const [{ spec, ...monitor }] = monitors();
    expect(ask({ resource: { ...monitor, spec: { ...spec, jobs: 'x' } } })[0].errors).toEqual(['monitoring.coreos.com/v1 PodMonitor: json: unknown field "jobs"']);
  });

  test.each<[string, object, string]>([
    ['an unknown property', { every: 15 }, 'MeshMonitors has no property "every"'],
    ['a number in place of a time', { interval: 15 }, 'interval is 15, expected a Duration'],
    ['a namespace that is none', { namespaces: ['*'] }, 'an entry of namespaces is "*", expected a DNS label'],
    ['labels that are none', { labels: { release: 'a b' } }, 'labels has "release": "a b", expected a Kubernetes label'],
    ['a home that is none', { namespace: 'a.b' }, 'the namespace of the MeshMonitors is "a.b"'],
  ])('refuses %s', (_, props, message) => expect(() => monitors(props as MeshMonitorsProps)).toThrow(message));
});
