import { ApiObject, Testing } from 'cdk8s';
import { createProgram, flattenDiagnosticMessageText, getPreEmitDiagnostics, ModuleKind, ScriptTarget } from 'typescript';
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

test('without jest it says so', () => {
  const { expect: original } = globalThis as any;
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const load = () => jest.isolateModules(() => { require('../src/testing'); });
  let error: unknown;

  delete (globalThis as any).expect;
  try {
    load();
  } catch (caught) {
    error = caught;
  } finally {
    (globalThis as any).expect = original;
  }

  expect(error).toMatchObject({ message: "there is no global expect, expected jest; import 'cdk8s-istio/testing' in a test or in setupFilesAfterEnv" });
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

test('their types compile without those of jest', () => {
  const program = createProgram([require.resolve('../src/testing')], { types: ['node'], noEmit: true, strict: true, skipLibCheck: true, module: ModuleKind.Node16, target: ScriptTarget.ES2022 });
  expect(getPreEmitDiagnostics(program).map(({ messageText }) => flattenDiagnosticMessageText(messageText, ' '))).toEqual([]);
});
