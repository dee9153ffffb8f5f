/** A key of the HTTP API as it is stored: its secret never is, only the hash of it. */
import { hash as digest, randomBytes, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { GoimError } from "../../kit/errors.ts";
import { SCOPES, type Scope } from "./scopes.ts";

/** Characters that end a line, or are none, have no place in a name that is shown and logged. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
export const controlCharacters = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

const ID_BYTES = 6;
const SECRET_BYTES = 32;
const secretPattern = /^gk_([0-9a-f]{12})_[A-Za-z0-9_-]{43}$/;

/** Room types of one key, and characters of one type. */
const ROOM_TYPES_MAX = 64;
const ROOM_TYPE_CHARS_MAX = 64;

/** What whoever creates a key decides. */
export const apiKeySpec = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(64)
    .refine((name) => !controlCharacters.test(name), { error: "no control characters" })
    .describe("What people know the key by."),
  scopes: z
    .array(z.enum(SCOPES))
    .min(1)
    .transform((scopes): Scope[] => [...new Set(scopes)])
    .describe("What the key may do."),
  roomTypes: z
    .array(z.string().max(ROOM_TYPE_CHARS_MAX))
    .max(ROOM_TYPES_MAX)
    .default([])
    .describe("Types of the rooms that it may push to, change and read; none given: any type."),
  ratePerSecond: z
    .number()
    .min(0)
    .max(1_000_000)
    .default(0)
    .describe("Most calls in a second on one logic, a batch counting its items; 0: no limit."),
  burst: z
    .int()
    .min(0)
    .max(1_000_000)
    .default(0)
    .describe("Most calls at once after a pause; 0: those of one second, one at least."),
  expiresAt: z
    .int()
    .min(0)
    .default(0)
    .describe("Unix milliseconds after which it is void; 0: never."),
});

export type ApiKeySpec = z.output<typeof apiKeySpec>;

const hash = z.string().regex(/^[0-9a-f]{64}$/);

const apiKeyRecord = apiKeySpec.extend({
  id: z.string().regex(/^[0-9a-f]{12}$/),
  hash,
  createdAt: z.int(),
  rotatedAt: z.int().default(0),
  /** Above 0: void, and kept so that the API does not open when the last key goes. */
  revokedAt: z.int().default(0),
  /** The secret before the last rotation, while it is still good. */
  previous: z.strictObject({ hash, until: z.int() }).optional(),
});

export type ApiKeyRecord = z.output<typeof apiKeyRecord>;

/** The same without anything that helps to guess a secret. */
export type ApiKey = Omit<ApiKeyRecord, "hash" | "previous"> & {
  /** Unix milliseconds until which the secret before the last rotation is good; 0: it is not. */
  readonly previousUntil: number;
};

export function shown({ hash: _, previous, ...key }: ApiKeyRecord): ApiKey {
  return { ...key, previousUntil: previous?.until ?? 0 };
}

export function newKeyId(): string {
  return randomBytes(ID_BYTES).toString("hex");
}

/** What the caller keeps: 256 random bits behind the id of the key. */
export function newSecret(id: string): string {
  return `gk_${id}_${randomBytes(SECRET_BYTES).toString("base64url")}`;
}

/** The id in a secret; undefined for what cannot be one, however long it is. */
export function idOfSecret(secret: string): string | undefined {
  return secretPattern.exec(secret)?.[1];
}

export function hashOf(secret: string): string {
  return digest("sha256", secret);
}

/** Compares with the hash of nothing when there is no key, so that both take the same time. */
const NO_HASH = "0".repeat(64);

/** Whether it is the secret of this record, now. Takes the same time whatever differs. */
export function isSecretOf(record: ApiKeyRecord | undefined, secret: string, now: number): boolean {
  const given = digest("sha256", secret, "buffer");
  const is = (hex: string) => timingSafeEqual(given, Buffer.from(hex, "hex"));
  const current = is(record?.hash ?? NO_HASH);
  const former = is(record?.previous?.hash ?? NO_HASH);
  if (record === undefined) return false;
  return current || (former && now < (record.previous?.until ?? 0));
}

/** Throws GoimError "invalid" for what is no record. */
export function parseRecord(value: Uint8Array): ApiKeyRecord {
  try {
    return apiKeyRecord.parse(JSON.parse(Buffer.from(value).toString("utf8")));
  } catch (cause) {
    throw new GoimError("invalid", "a stored API key cannot be read", { cause });
  }
}

export function encodeRecord(record: ApiKeyRecord): Uint8Array {
  return Buffer.from(JSON.stringify(record));
}
