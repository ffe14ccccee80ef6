import { Duration } from 'cdk8s';
import { HttpMatch, type OutlierDetection, RetryPolicy, StringMatch, type TrafficPolicy } from 'cdk8s-istio';
import type { CanaryConfig, CircuitBreaker, TrafficSplitter, Weights } from '../src/index.js';

/** Whether two types are the same; `any` is the same as nothing but itself. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;
type Is<T extends true> = T;

type Stable = CanaryConfig['stable'];
type Canary = NonNullable<CanaryConfig['canary']>;

/** The 15 members of the seed's interfaces, each with the type that it has here. `npm run test:types` judges this. */
export type Counterparts = [
  // CanaryConfig: stableWeight is what canaryWeight leaves of 100
  Is<Same<Canary['weight'], number | undefined>>,
  Is<Same<Weights[string], number>>,
  Is<Same<Canary['match'], HttpMatch[] | undefined>>,
  Is<Same<CanaryConfig['timeout'], Duration | undefined>>,
  Is<Same<CanaryConfig['retries'], RetryPolicy | undefined>>,
  Is<Same<Stable['trafficPolicy'], TrafficPolicy | undefined>>,
  Is<Same<Canary['trafficPolicy'], TrafficPolicy | undefined>>,
  Is<Same<NonNullable<CanaryConfig['destination']>['outlierDetection'], OutlierDetection | undefined>>,
  // TrafficWeights: stable and canary by the names of the versions
  Is<Same<Parameters<TrafficSplitter['setWeights']>[2], Readonly<Record<string, number>>>>,
  Is<Same<Weights, Readonly<Record<string, number>>>>,
  // CircuitBreakerConfig
  Is<Same<CircuitBreaker['consecutive5xxErrors'], number | undefined>>,
  Is<Same<CircuitBreaker['interval'], Duration | undefined>>,
  Is<Same<CircuitBreaker['baseEjectionTime'], Duration | undefined>>,
  Is<Same<CircuitBreaker['maxEjectionPercent'], number | undefined>>,
  Is<Same<CircuitBreaker['minHealthPercent'], number | undefined>>,
];

test('S000-37: every member of CanaryConfig, TrafficWeights and CircuitBreakerConfig has its counterpart', () => {
  const policy: TrafficPolicy = { connectionPool: { tcp: { maxConnections: 100 } } };
  const breaker: CircuitBreaker = {
    consecutive5xxErrors: 5, interval: Duration.seconds(30), baseEjectionTime: Duration.seconds(30), maxEjectionPercent: 50, minHealthPercent: 30,
  };
  const config: CanaryConfig = {
    stable: { labels: { version: 'v1' }, trafficPolicy: policy }, // stablePolicy
    canary: { labels: { version: 'v2' }, weight: 5, match: [HttpMatch.header('x-canary', StringMatch.exact('true'))], trafficPolicy: policy }, // canaryWeight, matches, canaryPolicy
    timeout: Duration.seconds(30),
    retries: RetryPolicy.unprocessed({ attempts: 3, perTry: Duration.seconds(10) }),
    destination: { outlierDetection: breaker }, // basePolicy
  };
  const weights: Weights = { v1: 95, v2: 5 };
  expect([config, weights, breaker].map((one) => Object.keys(one).length)).toEqual([5, 2, 5]);
});
