import { HEADER_BYTES, HEADER_BYTES_V2, writeHeader, writeHeaderV2 } from "./frame.ts";
import { Operation } from "./operation.ts";

/** One pushed message. */
export interface BatchEntry {
  readonly op: number;
  readonly body: Uint8Array;
  /** Position in its log; version 1 has no place for it. */
  readonly offset?: number;
}

/** A flush as each kind of connection is sent it; made when first asked for, then shared. */
export interface EncodedBatch {
  /** Version 1, WebSocket: the packets inside one packet of op 9. */
  readonly ws: Uint8Array;
  /** Version 1, TCP: the bare packets one after another, a part of `ws`. */
  readonly tcp: Uint8Array;
  /** Version 2, either transport: the bare packets, each with its offset and its log's number. */
  readonly v2: Uint8Array;
}

/** Numbers of the logs of version 2 that every connection has; rooms follow from `Rooms` on. */
export const LogNumber = { Key: 0, User: 1, All: 2, Rooms: 16 } as const;

/** Pushed messages of one log, in order. `log` is what version 2 clients know it by. */
export function encodeBatch(
  entries: readonly BatchEntry[],
  log: number = LogNumber.Key,
): EncodedBatch {
  return new Batch(entries, log);
}

class Batch implements EncodedBatch {
  readonly #entries: readonly BatchEntry[];
  readonly #log: number;
  #ws: Uint8Array | undefined;
  #tcp: Uint8Array | undefined;
  #v2: Uint8Array | undefined;

  constructor(entries: readonly BatchEntry[], log: number) {
    this.#entries = entries;
    this.#log = log;
  }

  get ws(): Uint8Array {
    this.#ws ??= encodeV1(this.#entries);
    return this.#ws;
  }

  get tcp(): Uint8Array {
    this.#tcp ??= this.ws.subarray(HEADER_BYTES);
    return this.#tcp;
  }

  get v2(): Uint8Array {
    this.#v2 ??= encodeV2(this.#entries, this.#log);
    return this.#v2;
  }
}

/** ver 1, seq 0, op as pushed. */
function encodeV1(entries: readonly BatchEntry[]): Uint8Array {
  let bodyBytes = 0;
  for (const entry of entries) bodyBytes += HEADER_BYTES + entry.body.length;
  const bytes = new Uint8Array(HEADER_BYTES + bodyBytes);
  const view = new DataView(bytes.buffer);
  writeHeader(view, 0, { ver: 1, op: Operation.Raw, seq: 0, bodyBytes });
  let at = HEADER_BYTES;
  for (const { op, body } of entries) {
    writeHeader(view, at, { ver: 1, op, seq: 0, bodyBytes: body.length });
    bytes.set(body, at + HEADER_BYTES);
    at += HEADER_BYTES + body.length;
  }
  return bytes;
}

/** ver 2, seq = the log's number, op as pushed. */
function encodeV2(entries: readonly BatchEntry[], log: number): Uint8Array {
  let length = 0;
  for (const entry of entries) length += HEADER_BYTES_V2 + entry.body.length;
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const { op, body, offset = 0 } of entries) {
    writeHeaderV2(view, at, { op, seq: log, offset, bodyBytes: body.length });
    bytes.set(body, at + HEADER_BYTES_V2);
    at += HEADER_BYTES_V2 + body.length;
  }
  return bytes;
}
