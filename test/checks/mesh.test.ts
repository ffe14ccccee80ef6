import { attempt, Mesh, wildcardsOf } from '../../src/checks/mesh';

test('only a wrong shape is passed over', () => {
  expect(() => attempt(() => (undefined as any).spec)).not.toThrow();
  expect(() => attempt(() => { throw new RangeError('a mistake of ours'); })).toThrow('a mistake of ours');
});

test.each([
  ['a.b.example.com', ['*.b.example.com', '*.example.com', '*.com', '*']],
  ['*.example.com', ['*.com', '*']],
  ['*', []],
])('%s falls under %j', (host, wildcards) => {
  expect(wildcardsOf(host)).toEqual(wildcards);
});

test('a kind of another group is another kind', () => {
  const mesh = new Mesh([{ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'edge' } }, { apiVersion: 'serving.knative.dev/v1', kind: 'Service' }]);
  expect(mesh.kind('Gateway')).toEqual([]);
  expect(mesh.kind('Service')).toEqual([]);
  expect(mesh.find('gateway.networking.k8s.io/Gateway', 'default', 'edge')).toBeDefined();
});
