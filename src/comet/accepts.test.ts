import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ACCEPTS_MAX, ACCEPTS_NONE, AcceptsTable, parseOperations } from "./accepts.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("AcceptsTable", () => {
  it("shares one set between equal lists, whatever their order and doubles", () => {
    const table = new AcceptsTable(10);
    expect(table.of([1001, 1000, 1001])).toBe(table.of([1000, 1001]));
    expect(table.size).toBe(1);
  });

  it("gives the one empty set for no operations", () => {
    const table = new AcceptsTable(10);
    expect(table.of([])).toBe(ACCEPTS_NONE);
    expect(ACCEPTS_NONE.has(1000)).toBe(false);
  });

  it("never changes a set that somebody holds", () => {
    const table = new AcceptsTable(10);
    const before = table.of([1000]);
    const after = table.with(before, [1001]);
    expect([before.has(1001), after.has(1000), after.has(1001)]).toEqual([false, true, true]);
  });

  it("stays within its bound, and sets given out go on working", () => {
    const table = new AcceptsTable(4);
    const sets = Array.from({ length: 20 }, (_, op) => table.of([op]));
    expect(table.size).toBeLessThanOrEqual(4);
    expect(sets.every((set, op) => set.has(op))).toBe(true);
  });

  it("takes no more than the bound of operations of one connection", () => {
    const table = new AcceptsTable(4);
    const many = table.of(Array.from({ length: ACCEPTS_MAX * 2 }, (_, op) => op));
    expect(many.operations.length).toBe(ACCEPTS_MAX);
    expect(new AcceptsTable(4, 2).of([1003, 1001, 1002]).operations).toEqual([1001, 1002]);
  });

  it("behaves as a set of numbers under any sequence of sub and unsub", () => {
    const operation = fc.integer({ min: 0, max: 20 });
    const step = fc.record({ add: fc.boolean(), operations: fc.array(operation) });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const table = new AcceptsTable(8);
        const model = new Set<number>();
        let accepts = ACCEPTS_NONE;
        for (const { add, operations } of steps) {
          accepts = add ? table.with(accepts, operations) : table.without(accepts, operations);
          for (const op of operations) add ? model.add(op) : model.delete(op);
        }
        for (let op = 0; op <= 20; op++) expect(accepts.has(op)).toBe(model.has(op));
        expect([...accepts.operations]).toEqual([...model].sort((a, b) => a - b));
      }),
    );
  });
});

describe("parseOperations", () => {
  it("reads goim's lists", () => {
    expect(parseOperations(bytes("1002,1003"))).toEqual([1002, 1003]);
    expect(parseOperations(bytes("-5,+7"))).toEqual([-5, 7]);
    expect(parseOperations(bytes(""))).toEqual([]);
  });

  it.each(["abc", "1002,", ",", "1,,2", "1 ,2", "1.5", "0x10", "1e3", "2147483648", "-2147483649"])(
    "refuses the whole of %j",
    (body) => expect(parseOperations(bytes(body))).toBeUndefined(),
  );

  it("takes the ends of int32", () => {
    expect(parseOperations(bytes("2147483647,-2147483648"))).toEqual([2147483647, -2147483648]);
  });
});
