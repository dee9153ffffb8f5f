import { afterEach, describe, expect, it } from "vitest";
import { FakeClock } from "../kit/clock.fake.ts";
import { GoimError } from "../kit/errors.ts";
import { silentLog } from "../kit/log.ts";
import { createMetrics } from "../kit/metrics.ts";
import { offsetOf } from "../protocol/offset.ts";
import { encodeV2 } from "../protocol/v2.ts";
import { FakeRooms, openChannel, settle } from "./comet.fixture.ts";
import { turn } from "./follower.fixture.ts";
import { grantOf } from "./grant.ts";
import { Joins, leaveAll } from "./joins.ts";
import { LogBus } from "./log-bus.fixture.ts";
import { roomsConfig } from "./rooms.fixture.ts";
import { createRooms, type Rooms } from "./rooms.ts";

let running: Rooms | undefined;

afterEach(async () => {
  await running?.stop();
  running = undefined;
});

const [near, far] = ["live://near", "live://far"];

/** A channel of version 2; what it is sent is written down as op or text. */
function open() {
  const { channel, connection } = openChannel();
  channel.upgrade();
  const seen = () =>
    connection.packets().map(({ op, offset, body }) => {
      return offset === undefined ? op : Buffer.from(body).toString();
    });
  return { channel, connection, seen };
}

describe("joining several rooms", () => {
  it("enters them in one step: no push of any comes before the reply", async () => {
    const bus = new LogBus();
    const clock = new FakeClock();
    const deps = { bus, layout: bus.layout, reader: bus, clock, log: silentLog };
    const rooms = createRooms(roomsConfig({}), { ...deps, metrics: createMetrics() });
    running = rooms;
    await rooms.start();
    const other = open();
    const joins = new Joins({ roomsMax: 64 }, { rooms });
    await joins.join(other.channel, [{ room: near }], () => {});
    bus.readsFail = true;
    const { channel, seen } = open();
    let entered = 0;
    const joining = joins.join(channel, [{ room: near }, { room: far }], (places) => {
      entered = places.length;
      channel.reply(encodeV2(21, 1));
    });
    await turn();
    const first = bus.storeRoom(near, "early");
    bus.castRoom(near, first, 0);
    await turn();
    expect([seen(), entered, rooms.counts().get(near)]).toEqual([[], 0, 1]);
    bus.readsFail = false;
    for (let tries = 0; tries < 10; tries++) {
      clock.advance(100);
      await turn();
    }
    bus.castRoom(near, bus.storeRoom(near, "late"), offsetOf(first, 0));
    bus.castRoom(far, bus.storeRoom(far, "too"), 0);
    await joining;
    await turn();
    expect(entered).toBe(2);
    expect(seen()).toEqual([21, "late", "too"]);
    expect(other.seen()).toEqual(["early", "late"]);
    leaveAll(channel, rooms);
    expect([rooms.counts().get(near), rooms.counts().get(far)]).toEqual([1, undefined]);
  });

  it("refuses who is banned while the room is being read", async () => {
    const bus = new LogBus();
    const clock = new FakeClock();
    const deps = { bus, layout: bus.layout, reader: bus, clock, log: silentLog };
    const rooms = createRooms(roomsConfig({}), { ...deps, metrics: createMetrics() });
    running = rooms;
    await rooms.start();
    let banned = false;
    const check = () => {
      if (banned) throw new GoimError("banned", "not here");
    };
    const joins = new Joins({ roomsMax: 64 }, { rooms, bans: { check, current: () => undefined } });
    bus.readsFail = true;
    const { channel } = open();
    const places: unknown[] = [];
    const joining = joins.join(channel, [{ room: near }], (told) => places.push(...told));
    await turn();
    banned = true;
    bus.readsFail = false;
    for (let tries = 0; tries < 10; tries++) {
      clock.advance(100);
      await turn();
    }
    await joining;
    expect(places).toEqual([{ room: near, error: { code: "banned", text: "not here" } }]);
    expect([channel.seats?.get(near), rooms.counts().get(near)]).toEqual([undefined, undefined]);
  });

  it("begins again where a client says it is, after an answer that came too late", async () => {
    const bus = new LogBus();
    const clock = new FakeClock();
    const deps = { bus, layout: bus.layout, reader: bus, clock, log: silentLog };
    const rooms = createRooms(roomsConfig({}), { ...deps, metrics: createMetrics() });
    running = rooms;
    await rooms.start();
    const joins = new Joins({ roomsMax: 64 }, { rooms });
    const { channel, seen } = open();
    const since = offsetOf(bus.storeRoom(near, "had"), 0);
    const places: unknown[] = [];
    const join = async (wish: object) => {
      const joining = joins.join(channel, [{ room: near, ...wish }], (entered) => {
        places.push(entered[0]);
      });
      for (let tries = 0; tries < 10; tries++) {
        clock.advance(100);
        await turn();
      }
      await joining;
    };
    await join({ since, epoch: "e1" });
    const missed = bus.storeRoom(near, "missed");
    bus.castRoom(near, missed, since);
    await turn();
    // As a repetition of the same join that it no longer needs.
    await join({ since: offsetOf(missed, 0), epoch: "e1" });
    await join({ since, epoch: "e1" });
    bus.castRoom(near, bus.storeRoom(near, "next"), offsetOf(missed, 0));
    await turn();
    const now = offsetOf(missed, 0);
    expect(places).toMatchObject([{ from: since }, { from: now }, { from: since }]);
    expect(seen()).toEqual(["missed", "missed", "next"]);
    expect(rooms.counts().get(near)).toBe(1);
  });

  it("replies in the same moment in which it enters", async () => {
    const rooms = new FakeRooms();
    const joins = new Joins({ roomsMax: 3 }, { rooms });
    const { channel } = open();
    rooms.hold = true;
    let replies = 0;
    const seen: number[] = [];
    // Nothing but the reply may run between an entry and the end of this turn.
    rooms.onCount(() => queueMicrotask(() => seen.push(replies)));
    const joining = joins.join(channel, [{ room: near }, { room: far }], () => {
      replies++;
    });
    await settle();
    rooms.hold = false;
    for (const told of rooms.held) told();
    await joining;
    expect([replies, seen, rooms.released]).toEqual([1, [1, 1], 2]);
  });

  it("tells of each room that cannot be entered, and enters the others", async () => {
    const rooms = new FakeRooms();
    rooms.failures.push(new GoimError("invalid", "the id is too long"));
    const joins = new Joins({ roomsMax: 3 }, { rooms });
    const { channel } = open();
    let places: unknown;
    await joins.join(channel, [{ room: "bad" }, { room: near }, { room: near }], (entered) => {
      places = entered;
    });
    const error = { code: "invalid", text: "the id is too long" };
    expect(places).toMatchObject([{ room: "bad", error }, { room: near }, { room: near }]);
    expect(rooms.members.get(near)).toBe(1);
    expect(channel.seats?.roomIds()).toEqual([near]);
  });

  it("goes by the token that holds when it is done, not when it began", async () => {
    const rooms = new FakeRooms();
    const joins = new Joins({ roomsMax: 3 }, { rooms });
    const { channel } = open();
    const allow = (...patterns: string[]) => {
      channel.grant = grantOf(
        { roomsLimited: true, rooms: patterns.map((pattern) => ({ pattern, role: "member" })) },
        new FakeClock(),
      );
    };
    allow(near, far);
    rooms.hold = true;
    let places: unknown;
    const joining = joins.join(channel, [{ room: near }, { room: far }], (entered) => {
      places = entered;
    });
    await settle();
    expect([rooms.joins, places]).toEqual([[near, far], undefined]);
    allow(far);
    rooms.hold = false;
    for (const told of rooms.held) told();
    await joining;
    expect(places).toMatchObject([{ room: near, error: { code: "forbidden" } }, { room: far }]);
    expect([rooms.members.has(near), rooms.members.get(far)]).toEqual([false, 1]);
    expect(channel.seats?.roomIds()).toEqual([far]);
    expect(rooms.released).toBe(2);
  });

  it("counts a room once towards the bound", async () => {
    const joins = new Joins({ roomsMax: 2 }, { rooms: new FakeRooms() });
    const { channel } = open();
    await joins.join(channel, [{ room: near }], () => {});
    const wishes = (...ids: string[]) => ids.map((room) => ({ room }));
    expect(joins.fits(channel, wishes(near, far, far))).toBe(true);
    expect(joins.fits(channel, wishes(far, "live://third"))).toBe(false);
    joins.leave(channel, near);
    expect(joins.fits(channel, wishes(far, "live://third"))).toBe(true);
  });

  it("enters nothing when the connection is closed meanwhile", async () => {
    const rooms = new FakeRooms();
    rooms.hold = true;
    const joins = new Joins({ roomsMax: 3 }, { rooms });
    const { channel } = open();
    let joined = false;
    const joining = joins.join(channel, [{ room: near }], () => {
      joined = true;
    });
    await settle();
    channel.close(4000, "going");
    rooms.hold = false;
    for (const told of rooms.held) told();
    await joining;
    expect([joined, rooms.members.size, rooms.released]).toEqual([false, 0, 1]);
  });
});
