/**
 * The one table of expected failures. A code travels as text in RPC replies and problem details;
 * HTTP status and goim's `code` stand beside it. Bugs are not in here: they throw through `assert`.
 */
export const errorTable = {
  invalid: { http: 400, goim: -400, retry: false },
  unauthorized: { http: 401, goim: -400, retry: false },
  forbidden: { http: 403, goim: -400, retry: false },
  not_found: { http: 404, goim: -400, retry: false },
  /** The id of this request belongs to another one. */
  conflict: { http: 409, goim: -400, retry: false },
  /** The position is of another life of the stream: begin again from what is kept now. */
  reset: { http: 409, goim: -400, retry: false },
  /** The room has all the connections it may have. */
  full: { http: 409, goim: -400, retry: false },
  /** The room was closed: nobody comes in any more. */
  closed: { http: 410, goim: -400, retry: false },
  too_large: { http: 413, goim: -400, retry: false },
  busy: { http: 429, goim: -500, retry: true },
  /** Moderation: who sends may not speak, or may not be there. */
  muted: { http: 403, goim: -400, retry: false },
  banned: { http: 403, goim: -400, retry: false },
  /** Moderation: what was sent may not be shown. */
  blocked: { http: 403, goim: -400, retry: false },
  /** Moderation: sent too soon after the last one, or too often. */
  slow: { http: 429, goim: -400, retry: true },
  rate_limited: { http: 429, goim: -400, retry: true },
  internal: { http: 500, goim: -500, retry: false },
  /** NATS, the session store or the peer cannot be reached; nothing was done. */
  unavailable: { http: 503, goim: -500, retry: true },
  /** No answer in time; it may or may not have been done. */
  timeout: { http: 504, goim: -500, retry: true },
  /** A push that may or may not be stored: safe to repeat with the same id only. */
  outcome_unknown: { http: 504, goim: -500, retry: true },
} as const;

export type ErrorCode = keyof typeof errorTable;

/** An expected failure with a code from the table and a sentence for the person who caused it. */
export class GoimError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "GoimError";
    this.code = code;
  }
}

/** Whether `error` is an expected failure, of kind `code` when one is named. */
export function isGoimError(error: unknown, code?: ErrorCode): error is GoimError {
  return error instanceof GoimError && (code === undefined || error.code === code);
}

/** Whether the same again may do better after an answer with this code; not for unknown ones. */
export function mayRetry(code: string): boolean {
  return Object.hasOwn(errorTable, code) && errorTable[code as ErrorCode].retry;
}

/** Whether the same again may do better after this failure. */
export function isRetryable(error: unknown): error is GoimError {
  return isGoimError(error) && errorTable[error.code].retry;
}

/** The sentence of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
