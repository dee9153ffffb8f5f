import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type ClientOptions, connectAndAuth, type TestClient } from "../harness/client.ts";
import { connectV2, type V2Client } from "../harness/client-v2.ts";
import { type System, startSystem } from "../harness/cluster.ts";
import { waitFor } from "../harness/wait.ts";
import { apiPost, roomPage } from "../integration/logic-api.ts";
import { messagesOf, openBus } from "../integration/logic-harness.ts";

describe.each(["kv", "redis"] as const)("moderation, sessions in %s", (store) => {
  let system: System;
  const open: { destroy(): void }[] = [];

  beforeAll(async () => {
    // Clients may say where they are, as a balancer would of them.
    const env = { GOIM_ADMISSION_PROXIES: "127.0.0.1", GOIM_ADMISSION_FORWARDED_FOR: "true" };
    system = await startSystem({ logics: 2, comets: 2, store, env });
    // What a process does for its first request is no part of the second that a rule may take.
    await Promise.all([revisionOf(0), revisionOf(1)]);
  }, 90_000);

  afterEach(() => {
    for (const client of open.splice(0)) client.destroy();
  });

  afterAll(async () => {
    await system?.stop();
  });

  const at = (n: number) => ({ url: (system.logics[n] ?? system.logics[0]).http });
  const call = async (path: string, body: object, method = "POST") => {
    const response = await fetch(`${at(0).url}/api/v1/moderation${path}`, {
      method,
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    const json = (text === "" ? {} : JSON.parse(text)) as Record<string, unknown>;
    expect(response.status, text).toBeLessThan(300);
    return json;
  };
  const revisionOf = async (n: number) => {
    const status = await fetch(`${at(n).url}/api/v1/moderation`);
    return ((await status.json()) as { revision: number }).revision;
  };
  /** Until both logics act by it; fails after a second. */
  const inForce = (revision: unknown) =>
    waitFor(async () => Math.min(await revisionOf(0), await revisionOf(1)) >= Number(revision), {
      timeoutMs: 1_000,
      describe: "the rule to be in force in both logics",
    });
  const v2 = async (mid: number, more: object = {}, comet = 0, ip = ""): Promise<V2Client> => {
    const url = (system.comets[comet] ?? system.comets[0]).ws;
    const client = await connectV2({ url, headers: ip === "" ? {} : { "X-Forwarded-For": ip } });
    open.push(client.client);
    await client.auth({ mid, key: `k${mid}-${open.length}`, accepts: [1000, 40], ...more });
    return client;
  };
  const v1 = async (token: object, options: Partial<ClientOptions> = {}): Promise<TestClient> => {
    const client = await connectAndAuth({ url: system.comets[0].ws, token, ...options });
    open.push(client);
    return client;
  };
  const say = (client: V2Client, room: string, text: string, more: object = {}) =>
    client.publish({ room: `live://${room}`, op: 1000, ...more }, text);
  const bodies = async (room: string) =>
    (await roomPage(at(1), room, { limit: 500 })).messages.map(({ body }) => body);
  const refused = (doing: Promise<unknown>) =>
    doing.then(
      () => "stored",
      (error: Error) => error.message.split(":")[0],
    );

  it("words are in force on both logics within a second, and gone as fast", async () => {
    const room = `words-${store}`;
    const scope = { kind: "room", room: `live://${room}` };
    const words = [...Array.from({ length: 10_000 }, (_, n) => `词${n}组`), "敏感词"];
    const { revision } = await call("/words/a", { scope, action: "mask", words }, "PUT");
    await inForce(revision);
    const block = { scope, action: "block", words: ["forbidden"] };
    await inForce((await call("/words/b", block, "PUT")).revision);
    const client = await v2(1);
    await client.join(`live://${room}`);
    for (let n = 0; n < 6; n++) {
      await say(client, room, `${n} 敏-感\u200b词 词 77 组`);
      expect(await refused(say(client, room, "ＦＯＲ.bid\u0301den"))).toBe("blocked");
      await say(client, room, `{"text":"\\u654f\\u611f\\u8bcd"}`);
    }
    const stored = await bodies(room);
    expect(stored.filter((body) => body === '{"text":"***"}')).toHaveLength(6);
    expect(stored[0]).toBe("0 ***** ******");
    expect(stored.join("")).not.toMatch(/敏|forbid/u);
    const gone = await fetch(`${at(0).url}/api/v1/moderation/words/b`, { method: "DELETE" });
    expect(await gone.json()).toEqual({ deleted: true });
    await waitFor(async () => (await refused(say(client, room, "forbidden"))) === "stored", {
      timeoutMs: 1_000,
    });
  });

  it("a mute refuses to speak, in its room, until it is lifted or over", async () => {
    const [room, other] = [`mute-${store}`, `free-${store}`];
    const client = await v2(2);
    await client.join(`live://${room}`, `live://${other}`);
    const who = { by: "user", value: "2", room: `live://${room}` };
    await inForce((await call("/restrictions/mute", { ...who, reason: "spam" })).revision);
    expect(await refused(say(client, room, "x"))).toBe("muted");
    expect(await refused(say(client, other, "x"))).toBe("stored");
    expect(await call("/restrictions/mute/lift", who)).toEqual({ lifted: true });
    await waitFor(async () => (await refused(say(client, room, "x"))) === "stored", {
      timeoutMs: 1_000,
    });
    await inForce((await call("/restrictions/mute", { ...who, seconds: 1 })).revision);
    expect(await refused(say(client, room, "x"))).toBe("muted");
    await waitFor(async () => (await refused(say(client, room, "x"))) === "stored", {
      timeoutMs: 3_000,
    });
  });

  it("a ban closes who is there within a second, and refuses logins and joins", async () => {
    const token = { mid: 3, key: `k3-${store}`, room_id: "live://ban", accepts: [1000] };
    const [old, one, two] = [await v1(token), await v2(3), await v2(3, {}, 1)];
    const startedMs = performance.now();
    await call("/restrictions/ban", { by: "user", value: "3", reason: "abuse" });
    const closed = [old, one.client, two.client].map((client) => client.closed);
    for (const end of await Promise.all(closed)) expect(end).toMatchObject({ code: 4504 });
    expect(performance.now() - startedMs).toBeLessThan(1_000);
    const again = await connectV2({ url: (system.comets[1] ?? system.comets[0]).ws });
    open.push(again.client);
    again.client.auth({ mid: 3, key: "k3-again" }).catch(() => undefined);
    expect(await again.client.closed).toMatchObject({ code: 4504 });
    expect(await call("/restrictions/ban/lift", { by: "user", value: "3" })).toEqual({
      lifted: true,
    });
    await waitFor(() => v2(3).then(Boolean, () => false), { timeoutMs: 3_000 });
  });

  it("a ban from one room leaves the others", async () => {
    const client = await v2(4);
    await client.join("live://in", "live://out");
    await call("/restrictions/ban", { by: "user", value: "4", room: "live://out" });
    expect(await client.client.closed).toMatchObject({ code: 4011 });
    const again = await v2(4);
    const [inside, outside] = await again.join("live://in", "live://out");
    expect(inside).toMatchObject({ room: "live://in", offset: expect.any(Number) });
    expect(outside).toMatchObject({ error: { code: "banned" } });
    const old = await connectAndAuth({ url: system.comets[0].ws, token: { mid: 4, key: "o4" } });
    open.push(old);
    old.changeRoom("live://out").catch(() => undefined);
    expect(await old.closed).toMatchObject({ code: 4504 });
  });

  it.each([
    ["device", "loud", { device: "loud" }, "", { device: "calm" }, ""],
    ["ip", "198.51.100.7", {}, "198.51.100.7", {}, "198.51.100.8"],
    ["ip", "2001:db8::7", {}, "2001:0DB8:0::7", {}, "2001:db8::8"],
  ])("a %s (%s) is muted and banned, whoever uses it", async (by, value, their, at, own, from) => {
    const room = `by-${by}-${value.length}-${store}`;
    const join = async (client: V2Client) => {
      await client.join(`live://${room}`);
      return client;
    };
    const one = await join(await v2(61, their, 0, at));
    const two = await join(await v2(62, their, 1, at));
    const other = await join(await v2(61, own, 1, from));
    const muted = { by, value, room: `live://${room}` };
    await inForce((await call("/restrictions/mute", muted)).revision);
    for (const client of [one, two]) expect(await refused(say(client, room, "x"))).toBe("muted");
    expect(await refused(say(other, room, "x"))).toBe("stored");
    expect(await call("/restrictions/mute/lift", muted)).toEqual({ lifted: true });
    await call("/restrictions/ban", { by, value });
    for (const { client } of [one, two]) expect(await client.closed).toMatchObject({ code: 4504 });
    await expect(v2(63, their, 0, at)).rejects.toThrow("4504");
    expect(await refused(say(other, room, "x"))).toBe("stored");
    expect(await call("/restrictions/ban/lift", { by, value })).toEqual({ lifted: true });
    await waitFor(() => v2(63, their, 0, at).then(Boolean, () => false), { timeoutMs: 3_000 });
  });

  it("who is banned in the shadow sees only itself speak", async () => {
    const room = `shadow-${store}`;
    await inForce((await call("/restrictions/shadow", { by: "user", value: "5" })).revision);
    const [bad, good] = [await v2(5), await v2(6)];
    for (const client of [bad, good]) await client.join(`live://${room}`);
    const answer = await say(bad, room, "from the shadow");
    expect(answer).toMatchObject({ offset: expect.any(Number), duplicate: false });
    await say(good, room, "in the light");
    await bad.client.waitFor(({ text }) => text === "from the shadow");
    await bad.client.waitFor(({ text }) => text === "in the light");
    await good.client.waitFor(({ text }) => text === "in the light");
    expect(good.messages.map(({ text }) => text)).not.toContain("from the shadow");
    expect(await bodies(room)).toEqual(["in the light"]);
  });

  it("slow mode, rates, repetitions and links hold over both logics", async () => {
    const of = (room: string, policy: object) =>
      call("/limits", { scope: { kind: "room", room: `live://${room}` }, policy }, "PUT");
    const rooms = ["slow", "user", "room", "same", "link"].map((name) => `${name}-${store}`);
    const [slow = "", user = "", all = "", same = "", link = ""] = rooms;
    await of(slow, { slowMs: 60_000 });
    await of(user, { userRate: { max: 3, windowMs: 60_000 } });
    await of(all, { roomRate: { max: 4, windowMs: 60_000 } });
    await of(same, { repeat: { max: 2, windowMs: 60_000 } });
    const { revision } = await of(link, { links: "listed", linkHosts: ["example.com"] });
    await inForce(revision);
    const [one, two] = [await v2(7), await v2(8)];
    for (const client of [one, two]) await client.join(...rooms.map((name) => `live://${name}`));
    const results = async (doing: (n: number) => Promise<unknown>, count: number) => {
      const told: unknown[] = [];
      for (let n = 0; n < count; n++) told.push(await refused(doing(n)));
      return told;
    };
    expect(await results((n) => say(one, slow, `${n}`), 4)).toEqual([
      ...["stored", "slow", "slow", "slow"],
    ]);
    const first = await say(two, slow, "mine", { id: "m1" });
    expect(await say(two, slow, "mine", { id: "m1" })).toEqual({ ...first, duplicate: true });
    const limited = "rate_limited";
    expect(await results((n) => say(one, user, `${n}`), 5)).toEqual([
      ...["stored", "stored", "stored", limited, limited],
    ]);
    expect(await results((n) => say(n % 2 === 0 ? one : two, all, `${n}`), 6)).toEqual([
      ...["stored", "stored", "stored", "stored", limited, limited],
    ]);
    expect(await results((n) => say(two, same, `sa${"\u200b".repeat(n)}me`), 4)).toEqual([
      ...["stored", "stored", limited, limited],
    ]);
    const links = ["see example.com/x", "see evil。com", "http://a.evil.io", "i.e. nothing"];
    expect(await results((n) => say(two, link, links[n] ?? ""), 4)).toEqual([
      ...["stored", "blocked", "blocked", "stored"],
    ]);
  });

  it("owners and admins of a room are free of its limits", async () => {
    const name = `own-${store}`;
    const room = `club://${name}`;
    const rooms = { type: "club", room: name, owner: "51", join: "open" };
    expect((await apiPost(at(0), "rooms", rooms)).status).toBeLessThan(300);
    const scope = { kind: "room", room };
    const policy = { slowMs: 60_000, userRate: { max: 1, windowMs: 60_000 } };
    await inForce((await call("/limits", { scope, policy }, "PUT")).revision);
    const [owner, other] = [await v2(51), await v2(52)];
    for (const client of [owner, other]) await client.join(room);
    const told = async (client: V2Client) => {
      const results: unknown[] = [];
      for (let n = 0; n < 3; n++) {
        results.push(await refused(client.publish({ room, op: 1000 }, `${n}`)));
      }
      return results;
    };
    expect(await told(owner)).toEqual(["stored", "stored", "stored"]);
    expect(await told(other)).toEqual(["stored", "slow", "slow"]);
  });

  it("a push is looked at where it asks for it", async () => {
    const name = `push-${store}`;
    const scope = { kind: "room", room: `live://${name}` };
    await inForce(
      (await call("/words/h", { scope, action: "mask", words: ["hush"] }, "PUT")).revision,
    );
    const block = { scope, action: "block", words: ["never"] };
    await inForce((await call("/words/n", block, "PUT")).revision);
    const push = async (body: string, more: object) => {
      const { status } = await apiPost(at(0), "push/room", {
        ...{ type: "live", room: name, op: 1000, body, ...more },
      });
      return status;
    };
    const statuses = [await push("hush", {}), await push("never", { moderate: false })];
    statuses.push(await push("hush", { moderate: true }), await push("never", { moderate: true }));
    const raw = `${at(1).url}/api/v1/push/room?type=live&room=${name}&op=1000&moderate=true`;
    for (const body of ["hush!", "never!"]) {
      const headers = { "Content-Type": "text/plain" };
      statuses.push((await fetch(raw, { method: "POST", headers, body })).status);
    }
    expect(statuses).toEqual([200, 200, 200, 403, 200, 403]);
    expect(await bodies(name)).toEqual(["hush", "never", "****", "****!"]);
  });

  it("kicks, and keeps reports", async () => {
    const client = await v2(9);
    expect(await call("/kick", { user: 9, reason: "enough" })).toEqual({ connections: 1 });
    expect(await client.client.closed).toEqual({ code: 4504, reason: "enough" });
    const scope = { kind: "room", room: `live://flag-${store}` };
    const flag = { scope, action: "flag", words: ["hmm"] };
    await inForce((await call("/words/f", flag, "PUT")).revision);
    const again = await v2(9);
    await again.join(`live://flag-${store}`);
    await say(again, `flag-${store}`, "hmm");
    await call("/reports", { user: 9, by: "a person", reason: "rude" });
    const page = async (state: string) => {
      const answer = await fetch(`${at(1).url}/api/v1/moderation/reports?state=${state}`);
      return (await answer.json()) as { reports: { id: string; by: string; reason: string }[] };
    };
    await waitFor(async () => (await page("open")).reports.length === 2);
    const { reports } = await page("open");
    expect(reports.map(({ by }) => by).sort()).toEqual(["a person", "rules"]);
    for (const { id } of reports) await call(`/reports/${id}/close`, { outcome: "warned" });
    expect((await page("open")).reports).toEqual([]);
    expect((await page("closed")).reports).toHaveLength(2);
    const odd = await apiPost(at(0), "moderation/reports/nothing/close", { outcome: "" });
    expect(odd.status).toBe(400);
    const bus = await openBus(system.nats.url);
    const acts = async (action: string) =>
      (await messagesOf(bus, "GOIM_EVENT", `goim.event.moderation.${action}`)).map(
        ({ data }) => JSON.parse(Buffer.from(data).toString()) as Record<string, unknown>,
      );
    expect(await acts("kick")).toMatchObject([{ type: "moderation", mid: "9", connections: 1 }]);
    expect(await acts("flagged")).toMatchObject([{ by: "rules", mid: "9", words: ["hmm"] }]);
    await bus.close();
  });

  it("writes down every act, with who ordered it", async () => {
    const [actor, room] = [`auditor-${store}`, `live://acts-${store}`];
    const scope = { kind: "room", room };
    const words = (id: string, action: string) =>
      call(`/words/${id}`, { scope, action, words: [action], actor }, "PUT");
    await words("acts-m", "mask");
    await call("/limits", { scope, policy: { slowMs: 0 }, actor }, "PUT");
    await inForce((await words("acts-b", "block")).revision);
    const client = await v2(91);
    await client.join(room);
    const { offset } = await client.publish({ room, op: 1000 }, "mask");
    expect(await refused(client.publish({ room, op: 1000 }, "block"))).toBe("blocked");
    await call("/recall", { room, offset, actor });
    const { id } = await call("/reports", { user: 91, room, by: actor, reason: "rude" });
    await call(`/reports/${id as string}/close`, { outcome: "nothing", actor });
    for (const kind of ["mute", "shadow", "ban"]) {
      const who = { by: "user", value: "92", room, actor };
      await call(`/restrictions/${kind}`, who);
      await call(`/restrictions/${kind}/lift`, who);
    }
    await call("/kick", { user: 91, actor });
    const bus = await openBus(system.nats.url);
    const ours = async () => {
      const stored = await messagesOf(bus, "GOIM_EVENT", "goim.event.moderation.>");
      return stored
        .map(({ data }) => JSON.parse(Buffer.from(data).toString()) as Record<string, unknown>)
        .filter((act) => act.by === actor || act.mid === "91")
        .map(({ action, by }) => `${action as string} by ${by as string}`);
    };
    const ordered = ["words", "words", "limits", "recall", "report", "kick"];
    const restricted = ["mute", "unmute", "shadow", "unshadow", "ban", "unban"];
    const all = [...ordered, ...restricted].map((action) => `${action} by ${actor}`);
    all.push("masked by rules", "blocked by rules");
    await waitFor(async () => (await ours()).length >= all.length, {
      describe: "every act in GOIM_EVENT",
    });
    expect(await ours()).toEqual(expect.arrayContaining(all));
    await bus.close();
  });
});
