import { diffLines } from '../../src/view/diff-lines.js';

const before = { metadata: { name: 'orders', resourceVersion: '1' }, spec: { http: [{ route: [{ weight: 100 }, { weight: 0 }] }] } };

test('fields that differ are named with both values; what the API server notes by itself is not', () => {
  const after = {
    metadata: { name: 'orders', resourceVersion: '2', annotations: { 'cdk8s-istio.dev/rollout': 'x'.repeat(80) } },
    spec: { http: [{ route: [{ weight: 95 }, { weight: 5 }] }] },
  };
  expect(diffLines(before, after)).toEqual([
    `metadata.annotations["cdk8s-istio.dev/rollout"]  (none) → ${'x'.repeat(59)}…`,
    'spec.http[0].route[0].weight                     100 → 95',
    'spec.http[0].route[1].weight                     0 → 5',
  ]);
});

test('nothing differs', () => {
  expect(diffLines(before, before)).toEqual([]);
});
