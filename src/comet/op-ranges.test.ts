import { expect, it } from "vitest";
import { OpRanges, rangeProblems } from "./op-ranges.ts";

it("ranges hold what is between their ends", () => {
  const ops = new OpRanges(["2000-2999", "3100"]);
  expect([1999, 2000, 2999, 3000, 3100, 3101].map((op) => ops.has(op))).toEqual([
    ...[false, true, true, false, true, false],
  ]);
  expect(new OpRanges([]).has(2000)).toBe(false);
});

it("what is no range is told, with the operations of the protocol among them", () => {
  expect(rangeProblems("upstream.ops", ["100-2147483647", "100"])).toEqual([]);
  for (const bad of ["", "4", "99-200", "300-200", "2000-", "-5", "1e3", "2147483648", " 200"]) {
    expect(rangeProblems("upstream.ops", [bad])).toHaveLength(1);
  }
});
