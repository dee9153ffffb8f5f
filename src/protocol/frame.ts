/**
 * The packet codec. Source of the layout: goim-contract section 1 (goim api/protocol/protocol.go).
 * Everything is big endian and signed, as in goim.
 *
 * | at | bytes | field     | meaning                                                        |
 * | -- | ----- | --------- | -------------------------------------------------------------- |
 * | 0  | 4     | packLen   | header and body together                                       |
 * | 4  | 2     | headerLen | 16; 24 in version 2                                            |
 * | 6  | 2     | ver       | 1; a push is always 1 here                                     |
 * | 8  | 4     | op        | see operation.ts                                               |
 * | 12 | 4     | seq       | chosen by the client, echoed in the reply; 0 on a push         |
 * | 16 | 8     | offset    | only with headerLen 24: the entry's position in its log        |
 * | 16 or 24 | | body      | packLen - headerLen bytes; 0 to 4096 from a client, no bound to it |
 *
 * On TCP packets follow each other without anything between them. On WebSocket a frame holds whole
 * packets; every push comes inside a packet of op 9 (see frame-batch.ts).
 */

/** Header bytes of version 1. */
export const HEADER_BYTES = 16;
/** Header bytes of version 2: version 1's, then the offset as int64. */
export const HEADER_BYTES_V2 = 24;
/** Body bytes a client may send (goim's MaxBodySize, 1 << 12). */
export const BODY_BYTES_MAX = 4096;

/** Bytes that tell how long the packet is: packLen and headerLen. */
const LENGTH_BYTES = 6;

export interface Packet {
  readonly ver: number;
  readonly op: number;
  readonly seq: number;
  /** Position in its log; only packets of version 2 carry one. */
  readonly offset?: number;
  readonly body: Uint8Array;
}

/** Why bytes are not a packet. */
export type FrameFault = "header_length" | "packet_length" | "too_large" | "truncated" | "offset";

/** What each fault means, for logs and close frames (a close reason holds at most 123 bytes). */
export const faultText: Readonly<Record<FrameFault, string>> = {
  header_length: "the header length is not one this connection may use",
  packet_length: "the packet length is below the header length",
  too_large: "the body is larger than the limit",
  truncated: "the frame ends inside a packet",
  offset: "the offset is negative or above 2^53",
};

/** What a reader accepts. */
export interface FrameLimits {
  /** Largest body, bytes; BODY_BYTES_MAX when left out. */
  readonly bodyBytesMax?: number;
  /** 2 also takes headers of 24 bytes; 1 when left out. */
  readonly version?: 1 | 2;
}

const NO_BODY: Uint8Array = new Uint8Array(0);
const NO_VIEW = viewOf(NO_BODY);

/** Writes a version 1 header at `at`. */
export function writeHeader(
  view: DataView,
  at: number,
  packet: { ver: number; op: number; seq: number; bodyBytes: number },
): void {
  view.setInt32(at, HEADER_BYTES + packet.bodyBytes);
  view.setInt16(at + 4, HEADER_BYTES);
  view.setInt16(at + 6, packet.ver);
  view.setInt32(at + 8, packet.op);
  view.setInt32(at + 12, packet.seq);
}

/** Writes a version 2 header with an offset at `at`. */
export function writeHeaderV2(
  view: DataView,
  at: number,
  packet: { op: number; seq: number; offset: number; bodyBytes: number },
): void {
  view.setInt32(at, HEADER_BYTES_V2 + packet.bodyBytes);
  view.setInt16(at + 4, HEADER_BYTES_V2);
  view.setInt16(at + 6, 2);
  view.setInt32(at + 8, packet.op);
  view.setInt32(at + 12, packet.seq);
  view.setBigInt64(at + HEADER_BYTES, BigInt(packet.offset));
}

/** One version 1 packet as bytes of its own. */
export function encodePacket(packet: {
  ver: number;
  op: number;
  seq: number;
  body?: Uint8Array;
}): Uint8Array {
  const body = packet.body ?? NO_BODY;
  const bytes = new Uint8Array(HEADER_BYTES + body.length);
  const view = new DataView(bytes.buffer);
  writeHeader(view, 0, { ...packet, bodyBytes: body.length });
  bytes.set(body, HEADER_BYTES);
  return bytes;
}

/** Length of the packet at `at`, of which at least LENGTH_BYTES are there, or why there is none. */
function packetBytes(view: DataView, at: number, limits: FrameLimits): number | FrameFault {
  const packBytes = view.getInt32(at);
  const headerBytes = view.getInt16(at + 4);
  const known =
    headerBytes === HEADER_BYTES || (headerBytes === HEADER_BYTES_V2 && limits.version === 2);
  if (!known) return "header_length";
  if (packBytes < headerBytes) return "packet_length";
  if (packBytes - headerBytes > (limits.bodyBytesMax ?? BODY_BYTES_MAX)) return "too_large";
  return packBytes;
}

/** The packet at `at`, all of whose `length` bytes are there. Its body is a view of `bytes`. */
function packetAt(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  length: number,
): Packet | FrameFault {
  const headerBytes = view.getInt16(at + 4);
  const ver = view.getInt16(at + 6);
  const op = view.getInt32(at + 8);
  const seq = view.getInt32(at + 12);
  const body = length === headerBytes ? NO_BODY : bytes.subarray(at + headerBytes, at + length);
  if (headerBytes === HEADER_BYTES) return { ver, op, seq, body };
  const offset = Number(view.getBigInt64(at + HEADER_BYTES));
  if (offset < 0 || !Number.isSafeInteger(offset)) return "offset";
  return { ver, op, seq, offset, body };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * All packets of one WebSocket message. Bodies are views of `frame`. With a fault, `packets` holds
 * those before it; an empty frame is truncated.
 */
export function readPackets(
  frame: Uint8Array,
  limits: FrameLimits = {},
): { readonly packets: readonly Packet[]; readonly fault?: FrameFault } {
  const packets: Packet[] = [];
  const view = viewOf(frame);
  let at = 0;
  do {
    const left = frame.length - at;
    if (left < LENGTH_BYTES) return { packets, fault: "truncated" };
    const length = packetBytes(view, at, limits);
    if (typeof length === "string") return { packets, fault: length };
    if (length > left) return { packets, fault: "truncated" };
    const packet = packetAt(frame, view, at, length);
    if (typeof packet === "string") return { packets, fault: packet };
    packets.push(packet);
    at += length;
  } while (at < frame.length);
  return { packets };
}

/**
 * Packets out of a TCP stream: `push` each chunk, then call `next` until it gives undefined. A
 * packet that lies in one chunk is a view of it; only one that is split is copied, and no more than
 * that one packet is ever held back. Chunks pushed before the last one was used up are joined, so
 * whoever pauses must also stop reading.
 */
export class PacketReader {
  #limits: FrameLimits;
  #chunk = NO_BODY;
  #view = NO_VIEW;
  #at = 0;
  /** The split packet: first its lengths, then all of it. */
  #split: Uint8Array | undefined;
  #splitBytes = 0;
  #fault: FrameFault | undefined;

  constructor(limits: FrameLimits = {}) {
    this.#limits = limits;
  }

  /** Bytes taken in that no packet was made of yet; above 0 at the end of a stream = truncated. */
  get pendingBytes(): number {
    return this.#splitBytes + this.#chunk.length - this.#at;
  }

  /** Takes effect with the next packet. */
  setLimits(limits: FrameLimits): void {
    this.#limits = limits;
  }

  push(chunk: Uint8Array): void {
    const left = this.#chunk.length - this.#at;
    let joined = chunk;
    if (left > 0) {
      joined = new Uint8Array(left + chunk.length);
      joined.set(this.#chunk.subarray(this.#at));
      joined.set(chunk, left);
    }
    this.#chunk = joined;
    this.#view = viewOf(joined);
    this.#at = 0;
  }

  /**
   * The next packet, the fault that ends this stream (from then on always), or undefined = more
   * bytes.
   */
  next(): Packet | FrameFault | undefined {
    if (this.#fault !== undefined) return this.#fault;
    const packet = this.#split === undefined ? this.#whole() : this.#joined(this.#split);
    if (typeof packet === "string") this.#fault = packet;
    if (packet === undefined && this.#at === this.#chunk.length) this.#release();
    return packet;
  }

  /** Lets go of a used chunk, so that an idle connection holds none. */
  #release(): void {
    this.#chunk = NO_BODY;
    this.#view = NO_VIEW;
    this.#at = 0;
  }

  /** A packet that begins in this chunk. */
  #whole(): Packet | FrameFault | undefined {
    const left = this.#chunk.length - this.#at;
    if (left === 0) return undefined;
    if (left < LENGTH_BYTES) return this.#joined(new Uint8Array(LENGTH_BYTES));
    const length = packetBytes(this.#view, this.#at, this.#limits);
    if (typeof length === "string") return length;
    if (length > left) return this.#joined(new Uint8Array(length));
    const at = this.#at;
    this.#at += length;
    return packetAt(this.#chunk, this.#view, at, length);
  }

  /** Goes on filling `split`; its packet when that is whole. */
  #joined(split: Uint8Array): Packet | FrameFault | undefined {
    let target = split;
    if (!this.#fill(target)) return undefined;
    if (target.length === LENGTH_BYTES) {
      const length = packetBytes(viewOf(target), 0, this.#limits);
      if (typeof length === "string") return length;
      target = new Uint8Array(length);
      target.set(split);
      if (!this.#fill(target)) return undefined;
    }
    this.#split = undefined;
    this.#splitBytes = 0;
    return packetAt(target, viewOf(target), 0, target.length);
  }

  /** Copies from the chunk into `target` what fits; whether it is full. */
  #fill(target: Uint8Array): boolean {
    const missing = target.length - this.#splitBytes;
    const taken = this.#chunk.subarray(this.#at, this.#at + missing);
    target.set(taken, this.#splitBytes);
    this.#split = target;
    this.#splitBytes += taken.length;
    this.#at += taken.length;
    return taken.length === missing;
  }
}
