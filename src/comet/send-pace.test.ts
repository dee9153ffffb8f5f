import { describe, expect, it } from "vitest";
import { FakeClock } from "../kit/clock.fake.ts";
import { SendPace } from "./send-pace.ts";

const config = { cpuTarget: 0.5, sendCostMin: 2, sendCostMax: 50 };

function setUp() {
  const clock = new FakeClock();
  const pace = new SendPace(config, clock);
  /** Lets time pass in which sends, and the process besides them, use so much of a core. */
  const pass = (ms: number, sends: number, other = 0) => {
    for (let each = 0; each < ms; each += 10) {
      clock.advance(10);
      clock.cpuMs += (sends + other) * 10;
      // What a send costs stays what it is.
      pace.spent((sends * 10 * 1000) / pace.cost, sends * 10);
      pace.intervalMs(1);
    }
  };
  return { clock, pace, pass };
}

describe("what a send costs", () => {
  it("is measured, newer sends count more", () => {
    const { pace } = setUp();
    pace.spent(100_000, 600);
    expect(pace.cost).toBeCloseTo(6);
    pace.spent(1024, 1024 * 0.01);
    expect(pace.cost).toBeCloseTo(7);
    pace.spent(0, 5);
    expect(pace.cost).toBeCloseTo(7);
  });

  it("stays within its bounds, whatever the clock says", () => {
    const { pace } = setUp();
    pace.spent(100_000, 0);
    expect(pace.cost).toBe(2);
    pace.spent(100_000, 1e9);
    expect(pace.cost).toBe(50);
  });
});

describe("what a send costs before any was measured", () => {
  it.each([
    [2, 8],
    [20, 20],
  ])("is a guess, within the bounds: %s", (sendCostMin, cost) => {
    const clock = new FakeClock();
    expect(new SendPace({ ...config, sendCostMin }, clock).cost).toBe(cost);
  });
});

describe("the distance of flushes", () => {
  it("counts sends by the processor where others have it meanwhile", () => {
    const { clock, pace } = setUp();
    const alone = pace.intervalMs(1000);
    // 90 ms went by during sends, and the process ran for 30 of them.
    clock.advance(100);
    clock.cpuMs += 30;
    pace.spent((90 * 1000) / pace.cost, 90);
    expect(pace.intervalMs(1000)).toBeCloseTo(alone);
    clock.advance(100);
    clock.cpuMs += 75;
    pace.spent((90 * 1000) / pace.cost, 90);
    expect(pace.intervalMs(1000)).toBeCloseTo(alone * 1.5);
  });

  it("looks at the load ten times a second, however often it is asked", () => {
    const { clock, pace } = setUp();
    const alone = pace.intervalMs(1000);
    clock.cpuMs += 1000;
    pace.spent((90 * 1000) / pace.cost, 90);
    clock.advance(99);
    expect(pace.intervalMs(1000)).toBeCloseTo(alone);
    clock.advance(1);
    expect(pace.intervalMs(1000)).toBeGreaterThan(alone * 1.5);
  });

  it("keeps the sends of one room within the target", () => {
    const { pace } = setUp();
    pace.spent(100_000, 600);
    expect(pace.intervalMs(5000)).toBeCloseTo((5000 * 0.006) / 0.5);
    expect(pace.intervalMs(10)).toBeLessThan(1);
  });

  it("grows while the process is above the target, by as much as it is", () => {
    const { pace, pass } = setUp();
    const alone = pace.intervalMs(1000);
    pass(100, 0.75);
    expect(pace.intervalMs(1000)).toBeCloseTo(alone * 1.5);
    // Still above it: further.
    pass(100, 0.6);
    expect(pace.intervalMs(1000)).toBeCloseTo(alone * 1.8);
    // There is the target: it stays.
    pass(1000, 0.5);
    expect(pace.intervalMs(1000)).toBeCloseTo(alone * 1.8);
  });

  it("leaves of the target what other work does not need, and half of it in any case", () => {
    const { pace, pass } = setUp();
    const alone = pace.intervalMs(1000);
    pass(100, 0.4, 0.1);
    expect(pace.intervalMs(1000)).toBeCloseTo(alone);
    pass(100, 0.6, 0.1);
    expect(pace.intervalMs(1000)).toBeCloseTo(alone * 1.5);
    // A storm of something else, as long as it may last.
    pass(1000, 0.25, 0.7);
    expect(pace.intervalMs(1000)).toBeCloseTo(alone * 1.5);
    pass(100, 0.2, 0.7);
    expect(pace.intervalMs(1000)).toBeCloseTo(alone * 1.2);
  });

  it("shrinks at once when the load is gone, and not below what its own sends ask for", () => {
    const { pace, pass } = setUp();
    const alone = pace.intervalMs(1000);
    pass(300, 2);
    expect(pace.stretch).toBe(64);
    pass(100, 0.1);
    expect(pace.stretch).toBeCloseTo(12.8);
    pass(100, 0.01);
    expect(pace.intervalMs(1000)).toBeCloseTo(alone);
    pass(1000, 0);
    expect(pace.intervalMs(1000)).toBeCloseTo(alone);
  });

  it("does not take the time in which nobody asked for the load of now", () => {
    const { clock, pace, pass } = setUp();
    pass(300, 2);
    clock.advance(60_000);
    clock.cpuMs += 10_000;
    expect(pace.intervalMs(1000)).toBeCloseTo((1000 * 0.008) / 0.5);
  });
});
