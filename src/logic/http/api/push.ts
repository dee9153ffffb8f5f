import type { Context } from "hono";
import { z } from "zod";
import { GoimError } from "../../../kit/errors.ts";
import { roomId } from "../../../protocol/room-id.ts";
import type { ApiMessage, ApiPusher, TargetOutcome } from "../../api-push.ts";
import type { Caller } from "../../auth/api-keys.ts";
import type { Scope } from "../../auth/scopes.ts";
import { type Env, tooMany } from "../answer.ts";
import { readBody } from "../body.ts";
import { problemAnswer, problemOf } from "./problem.ts";
import { type PushFields, type PushOptionBounds, pushOptionsOf } from "./push-options.ts";
import { checked, idempotencyKeyOf, isJson, queryOf, readJson } from "./request.ts";
import type { ApiRoute } from "./route.ts";
import {
  type BatchItem,
  batch,
  batchDescribed,
  batchItem,
  batchResults,
  commands,
  idempotencyKey,
  keysResults,
  type PushKind,
  publishedSchema,
  queries,
  toldSchema,
  usersResults,
} from "./schemas.ts";
import { allow, allowRoomType, callerOf, charge } from "./scope.ts";

export interface ApiPushOptions extends PushOptionBounds {
  /** Largest message, bytes. */
  readonly bodyBytesMax: number;
  /** Largest JSON body, bytes. */
  readonly jsonBytesMax: number;
  readonly targetsMax: number;
  readonly batchMax: number;
}

export interface ApiPushDeps {
  readonly apiPusher: ApiPusher;
}

/** POST /api/v1/push/{room,user,users,keys,all,batch}. */
export function apiPushRoutes(options: ApiPushOptions, deps: ApiPushDeps): ApiRoute[] {
  const { apiPusher } = deps;
  const { targetsMax } = options;
  const one = { 200: { text: "Stored.", schema: publishedSchema } };
  const told = { 200: { text: "Stored.", schema: toldSchema } };
  const many = (schema: z.ZodType) => ({
    200: { text: "Every target is stored.", schema },
    207: { text: "Some are stored, some are not; the results say which.", schema },
  });
  return [
    route("room", "Push to everybody in a room", one, async (c) => {
      const { command, message } = await readPush(c, "room", options);
      allow(c, "push:room", command.type);
      return c.json(await apiPusher.room(roomId(command.type, command.room), message));
    }),
    route("user", "Push to all connections of one user", told, async (c) => {
      const { command, message } = await readPush(c, "user", options);
      return c.json(await apiPusher.user(command.user, message));
    }),
    route("users", "Push to all connections of several users", many(usersResults), async (c) => {
      const { command, message } = await readPush(c, "users", options);
      tooMany("users", command.users.length, targetsMax);
      return resultsAnswer(c, "user", await apiPusher.users(command.users, message));
    }),
    route("keys", "Push to single connections by their keys", many(keysResults), async (c) => {
      const { command, message } = await readPush(c, "keys", options);
      tooMany("keys", command.keys.length, targetsMax);
      return resultsAnswer(c, "key", await apiPusher.keys(command.keys, message));
    }),
    route("all", "Push to everybody", one, async (c) => {
      const { command, message } = await readPush(c, "all", options);
      return c.json(await apiPusher.all(command.speed ?? 0, message));
    }),
    {
      method: "post",
      path: "/api/v1/push/batch",
      summary: `Push up to ${options.batchMax} messages, each with its own target`,
      description:
        "Each item has a result, at its index. Items for one target are stored in their order " +
        "unless one had to be sent to NATS again. `idempotencyKey` stands in the items.",
      json: batchDescribed,
      answers: many(batchResults),
      problems: [413, 429, 503, 504],
      handle: async (c) => {
        const caller = callerOf(c);
        if (c.req.header("idempotency-key") !== undefined) {
          const text = "Idempotency-Key: give each item its idempotencyKey instead of this header";
          throw new GoimError("invalid", text);
        }
        checked(noQuery, queryOf(c, noQuery));
        if (!isJson(c)) throw new GoimError("invalid", "Content-Type must be application/json");
        const { items } = checked(batch, await readJson(c, options.jsonBytesMax));
        tooMany("items", items.length, options.batchMax);
        charge(c, items.length - 1);
        return resultsAnswer(
          c,
          "index",
          await pushBatch(items, { options, caller, pusher: apiPusher }),
        );
      },
    },
  ];
}

const scopes: Readonly<Record<PushKind | "key", Scope>> = {
  room: "push:room",
  user: "push:user",
  users: "push:user",
  key: "push:user",
  keys: "push:user",
  all: "push:all",
};

const noQuery = z.strictObject({});

function route(
  kind: PushKind,
  summary: string,
  answers: ApiRoute["answers"],
  handle: (c: Context<Env>) => Promise<Response>,
): ApiRoute {
  return {
    method: "post",
    path: `/api/v1/push/${kind}`,
    summary,
    scope: scopes[kind],
    description:
      "With Content-Type application/json the body is the call; with any other it is the message " +
      "itself and the rest stands in the query.",
    query: queries[kind],
    headers: { "Idempotency-Key": idempotencyKey },
    json: commands[kind],
    raw: true,
    answers,
    problems: [409, 413, 429, 503, 504],
    handle,
  };
}

async function readPush<K extends PushKind>(
  c: Context<Env>,
  kind: K,
  options: ApiPushOptions,
): Promise<{ command: z.output<(typeof queries)[K]>; message: ApiMessage }> {
  const key = idempotencyKeyOf(c);
  const sender = senderOf(callerOf(c));
  const idempotency = key === undefined ? undefined : { sender, key };
  const schema: z.ZodObject = queries[kind];
  let command: z.output<(typeof queries)[K]>;
  let body: Uint8Array;
  if (isJson(c)) {
    checked(noQuery, queryOf(c, noQuery));
    const json = checked(commands[kind], await readJson(c, options.jsonBytesMax));
    command = json as typeof command;
    body = bodyOf(json as Bodies, options.bodyBytesMax);
  } else {
    command = checked(schema, queryOf(c, schema)) as typeof command;
    body = await readBody(c.req.raw, options.bodyBytesMax);
  }
  const fields = command as PushFields & { op: number };
  const { op } = fields;
  return { command, message: { op, body, idempotency, ...pushOptionsOf(fields, options) } };
}

/** Two keys of the API never meet in one idempotency key; callers without a key share theirs. */
function senderOf({ id }: Caller): string {
  return id === "" ? "" : `api ${id}`;
}

interface Bodies {
  readonly body?: string | undefined;
  readonly bodyBase64?: string | undefined;
}

function bodyOf({ body, bodyBase64 }: Bodies, bytesMax: number): Uint8Array {
  const bytes =
    bodyBase64 === undefined ? Buffer.from(body ?? "", "utf8") : Buffer.from(bodyBase64, "base64");
  if (bytes.length <= bytesMax) return bytes;
  throw new GoimError("too_large", `the message is larger than ${bytesMax} bytes`);
}

interface BatchContext {
  readonly options: ApiPushOptions;
  readonly caller: Caller;
  readonly pusher: ApiPusher;
}

async function pushBatch(
  items: readonly unknown[],
  context: BatchContext,
): Promise<(Omit<TargetOutcome, "target"> & { target: number })[]> {
  const settled = await Promise.allSettled(
    // Each begins at once and in order: pushes for one target stay in their order.
    items.map(async (value) => pushItem(checked(batchItem, value), context)),
  );
  return settled.map((result, target) => {
    if (result.status === "fulfilled") return { target, outcome: result.value };
    if (result.reason instanceof GoimError) return { target, outcome: result.reason };
    throw result.reason;
  });
}

function pushItem(item: BatchItem, { options, caller, pusher }: BatchContext) {
  const scope = scopes[item.to];
  if (!caller.scopes.has(scope)) throw new GoimError("forbidden", `the key has no scope ${scope}`);
  if (item.to === "room") allowRoomType(caller, item.type);
  const { op, idempotencyKey: itemKey } = item;
  const sender = senderOf(caller);
  const idempotency = itemKey === undefined ? undefined : { sender, key: itemKey };
  const asked = pushOptionsOf(item, options);
  const message = { op, idempotency, ...asked, body: bodyOf(item, options.bodyBytesMax) };
  switch (item.to) {
    case "room":
      return pusher.room(roomId(item.type, item.room), message);
    case "user":
      return pusher.user(item.user, message);
    case "key":
      return pusher.key(item.key, message);
    case "all":
      return pusher.all(item.speed ?? 0, message);
  }
}

/**
 * 200 when all are stored, 207 when some are. When every one failed in the same way the answer is
 * that failure, with the results besides, so that a caller that looks at the status sees it.
 */
function resultsAnswer(
  c: Context<Env>,
  name: string,
  outcomes: readonly (Omit<TargetOutcome, "target"> & { readonly target: string | number })[],
): Response {
  const failures: GoimError[] = [];
  const results = outcomes.map(({ target, outcome }) => {
    if (!(outcome instanceof GoimError)) return { [name]: target, ok: true, ...outcome };
    failures.push(outcome);
    return { [name]: target, ok: false, problem: problemOf(outcome) };
  });
  const counts = { stored: outcomes.length - failures.length, failed: failures.length };
  const [first] = failures;
  if (first === undefined) return c.json({ ...counts, results });
  if (counts.stored === 0 && failures.every(({ code }) => code === first.code)) {
    const text = outcomes.length === 1 ? first.message : `none is stored; first: ${first.message}`;
    return problemAnswer(c, new GoimError(first.code, text), { ...counts, results });
  }
  return c.json({ ...counts, results }, 207);
}
