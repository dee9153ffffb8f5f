import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Bus } from "../../src/bus/bus.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { loadConfig } from "../../src/kit/config.ts";
import { silentLog } from "../../src/kit/log.ts";
import { createMetrics } from "../../src/kit/metrics.ts";
import { logicConfig } from "../../src/logic/config.ts";
import type { CursorStore } from "../../src/store/cursors.ts";
import { openCursors } from "../../src/store/open.ts";
import { startNats, type TestNats } from "../harness/nats.ts";
import { waitFor } from "../harness/wait.ts";
import { type ApiAnswer, apiPost } from "./logic-api.ts";
import { openBus, startLogic, type TestLogic } from "./logic-harness.ts";
import { type MailSystem, mailSystem } from "./logic-mail-system.ts";

let nats: TestNats;
let bus: Bus;
let logic: TestLogic;
/** Where comets send acknowledgements in half of all cases. */
let other: TestLogic;
let system: MailSystem;
let cursors: CursorStore;

const LONG_MS = 20_000;

beforeAll(async () => {
  nats = await startNats();
  logic = await startLogic(nats.url, { GOIM_RECEIPT_TARGETS_MAX: "3" });
  other = await startLogic(nats.url);
  bus = await openBus(nats.url);
  system = await mailSystem(bus);
  const deps = { bus, clock: systemClock, log: silentLog, metrics: createMetrics() };
  cursors = await openCursors(loadConfig(logicConfig, { env: {} }), deps);
});

afterAll(async () => {
  await cursors?.close();
  await system?.close();
  await Promise.all([logic?.stop(), other?.stop()]);
  await bus?.close();
  await nats?.stop();
});

const push = (user: string, more: object, key?: string) =>
  apiPost(logic, "push/user", { user, op: 1000, body: "x", ...more }, key);

/** The newest stored push to a user, as job reads it. */
const stored = (mid: string, count = 1) =>
  waitFor(async () => {
    const entries = await system.userEntries(mid);
    return entries.length >= count ? entries.at(-1) : undefined;
  });

/** Whether a push is still waiting for its answer when the test looks. */
function watched(answer: Promise<ApiAnswer>) {
  const seen = { ended: false };
  void answer.then(() => {
    seen.ended = true;
  });
  return seen;
}

describe("wait=delivered", () => {
  it("is answered when job has told, with the connections", async () => {
    const answer = push("301", { wait: "delivered", deadline: LONG_MS });
    const seen = watched(answer);
    const { entry, offset } = (await stored("301")) ?? { entry: undefined, offset: 0 };
    expect(entry?.receipt).toMatch(/^goim\.receipt\.[^.]+\.[^.]+$/);
    expect(seen.ended).toBe(false);
    await system.tellReceipt(entry?.receipt ?? "", "301", offset, 2);
    const { status, json } = await answer;
    expect({ status, json }).toEqual({
      status: 200,
      json: { offset, epoch: system.epoch(), duplicate: false, delivered: 2 },
    });
  });

  it("is pending when nobody tells until the deadline, and stored all the same", async () => {
    const { status, json } = await push("302", { wait: "delivered", deadline: 50 });
    expect({ status, json }).toMatchObject({ status: 200, json: { pending: true } });
    expect(json).not.toHaveProperty("delivered");
    expect((await stored("302"))?.offset).toBe(json.offset);
  });

  it("of pushes that gather in one message is told to each its own", async () => {
    const mid = "303";
    const all = Promise.all(
      [1, 2, 3].map(() => push(mid, { wait: "delivered", deadline: LONG_MS })),
    );
    await stored(mid, 3);
    const entries = await system.userEntries(mid);
    expect(new Set(entries.map(({ entry }) => entry.receipt)).size).toBe(3);
    for (const [n, { entry, offset }] of entries.entries()) {
      await system.tellReceipt(entry.receipt, mid, offset, n);
    }
    const told = (await all).map(({ json }) => [json.offset, json.delivered]);
    expect(told.sort()).toEqual(entries.map(({ offset }, n) => [offset, n]).sort());
  });

  it("of keys is told key by key", async () => {
    const body = { keys: ["a", "b"], op: 1, wait: "delivered", deadline: 2_000 };
    const answer = apiPost(logic, "push/keys", body);
    const entries = await waitFor(async () => {
      const found = await system.entriesOf("GOIM_KEY", "goim.push.key.*");
      return found.flatMap(({ entry }) => entry.keys).length === 2 && found;
    });
    const mine = entries.find(({ entry }) => entry.keys.includes("a"));
    await system.tellReceipt(mine?.entry.receipt ?? "", "a", mine?.offset ?? 0, 1);
    const { status, json } = await answer;
    expect(status).toBe(200);
    expect(json.results).toMatchObject([
      { key: "a", ok: true, delivered: 1 },
      { key: "b", ok: true, pending: true },
    ]);
  });

  it("is refused when too many wait, before anything is stored", async () => {
    const waiting = [1, 2, 3].map((n) => push(`31${n}`, { wait: "acked", deadline: LONG_MS }));
    await Promise.all([1, 2, 3].map((n) => stored(`31${n}`)));
    const { status, json } = await push("314", { wait: "delivered" });
    expect({ status, code: json.code }).toEqual({ status: 429, code: "busy" });
    expect(await system.userEntries("314")).toEqual([]);
    for (const n of [1, 2, 3]) {
      const acked = (await stored(`31${n}`))?.offset ?? 0;
      await system.ack({ mid: `31${n}`, device: "d", conn: n, since: 1, acked });
    }
    expect((await Promise.all(waiting)).map((one) => one.json.acked)).toEqual([
      ["d"],
      ["d"],
      ["d"],
    ]);
  });
});

describe("wait=acked", () => {
  it("is answered with the first device that acknowledges, at whatever logic", async () => {
    const answer = push("321", { qos: "acked", wait: "acked", deadline: LONG_MS });
    const seen = watched(answer);
    const offset = (await stored("321"))?.offset ?? 0;
    // Both logics get some of these.
    for (let n = 0; n < 8; n++) {
      const at = { mid: "321", device: "d", conn: 1, since: 1 };
      await system.ack({ ...at, acked: offset - 1 - (8 - n) });
    }
    expect(seen.ended).toBe(false);
    await system.ack({ mid: "321", device: "phone", conn: 2, since: 1, acked: offset });
    const { json } = await answer;
    expect(json).toMatchObject({ offset, acked: ["phone"] });
    expect(json).not.toHaveProperty("pending");
  });

  it("is found at the deadline when the note about it was lost", async () => {
    const answer = push("322", { wait: "acked", deadline: 600 });
    const acked = (await stored("322"))?.offset ?? 0;
    const move = { mid: "322", device: "d", session: "s", since: 1, acked, handed: acked };
    await cursors.advance({ user: system.epoch(), all: "" }, [move]);
    expect((await answer).json).toMatchObject({ acked: ["d"] });
  });

  it("is pending when no device has until the deadline", async () => {
    const { json } = await push("323", { wait: "acked", deadline: 50 });
    expect(json).toMatchObject({ acked: [], pending: true });
  });

  it("of a repetition is answered by what was acknowledged before", async () => {
    const first = await push("324", {}, "order-1");
    const acked = first.json.offset as number;
    await system.ack({ mid: "324", device: "d", conn: 1, since: 1, acked });
    const again = await push("324", { wait: "acked", deadline: LONG_MS }, "order-1");
    expect(again.json).toMatchObject({ duplicate: true, offset: acked, acked: ["d"] });
  });
});

describe("the state of a message", () => {
  const stateOf = async (offset: unknown, mid: string, more = "") => {
    const response = await fetch(`${other.url}/api/v1/messages/${offset}?mid=${mid}${more}`);
    return { status: response.status, json: (await response.json()) as ApiAnswer["json"] };
  };

  it("says what is committed, and per device what is handed over and acknowledged", async () => {
    const { json } = await push("331", { expiresIn: "10m" });
    const offset = json.offset as number;
    expect(await stateOf(offset, "331")).toMatchObject({
      status: 200,
      json: { user: "331", offset, op: 1000, bytes: 1, expired: false, qos: "stored", devices: [] },
    });
    const move = { mid: "331", session: "s", since: 1 };
    await cursors.advance({ user: system.epoch(), all: "" }, [
      { ...move, device: "done", acked: offset, handed: offset },
      { ...move, device: "handed", acked: 0, handed: offset },
      { ...move, device: "behind", acked: offset - 1, handed: offset - 1 },
    ]);
    const { json: state } = await stateOf(offset, "331", `&epoch=${system.epoch()}`);
    const devices = state.devices as { device: string; handed: boolean; acked: boolean }[];
    expect(devices.map(({ device, handed, acked }) => [device, handed, acked]).sort()).toEqual([
      ["behind", false, false],
      ["done", true, true],
      ["handed", true, false],
    ]);
  });

  it("of another user's message, of none, of another epoch is a failure with a code", async () => {
    const { json } = await push("332", { qos: "live" });
    const offset = json.offset as number;
    expect(await stateOf(offset, "332")).toMatchObject({ json: { qos: "live", devices: [] } });
    expect(await stateOf(offset, "333")).toMatchObject({
      status: 404,
      json: { code: "not_found" },
    });
    expect(await stateOf(offset + 1, "332")).toMatchObject({ status: 404 });
    expect(await stateOf(2 ** 40, "332")).toMatchObject({ status: 404 });
    const reset = await stateOf(offset, "332", "&epoch=gone");
    expect(reset).toMatchObject({ status: 409, json: { code: "reset" } });
  });
});

describe("what a push asks for", () => {
  it("stands in the stream: exclude of a room, retain of a broadcast", async () => {
    const room = { type: "live", room: "ex", op: 1, exclude: ["k1", "k2"] };
    expect((await apiPost(logic, "push/room", room)).status).toBe(200);
    expect((await system.roomEntries("live://ex")).map(({ entry }) => entry.exclude)).toEqual([
      ["k1", "k2"],
    ]);
    for (const retain of [true, false]) await apiPost(logic, "push/all", { op: 1, retain });
    const all = await system.entriesOf("GOIM_ALL", bus.subjects.pushAll);
    expect(all.map(({ entry }) => entry.retain)).toEqual([true, false]);
  });
});

describe("a logic that ends", () => {
  it("lets its callers go: what they pushed is stored, what became of it is pending", async () => {
    const third = await startLogic(nats.url);
    const body = { user: "341", op: 1, wait: "acked", deadline: LONG_MS };
    const answer = apiPost(third, "push/user", body);
    const seen = watched(answer);
    await stored("341");
    const drained = third.drain();
    await waitFor(() => seen.ended, { timeoutMs: LONG_MS / 2, describe: "an answer" });
    await drained;
    expect(await answer).toMatchObject({ status: 200, json: { pending: true } });
    await third.stop();
  });
});
