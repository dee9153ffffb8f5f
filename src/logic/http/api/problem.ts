/** Failures of /api/v1 as problem details (RFC 9457). */
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { z } from "zod";
import { type ErrorCode, errorTable, GoimError } from "../../../kit/errors.ts";

const codes = Object.keys(errorTable) as ErrorCode[];

export const problemSchema = z
  .object({
    type: z.string().describe("`urn:goim:problem:` and the code."),
    title: z.string().describe("What kind of failure it is; the same for every one of this code."),
    status: z.int().describe("The HTTP status; of a target among many, what it would have been."),
    code: z.enum(codes),
    detail: z.string().describe("What happened this time, for a person."),
    retry: z.boolean().describe("Whether the same request may succeed later."),
    requestId: z.string().optional().describe("As in the header X-Request-Id and in our logs."),
    errors: z
      .array(z.object({ field: z.string(), message: z.string() }))
      .optional()
      .describe("Each field that cannot be taken as it is."),
  })
  .describe("A failure (RFC 9457).");

export type Problem = z.infer<typeof problemSchema>;

const titles: Readonly<Record<ErrorCode, string>> = {
  invalid: "The request cannot be taken as it is",
  unauthorized: "Who asks is not known",
  forbidden: "Who asks may not do this",
  not_found: "There is no such thing",
  conflict: "It does not go together with what is there",
  reset: "The position belongs to another life of the stream",
  full: "The room is full",
  closed: "The room is closed",
  too_large: "Too large",
  busy: "Too much at once",
  muted: "Who sends may not speak",
  banned: "Who asks may not be here",
  blocked: "What was sent may not be shown",
  slow: "Too soon after the last one",
  rate_limited: "Too often",
  internal: "A bug on our side",
  unavailable: "It cannot be done now, and was not",
  timeout: "No answer in time",
  outcome_unknown: "It may or may not have been done",
};

/** Seconds after which a caller may try again what could not be done now. */
const RETRY_AFTER = "1";

/** A failure of validation, with the fields it is about. */
export class FieldsError extends GoimError {
  readonly fields: readonly { readonly field: string; readonly message: string }[];

  constructor(fields: readonly { readonly field: string; readonly message: string }[]) {
    super("invalid", fields.map(({ field, message }) => `${field}: ${message}`).join("; "));
    this.name = "FieldsError";
    this.fields = fields;
  }
}

export function problemOf(error: GoimError): Problem {
  const { http, retry } = errorTable[error.code];
  const { code } = error;
  return {
    type: `urn:goim:problem:${code}`,
    title: titles[code],
    status: http,
    code,
    detail: error.message,
    retry,
    ...(error instanceof FieldsError ? { errors: [...error.fields] } : {}),
  };
}

/** The answer to a request that failed; `more` are members besides. */
export function problemAnswer(c: Context, error: GoimError, more: object = {}): Response {
  const problem = { ...problemOf(error), requestId: c.get("requestId") as string, ...more };
  const { status } = problem;
  if (status === 429 || status === 503) c.header("Retry-After", RETRY_AFTER);
  // What is left of a body that is too large is not read.
  if (status === 413) c.header("Connection", "close");
  const type = { "Content-Type": "application/problem+json" };
  return c.body(JSON.stringify(problem), status as ContentfulStatusCode, type);
}
