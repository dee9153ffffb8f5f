/**
 * What version 2 puts into bodies (docs/protocol.md), written and taken apart. For servers and
 * clients: nothing in here needs Node.
 */
import { mayReconnect } from "./close-code.ts";
import { encodePacket, HEADER_BYTES, writeHeader, writeHeaderV2 } from "./frame.ts";
import { Operation } from "./operation.ts";

/** A failure that a client is told: a code of src/kit/errors.ts and a sentence. */
export interface Failure {
  readonly code: string;
  readonly text: string;
}

/** Where a client stands in a room it has joined. */
export interface RoomPlace {
  readonly room: string;
  /** Number of the room's log on this connection. */
  readonly log: number;
  /** Life of the log: offsets of another one mean nothing here. */
  readonly epoch: string;
  /** Where the room stood. */
  readonly offset: number;
  /** Pushes begin right behind this. */
  readonly from: number;
  /** `since` could not be served: something is missing. */
  readonly reset?: true;
  /** With `reset`: the oldest message that can be had; left out when there is none. */
  readonly oldest?: number;
}

export interface RoomFailure {
  readonly room: string;
  readonly error: Failure;
}

export interface AuthReplyBody {
  /** `<comet>/<incarnation>/<connection>`. */
  readonly session: string;
  /** Decimal text, "0" = nobody in particular. */
  readonly mid: string;
  readonly key: string;
  readonly device: string;
  /** Seconds. */
  readonly heartbeat: number;
  readonly heartbeatMax: number;
  readonly limits: { readonly bodyBytes: number; readonly rooms: number };
  /** Left out where there is no mailbox. */
  readonly user?: {
    readonly log: number;
    readonly epoch: string;
    readonly cursor: number;
    readonly last: number;
    readonly oldest: number;
  };
  readonly all: { readonly log: number; readonly epoch: string; readonly offset: number };
  /** Of the token's room. */
  readonly room?: RoomPlace | RoomFailure;
  /** Unix milliseconds at which the token is over; left out when it never is. */
  readonly expiresAt?: number;
}

export interface RefreshReplyBody {
  /** As in the auth reply. */
  readonly expiresAt?: number;
  /** Rooms that the new token does not allow: the connection is in them no more. */
  readonly left: readonly string[];
}

/** One room of a join. */
export interface JoinWish {
  readonly room: string;
  /** Everything behind this offset of this life. */
  readonly since?: number;
  readonly epoch?: string;
  /** The newest so many messages. */
  readonly history?: number;
}

export interface JoinReplyBody {
  readonly rooms: readonly (RoomPlace | RoomFailure)[];
}

export interface HeartbeatReplyBody {
  /** Connections over all comets. */
  readonly rooms: Readonly<Record<string, number>>;
}

export interface PublishMeta {
  /** "" = to a user. */
  readonly room: string;
  /** Mid of the user it is for, decimal text. */
  readonly user?: string;
  readonly op: number;
  /** The client's own id of the message: stored once. */
  readonly id?: string;
  /** The sender does not get it back. */
  readonly exclude?: boolean;
}

export interface PublishReplyBody {
  readonly offset: number;
  readonly epoch: string;
  readonly duplicate: boolean;
}

export interface HistoryWish {
  readonly room: string;
  readonly before?: number;
  readonly after?: number;
  readonly limit?: number;
  /** Life of the log that the offset belongs to, where the client knows it. */
  readonly epoch?: string;
}

export interface HistoryReplyMeta {
  readonly room: string;
  readonly epoch: string;
  /** Left out when there is no more. */
  readonly next?: number;
  readonly oldest: number;
}

export interface LogStateBody {
  readonly log: number;
  readonly epoch: string;
  /** Pushes after this packet lie behind this offset. */
  readonly offset: number;
  /** Messages before it are gone that this connection has not had. */
  readonly oldest?: number;
  /** The log is another one. */
  readonly reset?: true;
}

export interface GoAwayBody {
  readonly nodes: readonly string[];
  /** Seconds until the server closes, and part of it in which clients leave at a random moment. */
  readonly deadline: number;
  readonly jitter: number;
}

export interface ClosingBody {
  readonly code: number;
  readonly reason: string;
  readonly reconnect: boolean;
}

/** The connection is in this room no more: the same as a leave it did not ask for. */
export interface RemovedBody extends Failure {
  readonly room: string;
}

export interface ErrorBody extends Failure {
  /** Operation of the request. */
  readonly op: number;
}

const encoder = new TextEncoder();
const NO_BODY = new Uint8Array(0);
/** Bytes of the length before a meta text. */
const META_LENGTH_BYTES = 2;
const META_BYTES_MAX = 0xffff;

/** A packet of version 2 without an offset: everything but pushes and acks. */
export function encodeV2(op: number, seq: number, body: Uint8Array = NO_BODY): Uint8Array {
  return encodePacket({ ver: 2, op, seq, body });
}

export function encodeJson(op: number, seq: number, value: unknown): Uint8Array {
  return encodeV2(op, seq, encoder.encode(JSON.stringify(value)));
}

/** The packet a server says goodbye with. */
export function encodeClosing(code: number, reason: string): Uint8Array {
  const body: ClosingBody = { code, reason, reconnect: mayReconnect(code) };
  return encodeJson(Operation.DisconnectReply, 0, body);
}

export function encodeError(seq: number, body: ErrorBody): Uint8Array {
  return encodeJson(Operation.Error, seq, body);
}

/** A packet of an acknowledgement; `seq` 0 asks for no answer. */
export function encodeAck(seq: number, offset: number): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + 8);
  writeHeaderV2(new DataView(bytes.buffer), 0, { op: Operation.Ack, seq, offset, bodyBytes: 0 });
  return bytes;
}

/** A packet whose body is a JSON text with its length before it, and bytes behind it. */
export function encodeMeta(op: number, seq: number, meta: unknown, rest: Uint8Array): Uint8Array {
  const text = encoder.encode(JSON.stringify(meta));
  if (text.length > META_BYTES_MAX) throw new RangeError("the meta text is too long");
  const bodyBytes = META_LENGTH_BYTES + text.length + rest.length;
  const bytes = new Uint8Array(HEADER_BYTES + bodyBytes);
  const view = new DataView(bytes.buffer);
  writeHeader(view, 0, { ver: 2, op, seq, bodyBytes });
  view.setUint16(HEADER_BYTES, text.length);
  bytes.set(text, HEADER_BYTES + META_LENGTH_BYTES);
  bytes.set(rest, HEADER_BYTES + META_LENGTH_BYTES + text.length);
  return bytes;
}

/** Takes such a body apart; undefined when it is none. `rest` is a view of `body`. */
export function splitMeta(body: Uint8Array): { meta: unknown; rest: Uint8Array } | undefined {
  if (body.length < META_LENGTH_BYTES) return undefined;
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const end = META_LENGTH_BYTES + view.getUint16(0);
  if (end > body.length) return undefined;
  const meta = parseJson(body.subarray(META_LENGTH_BYTES, end));
  return meta === undefined ? undefined : { meta, rest: body.subarray(end) };
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/** The value of a JSON text; undefined when it is none, or not UTF-8. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes)) as unknown;
  } catch {
    return undefined;
  }
}
