import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InFlight } from "./in-flight.ts";

describe("what is in flight", () => {
  it("is there until it is taken, once", () => {
    const all = new InFlight<{ name: string }>();
    const a = all.add({ name: "a" });
    const b = all.add({ name: "b" });
    expect(all.get(a)).toEqual({ name: "a" });
    expect(all.take(a)).toEqual({ name: "a" });
    expect([all.take(a), all.get(a), all.take(-1), all.take(b + 1)]).toEqual(
      Array(4).fill(undefined),
    );
    expect([...all]).toEqual([[b, { name: "b" }]]);
    expect(all.size).toBe(1);
  });

  it("lets what is seen be taken while it is looked through", () => {
    const all = new InFlight<object>();
    for (let n = 0; n < 300; n++) all.add({ n });
    let seen = 0;
    for (const [id] of all) {
      seen++;
      all.take(id);
    }
    expect([seen, all.size]).toEqual([300, 0]);
  });

  it("does what a Map with growing numbers does", () => {
    const words = fc.constantFrom("add" as const, "add" as const, "walk" as const);
    const steps = fc.array(fc.oneof(words, fc.nat({ max: 400 })), {
      maxLength: 600,
    });
    void fc.assert(
      fc.property(steps, (all) => {
        const [ours, theirs] = [new InFlight<{ n: number }>(), new Map<number, { n: number }>()];
        let added = 0;
        for (const step of all) {
          if (step === "add") {
            const entry = { n: added++ };
            theirs.set(ours.add(entry), entry);
          } else if (step === "walk") {
            expect([...ours]).toEqual([...theirs]);
          } else {
            const id = added - 1 - step;
            expect(ours.take(id)).toBe(theirs.get(id));
            theirs.delete(id);
          }
          expect(ours.size).toBe(theirs.size);
        }
        expect([...ours]).toEqual([...theirs]);
      }),
    );
  });

  it("costs those who walk through it again and again what was added since, not all", () => {
    const all = new InFlight<object>();
    const oldest = all.add({});
    const visits: number[] = [];
    for (let sweep = 0; sweep < 100; sweep++) {
      for (let n = 0; n < 1000; n++) all.take(all.add({ n }));
      const before = all.visited;
      expect([...all]).toHaveLength(1);
      visits.push(all.visited - before);
    }
    // The one that is there, one step over all that was there before, and what is new.
    expect(Math.max(...visits)).toBeLessThanOrEqual(1002);
    const young = all.add({});
    all.take(oldest);
    expect([[...all].map(([id]) => id), all.size]).toEqual([[young], 1]);
  });

  it("does not pass over what is behind a run that was walked over", () => {
    const all = new InFlight<{ n: number }>();
    const ids = Array.from({ length: 40 }, (_, n) => all.add({ n }));
    for (let n = 1; n < 20; n++) all.take(ids[n] ?? -1);
    const walk = () => [...all].map(([, { n }]) => n);
    expect(walk()).toEqual([0, ...Array.from({ length: 20 }, (_, n) => 20 + n)]);
    all.take(ids[20] ?? -1);
    for (let n = 40; n < 200; n++) all.add({ n });
    expect(walk()).toEqual([0, ...Array.from({ length: 179 }, (_, n) => 21 + n)]);
    expect(all.get(ids[1] ?? -1)).toBeUndefined();
  });

  it("is short again after one was in flight for long", () => {
    const all = new InFlight<object>();
    const oldest = all.add({});
    for (let n = 0; n < 100_000; n++) all.take(all.add({ n }));
    expect([...all].length).toBe(1);
    all.take(oldest);
    expect([all.size, [...all].length]).toEqual([0, 0]);
    const next = all.add({});
    expect(all.get(next)).toEqual({});
  });
});
