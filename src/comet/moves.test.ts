import { describe, expect, it } from "vitest";
import { FakeClock } from "../kit/clock.fake.ts";
import { GoimError } from "../kit/errors.ts";
import { silentLog } from "../kit/log.ts";
import { createMetrics } from "../kit/metrics.ts";
import { goim } from "../protocol/gen/messages.js";
import { FakeBus, openChannel, settle } from "./comet.fixture.ts";
import { createMoves } from "./moves.ts";
import { Seat } from "./seat.ts";

function setUp(events = true) {
  const clock = new FakeClock();
  const bus = new FakeBus();
  const metrics = createMetrics();
  const told: goim.logic.IMove[][] = [];
  const failures: GoimError[] = [];
  bus.handlers.set("goim.logic.moves", (data) => {
    const failure = failures.shift();
    if (failure !== undefined) throw failure;
    told.push(goim.logic.MovesReq.decode(data).moves);
    return goim.logic.MovesReply.encode({}).finish();
  });
  const moves = createMoves(
    { events, batchMax: 10, queueMax: 3, triesMax: 3, timeout: 100, retryPause: 50 },
    { bus, clock, metrics, log: silentLog, identity: () => ({ id: "c1", incarnation: "i2" }) },
  );
  return { clock, told, failures, moves, metrics };
}

describe("who comes and goes", () => {
  it("is told by connection, of version 1 and of version 2, each with its own number", async () => {
    const { told, moves } = setUp();
    const { channel } = openChannel({ mid: "7", key: "k7" });
    moves.hook.onMove?.(channel, "live://1", true);
    moves.hook.onMove?.(new Seat(channel), "live://2", true);
    moves.hook.onMove?.(channel, "live://1", false);
    await moves.drained();
    const session = `c1/inc-1/${channel.connection.id}`;
    expect(told.flat()).toMatchObject([
      { joined: true, room: "live://1", mid: "7", key: "k7", session },
      { joined: true, room: "live://2", session },
      { joined: false, room: "live://1", session },
    ]);
    expect(new Set(told.flat().map(({ number }) => String(number))).size).toBe(3);
  });

  it("is told again when logic did not take it, and dropped above the bound", async () => {
    const { clock, told, failures, moves, metrics } = setUp();
    failures.push(new GoimError("unavailable", "away"));
    const { channel } = openChannel();
    for (let n = 0; n < 6; n++) moves.hook.onMove?.(channel, `live://${n}`, true);
    await settle();
    expect(told).toEqual([]);
    for (let n = 0; n < 5; n++) {
      clock.advance(50);
      await settle();
    }
    await moves.drained();
    const rooms = told.flat().map(({ room }) => room);
    const dropped = 6 - rooms.length;
    expect(dropped).toBeGreaterThan(0);
    expect(rooms[0]).toBe("live://0");
    expect(await metrics.registry.metrics()).toContain(`goim_comet_moves_dropped_total ${dropped}`);
  });

  it("is nobody's business unless it is switched on", () => {
    expect(setUp(false).moves.hook.onMove).toBeUndefined();
  });
});
