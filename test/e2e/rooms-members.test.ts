import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { waitFor } from "../harness/wait.ts";
import { codeOf, RoomsSystem, removedFrom, soon } from "./rooms-system.ts";

interface Listed {
  readonly mid: string;
  readonly state: string;
  readonly role: string;
}

describe("members of declared rooms", () => {
  let rooms: RoomsSystem;

  beforeAll(async () => {
    rooms = await RoomsSystem.start({ env: { GOIM_ROOMS_UNREAD_MAX: "20" } });
  });

  afterAll(async () => {
    await rooms?.stop();
  });

  /** Every item of a list, page by page; the sizes of the pages. */
  async function all<T>(path: string, field: string, limit: number) {
    const [items, sizes]: [T[], number[]] = [[], []];
    let cursor: unknown = 0;
    do {
      const glue = path.includes("?") ? "&" : "?";
      const page: Record<string, unknown> = await rooms.done(
        "GET",
        `${path}${glue}limit=${limit}&cursor=${cursor as number}`,
        undefined,
        sizes.length % 2,
      );
      const part = page[field] as T[];
      items.push(...part);
      sizes.push(part.length);
      cursor = page.cursor;
    } while (cursor !== undefined);
    return { items, sizes };
  }

  it("pages through members, with their roles, each once", async () => {
    await rooms.done("POST", "rooms", { type: "crew", room: "big", owner: "1", join: "members" });
    const mids = Array.from({ length: 250 }, (_, n) => String(n + 1002));
    await rooms.done("POST", "rooms/crew/big/members", { mids, by: "1" });
    await rooms.done("POST", "rooms/crew/big/members/300/ban", { by: "1" });
    const { items, sizes } = await all<Listed>("rooms/crew/big/members", "members", 100);
    expect(sizes).toEqual([100, 100, 52]);
    expect(new Set(items.map(({ mid }) => mid)).size).toBe(252);
    const roleOf = (mid: string) => items.find((one) => one.mid === mid);
    expect(roleOf("1")).toMatchObject({ role: "owner", state: "member" });
    expect(roleOf("1251")).toMatchObject({ role: "member", state: "member" });
    expect(roleOf("300")).toMatchObject({ state: "banned" });
    const exact = await all<Listed>("rooms/crew/big/members", "members", 126);
    expect(exact.sizes).toEqual([126, 126]);
    const refused = await rooms.api("GET", "rooms/crew/big/members?limit=0");
    expect([refused.status, refused.json.code]).toEqual([400, "invalid"]);
  });

  it("lists rooms by type and a user's rooms, and leaves out what he left", async () => {
    for (const room of ["a", "b", "c"]) {
      await rooms.done("POST", "rooms", { type: "list", room, owner: "50" });
      await rooms.done("POST", `rooms/list/${room}/members`, { mids: ["51"] });
    }
    await rooms.done("DELETE", "rooms/list/b/members/51?by=51");
    const listed = await all<{ room: string }>("rooms?type=list", "rooms", 2);
    expect(listed.items.map(({ room }) => room).sort()).toEqual(["a", "b", "c"]);
    const mine = await all<{ room: { room: string } }>("users/51/rooms", "rooms", 1);
    expect(mine.items.map(({ room }) => room.room)).toEqual(["a", "c"]);
    expect((await all("users/52/rooms", "rooms", 10)).items).toEqual([]);
  });

  it("counts what a member has not read, and gives it to who comes later", async () => {
    const id = "list://news";
    await rooms.done("POST", "rooms", { type: "list", room: "news", owner: "60", join: "members" });
    await rooms.push("list", "news", "before");
    await rooms.done("POST", "rooms/list/news/members", { mids: ["61"] });
    const unread = async () => {
      const {
        unread: count,
        more,
        truncated,
      } = await rooms.done("GET", "rooms/list/news/members/61");
      return { count, more, truncated };
    };
    expect(await unread()).toEqual({ count: 0, more: false, truncated: false });
    const writer = await rooms.v2(60);
    await writer.join(id);
    for (let n = 0; n < 3; n++) await writer.publish({ room: id, op: 1000 }, `m${n}`);
    const { epoch } = await rooms.done("GET", "rooms/list/news/messages?limit=1");
    expect((await unread()).count).toBe(3);
    const mine = await rooms.done("GET", "users/61/rooms?unread=true");
    expect(mine).toMatchObject({ rooms: [{ member: { unread: 3, role: "member" } }] });

    const late = await rooms.v2(61, 1);
    expect(codeOf((await late.join(id))[0])).toBe("");
    await late.client.waitFor(({ text }) => text === "m2");
    const got = late.messages.filter(({ op }) => op === 1000).map(({ text }) => text);
    expect(got).toEqual(["m0", "m1", "m2"]);
    const offset = late.messages.find(({ text }) => text === "m1")?.offset ?? 0;
    const put = (place: object) => rooms.api("PUT", "rooms/list/news/members/61/cursor", place);
    expect((await put({ offset, epoch })).json).toEqual({ offset, epoch });
    expect((await unread()).count).toBe(1);
    // It never goes back, and takes no place that there is not.
    expect((await put({ offset: 0, epoch })).json).toEqual({ offset, epoch });
    expect((await put({ offset, epoch: "other" })).json.code).toBe("reset");
    expect((await put({ offset: offset + 2 ** 40, epoch })).json.code).toBe("reset");
    const strange = await rooms.api("PUT", "rooms/list/news/members/62/cursor", { offset, epoch });
    expect(strange.json.code).toBe("not_found");
    const own = await late.publish({ room: id, op: 1000 }, "own");
    expect((await unread()).count).toBe(1);
    for (let n = 0; n < 30; n++) await rooms.push("list", "news", `more${n}`);
    expect(await unread()).toMatchObject({ more: true });
    expect((await put({ offset: own.offset, epoch })).status).toBe(200);
  });

  it("a room without history gives none", async () => {
    await rooms.done("POST", "rooms", { type: "list", room: "mute", history: "off" });
    await rooms.push("list", "mute", "said");
    const client = await rooms.v2(70);
    expect(codeOf((await client.join({ room: "list://mute", history: 5 }))[0])).toBe("forbidden");
    expect(codeOf((await client.join("list://mute"))[0])).toBe("");
    await expect(client.history({ room: "list://mute" })).rejects.toThrow("forbidden");
  });

  it("takes names of wildcards, dots and control characters as they are", async () => {
    const names = [
      "*",
      ">",
      "a.b",
      "$KV.x",
      "new\r\nline",
      "\u0000",
      "\u202e",
      "a/b?c#d",
      "群",
      " ",
    ];
    for (const [n, room] of names.entries()) {
      const type = n % 2 === 0 ? "odd" : `odd${room}`;
      const path = `rooms/${encodeURIComponent(type)}/${encodeURIComponent(room)}`;
      const wish = { type, room, owner: "80", join: "members" };
      await rooms.done("POST", "rooms", wish);
      const client = await rooms.v2(80);
      const stranger = await rooms.v2(81, 1);
      const id = `${type}://${room}`;
      expect(codeOf((await client.join(id))[0]), JSON.stringify(room)).toBe("");
      expect(codeOf((await stranger.join(id))[0]), JSON.stringify(room)).toBe("forbidden");
      await rooms.done("POST", `${path}/members`, { mids: ["81"] });
      const listed = await rooms.done("GET", `${path}/members`);
      expect((listed.members as Listed[]).map(({ mid }) => mid)).toEqual(["80", "81"]);
    }
    const odd = await rooms.done("GET", "rooms?type=odd&limit=100");
    expect((odd.rooms as object[]).length).toBe(5);
    const mine = await rooms.done("GET", "users/80/rooms");
    expect((mine.rooms as object[]).length).toBe(names.length);
    // A name that would match all of them names none of them.
    expect((await rooms.api("GET", "rooms?type=*")).json.rooms).toEqual([]);
    expect((await rooms.api("GET", "users/*/rooms")).json.code).toBe("invalid");
    expect((await rooms.api("GET", "rooms/odd/%3E/members/*")).json.code).toBe("invalid");
  });

  it("refuses what is no room", async () => {
    const code = async (body: object) => (await rooms.api("POST", "rooms", body)).json.code;
    expect(await code({ type: "", room: "a" })).toBe("invalid");
    expect(await code({ type: "a://b", room: "a" })).toBe("invalid");
    expect(await code({ type: "a", room: "r".repeat(201) })).toBe("invalid");
    expect(await code({ type: "a", room: "b", capacity: -1 })).toBe("invalid");
    expect(await code({ type: "a", room: "b", join: "nobody" })).toBe("invalid");
    expect(await code({ type: "a", room: "b", title: "t".repeat(201) })).toBe("invalid");
    expect(await code({ type: "a", room: "b", owner: "x" })).toBe("invalid");
    expect(await code({ type: "a", room: "b", owner: "1", by: "2" })).toBe("forbidden");
    expect(await code({ type: "a", room: "b", nosuch: 1 })).toBe("invalid");
    const mids = Array.from({ length: 1001 }, (_, n) => String(n + 1));
    expect((await rooms.api("POST", "rooms/a/b/members", { mids })).json.code).toBe("invalid");
  });

  it("what one logic changes the other one goes by within a second", async () => {
    await rooms.done("POST", "rooms", { type: "two", room: "a", owner: "90", title: "old" }, 0);
    const client = await rooms.v2(91, 1);
    await client.join("two://a");
    await client.publish({ room: "two://a", op: 1000 }, "in");
    const change = { title: "new", join: "members", by: "90" };
    await rooms.done("PATCH", "rooms/two/a", change, 0);
    expect(await rooms.done("GET", "rooms/two/a", undefined, 1)).toMatchObject({ title: "new" });
    await soon(() => removedFrom(client).length === 1, "the stranger is out");
    // Whichever logic is asked.
    for (let tries = 0; tries < 8; tries++) {
      await expect(client.history({ room: "two://a" })).rejects.toThrow("forbidden");
      expect(codeOf((await client.join("two://a"))[0])).toBe("forbidden");
    }
    await rooms.done("POST", "rooms/two/a/members", { mids: ["91"] }, 1);
    await waitFor(async () => codeOf((await client.join("two://a"))[0]) === "", {
      timeoutMs: 1000,
    });
  });
});
