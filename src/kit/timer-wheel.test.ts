import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FakeClock } from "./clock.fake.ts";
import { TimerWheel } from "./timer-wheel.ts";

interface Item {
  readonly name: number;
}

function setUp(options: { tickMs?: number; slots?: number; onDue?: (item: Item) => void } = {}) {
  const clock = new FakeClock();
  const fired: { name: number; at: number }[] = [];
  const onDue = (item: Item) => {
    fired.push({ name: item.name, at: clock.monotonic() });
    options.onDue?.(item);
  };
  const wheel = new TimerWheel<Item>({ tickMs: 1000, slots: 8, ...options, onDue }, { clock });
  return { clock, wheel, fired, start: clock.monotonic() };
}

describe("TimerWheel", () => {
  it("fires an item once, not early and at most a tick late", () => {
    const { clock, wheel, fired, start } = setUp();
    clock.advance(300);
    wheel.schedule({ name: 1 }, 1500);
    clock.advance(1499);
    expect(fired).toEqual([]);
    clock.advance(1001);
    expect(fired).toEqual([{ name: 1, at: start + 2000 }]);
    clock.advance(60_000);
    expect(fired).toHaveLength(1);
  });

  it("keeps delays that are longer than a turn of the wheel", () => {
    const { clock, wheel, fired, start } = setUp({ slots: 4 });
    wheel.schedule({ name: 1 }, 11_000);
    clock.advance(10_999);
    expect(fired).toEqual([]);
    clock.advance(1);
    expect(fired).toEqual([{ name: 1, at: start + 11_000 }]);
  });

  it("moves an item that is scheduled again, and forgets one that is cancelled", () => {
    const { clock, wheel, fired, start } = setUp();
    const moved = { name: 1 };
    const cancelled = { name: 2 };
    wheel.schedule(moved, 1000);
    wheel.schedule(cancelled, 1000);
    wheel.schedule(moved, 5000);
    wheel.cancel(cancelled);
    wheel.cancel(cancelled);
    expect(wheel.size).toBe(1);
    clock.advance(20_000);
    expect(fired).toEqual([{ name: 1, at: start + 5000 }]);
  });

  it("needs one timer for many items and none when it is empty", () => {
    const { clock, wheel } = setUp();
    const items = Array.from({ length: 1000 }, (_, name) => ({ name }));
    for (const item of items) wheel.schedule(item, 1000 + item.name * 7);
    expect(clock.pending).toBe(1);
    for (const item of items) wheel.cancel(item);
    expect(clock.pending).toBe(0);
    wheel.schedule({ name: 1 }, 5000);
    wheel.clear();
    expect([wheel.size, clock.pending]).toEqual([0, 0]);
  });

  it("lets what fires schedule itself again and cancel what is due with it", () => {
    const first = { name: 1 };
    const second = { name: 2 };
    const { clock, wheel, fired } = setUp({
      onDue: (item) => {
        wheel.cancel(item === first ? second : first);
        wheel.schedule(item, 3000);
      },
    });
    wheel.schedule(first, 1000);
    wheel.schedule(second, 1000);
    clock.advance(1000);
    expect(fired).toHaveLength(1);
    clock.advance(3000);
    expect(fired).toHaveLength(2);
    expect(fired[0]?.name).toBe(fired[1]?.name);
  });

  it("fires everything that came due while the process was stopped, once", () => {
    let nowMs = 0;
    const timers: (() => void)[] = [];
    const clock = {
      now: () => nowMs,
      monotonic: () => nowMs,
      setTimeout: (action: () => void) => {
        timers.push(action);
        return action;
      },
      clearTimeout: () => {},
      yield: () => {},
      cpu: () => 0,
    };
    const fired: number[] = [];
    const wheel = new TimerWheel<Item>(
      { tickMs: 1000, slots: 4, onDue: (item) => fired.push(item.name) },
      { clock },
    );
    for (let name = 1; name <= 10; name++) wheel.schedule({ name }, name * 1000);
    nowMs = 9500;
    timers.shift()?.();
    expect(fired.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    nowMs = 10_000;
    timers.shift()?.();
    expect(fired).toContain(10);
    expect(wheel.size).toBe(0);
  });

  it("refuses a number of slots that is no power of two", () => {
    expect(() => setUp({ slots: 6 })).toThrow("power of two");
  });

  it("agrees with a naive list of deadlines", () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant("schedule"), name: fc.nat(9), ms: fc.nat(40_000) }),
      fc.record({ kind: fc.constant("cancel"), name: fc.nat(9), ms: fc.constant(0) }),
      fc.record({ kind: fc.constant("advance"), name: fc.constant(0), ms: fc.nat(9_000) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const { clock, wheel, fired, start } = setUp({ slots: 8 });
        const items = Array.from({ length: 10 }, (_, name): Item => ({ name }));
        const deadlines = new Map<number, number>();
        const expected: { name: number; at: number }[] = [];
        const pass = (ms: number) => {
          clock.advance(ms);
          for (const [name, at] of deadlines) {
            const tickAt = start + Math.ceil((at - start) / 1000) * 1000;
            if (tickAt > clock.monotonic()) continue;
            expected.push({ name, at: tickAt });
            deadlines.delete(name);
          }
        };
        for (const { kind, name, ms } of steps) {
          const item = items[name] as Item;
          if (kind === "advance") pass(ms);
          if (kind === "cancel") {
            wheel.cancel(item);
            deadlines.delete(name);
          }
          if (kind === "schedule") {
            // A delay of nothing fires at the next tick, never inside schedule.
            wheel.schedule(item, ms);
            const aligned = (clock.monotonic() - start) % 1000 === 0;
            deadlines.set(name, clock.monotonic() + (ms === 0 && aligned ? 1000 : ms));
          }
          expect(wheel.size).toBe(deadlines.size);
        }
        pass(100_000);
        const byTime = (list: { name: number; at: number }[]) =>
          list.map(({ name, at }) => `${at - start}:${name}`).sort();
        expect(byTime(fired)).toEqual(byTime(expected));
        expect(clock.pending).toBe(0);
      }),
    );
  });
});
