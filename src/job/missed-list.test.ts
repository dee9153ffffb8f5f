import fc from "fast-check";
import { expect, it } from "vitest";
import { type Check, MissedList } from "./missed-list.ts";

it("names users with their last offset, in parts", () => {
  const list = new MissedList(10);
  list.add(0, "1", 5);
  list.add(0, "1", 9);
  list.add(3, "2", 7);
  list.add(3, "3", 8);
  expect(list.size).toBe(3);
  const first = list.next(2);
  expect(first).toEqual({
    items: [
      { mid: "1", last: 9 },
      { mid: "2", last: 7 },
    ],
  });
  if (first !== undefined) list.confirm(first);
  expect(list.next(2)).toEqual({ items: [{ mid: "3", last: 8 }] });
});

it("keeps what was missed while a check was on its way", () => {
  const list = new MissedList(10);
  list.add(0, "1", 5);
  const check = list.next(10) as Check;
  list.add(0, "1", 6);
  list.confirm(check);
  expect(list.next(10)).toEqual({ items: [{ mid: "1", last: 6 }] });
  list.addShard(4);
  const shard = list.next(10) as Check;
  expect(shard).toMatchObject({ shard: 4 });
  list.add(4, "2", 7);
  list.confirm(shard);
  expect(list.whole).toBe(1);
  list.confirm(list.next(10) as Check);
  expect(list.whole).toBe(0);
  expect(list.size).toBe(1);
});

it("turns into the whole shard when it is full", () => {
  const list = new MissedList(2);
  expect(list.add(0, "1", 5)).toBe(true);
  expect(list.add(1, "2", 5)).toBe(true);
  expect(list.add(1, "2", 6)).toBe(true);
  expect(list.add(1, "3", 6)).toBe(false);
  expect({ size: list.size, whole: list.whole }).toEqual({ size: 1, whole: 1 });
  expect(list.add(1, "4", 6)).toBe(true);
  expect(list.add(0, "5", 6)).toBe(true);
});

it("never forgets anybody who was not confirmed, and never exceeds its bound", () => {
  const step = fc.oneof(
    fc.record({ shard: fc.nat(2), mid: fc.nat(4) }),
    fc.constantFrom("ask" as const, "confirm" as const, "lose" as const),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const list = new MissedList(4);
      // Naive: every miss with its number, covered by a confirmed check that began after it.
      let owed: { shard: number; mid: string; last: number }[] = [];
      let asked: { check: Check; at: number } | undefined;
      for (const [at, action] of steps.entries()) {
        if (typeof action === "object") {
          const miss = { shard: action.shard, mid: `${action.shard}-${action.mid}`, last: at + 1 };
          list.add(miss.shard, miss.mid, miss.last);
          owed.push(miss);
        } else if (action === "ask") {
          const check = list.next(2);
          asked = check === undefined ? undefined : { check, at };
        } else if (asked !== undefined) {
          const { check, at: askedAt } = asked;
          asked = undefined;
          if (action === "lose") continue;
          list.confirm(check);
          owed = owed.filter(({ shard, mid, last }) => {
            if ("shard" in check) return shard !== check.shard || last > askedAt;
            return !check.items.some((item) => item.mid === mid && item.last >= last);
          });
        }
        expect(list.size).toBeLessThanOrEqual(4);
        if (owed.length > 0) expect(list.empty).toBe(false);
      }
      for (let turn = 0; turn < 20 && !list.empty; turn++) {
        const check = list.next(2) as Check;
        list.confirm(check);
        owed = owed.filter(({ shard, mid, last }) =>
          "shard" in check
            ? shard !== check.shard
            : !check.items.some((item) => item.mid === mid && item.last >= last),
        );
      }
      expect(owed).toEqual([]);
    }),
  );
});
