import { describe, expect, it } from "vitest";
import { FakeClock } from "./clock.fake.ts";
import { sleep } from "./clock.ts";

describe("FakeClock", () => {
  it("fires timers at their moments, in order of time and then of making", () => {
    const clock = new FakeClock(0);
    const fired: string[] = [];
    const note = (name: string) => () => void fired.push(`${name}@${clock.now()}`);
    clock.setTimeout(note("c"), 30);
    clock.setTimeout(note("a"), 10);
    clock.setTimeout(note("b"), 10);
    clock.advance(20);
    expect(fired).toEqual(["a@10", "b@10"]);
    expect([clock.monotonic(), clock.pending]).toEqual([20, 1]);
    clock.advance(10);
    expect(fired.at(-1)).toBe("c@30");
  });

  it("fires what a timer sets within the same advance, and not what was cleared", () => {
    const clock = new FakeClock(0);
    const fired: number[] = [];
    const cleared = clock.setTimeout(() => fired.push(-1), 5);
    clock.setTimeout(() => clock.setTimeout(() => fired.push(clock.now()), 5), 5);
    clock.clearTimeout(cleared);
    clock.advance(10);
    expect(fired).toEqual([10]);
    expect(clock.pending).toBe(0);
  });

  it("runs what yields before the next timer, and what those yield too", () => {
    const clock = new FakeClock(0);
    const order: string[] = [];
    clock.setTimeout(() => order.push("timer"), 1);
    clock.yield(() => {
      order.push("first");
      clock.yield(() => order.push("second"));
    });
    clock.advance(1);
    expect(order).toEqual(["first", "second", "timer"]);
  });

  it("lets sleepers sleep until then", async () => {
    const clock = new FakeClock();
    const slept = sleep(clock, 100);
    clock.advance(100);
    await expect(slept).resolves.toBeUndefined();
  });
});
