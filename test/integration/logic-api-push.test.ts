import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Bus } from "../../src/bus/bus.ts";
import { hash32 } from "../../src/kit/hash.ts";
import { goim } from "../../src/protocol/gen/messages.js";
import { startNats, type TestNats } from "../harness/nats.ts";
import { waitFor } from "../harness/wait.ts";
import { apiPost } from "./logic-api.ts";
import { entriesOf, messagesOf, openBus, startLogic, type TestLogic } from "./logic-harness.ts";

const shardOf = (target: string) => hash32(target) % 16;
const env = {
  GOIM_NATS_RECONNECT_WAIT: "50ms",
  GOIM_PUBLISH_ACK_TIMEOUT: "300ms",
  GOIM_PUBLISH_TIMEOUT: "1s",
};

let nats: TestNats;
let bus: Bus;
let logic: TestLogic;
let other: TestLogic;

beforeAll(async () => {
  nats = await startNats();
  logic = await startLogic(nats.url, env);
  other = await startLogic(nats.url, env);
  bus = await openBus(nats.url);
});

afterAll(async () => {
  await bus?.close();
  await Promise.all([logic?.stop(), other?.stop()]);
  await nats?.stop();
});

const roomSubject = (id: string) => bus.subjects.pushRoom("live", shardOf(id), id);
const room = async (name: string) => {
  await waitFor(() => bus.connected);
  return entriesOf(bus, "GOIM_ROOM", roomSubject(`live://${name}`));
};
const push = (name: string, body: string, key?: string, by = logic) =>
  apiPost(by, "push/room", { type: "live", room: name, op: 1000, body }, key);

describe("what is answered is what is stored", () => {
  it("room: offset and epoch of the entry", async () => {
    const answers = [await push("1", "a"), await push("1", "b")];
    const entries = await room("1");
    expect(entries.map(({ body }) => body)).toEqual(["a", "b"]);
    expect(answers.map(({ json }) => json.offset)).toEqual(entries.map(({ offset }) => offset));
    expect(answers[0]?.json).toMatchObject({ epoch: answers[1]?.json.epoch, duplicate: false });
  });

  it("user, all: the same, with speed", async () => {
    const user = await apiPost(logic, "push/user", { user: "9007199254740993", op: 5, body: "u" });
    const subject = bus.subjects.pushUser(shardOf("9007199254740993"), "9007199254740993");
    const [entry] = await entriesOf(bus, "GOIM_USER", subject);
    expect(entry).toMatchObject({ offset: user.json.offset, op: 5, body: "u" });
    const all = await apiPost(logic, "push/all", { op: 6, body: "a", speed: 9 });
    const everybody = await entriesOf(bus, "GOIM_ALL", bus.subjects.pushAll);
    expect(everybody).toMatchObject([{ offset: all.json.offset, op: 6, body: "a", speed: 9 }]);
  });

  it("users, keys: a result per distinct target", async () => {
    const users = await apiPost(logic, "push/users", { users: [1, "2", 1], op: 5, body: "u" });
    expect(users).toMatchObject({ status: 200, json: { stored: 2, failed: 0 } });
    expect(users.json.results).toMatchObject([
      { user: "1", ok: true, offset: expect.any(Number) },
      { user: "2", ok: true },
    ]);
    const tooLong = "x".repeat(5_000);
    const keys = await apiPost(logic, "push/keys", { keys: ["a", tooLong, "b", "a"], op: 5 });
    expect(keys).toMatchObject({ status: 207, json: { stored: 2, failed: 1 } });
    expect(keys.json.results).toMatchObject([
      { key: "a", ok: true },
      { key: tooLong, ok: false, problem: { code: "invalid" } },
      { key: "b", ok: true },
    ]);
  });

  it("expiry: the moment stands in the entry", async () => {
    const before = Date.now();
    await apiPost(logic, "push/room", { type: "live", room: "ex", op: 1, expiresIn: "10m" });
    const [message] = await messagesOf(bus, "GOIM_ROOM", roomSubject("live://ex"));
    const [entry] = goim.push.PushBatch.decode(message?.data ?? new Uint8Array(0)).entries;
    expect(Number(entry?.expiresAt)).toBeGreaterThanOrEqual(before + 600_000);
    expect(Number(entry?.expiresAt)).toBeLessThanOrEqual(Date.now() + 600_000);
  });

  it("a room's name that is too long is refused, and named", async () => {
    const { status, json } = await push("x".repeat(500), "a");
    expect({ status, code: json.code }).toEqual({ status: 400, code: "invalid" });
  });

  it("batch: 1,000 items of every kind, in order for each target", async () => {
    const items = Array.from({ length: 1_000 }, (_, n) => {
      const message = { op: 1, body: String(n) };
      if (n % 4 === 0) return { to: "room", type: "live", room: "batch", ...message };
      if (n % 4 === 1) return { to: "user", user: n, ...message };
      if (n % 4 === 2) return { to: "key", key: `k${n}`, ...message };
      return { to: "room", type: "video", room: "batch", ...message };
    });
    const { status, json } = await apiPost(logic, "push/batch", { items });
    expect({ status, stored: json.stored }).toEqual({ status: 200, stored: 1_000 });
    const results = json.results as { index: number; offset: number }[];
    expect(results.map(({ index }) => index)).toEqual(items.map((_, index) => index));
    const entries = await room("batch");
    expect(entries.map(({ body }) => Number(body))).toEqual(
      Array.from({ length: 250 }, (_, n) => 4 * n),
    );
    expect(results.filter((_, n) => n % 4 === 0).map(({ offset }) => offset)).toEqual(
      entries.map(({ offset }) => offset),
    );
    const more = await apiPost(logic, "push/batch", { items: [...items, items[0]] });
    expect(more).toMatchObject({ status: 413, json: { code: "too_large" } });
  });
});

describe("a push with an idempotency key", () => {
  it("is stored once: here, at another logic, at one started later", async () => {
    const first = await push("i1", "a", "k1");
    expect(first).toMatchObject({ status: 200, json: { duplicate: false } });
    const again = { status: 200, json: { ...first.json, duplicate: true } };
    expect(await push("i1", "a", "k1")).toEqual(again);
    expect(await push("i1", "a", "k1", other)).toEqual(again);
    const late = await startLogic(nats.url, env);
    expect(await push("i1", "a", "k1", late)).toEqual(again);
    await late.stop();
    expect(await room("i1")).toHaveLength(1);
  });

  it("goes alone, so that what gathers beside it has offsets of its own", async () => {
    const many = Array.from({ length: 60 }, (_, n) =>
      push("i2", `${n}`, n % 3 ? undefined : `${n}`),
    );
    const offsets = (await Promise.all(many)).map(({ json }) => json.offset);
    expect(new Set(offsets).size).toBe(60);
    const repeats = Array.from({ length: 20 }, (_, n) => push("i2", `${3 * n}`, `${3 * n}`, other));
    expect((await Promise.all(repeats)).map(({ json }) => json.offset)).toEqual(
      offsets.filter((_, n) => n % 3 === 0),
    );
    expect(await room("i2")).toHaveLength(60);
  });

  it("asked for at the same moment in many places is stored once, and new once", async () => {
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, n) => push("i3", "same", "k", n % 2 ? logic : other)),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(new Set(answers.map(({ json }) => json.offset)).size).toBe(1);
    expect(answers.filter(({ json }) => json.duplicate === false)).toHaveLength(1);
    expect(await room("i3")).toHaveLength(1);
  });

  it("is a conflict with another message, and changes nothing", async () => {
    await push("i4", "a", "k");
    for (const more of [{ body: "b" }, { op: 2 }, { expiresIn: "5s" }, { body: "" }]) {
      const body = { type: "live", room: "i4", op: 1000, body: "a", ...more };
      const answer = await apiPost(other, "push/room", body, "k");
      expect(answer).toMatchObject({ status: 409, json: { code: "conflict", retry: false } });
    }
    expect((await room("i4")).map(({ body }) => body)).toEqual(["a"]);
  });

  it("means one target: the same key elsewhere is another push", async () => {
    await push("i5", "a", "k");
    expect((await push("i6", "a", "k")).json.duplicate).toBe(false);
    const users = { op: 1, body: "u" };
    const two = await apiPost(logic, "push/users", { ...users, users: [51, 52] }, "k");
    const three = await apiPost(other, "push/users", { ...users, users: [53, 52, 51] }, "k");
    const results = three.json.results as object[];
    expect(results).toMatchObject([{ duplicate: false }, { duplicate: true }, { duplicate: true }]);
    expect(results.slice(1).reverse()).toMatchObject(
      (two.json.results as { offset: number }[]).map(({ offset }) => ({ offset })),
    );
    // Keys of one shard share a subject, and are told apart all the same.
    const keys = Array.from({ length: 40 }, (_, n) => `one-of-${n}`);
    const some = await apiPost(logic, "push/keys", { ...users, keys: keys.slice(0, 20) }, "k");
    const all = await apiPost(logic, "push/keys", { ...users, keys }, "k");
    expect(some.json).toMatchObject({ stored: 20, failed: 0 });
    const repeated = (all.json.results as { duplicate: boolean }[]).map((one) => one.duplicate);
    expect(repeated).toEqual(keys.map((_, n) => n < 20));
  });

  it("in a batch stands in each item", async () => {
    const item = { to: "room", type: "live", room: "i7", op: 1, body: "a", idempotencyKey: "k" };
    const { json } = await apiPost(logic, "push/batch", {
      items: [item, item, { ...item, body: "b" }, { ...item, idempotencyKey: "k2" }],
    });
    expect(json).toMatchObject({ stored: 3, failed: 1 });
    expect(json.results).toMatchObject([
      { duplicate: false },
      { duplicate: true },
      { problem: { code: "conflict" } },
      { duplicate: false },
    ]);
    expect(await room("i7")).toHaveLength(2);
  });

  it("whose first push is kept no more cannot be compared, and says so", async () => {
    const first = await push("i8", "a", "k");
    const api = `$JS.API.STREAM.PURGE.GOIM_ROOM`;
    const filter = new TextEncoder().encode(JSON.stringify({ filter: roomSubject("live://i8") }));
    await bus.request(api, filter, { timeoutMs: 2_000 });
    const { status, json } = await push("i8", "a", "k");
    expect({ status, code: json.code }).toEqual({ status: 409, code: "conflict" });
    expect(json.detail).toContain(`offset ${first.json.offset}`);
  });
});

describe("when NATS goes away", () => {
  it("a push whose outcome is unknown can be repeated with its key", async () => {
    await push("o1", "before");
    nats.pause();
    const [keyed, plain] = await Promise.all([push("o1", "keyed", "k"), push("o1", "plain")]);
    for (const { status, json } of [keyed, plain]) {
      expect({ status, code: json.code }).toEqual({ status: 504, code: "outcome_unknown" });
    }
    expect(keyed?.json.detail).toMatch(/same key within two minutes is safe/);
    expect(plain?.json.detail).toMatch(/without an idempotency key/);
    nats.resume();
    const again = await waitFor(async () => {
      const answer = await push("o1", "keyed", "k", other);
      return answer.status === 200 ? answer : undefined;
    });
    expect((await push("o1", "keyed", "k")).json).toEqual({ ...again.json, duplicate: true });
    const bodies = (await room("o1")).map(({ body }) => body);
    expect(bodies.filter((body) => body === "keyed")).toHaveLength(1);
  });

  it("a restart of nats-server forgets no key", async () => {
    const first = await push("o2", "a", "k");
    for (const round of [1, 2]) {
      await nats.restart();
      const again = await waitFor(
        async () => {
          const answer = await push("o2", "a", "k", round === 1 ? logic : other);
          return answer.status === 200 ? answer : undefined;
        },
        { timeoutMs: 20_000 },
      );
      expect(again.json).toEqual({ ...first.json, duplicate: true });
    }
    // The first logic comes back in its own time, and says 503 until then.
    await waitFor(async () => (await push("o2", "b", "k")).status === 409, { timeoutMs: 20_000 });
    expect(await room("o2")).toHaveLength(1);
  });

  it("nothing is stored while it is gone, and every call says so at once", async () => {
    await nats.kill();
    await waitFor(async () => (await push("o3", "x")).status === 503);
    const users = await apiPost(logic, "push/users", { users: [1, 2], op: 1 });
    expect(users).toMatchObject({ status: 503, json: { code: "unavailable", failed: 2 } });
    const items = [{ to: "all", op: 1 }];
    expect(await apiPost(logic, "push/batch", { items })).toMatchObject({ status: 503 });
    await nats.restart();
    await waitFor(async () => (await push("o3", "y")).status === 200, { timeoutMs: 20_000 });
  });
});
