import { describe, expect, it } from "vitest";
import type { RoomTypes } from "../bus/room-types.ts";
import { FakeClock } from "../kit/clock.fake.ts";
import { GoimError } from "../kit/errors.ts";
import { silentLog } from "../kit/log.ts";
import { createMetrics } from "../kit/metrics.ts";
import { CloseCode } from "../protocol/close-code.ts";
import { goim } from "../protocol/gen/messages.js";
import type { Channel } from "./channel.ts";
import { FakeBus, openChannel, settle } from "./comet.fixture.ts";
import type { Member } from "./member-list.ts";
import { RoomGuard, roomCloseCode } from "./room-guard.ts";

const config = {
  ...{ startWait: 0, batchMax: 10, inFlightMax: 4, waitingMax: 10, timeout: 100 },
  ...{ retryPause: 50, look: 10_000, evictWait: 100 },
};

/** A guard whose logic lets in whom `forbidden` does not name; `guard` is the room's. */
async function setUp() {
  const [clock, bus] = [new FakeClock(), new FakeBus()];
  const logic = { guard: 1, forbidden: new Set<string>(), asked: [] as string[], away: false };
  const inRoom = new Map<string, Set<Member>>();
  const rooms = {
    join: async (member: Member, roomId: string, onJoined?: () => void) => {
      member.roomId = roomId;
      inRoom.set(roomId, (inRoom.get(roomId) ?? new Set()).add(member));
      onJoined?.();
    },
    leave: (member: Member) => {
      inRoom.get(member.roomId)?.delete(member);
      member.roomId = "";
    },
    members: (roomId: string) => [...(inRoom.get(roomId) ?? [])],
    counts: () => new Map([...inRoom].map(([id, { size }]) => [id, size] as const)),
    placeOf: () => undefined,
  };
  bus.handlers.set("goim.logic.join", (data) => {
    if (logic.away) throw new GoimError("unavailable", "away");
    const { checks } = goim.logic.JoinReq.decode(data);
    const verdicts = checks.map(({ room, mid, again }) => {
      logic.asked.push(`${mid}${again === true ? " again" : ""}`);
      if (logic.forbidden.has(mid ?? "")) return { error: "forbidden", errorText: "no" };
      return { guard: room === "free://1" ? 0 : logic.guard };
    });
    return goim.logic.JoinReply.encode({ verdicts }).finish();
  });
  bus.handlers.set("goim.logic.guards", (data) => {
    const guards = goim.logic.GuardsReq.decode(data).rooms.map(() => logic.guard);
    return goim.logic.GuardsReply.encode({ guards }).finish();
  });
  const types = new Set(["club"]);
  let onType = (_type: string) => {};
  const watchTypes = (listener: (type: string) => void): RoomTypes => {
    onType = listener;
    return { has: (type) => types.has(type), ready: Promise.resolve(), size: 1, close: () => {} };
  };
  const deps = { bus, rooms, clock, log: silentLog, metrics: createMetrics(), watchTypes };
  const guard = new RoomGuard(config, deps);
  await guard.start();
  const enter = async (mid: string, room = "club://1"): Promise<Channel> => {
    const { channel } = openChannel({ mid });
    await guard.join(channel, room);
    return channel;
  };
  const hint = (change: goim.comet.IRoomChanged) => {
    guard.changed(goim.comet.RoomChanged.encode({ room: "club://1", ...change }).finish());
    return settle();
  };
  const mark = (type: string) => {
    types.add(type);
    onType(type);
    return settle();
  };
  return { guard, logic, clock, enter, hint, mark };
}

describe("who may be in a room", () => {
  it("asks nobody about other types, and refuses with logic's code", async () => {
    const { logic, enter } = await setUp();
    logic.away = true;
    expect((await enter("1", "free://1")).roomId).toBe("free://1");
    await expect(enter("1")).rejects.toMatchObject({ code: "unavailable" });
    logic.away = false;
    logic.forbidden.add("2");
    await expect(enter("2")).rejects.toMatchObject({ code: "forbidden" });
    expect((await enter("1")).roomId).toBe("club://1");
    expect(logic.asked).toEqual(["2", "1"]);
  });

  it("asks again about those whom a change names, where it follows on what is known", async () => {
    const { logic, enter, hint } = await setUp();
    const [one, two] = [await enter("1"), await enter("2")];
    logic.asked.length = 0;
    logic.forbidden.add("1").add("2");
    await hint({ guard: 2, mids: ["1"] });
    expect([logic.asked, one.roomId, two.roomId]).toEqual([["1 again"], "", "club://1"]);
    await hint({ guard: 2, mids: ["2"] });
    expect(two.roomId).toBe("club://1");
    // One in between was lost: it may have been about anybody.
    await hint({ guard: 4, mids: ["9"] });
    expect(two.roomId).toBe("");
  });

  it("puts out without asking whom a change puts out", async () => {
    const { logic, enter, hint } = await setUp();
    const [one, two] = [await enter("1"), await enter("2")];
    logic.asked.length = 0;
    await hint({ guard: 2, mids: ["1"], out: true });
    expect([one.roomId, two.roomId, logic.asked]).toEqual(["", "club://1", []]);
    await hint({ guard: 3, out: true });
    expect(two.roomId).toBe("");
  });

  it("finds by its look what it was not told", async () => {
    const { guard, logic, clock, enter } = await setUp();
    const one = await enter("1");
    await guard.look();
    expect(logic.asked).toEqual(["1"]);
    [logic.guard] = [2];
    logic.forbidden.add("1");
    clock.advance(config.look);
    await settle();
    expect([logic.asked, one.roomId]).toEqual([["1", "1 again"], ""]);
  });

  it("asks until logic answers about those who are in", async () => {
    const { logic, clock, enter, hint } = await setUp();
    const one = await enter("1");
    logic.forbidden.add("1");
    logic.away = true;
    await hint({ guard: 2, mids: ["1"] });
    expect(one.roomId).toBe("club://1");
    logic.away = false;
    clock.advance(config.retryPause);
    await settle();
    expect(one.roomId).toBe("");
  });

  it("asks again about who came in by an answer older than a change", async () => {
    const { logic, enter, hint } = await setUp();
    await enter("1");
    await hint({ guard: 5, mids: ["2"] });
    logic.asked.length = 0;
    await enter("2");
    await settle();
    expect(logic.asked).toEqual(["2", "2 again"]);
  });

  it("asks about those in rooms of a type that gets its first policy", async () => {
    const { logic, enter, mark } = await setUp();
    const [one, other] = [await enter("1", "late://1"), await enter("1", "free://1")];
    logic.forbidden.add("1");
    await mark("late");
    expect([one.roomId, other.roomId]).toEqual(["", "free://1"]);
  });

  it("closes version 1 with a code that says whether to come back", () => {
    const codes = (["full", "closed", "forbidden", "not_found", "invalid"] as const).map((code) =>
      roomCloseCode(new GoimError(code, "x")),
    );
    const { RoomFull, RoomRefused, Malformed } = CloseCode;
    expect(codes).toEqual([RoomFull, RoomRefused, RoomRefused, RoomRefused, Malformed]);
  });
});
