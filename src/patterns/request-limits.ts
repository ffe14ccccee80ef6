import { Duration } from 'cdk8s';
import { HttpForwardOptions } from '../traffic/http-route';
import { RetryPolicy } from '../traffic/retry-policy';

/**
 * How long requests may take, and what is tried again.
 */
export interface RequestLimits {
  /**
   * How long a request may take, retries included; at least 1 ms.
   *
   * @default Duration.seconds(15), Envoy's own, where Istio waits for ever; none if `streaming`
   */
  readonly timeout?: Duration;

  /**
   * Whether answers may be streams that stay open (gRPC streams, server-sent events, WebSockets), so that there is no timeout.
   *
   * @default false
   */
  readonly streaming?: boolean;

  /**
   * When and how often failed requests are tried again.
   *
   * @default RetryPolicy.unprocessed(), which repeats only what certainly was not executed
   */
  readonly retries?: RetryPolicy;
}

/** @throws when streams are to end in time */
export function requestLimits(where: string, { timeout, streaming, retries }: RequestLimits): HttpForwardOptions {
  if (streaming && timeout !== undefined) {
    throw new Error(`${where} has streaming and timeout, expected one of them; a timeout would end the streams`);
  }
  return { timeout: timeout ?? (streaming ? undefined : Duration.seconds(15)), retries: retries ?? RetryPolicy.unprocessed() };
}
