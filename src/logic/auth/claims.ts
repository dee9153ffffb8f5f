/** Claims of a signed token, or of a hook's answer, taken apart with every digit of the mid. */
import { z } from "zod";
import { GoimError } from "../../kit/errors.ts";
import { MEMBER, type RoomRule } from "../../protocol/room-rules.ts";
import { controlCharacters } from "./api-key-record.ts";
import type { Grant } from "./grant.ts";
import { jsonMembers } from "./raw-json.ts";
import { DEVICE_CHARS_MAX, type Token } from "./token.ts";

const ROOMS_MAX = 100;
const ROOM_CHARS_MAX = 200;
const ACCEPTS_MAX = 1000;
const LIMITS_MAX = 32;
/** An id that is longer could not be revoked: it would be no key in a bucket. */
const TOKEN_ID_CHARS_MAX = 128;

const INT64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };

const noControl = (value: string) => !controlCharacters.test(value);
const name = (max: number) =>
  z.string().max(max).refine(noControl, { error: "no control characters" });
const int32 = z.int32();
const role = name(32).min(1);
const pattern = name(ROOM_CHARS_MAX).min(1);

const rooms = z.union([
  z.array(z.union([pattern, z.object({ room: pattern, role: role.default(MEMBER) })])),
  z.record(pattern, role),
]);

const seconds = z.number().min(0).max(8.64e12);

const claims = z.object({
  key: name(ROOM_CHARS_MAX).optional(),
  room_id: name(ROOM_CHARS_MAX).optional(),
  platform: name(64).optional(),
  device: name(DEVICE_CHARS_MAX).optional(),
  accepts: z.array(int32).max(ACCEPTS_MAX).optional(),
  rooms: rooms.optional(),
  limits: z.record(name(32).min(1), z.int().min(0).max(0x7fffffff)).optional(),
  jti: name(TOKEN_ID_CHARS_MAX).optional(),
  iat: seconds.optional(),
  exp: seconds.optional(),
});

/** What was claimed; what is undefined was not. */
export interface Claims {
  /** Decimal text of an int64. */
  readonly mid: string | undefined;
  readonly key: string | undefined;
  readonly roomId: string | undefined;
  readonly platform: string | undefined;
  readonly device: string | undefined;
  readonly accepts: readonly number[] | undefined;
  readonly rooms: readonly RoomRule[] | undefined;
  readonly limits: Readonly<Record<string, number>>;
  readonly tokenId: string;
  /** Unix milliseconds, 0 = not said. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/**
 * Reads a JSON object. Fails with GoimError "unauthorized" and the name of the claim that cannot be
 * taken, never its value.
 */
export function readClaims(json: string): Claims {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw refused("the claims are no JSON", cause);
  }
  const result = claims.safeParse(value);
  if (!result.success) {
    const claim = String(result.error.issues[0]?.path[0] ?? "payload");
    throw refused(`the claim ${claim} is not accepted`);
  }
  const { data } = result;
  const limits = data.limits ?? {};
  if (Object.keys(limits).length > LIMITS_MAX) throw refused("the claim limits is not accepted");
  return {
    mid: midOf(json),
    key: data.key,
    roomId: data.room_id,
    platform: data.platform,
    device: data.device,
    accepts: data.accepts,
    rooms: data.rooms === undefined ? undefined : rulesOf(data.rooms),
    limits,
    tokenId: data.jti ?? "",
    issuedAt: Math.floor((data.iat ?? 0) * 1000),
    expiresAt: Math.floor((data.exp ?? 0) * 1000),
  };
}

function rulesOf(given: z.output<typeof rooms>): RoomRule[] {
  const rules = Array.isArray(given)
    ? given.map((one) =>
        typeof one === "string"
          ? { pattern: one, role: MEMBER }
          : { pattern: one.room, role: one.role },
      )
    : Object.entries(given).map(([room, role]) => ({ pattern: room, role }));
  if (rules.length > ROOMS_MAX) throw refused(`the claim rooms has more than ${ROOMS_MAX} entries`);
  return rules;
}

/** `mid`, a number of any size or a text of digits; else `sub` where that is one. */
function midOf(json: string): string | undefined {
  const raw = new Map(jsonMembers(json).map((member) => [member.name, member.raw]));
  const mid = raw.get("mid");
  if (mid !== undefined) return int64(mid) ?? fail("mid");
  const sub = raw.get("sub");
  return sub === undefined ? undefined : int64(sub);
}

function fail(claim: string): never {
  throw refused(`the claim ${claim} is not accepted`);
}

function int64(raw: string): string | undefined {
  const digits = /^"?(-?\d{1,19})"?$/.exec(raw)?.[1];
  if (digits === undefined || raw.startsWith('"') !== raw.endsWith('"')) return undefined;
  const value = BigInt(digits);
  return value >= INT64.min && value <= INT64.max ? value.toString() : undefined;
}

/** Who decides about what a claim does not say. */
export interface Rule {
  /** Whether the client's own mid, and key, hold where the claims name none. */
  readonly mid: "client" | "claims";
  readonly key: "client" | "claims";
}

/**
 * The claims over what the client asked for. Fails with "unauthorized" where they name nobody, or,
 * where the claims decide, somebody else than the client says it is.
 */
export function grantOf(claimed: Claims, asked: Token, rule: Rule): Grant {
  const mid = claimed.mid ?? (rule.mid === "client" ? asked.mid : undefined);
  if (mid === undefined) throw refused("the token names no mid");
  // A hook was told who the client says it is; a signed token says by itself whose it is.
  const isOther = asked.mid !== "0" && asked.mid !== mid;
  if (rule.mid === "claims" && isOther) throw refused("the token is of another mid");
  const token: Token = {
    mid,
    key: claimed.key ?? (rule.key === "client" ? asked.key : ""),
    roomId: claimed.roomId ?? asked.roomId,
    platform: claimed.platform ?? asked.platform,
    device: claimed.device ?? asked.device,
    accepts: claimed.accepts ?? asked.accepts,
  };
  for (const text of [token.key, token.roomId, token.platform, token.device]) {
    if (!noControl(text)) throw new GoimError("invalid", "a name has control characters");
  }
  const { rooms: rules, limits, tokenId, issuedAt, expiresAt } = claimed;
  return { token, rooms: rules, limits, tokenId, keyId: "", issuedAt, expiresAt };
}

function refused(text: string, cause?: unknown): GoimError {
  return new GoimError("unauthorized", text, cause === undefined ? {} : { cause });
}
