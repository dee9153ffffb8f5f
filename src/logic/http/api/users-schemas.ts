import { z } from "zod";
import { parseDuration } from "../../../kit/config-values.ts";
import { controlCharacters } from "../../auth/api-key-record.ts";
import { DEVICE_CHARS_MAX } from "../../auth/token.ts";
import { PASSWORD_CHARS_MAX } from "../../users/password.ts";
import { mid } from "./schemas.ts";

const NAME_CHARS_MAX = 64;
const ROOM_CHARS_MAX = 200;
const ROOMS_MAX = 100;
const LIMITS_MAX = 32;
const ROLES_MAX = 32;
const ACCEPTS_MAX = 100;
const KEY_CHARS_MAX = 128;

const plain = (max: number) =>
  z
    .string()
    .max(max, `at most ${max} characters`)
    .refine((text) => !controlCharacters.test(text), { error: "no control characters" });
const some = (max: number) => plain(max).min(1, "not empty");
const atMost = (most: number) => ({
  check: (value: object) => Object.keys(value).length <= most,
  error: { error: `at most ${most} entries` },
});

const name = some(NAME_CHARS_MAX)
  .refine((text) => text.trim() === text, { error: "no space at its ends" })
  .describe("What he logs in with. Case does not count.");
const password = z
  .string()
  .min(1, "not empty")
  .max(PASSWORD_CHARS_MAX, `at most ${PASSWORD_CHARS_MAX} characters`);
const roleName = some(32).describe("Name of the role.");
const roles = z.array(roleName).max(ROLES_MAX, `at most ${ROLES_MAX}`);

const [fewRooms, fewLimits] = [atMost(ROOMS_MAX), atMost(LIMITS_MAX)];
const rooms = z
  .record(some(ROOM_CHARS_MAX), some(32))
  .refine(fewRooms.check, fewRooms.error)
  .describe("Room ids, or beginnings of them with * behind, and the role there: reader, member …");
const limits = z
  .record(some(32), z.int().min(0).max(0x7fffffff))
  .refine(fewLimits.check, fewLimits.error)
  .describe("As in a token: rooms = most rooms of a connection.");

export const permissionsBody = z.strictObject({
  rooms: rooms.optional(),
  limits: limits.optional(),
});

export const registerBody = z.strictObject({
  name,
  password,
  mid: mid.optional().describe("None given: one is made."),
  active: z.boolean().default(true).describe("false: he cannot log in until he is activated."),
  roles: roles.default([]),
  permissions: permissionsBody.default({}),
});

export const selfRegisterBody = z.strictObject({ name, password });

export const selfRegisteredAnswer = z.object({
  mid: z.string().optional().describe("None while he is pending."),
  name: z.string(),
  state: z.enum(["pending", "active"]),
});

export const changeUserBody = z.strictObject({
  roles: roles.optional(),
  permissions: permissionsBody.optional().describe("In place of those he has."),
});

export const passwordBody = z.strictObject({ password });
export const ownPasswordBody = z.strictObject({ name, password, newPassword: password });
export const userPath = z.object({ mid });
export const rolePath = z.object({ role: roleName });

export const usersQuery = (pageMax: number) =>
  z.strictObject({
    cursor: z.int().min(0).default(0).describe("From the page before; none: the first."),
    limit: z.int().min(1).max(pageMax).default(Math.min(100, pageMax)),
  });

export const userAnswer = z.object({
  mid: z.string(),
  name: z.string(),
  state: z.enum(["pending", "active", "disabled"]),
  roles: z.array(z.string()),
  permissions: permissionsBody,
  createdAt: z.int().describe("Unix milliseconds."),
  expiresAt: z
    .int()
    .optional()
    .describe("Unix milliseconds: a registration is forgotten then unless it is activated."),
  changedAt: z.int(),
});

export const usersPage = z.object({
  users: z.array(userAnswer),
  cursor: z.int().optional().describe("Where the next page begins; none: there is no more."),
});

export const roleAnswer = permissionsBody.extend({ role: z.string(), changedAt: z.int() });
export const rolesAnswer = z.object({ roles: z.array(roleAnswer) });
export const removedAnswer = z.object({ removed: z.literal(true) });
export const changedAnswer = z.object({ changed: z.literal(true) });

/** What a client may want its token to say. */
const wish = {
  room_id: plain(ROOM_CHARS_MAX).optional().describe("The room it begins in."),
  platform: plain(64).optional(),
  device: plain(DEVICE_CHARS_MAX).optional().describe("The client's lasting name of itself."),
  accepts: z
    .array(z.int32())
    .max(ACCEPTS_MAX, `at most ${ACCEPTS_MAX}`)
    .optional()
    .describe("Operations whose pushes to keys, mids and all arrive."),
};
const region = plain(64).default("").describe("Where the client is, as in nodes/weighted.");

export const loginBody = z.strictObject({ name, password, ...wish, region });

export const tokenBody = z.strictObject({
  mid,
  key: some(KEY_CHARS_MAX)
    .optional()
    .describe("Of the one connection it is for; none: each connection is given its own."),
  ...wish,
  rooms: rooms.optional().describe("Rooms it is good for; none: any."),
  limits: limits.optional(),
  life: z
    .string()
    .regex(/^(\d+(ms|s|m|h))+$/, 'a time with its unit, like "30m" or "12h"')
    .transform((text) => parseDuration(text) ?? 0)
    .refine((ms) => ms >= 1000, "at least 1s")
    .optional()
    .describe('"30m", "12h"; none: users.tokenLife.'),
  region,
});

const weighted = z
  .object({
    domain: z.string(),
    tcp_port: z.int(),
    ws_port: z.int(),
    wss_port: z.int(),
    heartbeat: z.int().describe("Seconds."),
    nodes: z.array(z.string()).describe("The best first."),
    backoff: z.object({
      max_delay: z.number(),
      base_delay: z.number(),
      factor: z.number(),
      jitter: z.number(),
    }),
    heartbeat_max: z.int(),
  })
  .describe("Where to connect, as /goim/nodes/weighted has it.");

const tokenFields = {
  token: z.string().describe("The body of the auth packet, or its member token."),
  tokenId: z.string().describe("Its jti, by which it can be revoked."),
  expiresAt: z.int().describe("Unix milliseconds."),
  mid: z.string(),
  room_id: z.string().optional(),
  platform: z.string().optional(),
  device: z.string().optional(),
  accepts: z.array(z.int()).optional(),
  rooms: rooms.optional(),
  limits: limits.optional(),
  comets: weighted,
  logic: z.string().describe("Address of this API."),
};

export const tokenAnswer = z.object({ ...tokenFields, key: z.string().optional() });
export const loginAnswer = z.object({
  ...tokenFields,
  name: z.string(),
  roles: z.array(z.string()),
});
