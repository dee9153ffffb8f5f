import { describe, expect, it } from "vitest";
import { FakeClock } from "../kit/clock.fake.ts";
import { silentLog } from "../kit/log.ts";
import { createMetrics } from "../kit/metrics.ts";
import { goim } from "../protocol/gen/messages.js";
import { toNumber, toText } from "../protocol/int64.ts";
import { FakeBus, settle } from "./comet.fixture.ts";
import { createDisconnects } from "./disconnects.ts";

function setUp() {
  const bus = new FakeBus();
  const clock = new FakeClock();
  const metrics = createMetrics();
  const told: object[] = [];
  const conns: number[] = [];
  const answer = (data: Uint8Array) => {
    const { requests } = goim.logic.DisconnectBatchReq.decode(data);
    for (const { key, mid, conn, incarnation, device, since } of requests) {
      conns.push(toNumber(conn ?? 0));
      told.push({
        key: key ?? "",
        mid: toText(mid ?? 0),
        conn: toNumber(conn ?? 0),
        incarnation: incarnation ?? "",
        device,
        since: toNumber(since ?? 0),
      });
    }
    return goim.logic.DisconnectBatchReply.encode({ replies: requests.map(() => ({})) }).finish();
  };
  const disconnects = createDisconnects(
    {
      ...{ batchMax: 2, inFlightMax: 1, queueMax: 3, triesMax: 2, timeout: 100, retryPause: 100 },
    },
    { bus, clock, log: silentLog, metrics },
  );
  const add = (...conns: number[]) => {
    for (const conn of conns) {
      disconnects.add({
        ...{ mid: "9007199254740993", key: `k${conn}`, conn, server: "c1", incarnation: "i1" },
        ...{ device: "d1", since: 1_795_255_325_123 },
      });
    }
  };
  const serveLogic = () => bus.handlers.set("goim.logic.disconnect", answer);
  return { bus, clock, metrics, told, conns, disconnects, add, serveLogic };
}

describe("Disconnects", () => {
  it("tells logic exactly which connections ended, all 64 bits of a mid intact", async () => {
    const { told, conns, add, disconnects, serveLogic } = setUp();
    serveLogic();
    add(1, 2, 3);
    await disconnects.drained();
    expect(conns).toEqual([1, 2, 3]);
    expect(told[0]).toEqual({
      ...{ key: "k1", mid: "9007199254740993", conn: 1, incarnation: "i1" },
      ...{ device: "d1", since: 1_795_255_325_123 },
    });
  });

  it("tries again when logic was away", async () => {
    const { conns, add, clock, serveLogic } = setUp();
    add(1);
    await settle();
    serveLogic();
    clock.advance(100);
    await settle();
    expect(conns).toEqual([1]);
  });

  it("gives up after its tries and counts, as it counts what its queue cannot hold", async () => {
    const { add, clock, disconnects, metrics } = setUp();
    add(1, 2, 3, 4, 5);
    for (let tries = 0; tries < 8; tries++) {
      await settle();
      clock.advance(100);
    }
    await disconnects.drained();
    const text = await metrics.registry.metrics();
    expect(text).toContain('comet_disconnects_dropped_total{reason="queue_full"} 1');
    expect(text).toContain('comet_disconnects_dropped_total{reason="failed"} 4');
  });
});
