import { describe, expect, it } from "vitest";
import { offsetOf } from "../protocol/offset.ts";
import { FollowerBench, turn } from "./follower.fixture.ts";

/** A follower that is live behind `count` messages of one entry each. */
async function live(count: number, limits?: ConstructorParameters<typeof FollowerBench>[0]) {
  const bench = new FollowerBench(limits);
  for (let each = 0; each < count; each++) bench.stream.push(1);
  await bench.open();
  expect(bench.follower.state).toBe("live");
  return bench;
}

describe("opening", () => {
  it("listens before it reads the tail, and begins behind it", async () => {
    const bench = new FollowerBench();
    bench.stream.push(3);
    bench.follower.open();
    await turn();
    expect([bench.stream.attached, bench.stream.tails]).toEqual([false, 0]);
    await bench.answerAll();
    expect([bench.stream.attached, bench.stream.tails]).toEqual([true, 1]);
    expect([bench.follower.applied, bench.applied]).toEqual([offsetOf(1, 2), []]);
  });

  it("hands on what was cast while it read, and drops what the tail covers", async () => {
    const bench = new FollowerBench();
    bench.stream.push(1);
    bench.stream.push(1);
    bench.follower.open();
    await bench.answer();
    bench.follower.offerCast(bench.stream.cast(1, 2));
    await bench.answer();
    // The tail was read; what comes from now on lies behind it.
    bench.stream.push(1);
    bench.follower.offerCast(bench.stream.cast(2, 3));
    await bench.answerAll();
    expect(bench.applied).toEqual([offsetOf(3, 0)]);
    expect(bench.stats.duplicates).toBe(1);
    expect(bench.stream.reads).toBe(0);
  });

  it("reads from the stream what it could not hold meanwhile", async () => {
    const bench = new FollowerBench({ heldMax: 2 });
    bench.stream.push(1);
    bench.follower.open();
    await bench.answer();
    // The tail is asked for; its answer is as old as this moment.
    expect(bench.stream.tails).toBe(1);
    const before = bench.stream.messages.slice();
    const after = [1, 2, 3, 4, 5].map(() => bench.stream.push(1));
    for (let from = 1; from < 6; from++) {
      bench.follower.offerCast(bench.stream.cast(from, from + 1));
    }
    bench.stream.messages = before;
    await bench.answer();
    bench.stream.messages = [...before, ...after];
    await bench.answerAll();
    expect(bench.applied).toEqual([2, 3, 4, 5, 6].map((sequence) => offsetOf(sequence, 0)));
    expect(bench.stats.heldOverflows).toBeGreaterThan(0);
  });

  it("does not take offsets of another epoch for its own", async () => {
    const bench = new FollowerBench({ heldMax: 2 });
    for (let each = 0; each < 5; each++) bench.stream.push(1);
    const old = [0, 1, 2, 3, 4].map((from) => bench.stream.cast(from, from + 1));
    bench.stream.recreate();
    bench.stream.epoch = "e2";
    bench.stream.push(1);
    bench.follower.open();
    for (const cast of old) bench.follower.offerCast(cast);
    bench.follower.offerLast("e1", offsetOf(5, 0));
    await bench.answerAll();
    expect([bench.follower.state, bench.follower.epoch]).toEqual(["live", "e2"]);
    expect([bench.count("truncated"), bench.count("reset"), bench.applied]).toEqual([0, 0, []]);
  });

  it("tries again with growing pauses while NATS is away", async () => {
    const bench = new FollowerBench();
    bench.stream.push(1);
    bench.follower.open();
    const pauses: number[] = [];
    for (let round = 0; round < 5; round++) {
      await turn();
      while (bench.stream.questions.length > 0) await bench.answer("fail");
      let waited = 0;
      while (bench.stream.questions.length === 0 && waited < 1000) {
        bench.clock.advance(10);
        waited += 10;
        await turn();
      }
      pauses.push(waited);
    }
    expect(pauses).toEqual([50, 100, 200, 400, 400]);
    await bench.answerAll();
    expect(bench.follower.state).toBe("live");
  });

  it("begins at the end of the stream when the log is empty: no old cast counts", async () => {
    const bench = new FollowerBench();
    bench.stream.push(1);
    const expired = bench.stream.cast(0, 1);
    bench.stream.pushElsewhere();
    bench.stream.evict(1);
    await bench.open();
    bench.follower.offerCast(expired);
    bench.stream.push(1);
    bench.follower.offerCast(bench.stream.cast(1, 2));
    await bench.answerAll();
    expect(bench.applied).toEqual([offsetOf(3, 0)]);
    expect([bench.stream.reads, bench.count("truncated")]).toEqual([0, 0]);
  });
});

describe("casts", () => {
  it("are handed on at once, without a read, while each names the one before", async () => {
    const bench = await live(2);
    for (let each = 2; each < 6; each++) {
      bench.stream.push(2);
      bench.follower.offerCast(bench.stream.cast(2 * each - 2, 2 * each));
    }
    expect(bench.applied).toHaveLength(8);
    expect([bench.stream.reads, bench.stream.questions.length]).toEqual([0, 0]);
  });

  it("are dropped when they come twice, entry by entry", async () => {
    const bench = await live(1);
    bench.stream.push(4);
    bench.follower.offerCast(bench.stream.cast(1, 3));
    bench.follower.offerCast(bench.stream.cast(1, 5));
    bench.follower.offerCast(bench.stream.cast(2, 4));
    expect(bench.applied).toEqual([0, 1, 2, 3].map((index) => offsetOf(2, index)));
    expect(bench.stats.duplicates).toBe(1);
  });

  it("wait for what lies before them when one was lost", async () => {
    const bench = await live(1);
    bench.stream.push(1);
    bench.stream.pushElsewhere();
    bench.stream.push(1);
    bench.follower.offerCast(bench.stream.cast(2, 3));
    expect([bench.follower.state, bench.applied]).toEqual(["repairing", []]);
    await bench.answerAll();
    expect(bench.applied).toEqual([offsetOf(2, 0), offsetOf(4, 0)]);
    expect([bench.follower.state, bench.stream.reads]).toEqual(["live", 1]);
  });

  it("are read about when they do not say what was before them", async () => {
    const bench = await live(3);
    bench.stream.push(1);
    bench.follower.offerCast(bench.stream.cast(3, 4, "unknown"));
    expect(bench.applied).toEqual([]);
    await bench.answerAll();
    expect([bench.applied, bench.stream.reads]).toEqual([[offsetOf(4, 0)], 1]);
    expect(bench.count("truncated")).toBe(0);
  });

  it("that arrive in the wrong order are put in order with one read at a time", async () => {
    const bench = await live(1);
    for (let each = 0; each < 4; each++) bench.stream.push(1);
    for (const from of [4, 2, 3, 1]) bench.follower.offerCast(bench.stream.cast(from, from + 1));
    expect(bench.stream.questions).toHaveLength(1);
    await bench.answerAll();
    expect(bench.applied).toEqual([2, 3, 4, 5].map((sequence) => offsetOf(sequence, 0)));
  });

  it("fill a gap themselves while reads fail", async () => {
    const bench = await live(1);
    bench.stream.push(1);
    bench.stream.push(1);
    bench.follower.offerCast(bench.stream.cast(2, 3));
    await bench.answer("fail");
    expect(bench.follower.state).toBe("repairing");
    bench.follower.offerCast(bench.stream.cast(1, 2));
    expect(bench.applied).toEqual([offsetOf(2, 0), offsetOf(3, 0)]);
    expect(bench.follower.state).toBe("live");
  });

  it("wait while a read is under way: its answer is about the position it began at", async () => {
    const bench = await live(1);
    bench.stream.push(1);
    bench.stream.push(1);
    bench.follower.offerLast("e1", offsetOf(3, 0));
    await turn();
    bench.follower.offerCast(bench.stream.cast(1, 2));
    expect(bench.applied).toEqual([]);
    await bench.answerAll();
    expect(bench.applied).toEqual([offsetOf(2, 0), offsetOf(3, 0)]);
    expect(bench.count("truncated")).toBe(0);
  });

  it("that bring nothing new do not mislead a read that is tried again", async () => {
    const bench = await live(1);
    bench.stream.push(1);
    bench.follower.offerLast("e1", offsetOf(2, 0));
    await turn();
    bench.follower.offerCast(bench.stream.cast(0, 1));
    await bench.answer("fail");
    await bench.quiesce();
    expect([bench.applied, bench.count("truncated")]).toEqual([[offsetOf(2, 0)], 0]);
  });

  it("beyond the bound are let go of and read from the stream", async () => {
    const bench = await live(1, { heldMax: 3 });
    for (let each = 0; each < 9; each++) bench.stream.push(1);
    for (let from = 2; from < 10; from++) {
      bench.follower.offerCast(bench.stream.cast(from, from + 1));
    }
    expect(bench.stats.heldOverflows).toBeGreaterThan(0);
    await bench.answerAll();
    expect(bench.applied).toHaveLength(9);
    expect(bench.follower.state).toBe("live");
  });
});

describe("digests and checks", () => {
  it("make it read what it did not get", async () => {
    const bench = await live(1);
    bench.stream.push(2);
    bench.follower.offerLast("e1", offsetOf(2, 1));
    await bench.answerAll();
    expect(bench.applied).toEqual([offsetOf(2, 0), offsetOf(2, 1)]);
  });

  it("cost nothing when they tell nothing new", async () => {
    const bench = await live(2);
    bench.follower.offerLast("e1", offsetOf(2, 0));
    bench.follower.offerLast("e1", offsetOf(1, 0));
    bench.follower.offerLast("another", offsetOf(9, 0));
    expect([bench.stream.questions.length, bench.follower.state]).toEqual([0, "live"]);
  });

  it("are merged: a newer target extends the read under way", async () => {
    const bench = await live(1, { repairMessages: 100 });
    for (let sequence = 2; sequence <= 20; sequence++) {
      bench.stream.push(1);
      bench.follower.offerLast("e1", offsetOf(sequence, 0));
    }
    expect(bench.stream.questions).toHaveLength(1);
    await bench.answerAll();
    expect(bench.applied).toHaveLength(19);
    expect(bench.stream.reads).toBe(2);
  });

  it("read on in pieces when much is missing", async () => {
    const bench = await live(1, { repairMessages: 3 });
    for (let each = 0; each < 10; each++) bench.stream.push(1);
    bench.follower.offerLast("e1", offsetOf(11, 0));
    await bench.answerAll();
    expect(bench.applied).toHaveLength(10);
    expect(bench.count("truncated")).toBe(0);
  });

  it("do not take a follower that learnt more meanwhile for one ahead of its stream", async () => {
    const bench = await live(1);
    const mark = bench.follower.mark();
    bench.stream.push(1);
    bench.follower.offerCast(bench.stream.cast(1, 2));
    if (mark !== undefined) bench.follower.check(mark, bench.stream.messages[0], 1);
    expect([bench.count("reset"), bench.applied.length]).toEqual([0, 1]);
  });

  it("find what was lost during an outage", async () => {
    const bench = await live(1);
    const tail = bench.stream.push(3);
    const mark = bench.follower.mark();
    if (mark !== undefined) bench.follower.check(mark, tail, 2);
    await bench.answerAll();
    expect(bench.applied).toHaveLength(3);
  });
});

describe("what is gone", () => {
  it("is declared once, with the oldest offset kept, and following goes on", async () => {
    const bench = await live(1);
    for (let each = 0; each < 5; each++) bench.stream.push(1);
    bench.stream.evict(4);
    bench.follower.offerLast("e1", offsetOf(6, 0));
    await bench.answerAll();
    expect(bench.events.slice(1).map(({ kind }) => kind)).toEqual(["truncated", "entry", "entry"]);
    expect([bench.follower.truncated, bench.stats.truncated]).toEqual([offsetOf(5, 0), 1]);
    expect(bench.follower.state).toBe("live");
  });

  it("is declared too when nothing at all is left", async () => {
    const bench = await live(1);
    bench.stream.push(1);
    bench.stream.evict(2);
    bench.follower.offerLast("e1", offsetOf(2, 0));
    await bench.answerAll();
    expect([bench.count("truncated"), bench.follower.state]).toEqual([1, "live"]);
    bench.stream.push(1);
    bench.follower.offerCast(bench.stream.cast(2, 3, "unknown"));
    await bench.answerAll();
    expect([bench.applied, bench.count("truncated")]).toEqual([[offsetOf(3, 0)], 1]);
  });

  it.each(["digest", "cast"])(
    "is declared when a %s names it, also with nothing read before",
    async (by) => {
      const bench = new FollowerBench();
      await bench.open();
      bench.stream.push(1);
      bench.stream.push(1);
      bench.stream.evict(by === "digest" ? 2 : 1);
      if (by === "digest") bench.follower.offerLast("e1", offsetOf(2, 0));
      else bench.follower.offerCast(bench.stream.cast(1, 2));
      await bench.answerAll();
      expect([bench.count("truncated"), bench.follower.state]).toEqual([1, "live"]);
      expect(bench.applied).toEqual(by === "digest" ? [] : [offsetOf(2, 0)]);
    },
  );

  it("is declared when a late cast shows that a read found too little", async () => {
    const bench = new FollowerBench();
    await bench.open();
    for (let each = 0; each < 3; each++) bench.stream.push(1);
    bench.stream.evict(2);
    bench.follower.offerCast(bench.stream.cast(2, 3, "unknown"));
    await turn();
    bench.follower.offerCast(bench.stream.cast(0, 1));
    await bench.answerAll();
    expect(bench.applied).toEqual([offsetOf(1, 0), offsetOf(3, 0)]);
    expect(bench.count("truncated")).toBe(1);
  });

  it("is not suspected while casts say what was before them", async () => {
    const bench = await live(1);
    bench.stream.evict(1);
    bench.stream.push(1);
    bench.follower.offerCast(bench.stream.cast(1, 2));
    expect([bench.applied.length, bench.count("truncated")]).toEqual([1, 0]);
  });

  it("is passed over when nobody can read it", async () => {
    const bench = await live(1);
    bench.stream.pushGarbage();
    bench.stream.push(1);
    bench.follower.offerCast(bench.stream.cast(1, 2, "unknown"));
    await bench.answerAll();
    expect([bench.applied, bench.stats.skipped]).toEqual([[offsetOf(3, 0)], 1]);
    expect(bench.count("truncated")).toBe(0);
  });
});

describe("another stream", () => {
  it("is noticed by its epoch; nothing cast since then is lost", async () => {
    const bench = await live(3);
    bench.stream.recreate();
    bench.stream.push(2);
    bench.follower.offerCast(bench.stream.cast(0, 2));
    bench.stream.push(1);
    await bench.answerAll();
    bench.follower.offerCast(bench.stream.cast(2, 3));
    await bench.answerAll();
    expect([bench.count("reset"), bench.follower.epoch]).toEqual([1, "e2"]);
    expect(bench.applied).toEqual([offsetOf(1, 0), offsetOf(1, 1), offsetOf(2, 0)]);
  });

  it("is not believed in because of one late cast of the old one", async () => {
    const bench = await live(1);
    bench.stream.recreate();
    bench.stream.push(1);
    const old = { epoch: "e1", prev: undefined, entries: bench.stream.truth.get("e1") ?? [] };
    bench.follower.offerCast(bench.stream.cast(0, 1));
    await bench.answerAll();
    bench.follower.offerCast(old);
    await bench.answerAll();
    expect([bench.count("reset"), bench.follower.epoch, bench.applied.length]).toEqual([
      1,
      "e2",
      1,
    ]);
  });

  it("is followed from its first cast, also one between the reads of its end", async () => {
    const bench = await live(1);
    bench.stream.recreate();
    bench.stream.epoch = "e2";
    bench.follower.verifyEpoch();
    await turn();
    await bench.answer();
    await bench.answer();
    // The log was empty; the end of the stream is asked for.
    bench.stream.push(1);
    bench.stream.pushElsewhere();
    bench.follower.offerCast(bench.stream.cast(0, 1));
    await bench.answerAll();
    expect([bench.applied, bench.count("truncated")]).toEqual([[offsetOf(1, 0)], 0]);
    expect(bench.follower.state).toBe("live");
  });

  it("is what a stream is that lost its end", async () => {
    const bench = await live(3);
    const mark = bench.follower.mark();
    if (mark !== undefined) bench.follower.check(mark, undefined, 2);
    await bench.answerAll();
    expect([bench.count("reset"), bench.count("opened")]).toEqual([1, 2]);
  });

  it("is found when a digest names what the stream lost before we read it", async () => {
    const bench = await live(1);
    bench.follower.offerLast("e1", offsetOf(4, 0));
    await bench.quiesce();
    expect([bench.count("reset"), bench.follower.state]).toEqual([1, "live"]);
    bench.stream.push(1);
    bench.follower.offerCast(bench.stream.cast(1, 2));
    expect(bench.applied).toEqual([offsetOf(2, 0)]);
  });
});

describe("an answer that comes after a reset", () => {
  it("is not used: it is about another stream", async () => {
    const bench = await live(1);
    bench.stream.push(1);
    bench.follower.offerLast("e1", offsetOf(2, 0));
    const mark = bench.follower.mark();
    if (mark !== undefined) bench.follower.check(mark, undefined, 0);
    await bench.answerAll();
    expect([bench.count("reset"), bench.applied]).toEqual([1, []]);
    expect(bench.follower.applied).toBe(offsetOf(2, 0));
  });
});

describe("a receiver that takes no more", () => {
  it("stops following; the rest is read from the stream when it goes on", async () => {
    const bench = await live(1, { heldMax: 2 });
    bench.room = 1;
    for (let from = 1; from < 8; from++) {
      bench.stream.push(1);
      bench.follower.offerCast(bench.stream.cast(from, from + 1));
    }
    expect([bench.follower.state, bench.applied.length]).toEqual(["paused", 1]);
    await bench.answerAll();
    expect(bench.applied).toHaveLength(1);
    bench.room = Number.POSITIVE_INFINITY;
    bench.follower.resume();
    await bench.answerAll();
    expect([bench.follower.state, bench.applied.length]).toEqual(["live", 7]);
  });
});

describe("closing", () => {
  it("ends every pause and uses no answer that comes later", async () => {
    const bench = await live(1);
    bench.stream.push(1);
    bench.follower.offerLast("e1", offsetOf(2, 0));
    await turn();
    bench.follower.close();
    await bench.answerAll();
    bench.follower.offerCast(bench.stream.cast(1, 2));
    expect([bench.applied, bench.clock.pending]).toEqual([[], 0]);
    expect(bench.stats.states).toEqual({ opening: 0, live: 0, repairing: 0, paused: 0 });
  });
});
