import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FollowerBench, faultsOf, turn } from "./follower.fixture.ts";
import type { Cast } from "./log-entry.ts";

/** Everything that may happen to a follower; numbers choose what, modulo what there is. */
type Step =
  | { readonly do: "push"; readonly count: number }
  | { readonly do: "garbage" | "elsewhere" | "refuse" | "answer" | "fail" | "check" | "recreate" }
  | { readonly do: "cast"; readonly from: number; readonly count: number; readonly prev: boolean }
  | { readonly do: "castNew"; readonly prev: boolean }
  | { readonly do: "deliver"; readonly which: number; readonly again: boolean }
  | { readonly do: "lose"; readonly which: number }
  | { readonly do: "digest"; readonly behind: number }
  | { readonly do: "evict"; readonly count: number }
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "resume" };

const small = fc.nat({ max: 6 });
const plain = <T extends Step["do"]>(name: T) => fc.constant({ do: name } as Step);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("push" as const),
      count: fc.integer({ min: 1, max: 4 }),
    }),
  },
  { weight: 1, arbitrary: plain("garbage") },
  { weight: 2, arbitrary: plain("elsewhere") },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("castNew" as const), prev: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("cast" as const),
      from: fc.nat({ max: 40 }),
      count: fc.integer({ min: 1, max: 6 }),
      prev: fc.boolean(),
    }),
  },
  {
    weight: 9,
    arbitrary: fc.record({
      do: fc.constant("deliver" as const),
      which: small,
      again: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("lose" as const), which: small }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("digest" as const), behind: small }) },
  { weight: 9, arbitrary: plain("answer") },
  { weight: 2, arbitrary: plain("fail") },
  { weight: 2, arbitrary: plain("check") },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("evict" as const),
      count: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 1, arbitrary: plain("recreate") },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("wait" as const),
      ms: fc.integer({ min: 1, max: 500 }),
    }),
  },
  { weight: 1, arbitrary: plain("refuse") },
  { weight: 2, arbitrary: plain("resume") },
);

/** Runs the steps against a follower and a job that casts, loses, doubles and reorders. */
class Run {
  readonly bench = new FollowerBench();
  readonly onTheWay: Cast[] = [];
  #castUpTo = 0;
  #castLife = 1;

  async take(step: Step): Promise<void> {
    const { bench } = this;
    const { stream, follower } = bench;
    if (step.do === "push") stream.push(step.count);
    else if (step.do === "garbage") stream.pushGarbage();
    else if (step.do === "elsewhere") stream.pushElsewhere();
    else if (step.do === "recreate") stream.recreate();
    else if (step.do === "evict") stream.evict(step.count);
    else if (step.do === "castNew") this.castNew(step.prev);
    else if (step.do === "cast") this.#castOld(step.from, step.count, step.prev);
    else if (step.do === "deliver") this.#deliver(step.which, step.again);
    else if (step.do === "lose") this.#pick(step.which);
    else if (step.do === "digest") this.#digest(step.behind);
    else if (step.do === "check") await this.#check();
    else if (step.do === "refuse") bench.room = 1;
    else if (step.do === "resume") {
      bench.room = Number.POSITIVE_INFINITY;
      follower.resume();
    } else if (step.do === "wait") bench.clock.advance(step.ms);
    else await bench.answer(step.do);
    await turn();
  }

  castNew(prev: boolean): void {
    const { stream } = this.bench;
    if (this.#castLife !== stream.life) this.#castUpTo = 0;
    this.#castLife = stream.life;
    const to = stream.log.length;
    if (to === this.#castUpTo) return;
    this.onTheWay.push(stream.cast(this.#castUpTo, to, prev ? "known" : "unknown"));
    this.#castUpTo = to;
  }

  #castOld(from: number, count: number, prev: boolean): void {
    const { stream } = this.bench;
    const start = stream.log.length === 0 ? 0 : from % stream.log.length;
    const cast = stream.cast(start, start + count, prev ? "known" : "unknown");
    if (cast.entries.length > 0) this.onTheWay.push(cast);
  }

  #pick(which: number): Cast | undefined {
    return this.onTheWay.splice(which % Math.max(1, this.onTheWay.length), 1)[0];
  }

  #deliver(which: number, again: boolean): void {
    const cast = this.#pick(which);
    // Before attach nobody listens.
    if (cast === undefined || !this.bench.stream.attached) return;
    this.bench.follower.offerCast(cast);
    if (again) this.onTheWay.push(cast);
  }

  #digest(behind: number): void {
    const { log, realEpoch } = this.bench.stream;
    const entry = log.at(-1 - behind);
    if (entry !== undefined) this.bench.follower.offerLast(realEpoch, entry.offset);
  }

  /** A check whose answer is as old as the mark; the follower may learn more before it comes. */
  async #check(): Promise<void> {
    const { bench } = this;
    const mark = bench.follower.mark();
    if (mark === undefined || bench.stream.epoch !== bench.stream.realEpoch) return;
    const tail = bench.stream.messages.filter(({ mine }) => mine).at(-1);
    const last = bench.stream.sequence;
    const cast = this.#pick(0);
    if (cast !== undefined) bench.follower.offerCast(cast);
    await turn();
    bench.follower.check(mark, tail, last);
  }

  /** The digest, cast or check that in the end always gets through. */
  async finish(): Promise<void> {
    const { bench } = this;
    bench.stream.push(2);
    this.castNew(false);
    const cast = this.onTheWay.at(-1);
    await bench.quiesce();
    if (cast !== undefined) bench.follower.offerCast(cast);
    await bench.quiesce();
    const last = bench.stream.log.at(-1)?.offset ?? 0;
    bench.follower.offerLast(bench.stream.realEpoch, last);
    await bench.quiesce();
    expect(bench.follower.state).toBe("live");
    // Above it only where following began at the end of a stream without messages of this log.
    expect(bench.follower.applied).toBeGreaterThanOrEqual(last);
  }
}

describe("a follower, whatever happens to casts, reads and the stream", () => {
  it("hands on the stream's content in order, without gap or double, and ends live", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 120, size: "max" }), async (steps) => {
        const run = new Run();
        run.bench.follower.open();
        for (const each of steps) await run.take(each);
        await run.finish();
        expect(faultsOf(run.bench)).toEqual([]);
        run.bench.follower.close();
        expect(run.bench.clock.pending).toBe(0);
      }),
      { numRuns: 2000 },
    );
  }, 60_000);
});
