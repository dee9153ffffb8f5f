import { describe, expect, it } from "vitest";
import { FakeClock } from "../kit/clock.fake.ts";
import { Semaphore } from "../kit/semaphore.ts";
import { createHistoryStats } from "./history-stats.ts";
import type { LogEntry } from "./log-entry.ts";
import { RoomHistory } from "./room-history.ts";

describe("what was taken back of a room's history", () => {
  function setUp() {
    let hidden: ((entry: LogEntry) => boolean) | undefined;
    const limits = {
      ...{ ring: { entriesMax: 10, bytesMax: 1000 }, frameBytes: 1000, log: 16 },
      ...{ replay: 5, replayMax: 5, replayBytes: 1000, replayMaxAge: 60_000 },
      ...{ pageMessages: 10, retryMin: 10, retryMax: 100 },
    };
    const history = new RoomHistory(limits, {
      read: async () => ({ messages: [], to: 0 }) as never,
      wholeAfter: async () => true,
      ...{ reads: new Semaphore(1), clock: new FakeClock(), stats: createHistoryStats() },
      ...{ hidden: () => hidden, onRead: () => {} },
    });
    history.begin(1024, "E");
    const entries = [2048, 3072, 4096].map((offset) => ({
      ...{ offset, op: 1000, body: Buffer.from(`${offset}`), speed: 0, expiresAt: 0, time: 0 },
    }));
    history.append(entries, 4096);
    const sent = () => history.next(1024, 4096)?.sent;
    const hide = (offset?: number) => {
      hidden = offset === undefined ? undefined : (entry) => entry.offset === offset;
    };
    return { history, sent, hide };
  }

  it("is in no frame, not in one that was made before either", () => {
    const { history, sent, hide } = setUp();
    expect(sent()).toBe(3);
    hide(3072);
    history.recalled();
    expect(sent()).toBe(2);
  });

  it("is let go of: it stays away when nobody remembers that it was taken back", () => {
    const { history, sent, hide } = setUp();
    hide(3072);
    history.recalled();
    hide();
    expect(sent()).toBe(2);
    expect(history.next(1024, 4096)?.to).toBe(4096);
  });
});
