import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/kit/clock.ts";
import { silentLog } from "../../src/kit/log.ts";
import { createMetrics } from "../../src/kit/metrics.ts";
import {
  createRedisSessionStore,
  type RedisSessionsConfig,
} from "../../src/store/sessions.redis.ts";
import type { Session, SessionStore } from "../../src/store/sessions.ts";
import { freePort } from "../harness/ports.ts";
import { startRedis, type TestRedis } from "../harness/redis.ts";
import { waitFor } from "../harness/wait.ts";

const item: Session = {
  mid: "7001",
  key: "pk1",
  comet: "comet1",
  incarnation: "i1",
  conn: 17,
  platform: "web",
  device: "d",
  since: 5,
};

describe("sessions in Redis, what only Redis has", () => {
  let redis: TestRedis;
  let admin: Redis;
  const stores: SessionStore[] = [];

  beforeAll(async () => {
    redis = await startRedis();
    admin = new Redis({ host: "127.0.0.1", port: redis.port });
    admin.on("error", () => {});
  });
  beforeEach(async () => {
    await admin.flushall();
  });
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close();
  });
  afterAll(async () => {
    admin?.disconnect();
    await redis?.stop();
  });

  async function open(over: Partial<RedisSessionsConfig> = {}, signal?: AbortSignal) {
    const store = await createRedisSessionStore(
      { addr: redis.addr, timeoutMs: 300, ...over },
      {
        log: silentLog,
        clock: systemClock,
        metrics: createMetrics(),
        ...(signal === undefined ? {} : { signal }),
      },
    );
    stores.push(store);
    return store;
  }

  it("lies as goim's scripts expect: key_ and mid_, comet first, half an hour", async () => {
    const store = await open();
    await store.put([item, { ...item, key: "anonymous", mid: "0" }]);
    const value = /^comet1;i1;17;web;7001;d;5;\d{13}$/;
    expect(await admin.get("key_pk1")).toMatch(value);
    expect(Object.keys(await admin.hgetall("mid_7001"))).toEqual(["pk1"]);
    expect(await admin.hget("mid_7001", "pk1")).toMatch(value);
    for (const key of ["key_pk1", "mid_7001"]) {
      const ttl = await admin.ttl(key);
      expect(ttl).toBeGreaterThan(1790);
      expect(ttl).toBeLessThanOrEqual(1800);
    }
    await store.epoch();
    const names = ["goim_epoch", "key_anonymous", "key_pk1", "mid_7001"];
    expect((await admin.keys("*")).sort()).toEqual(names);
    await store.remove([item, { ...item, key: "anonymous", mid: "0" }]);
    expect(await admin.keys("*")).toEqual(["goim_epoch"]);
  });

  it("gives way where goim itself wrote, and finds nobody there", async () => {
    await admin.set("key_pk1", "comet1");
    await admin.hset("mid_7001", "pk1", "comet1");
    const store = await open();
    expect(await store.byKeys(["pk1"])).toEqual([[]]);
    expect(await store.byMids(["7001"])).toEqual([[]]);
    expect(await store.put([item])).toEqual([{ status: "fulfilled", value: [] }]);
    expect(await store.byKeys(["pk1"])).toEqual([[item]]);
    expect(await store.byMids(["7001"])).toEqual([[item]]);
  });

  it("reads what an older version wrote, and completes it when it is renewed", async () => {
    const store = await open();
    const old = `comet1;i1;17;web;7001;${Date.now()}`;
    await admin.set("key_pk1", old);
    await admin.hset("mid_7001", "pk1", old);
    const read = { ...item, device: "", since: 0 };
    expect(await store.byKeys(["pk1"])).toEqual([[read]]);
    expect(await store.byMids(["7001"])).toEqual([[read]]);
    expect(await store.renew([item])).toEqual([true]);
    expect(await store.byMids(["7001"])).toEqual([[item]]);
    await admin.set("key_pk1", old);
    expect(await store.remove([item])).toEqual([true]);
  });

  it("goes on when the server has lost its scripts", async () => {
    const store = await open();
    await store.put([item]);
    await admin.script("FLUSH");
    const again = { ...item, conn: 18 };
    const [outcome] = await store.put([again]);
    expect(outcome).toEqual({ status: "fulfilled", value: [item] });
  });

  it("answers within the bound when Redis hangs, then at once, then works again", async () => {
    const store = await open();
    await store.put([item]);
    redis.pause();
    const code = async () => {
      const start = performance.now();
      const error = await store.byKeys(["pk1"]).then(() => undefined, String);
      return { error, tookMs: performance.now() - start };
    };
    const first = await code();
    expect(first.error).toContain("did not answer within 300 ms");
    expect(first.tookMs).toBeLessThan(1500);
    const second = await code();
    expect(second.error).toContain("is away");
    expect(second.tookMs).toBeLessThan(100);
    redis.resume();
    await waitFor(() => store.renew([item]), { describe: "Redis to be used again" });
    expect(await store.byKeys(["pk1"])).toEqual([[item]]);
  });

  it("refuses what is above its bound and takes the rest", async () => {
    const store = await open({ waitingMax: 100, pipelineMax: 10, pipelinesMax: 1 });
    const items = Array.from({ length: 150 }, (_, n) => ({ ...item, key: `k${n}`, conn: n }));
    const outcomes = await store.put(items);
    const refused = outcomes.filter((outcome) => outcome.status === "rejected");
    expect(refused).toHaveLength(50);
    for (const { reason } of refused) expect(reason).toMatchObject({ code: "busy" });
    expect((await store.byKeys(items.map(({ key }) => key))).flat()).toHaveLength(100);
  });

  it("waits for a Redis that comes later, until it is told to stop", async () => {
    const port = await freePort();
    const addr = `127.0.0.1:${port}`;
    const stop = new AbortController();
    const never = open({ addr }, stop.signal);
    let done = false;
    const later = open({ addr, reconnectMaxMs: 100 });
    void later.then(() => {
      done = true;
    });
    stop.abort();
    await expect(never).rejects.toMatchObject({ code: "unavailable" });
    expect(done).toBe(false);
    const late = await startRedis({ port });
    try {
      const store = await later;
      expect(await store.put([item])).toEqual([{ status: "fulfilled", value: [] }]);
    } finally {
      await late.stop();
    }
  });

  it("does not stay on a server that became a replica", async () => {
    const store = await open();
    const connection = async () => {
      const clients = String(await admin.client("LIST")).split("\n");
      return /id=(\d+)/.exec(clients.find((line) => line.includes("name=goim")) ?? "")?.[1];
    };
    const before = await connection();
    expect(before).toBeDefined();
    await admin.replicaof("127.0.0.1", await freePort());
    const [refused] = await store.put([item]);
    expect(refused).toMatchObject({ status: "rejected", reason: { code: "unavailable" } });
    await waitFor(async () => ![before, undefined].includes(await connection()));
    await admin.replicaof("NO", "ONE");
    await waitFor(async () => (await store.put([item]))[0]?.status === "fulfilled");
  });

  it("logs in with the password, in the database asked for", async () => {
    const guarded = await startRedis({ auth: "secret word" });
    try {
      const stop = new AbortController();
      let entered = false;
      const outside = open({ addr: guarded.addr }, stop.signal).finally(() => {
        entered = !stop.signal.aborted;
      });
      const inside = { addr: guarded.addr, auth: "secret word" };
      const [first, second] = [await open(inside), await open({ ...inside, db: 3 })];
      await first.put([item]);
      expect(await first.byKeys(["pk1"])).toEqual([[item]]);
      expect(await second.byKeys(["pk1"])).toEqual([[]]);
      stop.abort();
      await expect(outside).rejects.toMatchObject({ code: "unavailable" });
      expect(entered).toBe(false);
    } finally {
      await guarded.stop();
    }
  });

  it("refuses an address that is none", async () => {
    await expect(open({ addr: "nowhere" })).rejects.toMatchObject({ code: "invalid" });
  });
});
