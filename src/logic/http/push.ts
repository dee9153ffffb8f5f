import { Hono } from "hono";
import { roomId } from "../../protocol/room-id.ts";
import type { Pusher } from "../push.ts";
import { coded, done, type Env, tooMany } from "./answer.ts";
import { allow, allowRoomType } from "./api/scope.ts";
import { readBody } from "./body.ts";
import { int32Of, int64TextsOf, parseQuery, require, textOf, textsOf } from "./query.ts";

export interface PushRoutesOptions {
  readonly bodyBytesMax: number;
  readonly targetsMax: number;
}

/** POST /push/{keys,mids,room,all}. The body is the message, any bytes. */
export function pushRoutes(options: PushRoutesOptions, deps: { pusher: Pusher }): Hono<Env> {
  const { pusher } = deps;
  const bodyOf = (request: Request) => readBody(request, options.bodyBytesMax);
  const app = new Hono<Env>();

  app.post("/keys", async (c) => {
    allow(c, "push:user");
    const query = parseQuery(c.req.url);
    const op = int32Of(query, "operation");
    const keys = textsOf(query, "keys");
    tooMany("keys", keys.length, options.targetsMax);
    const body = await bodyOf(c.req.raw);
    // goim asks Redis about no key at all and passes its complaint on in this form.
    if (keys.length === 0) return coded(c, 200, -400, "");
    await pusher.keys(op, keys, body);
    return done(c);
  });

  app.post("/mids", async (c) => {
    allow(c, "push:user");
    const query = parseQuery(c.req.url);
    const op = int32Of(query, "operation");
    tooMany("mids", textsOf(query, "mids").length, options.targetsMax);
    const mids = int64TextsOf(query, "mids");
    const body = await bodyOf(c.req.raw);
    await pusher.mids(op, mids, body);
    return done(c);
  });

  app.post("/room", async (c) => {
    const caller = allow(c, "push:room");
    const query = parseQuery(c.req.url);
    const op = int32Of(query, "operation");
    const type = textOf(query, "type");
    const room = textOf(query, "room");
    require(["Op", op !== 0], ["Type", type !== ""], ["Room", room !== ""]);
    allowRoomType(caller, type);
    const body = await bodyOf(c.req.raw);
    await pusher.room(op, roomId(type, room), body);
    return done(c);
  });

  app.post("/all", async (c) => {
    allow(c, "push:all");
    const query = parseQuery(c.req.url);
    const op = int32Of(query, "operation");
    const speed = int32Of(query, "speed");
    require(["Op", op !== 0]);
    const body = await bodyOf(c.req.raw);
    await pusher.all(op, speed, body);
    return done(c);
  });

  return app;
}
