import { Hono } from "hono";
import { GoimError } from "../../kit/errors.ts";
import { parseRoomId, roomId } from "../../protocol/room-id.ts";
import type { Online } from "../online.ts";
import { data, type Env, tooMany } from "./answer.ts";
import { allow } from "./api/scope.ts";
import { intOf, parseQuery, require, textOf, textsOf } from "./query.ts";

export interface OnlineRoutesOptions {
  readonly targetsMax: number;
}

/** GET /online/{top,room,total}. */
export function onlineRoutes(options: OnlineRoutesOptions, deps: { online: Online }): Hono<Env> {
  const { online } = deps;
  const app = new Hono<Env>();

  app.get("/top", (c) => {
    const query = parseQuery(c.req.url);
    const type = textOf(query, "type");
    const limit = intOf(query, "limit");
    require(["Type", type !== ""], ["Limit", limit !== 0n]);
    const { roomTypes } = allow(c, "read", type);
    // goim ends such a request with a panic.
    if (limit < 0n) throw new GoimError("invalid", "limit must be above 0");
    // goim takes the type for the beginning of the id, and so for types that begin alike as well.
    const prefix = roomTypes === undefined ? type : roomId(type, "");
    const rooms = online.top(prefix, Number(limit));
    return data(
      c,
      rooms.map(({ room, count }) => ({ room_id: parseRoomId(room).room, count })),
    );
  });

  app.get("/room", (c) => {
    const query = parseQuery(c.req.url);
    const type = textOf(query, "type");
    const rooms = textsOf(query, "rooms");
    require(["Type", type !== ""], ["Rooms", rooms.length > 0]);
    allow(c, "read", type);
    tooMany("rooms", rooms.length, options.targetsMax);
    const counts = rooms.map((room) => [room, online.room(roomId(type, room))] as const);
    return data(c, Object.fromEntries(counts));
  });

  app.get("/total", (c) => {
    const { connections, ips } = online.totals();
    return data(c, { conn_count: connections, ip_count: ips });
  });

  return app;
}
