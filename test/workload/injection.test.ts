import { ApiObject, Chart, Testing } from 'cdk8s';
import { plusDeployment, podMetadata, rawDeployment, rawGateway, rawNamespace, rawService, remarks } from './objects';
import { AmbientMesh, Injection } from '../../src';

const MODES: Record<string, (target: ApiObject) => void> = {
  enable: (target) => Injection.enable(target),
  disable: (target) => Injection.disable(target),
  revision: (target) => Injection.revision(target, 'canary'),
  enroll: (target) => AmbientMesh.enroll(target),
  exclude: (target) => AmbientMesh.exclude(target),
};

describe('Injection', () => {
  test.each<[string, Record<string, string>, Record<string, string>]>([
    ['enable', { 'istio-injection': 'enabled' }, { 'sidecar.istio.io/inject': 'true' }],
    ['disable', { 'istio-injection': 'disabled' }, { 'sidecar.istio.io/inject': 'false' }],
    ['revision', { 'istio.io/rev': 'canary' }, { 'istio.io/rev': 'canary' }],
  ])('%s labels namespaces and pods', (mode, ofNamespace, ofPods) => {
    const chart = Testing.chart();
    MODES[mode](rawNamespace(chart));
    MODES[mode](rawDeployment(chart));

    const [namespace, deployment] = Testing.synth(chart);
    expect(namespace.metadata.labels).toEqual(ofNamespace);
    expect(deployment.spec.template.metadata.labels).toEqual({ app: 'orders', ...ofPods });
    expect(deployment.metadata.labels).toBeUndefined();
    expect(remarks(chart)).toEqual([]);
  });

  test('templates are an annotation of the pods', () => {
    const chart = Testing.chart();
    const deployment = plusDeployment(chart);
    Injection.enable(deployment);
    Injection.templates(deployment, 'sidecar', 'spire');

    expect(podMetadata(chart).annotations).toEqual({ 'inject.istio.io/templates': 'sidecar,spire' });
    expect(remarks(chart)).toEqual([]);
  });

  const make: Record<string, (chart: Chart) => ApiObject> = { Namespace: rawNamespace, Deployment: (chart) => rawDeployment(chart) };
  const pairs = Object.keys(make).flatMap((kind) => Object.keys(MODES).flatMap((first) => Object.keys(MODES).map((second) => [kind, first, second])));

  // What Istio's analyzer finds fault with is what we refuse; that it has no fault to find is checked on the rest.
  test.each(pairs)('on a %s, %s and then %s go together or are refused', (kind, first, second) => {
    const chart = Testing.chart();
    const target = make[kind](chart);
    MODES[first](target);
    let refused = '';
    try {
      MODES[second](target);
    } catch (error) {
      refused = (error as Error).message;
    }

    const order = Object.keys(MODES);
    const [a, b] = [first, second].sort((x, y) => order.indexOf(x) - order.indexOf(y));
    const contrary = ['enable disable', 'enroll exclude'].includes(`${a} ${b}`);
    const twoWays = kind === 'Namespace'
      ? ['enable revision', 'enable enroll', 'enable exclude', 'revision enroll', 'revision exclude'].includes(`${a} ${b}`)
      : ['enable enroll', 'revision enroll'].includes(`${a} ${b}`);
    expect(refused).toMatch(contrary ? /already, expected none/ : twoWays ? /expected one way into the mesh; choose one of/ : /^$/);
    expect(remarks(chart)).toEqual([]);
  });

  test('the two ways that we refuse are those that Istio refuses', () => {
    const chart = Testing.chart();
    rawNamespace(chart, { 'istio-injection': 'enabled', 'istio.io/rev': 'canary' });

    expect(remarks(chart)).toEqual([expect.stringMatching(/^IST0123/)]);
  });

  test.each<[string, (chart: Chart) => void, string]>([
    ['a Service', (chart) => Injection.enable(rawService(chart)), 'Injection.enable is for a Namespace or a workload with pods, such as a Deployment, got the Service "orders"'],
    ['a Gateway', (chart) => Injection.disable(rawGateway(chart)), 'Injection.disable is for a Namespace or a workload'],
    ['no revision', (chart) => Injection.revision(rawNamespace(chart), ''), 'the revision of Injection.revision is "", expected a DNS label'],
    ['a revision that is none', (chart) => Injection.revision(rawNamespace(chart), '1.31'), 'the revision of Injection.revision is "1.31", expected a DNS label'],
    ['templates of a namespace', (chart) => Injection.templates(rawNamespace(chart), 'gateway'), 'Injection.templates is for a workload with pods'],
    ['no template', (chart) => Injection.templates(rawDeployment(chart)), 'the templates of Injection.templates is [], expected a list of at least one entry; name one, such as "gateway"'],
    ['templates in one text', (chart) => Injection.templates(rawDeployment(chart), 'a,b'), 'a template of Injection.templates is "a,b", expected a name of letters, digits and dashes; give each name by itself'],
  ])('refuses %s', (_, act, message) => {
    expect(() => act(Testing.chart())).toThrow(message);
  });
});
