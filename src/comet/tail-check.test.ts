import { describe, expect, it } from "vitest";
import type { StoredMessage } from "../bus/bus.ts";
import { FakeClock } from "../kit/clock.fake.ts";
import { turn } from "./follower.fixture.ts";
import type { Mark } from "./follower.ts";
import { LogBus } from "./log-bus.fixture.ts";
import { type Followed, TailCheck } from "./tail-check.ts";

/** A follower as the check sees it. */
class Checked implements Followed {
  readonly stream: string;
  readonly subject: string;
  readonly calls: { mark: Mark; tail: StoredMessage | undefined; last: number }[] = [];
  marked: Mark | undefined = { life: 1, known: 0 };
  readonly follower = {
    mark: () => this.marked,
    check: (mark: Mark, tail: StoredMessage | undefined, last: number) => {
      this.calls.push({ mark, tail, last });
    },
  };

  constructor(stream: string, subject: string) {
    this.stream = stream;
    this.subject = subject;
  }
}

function setUp(count: number) {
  const bus = new LogBus();
  const clock = new FakeClock();
  const limits = { checkBatch: 10, checkPause: 20, retryMin: 50, retryMax: 400 };
  const check = new TailCheck(limits, { reader: bus, clock });
  const followed = Array.from({ length: count }, (_, index) => {
    const stream = index % 2 === 0 ? "A" : "B";
    bus.store(stream, `s${index}`, [`m${index}`]);
    return new Checked(stream, `s${index}`);
  });
  const done = () => followed.filter(({ calls }) => calls.length > 0).length;
  const pass = async (ms: number) => {
    clock.advance(ms);
    await turn();
  };
  return { bus, clock, check, followed, done, pass };
}

describe("TailCheck", () => {
  it("compares each with its own tail and its stream's last sequence", async () => {
    const { check, followed, pass } = setUp(6);
    check.add(followed);
    await turn();
    await pass(20);
    for (const { calls, subject } of followed) {
      expect(calls).toHaveLength(1);
      expect(calls[0]?.tail?.subject).toBe(subject);
      expect(calls[0]?.last).toBe(3);
    }
  });

  it("reads in batches with a pause between", async () => {
    const { bus, check, followed, done, pass } = setUp(50);
    check.add(followed);
    await turn();
    expect([done(), check.waiting]).toEqual([10, 40]);
    await pass(19);
    expect(done()).toBe(10);
    await pass(1);
    expect(done()).toBe(20);
    for (let batch = 0; batch < 4; batch++) await pass(20);
    expect([done(), check.waiting, bus.reads.tails]).toEqual([50, 0, 6]);
  });

  it("merges what is asked for twice before its turn", async () => {
    const { check, followed } = setUp(2);
    check.add(followed);
    check.add(followed);
    check.add(followed);
    await turn();
    expect(followed[0]?.calls.length).toBeLessThanOrEqual(2);
  });

  it("tries again until it works, sooner when woken", async () => {
    const { bus, check, followed, done, pass } = setUp(1);
    bus.readsFail = true;
    check.add(followed);
    await turn();
    await pass(50);
    await pass(100);
    expect([done(), check.failures]).toEqual([0, 3]);
    bus.readsFail = false;
    check.wake();
    await turn();
    expect([done(), check.waiting]).toEqual([1, 0]);
  });

  it("skips those that need no check, without a read", async () => {
    const { bus, check, followed } = setUp(1);
    for (const each of followed) each.marked = undefined;
    check.add(followed);
    await turn();
    expect([bus.reads.tails, check.waiting]).toEqual([0, 0]);
  });

  it("stops at close", async () => {
    const { bus, clock, check, followed } = setUp(1);
    bus.readsFail = true;
    check.add(followed);
    await turn();
    check.close();
    await turn();
    check.add(followed);
    expect([check.waiting, clock.pending]).toEqual([0, 0]);
  });
});
