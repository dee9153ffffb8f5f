import { HEADER_BYTES } from "../protocol/frame.ts";
import { Operation } from "../protocol/operation.ts";

/**
 * Called for each packet; its body lies between `at` and `end` of `bytes`. `offset` is NONE where
 * the packet has none, as all of version 1.
 */
export type OnPacket = (op: number, bytes: Buffer, at: number, end: number, offset: number) => void;

export const NONE = -1;

/**
 * Walks the whole packets between `at` and `end` without making objects of them, opens those of
 * op 9, and returns where the first incomplete one begins. The codec of src/protocol is the careful
 * one; this one trusts the server and only has to be fast.
 */
export function walkPackets(bytes: Buffer, at: number, end: number, onPacket: OnPacket): number {
  let from = at;
  while (end - from >= HEADER_BYTES) {
    const length = bytes.readInt32BE(from);
    if (length < HEADER_BYTES) throw new Error(`the server sent a packet of ${length} bytes`);
    if (end - from < length) break;
    const op = bytes.readInt32BE(from + 8);
    if (op === Operation.Raw) walkPackets(bytes, from + HEADER_BYTES, from + length, onPacket);
    else {
      const head = bytes.readInt16BE(from + 4);
      const offset = head > HEADER_BYTES ? Number(bytes.readBigInt64BE(from + HEADER_BYTES)) : NONE;
      onPacket(op, bytes, from + head, from + length, offset);
    }
    from += length;
  }
  return from;
}

/** The same for WebSocket frames as a server sends them: not masked, not continued. */
export function walkFrames(bytes: Buffer, onPacket: OnPacket): number {
  let from = 0;
  for (;;) {
    if (bytes.length - from < 2) return from;
    let length = (bytes[from + 1] ?? 0) & 0x7f;
    let at = from + 2;
    if (length === 126) {
      if (bytes.length < at + 2) return from;
      length = bytes.readUInt16BE(at);
      at += 2;
    } else if (length === 127) {
      if (bytes.length < at + 8) return from;
      length = Number(bytes.readBigUInt64BE(at));
      at += 8;
    }
    if (bytes.length - at < length) return from;
    const opcode = (bytes[from] ?? 0) & 0x0f;
    if (opcode < 3) walkPackets(bytes, at, at + length, onPacket);
    from = at + length;
  }
}

/** A binary frame with a mask of zeros: the bytes RFC 6455 asks for without the work of masking. */
export function clientFrame(payload: Uint8Array): Buffer {
  const long = payload.length > 125;
  const head = Buffer.alloc(long ? 8 : 6);
  head[0] = 0x82;
  head[1] = 0x80 | (long ? 126 : payload.length);
  if (long) head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]);
}
