import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, App, Chart, Testing } from 'cdk8s';
import { Checks } from '../../src/checks/checks';
import { recordedChecks } from '../../src/checks/construct-metadata';
import { External } from '../../src/checks/external';
import { CheckLevel } from '../../src/checks/finding';

/** An app with what none of its rules likes: a route to an unknown subset (error), and a fault for all callers (warning). */
function app(chartProps: { namespace?: string } = { namespace: 'shop' }) {
  const root = Testing.app();
  const chart = new Chart(root, 'shop', chartProps);
  const orders = new ApiObject(chart, 'Orders', {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'orders' },
    spec: {
      hosts: ['orders'],
      http: [{ fault: { abort: { httpStatus: 503, percentage: { value: 1 } } }, route: [{ destination: { host: 'orders', subset: 'v2' } }] }],
    },
  });
  new ApiObject(chart, 'Rule', {
    apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', metadata: { name: 'orders' }, spec: { host: 'orders', subsets: [{ name: 'v1', labels: { version: 'v1' } }] },
  });
  Checks._watch(orders);
  Checks._watch(orders);
  return { root, chart, orders };
}

let stderr: jest.SpyInstance;
beforeEach(() => stderr = jest.spyOn(process.stderr, 'write').mockReturnValue(true));
afterEach(() => stderr.mockRestore());
const printed = () => stderr.mock.calls.map(([text]) => text).join('');

describe('at synthesis', () => {
  test('an error names construct, rule, resource, field and remedy', () => {
    const { chart, root } = app();

    const message = '[shop/Orders] subset-unknown (IST0101): VirtualService shop/orders spec.http[0].route[0].destination.subset: the route names subset "v2" of orders.shop';
    expect(() => synthUnjudged(chart)).toThrow(message);
    expect(() => root.synth()).toThrow(message);
    expect(() => root.synthYaml()).toThrow('add the subset to a DestinationRule');
  });

  test('a warning goes to stderr, once an app, and synthesis goes on', () => {
    const { chart, root } = app();
    const stdout = jest.spyOn(process.stdout, 'write');
    Checks.of(root).setLevel('subset-unknown', CheckLevel.OFF);

    synthUnjudged(chart);
    synthUnjudged(chart);

    expect(printed()).toBe('[shop/Orders] warning fault-for-everyone: VirtualService shop/orders spec.http[0].fault: the fault (abort 503 on 1 %) applies to every caller of '
      + 'orders, and injected faults are neither retried nor bounded by the timeout; add a match on a header such as x-chaos\n');
    expect(stdout).not.toHaveBeenCalled();
  });

  test('of many warnings of a rule, the first ones are printed', () => {
    const { root, chart } = app();
    Checks.of(root).setLevel('*', CheckLevel.OFF);
    Checks.of(root).setLevel('operator-resource', CheckLevel.WARNING);
    for (let i = 0; i < 13; i++) {
      new ApiObject(chart, `Install${i}`, { apiVersion: 'install.istio.io/v1alpha1', kind: 'IstioOperator' });
    }

    synthUnjudged(chart);

    expect(printed().trim().split('\n')).toHaveLength(11);
    expect(printed()).toMatch(/\n\.\.\. and 3 more of operator-resource; Checks\.of\(app\)\.findings\(\) has them all\n$/);
  });

  test('the checks run once for an app, however many charts it has, and what they render is what is written', () => {
    const { root, orders } = app();
    Checks.of(root).ignore('subset-unknown', 'this is a test');
    for (let i = 0; i < 5; i++) {
      Checks._watch(new ApiObject(new Chart(root, `chart-${i}`), 'Namespace', { apiVersion: 'v1', kind: 'Namespace' }));
    }
    const render = jest.spyOn(ApiObject.prototype, 'toJson');

    const yaml = root.synthYaml();

    expect(render.mock.contexts.filter((object) => object === orders)).toHaveLength(1);
    expect(yaml.match(/kind: VirtualService/g)).toHaveLength(1);
    render.mockRestore();

    // Once it is written, it is rendered anew.
    orders.metadata.addLabel('team', 'shop');
    expect(orders.toJson()).toMatchObject({ metadata: { labels: { team: 'shop' } } });
  });

  test('what renders itself in its own way is left to it', () => {
    const { root, orders } = app();
    Checks.of(root).ignore('subset-unknown', 'this is a test');
    const own = jest.fn(orders.toJson.bind(orders));
    orders.toJson = own;

    root.synthYaml();

    expect(own).toHaveBeenCalledTimes(2); // once to check, once to write
    expect(orders.toJson).toBe(own);
  });

  test('turned off for all of the app, they do not even render', () => {
    const { root, orders } = app();
    Checks.of(root).setLevel('*', CheckLevel.OFF);
    const render = jest.spyOn(orders, 'toJson');

    expect(Checks.of(root).findings()).toEqual([]);
    expect(render).not.toHaveBeenCalled();

    Checks.of(orders).setLevel('subset-unknown', CheckLevel.ERROR);
    expect(Checks.of(root).findings()).toMatchObject([{ rule: 'subset-unknown' }]);
  });

  test('what cdk8s records for its plugins tells resources of one name apart, and has what the app says', () => {
    const outdir = mkdtempSync(join(tmpdir(), 'recorded-'));
    const root = new App({ outdir, recordConstructMetadata: true });
    const chart = new Chart(root, 'shop', { namespace: 'shop' });
    const metadata = { name: 'orders' };
    Checks._watch(new ApiObject(chart, 'Rule', { apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', metadata, spec: { host: 'orders' } }));
    new ApiObject(chart, 'Service', { apiVersion: 'v1', kind: 'Service', metadata });
    Checks.of(chart).setLevel('fault-for-everyone', CheckLevel.ERROR);
    Checks.of(chart).declare(External.host('payments.bank.svc.cluster.local', { subsets: ['v1'] }));

    root.synth();

    expect(JSON.parse(readFileSync(join(outdir, 'construct-metadata.json'), 'utf8')).resources).toMatchObject({
      'DestinationRule shop/orders': { path: 'shop/Rule' }, 'Service shop/orders': { path: 'shop/Service' },
    });
    expect(recordedChecks([join(outdir, 'shop.k8s.yaml')])).toEqual({
      levels: [{ path: 'shop', rule: 'fault-for-everyone', level: 'error' }], ignores: [], externals: [External.host('payments.bank.svc.cluster.local', { subsets: ['v1'] })],
    });
  });

  test('nothing is added to what cdk8s does not record', () => {
    const outdir = mkdtempSync(join(tmpdir(), 'unrecorded-'));
    const root = new App({ outdir });
    Checks._watch(new ApiObject(new Chart(root, 'shop'), 'Namespace', { apiVersion: 'v1', kind: 'Namespace' }));

    root.synth();

    expect(recordedChecks([join(outdir, 'shop.k8s.yaml')])).toEqual({ levels: [], ignores: [], externals: [] });
  });

  test('a change after one synthesis is seen by the next', () => {
    const { chart, orders } = app();
    expect(() => synthUnjudged(chart)).toThrow('subset-unknown');

    Checks.of(orders).ignore('subset-unknown', 'this is a test');

    expect(() => synthUnjudged(chart)).not.toThrow();
  });

  test('an object that cannot be rendered is for cdk8s to report', () => {
    const { chart, root } = app();
    Checks.of(root).ignore('subset-unknown', 'this is a test');
    new ApiObject(chart, 'Broken', { apiVersion: 'v1', kind: 'ConfigMap', get data(): object { throw new Error('broken'); } } as never);

    expect(() => synthUnjudged(chart)).toThrow('broken');
  });
});

describe('Checks', () => {
  test('lists what it finds, with the construct\'s path', () => {
    const { root } = app();
    expect(Checks.of(root).findings()).toMatchObject([
      { rule: 'fault-for-everyone', level: 'warning', kind: 'VirtualService', namespace: 'shop', name: 'orders', path: 'spec.http[0].fault', constructPath: 'shop/Orders' },
      { rule: 'subset-unknown', level: 'error', code: 'IST0101', constructPath: 'shop/Orders' },
    ]);
  });

  test('takes manifests from anywhere', () => {
    const manifests = [{ apiVersion: 'install.istio.io/v1alpha1', kind: 'IstioOperator' }, undefined, 'text', {}];
    expect(Checks.run(manifests)).toMatchObject([{ rule: 'operator-resource', name: '' }]);
    expect(Checks.run(manifests)[0]).not.toHaveProperty('constructPath');
  });

  test('ignores a rule below a construct', () => {
    const { root, chart } = app();
    Checks.of(chart).ignore('subset-unknown', 'the subset is added by a controller');
    expect(Checks.of(root).findings()).toMatchObject([{ rule: 'fault-for-everyone' }]);
  });

  test('reports what ignores nothing', () => {
    const { root, chart } = app();
    Checks.of(chart).ignore('gateway-conflict', 'there was one once');
    expect(Checks.of(root).findings()).toContainEqual({
      rule: 'unused-suppression',
      level: 'warning',
      kind: 'Construct',
      name: 'shop',
      path: '',
      constructPath: 'shop',
      message: '"gateway-conflict" is ignored here and finds nothing; remove the call of Checks.ignore',
    });
  });

  test('sets levels, of which the closest to the resource counts', () => {
    const { root, chart, orders } = app();
    const level = () => Checks.of(root).findings().find(({ rule }) => rule === 'fault-for-everyone')?.level;

    Checks.of(orders).setLevel('fault-for-everyone', CheckLevel.INFO);
    Checks.of(chart).setLevel('fault-for-everyone', CheckLevel.ERROR);
    expect(level()).toBe('info');

    Checks.of(orders).setLevel('fault-for-everyone', CheckLevel.OFF);
    expect(level()).toBeUndefined();
  });

  test('takes an IstioOperator in a chart of its own for the file of its own that it is', () => {
    const operator = (scope: Chart) => new ApiObject(scope, 'Istio', { apiVersion: 'install.istio.io/v1alpha1', kind: 'IstioOperator' });
    const { root, chart } = app();
    const found = () => Checks.of(root).findings().filter(({ rule }) => rule === 'operator-resource').map(({ constructPath }) => constructPath);

    operator(new Chart(root, 'operator'));
    expect(found()).toEqual([]);

    operator(chart);
    expect(found()).toEqual(['shop/Istio']);
  });

  test('takes what stands outside', () => {
    const { root } = app();
    Checks.of(root).declare(External.host('orders.shop.svc.cluster.local'));
    expect(Checks.of(root).findings().map(({ rule }) => rule)).toEqual(['fault-for-everyone']);
  });

  test('refuses what it does not know', () => {
    const checks = Checks.of(new App());
    expect(() => checks.ignore('subset', 'a reason')).toThrow('rule is "subset", expected the name of a rule such as "subset-unknown"; see docs/checks.md');
    expect(() => checks.ignore('subset-unknown', ' ')).toThrow('reason is " ", expected a non-empty string; say why it is right as it is');
    expect(() => checks.setLevel('subset', CheckLevel.OFF)).toThrow('rule is "subset"');
    expect(() => checks.setLevel('subset-unknown', 'loud' as CheckLevel)).toThrow('level is "loud", expected one of error, warning, info, off');
    expect(() => checks.declare('bank' as never)).toThrow('external is "bank", expected an External');
  });
});

describe('the annotation', () => {
  const manifests = (suppress: string) => [{
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'orders', namespace: 'shop', annotations: { 'galley.istio.io/analyze-suppress': suppress } },
    spec: { hosts: ['orders'], http: [{ fault: { abort: { httpStatus: 503, percentage: { value: 1 } } }, route: [{ destination: { host: 'orders' } }] }] },
  }];

  test('that hides nothing is reported', () => {
    expect(Checks.run(manifests('fault-for-everyone, weights-not-100'))).toMatchObject([
      { rule: 'unused-suppression', path: 'metadata.annotations', message: 'the annotation suppresses "weights-not-100", which finds nothing here; remove it' },
    ]);
  });

  test('with a name that is no rule is reported', () => {
    expect(Checks.run(manifests('fault-for-everyone,faults'))).toMatchObject([
      { message: 'the annotation suppresses "faults", which is no rule; name one of docs/checks.md or a code such as IST0101' },
    ]);
  });

  test('may name codes, which others know', () => {
    expect(Checks.run(manifests('fault-for-everyone,IST0109,KIA1106'))).toEqual([]);
  });
});
