import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodePacket } from "../protocol/frame.ts";
import { encodeBatch } from "../protocol/frame-batch.ts";
import { binaryForm } from "./message.ts";
import { clientFrame, NONE, walkFrames, walkPackets } from "./packets.ts";

const { encode: encodeMessage, intendedMsAt, isMessage, sequenceAt, streamAt } = binaryForm;

/** What a server sends: no mask. */
function serverFrame(payload: Uint8Array): Buffer {
  const size = payload.length;
  if (size < 126) return Buffer.concat([Buffer.from([0x82, size]), payload]);
  if (size < 65_536)
    return Buffer.concat([Buffer.from([0x82, 126, size >> 8, size & 255]), payload]);
  const head = Buffer.from([0x82, 127, 0, 0, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(size, 6);
  return Buffer.concat([head, payload]);
}

type Walk = (bytes: Buffer, texts: string[]) => number;

/** Feeds `bytes` in two pieces as a socket would; the texts of all packets. */
function inTwo(bytes: Buffer, cut: number, walk: Walk): string[] {
  const texts: string[] = [];
  const used = walk(bytes.subarray(0, cut), texts);
  const rest = walk(bytes.subarray(used), texts);
  expect(used + rest).toBe(bytes.length);
  return texts;
}

const bodies = fc.array(
  fc.oneof(
    fc.string({ maxLength: 20, unit: "binary-ascii" }),
    fc.constantFrom("x".repeat(130), "y".repeat(70_000)),
  ),
  { minLength: 1, maxLength: 5 },
);

describe("walking what a server sends", () => {
  it("finds every packet, bare or in op 9, wherever a read ends", () => {
    fc.assert(
      fc.property(bodies, fc.nat(), (texts, at) => {
        const { ws, tcp } = encodeBatch(texts.map((text) => ({ op: 1, body: Buffer.from(text) })));
        const reply = encodePacket({ ver: 1, op: 8, seq: 1 });
        const onTcp = Buffer.concat([reply, tcp]);
        const onWs = Buffer.concat([serverFrame(reply), serverFrame(ws)]);
        const take =
          (found: string[]) => (_op: number, bytes: Buffer, from: number, to: number) => {
            found.push(bytes.subarray(from, to).toString());
          };
        const packets: Walk = (bytes, found) => walkPackets(bytes, 0, bytes.length, take(found));
        const frames: Walk = (bytes, found) => walkFrames(bytes, take(found));
        expect(inTwo(onTcp, at % onTcp.length, packets)).toEqual(["", ...texts]);
        expect(inTwo(onWs, at % onWs.length, frames)).toEqual(["", ...texts]);
      }),
    );
  });

  it("takes the offset out of a header of version 2", () => {
    const entries = [4096, 2 ** 50 + 1].map((offset) => ({
      op: 1,
      offset,
      body: Buffer.from("x"),
    }));
    const reply = encodePacket({ ver: 2, op: 8, seq: 1, body: Buffer.from("{}") });
    const bytes = Buffer.concat([reply, encodeBatch(entries, 1).v2]);
    const found: unknown[] = [];
    walkPackets(bytes, 0, bytes.length, (op, from, at, end, offset) => {
      found.push([op, from.subarray(at, end).toString(), offset]);
    });
    expect(found).toEqual([
      [8, "{}", NONE],
      [1, "x", 4096],
      [1, "x", 2 ** 50 + 1],
    ]);
  });

  it("does not go round for ever on a length below a header's", () => {
    expect(() => walkPackets(Buffer.alloc(16), 0, 16, () => {})).toThrow("0 bytes");
  });
});

describe("client frames", () => {
  it.each([0, 16, 125, 126, 4112])("have a mask and a length: %d bytes", (size) => {
    const frame = clientFrame(new Uint8Array(size).fill(5));
    const short = size < 126;
    expect(frame[0]).toBe(0x82);
    expect(frame[1]).toBe(0x80 | (short ? size : 126));
    expect(frame.length).toBe(size + (short ? 6 : 8));
  });
});

describe("load messages", () => {
  it("carry their fields and are told from others", () => {
    const fields = { run: 7, stream: 3, sequence: 9, intendedMs: 123.456 };
    const body = encodeMessage(fields, 64);
    expect(body).toHaveLength(64);
    expect(isMessage(body, 0, 64, 7)).toBe(true);
    expect(isMessage(body, 0, 64, 8)).toBe(false);
    expect(isMessage(body, 0, 23, 7)).toBe(false);
    expect(isMessage(Buffer.alloc(64), 0, 64, 7)).toBe(false);
    expect([streamAt(body, 0), sequenceAt(body, 0), intendedMsAt(body, 0)]).toEqual([
      3, 9, 123.456,
    ]);
    expect(encodeMessage(fields, 1)).toHaveLength(24);
  });
});
