import { describe, expect, it } from "vitest";
import { isGoimError } from "../../src/kit/errors.ts";
import { oneKey, oneMid, put, type SessionsFixture, session, sorted } from "./sessions-space.ts";

export function putReadRemove({ openStore, openTwo }: SessionsFixture): void {
  describe("put, read, remove", () => {
    it("finds a session by key and by mid, field by field", async () => {
      const store = await openStore();
      const item = session({ platform: "android", incarnation: "an incarnation" });
      expect(await put(store, item)).toEqual([[]]);
      expect(await oneKey(store, item.key)).toEqual([item]);
      expect(await oneMid(store, item.mid)).toEqual([item]);
    });

    it("keeps every digit of a snowflake id", async () => {
      const store = await openStore();
      const item = session({ mid: "9223372036854775807" });
      await put(store, item);
      expect(await oneMid(store, "9223372036854775807")).toEqual([item]);
      expect(await oneMid(store, "9223372036854775806")).toEqual([]);
    });

    it("answers in the order asked, empty for who is not online, also for doubles", async () => {
      const store = await openStore();
      const [a, b] = [session({ mid: "1" }), session({ mid: "2" })];
      await put(store, a, b);
      expect(await store.byKeys([b.key, "nobody", a.key, b.key])).toEqual([[b], [], [a], [b]]);
      expect(await store.byMids(["2", "404", "1", "2"])).toEqual([[b], [], [a], [b]]);
      expect(await store.byKeys([])).toEqual([]);
      expect(await store.byMids([])).toEqual([]);
      expect(await store.put([])).toEqual([]);
    });

    it("removes a session once", async () => {
      const store = await openStore();
      const item = session();
      await put(store, item);
      expect(await store.remove([item, session()])).toEqual([true, false]);
      expect(await store.remove([item])).toEqual([false]);
      expect(await oneKey(store, item.key)).toEqual([]);
      expect(await oneMid(store, item.mid)).toEqual([]);
    });

    it("takes a key again that was removed", async () => {
      const store = await openStore();
      const first = session({ key: "again" });
      await put(store, first);
      await store.remove([first]);
      const second = session({ key: "again" });
      expect(await put(store, second)).toEqual([[]]);
      expect(await oneKey(store, "again")).toEqual([second]);
      expect(await oneMid(store, second.mid)).toEqual([second]);
    });

    it("shows one process what another one wrote", async () => {
      const [one, other] = await openTwo();
      const item = session();
      await put(one, item);
      expect(await oneKey(other, item.key)).toEqual([item]);
      expect(await other.remove([item])).toEqual([true]);
      expect(await oneMid(one, item.mid)).toEqual([]);
    });

    it("keeps an anonymous session by key only", async () => {
      const store = await openStore();
      const [a, b] = [session({ mid: "0" }), session({ mid: "0" })];
      await put(store, a, b);
      expect(await oneKey(store, a.key)).toEqual([a]);
      expect(await oneMid(store, "0")).toEqual([]);
      expect(await store.renew([a])).toEqual([true]);
      expect(await store.remove([a])).toEqual([true]);
      expect(await oneKey(store, b.key)).toEqual([b]);
    });

    it("keeps two devices of a user apart", async () => {
      const store = await openStore();
      const phone = session({ platform: "ios" });
      const desk = session({ comet: "comet-2" });
      await put(store, phone, desk);
      expect(sorted(await oneMid(store, "7001"))).toEqual(sorted([phone, desk]));
      await store.remove([phone]);
      expect(await oneMid(store, "7001")).toEqual([desk]);
    });
  });
}

export function takingOver({ openStore, openTwo }: SessionsFixture): void {
  describe("taking over a key", () => {
    it("names the displaced one, whose disconnect leaves the new one alone", async () => {
      const store = await openStore();
      const old = session({ key: "pk1" });
      const fresh = session({ key: "pk1", comet: "comet-2", incarnation: "i9" });
      await put(store, old);
      expect(await put(store, fresh)).toEqual([[old]]);
      expect(await oneMid(store, old.mid)).toEqual([fresh]);
      expect(await store.remove([old])).toEqual([false]);
      expect(await oneKey(store, "pk1")).toEqual([fresh]);
      expect(await oneMid(store, old.mid)).toEqual([fresh]);
    });

    it("displaces nothing when the same connection comes again", async () => {
      const store = await openStore();
      const item = session();
      await put(store, item);
      const other = { ...item, platform: "ios" };
      expect(await put(store, other)).toEqual([[]]);
      expect(await oneKey(store, item.key)).toEqual([other]);
      expect(await oneMid(store, item.mid)).toEqual([other]);
    });

    it("decides between sessions of one call by their order", async () => {
      const store = await openStore();
      const [a, b, c] = [session({ key: "x" }), session({ key: "x" }), session({ key: "x" })];
      expect(await put(store, a, b, c)).toEqual([[], [a], [b]]);
      expect(await oneKey(store, "x")).toEqual([c]);
      expect(await oneMid(store, c.mid)).toEqual([c]);
    });

    it("moves a key from one user to another, and to nobody", async () => {
      const store = await openStore();
      const old = session({ key: "shared", mid: "1" });
      const fresh = session({ key: "shared", mid: "2" });
      const anonymous = session({ key: "shared", mid: "0" });
      await put(store, old);
      expect(await put(store, fresh)).toEqual([[old]]);
      expect(await store.byMids(["1", "2"])).toEqual([[], [fresh]]);
      expect(await put(store, anonymous)).toEqual([[fresh]]);
      expect(await store.byMids(["1", "2"])).toEqual([[], []]);
      expect(await oneKey(store, "shared")).toEqual([anonymous]);
    });

    it("lets maxPerKey connections share a key and displaces the oldest", async () => {
      const store = await openStore({ maxPerKey: 2 });
      const [a, b, c] = [1, 2, 3].map((n) => session({ key: "two", comet: `comet-${n}` }));
      if (a === undefined || b === undefined || c === undefined) throw new Error("three");
      expect(await put(store, a)).toEqual([[]]);
      expect(await put(store, b)).toEqual([[]]);
      expect(await put(store, a)).toEqual([[]]);
      expect(await put(store, c)).toEqual([[a]]);
      expect(await oneKey(store, "two")).toEqual([b, c]);
      expect(sorted(await oneMid(store, b.mid))).toEqual(sorted([b, c]));
      expect(await store.remove([b])).toEqual([true]);
      expect(await oneKey(store, "two")).toEqual([c]);
      expect(await oneMid(store, c.mid)).toEqual([c]);
    });

    it("refuses one more where the newest gives way, until one has gone", async () => {
      const store = await openStore({ maxPerKey: 2, whenFull: "refuse-newest" });
      const [a, b, late] = [session({ key: "full" }), session({ key: "full" }), session()];
      const third = { ...late, key: "full", comet: "comet-2", mid: "8" };
      expect(await put(store, a, b)).toEqual([[], []]);
      const [refused, other] = await store.put([third, late]);
      if (refused?.status !== "rejected") throw new Error("it was let in");
      expect(isGoimError(refused.reason, "conflict")).toBe(true);
      expect(other?.status).toBe("fulfilled");
      expect(await oneKey(store, "full")).toEqual([a, b]);
      expect(await oneMid(store, "8")).toEqual([]);
      // A comet that asks again for one that is in is not refused.
      expect(await put(store, a)).toEqual([[]]);
      expect(await store.remove([a])).toEqual([true]);
      expect(await put(store, third)).toEqual([[]]);
      expect(await oneKey(store, "full")).toEqual([b, third]);
    });

    it("refuses nobody for the sake of a dead incarnation of the same comet", async () => {
      const store = await openStore({ whenFull: "refuse-newest" });
      const dead = session({ key: "k", incarnation: "old" });
      const back = session({ key: "k", incarnation: "new" });
      await put(store, dead);
      expect(await put(store, back)).toEqual([[dead]]);
      expect(await oneKey(store, "k")).toEqual([back]);
    });

    it("lets one of two in that come at once where the newest is refused", async () => {
      const [one, other] = await openTwo({ whenFull: "refuse-newest" });
      const puts = Array.from({ length: 20 }, (_, n) => session({ key: "hot", comet: `c-${n}` }));
      const results = await Promise.all(
        puts.map(async (item, n) => (await (n % 2 === 0 ? one : other).put([item]))[0]?.status),
      );
      expect(results.filter((status) => status === "fulfilled")).toHaveLength(1);
      expect(await oneKey(one, "hot")).toEqual([puts[results.indexOf("fulfilled")]]);
    });

    it("gives the place of a dead incarnation away without displacing the living", async () => {
      const store = await openStore({ maxPerKey: 2 });
      const dead = session({ key: "k", incarnation: "old" });
      const alive = session({ key: "k", comet: "comet-2" });
      const back = session({ key: "k", incarnation: "new" });
      await put(store, dead, alive);
      expect(await put(store, back)).toEqual([[dead]]);
      expect(await oneKey(store, "k")).toEqual([alive, back]);
    });

    it("has exactly one owner when two processes put one key at once", async () => {
      const [one, other] = await openTwo();
      const puts = Array.from({ length: 40 }, (_, n) =>
        session({ key: "hot", comet: `comet-${n % 4}` }),
      );
      const results = await Promise.all(
        puts.map((item, n) => put(n % 2 === 0 ? one : other, item)),
      );
      const owners = await oneKey(one, "hot");
      expect(owners).toHaveLength(1);
      expect(sorted([...results.flat(2), ...owners])).toEqual(sorted(puts));
      expect(await oneMid(other, "7001")).toEqual(owners);
    });

    it("keeps all 50 keys of one user that two processes put at once", async () => {
      const [one, other] = await openTwo();
      const puts = Array.from({ length: 50 }, () => session());
      await Promise.all(puts.map((item, n) => put(n % 2 === 0 ? one : other, item)));
      expect(sorted(await oneMid(one, "7001"))).toEqual(sorted(puts));
      const gone = puts.slice(0, 25);
      await Promise.all(gone.map((item, n) => (n % 2 === 0 ? one : other).remove([item])));
      expect(sorted(await oneMid(other, "7001"))).toEqual(sorted(puts.slice(25)));
    });

    it("refuses one key too many of a user, who can come back once one is gone", async () => {
      const store = await openStore({ maxPerMid: 3 });
      const kept = [session(), session(), session()] as const;
      await put(store, ...kept);
      const late = session();
      const [refused] = await store.put([late]);
      if (refused?.status !== "rejected") throw new Error("it was let in");
      expect(isGoimError(refused.reason, "busy")).toBe(true);
      expect(refused.reason.message).toContain("7001");
      expect(await oneKey(store, late.key)).toEqual([]);
      const again = { ...kept[0], conn: 99_999 };
      expect(await put(store, again)).toEqual([[kept[0]]]);
      await store.remove([kept[1]]);
      expect(await put(store, late)).toEqual([[]]);
      expect(sorted(await oneMid(store, "7001"))).toEqual(sorted([again, kept[2], late]));
    });
  });
}
