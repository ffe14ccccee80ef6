import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';
import { executable, findBinary, platformPackage, Verifier } from '../../verifier/npm/client';

const virtualService = (spec: object) => ({ apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'orders', namespace: 'shop' }, spec });
const good = virtualService({ hosts: ['orders'], http: [{ route: [{ destination: { host: 'orders' } }] }] });
const bad = virtualService({ hosts: ['orders'], http: [{ route: [{ destination: { host: 'orders' }, weight: -7 }] }] });

describe('Verifier', () => {
  let verifier: Verifier;
  beforeAll(() => { verifier = new Verifier(); });
  afterAll(() => verifier.close());

  test('gives what Istio says of objects', async () => {
    const { findings, objects } = await verifier.verify([good, bad], { verdicts: ['validate'] });

    expect(objects).toBe(2);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ verdict: 'validate', level: 'error', kind: 'VirtualService', namespace: 'shop', name: 'orders', message: 'weight -7 < 0' });
  });

  test('takes YAML of several documents', async () => {
    const yaml = 'apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: a}\nspec:\n  hosts: [a]\n  http:\n  - timeot: 5s\n';
    const { findings, objects } = await verifier.verify(`${yaml}---\n${yaml}`, { verdicts: ['schema'], defaultNamespace: 'shop' });

    expect(objects).toBe(2);
    expect(findings.map(({ namespace, path, line }) => ({ namespace, path, line }))).toEqual([
      { namespace: 'shop', path: 'spec.http[0].timeot', line: 7 },
      { namespace: 'shop', path: 'spec.http[0].timeot', line: 15 },
    ]);
  });

  test('answers thousands of requests from one process, each with its own answer', async () => {
    const answers = await Promise.all(Array.from({ length: 3000 }, (_, i) => verifier.verify([i % 3 === 0 ? bad : good], { verdicts: ['schema', 'validate'] })));

    expect(answers.map(({ findings }) => findings.length)).toEqual(Array.from({ length: 3000 }, (_, i) => i % 3 === 0 ? 1 : 0));
  });

  test('refuses options that it does not know and goes on', async () => {
    await expect(verifier.verify([good], { verdicts: ['sentence' as any] })).rejects.toThrow('unknown verdict "sentence"');
    await expect(verifier.verify([good], { verdicts: ['schema'] })).resolves.toEqual({ findings: [], objects: 1 });
  });

  test('says so when the process is gone, to those who wait and to those who come', async () => {
    const doomed = new Verifier();
    await doomed.verify([good], { verdicts: ['schema'] });
    const { process } = doomed as any;
    process.kill('SIGSTOP'); // so that it can't answer before it dies
    const waiting = doomed.verify([good]);
    process.kill('SIGKILL');

    await expect(waiting).rejects.toThrow('the verifier ended (SIGKILL), expected it to run; start another');
    await expect(doomed.verify([good])).rejects.toThrow('the verifier ended');
  });

  test('says so when the program is not there', async () => {
    const missing = new Verifier(join(tmpdir(), 'no-verifier-here'));
    await expect(missing.verify([good])).rejects.toThrow("can't be started, expected the verifier");
  });
});

describe('findBinary', () => {
  const named = process.env.CDK8S_ISTIO_VERIFIER;
  afterEach(() => { process.env.CDK8S_ISTIO_VERIFIER = named; });

  test('takes the program that the environment names', () => {
    process.env.CDK8S_ISTIO_VERIFIER = 'mine';
    expect(findBinary()).toBe('mine');
  });

  test('takes the program of the package for the platform, and says which one is missing', () => {
    // GIVEN the packages as npm lays them out
    const folder = mkdtempSync(join(tmpdir(), 'verifier-'));
    const client = join(folder, 'node_modules', 'cdk8s-istio-verifier');
    const program = join(folder, 'node_modules', platformPackage(process.platform, process.arch), 'bin', executable(process.platform));
    [client, dirname(program)].forEach((path) => mkdirSync(path, { recursive: true }));
    const source = readFileSync(join(__dirname, '..', '..', 'verifier', 'npm', 'client.ts'), 'utf8');
    writeFileSync(join(client, 'index.js'), transpileModule(source, { compilerOptions: { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022 } }).outputText);
    symlinkSync(named!, program);
    const find = (...platform: string[]) => execFileSync(process.execPath, ['-p', `require('cdk8s-istio-verifier').findBinary(...${JSON.stringify(platform)})`], {
      cwd: folder, encoding: 'utf8', env: { ...process.env, CDK8S_ISTIO_VERIFIER: '' }, stdio: 'pipe',
    }).trim();

    // WHEN, THEN
    expect(find()).toBe(realpathSync(program));
    expect(() => find('plan9', 'mips')).toThrow('no verifier for plan9 on mips, expected the package @cdk8s-istio/verifier-plan9-mips; install it');
    rmSync(folder, { recursive: true });
  });

  test('knows the names of the program', () => {
    expect([executable('win32'), executable('linux')]).toEqual(['verifier.exe', 'verifier']);
  });
});
