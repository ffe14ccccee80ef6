import { mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, Testing } from 'cdk8s';
import { CompilerOptions, createProgram, flattenDiagnosticMessageText, getPreEmitDiagnostics, ModuleKind, ScriptTarget } from 'typescript';
import { FreshProject } from './fresh-project';
import '../src/testing';

const fault = (percentage?: object) => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: 'orders' },
  spec: { hosts: ['orders'], http: [{ fault: { abort: { httpStatus: 503, percentage } }, route: [{ destination: { host: 'orders' } }] }] },
});

test('manifests pass the checks, or have a finding', () => {
  expect([fault()]).toHaveFinding('fault-never-fires');
  expect([fault()]).not.toPassMeshChecks();
  expect([fault({ value: 0 })]).toPassMeshChecks();
  expect([fault({ value: 0 })]).not.toHaveFinding('fault-never-fires');
});

test('so does the app of a chart', () => {
  const chart = Testing.chart();
  expect(chart).toPassMeshChecks();

  new ApiObject(chart, 'Orders', fault());

  expect(chart).toHaveFinding('fault-never-fires');
});

test('a failure says what was found', () => {
  expect(() => expect([fault()]).toPassMeshChecks()).toThrow('expected the checks of the mesh to find nothing\nwarning fault-never-fires: VirtualService orders spec.http[0].fault.abort: the abort has no');
  expect(() => expect([fault()]).not.toHaveFinding('fault-never-fires')).toThrow('expected no finding of fault-never-fires, got \nwarning fault-never-fires');
  expect(() => expect([]).toHaveFinding('fault-never-fires')).toThrow('expected a finding of fault-never-fires, got none at all');
  expect(() => expect([]).not.toPassMeshChecks()).toThrow('expected the checks of the mesh to find something');
});

test('without globals they are added to the expect that tests import', () => {
  const { expect: original } = globalThis as any;
  const extend = jest.spyOn(original, 'extend');
  delete (globalThis as any).expect;
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    jest.isolateModules(() => { require('../src/testing'); });
  } finally {
    (globalThis as any).expect = original;
  }

  expect(extend).toHaveBeenCalledWith({ toPassMeshChecks: expect.any(Function), toHaveFinding: expect.any(Function) });
});

test('a fresh project has them as cdk8s-istio/testing', () => {
  const project = new FreshProject();
  project.write({
    'package.json': JSON.stringify({ name: 'fresh', jest: { transform: {}, setupFilesAfterEnv: ['cdk8s-istio/testing'] } }),
    'mesh.test.js': `test('passes', () => expect([]).toPassMeshChecks());\ntest('finds', () => expect([${JSON.stringify(fault())}]).toPassMeshChecks());\n`,
  });

  const { status, output } = project.run('jest/bin/jest.js', ['--rootDir', project.folder]);

  expect(output).toContain('✓ passes');
  expect(output).toContain('warning fault-never-fires: VirtualService orders');
  expect(status).toBe(1);
});

describe('their types', () => {
  const base: CompilerOptions = { noEmit: true, strict: true, module: ModuleKind.Node16, target: ScriptTarget.ES2022, types: [] };
  const installed = mkdtempSync(join(tmpdir(), 'with-jest-'));
  const missing = mkdtempSync(join(tmpdir(), 'without-jest-'));

  beforeAll(() => {
    const source = join(__dirname, '..', 'src', 'testing.ts');
    const program = createProgram([source], { ...base, noEmit: false, declaration: true, emitDeclarationOnly: true, skipLibCheck: true, types: ['node'] });
    program.emit(program.getSourceFile(source), (_path, text) => [installed, missing].forEach((folder) => writeFileSync(join(folder, 'testing.d.ts'), text)));
    symlinkSync(join(__dirname, '..', 'node_modules'), join(installed, 'node_modules'));
  }, 60000);

  const judged = (folder: string, text: string, options: CompilerOptions = {}) => {
    const file = join(folder, 'mesh.test.ts');
    writeFileSync(file, text);
    const program = createProgram([file], { ...base, typeRoots: [join(folder, 'node_modules', '@types')], ...options });
    return getPreEmitDiagnostics(program).map(({ messageText }) => flattenDiagnosticMessageText(messageText, ' '));
  };
  const use = `import './testing';
expect([]).toPassMeshChecks();
expect([]).not.toHaveFinding('subset-unknown');
// @ts-expect-error a rule has a name
expect([]).toHaveFinding(7);
`;

  test('are those of the global expect', () => {
    expect(judged(installed, use, { types: ['jest'], skipLibCheck: true })).toEqual([]);
  }, 60000);

  test('are those of the expect that is imported', () => {
    expect(judged(installed, `import { expect } from '@jest/globals';\n${use}`, { skipLibCheck: true })).toEqual([]);
  }, 60000);

  test('compile where jest and its types are not installed', () => {
    expect(judged(missing, "import './testing';\n")).toEqual([]);
  }, 60000);
});
