/** A comet that stood still between asking what was recalled and handing something out. */
import { afterEach, describe, expect, it } from "vitest";
import { FakeClock } from "../kit/clock.fake.ts";
import { GoimError } from "../kit/errors.ts";
import { silentLog } from "../kit/log.ts";
import { createMetrics } from "../kit/metrics.ts";
import { CloseCode } from "../protocol/close-code.ts";
import { encodeBatch } from "../protocol/frame-batch.ts";
import { goim } from "../protocol/gen/messages.js";
import { offsetOf } from "../protocol/offset.ts";
import { FakeBans } from "./bans.fixture.ts";
import { Bucket } from "./bucket.ts";
import { CatchUpBench, offsetsOf } from "./catch-up.fixture.ts";
import { Channel, ChannelState } from "./channel.ts";
import {
  createShared,
  FakeBus,
  FakeConnection,
  FakeRooms,
  openChannel,
  packet,
  settle,
} from "./comet.fixture.ts";
import { turn } from "./follower.fixture.ts";
import { gate, setUp as loginBench } from "./handshake.fixture.ts";
import { Joins } from "./joins.ts";
import { LogBus } from "./log-bus.fixture.ts";
import { MailBench } from "./mail.fixture.ts";
import { TestMember } from "./member.fixture.ts";
import { RecalledLogins } from "./recalled-logins.ts";
import { roomsConfig } from "./rooms.fixture.ts";
import { createRooms, type Rooms } from "./rooms.ts";
import { UpstreamV2 } from "./upstream-v2.ts";

const room = "live://1";
let running: Rooms | undefined;

afterEach(async () => {
  await running?.stop();
  running = undefined;
});

async function roomsOver(bans: FakeBans) {
  const bus = new LogBus();
  const clock = new FakeClock();
  const deps = { bus, layout: bus.layout, reader: bus, clock, log: silentLog, ...bans };
  const rooms = createRooms(roomsConfig({}), { ...deps, metrics: createMetrics() });
  running = rooms;
  await rooms.start();
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= 50) {
      clock.advance(50);
      await turn();
    }
  };
  return { bus, clock, rooms, pass };
}

describe("who enters a room of version 1", () => {
  it("comes in when it is known what was recalled, and gets nothing of it", async () => {
    const bans = new FakeBans();
    const { bus, rooms, pass } = await roomsOver(bans);
    const there = new TestMember();
    await rooms.join(there, room);
    const bad = bus.storeRoom(room, "bad");
    bus.castRoom(room, bad, 0);
    // Gathered, and not flushed yet, where somebody is slow; a second one comes in between.
    const next = bus.storeRoom(room, "bad too");
    bans.stoodStill();
    const [member, joined] = [new TestMember(), [] as string[]];
    const joining = rooms.join(member, room, () => joined.push("joined"));
    await turn();
    expect([joined, rooms.counts().get(room)]).toEqual([[], 1]);
    bans.learn({ target: room, offset: offsetOf(next, 0) });
    await joining;
    bus.castRoom(room, next, offsetOf(bad, 0));
    await pass(2000);
    expect([joined, member.got, there.got]).toEqual([["joined"], [], ["bad"]]);
  });

  it("waits for it also behind the room's position, and is told when it cannot be", async () => {
    const bans = new FakeBans();
    const { bus, rooms, pass } = await roomsOver(bans);
    bus.readsFail = true;
    const joined: string[] = [];
    const [one, other] = [new TestMember(), new TestMember()];
    const first = rooms.join(one, room, () => joined.push("one"));
    const second = rooms.join(other, room, () => joined.push("other"));
    await pass(100);
    bans.stoodStill();
    bus.readsFail = false;
    await pass(500);
    expect([joined, bans.asked]).toEqual([[], 1]);
    rooms.leave(one);
    await first;
    const late = expect(second).rejects.toMatchObject({ code: "unavailable", message: "away" });
    bans.fail(new Error("away"));
    await late;
    bans.learn();
    await pass(100);
    expect([joined, rooms.counts().size]).toEqual([[], 0]);
  });
});

describe("who joins rooms of version 2", () => {
  const held = () => {
    const [rooms, bans] = [new FakeRooms(), new FakeBans()];
    rooms.hold = true;
    const joins = new Joins({ roomsMax: 3 }, { rooms, bans });
    const places: unknown[] = [];
    const { channel } = openChannel();
    channel.upgrade();
    const joining = joins.join(channel, [{ room }], (entered) => places.push(...entered));
    const known = () => {
      rooms.hold = false;
      for (const told of rooms.held) told();
    };
    return { rooms, bans, joining, places, known };
  };

  it("comes in when rooms and recalls are known in the same moment", async () => {
    const { rooms, bans, joining, places, known } = held();
    await settle();
    bans.stoodStill();
    known();
    await settle();
    expect([places, rooms.members.size]).toEqual([[], 0]);
    // Known, but the room is not any more.
    rooms.hold = true;
    bans.learn();
    await settle();
    expect(places).toEqual([]);
    known();
    await joining;
    expect(places).toMatchObject([{ room, offset: 2048 }]);
  });

  it("is refused for now where that cannot be said", async () => {
    const { rooms, bans, joining, places, known } = held();
    await settle();
    bans.stoodStill();
    known();
    await settle();
    bans.fail(new GoimError("timeout", "away"));
    await joining;
    expect(places).toEqual([{ room, error: { code: "unavailable", text: "away" } }]);
    expect([rooms.members.size, rooms.released]).toEqual([0, 1]);
  });
});

describe("a history on its way", () => {
  it("stops until it is known what was recalled, for newcomers only", async () => {
    const bans = new FakeBans();
    const options = { replay: 100, ringEntries: 100, bans, frameBytes: 60 };
    const bench = new CatchUpBench(options, 10);
    const slow = bench.join();
    await bench.pass(200);
    slow.takes = 0;
    bench.push({});
    await bench.pass(200);
    const member = bench.join(1);
    await bench.pass(100);
    const had = offsetsOf(member).length;
    expect(had).toBeGreaterThan(0);
    bans.stoodStill();
    for (const one of [member, slow]) one.drain();
    await bench.pass(500);
    expect([offsetsOf(member).length, offsetsOf(slow).length]).toEqual([had, 11]);
    bans.fail(new GoimError("timeout", "away"));
    await bench.pass(500);
    expect([offsetsOf(member).length, bans.asked]).toEqual([had, 2]);
    const bad = bench.log.at(-2) ?? 0;
    bans.learn({ target: "video://1", offset: bad });
    bench.room.recalled();
    await bench.pass(500);
    expect(offsetsOf(member)).toEqual(bench.log.filter((offset) => offset !== bad));
  });

  it("of a mailbox does, for everybody", async () => {
    const bans = new FakeBans();
    const bench = new MailBench({ bans });
    bench.write({}, {}, {});
    const client = bench.logIn({ joining: true, firstPage: 3 });
    bans.stoodStill();
    bench.open(client);
    await bench.pass(300);
    expect(client.got).toEqual([]);
    bans.learn({ log: "user", target: "7", offset: 2 });
    await bench.settle();
    expect(client.got).toEqual([1, 3]);
    bench.write({});
    bans.stoodStill();
    bench.push({});
    await bench.pass(300);
    expect(client.got).toEqual([1, 3]);
    bans.learn({ log: "user", target: "7", offset: 4 });
    await bench.pass(300);
    expect([client.got, bench.sums()]).toEqual([[1, 3, 5], []]);
  });
});

describe("a page of a room's history", () => {
  const setUp = () => {
    const [bus, bans, rooms] = [new FakeBus(), new FakeBans(), new FakeRooms()];
    const entry = (n: number) => ({ offset: 1024 * n, op: 1000, sender: `${n}`, time: 100 * n });
    bus.handlers.set("goim.logic.history", async () => {
      bans.stoodStill();
      const entries = [1, 2, 3].map((n) => ({ ...entry(n), body: Buffer.from(`m${n}`) }));
      return goim.logic.HistoryReply.encode({ epoch: "e1", entries }).finish();
    });
    const upstream = new UpstreamV2(
      { publishTimeout: 100, inFlightMax: 10, historyMax: 50, historyBytes: 10_000 },
      {
        ...{ bus, rooms, bans, recalls: bans.recalls, metrics: createMetrics() },
        acks: { acked: () => true },
        joins: new Joins({ roomsMax: 3 }, { rooms }),
        identity: () => ({ id: "c1", incarnation: "i1" }),
        refresh: async () => ({ left: [] }),
      },
    );
    const { channel, connection } = openChannel();
    channel.upgrade();
    const outcome = upstream.handle(channel, packet(24, JSON.stringify({ room })));
    const text = () => connection.sent.map((bytes) => Buffer.from(bytes).toString()).join();
    return { bans, outcome, connection, text };
  };

  it("loses what was recalled between logic and here, by offset or by sender", async () => {
    const { bans, outcome, connection, text } = setUp();
    await settle();
    expect(connection.sent).toEqual([]);
    bans.learn({ target: room, offset: 1024 }, { target: room, sender: "3" });
    await outcome;
    expect([text().includes("m2"), /m1|m3/.test(text())]).toEqual([true, false]);
  });

  it("is refused where nobody knows", async () => {
    const { bans, outcome, text } = setUp();
    await settle();
    bans.fail(new GoimError("timeout", "away"));
    await outcome;
    expect([text().includes('"code":"timeout"'), text().includes("m2")]).toEqual([true, false]);
  });
});

describe("a login that something waits for", () => {
  const setUp = () => {
    const bucket = new Bucket();
    const metrics = createMetrics();
    const logins = new RecalledLogins({ bucket, metrics });
    const client = (mid: string, key: string, waits = true) => {
      const connection = new FakeConnection();
      const channel = new Channel(connection, createShared(10_000));
      bucket.add(channel);
      Object.assign(channel, { mid, key });
      channel.advance(ChannelState.Joining);
      bucket.register(channel);
      connection.onClose = () => bucket.remove(channel);
      if (waits) channel.deliver(encodeBatch([{ op: 1, body: new Uint8Array(9) }]), 1);
      return { channel, connection };
    };
    return { logins, client, metrics };
  };

  it.each([
    ["all", "", [true, true, true]],
    ["user", "7", [true, true, false]],
    ["key", "k1", [true, false, false]],
    ["room", "7", [false, false, false]],
  ] as const)("begins anew when it may have been taken back: %s %s", async (log, target, ends) => {
    const { logins, client, metrics } = setUp();
    const clients = [client("7", "k1"), client("7", "k2"), client("8", "k3")];
    const idle = [client("7", "k1", false), client("7", "k9")];
    idle[1]?.channel.open(new Uint8Array(1));
    logins.recalled({ log, target });
    const closed = ends.map((ended) => (ended ? CloseCode.Unavailable : undefined));
    expect(clients.map(({ connection }) => connection.closedWith?.code)).toEqual(closed);
    expect(idle.map(({ connection }) => connection.closedWith)).toEqual([undefined, undefined]);
    const count = closed.filter(Boolean).length;
    const text = await metrics.registry.metrics();
    expect(text).toContain(`goim_comet_logins_recalled_total ${count}`);
  });
});

describe("a login", () => {
  it("takes them when it is known what was recalled while logic was asked", async () => {
    const { logIn, logic, bans, mailSteps, keptParts } = loginBench();
    const { reply } = logic;
    logic.reply = (request) => ({ ...reply(request), allCursor: 7 });
    logic.kept = { epoch: "A", offset: 2047 };
    const { closed, open } = gate();
    logic.gate = closed;
    keptParts.push({ life: { epoch: "A" }, offset: 3072, entries: [] });
    const { connection } = logIn("k1");
    await settle();
    bans.stoodStill();
    await open();
    await settle();
    expect([mailSteps, bans.asked, connection.sent]).toEqual([[], 1, []]);
    bans.learn();
    await settle();
    expect(mailSteps[0]).toBe("kept A 2047 ");
    expect(connection.packets()[0]?.op).toBe(8);
  });

  it("asks logic again when it stood still once more, or cannot be told", async () => {
    const { logIn, logic, bans, batches, clock } = loginBench();
    const { closed, open } = gate();
    logic.gate = closed;
    const { connection } = logIn("k1");
    await settle();
    bans.stoodStill();
    await open();
    bans.fail(new GoimError("timeout", "away"));
    await settle();
    expect([batches.length, connection.sent]).toEqual([1, []]);
    const { current } = bans;
    let looks = 0;
    // Known in front of the request and behind it, and then not any more.
    Object.assign(bans, {
      current: () => (++looks === 3 ? Promise.reject(new Error("x")) : undefined),
    });
    clock.advance(200);
    await settle();
    expect([batches.length, looks, connection.sent]).toEqual([2, 3, []]);
    Object.assign(bans, { current });
    bans.learn();
    clock.advance(200);
    await settle();
    expect([batches.length, connection.packets()[0]?.op]).toEqual([3, 8]);
  });
});
