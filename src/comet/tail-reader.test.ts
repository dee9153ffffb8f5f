import { describe, expect, it } from "vitest";
import { LogBus } from "./log-bus.fixture.ts";
import { TailReader } from "./tail-reader.ts";

function setUp(rooms: number) {
  const bus = new LogBus();
  const ids = Array.from({ length: rooms }, (_, index) => `live://${index}`);
  for (const id of ids) bus.storeRoom(id, id);
  const tails = new TailReader({ tailReadsMax: 2, checkBatch: 10 }, bus);
  const read = (id: string) => tails.end(bus.namesOf(id).stream, bus.namesOf(id).subject);
  return { bus, ids, tails, read };
}

describe("TailReader", () => {
  it("reads few tails one by one", async () => {
    const { bus, ids, read } = setUp(2);
    const found = await Promise.all(ids.map(read));
    expect(found.map(({ tail }) => tail?.sequence)).toEqual([1, 2]);
    expect(bus.reads).toMatchObject({ tail: 2, tails: 0 });
  });

  it("asks together for those that have to wait, each answered with its own", async () => {
    const { bus, ids, tails, read } = setUp(30);
    const found = await Promise.all(ids.map(read));
    expect(found.map(({ tail }) => tail?.sequence)).toEqual(ids.map((_, index) => index + 1));
    expect(bus.reads.tail).toBe(2);
    expect(bus.batches.reduce((sum, size) => sum + size, 0)).toBe(28);
    expect(Math.max(...bus.batches)).toBe(10);
    expect([tails.singles, tails.batches]).toEqual([2, bus.batches.length]);
  });

  it("answers undefined for what is not there, in a batch too", async () => {
    const { ids, read } = setUp(3);
    const found = await Promise.all([...ids, "live://none", "live://none"].map(read));
    const none = { tail: undefined, last: 3 };
    expect(found.slice(3)).toEqual([none, none]);
  });

  it("says where the stream ends when there is no tail, without one read more", async () => {
    const { bus, read } = setUp(7);
    const none = { tail: undefined, last: 7 };
    const names = Array.from({ length: 12 }, (_, index) => `live://none ${index}`);
    expect(await Promise.all(names.map(read))).toEqual(Array(12).fill(none));
    expect(bus.reads.last).toBe(2);
  });

  it("fails each that asked, and works again afterwards", async () => {
    const { bus, ids, read } = setUp(5);
    bus.readsFail = true;
    const failed = await Promise.allSettled(ids.map(read));
    expect(failed.every(({ status }) => status === "rejected")).toBe(true);
    bus.readsFail = false;
    const found = await Promise.all(ids.map(read));
    expect(found.every(({ tail }) => tail !== undefined)).toBe(true);
  });
});
