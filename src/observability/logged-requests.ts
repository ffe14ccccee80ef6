import { Duration } from 'cdk8s';
import { celExpression } from '../private/cel';
import { istioDuration } from '../private/duration';

/** What has no response code has not been answered at all, and that is a failure too. */
const FAILED = '!has(response.code) || response.code >= 500';

/**
 * Which requests are logged.
 *
 * @see https://istio.io/latest/docs/tasks/observability/logs/telemetry-api/
 */
export class LoggedRequests {
  /** All of them. */
  public static readonly ALL = new LoggedRequests(undefined);

  /** Those that failed: with a response from 500 on, or with none. TCP connections are logged too, as they have none. */
  public static readonly FAILED = new LoggedRequests(FAILED);

  /**
   * Those that failed, and those that took longer.
   *
   * @param duration how long they may take, at least 1 ms
   * @throws when it is shorter
   */
  public static failedOrSlowerThan(duration: Duration): LoggedRequests {
    istioDuration('the duration of LoggedRequests.failedOrSlowerThan', duration);
    return new LoggedRequests(`${FAILED} || request.duration > duration("${duration.toMilliseconds()}ms")`);
  }

  /**
   * Those that an expression is true for.
   *
   * @param expression CEL over Envoy's attributes, such as `response.code >= 400`
   * @throws when it is no CEL
   */
  public static matching(expression: string): LoggedRequests {
    return new LoggedRequests(celExpression('the expression of LoggedRequests.matching', expression));
  }

  private constructor(private readonly expression: string | undefined) {}

  /** @internal */
  public _filter(): string | undefined {
    return this.expression;
  }
}
