/** Version 2 as a client writes and reads it; docs/protocol.md is the specification. */
import { encodePacket, type Packet, readPackets } from "../protocol/frame.ts";
import { encodeAck, parseJson, splitMeta } from "../protocol/v2.ts";
import { GoimClientError } from "./errors.ts";
import { flagAt, listAt, numberAt, objectAt, textAt, textsAt } from "./json.ts";

/** The server may send bodies of any length; a WebSocket message is in memory anyway. */
const ANY_BODY = 2 ** 31 - 1;
const META_LENGTH_BYTES = 2;
const encoder = new TextEncoder();

export type Bytes = Uint8Array<ArrayBuffer>;

/** Text as UTF-8; bytes as they are. */
export function bytesOf(body: string | Uint8Array): Uint8Array {
  return typeof body === "string" ? encoder.encode(body) : body;
}

/** A request: header of 16 bytes. */
export function request(ver: 1 | 2, op: number, seq: number, body: Uint8Array): Bytes {
  return encodePacket({ ver, op, seq, body }) as Bytes;
}

/** Op 18: everything of the user's log up to `offset` is done with. */
export function ack(seq: number, offset: number): Bytes {
  return encodeAck(seq, offset) as Bytes;
}

/** Several packets as one WebSocket message. */
export function joined(packets: readonly Uint8Array[]): Bytes {
  const bytes = new Uint8Array(packets.reduce((sum, packet) => sum + packet.length, 0));
  let at = 0;
  for (const packet of packets) {
    bytes.set(packet, at);
    at += packet.length;
  }
  return bytes;
}

/** All packets of a WebSocket message; throws `protocol` when it is not made of packets. */
export function packetsOf(data: unknown): readonly Packet[] {
  if (!(data instanceof ArrayBuffer)) {
    throw new GoimClientError("protocol", "the server sent text");
  }
  const { packets, fault } = readPackets(new Uint8Array(data), {
    bodyBytesMax: ANY_BODY,
    version: 2,
  });
  if (fault !== undefined) throw new GoimClientError("protocol", `bad bytes: ${fault}`);
  return packets;
}

/** Length of a JSON text, that text, then the rest. */
export function withMeta(meta: object, rest: Uint8Array): Uint8Array {
  const text = encoder.encode(JSON.stringify(meta));
  const bytes = new Uint8Array(META_LENGTH_BYTES + text.length + rest.length);
  new DataView(bytes.buffer).setUint16(0, text.length);
  bytes.set(text, META_LENGTH_BYTES);
  bytes.set(rest, META_LENGTH_BYTES + text.length);
  return bytes;
}

/** The body as JSON; throws `protocol` when it is none. */
export function jsonOf(body: Uint8Array): unknown {
  const value = parseJson(body);
  if (value === undefined) throw new GoimClientError("protocol", "the server sent bad JSON");
  return value;
}

/** Where a log stands, from the auth reply. */
export interface UserLogStart {
  readonly epoch: string;
  readonly cursor: number;
  readonly last: number;
  /** Above 0: the mailbox dropped what was between the cursor and this. */
  readonly oldest: number;
}

/** The reply to auth of version 2. */
export interface AuthReply {
  readonly session: string;
  readonly mid: string;
  readonly key: string;
  readonly device: string;
  readonly heartbeatMs: number | undefined;
  readonly bodyBytes: number;
  readonly user: UserLogStart | undefined;
  readonly allEpoch: string;
  /** Unix milliseconds at which the token is over. */
  readonly expiresAt: number | undefined;
}

/** The reply to a refresh. */
export interface RefreshReply {
  /** Unix milliseconds at which the new token is over; undefined: it never is. */
  readonly expiresAt: number | undefined;
  /** Rooms that it does not allow; the client is in them no more. */
  readonly left: readonly string[];
}

export function readRefreshReply(packet: Packet): RefreshReply {
  const reply = jsonOf(packet.body);
  return { expiresAt: numberAt(reply, "expiresAt"), left: textsAt(reply, "left") };
}

const BODY_BYTES = 4096;
const MS = 1000;

/** undefined: an old server, which answers with an empty body. */
export function readAuthReply(packet: Packet): AuthReply | undefined {
  if (packet.body.length === 0) return undefined;
  const reply = jsonOf(packet.body);
  const heartbeat = numberAt(reply, "heartbeat");
  const user = objectAt(reply, "user");
  return {
    session: textAt(reply, "session") ?? "",
    mid: textAt(reply, "mid") ?? "0",
    key: textAt(reply, "key") ?? "",
    device: textAt(reply, "device") ?? "",
    heartbeatMs: heartbeat === undefined ? undefined : heartbeat * MS,
    bodyBytes: numberAt(objectAt(reply, "limits"), "bodyBytes") ?? BODY_BYTES,
    user: user && {
      epoch: textAt(user, "epoch") ?? "",
      cursor: numberAt(user, "cursor") ?? 0,
      last: numberAt(user, "last") ?? 0,
      oldest: numberAt(user, "oldest") ?? 0,
    },
    allEpoch: textAt(objectAt(reply, "all"), "epoch") ?? "",
    expiresAt: numberAt(reply, "expiresAt"),
  };
}

/** What is asked for one room. */
export interface JoinAsk {
  readonly room: string;
  readonly since?: number;
  readonly epoch?: string;
  readonly history?: number;
}

/** What was said about it. */
export interface JoinEntry {
  readonly room: string;
  readonly log: number;
  readonly epoch: string;
  readonly offset: number;
  readonly from: number;
  readonly reset: boolean;
  readonly oldest: number;
  readonly error: GoimClientError | undefined;
}

/** The entries of a join reply, in the order asked. */
export function readJoinReply(packet: Packet): readonly JoinEntry[] {
  return listAt(jsonOf(packet.body), "rooms").map((entry) => {
    const room = textAt(entry, "room") ?? "";
    const error = objectAt(entry, "error");
    return {
      room,
      log: numberAt(entry, "log") ?? -1,
      epoch: textAt(entry, "epoch") ?? "",
      offset: numberAt(entry, "offset") ?? 0,
      from: numberAt(entry, "from") ?? 0,
      reset: flagAt(entry, "reset"),
      oldest: numberAt(entry, "oldest") ?? 0,
      error: error && errorOf(error, room),
    };
  });
}

/** Op 28, or an error inside another reply. */
export function errorOf(from: unknown, room?: string): GoimClientError {
  const text = textAt(from, "text") ?? "no reason given";
  return new GoimClientError(textAt(from, "code") ?? "internal", text, room ? { room } : {});
}

/** Where a published message stands. */
export interface Receipt {
  readonly offset: number;
  readonly epoch: string;
  /** It was stored by an earlier try of the same publish. */
  readonly duplicate: boolean;
}

export function readReceipt(packet: Packet): Receipt {
  const reply = jsonOf(packet.body);
  return {
    offset: numberAt(reply, "offset") ?? 0,
    epoch: textAt(reply, "epoch") ?? "",
    duplicate: flagAt(reply, "duplicate"),
  };
}

/** A page of history as it came. */
export interface HistoryReply {
  readonly epoch: string;
  readonly next: number | undefined;
  readonly oldest: number;
  readonly packets: readonly Packet[];
}

export function readHistoryReply(packet: Packet): HistoryReply {
  const parts = splitMeta(packet.body);
  if (parts === undefined) throw new GoimClientError("protocol", "the history has no meta");
  const { meta, rest } = parts;
  const limits = { bodyBytesMax: ANY_BODY, version: 2 } as const;
  const { packets, fault } =
    rest.length === 0 ? { packets: [], fault: undefined } : readPackets(rest, limits);
  if (fault !== undefined) throw new GoimClientError("protocol", `bad history: ${fault}`);
  return {
    epoch: textAt(meta, "epoch") ?? "",
    next: numberAt(meta, "next"),
    oldest: numberAt(meta, "oldest") ?? 0,
    packets,
  };
}

/** Op 26. */
export interface LogState {
  readonly log: number;
  readonly epoch: string;
  readonly offset: number;
  readonly oldest: number;
  readonly reset: boolean;
}

export function readLogState(packet: Packet): LogState {
  const state = jsonOf(packet.body);
  return {
    log: numberAt(state, "log") ?? -1,
    epoch: textAt(state, "epoch") ?? "",
    offset: numberAt(state, "offset") ?? 0,
    oldest: numberAt(state, "oldest") ?? 0,
    reset: flagAt(state, "reset"),
  };
}

/** Op 27. */
export interface GoAway {
  readonly nodes: readonly string[];
  readonly deadlineMs: number;
  readonly jitterMs: number;
}

export function readGoAway(packet: Packet): GoAway {
  const body = jsonOf(packet.body);
  const deadlineMs = (numberAt(body, "deadline") ?? 0) * MS;
  const jitterMs = (numberAt(body, "jitter") ?? 0) * MS;
  return { nodes: textsAt(body, "nodes"), deadlineMs, jitterMs: Math.min(jitterMs, deadlineMs) };
}

/** Op 6. */
export interface Closing {
  readonly code: number;
  readonly reason: string;
  readonly reconnect: boolean;
}

export function readClosing(packet: Packet): Closing {
  const body = jsonOf(packet.body);
  return {
    code: numberAt(body, "code") ?? 1000,
    reason: textAt(body, "reason") ?? "",
    reconnect: flagAt(body, "reconnect"),
  };
}

/** Connections of each room over all comets, from a heartbeat reply. */
export type Counts = Readonly<Record<string, number>>;

export function readCounts(packet: Packet): Counts {
  const rooms = objectAt(jsonOf(packet.body), "rooms") ?? {};
  return Object.fromEntries(
    Object.entries(rooms).filter((entry): entry is [string, number] => {
      return typeof entry[1] === "number";
    }),
  );
}

/** The same of version 1: one number for the one room, if the body has it. */
export function readCountV1(packet: Packet): number | undefined {
  const { body } = packet;
  if (body.length < Int32Array.BYTES_PER_ELEMENT) return undefined;
  return new DataView(body.buffer, body.byteOffset, body.byteLength).getInt32(0);
}

/** The packets of a batch of version 1. */
export function openBatch(packet: Packet): readonly Packet[] {
  const { packets } = readPackets(packet.body, { bodyBytesMax: ANY_BODY });
  return packets;
}

/** Only pushes have an offset, and no other packet of the server. */
export function isPush(packet: Packet): packet is Packet & { readonly offset: number } {
  return packet.offset !== undefined;
}
