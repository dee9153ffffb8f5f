import { describe, expect, it } from "vitest";
import { FakeClock } from "../kit/clock.fake.ts";
import { GoimError } from "../kit/errors.ts";
import { silentLog } from "../kit/log.ts";
import { createMetrics } from "../kit/metrics.ts";
import { CloseCode } from "../protocol/close-code.ts";
import type { Packet } from "../protocol/frame.ts";
import { goim } from "../protocol/gen/messages.js";
import { toText } from "../protocol/int64.ts";
import { Operation } from "../protocol/operation.ts";
import { AcceptsTable } from "./accepts.ts";
import type { Acks } from "./acks.ts";
import { Calls } from "./calls.ts";
import type { Channel } from "./channel.ts";
import { FakeBus, FakeRooms, openChannel, packet, settle } from "./comet.fixture.ts";
import { Joins } from "./joins.ts";
import { SampledLog } from "./sampled-log.ts";
import { Upstream } from "./upstream.ts";
import { UpstreamV2 } from "./upstream-v2.ts";

function setUp(options: { queueMax?: number; joinTriesMax?: number } = {}) {
  const clock = new FakeClock();
  const bus = new FakeBus();
  const rooms = new FakeRooms();
  const heartbeats: number[] = [];
  const received: goim.logic.ReceiveReq[] = [];
  const open: (() => Promise<void>)[] = [];
  const hold = { on: false };
  bus.handlers.set("goim.logic.receive", async (data) => {
    received.push(goim.logic.ReceiveReq.decode(data) as goim.logic.ReceiveReq);
    if (hold.on) {
      await new Promise<void>((resolve) => {
        open.push(() => {
          resolve();
          return settle();
        });
      });
    }
    return goim.logic.ReceiveReply.encode({}).finish();
  });
  const metrics = createMetrics();
  const acks: Pick<Acks, "acked"> = {
    acked: (channel, offset, stored) => {
      if (channel.mid === "0" || offset > channel.lastUser) return false;
      stored?.(true);
      return true;
    },
  };
  const upstream = new Upstream(
    {
      ...{ queueMax: 4, timeout: 100, inFlightMax: 10, joinTriesMax: 3, joinPause: 1000 },
      operationsMax: 4,
      ...options,
    },
    {
      ...{ bus, rooms, clock, metrics },
      heartbeat: {
        reply: (channel: Channel, { seq }: Packet) => {
          heartbeats.push(seq);
          channel.reply(new Uint8Array(0));
        },
      },
      accepts: new AcceptsTable(10),
      calls: new Calls(
        {
          ...{ ops: ["2000-2999"], callTimeout: 100, callsMax: 3 },
          ...{ callsPerConnection: 2, answerBytesMax: 100 },
        },
        {
          ...{ bus, clock, metrics, identity: () => ({ id: "c1", incarnation: "i1" }) },
          sampledLog: new SampledLog({ perSecondMax: 10 }, { log: silentLog, clock }),
        },
      ),
      identity: () => ({ id: "c1", incarnation: "i1" }),
      v2: new UpstreamV2(
        { publishTimeout: 100, inFlightMax: 10, historyMax: 50, historyBytes: 10_000 },
        {
          ...{ bus, rooms, metrics, acks },
          joins: new Joins({ roomsMax: 3 }, { rooms }),
          identity: () => ({ id: "c1", incarnation: "i1" }),
          refresh: async () => ({ left: [] }),
        },
      ),
      sampledLog: new SampledLog({ perSecondMax: 10 }, { log: silentLog, clock }),
    },
  );
  return { clock, bus, rooms, heartbeats, received, open, hold, upstream, metrics };
}

const bodyOf = (packets: readonly Packet[], index = 0) =>
  Buffer.from(packets[index]?.body ?? []).toString();

describe("sub and unsub", () => {
  it("add and remove operations and echo the body", () => {
    const { upstream } = setUp();
    const { channel, connection } = openChannel();
    upstream.take(channel, packet(14, "1002,1003", 3));
    expect([channel.accepts(1002), channel.accepts(1003)]).toEqual([true, true]);
    upstream.take(channel, packet(16, "1002", 4));
    expect([channel.accepts(1002), channel.accepts(1003)]).toEqual([false, true]);
    const packets = connection.packets();
    expect(packets).toMatchObject([
      { op: 15, seq: 3 },
      { op: 17, seq: 4 },
    ]);
    expect([bodyOf(packets, 0), bodyOf(packets, 1)]).toEqual(["1002,1003", "1002"]);
  });

  it.each([14, 16])("op %i: a bad body is ignored and still answered", (op) => {
    const { upstream } = setUp();
    const { channel, connection } = openChannel();
    upstream.take(channel, packet(14, "1002"));
    const before = channel.acceptSet;
    upstream.take(channel, packet(op, "1002,abc", 9));
    expect(channel.acceptSet).toBe(before);
    expect(connection.packets()[1]).toMatchObject({ op: op + 1, seq: 9 });
    expect(bodyOf(connection.packets(), 1)).toBe("1002,abc");
  });
});

describe("any other operation", () => {
  it.each([4, 7, 9, 999, -1])("op %i goes to logic and comes back empty", async (op) => {
    const { upstream, received } = setUp();
    const { channel, connection } = openChannel({ key: "k1", mid: "9007199254740993" });
    channel.roomId = "live://1";
    upstream.take(channel, packet(op, "hello", 12));
    await settle();
    const [request] = received;
    expect(request).toMatchObject({ key: "k1", server: "c1", room: "live://1" });
    expect(toText(request?.mid ?? 0)).toBe("9007199254740993");
    expect(request?.proto).toMatchObject({ ver: 1, op, seq: 12 });
    expect(Buffer.from(request?.proto?.body ?? []).toString()).toBe("hello");
    expect(connection.packets()).toMatchObject([{ op, seq: 12 }]);
    expect(connection.packets()[0]?.body).toHaveLength(0);
  });

  it("is answered when logic does not answer, and counted", async () => {
    const { upstream, bus, metrics } = setUp();
    bus.connected = false;
    const { channel, connection } = openChannel();
    upstream.take(channel, packet(4, "hello", 12));
    await settle();
    expect(connection.packets()).toMatchObject([{ op: 4, seq: 12 }]);
    expect(await metrics.registry.metrics()).toContain("goim_comet_messages_unanswered_total 1");
  });
});

describe("change room", () => {
  it("leaves the old room, enters the new one and echoes the body", async () => {
    const { upstream, rooms } = setUp();
    const { channel, connection } = openChannel();
    upstream.take(channel, packet(12, "live://1", 2));
    await settle();
    upstream.take(channel, packet(12, "live://2", 3));
    await settle();
    expect([...rooms.members]).toEqual([["live://2", 1]]);
    expect(connection.packets()).toMatchObject([
      { op: 13, seq: 2 },
      { op: 13, seq: 3 },
    ]);
    expect(bodyOf(connection.packets(), 1)).toBe("live://2");
  });

  it('leaves with ""', async () => {
    const { upstream, rooms } = setUp();
    const { channel, connection } = openChannel();
    upstream.take(channel, packet(12, "live://1"));
    await settle();
    upstream.take(channel, packet(12, "", 3));
    expect(rooms.members.size).toBe(0);
    expect(channel.roomId).toBe("");
    expect(connection.packets()[1]).toMatchObject({ op: 13, seq: 3 });
  });

  it("to the room it is in keeps the membership", async () => {
    const { upstream, rooms } = setUp();
    const { channel, connection } = openChannel();
    for (const seq of [1, 2]) {
      upstream.take(channel, packet(12, "live://1", seq));
      await settle();
    }
    expect(rooms.joins).toEqual(["live://1"]);
    expect(connection.packets().map(({ seq }) => seq)).toEqual([1, 2]);
  });

  it("is answered only when the room is entered, however often that takes", async () => {
    const { upstream, rooms, clock } = setUp();
    rooms.failures.push(new GoimError("unavailable", "x"), new GoimError("timeout", "y"));
    const { channel, connection } = openChannel();
    upstream.take(channel, packet(12, "live://1", 8));
    for (let tries = 0; tries < 2; tries++) {
      await settle();
      expect(connection.sent).toEqual([]);
      clock.advance(1000);
    }
    await settle();
    expect(connection.packets()).toMatchObject([{ op: 13, seq: 8 }]);
  });

  it("closes rather than lies when the room cannot be entered", async () => {
    const { upstream, rooms, clock } = setUp({ joinTriesMax: 2 });
    rooms.failures.push(new GoimError("unavailable", "x"), new GoimError("unavailable", "y"));
    const { channel, connection } = openChannel();
    upstream.take(channel, packet(12, "live://1"));
    await settle();
    clock.advance(1000);
    await settle();
    expect(connection.sent).toEqual([]);
    expect(connection.closedWith?.code).toBe(CloseCode.Unavailable);
    expect(clock.pending).toBe(0);
  });

  it("closes who asks for a room that no room can be", async () => {
    const { upstream, rooms } = setUp();
    rooms.failures.push(new GoimError("invalid", "too long"));
    const tooLong = openChannel();
    upstream.take(tooLong.channel, packet(12, "x"));
    await settle();
    expect(tooLong.connection.closedWith?.code).toBe(CloseCode.Malformed);
    const notText = openChannel();
    upstream.take(notText.channel, { ...packet(12), body: Uint8Array.of(0xff, 0xfe) });
    expect(notText.connection.closedWith?.code).toBe(CloseCode.Malformed);
  });

  it("keeps a byte order mark: two ids never become one", async () => {
    const { upstream, rooms } = setUp();
    const { channel } = openChannel();
    upstream.take(channel, packet(12, "\u{feff}live://1"));
    await settle();
    expect(rooms.joins).toEqual(["\u{feff}live://1"]);
  });
});

describe("order", () => {
  it("answers in the order of the packets, also behind one that takes time", async () => {
    const { upstream, hold, open, heartbeats } = setUp();
    hold.on = true;
    const { channel, connection } = openChannel();
    upstream.take(channel, packet(4, "a", 1));
    upstream.take(channel, packet(14, "1000", 2));
    upstream.take(channel, packet(4, "b", 3));
    upstream.take(channel, packet(2, "", 4));
    await settle();
    expect(connection.sent).toEqual([]);
    await open[0]?.();
    expect(connection.packets().map(({ seq }) => seq)).toEqual([1, 2]);
    expect(heartbeats).toEqual([]);
    await open[1]?.();
    expect(connection.packets().map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(heartbeats).toEqual([4]);
    expect(channel.queue).toBeUndefined();
  });

  it("answers 50 pipelined heartbeats at once (goim closes)", () => {
    const { upstream, heartbeats } = setUp();
    const { channel, connection } = openChannel();
    for (let seq = 1; seq <= 50; seq++) upstream.take(channel, packet(2, "", seq));
    expect(heartbeats).toHaveLength(50);
    expect(connection.closedWith).toBeUndefined();
  });

  it("keeps packets that came ahead of the auth reply for afterwards", async () => {
    const { upstream, heartbeats } = setUp();
    const { channel } = openChannel();
    upstream.enqueue(channel, packet(2, "", 1));
    upstream.enqueue(channel, packet(2, "", 2));
    expect(heartbeats).toEqual([]);
    upstream.resume(channel);
    expect(heartbeats).toEqual([1, 2]);
  });

  it("does nothing more for a client that has gone", async () => {
    const { upstream, hold, open, received, metrics } = setUp();
    hold.on = true;
    const { channel, connection } = openChannel();
    upstream.take(channel, packet(4, "a", 1));
    upstream.take(channel, packet(4, "b", 2));
    await settle();
    channel.close(CloseCode.Normal, "client closed");
    upstream.closed(channel);
    await open[0]?.();
    expect(received).toHaveLength(1);
    expect(connection.sent).toEqual([]);
    expect(await metrics.registry.metrics()).toContain("goim_comet_packets_waiting 0");
  });
});

describe("the bound of waiting packets", () => {
  it("closes a WebSocket", async () => {
    const { upstream, hold } = setUp({ queueMax: 4 });
    hold.on = true;
    const { channel, connection } = openChannel();
    for (let seq = 0; seq < 5; seq++) upstream.take(channel, packet(4, "x", seq));
    expect(connection.closedWith).toBeUndefined();
    upstream.take(channel, packet(4, "x", 5));
    expect(connection.closedWith?.code).toBe(CloseCode.Flood);
  });

  it("stops reading TCP until half of it is answered", async () => {
    const { upstream, hold, open } = setUp({ queueMax: 4 });
    hold.on = true;
    const { channel, connection } = openChannel({ transport: "tcp" });
    for (let seq = 0; seq < 5; seq++) upstream.take(channel, packet(4, "x", seq));
    await settle();
    expect(connection.paused).toBe(true);
    await open[0]?.();
    expect(connection.paused).toBe(true);
    await open[1]?.();
    expect(connection.paused).toBe(false);
    for (let index = 2; index < 5; index++) await open[index]?.();
    expect(connection.packets().map(({ seq }) => seq)).toEqual([0, 1, 2, 3, 4]);
    expect(connection.closedWith).toBeUndefined();
  });
});

it("more operations than a connection may accept are refused, and change nothing", () => {
  const { upstream } = setUp();
  for (const version of [1, 2] as const) {
    const { channel, connection } = openChannel();
    if (version === 2) channel.upgrade();
    upstream.take(channel, packet(Operation.Sub, "1,2,3,3", 1));
    upstream.take(channel, packet(Operation.Sub, "1,4,5", 2));
    upstream.take(channel, packet(Operation.Sub, "1,4", 3));
    expect(channel.acceptSet.text).toBe("1,2,3,4");
    const reply = Operation.SubReply;
    const second = version === 2 ? Operation.Error : reply;
    expect(connection.packets().map(({ op }) => op)).toEqual([reply, second, reply]);
  }
});

describe("a call to a service", () => {
  const call = (seq: number, op = 2000, body = "q") => packet(op, body, seq);

  function waiting(bus: FakeBus) {
    const asked: { text: string; headers: Readonly<Record<string, string>>; answer(): void }[] = [];
    bus.handlers.set("goim.up.2000", (data, options) => {
      const text = Buffer.from(data).toString();
      return new Promise((resolve) => {
        const answer = () => resolve(Buffer.from(`re ${text}`));
        asked.push({ text, headers: options?.headers ?? {}, answer });
      });
    });
    return asked;
  }

  it("of version 1 is answered on its op, in order; without a service as goim does", async () => {
    const { upstream, bus, received } = setUp();
    const asked = waiting(bus);
    const { channel, connection } = openChannel({ mid: "7", key: "k 7\r\nGoim-Mid: 1" });
    channel.roomId = "live://1";
    upstream.take(channel, call(1, 2000, "a"));
    upstream.take(channel, call(2, 2000, "b"));
    expect(asked).toHaveLength(1);
    expect(asked[0]?.headers).toMatchObject({
      ...{ "Goim-Mid": "7", "Goim-Key": "k%207%0D%0AGoim-Mid:%201", "Goim-Op": "2000" },
      ...{ "Goim-Room": "live://1", "Goim-Rooms": "live://1", "Goim-Seq": "1" },
      ...{ "Goim-Deadline": "1000100", "Goim-Version": "1", "Goim-Ip": "10.0.0.1" },
    });
    asked[0]?.answer();
    await settle();
    asked[1]?.answer();
    await settle();
    upstream.take(channel, call(3, 2001));
    await settle();
    expect(connection.packets().map(({ op, seq }) => [op, seq])).toEqual([
      [2000, 1],
      [2000, 2],
      [2001, 3],
    ]);
    expect([0, 1, 2].map((index) => bodyOf(connection.packets(), index))).toEqual([
      ...["re a", "re b", ""],
    ]);
    expect(received).toEqual([]);
  });

  it("of version 2 holds up nothing, and finds its answer by seq", async () => {
    const { upstream, bus } = setUp();
    const asked = waiting(bus);
    const { channel, connection } = openChannel({ mid: "7" });
    channel.upgrade();
    upstream.take(channel, call(1, 2000, "a"));
    upstream.take(channel, call(2, 2000, "b"));
    asked[1]?.answer();
    await settle();
    upstream.take(channel, packet(Operation.Heartbeat, "", 9));
    asked[0]?.answer();
    await settle();
    const answers = connection.packets().filter(({ op }) => op === 2000);
    expect(answers.map(({ seq }) => seq)).toEqual([2, 1]);
    expect(channel.calls).toBe(0);
  });

  it("of version 2 fails with a code, its service's own too", async () => {
    const { upstream, bus, metrics } = setUp();
    const asked = waiting(bus);
    bus.handlers.set("goim.up.2002", () => new Uint8Array(101));
    bus.handlers.set("goim.up.2003", async () => {
      throw new GoimError("forbidden", "not you");
    });
    const { channel, connection } = openChannel({ mid: "7" });
    channel.upgrade();
    for (const [seq, op] of [2001, 2002, 2003].entries()) {
      upstream.take(channel, call(seq + 1, op));
      await settle();
    }
    for (const seq of [11, 12, 13]) upstream.take(channel, call(seq));
    await settle();
    const others = [openChannel({ mid: "8" }), openChannel({ mid: "9" })];
    for (const other of others) {
      other.channel.upgrade();
      upstream.take(other.channel, call(21));
      await settle();
    }
    const errors = [connection, ...others.map((other) => other.connection)].flatMap((from) => {
      return from.packets().map(({ seq, body }) => [seq, JSON.parse(Buffer.from(body).toString())]);
    });
    expect(errors.map(([seq, { code, op }]) => [seq, code, op])).toEqual([
      [1, "unavailable", 2001],
      [2, "too_large", 2002],
      [3, "forbidden", 2003],
      [13, "busy", 2000],
      [21, "busy", 2000],
    ]);
    expect(asked).toHaveLength(3);
    expect(await metrics.registry.metrics()).toContain("goim_comet_calls_busy_total 2");
  });
});
