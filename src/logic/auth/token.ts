/**
 * goim's unsigned token, the body of the auth packet, with one field of ours, device:
 * {"mid":123,"key":"…","room_id":"live://1000","platform":"web","accepts":[1000],"device":"…"}.
 * Read as Go's encoding/json reads it into goim's struct: every field is optional, null leaves the
 * zero value, names match in any case, the last of two wins, other names are ignored.
 */
import { GoimError } from "../../kit/errors.ts";
import { jsonElements, jsonMembers } from "./raw-json.ts";

export interface Token {
  /** Decimal text of an int64, exact. "0" = anonymous. */
  readonly mid: string;
  /** "" = logic makes one. */
  readonly key: string;
  /** "" = no room. */
  readonly roomId: string;
  readonly platform: string;
  /** Operations whose pushes to keys, mids and all arrive. */
  readonly accepts: readonly number[];
  /** The client's lasting name of itself, at most DEVICE_CHARS_MAX characters; "" = none given. */
  readonly device: string;
}

/** Characters of a device's name. */
export const DEVICE_CHARS_MAX = 64;

const INT32 = { min: -(2n ** 31n), max: 2n ** 31n - 1n };
const INT64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Fails with GoimError "unauthorized" and a sentence on what is wrong, never the token. */
export function parseToken(bytes: Uint8Array): Token {
  if (bytes.length === 0) throw refused("the token is empty");
  const text = decoder.decode(bytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw refused("the token is not JSON", cause);
  }
  if (value !== null && (typeof value !== "object" || Array.isArray(value))) {
    throw refused("the token is not a JSON object");
  }
  const plain = plainToken(text, value);
  if (plain !== undefined) return plain;
  const token = emptyToken();
  if (value === null) return token;
  for (const { name, raw } of jsonMembers(text)) {
    if (raw !== "null") readField(token, fold(name), raw);
  }
  return token;
}

type Draft = { -readonly [K in keyof Token]: Token[K] };

function emptyToken(): Draft {
  return { mid: "0", key: "", roomId: "", platform: "", accepts: [], device: "" };
}

/**
 * What JSON.parse made of a token, where that lost nothing and every field is as it should be, as
 * it nearly always is. Written again it is the same text then: no name came twice, no number was
 * rounded. Undefined: to be read letter by letter, which also finds the words for what is wrong.
 */
function plainToken(written: string, value: object | null): Token | undefined {
  if (value === null || written.includes("\\") || JSON.stringify(value) !== written)
    return undefined;
  const token = emptyToken();
  for (const [name, field] of Object.entries<unknown>(value as Record<string, unknown>)) {
    if (name === "mid" && Number.isSafeInteger(field)) token.mid = `${field}`;
    else if (name === "accepts" && isList(field)) token.accepts = field;
    else if (typeof field !== "string") return undefined;
    else if (name === "key") token.key = field;
    else if (name === "room_id") token.roomId = field;
    else if (name === "platform") token.platform = field;
    else if (name === "device" && field.length <= DEVICE_CHARS_MAX) token.device = field;
    else return undefined;
  }
  return token;
}

function isList(field: unknown): field is number[] {
  const { min, max } = INT32;
  const fits = (one: unknown) => Number.isInteger(one) && Number(min) <= Number(one);
  return Array.isArray(field) && field.every((one) => fits(one) && one <= max);
}

function readField(token: Draft, name: string, raw: string): void {
  switch (name) {
    case "mid":
      token.mid = integer(name, raw, INT64).toString();
      break;
    case "key":
      token.key = text(name, raw);
      break;
    case "room_id":
      token.roomId = text(name, raw);
      break;
    case "platform":
      token.platform = text(name, raw);
      break;
    case "accepts":
      token.accepts = integers(name, raw);
      break;
    case "device":
      token.device = text(name, raw);
      if ([...token.device].length > DEVICE_CHARS_MAX) {
        throw refused(`"device" must not be longer than ${DEVICE_CHARS_MAX} characters`);
      }
      break;
    default: // Fields of other systems are welcome in a token.
  }
}

/** Names match without regard to case as Unicode folds it: long s and the Kelvin sign included. */
function fold(name: string): string {
  return name.replaceAll("\u017f", "s").replaceAll("\u212a", "k").toLowerCase();
}

/** The digits themselves are read, because a mid may be larger than a JSON number in JavaScript. */
function integer(name: string, raw: string, range: { min: bigint; max: bigint }): bigint {
  const value = /^-?\d+$/.test(raw) ? BigInt(raw) : undefined;
  if (value === undefined || value < range.min || value > range.max) {
    throw refused(`"${name}" must be a whole number of ${range === INT64 ? 64 : 32} bits`);
  }
  return value;
}

function integers(name: string, raw: string): number[] {
  if (!raw.startsWith("[")) throw refused(`"${name}" must be a list of whole numbers`);
  return jsonElements(raw).map((element) =>
    element === "null" ? 0 : Number(integer(name, element, INT32)),
  );
}

function text(name: string, raw: string): string {
  if (!raw.startsWith('"')) throw refused(`"${name}" must be a text`);
  // Half a surrogate pair becomes U+FFFD as in Go, so that the text survives UTF-8.
  return Buffer.from(JSON.parse(raw) as string).toString();
}

function refused(message: string, cause?: unknown): GoimError {
  return new GoimError("unauthorized", message, { cause });
}
