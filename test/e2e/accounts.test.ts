/** The whole system under the permissions of nats/accounts.conf. */
import { readFileSync } from "node:fs";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startNats, type TestNats } from "../harness/nats.ts";
import { waitFor } from "../harness/wait.ts";
import { codeOf, RoomsSystem, removedFrom, soon } from "./rooms-system.ts";

const users = { comet: "c", logic: "l", job: "j", admin: "a" } as const;

describe("a system under the permissions of accounts.conf", () => {
  let nats: TestNats;
  let rooms: RoomsSystem;
  let admin: NatsConnection;

  beforeAll(async () => {
    const file = new URL("../../nats/accounts.conf", import.meta.url);
    const names = { ...users, "": "s" };
    let config = readFileSync(file, "utf8").replace("$NATS_SYS_PASSWORD", names[""]);
    for (const [user, password] of Object.entries(users)) {
      config = config.replace(`$GOIM_${user.toUpperCase()}_PASSWORD`, password);
    }
    nats = await startNats({ config });
    const url = (user: keyof typeof users) =>
      `nats://${user}:${users[user]}@127.0.0.1:${nats.port}`;
    const as = (user: keyof typeof users) => ({ GOIM_NATS_URL: url(user) });
    admin = await connect({
      ...{ servers: `127.0.0.1:${nats.port}`, user: "admin", pass: users.admin },
    });
    rooms = await RoomsSystem.start({
      nats,
      env: {
        ...{ GOIM_MOVES_EVENTS: "true", GOIM_HOOKS_NATS_EVENTS: "online" },
        GOIM_HOOKS_JOIN_TYPES: "gate",
      },
      envOf: {
        ...{ "comet-1": as("comet"), "comet-2": as("comet"), "job-1": as("job") },
        ...{ "logic-1": as("logic"), "logic-2": as("logic") },
      },
    });
  }, 60_000);
  afterAll(async () => {
    await admin?.close();
    await rooms?.stop();
    await nats?.stop();
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
    admin.subscribe("goim.up.2000", { callback: (_, message) => void message.respond("re") });
    admin.subscribe("goim.hook.join", {
      callback: (_, message) => void message.respond('{"allow":true}'),
    });
    admin.subscribe("goim.hook.online", {
      callback: (_, message) => {
        events.push(message.string());
        message.respond();
      },
    });
    await admin.flush();
    const client = await rooms.v2(61);
    expect(codeOf((await client.join("gate://1"))[0])).toBe("");
    const reply = await client.client.request(2000, "q");
    expect(Buffer.from(reply.body).toString()).toBe("re");
    await waitFor(() => events.some((event) => event.includes('"mid":"61"')));
  });

  /** Whether the server let this user say something on the subject; asks are answered or not. */
  const may = async (user: keyof typeof users, subject: string, payload = "") => {
    const violations: string[] = [];
    const servers = `127.0.0.1:${nats.port}`;
    const connection = await connect({ servers, user, pass: users[user] });
    try {
      const listen = async () => {
        for await (const status of connection.status()) {
          if (status.type === "error") violations.push(String(status.error));
        }
      };
      void listen();
      const reply = `_INBOX_goim_${user}.probe`;
      connection.publish(subject, payload, { reply });
      await connection.flush();
      await connection.flush();
      await new Promise((resolve) => setImmediate(resolve));
      return !violations.some((text) => /permission/i.test(text));
    } finally {
      await connection.close();
    }
  };

  it("lets nobody push, or decide, in logic's name", async () => {
    const before = await rooms.api("GET", "rooms/live/forged/messages");
    for (const user of ["comet", "job"] as const) {
      for (const subject of [
        "goim.push.room.live.1.live.forged",
        "goim.push.user.1.7",
        "goim.push.all",
        "goim.acked.7",
        "goim.rooms.changed",
        "$KV.GOIM_RULES.ban.user.7",
        "$KV.GOIM_SESSIONS.k.x",
        "$KV.GOIM_USERS.u.7",
      ]) {
        expect(await may(user, subject, "{}"), `${user} ${subject}`).toBe(false);
      }
    }
    expect(await may("logic", "goim.acked.7")).toBe(true);
    // Events come from where they happen, casts and receipts from job.
    const casts = ["goim.room.live.1", "goim.all", "goim.event.online.7", "goim.receipt.a.1"];
    for (const subject of casts) {
      expect(await may("comet", subject), subject).toBe(false);
    }
    expect((await rooms.api("GET", "rooms/live/forged/messages")).json).toEqual(before.json);
  });

  it("lets neither comets nor jobs read passwords and secrets", async () => {
    const last = '{"last_by_subj":"$KV.GOIM_USERS.s.signing"}';
    for (const user of ["comet", "job"] as const) {
      for (const [subject, payload] of [
        ["$JS.API.STREAM.MSG.GET.KV_GOIM_USERS", last],
        ["$JS.API.DIRECT.GET.KV_GOIM_USERS", last],
        ["$JS.API.DIRECT.GET.KV_GOIM_USERS.$KV.GOIM_USERS.s.signing", ""],
        ["$JS.API.CONSUMER.CREATE.KV_GOIM_USERS", "{}"],
        ["$JS.API.CONSUMER.CREATE.KV_GOIM_USERS.x.$KV.GOIM_USERS.>", "{}"],
        ["$JS.API.CONSUMER.DURABLE.CREATE.KV_GOIM_USERS.x", "{}"],
        ["$JS.API.CONSUMER.MSG.NEXT.KV_GOIM_USERS.x", "1"],
        ["$JS.API.STREAM.DELETE.GOIM_ROOM", ""],
        ["$JS.API.STREAM.PURGE.GOIM_ROOM", "{}"],
      ] as const) {
        expect(await may(user, subject, payload), `${user} ${subject}`).toBe(false);
      }
    }
    expect(await may("comet", "$JS.API.CONSUMER.CREATE.GOIM_ROOM.x.goim.push.>", "{}")).toBe(false);
    expect(await may("comet", "$JS.API.STREAM.MSG.GET.GOIM_ROOM", '{"seq":1}')).toBe(true);
    expect(await may("logic", "$JS.API.STREAM.MSG.GET.KV_GOIM_USERS", last)).toBe(true);
  });

  it("refuses none of the three anything", () => {
    expect(rooms.system.logs()).not.toMatch(/permissions? violation|authorization violation/i);
  });
});
