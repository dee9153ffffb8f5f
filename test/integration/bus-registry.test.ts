import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Bus, CometDirectory, CometInfo } from "../../src/bus/bus.ts";
import { connectBus } from "../../src/bus/connect.ts";
import { JsApi } from "../../src/bus/js-api.ts";
import { openRegistry, registerComet, watchComets } from "../../src/bus/registry.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { silentLog } from "../../src/kit/log.ts";
import { startNats, type TestNats } from "../harness/nats.ts";
import { waitFor } from "../harness/wait.ts";

/** The true times divided by ten, so that a death takes one second. */
const fast = { renewMs: 300, deathMs: 1_000 };

const comet = (id: string, more: Partial<CometInfo> = {}): CometInfo => ({
  id,
  incarnation: `${id}-1`,
  region: "sh",
  zone: "sh001",
  env: "dev",
  hostname: "host.1",
  addrs: ["127.0.0.1"],
  weight: 10,
  offline: false,
  connections: 0,
  ips: 0,
  version: "1.0.0",
  updatedAt: 0,
  ...more,
});

let nats: TestNats;
let bus: Bus;
let watcherBus: Bus;
let directory: CometDirectory;
let changes: string[];

const connectTo = (url: string, more: object = {}) =>
  connectBus({ url, prefix: "goim", name: "t", clock: systemClock, log: silentLog, ...more });

beforeEach(async () => {
  nats = await startNats();
  bus = await connectTo(nats.url);
  watcherBus = await connectTo(nats.url);
  directory = watchComets(watcherBus, fast);
  changes = [];
  directory.onChange(({ joined, left }) => {
    if (left !== undefined) changes.push(`-${left.incarnation}`);
    if (joined !== undefined) changes.push(`+${joined.incarnation}`);
  });
  await directory.ready();
});

afterEach(async () => {
  directory.close();
  await Promise.all([bus.close(), watcherBus.close()]);
  await nats.stop();
});

const onLost = (reason: string) => {
  throw new Error(`lost without a reason to: ${reason}`);
};

describe("the registry", () => {
  it("shows a comet, its changes at once, and its leaving at once", async () => {
    expect(directory.list()).toEqual([]);
    // An id with dots and one with a slash: both are text, no structure.
    const entry = await registerComet(bus, comet("comet1.goim.io/1"), { ...fast, onLost });
    await waitFor(() => directory.list().length === 1);
    expect(directory.alive("comet1.goim.io/1", "comet1.goim.io/1-1")).toBe(true);
    expect(directory.alive("comet1.goim.io/1", "another")).toBe(false);
    expect(directory.get("comet1.goim.io/1")).toMatchObject({ weight: 10, offline: false });
    entry.update({ connections: 7, offline: true });
    entry.update({ connections: 8 });
    await waitFor(() => directory.get("comet1.goim.io/1")?.connections === 8);
    expect(directory.get("comet1.goim.io/1")?.offline).toBe(true);
    await entry.deregister();
    await waitFor(() => directory.list().length === 0, { timeoutMs: 500 });
    expect(changes).toEqual(["+comet1.goim.io/1-1", "-comet1.goim.io/1-1"]);
  });

  it("keeps a comet that renews for many times the death time", async () => {
    const entry = await registerComet(bus, comet("a"), { ...fast, onLost });
    await waitFor(() => directory.list().length === 1);
    const first = directory.get("a")?.updatedAt ?? 0;
    await waitFor(() => (directory.get("a")?.updatedAt ?? 0) - first > 3_000);
    expect(changes).toEqual(["+a-1"]);
    await entry.deregister();
  });

  it("takes a comet for dead that does not renew, without any event by the bucket", async () => {
    await registerComet(bus, comet("a"), { renewMs: 60_000, deathMs: 60_000, onLost });
    await waitFor(() => directory.list().length === 1);
    const since = performance.now();
    await waitFor(() => directory.list().length === 0);
    expect(performance.now() - since).toBeGreaterThan(900);
    expect(directory.alive("a", "a-1")).toBe(false);
  });

  it("lets the newer of two processes with one id win, and tells the older", async () => {
    const lost: string[] = [];
    const older = await registerComet(bus, comet("a"), {
      ...fast,
      onLost: (reason) => lost.push(reason),
    });
    await waitFor(() => directory.list().length === 1);
    const newer = await registerComet(watcherBus, comet("a", { incarnation: "a-2" }), {
      ...fast,
      onLost,
    });
    await waitFor(() => directory.alive("a", "a-2"));
    await waitFor(() => lost.length === 1);
    expect(lost[0]).toContain("newer process");
    // What the older one does from now on changes nothing.
    older.update({ connections: 99 });
    await older.deregister();
    newer.update({ connections: 1 });
    await waitFor(() => directory.get("a")?.connections === 1);
    expect(changes).toEqual(["+a-1", "-a-1", "+a-2"]);
    await newer.deregister();
  });

  it("gives up an incarnation that could not renew; its owner makes a new one", async () => {
    const lost: string[] = [];
    await registerComet(bus, comet("a"), { ...fast, onLost: (reason) => lost.push(reason) });
    await nats.kill();
    await waitFor(() => lost.length === 1);
    expect(lost[0]).toMatch(/not renewed for 1\d\d\d ms/);
    await nats.restart();
    const again = await registerComet(bus, comet("a", { incarnation: "a-2" }), { ...fast, onLost });
    await waitFor(() => directory.alive("a", "a-2"));
    await again.deregister();
  });

  it("outlives a restart of NATS, the watchers' clock standing still", async () => {
    const slow = await connectTo(nats.url, { reconnectWaitMs: 1_500 });
    const patient = watchComets(slow, fast);
    const told: unknown[] = [];
    await patient.ready();
    const entry = await registerComet(bus, comet("a"), { ...fast, onLost });
    await waitFor(() => patient.list().length === 1);
    patient.onChange((change) => told.push(change));
    await nats.restart();
    // Away for longer than the death time; the comet itself was back much earlier.
    await waitFor(() => !slow.connected);
    await waitFor(() => slow.connected);
    const seen = patient.get("a")?.updatedAt ?? 0;
    await waitFor(() => (patient.get("a")?.updatedAt ?? 0) > seen);
    expect(told).toEqual([]);
    patient.close();
    await entry.deregister();
    await slow.close();
  });

  it("writes its entry again when the bucket was lost", async () => {
    const entry = await registerComet(bus, comet("a"), { ...fast, onLost });
    await waitFor(() => directory.list().length === 1);
    await nats.restart({ wipe: true });
    await waitFor(async () => {
      const bucket = await openRegistry(bus);
      return (await bucket.get(bus.subjects.kvComet("sh", "sh001", "a"))) !== undefined;
    });
    await waitFor(() => directory.alive("a", "a-1"));
    // An entry that vanished while nobody looked says nothing about the comet.
    expect(changes).toEqual(["+a-1"]);
    await entry.deregister();
    await waitFor(() => changes.at(-1) === "-a-1");
  });

  it("leaves nothing on the connection when an incarnation ends", async () => {
    const subscriptions = async () => {
      const response = await fetch(`http://127.0.0.1:${nats.monitorPort}/connz?subs=1`);
      const { connections } = (await response.json()) as {
        connections: { subscriptions: number }[];
      };
      return connections.reduce((sum, connection) => sum + connection.subscriptions, 0);
    };
    const before = await subscriptions();
    for (let n = 0; n < 3; n++) {
      const entry = await registerComet(bus, comet("a", { incarnation: `a-${n}` }), {
        ...fast,
        onLost,
      });
      await entry.deregister();
    }
    await bus.flush();
    expect(await subscriptions()).toBe(before);
  });

  it("ignores an entry that is no comet's", async () => {
    const bucket = await openRegistry(bus);
    for (const text of ["not json", "[]", "null", '{"id":"x"}']) {
      await bucket.put(`x.x.${text.length}`, new TextEncoder().encode(text));
    }
    const entry = await registerComet(bus, comet("a"), { ...fast, onLost });
    await waitFor(() => directory.list().length === 1);
    expect(directory.list()[0]?.id).toBe("a");
    await entry.deregister();
  });

  it("recovers when the bucket could not be opened at first", async () => {
    const api = new JsApi(bus);
    directory.close();
    await api.call("STREAM.DELETE.KV_GOIM_COMETS");
    const foreign = { name: "KV_GOIM_COMETS", subjects: ["$KV.GOIM_COMETS.>"] };
    await api.call("STREAM.CREATE.KV_GOIM_COMETS", foreign);
    const late = watchComets(watcherBus, fast);
    let ready = false;
    void late.ready().then(() => {
      ready = true;
    });
    // It is another one's bucket, without an epoch: refused until somebody takes it away.
    const entry = openRegistry(bus);
    await expect(entry).rejects.toMatchObject({ code: "invalid" });
    expect(ready).toBe(false);
    await api.call("STREAM.DELETE.KV_GOIM_COMETS");
    await waitFor(() => ready, { timeoutMs: 10_000 });
    await registerComet(bus, comet("a"), { ...fast, onLost });
    await waitFor(() => late.get("a") !== undefined, { timeoutMs: 5_000 });
    late.close();
  });

  it("a signal ends the wait for a directory whose NATS does not come", async () => {
    await nats.kill();
    await waitFor(() => !watcherBus.connected);
    const abort = new AbortController();
    const waiting = watchComets(watcherBus, { ...fast, signal: abort.signal });
    const ready = waiting.ready();
    abort.abort();
    await expect(ready).rejects.toMatchObject({ code: "unavailable" });
  });
});
