import { Duration } from 'cdk8s';
import { VirtualServiceSpecHttpFault } from '../../imports/networking.istio.io';
import { instance, list, member, percentage, whole } from '../private/check';
import { istioDuration } from '../private/duration';

/**
 * A gRPC status, as calls end with it.
 *
 * @see https://grpc.io/docs/guides/status-codes/
 */
export enum GrpcStatus {
  /** The call was cancelled by its caller. */
  CANCELLED = 'CANCELLED',
  /** An error without a better status. */
  UNKNOWN = 'UNKNOWN',
  /** An argument is wrong whatever the state of the system. */
  INVALID_ARGUMENT = 'INVALID_ARGUMENT',
  /** The deadline passed before the call ended. */
  DEADLINE_EXCEEDED = 'DEADLINE_EXCEEDED',
  /** What was asked for does not exist. */
  NOT_FOUND = 'NOT_FOUND',
  /** What was to be created exists. */
  ALREADY_EXISTS = 'ALREADY_EXISTS',
  /** The caller may not do this. */
  PERMISSION_DENIED = 'PERMISSION_DENIED',
  /** A quota or other resource is used up. */
  RESOURCE_EXHAUSTED = 'RESOURCE_EXHAUSTED',
  /** The system is not in the state the call needs. */
  FAILED_PRECONDITION = 'FAILED_PRECONDITION',
  /** The call was aborted, usually by a conflict. */
  ABORTED = 'ABORTED',
  /** An argument is past the valid range. */
  OUT_OF_RANGE = 'OUT_OF_RANGE',
  /** The method is not implemented. */
  UNIMPLEMENTED = 'UNIMPLEMENTED',
  /** An invariant is broken. */
  INTERNAL = 'INTERNAL',
  /** The service can't be reached now. */
  UNAVAILABLE = 'UNAVAILABLE',
  /** Data is lost for good. */
  DATA_LOSS = 'DATA_LOSS',
  /** The caller has no valid credentials. */
  UNAUTHENTICATED = 'UNAUTHENTICATED',
}

/** The smallest share that Envoy can draw: one in a million. */
const LEAST = 0.0001;

/**
 * Faults put on purpose into requests, to test how callers bear them.
 *
 * Istio applies neither the timeout nor the retries of a route to a fault that it injects there.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPFaultInjection
 */
export class HttpFault {
  /**
   * Holds requests back.
   *
   * @param duration how long, at least 1 ms
   * @param share the percentage of requests, 0.0001 to 100
   * @throws when duration or share is out of range
   */
  public static delay(duration: Duration, share: number): HttpFault {
    return new HttpFault({
      delay: { fixedDelay: istioDuration('the delay', duration), percentage: { value: percentage('the share of delayed requests', share, LEAST) } },
    });
  }

  /**
   * Holds a whole percentage of requests back, in Istio's older form.
   *
   * @param duration how long, at least 1 ms
   * @param percent the percentage of requests, a whole number from 1 to 100
   * @throws when duration or percentage is out of range
   * @deprecated use `HttpFault.delay`, whose percentage may have a fraction
   */
  public static delayPercent(duration: Duration, percent: number): HttpFault {
    whole('the percentage of delayed requests', percent, 1, 100, 'for a fraction write HttpFault.delay');
    return new HttpFault({ delay: { fixedDelay: istioDuration('the delay', duration), percent } });
  }

  /**
   * Answers requests with an HTTP status in place of the service.
   *
   * @param status the status, 200 to 599
   * @param share the percentage of requests, 0.0001 to 100
   * @throws when status or share is out of range
   */
  public static abort(status: number, share: number): HttpFault {
    whole('the status of aborted requests', status, 200, 599, 'use one such as 503');
    return new HttpFault({ abort: { httpStatus: status, percentage: { value: percentage('the share of aborted requests', share, LEAST) } } });
  }

  /**
   * Ends gRPC calls with a status in place of the service.
   *
   * @param status the gRPC status
   * @param share the percentage of calls, 0.0001 to 100
   * @throws when the share is out of range
   */
  public static abortGrpc(status: GrpcStatus, share: number): HttpFault {
    member('the gRPC status', status, GrpcStatus);
    return new HttpFault({ abort: { grpcStatus: status, percentage: { value: percentage('the share of aborted calls', share, LEAST) } } });
  }

  /**
   * A delay and an abort, each drawn for itself.
   *
   * @param faults the faults to join, at most one delay and one abort
   * @throws when there are two delays or two aborts
   */
  public static all(...faults: HttpFault[]): HttpFault {
    list('HttpFault.all', faults, 'give the faults to join').forEach((fault) => instance('a joined fault', fault, HttpFault, 'HttpFault.abort(503, 1)'));
    return faults.reduce((joined, next) => {
      const twice = Object.keys(next.fault).find((kind) => kind in joined.fault);
      if (twice) {
        throw new Error(`the joined faults have two of kind ${twice}, expected at most one; inject the second on a rule of its own`);
      }
      return new HttpFault({ ...joined.fault, ...next.fault });
    });
  }

  private constructor(private readonly fault: VirtualServiceSpecHttpFault) {}

  /** @internal */
  public _toIstio(): VirtualServiceSpecHttpFault {
    return this.fault;
  }
}
