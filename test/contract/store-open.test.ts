import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Bus } from "../../src/bus/bus.ts";
import { JsApi } from "../../src/bus/js-api.ts";
import { createStreamReader } from "../../src/bus/stream-reader.ts";
import { jobConfig } from "../../src/job/config.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { loadConfig } from "../../src/kit/config.ts";
import { silentLog } from "../../src/kit/log.ts";
import { createMetrics } from "../../src/kit/metrics.ts";
import { logicConfig } from "../../src/logic/config.ts";
import { openCursors, openMailbox } from "../../src/store/open.ts";
import { startNats, type TestNats } from "../harness/nats.ts";
import { startRedis, type TestRedis } from "../harness/redis.ts";
import { append, mails, read, UserLog } from "./mailbox-space.ts";

describe("the stores that a configuration names", () => {
  let nats: TestNats;
  let redis: TestRedis;

  beforeAll(async () => {
    [nats, redis] = await Promise.all([startNats(), startRedis()]);
  });
  afterAll(() => Promise.all([nats.stop(), redis.stop()]));

  it.each(["kv", "redis"])("are shared by logic and job with session.store = %s", async (store) => {
    const log = await new UserLog(nats.url, `goim-${store}`).create();
    const env = { GOIM_SESSION_STORE: store, GOIM_REDIS_ADDR: redis.addr };
    const [forLogic, forJob] = [loadConfig(logicConfig, { env }), loadConfig(jobConfig, { env })];
    const depsOf = (bus: Bus) => ({
      ...{ bus, streams: createStreamReader(bus), clock: systemClock, log: silentLog },
      metrics: createMetrics(),
    });
    const [logicBus, jobBus] = [await log.connect(), await log.connect()];
    // Both processes have one registry for everything they open.
    const logicDeps = depsOf(logicBus);
    const writer = await openMailbox(forJob, depsOf(jobBus));
    const reader = await openMailbox({ ...forLogic, replicas: 1 }, logicDeps);
    const cursors = await openCursors({ ...forLogic, replicas: 1 }, logicDeps);
    const entries = mails(1, 3);
    expect(await append(writer, { mid: "7", entries })).toEqual([0]);
    expect(await read(reader)).toEqual({ last: 3, oldest: 0, entries, through: 3 });
    const move = { mid: "7", device: "a", session: "s", since: 1, acked: 2, handed: 3 };
    expect(await cursors.advance({ user: "e", all: "" }, [move])).toEqual([
      { status: "fulfilled", value: true },
    ]);
    const streams = await new JsApi(jobBus).call<{ streams?: string[] }>("STREAM.NAMES");
    const buckets = ["mailbox", "cursors"].map((kind) => {
      return `KV_${jobBus.subjects.bucket(kind as "mailbox" | "cursors")}`;
    });
    expect(buckets.map((name) => streams.streams?.includes(name))).toEqual(
      buckets.map(() => store === "kv"),
    );
    await Promise.all([writer.close(), reader.close(), cursors.close()]);
    await log.close();
  });
});
