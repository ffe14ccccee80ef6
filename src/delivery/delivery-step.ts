import { Duration } from 'cdk8s';
import { RolloutSpecStrategyCanarySteps } from '../../imports/argoproj.io';
import { list, noUnknown, object, show, text, whole } from '../private/check';
import { istioDuration } from '../private/duration';
import { headerMatchName } from '../private/names';
import { Wire } from '../private/wire';
import { StringMatch, stringMatch } from '../traffic/string-match';

/**
 * Options of `DeliveryStep.analyze`.
 */
export interface AnalysisOptions {
  /**
   * How often the metrics are looked at, at least 1.
   *
   * @default 1
   */
  readonly checks?: number;

  /**
   * The time before each look, a whole number of seconds.
   *
   * @default Duration.minutes(1)
   */
  readonly interval?: Duration;

  /**
   * How many looks may fail without an end of the rollout; 0 or more.
   *
   * @default 0
   */
  readonly failuresAllowed?: number;
}

/**
 * The requests of which a new version gets copies.
 */
export interface MirroredRequests {
  /**
   * The path.
   *
   * @default StringMatch.prefix('/'), which is every path
   */
  readonly path?: StringMatch;

  /**
   * The method, such as `GET`, which writes nothing twice.
   *
   * @default - any method
   */
  readonly method?: StringMatch;
}

/** What an analysis is, complete. */
export type Analysis = Required<AnalysisOptions>;

/** A step for Argo Rollouts, with an analysis that is not bound to a template yet. */
export interface StepParts {
  readonly spec?: Wire<RolloutSpecStrategyCanarySteps>;
  readonly analysis?: Analysis;
  /** The rule that it adds or takes out. */
  readonly route?: string;
  /** Whether an analysis without metrics becomes a pause. */
  readonly lenient?: boolean;
}

/**
 * One step of a delivery by Argo Rollouts. It does one thing; a list of steps goes into `DeliveryPlan.of`.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/canary/
 */
export class DeliveryStep {
  /**
   * Gives the new version a share of the requests.
   *
   * @param percent the percentage, a whole number from 0 to 100
   * @throws when it is out of range
   */
  public static weight(percent: number): DeliveryStep {
    return new DeliveryStep({ spec: { setWeight: whole('DeliveryStep.weight', percent, 0, 100, 'give the percentage of the new version') } });
  }

  /**
   * Waits.
   *
   * @param duration how long, a whole number of seconds; until somebody promotes it if left out
   * @throws when it is no whole number of seconds
   */
  public static pause(duration?: Duration): DeliveryStep {
    return new DeliveryStep({ spec: { pause: duration === undefined ? {} : { duration: seconds('DeliveryStep.pause', duration) } } });
  }

  /**
   * Looks at the metrics of the delivery, and ends the rollout when they are bad.
   *
   * @param options how often
   * @throws when a value is out of range
   */
  public static analyze(options: AnalysisOptions = {}): DeliveryStep {
    return new DeliveryStep({ analysis: analysisOf('DeliveryStep.analyze', options) });
  }

  /**
   * An analysis of a plan, which is a pause where a delivery has no metrics.
   *
   * @internal
   */
  public static _watch(analysis: Analysis): DeliveryStep {
    return new DeliveryStep({ analysis, lenient: true });
  }

  /**
   * Runs a share of the new version's pods, whatever share of the requests it gets. A following `weight` doesn't change
   * their number, until `scaleWithWeight`.
   *
   * @param percent the percentage of the workload's replicas, a whole number from 0 to 100
   * @throws when it is out of range
   */
  public static scale(percent: number): DeliveryStep {
    return new DeliveryStep({ spec: { setCanaryScale: { weight: whole('DeliveryStep.scale', percent, 0, 100, 'give the percentage of the replicas') } } });
  }

  /**
   * Runs as many of the new version's pods as its share of the requests asks for, as it is before any `scale`.
   */
  public static scaleWithWeight(): DeliveryStep {
    return new DeliveryStep({ spec: { setCanaryScale: { matchTrafficWeight: true } } });
  }

  /**
   * Sends the requests with a header to the new version, by a rule that the controller writes before all others. That rule has
   * no timeout, retries or rewrite; a `match` of the CanaryService has them.
   *
   * @param name the name of the rule, which no other rule has
   * @param header the name of the header, in lower case
   * @param value the value, which is not `StringMatch.present()`
   * @throws when a value is wrong
   */
  public static headerRoute(name: string, header: string, value: StringMatch): DeliveryStep {
    return new DeliveryStep({
      route: name,
      spec: {
        setHeaderRoute: {
          name: ruleName('DeliveryStep.headerRoute', name),
          match: [{ headerName: headerMatchName('the header of DeliveryStep.headerRoute', header), headerValue: definite('the value of DeliveryStep.headerRoute', value) }],
        },
      },
    });
  }

  /**
   * Sends the new version copies of requests, whose answers nobody sees, by a rule that the controller writes before all others.
   *
   * @param name the name of the rule, which no other rule has
   * @param percent the percentage of the requests, a whole number from 0 to 100
   * @param requests which requests
   * @throws when a value is wrong
   */
  public static mirror(name: string, percent: number = 100, requests: MirroredRequests = {}): DeliveryStep {
    const { path = StringMatch.prefix('/'), method, ...rest } = object('the requests of DeliveryStep.mirror', requests);
    noUnknown('DeliveryStep.mirror', rest);
    return new DeliveryStep({
      route: name,
      spec: {
        setMirrorRoute: {
          name: ruleName('DeliveryStep.mirror', name),
          percentage: whole('the percentage of DeliveryStep.mirror', percent, 0, 100, 'give the percentage of the requests'),
          // Without a match the controller takes the rule out.
          match: [{ path: definite('the path of DeliveryStep.mirror', path), method: method && definite('the method of DeliveryStep.mirror', method) }],
        },
      },
    });
  }

  /**
   * Takes the rule of a `headerRoute` out. At the end of a rollout all of them are.
   *
   * @param name the name of the rule
   * @throws when it is empty
   */
  public static removeHeaderRoute(name: string): DeliveryStep {
    return new DeliveryStep({ route: name, spec: { setHeaderRoute: { name: ruleName('DeliveryStep.removeHeaderRoute', name) } } });
  }

  /**
   * Takes the rule of a `mirror` out. At the end of a rollout all of them are.
   *
   * @param name the name of the rule
   * @throws when it is empty
   */
  public static removeMirror(name: string): DeliveryStep {
    return new DeliveryStep({ route: name, spec: { setMirrorRoute: { name: ruleName('DeliveryStep.removeMirror', name) } } });
  }

  private constructor(
    /** @internal */
    public readonly _parts: StepParts,
  ) {}
}

/** @throws when a value is out of range */
export function analysisOf(where: string, options: AnalysisOptions, usual: AnalysisOptions = {}): Analysis {
  const { checks = usual.checks ?? 1, interval = Duration.minutes(1), failuresAllowed = 0, ...rest } = object(`the options of ${where}`, options);
  noUnknown(where, rest);
  seconds(`the interval of ${where}`, interval);
  whole(`the checks of ${where}`, checks, 1, 1000, 'look at least once');
  whole(`failuresAllowed of ${where}`, failuresAllowed, 0, 1000, 'leave it out for none');
  return { checks, interval, failuresAllowed };
}

/** A Duration as both controllers read it: whole minutes, or seconds. */
export function seconds(where: string, value: Duration): string {
  istioDuration(where, value);
  const count = value.toMilliseconds() / 1000;
  if (!Number.isInteger(count)) {
    throw new Error(`${where} is ${count} seconds, expected a whole number of them; round it`);
  }
  return count % 60 === 0 ? `${count / 60}m` : `${count}s`;
}

/** A match that says something, in the notation that Istio and both controllers share. */
export function definite(where: string, value: StringMatch) {
  const match = stringMatch(where, value)._toIstio();
  if (Object.keys(match).length === 0) {
    throw new Error(`${where} is StringMatch.present(), expected exact, prefix or regex, as delivery controllers know no other; write StringMatch.regex('.+')`);
  }
  return match;
}

function ruleName(where: string, name: string): string {
  return text(`the name of ${where}`, name, 'name the rule that the controller writes');
}

/** The names of the rules that steps add, each once, and in the order of their first use. */
export function managedRoutes(steps: DeliveryStep[]): string[] {
  const kinds = new Map<string, string>();
  for (const { _parts: { route, spec } } of steps) {
    const kind = Object.keys(spec ?? {})[0];
    if (route !== undefined && (kinds.get(route) ?? kind) !== kind) {
      throw new Error(`the name ${show(route)} is used for a header and for copies, expected one rule a name; rename one of them`);
    }
    if (route !== undefined) {
      kinds.set(route, kind);
    }
  }
  return [...kinds.keys()];
}

/** @throws when there is none */
export function stepList(steps: DeliveryStep[]): DeliveryStep[] {
  return list('the steps of DeliveryPlan.of', steps, 'write for example DeliveryStep.weight(5)').map((step) => {
    if (!(step instanceof DeliveryStep)) {
      throw new Error(`a step of DeliveryPlan.of is ${show(step)}, expected a DeliveryStep; write for example DeliveryStep.weight(5)`);
    }
    return step;
  });
}
