import { expect, it } from "vitest";
import { Random } from "./random.ts";
import { plan, usualFaults } from "./schedule.ts";

const options = {
  ms: 180_000,
  everyMs: 2_000,
  names: usualFaults,
  shape: { comets: 2, logics: 2, jobs: 2, servers: 1, redis: 1 },
};

it("the seed decides the plan", () => {
  expect(plan({ ...options, seed: 7 })).toEqual(plan({ ...options, seed: 7 }));
  expect(plan({ ...options, seed: 7 })).not.toEqual(plan({ ...options, seed: 8 }));
});

it("everything is healed at the end, and a target has one fault at a time", () => {
  for (let seed = 0; seed < 50; seed++) {
    const until = new Map<string, number>();
    for (const { at, forMs, target } of plan({ ...options, seed })) {
      expect(at).toBeGreaterThanOrEqual(until.get(target) ?? 0);
      expect(at + forMs).toBeLessThanOrEqual(options.ms + 1);
      until.set(target, at + forMs);
    }
  }
});

it("every fault happens within a few seeds", () => {
  const seeds = Array.from({ length: 5 }, (_, seed) => plan({ ...options, seed }));
  const names = new Set(seeds.flat().map((planned) => planned.name));
  expect([...names].sort()).toEqual([...options.names].sort());
});

it("numbers are even, and forks independent", () => {
  const random = new Random(1);
  const counts = Array.from({ length: 10 }, () => 0);
  for (let i = 0; i < 10_000; i++) {
    const n = random.below(10);
    counts[n] = (counts[n] ?? 0) + 1;
  }
  for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(200);
  const before = new Random(1).fork("b").next();
  const other = new Random(1);
  other.next();
  expect(other.fork("b").next()).toBe(before);
  expect(other.fork("a").next()).not.toBe(before);
});
