import { describe, expect, it } from "vitest";
import { createSubjects } from "../bus/subjects.ts";
import { FakeClock } from "../kit/clock.fake.ts";
import { type ErrorCode, GoimError } from "../kit/errors.ts";
import { hash32 } from "../kit/hash.ts";
import { createMetrics } from "../kit/metrics.ts";
import { createApiPusher } from "./api-push.ts";
import { ENTRY_BYTES } from "./kept-list.ts";
import type { Push, PushTarget } from "./publish.ts";

const live = { name: "live", stream: "GOIM_ROOM", types: [] };
const shardOf = (target: string) => hash32(target) % 16;
const body = Buffer.from("hello");

function setup(fails: (target: PushTarget) => Error | undefined = () => undefined) {
  const published: { target: PushTarget; push: Push }[] = [];
  const waited: unknown[][] = [];
  const pusher = createApiPusher({
    publisher: {
      publish: async (target, push) => {
        const failure = fails(target);
        if (failure !== undefined) throw failure;
        published.push({ target, push });
        return { offset: published.length, epoch: "e", duplicate: false };
      },
    },
    subjects: createSubjects("goim"),
    layout: { classOf: () => live, shardOf },
    clock: new FakeClock(5_000),
    retainBytesMax: 1000,
    waits: {
      delivered: async (targets, timeMs, publish) => {
        waited.push([...targets, timeMs]);
        const stored = await publish(`receipt.${waited.length}`);
        return new Map(targets.map((target, at) => [target, { ...stored, delivered: at }]));
      },
      acked: async (mid, timeMs, publish) => {
        waited.push(["acked", mid, timeMs]);
        return { ...(await publish()), acked: ["d"] };
      },
    },
    metrics: createMetrics(),
  });
  return { pusher, published, waited };
}

describe("targets", () => {
  it("keys: one entry per shard, and an outcome per distinct key in order", async () => {
    const { pusher, published } = setup();
    const keys = Array.from({ length: 50 }, (_, n) => `k${n}`);
    const outcomes = await pusher.keys([...keys, "k0", ""], { op: 1, body });
    expect(outcomes.map(({ target }) => target)).toEqual([...keys, ""]);
    expect(outcomes.at(-1)?.outcome).toMatchObject({ code: "invalid" });
    expect(published.length).toBeLessThanOrEqual(16);
    for (const { target, outcome } of outcomes.slice(0, -1)) {
      const { push } = published[(outcome as { offset: number }).offset - 1] ?? {};
      expect(push?.keys).toContain(target);
    }
  });

  it("keys with an idempotency key: an entry each, whose id names the key", async () => {
    const { pusher, published } = setup();
    const keys = Array.from({ length: 20 }, (_, n) => `k${n}`);
    await pusher.keys(keys, { op: 1, body, idempotency: { sender: "", key: "i" } });
    expect(published.map(({ push }) => push.keys)).toEqual(keys.map((key) => [key]));
    expect(new Set(published.map(({ push }) => push.identity?.id)).size).toBe(20);
  });

  it("users: the others are stored when one fails", async () => {
    const full = new GoimError("busy", "full");
    const { pusher, published } = setup((to) => (to.to === "mid 2" ? full : undefined));
    const outcomes = await pusher.users(["1", "2", "3", "1"], { op: 1, body });
    expect(outcomes.map(({ target }) => target)).toEqual(["1", "2", "3"]);
    expect(outcomes[1]?.outcome).toBe(full);
    expect(published).toHaveLength(2);
  });

  it("a room's id that cannot be fails as invalid, at once or as a rejection alike", async () => {
    const { pusher } = setup();
    const long = `live://${"x".repeat(400)}`;
    await expect(pusher.room(long, { op: 1, body })).rejects.toMatchObject({ code: "invalid" });
  });

  it("a bug is no outcome", async () => {
    const { pusher } = setup(() => new TypeError("bug"));
    await expect(pusher.users(["1"], { op: 1, body })).rejects.toThrow(TypeError);
  });
});

describe("the message", () => {
  it("expires so long after the call, and is the same push at another time", async () => {
    const { pusher, published } = setup();
    const message = { op: 1, body, expiresInMs: 50, idempotency: { sender: "", key: "i" } };
    await pusher.all(9, message);
    await pusher.all(9, message);
    expect(published[0]?.push).toMatchObject({ op: 1, body, speed: 9, expiresAt: 5_050 });
    expect(published[0]?.push.identity).toEqual(published[1]?.push.identity);
  });

  it("without expiry and key has neither", async () => {
    const { pusher, published } = setup();
    await pusher.user("7", { op: 1, body });
    expect(published[0]?.push).toEqual({ op: 1, body });
  });
});

describe("what a push may ask for besides", () => {
  it("goes into the entry, and makes it another push under the same key", async () => {
    const { pusher, published } = setup();
    const idempotency = { sender: "", key: "i" };
    const plain = { op: 1, body, idempotency };
    await pusher.user("7", plain);
    await pusher.user("7", { ...plain, transient: true });
    await pusher.room("live://1", plain);
    await pusher.room("live://1", { ...plain, exclude: ["k1", "k2"] });
    await pusher.all(0, plain);
    await pusher.all(0, { ...plain, retain: true });
    const entries = published.map(({ push }) => push);
    expect(entries[1]).toMatchObject({ transient: true });
    expect(entries[3]).toMatchObject({ exclude: ["k1", "k2"] });
    expect(entries[5]).toMatchObject({ retain: true });
    expect(new Set(entries.map(({ identity }) => identity?.id)).size).toBe(3);
    const prints = entries.map(({ identity }) => identity?.fingerprint);
    expect(new Set([prints[0], prints[1], prints[3], prints[5]]).size).toBe(4);
    expect(prints[0]).toBe(prints[2]);
  });

  it("an id made before there was any of it is the same today", async () => {
    const { pusher, published } = setup();
    await pusher.user("7", { op: 1, body, idempotency: { sender: "", key: "i" } });
    expect(published[0]?.push.identity?.fingerprint).toBe(
      "CLuJOztp4tGIc2MiXfHDq6KyGg5xJ0nLSLgwBpt9HOQ",
    );
  });
});

describe("a push with wait", () => {
  const wait = { until: "delivered", timeMs: 30 } as const;

  it("delivered: each user has a receipt of its own, no part of the identity", async () => {
    const { pusher, published, waited } = setup();
    const message = { op: 1, body, idempotency: { sender: "", key: "i" } };
    const outcomes = await pusher.users(["1", "2"], { ...message, wait });
    expect(waited).toEqual([
      ["1", 30],
      ["2", 30],
    ]);
    expect(outcomes.map(({ outcome }) => outcome)).toMatchObject([
      { offset: 1, delivered: 0 },
      { offset: 2, delivered: 0 },
    ]);
    expect(published.map(({ push }) => push.receipt)).toEqual(["receipt.1", "receipt.2"]);
    await pusher.user("1", message);
    expect(published[2]?.push.identity).toEqual(published[0]?.push.identity);
    expect(published[2]?.push).not.toHaveProperty("receipt");
  });

  it("delivered: keys of one shard share an entry and are told one by one", async () => {
    const { pusher, published } = setup();
    const keys = Array.from({ length: 40 }, (_, n) => `k${n}`);
    const outcomes = await pusher.keys(keys, { op: 1, body, wait });
    expect(published.length).toBeLessThanOrEqual(16);
    const told = outcomes.map(({ outcome }) => outcome as { offset: number; delivered: number });
    for (const { push } of published) {
      const mine = keys.filter((key) => push.keys?.includes(key));
      const delivered = mine.map((key) => told[keys.indexOf(key)]?.delivered);
      expect(delivered).toEqual(mine.map((_, at) => at));
    }
  });

  it("acked: without a receipt", async () => {
    const { pusher, published, waited } = setup();
    const answer = await pusher.user("7", { op: 1, body, wait: { until: "acked", timeMs: 9 } });
    expect(answer).toEqual({ offset: 1, epoch: "e", duplicate: false, acked: ["d"] });
    expect(waited).toEqual([["acked", "7", 9]]);
    expect(published[0]?.push).not.toHaveProperty("receipt");
  });
});

describe("a kept broadcast", () => {
  it("that is too large to be kept is refused, and taken unkept", async () => {
    const { pusher, published } = setup();
    const body = Buffer.alloc(1000 - ENTRY_BYTES + 1);
    const refused = pusher.all(0, { op: 9, body, retain: true });
    await expect(refused).rejects.toMatchObject({ code: "too_large" });
    await pusher.all(0, { op: 9, body });
    await pusher.all(0, { op: 9, body: body.subarray(1), retain: true });
    expect(published.map(({ push }) => push.retain)).toEqual([undefined, true]);
  });
});

describe("an unknown outcome", () => {
  it.each([
    ["timeout", true, /safe/],
    ["outcome_unknown", true, /safe/],
    ["timeout", false, /second time/],
  ] as [ErrorCode, boolean, RegExp][])("after %s, with a key: %s", async (code, keyed, text) => {
    const { pusher } = setup(() => new GoimError(code, "no answer"));
    const idempotency = keyed ? { sender: "", key: "i" } : undefined;
    const push = pusher.room("live://1", { op: 1, body, idempotency });
    await expect(push).rejects.toMatchObject({ code: "outcome_unknown" });
    await expect(push).rejects.toThrow(text);
  });
});
