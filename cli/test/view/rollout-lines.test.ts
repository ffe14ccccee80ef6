import { NOW, rollout } from './rollouts.js';
import { coloured } from '../../src/view/paint.js';
import { rolloutLines, timeLeft } from '../../src/view/rollout-lines.js';
import { widthOf } from '../../src/view/text.js';

const shown = (status = rollout(), view: object = {}) => `\n${rolloutLines(status, { now: NOW, ...view }).join('\n')}\n`;

describe('a rollout in progress', () => {
  test('shows its steps, the weight, each metric against what it must be, and the time left', () => {
    expect(shown(rollout(), { hint: 'Ctrl-C rolls back' })).toBe(`
shop/orders  v1 → v2                                 Progressing  1m 18s

  ✔   5%
  ▸  20% ██████░░░░░░░░░░░░░░░░░░░░░░░░  looks at the metrics in 42s
         the last look showed
         ✔ success-rate    99.82%  ≥ 99%
         ✔ p99-latency   212.38ms  ≤ 500ms
  ○  50%
  ○ 100%

  about 2m 42s left if the metrics hold

  Ctrl-C rolls back
`);
  });

  test('names its rule, if it has one', () => {
    expect(shown(rollout({ rule: 'primary' }))).toContain('shop/orders rule primary  v1 → v2  ');
  });

  test('that nobody drives says how to take it over, and promises no end', () => {
    const text = shown(rollout({ holder: undefined }));
    expect(text).toContain('nobody drives it; take it over with: cdk8s-istio rollout resume orders -n shop');
    expect(text).not.toContain('left');
  });

  test('has as much time left as the rest of its step and all steps after it', () => {
    expect(timeLeft(rollout(), NOW)).toBe(162_000);
    expect(timeLeft(rollout({ step: 3 }), NOW)).toBe(42_000);
    expect(timeLeft(rollout({ step: 3 }), NOW + 60_000)).toBe(0);
    expect(timeLeft(rollout({ phase: 'Paused', nextCheckAt: undefined }), NOW)).toBeUndefined();
  });
});

test('a paused rollout says how it goes on', () => {
  const text = shown(rollout({ phase: 'Paused', nextCheckAt: undefined }));
  expect(text).toContain('  ‖  20% ██████');
  expect(text).toContain('it goes on after: cdk8s-istio rollout resume orders -n shop');
  expect(text).not.toContain('looks at');
});

describe('a rollout that has ended', () => {
  const ended = { holder: undefined, nextCheckAt: undefined };

  test('well has all weight on the canary', () => {
    expect(shown(rollout({ ...ended, phase: 'Succeeded', step: 3, weight: 100, gates: [] }))).toBe(`
shop/orders  v1 → v2                                           Succeeded

  ✔   5%
  ✔  20%
  ✔  50%
  ✔ 100% ██████████████████████████████  v2 has 100%
`);
  });

  test('badly says which metric, and why', () => {
    const gates = [{ name: 'success-rate', value: 0.9, min: 0.99, passed: false }, { name: 'p99-latency', max: 500, passed: false, message: 'Prometheus has no series' }];
    const text = shown(rollout({ ...ended, phase: 'RolledBack', weight: 0, gates, message: 'success-rate is 0.9, expected at least 0.99' }));
    expect(text).toContain('  ✘  20% ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  v2 has 0%');
    expect(text).toContain('✘ success-rate      90%  ≥ 99%');
    expect(text).toContain('✘ p99-latency   no data  ≤ 500ms  Prometheus');
    expect(text).toContain('  success-rate is 0.9, expected at least 0.99');
    expect(text).not.toContain('left');
  });
});

describe('a terminal', () => {
  const long = rollout({ message: 'the API server was away for 12 seconds and is there again, so that the rollout goes on where it was before that' });

  test.each([20, 40, 60, 80, 200])('of %i columns has no line that is wider', (width) => {
    expect(rolloutLines(long, { now: NOW, width, paint: coloured }).filter((line) => widthOf(line) > width)).toEqual([]);
  });

  test.each([12, 14, 16, 24])('of %i lines has room for the present step of many', (height) => {
    const lines = rolloutLines(rollout({ steps: [10, 20, 30, 40, 50, 60, 70, 80, 90, 100], step: 5, weight: 60 }), { now: NOW, height });
    expect(lines.length).toBeLessThanOrEqual(height);
    expect(lines.join('\n')).toContain('▸  60%');
    expect(lines.join('\n')).toContain('p99-latency');
  });

  test('that is lower than the steps says how many more there are', () => {
    const lines = rolloutLines(rollout({ steps: [10, 20, 30, 40, 50, 60, 70, 80, 90, 100], step: 5, weight: 60 }), { now: NOW, height: 11 });
    expect(lines.join('\n')).toMatch(/… \d more\n.*50%|… 5 more/);
  });

  test('with colours has the same text', () => {
    const text = rolloutLines(rollout(), { now: NOW, paint: coloured }).join('\n');
    expect(text).toContain('\x1b[36m');
    expect(text.replace(/\x1b\[\d+m/g, '')).toBe(rolloutLines(rollout(), { now: NOW }).join('\n')); // eslint-disable-line no-control-regex
  });
});
