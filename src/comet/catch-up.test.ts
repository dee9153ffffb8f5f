import { describe, expect, it } from "vitest";
import { CatchUpBench, offsetsOf } from "./catch-up.fixture.ts";

const handed = { live: 0, resumed: 0 };
const nothing = { ...handed, expired: 0, excluded: 0, gone: 0, left: 0, tooSlow: 0 };

/** Pushes messages of one entry each. */
function push(bench: CatchUpBench, count: number): void {
  for (let each = 0; each < count; each++) bench.push({});
}

describe("newcomers", () => {
  it("get the history and then what is live, once and in order", async () => {
    const bench = new CatchUpBench({ replay: 100, ringEntries: 100 }, 20);
    const member = bench.join();
    push(bench, 5);
    await bench.pass(100);
    push(bench, 5);
    await bench.pass(100);
    expect(offsetsOf(member)).toEqual(bench.log);
    expect(bench.stats.ledger).toEqual({ ...nothing, owed: 30, live: 5, resumed: 25 });
  });

  it("share the reads and the bytes, however many come at once", async () => {
    const bench = new CatchUpBench({ replay: 100, ringEntries: 100, pageMessages: 10 }, 60);
    const members = Array.from({ length: 200 }, () => bench.join());
    await bench.pass(200);
    for (const member of members) expect(offsetsOf(member)).toEqual(bench.log);
    expect(bench.reads.reads).toBeLessThanOrEqual(8);
    const frames = members[0]?.sizes.length ?? 0;
    expect(bench.reads.pieces).toBe(frames);
    const again = bench.reads.reads;
    const later = bench.join();
    await bench.pass(50);
    expect([offsetsOf(later).length, bench.reads.reads]).toEqual([60, again]);
  });

  it("get no more than so many, none that is too old and none that has expired", async () => {
    const bench = new CatchUpBench({ replay: 4, ringEntries: 4, replayMaxAge: 1000 }, 10);
    const first = bench.join();
    await bench.pass(50);
    expect(offsetsOf(first)).toEqual(bench.log.slice(-4));
    bench.push({}, { expiresAt: bench.clock.now() + 400 });
    await bench.pass(500);
    const second = bench.join();
    await bench.pass(50);
    expect(offsetsOf(second)).toEqual([...bench.log.slice(7, 10), bench.log[10]].slice(1));
    await bench.pass(2000);
    const third = bench.join();
    await bench.pass(50);
    expect(offsetsOf(third)).toEqual([]);
    expect(bench.room.isLive(third)).toBe(true);
    expect(bench.faults()).toEqual([]);
  });

  it("miss nothing from their join on, though the history took long and is short", async () => {
    const bench = new CatchUpBench({ replay: 3, ringEntries: 3 }, 10);
    const member = bench.join();
    bench.clock.advance(1);
    push(bench, 20);
    await bench.pass(500);
    expect(offsetsOf(member)).toEqual(bench.log.slice(10));
    expect(bench.faults()).toEqual([]);
  });

  it("wait for reads that fail, and are not closed for it", async () => {
    const bench = new CatchUpBench({ replay: 100, ringEntries: 100, deadline: 3000 }, 10);
    bench.readsFail = true;
    const member = bench.join();
    await bench.pass(10_000);
    expect([member.got, member.closedBecause]).toEqual([[], undefined]);
    bench.readsFail = false;
    await bench.pass(1000);
    expect(offsetsOf(member)).toEqual(bench.log);
  });
});

describe("a member whose socket does not take a flush", () => {
  it("gets the rest when it drains, and its neighbours notice nothing", async () => {
    const bench = new CatchUpBench();
    const [slow, other] = [bench.join(2), bench.join()];
    for (let each = 0; each < 10; each++) {
      push(bench, 1);
      await bench.pass(20);
    }
    expect(offsetsOf(other)).toEqual(bench.log);
    expect(offsetsOf(slow)).toEqual(bench.log.slice(0, 2));
    expect(bench.catchUp.stats).toMatchObject({ behind: 1, fell: 1 });
    slow.drain();
    await bench.pass(50);
    push(bench, 1);
    await bench.pass(50);
    expect(offsetsOf(slow)).toEqual(bench.log);
    expect(bench.stats.ledger).toEqual({ ...nothing, owed: 22, live: 14, resumed: 8 });
  });

  it("gets what is no longer in memory out of the stream, a page at a time", async () => {
    const bench = new CatchUpBench({ ringEntries: 4, pageMessages: 5 });
    const [slow, other] = [bench.join(0), bench.join()];
    for (let each = 0; each < 30; each++) {
      push(bench, 1);
      await bench.pass(10);
    }
    expect(bench.reads.reads).toBe(0);
    // Two frames, then its socket is full again.
    slow.drain(2);
    await bench.pass(100);
    expect(slow.sizes).toHaveLength(2);
    slow.drain();
    await bench.pass(100);
    expect(offsetsOf(slow)).toEqual(offsetsOf(other));
    expect(bench.reads.reads).toBeLessThanOrEqual(6);
  });

  it("is closed at the deadline, and what it did not get is counted", async () => {
    const bench = new CatchUpBench({ deadline: 5000 });
    const [slow, other] = [bench.join(1), bench.join()];
    for (let each = 0; each < 10; each++) {
      push(bench, 1);
      await bench.pass(100);
    }
    await bench.pass(3000);
    expect(slow.closedBecause).toBeUndefined();
    await bench.pass(3000);
    expect(slow.closedBecause).toMatch(/behind for 5000 ms/);
    expect(bench.stats.ledger).toEqual({ ...nothing, owed: 20, live: 11, tooSlow: 9 });
    push(bench, 1);
    await bench.pass(50);
    expect([other.got.length, bench.room.size, bench.clock.pending]).toEqual([11, 1, 0]);
  });

  it("goes on from the oldest that is kept when the stream has lost some", async () => {
    const bench = new CatchUpBench({ ringEntries: 2 });
    const [slow] = [bench.join(1), bench.join()];
    for (let each = 0; each < 10; each++) {
      push(bench, 1);
      await bench.pass(20);
    }
    bench.evict(5);
    slow.drain();
    await bench.pass(200);
    expect(offsetsOf(slow)).toEqual([bench.log[0], ...bench.log.slice(5)]);
    expect(bench.stats.ledger).toEqual({ ...nothing, owed: 20, live: 11, resumed: 5, gone: 4 });
  });

  it("is accounted for when it leaves, and when others leave during a flush", async () => {
    const bench = new CatchUpBench({ costMs: 0 });
    const [slow, ...others] = Array.from({ length: 9 }, (_, index) =>
      bench.join(index === 0 ? 0 : 9),
    );
    push(bench, 1);
    // Three of nine are served; two of those who are not leave.
    const unserved = others.filter(({ got }) => got.length === 0).slice(0, 2);
    for (const member of unserved) bench.room.remove(member);
    await bench.pass(50);
    push(bench, 2);
    await bench.pass(50);
    if (slow !== undefined) bench.room.remove(slow);
    expect(bench.stats.ledger).toEqual({ ...nothing, owed: 23, live: 18, left: 5 });
    expect(bench.faults()).toEqual([]);
  });

  it("is live in the turn in which it has all, however fast the room goes on", async () => {
    const bench = new CatchUpBench({ costMs: 0 });
    const members = Array.from({ length: 12 }, () => bench.join(0));
    push(bench, 1);
    bench.clock.runYielded();
    expect(bench.catchUp.stats.behind).toBe(12);
    for (const member of members) member.drain();
    // Something new comes before each turn of three.
    for (let each = 0; each < 6; each++) {
      push(bench, 1);
      bench.clock.advance(1);
    }
    await bench.pass(10);
    expect(bench.catchUp.stats.behind).toBe(0);
    for (const member of members) expect(offsetsOf(member)).toEqual(bench.log);
  });
});

describe("a stream that is created again", () => {
  it("ends the wait of those who are behind; what they missed is counted as gone", async () => {
    const bench = new CatchUpBench({ ringEntries: 2 });
    const [slow, other] = [bench.join(1), bench.join()];
    for (let each = 0; each < 10; each++) {
      push(bench, 1);
      await bench.pass(20);
    }
    const old = other.got.length;
    bench.recreate();
    await bench.pass(20);
    slow.drain();
    bench.room.opened(0);
    push(bench, 2);
    await bench.pass(50);
    expect(offsetsOf(other).slice(old)).toEqual(bench.log);
    expect(offsetsOf(slow).slice(1)).toEqual(bench.log);
    expect(bench.stats.ledger).toEqual({ ...nothing, owed: 24, live: 15, gone: 9 });
  });

  it("hands out what was gathered of the old one first, and keeps nothing of it", async () => {
    const bench = new CatchUpBench({ replay: 50, ringEntries: 50, costMs: 100 }, 3);
    const member = bench.join();
    await bench.pass(100);
    push(bench, 1);
    await bench.pass(10);
    push(bench, 2);
    const old = [...bench.log];
    bench.recreate();
    bench.room.opened(0);
    push(bench, 2);
    await bench.pass(1000);
    expect(offsetsOf(member)).toEqual([...old, ...bench.log]);
    const later = bench.join();
    await bench.pass(100);
    expect(offsetsOf(later)).toEqual(bench.log);
    expect(bench.stats.ledger.gone).toBe(0);
  });

  it("drops nothing it has read for the old one into the new one's history", async () => {
    const bench = new CatchUpBench({ replay: 50, ringEntries: 50 }, 10);
    const member = bench.join();
    bench.clock.advance(1);
    expect(bench.questions.length).toBe(1);
    bench.recreate(3);
    bench.room.opened(bench.log.at(-1) ?? 0);
    push(bench, 2);
    await bench.pass(1000);
    expect(offsetsOf(member)).toEqual(bench.log);
  });

  it("takes nobody's place in the old one for a place in the new one", async () => {
    const bench = new CatchUpBench();
    const slow = bench.join(1);
    push(bench, 1);
    await bench.pass(20);
    push(bench, 1);
    await bench.pass(20);
    bench.recreate();
    bench.room.opened(0);
    push(bench, 3);
    slow.drain();
    await bench.pass(50);
    expect(offsetsOf(slow).slice(1)).toEqual(bench.log);
    expect(bench.stats.ledger).toEqual({ ...nothing, owed: 5, live: 1, resumed: 3, gone: 1 });
  });
});

describe("messages that the follower found missing", () => {
  it("make the history begin behind them, and the stream is asked for what is before", async () => {
    const bench = new CatchUpBench({ ringEntries: 50 });
    const [slow, other] = [bench.join(1), bench.join()];
    push(bench, 3);
    await bench.pass(50);
    bench.room.lost((bench.log.at(-1) ?? 0) + 1);
    push(bench, 2);
    await bench.pass(50);
    slow.drain();
    await bench.pass(100);
    expect(bench.reads.reads).toBeGreaterThan(0);
    expect(offsetsOf(slow)).toEqual(offsetsOf(other));
  });
});
