import { describe, expect, it } from "vitest";
import type { HistoryReader, HistorySlice, StoredMessage } from "../bus/bus.ts";
import { createSubjects } from "../bus/subjects.ts";
import { FakeClock } from "../kit/clock.fake.ts";
import { createMetrics } from "../kit/metrics.ts";
import { goim } from "../protocol/gen/messages.js";
import { createHistory } from "./history.ts";

const live = { name: "live", stream: "GOIM_ROOM", types: [] };

/** Messages by sequence, each with so many entries; the body of an entry is its offset. */
function setup(
  stored: readonly (readonly [sequence: number, entries: number])[],
  last = 100,
  only?: goim.push.IPushEntry[],
) {
  const messages: StoredMessage[] = stored.map(([sequence, count]) => {
    const plain = Array.from({ length: count }, (_, index) => {
      return { op: 1, body: Buffer.from(String(sequence * 1024 + index)) };
    });
    const entries = only ?? plain;
    const data = goim.push.PushBatch.encode({ entries }).finish();
    return { subject: "s", sequence, data, timeMs: 0 };
  });
  const slice = (from: number, to: number): HistorySlice => {
    const found = messages.filter(({ sequence }) => sequence >= from && sequence <= to);
    return { messages: found, from, to };
  };
  let gate: Promise<void> = Promise.resolve();
  const reader: HistoryReader = {
    state: async () => {
      await gate;
      return { epoch: "e", first: 1, last };
    },
    message: async () => undefined,
    oldest: async () => messages[0],
    after: async (_stream, _subject, { from, to }) => slice(from, to),
    before: async (_stream, _subject, { from, to }) => slice(from, to),
  };
  const metrics = createMetrics();
  const history = createHistory(
    { pageBytes: 1_000, readsMax: 4, inFlightMax: 1, waitingMax: 2 },
    {
      reader,
      subjects: createSubjects("goim"),
      layout: { classOf: () => live, shardOf: () => 0 },
      clock: new FakeClock(),
      metrics,
    },
  );
  const hold = () => {
    let open = () => {};
    gate = new Promise((resolve) => {
      open = resolve;
    });
    return open;
  };
  return { history, hold, metrics };
}

describe("pages", () => {
  it("cut a message of many entries wherever they end", async () => {
    const { history } = setup([[3, 5]]);
    const at = (index: number) => 3 * 1024 + index;
    const offsets = async (request: { after?: number; before?: number; limit: number }) => {
      const page = await history.page("live://1", request);
      return [page.entries.map(({ offset }) => offset), page.cursor, page.more];
    };
    expect(await offsets({ after: 0, limit: 2 })).toEqual([[at(0), at(1)], at(1), true]);
    expect(await offsets({ after: at(1), limit: 3 })).toEqual([
      [at(2), at(3), at(4)],
      at(4),
      false,
    ]);
    expect(await offsets({ after: at(4), limit: 3 })).toEqual([[], at(4), false]);
    expect(await offsets({ limit: 2 })).toEqual([[at(3), at(4)], at(3), true]);
    expect(await offsets({ before: at(3), limit: 9 })).toEqual([
      [at(0), at(1), at(2)],
      1024,
      false,
    ]);
    expect(await offsets({ before: 0, limit: 9 })).toEqual([[], 0, false]);
  });

  it("wait for each other up to a bound, then are refused as busy", async () => {
    const { history, hold, metrics } = setup([[3, 1]]);
    const open = hold();
    const taken = [1, 2, 3].map(() => history.page("live://1", { limit: 1 }));
    await expect(history.page("live://1", { limit: 1 })).rejects.toMatchObject({ code: "busy" });
    const text = await metrics.registry.metrics();
    expect(text).toContain("goim_history_waiting 2");
    expect(text).toContain("goim_history_refused_total 1");
    open();
    expect((await Promise.all(taken)).map(({ entries }) => entries.length)).toEqual([1, 1, 1]);
  });

  it("of an id that cannot be fail as invalid", async () => {
    const { history } = setup([]);
    const long = `live://${"x".repeat(400)}`;
    await expect(history.page(long, { limit: 1 })).rejects.toMatchObject({ code: "invalid" });
  });
});

describe("a message for one viewer only", () => {
  it("is in the pages of that one alone, and everybody gets past it", async () => {
    const entries = [{ op: 1, body: Buffer.from("x"), only: "7", expiresAt: 1 }, { op: 1 }];
    const { history } = setup([[3, 1]], 100, entries);
    const offsets = async (viewer?: string) => {
      const who = viewer === undefined ? {} : { viewer };
      const pages = [
        await history.page("live://1", { after: 0, limit: 2, ...who }),
        await history.page("live://1", { limit: 2, ...who }),
      ];
      const last = pages[0]?.entries[0];
      expect(last).not.toHaveProperty("only");
      expect(pages[0]?.cursor).toBe(3 * 1024 + 1);
      return pages.map((page) => page.entries.map(({ offset }) => offset - 3 * 1024));
    };
    for (const nobody of [undefined, "", "8"]) expect(await offsets(nobody)).toEqual([[1], [1]]);
    expect(await offsets("7")).toEqual([
      [0, 1],
      [0, 1],
    ]);
  });
});
