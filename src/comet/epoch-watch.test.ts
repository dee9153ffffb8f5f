import { describe, expect, it } from "vitest";
import { FakeClock } from "../kit/clock.fake.ts";
import { EpochWatch } from "./epoch-watch.ts";
import { turn } from "./follower.fixture.ts";
import { LogBus } from "./log-bus.fixture.ts";

function setUp() {
  const bus = new LogBus();
  const clock = new FakeClock();
  let reads = 0;
  const epochs = new EpochWatch(
    { retryMin: 50, retryMax: 400 },
    {
      layout: bus.layout,
      clock,
      onRead: () => {
        reads++;
      },
    },
  );
  return { bus, clock, epochs, reads: () => reads };
}

describe("EpochWatch", () => {
  it("makes one read of many doubts", async () => {
    const { bus, epochs, reads } = setUp();
    await Promise.all(Array.from({ length: 1000 }, () => epochs.refresh()));
    expect([bus.refreshes, reads()]).toEqual([1, 1]);
  });

  it("reads again for a later doubt, but not more often than twice a second", async () => {
    const { bus, clock, epochs } = setUp();
    await epochs.refresh();
    const second = epochs.refresh();
    clock.advance(499);
    await turn();
    expect(bus.refreshes).toBe(1);
    clock.advance(1);
    await second;
    expect(bus.refreshes).toBe(2);
  });

  it("fails with the read, unless told to insist", async () => {
    const { bus, clock, epochs, reads } = setUp();
    bus.connected = false;
    await expect(epochs.refresh()).rejects.toMatchObject({ code: "unavailable" });
    const insisting = epochs.insist();
    for (let step = 0; step < 30; step++) {
      clock.advance(100);
      await turn();
    }
    expect(reads()).toBe(0);
    bus.connected = true;
    for (let step = 0; step < 10; step++) {
      clock.advance(100);
      await turn();
    }
    expect(await insisting).toBe(true);
    expect(reads()).toBe(1);
  });

  it("ends an insistence at close", async () => {
    const { bus, epochs } = setUp();
    bus.connected = false;
    const insisting = epochs.insist();
    await turn();
    epochs.close();
    expect(await insisting).toBe(false);
  });
});
