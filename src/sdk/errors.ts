/**
 * Every failure the SDK hands out. `code` is one of the server's (docs/protocol.md, op 28) or one
 * of these: `closed`, `disconnected`, `timeout`, `outcome_unknown`, `overflow`, `unsupported`,
 * `queue_full`, `not_joined`, `too_large`, `handler`, `protocol`, `stuck`, `invalid`.
 */
export class GoimClientError extends Error {
  readonly code: string;
  /** The room it is about, if it is about one. */
  readonly room: string | undefined;

  constructor(code: string, message: string, options: ErrorOptions & { room?: string } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "GoimClientError";
    this.code = code;
    this.room = options.room;
  }
}

/** Codes of the server after which the same request may go well. */
const RETRYABLE: ReadonlySet<string> = new Set([
  "busy",
  "unavailable",
  "timeout",
  "outcome_unknown",
  "disconnected",
]);

/** Whether the same request is worth repeating. */
export function mayRetry(error: GoimClientError): boolean {
  return RETRYABLE.has(error.code);
}

/** The sentence of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
