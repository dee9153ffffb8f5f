import { describe, expect, it } from "vitest";
import { isGoimError } from "../../src/kit/errors.ts";
import type { Session, SessionStore, UserPage } from "../../src/store/sessions.ts";
import { put, type SessionsFixture, session, sorted } from "./sessions-space.ts";

/** Everything a scan yields, doubles once. */
export async function scanned(store: SessionStore): Promise<Session[]> {
  const found = new Map<string, Session>();
  for await (const part of store.scan()) {
    for (const one of part) found.set(JSON.stringify(one), one);
  }
  return [...found.values()];
}

async function pages(store: SessionStore, limit: number): Promise<UserPage["users"][number][]> {
  const users: UserPage["users"][number][] = [];
  let cursor = "";
  do {
    const page = await store.users(cursor, limit);
    users.push(...page.users);
    cursor = page.cursor;
  } while (cursor !== "");
  return users;
}

const midsOf = (users: readonly { readonly mid: string }[]) =>
  [...new Set(users.map(({ mid }) => mid))].sort();

export function walkingThrough({ openStore, openTwo }: SessionsFixture): void {
  describe("walking through all", () => {
    it("finds nothing in an empty store", async () => {
      const store = await openStore();
      expect(await scanned(store)).toEqual([]);
      expect(await store.users("", 10)).toEqual({ users: [], cursor: "" });
    });

    it("scans every session, with its fields, of anonymous ones too", async () => {
      const store = await openStore({ maxPerKey: 2 });
      const items = [
        session({ mid: "0" }),
        session({ key: "live://k 1" }),
        session({ key: "shared" }),
        session({ key: "shared", comet: "comet, 2;%" }),
      ];
      await put(store, ...items);
      expect(sorted(await scanned(store))).toEqual(sorted(items));
    });

    it("scans and pages through 1,500, also while they are renewed", async () => {
      const [store, other] = await openTwo();
      const items = Array.from({ length: 1500 }, (_, n) => session({ mid: String(n + 1) }));
      await put(store, ...items);
      const found = new Set<string>();
      let renewAt = 300;
      for await (const part of store.scan()) {
        for (const { key } of part) found.add(key);
        if (found.size < renewAt) continue;
        await other.renew(items.slice(renewAt - 50, renewAt + 50));
        renewAt += 300;
      }
      expect(found.size).toBe(1500);
      const first = await store.users("", 100);
      expect(first.users.length).toBeLessThan(400);
      await other.renew(items.slice(0, 700));
      const users = [...first.users];
      for (let { cursor } = first; cursor !== ""; ) {
        const page = await other.users(cursor, 100);
        users.push(...page.users);
        cursor = page.cursor;
      }
      expect(midsOf(users)).toEqual(midsOf(items));
    });

    it("pages through users with all their sessions, without those who left", async () => {
      const store = await openStore();
      const items = Array.from({ length: 40 }, (_, n) => session({ mid: String((n % 20) + 1) }));
      const left = Array.from({ length: 30 }, (_, n) => session({ mid: String(n + 100) }));
      await put(store, ...items, ...left, session({ mid: "0" }));
      await store.remove(left);
      const users = await pages(store, 3);
      const unique = new Map(users.map((user) => [user.mid, user.sessions]));
      expect(sorted([...unique.values()].flat())).toEqual(sorted(items));
      expect(unique.get("7")).toHaveLength(2);
    });

    it("refuses a text that is no cursor", async () => {
      const store = await openStore();
      const outcome = async () => store.users("abc", 10);
      const error: unknown = await outcome().catch((reason: unknown) => reason);
      expect(isGoimError(error, "invalid")).toBe(true);
    });

    it("leaves out nothing that stays when a scan is given up and begun again", async () => {
      const store = await openStore();
      const items = Array.from({ length: 20 }, () => session());
      await put(store, ...items);
      for await (const part of store.scan()) if (part.length > 0) break;
      expect(sorted(await scanned(store))).toEqual(sorted(items));
    });
  });
}
