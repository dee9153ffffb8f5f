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
    const steps = fc.array(fc.oneof(fc.constant("add" as const), fc.nat({ max: 400 })), {
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
