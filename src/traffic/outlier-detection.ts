import { Duration } from 'cdk8s';
import { DestinationRuleSpecTrafficPolicyOutlierDetection as Binding } from '../../imports/networking.istio.io';
import { count, flag, noUnknown, object, optionalList, whole } from '../private/check';
import { optionalDuration } from '../private/duration';
import { given, orUndefined } from '../private/render';

/**
 * When an endpoint that keeps failing is taken out of load balancing for a while: a circuit breaker for each endpoint.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#OutlierDetection
 */
export interface OutlierDetection {
  /**
   * How many 5xx answers in a row eject an endpoint; lost connections count too. 0 switches this off.
   *
   * @default 5
   */
  readonly consecutive5xxErrors?: number;

  /**
   * How many 502, 503 and 504 answers in a row eject an endpoint. 0 switches this off.
   * Only has an effect below `consecutive5xxErrors`, or with that at 0.
   *
   * @default 0
   */
  readonly consecutiveGatewayErrors?: number;

  /**
   * Whether failures to connect are counted apart from bad answers.
   *
   * @default false
   */
  readonly splitExternalLocalOriginErrors?: boolean;

  /**
   * How many failures to connect in a row eject an endpoint. Needs `splitExternalLocalOriginErrors`.
   *
   * @default 5
   */
  readonly consecutiveLocalOriginFailures?: number;

  /**
   * The pause between two looks at the endpoints, at least 1 ms.
   *
   * @default Duration.seconds(10)
   */
  readonly interval?: Duration;

  /**
   * How long an endpoint is out the first time, multiplied by how often it was out; at least 1 ms.
   *
   * @default Duration.seconds(30)
   */
  readonly baseEjectionTime?: Duration;

  /**
   * The most endpoints that can be out at once, in percent, 1 to 100. Below 100 / (number of endpoints) none ever is.
   *
   * @default 10
   */
  readonly maxEjectionPercent?: number;

  /**
   * The percentage of healthy endpoints below which all endpoints are used again, 0 to 100.
   *
   * @default 0
   */
  readonly minHealthPercent?: number;

  /**
   * The HTTP statuses that count as errors, 100 to 599.
   *
   * @default - 500 to 599
   */
  readonly outlierDetectionHttpErrorCodes?: number[];
}

/** The bindings spell this one name otherwise than the manifest. */
type Rendered = Omit<Binding, 'consecutive5XxErrors'> & { readonly consecutive5xxErrors?: number };

/** @internal */
export function renderOutlierDetection(detection: OutlierDetection): Rendered {
  const {
    consecutive5xxErrors, consecutiveGatewayErrors, splitExternalLocalOriginErrors, consecutiveLocalOriginFailures,
    interval, baseEjectionTime, maxEjectionPercent, minHealthPercent, outlierDetectionHttpErrorCodes, ...rest
  } = object('outlierDetection', detection);
  noUnknown('outlierDetection', rest);
  if (consecutiveLocalOriginFailures && !splitExternalLocalOriginErrors) {
    throw new Error(`outlierDetection.consecutiveLocalOriginFailures is ${consecutiveLocalOriginFailures}, expected splitExternalLocalOriginErrors beside it; set that to true`);
  }
  return {
    consecutive5xxErrors: count('outlierDetection.consecutive5xxErrors', consecutive5xxErrors, 'write 0 to switch it off'),
    consecutiveGatewayErrors: count('outlierDetection.consecutiveGatewayErrors', consecutiveGatewayErrors, 'write 0 to switch it off'),
    splitExternalLocalOriginErrors: flag('outlierDetection.splitExternalLocalOriginErrors', splitExternalLocalOriginErrors),
    consecutiveLocalOriginFailures: count('outlierDetection.consecutiveLocalOriginFailures', consecutiveLocalOriginFailures, 'write 0 to switch it off'),
    interval: optionalDuration('outlierDetection.interval', interval),
    baseEjectionTime: optionalDuration('outlierDetection.baseEjectionTime', baseEjectionTime),
    maxEjectionPercent: given(maxEjectionPercent, (value) =>
      whole('outlierDetection.maxEjectionPercent', value, 1, 100, 'Istio takes 0 for 10; leave outlierDetection out to eject nothing')),
    minHealthPercent: given(minHealthPercent, (value) => whole('outlierDetection.minHealthPercent', value, 0, 100, 'write 0 to never use ejected endpoints')),
    outlierDetectionHttpErrorCodes: orUndefined(optionalList('outlierDetection.outlierDetectionHttpErrorCodes', outlierDetectionHttpErrorCodes)
      ?.map((code) => whole('a code of outlierDetectionHttpErrorCodes', code, 100, 599, 'use one such as 503'))),
  };
}
