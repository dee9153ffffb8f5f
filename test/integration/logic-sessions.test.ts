import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Bus } from "../../src/bus/bus.ts";
import { registerComet } from "../../src/bus/registry.ts";
import { serve } from "../../src/bus/rpc.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { silentLog } from "../../src/kit/log.ts";
import { createMetrics } from "../../src/kit/metrics.ts";
import { CloseCode } from "../../src/protocol/close-code.ts";
import { goim } from "../../src/protocol/gen/messages.js";
import { toText } from "../../src/protocol/int64.ts";
import { createKvSessionStore } from "../../src/store/sessions.kv.ts";
import { createRedisSessionStore } from "../../src/store/sessions.redis.ts";
import type { SessionReader, SessionStore } from "../../src/store/sessions.ts";
import { startNats, type TestNats } from "../harness/nats.ts";
import { startRedis, type TestRedis } from "../harness/redis.ts";
import { waitFor } from "../harness/wait.ts";
import { openBus, startLogic, type TestLogic } from "./logic-harness.ts";

const { logic: rpc } = goim;
const timeoutMs = 5_000;

/** The endpoints as a comet calls them, one connection at a time. */
function callsOf(bus: Bus) {
  const ask = (name: string, data: Uint8Array) =>
    bus.request(bus.subjects.logic(name), data, { timeoutMs });
  const who = (comet: string, conn: number) => ({
    server: comet,
    incarnation: `${comet}-life1`,
    conn,
  });
  return {
    connect: async (comet: string, conn: number, token: unknown) => {
      const text = typeof token === "string" ? token : JSON.stringify(token);
      const requests = [{ ...who(comet, conn), token: Buffer.from(text), transport: "ws" }];
      const data = await ask("connect", rpc.ConnectBatchReq.encode({ requests }).finish());
      const { replies, storeEpoch } = rpc.ConnectBatchReply.decode(data);
      // Not spread: fields with their default value live on the prototype.
      return Object.assign(replies[0] as goim.logic.ConnectReply, { storeEpoch });
    },
    disconnect: async (comet: string, conn: number, key: string, mid = 0) => {
      const requests = [{ ...who(comet, conn), key, mid }];
      const data = await ask("disconnect", rpc.DisconnectBatchReq.encode({ requests }).finish());
      return rpc.DisconnectBatchReply.decode(data).replies[0]?.has;
    },
    heartbeat: async (comet: string, conn: number, key: string, mid = 0) => {
      const requests = [{ ...who(comet, conn), key, mid, platform: "web" }];
      const data = await ask("heartbeat", rpc.HeartbeatBatchReq.encode({ requests }).finish());
      return rpc.HeartbeatBatchReply.decode(data).replies[0]?.taken;
    },
  };
}

/** A comet that only notes whom it is asked to close. */
async function fakeComet(bus: Bus, id: string, incarnation = `${id}-life1`) {
  const kicks: { incarnation: string; conns: number[]; code: number }[] = [];
  const served = serve(
    bus,
    bus.subjects.comet(id, "kick"),
    (data) => {
      const { incarnation: of, conns, code } = goim.comet.KickReq.decode(data);
      kicks.push({ incarnation: of, conns: conns.map(Number), code });
      return goim.comet.KickReply.encode({ closed: conns.length }).finish();
    },
    { maxInFlight: 10 },
  );
  await bus.flush();
  const registration = await registerComet(
    bus,
    {
      id,
      incarnation,
      region: "",
      zone: "",
      env: "",
      hostname: id,
      addrs: [],
      weight: 10,
      offline: false,
      connections: 0,
      ips: 0,
      version: "",
      updatedAt: Date.now(),
    },
    { onLost: () => {} },
  );
  return {
    kicks,
    stop: async () => {
      await registration.deregister();
      await served.stop();
    },
  };
}

describe.each(["kv", "redis"] as const)("sessions in %s", (store) => {
  let nats: TestNats;
  let redis: TestRedis | undefined;
  let bus: Bus;
  let logic: TestLogic;
  let reader: SessionReader & Pick<SessionStore, "close">;
  let calls: ReturnType<typeof callsOf>;

  beforeEach(async () => {
    nats = await startNats();
    redis = store === "redis" ? await startRedis() : undefined;
    bus = await openBus(nats.url);
    const env: Record<string, string> = { GOIM_SESSION_STORE: store };
    if (redis !== undefined) env.GOIM_REDIS_ADDR = redis.addr;
    logic = await startLogic(nats.url, env);
    const deps = { bus, clock: systemClock, log: silentLog, metrics: createMetrics() };
    reader =
      redis === undefined
        ? await createKvSessionStore({ create: false }, deps)
        : await createRedisSessionStore({ addr: redis.addr }, deps);
    calls = callsOf(bus);
    // Logic has just started: a comet would ask again until it can decide about users.
    const first = { mid: 1, key: "first" };
    await waitFor(async () => (await calls.connect("c1", 99, first)).error === "");
    await calls.disconnect("c1", 99, "first", 1);
  });

  afterEach(async () => {
    await reader?.close();
    await logic?.stop();
    await bus?.close();
    await redis?.stop();
    await nats?.stop();
  });

  it("connect answers goim's fields and the session can be found", async () => {
    const token =
      '{"mid":9007199254740993,"key":"k1","room_id":"live://1000",' +
      '"platform":"web","accepts":[1000]}';
    const reply = await calls.connect("c1", 5, token);
    expect(toText(reply.mid)).toBe("9007199254740993");
    expect(reply).toMatchObject({
      key: "k1",
      roomID: "live://1000",
      platform: "web",
      accepts: [1000],
      heartbeatMax: 2,
      error: "",
    });
    expect(Number(reply.heartbeat)).toBe(240e9);
    expect(reply.storeEpoch).not.toBe("");
    const since = Number(reply.since);
    expect(Math.abs(since - Date.now())).toBeLessThan(60_000);
    expect(reply.device).toBe("k1");
    const session = {
      mid: "9007199254740993",
      key: "k1",
      comet: "c1",
      incarnation: "c1-life1",
      conn: 5,
      platform: "web",
      ...{ device: "k1", since },
    };
    expect(await reader.byKeys(["k1", "k2"])).toEqual([[session], []]);
    expect(await reader.byMids(["9007199254740993"])).toEqual([[session]]);
  });

  it("refuses what is no token, makes keys, and finds nobody by mid 0", async () => {
    for (const token of ["", "no json", '{"mid":"str"}', "[]"]) {
      expect((await calls.connect("c1", 1, token)).error).toBe("unauthorized");
    }
    const first = await calls.connect("c1", 2, {});
    expect(first.key).toMatch(/^[0-9a-f-]{36}$/);
    expect((await calls.connect("c1", 2, {})).key).toBe(first.key);
    expect((await calls.connect("c1", 3, {})).key).not.toBe(first.key);
    expect(await reader.byMids(["0"])).toEqual([[]]);
    expect((await reader.byKeys([first.key]))[0]).toHaveLength(1);
  });

  it("a key taken over: the old connection is kicked, and its end leaves the new one", async () => {
    const old = await fakeComet(bus, "c1");
    await calls.connect("c1", 1, { mid: 7001, key: "pk1" });
    // Kicks go to comets that logic knows to live.
    await waitFor(async () => (await logic.get("nodes/instances")).text.includes("goim.comet.c1"));
    await calls.connect("c2", 9, { mid: 7001, key: "pk1" });
    await waitFor(() => old.kicks.length > 0);
    expect(old.kicks).toEqual([{ incarnation: "c1-life1", conns: [1], code: CloseCode.Taken }]);

    expect(await calls.heartbeat("c1", 1, "pk1", 7001)).toBe(true);
    expect(await calls.disconnect("c1", 1, "pk1", 7001)).toBe(false);
    expect(await calls.heartbeat("c2", 9, "pk1", 7001)).toBe(false);
    expect((await reader.byMids(["7001"]))[0]).toMatchObject([{ comet: "c2", conn: 9 }]);
    expect((await reader.byKeys(["pk1"]))[0]).toMatchObject([{ comet: "c2", conn: 9 }]);
    await old.stop();
  });

  it("nobody of a dead incarnation is kicked", async () => {
    const comet = await fakeComet(bus, "c1", "c1-life2");
    await waitFor(async () => (await logic.get("nodes/instances")).text.includes("goim.comet.c1"));
    await calls.connect("c1", 1, { key: "pk1" });
    await calls.connect("c2", 2, { key: "pk1" });
    await calls.connect("c2", 3, { key: "other" });
    expect(comet.kicks).toEqual([]);
    await comet.stop();
  });

  it("disconnect removes exactly that connection, heartbeat writes back what is lost", async () => {
    await calls.connect("c1", 1, { mid: 5, key: "k" });
    expect(await calls.disconnect("c1", 2, "k", 5)).toBe(false);
    expect(await calls.disconnect("c1", 1, "k", 5)).toBe(true);
    expect(await calls.disconnect("c1", 1, "k", 5)).toBe(false);
    expect(await reader.byKeys(["k"])).toEqual([[]]);
    expect(await calls.heartbeat("c1", 1, "k", 5)).toBe(false);
    expect((await reader.byMids(["5"]))[0]).toMatchObject([{ comet: "c1", conn: 1, key: "k" }]);
  });

  // The kv store is away only when NATS is, and with it the way to logic.
  if (store === "kv") return;
  it("a store that is away refuses logins with a code to try again; used when back", async () => {
    if (redis === undefined) throw new Error("no redis");
    const before = await calls.connect("c1", 1, { mid: 5, key: "k" });
    await redis.kill();
    const during = await waitFor(async () => {
      const reply = await calls.connect("c1", 2, { mid: 6, key: "k2" });
      return reply.error !== "" && reply;
    });
    expect(["unavailable", "timeout"]).toContain(during.error);
    await redis.restart();
    const after = await waitFor(async () => {
      const reply = await calls.connect("c1", 2, { mid: 6, key: "k2" });
      return reply.error === "" && reply;
    });
    await waitFor(async () => {
      const { storeEpoch } = await calls.connect("c1", 2, { mid: 6, key: "k2" });
      return storeEpoch !== "" && storeEpoch !== before.storeEpoch;
    });
    expect(after.key).toBe("k2");
    // Pushes were not touched by any of it.
    expect((await logic.post("push/all?operation=1")).code).toBe(0);
  });
});

describe("the micro service", () => {
  it("is found by the nats tool's questions, and its endpoints answer a bad request", async () => {
    const nats = await startNats();
    const logic = await startLogic(nats.url);
    const bus = await openBus(nats.url);
    const ask = async (verb: string) => {
      const data = await bus.request(`$SRV.${verb}.goim-logic`, new Uint8Array(0), { timeoutMs });
      return JSON.parse(Buffer.from(data).toString()) as { endpoints: { name: string }[] };
    };
    expect(await ask("PING")).toMatchObject({ name: "goim-logic", version: "0.1.0" });
    expect((await ask("INFO")).endpoints).toMatchObject(
      [
        ...["connect", "disconnect", "heartbeat", "renew", "receive", "nodes", "refresh"],
        ...["moves", "mailbox", "ack", "publish", "history", "join", "guards"],
      ].map((name) => ({
        name,
        subject: `goim.logic.${name}`,
        queue_group: "logic",
      })),
    );
    await expect(
      bus.request("goim.logic.connect", Uint8Array.of(10, 255), { timeoutMs }),
    ).rejects.toMatchObject({ code: "invalid" });
    const received = { mid: 1, proto: { op: 4, body: Buffer.from("hello") } };
    const data = rpc.ReceiveReq.encode(received).finish();
    await bus.request("goim.logic.receive", data, { timeoutMs });
    const nodes = rpc.NodesReply.decode(
      await bus.request("goim.logic.nodes", rpc.NodesReq.encode({}).finish(), { timeoutMs }),
    );
    expect(nodes.nodes).toEqual(["conn.goim.io"]);
    await bus.close();
    await logic.stop();
    await nats.stop();
  });
});
