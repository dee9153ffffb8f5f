import { describe, expect, it } from "vitest";
import { FakeClock } from "../kit/clock.fake.ts";
import { isGoimError } from "../kit/errors.ts";
import { silentLog } from "../kit/log.ts";
import { createMetrics } from "../kit/metrics.ts";
import { goim } from "../protocol/gen/messages.js";
import { toNumber } from "../protocol/int64.ts";
import { Bucket } from "./bucket.ts";
import { FakeBus, FakeRooms, openChannel, settle } from "./comet.fixture.ts";
import { Presence } from "./presence.ts";

function setUp(options: { roomsPerMessage?: number } = {}) {
  const clock = new FakeClock();
  const bus = new FakeBus();
  const rooms = new FakeRooms();
  const bucket = new Bucket();
  const epochs: string[] = [];
  const identity = { id: "c1", incarnation: "i1" };
  const presence = new Presence(
    {
      ...{ renewInterval: 5000, countInterval: 1000, snapshotInterval: 10_000 },
      ...{ roomsPerMessage: 100, timeout: 100 },
      ...options,
    },
    {
      ...{ bus, rooms, bucket, clock, log: silentLog, metrics: createMetrics() },
      identity: () => identity,
      onStoreEpoch: (epoch) => epochs.push(epoch),
    },
  );
  const join = async (roomId: string) => {
    const { channel } = openChannel();
    bucket.add(channel);
    await rooms.join(channel, roomId);
    return channel;
  };
  const counts = () =>
    bus.published
      .filter(({ subject }) => subject === "goim.comet.c1.counts")
      .map(({ data }) => {
        const { n, snapshot, rooms: told, connections, ips } = goim.comet.RoomCounts.decode(data);
        return { n: toNumber(n), snapshot: snapshot === true, rooms: told, connections, ips };
      });
  const pass = async (ms: number) => {
    for (let at = 0; at < ms; at += 1000) {
      clock.advance(1000);
      await settle();
    }
  };
  return { clock, bus, rooms, bucket, epochs, identity, presence, join, counts, pass };
}

/** What a logic sums up from the messages, as proto/comet.proto describes them. */
function sum(messages: readonly { snapshot: boolean; rooms: Record<string, number> }[]) {
  const total = new Map<string, number>();
  for (const { snapshot, rooms } of messages) {
    if (snapshot) total.clear();
    for (const [room, count] of Object.entries(rooms)) {
      if (count === 0) total.delete(room);
      else total.set(room, count);
    }
  }
  return Object.fromEntries(total);
}

describe("counts", () => {
  it("begin with a snapshot, then tell each second what changed, if anything", async () => {
    const { presence, join, counts, pass, rooms } = setUp();
    const first = await join("live://1");
    presence.start();
    await join("live://2");
    await pass(3000);
    rooms.leave(first);
    await pass(1000);
    expect(counts()).toEqual([
      { n: 1, snapshot: true, rooms: { "live://1": 1 }, connections: 1, ips: 1 },
      { n: 2, snapshot: false, rooms: { "live://2": 1 }, connections: 2, ips: 1 },
      { n: 3, snapshot: false, rooms: { "live://1": 0 }, connections: 2, ips: 1 },
    ]);
  });

  it("tell all every ten seconds", async () => {
    const { presence, join, counts, pass } = setUp();
    await join("live://1");
    presence.start();
    await pass(20_000);
    expect(counts().map(({ n, snapshot }) => [n, snapshot])).toEqual([
      [1, true],
      [2, true],
      [3, true],
    ]);
  });

  it("tell the number of connections also without rooms", async () => {
    const { presence, bucket, counts, pass } = setUp();
    presence.start();
    bucket.add(openChannel().channel);
    await pass(1000);
    expect(counts()[1]).toMatchObject({ connections: 1, ips: 1, rooms: {} });
  });

  it("come in several messages when there are many rooms, and sum up to the same", async () => {
    const { presence, join, counts, pass, rooms } = setUp({ roomsPerMessage: 3 });
    for (let room = 0; room < 8; room++) await join(`live://${room}`);
    presence.start();
    expect(
      counts().map(({ n, snapshot, rooms: told }) => [n, snapshot, Object.keys(told).length]),
    ).toEqual([
      [1, true, 3],
      [2, false, 3],
      [3, false, 2],
    ]);
    await join("live://8");
    await pass(11_000);
    expect(sum(counts())).toEqual(Object.fromEntries(rooms.members));
  });

  it("begin anew, with n = 1 and a snapshot, under a new incarnation", async () => {
    const { presence, join, counts, pass, identity } = setUp();
    await join("live://1");
    presence.start();
    identity.incarnation = "i2";
    await pass(1000);
    expect(counts()[1]).toMatchObject({ n: 1, snapshot: true, rooms: { "live://1": 1 } });
  });

  it("that could not be published are made up for by a snapshot", async () => {
    const { presence, join, counts, pass, bus } = setUp();
    presence.start();
    bus.connected = false;
    await join("live://1");
    await pass(2000);
    bus.connected = true;
    await pass(1000);
    expect(counts()).toMatchObject([
      { n: 1, snapshot: true },
      { n: 2, snapshot: true, rooms: { "live://1": 1 } },
    ]);
  });

  it("stop with the presence", async () => {
    const { presence, clock } = setUp();
    presence.start();
    await settle();
    await presence.stop();
    await settle();
    expect(clock.pending).toBe(0);
  });
});

describe("totals", () => {
  const answerTotals = (system: ReturnType<typeof setUp>, extra: number) => {
    system.bus.handlers.set("goim.logic.renew", (data) => {
      const { roomCount, server } = goim.logic.OnlineReq.decode(data);
      expect(server).toBe("c1");
      const entries = Object.entries(roomCount).map(([room, count]) => [room, count + extra]);
      const allRoomCount = Object.fromEntries(entries);
      const reply = { allRoomCount, connections: 5000, storeEpoch: "e1" };
      return goim.logic.OnlineReply.encode(reply).finish();
    });
  };

  it("come from logic every interval, in as many questions as needed", async () => {
    const system = setUp({ roomsPerMessage: 2 });
    answerTotals(system, 10);
    for (let room = 0; room < 5; room++) await system.join(`live://${room}`);
    system.presence.start();
    await settle();
    expect(system.bus.requests).toHaveLength(3);
    expect(system.presence.online("live://3")).toBe(11);
    expect(system.presence.totalConnections()).toBe(5000);
    expect(system.epochs).toContain("e1");
    await system.pass(5000);
    expect(system.bus.requests).toHaveLength(6);
  });

  it("are never below what is here, and this alone while logic is silent", async () => {
    const { presence, join, pass } = setUp();
    presence.start();
    await join("live://1");
    await join("live://1");
    await pass(6000);
    expect(presence.online("live://1")).toBe(2);
    expect(presence.totalConnections()).toBe(2);
    expect(presence.online("live://none")).toBe(0);
  });
});

describe("the answer to a question for rooms", () => {
  it("has all counts and the position in the stream of counts", async () => {
    const { presence, join } = setUp();
    await join("live://1");
    presence.start();
    const reply = goim.comet.RoomsReply.decode(presence.answer());
    expect(reply).toMatchObject({ rooms: { "live://1": 1 }, incarnation: "i1" });
    expect(toNumber(reply.n)).toBe(1);
  });

  it("is refused when it does not fit a message, and a snapshot follows", async () => {
    const { presence, join, bus, counts, pass } = setUp();
    await join("live://1");
    presence.start();
    bus.maxPayloadBytes = 8;
    expect(() => presence.answer()).toThrowError(
      expect.toSatisfy((error: unknown) => isGoimError(error, "too_large")),
    );
    await pass(1000);
    expect(counts().at(-1)?.snapshot).toBe(true);
  });

  it("keeps a room whose name an object has by itself", async () => {
    const { presence, join } = setUp();
    await join("__proto__");
    await join("constructor");
    presence.start();
    const { rooms } = goim.comet.RoomsReply.decode(presence.answer());
    expect(Object.entries(rooms).sort()).toEqual([
      ["__proto__", 1],
      ["constructor", 1],
    ]);
  });
});
