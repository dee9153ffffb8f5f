import { afterEach, describe, expect, it } from "vitest";
import { FakeClock } from "../kit/clock.fake.ts";
import { silentLog } from "../kit/log.ts";
import { createMetrics } from "../kit/metrics.ts";
import { goim } from "../protocol/gen/messages.js";
import { offsetOf } from "../protocol/offset.ts";
import { turn } from "./follower.fixture.ts";
import { LogBus } from "./log-bus.fixture.ts";
import { TestMember } from "./member.fixture.ts";
import { roomsConfig } from "./rooms.fixture.ts";
import { createRooms, type Rooms } from "./rooms.ts";

const room = "live://1000";
let running: Rooms | undefined;

afterEach(async () => {
  await running?.stop();
});

async function setUp(config: Record<string, unknown> = {}) {
  const bus = new LogBus();
  const clock = new FakeClock();
  const metrics = createMetrics();
  const deps = { bus, layout: bus.layout, reader: bus, clock, log: silentLog, metrics };
  const rooms = createRooms(roomsConfig(config), deps);
  running = rooms;
  await rooms.start();
  const join = async (id = room) => {
    const member = new TestMember();
    await rooms.join(member, id);
    return member;
  };
  const metric = async (name: string) => {
    const found = await metrics.registry.getSingleMetric(`goim_comet_${name}`)?.get();
    return found?.values[0]?.value;
  };
  /** Time passes, and what it starts comes to its end. */
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= 50) {
      clock.advance(Math.min(50, left));
      await turn();
    }
  };
  return { bus, clock, rooms, join, metric, pass };
}

function digest(over: Partial<goim.push.IDigest>): Uint8Array {
  const base = { epoch: "e1", job: "j1", term: 1, n: 1, part: 0, parts: 1, rooms: [] };
  return goim.push.Digest.encode({ ...base, ...over }).finish();
}

describe("joining", () => {
  it("hands out what is pushed after the join, and nothing from before", async () => {
    const { bus, join } = await setUp();
    const before = bus.storeRoom(room, "before");
    const member = await join();
    bus.castRoom(room, before, 0);
    bus.castRoom(room, bus.storeRoom(room, "after"), offsetOf(before, 0));
    expect(member.got).toEqual(["after"]);
  });

  it("listens before it reads, and reads one tail for all that come meanwhile", async () => {
    const { bus, rooms } = await setUp();
    const members = Array.from({ length: 50 }, (_, id) => new TestMember(id));
    await Promise.all(members.map((member) => rooms.join(member, room)));
    expect([bus.flushes, bus.reads.tail]).toEqual([1, 1]);
    expect(rooms.counts().get(room)).toBe(50);
    const sequence = bus.storeRoom(room, "m0");
    bus.castRoom(room, sequence, 0);
    expect(members.every(({ got }) => got.join() === "m0")).toBe(true);
  });

  it("runs onJoined before anything is delivered", async () => {
    const { bus, rooms } = await setUp();
    const member = new TestMember();
    const order: string[] = [];
    member.onDeliver = () => order.push("push");
    const joined = rooms.join(member, room, () => order.push("joined"));
    await bus.flush();
    bus.castRoom(room, bus.storeRoom(room, "m0"), 0);
    await joined;
    bus.castRoom(room, bus.storeRoom(room, "m1"), offsetOf(1, 0));
    expect(order[0]).toBe("joined");
    expect(order).toContain("push");
  });

  it("says so at once when NATS is away, and goes on with rooms that are open", async () => {
    const { bus, join, rooms } = await setUp();
    await join();
    bus.down();
    await join();
    expect(rooms.counts().get(room)).toBe(2);
    await expect(join("live://new")).rejects.toMatchObject({ code: "unavailable" });
    expect(rooms.counts().has("live://new")).toBe(false);
  });

  it("ends with a timeout when the tail cannot be read, and works once it can", async () => {
    const { bus, rooms, pass } = await setUp({ joinTimeout: "1s", linger: "10s" });
    bus.readsFail = true;
    const member = new TestMember();
    const failed = expect(rooms.join(member, room)).rejects.toMatchObject({ code: "timeout" });
    await pass(1000);
    await failed;
    expect([member.room, member.roomId]).toEqual([undefined, ""]);
    bus.readsFail = false;
    const again = rooms.join(member, room);
    await pass(2000);
    await again;
    expect(member.roomId).toBe(room);
  });

  it("goes on although those who waited before it have left", async () => {
    const { bus, rooms, pass } = await setUp({ linger: "100ms" });
    bus.readsFail = true;
    const first = new TestMember();
    const given = rooms.join(first, room);
    rooms.leave(first);
    await given;
    const second = new TestMember();
    const joined = rooms.join(second, room);
    await pass(300);
    bus.readsFail = false;
    await pass(2000);
    await joined;
    expect(second.roomId).toBe(room);
  });

  it("refuses a room id that is too long for NATS", async () => {
    const { join } = await setUp();
    await expect(join(`live://${"x".repeat(500)}`)).rejects.toMatchObject({ code: "invalid" });
  });

  it("leaves the room before at once, also while that join is still under way", async () => {
    const { bus, rooms, join } = await setUp();
    const member = await join("live://a");
    const second = rooms.join(member, "live://b");
    expect(rooms.counts().has("live://a")).toBe(false);
    let joined = false;
    const third = rooms.join(member, "live://c", () => {
      joined = true;
    });
    await Promise.all([second, third]);
    expect([member.roomId, joined]).toEqual(["live://c", true]);
    expect([...rooms.counts()]).toEqual([["live://c", 1]]);
    bus.castRoom("live://b", bus.storeRoom("live://b", "no"), 0);
    expect(member.got).toEqual([]);
  });

  it("comes to nothing when the member leaves before", async () => {
    const { rooms } = await setUp();
    const member = new TestMember();
    let joined = false;
    const join = rooms.join(member, room, () => {
      joined = true;
    });
    rooms.leave(member);
    await join;
    expect([joined, member.roomId, rooms.counts().size]).toEqual([false, "", 0]);
  });
});

describe("a room of a type with a replay", () => {
  const chat = "chat://1";
  const config = { history: { types: ["chat=3"] } };

  it("hands newcomers what came before their reply, then what is live", async () => {
    const { bus, rooms, pass, metric } = await setUp(config);
    let last = 0;
    for (let each = 0; each < 5; each++) last = bus.storeRoom(chat, `m${each}`);
    const members = Array.from({ length: 20 }, (_, id) => new TestMember(id));
    const order: string[] = [];
    if (members[0] !== undefined) members[0].onDeliver = () => order.push("push");
    await Promise.all(members.map((member) => rooms.join(member, chat, () => order.push("reply"))));
    expect(rooms.counts().get(chat)).toBe(20);
    await pass(200);
    bus.castRoom(chat, bus.storeRoom(chat, "live"), offsetOf(last, 0));
    await pass(10);
    for (const { got } of members) expect(got).toEqual(["m2", "m3", "m4", "live"]);
    expect(order.slice(0, 20)).toEqual(Array(20).fill("reply"));
    expect([bus.reads.range, await metric("room_history_reads_total")]).toEqual([1, 1]);
    expect(await metric("room_owed_total")).toBe(80);
  });

  it("forgets who leaves before its history came", async () => {
    const { bus, rooms, pass, metric } = await setUp(config);
    bus.storeRoom(chat, "m0");
    const member = new TestMember();
    await rooms.join(member, chat);
    rooms.leave(member);
    await pass(100);
    expect([member.got, rooms.counts().size, await metric("room_behind")]).toEqual([[], 0, 0]);
  });
});

describe("leaving", () => {
  it("keeps following for a while, so that coming back reads nothing", async () => {
    const { bus, rooms, join, pass } = await setUp({ linger: "5s" });
    const member = await join();
    const first = bus.storeRoom(room, "m0");
    bus.castRoom(room, first, 0);
    rooms.leave(member);
    const second = bus.storeRoom(room, "unheard");
    bus.castRoom(room, second, offsetOf(first, 0));
    await pass(4900);
    const again = await join();
    bus.castRoom(room, bus.storeRoom(room, "m2"), offsetOf(second, 0));
    expect(again.got).toEqual(["m2"]);
    expect(bus.reads).toMatchObject({ tail: 1, range: 0 });
  });

  it("ends the subscription when nobody comes back", async () => {
    const { bus, rooms, join, clock, pass, metric } = await setUp({ linger: "5s" });
    const member = await join();
    const cast = bus.subjects.room(room);
    expect(bus.listeners.has(cast)).toBe(true);
    rooms.leave(member);
    await pass(5000);
    expect(bus.listeners.has(cast)).toBe(false);
    expect(await metric("room_followers_live")).toBe(0);
    await join();
    expect(bus.reads.tail).toBe(2);
    expect(clock.pending).toBe(0);
  });

  it("tells listeners every count", async () => {
    const { rooms, join } = await setUp();
    const counts: [string, number][] = [];
    rooms.onCount((id, count) => counts.push([id, count]));
    const a = await join();
    await join();
    rooms.leave(a);
    rooms.leave(a);
    expect(counts.map(([, count]) => count)).toEqual([1, 2, 1]);
  });
});

describe("repair", () => {
  it("follows a digest about a cast that was lost", async () => {
    const { bus, join } = await setUp();
    const member = await join();
    const sequence = bus.storeRoom(room, "lost on the way");
    const subject = bus.subjects.digest("live", bus.layout.shardOf(room));
    bus.deliver(subject, digest({ rooms: [{ room, last: offsetOf(sequence, 0) }] }));
    await turn();
    expect(member.got).toEqual(["lost on the way"]);
  });

  it("asks the owner about a digest that is missing", async () => {
    const { bus, join, metric } = await setUp();
    const member = await join();
    const sequence = bus.storeRoom(room, "told in digest 2");
    const subject = bus.subjects.digest("live", bus.layout.shardOf(room));
    bus.answers.set(bus.subjects.job("j1"), () => {
      const rooms = [{ room, last: offsetOf(sequence, 0) }];
      const reply = { owner: true, epoch: "e1", term: 1, n: 4, rooms };
      return goim.push.DigestReply.encode(reply).finish();
    });
    bus.deliver(subject, digest({ n: 1 }));
    bus.deliver(subject, digest({ n: 4 }));
    await turn();
    expect(member.got).toEqual(["told in digest 2"]);
    expect(await metric("room_digests_missed_total")).toBe(1);
    expect(bus.reads.tails).toBe(0);
  });

  it("looks itself when the owner does not answer", async () => {
    const { bus, join } = await setUp();
    const member = await join();
    bus.storeRoom(room, "nobody told");
    const subject = bus.subjects.digest("live", bus.layout.shardOf(room));
    bus.deliver(subject, digest({ n: 1 }));
    bus.deliver(subject, digest({ n: 4 }));
    await turn();
    expect(member.got).toEqual(["nobody told"]);
    expect(bus.reads.tails).toBe(1);
  });

  it("checks every room after a reconnect, in batches, and goes on until that worked", async () => {
    const { bus, join, pass } = await setUp({ checkBatch: 10, checkPause: "10ms" });
    const ids = Array.from({ length: 25 }, (_, index) => `live://${index}`);
    const members = await Promise.all(ids.map((id) => join(id)));
    bus.down();
    for (const id of ids) bus.storeRoom(id, `missed in ${id}`);
    bus.readsFail = true;
    bus.up();
    await pass(500);
    expect(members.every(({ got }) => got.length === 0)).toBe(true);
    bus.readsFail = false;
    await pass(3000);
    expect(members.map(({ got }) => got.join())).toEqual(ids.map((id) => `missed in ${id}`));
    expect(bus.batches.slice(-3)).toEqual([10, 10, 5]);
  });

  it("starts anew in a stream that was created again", async () => {
    const { bus, join, pass } = await setUp();
    const member = await join();
    const old = bus.storeRoom(room, "old");
    bus.castRoom(room, old, 0);
    bus.streams.clear();
    bus.epochs.set("GOIM_ROOM", "e2");
    bus.castRoom(room, bus.storeRoom(room, "new"), 0);
    await pass(1000);
    expect(member.got).toEqual(["old", "new"]);
    expect(bus.refreshes).toBeGreaterThan(0);
  });

  it("lets the stream keep what a room cannot gather, and reads it later", async () => {
    const { bus, join, pass } = await setUp({
      flushBytes: "1kb",
      gatherBytes: "1kb",
      sliceMembers: 1,
    });
    const members = await Promise.all([join(), join()]);
    let prev = 0;
    for (let each = 0; each < 20; each++) {
      const sequence = bus.storeRoom(room, `${each}:${"x".repeat(300)}`);
      bus.castRoom(room, sequence, prev);
      prev = offsetOf(sequence, 0);
    }
    expect(members[0]?.got.length).toBeLessThan(20);
    await pass(200);
    for (const { got } of members) {
      expect(got.map((text) => Number(text.split(":")[0]))).toEqual([...Array(20).keys()]);
    }
    expect(bus.reads.range).toBeGreaterThan(0);
  });
});

describe("stopping", () => {
  it("refuses joins that are under way and leaves nothing behind", async () => {
    const { bus, rooms, clock } = await setUp();
    const failed = expect(rooms.join(new TestMember(), room)).rejects.toMatchObject({
      code: "unavailable",
    });
    await rooms.stop();
    await failed;
    await turn();
    expect([bus.listeners.size, clock.pending]).toEqual([0, 0]);
    await expect(rooms.join(new TestMember(), room)).rejects.toMatchObject({ code: "unavailable" });
  });
});
