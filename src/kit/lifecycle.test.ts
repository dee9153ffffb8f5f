import { describe, expect, it } from "vitest";
import { FakeClock } from "./clock.fake.ts";
import { Lifecycle } from "./lifecycle.ts";
import { silentLog } from "./log.ts";
import type { Service } from "./service.ts";

function setUp() {
  const clock = new FakeClock();
  const events: string[] = [];
  const lifecycle = new Lifecycle({ log: silentLog, clock });
  const service = (name: string, parts: Partial<Service> = {}): Service => ({
    name,
    start: async () => void events.push(`start ${name}`),
    drain: async () => void events.push(`drain ${name}`),
    stop: async () => void events.push(`stop ${name}`),
    ...parts,
  });
  return { clock, events, lifecycle, service };
}

/** Lets everything run that waits for no clock. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

const never = () => new Promise<void>(() => {});

describe("Lifecycle", () => {
  it("drains and stops each service before the one it stands on", async () => {
    const { events, lifecycle, service, clock } = setUp();
    await lifecycle.start(service("bus"));
    await lifecycle.start(service("listener"));
    expect(await lifecycle.end({ drain: true, deadlineMs: 1000 })).toBe(true);
    expect(events).toEqual([
      "start bus",
      "start listener",
      "drain listener",
      "stop listener",
      "drain bus",
      "stop bus",
    ]);
    expect(clock.pending).toBe(0);
  });

  it("stops without draining after a failure, the service that failed to start too", async () => {
    const { events, lifecycle, service } = setUp();
    await lifecycle.start(service("bus"));
    const start = () => Promise.reject(new Error("port taken"));
    const failing = lifecycle.start(service("listener", { start }));
    await expect(failing).rejects.toThrow("listener did not start: port taken");
    expect(await lifecycle.end({ drain: false, deadlineMs: 1000 })).toBe(true);
    expect(events).toEqual(["start bus", "stop listener", "stop bus"]);
  });

  it("leaves a drain that takes too long in time for the stops", async () => {
    const { clock, events, lifecycle, service } = setUp();
    await lifecycle.start(service("bus"));
    await lifecycle.start(service("listener", { drain: never }));
    const ended = lifecycle.end({ drain: true, deadlineMs: 1000 });
    await settle();
    clock.advance(799);
    await settle();
    expect(events).not.toContain("stop listener");
    clock.advance(1);
    expect(await ended).toBe(true);
    expect(events.slice(2)).toEqual(["stop listener", "drain bus", "stop bus"]);
  });

  it("goes on after a stop that hangs or fails, and says that not all is well", async () => {
    const { clock, events, lifecycle, service } = setUp();
    await lifecycle.start(service("bus"));
    await lifecycle.start(service("hanging", { stop: never }));
    const stop = () => Promise.reject(new Error("broken"));
    await lifecycle.start(service("failing", { stop }));
    const ended = lifecycle.end({ drain: false, deadlineMs: 1000 });
    await settle();
    clock.advance(1000);
    expect(await ended).toBe(false);
    expect(events.at(-1)).toBe("stop bus");
  });
});
