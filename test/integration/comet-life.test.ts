/** What a comet does around its clients: logins under way, NATS and logic gone, renewal, drain. */
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/kit/clock.ts";
import { goim } from "../../src/protocol/gen/messages.js";
import { toNumber } from "../../src/protocol/int64.ts";
import { waitFor } from "../harness/wait.ts";
import { CometSystem } from "./comet-system.ts";

let system: CometSystem;

async function start(env: Readonly<Record<string, string>> = {}): Promise<CometSystem> {
  system = await CometSystem.start(env);
  return system;
}

afterEach(() => system.stop());

/** Holds logins at logic until opened. */
function holdLogins(): () => void {
  let open = () => {};
  system.logic.loginGate = new Promise((resolve) => {
    open = resolve;
  });
  return open;
}

describe("a push while the login is under way", () => {
  it("comes after the auth reply and is not lost", async () => {
    await start();
    const open = holdLogins();
    const client = await system.connect("ws");
    const reply = client.auth({ mid: 3, key: "early", accepts: [1000] });
    await waitFor(() => system.logic.connects.length === 1);
    const delivered = system.deliver({ mid: "3", keys: ["early"], entries: [[1, 1000, "early"]] });
    open();
    await reply;
    expect((await delivered).results[0]).toMatchObject({ delivered: 1, unknown: [] });
    await client.waitForCount(1);
    expect(client.raw[0]?.bytes.readInt32BE(8)).toBe(8);
    expect(client.messages.map(({ text }) => text)).toEqual(["early"]);
  });

  it("is called unknown when the login takes too long, so that job asks again", async () => {
    await start({ GOIM_DOWNSTREAM_LOGIN_WAIT: "50ms" });
    const open = holdLogins();
    const client = await system.connect("ws");
    const reply = client.auth({ key: "slow", accepts: [1000] });
    await waitFor(() => system.logic.connects.length === 1);
    const { results } = await system.deliver({ keys: ["slow"], entries: [[1, 1000, "x"]] });
    expect(results[0]?.unknown).toEqual(["slow"]);
    open();
    await reply;
  });
});

describe("a room message right after the login", () => {
  it("arrives, and never before the auth reply", async () => {
    await start();
    for (let round = 0; round < 10; round++) {
      const room = `live://login-${round}`;
      const client = await system.connect(round % 2 === 0 ? "ws" : "tcp");
      const reply = client.auth({ room_id: room });
      await Promise.all([reply, system.pushRoom(room, 1000, "around")]);
      await system.pushRoom(room, 1000, "after");
      await client.waitFor(({ text }) => text === "after");
      expect(client.raw[0]?.bytes.readInt32BE(8)).toBe(8);
    }
  });
});

describe("logic away", () => {
  it("at the login: tried again until it is there", async () => {
    await start();
    await system.logic.stop();
    const client = await system.connect("tcp");
    const reply = client.auth({ mid: 1 });
    await waitFor(async () => (await system.metric("login_requests")) === 1);
    system.logic.start(system.bus);
    expect((await reply).op).toBe(8);
  });

  it("for too long at the login: the client is told to come back", async () => {
    await start({ GOIM_PROTOCOL_HANDSHAKE_TIMEOUT: "1s" });
    await system.logic.stop();
    const client = await system.connect("ws");
    client.send(7, "{}");
    expect((await client.closed).code).toBe(4004);
  });

  it("later: heartbeats and pushes go on", async () => {
    await start();
    const client = await system.logIn("ws", { room_id: "live://1", key: "k", accepts: [1000] });
    await system.logic.stop();
    expect(await client.heartbeat()).toBe(1);
    await system.pushRoom("live://1", 1000, "room");
    await system.deliver({ keys: ["k"], entries: [[1, 1000, "key"]] });
    await client.waitForCount(2);
    expect((await client.request(4, "nobody hears")).op).toBe(4);
  });
});

describe("NATS away", () => {
  it("keeps the clients, and everything goes on when it is back", async () => {
    await start({ GOIM_UPSTREAM_JOIN_PAUSE: "100ms" });
    const client = await system.logIn("ws", { room_id: "live://1", key: "k", accepts: [1000] });
    await system.nats.kill();
    expect(await client.heartbeat()).toBe(1);
    const moved = client.changeRoom("live://2");
    await waitFor(async () => (await system.metric("room_changes_failed_total")) > 0);
    expect(client.replies.at(-1)?.op).toBe(3);
    await system.nats.restart();
    expect((await moved).op).toBe(13);
    // The test's own connection comes back by itself, before or after comet's.
    await waitFor(() => system.bus.connected);
    await system.pushRoom("live://2", 1000, "back");
    await client.waitForCount(1);
    await waitFor(() => system.logic.renewals.some(({ key }) => key === "k"));
  });
});

describe("sessions", () => {
  it("are renewed under the new incarnation when the lease was lost", async () => {
    await start();
    await system.logIn("ws", { key: "a" });
    await system.logIn("tcp", { key: "b" });
    system.registration?.loseLease();
    await waitFor(() => system.logic.renewals.length === 2);
    expect(system.logic.renewals.map(({ key }) => key).sort()).toEqual(["a", "b"]);
    expect(system.logic.renewals[0]?.incarnation).toBe("inc-2");
    const stale = await system.deliver(
      { keys: ["a"], entries: [[1, 1000, "x"]] },
      { incarnation: "inc-1" },
    );
    expect(stale.stale).toBe(true);
  });

  it("are renewed when the store began a new life", async () => {
    await start({ GOIM_ONLINE_RENEW_INTERVAL: "100ms" });
    await system.logIn("ws", { key: "a" });
    system.logic.storeEpoch = "store-2";
    await waitFor(() => system.logic.renewals.some(({ key }) => key === "a"));
  });

  it("are renewed in time, and a client whose key was taken is closed", async () => {
    await start({ GOIM_SESSION_RENEW_MIN: "1s", GOIM_SESSION_RENEW_MAX: "1s" });
    const [kept, lost] = [
      await system.logIn("ws", { key: "kept" }),
      await system.logIn("ws", { key: "lost" }),
    ];
    system.logic.taken.add("lost");
    expect((await lost.closed).code).toBe(4500);
    expect(kept.end).toBeUndefined();
  });

  it("end when the client goes, even while logic decides", async () => {
    await start();
    const open = holdLogins();
    const client = await system.connect("tcp");
    client.send(7, '{"key":"gone"}');
    await waitFor(() => system.logic.connects.length === 1);
    client.destroy();
    await waitFor(async () => (await system.metric("connections_tcp")) === 0);
    open();
    await waitFor(() => system.logic.disconnects.some(({ key }) => key === "gone"));
  });
});

describe("requests to this comet", () => {
  it("kick closes by connection, with the code and reason given", async () => {
    await start();
    const client = await system.logIn("ws", { key: "k" });
    const conn = toNumber(system.logic.connects.at(-1)?.conn ?? 0);
    const { id, incarnation } = system.comet.identity;
    const request = { incarnation, conns: [conn], code: 4504, reason: "bye" };
    const data = goim.comet.KickReq.encode(request).finish();
    const subject = system.bus.subjects.comet(id, "kick");
    const reply = await system.bus.request(subject, data, { timeoutMs: 2000 });
    expect(goim.comet.KickReply.decode(reply).closed).toBe(1);
    expect(await client.closed).toEqual({ code: 4504, reason: "bye" });
  });

  it("rooms and counts tell who is where", async () => {
    await start({ GOIM_ONLINE_COUNT_INTERVAL: "100ms" });
    const counts: Record<string, number>[] = [];
    system.bus.subscribe(system.bus.subjects.cometCounts, ({ data }) => {
      counts.push(goim.comet.RoomCounts.decode(data).rooms);
    });
    await system.bus.flush();
    await system.logIn("ws", { room_id: "live://1" });
    await waitFor(() => counts.some((rooms) => rooms["live://1"] === 1));
    const subject = system.bus.subjects.comet(system.comet.identity.id, "rooms");
    const reply = await system.bus.request(subject, new Uint8Array(0), { timeoutMs: 2000 });
    expect(goim.comet.RoomsReply.decode(reply).rooms).toEqual({ "live://1": 1 });
    await system.closeClients();
    await waitFor(() => counts.at(-1)?.["live://1"] === 0);
  });

  it("have an id made of host and port, the same after a restart", async () => {
    await start();
    const port = new URL(system.url("ws")).port;
    expect(system.comet.identity).toEqual({ id: `h1-${port}`, incarnation: "inc-1" });
  });
});

describe("a client that does not read", () => {
  it("is closed at the bound of bytes, and its neighbours notice nothing", async () => {
    await start({ GOIM_CHANNEL_SEND_BYTES_MAX: "64kb" });
    const slow = await system.logIn("tcp", { key: "slow", accepts: [1000] });
    const neighbour = await system.logIn("ws", { key: "fast", accepts: [1000] });
    slow.pause();
    const text = "x".repeat(50_000);
    for (let offset = 1; offset <= 400; offset++) {
      await system.deliver({ keys: ["slow"], entries: [[offset, 1000, text]] });
      if ((await system.metric("closes_slow_total")) === 1) break;
    }
    expect(await system.metric("closes_slow_total")).toBe(1);
    expect(await system.metric("dropped_slow_total")).toBe(1);
    await system.deliver({ keys: ["fast"], entries: [[1, 1000, "fine"]] });
    await neighbour.waitForCount(1);
    // It reads nothing, so it would never see that it was closed.
    slow.destroy();
    await slow.closed;
  });
});

describe("pipelined packets", () => {
  it("beyond the bound pause TCP, which loses nothing, and close a WebSocket", async () => {
    await start({ GOIM_UPSTREAM_QUEUE_MAX: "10" });
    const open = holdLogins();
    const [tcp, ws] = [await system.connect("tcp"), await system.connect("ws")];
    for (const client of [tcp, ws]) client.send(7, "{}");
    const seqs = Array.from({ length: 300 }, () => tcp.send(2));
    for (let index = 0; index < 12; index++) ws.send(2);
    expect((await ws.closed).code).toBe(4005);
    open();
    await waitFor(() => tcp.replies.length === 301);
    expect(tcp.replies.slice(1).map(({ seq }) => seq)).toEqual(seqs);
  });
});

describe("drain", () => {
  it("takes no newcomers, spreads the closes, ends sessions, then leaves", async () => {
    await start({ GOIM_DRAIN_SPREAD: "500ms" });
    const clients = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        system.logIn(index % 2 === 0 ? "ws" : "tcp", { key: `d${index}` }),
      ),
    );
    const ends: number[] = [];
    for (const client of clients) {
      void client.closed.then(() => ends.push(systemClock.monotonic()));
    }
    await system.comet.drain?.();
    // Job takes a comet that left for dead: it must be found until the last client is gone.
    expect(system.registration?.steps).toEqual(["retire with 40", "leave with 0"]);
    await waitFor(() => ends.length === 40);
    expect(Math.max(...ends) - Math.min(...ends)).toBeGreaterThan(250);
    const codes = clients.filter(({ transport }) => transport === "ws").map(({ end }) => end?.code);
    expect(new Set(codes)).toEqual(new Set([4000]));
    expect(system.logic.disconnects).toHaveLength(40);
    await expect(system.connect("tcp")).rejects.toThrow();
    await expect(system.connect("ws")).rejects.toThrow();
  });
});
