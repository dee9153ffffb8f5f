import { describe, expect, it } from "vitest";
import { FakeClock } from "../kit/clock.fake.ts";
import { GoimError } from "../kit/errors.ts";
import { Batcher, type BatcherOptions } from "./batcher.ts";
import { settle } from "./comet.fixture.ts";

/** A batcher of numbers whose requests stay open until the test answers them. */
function setUp(options: Partial<BatcherOptions<number, string>> = {}) {
  const clock = new FakeClock();
  const open: {
    items: number[];
    answer: () => Promise<void>;
    fail: (error: Error) => Promise<void>;
  }[] = [];
  const replied: number[] = [];
  const failed: number[] = [];
  const errors: unknown[] = [];
  const batcher = new Batcher<number, string>(
    {
      batchMax: 3,
      batchBytesMax: 1000,
      inFlightMax: 2,
      queueMax: 100,
      triesMax: 3,
      pauseMs: 100,
      bytesOf: () => 1,
      wanted: () => true,
      send: (items) =>
        new Promise((resolve, reject) => {
          open.push({
            items: [...items],
            answer: () => {
              resolve(items.map(String));
              return settle();
            },
            fail: (error) => {
              reject(error);
              return settle();
            },
          });
        }),
      onReply: (item) => {
        replied.push(item);
        return true;
      },
      onFailed: (item) => failed.push(item),
      onError: (error) => errors.push(error),
      ...options,
    },
    clock,
  );
  const push = (...items: number[]) => items.map((item) => batcher.push(item));
  return { batcher, clock, open, replied, failed, errors, push };
}

const unavailable = new GoimError("unavailable", "nobody");

describe("Batcher", () => {
  it("sends a lone item at once, and gathers while enough requests are on their way", async () => {
    const { open, push, batcher } = setUp();
    push(1, 2, 3, 4, 5, 6);
    expect(open.map(({ items }) => items)).toEqual([[1], [2]]);
    expect(batcher.waiting).toBe(4);
    await open[0]?.answer();
    expect(open[2]?.items).toEqual([3, 4, 5]);
    await open[1]?.answer();
    expect(open[3]?.items).toEqual([6]);
  });

  it("ends a batch at its bytes, and sends a larger item alone", async () => {
    const { open, push } = setUp({ inFlightMax: 1, batchMax: 10, bytesOf: (item) => item });
    push(1, 600, 300, 200, 5000, 1);
    for (let index = 0; index < 5; index++) await open[index]?.answer();
    expect(open.map(({ items }) => items)).toEqual([[1], [600, 300], [200], [5000], [1]]);
  });

  it("refuses what is above the bound of its queue", () => {
    const { push, batcher } = setUp({ queueMax: 2 });
    expect(push(1, 2, 3, 4, 5)).toEqual([true, true, true, true, false]);
    expect(batcher.waiting).toBe(2);
  });

  it("tries again after a pause, without letting others pass faster", async () => {
    const { open, push, clock, replied } = setUp({ inFlightMax: 1 });
    push(1, 2);
    await open[0]?.fail(unavailable);
    expect(open).toHaveLength(1);
    clock.advance(100);
    await settle();
    expect(open[1]?.items).toEqual([1]);
    await open[1]?.answer();
    expect(open[2]?.items).toEqual([2]);
    expect(replied).toEqual([1]);
  });

  it("doubles the pause up to a bound where there is one", async () => {
    const { open, push, clock } = setUp({ triesMax: 9, pauseMaxMs: 300 });
    push(1);
    const tries: number[] = [];
    for (const pause of [100, 200, 300, 300]) {
      await open.at(-1)?.fail(unavailable);
      clock.advance(pause - 1);
      await settle();
      tries.push(open.length);
      clock.advance(1);
      await settle();
    }
    expect([tries, open.length]).toEqual([[1, 2, 3, 4], 5]);
  });

  it("gives a batch up after its tries, and goes on with the next", async () => {
    const { open, push, clock, failed, errors } = setUp({ inFlightMax: 1 });
    push(1, 2);
    for (let tries = 0; tries < 3; tries++) {
      await open[tries]?.fail(unavailable);
      clock.advance(100);
      await settle();
    }
    expect(failed).toEqual([1]);
    expect(errors).toHaveLength(3);
    expect(open[3]?.items).toEqual([2]);
  });

  it("does not repeat what cannot succeed", async () => {
    const { open, push, failed } = setUp();
    push(1, 2);
    await open[0]?.fail(new GoimError("invalid", "no"));
    await open[1]?.fail(new Error("a bug"));
    expect(failed).toEqual([1, 2]);
  });

  it("leaves out what nobody wants any more", async () => {
    const gone = new Set<number>();
    const { open, push, clock } = setUp({ inFlightMax: 1, wanted: (item) => !gone.has(item) });
    push(1, 2, 3, 4);
    await open[0]?.answer();
    expect(open[1]?.items).toEqual([2, 3, 4]);
    gone.add(3);
    await open[1]?.fail(unavailable);
    clock.advance(100);
    await settle();
    expect(open[2]?.items).toEqual([2, 4]);
  });

  it("asks again for single items that want it", async () => {
    let asked = 0;
    const { open, push, clock } = setUp({ onReply: (item) => item !== 1 || ++asked === 2 });
    push(1);
    await open[0]?.answer();
    clock.advance(100);
    await settle();
    await open[1]?.answer();
    expect(asked).toBe(2);
    expect(open).toHaveLength(2);
  });

  it("tells when those on their way have ended, and when there is nothing left", async () => {
    const { open, push, batcher } = setUp({ inFlightMax: 1 });
    expect(batcher.settled()).toBeUndefined();
    const told: string[] = [];
    push(1, 2);
    void batcher.settled()?.then(() => told.push("settled"));
    void batcher.drained().then(() => told.push("drained"));
    await open[0]?.answer();
    expect(told).toEqual(["settled"]);
    await open[1]?.answer();
    expect(told).toEqual(["settled", "drained"]);
    await batcher.drained();
  });

  it("takes nothing after stop and does not try again", async () => {
    const { open, push, batcher, clock, failed } = setUp();
    push(1, 2, 3);
    batcher.stop();
    expect(push(4)).toEqual([false]);
    await open[0]?.fail(unavailable);
    clock.advance(1000);
    await settle();
    expect(open).toHaveLength(2);
    expect(failed).toEqual([1]);
    expect(clock.pending).toBe(0);
  });
});
