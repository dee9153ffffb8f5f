import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Bus } from "../../src/bus/bus.ts";
import { hash32 } from "../../src/kit/hash.ts";
import { goim } from "../../src/protocol/gen/messages.js";
import { startNats, type TestNats } from "../harness/nats.ts";
import { waitFor } from "../harness/wait.ts";
import { allPages, apiPost, type RoomPage, roomPage } from "./logic-api.ts";
import { openBus, startLogic, type TestLogic, untilStored } from "./logic-harness.ts";

const PAST = 1;
const env = {
  GOIM_NATS_RECONNECT_WAIT: "50ms",
  GOIM_HISTORY_PAGE_BYTES: "100kb",
  GOIM_STREAMS_LIVE_MAX_PER_SUBJECT: "300",
};

let nats: TestNats;
let bus: Bus;
let logic: TestLogic;

beforeAll(async () => {
  nats = await startNats();
  logic = await startLogic(nats.url, env);
  bus = await openBus(nats.url);
});

afterAll(async () => {
  await bus?.close();
  await logic?.stop();
  await nats?.stop();
});

const subjectOf = (room: string) => {
  const id = `live://${room}`;
  return bus.subjects.pushRoom("live", hash32(id) % 16, id);
};

interface Entry {
  readonly body: string;
  readonly expiresAt?: number;
}

/** Stores one stream message as a logic would; resolves to its sequence. */
async function store(room: string, entries: readonly Entry[]): Promise<number> {
  const batch = entries.map(({ body, expiresAt = 0 }) => {
    return { op: 1000, body: Buffer.from(body), expiresAt, time: 5 };
  });
  return storeBytes(room, goim.push.PushBatch.encode({ entries: batch }).finish());
}

async function storeBytes(room: string, data: Uint8Array): Promise<number> {
  const reply = await bus.request(subjectOf(room), data, { timeoutMs: 5_000 });
  return (JSON.parse(Buffer.from(reply).toString()) as { seq: number }).seq;
}

async function purge(more: object): Promise<void> {
  const data = Buffer.from(JSON.stringify(more));
  await bus.request("$JS.API.STREAM.PURGE.GOIM_ROOM", data, { timeoutMs: 5_000 });
}

const bodies = (page: Pick<RoomPage, "messages">) => page.messages.map(({ body }) => body);

describe("paging through a room", () => {
  it("tells each entry once and in order, in both directions, whatever the sizes", async () => {
    let rooms = 0;
    const entry = fc.record({ expired: fc.boolean(), bytes: fc.nat({ max: 3_000 }) });
    const message = fc.oneof(
      { weight: 5, arbitrary: fc.array(entry, { minLength: 1, maxLength: 30 }) },
      // Messages of other rooms, and one that cannot be read.
      { weight: 3, arbitrary: fc.nat({ max: 50 }) },
      { weight: 1, arbitrary: fc.constant("damaged" as const) },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(message, { maxLength: 25 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 40 })),
        async (messages, limits) => {
          const room = `p${rooms++}`;
          const expected: { offset: number; body: string }[] = [];
          let n = 0;
          for (const part of messages) {
            if (typeof part === "number") {
              for (let k = 0; k < part; k++) await store("elsewhere", [{ body: "x" }]);
            } else if (part === "damaged") await storeBytes(room, Uint8Array.of(255, 255));
            else {
              const entries = part.map(({ expired, bytes }) => {
                const body = `${n++}:${"x".repeat(bytes)}`;
                return { body, expired, ...(expired ? { expiresAt: PAST } : {}) };
              });
              const sequence = await store(room, entries);
              entries.forEach(({ body, expired }, index) => {
                if (!expired) expected.push({ offset: sequence * 1024 + index, body });
              });
            }
          }
          const next = () => limits.next().value as number;
          for (const direction of ["after", "before"] as const) {
            const all = await allPages(logic, room, direction, next);
            expect(all.map(({ offset, body }) => ({ offset, body }))).toEqual(expected);
          }
        },
      ),
      { numRuns: 25 },
    );
  }, 120_000);

  it("works in rooms of every class, of what was pushed", async () => {
    const items = Array.from({ length: 250 }, (_, n) => {
      return { to: "room", type: n % 2 ? "video" : "live", room: "both", op: 7, body: `${n}` };
    });
    await apiPost(logic, "push/batch", { items });
    for (const [type, rest] of [
      ["live", 0],
      ["video", 1],
    ] as const) {
      const wanted = Array.from({ length: 125 }, (_, n) => `${2 * n + rest}`);
      for (const direction of ["after", "before"] as const) {
        const all = await allPages(logic, "both", direction, () => 33, type);
        expect(all.map(({ body }) => body)).toEqual(wanted);
        expect(Math.abs((all[0]?.time ?? 0) - Date.now())).toBeLessThan(60_000);
      }
    }
  });

  it("gives the newest without a place, and nothing of an empty room", async () => {
    for (let n = 0; n < 5; n++) await store("newest", [{ body: `${n}` }]);
    const page = await roomPage(logic, "newest", { limit: 2 });
    expect(bodies(page)).toEqual(["3", "4"]);
    expect(page).toMatchObject({ more: true, truncated: false });
    const empty = await roomPage(logic, "nobody-was-here");
    expect(empty).toMatchObject({ status: 200, messages: [], more: false, truncated: false });
    expect(await roomPage(logic, "nobody-was-here", { after: 0 })).toMatchObject({ cursor: 0 });
  });

  it("goes on from the end when something new is there", async () => {
    await store("tail", [{ body: "a" }]);
    const end = await roomPage(logic, "tail", { after: 0 });
    expect(await roomPage(logic, "tail", { after: end.cursor })).toMatchObject({
      ...{ messages: [], cursor: end.cursor, more: false, truncated: false },
    });
    await store("tail", [{ body: "b" }]);
    const next = await roomPage(logic, "tail", { after: end.cursor, epoch: end.epoch });
    expect(bodies(next)).toEqual(["b"]);
  });

  it("gets past messages larger than a page, and past a page of expired ones", async () => {
    const large = "x".repeat(150_000);
    for (const body of ["1", "2", "3"]) await store("large", [{ body: large + body }]);
    for (const direction of ["after", "before"] as const) {
      const all = await allPages(logic, "large", direction, () => 10);
      expect(all.map(({ body }) => body.slice(-1))).toEqual(["1", "2", "3"]);
    }
    await store("old", [{ body: "first" }]);
    for (let n = 0; n < 30; n++) await store("old", [{ body: "gone", expiresAt: PAST }]);
    const page = await roomPage(logic, "old", { limit: 5 });
    expect(page).toMatchObject({ messages: [], more: true });
    expect(await allPages(logic, "old", "before", () => 5)).toMatchObject([{ body: "first" }]);
  });

  it("leaves out what has expired since", async () => {
    const body = { type: "live", room: "soon", op: 1, body: "x", expiresIn: "1s" };
    await apiPost(logic, "push/room", body);
    expect((await roomPage(logic, "soon")).messages).toHaveLength(1);
    await waitFor(async () => (await roomPage(logic, "soon")).messages.length === 0);
  });
});

describe("what is not kept any more", () => {
  it("is told as truncated, with the oldest that is", async () => {
    const sequences: number[] = [];
    for (let n = 0; n < 310; n++) {
      sequences.push(await store("short", [{ body: `${n}` }]));
      if (n === 20) await store("elsewhere", [{ body: "in between" }]);
    }
    const offset = (n: number) => (sequences[n] ?? 0) * 1024;
    // The stream keeps 300 messages of a room: the first 10 are gone.
    const early = await roomPage(logic, "short", { after: offset(4), limit: 2 });
    expect(early).toMatchObject({ truncated: true, oldest: offset(10) });
    expect(bodies(early)).toEqual(["10", "11"]);
    const kept = await roomPage(logic, "short", { after: offset(10), limit: 1 });
    expect(kept).toMatchObject({ truncated: false, messages: [{ body: "11" }] });
    expect(kept).not.toHaveProperty("oldest");
    expect(await roomPage(logic, "short", { after: 0, limit: 1 })).toMatchObject({
      ...{ truncated: false, messages: [{ body: "10" }] },
    });
    // A place in between that nobody ever had: older ones are kept, so nothing after it is gone.
    const between = await roomPage(logic, "short", { after: offset(20) + 1024, limit: 1 });
    expect(between).toMatchObject({ truncated: false, messages: [{ body: "21" }] });
    await purge({ filter: subjectOf("short") });
    expect(await roomPage(logic, "short", { after: offset(309) })).toMatchObject({
      ...{ truncated: true, messages: [], cursor: offset(309) },
    });
  });
});

describe("another life of the stream", () => {
  it("is a reset: by its epoch, or by an offset beyond its end", async () => {
    const sequence = await store("life", [{ body: "a" }]);
    const { epoch } = await roomPage(logic, "life");
    expect(await roomPage(logic, "life", { after: 0, epoch: "other" })).toMatchObject({
      ...{ status: 409, code: "reset" },
    });
    expect(await roomPage(logic, "life", { before: 5, epoch: "other" })).toMatchObject({
      ...{ status: 409 },
    });
    const beyond = (sequence + 1) * 1024;
    expect(await roomPage(logic, "life", { after: beyond })).toMatchObject({ code: "reset" });
    expect(bodies(await roomPage(logic, "life", { before: beyond * 2 }))).toEqual(["a"]);

    await nats.restart({ wipe: true });
    await untilStored(logic);
    await waitFor(() => bus.connected);
    const now = await roomPage(logic, "life", { after: sequence * 1024, epoch });
    expect(now).toMatchObject({ status: 409, code: "reset" });
    const fresh = await roomPage(logic, "life");
    expect(fresh).toMatchObject({ status: 200, messages: [] });
    expect(fresh.epoch).not.toBe(epoch);
  });

  it("cannot be told while NATS is gone", async () => {
    await nats.kill();
    await waitFor(async () => (await roomPage(logic, "life")).status === 503);
    await nats.restart();
    await waitFor(async () => (await roomPage(logic, "life")).status === 200);
  });
});
