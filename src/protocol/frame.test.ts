import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  BODY_BYTES_MAX,
  encodePacket,
  type FrameFault,
  type FrameLimits,
  faultText,
  HEADER_BYTES,
  HEADER_BYTES_V2,
  type Packet,
  PacketReader,
  readPackets,
} from "./frame.ts";

interface Outcome {
  readonly packets: readonly Packet[];
  readonly fault?: FrameFault;
}

/**
 * What the codec must do, written as plainly as possible: all bytes at once, no views, no state.
 */
function naive(bytes: Uint8Array, limits: FrameLimits = {}): Outcome & { readonly rest: number } {
  const buffer = Buffer.from(bytes);
  const packets: Packet[] = [];
  let at = 0;
  for (;;) {
    const rest = buffer.length - at;
    if (rest < 6) return { packets, rest };
    const length = buffer.readInt32BE(at);
    const header = buffer.readInt16BE(at + 4);
    if (header !== 16 && !(header === 24 && limits.version === 2)) {
      return { packets, fault: "header_length", rest };
    }
    if (length < header) return { packets, fault: "packet_length", rest };
    if (length - header > (limits.bodyBytesMax ?? 4096))
      return { packets, fault: "too_large", rest };
    if (rest < length) return { packets, rest };
    const one = {
      ver: buffer.readInt16BE(at + 6),
      op: buffer.readInt32BE(at + 8),
      seq: buffer.readInt32BE(at + 12),
      body: new Uint8Array(buffer.subarray(at + header, at + length)),
    };
    if (header === 16) packets.push(one);
    else {
      const offset = buffer.readBigInt64BE(at + 16);
      if (offset < 0n || offset > BigInt(Number.MAX_SAFE_INTEGER)) {
        return { packets, fault: "offset", rest };
      }
      packets.push({ ...one, offset: Number(offset) });
    }
    at += length;
  }
}

/** Reads `bytes` cut at `cuts`; fails when the reader goes on longer than there can be packets. */
function readCut(bytes: Uint8Array, cuts: readonly number[], limits?: FrameLimits): Outcome {
  const reader = new PacketReader(limits);
  const edges = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  const packets: Packet[] = [];
  let from = 0;
  let turns = bytes.length + edges.length + 2;
  for (const to of [...edges, bytes.length]) {
    // A copy, so that reading past the chunk's end cannot find the right bytes by luck.
    reader.push(Uint8Array.from(bytes.subarray(from, to)));
    from = to;
    for (;;) {
      turns -= 1;
      if (turns < 0) throw new Error("the reader does not end");
      const packet = reader.next();
      if (packet === undefined) break;
      if (typeof packet === "string") return { packets, fault: packet };
      packets.push({ ...packet, body: Uint8Array.from(packet.body) });
    }
  }
  return { packets };
}

function plain({ packets, fault }: Outcome): unknown {
  return {
    fault,
    packets: packets.map((packet) => ({
      ...packet,
      body: Buffer.from(packet.body).toString("hex"),
    })),
  };
}

function packetV2(packet: { op: number; offset: bigint; body: Uint8Array }): Uint8Array {
  const bytes = Buffer.alloc(HEADER_BYTES_V2 + packet.body.length);
  bytes.writeInt32BE(bytes.length, 0);
  bytes.writeInt16BE(HEADER_BYTES_V2, 4);
  bytes.writeInt16BE(2, 6);
  bytes.writeInt32BE(packet.op, 8);
  bytes.writeBigInt64BE(packet.offset, 16);
  bytes.set(packet.body, HEADER_BYTES_V2);
  return bytes;
}

const int16 = fc.integer({ min: -0x8000, max: 0x7fff });
const int32 = fc.integer({ min: -0x80000000, max: 0x7fffffff });
const bodies = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.constantFrom(4095, 4096).map((length) => new Uint8Array(length).fill(7)),
);
const encoded = fc.record({ ver: int16, op: int32, seq: int32, body: bodies }).map(encodePacket);
const encodedV2 = fc
  .record({ op: int32, offset: fc.bigInt({ min: -2n, max: 1n << 54n }), body: bodies })
  .map(packetV2);
const cuts = fc.array(fc.nat({ max: 10_000 }), { maxLength: 30 });
const streams = fc.array(encoded, { maxLength: 8 }).map((parts) => Buffer.concat(parts));

describe("PacketReader", () => {
  it("gives the packets of the naive model however the bytes are cut", () => {
    fc.assert(
      fc.property(streams, cuts, (bytes, at) => {
        expect(plain(readCut(bytes, at))).toEqual(plain(naive(bytes)));
      }),
    );
  });

  it("gives the same with versions mixed, where both are allowed", () => {
    const mixed = fc.array(fc.oneof(encoded, encodedV2), { maxLength: 6 });
    fc.assert(
      fc.property(mixed, cuts, fc.constantFrom(1 as const, 2 as const), (parts, at, version) => {
        const bytes = Buffer.concat(parts);
        expect(plain(readCut(bytes, at, { version }))).toEqual(plain(naive(bytes, { version })));
      }),
    );
  });

  it("judges changed bytes like the model: no throw, no loop, no byte too many", () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(streams, changes, cuts, (stream, edits, at) => {
        const bytes = Buffer.from(stream);
        for (const [where, value] of edits)
          if (bytes.length > 0) bytes[where % bytes.length] = value;
        expect(plain(readCut(bytes, at))).toEqual(plain(naive(bytes)));
      }),
      { numRuns: 500 },
    );
  });

  it("judges any bytes like the model", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), cuts, (bytes, at) => {
        expect(plain(readCut(bytes, at))).toEqual(plain(naive(bytes)));
      }),
      { numRuns: 500 },
    );
  });

  it("gives a view of the chunk when the packet lies in it, a copy when it is split", () => {
    const chunk = encodePacket({ ver: 1, op: 4, seq: 1, body: Buffer.from("hello") });
    const reader = new PacketReader();
    reader.push(chunk);
    expect(body(reader.next()).buffer).toBe(chunk.buffer);
    reader.push(chunk.subarray(0, 18));
    expect(reader.next()).toBeUndefined();
    reader.push(chunk.subarray(18));
    const split = body(reader.next());
    expect(split.buffer).not.toBe(chunk.buffer);
    expect(Buffer.from(split).toString()).toBe("hello");
  });

  it("counts the bytes no packet was made of", () => {
    const reader = new PacketReader();
    const bytes = encodePacket({ ver: 1, op: 4, seq: 1, body: Buffer.from("hello") });
    for (const [from, to] of [
      [0, 3],
      [3, 6],
      [6, 20],
    ] as const) {
      reader.push(bytes.subarray(from, to));
      expect(reader.next()).toBeUndefined();
      expect(reader.pendingBytes).toBe(to);
    }
    reader.push(bytes.subarray(20));
    expect(body(reader.next())).toHaveLength(5);
    expect(reader.pendingBytes).toBe(0);
  });

  it("joins a chunk that comes before the last one was used up", () => {
    const reader = new PacketReader();
    const bytes = encodePacket({ ver: 1, op: 4, seq: 1, body: Buffer.from("hello") });
    reader.push(Buffer.concat([bytes, bytes, bytes.subarray(0, 7)]));
    expect(body(reader.next())).toHaveLength(5);
    reader.push(bytes.subarray(7));
    expect(reader.pendingBytes).toBe(42);
    for (let left = 2; left > 0; left--) expect(body(reader.next())).toHaveLength(5);
    expect(reader.next()).toBeUndefined();
  });

  it("keeps its fault, and takes no memory for a body that is too large", () => {
    const reader = new PacketReader();
    const header = Buffer.from("7fffffff00100001", "hex");
    reader.push(header);
    expect(reader.next()).toBe("too_large");
    reader.push(encodePacket({ ver: 1, op: 2, seq: 1 }));
    expect(reader.next()).toBe("too_large");
  });
});

describe("readPackets", () => {
  it("agrees with the reader; what is left over makes the frame truncated", () => {
    const frames = fc.tuple(streams, fc.nat({ max: 60 })).map(([bytes, cut]) => {
      return bytes.subarray(0, Math.max(0, bytes.length - cut));
    });
    fc.assert(
      fc.property(fc.oneof(frames, fc.uint8Array({ maxLength: 100 })), (frame) => {
        const { rest, ...model } = naive(frame);
        const truncated = model.fault === undefined && (rest > 0 || frame.length === 0);
        const wanted = truncated ? { ...model, fault: "truncated" as const } : model;
        expect(plain(readPackets(frame))).toEqual(plain(wanted));
      }),
      { numRuns: 500 },
    );
  });

  it("reads a frame that lies inside a larger buffer", () => {
    const one = encodePacket({ ver: 1, op: 7, seq: 9, body: Buffer.from("{}") });
    const room = new Uint8Array(100).fill(255);
    room.set(one, 33);
    const { packets, fault } = readPackets(room.subarray(33, 33 + one.length));
    expect(fault).toBeUndefined();
    expect(packets).toMatchObject([{ ver: 1, op: 7, seq: 9 }]);
  });
});

describe("bounds", () => {
  const frame = (bodyBytes: number) =>
    encodePacket({ ver: 1, op: 4, seq: 1, body: new Uint8Array(bodyBytes) });

  it("takes 0 and 4096 bytes of body and refuses 4097", () => {
    expect(BODY_BYTES_MAX).toBe(4096);
    expect(readPackets(frame(0)).packets[0]?.body).toHaveLength(0);
    expect(readPackets(frame(4096)).packets[0]?.body).toHaveLength(4096);
    expect(readPackets(frame(4097))).toEqual({ packets: [], fault: "too_large" });
  });

  it("takes the bound it is given", () => {
    expect(readPackets(frame(11), { bodyBytesMax: 10 }).fault).toBe("too_large");
    expect(readPackets(frame(100_000), { bodyBytesMax: 100_000 }).packets).toHaveLength(1);
  });

  it.each([
    [16, 0, "header_length"],
    [16, 15, "header_length"],
    [16, -16, "header_length"],
    [24, 24, "header_length"],
    [15, 16, "packet_length"],
    [0, 16, "packet_length"],
    [-1, 16, "packet_length"],
    [4113, 16, "too_large"],
  ] as const)("packet length %d with header length %d: %s", (packBytes, headerBytes, fault) => {
    const bytes = Buffer.alloc(32);
    bytes.writeInt32BE(packBytes, 0);
    bytes.writeInt16BE(headerBytes, 4);
    expect(readPackets(bytes)).toEqual({ packets: [], fault });
    expect(faultText[fault]).not.toBe("");
  });

  it("reads version 2's offset, and refuses one that is negative or not exact", () => {
    const read = (offset: bigint) =>
      readPackets(packetV2({ op: 18, offset, body: new Uint8Array(2) }), { version: 2 });
    expect(read(0n).packets).toMatchObject([{ ver: 2, op: 18, offset: 0 }]);
    expect(read((1n << 53n) - 1n).packets[0]?.offset).toBe(Number.MAX_SAFE_INTEGER);
    expect(read(1n << 53n).fault).toBe("offset");
    expect(read(-1n).fault).toBe("offset");
  });

  it("has version 2's header after version 1's", () => {
    expect(HEADER_BYTES).toBe(16);
    expect(HEADER_BYTES_V2).toBe(24);
  });
});

function body(packet: Packet | FrameFault | undefined): Uint8Array {
  if (packet === undefined || typeof packet === "string") throw new Error(`no packet: ${packet}`);
  return packet.body;
}
