import { describe, expect, it } from "vitest";
import { FakeClock } from "../kit/clock.fake.ts";
import { silentLog } from "../kit/log.ts";
import { createMetrics } from "../kit/metrics.ts";
import { CloseCode } from "../protocol/close-code.ts";
import { goim } from "../protocol/gen/messages.js";
import { Bucket } from "./bucket.ts";
import { FakeBus, openChannel, settle } from "./comet.fixture.ts";
import type { EndedSession } from "./disconnects.ts";
import { SessionRenewal } from "./session-renewal.ts";

function setUp() {
  const clock = new FakeClock();
  const bus = new FakeBus();
  const bucket = new Bucket();
  const identity = { id: "c1", incarnation: "i1" };
  const orphans: EndedSession[] = [];
  const requested: goim.logic.IHeartbeatReq[] = [];
  const renewed: string[] = [];
  const batches: { key: string; incarnation: string; platform: string }[][] = [];
  const logic = { epoch: "e1", taken: new Set<string>(), gate: Promise.resolve() };
  bus.handlers.set("goim.logic.heartbeat", async (data) => {
    const { requests } = goim.logic.HeartbeatBatchReq.decode(data);
    const { epoch } = logic;
    requested.push(...requests);
    batches.push(
      requests.map(({ key, incarnation, platform }) => {
        return { key: key ?? "", incarnation: incarnation ?? "", platform: platform ?? "" };
      }),
    );
    await logic.gate;
    const replies = requests.map(({ key }) => ({ taken: logic.taken.has(key ?? "") }));
    return goim.logic.HeartbeatBatchReply.encode({ replies, storeEpoch: epoch }).finish();
  });
  const renewal = new SessionRenewal(
    {
      ...{ renewMin: 600_000, renewMax: 1_800_000, batchMax: 10, inFlightMax: 2 },
      ...{ timeout: 100, retryPause: 1000 },
    },
    {
      ...{ bus, bucket, clock, log: silentLog, metrics: createMetrics() },
      identity: () => identity,
      onOrphan: (session) => orphans.push(session),
      onRenewed: ({ key }) => renewed.push(key),
      random: () => 0.25,
    },
  );
  const join = (key: string) => {
    const client = openChannel({ key });
    client.channel.platform = "web";
    client.channel.device = "d1";
    client.channel.since = 1_795_255_325_123;
    bucket.add(client.channel);
    bucket.register(client.channel);
    return client;
  };
  const names = { batches, requested, orphans, renewed };
  return { clock, bus, bucket, identity, ...names, logic, renewal, join };
}

describe("SessionRenewal", () => {
  it("spreads renewals over the configured time", () => {
    expect(setUp().renewal.nextMs()).toBe(900_000);
  });

  it("says whose session is stored again, and not before the newest round has it", async () => {
    const { renewal, join, logic, renewed, clock } = setUp();
    const clients = [join("k1"), join("k2")];
    logic.taken.add("k2");
    let open = () => {};
    logic.gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    renewal.renewAll("test");
    await settle();
    renewal.renewAll("again");
    open();
    await settle();
    expect([renewed, clients[1]?.channel.closed]).toEqual([[], true]);
    clock.advance(1000);
    await settle();
    expect(renewed).toEqual(["k1"]);
  });

  it("renews one session, once however often it is asked to", async () => {
    const { renewal, join, batches } = setUp();
    const { channel } = join("k1");
    renewal.renew(channel);
    renewal.renew(channel);
    await settle();
    expect(batches).toEqual([[{ key: "k1", incarnation: "i1", platform: "web" }]]);
    expect(channel.renewing).toBe(false);
  });

  it("closes a connection whose key a newer one owns", async () => {
    const { renewal, join, logic } = setUp();
    const { channel, connection } = join("k1");
    logic.taken.add("k1");
    renewal.renew(channel);
    await settle();
    expect(connection.closedWith?.code).toBe(CloseCode.Taken);
  });

  it("renews all in batches, a few at a time, under the new incarnation", async () => {
    const { renewal, join, batches, identity } = setUp();
    const clients = Array.from({ length: 35 }, (_, index) => join(`k${index}`));
    identity.incarnation = "i2";
    renewal.renewAll("test");
    await settle();
    expect(batches.every((batch) => batch.length <= 10)).toBe(true);
    expect(batches.flat()).toHaveLength(35);
    expect(batches.flat().every(({ incarnation }) => incarnation === "i2")).toBe(true);
    expect(clients.every(({ channel }) => channel.incarnation === "i2")).toBe(true);
  });

  it("says who the session is, and under which incarnation it was known", async () => {
    const { renewal, join, requested, identity } = setUp();
    const { channel } = join("k1");
    identity.incarnation = "i2";
    renewal.renew(channel);
    await settle();
    renewal.renew(channel);
    await settle();
    expect(requested).toMatchObject([
      { device: "d1", incarnation: "i2", before: "inc-1" },
      { device: "d1", incarnation: "i2", before: "i2" },
    ]);
    expect(requested.map(({ since }) => Number(since))).toEqual([1_795_255_325_123, channel.since]);
  });

  it("ends a session that was stored after its connection had gone", async () => {
    const { renewal, join, logic, orphans, identity } = setUp();
    const [left, taken] = [join("k1"), join("k2")];
    logic.taken.add("k2");
    let open = () => {};
    logic.gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    identity.incarnation = "i2";
    renewal.renewAll("test");
    await settle();
    for (const { channel } of [left, taken]) channel.gone();
    open();
    await settle();
    expect(orphans).toMatchObject([{ key: "k1", incarnation: "i2", server: "c1", device: "d1" }]);
  });

  it("leaves out who has no session", async () => {
    const { renewal, join, batches } = setUp();
    join("k1").channel.incarnation = "";
    renewal.renewAll("test");
    await settle();
    expect(batches).toEqual([]);
  });

  it("goes on until logic answers", async () => {
    const { renewal, join, bus, clock, batches } = setUp();
    const { channel } = join("k1");
    bus.connected = false;
    renewal.renew(channel);
    for (let tries = 0; tries < 20; tries++) {
      await settle();
      clock.advance(1000);
    }
    expect(channel.renewing).toBe(true);
    bus.connected = true;
    await settle();
    clock.advance(1000);
    await settle();
    expect(batches).toHaveLength(1);
    expect(channel.renewing).toBe(false);
  });

  it("renews all when the store began a new life, not at the first it hears of", async () => {
    const { renewal, join, batches } = setUp();
    join("k1");
    renewal.onStoreEpoch("e1");
    renewal.onStoreEpoch("");
    await settle();
    expect(batches).toEqual([]);
    renewal.onStoreEpoch("e2");
    await settle();
    expect(batches.flat()).toHaveLength(1);
    renewal.onStoreEpoch("e1");
    await settle();
    expect(batches.flat()).toHaveLength(1);
  });

  it("does not take an answer of the old store for one of the new", async () => {
    const { renewal, join, logic, batches, clock } = setUp();
    const { channel } = join("k1");
    renewal.onStoreEpoch("e1");
    let open = () => {};
    logic.gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    renewal.renew(channel);
    await settle();
    logic.epoch = "e2";
    renewal.onStoreEpoch("e2");
    open();
    await settle();
    expect(channel.renewing).toBe(true);
    clock.advance(1000);
    await settle();
    expect(batches.flat()).toHaveLength(2);
    expect(channel.renewing).toBe(false);
  });
});
