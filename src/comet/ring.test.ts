import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LogEntry } from "./log-entry.ts";
import { Ring, type RingLimits } from "./ring.ts";

function entry(offset: number, bytes = 1, time = offset): LogEntry {
  return { offset, op: 1, body: new Uint8Array(bytes), speed: 0, expiresAt: 0, time };
}

const offsets = (ring: Ring) =>
  Array.from({ length: ring.size }, (_, index) => ring.at(index)?.offset);

function filled(limits: RingLimits, from: number, to: number, bytes = 1): Ring {
  const ring = new Ring(limits, from);
  for (let offset = from + 1; offset <= to; offset++) ring.append([entry(offset, bytes)], offset);
  return ring;
}

const wide = { entriesMax: 100, bytesMax: 1000 };

describe("a ring", () => {
  it("knows which range it covers, also where that is empty", () => {
    const ring = new Ring(wide, 50);
    expect([ring.after, ring.to, ring.size]).toEqual([50, 50, 0]);
    ring.append([entry(60), entry(70)], 75);
    expect([ring.after, ring.to, ring.size, ring.bytes]).toEqual([50, 75, 2, 2]);
    expect([40, 59, 60, 69, 70].map((offset) => ring.indexAfter(offset))).toEqual([0, 0, 1, 1, 2]);
  });

  it("lets the oldest go at either bound", () => {
    expect(offsets(filled({ entriesMax: 3, bytesMax: 1000 }, 0, 9))).toEqual([7, 8, 9]);
    const byBytes = filled({ entriesMax: 100, bytesMax: 100 }, 0, 9, 40);
    expect([offsets(byBytes), byBytes.after, byBytes.bytes]).toEqual([[8, 9], 7, 80]);
    byBytes.append([entry(10, 500)], 10);
    expect([byBytes.size, byBytes.after, byBytes.bytes]).toEqual([0, 10, 0]);
  });

  it("keeps a body's own bytes, not what it came with", () => {
    const ring = new Ring(wide, 0);
    const large = Buffer.alloc(10_000, 7);
    ring.append([{ ...entry(1), body: large.subarray(5, 8) }], 1);
    expect(ring.at(0)?.body.buffer.byteLength).toBe(3);
    expect([...(ring.at(0)?.body ?? [])]).toEqual([7, 7, 7]);
  });

  it("takes what fits of an older one, if that ends where it begins", () => {
    const ring = filled({ entriesMax: 5, bytesMax: 1000 }, 10, 12);
    expect(ring.prepend(filled(wide, 0, 9))).toBe(false);
    expect(ring.prepend(filled(wide, 0, 10))).toBe(true);
    expect([offsets(ring), ring.after]).toEqual([[8, 9, 10, 11, 12], 7]);
    const roomy = filled(wide, 10, 12);
    roomy.prepend(filled(wide, 0, 10));
    expect([roomy.size, roomy.after]).toEqual([12, 0]);
  });

  it("lets go of what is too old, up to the first whose time nobody knows", () => {
    const ring = new Ring(wide, 0);
    ring.append([entry(1, 1, 100), entry(2, 1, 200), entry(3, 1, 0), entry(4, 1, 100)], 4);
    ring.dropOlderThan(150);
    expect([offsets(ring), ring.after]).toEqual([[2, 3, 4], 1]);
    ring.dropOlderThan(500);
    expect(offsets(ring)).toEqual([3, 4]);
  });

  it("lets go of bodies that nobody is to get, and keeps their places", () => {
    const ring = filled(wide, 0, 4, 10);
    ring.blank(({ offset }) => offset === 2);
    expect([offsets(ring), ring.bytes]).toEqual([[1, 2, 3, 4], 30]);
    expect([ring.at(1)?.body.length, ring.at(1)?.expiresAt]).toEqual([0, 1]);
    ring.blank(() => true);
    expect(ring.bytes).toBe(0);
  });

  it("is a list that is cut in front, whatever is done to it", () => {
    const sizes = fc.array(fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 4 }));
    const limits = fc.record({
      entriesMax: fc.integer({ min: 1, max: 10 }),
      bytesMax: fc.integer({ min: 10, max: 100 }),
    });
    fc.assert(
      fc.property(limits, sizes, (given, batches) => {
        const ring = new Ring(given, 0);
        const all: LogEntry[] = [];
        let offset = 0;
        for (const batch of batches) {
          const entries = batch.map((bytes) => entry(++offset, bytes));
          all.push(...entries);
          ring.append(entries, offset);
        }
        const kept = all.slice(all.length - ring.size);
        expect(offsets(ring)).toEqual(kept.map((one) => one.offset));
        const bytes = kept.reduce((sum, { body }) => sum + body.length, 0);
        expect([ring.bytes, ring.to]).toEqual([bytes, offset]);
        expect(ring.after).toBe(all[all.length - ring.size - 1]?.offset ?? 0);
        expect(ring.size <= given.entriesMax && bytes <= given.bytesMax).toBe(true);
      }),
    );
  });
});
