import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CatchUpBench } from "./catch-up.fixture.ts";

interface Pushed {
  readonly bytes: number;
  /** Milliseconds until it expires, 0 = never. */
  readonly lives: number;
}

type Step =
  | { readonly kind: "push"; readonly entries: readonly Pushed[] }
  | { readonly kind: "join"; readonly takes: number }
  | { readonly kind: "block" | "drain"; readonly who: number; readonly takes: number }
  | { readonly kind: "leave"; readonly who: number }
  | { readonly kind: "pass"; readonly ms: number }
  | { readonly kind: "answer" }
  | { readonly kind: "evict"; readonly count: number }
  | { readonly kind: "fail"; readonly on: boolean };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("push" as const),
      entries: fc.array(
        fc.record({ bytes: fc.constantFrom(0, 10, 150), lives: fc.constantFrom(0, 0, 0, 0, 30) }),
        { minLength: 1, maxLength: 3 },
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("join" as const), takes: fc.nat(12) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom("block" as const, "drain" as const),
      who: fc.nat(5),
      takes: fc.nat(3),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("leave" as const), who: fc.nat(5) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("pass" as const), ms: fc.nat(40) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("pass" as const), ms: fc.nat(9000) }) },
  { weight: 4, arbitrary: fc.constant({ kind: "answer" as const }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("evict" as const), count: fc.nat(6) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("fail" as const), on: fc.boolean() }) },
);

async function run(bench: CatchUpBench, steps: readonly Step[]): Promise<void> {
  const joined: [number, number][] = [];
  for (const each of steps) {
    const member = "who" in each ? bench.members[each.who] : undefined;
    switch (each.kind) {
      case "push":
        bench.push(
          ...each.entries.map(({ bytes, lives }) => {
            return { bytes, expiresAt: lives === 0 ? 0 : bench.clock.now() + lives };
          }),
        );
        break;
      case "join":
        joined.push([bench.members.length, bench.log.length]);
        bench.join(each.takes);
        break;
      case "block":
        if (member !== undefined) member.takes = each.takes;
        break;
      case "drain":
        member?.drain(each.takes);
        break;
      case "leave":
        if (member !== undefined) bench.room.remove(member);
        break;
      case "pass":
        bench.clock.advance(each.ms);
        break;
      case "answer":
        await bench.answer();
        break;
      case "evict":
        bench.evict(each.count);
        break;
      case "fail":
        bench.readsFail = each.on;
        break;
    }
  }
  await bench.quiesce();
  for (const [id, index] of joined) expectAllSince(bench, id, index);
}

/** Nothing that was pushed after the join may be missing at the beginning either. */
function expectAllSince(bench: CatchUpBench, id: number, index: number): void {
  const member = bench.members[id];
  const first = bench.log.slice(index).find((offset) => {
    return offset > bench.evicted && !bench.mortal.has(offset);
  });
  if (member === undefined || first === undefined || !bench.room.isLive(member)) return;
  expect(member.got.map((text) => Number(text.split(" ")[0]))).toContain(first);
}

describe("any sequence of pushes, joins, stalls, drains, evictions and failing reads", () => {
  it("leaves every member with the stream from its start, in order and once", async () => {
    const options = fc.record({
      replay: fc.constantFrom(0, 5, 100),
      ringEntries: fc.constantFrom(2, 5, 100),
      ringBytes: fc.constantFrom(300, 10_000),
      costMs: fc.constantFrom(0, 3),
      frameBytes: fc.constantFrom(60, 400),
    });
    const steps = fc.array(step, { minLength: 5, maxLength: 150, size: "max" });
    await fc.assert(
      fc.asyncProperty(options, fc.nat(30), steps, async (given, before, todo) => {
        const bench = new CatchUpBench(given, before);
        await run(bench, todo);
        expect(bench.faults()).toEqual([]);
        expect(bench.catchUp.stats.behind).toBe(0);
        expect(bench.clock.pending).toBe(0);
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});
