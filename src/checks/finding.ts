/**
 * How serious a finding is, and what becomes of it when the app is synthesized.
 */
export enum CheckLevel {
  /** Synthesis fails. */
  ERROR = 'error',
  /** Printed to the standard error stream; synthesis goes on. */
  WARNING = 'warning',
  /** Advice that is right for some meshes only: not printed, but in the list that `Checks.run` returns. */
  INFO = 'info',
  /** The rule is not asked. */
  OFF = 'off',
}

/**
 * A mistake that only the whole app shows.
 */
export interface Finding {
  /** The rule that found it, such as `subset-unknown`. */
  readonly rule: string;

  /** How serious it is. */
  readonly level: CheckLevel;

  /** The kind of the resource, such as `VirtualService`. */
  readonly kind: string;

  /**
   * The namespace of the resource.
   *
   * @default - the resource names none, or has none
   */
  readonly namespace?: string;

  /** The name of the resource. */
  readonly name: string;

  /** The field in the resource's manifest, such as `spec.http[0].timeout`. */
  readonly path: string;

  /** What is wrong, what was expected, and the remedy. */
  readonly message: string;

  /**
   * The code of the same finding in `istioctl analyze` (ISTnnnn) or in Kiali (KIAnnnn).
   *
   * @default - neither has it
   */
  readonly code?: string;

  /**
   * The path of the construct that the resource comes from.
   *
   * @default - not known, as for a manifest that comes from a file
   */
  readonly constructPath?: string;
}
