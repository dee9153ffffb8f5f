/** The reaper on real stores and the real event stream, stopped where two of them could meet. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createAckPublisher } from "../../src/bus/ack-publisher.ts";
import type { Bus } from "../../src/bus/bus.ts";
import { defaultStreams } from "../../src/bus/stream-config.ts";
import { declareStreams } from "../../src/bus/streams.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { silentLog } from "../../src/kit/log.ts";
import { createMetrics } from "../../src/kit/metrics.ts";
import { createEvents } from "../../src/logic/events.ts";
import { createPresenceEvents, type PresenceEvent } from "../../src/logic/presence-events.ts";
import { Reaper } from "../../src/logic/reaper.ts";
import { createKvSessionStore } from "../../src/store/sessions.kv.ts";
import { createRedisSessionStore } from "../../src/store/sessions.redis.ts";
import type { Session, SessionStore } from "../../src/store/sessions.ts";
import { startNats, type TestNats } from "../harness/nats.ts";
import { startRedis, type TestRedis } from "../harness/redis.ts";
import { waitFor } from "../harness/wait.ts";
import { messagesOf, openBus } from "./logic-harness.ts";

const alive = (comet: string, incarnation: string) =>
  comet.startsWith("alive") || incarnation === "i2";

function sessionOf(n: number, over: Partial<Session> = {}): Session {
  const place = { comet: "dead", incarnation: "i1", conn: n, platform: "web" };
  return { mid: String(n), key: `k${n}`, ...place, device: "d", since: Date.now(), ...over };
}

interface Hooks {
  readonly remove?: () => Promise<void>;
  readonly removed?: () => Promise<void>;
}

/** Resolves for everybody when `parties` of them have come. */
function barrier(parties: number): () => Promise<void> {
  let waiting: (() => void)[] = [];
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      if (waiting.length < parties) return;
      for (const go of waiting) go();
      waiting = [];
    });
}

describe.each(["kv", "redis"] as const)("reapers of sessions in %s", (kind) => {
  let nats: TestNats;
  let redis: TestRedis | undefined;
  let bus: Bus;
  const opened: { close(): Promise<void> }[] = [];
  const reapers: Reaper[] = [];

  beforeEach(async () => {
    nats = await startNats();
    redis = kind === "redis" ? await startRedis() : undefined;
    bus = await openBus(nats.url);
    await declareStreams(bus, defaultStreams, { log: silentLog });
  });

  afterEach(async () => {
    for (const reaper of reapers.splice(0)) await reaper.stop();
    for (const one of opened.splice(0)) await one.close();
    await bus?.close();
    await redis?.stop();
    await nats?.stop();
  });

  async function openStore(): Promise<SessionStore> {
    const deps = { bus, clock: systemClock, log: silentLog, metrics: createMetrics() };
    const store =
      redis === undefined
        ? await createKvSessionStore({}, deps)
        : await createRedisSessionStore({ addr: redis.addr }, deps);
    opened.push(store);
    return store;
  }

  /** One logic's reaper; the hooks run before and after the store removes. */
  async function startReaper(hooks: Hooks = {}): Promise<Reaper> {
    const store = await openStore();
    const deps = { clock: systemClock, log: silentLog, metrics: createMetrics() };
    const acks = createAckPublisher(bus);
    opened.push(acks);
    const bounds = { inFlightMax: 64, waitingMax: 1000, timeout: 10_000, retryPause: 50 };
    const events = createEvents(bounds, { ...deps, acks });
    const told = { events, subjects: bus.subjects, clock: systemClock };
    const reaper = new Reaper(
      { grace: 50, spread: 0, batch: 8, perSecond: 10_000, retryPause: 50 },
      {
        ...deps,
        bus,
        store: {
          scan: () => store.scan(),
          byKeys: (keys) => store.byKeys(keys),
          remove: async (sessions) => {
            await hooks.remove?.();
            const was = await store.remove(sessions);
            await hooks.removed?.();
            return was;
          },
        },
        directory: { alive, onChange: () => () => {} },
        presence: createPresenceEvents({ presence: true, anonymous: false }, told),
        random: Math.random,
      },
    );
    reapers.push(reaper);
    await reaper.start();
    return reaper;
  }

  async function events(): Promise<PresenceEvent[]> {
    const messages = await messagesOf(bus, bus.subjects.stream("event"), "goim.event.>");
    return messages.map(({ data }) => JSON.parse(Buffer.from(data).toString()));
  }

  const left = async (store: SessionStore) => {
    const found: Session[] = [];
    for await (const part of store.scan()) found.push(...part);
    return found;
  };

  it("two at the very same sessions make one event of each", async () => {
    const store = await openStore();
    const dead = Array.from({ length: 7 }, (_, n) => sessionOf(n + 1));
    const anonymous = sessionOf(90, { mid: "0" });
    const living = sessionOf(91, { comet: "alive" });
    await store.put([...dead, anonymous, living]);
    // Both have told of all and have removed none when they meet.
    const meet = barrier(2);
    await Promise.all([startReaper({ remove: meet }), startReaper({ remove: meet })]);
    await waitFor(async () => (await left(store)).length === 1, { describe: "one session left" });
    expect(await left(store)).toEqual([living]);
    const told = (await events()).map(({ type, session }) => `${type} ${session}`);
    expect(told.sort()).toEqual(dead.map(({ conn }) => `offline dead/i1/${conn}`).sort());
  });

  it("a client that is back with its key when its old session is removed stays", async () => {
    const store = await openStore();
    const [old, back] = [sessionOf(1), sessionOf(1, { comet: "alive-2", conn: 7 })];
    await store.put([old]);
    let met = 0;
    await startReaper({
      remove: async () => {
        met++;
        await store.put([back]);
      },
    });
    await waitFor(() => met > 0, { describe: "the reaper to remove it" });
    for (const reaper of reapers) await reaper.stop();
    expect(await left(store)).toEqual([back]);
    expect((await store.byMids(["1"]))[0]).toEqual([back]);
    expect((await events()).map(({ session }) => session)).toEqual(["dead/i1/1"]);
  });

  it("a session that its comet has carried over meanwhile is told to be online again", async () => {
    const store = await openStore();
    const old = sessionOf(1);
    const moved = { ...old, incarnation: "i2" };
    await store.put([old]);
    await startReaper({
      remove: async () => {
        await store.renew([moved]);
      },
    });
    const told = await waitFor(async () => {
      const all = await events();
      return all.length === 2 && all;
    });
    expect(told.map(({ type, session }) => `${type} ${session}`)).toEqual([
      "offline dead/i1/1",
      "online dead/i2/1",
    ]);
    expect(await left(store)).toEqual([moved]);
  });

  it.each(["remove", "removed"])("one killed at %s leaves the rest to the next", async (place) => {
    const store = await openStore();
    const dead = Array.from({ length: 20 }, (_, n) => sessionOf(n + 1));
    await store.put(dead);
    let stuck = false;
    const hang = () => {
      stuck = true;
      return new Promise<void>(() => {});
    };
    await startReaper({ [place]: hang });
    await waitFor(() => stuck, { describe: "the first reaper to be stuck" });
    // A killed process does not stop its services either.
    reapers.length = 0;
    await startReaper();
    await waitFor(async () => (await left(store)).length === 0, { describe: "no session left" });
    const told = (await events()).map(({ session }) => session);
    expect(told.sort()).toEqual(dead.map(({ conn }) => `dead/i1/${conn}`).sort());
  });

  it("works through 2,000 sessions in small parts", async () => {
    const store = await openStore();
    const dead = Array.from({ length: 2000 }, (_, n) => sessionOf(n + 1));
    await store.put(dead);
    await startReaper();
    await waitFor(async () => (await left(store)).length === 0, {
      timeoutMs: 40_000,
      everyMs: 500,
      describe: "no session left",
    });
    expect(new Set((await events()).map(({ session }) => session)).size).toBe(2000);
  });
});
