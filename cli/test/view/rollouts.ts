import { RolloutStatus } from '../../src/rollout-status.js';

/** The time at which the rollout of these tests is shown. */
export const NOW = Date.parse('2026-03-01T12:03:18Z');

/** A rollout in its second step, 18 seconds after it began. */
export function rollout(but: Partial<RolloutStatus> = {}): RolloutStatus {
  return {
    namespace: 'shop',
    virtualService: 'orders',
    stable: 'v1',
    canary: 'v2',
    phase: 'Progressing',
    steps: [5, 20, 50, 100],
    step: 1,
    weight: 20,
    startedAt: '2026-03-01T12:02:00Z',
    stepStartedAt: '2026-03-01T12:03:00Z',
    nextCheckAt: '2026-03-01T12:04:00Z',
    gates: [
      { name: 'success-rate', value: 0.99821, min: 0.99, passed: true },
      { name: 'p99-latency', value: 212.38, max: 500, passed: true },
    ],
    holder: 'laptop-4711',
    ...but,
  };
}
