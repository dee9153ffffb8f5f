import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ChurnMap, ChurnSet } from "./churn.ts";

const steps = fc.array(
  fc.record({ what: fc.constantFrom("set", "delete", "clear"), key: fc.nat({ max: 90 }) }),
  { maxLength: 1000 },
);

describe("a map of what comes and goes", () => {
  it("does what a Map does, in its order", () => {
    void fc.assert(
      fc.property(steps, (all) => {
        const [ours, theirs] = [new ChurnMap<number, object>(), new Map<number, object>()];
        for (const [n, { what, key }] of all.entries()) {
          if (what === "set") {
            const value = { n };
            ours.set(key, value);
            theirs.set(key, value);
          } else if (what === "delete") expect(ours.delete(key)).toBe(theirs.delete(key));
          else if (n % 50 === 0) {
            ours.clear();
            theirs.clear();
          }
          expect([ours.size, ours.get(key), ours.has(key)]).toEqual([
            theirs.size,
            theirs.get(key),
            theirs.has(key),
          ]);
        }
        expect([...ours]).toEqual([...theirs]);
        expect([...ours.values()]).toEqual([...theirs.values()]);
      }),
    );
  });
});

describe("a set of what comes and goes", () => {
  it("does what a Set does, in its order", () => {
    void fc.assert(
      fc.property(steps, (all) => {
        const [ours, theirs] = [new ChurnSet<number>(), new Set<number>()];
        for (const [n, { what, key }] of all.entries()) {
          if (what === "set") {
            ours.add(key);
            theirs.add(key);
          } else if (what === "delete") expect(ours.delete(key)).toBe(theirs.delete(key));
          else if (n % 50 === 0) {
            ours.clear();
            theirs.clear();
          }
          expect([ours.size, ours.has(key)]).toEqual([theirs.size, theirs.has(key)]);
        }
        expect([...ours]).toEqual([...theirs]);
      }),
    );
  });
});
