import { GoimError } from "../kit/errors.ts";
import { parseRoomId, roomId } from "../protocol/room-id.ts";
import { escapeToken, TOKEN_BYTES_MAX, unescapeToken } from "./escape.ts";

/** Requests that one comet answers. */
export type CometVerb =
  | "push"
  | "kick"
  | "present"
  | "rooms"
  | "check"
  | "counts"
  | "drain"
  | "rules";

/** Streams besides those of the room classes. */
export type StreamKind = "user" | "key" | "all" | "dead" | "event";

export type BucketKind =
  | "comets"
  | "leases"
  | "sessions"
  | "cursors"
  | "rooms"
  | "users"
  | "rules"
  | "recalls"
  | "reports"
  | "mailbox";

/** Which digest a subject carries: a shard of a class, or the broadcast's. */
export type DigestSource = { readonly className: string; readonly shard: number } | "all";

/** Type token of an id without `://`, so that it differs from one with an empty type. */
const untypedToken = "=-";

/** The default room class; its stream has no suffix. */
export const LIVE_CLASS = "live";

/**
 * Every name on NATS of one system; nothing else spells a subject, stream, bucket or key. Ids are
 * any text. Each method that takes an id throws GoimError "invalid" when the id is too long.
 */
export interface Subjects {
  readonly prefix: string;

  /** Stream subject of a push to a room. */
  pushRoom(className: string, shard: number, roomId: string): string;
  /** All rooms of one shard, or of every shard of the class. */
  pushRoomFilter(className: string, shard?: number): string;
  pushUser(shard: number, mid: string): string;
  pushUserFilter(shard?: number): string;
  /** One subject holds the pushes to all keys of a shard. */
  pushKey(shard: number): string;
  readonly pushAll: string;

  /** Casts of one room, which its comets listen to. */
  room(roomId: string): string;
  /** Told by logic when who may be in a room has changed: comets ask again. */
  readonly roomsChanged: string;
  /** Casts of the broadcast. */
  readonly all: string;
  digest(className: string, shard: number): string;
  readonly digestAll: string;
  readonly digestFilter: string;
  parseDigest(subject: string): DigestSource | undefined;
  /** Whether it is a subject of receipts, and no other name or pattern. */
  isReceipt(subject: string): boolean;

  comet(id: string, verb: CometVerb): string;
  /** The counts of every comet. */
  readonly cometCounts: string;
  job(id: string): string;
  /** An endpoint of logic's micro service. */
  logic(name: string): string;
  /** The user's own backend for an operation that clients send up. */
  up(op: number): string;
  /** The user's own code that decides about something, for example `connect`. */
  hook(name: string): string;
  /** An event and what it is about, each part escaped. */
  event(kind: string, ...parts: string[]): string;
  /** What logics tell each other of messages that clients sent. */
  readonly spoken: string;
  /** Tries to log in, told among logics so that their limits hold over all of them. */
  readonly attempts: string;
  /** Told by logic when a device's cursor has moved: who waits for it looks again. */
  acked(mid: string): string;
  /** Where job tells one logic what became of a push; `wait` names who waits there. */
  receipt(logicId: string, wait: string): string;
  /** Every receipt for that logic. */
  receiptFilter(logicId: string): string;
  /** Where what cannot be decoded from a stream is kept. */
  dead(stream: string): string;

  /** Room id of a room's cast or push subject. */
  parseRoom(subject: string): string | undefined;
  /** Mid of a push subject of a user. */
  parseUser(subject: string): string | undefined;

  kvComet(region: string, zone: string, id: string): string;
  kvLease(stream: string, shard: number): string;
  kvKey(key: string): string;
  kvMid(mid: string): string;
  /** The id of such a key; undefined for any other. */
  kvKeyOf(name: string): string | undefined;
  kvMidOf(name: string): string | undefined;
  /** Any other KV key: each part escaped. */
  kv(...parts: string[]): string;

  /** Stream of a room class: GOIM_ROOM for `live`, GOIM_ROOM_<CLASS> for the others. */
  roomStream(className: string): string;
  stream(kind: StreamKind): string;
  bucket(kind: BucketKind): string;

  escape(text: string): string;
  /** Undefined for a token that no text becomes. */
  unescape(token: string): string | undefined;
}

const prefixPattern = /^[a-z0-9][a-z0-9-]{0,31}$/;
const classPattern = /^[a-z0-9][a-z0-9-]{0,31}$/;

/** The two tokens, type and room, of a room id. At most 200 bytes together. */
function roomTokens(id: string): string {
  const name = parseRoomId(id);
  // "x" and "://x" parse alike; only putting the parts together again tells them apart.
  const typed = roomId(name.type, name.room) === id;
  const type = typed ? escapeToken(name.type) : untypedToken;
  return `${type}.${escapeToken(name.room, Math.max(1, TOKEN_BYTES_MAX - type.length - 1))}`;
}

function parseRoomTokens(type: string, room: string): string | undefined {
  const roomText = unescapeToken(room);
  if (roomText === undefined) return undefined;
  if (type === untypedToken) return roomText.includes("://") ? undefined : roomText;
  const typeText = unescapeToken(type);
  if (typeText === undefined) return undefined;
  const id = roomId(typeText, roomText);
  // A type that holds "://" would be split elsewhere: no id has those tokens.
  return parseRoomId(id).type === typeText ? id : undefined;
}

function classToken(className: string): string {
  if (classPattern.test(className)) return className;
  throw new GoimError(
    "invalid",
    `room class "${className}": a class name is 1 to 32 of a-z, 0-9 and "-"`,
  );
}

function parseShard(token: string): number | undefined {
  return /^(?:0|[1-9][0-9]{0,5})$/.test(token) ? Number(token) : undefined;
}

/**
 * The names of the system with this prefix (1 to 32 of a-z, 0-9 and "-"): subjects begin with it,
 * streams and buckets with its upper-case form. Two systems share a NATS under two prefixes.
 */
export function createSubjects(prefix: string): Subjects {
  if (!prefixPattern.test(prefix)) {
    throw new GoimError("invalid", `prefix "${prefix}": it is 1 to 32 of a-z, 0-9 and "-"`);
  }
  return {
    prefix,
    ...pushSubjects(prefix),
    ...castSubjects(prefix),
    ...processSubjects(prefix),
    ...parsers(prefix),
    ...storedNames(prefix.toUpperCase()),
    escape: (text) => escapeToken(text),
    unescape: unescapeToken,
  };
}

function pushSubjects(prefix: string) {
  return {
    pushRoom: (className: string, shard: number, id: string) =>
      `${prefix}.push.room.${classToken(className)}.${shard}.${roomTokens(id)}`,
    pushRoomFilter: (className: string, shard?: number) =>
      `${prefix}.push.room.${classToken(className)}.${shard ?? "*"}.>`,
    pushUser: (shard: number, mid: string) => `${prefix}.push.user.${shard}.${escapeToken(mid)}`,
    pushUserFilter: (shard?: number) => `${prefix}.push.user.${shard ?? "*"}.*`,
    pushKey: (shard: number) => `${prefix}.push.key.${shard}`,
    pushAll: `${prefix}.push.all`,
  };
}

function castSubjects(prefix: string) {
  return {
    room: (id: string) => `${prefix}.room.${roomTokens(id)}`,
    roomsChanged: `${prefix}.rooms.changed`,
    all: `${prefix}.all`,
    digest: (className: string, shard: number) =>
      `${prefix}.digest.${classToken(className)}.${shard}`,
    digestAll: `${prefix}.digest.all`,
    digestFilter: `${prefix}.digest.>`,
  };
}

function processSubjects(prefix: string) {
  return {
    comet: (id: string, verb: CometVerb) => `${prefix}.comet.${escapeToken(id)}.${verb}`,
    cometCounts: `${prefix}.comet.*.counts`,
    job: (id: string) => `${prefix}.job.${escapeToken(id)}`,
    logic: (name: string) => `${prefix}.logic.${escapeToken(name)}`,
    up: (op: number) => `${prefix}.up.${op}`,
    hook: (name: string) => `${prefix}.hook.${escapeToken(name)}`,
    event: (kind: string, ...parts: string[]) =>
      `${prefix}.event.${[kind, ...parts].map((part) => escapeToken(part)).join(".")}`,
    spoken: `${prefix}.spoken`,
    attempts: `${prefix}.attempts`,
    acked: (mid: string) => `${prefix}.acked.${escapeToken(mid)}`,
    receipt: (logicId: string, wait: string) =>
      `${prefix}.receipt.${escapeToken(logicId)}.${escapeToken(wait)}`,
    receiptFilter: (logicId: string) => `${prefix}.receipt.${escapeToken(logicId)}.*`,
    dead: (stream: string) => `${prefix}.dead.${escapeToken(stream)}`,
  };
}

function parsers(prefix: string) {
  const has = (tokens: readonly string[], ...names: string[]) =>
    tokens[0] === prefix && names.every((name, index) => tokens[index + 1] === name);
  return {
    parseRoom: (subject: string) => {
      const tokens = subject.split(".");
      const cast = tokens.length === 4 && has(tokens, "room");
      const push = tokens.length === 7 && has(tokens, "push", "room");
      if (!cast && !push) return undefined;
      return parseRoomTokens(tokens.at(-2) ?? "", tokens.at(-1) ?? "");
    },
    parseUser: (subject: string) => {
      const tokens = subject.split(".");
      if (tokens.length !== 5 || !has(tokens, "push", "user")) return undefined;
      return unescapeToken(tokens[4] ?? "");
    },
    isReceipt: (subject: string) => {
      const tokens = subject.split(".");
      const named = tokens.slice(2).every((token) => unescapeToken(token) !== undefined);
      return tokens.length === 4 && has(tokens, "receipt") && named;
    },
    parseDigest: (subject: string): DigestSource | undefined => {
      const tokens = subject.split(".");
      if (!has(tokens, "digest")) return undefined;
      if (tokens.length === 3) return tokens[2] === "all" ? "all" : undefined;
      const [className, shard] = [tokens[2] ?? "", parseShard(tokens[3] ?? "")];
      if (tokens.length !== 4 || !classPattern.test(className) || shard === undefined) {
        return undefined;
      }
      return { className, shard };
    },
  };
}

function storedNames(upper: string) {
  const kv = (...parts: string[]) => parts.map((part) => escapeToken(part)).join(".");
  return {
    kvComet: (region: string, zone: string, id: string) => kv(region, zone, id),
    kvLease: (stream: string, shard: number) => kv(stream, String(shard)),
    kvKey: (key: string) => `k.${escapeToken(key)}`,
    kvMid: (mid: string) => `m.${escapeToken(mid)}`,
    kvKeyOf: (name: string) => (name.startsWith("k.") ? unescapeToken(name.slice(2)) : undefined),
    kvMidOf: (name: string) => (name.startsWith("m.") ? unescapeToken(name.slice(2)) : undefined),
    kv,
    roomStream: (className: string) =>
      className === LIVE_CLASS
        ? `${upper}_ROOM`
        : `${upper}_ROOM_${classToken(className).toUpperCase()}`,
    stream: (kind: StreamKind) => `${upper}_${kind.toUpperCase()}`,
    bucket: (kind: BucketKind) => `${upper}_${kind.toUpperCase()}`,
  };
}
