import { describe, expect, it } from "vitest";
import { FakeClock } from "./clock.fake.ts";
import { createTurns } from "./turns.ts";

function setUp() {
  const time = { ms: 0 };
  const yielded: (() => void)[] = [];
  const fake = new FakeClock();
  const turns = createTurns({
    now: () => 0,
    monotonic: () => time.ms,
    cpu: () => 0,
    setTimeout: (action, delayMs) => fake.setTimeout(action, delayMs),
    clearTimeout: (timer) => fake.clearTimeout(timer),
    yield: (action) => {
      yielded.push(action);
    },
  });
  const done: string[] = [];
  return { time, yielded, turns, done };
}

describe("turns of the event loop", () => {
  it("run what yielded at their end, once", () => {
    const { yielded, turns, done } = setUp();
    turns.clock.yield(() => done.push("a"));
    turns.clock.yield(() => done.push("b"));
    turns.breathe();
    expect(done).toEqual([]);
    for (const action of yielded.splice(0)) action();
    expect(done).toEqual(["a", "b"]);
    turns.breathe();
    expect(done).toHaveLength(2);
  });

  it("run it in between when they take long, and what it yields not before the next time", () => {
    const { time, yielded, turns, done } = setUp();
    turns.clock.yield(() => {
      done.push("a");
      turns.clock.yield(() => done.push("after a"));
    });
    time.ms = 4;
    turns.breathe();
    expect(done).toEqual([]);
    time.ms = 5;
    turns.breathe();
    turns.breathe();
    expect(done).toEqual(["a"]);
    time.ms = 10;
    turns.breathe();
    expect(done).toEqual(["a", "after a"]);
    for (const action of yielded.splice(0)) action();
    expect(done).toHaveLength(2);
  });

  it("lose nothing when one throws", () => {
    const { yielded, turns, done } = setUp();
    turns.clock.yield(() => done.push("a"));
    turns.clock.yield(() => {
      throw new Error("a bug");
    });
    turns.clock.yield(() => done.push("c"));
    expect(() => yielded.shift()?.()).toThrow("a bug");
    for (const action of yielded.splice(0)) action();
    expect(done).toEqual(["a", "c"]);
  });
});
