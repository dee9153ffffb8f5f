import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { balance, type LeaseState } from "./balance.ts";

const streams = ["room", "keep", "user", "key"] as const;
const keys = streams.flatMap((stream) =>
  Array.from({ length: 16 }, (_, shard) => ({ key: `${stream}.${shard}`, stream: String(stream) })),
);
keys.push({ key: "all.0", stream: "all" });

/** What the job `me` does when every lease belongs to whom `owners` says ("" = nobody). */
function decide(me: string, owners: ReadonlyMap<string, string>, jobs: number, freeMs = 0) {
  const leases = keys.map(({ key, stream }): LeaseState => {
    const owner = owners.get(key) ?? "";
    return { key, stream, owner: owner === me ? "me" : owner === "" ? "nobody" : "other", freeMs };
  });
  return balance({ leases, jobs, settled: true, orphanMs: 5000 });
}

/** Lets the jobs act in turn until nothing moves; the number of turns. */
function converge(owners: Map<string, string>, jobs: readonly string[]): number {
  for (let turn = 0; turn < 20; turn++) {
    let moved = false;
    for (const job of jobs) {
      const { take, release } = decide(job, owners, jobs.length);
      for (const key of release) owners.delete(key);
      for (const key of take) {
        expect(owners.get(key) ?? "").toBe("");
        owners.set(key, job);
      }
      if (take.length + release.length > 0) moved = true;
    }
    if (!moved) return turn;
  }
  return 20;
}

describe("balance", () => {
  it("shares everything evenly, stream by stream, whoever had what before", () => {
    const owner = fc.constantFrom("a", "b", "c", "d", "");
    fc.assert(
      fc.property(
        fc.array(owner, { minLength: 65, maxLength: 65 }),
        fc.integer({ min: 1, max: 4 }),
        (before, count) => {
          const jobs = ["a", "b", "c", "d"].slice(0, count);
          const owners = new Map<string, string>();
          for (const [index, { key }] of keys.entries()) {
            const job = before[index] ?? "";
            if (jobs.includes(job)) owners.set(key, job);
          }
          expect(converge(owners, jobs)).toBeLessThan(5);
          expect(owners.size).toBe(65);
          for (const job of jobs) {
            const held = [...owners.values()].filter((one) => one === job).length;
            expect(held).toBeLessThanOrEqual(Math.ceil(65 / count));
          }
        },
      ),
    );
  });

  it("moves no more than it must for a newcomer, evenly over the streams", () => {
    const owners = new Map(keys.map(({ key }) => [key, "a"]));
    const { release } = decide("a", owners, 2);
    expect(release).toHaveLength(32);
    for (const stream of streams) {
      const count = release.filter((key) => key.startsWith(`${stream}.`)).length;
      expect(count).toBeGreaterThanOrEqual(7);
      expect(count).toBeLessThanOrEqual(9);
    }
  });

  it("gives nothing up before the number of jobs has stood for a while", () => {
    const leases = keys.map(({ key, stream }) => ({
      ...{ key, stream, freeMs: 0 },
      owner: "me" as const,
    }));
    expect(balance({ leases, jobs: 2, settled: false, orphanMs: 5000 }).release).toEqual([]);
  });

  it("takes what is free for too long, beyond its share", () => {
    const owners = new Map(keys.slice(0, 33).map(({ key }) => [key, "a"]));
    expect(decide("a", owners, 2, 4999).take).toEqual([]);
    expect(decide("a", owners, 2, 5000).take).toHaveLength(32);
  });

  it("never takes what another job has", () => {
    const owners = new Map(keys.map(({ key }) => [key, "b"]));
    expect(decide("a", owners, 2, 99_999)).toEqual({ take: [], release: [] });
  });
});
