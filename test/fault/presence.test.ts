/** One online and one offline event per session, whatever dies; and who counts as online then. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Bus } from "../../src/bus/bus.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { silentLog } from "../../src/kit/log.ts";
import { createMetrics } from "../../src/kit/metrics.ts";
import type { PresenceEvent } from "../../src/logic/presence-events.ts";
import { createKvSessionStore } from "../../src/store/sessions.kv.ts";
import { connectAndAuth, type TestClient } from "../harness/client.ts";
import { type CometProcess, type System, startSystem } from "../harness/cluster.ts";
import { waitFor } from "../harness/wait.ts";
import { messagesOf, openBus } from "../integration/logic-harness.ts";

/** What a watcher needs to take a silent comet for dead (bus/registry.ts). */
const LEASE_MS = 10_000;
/** For the looks of this test, on a machine that does other things as well. */
const SLACK_MS = 2_000;
const ROOM = "live://presence";

let system: System;
let bus: Bus;
let clients: TestClient[] = [];

async function events(): Promise<PresenceEvent[]> {
  const messages = await messagesOf(bus, bus.subjects.stream("event"), "goim.event.>");
  return messages
    .filter(({ subject }) => /^goim\.event\.(online|offline)\./.test(subject))
    .map(({ data }) => JSON.parse(Buffer.from(data).toString()));
}

/** Types of the events of each mid, in the order of the stream. */
async function typesOf(mids: readonly string[]): Promise<Record<string, string[]>> {
  const types: Record<string, string[]> = Object.fromEntries(mids.map((mid) => [mid, []]));
  for (const { mid, type } of await events()) types[mid]?.push(type);
  return types;
}

const once = (mids: readonly string[], ...types: string[]) =>
  Object.fromEntries(mids.map((mid) => [mid, types]));

/** Until exactly these events are there of each; more than these is a failure at once. */
async function untilTold(mids: readonly string[], ...types: string[]): Promise<void> {
  const told = (all: Record<string, string[]>) => Object.values(all).flat().length;
  await waitFor(async () => told(await typesOf(mids)) >= mids.length * types.length, {
    timeoutMs: 40_000,
    everyMs: 100,
    describe: `${types} of ${mids.length} users`,
  });
  expect(await typesOf(mids)).toEqual(once(mids, ...types));
}

function comet(n: 1 | 2): CometProcess {
  const found = system.comets[n - 1];
  if (found === undefined) throw new Error(`no comet ${n}`);
  return found;
}

async function join(at: CometProcess, mid: string, key = `key-${mid}`): Promise<TestClient> {
  const token = { mid: Number(mid), key, room_id: ROOM, platform: "web", accepts: [1000] };
  const client = await connectAndAuth({ url: at.tcp, token });
  clients.push(client);
  return client;
}

const range = (from: number, count: number) =>
  Array.from({ length: count }, (_, n) => String(from + n));

async function api<T>(path: string, body?: unknown): Promise<T> {
  const post = { method: "POST", body: JSON.stringify(body) };
  const headers = { "Content-Type": "application/json" };
  const url = `${system.logics[0].http}${path}`;
  const answer = await fetch(url, body === undefined ? {} : { ...post, headers });
  return (await answer.json()) as T;
}

interface User {
  readonly mid: string;
  readonly online: boolean;
  readonly sessions: { comet: string; key: string; since: number }[];
  readonly lastSeen?: number;
}

const userOf = (mid: string) => api<User>(`/api/v1/presence/${mid}`);

async function everybodyOnline(): Promise<string[]> {
  const mids = new Set<string>();
  let cursor: string | undefined;
  do {
    const query: string = cursor === undefined ? "" : `&cursor=${cursor}`;
    const page = await api<{ users: User[]; cursor?: string }>(`/api/v1/presence?limit=7${query}`);
    for (const { mid } of page.users) mids.add(mid);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return [...mids].sort();
}

const counts = async () => ({
  total: (await api<{ data: { conn_count: number } }>("/goim/online/total")).data.conn_count,
  room: (await api<{ data: Record<string, number> }>("/goim/online/room?type=live&rooms=presence"))
    .data.presence,
  top: (await api<{ data: { count: number }[] }>("/goim/online/top?type=live&limit=5")).data[0]
    ?.count,
});

/** Whether job has taken that comet for dead. */
function jobKnows(id: string): boolean {
  const changes = system.jobs[0].logged({ msg: "comets changed" });
  return changes.some(({ left }) => String(left).startsWith(`${id} `));
}

async function startWith(env: Record<string, string>, store: "kv" | "redis" = "kv") {
  const fast = { GOIM_REAPER_GRACE: "500ms", GOIM_REAPER_SPREAD: "0s" };
  system = await startSystem({ comets: 2, logics: 2, store, env: { ...fast, ...env } });
  bus = await openBus(system.nats.url);
}

async function end() {
  for (const client of clients) client.destroy();
  clients = [];
  await bus?.close();
  await system?.stop();
}

describe.each(["kv", "redis"] as const)("presence, sessions in %s", (store) => {
  beforeAll(() => startWith({}, store));
  afterAll(end);
  afterEach(() => {
    for (const client of clients) client.destroy();
  });

  it("a login and a normal close are told once each", async () => {
    const client = await join(comet(1), "11");
    await untilTold(["11"], "online");
    const user = await userOf("11");
    expect(user).toMatchObject({ online: true, sessions: [{ comet: "comet-1", key: "key-11" }] });
    expect(await everybodyOnline()).toEqual(["11"]);
    await client.close();
    await untilTold(["11"], "online", "offline");
    const [online, offline] = await events();
    expect(offline).toMatchObject({
      ...{ mid: "11", key: "key-11", device: "key-11", platform: "web", comet: "comet-1" },
      ...{ session: online?.session, since: online?.since, reason: "closed" },
    });
    expect(online?.since).toBe(user.sessions[0]?.since);
    const { sessions, lastSeen } = await waitFor(async () => {
      const after = await userOf("11");
      return !after.online && after;
    });
    expect([sessions, lastSeen]).toEqual([[], offline?.time]);
    const both = { mids: ["12", "11"] };
    const { users } = await api<{ users: User[] }>("/api/v1/presence", both);
    expect(users.map(({ mid, lastSeen: seen }) => [mid, seen])).toEqual([
      ["12", undefined],
      ["11", offline?.time],
    ]);
  });

  it("a key taken over on another comet ends one session and begins one", async () => {
    const first = await join(comet(1), "21");
    await untilTold(["21"], "online");
    const second = await join(comet(2), "21");
    await first.closed;
    await untilTold(["21"], "online", "offline", "online");
    const [, offline, online] = (await events()).filter(({ mid }) => mid === "21");
    expect([offline?.comet, online?.comet]).toEqual(["comet-1", "comet-2"]);
    expect(offline?.reason).toBe("taken");
    expect((await userOf("21")).sessions).toMatchObject([{ comet: "comet-2" }]);
    await second.close();
    await untilTold(["21"], "online", "offline", "online", "offline");
  });

  it("a comet killed: nobody of it counts or is pushed to, each is told of once", async () => {
    const [gone, here] = [range(100, 40), range(200, 10)];
    await Promise.all(gone.map((mid) => join(comet(1), mid)));
    const staying = await Promise.all(here.map((mid) => join(comet(2), mid)));
    await waitFor(async () => (await counts()).room === 50, { describe: "50 in the room" });
    const killedAt = performance.now();
    await comet(1).kill9();
    await waitFor(async () => (await counts()).total === 10, {
      timeoutMs: LEASE_MS + SLACK_MS,
      everyMs: 100,
    });
    expect(performance.now() - killedAt).toBeLessThan(LEASE_MS + 1000 + SLACK_MS);
    // What is older than topAge is made anew.
    await waitFor(async () => (await counts()).top === 10, { timeoutMs: 1500 });
    expect(await counts()).toEqual({ total: 10, room: 10, top: 10 });
    expect(await everybodyOnline()).toEqual(here);

    await waitFor(() => jobKnows("comet-1"), { timeoutMs: 2000, describe: "job to know" });
    expect(performance.now() - killedAt).toBeLessThan(LEASE_MS + 1000 + SLACK_MS);
    let routed = 0;
    bus.subscribe("goim.comet.comet-1.push", () => routed++);
    await bus.flush();
    const targets = [...gone, ...here].map((mid) => `mids=${mid}`).join("&");
    await api(`/goim/push/mids?operation=1000&${targets}`, "hello");
    await Promise.all(staying.map((client) => client.waitFor(({ text }) => text === '"hello"')));
    expect(routed).toBe(0);

    await untilTold(gone, "online", "offline");
    const reasons = (await events()).filter(({ mid }) => gone.includes(mid));
    expect(new Set(reasons.slice(-40).map(({ reason }) => reason))).toEqual(new Set(["lost"]));
    const { online, lastSeen } = await userOf("100");
    expect([online, typeof lastSeen]).toEqual([false, "number"]);
    expect(await typesOf(here)).toEqual(once(here, "online"));
    await comet(1).restart();
  });
});

describe("presence, when logics and NATS die too", () => {
  const slow = { GOIM_REAPER_BATCH: "2", GOIM_REAPER_PER_SECOND: "10" };
  beforeEach(() => startWith({ ...slow, GOIM_REAPER_GRACE: "3s" }));
  afterEach(end);

  it("logics killed in the middle of reaping: the rest is done, nothing twice", async () => {
    const mids = range(300, 40);
    await Promise.all(mids.map((mid) => join(comet(1), mid)));
    await untilTold(mids, "online");
    await comet(1).kill9();
    const ended = async () => (await events()).filter(({ type }) => type === "offline").length;
    await waitFor(async () => (await ended()) >= 5, { timeoutMs: 20_000, describe: "some ended" });
    await Promise.all(system.logics.map((logic) => logic.kill9()));
    const before = await ended();
    expect(before).toBeLessThan(40);
    await system.logics[1]?.start();
    await untilTold(mids, "online", "offline");
    await system.logics[0].start();
  });

  it("NATS away for longer than a lease: the living stay, each ends once", async () => {
    const mids = range(400, 10);
    const joined = await Promise.all(mids.map((mid, n) => join(comet(n % 2 ? 1 : 2), mid)));
    await untilTold(mids, "online");
    const known = new Set((await events()).map(({ session }) => session.split("/")[1]));
    await system.nats.restart();
    await system.nats.kill();
    const lost = { msg: "the registry entry was lost, registering anew" };
    await waitFor(() => system.comets.every((comet) => comet.logged(lost).length > 0), {
      timeoutMs: 30_000,
      describe: "the comets to give their leases up",
    });
    await system.nats.restart();
    const deps = { bus, clock: systemClock, log: silentLog, metrics: createMetrics() };
    const store = await createKvSessionStore({ create: false }, deps);
    await waitFor(
      async () => {
        const found = (await store.byMids(mids)).flat();
        return found.filter((one) => !known.has(one.incarnation)).length === mids.length;
      },
      { timeoutMs: 30_000, everyMs: 200, describe: "every session in its comet's new life" },
    );
    expect(await everybodyOnline()).toEqual(mids);
    const before = await events();
    await Promise.all(joined.map((client) => client.close()));
    await untilTold(mids, "online", "offline");
    const after = (await events()).slice(before.length);
    for (const { since, key, type, reason, session } of after) {
      expect([type, reason]).toEqual(["offline", "closed"]);
      const online = before.find((event) => event.key === key);
      expect(since).toBe(online?.since);
      expect(session).not.toBe(online?.session);
    }
  });
});
