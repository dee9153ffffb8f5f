import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readPackets } from "./frame.ts";
import { encodeBatch } from "./frame-batch.ts";

const limits = { bodyBytesMax: 1 << 30 };
const entries = fc.array(
  fc.record({
    op: fc.integer({ min: -0x80000000, max: 0x7fffffff }),
    body: fc.uint8Array({ maxLength: 200 }),
  }),
  { minLength: 1, maxLength: 20 },
);

describe("encodeBatch", () => {
  it("holds every entry as ver 1, seq 0, on both transports", () => {
    fc.assert(
      fc.property(entries, (batch) => {
        const { ws, tcp } = encodeBatch(batch);
        const outer = readPackets(ws, limits);
        expect(outer.fault).toBeUndefined();
        expect(outer.packets).toHaveLength(1);
        expect(outer.packets[0]).toMatchObject({ ver: 1, op: 9, seq: 0 });
        expect(Buffer.from(outer.packets[0]?.body ?? []).equals(tcp)).toBe(true);
        const { packets, fault } = readPackets(tcp, limits);
        expect(fault).toBeUndefined();
        expect(packets.map(({ ver, op, seq }) => ({ ver, op, seq }))).toEqual(
          batch.map(({ op }) => ({ ver: 1, op, seq: 0 })),
        );
        packets.forEach((packet, at) => {
          expect(Buffer.from(packet.body).equals(batch[at]?.body ?? Buffer.alloc(0))).toBe(true);
        });
      }),
    );
  });

  it("encodes once: the TCP bytes are a part of the WebSocket frame", () => {
    const { ws, tcp } = encodeBatch([{ op: 1000, body: Buffer.from("m0"), offset: 1024 }]);
    expect(tcp.buffer).toBe(ws.buffer);
    expect(tcp.byteOffset).toBe(ws.byteOffset + 16);
    expect(tcp.length).toBe(ws.length - 16);
  });

  it("has no bound of its own: 60,000 bytes passed in goim too", () => {
    const body = new Uint8Array(60_000).fill(1);
    const { packets } = readPackets(encodeBatch([{ op: 1, body }]).tcp, limits);
    expect(packets[0]?.body).toHaveLength(60_000);
  });

  it("makes an empty batch an empty packet of op 9 and no bytes on TCP", () => {
    const { ws, tcp } = encodeBatch([]);
    expect(readPackets(ws).packets).toMatchObject([{ op: 9 }]);
    expect(tcp).toHaveLength(0);
  });
});
