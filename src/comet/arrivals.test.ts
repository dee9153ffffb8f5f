import { describe, expect, it } from "vitest";
import { FakeClock } from "../kit/clock.fake.ts";
import { createMetrics } from "../kit/metrics.ts";
import { Arrivals } from "./arrivals.ts";

const config = { busyRate: 1000, busyDeliveries: 500, waitingMax: 100, handshakeTimeout: 8000 };

function setUp(options: Partial<typeof config> = {}) {
  const clock = new FakeClock();
  const state = { served: 0 };
  const arrivals = new Arrivals(
    { ...config, ...options },
    { servedPerSecond: () => state.served, clock, metrics: createMetrics() },
  );
  const told: string[] = [];
  const arrival = (name: string) => {
    const one = {
      gone: false,
      take: () => {
        told.push(`${name} taken`);
        one.gone = true;
      },
      refuse: () => {
        told.push(`${name} refused`);
        one.gone = true;
      },
    };
    return one;
  };
  return { clock, state, arrivals, told, arrival };
}

/** Takes the turns that are left. */
function crowd({ state, arrivals }: ReturnType<typeof setUp>) {
  state.served = 500;
  while (arrivals.pass());
}

describe("connections that come while rooms are delivered to", () => {
  it("are made at once while there is nothing to deliver", () => {
    const { arrivals, clock } = setUp();
    for (let each = 0; each < 1000; each++) expect(arrivals.pass()).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it("are made in their turn, in their order, without those who left", () => {
    const bench = setUp();
    crowd(bench);
    const { arrivals, arrival, told, clock } = bench;
    const left = arrival("b");
    for (const one of [arrival("a"), left, arrival("c")]) expect(arrivals.wait(one)).toBe(true);
    expect(arrivals.pass()).toBe(false);
    left.gone = true;
    expect(told).toEqual([]);
    clock.advance(10);
    expect(told).toEqual(["a taken", "c taken"]);
  });

  it("are refused when more wait than could come in in time, and when the comet ends", () => {
    const bench = setUp({ busyRate: 1, handshakeTimeout: 2000 });
    crowd(bench);
    const { arrivals, arrival, told } = bench;
    expect([arrivals.wait(arrival("a")), arrivals.wait(arrival("b"))]).toEqual([true, true]);
    expect(arrivals.wait(arrival("c"))).toBe(false);
    arrivals.stop();
    expect(told).toEqual(["a refused", "b refused"]);
  });
});
