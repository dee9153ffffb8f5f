import { HEADER_BYTES, writeHeader } from "./frame.ts";
import { Operation } from "./operation.ts";

/** One pushed message. */
export interface BatchEntry {
  readonly op: number;
  readonly body: Uint8Array;
  /** Position in its log. Version 1 has no place for it; version 2's encoder will write it. */
  readonly offset?: number;
}

/** A flush as both transports send it; `tcp` is a part of `ws`, so it costs one encoding. */
export interface EncodedBatch {
  /** The packets inside one packet of op 9: a WebSocket frame. */
  readonly ws: Uint8Array;
  /** The bare packets one after another. */
  readonly tcp: Uint8Array;
}

/** Encodes pushed messages for version 1 clients: ver 1, seq 0, op as pushed. */
export function encodeBatch(entries: readonly BatchEntry[]): EncodedBatch {
  let bodyBytes = 0;
  for (const entry of entries) bodyBytes += HEADER_BYTES + entry.body.length;
  const ws = new Uint8Array(HEADER_BYTES + bodyBytes);
  const view = new DataView(ws.buffer);
  writeHeader(view, 0, { ver: 1, op: Operation.Raw, seq: 0, bodyBytes });
  let at = HEADER_BYTES;
  for (const { op, body } of entries) {
    writeHeader(view, at, { ver: 1, op, seq: 0, bodyBytes: body.length });
    ws.set(body, at + HEADER_BYTES);
    at += HEADER_BYTES + body.length;
  }
  return { ws, tcp: ws.subarray(HEADER_BYTES) };
}
