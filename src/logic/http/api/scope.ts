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

/** What a call is about: rooms whatever their type, those of one type, or one room. */
export type Reach =
  | { readonly kind: "all" }
  | { readonly kind: "type"; readonly type: string }
  | { readonly kind: "room"; readonly room: string };

/**
 * The rule of keys that are for some types of rooms (docs/auth.md has it for people). Such a key
 * reaches what is about rooms of these types; lists show it those only; what is about rooms of
 * another type, or about all rooms and users alike, is closed to it: accounts, roles, revocations,
 * keys, and moderation that names no room. Pushes to users and to all, presence, states of messages
 * and totals are about no room: there the scope alone decides.
 */
export function reaches({ roomTypes }: Caller, reach: Reach): boolean {
  if (roomTypes === undefined) return true;
  if (reach.kind === "all") return false;
  return roomTypes.has(reach.kind === "type" ? reach.type : parseRoomId(reach.room).type);
}

/** Throws GoimError "forbidden" for what the caller's key does not reach. */
export function allowReach(caller: Caller, reach: Reach): void {
  if (reaches(caller, reach)) return;
  if (reach.kind === "all") {
    throw new GoimError("forbidden", "the key is for some types of rooms: name a room of those");
  }
  throw new GoimError("forbidden", "the key is not for rooms of this type");
}

/** What is said of a room, or of none ("": wherever). */
export function reachOf(room: string): Reach {
  return room === "" ? { kind: "all" } : { kind: "room", room };
}

/** Routes that are closed to keys for some types of rooms. */
export function beyondRooms(routes: readonly ApiRoute[]): ApiRoute[] {
  return routes.map((route) => ({
    ...route,
    handle: (c) => {
      allowReach(callerOf(c), { kind: "all" });
      return route.handle(c);
    },
  }));
}

/**
 * Throws GoimError "forbidden" for rooms of a token, ids or beginnings of them with `*` behind,
 * that the caller's key does not reach. None given are all there are.
 */
export function allowPatterns(caller: Caller, patterns: readonly string[] | undefined): void {
  if (patterns === undefined) allowReach(caller, { kind: "all" });
  for (const pattern of patterns ?? []) {
    const open = pattern.endsWith("*");
    const start = open ? pattern.slice(0, -1) : pattern;
    // A beginning that ends within the type is one of several types.
    const wide = open && !start.includes("://");
    allowReach(caller, wide ? { kind: "all" } : { kind: "room", room: start });
  }
}

/**
 * Routes whose callers need `scope` to change something and "read" to look, but for a scope that
 * the route itself names; of a room in the path the key has to reach the type.
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
  allowReach(caller, reachOf(room ?? ""));
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
