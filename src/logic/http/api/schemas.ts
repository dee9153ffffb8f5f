/** What /api/v1 takes and answers: checks, types and the OpenAPI document come from here. */
import { z } from "zod";
import { parseDuration } from "../../../kit/config-values.ts";
import { problemSchema } from "./problem.ts";

const INT32_MAX = 2 ** 31 - 1;
const INT64_MAX = 2n ** 63n - 1n;
const EXPIRES_MAX_MS = 30 * 24 * 3_600_000;

const op = z
  .int("a whole number")
  .min(1, "at least 1")
  .max(INT32_MAX, `at most ${INT32_MAX}`)
  .describe("Operation that clients see; by convention 1000 and above.");

const expiresIn = z
  .string()
  .regex(/^(\d+(ms|s|m|h))+$/, 'a time with its unit, like "30s", "10m" or "1h30m"')
  .transform((text) => parseDuration(text) ?? 0)
  .refine((ms) => ms >= 1 && ms <= EXPIRES_MAX_MS, "from 1ms to 720h")
  .optional()
  .describe('Time after which nobody gets it any more: "500ms", "30s", "10m", "1h30m".');

export const mid = z
  .union([z.string(), z.int()], "a mid, as text or whole number")
  .transform(String)
  .refine(
    (text) => /^[1-9]\d{0,18}$/.test(text) && BigInt(text) <= INT64_MAX,
    "a whole number from 1 to 2^63-1; beyond 2^53 write it as text",
  )
  .describe("A mid: a number, or its digits as text (needed beyond 2^53).");

const key = z.string().min(1, "not empty").describe("The key of a connection.");
const type = z.string().min(1, "not empty").describe("Type of the room, for example live.");
const room = z.string().min(1, "not empty").describe("Room within its type.");

const speed = z
  .int("a whole number")
  .min(0, "at least 0")
  .max(INT32_MAX, `at most ${INT32_MAX}`)
  .optional()
  .describe("Connections per second over the whole system; 0 or none: no limit.");

const exclude = z
  .array(key)
  .optional()
  .describe("Keys of connections in the room that do not get it, for example the sender's.");

const qos = z
  .enum(["live", "stored", "acked"], "live, stored or acked")
  .optional()
  .describe(
    "live: only for who is connected now. stored (default): waits in the mailbox. acked: the " +
      "same; whether a device has acknowledged it is what wait=acked tells.",
  );

const deadline = z
  .int("a whole number of milliseconds")
  .min(1, "at least 1")
  .optional()
  .describe("With wait: milliseconds after which the answer comes in any case.");

const waitUser = z
  .enum(["delivered", "acked"], "delivered or acked")
  .optional()
  .describe(
    "Answer when it is known how many connections were handed it, or when a device has " +
      "acknowledged it.",
  );

const waitKey = z
  .enum(["delivered"], "delivered")
  .optional()
  .describe("Answer when it is known how many connections were handed it.");

const retain = z
  .boolean("true or false")
  .optional()
  .describe("Kept for those who log in later, until it expires.");

const moderate = z
  .boolean("true or false")
  .optional()
  .describe("Words and links are looked for as in what clients say: 403 `blocked`, or masked.");

/** What only pushes to users have. */
const forUser = { qos, wait: waitUser, deadline };
const forKey = { wait: waitKey, deadline };

/** Fields of each kind of push besides the message itself. */
export const targets = {
  room: { type, room, exclude, moderate },
  user: { user: mid, ...forUser },
  users: {
    users: z.array(mid).min(1, "at least one").describe("Mids; repeated ones count once."),
    ...forUser,
  },
  keys: {
    keys: z.array(key).min(1, "at least one").describe("Keys; repeated ones count once."),
    ...forKey,
  },
  all: { speed, retain },
} as const;

export type PushKind = keyof typeof targets;

const common = { op, expiresIn };

const bodies = {
  body: z.string().optional().describe("The message as text (UTF-8)."),
  bodyBase64: z.base64("base64").optional().describe("The message as bytes in base64."),
};

const oneBody = (value: { body?: string | undefined; bodyBase64?: string | undefined }) =>
  value.body === undefined || value.bodyBase64 === undefined;
const oneBodyError = { error: "give body or bodyBase64, not both", path: ["bodyBase64"] };

/** A push as JSON: neither of the two bodies means an empty message. */
export const commands = {
  room: z.strictObject({ ...targets.room, ...common, ...bodies }).refine(oneBody, oneBodyError),
  user: z.strictObject({ ...targets.user, ...common, ...bodies }).refine(oneBody, oneBodyError),
  users: z.strictObject({ ...targets.users, ...common, ...bodies }).refine(oneBody, oneBodyError),
  keys: z.strictObject({ ...targets.keys, ...common, ...bodies }).refine(oneBody, oneBodyError),
  all: z.strictObject({ ...targets.all, ...common, ...bodies }).refine(oneBody, oneBodyError),
} as const;

/** A push whose body is the message itself: the rest stands in the query. */
export const queries = {
  room: z.strictObject({ ...targets.room, ...common }),
  user: z.strictObject({ ...targets.user, ...common }),
  users: z.strictObject({ ...targets.users, ...common }),
  keys: z.strictObject({ ...targets.keys, ...common }),
  all: z.strictObject({ ...targets.all, ...common }),
} as const;

export const idempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, "1 to 255 printable ASCII characters without spaces")
  .describe("Makes a repetition within two minutes safe; its scope is one target.");

const item = { ...common, ...bodies, idempotencyKey: idempotencyKey.optional() };

export const batchItem = z.discriminatedUnion("to", [
  z.strictObject({ to: z.literal("room"), ...targets.room, ...item }).refine(oneBody, oneBodyError),
  z.strictObject({ to: z.literal("user"), ...targets.user, ...item }).refine(oneBody, oneBodyError),
  z.strictObject({ to: z.literal("key"), key, ...forKey, ...item }).refine(oneBody, oneBodyError),
  z.strictObject({ to: z.literal("all"), ...targets.all, ...item }).refine(oneBody, oneBodyError),
]);

export type BatchItem = z.infer<typeof batchItem>;

/** Items are checked one by one: a bad one does not keep the others from being stored. */
export const batch = z.strictObject({ items: z.array(z.unknown()).min(1, "at least one") });

/** The same as it is described. */
export const batchDescribed = z.strictObject({ items: z.array(batchItem).min(1) });

const offset = z
  .int()
  .min(0)
  .describe("Place in its log: increasing, never reused within an epoch; below 2^53.");
const epoch = z.string().describe("Life of the stream that offsets belong to.");

export const publishedSchema = z
  .object({
    offset,
    epoch,
    duplicate: z.boolean().describe("It was stored before, under the same idempotency key."),
  })
  .describe("Stored.");

const delivered = z
  .int()
  .optional()
  .describe("With wait=delivered: connections that were handed it, over all comets.");
const pending = z
  .boolean()
  .optional()
  .describe("With wait: true when the time was over before there was something to tell.");

const told = {
  delivered,
  acked: z
    .array(z.string())
    .optional()
    .describe("With wait=acked: devices of the user that have acknowledged it."),
  pending,
};

export const toldSchema = z
  .object({ ...publishedSchema.shape, ...told })
  .describe("Stored, and what became of it where the call waited for that.");

const failed = { ok: z.literal(false), problem: problemSchema };
const stored = { ok: z.literal(true), ...toldSchema.shape };

function resultsSchema(id: z.ZodRawShape) {
  return z.object({
    stored: z.int().describe("How many are stored."),
    failed: z.int().describe("How many are not, or not surely."),
    results: z.array(
      z.discriminatedUnion("ok", [z.object({ ...id, ...stored }), z.object({ ...id, ...failed })]),
    ),
  });
}

export const usersResults = resultsSchema({ user: z.string() });
export const keysResults = resultsSchema({ key: z.string() });
export const batchResults = resultsSchema({ index: z.int().describe("Of the item, from 0.") });

export function messagesQuery(pageMax: number) {
  const count = `a whole number from 1 to ${pageMax}`;
  return z
    .strictObject({
      after: z.int().min(0).optional().describe("Only what comes after this offset, oldest first."),
      before: z.int().min(0).optional().describe("The newest of what comes before this offset."),
      limit: z
        .int(count)
        .min(1, count)
        .max(pageMax, count)
        .default(Math.min(50, pageMax))
        .describe("Most messages in the answer."),
      epoch: z.string().optional().describe("Epoch that the offset belongs to: 409 when over."),
    })
    .refine(({ after, before }) => after === undefined || before === undefined, {
      error: "give after or before, not both",
      path: ["before"],
    });
}

export const roomPath = z.object({ type, room });

export const messagePage = z.object({
  epoch,
  messages: z
    .array(
      z.object({
        offset,
        op: z.int(),
        body: z.string().optional().describe("When it is text."),
        bodyBase64: z.string().optional().describe("When it is not."),
        time: z.int().describe("Unix milliseconds at which it was taken."),
        expiresAt: z.int().optional().describe("Unix milliseconds; none: never."),
        sender: z.string().optional().describe("Mid of the client that published it."),
      }),
    )
    .describe("Ascending by offset, whichever way is paged; expired ones are left out."),
  cursor: offset.describe("Last offset examined: `after` or `before` of the next page."),
  more: z.boolean().describe("Something may be left in that direction."),
  truncated: z.boolean().describe("Some of what came after `after` may not be kept any more."),
  oldest: offset.optional().describe("Where truncated: the oldest offset kept of the room."),
});

export type MessagePage = z.infer<typeof messagePage>;

export const statePath = z.object({
  offset: z
    .string()
    .regex(/^\d{1,16}$/, "an offset")
    .transform(Number)
    .refine(Number.isSafeInteger, "below 2^53")
    .describe("Offset of the message, as the push was answered."),
});

export const stateQuery = z.strictObject({
  mid,
  epoch: z.string().optional().describe("Epoch that the offset belongs to: 409 when over."),
});

export const messageState = z
  .object({
    user: z.string(),
    offset,
    epoch,
    op: z.int(),
    bytes: z.int().describe("Of the message."),
    time: z.int().describe("Unix milliseconds at which it was taken."),
    expiresAt: z.int().optional().describe("Unix milliseconds; none: never."),
    expired: z.boolean().describe("Nobody gets it any more."),
    qos: z.enum(["live", "stored"]).describe("live: of its delivery nothing is known."),
    sender: z.string().optional().describe("Mid of the client that published it."),
    devices: z
      .array(
        z.object({
          device: z.string(),
          handed: z.boolean().describe("Handed to a socket of the device."),
          acked: z.boolean().describe("Acknowledged; it does not get it any more."),
          since: z.int().describe("Unix milliseconds of the device's newest login."),
        }),
      )
      .describe("Devices of the user that have a place in its log."),
  })
  .describe("A message to a user, committed, and how far each device has it.");

export type MessageStateAnswer = z.infer<typeof messageState>;
