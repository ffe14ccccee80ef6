import { Duration } from 'cdk8s';
import { seconds } from './delivery-step';
import { CanarySpecAnalysisWebhooks } from '../../imports/flagger.app';
import { count, flag, member, noUnknown, object, show, text } from '../private/check';
import { given } from '../private/render';
import { Wire } from '../private/wire';

/**
 * When Flagger calls a webhook.
 */
export enum WebhookPhase {
  /** Before the delivery begins; it waits until the webhook says yes. */
  CONFIRM_ROLLOUT = 'confirm-rollout',
  /** Before requests go to the new version; a no is a failed look. */
  PRE_ROLLOUT = 'pre-rollout',
  /** At every look; a no is a failed look. A load test belongs here. */
  ROLLOUT = 'rollout',
  /** Before the share of the new version grows; it waits until the webhook says yes. */
  CONFIRM_TRAFFIC_INCREASE = 'confirm-traffic-increase',
  /** Before the full change; it waits until the webhook says yes. */
  CONFIRM_PROMOTION = 'confirm-promotion',
  /** After the end, whichever it was. */
  POST_ROLLOUT = 'post-rollout',
  /** At every look; a yes takes the new version back. */
  ROLLBACK = 'rollback',
  /** At every event. */
  EVENT = 'event',
}

/**
 * A webhook of a delivery. An answer of 2xx is a yes.
 *
 * @see https://docs.flagger.app/usage/webhooks
 */
export interface FlaggerWebhook {
  /**
   * Its name.
   */
  readonly name: string;

  /**
   * When it is called.
   */
  readonly phase: WebhookPhase;

  /**
   * The address, which begins with `http://` or `https://`.
   */
  readonly url: string;

  /**
   * How long it may take, a whole number of seconds.
   *
   * @default - 10 seconds
   */
  readonly timeout?: Duration;

  /**
   * How often it is called again; 0 or more.
   *
   * @default 0
   */
  readonly retries?: number;

  /**
   * What is sent along.
   *
   * @default - nothing
   */
  readonly metadata?: Record<string, string>;

  /**
   * Whether its failures send no alert.
   *
   * @default false
   */
  readonly muteAlert?: boolean;
}

/** The webhook as a Canary has it. */
export function renderWebhook(webhook: FlaggerWebhook): Wire<CanarySpecAnalysisWebhooks> {
  const { name, phase, url, timeout, retries, metadata, muteAlert, ...rest } = object('a webhook of the FlaggerDelivery', webhook);
  noUnknown('a webhook', rest);
  const where = `the webhook ${show(name)}`;
  if (!/^https?:\/\/[^/]/.test(text(`url of ${where}`, url, 'give its address'))) {
    throw new Error(`url of ${where} is ${show(url)}, expected one that begins with http:// or https://; write it in full`);
  }
  return {
    name: text('the name of a webhook', name, 'name it'),
    type: member(`phase of ${where}`, phase, WebhookPhase),
    url,
    timeout: given(timeout, (value) => seconds(`timeout of ${where}`, value)),
    retries: count(`retries of ${where}`, retries, 'leave it out for none'),
    metadata: given(metadata, (values) => object(`metadata of ${where}`, values)),
    muteAlert: flag(`muteAlert of ${where}`, muteAlert),
  };
}
