import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { limits, measuredCosts } from "./costs.ts";
import { cometsOfRoom, flushRate, loadOf, type Workload } from "./load.ts";
import { defaultHeadroom, planOf } from "./plan.ts";
import { planText } from "./table.ts";

const oneRoom: Workload = {
  connections: 10_000,
  rooms: 1,
  roomRate: 40,
  roomMaxRate: 40,
  roomMax: 10_000,
  userRate: 0,
  loginRate: 0,
  bodyBytes: 100,
  transport: "ws",
  flushSeconds: 0.2,
};
const manyRooms: Workload = {
  ...oneRoom,
  connections: 20_000_000,
  rooms: 1_000_000,
  roomRate: 0.05,
  roomMax: 100_000,
  userRate: 20_000,
  loginRate: 5000,
};
const one = { comets: 1, logics: 1, jobs: 1, natsNodes: 1 };

describe("loadOf", () => {
  it("counts a write for each member and flush, not for each message", () => {
    const { comet } = loadOf(oneRoom, one, measuredCosts);
    const { send, byte, cast } = measuredCosts.comet;
    expect(comet.sends).toBeCloseTo((limits.cpuTarget * 1e6) / send.ws);
    expect(comet.flushSeconds).toBeCloseTo((10_000 * send.ws) / 1e6 / limits.cpuTarget);
    expect(comet.casts).toBeCloseTo(40);
    const bytes = 10_000 * 40 * (100 + limits.packetBytes);
    expect(comet.largestRoom).toBeCloseTo((comet.sends * send.ws + bytes * byte + 40 * cast) / 1e6);
    const few = loadOf({ ...oneRoom, connections: 500, roomMax: 500 }, one, measuredCosts);
    expect(few.comet.sends).toBeCloseTo(500 * 40);
  });

  it("sends a message of a room once to each comet that has members", () => {
    const small = { ...oneRoom, rooms: 1001, connections: 10_000 + 4000, roomRate: 1 };
    const { comet, nats } = loadOf(small, { ...one, comets: 1000 }, measuredCosts);
    // Four members each meet hardly ever on one of a thousand comets.
    expect(nats.subscriptions).toBeGreaterThan(1000 * 3.99 + 999);
    expect(nats.subscriptions).toBeLessThan(1000 * 4 + 1000);
    expect(comet.casts).toBeCloseTo((40 * 999.95 + 1000 * 3.994) / 1000, 1);
  });

  it("never grows with more processes of a kind, and grows with every part of the load", () => {
    const sizes = fc.integer({ min: 1, max: 2000 });
    const some = fc.record({
      connections: fc.integer({ min: 1000, max: 1e7 }),
      rooms: fc.integer({ min: 1, max: 100_000 }),
      rate: fc.double({ min: 0.01, max: 100, noNaN: true }),
      comets: sizes,
    });
    fc.assert(
      fc.property(some, ({ connections, rooms, rate, comets }) => {
        const roomMax = Math.ceil(connections / rooms);
        const work = { ...oneRoom, connections, rooms, roomMax, roomRate: rate, roomMaxRate: rate };
        const cores = (of: Workload, count: number) =>
          loadOf(of, { ...one, comets: count }, measuredCosts).comet.cores;
        const now = cores(work, comets);
        expect(cores(work, comets + 1)).toBeLessThanOrEqual(now * 1.000001);
        expect(cores({ ...work, connections: connections * 2 }, comets)).toBeGreaterThan(now);
        expect(cores({ ...work, bodyBytes: 1000 }, comets)).toBeGreaterThan(now);
      }),
    );
  });

  it("knows on how many comets a room is", () => {
    expect(cometsOfRoom(1, 5)).toBe(1);
    expect(cometsOfRoom(1, 0)).toBe(0);
    expect(cometsOfRoom(10, 1)).toBeCloseTo(1);
    expect(cometsOfRoom(2, 2)).toBeCloseTo(1.5);
    expect(cometsOfRoom(10, 1e6)).toBeCloseTo(10);
    expect(flushRate(3, 10, 5)).toBe(3);
    expect(flushRate(40, 10_000, 4)).toBeCloseTo(10);
    expect(flushRate(40, 1e6, 4)).toBe(1);
  });
});

describe("planOf", () => {
  it("finds the smallest sizes that fit", () => {
    const work = { ...oneRoom, connections: 1_000_000, roomMax: 1_000_000 };
    const { sizes, load } = planOf(work, measuredCosts);
    expect(load.comet.flushSeconds).toBeLessThanOrEqual(work.flushSeconds);
    const fewer = loadOf(work, { ...sizes, comets: sizes.comets - 1 }, measuredCosts);
    expect(fewer.comet.flushSeconds).toBeGreaterThan(work.flushSeconds);
    expect(sizes).toMatchObject({ logics: 2, jobs: 2, natsNodes: 1 });
  });

  it("keeps every process within its headroom where more of them help", () => {
    const { sizes, load, streams } = planOf(manyRooms, measuredCosts);
    expect(load.comet.connections).toBeLessThanOrEqual(defaultHeadroom.connections);
    expect(load.job.cores).toBeLessThanOrEqual(defaultHeadroom.cores);
    expect(load.nats.cores).toBeLessThanOrEqual(0.6 * defaultHeadroom.natsCores);
    expect(sizes.natsNodes).toBeGreaterThanOrEqual(3);
    expect(streams).toBe(2);
  });

  it("takes sizes as they are given, and puts first what breaks first", () => {
    const work = { ...oneRoom, connections: 2_000_000, roomMax: 2_000_000 };
    const plan = planOf(work, measuredCosts, defaultHeadroom, one);
    expect(plan.sizes).toEqual(one);
    expect(plan.limits[0]).toMatchObject({ what: "a comet's work for the largest room" });
    expect(plan.limits[0]?.used).toBeGreaterThan(1);
    expect(planText(work, plan, defaultHeadroom)).toContain(" !  a comet's work");
  });
});
