/** What moderation orders holds, whatever a client does about it. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { PublishMeta, PublishReplyBody } from "../../src/protocol/v2.ts";
import { connectAndAuth } from "../harness/client.ts";
import { connectV2, type V2Client } from "../harness/client-v2.ts";
import { waitFor } from "../harness/wait.ts";
import { UsersSystem } from "./users-system.ts";

describe("moderation holds against", () => {
  let users: UsersSystem;
  const open: { destroy(): void }[] = [];

  beforeAll(async () => {
    users = await UsersSystem.start({ logics: 1, comets: 2 });
  }, 60_000);

  afterEach(() => {
    for (const client of open.splice(0)) client.destroy();
  });

  afterAll(() => users?.system.stop());

  /** Orders something and waits until it is in force. */
  const order = async (path: string, body: object, method = "POST") => {
    const { revision } = await users.done(method, `moderation/${path}`, body);
    await waitFor(async () => {
      const status = await users.done("GET", "moderation");
      return Number(status.revision) >= Number(revision);
    });
  };
  const limit = (room: string, policy: object) =>
    order("limits", { scope: { kind: "room", room }, policy }, "PUT");
  const enter = async (token: object, rooms: readonly string[] = [], comet = 0) => {
    const client = await connectV2({ url: users.at(comet) });
    open.push(client.client);
    await client.auth(token);
    if (rooms.length > 0) await client.join(...rooms);
    return client;
  };
  const say = (client: V2Client, room: string, body: string | Uint8Array, more: object = {}) =>
    client.publish({ room, op: 1000, ...more }, body);
  const told = (doing: Promise<unknown>) =>
    doing.then(
      () => "stored",
      (error: Error) => error.message.split(":")[0],
    );
  const texts = ({ messages }: { messages: readonly { text: string }[] }) =>
    messages.map(({ text }) => text);
  const past = async (client: V2Client, wish: object) =>
    (await client.history(wish)).packets.map(({ body }) => Buffer.from(body).toString());

  it("one id for many messages", async () => {
    const rooms = Array.from({ length: 6 }, (_, n) => `many://${n}`);
    const scope = { kind: "type", type: "many" };
    const policy = { userRate: { max: 2, windowMs: 600_000 } };
    await order("limits", { scope, policy }, "PUT");
    const client = await enter({ mid: 10, key: "k10" }, rooms);
    const results: unknown[] = [];
    for (const room of rooms) results.push(await told(say(client, room, "x", { id: "same" })));
    expect(results).toEqual(["stored", "stored", ...Array(4).fill("rate_limited")]);
    await limit("live://slow", { slowMs: 600_000 });
    await client.join("live://slow");
    const first = await say(client, "live://slow", "x", { id: "same" });
    expect(await say(client, "live://slow", "x", { id: "same" })).toEqual({
      ...{ ...first, duplicate: true },
    });
    expect(await told(say(client, "live://slow", "y", { id: "same" }))).toBe("slow");
    expect(await told(say(client, "live://slow", "x", { id: "other" }))).toBe("slow");
  });

  it("many connections of one sender at once", async () => {
    const room = "live://at-once";
    await limit(room, { slowMs: 600_000 });
    await limit("live://rate", { userRate: { max: 3, windowMs: 600_000 } });
    const clients = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        enter({ mid: 11, key: `k11-${n}` }, [room, "live://rate"], n % 2),
      ),
    );
    const results = await Promise.all(clients.map((client) => told(say(client, room, "x"))));
    expect(results.sort()).toEqual([...Array(9).fill("slow"), "stored"]);
    expect(await users.stored("live", "at-once")).toEqual(["x"]);
    const rated = await Promise.all(clients.map((client) => told(say(client, "live://rate", "x"))));
    expect(rated.filter((one) => one === "stored")).toHaveLength(3);
  });

  it("who looks for signs of a shadow ban, and others who look for what is said", async () => {
    const room = "live://dark";
    await order("restrictions/shadow", { by: "user", value: "12" });
    const accepts = { accepts: [] };
    const [bad, second, good, stranger] = [
      await enter({ mid: 12, key: "k12", ...accepts }, [room]),
      await enter({ mid: 12, key: "k12-2", ...accepts }, [room], 1),
      await enter({ mid: 13, key: "k13", accepts: [1000] }, [room]),
      // Who comes with the keys that such a sender has, or that one without a key is given.
      await enter({ mid: 14, key: "http", accepts: [1000] }, [room], 1),
    ];
    const old = await connectAndAuth({
      ...{ url: users.at(), token: { mid: 13, key: "o13", room_id: room, accepts: [1000] } },
    });
    open.push(old);
    const before = await say(good, room, "before");
    const dark = await say(bad, room, "dark", { id: "d1" });
    expect(await say(bad, room, "dark", { id: "d1" })).toEqual({ ...dark, duplicate: true });
    const { token } = await users.done("POST", "tokens", { mid: 12, life: "1h" });
    const http = (await users.done(
      ...(["POST", "me/publish"] as const),
      { type: "live", room: "dark", body: "over http" },
      { bearer: token as string },
    )) as unknown as PublishReplyBody;
    await say(bad, room, "not to me", { exclude: true });
    const after = await say(good, room, "after");
    for (const one of [dark, http]) expect(one.epoch).toBe(before.epoch);
    const offsets = [before, dark, http, after].map(({ offset }) => offset);
    expect(offsets).toEqual([...offsets].sort((a, b) => a - b));

    for (const { client } of [bad, second, good, stranger]) {
      await client.waitFor(({ text }) => text === "after");
    }
    await old.waitFor(({ text }) => text === "after");
    expect(texts(bad)).toEqual(["before", "dark", "over http", "after"]);
    expect(bad.messages[1]).toMatchObject({ offset: dark.offset, log: bad.messages[0]?.log });
    expect(texts(second)).toEqual(["before", "dark", "over http", "not to me", "after"]);
    for (const other of [good, stranger, old]) expect(texts(other)).toEqual(["before", "after"]);

    const all = ["before", "dark", "over http", "not to me", "after"];
    expect(await past(bad, { room })).toEqual(all);
    expect(await past(good, { room })).toEqual(["before", "after"]);
    expect(await users.stored("live", "dark")).toEqual(["before", "after"]);
    const { offset: since, epoch } = before;
    const back = [await enter({ mid: 12, key: "k12-3" }), await enter({ mid: 13, key: "k13-3" })];
    for (const client of back) {
      const [place] = await client.join({ room, since, epoch });
      expect(place).toMatchObject({ room, offset: after.offset, epoch });
      expect(place).not.toHaveProperty("truncated");
      await client.client.waitFor(({ text }) => text === "after");
    }
    expect(back.map(texts)).toEqual([all.slice(1), ["after"]]);
  });

  it("a shadow-banned connection without a mid, and strangers with its key", async () => {
    const room = "live://nobody";
    await order("restrictions/shadow", { by: "key", value: "shared" });
    const one = await enter({ mid: 0, key: "shared" }, [room]);
    const good = await enter({ mid: 15, key: "k15" }, [room]);
    await say(one, room, "dark");
    await one.client.waitFor(({ text }) => text === "dark");
    expect(await past(one, { room })).toEqual(["dark"]);
    // It takes the place of the first.
    const next = await enter({ mid: 0, key: "shared" }, [{ room, history: 10 } as never], 1);
    await say(good, room, "after");
    await next.client.waitFor(({ text }) => text === "after");
    expect([texts(next), texts(good)]).toEqual([["after"], ["after"]]);
    expect(await past(next, { room })).toEqual(["after"]);
  });

  it("messages of a shadow-banned sender to users", async () => {
    await order("restrictions/shadow", { by: "user", value: "16" });
    const accepts = { accepts: [1000] };
    const [bad, good, other] = [
      await enter({ mid: 16, key: "k16", ...accepts }),
      await enter({ mid: 17, key: "k17", ...accepts }),
      await enter({ mid: 18, key: "k18", ...accepts }),
    ];
    const to = (user: string) => ({ user, op: 1000 }) as unknown as PublishMeta;
    const lit = await good.publish(to("18"), "lit");
    const dark = await bad.publish(to("18"), "dark");
    const own = await bad.publish(to("16"), "to myself");
    const last = await good.publish(to("18"), "last");
    expect(new Set([lit, dark, own, last].map(({ epoch }) => epoch)).size).toBe(1);
    const offsets = [lit, dark, own, last].map(({ offset }) => offset);
    expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
    await other.client.waitFor(({ text }) => text === "last");
    await bad.client.waitFor(({ text }) => text === "to myself");
    expect([texts(other), texts(bad), texts(good)]).toEqual([["lit", "last"], ["to myself"], []]);
    const again = await enter({ mid: 18, key: "k18-2", device: "new", ...accepts });
    await users.done("POST", "push/user", { user: 18, op: 1000, body: "end" });
    await again.client.waitFor(({ text }) => text === "end");
    expect(texts(again)).not.toContain("dark");
  });

  it.each([
    ["user", "20"],
    ["device", "phone-20"],
    ["key", "k20"],
    ["everyone", ""],
  ])("who is banned from a room by %s and asks for its past", async (by, value) => {
    const [room, other] = [`live://past-${by}`, `live://free-${by}`];
    const token = { mid: 20, key: "k20", device: "phone-20" };
    const client = await enter(token, [room, other]);
    const { offset: since, epoch } = await say(client, room, "said");
    await say(client, other, "said");
    expect(await past(client, { room })).toEqual(["said"]);
    await order("restrictions/ban", { by, value, room });
    expect(await client.client.closed).toMatchObject({ code: 4011 });
    const again = await enter(token);
    for (const wish of [{ room }, { room, after: 0 }, { room, before: since + 1024 }]) {
      expect(await told(again.history(wish)), JSON.stringify(wish)).toBe("banned");
    }
    expect(await again.join({ room, since: 0, epoch }, room)).toMatchObject([
      ...Array(2).fill({ room, error: { code: "banned" } }),
    ]);
    expect(await past(again, { room: other })).toEqual(["said"]);
    await order("restrictions/ban", { by: "user", value: "1", room });
    await users.done("POST", "moderation/restrictions/ban/lift", { by, value, room });
    await waitFor(async () => (await told(again.history({ room }))) === "stored");
  });

  it("a word with a byte behind it that is no text", async () => {
    const room = "live://bytes";
    const scope = { kind: "room", room };
    await order("words/hard", { scope, action: "block", words: ["verboten"] }, "PUT");
    await order("words/soft", { scope, action: "mask", words: ["hush"] }, "PUT");
    await limit(room, { links: "deny", repeat: { max: 1, windowMs: 600_000 } });
    const client = await enter({ mid: 21, key: "k21" }, [room]);
    const bytes = (text: string) => Buffer.from(text, "latin1");
    const results: unknown[] = [];
    for (const body of [
      ...["verboten\xff", "\xc3verboten", "ver\xffboten", '{"t":"\\u0076erboten\xff"}'],
      ...["see evil.com\xff", "e\xffvil.com", "once\xff", "on\xfece"],
    ]) {
      results.push(await told(say(client, room, bytes(body))));
    }
    expect(results).toEqual([...[...Array(6).fill("blocked"), "stored", "rate_limited"]]);
    const binary = Buffer.from([0x0a, 0x04, 0xff, 0xfe, 0x00, 0x80, 0xf0, 0x9f]);
    await say(client, room, binary);
    await say(client, room, bytes("\x0a\x05hush\xff!"));
    const seen = await client.client.waitFor(({ text }) => text.includes("****"));
    expect(seen.body).toEqual(bytes("\x0a\x05****\xff!"));
    expect(client.messages.some(({ body }) => body.equals(binary))).toBe(true);
  });

  it("restrictions of whom nobody can be", async () => {
    const post = async (by: string, value: string) => {
      const body = { by, value, room: "live://form" };
      const { status, json } = await users.api("POST", "moderation/restrictions/mute", body);
      return `${status} ${JSON.stringify(json.errors ?? "")}`;
    };
    for (const [by, value] of [
      ...[["user", "bob"] as const, ["user", "007"] as const, ["user", "0"] as const],
      ...[["ip", "not an ip"] as const, ["ip", "10.0.0.0/8"] as const, ["ip", "1.2.3"] as const],
    ]) {
      expect(await post(by, value), value).toMatch(/^400 .*"value"/);
    }
    const client = await enter({ mid: 22, key: "k22" }, ["live://form"]);
    const by = { by: "ip", room: "live://form" };
    await order("restrictions/mute", { ...by, value: "::FFFF:7F00:1" });
    expect(await told(say(client, "live://form", "x"))).toBe("muted");
    const { restrictions } = await users.done("GET", "moderation/restrictions");
    expect(restrictions).toContainEqual(
      expect.objectContaining({ ...by, kind: "mute", value: "127.0.0.1" }),
    );
    const lift = { ...by, value: "0:0:0:0:0:ffff:127.0.0.1" };
    expect(await users.done("POST", "moderation/restrictions/mute/lift", lift)).toEqual({
      lifted: true,
    });
    await waitFor(async () => (await told(say(client, "live://form", "x"))) === "stored");
  });
});
