/**
 * The few errors that cross a room's wall. `code` is for programs (exit codes, HTTP status), `message` says what is wrong
 * and what to do about it. An outage is never turned into one of these by catching too much: keep the `cause`.
 */
export const errorCodes = {
  /** The input does not fit its schema or rule. */
  invalid: { status: 400, exit: 2 },
  unauthenticated: { status: 401, exit: 3 },
  forbidden: { status: 403, exit: 3 },
  not_found: { status: 404, exit: 4 },
  /** The thing is in a state that does not allow it (a lease that ran out, a round that already runs). */
  conflict: { status: 409, exit: 5 },
  /** More bytes than are taken in. */
  too_large: { status: 413, exit: 2 },
  rate_limited: { status: 429, exit: 5 },
  /** A part that Heed needs does not answer (database, disk, network). */
  unavailable: { status: 503, exit: 6 },
} as const;

export type ErrorCode = keyof typeof errorCodes;

export class HeedError extends Error {
  override readonly name = 'HeedError';
  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: { cause?: unknown; details?: Record<string, unknown> },
  ) {
    super(message, { cause: options?.cause });
    this.details = options?.details;
  }
  readonly details?: Record<string, unknown>;
  get status(): number {
    return errorCodes[this.code].status;
  }
  get exitCode(): number {
    return errorCodes[this.code].exit;
  }
}
