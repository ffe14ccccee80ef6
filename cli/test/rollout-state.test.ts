import { planOf } from '../src/rollout-plan.js';
import { begun, decode, driven, encode, ended, looked, paused, type RolloutState, statusOf, unpaused } from '../src/rollout-state.js';

const target = { namespace: 'shop', virtualService: 'orders' };
const plan = planOf({ ...target, stable: 'v1', canary: 'v2', steps: [20, 100], failuresAllowed: 1, prometheus: 'http://prometheus:9090' }, [], 10);
const NOON = new Date('2026-01-01T12:00:00Z');
const ONE = new Date('2026-01-01T13:00:00Z');
const at = (date: Date, seconds = 0) => new Date(date.getTime() + seconds * 1_000).toISOString();
const start = begun('id', plan, 'me', NOON);
const good = { name: 'success-rate', value: 1, passed: true };
const bad = { name: 'success-rate', value: 0.5, passed: false, message: '0.5 is below 0.99' };

describe('a state', () => {
  test('begins at the first step, which is looked at an interval later', () => {
    expect(start).toEqual({
      version: 1,
      id: 'id',
      plan,
      driver: 'me',
      phase: 'Progressing',
      step: 0,
      weight: 20,
      failures: 0,
      gates: [],
      startedAt: at(NOON),
      stepStartedAt: at(NOON),
      nextCheckAt: at(NOON, 60),
    });
  });

  test('goes a step on after a good look, and succeeds after the last', () => {
    const next = looked(start, [good], ONE);
    expect(next).toEqual({ ...start, step: 1, weight: 100, gates: [good], stepStartedAt: at(ONE), nextCheckAt: at(ONE, 60) });
    const last = looked(next, [good], ONE);
    expect(last).toMatchObject({ phase: 'Succeeded', step: 1, weight: 100, message: 'v2 has 100%' });
    expect(last).not.toHaveProperty('nextCheckAt');
  });

  test('lasts longer after a bad look that is allowed, and goes back after one that is not', () => {
    const longer = looked(start, [good, bad], ONE);
    expect(longer).toEqual({ ...start, failures: 1, gates: [good, bad], message: 'success-rate: 0.5 is below 0.99', nextCheckAt: at(ONE, 60) });
    expect(looked(longer, [good], ONE)).not.toHaveProperty('message');
    expect(looked(longer, [bad], ONE)).toMatchObject({ phase: 'RolledBack', weight: 10, failures: 2, message: 'success-rate: 0.5 is below 0.99' });
  });

  test('waits while it is paused, and its step begins anew after that', () => {
    const { nextCheckAt, ...waiting } = start;
    expect(paused(start, 'lunch')).toEqual({ ...waiting, phase: 'Paused', message: 'lunch' });
    expect(unpaused(paused(start, 'lunch'), ONE)).toEqual({ ...start, stepStartedAt: at(ONE), nextCheckAt: at(ONE, 60) });
  });

  test('begins its step anew with another driver, unless it is paused', () => {
    expect(driven(start, 'you', ONE)).toEqual({ ...start, driver: 'you', stepStartedAt: at(ONE), nextCheckAt: at(ONE, 60) });
    expect(driven(paused(start), 'you', ONE)).toEqual({ ...paused(start), driver: 'you' });
  });

  test('is shown without what only drivers need', () => {
    const { steps, ...rest } = statusOf(target, start, 20, 'me');
    expect(rest).toEqual({
      ...target, stable: 'v1', canary: 'v2', phase: 'Progressing', step: 0, weight: 20, startedAt: at(NOON), stepStartedAt: at(NOON), nextCheckAt: at(NOON, 60), gates: [], holder: 'me',
    });
    expect(steps).toEqual([20, 100]);
    expect(statusOf(target, ended(start, 'Aborted', 10, 'enough'), 10, 'me')).not.toHaveProperty('holder');
  });
});

describe('the annotation', () => {
  test.each<[string, RolloutState]>([['going on', start], ['paused', paused(start)], ['ended', ended(start, 'Aborted', 10, 'enough')]])('is read as it was written: %s', (_, state) => {
    expect(decode(encode(state))).toEqual(state);
  });

  test('of a newer release is refused', () => {
    expect(() => decode(JSON.stringify({ ...start, version: 2 }))).toThrow(
      'the annotation cdk8s-istio.dev/rollout has version 2, expected 1; use the newer release of cdk8s-istio-cli that wrote it');
  });

  test.each([
    'not JSON', 'null', '{}', '[]', '1', ...Object.entries({ id: 1, driver: undefined, phase: 'Done', step: 2, weight: 101, gates: {}, plan: { ...plan, before: -1 }, nextCheckAt: 'soon' })
      .map(([key, value]) => JSON.stringify({ ...start, [key]: value })),
  ])('that nobody wrote so is refused: %s', (text) => {
    expect(() => decode(text)).toThrow(/the annotation cdk8s-istio.dev\/rollout is .*, expected a rollout; remove it, and see that the weights are as you want them/);
  });
});
