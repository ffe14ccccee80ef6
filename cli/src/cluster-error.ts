/**
 * What kind of failure a `ClusterError` is:
 *
 * - `NotFound`: there is no such object, or no such kind.
 * - `Conflict`: somebody else changed it, owns it, or it is there already; a JSON Patch whose `test` failed, too.
 * - `Forbidden`: the user has no right to do this, or is not known.
 * - `Refused`: an admission webhook, a policy or the schema refused it; trying again is of no use.
 * - `Unreachable`: no connection, no answer in time, or an API server that asks to try again later.
 */
export type ClusterFailure = 'NotFound' | 'Conflict' | 'Forbidden' | 'Refused' | 'Unreachable';

/**
 * Something about a field.
 */
export interface ClusterErrorCause {
  /** The field, such as `.spec.http`; empty if it is the whole. */
  readonly field: string;

  /** What the API server says of it. */
  readonly message: string;
}

/**
 * The API server did not do what it was asked for.
 */
export class ClusterError extends Error {
  /** The name of this kind of error. */
  override readonly name = 'ClusterError';

  /**
   * @param reason what kind of failure it is
   * @param message a sentence for people, with the API server's own text
   * @param status the HTTP status; none without an answer
   * @param causes which fields are why, if it said so
   * @param options the error behind it
   */
  constructor(
    readonly reason: ClusterFailure,
    message: string,
    readonly status?: number,
    readonly causes: readonly ClusterErrorCause[] = [],
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The name under which the fields that we write belong to us. */
export const FIELD_MANAGER = 'cdk8s-istio';

/** What the API server answers instead of an object. */
interface Status {
  readonly reason?: string;
  readonly message?: string;
  readonly details?: { readonly kind?: string; readonly causes?: { readonly field?: string; readonly message?: string }[] };
}

/** Who refuses by a webhook or a policy may answer with any status, 403 included. */
const ADMISSION = /admission webhook "|ValidatingAdmissionPolicy '.*denied request/;

/** Only a JSON Patch that can't be done is invalid without any detail: a `test` failed, or a path isn't there. The API server says no more. */
const patchFailed = (status: number, { details }: Status) => status === 422 && details?.kind === undefined && !details?.causes?.length;

/** What doesn't fit the schema at all is said to be the server's own error, if it is applied. */
const UNFIT = /failed to create typed patch object/;

function reasonOf(status: number, answer: Status): ClusterFailure {
  if (UNFIT.test(answer.message ?? '')) {
    return 'Refused';
  }
  if (status === 429 || status >= 500) {
    return 'Unreachable';
  }
  if (ADMISSION.test(answer.message ?? '')) {
    return 'Refused';
  }
  if (status === 409 || patchFailed(status, answer)) {
    return 'Conflict';
  }
  const others: Record<number, ClusterFailure> = { 401: 'Forbidden', 403: 'Forbidden', 404: 'NotFound', 410: 'NotFound' };
  return others[status] ?? 'Refused';
}

const SENTENCES: Record<ClusterFailure, (what: string, text: string) => string> = {
  NotFound: (what, text) => `${what} isn't in the cluster, expected it to be there; check name and namespace (${text})`,
  Conflict: (what, text) => `${what} was changed by somebody else, or is theirs, expected nobody to; read it again and repeat (${text})`,
  Forbidden: (what, text) => `${what} may not be read or written by this user, expected the right to; have it granted (${text})`,
  Refused: (what, text) => `${what} was refused: ${text}`,
  Unreachable: (what, text) => `${what} could not be read or written, expected an API server that answers; try again later (${text})`,
};

/** The error for an answer of 400 and more. */
export function failure(what: string, status: number, content: unknown): ClusterError {
  const answer: Status = typeof content === 'object' && content !== null ? content : { message: String(content).trim() };
  const reason = reasonOf(status, answer);
  const causes = (answer.details?.causes ?? []).map(({ field = '', message = '' }) => ({ field, message }));
  const text = patchFailed(status, answer) ? 'a test of the JSON Patch failed' : shortened(answer.message ?? answer.reason ?? 'no reason given');
  return new ClusterError(reason, owned(what, causes) ?? SENTENCES[reason](what, `${status}: ${text}`), status, causes);
}

/**
 * The managers that own the fields for which an apply was refused; empty for any other error.
 *
 * @param error the error
 */
export function owners({ causes }: Pick<ClusterError, 'causes'>): string[] {
  return [...new Set(causes.flatMap(({ message }) => /^conflict with "([^"]+)"/.exec(message)?.[1] ?? []))];
}

function owned(what: string, causes: readonly ClusterErrorCause[]): string | undefined {
  const managers = owners({ causes }).join(' and ');
  const fields = causes.map(({ field }) => field.replace(/^\./, '')).join(', ');
  return managers === '' ? undefined : `${what} is owned by ${managers} in ${fields}, expected ${FIELD_MANAGER} or nobody; use force: true, or let ${managers} change it`;
}

/** Without the whole object, which the API server repeats before it names the unknown field. */
const shortened = (text: string) => text.replace(/^.*(strict decoding error: )/s, '$1');

/** The error for no answer. */
export function unreachable(what: string, server: string, why: string, cause: unknown): ClusterError {
  return new ClusterError('Unreachable', SENTENCES.Unreachable(what, `${server}: ${why}`), undefined, [], { cause });
}
