/** Pages of other origins: the calls that clients make, for origins that are configured. */
import type { MiddlewareHandler } from "hono";
import type { Env } from "./answer.ts";

/** Paths that need no key of the API: whoever calls them is a client, who may be a page. */
const CLIENT_PATHS = [
  "/goim/nodes/weighted",
  "/api/v1/login",
  "/api/v1/register",
  "/api/v1/me/password",
  "/api/v1/me/publish",
];

/** Seconds for which a browser remembers what it was told. */
const REMEMBERED_S = "600";

/** No cookies: what a call is good for stands in its body and its Authorization. */
export function withCors(origins: readonly string[]): MiddlewareHandler<Env> {
  const any = origins.includes("*");
  const named = new Set(origins);
  const paths = new Set(CLIENT_PATHS);
  return async (c, next) => {
    const origin = c.req.header("origin");
    if (!paths.has(c.req.path)) return next();
    if (origin === undefined || !(any || named.has(origin))) {
      await next();
      // A cache between must not give this answer to a page of an origin that is named.
      c.res.headers.append("Vary", "Origin");
      return undefined;
    }
    if (c.req.raw.method === "OPTIONS") {
      return c.body(null, 204, {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Methods": "GET, POST",
        "Access-Control-Allow-Headers": "Authorization, Content-Type, X-Request-Id",
        "Access-Control-Max-Age": REMEMBERED_S,
        Vary: "Origin",
      });
    }
    await next();
    const { headers } = c.res;
    headers.set("Access-Control-Allow-Origin", origin);
    headers.set("Access-Control-Expose-Headers", "Retry-After, X-Request-Id");
    headers.append("Vary", "Origin");
    return undefined;
  };
}
