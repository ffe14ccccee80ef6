import { optionsOf, StartFlags } from '../../src/commands/start-options.js';

const target = { namespace: 'shop', virtualService: 'orders' };
const options = (flags: Partial<StartFlags>) => optionsOf(target, { stable: 'v1', canary: 'v2', ...flags });

test('what is left out is left to the library', () => {
  expect(options({})).toEqual({ ...target, stable: 'v1', canary: 'v2', metrics: [] });
});

test('all that can be said', () => {
  const { interval, contactTimeout, metrics, ...rest } = options({
    rule: 'primary',
    steps: [50, 100],
    interval: 30_000,
    contactTimeout: 5000,
    failuresAllowed: 2,
    canaryVersion: 'two',
    prometheus: 'http://localhost:9090',
    successRate: 99,
    p99: 500,
    window: 120_000,
    allowMissing: true,
    query: [{ name: 'errors', query: 'sum(errors)', max: 1 }],
  });
  const plain = { rule: 'primary', steps: [50, 100], failuresAllowed: 2, version: 'two', prometheus: 'http://localhost:9090' };
  expect(rest).toEqual({ ...target, stable: 'v1', canary: 'v2', ...plain });
  expect([interval?.toSeconds(), contactTimeout?.toSeconds()]).toEqual([30, 5]);
  expect(metrics?.map(({ _parts: { name, bounds, window, allowMissing } }: any) => (
    { name, bounds, window: window?.toSeconds(), allowMissing }
  ))).toEqual([
    { name: 'success-rate', bounds: { min: 0.99 }, window: 120, allowMissing: true },
    { name: 'p99-latency', bounds: { max: 500 }, window: 120, allowMissing: true },
    { name: 'errors', bounds: { max: 1 }, window: undefined, allowMissing: true },
  ]);
});

test.each([
  [{ successRate: 99 }, 'expected --prometheus too'],
  [{ successRate: 101, prometheus: 'http://x' }, 'expected a percentage above 0 and up to 100'],
  [{ query: [{ name: 'errors', query: 'x' }], prometheus: 'http://x' }, 'has no bound'],
])('%p is wrong usage', (flags, message) => {
  expect(() => options(flags)).toThrow(message);
});
