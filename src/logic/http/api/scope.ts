/** Who may make a call of the HTTP API. */
import type { Context, MiddlewareHandler } from "hono";
import { GoimError } from "../../../kit/errors.ts";
import { parseRoomId } from "../../../protocol/room-id.ts";
import { ANYBODY, type ApiKeys, type Caller } from "../../auth/api-keys.ts";
import type { Scope } from "../../auth/scopes.ts";
import type { Env } from "../answer.ts";
import type { ApiRoute } from "./route.ts";

/** As middleware: `app.post("/rooms", requireScope("rooms:write"), handler)`. */
export function requireScope(scope: Scope): MiddlewareHandler<Env> {
  return async (c, next) => {
    allow(c, scope);
    await next();
  };
}

/**
 * Lets the caller of a request pass, or throws GoimError: "unauthorized" (401) without a good key,
 * "forbidden" (403) without the scope, or for a room type that the key is not for, RateLimited
 * (429). May be called several times in one request: it is counted once.
 */
export function allow(c: Context<Env>, scope: Scope, roomType?: string): Caller {
  const caller = callerOf(c);
  if (!caller.scopes.has(scope)) throw new GoimError("forbidden", `the key has no scope ${scope}`);
  if (roomType !== undefined) allowRoomType(caller, roomType);
  return caller;
}

/**
 * Routes whose callers need `scope` to change something and "read" to look, but for a scope that
 * the route itself names; a key that is for some
 * types of rooms only does not reach those of others.
 */
export function scoped(scope: Scope, routes: readonly ApiRoute[]): ApiRoute[] {
  return routes.map((route) => {
    const own = route.scope ?? (route.method === "get" ? "read" : scope);
    const handle: ApiRoute["handle"] = (c) => {
      allow(c, own, c.req.param("type"));
      return route.handle(c);
    };
    return { ...route, scope: own, handle };
  });
}

/**
 * Lets the caller pass where a call may be about any room, or about none: a key that is for some
 * types of rooms does not reach what is not of one of them. Throws as `allow`.
 */
export function allowRoom(c: Context<Env>, scope: Scope, room: string | undefined): Caller {
  const caller = allow(c, scope);
  if (caller.roomTypes === undefined) return caller;
  if (room === undefined) {
    throw new GoimError("forbidden", "the key is for some types of rooms: name a room of those");
  }
  allowRoomType(caller, parseRoomId(room).type);
  return caller;
}

/** Throws GoimError "forbidden" for a type of rooms that the caller's key is not for. */
export function allowRoomType({ roomTypes }: Caller, roomType: string): void {
  if (roomTypes === undefined || roomTypes.has(roomType)) return;
  throw new GoimError("forbidden", "the key is not for rooms of this type");
}

/** Who made the request, whatever it may do. Fails with "unauthorized" or RateLimited. */
export function callerOf(c: Context<Env>): Caller {
  const known = c.get("caller");
  if (known !== undefined) return known;
  const keys = c.get("apiKeys");
  const caller = keys === undefined ? ANYBODY : identified(c, keys);
  c.set("caller", caller);
  return caller;
}

/** A call that does the work of several counts as such. Fails with RateLimited. */
export function charge(c: Context<Env>, calls: number): void {
  c.get("apiKeys")?.charge(callerOf(c), calls);
}

function identified(c: Context<Env>, keys: ApiKeys): Caller {
  const secret = secretOf(c);
  if (secret === undefined) {
    if (keys.open) return ANYBODY;
    const text = "an API key is needed: Authorization: Bearer <key>, or X-Api-Key";
    throw new GoimError("unauthorized", text);
  }
  const caller = keys.identify(secret);
  keys.charge(caller, 1);
  return caller;
}

const bearer = /^Bearer +(\S+) *$/i;

function secretOf(c: Context<Env>): string | undefined {
  const own = c.req.header("x-api-key");
  if (own !== undefined) return own;
  const authorization = c.req.header("authorization");
  return authorization === undefined ? undefined : (bearer.exec(authorization)?.[1] ?? "");
}
