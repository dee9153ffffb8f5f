import { describe, expect, it } from "vitest";
import { createSubjects } from "../bus/subjects.ts";
import { FakeClock } from "../kit/clock.fake.ts";
import { GoimError } from "../kit/errors.ts";
import { silentLog } from "../kit/log.ts";
import { createMetrics } from "../kit/metrics.ts";
import type { CursorLogin } from "../store/cursors.ts";
import { type Session, sessionText } from "../store/sessions.ts";
import type { WaitingMail } from "./mail.ts";
import { createSessions, type Login, madeKey } from "./sessions.ts";

const NOW = 1_795_255_325_000;

const login = (token: object | string, conn = 1): Login => ({
  comet: "c1",
  incarnation: "i1",
  conn,
  token: Buffer.from(typeof token === "string" ? token : JSON.stringify(token)),
});

function session(changes: Partial<Session> = {}): Session {
  const base = { mid: "7", key: "k", comet: "c0", incarnation: "i0", conn: 9, platform: "" };
  return { ...base, device: "", since: 0, ...changes };
}

interface StoreBehaviour {
  readonly displaced?: Session[];
  /** Connections that take a key have ended meanwhile. */
  readonly late?: boolean;
  readonly failFor?: string;
  /** What a mid's mailbox says when it cannot be read. */
  readonly mailFails?: Readonly<Record<string, Error>>;
}

const mailOf = (mid: string): WaitingMail => ({
  all: { cursor: 0, kept: { epoch: "a", offset: 0, entries: [] } },
  ...{ epoch: "e", cursor: 1, last: Number(mid), oldest: 0, entries: [], through: Number(mid) },
});

function setup({ displaced = [], late = false, failFor, mailFails = {} }: StoreBehaviour = {}) {
  const puts: Session[][] = [];
  const steps: string[] = [];
  const read: CursorLogin[] = [];
  const kicked: Session[] = [];
  const told: string[] = [];
  const alive = new Set(["c0/i0"]);
  const sessions = createSessions({
    store: {
      put: async (stored) => {
        puts.push([...stored]);
        await Promise.resolve();
        steps.push("stored");
        return stored.map(({ key }) =>
          key === failFor
            ? { status: "rejected", reason: new GoimError("unavailable", "the store is away") }
            : { status: "fulfilled", value: displaced },
        );
      },
      renew: async (renewed, onRestored) =>
        renewed.map((one) => {
          steps.push(`renewed ${sessionText(one)}`);
          if (one.key.startsWith("lost")) onRestored?.(one);
          return one.key !== "taken";
        }),
      remove: async (removed) => {
        steps.push(...removed.map((one) => `removed ${sessionText(one)}`));
        return removed.map(({ key }) => key === "k");
      },
      epoch: async () => "epoch1",
      byKeys: async () => [],
    },
    mail: {
      waiting: async (logins) => {
        steps.push("read");
        read.push(...logins);
        return logins.map(({ mid }) => {
          const reason = mailFails[mid];
          if (reason !== undefined) return { status: "rejected", reason };
          return { status: "fulfilled", value: mailOf(mid) };
        });
      },
    },
    kicker: { kick: (one) => kicked.push(one) },
    takeOvers: { late: async (takers) => new Set(late ? takers : []) },
    goodbyes: async (ended) => {
      told.push(...ended.map((one) => `goodbye ${one.key}`));
      return [...ended];
    },
    presence: {
      online: (one) => told.push(`online ${sessionText(one)}`),
      offline: async (gone, reason) => {
        told.push(...gone.map((one) => `offline ${sessionText(one)} ${reason}`));
        return true;
      },
    },
    directory: { alive: (id, incarnation) => alive.has(`${id}/${incarnation}`) },
    subjects: createSubjects("goim"),
    clock: new FakeClock(NOW),
    log: silentLog,
    metrics: createMetrics(),
  });
  return { sessions, puts, kicked, steps, read, told };
}

describe("connect", () => {
  it("stores the session of a token in one put for the whole batch", async () => {
    const { sessions, puts } = setup();
    const token = { mid: 7, key: "k7", room_id: "live://1", platform: "web", accepts: [1000] };
    const results = await sessions.connect([login(token), login({ key: "k8" }, 2)]);
    const stored = {
      mid: "7",
      key: "k7",
      comet: "c1",
      incarnation: "i1",
      conn: 1,
      platform: "web",
      device: "k7",
      since: NOW,
    };
    expect(results[0]).toEqual({
      ...{ session: stored, roomId: "live://1", accepts: [1000] },
      mail: mailOf("7"),
    });
    expect(results[1]).toMatchObject({ session: { mid: "0", key: "k8", conn: 2 }, roomId: "" });
    expect(puts).toHaveLength(1);
    expect(puts[0]?.map(({ key }) => key)).toEqual(["k7", "k8"]);
  });

  it("refuses bad tokens one by one and stores the others", async () => {
    const { sessions, puts } = setup();
    const results = await sessions.connect([
      login(""),
      login({ key: "ok" }),
      login('{"mid":"str"}'),
      login({ key: "x".repeat(4000) }),
      login({ room_id: `live://${"x".repeat(4000)}` }),
    ]);
    expect(results.map((result) => ("error" in result ? result.error : "ok"))).toEqual([
      "unauthorized",
      "ok",
      "unauthorized",
      "invalid",
      "invalid",
    ]);
    expect(puts[0]).toHaveLength(1);
  });

  it("does not ask the store when nobody is let in", async () => {
    const { sessions, puts } = setup();
    await sessions.connect([login("x")]);
    expect(await sessions.connect([])).toEqual([]);
    expect(puts).toEqual([]);
  });

  it("makes a key for who brings none, the same when the comet asks twice", async () => {
    const { sessions, puts } = setup();
    await sessions.connect([login({}), login({}, 2)]);
    await sessions.connect([login({}), login({}, 2)]);
    const keys = puts.map((put) => put.map(({ key }) => key));
    expect(keys[0]).toEqual(keys[1]);
    expect(new Set(keys[0]).size).toBe(2);
    for (const key of keys[0] ?? []) {
      expect(key).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
  });

  it("gives the key back when it was taken for a connection that has ended meanwhile", async () => {
    const displaced = [session(), session({ incarnation: "dead" })];
    const { sessions, kicked, steps, told } = setup({ displaced, late: true });
    expect(await sessions.connect([login({ mid: 7, key: "k" })])).toMatchObject([
      { error: "unavailable" },
    ]);
    expect([kicked, told]).toEqual([[], []]);
    expect(steps).toEqual(["stored", "removed c1/i1/1", "renewed c0/i0/9", "read"]);
  });

  it("kicks those it displaces, but nobody of a dead comet", async () => {
    const displaced = [session(), session({ incarnation: "dead" })];
    const { sessions, kicked } = setup({ displaced });
    await sessions.connect([login({ key: "k" })]);
    expect(kicked).toEqual([session()]);
  });

  it("tells of who came, after those who had to go for it, and of nobody refused", async () => {
    const displaced = [session(), session({ incarnation: "dead" })];
    const { sessions, told } = setup({ displaced, failFor: "bad" });
    await sessions.connect([login({ key: "k" }, 4), login({ key: "bad" }), login("no token")]);
    expect(told).toEqual(["offline c0/i0/9 taken", "offline c0/dead/9 lost", "online c1/i1/4"]);
  });

  it("tells what the store said for each login alone", async () => {
    const { sessions, kicked } = setup({ failFor: "bad", displaced: [session()] });
    const results = await sessions.connect([login({ key: "bad" }), login({ key: "good" })]);
    expect(results[0]).toEqual({ error: "unavailable", text: "the store is away" });
    expect(results[1]).toMatchObject({ session: { key: "good" } });
    expect(kicked).toHaveLength(1);
  });
});

describe("what waits for a login", () => {
  const user = (mid: number, more: object = {}, conn = mid) => login({ mid, ...more }, conn);

  it("is read when the sessions are stored, never before", async () => {
    const { sessions, steps, read } = setup();
    const logins = [user(7, { device: "d7" }), login({ key: "x" }, 8), user(9), login("", 10)];
    const results = await sessions.connect(logins);
    expect(steps).toEqual(["stored", "read"]);
    expect(read).toEqual([
      { mid: "7", device: "d7", session: "c1/i1/7", since: NOW },
      { mid: "9", device: "", session: "c1/i1/9", since: NOW },
    ]);
    const mails = results.map((one) => ("session" in one ? one.mail?.last : one.error));
    expect(mails).toEqual([7, undefined, 9, "unauthorized"]);
  });

  it("is not read for whose session is not stored, nor for who is below 1", async () => {
    const { sessions, read } = setup({ failFor: "bad" });
    await sessions.connect([user(7, { key: "bad" }), user(-3), user(8)]);
    expect(read.map(({ mid }) => mid)).toEqual(["8"]);
  });

  it("and cannot be read: that login alone is refused, with the code of the store", async () => {
    const { sessions, kicked } = setup({
      displaced: [session()],
      mailFails: { 7: new GoimError("unavailable", "the mailbox is away"), 8: new Error("bug") },
    });
    const results = await sessions.connect([user(7), user(8), user(9)]);
    expect(results[0]).toEqual({ error: "unavailable", text: "the mailbox is away" });
    expect(results[1]).toMatchObject({ error: "internal" });
    expect(results[2]).toMatchObject({ session: { mid: "9" } });
    // What a stored session displaced has no key any more, whatever becomes of the login.
    expect(kicked).toHaveLength(3);
  });

  it.each([
    [{ device: "d", key: "k", platform: "web" }, "d"],
    [{ key: "k", platform: "web" }, "k"],
    [{ platform: "web" }, "web"],
    [{}, ""],
    [{ platform: "p".repeat(100) }, "p".repeat(64)],
  ])("is that of the device of %o", async (token, device) => {
    const { sessions, read } = setup();
    const [result] = await sessions.connect([user(7, token)]);
    expect(read[0]?.device).toBe(device);
    expect(result).toMatchObject({ session: { device } });
  });
});

describe("madeKey", () => {
  it("differs by comet, incarnation and connection", () => {
    const bases = [
      { comet: "a", incarnation: "b", conn: 1 },
      { comet: "ab", incarnation: "", conn: 1 },
      { comet: "a", incarnation: "b", conn: 2 },
      { comet: "a", incarnation: "c", conn: 1 },
      { comet: "ab", incarnation: "b", conn: 1 },
    ];
    expect(new Set(bases.map(madeKey)).size).toBe(bases.length);
    expect(madeKey({ comet: "a", incarnation: "", conn: 1 })).not.toBe(
      madeKey({ comet: "a", incarnation: "", conn: 1 }),
    );
  });
});

describe("disconnect and heartbeat", () => {
  it("say whether it was there, and whether the key was taken", async () => {
    const { sessions } = setup();
    const batch = [session(), session({ key: "taken" })];
    expect(await sessions.disconnect(batch)).toEqual([true, false]);
    expect(await sessions.heartbeat(batch)).toEqual([false, true]);
    expect(await sessions.epoch()).toBe("epoch1");
  });

  it("say goodbye before the session is removed", async () => {
    const { sessions, told } = setup();
    await sessions.disconnect([session()]);
    expect(told).toEqual(["goodbye k"]);
  });

  it("tell of a session that was ended while its comet was away, and of no other", async () => {
    const { sessions, told } = setup();
    const keys = ["lost-new", "lost-same", "lost-old-comet", "kept"];
    const batch = keys.map((key, conn) => session({ key, conn }));
    await sessions.heartbeat(batch, ["i-before", "i0", "", "i-before"]);
    expect(told).toEqual(["online c0/i0/0"]);
  });
});

/** A store whose key "full" refuses until at most `left` of its owners remain. */
function fullStore(owners: Session[], alive: readonly string[], left = 0) {
  const removed: Session[] = [];
  const told: string[] = [];
  let puts = 0;
  const full = new GoimError("conflict", "full");
  const sessions = createSessions({
    store: {
      put: async (stored) => {
        puts++;
        return stored.map(({ key }) =>
          key === "full" && owners.length - removed.length > left
            ? { status: "rejected", reason: full }
            : { status: "fulfilled", value: [] },
        );
      },
      renew: async () => [],
      remove: async (gone) => {
        removed.push(...gone);
        return gone.map(() => true);
      },
      epoch: async () => "epoch1",
      byKeys: async (keys) => keys.map(() => owners),
    },
    mail: { waiting: async () => [] },
    kicker: { kick: () => {} },
    takeOvers: { late: async () => new Set() },
    goodbyes: async (ended) => [...ended],
    presence: {
      online: () => {},
      offline: async (gone, reason) => {
        told.push(...gone.map((one) => `${removed.length} ${one.key} ${reason}`));
        return true;
      },
    },
    directory: { alive: (id, incarnation) => alive.includes(`${id}/${incarnation}`) },
    subjects: createSubjects("goim"),
    clock: new FakeClock(NOW),
    log: silentLog,
    metrics: createMetrics(),
  });
  return { sessions, removed, told, puts: () => puts };
}

describe("a key that is full where the newest is refused", () => {
  const logins = [login({ key: "free" }, 1), login({ key: "full" }, 2), login({ key: "x" }, 3)];

  it("is refused while its owners live", async () => {
    const { sessions, removed, puts } = fullStore([session({ key: "full" })], ["c0/i0"]);
    const results = await sessions.connect(logins);
    expect(results.map((result) => ("error" in result ? result.error : "ok"))).toEqual([
      ...["ok", "conflict", "ok"],
    ]);
    expect([removed, puts()]).toEqual([[], 1]);
  });

  it("is free again once a dead comet's session is out of the way, in one more put", async () => {
    const dead = session({ key: "full", comet: "c9", incarnation: "i9" });
    const owners = [session({ key: "full" }), dead];
    const { sessions, removed, told, puts } = fullStore(owners, ["c0/i0"], 1);
    const results = await sessions.connect(logins);
    expect(results.map((result) => "error" in result)).toEqual([false, false, false]);
    expect(results[1]).toMatchObject({ session: { key: "full", conn: 2 } });
    expect([removed, puts()]).toEqual([[dead], 2]);
    // Before it was removed.
    expect(told).toEqual(["0 full lost"]);
  });
});
