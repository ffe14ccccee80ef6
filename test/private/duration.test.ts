import { Duration } from 'cdk8s';
import { istioDuration, optionalDuration } from '../../src/private/duration';

describe('istioDuration', () => {
  test.each([
    [Duration.millis(1), '1ms'],
    [Duration.millis(1500), '1500ms'],
    [Duration.seconds(30), '30s'],
    [Duration.seconds(90), '90s'],
    [Duration.seconds(0.25), '250ms'],
    [Duration.minutes(1), '1m'],
    [Duration.minutes(1.5), '90000ms'],
    [Duration.hours(24), '24h'],
    [Duration.hours(0.5), '1800000ms'],
    [Duration.days(1), '24h'],
    [Duration.days(0.5), '12h'],
    [Duration.hours(2_562_047), '2562047h'],
    [Duration.millis(9_223_372_036_854), '9223372036854ms'],
  ])('%# is written in the unit of its author', (duration, written) => {
    expect(istioDuration('the timeout', duration)).toBe(written);
  });

  test.each<[unknown, string]>([
    [5, 'the timeout is 5, expected a Duration; write for example Duration.seconds(5)'],
    ['5s', 'the timeout is "5s", expected a Duration'],
    [null, 'the timeout is null, expected a Duration'],
    [undefined, 'the timeout is undefined, expected a Duration'],
    [{ seconds: 5 }, 'the timeout is {"seconds":5}, expected a Duration'],
    [new Date(), 'the timeout is a Date, expected a Duration'],
    [Duration.millis(0), 'the timeout is 0 ms, expected a whole number of milliseconds and at least 1; leave it out for Istio\'s default'],
    [Duration.seconds(0), 'the timeout is 0 ms'],
    [Duration.millis(0.5), 'the timeout is 0.5 ms, expected a whole number of milliseconds'],
    [Duration.millis(1.5), 'the timeout is 1.5 ms, expected a whole number of milliseconds'],
    [Duration.seconds(NaN), 'the timeout is NaN ms'],
    [Duration.seconds(Infinity), 'the timeout is Infinity ms'],
    [Duration.hours(2_562_048), 'the timeout is 9223372800000 ms, expected at most 9223372036854, which is 292 years'],
  ])('refuses %p', (duration, message) => {
    expect(() => istioDuration('the timeout', duration as Duration)).toThrow(message);
  });
});

describe('optionalDuration', () => {
  test('leaves out what is left out, and nothing else', () => {
    expect(optionalDuration('the timeout', undefined)).toBeUndefined();
    expect(optionalDuration('the timeout', Duration.seconds(5))).toBe('5s');
    expect(() => optionalDuration('the timeout', null as any)).toThrow('the timeout is null, expected a Duration');
  });
});
