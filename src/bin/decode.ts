/** Payloads of ours as JSON for people. */
import Long from "long";
import { GoimError } from "../kit/errors.ts";
import { goim } from "../protocol/gen/messages.js";

/** The part of a generated class that reading takes. */
interface MessageType {
  decode(bytes: Uint8Array): object;
  encode(message: object): { finish(): Uint8Array };
}

/** What travels on subjects that people watch; these are told apart by trying, in this order. */
const guessed = ["PushBatch", "RoomCast", "Digest", "RoomCounts"];

function messageTypes(): Map<string, MessageType> {
  const types = new Map<string, MessageType>();
  for (const space of Object.values(goim)) {
    for (const [name, type] of Object.entries(space)) {
      types.set(name, type as unknown as MessageType);
    }
  }
  return types;
}

/** Names that `decodePayload` takes. */
export function payloadTypes(): string[] {
  return [...messageTypes().keys()];
}

/**
 * The payload as plain JSON data, its type under "type". Bodies are text when they are UTF-8, else
 * `{"base64": …}`; 64-bit numbers are text when a number would lose digits. Without `typeName` the
 * type is guessed. Fails with GoimError "invalid".
 */
export function decodePayload(payload: Uint8Array, typeName?: string): unknown {
  const types = messageTypes();
  if (typeName !== undefined) {
    const type = types.get(typeName);
    if (type === undefined) {
      throw new GoimError("invalid", `no type ${typeName}; there are ${payloadTypes().join(", ")}`);
    }
    const message = tryDecode(type, payload);
    if (message === undefined) throw new GoimError("invalid", `this is no ${typeName}`);
    return { type: typeName, ...asJson(message) };
  }
  if (payload.length === 0) throw new GoimError("invalid", "the payload is empty");
  for (const name of guessed) {
    const type = types.get(name);
    const message = type && tryDecode(type, payload);
    // Foreign bytes may decode as something; only the right type keeps every byte of them.
    if (type && message && Buffer.from(type.encode(message).finish()).equals(payload)) {
      return { type: name, ...asJson(message) };
    }
  }
  throw new GoimError("invalid", `none of ${guessed.join(", ")}; name its type with --type`);
}

function tryDecode(type: MessageType, payload: Uint8Array): object | undefined {
  try {
    return type.decode(payload);
  } catch {
    return undefined; // the caller says which types were tried
  }
}

/**
 * Fields that the payload holds; the generated code keeps those as the message's own properties.
 */
function asJson(message: object): Record<string, unknown> {
  const fields = Object.entries(message).filter(
    ([, value]) => !Array.isArray(value) || value.length > 0,
  );
  return Object.fromEntries(fields.map(([name, value]) => [name, readable(value)]));
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function readable(value: unknown): unknown {
  if (value instanceof Uint8Array) return readableBody(value);
  if (Long.isLong(value)) {
    const number = value.toNumber();
    return Number.isSafeInteger(number) ? number : value.toString();
  }
  if (Array.isArray(value)) return value.map(readable);
  return typeof value === "object" && value !== null ? asJson(value) : value;
}

function readableBody(body: Uint8Array): unknown {
  try {
    return utf8.decode(body);
  } catch {
    return { base64: Buffer.from(body).toString("base64") };
  }
}
