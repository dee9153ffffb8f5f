/** The acts of moderation, read again over the HTTP API. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type System, startSystem } from "../harness/cluster.ts";
import { waitFor } from "../harness/wait.ts";
import { apiPost } from "../integration/logic-api.ts";

interface Page {
  acts: { sequence: number; action: string; by: string; time: number; value?: string }[];
  cursor: number;
  more: boolean;
  truncated: boolean;
}

describe("GET /api/v1/audit", () => {
  let system: System;
  beforeAll(async () => {
    system = await startSystem({ logics: 2 });
  }, 60_000);
  afterAll(() => system?.stop());

  const ask = async (query: Record<string, string | number> = {}, n = 1, key = "") => {
    const params = new URLSearchParams(query as Record<string, string>);
    const { http } = system.logics[n] ?? system.logics[0];
    const headers = key === "" ? {} : { Authorization: `Bearer ${key}` };
    const response = await fetch(`${http}/api/v1/audit?${params}`, { headers });
    return { status: response.status, page: (await response.json()) as Page };
  };
  const mute = (value: number, actor: string, room = "") =>
    apiPost({ url: system.logics[0].http }, "moderation/restrictions/mute", {
      ...{ by: "user", value: String(value), actor },
      ...(room === "" ? {} : { room }),
    });

  it("pages through all, in order, and picks by action, actor, room and time", async () => {
    expect((await ask()).page).toMatchObject({ acts: [], more: false, truncated: false });
    for (let n = 1; n <= 5; n++) {
      expect((await mute(n, n % 2 === 1 ? "anna" : "ben", `live://${n}`)).status).toBe(200);
    }
    const url = { url: system.logics[0].http };
    await apiPost(url, "moderation/kick", { user: 77, actor: "anna" });
    await waitFor(async () => (await ask()).page.acts.length === 6);
    const all = (await ask()).page.acts;
    expect(all.map(({ action }) => action)).toEqual([...Array(5).fill("mute"), "kick"]);
    const seen: number[] = [];
    let after = 0;
    for (let pages = 0; pages < 10; pages++) {
      const { page } = await ask({ after, limit: 2 }, pages % 2);
      seen.push(...page.acts.map(({ sequence }) => sequence));
      after = page.cursor;
      if (!page.more) break;
    }
    expect(seen).toEqual(all.map(({ sequence }) => sequence));
    expect((await ask({ after })).page).toMatchObject({ acts: [], cursor: after, more: false });
    const values = async (query: Record<string, string | number>) =>
      (await ask(query)).page.acts.map(({ value = "" }) => value);
    expect(await values({ action: "mute", by: "anna" })).toEqual(["1", "3", "5"]);
    expect(await values({ room: "live://4" })).toEqual(["4"]);
    expect(await values({ action: "ban" })).toEqual([]);
    const [, second, third] = all;
    const [from, to] = [second?.time ?? 0, (third?.time ?? 0) + 1];
    expect(await values({ from, to, limit: 1, action: "mute", by: "ben" })).toEqual(["2"]);
    expect(await values({ to: all[0]?.time ?? 0 })).toEqual([]);
  });

  it("pages from the newest on, and says how far it is", async () => {
    const all = (await ask()).page.acts.map(({ sequence }) => sequence);
    const seen: number[] = [];
    const sizes: number[] = [];
    let query: Record<string, string | number> = { order: "newest", limit: 4 };
    for (let pages = 0; pages < 10; pages++) {
      const { page } = await ask(query, pages % 2);
      seen.push(...page.acts.map(({ sequence }) => sequence));
      sizes.push(page.acts.length);
      expect(page.truncated).toBe(false);
      if (!page.more) break;
      // What comes meanwhile does not disturb those who page into the past.
      await mute(100 + pages, "carl");
      query = { ...query, before: page.cursor };
    }
    expect([seen, sizes]).toEqual([all.toReversed(), [4, 2]]);
    const newest = await ask({ order: "newest", by: "ben", limit: 1 });
    expect(newest.page.acts.map(({ value }) => value)).toEqual(["4"]);
    const { cursor } = newest.page;
    const older = await ask({ order: "newest", by: "ben", before: cursor });
    expect(older.page).toMatchObject({ acts: [{ value: "2" }], more: false });
    const none = await ask({ order: "newest", before: all[0] ?? 1 });
    expect(none.page).toMatchObject({ acts: [], more: false });
    for (const wrong of [{ order: "newest", after: 1 }, { before: 1 }, { order: "x" }]) {
      expect((await ask(wrong)).status, JSON.stringify(wrong)).toBe(400);
    }
  });

  it("refuses what it does not know, and keys that may not read", async () => {
    for (const query of [{ limit: 0 }, { limit: 1001 }, { after: -1 }, { action: ">" }, { x: 1 }]) {
      expect((await ask(query)).status, JSON.stringify(query)).toBe(400);
    }
    const keyOf = async (scopes: string[], key = "", roomTypes: string[] = []) => {
      const headers = key === "" ? {} : { Authorization: `Bearer ${key}` };
      const response = await fetch(`${system.logics[0].http}/api/v1/keys`, {
        ...{ method: "POST", body: JSON.stringify({ name: "k", scopes, roomTypes }) },
        headers: { "Content-Type": "application/json", ...headers },
      });
      return ((await response.json()) as { secret: string }).secret;
    };
    const acts = await keyOf(["moderate", "keys:write"]);
    await waitFor(async () => (await ask()).status === 401);
    await waitFor(async () => (await ask({}, 1, acts)).status === 200);
    await waitFor(async () => (await ask({}, 0, acts)).status === 200);
    const reads = await keyOf(["read"], acts);
    await waitFor(async () => (await ask({}, 1, reads)).status === 403);
    const live = await keyOf(["moderate"], acts, ["live"]);
    await waitFor(async () => (await ask({ room: "live://1" }, 1, live)).status === 200);
    for (const query of [{}, { room: "video://1" }]) {
      expect((await ask(query, 1, live)).status, JSON.stringify(query)).toBe(403);
    }
  });
});
