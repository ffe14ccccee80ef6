import { Duration } from 'cdk8s';
import type { RolloutOptions } from '../src/index.js';
import { planOf } from '../src/rollout-plan.js';

const options: RolloutOptions = { namespace: 'shop', virtualService: 'orders', stable: 'v1', canary: 'v2' };
const gate = { name: 'good', query: 'vector(1)', min: 1, allowMissing: false };
const seconds = Duration.seconds;

describe('a plan', () => {
  test('has four steps of a minute, and patience for half of one, if nothing else is said', () => {
    expect(planOf(options, [], 0)).toEqual({
      stable: 'v1', canary: 'v2', before: 0, steps: [5, 20, 50, 100], interval: 60_000, gates: [], failuresAllowed: 0, contactTimeout: 30_000, leaseDuration: 15_000,
    });
  });

  test('has all that another process needs, as it is kept', () => {
    const plan = planOf({
      ...options, rule: 'default', steps: [10, 30], interval: seconds(1), prometheus: 'http://prometheus:9090', failuresAllowed: 2, contactTimeout: seconds(5), leaseDuration: seconds(3),
    }, [gate], 5);

    expect(JSON.parse(JSON.stringify(plan))).toEqual({
      rule: 'default',
      stable: 'v1',
      canary: 'v2',
      before: 5,
      steps: [10, 30],
      interval: 1_000,
      gates: [gate],
      prometheus: 'http://prometheus:9090',
      failuresAllowed: 2,
      contactTimeout: 5_000,
      leaseDuration: 3_000,
    });
  });

  test.each<[Partial<RolloutOptions>, string]>([
    [{ canary: 'v1' }, 'stable and canary are both "v1", expected two versions; name the subset that serves now, and the one that is to'],
    [{ steps: [] }, 'the steps are empty, expected whole percentages from 1 to 100, each above the one before; give for example 5, 20, 50, 100'],
    [{ steps: [0, 50] }, 'the steps are 0, 50, expected'],
    [{ steps: [50, 50] }, 'the steps are 50, 50, expected'],
    [{ steps: [50, 20] }, 'the steps are 50, 20, expected'],
    [{ steps: [50, 101] }, 'the steps are 50, 101, expected'],
    [{ steps: [0.5] }, 'the steps are 0.5, expected'],
    [{ steps: [10, 20] }, 'v2 has 10% already, expected less than the first step of 10%; begin with a higher one, or return the weights first'],
    [{ interval: Duration.millis(999) }, 'the interval is 999 ms, expected at least 1000 ms; leave it out for 60 seconds'],
    [{ contactTimeout: seconds(0) }, 'contactTimeout is 0 ms, expected at least 1000 ms; leave it out for 30 seconds'],
    [{ leaseDuration: seconds(2) }, 'leaseDuration is 2000 ms, expected at least 3000 ms; leave it out for 15 seconds'],
    [{ failuresAllowed: -1 }, 'failuresAllowed is -1, expected a whole number from 0; leave it out for none'],
    [{ failuresAllowed: 0.5 }, 'failuresAllowed is 0.5, expected'],
    [{ prometheus: undefined }, 'there are 1 metrics and no Prometheus, expected its address; give for example http://prometheus.istio-system:9090'],
    [{ prometheus: 'prometheus:9090' }, 'the address of Prometheus is "prometheus:9090", expected a URL of HTTP without a query'],
    [{ prometheus: 'http://prometheus/?tenant=a' }, 'the address of Prometheus is "http://prometheus/?tenant=a", expected a URL of HTTP without a query'],
    [{ prometheus: 'http://me:secret@prometheus' }, 'the address of Prometheus at prometheus has a user or password, expected none, since it is kept in the cluster; give a header instead'],
  ])('is refused with %j', (wrong, message) => {
    expect(() => planOf({ ...options, steps: [20, 100], prometheus: 'http://prometheus:9090', ...wrong }, [gate], 10)).toThrow(message);
  });
});
