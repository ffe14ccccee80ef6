import { Duration } from 'cdk8s';
import { DeliveryMetric, DeliveryPlan, DeliveryStep, StringMatch } from '../../src';

describe('DeliveryPlan', () => {
  test.each<[string, () => unknown, string]>([
    ['no weights', () => DeliveryPlan.weights([]), 'the weights of the plan is [], expected a list of at least one entry'],
    ['a weight of nothing', () => DeliveryPlan.weights([0, 50]), 'a weight of the plan is 0, expected a whole number from 1 to 100'],
    ['weights that shrink', () => DeliveryPlan.weights([20, 5]), 'the weight 5 of the plan comes after 20, expected a greater one'],
    ['an unknown option', () => DeliveryPlan.gradual({ pause: 5 } as any), 'the plan has no property "pause" (got 5)'],
    ['an interval too short', () => DeliveryPlan.tenSteps({ interval: Duration.seconds(9) }), 'the interval of the plan is "9s", expected at least 10s'],
    ['no looks', () => DeliveryPlan.blueGreen({ checks: 0 }), 'the checks of DeliveryPlan.blueGreen is 0, expected a whole number from 1 to 1000'],
    ['less than no failures', () => DeliveryPlan.blueGreen({ failuresAllowed: -1 }), 'failuresAllowed of DeliveryPlan.blueGreen is -1'],
    ['copies of nothing', () => DeliveryPlan.shadow(0), 'the percentage of DeliveryPlan.shadow is 0, expected a whole number from 1 to 100'],
    ['a header with any value', () => DeliveryPlan.abTestByHeader('x-beta', StringMatch.present()), 'the value of the header of the plan is StringMatch.present(), expected exact, prefix or regex'],
    ['a header in upper case', () => DeliveryPlan.abTestByHeader('X-Beta', StringMatch.exact('1')), 'the header of the plan "X-Beta" has upper-case letters'],
    ['no steps', () => DeliveryPlan.of(), 'the steps of DeliveryPlan.of is [], expected a list of at least one entry'],
    ['what is no step', () => DeliveryPlan.of({ setWeight: 5 } as any), 'a step of DeliveryPlan.of is {"setWeight":5}, expected a DeliveryStep'],
  ])('refuses %s', (_, plan, message) => {
    expect(plan).toThrow(message);
  });
});

describe('DeliveryStep', () => {
  test.each<[string, () => unknown, string]>([
    ['a weight above 100', () => DeliveryStep.weight(101), 'DeliveryStep.weight is 101, expected a whole number from 0 to 100'],
    ['a scale below 0', () => DeliveryStep.scale(-1), 'DeliveryStep.scale is -1, expected a whole number from 0 to 100'],
    ['a pause of a part of a second', () => DeliveryStep.pause(Duration.millis(100)), 'DeliveryStep.pause is 0.1 seconds, expected a whole number of them'],
    ['a rule without a name', () => DeliveryStep.removeMirror(''), 'the name of DeliveryStep.removeMirror is "", expected a non-empty string'],
    ['copies of more than all', () => DeliveryStep.mirror('a', 101), 'the percentage of DeliveryStep.mirror is 101'],
    ['unknown conditions of copies', () => DeliveryStep.mirror('a', 10, { headers: {} } as any), 'DeliveryStep.mirror has no property "headers" (got {})'],
    ['any method', () => DeliveryStep.mirror('a', 10, { method: StringMatch.present() }), 'the method of DeliveryStep.mirror is StringMatch.present()'],
    ['unknown options of an analysis', () => DeliveryStep.analyze({ count: 5 } as any), 'DeliveryStep.analyze has no property "count" (got 5)'],
  ])('refuses %s', (_, step, message) => {
    expect(step).toThrow(message);
  });
});

describe('DeliveryMetric', () => {
  test.each<[string, () => unknown, string]>([
    ['a rate of 0', () => DeliveryMetric.successRate(0), 'DeliveryMetric.successRate is 0, expected a percentage above 0 and up to 100'],
    ['a rate above 100', () => DeliveryMetric.successRate(101), 'DeliveryMetric.successRate is 101, expected a percentage above 0 and up to 100'],
    ['a time that is none', () => DeliveryMetric.latency(500 as any), 'the limit of DeliveryMetric.latency is 500, expected a Duration'],
    ['a percentile of 100', () => DeliveryMetric.latency(Duration.seconds(1), 100), 'the percentile of DeliveryMetric.latency is 100'],
    ['a window too short', () => DeliveryMetric.successRate(99, { window: Duration.seconds(30) }), 'the window of DeliveryMetric.successRate is 30s, expected at least 1m'],
    ['an unknown option', () => DeliveryMetric.successRate(99, { interval: 5 } as any), 'DeliveryMetric.successRate has no property "interval" (got 5)'],
    ['what is neither true nor false', () => DeliveryMetric.successRate(99, { allowMissing: 'no' as any }), 'allowMissing of DeliveryMetric.successRate is "no", expected true or false'],
    ['a bound that is no number', () => DeliveryMetric.query('a', 'x', { min: '5' as any }), 'min of DeliveryMetric.query is "5", expected a number'],
    ['no bound', () => DeliveryMetric.query('a', 'x', {}), 'DeliveryMetric.query "a" has no bound, expected min or max'],
    ['bounds that nothing is between', () => DeliveryMetric.query('a', 'x', { min: 2, max: 1 }), 'DeliveryMetric.query "a" has min 2 and max 1, expected min to be at most max'],
    ['no query', () => DeliveryMetric.query('a', '', { max: 1 }), 'the query of DeliveryMetric.query is "", expected a non-empty string'],
    ['a name with blanks', () => DeliveryMetric.query('a b', 'x', { max: 1 }), 'the name of DeliveryMetric.query is "a b", expected'],
  ])('refuses %s', (_, metric, message) => {
    expect(metric).toThrow(message);
  });
});
