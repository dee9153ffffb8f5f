import { afterEach, describe, expect, it } from "vitest";
import { FakeClock } from "../kit/clock.fake.ts";
import { silentLog } from "../kit/log.ts";
import { createMetrics } from "../kit/metrics.ts";
import { readPackets } from "../protocol/frame.ts";
import type { EncodedBatch } from "../protocol/frame-batch.ts";
import { offsetOf } from "../protocol/offset.ts";
import type { JoinWish, LogStateBody, RoomPlace } from "../protocol/v2.ts";
import { turn } from "./follower.fixture.ts";
import { LogBus } from "./log-bus.fixture.ts";
import { TestMember } from "./member.fixture.ts";
import { roomsConfig } from "./rooms.fixture.ts";
import { createRooms, type Rooms } from "./rooms.ts";

const room = "live://1000";
const stream = "GOIM_ROOM";
let running: Rooms | undefined;

afterEach(async () => {
  await running?.stop();
});

/** A member of version 2: it writes down what its packets say. */
class Seated extends TestMember {
  place: RoomPlace | undefined;
  readonly offsets: number[] = [];
  readonly states: (LogStateBody & { readonly before: number })[] = [];
  readonly logs = new Set<number>();

  override deliver(frame: EncodedBatch, entries: number): void {
    this.sizes.push(entries);
    for (const { op, seq, offset, body } of readPackets(frame.v2, { version: 2 }).packets) {
      const text = new TextDecoder().decode(body);
      if (offset === undefined) {
        expect(op).toBe(26);
        this.states.push({ ...(JSON.parse(text) as LogStateBody), before: this.got.length });
      } else {
        this.offsets.push(offset);
        this.logs.add(seq);
        this.got.push(text);
      }
    }
  }
}

async function setUp(config: Record<string, unknown> = {}, stored = 0) {
  const bus = new LogBus();
  const clock = new FakeClock();
  const metrics = createMetrics();
  const deps = { bus, layout: bus.layout, reader: bus, clock, log: silentLog, metrics };
  for (let each = 0; each < stored; each++) bus.storeRoom(room, `m${each + 1}`);
  const rooms = createRooms(roomsConfig(config), deps);
  running = rooms;
  await rooms.start();
  /** Time passes, and what it starts comes to its end. */
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= 50) {
      clock.advance(Math.min(50, left));
      for (let turns = 0; turns < 10; turns++) {
        await turn();
        clock.runYielded();
      }
    }
  };
  const join = async (wish: Omit<JoinWish, "room"> = {}, key = "", viewer = "") => {
    const member = new Seated();
    member.key = key;
    member.viewer = viewer;
    const approach = rooms.approach({ room, ...wish });
    for (let tries = 0; tries < 20 && !approach.settled; tries++) await pass(50);
    if (approach.error !== undefined) throw approach.error;
    member.place = approach.enter(member);
    approach.release();
    await pass(50);
    return member;
  };
  let last = stored;
  const push = (text: string, exclude?: string[], only?: string) => {
    const sequence = bus.storeExcluding(room, text, exclude, only);
    bus.castRoom(room, sequence, offsetOf(last, 0));
    last = sequence;
    return sequence;
  };
  const ledger = async () => {
    const value = async (name: string) => {
      const found = await metrics.registry.getSingleMetric(`goim_comet_room_${name}_total`)?.get();
      return found?.values[0]?.value ?? Number.NaN;
    };
    const dropped = ["expired", "excluded", "gone", "left", "slow"].map((end) => `dropped_${end}`);
    const ends = await Promise.all(["live", "resumed", ...dropped].map(value));
    return { owed: await value("owed"), ended: ends.reduce((sum, each) => sum + each, 0), ends };
  };
  return { bus, clock, rooms, join, push, pass, ledger };
}

const at = (sequence: number) => offsetOf(sequence, 0);
const names = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `m${from + index}`);

describe("a member of version 2", () => {
  it("is told where it stands, and each room has a number of its own", async () => {
    const { rooms, join, push, pass } = await setUp({}, 3);
    const member = await join();
    expect(member.place).toEqual({ room, log: 16, epoch: "e1", offset: at(3), from: at(3) });
    push("m4");
    await pass(50);
    expect([member.got, member.offsets, [...member.logs]]).toEqual([["m4"], [at(4)], [16]]);
    const other = rooms.approach({ room: "live://2" });
    await pass(50);
    expect(other.enter(new Seated())).toMatchObject({ room: "live://2", log: 17 });
    other.release();
  });

  it("keeps a room followed while it approaches, and no longer", async () => {
    const { rooms, bus, pass } = await setUp({ linger: 100 });
    const approach = rooms.approach({ room });
    await pass(1000);
    expect(bus.listeners.has(bus.subjects.room(room))).toBe(true);
    approach.release();
    await pass(1000);
    expect(bus.listeners.has(bus.subjects.room(room))).toBe(false);
  });

  it("is told when the position cannot be read in time", async () => {
    const { bus, rooms, pass } = await setUp();
    bus.readsFail = true;
    const approach = rooms.approach({ room });
    await pass(6000);
    expect(approach.error?.code).toBe("timeout");
    approach.release();
  });
});

describe("history of a join", () => {
  it("gives the newest so many, from memory or from the stream", async () => {
    const { join, push, pass } = await setUp({ ringEntries: 4 }, 30);
    const few = await join({ history: 3 });
    expect(few.place).toMatchObject({ offset: at(30), from: at(27) });
    expect(few.got).toEqual(names(28, 30));
    const many = await join({ history: 20 });
    expect(many.place?.from).toBe(at(11) - 1);
    expect(many.got).toEqual(names(11, 30));
    const all = await join({ history: 100 });
    expect(all.got).toEqual(names(1, 30));
    push("m31");
    await pass(50);
    for (const member of [few, many, all]) expect(member.got.at(-1)).toBe("m31");
    expect((await join({ history: 0 })).got).toEqual([]);
  });
});

describe("a resume", () => {
  it("gives what came since, from memory and from the stream, and then what is live", async () => {
    const { join, push, pass, ledger } = await setUp({ ringEntries: 4 }, 600);
    for (const since of [0, 1, 300, 598, 600]) {
      const member = await join({ since: at(since), epoch: "e1" });
      expect(member.place).toMatchObject({ offset: at(600), from: at(since) });
      expect(member.place?.reset).toBeUndefined();
      expect(member.got).toEqual(names(since + 1, 600));
    }
    push("m601");
    await pass(50);
    const late = await join({ since: at(599), epoch: "e1" });
    expect(late.got).toEqual(["m600", "m601"]);
    const { owed, ended } = await ledger();
    expect(ended).toBe(owed);
    expect(owed).toBe(600 + 599 + 300 + 2 + 5 + 2);
  });

  it("is a reset with the oldest message when the epoch differs", async () => {
    const { bus, join } = await setUp({}, 5);
    bus.evict(stream, 2);
    const member = await join({ since: at(4), epoch: "e0" });
    const from = at(5);
    expect(member.place).toMatchObject({ epoch: "e1", reset: true, oldest: at(3), from });
    expect(member.got).toEqual([]);
  });

  it("is a reset when something after the place named is gone, and only then", async () => {
    const { bus, join } = await setUp({}, 10);
    bus.evict(stream, 4);
    const whole = await join({ since: at(4), epoch: "e1" });
    expect(whole.place?.reset).toBeUndefined();
    expect(whole.got).toEqual(names(5, 10));
    const gone = await join({ since: at(3), epoch: "e1" });
    expect(gone.place).toMatchObject({ reset: true, oldest: at(5), from: at(10) });
    expect(gone.states).toEqual([]);
    expect((await join({ since: 0, epoch: "e1" })).place).toMatchObject({ reset: true });
  });

  it("of a quiet room whose messages were never any is none", async () => {
    const { bus, join } = await setUp();
    for (let each = 0; each < 5; each++) bus.storeRoom("live://other", "x");
    // Another comet followed the room from sequence 2 on, when there was nothing in it.
    const member = await join({ since: offsetOf(2, 1023), epoch: "e1" });
    expect(member.place).toMatchObject({ from: offsetOf(2, 1023) });
    expect(member.place?.reset).toBeUndefined();
  });

  it("from a comet that is ahead of this one goes on where it was", async () => {
    const { bus, join, push, pass, ledger } = await setUp({}, 3);
    const other = await join();
    bus.storeRoom(room, "m4");
    bus.storeRoom(room, "m5");
    const member = await join({ since: at(5), epoch: "e1" });
    expect(member.place?.reset).toBeUndefined();
    expect(member.place).toMatchObject({ from: at(5), offset: at(5) });
    await pass(500);
    expect([other.got, member.got]).toEqual([["m4", "m5"], []]);
    push("m6");
    await pass(100);
    expect([other.got.at(-1), member.got]).toEqual(["m6", ["m6"]]);
    const { owed, ended } = await ledger();
    expect([owed, ended]).toEqual([4, 4]);
  });

  it("from a comet that flushes sooner goes on where it was", async () => {
    const { join, push, pass, ledger } = await setUp(
      { cpuTarget: 1, sendCostMin: 10_000, sendCostMax: 10_000, signal: 5000 },
      3,
    );
    const others = await Promise.all(Array.from({ length: 40 }, () => join()));
    push("m4");
    await pass(50);
    for (const text of ["m5", "m6", "m7"]) push(text);
    const member = await join({ since: at(6), epoch: "e1" });
    expect(member.place).toMatchObject({ from: at(6), offset: at(6) });
    await pass(1000);
    expect([others[0]?.got, member.got]).toEqual([names(4, 7), ["m7"]]);
    push("m8");
    await pass(1000);
    expect(member.got).toEqual(["m7", "m8"]);
    const { owed, ended } = await ledger();
    expect([owed, ended]).toEqual([40 * 5 + 2, 40 * 5 + 2]);
  });

  it("is a reset when the log never came that far", async () => {
    const { join } = await setUp({}, 3);
    const member = await join({ since: at(9), epoch: "e1" });
    expect(member.place).toMatchObject({ reset: true, oldest: at(1), from: at(3) });
  });
});

describe("a log that is not what it was", () => {
  it("is told between what came before and what comes after", async () => {
    const { bus, join, push, pass } = await setUp({}, 3);
    const member = await join();
    push("m4");
    await pass(50);
    // Nothing of these was heard, and the first of them are gone when it is noticed.
    for (const text of ["m5", "m6", "m7"]) bus.storeRoom(room, text);
    bus.evict(stream, 6);
    bus.castRoom(room, bus.storeRoom(room, "m8"), at(7));
    await pass(500);
    expect(member.got).toEqual(["m4", "m7", "m8"]);
    const offset = at(7) - 1;
    expect(member.states).toEqual([{ log: 16, epoch: "e1", offset, oldest: at(7), before: 1 }]);
  });

  it("is told behind what waits for its flush", async () => {
    const { bus, join, push, pass } = await setUp(
      { cpuTarget: 1, sendCostMin: 10_000, sendCostMax: 10_000, signal: 5000 },
      3,
    );
    const members = await Promise.all(Array.from({ length: 40 }, () => join()));
    push("m4");
    await pass(50);
    push("m5");
    for (const text of ["m6", "m7"]) bus.storeRoom(room, text);
    bus.evict(stream, 6);
    bus.castRoom(room, bus.storeRoom(room, "m8"), at(7));
    await pass(2000);
    for (const { got, states } of members) {
      expect(got).toEqual(["m4", "m5", "m7", "m8"]);
      expect(states.map(({ oldest, before }) => [oldest, before])).toEqual([[at(7), 2]]);
    }
  });

  it("is told to who is behind where the hole is, once", async () => {
    const { bus, join, push, pass } = await setUp({ ringEntries: 2 }, 3);
    const [slow, other] = [await join(), await join()];
    slow.takes = 1;
    for (const text of ["m4", "m5", "m6", "m7", "m8"]) push(text);
    await pass(100);
    expect(other.got).toEqual(names(4, 8));
    bus.evict(stream, 6);
    slow.drain();
    await pass(500);
    expect(slow.got).toEqual(["m4", "m7", "m8"]);
    expect(slow.states.map(({ oldest, before }) => [oldest, before])).toEqual([[at(7), 1]]);
    expect(other.states).toEqual([]);
  });

  it("of another life is told before its first message, also to who is behind", async () => {
    const { bus, join, push, pass } = await setUp({}, 3);
    const [slow, other] = [await join(), await join()];
    slow.takes = 0;
    push("m4");
    await pass(50);
    bus.restart(stream, "e2");
    const sequence = bus.storeRoom(room, "n1");
    bus.castRoom(room, sequence, 0);
    await pass(1000);
    slow.drain();
    await pass(500);
    expect(other.got).toEqual(["m4", "n1"]);
    expect(other.states).toMatchObject([{ epoch: "e2", reset: true, before: 1 }]);
    expect(slow.states).toMatchObject([{ epoch: "e2", reset: true }]);
    expect(slow.got.at(-1)).toBe("n1");
    expect(slow.states[0]?.before).toBe(slow.got.length - 1);
  });
});

describe("exclude", () => {
  it("keeps an entry from the sessions it names, live and caught up", async () => {
    const { join, push, pass, ledger } = await setUp(
      { cpuTarget: 1, sendCostMin: 1000, sendCostMax: 1000 },
      1,
    );
    const [one, two, slow] = [await join({}, "k1"), await join({}, "k2"), await join({}, "k1")];
    slow.takes = 0;
    push("a", ["k1"]);
    push("b");
    await pass(100);
    push("c", ["k1", "k2"]);
    await pass(100);
    expect([one.got, two.got]).toEqual([["b"], ["a", "b"]]);
    slow.drain();
    await pass(100);
    expect(slow.got).toEqual(["b"]);
    const resumed = await join({ since: at(1), epoch: "e1" }, "k2");
    expect(resumed.got).toEqual(["a", "b"]);
    const { owed, ended, ends } = await ledger();
    expect([owed, ended]).toEqual([12, 12]);
    expect(ends[3]).toBe(6);
  });
});

describe("an entry that is for one viewer only", () => {
  it("is handed to that one alone, live, caught up and resumed, and leaves no gap", async () => {
    const { join, push, pass, ledger } = await setUp(
      { cpuTarget: 1, sendCostMin: 1000, sendCostMax: 1000 },
      1,
    );
    const [seven, other, stranger] = [
      await join({}, "k1", "7"),
      await join({}, "k2", "8"),
      // Somebody else who has the key of the first.
      await join({}, "k1", "9"),
    ];
    const slow = await join({}, "k3", "7");
    const late = await join({}, "k4", "8");
    slow.takes = 0;
    late.takes = 0;
    push("a");
    push("shadow", [], "7");
    push("not to k1", ["k1"], "7");
    const end = push("b");
    await pass(100);
    for (const member of [slow, late]) member.drain();
    await pass(100);
    expect(seven.got).toEqual(["a", "shadow", "b"]);
    expect(slow.got).toEqual(["a", "shadow", "not to k1", "b"]);
    for (const member of [other, stranger, late]) expect(member.got).toEqual(["a", "b"]);
    const back = { since: at(1), epoch: "e1" };
    expect((await join(back, "k5", "7")).got).toEqual(slow.got);
    const resumed = await join(back, "k5", "8");
    expect([resumed.got, resumed.states]).toEqual([["a", "b"], []]);
    expect(resumed.place?.offset).toBe(at(end));
    const { owed, ended } = await ledger();
    expect(owed).toBe(ended);
  });
});
