import { Duration } from 'cdk8s';
import { Analysis, analysisOf, AnalysisOptions, definite, DeliveryStep, seconds, stepList } from './delivery-step';
import { list, noUnknown, object, show, whole } from '../private/check';
import { headerMatchName } from '../private/names';
import { HttpMatch } from '../traffic/http-match';
import { StringMatch } from '../traffic/string-match';

/**
 * Options of the plans that raise the share of the new version step by step.
 */
export interface GradualPlanOptions {
  /**
   * How long each share is held before the metrics are looked at; a whole number of seconds, at least 10.
   *
   * @default Duration.minutes(1)
   */
  readonly interval?: Duration;

  /**
   * How many looks may fail without an end of the rollout; 0 or more. Argo Rollouts counts for each share anew, Flagger for all together.
   *
   * @default 0
   */
  readonly failuresAllowed?: number;
}

/** The part of a Canary's analysis that tells Flagger which plan it is. */
export interface FlaggerPlan {
  readonly interval: string;
  readonly threshold: number;
  readonly stepWeights?: number[];
  readonly iterations?: number;
  readonly mirror?: boolean;
  readonly mirrorWeight?: number;
  readonly match?: object[];
}

const HEADER_ROUTE = 'a-b-test';
const MIRROR_ROUTE = 'shadow';

/**
 * How a new version gets to its users: in steps, for some of them, or unseen.
 *
 * A plan is for Argo Rollouts (`RolloutDelivery`) and for Flagger (`FlaggerDelivery`) alike, except for one of steps of your own.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/concepts/
 */
export class DeliveryPlan {
  /**
   * Shares of 5, 20, 50 and 100 percent.
   *
   * @param options how long each share is held
   * @throws when a value is out of range
   */
  public static gradual(options: GradualPlanOptions = {}): DeliveryPlan {
    return DeliveryPlan.weights([5, 20, 50, 100], options);
  }

  /**
   * Shares of 10, 20, 30 percent and so on to 100.
   *
   * @param options how long each share is held
   * @throws when a value is out of range
   */
  public static tenSteps(options: GradualPlanOptions = {}): DeliveryPlan {
    return DeliveryPlan.weights(Array.from({ length: 10 }, (_, index) => 10 * (index + 1)), options);
  }

  /**
   * Shares that grow.
   *
   * @param weights the percentages, whole numbers from 1 to 100, each above the one before. After the last comes the full change.
   * @param options how long each share is held
   * @throws when they do not grow, or a value is out of range
   */
  public static weights(weights: number[], options: GradualPlanOptions = {}): DeliveryPlan {
    list('the weights of the plan', weights, 'give for example 5, 20, 50, 100');
    weights.forEach((weight, index) => {
      whole('a weight of the plan', weight, 1, 100, 'give the percentage of the new version');
      if (index > 0 && weight <= weights[index - 1]) {
        throw new Error(`the weight ${weight} of the plan comes after ${weights[index - 1]}, expected a greater one; put them in order`);
      }
    });
    const { interval, failuresAllowed, ...rest } = object('the options of the plan', options);
    noUnknown('the plan', rest);
    const analysis = analysisOf('the plan', { interval, failuresAllowed });
    return new DeliveryPlan(
      weights.flatMap((weight) => [DeliveryStep.weight(weight), ...(weight < 100 ? [DeliveryStep._watch(analysis)] : [])]),
      analysis.interval,
      { ...pace(analysis), stepWeights: weights },
    );
  }

  /**
   * The new version runs with all its pods and no requests but those of testers, and then gets all at once.
   *
   * @param options how often the metrics are looked at before that; `checks` is 10 if left out
   * @throws when a value is out of range
   */
  public static blueGreen(options: AnalysisOptions = {}): DeliveryPlan {
    return DeliveryPlan.inFull(analysisOf('DeliveryPlan.blueGreen', options, { checks: 10 }));
  }

  /**
   * Users with a header get the new version, and then all do.
   *
   * With Argo Rollouts their rule has no timeout and no retries. A CanaryService with a `match` and `DeliveryPlan.blueGreen` do the same with them.
   *
   * @param name the name of the header, in lower case
   * @param value its value
   * @param options how often the metrics are looked at before all get it; `checks` is 10 if left out
   * @throws when a value is wrong
   */
  public static abTestByHeader(name: string, value: StringMatch, options: AnalysisOptions = {}): DeliveryPlan {
    const match = [{ headers: { [headerMatchName('the header of the plan', name)]: definite('the value of the header of the plan', value) } }];
    const analysis = analysisOf('DeliveryPlan.abTestByHeader', options, { checks: 10 });
    const route = { begin: DeliveryStep.headerRoute(HEADER_ROUTE, name, value), end: DeliveryStep.removeHeaderRoute(HEADER_ROUTE) };
    return DeliveryPlan.inFull(analysis, { match }, route);
  }

  /**
   * Users with a cookie get the new version, and then all do. See `abTestByHeader`.
   *
   * @param name the name of the cookie
   * @param value its value
   * @param options how often the metrics are looked at before all get it; `checks` is 10 if left out
   * @throws when a value is wrong
   */
  public static abTestByCookie(name: string, value: string, options: AnalysisOptions = {}): DeliveryPlan {
    const { headers } = HttpMatch.cookie(name, value)._toIstio(String);
    return DeliveryPlan.abTestByHeader('cookie', StringMatch.regex(headers!.cookie.regex!), options);
  }

  /**
   * The new version gets copies of requests, whose answers nobody sees, and then all requests.
   * Copies are real requests to it: what writes, writes twice.
   *
   * @param percent the percentage of requests that are copied, a whole number from 1 to 100
   * @param options how often the metrics are looked at before all get it; `checks` is 10 if left out
   * @throws when a value is out of range
   */
  public static shadow(percent: number = 100, options: AnalysisOptions = {}): DeliveryPlan {
    whole('the percentage of DeliveryPlan.shadow', percent, 1, 100, 'give the percentage of the requests');
    const analysis = analysisOf('DeliveryPlan.shadow', options, { checks: 10 });
    const route = { begin: DeliveryStep.mirror(MIRROR_ROUTE, percent), end: DeliveryStep.removeMirror(MIRROR_ROUTE) };
    return DeliveryPlan.inFull(analysis, { mirror: true, mirrorWeight: percent }, route);
  }

  /**
   * Steps of your own, for Argo Rollouts. After the last comes the full change.
   *
   * @param steps the steps, in order
   * @throws when there are none
   */
  public static of(...steps: DeliveryStep[]): DeliveryPlan {
    return new DeliveryPlan(stepList(steps));
  }

  /** All pods of the new version, something that some of the users or none notice, and then the full change. */
  private static inFull(analysis: Analysis, flagger: Partial<FlaggerPlan> = {}, route?: { begin: DeliveryStep; end: DeliveryStep }): DeliveryPlan {
    const watch = DeliveryStep._watch(analysis);
    const during = route ? [route.begin, watch, route.end] : [watch];
    return new DeliveryPlan(
      [DeliveryStep.scale(100), ...during, DeliveryStep.weight(100)],
      analysis.interval,
      { ...pace(analysis), iterations: analysis.checks, ...flagger },
    );
  }

  private constructor(
    /** @internal */
    public readonly _steps: DeliveryStep[],
    /** @internal */
    public readonly _interval: Duration = Duration.minutes(1),
    private readonly flagger?: FlaggerPlan,
  ) {}

  /**
   * The part of a Canary's analysis that tells Flagger which plan it is.
   *
   * @internal
   */
  public _toFlagger(): FlaggerPlan {
    if (this.flagger === undefined) {
      throw new Error('the plan has steps of its own, expected one of the ready plans, as Flagger knows no other; write for example DeliveryPlan.gradual()');
    }
    return this.flagger;
  }
}

/** Flagger looks once an interval, of at least 10 seconds, and gives up at so many failures. */
function pace({ interval, failuresAllowed }: Analysis) {
  if (interval.toMilliseconds() < 10_000) {
    throw new Error(`the interval of the plan is ${show(seconds('the interval of the plan', interval))}, expected at least 10s, which is the least that Flagger keeps to; lengthen it`);
  }
  return { interval: seconds('the interval of the plan', interval), threshold: failuresAllowed + 1 };
}
