import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TestMember } from "./member.fixture.ts";
import { MemberList, type Walk } from "./member-list.ts";

describe("MemberList", () => {
  it("says whether adding and removing changed anything", () => {
    const list = new MemberList<TestMember>("roomSlot");
    const one = new TestMember(1);
    expect(list.remove(one)).toBe(false);
    expect(list.add(one)).toBe(true);
    expect(list.add(one)).toBe(false);
    expect([list.size, list.has(one)]).toEqual([1, true]);
    expect(list.remove(one)).toBe(true);
    expect([list.size, list.has(one), one.roomSlot]).toEqual([0, false, -1]);
  });

  it("keeps lists on different slots apart", () => {
    const room = new MemberList<TestMember>("roomSlot");
    const all = new MemberList<TestMember>("allSlot");
    const members = [0, 1, 2].map((id) => new TestMember(id));
    for (const member of members) all.add(member);
    const [first, , third] = members as [TestMember, TestMember, TestMember];
    room.add(third);
    all.remove(first);
    expect(room.has(third)).toBe(true);
    expect(room.has(first)).toBe(false);
    expect(all.size).toBe(2);
  });

  it("visits everybody once when nothing changes", () => {
    const list = new MemberList<TestMember>("roomSlot");
    for (let id = 0; id < 10; id++) list.add(new TestMember(id));
    const seen: number[] = [];
    list.forEach((member) => {
      seen.push(member.id);
    });
    expect(seen.sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it("survives a visitor that removes itself, as a connection closed by its delivery does", () => {
    const list = new MemberList<TestMember>("roomSlot");
    for (let id = 0; id < 6; id++) list.add(new TestMember(id));
    const seen: number[] = [];
    list.forEach((member) => {
      seen.push(member.id);
      if (member.id % 2 === 0) list.remove(member);
    });
    expect(seen.sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(list.size).toBe(3);
  });

  it("lets go of a walk that was closed or came to its end", () => {
    const list = new MemberList<TestMember>("roomSlot");
    const member = new TestMember(1);
    list.add(member);
    const closed = list.walk();
    closed.close();
    expect([closed.remaining, closed.next()]).toEqual([0, undefined]);
    const whole = list.walk();
    expect([whole.next(), whole.next()]).toEqual([member, undefined]);
    list.remove(member);
    expect(whole.remaining).toBe(0);
  });
});

/** The promise of a walk, kept the slow way. */
class NaiveWalk {
  readonly owed: Set<number>;
  readonly seen: number[] = [];
  constructor(members: Iterable<number>) {
    this.owed = new Set(members);
  }
}

const action = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("add" as const), id: fc.nat({ max: 15 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("remove" as const), id: fc.nat({ max: 15 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("walk" as const) }) },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("next" as const), walk: fc.nat({ max: 3 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("close" as const), walk: fc.nat({ max: 3 }) }),
  },
);

describe("walks over a list that changes", () => {
  it("visit whom a naive model says, in any interleaving of several walks", () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 120, size: "max" }), (actions) => {
        const list = new MemberList<TestMember>("roomSlot");
        const all = Array.from({ length: 16 }, (_, id) => new TestMember(id));
        const present = new Set<number>();
        const walks: { walk: Walk<TestMember>; naive: NaiveWalk }[] = [];
        for (const each of actions) {
          if (each.do === "add") {
            list.add(all[each.id] as TestMember);
            present.add(each.id);
          } else if (each.do === "remove") {
            list.remove(all[each.id] as TestMember);
            present.delete(each.id);
            for (const { naive } of walks) naive.owed.delete(each.id);
          } else if (each.do === "walk" && walks.length < 4) {
            walks.push({ walk: list.walk(), naive: new NaiveWalk(present) });
          } else if (each.do === "next" || each.do === "close") {
            const chosen = walks[each.walk];
            if (chosen === undefined) continue;
            if (each.do === "close") {
              chosen.walk.close();
              chosen.naive.owed.clear();
            } else {
              visit(chosen.walk, chosen.naive);
            }
          }
          expect(list.size).toBe(present.size);
        }
        for (const { walk, naive } of walks) {
          while (walk.remaining > 0) visit(walk, naive);
          expect(naive.owed.size).toBe(0);
        }
        for (const member of all) expect(list.has(member)).toBe(present.has(member.id));
      }),
      { numRuns: 400 },
    );
  });
});

function visit(walk: Walk<TestMember>, naive: NaiveWalk): void {
  expect(walk.remaining).toBe(naive.owed.size);
  const member = walk.next();
  if (member === undefined) {
    expect(naive.owed.size).toBe(0);
    return;
  }
  expect(naive.owed.delete(member.id)).toBe(true);
}
