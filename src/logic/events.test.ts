import { describe, expect, it } from "vitest";
import type { Ack } from "../bus/bus.ts";
import { FakeClock } from "../kit/clock.fake.ts";
import { GoimError } from "../kit/errors.ts";
import { silentLog } from "../kit/log.ts";
import { createMetrics } from "../kit/metrics.ts";
import { createEvents } from "./events.ts";
import { settle } from "./presence.fixture.ts";

function setUp() {
  const clock = new FakeClock();
  const metrics = createMetrics();
  const tries: string[] = [];
  const answers: (Ack | GoimError)[] = [];
  const held: (() => void)[] = [];
  const state = { hold: false };
  const events = createEvents(
    { inFlightMax: 2, waitingMax: 4, timeout: 1000, retryPause: 100 },
    {
      acks: {
        publish: async (_subject, _data, { id }) => {
          tries.push(id);
          if (state.hold) await new Promise<void>((resolve) => held.push(resolve));
          const answer = answers.shift() ?? { sequence: 1, duplicate: false };
          if (answer instanceof GoimError) throw answer;
          return answer;
        },
      },
      ...{ clock, log: silentLog, metrics },
    },
  );
  const publish = (id: string) =>
    events.publish({ type: "online", subject: "s", id, data: new Uint8Array(0) });
  const count = async (result: string) => {
    const text = await metrics.registry.metrics();
    return text.includes(`goim_event_total{type="online",result="${result}"} 1`);
  };
  return { clock, tries, answers, held, state, events, publish, count };
}

describe("events", () => {
  it("are stored, and one that was stored before counts as that", async () => {
    const { publish, answers, count } = setUp();
    expect(await publish("a")).toBe(true);
    answers.push({ sequence: 1, duplicate: true });
    expect(await publish("a")).toBe(true);
    expect([await count("stored"), await count("duplicate")]).toEqual([true, true]);
  });

  it("are tried again under the same id until they are stored", async () => {
    const { publish, answers, tries, clock } = setUp();
    answers.push(new GoimError("unavailable", "away"), new GoimError("timeout", "silent"));
    const stored = publish("a");
    for (let turn = 0; turn < 2; turn++) {
      await settle();
      clock.advance(100);
    }
    expect(await stored).toBe(true);
    expect(tries).toEqual(["a", "a", "a"]);
  });

  it("are given up after a time, or at once when trying again is no use", async () => {
    const { publish, answers, clock, count, tries } = setUp();
    answers.push(...Array.from({ length: 99 }, () => new GoimError("unavailable", "away")));
    const stored = publish("a");
    for (let turn = 0; turn < 12; turn++) {
      await settle();
      clock.advance(100);
    }
    expect(await stored).toBe(false);
    expect(await count("failed")).toBe(true);
    expect(tries.length).toBeLessThanOrEqual(10);
    answers.length = 0;
    answers.push(new GoimError("too_large", "no"));
    expect(await publish("b")).toBe(false);
    expect(clock.pending).toBe(0);
  });

  it("are bounded on their way and while they wait", async () => {
    const { publish, state, held, tries, events, count } = setUp();
    state.hold = true;
    const all = ["a", "b", "c", "d"].map(publish);
    expect(await publish("e")).toBe(false);
    expect(await count("dropped")).toBe(true);
    await settle();
    expect([tries, events.waiting]).toEqual([["a", "b"], 4]);
    let drained = false;
    const drain = events.drain().then(() => {
      drained = true;
    });
    for (let turn = 0; turn < 2; turn++) {
      expect(drained).toBe(false);
      for (const resolve of held.splice(0)) resolve();
      await settle();
    }
    await drain;
    expect(await Promise.all(all)).toEqual([true, true, true, true]);
    expect(events.waiting).toBe(0);
  });
});
