import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SequenceCheck } from "./sequence.ts";

/** The same with all the memory it wants. */
function naive(taken: readonly number[], last: number, failed: readonly number[]) {
  const seen = new Set<number>();
  let highest = 0;
  const verdicts = taken.map((sequence) => {
    if (seen.has(sequence)) return "double";
    seen.add(sequence);
    const late = sequence < highest;
    highest = Math.max(highest, sequence);
    return late ? "late" : "new";
  });
  let lost = 0;
  for (let at = 1; at <= last; at++) if (!seen.has(at) && !failed.includes(at)) lost += 1;
  return { verdicts, lost };
}

describe("SequenceCheck", () => {
  it("counts like one that remembers everything", () => {
    const numbers = fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 60 });
    const fails = fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { maxLength: 8 });
    fc.assert(
      fc.property(numbers, fails, (taken, failed) => {
        const check = new SequenceCheck();
        const verdicts = taken.map((sequence) => check.take(sequence));
        const model = naive(taken, 30, failed);
        expect(verdicts).toEqual(model.verdicts);
        expect(check.lost({ last: 30, failed })).toBe(model.lost);
      }),
    );
  });

  it("has lost everything when nothing came", () => {
    expect(new SequenceCheck().lost({ last: 7, failed: [3] })).toBe(6);
    expect(new SequenceCheck().lost({ last: 0, failed: [] })).toBe(0);
  });
});
