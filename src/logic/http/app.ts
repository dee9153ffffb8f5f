/** The HTTP API of logic as one Hono app; it opens no socket, so tests call `app.request`. */
import { randomUUID } from "node:crypto";
import { Hono } from "hono";
import type { Clock } from "../../kit/clock.ts";
import { GoimError, isGoimError, messageOf } from "../../kit/errors.ts";
import type { Log } from "../../kit/log.ts";
import type { Metrics } from "../../kit/metrics.ts";
import { type ApiKeys, RateLimited } from "../auth/api-keys.ts";
import type { Nodes } from "../nodes.ts";
import type { Online } from "../online.ts";
import type { Pusher } from "../push.ts";
import { type Env, failure as goimFailure, notFound } from "./answer.ts";
import { type ApiDeps, type ApiOptions, apiRoutes, isApiPath, mountApi } from "./api/app.ts";
import { problemAnswer } from "./api/problem.ts";
import { requireScope } from "./api/scope.ts";
import { withCors } from "./cors.ts";
import { nodesRoutes } from "./nodes.ts";
import { onlineRoutes } from "./online.ts";
import { pushRoutes } from "./push.ts";

export interface HttpAppOptions extends ApiOptions {
  /** Largest body of a push, bytes. */
  readonly bodyBytesMax: number;
  /** Most keys, mids or rooms in one request. */
  readonly targetsMax: number;
  /** Origins of pages that may call what clients call. */
  readonly corsOrigins?: readonly string[];
}

export interface HttpAppDeps extends ApiDeps {
  readonly pusher: Pusher;
  readonly online: Online;
  readonly nodes: Nodes;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Without them everybody may call everything. */
  readonly apiKeys?: ApiKeys | undefined;
}

export function createHttpApp(options: HttpAppOptions, deps: HttpAppDeps): Hono<Env> {
  const app = new Hono<Env>();
  observe(app, deps);
  const { corsOrigins = [] } = options;
  if (corsOrigins.length > 0) app.use("*", withCors(corsOrigins));
  // Clients ask nodes/weighted where to connect: that stays open.
  app.use("/goim/nodes/instances", requireScope("read"));
  app.use("/goim/online/*", requireScope("read"));
  app.route("/goim/push", pushRoutes(options, deps));
  app.route("/goim/online", onlineRoutes(options, deps));
  app.route("/goim/nodes", nodesRoutes(deps));
  mountApi(app, apiRoutes(options, deps));
  app.notFound((c) => {
    if (!isApiPath(c.req.path)) return notFound(c);
    return problemAnswer(c, new GoimError("not_found", "no such call; see /openapi.json"));
  });
  app.onError((error, c) => {
    const failure = isApiPath(c.req.path) ? problemAnswer : goimFailure;
    if (isGoimError(error)) return withAdvice(failure(c, error), error);
    const requestId = c.get("requestId");
    deps.log.error({ requestId, error: messageOf(error), stack: error.stack }, "bug in a request");
    return failure(c, new GoimError("internal", `internal error; request ${requestId}`));
  });
  return app;
}

/** What a refused caller is told besides. */
function withAdvice(response: Response, error: GoimError): Response {
  const { headers } = response;
  if (error.code === "unauthorized") headers.set("WWW-Authenticate", 'Bearer realm="goim"');
  if (error instanceof RateLimited) headers.set("Retry-After", String(error.retryAfterS));
  return response;
}

/** What a caller may choose as the id of its request. */
const requestIdPattern = /^[\w.:/+=@-]{1,128}$/;

/** Gives each request its id and the API keys, counts it, and logs how it ended. */
function observe(app: Hono<Env>, deps: HttpAppDeps): void {
  const { apiKeys, clock, log, metrics } = deps;
  const requests = metrics.tally("http_requests_total", "Answers", ["route", "status"]);
  const took = metrics.histogram("http_request_seconds", "Time to the answer", "route");
  app.use("*", async (c, next) => {
    const startedMs = clock.monotonic();
    const asked = c.req.header("x-request-id") ?? "";
    const requestId = requestIdPattern.test(asked) ? asked : randomUUID();
    c.set("requestId", requestId);
    c.set("apiKeys", apiKeys);
    // Hono would answer HEAD as GET; goim has no route for it.
    if (c.req.raw.method === "HEAD") c.res = notFound(c);
    else await next();

    // Set beforehand it would make Hono build a Headers object for every answer.
    c.res.headers.set("X-Request-Id", requestId);
    const { status } = c.res;
    const route = c.get("route") ?? (routes.has(c.req.path) ? c.req.path : "other");
    const ms = clock.monotonic() - startedMs;
    requests.add(route, String(status));
    took.observe(ms / 1000, route);
    const level = status >= 500 ? "warn" : "debug";
    if (!log.isLevelEnabled(level)) return;
    log[level]({ requestId, method: c.req.raw.method, path: c.req.path, status, ms }, "request");
  });
}

/** goim's paths as label values of the metrics. */
const routes = new Set([
  "/goim/push/keys",
  "/goim/push/mids",
  "/goim/push/room",
  "/goim/push/all",
  "/goim/online/top",
  "/goim/online/room",
  "/goim/online/total",
  "/goim/nodes/weighted",
  "/goim/nodes/instances",
]);
