import type { Finding } from 'cdk8s-istio';
import type { ProxyRow } from './proxies.js';

/**
 * What a check says: `ok`, `warning` where something may not work, `error` where something does not, `skipped` where it could not be checked.
 */
export type CheckState = 'ok' | 'warning' | 'error' | 'skipped';

/**
 * What a check of a cluster showed.
 */
export interface CheckResult {
  /** What was checked, such as `istiod`. */
  readonly check: string;

  /** What it says. */
  readonly state: CheckState;

  /** What is so. */
  readonly message: string;

  /**
   * What to do.
   *
   * @default - nothing is to be done
   */
  readonly remedy?: string;

  /**
   * What the checks of cdk8s-istio find in the configuration of the cluster.
   *
   * @default - it is another check
   */
  readonly findings?: Finding[];

  /**
   * The proxies, and which of their configuration is in sync.
   *
   * @default - it is another check, or none was asked for
   */
  readonly proxies?: ProxyRow[];
}
