import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Validation, ValidationContext } from 'cdk8s-cli/plugins';
import { IstioValidation } from '../../src';
import { FreshProject, Outcome } from '../fresh-project';

const yaml = (...documents: object[]) => documents.map((document) => JSON.stringify(document)).join('\n---\n');
const istio = (kind: string, name: string, spec: object) => ({ apiVersion: 'networking.istio.io/v1', kind, metadata: { name, namespace: 'shop' }, spec });
const rule = istio('DestinationRule', 'orders', { host: 'orders', subsets: [{ name: 'v1', labels: { version: 'v1' } }] });
const route = (name: string, destination: object, more = {}) => istio('VirtualService', name, { hosts: [name], http: [{ ...more, route: [{ destination }] }] });
const fault = { fault: { abort: { httpStatus: 503, percentage: { value: 1 } } } };
const toV2 = { host: 'orders', subset: 'v2' };

interface Report extends Outcome {
  readonly violations: any[];
  readonly summary: any;
}

describe('with the real cdk8s synth, in a fresh project', () => {
  let project: FreshProject;
  let reports = 0;
  beforeAll(() => { project = new FreshProject(); });

  /** Synthesizes, and gives what the report of the plugin says. */
  function synth(main: string, properties: object = {}, env: Record<string, string> = {}, from = './node_modules/cdk8s-istio'): Report {
    const file = `report-${reports++}.json`;
    project.write({
      'main.js': `const { ApiObject, App, Chart, Helm, Include } = require('cdk8s');\n${main}`,
      'cdk8s.yaml': JSON.stringify({
        language: 'typescript',
        app: 'node main.js',
        pluginsDirectory: join(project.folder, 'plugins'),
        validations: [{ package: from, version: '0.0.0', class: 'IstioValidation', properties }],
      }),
    });
    const outcome = project.run('cdk8s-cli/bin/cdk8s', ['synth', '--check-upgrade=false', '--validation-reports-output-file', file], env);
    const { violations, summary } = JSON.parse(project.read(file) ?? '{"reports": [{"violations": []}]}').reports[0];
    return { ...outcome, violations, summary };
  }

  const found = (violations: any[]) => violations.map(({ ruleName, violatingConstructs: [construct] }) => {
    const { resourceName, constructPath, manifestPath, locations } = construct;
    return [ruleName, resourceName, constructPath, manifestPath, locations.join()];
  });

  test('plain objects, included files, Helm charts and files written by hand are judged, whoever made them', () => {
    // GIVEN an app without any construct of this library
    project.write({
      'included.yaml': yaml(route('included', toV2)),
      'helm.sh': `#!/bin/sh\ncat <<'E'\n${yaml(route('from-helm', toV2))}\nE\n`,
      'chart/Chart.yaml': 'name: chart\nversion: 1.0.0\napiVersion: v2\n',
    });

    const { status, output, violations, summary } = synth(`
      const app = new App();
      const chart = new Chart(app, 'shop');
      new ApiObject(chart, 'Rule', ${JSON.stringify(rule)});
      new ApiObject(chart, 'Plain', ${JSON.stringify(route('plain', toV2))});
      new Include(chart, 'Included', { url: 'included.yaml' });
      new Helm(chart, 'Helm', { chart: './chart', helmExecutable: './helm.sh' });
      app.synth();
      require('fs').writeFileSync(app.outdir + '/by-hand.yaml', ${JSON.stringify(yaml({ apiVersion: 'v1', kind: 'List', items: [route('by-hand', toV2)] }))});`);

    expect(found(violations).sort()).toEqual([
      ['subset-unknown', 'by-hand', undefined, 'dist/by-hand.yaml', 'spec.http[0].route[0].destination.subset'],
      ['subset-unknown', 'from-helm', expect.stringMatching(/^shop\/Helm\//), 'dist/shop.k8s.yaml', 'spec.http[0].route[0].destination.subset'],
      ['subset-unknown', 'included', expect.stringMatching(/^shop\/Included\//), 'dist/shop.k8s.yaml', 'spec.http[0].route[0].destination.subset'],
      ['subset-unknown', 'plain', 'shop/Plain', 'dist/shop.k8s.yaml', 'spec.http[0].route[0].destination.subset'],
    ]);
    expect(violations[0].recommendation).toMatch(/^error: the route names subset "v2" of orders\.shop/);
    expect(violations[0].fix).toMatch(/^add the subset to a DestinationRule/);
    expect(summary).toMatchObject({ status: 'failure', plugin: expect.any(String), metadata: { Objects: '5', Verifier: 'not asked' } });
    expect(output).toContain('How to fix: add the subset');
    expect(status).toBe(2);
  });

  const shop = `
      const { Checks, CheckLevel, External, PeerAuthentication, MutualTlsMode } = require('cdk8s-istio');
      const app = new App();
      const chart = new Chart(app, 'shop');
      new PeerAuthentication(chart, 'Mtls', { mtls: MutualTlsMode.STRICT });
      new ApiObject(chart, 'Routes', ${JSON.stringify(route('orders', toV2, fault))});
      new ApiObject(chart, 'Versions', ${JSON.stringify(rule)});`;

  test('resources of one name are told apart, and what the app says about its checks holds here too', () => {
    const { status, violations, summary } = synth(`${shop}
      Checks.of(chart).ignore('subset-unknown', 'a controller adds it');
      app.synth();`);

    expect(found(violations)).toEqual([['fault-for-everyone', 'VirtualService shop/orders', 'shop/Routes', 'dist/shop.k8s.yaml', 'spec.http[0].fault']]);
    expect(summary.status).toBe('success');
    expect(status).toBe(0);
  });

  test('the level at which it fails, and that of a rule, are properties; the package may be installed beforehand, as cdk8s-cli has it', () => {
    project.link(join(project.folder, 'node_modules', 'cdk8s-istio'), 'plugins/cdk8s-istio/0.0.0/node_modules/cdk8s-istio');
    const main = `${shop}
      Checks.of(app).declare(External.host('orders.shop.svc.cluster.local', { subsets: ['v2'] }));
      app.synth();`;

    expect(synth(main, { failOn: 'warning' }, {}, 'cdk8s-istio')).toMatchObject({ status: 2, summary: { status: 'failure', plugin: 'cdk8s-istio' } });
    expect(synth(main, { failOn: 'warning', levels: { 'fault-for-everyone': 'off' } }, {}, 'cdk8s-istio')).toMatchObject({ status: 0, violations: [] });
  });

  test('without the plugin, the app judges itself: warnings are printed to stderr, levels and suppressions hold, and an unused one is reported', () => {
    const judge = (lines: string) => {
      project.write({
        'main.js': `const { ApiObject, App, Chart, Helm, Include } = require('cdk8s');\n${shop}\nChecks.of(chart).ignore('subset-unknown', 'a controller adds it');\n${lines}\napp.synth();`,
        'cdk8s.yaml': 'language: typescript\napp: node main.js >stdout.txt\n',
      });
      const { status, output } = project.run('cdk8s-cli/bin/cdk8s', ['synth', '--check-upgrade=false']);
      expect(project.read('stdout.txt')).toBe('');
      return { status, lines: output.split('\n').filter((line) => line.includes('[shop')).map((line) => line.trim().split(': ')[0]) };
    };

    expect(judge('')).toEqual({ status: 0, lines: ['[shop/Routes] warning fault-for-everyone'] });
    expect(judge("Checks.of(chart).setLevel('fault-for-everyone', 'error');")).toEqual({ status: 1, lines: ['[shop/Routes] fault-for-everyone'] });
    expect(judge("Checks.of(chart).setLevel('fault-for-everyone', 'off'); Checks.of(chart).ignore('weights-not-100', 'once');"))
      .toEqual({ status: 0, lines: ['[shop] warning unused-suppression'] });
  });

  test('Istio itself is asked where the verifier is installed', () => {
    const main = `
      const app = new App();
      new ApiObject(new Chart(app, 'shop'), 'Routes', ${JSON.stringify(istio('VirtualService', 'orders', { hosts: ['orders'], http: [{ route: [{ destination: { host: 'orders' }, weight: -7 }] }] }))});
      app.synth();`;
    const { CDK8S_ISTIO_VERIFIER } = process.env as Record<string, string>;

    expect(found(synth(main, {}, { CDK8S_ISTIO_VERIFIER }).violations)).toContainEqual(['istio/IST0106', 'orders', 'shop/Routes', 'dist/shop.k8s.yaml', 'spec']);
    expect(found(synth(main, { verifier: false }, { CDK8S_ISTIO_VERIFIER }).violations).map(([name]) => name)).toEqual(['weights-not-100']);
    expect(synth(main, { verifier: true }).output).toContain('verifier is true, expected the package cdk8s-istio-verifier to be installed');

    // GIVEN the package, as npm installs it in the project
    project.write({ 'node_modules/cdk8s-istio-verifier/index.js': `exports.findBinary = () => ${JSON.stringify(CDK8S_ISTIO_VERIFIER)};\n` });
    expect(found(synth(main, { verifier: true }).violations).map(([name]) => name)).toContain('istio/IST0106');
  });
});

describe('IstioValidation', () => {
  const named = process.env.CDK8S_ISTIO_VERIFIER;
  beforeEach(() => { delete process.env.CDK8S_ISTIO_VERIFIER; });
  afterEach(() => { process.env.CDK8S_ISTIO_VERIFIER = named; });

  async function report(properties: object, files: Record<string, object[]>, metadata?: object) {
    const folder = mkdtempSync(join(tmpdir(), 'manifests-'));
    Object.entries(files).forEach(([name, documents]) => writeFileSync(join(folder, name), yaml(...documents)));
    if (metadata) {
      writeFileSync(join(folder, 'construct-metadata.json'), JSON.stringify(metadata));
    }
    const manifests = readdirSync(folder).filter((name) => name.endsWith('.yaml')).map((name) => join(folder, name));
    const context = new ValidationContext(manifests, 'cdk8s-istio', '0.0.0');
    const plugin: Validation = new IstioValidation(properties); // has the shape that cdk8s-cli wants
    await plugin.validate(context);
    return JSON.parse(JSON.stringify(context.report.toJson()).replaceAll(`${folder}/`, ''));
  }
  const rules = ({ violations }: any) => violations.map(({ ruleName }: any) => ruleName);

  test('finds nothing in what is right', async () => {
    expect(await report({}, { 'a.yaml': [rule, route('orders', { host: 'orders', subset: 'v1' })] })).toMatchObject({ violations: [], summary: { status: 'success' } });
  });

  test('names all files that a resource stands in', async () => {
    const { violations } = await report({}, { 'a.yaml': [rule], 'b.yaml': [rule] });
    expect(violations).toMatchObject([{ ruleName: 'duplicate-resource', violatingConstructs: [{ manifestPath: 'a.yaml, b.yaml', resourceName: 'DestinationRule shop/orders' }] }]);
  });

  test('takes what stands outside', async () => {
    const files = { 'a.yaml': [rule, { apiVersion: 'v1', kind: 'Service', metadata: { name: 'other', namespace: 'shop' } }, route('orders', { host: 'orders', subset: 'v1' })] };
    expect(rules(await report({}, files))).toEqual(['destination-rule-host-unknown', 'host-unknown']);
    expect(rules(await report({ externals: { namespaces: ['shop'], hosts: ['orders.shop.svc.cluster.local'], gateways: ['a/b'], secrets: ['a/b'], serviceAccounts: ['a/b'], providers: ['p'] } }, files))).toEqual([]);
  });

  test('leaves out what Istio says of what a rule says better, or the app ignores', async () => {
    // GIVEN two VirtualServices for one host, which Istio reports as IST0109
    process.env.CDK8S_ISTIO_VERIFIER = named;
    const files = { 'a.yaml': [route('orders', { host: 'orders' }), { ...route('orders', { host: 'orders' }), metadata: { name: 'again', namespace: 'shop' } }] };
    const ignored = { version: '1.0.0', resources: {}, checks: { externals: [], levels: [], ignores: [{ path: '', rule: 'mesh-host-twice' }] } };

    expect(rules(await report({}, files)).filter((name: string) => /mesh-host-twice|IST0109/.test(name))).toEqual(['mesh-host-twice', 'istio/IST0109']); // one for each of the two
    expect(rules(await report({}, files, ignored))).toEqual([]);
    expect(rules(await report({ levels: { 'mesh-host-twice': 'off' } }, files))).toEqual([]);
  });

  test('takes the verifier that is installed in the project, and says so when it has to be there and is not', async () => {
    const cwd = jest.spyOn(process, 'cwd').mockReturnValue(mkdtempSync(join(tmpdir(), 'no-project-')));
    await expect(report({ verifier: true }, {})).rejects.toThrow('verifier is true, expected the package cdk8s-istio-verifier to be installed');

    cwd.mockReturnValue(mkdtempSync(join(tmpdir(), 'project-')));
    const client = join(process.cwd(), 'node_modules', 'cdk8s-istio-verifier');
    mkdirSync(client, { recursive: true });
    writeFileSync(join(client, 'index.js'), `exports.findBinary = () => ${JSON.stringify(named)};\n`);
    expect(await report({ verifier: true }, { 'a.yaml': [rule] })).toMatchObject({ violations: [], summary: { metadata: { Objects: '1', Verifier: named } } });
    cwd.mockRestore();
  });

  test('says when the verifier does not answer', async () => {
    process.env.CDK8S_ISTIO_VERIFIER = join(tmpdir(), 'no-verifier-here');
    await expect(report({}, { 'a.yaml': [rule] })).rejects.toThrow('gave no answer, expected its findings');
  });

  test('refuses properties that it does not know', () => {
    const of = (properties: object) => () => new IstioValidation(properties);
    expect(of({ ignoreRules: [] })).toThrow('IstioValidation has no property "ignoreRules"');
    expect(of({ levels: { subset: 'off' } })).toThrow('rule is "subset", expected the name of a rule');
    expect(of({ levels: { '*': 'loud' } })).toThrow('level is "loud", expected one of error, warning, info, off');
    expect(of({ externals: { host: ['a'] } })).toThrow('the kind of external is "host", expected one of hosts, namespaces');
    expect(of({ externals: { gateways: ['edge'] } })).toThrow('the external is "edge", expected its namespace and name such as "istio-ingress/edge"');
    expect(of({ verifier: 'yes' })).toThrow('verifier');
    expect(of({ failOn: 'info' })).toThrow('failOn is "info", expected one of error, warning');
  });
});
