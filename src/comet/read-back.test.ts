import { describe, expect, it } from "vitest";
import type { StoredMessage } from "../bus/bus.ts";
import { goim } from "../protocol/gen/messages.js";
import { offsetOf } from "../protocol/offset.ts";
import { readBack, readPage } from "./read-back.ts";
import type { Ring } from "./ring.ts";

/** A stream in which the log has messages at these sequences, each with so many entries. */
function stream(sequences: readonly number[], entriesEach = 1) {
  const messages = sequences.map((sequence): StoredMessage => {
    const entries = Array.from({ length: entriesEach }, () => ({ op: 1, body: new Uint8Array(2) }));
    const data = goim.push.PushBatch.encode({ entries }).finish();
    return { subject: "mine", sequence, data, timeMs: sequence };
  });
  const asked: [number, number][] = [];
  const read = async (from: number, to: number, limit: number) => {
    asked.push([from, to]);
    return messages.filter(({ sequence }) => sequence >= from && sequence <= to).slice(0, limit);
  };
  return { read, asked, messages };
}

const options = { entriesMax: 10, bytesMax: 10_000, pageMessages: 10, sinceMs: 0 };
const sequencesOf = (ring: Ring) =>
  Array.from({ length: ring.size }, (_, index) => Math.floor((ring.at(index)?.offset ?? 0) / 1024));
const to = (sequence: number) => offsetOf(sequence, 1023);
const range = (from: number, end: number, step = 1) =>
  Array.from({ length: Math.ceil((end - from) / step) }, (_, index) => from + index * step);

describe("reading a log backwards", () => {
  it("ends after one read where the newest messages are the log's own", async () => {
    const { read, asked } = stream(range(1, 100_001));
    const ring = await readBack(read, to(100_000), options);
    expect(sequencesOf(ring)).toEqual(range(99_991, 100_001));
    expect(asked).toEqual([[99_991, 100_000]]);
    expect(ring.after).toBe(to(99_990));
  });

  it("finds messages that are scattered over a large stream with few reads", async () => {
    const { read, asked } = stream(range(7, 1_000_000, 5000));
    const ring = await readBack(read, to(1_000_000), options);
    expect(sequencesOf(ring)).toEqual(range(7, 1_000_000, 5000).slice(-10));
    expect(asked.length).toBeLessThan(15);
  });

  it("reads to the stream's beginning when the log has less than is wanted", async () => {
    const { read } = stream([3, 900]);
    const ring = await readBack(read, to(1000), options);
    expect([sequencesOf(ring), ring.after, ring.to]).toEqual([[3, 900], 1023, to(1000)]);
  });

  it("keeps the newest of a window that has more than is wanted", async () => {
    const { read } = stream([...range(100, 200), 1000]);
    const ring = await readBack(read, to(1000), options);
    expect(sequencesOf(ring)).toEqual([...range(191, 200), 1000]);
  });

  it("takes nothing behind its end, also out of the same message", async () => {
    const { read } = stream([5], 4);
    const ring = await readBack(read, offsetOf(5, 1), options);
    expect([ring.size, ring.to]).toEqual([2, offsetOf(5, 1)]);
  });

  it("goes no further back than to what is too old", async () => {
    const { read, asked } = stream(range(1, 10_001, 100));
    const ring = await readBack(read, to(10_000), { ...options, entriesMax: 90, sinceMs: 9750 });
    expect(sequencesOf(ring)).toEqual([9801, 9901]);
    expect(Math.min(...asked.map(([from]) => from))).toBeGreaterThan(9000);
  });
});

describe("a page", () => {
  it("says how far it reaches: to the end, or to its last message", async () => {
    const { read } = stream(range(1, 50));
    const whole = await readPage({ read, wholeAfter: async () => true }, to(40), to(60), 10);
    expect([whole.entries.length, whole.to]).toEqual([9, to(60)]);
    const cut = await readPage({ read, wholeAfter: async () => true }, offsetOf(3, 0), to(60), 10);
    expect([cut.entries.length, cut.to]).toEqual([10, to(13)]);
  });

  it("knows that nothing is missing while the message before it is there", async () => {
    const { read } = stream(range(5, 50));
    const asked: number[] = [];
    const wholeAfter = async (sequence: number) => {
      asked.push(sequence);
      return sequence >= 4;
    };
    const beside = await readPage({ read, wholeAfter }, to(7), to(60), 10);
    expect([beside.whole, asked]).toEqual([to(7), []]);
    const told = await readPage({ read, wholeAfter }, to(4), to(60), 10);
    expect([told.whole, asked]).toEqual([to(4), [4]]);
    const gone = await readPage({ read, wholeAfter }, to(2), to(60), 10);
    expect([gone.whole, gone.entries[0]?.offset]).toEqual([offsetOf(5, 0) - 1, offsetOf(5, 0)]);
    const all = await readPage({ read, wholeAfter }, to(2), to(3), 10);
    expect([all.whole, all.entries]).toEqual([to(3), []]);
  });

  it("passes over what is no batch", async () => {
    const { read, messages } = stream(range(1, 5));
    messages.splice(1, 1, { ...messages[1], data: new Uint8Array([255]) } as StoredMessage);
    const page = await readPage({ read, wholeAfter: async () => true }, 0, to(9), 10);
    expect(page.entries.map(({ offset }) => offset / 1024)).toEqual([1, 3, 4]);
  });
});
