/** POST /api/v1/me/publish: a client sends with its own token, without a connection. */
import type { Context } from "hono";
import { z } from "zod";
import { GoimError } from "../../../kit/errors.ts";
import { roomId } from "../../../protocol/room-id.ts";
import type { ClientPublish } from "../../client-publish.ts";
import type { Env } from "../answer.ts";
import { readBody } from "../body.ts";
import { checked, idempotencyKeyOf, isJson, queryOf, readJson } from "./request.ts";
import type { ApiRoute } from "./route.ts";
import { idempotencyKey, mid, publishedSchema } from "./schemas.ts";

/** Who sends, as its token says. */
export interface MeCaller {
  /** Decimal text, "0" = anonymous. */
  readonly mid: string;
  /** "" = the token names none. */
  readonly key: string;
  readonly device: string;
  readonly platform: string;
  /** Address of the caller, "" = not known. */
  readonly ip: string;
  /** Fails with the code for which the caller may not speak in this room; "" = to users. */
  mayPublish(room: string): Promise<void>;
}

/** Reads the token of a request. Fails with GoimError "unauthorized" for one that does not hold. */
export type Identify = (request: Request) => Promise<MeCaller>;

export interface MePublishOptions {
  /** Largest JSON body, bytes. */
  readonly jsonBytesMax: number;
  /** Largest message, bytes. */
  readonly bodyBytesMax: number;
}

export interface MePublishDeps {
  readonly identify: Identify;
  readonly clientPublish: ClientPublish;
}

const INT32_MAX = 2 ** 31 - 1;
const id = z.string().min(1, "not empty").max(128, "at most 128 characters").optional();

const to = {
  type: z.string().min(1, "not empty").optional().describe("Type of the room."),
  room: z.string().min(1, "not empty").optional().describe("Room within its type."),
  user: mid.optional().describe("Instead of type and room: the user it is for."),
  op: z.int("a whole number").min(1000, "at least 1000").max(INT32_MAX).default(1000),
  id: id.describe("Your own name of the message: stored once. Idempotency-Key is the same."),
};

const query = z.strictObject(to);
const json = z.strictObject({
  ...to,
  body: z.string().optional().describe("The message as text."),
  bodyBase64: z.base64().optional().describe("The same as bytes."),
});
const noQuery = z.strictObject({});

export function mePublishRoutes(options: MePublishOptions, deps: MePublishDeps): ApiRoute[] {
  return [
    {
      method: "post",
      path: "/api/v1/me/publish",
      summary: "Send a message as a client, with the client's token",
      description:
        "As op 4 over a connection: the same checks, one message per id and sender. The token " +
        "stands in Authorization: Bearer. With another Content-Type than application/json the " +
        "body is the message itself and the rest stands in the query.",
      query,
      headers: { "Idempotency-Key": idempotencyKey },
      json,
      raw: true,
      answers: { 200: { text: "Stored.", schema: publishedSchema } },
      problems: [401, 403, 409, 413, 429, 503, 504],
      handle: (c) => publish(c, options, deps),
    },
  ];
}

async function publish(
  c: Context<Env>,
  options: MePublishOptions,
  { identify, clientPublish }: MePublishDeps,
): Promise<Response> {
  // First who it is: a stranger is told nothing about the rest.
  const caller = await identify(c.req.raw);
  const { command, body } = await read(c, options);
  const { type, room, user, op } = command;
  const name = idOf(c, command.id, caller);
  const { mid, device, platform, ip } = caller;
  const sent = { mid, key: keyOf(caller), device, platform, ip, op, body, id: name };
  if (user !== undefined) {
    if (type !== undefined || room !== undefined) {
      throw new GoimError("invalid", "user: it excludes type and room");
    }
    await caller.mayPublish("");
    return c.json(await clientPublish({ ...sent, room: "", user, excludeSelf: false }));
  }
  if (type === undefined || room === undefined) {
    throw new GoimError("invalid", "type, room: missing; or give user");
  }
  const to = roomId(type, room);
  await caller.mayPublish(to);
  return c.json(await clientPublish({ ...sent, room: to, excludeSelf: false }));
}

async function read(c: Context<Env>, { jsonBytesMax, bodyBytesMax }: MePublishOptions) {
  if (!isJson(c)) {
    const command = checked(query, queryOf(c, query));
    return { command, body: await readBody(c.req.raw, bodyBytesMax) };
  }
  checked(noQuery, queryOf(c, noQuery));
  const { body = "", bodyBase64, ...command } = checked(json, await readJson(c, jsonBytesMax));
  const bytes = bodyBase64 === undefined ? Buffer.from(body) : Buffer.from(bodyBase64, "base64");
  if (bytes.length <= bodyBytesMax) return { command, body: bytes };
  throw new GoimError("too_large", `the message is larger than ${bodyBytesMax} bytes`);
}

function idOf(c: Context<Env>, asked: string | undefined, caller: MeCaller): string {
  const header = idempotencyKeyOf(c);
  if (asked !== undefined && header !== undefined && asked !== header) {
    throw new GoimError("invalid", "id and Idempotency-Key differ");
  }
  const name = asked ?? header ?? "";
  // All who have neither mid nor key would share one sender, and with it their ids.
  if (name !== "" && caller.mid === "0" && caller.key === "") {
    throw new GoimError("invalid", "id: the token has neither a mid nor a key");
  }
  return name;
}

/** A message needs the key of its sender; over HTTP a token may have none. */
function keyOf({ key }: MeCaller): string {
  return key === "" ? "http" : key;
}
