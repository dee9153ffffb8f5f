import { describe, expect, it } from "vitest";
import { FakeClock } from "../kit/clock.fake.ts";
import { Semaphore } from "../kit/semaphore.ts";
import { CatchUp } from "./catch-up.ts";
import { createCoalesce } from "./coalesce.ts";
import { Fanout } from "./fanout.ts";
import { createHistoryStats } from "./history-stats.ts";
import type { LogEntry } from "./log-entry.ts";
import { TestMember } from "./member.fixture.ts";
import { Room } from "./room.ts";
import { RoomHistory } from "./room-history.ts";
import { createRoomStats } from "./room-stats.ts";

const historyLimits = {
  ...{ replayMax: 10, replayBytes: 1000 },
  log: 16,
  ring: { entriesMax: 100, bytesMax: 10_000 },
  ...{ frameBytes: 1000, replay: 0, replayMaxAge: 1000, pageMessages: 10 },
  ...{ retryMin: 10, retryMax: 100 },
};

function setUp(options: { flushBytes?: number; gatherBytes?: number; cost?: number } = {}) {
  const clock = new FakeClock();
  const flushBytes = options.flushBytes ?? 1000;
  // 1 ms of interval a member, so that a few members make a busy room.
  const intervalMs = (members: number) => (members * (options.cost ?? 1000)) / 1000;
  const coalesce = createCoalesce(
    { coalesce: "load", signal: 1000, batch: 20, flushBytes },
    { intervalMs },
  );
  const fanout = new Fanout({ sliceMembers: 10, sliceTime: 5 }, clock);
  const stats = createRoomStats();
  const spaces: number[] = [];
  const room = new Room(
    "live://1",
    { flushBytes, gatherBytes: options.gatherBytes ?? 4000, replays: false, log: 16 },
    {
      ...{ coalesce, fanout, clock, stats },
      catchUp: new CatchUp({ sliceMembers: 10, sliceTime: 5, deadline: 30_000 }, { clock }),
      history: new RoomHistory(historyLimits, {
        read: async () => [],
        wholeAfter: async () => true,
        reads: new Semaphore(1),
        clock,
        stats: createHistoryStats(),
        onRead: () => {},
      }),
      onKnown: () => {},
      onSpace: () => spaces.push(clock.monotonic()),
    },
  );
  let id = 0;
  const join = (count = 1) =>
    Array.from({ length: count }, () => {
      const member = new TestMember(id++);
      room.add(member);
      return member;
    });
  let offset = 1024;
  const push = (...texts: string[]) => room.apply(texts.map((text) => entry(offset++, text)));
  return { clock, room, stats, spaces, join, push };
}

function entry(offset: number, text: string): LogEntry {
  return {
    offset,
    op: 1000,
    body: new TextEncoder().encode(text),
    speed: 0,
    ...{ expiresAt: 0, time: 0 },
  };
}

describe("a room", () => {
  it("hands a lone message on within the same turn", () => {
    const { join, push } = setUp();
    const [member] = join(5);
    push("m0");
    expect(member?.got).toEqual(["m0"]);
  });

  it("gathers what comes before the interval is over into one frame", () => {
    const { clock, join, push, stats } = setUp();
    const [member] = join(5);
    push("m0");
    push("m1");
    push("m2", "m3");
    expect(member?.got).toEqual(["m0"]);
    clock.advance(4);
    expect(member?.got).toEqual(["m0"]);
    clock.advance(1);
    expect(member?.got).toEqual(["m0", "m1", "m2", "m3"]);
    expect(member?.sizes).toEqual([1, 3]);
    expect([stats.flushes, stats.flushedEntries]).toEqual([2, 4]);
  });

  it("hands a newcomer what was gathered before, but nothing of a flush that had begun", () => {
    const { clock, room, join, push } = setUp();
    join(25);
    push("m0");
    // 10 of 25 are served: the flush is under way.
    const [during] = join();
    push("m1");
    const [later] = join();
    expect([during?.lastFlush, later?.lastFlush, room.flushes]).toEqual([1, 1, 1]);
    clock.advance(100);
    expect(during?.got).toEqual(["m1"]);
    expect(later?.got).toEqual(["m1"]);
    expect(during?.lastFlush).toBe(2);
  });

  it("begins a flush only when everybody has the one before", () => {
    const { clock, join, push } = setUp({ cost: 0 });
    const members = join(35);
    push("m0");
    push("m1");
    push("m2");
    const behind = () => members.filter(({ got }) => got.length === 0).length;
    const ahead = () => members.filter(({ got }) => got.length > 1).length;
    expect([behind(), ahead()]).toEqual([25, 0]);
    clock.advance(0);
    expect(members.every(({ got }) => got.join() === "m0,m1,m2")).toBe(true);
    expect(members.every(({ sizes }) => sizes.join() === "1,2")).toBe(true);
  });

  it("passes over a member that leaves while a flush is under way", () => {
    const { clock, room, join, push } = setUp();
    const members = join(25);
    push("m0");
    const waiting = members.find(({ got }) => got.length === 0) as TestMember;
    room.remove(waiting);
    clock.advance(100);
    expect(waiting.got).toEqual([]);
    expect(members.filter(({ got }) => got.length === 1)).toHaveLength(24);
  });

  it("cuts what it gathered into flushes of bounded size", () => {
    const { clock, join, push } = setUp({ flushBytes: 10, gatherBytes: 1000 });
    const [member] = join(5);
    push("first");
    push("aaaa", "bbbb", "cccc", "a message larger than a flush", "d");
    clock.advance(50);
    expect(member?.sizes).toEqual([1, 2, 1, 1, 1]);
    expect(member?.got.length).toBe(6);
  });

  it("takes no more when it has gathered enough, and says when there is space again", () => {
    const { clock, join, push, spaces } = setUp({ flushBytes: 100, gatherBytes: 20 });
    const [member] = join(25);
    expect(push("m0")).toBe(true);
    expect(push("0123456789")).toBe(true);
    expect(push("0123456789")).toBe(false);
    expect(spaces).toEqual([]);
    clock.advance(100);
    expect(spaces).toHaveLength(1);
    expect(member?.got).toHaveLength(3);
  });

  it("keeps nothing for a room that everybody left", () => {
    const { clock, room, join, push, stats } = setUp();
    const [member] = join() as [TestMember];
    push("m0");
    push("m1");
    room.remove(member);
    expect(push("m2")).toBe(true);
    const [next] = join();
    clock.advance(1000);
    push("m3");
    clock.advance(1000);
    expect(next?.got).toEqual(["m3"]);
    expect(stats.unheard).toBe(1);
    expect(clock.pending).toBe(0);
  });
});
