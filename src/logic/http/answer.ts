/** goim's answers: {"code":0,"message":"","data":…}. */
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { errorTable, GoimError } from "../../kit/errors.ts";
import type { ApiKeys, Caller } from "../auth/api-keys.ts";

/** What every request carries from the outermost handler inwards. */
export interface Env {
  Bindings: {
    /** Of who called; none where no socket is behind the request. */
    remoteAddress?: string;
  };
  Variables: {
    requestId: string;
    /** Path of the call in the metrics, where it is not that of the request. */
    route: string | undefined;
    /** The keys of the API (api/scope.ts); undefined where none is asked for. */
    apiKeys: ApiKeys | undefined;
    /** Who called, once that was asked for. */
    caller: Caller | undefined;
  };
}

const JSON_TYPE = { "Content-Type": "application/json; charset=utf-8" };
const DONE = '{"code":0,"message":""}';

/** Seconds after which a caller may try again what could not be done now. */
const RETRY_AFTER = "1";

export function done(c: Context): Response {
  return c.body(DONE, 200, JSON_TYPE);
}

/** An answer with data, which is JSON text already or a value to be made that. */
export function data(c: Context, value: unknown): Response {
  return dataText(c, JSON.stringify(value));
}

export function dataText(c: Context, json: string): Response {
  return c.body(`{"code":0,"message":"","data":${json}}`, 200, JSON_TYPE);
}

export function failure(c: Context, error: GoimError): Response {
  const { http, goim } = errorTable[error.code];
  return coded(c, http, goim, error.message);
}

/** Any answer with a code of goim's. */
export function coded(c: Context, status: number, code: number, message: string): Response {
  if (status === 429 || status === 503) c.header("Retry-After", RETRY_AFTER);
  // What is left of a body that is too large is not read.
  if (status === 413) c.header("Connection", "close");
  const text = JSON.stringify({ code, message });
  return c.body(text, status as ContentfulStatusCode, JSON_TYPE);
}

/** gin's answer to everything it has no route for. */
export function notFound(c: Context): Response {
  return c.body("404 page not found", 404, { "Content-Type": "text/plain" });
}

export function tooMany(what: string, count: number, most: number): void {
  if (count <= most) return;
  throw new GoimError("too_large", `${count} ${what} in one request; at most ${most} are taken`);
}
