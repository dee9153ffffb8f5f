import { describe, expect, it } from "vitest";
import { silentLog } from "../kit/log.ts";
import { createMetrics } from "../kit/metrics.ts";
import type { Session } from "../store/sessions.ts";
import { FakeDirectory, makeSession, settle, setUpPresence } from "./presence.fixture.ts";
import { Reaper, type ReaperConfig } from "./reaper.ts";

const GRACE = 10_000;

function setUp(sessions: Session[], changes: Partial<ReaperConfig> = {}) {
  const parts = setUpPresence();
  const { clock, events, presence, store } = parts;
  store.all = sessions;
  const directory = new FakeDirectory("c1/i1");
  const metrics = createMetrics();
  const bus = { connected: true, up: () => {} };
  const config = { grace: GRACE, spread: 0, batch: 2, perSecond: 1000, retryPause: 500 };
  const reaper = new Reaper(
    { ...config, ...changes },
    {
      bus: {
        get connected() {
          return bus.connected;
        },
        onStatus: (listener) => {
          bus.up = () => listener("up");
          return () => {};
        },
      },
      ...{ store, directory, presence, clock, log: silentLog, metrics, random: () => 0.5 },
    },
  );
  const pass = async (ms: number) => {
    for (let at = 0; at < ms; at += 100) {
      clock.advance(100);
      await settle();
    }
  };
  return { clock, events, store, directory, bus, reaper, metrics, pass };
}

const dead = (conn: number, changes: Partial<Session> = {}) =>
  makeSession({ comet: "c2", incarnation: "i2", conn, key: `k${conn}`, ...changes });

describe("the reaper", () => {
  it("ends the sessions of a comet that died, after the grace, and no others", async () => {
    const living = makeSession();
    const { reaper, store, events, directory, pass } = setUp([living, dead(1), dead(2), dead(3)]);
    directory.living.add("c2/i2");
    await reaper.start();
    await pass(1000);
    directory.change({ left: "c2/i2" });
    await pass(GRACE - 200);
    expect([events.ids, store.all.length]).toEqual([[], 4]);
    await pass(500);
    expect(events.ids).toEqual([1, 2, 3].map((conn) => `offline/c2/i2/${conn}`));
    expect(events.bodies[0]).toMatchObject({ reason: "lost" });
    expect(store.all).toEqual([living]);
    await reaper.stop();
  });

  it("finds at its start those who died unseen, and gives them the grace too", async () => {
    const { reaper, store, events, pass } = setUp([dead(1)]);
    await reaper.start();
    await pass(GRACE - 200);
    expect(events.ids).toEqual([]);
    await pass(500);
    expect([events.ids, store.all]).toEqual([["offline/c2/i2/1"], []]);
    await reaper.stop();
  });

  it("spares what its comet has renewed under a new incarnation", async () => {
    const { reaper, store, events, directory, pass } = setUp([dead(1), dead(2)]);
    await reaper.start();
    await pass(1000);
    directory.change({ joined: "c2/i3" });
    await store.renew([dead(1, { incarnation: "i3" })]);
    await pass(GRACE);
    expect(events.ids).toEqual(["offline/c2/i2/2"]);
    expect(store.all).toEqual([dead(1, { incarnation: "i3" })]);
    await reaper.stop();
  });

  it("welcomes back a session that was renewed between its event and its removal", async () => {
    const { reaper, store, events, directory, metrics, pass } = setUp([dead(1)]);
    store.before.remove = () => {
      directory.change({ joined: "c2/i3" });
      void store.renew([dead(1, { incarnation: "i3" })]);
    };
    await reaper.start();
    await pass(GRACE + 500);
    expect(events.ids).toEqual(["offline/c2/i2/1", "online/c2/i3/1"]);
    expect(store.all).toHaveLength(1);
    expect(await metrics.registry.metrics()).toContain("goim_reaper_returned_total 1");
    await reaper.stop();
  });

  it("does not take a comet for dead that was only slow", async () => {
    const { reaper, store, events, directory, pass } = setUp([dead(1)]);
    directory.living.add("c2/i2");
    await reaper.start();
    await pass(100);
    directory.change({ left: "c2/i2" });
    await pass(GRACE - 1000);
    directory.change({ joined: "c2/i2" });
    await pass(3 * GRACE);
    expect([events.ids, store.all.length]).toEqual([[], 1]);
    await reaper.stop();
  });

  it("counts no grace while NATS is away", async () => {
    const { reaper, events, bus, pass } = setUp([dead(1)]);
    await reaper.start();
    await pass(100);
    bus.connected = false;
    await pass(2 * GRACE);
    bus.connected = true;
    bus.up();
    await pass(GRACE - 200);
    expect(events.ids).toEqual([]);
    await pass(1500);
    expect(events.ids).toEqual(["offline/c2/i2/1"]);
    await reaper.stop();
  });

  it("removes nothing whose event is not stored, and tries again", async () => {
    const { reaper, store, events, metrics, pass } = setUp([dead(1)]);
    events.failing = true;
    await reaper.start();
    await pass(GRACE + 1000);
    expect(store.all).toHaveLength(1);
    expect(await metrics.registry.metrics()).toMatch(/goim_reaper_failed_total [1-9]/);
    events.failing = false;
    await pass(1000);
    expect([events.ids.length, store.all.length]).toEqual([1, 0]);
    await reaper.stop();
  });

  it("goes on after a store that failed", async () => {
    const { reaper, store, pass } = setUp([dead(1)]);
    let failures = 3;
    store.before.scan = () => {
      if (failures-- > 0) throw new Error("away");
    };
    await reaper.start();
    await pass(GRACE + 4000);
    expect(store.all).toEqual([]);
    await reaper.stop();
  });

  it("takes its time", async () => {
    const sessions = Array.from({ length: 40 }, (_, conn) => dead(conn));
    const { reaper, store, pass } = setUp(sessions, { perSecond: 10, grace: 0 });
    await reaper.start();
    await pass(1900);
    expect(store.all.length).toBeGreaterThanOrEqual(18);
    expect(store.all.length).toBeLessThanOrEqual(26);
    await pass(3000);
    expect(store.all).toEqual([]);
    await reaper.stop();
  });

  it("stops at once, in whatever pause, and leaves no timer behind", async () => {
    const waiting = setUp([dead(1)]);
    await waiting.reaper.start();
    await waiting.pass(100);
    await waiting.reaper.stop();
    const sessions = Array.from({ length: 9 }, (_, conn) => dead(conn));
    const pacing = setUp(sessions, { perSecond: 1, grace: 0 });
    await pacing.reaper.start();
    await pacing.pass(100);
    await pacing.reaper.stop();
    expect(pacing.store.all.length).toBeGreaterThan(4);
    expect([waiting.clock.pending, pacing.clock.pending]).toEqual([0, 0]);
  });
});
