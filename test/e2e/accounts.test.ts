/** The whole system works under the permissions of nats/accounts.conf, and is refused nothing. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { GoAwayBody } from "../../src/protocol/v2.ts";
import { connectV2 } from "../harness/client-v2.ts";
import { waitFor } from "../harness/wait.ts";
import { AccountsSystem } from "./accounts-system.ts";
import { codeOf, type RoomsSystem, removedFrom, soon } from "./rooms-system.ts";

describe("a system under the permissions of accounts.conf", () => {
  let accounts: AccountsSystem;
  let rooms: RoomsSystem;

  beforeAll(async () => {
    accounts = await AccountsSystem.start({
      ...{ GOIM_MOVES_EVENTS: "true", GOIM_HOOKS_NATS_EVENTS: "online" },
      ...{ GOIM_HOOKS_JOIN_TYPES: "gate", GOIM_USERS_HASH_COST: "10" },
    });
    rooms = accounts.rooms;
  }, 60_000);
  afterAll(async () => {
    await accounts?.stop();
  });

  it("delivers to rooms, users and everybody, and gives history", async () => {
    const client = await rooms.v2(7, 0, { accepts: [1000] });
    const old = await rooms.v1(8, "live://1", 1);
    await client.join("live://1");
    await rooms.push("live", "1", "to the room");
    await rooms.done("POST", "push/user", { user: "7", op: 1000, body: "to the user" });
    await rooms.done("POST", "push/all", { op: 1000, body: "to all" });
    for (const text of ["to the room", "to the user", "to all"]) {
      await client.client.waitFor((message) => message.text === text);
    }
    await old.waitFor((message) => message.text === "to the room");
    expect((await client.history({ room: "live://1" })).packets).toHaveLength(1);
  });

  it("tells every comet who is revoked (GOIM_RULES)", async () => {
    const clients = [await rooms.v2(31, 0), await rooms.v2(31, 1)];
    expect((await rooms.api("POST", "revocations", { kind: "mid", value: 31 })).status).toBe(201);
    for (const { client } of clients) expect((await client.closed).code).toBe(4505);
  });

  it("tells every comet how rooms change (goim.rooms.changed)", async () => {
    await rooms.done("POST", "rooms", { type: "club", room: "1", owner: "7", join: "members" });
    await rooms.done("POST", "rooms/club/1/members", { mids: ["41"] });
    const member = await rooms.v2(41, 1);
    expect(codeOf((await member.join("club://1"))[0])).toBe("");
    await rooms.done("DELETE", "rooms/club/1/members/41");
    await soon(() => removedFrom(member).length === 1, "the member was told");
  });

  it("lets logics tell each other who spoke (goim.spoken)", async () => {
    const path = "moderation/limits";
    const scope = { kind: "room", room: "live://slow" };
    const put = await rooms.api("PUT", path, { scope, policy: { slowMs: 60_000 } });
    expect(put.status).toBeLessThan(300);
    const revision = Number(put.json.revision);
    for (const n of [0, 1]) {
      await waitFor(
        async () =>
          Number((await rooms.api("GET", "moderation", undefined, n)).json.revision) >= revision,
      );
    }
    const client = await rooms.v2(51);
    await client.join("live://slow");
    const say = (text: string) => client.publish({ room: "live://slow", op: 1000 }, text);
    await say("first");
    // The queue group picks either logic; sixteen in a row do not all reach the one that knows.
    for (let n = 0; n < 16; n++) await expect(say(`${n}`)).rejects.toThrow("slow");
  });

  it("reaches the user's own services: calls, joins, events", async () => {
    const events: string[] = [];
    accounts.admin.subscribe("goim.up.2000", {
      callback: (_, message) => void message.respond("re"),
    });
    accounts.admin.subscribe("goim.hook.join", {
      callback: (_, message) => void message.respond('{"allow":true}'),
    });
    accounts.admin.subscribe("goim.hook.online", {
      callback: (_, message) => {
        events.push(message.string());
        message.respond();
      },
    });
    await accounts.admin.flush();
    const client = await rooms.v2(61);
    expect(codeOf((await client.join("gate://1"))[0])).toBe("");
    const reply = await client.client.request(2000, "q");
    expect(Buffer.from(reply.body).toString()).toBe("re");
    await waitFor(() => events.some((event) => event.includes('"mid":"61"')));
  });

  it("keeps what users miss, and takes it back when it is recalled", async () => {
    const first = await rooms.v2(71, 0, { device: "phone" });
    first.client.destroy();
    await waitFor(async () => (await rooms.api("GET", "presence/71")).json.online === false);
    await rooms.done("POST", "push/user", { user: "71", op: 100, body: "missed" });
    const bad = { user: "71", op: 100, body: "recalled" };
    const { offset } = await rooms.done("POST", "push/user", bad);
    await rooms.done("POST", "moderation/recall", { user: "71", offset, reason: "rude" });
    const back = await rooms.v2(71, 1, { device: "phone" });
    const got = await back.client.waitFor((message) => message.text === "missed");
    await back.ack(got.offset ?? 0);
    expect(back.client.messages.map(({ text }) => text)).not.toContain("recalled");
  });

  it("answers people with the nats tool", async () => {
    const pong = await accounts.admin.request("$SRV.PING.goim-logic", "");
    expect(pong.json<{ name: string }>().name).toBe("goim-logic");
  });

  it("lets users of its own log in", async () => {
    const password = "correct horse";
    const user = { name: "ann", password, mid: 81 };
    expect((await rooms.api("POST", "users", user)).status).toBeLessThan(300);
    const login = { name: "ann", password, accepts: [1000] };
    const { json } = await rooms.api("POST", "login", login);
    const client = await connectV2({ url: rooms.system.comets[1]?.ws ?? "" });
    await client.auth({ token: json.token });
    await rooms.done("POST", "push/user", { user: "81", op: 1000, body: "to ann" });
    await client.client.waitFor((message) => message.text === "to ann");
    expect((await rooms.api("POST", "users/81/disable")).status).toBe(200);
    expect((await client.client.closed).code).toBe(4505);
  });

  it("goes on with one job less", async () => {
    const client = await rooms.v2(91, 0, { accepts: [1000] });
    await client.join("live://left");
    await rooms.system.jobs[0].kill9();
    for (let n = 0; n < 40; n++) {
      await rooms.push("live", "left", `n${n}`);
      await rooms.done("POST", "push/user", { user: "91", op: 1000, body: `u${n}` });
    }
    for (const text of ["n39", "u39"]) {
      await client.client.waitFor((message) => message.text === text, 20_000);
    }
    await rooms.system.jobs[0].restart();
  });

  it("drains a comet, whose clients are told of the other", async () => {
    const client = await rooms.v2(95, 1);
    const ended = rooms.system.comets[1]?.terminate();
    const away = await client.notice<GoAwayBody>(27);
    expect(away.nodes).not.toHaveLength(0);
    await client.client.closed;
    await ended;
  });

  it("refuses none of the three anything", () => {
    expect(rooms.system.logs()).not.toMatch(/permissions? violation|authorization violation/i);
  });
});
