import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Session } from "./sessions.ts";
import {
  type Copy,
  type CopyOptions,
  copyOwners,
  dropConnection,
  sessionsOf,
  type UserIndex,
} from "./user-index.ts";

const options: CopyOptions = { mid: "7", nowMs: 1_000_000, expireMs: 60_000, touch: false };

function session(key: string, conn: number, mid = "7"): Session {
  return { mid, key, comet: "c1", incarnation: "i1", conn, platform: "web", device: "d", since: 5 };
}

function copy(key: string, revision: number, ...owners: Session[]): Copy {
  return { key, revision, owners };
}

/** The index after these copies, one after the other. */
function indexOf(...copies: Copy[]): UserIndex {
  return copies.reduce<UserIndex>((index, one) => copyOwners(index, one, options) ?? index, []);
}

describe("copyOwners", () => {
  it("takes what of the key belongs to the user", () => {
    const index = indexOf(copy("a", 1, session("a", 1), session("a", 2, "8")));
    expect(sessionsOf(index)).toEqual([session("a", 1)]);
  });

  it("lets a newer copy replace an older one and never the other way round", () => {
    const index = indexOf(copy("a", 5, session("a", 2)));
    expect(copyOwners(index, copy("a", 4, session("a", 1)), options)).toBeUndefined();
    const next = copyOwners(index, copy("a", 6, session("a", 3)), options);
    expect(sessionsOf(next ?? [])).toEqual([session("a", 3)]);
  });

  it("stays as it is for the same copy, unless it is to live longer", () => {
    const one = copy("a", 5, session("a", 1));
    const index = indexOf(one);
    expect(copyOwners(index, one, options)).toBeUndefined();
    expect(copyOwners(index, one, { ...options, touch: true })).toEqual(index);
  });

  it("keeps an older copy out that comes after the key was given up", () => {
    const index = indexOf(copy("a", 5, session("a", 1)), copy("a", 6));
    expect(sessionsOf(index)).toEqual([]);
    expect(copyOwners(index, copy("a", 5, session("a", 1)), options)).toBeUndefined();
    const early = indexOf(copy("b", 9));
    expect(copyOwners(early, copy("b", 8, session("b", 1)), options)).toBeUndefined();
  });

  it("forgets a key given up, and one that nobody renewed for twice the expiry", () => {
    const index = indexOf(copy("gone", 1), copy("old", 2, session("old", 1)));
    const at = (afterMs: number) => ({ ...options, nowMs: options.nowMs + afterMs });
    const keys = (afterMs: number) =>
      copyOwners(index, copy("new", 9, session("new", 9)), at(afterMs))?.map(({ key }) => key);
    expect(keys(5_000)).toEqual(["gone", "old", "new"]);
    expect(keys(11_000)).toEqual(["old", "new"]);
    expect(keys(120_000)).toEqual(["old", "new"]);
    expect(keys(121_000)).toEqual(["new"]);
  });

  it("refuses one key too many, and counts neither given-up keys nor a known one", () => {
    const bounded = { ...options, keysMax: 2 };
    const index = indexOf(
      copy("a", 1, session("a", 1)),
      copy("b", 2, session("b", 2)),
      copy("gone", 3),
    );
    const late = copy("c", 4, session("c", 3));
    expect(() => copyOwners(index, late, bounded)).toThrow("user 7 has 2 keys already");
    expect(copyOwners(index, copy("a", 5, session("a", 9)), bounded)).toBeDefined();
    expect(copyOwners(index, late, options)).toBeDefined();
    const room = copyOwners(index, copy("a", 6), bounded) ?? [];
    expect(copyOwners(room, late, bounded)).toBeDefined();
  });

  it("ends the same whatever order copies arrive in", () => {
    const copies = fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { minLength: 1 });
    fc.assert(
      fc.property(copies, (revisions) => {
        const made = revisions.map((revision) => {
          const key = revision % 3 === 0 ? "a" : "b";
          return copy(key, revision, ...(revision % 5 === 0 ? [] : [session(key, revision)]));
        });
        const inOrder = [...made].sort((a, b) => a.revision - b.revision);
        const conns = (index: UserIndex) =>
          sessionsOf(index)
            .map(({ conn }) => conn)
            .sort();
        expect(conns(indexOf(...made))).toEqual(conns(indexOf(...inOrder)));
      }),
    );
  });
});

describe("dropConnection", () => {
  it("takes out exactly one connection", () => {
    const index = indexOf(
      copy("a", 1, session("a", 1), session("a", 2)),
      copy("b", 2, session("b", 1)),
    );
    const next = dropConnection(index, session("a", 1)) ?? [];
    expect(sessionsOf(next)).toEqual([session("a", 2), session("b", 1)]);
    expect(sessionsOf(dropConnection(next, session("a", 2)) ?? [])).toEqual([session("b", 1)]);
    expect(dropConnection(index, session("a", 3))).toBeUndefined();
    expect(dropConnection(index, session("b", 2))).toBeUndefined();
  });
});
