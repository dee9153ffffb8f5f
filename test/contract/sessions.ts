import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { isGoimError } from "../../src/kit/errors.ts";
import type { Session } from "../../src/store/sessions.ts";
import { waitFor } from "../harness/wait.ts";
import { SessionsModel } from "./sessions-model.ts";
import { putReadRemove, takingOver } from "./sessions-owners.ts";
import {
  midOf,
  minute,
  oneKey,
  oneMid,
  put,
  type SessionsServer,
  type SessionsSpace,
  type SpaceOptions,
  session,
  sorted,
} from "./sessions-space.ts";
import { scanned, walkingThrough } from "./sessions-walk.ts";

export function describeSessionStore(name: string, start: () => Promise<SessionsServer>): void {
  describe(name, () => {
    let server: SessionsServer;
    const spaces: SessionsSpace[] = [];

    const openSpace = async (options: SpaceOptions = {}) => {
      const space = await server.space(options);
      spaces.push(space);
      return space;
    };
    const openStore = async (options: SpaceOptions = {}) => (await openSpace(options)).open();
    const openTwo = async (options: SpaceOptions = {}) => {
      const space = await openSpace(options);
      return [await space.open(), await space.open()] as const;
    };

    beforeAll(async () => {
      server = await start();
    });
    afterEach(async () => {
      for (const space of spaces.splice(0)) await space.close();
    });
    afterAll(() => server?.stop());

    putReadRemove({ openSpace, openStore, openTwo });
    takingOver({ openSpace, openStore, openTwo });
    walkingThrough({ openSpace, openStore, openTwo });

    describe("renew", () => {
      it("says true for an owner and false for a displaced one, which stays out", async () => {
        const store = await openStore();
        const [old, fresh] = [session({ key: "r" }), session({ key: "r" })];
        await put(store, old);
        expect(await store.renew([old])).toEqual([true]);
        await put(store, fresh);
        expect(await store.renew([old, fresh])).toEqual([false, true]);
        expect(await oneKey(store, "r")).toEqual([fresh]);
        expect(await oneMid(store, fresh.mid)).toEqual([fresh]);
      });

      it("carries a connection over to its comet's new incarnation", async () => {
        const store = await openStore();
        const before = session();
        await put(store, before);
        const after = { ...before, incarnation: "i2" };
        expect(await store.renew([after])).toEqual([true]);
        expect(await oneKey(store, before.key)).toEqual([after]);
        expect(await oneMid(store, before.mid)).toEqual([after]);
        expect(await store.remove([before])).toEqual([false]);
        expect(await oneKey(store, before.key)).toEqual([after]);
      });

      it("keeps when a connection was stored first, whatever comes after", async () => {
        const store = await openStore();
        const first = session({ since: 1000 });
        await put(store, first);
        await put(store, { ...first, since: 2000 });
        expect(await oneKey(store, first.key)).toEqual([first]);
        await store.renew([{ ...first, since: 3000 }]);
        expect(await oneMid(store, first.mid)).toEqual([first]);
        await store.renew([{ ...first, incarnation: "i2", since: 0 }]);
        expect(await oneKey(store, first.key)).toEqual([{ ...first, incarnation: "i2" }]);
        const [old, known] = [session({ since: 0 }), 4000];
        await put(store, old);
        await store.renew([{ ...old, since: known }]);
        expect(await oneKey(store, old.key)).toEqual([{ ...old, since: known }]);
      });

      it("tells which sessions it had to write back", async () => {
        const store = await openStore();
        const [there, moved, lost, taken, owner] = [1, 2, 3, 4, 5].map((n) =>
          session({ key: `back-${Math.min(n, 4)}` }),
        ) as [Session, Session, Session, Session, Session];
        await put(store, there, moved, taken, owner);
        const restored: Session[] = [];
        const renewed = { ...moved, incarnation: "i2" };
        const all = [there, renewed, lost, taken];
        const owned = await store.renew(all, (one) => restored.push(one));
        expect(owned).toEqual([true, true, true, false]);
        expect(restored).toEqual([lost]);
      });

      it("writes back what the store has lost", async () => {
        const space = await openSpace();
        const store = await space.open();
        const items = Array.from({ length: 30 }, (_, n) => session({ mid: String(n % 10) }));
        await put(store, ...items);
        await space.wipe();
        await waitFor(async () => (await oneKey(store, items[0]?.key ?? "")).length === 0, {
          describe: "an empty store",
        });
        expect(await store.renew(items)).toEqual(items.map(() => true));
        expect((await store.byKeys(items.map(({ key }) => key))).flat()).toEqual(items);
        const mids = Array.from({ length: 9 }, (_, n) => String(n + 1));
        const named = items.filter(({ mid }) => mid !== "0");
        expect(sorted((await store.byMids(mids)).flat())).toEqual(sorted(named));
      });

      it("gives a lost key to the first that renews it, so that one owner remains", async () => {
        const store = await openStore();
        const [a, b] = [session({ key: "lost" }), session({ key: "lost", comet: "comet-2" })];
        expect(await store.renew([a])).toEqual([true]);
        expect(await store.renew([b])).toEqual([false]);
        expect(await oneKey(store, "lost")).toEqual([a]);
        expect(await oneMid(store, a.mid)).toEqual([a]);
      });

      it("puts a session that comes back behind the newer ones of a shared key", async () => {
        const store = await openStore({ maxPerKey: 2 });
        const [lost, owner, next] = [1, 2, 3].map((n) =>
          session({ key: "back", comet: `comet-${n}` }),
        );
        if (lost === undefined || owner === undefined || next === undefined) throw new Error("3");
        await put(store, owner);
        expect(await store.renew([lost])).toEqual([true]);
        expect(await oneKey(store, "back")).toEqual([lost, owner]);
        expect(await put(store, next)).toEqual([[lost]]);
      });
    });

    describe("expiry", () => {
      it("forgets a session that nobody renews and keeps one that is renewed", async () => {
        const store = await openStore({ expireMs: 1500 });
        const [left, kept] = [session({ mid: "5" }), session({ mid: "6" })];
        await put(store, left, kept);
        await waitFor(
          async () => {
            expect(await store.renew([kept])).toEqual([true]);
            const found = [...(await oneKey(store, left.key)), ...(await oneMid(store, left.mid))];
            return found.length === 0;
          },
          { everyMs: 100, describe: "the session to expire, by its key and by its mid" },
        );
        expect(await oneKey(store, kept.key)).toEqual([kept]);
        expect(await oneMid(store, "6")).toEqual([kept]);
      });

      it("forgets a dead device of a user whose other device lives on", async () => {
        const store = await openStore({ expireMs: 1000 });
        const [left, kept] = [session(), session()];
        await put(store, left, kept);
        await waitFor(
          async () => {
            await store.renew([kept]);
            return (await oneMid(store, "7001")).length === 1;
          },
          { everyMs: 100, describe: "the dead device to be forgotten" },
        );
        expect(await oneMid(store, "7001")).toEqual([kept]);
      });
    });

    describe("epoch", () => {
      it("is one text for every process and changes when the content is lost", async () => {
        const space = await openSpace();
        const [one, other] = [await space.open(), await space.open()];
        const before = await one.epoch();
        expect(before).not.toBe("");
        expect(await other.epoch()).toBe(before);
        await put(one, session());
        expect(await one.epoch()).toBe(before);
        await space.wipe();
        const epochs = () => Promise.all([one.epoch(), other.epoch()]);
        const after = await waitFor(
          async () => {
            const [a, b] = await epochs();
            return a !== before && a === b && a;
          },
          { describe: "the same new epoch in both" },
        );
        expect(await epochs()).toEqual([after, after]);
      });
    });

    describe("odd ids", () => {
      const odd = [
        "",
        " ",
        "a b",
        "弹幕 房间",
        "a.b.c",
        "*",
        ">",
        "=",
        "==2E",
        "__proto__",
        "a,b;c%2c",
        "\n",
      ];

      it("keeps odd keys apart", async () => {
        const store = await openStore();
        const items = odd.map((key) => session({ key, mid: "8" }));
        await put(store, ...items);
        expect(await store.byKeys(odd)).toEqual(items.map((item) => [item]));
        expect(sorted(await oneMid(store, "8"))).toEqual(sorted(items));
        expect(await store.renew(items)).toEqual(items.map(() => true));
        expect(await store.remove(items)).toEqual(items.map(() => true));
        expect((await store.byKeys(odd)).flat()).toEqual([]);
        expect(await oneMid(store, "8")).toEqual([]);
      });

      it("brings odd texts back unchanged", async () => {
        const store = await openStore();
        for (const text of odd) {
          const item = session({ comet: text, incarnation: text, platform: text, device: text });
          await put(store, item);
          expect(await oneKey(store, item.key)).toEqual([item]);
          expect(await oneMid(store, item.mid)).toContainEqual(item);
        }
      });

      it("refuses or keeps an id it cannot name, the rest of the call unharmed", async () => {
        const store = await openStore();
        const good = session();
        for (const key of ["x".repeat(5000), "\ud800"]) {
          const item = session({ key, mid: "9" });
          const [first, second] = await store.put([item, good]);
          expect(second?.status).toBe("fulfilled");
          const kept = first?.status === "fulfilled";
          if (first?.status === "rejected") {
            expect(isGoimError(first.reason, "invalid")).toBe(true);
          }
          expect(await store.byKeys([key, good.key])).toEqual([kept ? [item] : [], [good]]);
          expect(await store.renew([item, good])).toEqual([kept, true]);
          expect(await store.remove([item, session()])).toEqual([kept, false]);
        }
      });
    });

    it("takes 2,000 sessions in one call", async () => {
      const store = await openStore();
      const items = Array.from({ length: 2000 }, (_, n) => session({ mid: String((n % 500) + 1) }));
      const results = await put(store, ...items);
      expect(results.flat()).toEqual([]);
      expect((await store.byKeys(items.map(({ key }) => key))).flat()).toEqual(items);
      const mids = Array.from({ length: 500 }, (_, n) => String(n + 1));
      expect(sorted((await store.byMids(mids)).flat())).toEqual(sorted(items));
      expect(await store.renew(items)).toEqual(items.map(() => true));
      expect(await store.remove(items)).toEqual(items.map(() => true));
      expect((await store.byMids(mids)).flat()).toEqual([]);
    });

    it.each(["close-oldest", "refuse-newest"] as const)(
      "does what a naive model does, from two processes in turn: %s",
      async (whenFull) => {
        const bounds = { maxPerKey: 2, whenFull };
        const part = (texts: string[]) => fc.constantFrom(...texts);
        const anySession = fc
          .record({
            key: part(["a", "b"]),
            comet: part(["c1", "c2", "c3"]),
            incarnation: fc.constantFrom("i1", "i1", "i1", "i2"),
            conn: fc.integer({ min: 1, max: 3 }),
            platform: part(["web", "ios"]),
            device: part(["", "d1"]),
            since: fc.integer({ min: 0, max: 2 }),
          })
          .map((item) => ({ ...item, mid: midOf(item) }));
        const step = fc.record({
          kind: fc.constantFrom("put", "put", "renew", "remove"),
          item: anySession,
          second: fc.boolean(),
        });
        await fc.assert(
          fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
            const space = await server.space(bounds);
            try {
              const stores = [await space.open(), await space.open()] as const;
              const model = new SessionsModel(bounds.maxPerKey, whenFull);
              for (const { kind, item, second } of steps) {
                const store = stores[second ? 1 : 0];
                if (kind === "put") {
                  const [result] = await store.put([item]);
                  const displaced = result?.status === "fulfilled" ? result.value : undefined;
                  expect(displaced).toEqual(model.put(item));
                } else if (kind === "renew") {
                  const wasThere = model.has(item);
                  const owned = model.renew(item);
                  const restored: Session[] = [];
                  const renewed = await store.renew([item], (one) => restored.push(one));
                  expect(renewed).toEqual([owned]);
                  expect(restored).toEqual(owned && !wasThere ? [item] : []);
                } else expect(await store.remove([item])).toEqual([model.remove(item)]);
                const reader = stores[second ? 0 : 1];
                expect(await reader.byKeys(["a", "b"])).toEqual([
                  model.byKey("a"),
                  model.byKey("b"),
                ]);
                const found = await reader.byMids(["0", "1", "2"]);
                const wanted = ["0", "1", "2"].map((mid) => sorted(model.byMid(mid)));
                expect(found.map(sorted)).toEqual(wanted);
              }
              expect(sorted(await scanned(stores[0]))).toEqual(sorted(model.all()));
            } finally {
              await space.close();
            }
          }),
          { numRuns: 60 },
        );
      },
    );

    it("fails clearly while the server is away, in bounded time, then works again", async () => {
      const store = await openStore({ expireMs: 30 * minute });
      const item = session();
      await put(store, item);
      await server.kill();
      const calls = [
        () => put(store, session()),
        () => store.renew([item]),
        () => store.byKeys([item.key]),
        () => store.byMids([item.mid]),
      ];
      for (const call of calls) {
        const start = performance.now();
        const error: unknown = await call().then(
          () => undefined,
          (reason: unknown) => reason,
        );
        expect(isGoimError(error, "unavailable") || isGoimError(error, "timeout")).toBe(true);
        expect(performance.now() - start).toBeLessThan(5000);
      }
      await server.restart();
      await waitFor(() => store.renew([item]).then(([good]) => good === true), {
        timeoutMs: 20_000,
        describe: "the store to work again",
      });
      expect(await oneKey(store, item.key)).toEqual([item]);
      expect(await oneMid(store, item.mid)).toEqual([item]);
    });

    it("loses no accepted put when the server is killed in the middle", async () => {
      const store = await openStore();
      const accepted: Session[] = [];
      let failed = 0;
      let killing: Promise<void> | undefined;
      for (let round = 0; round < 40; round++) {
        const items = Array.from({ length: 50 }, () => session());
        const outcomes = await store.put(items);
        for (const [n, outcome] of outcomes.entries()) {
          const item = items[n];
          if (outcome.status === "fulfilled" && item !== undefined) accepted.push(item);
          else failed++;
        }
        if (round === 10) killing = server.kill().then(() => server.restart());
      }
      await killing;
      expect(failed + accepted.length).toBe(2000);
      expect(failed).toBeGreaterThan(0);
      await waitFor(() => store.byKeys(["probe"]).then(() => true), { timeoutMs: 20_000 });
      if (!server.durable) return;
      const found = (await store.byKeys(accepted.map(({ key }) => key))).flat();
      expect(found).toEqual(accepted);
    });
  });
}
