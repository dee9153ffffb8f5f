import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Bus, KvBucket } from "../../src/bus/bus.ts";
import { connectBus } from "../../src/bus/connect.ts";
import { openBucket } from "../../src/bus/kv.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { silentLog } from "../../src/kit/log.ts";
import { createMetrics } from "../../src/kit/metrics.ts";
import { createKvSessionStore, type KvSessionsConfig } from "../../src/store/sessions.kv.ts";
import type { Session } from "../../src/store/sessions.ts";
import { startNats, type TestNats } from "../harness/nats.ts";

const item: Session = {
  mid: "7001",
  key: "pk1",
  comet: "comet-1",
  incarnation: "i1",
  conn: 17,
  platform: "web",
  device: "d",
  since: 5,
};

describe("sessions in NATS KV, what only KV has", () => {
  let nats: TestNats;
  let bus: Bus;
  let systems = 0;

  beforeAll(async () => {
    nats = await startNats();
  });
  beforeEach(async () => {
    systems++;
    const prefix = `kv-${systems}`;
    const deps = { clock: systemClock, log: silentLog };
    bus = await connectBus({ url: nats.url, prefix, name: "sessions", ...deps });
  });
  afterEach(() => bus?.close());
  afterAll(() => nats?.stop());

  const open = (over: Partial<KvSessionsConfig> = {}) =>
    createKvSessionStore(over, {
      bus,
      log: silentLog,
      clock: systemClock,
      metrics: createMetrics(),
    });
  const bucket = (): Promise<KvBucket> =>
    openBucket(bus, { name: bus.subjects.bucket("sessions"), create: false });

  /** What lies under a key of the bucket; undefined when nothing does. */
  async function value(key: string): Promise<unknown> {
    const entry = await (await bucket()).get(key);
    return entry === undefined ? undefined : JSON.parse(Buffer.from(entry.value).toString());
  }

  it("lies in GOIM_SESSIONS as k.<key> and m.<mid>, two messages for a login", async () => {
    const store = await open();
    await store.put([item]);
    const place = ["comet-1", "i1", 17, "web", "d", 5];
    expect(await value(bus.subjects.kvKey("pk1"))).toEqual([["7001", ...place]]);
    expect(await value(bus.subjects.kvMid("7001"))).toEqual([
      ["pk1", 1, expect.any(Number), place],
    ]);
    const stored = await (await bucket()).get(bus.subjects.kvMid("7001"));
    expect(stored?.revision).toBe(2);
  });

  it("lets a reader wait for the bucket that logic makes", async () => {
    let waited = true;
    const reader = open({ create: false }).finally(() => {
      waited = false;
    });
    const store = await open();
    expect(waited).toBe(true);
    await store.put([item]);
    expect(await (await reader).byMids(["7001"])).toEqual([[item]]);
  });

  it("heals what a crash between the two writes left behind", async () => {
    const store = await open();
    await store.put([item]);
    const kv = await bucket();
    // The crashed put wrote the key and not the user.
    const next = { ...item, conn: 18 };
    const row = [["7001", "comet-1", "i1", 18, "web", "d", 5]];
    await kv.put(bus.subjects.kvKey("pk1"), Buffer.from(JSON.stringify(row)));
    expect(await store.byMids(["7001"])).toEqual([[item]]);

    expect(await store.renew([item])).toEqual([false]);
    expect(await store.byMids(["7001"])).toEqual([[next]]);
    await kv.put(bus.subjects.kvMid("7001"), Buffer.from("[]"));
    expect(await store.renew([next])).toEqual([true]);
    expect(await store.byMids(["7001"])).toEqual([[next]]);
    await kv.put(bus.subjects.kvMid("7001"), Buffer.from("[]"));
    expect(await store.remove([item])).toEqual([false]);
    expect(await store.byMids(["7001"])).toEqual([[next]]);
  });

  it("forgets a session whose key has expired before its user's record has", async () => {
    const store = await open();
    await store.put([item, { ...item, key: "pk2", conn: 18 }]);
    const stream = `KV_${bus.subjects.bucket("sessions")}`;
    const filter = `$KV.${bus.subjects.bucket("sessions")}.${bus.subjects.kvKey("pk1")}`;
    const purge = Buffer.from(JSON.stringify({ filter }));
    await bus.request(`$JS.API.STREAM.PURGE.${stream}`, purge, { timeoutMs: 5000 });
    expect(await store.byKeys(["pk1"])).toEqual([[]]);
    expect(await store.remove([item])).toEqual([false]);
    expect(await store.byMids(["7001"])).toEqual([[{ ...item, key: "pk2", conn: 18 }]]);
  });

  it("replaces a record that cannot be read", async () => {
    const store = await open();
    const kv = await bucket();
    await kv.put(bus.subjects.kvKey("pk1"), Buffer.from("rubbish"));
    await kv.put(bus.subjects.kvMid("7001"), Buffer.from('{"no":1}'));
    expect(await store.byKeys(["pk1"])).toEqual([[]]);
    expect(await store.byMids(["7001"])).toEqual([[]]);
    expect(await store.put([item])).toEqual([{ status: "fulfilled", value: [] }]);
    expect(await store.byKeys(["pk1"])).toEqual([[item]]);
    expect(await store.byMids(["7001"])).toEqual([[item]]);
  });

  it("refuses what is above its bound and takes the rest", async () => {
    const store = await open({ waitingMax: 100, inFlightMax: 8 });
    const items = Array.from({ length: 150 }, (_, n) => ({ ...item, key: `k${n}`, conn: n }));
    const outcomes = await store.put(items);
    const refused = outcomes.filter((outcome) => outcome.status === "rejected");
    expect(refused).toHaveLength(50);
    for (const { reason } of refused) expect(reason).toMatchObject({ code: "busy" });
    expect((await store.byMids(["7001"]))[0]).toHaveLength(100);
  });
});
