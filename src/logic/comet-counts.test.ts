import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CometCounts, type CountsMessage } from "./comet-counts.ts";

function setup() {
  const totals = new Map<string, number>();
  const counts = new CometCounts("c", "i", (room, by) => {
    const next = (totals.get(room) ?? 0) + by;
    if (next === 0) totals.delete(room);
    else totals.set(room, next);
  });
  return { counts, totals: () => Object.fromEntries(totals) };
}

const delta = (n: number, rooms: Record<string, number>): CountsMessage => ({
  n,
  snapshot: false,
  rooms,
});
const snapshot = (n: number, rooms: Record<string, number>): CountsMessage => ({
  n,
  snapshot: true,
  rooms,
});

describe("CometCounts", () => {
  it("is complete from a snapshot on, and follows the changes after it", () => {
    const { counts, totals } = setup();
    expect(counts.complete).toBe(false);
    counts.apply(snapshot(4, { a: 1, b: 2 }));
    expect(counts.complete).toBe(true);
    counts.apply(delta(5, { a: 3, b: 0 }));
    expect(totals()).toEqual({ a: 3 });
    expect(counts.complete).toBe(true);
  });

  it("ignores what is not newer", () => {
    const { counts, totals } = setup();
    counts.apply(snapshot(4, { a: 1 }));
    expect(counts.apply(delta(4, { a: 9 }))).toBe("old");
    expect(counts.apply(snapshot(3, {}))).toBe("old");
    expect(totals()).toEqual({ a: 1 });
  });

  it("notices a hole, once, and is complete again after a snapshot", () => {
    const { counts, totals } = setup();
    counts.apply(snapshot(1, { a: 1 }));
    expect(counts.apply(delta(3, { b: 1 }))).toBe("hole");
    expect(counts.complete).toBe(false);
    expect(counts.apply(delta(5, { c: 1 }))).toBe("applied");
    counts.apply(snapshot(6, { c: 1 }));
    expect(counts.complete).toBe(true);
    expect(totals()).toEqual({ c: 1 });
  });

  it("puts what came meanwhile over an answer", () => {
    const { counts, totals } = setup();
    expect(counts.beginAsking()).toBe(true);
    expect(counts.beginAsking()).toBe(false);
    counts.apply(delta(7, { a: 1, b: 1 }));
    counts.apply(delta(8, { a: 0, d: 2 }));
    counts.endAsking({ n: 7, rooms: { a: 1, b: 1, c: 1 } });
    expect(counts.complete).toBe(true);
    expect(totals()).toEqual({ b: 1, c: 1, d: 2 });
  });

  it("stays incomplete when a change between answer and message is missing", () => {
    const { counts } = setup();
    counts.beginAsking();
    counts.apply(delta(9, { a: 1 }));
    counts.endAsking({ n: 7, rooms: {} });
    expect(counts.complete).toBe(false);
    expect(counts.beginAsking()).toBe(true);
  });

  it("prefers a snapshot that came while an older answer was under way", () => {
    const { counts, totals } = setup();
    counts.beginAsking();
    counts.apply(snapshot(9, { a: 5 }));
    counts.endAsking({ n: 8, rooms: { old: 1 } });
    expect(totals()).toEqual({ a: 5 });
    expect(counts.complete).toBe(true);
  });

  it("takes back everything when cleared and takes nothing afterwards", () => {
    const { counts, totals } = setup();
    counts.apply(snapshot(1, { a: 1 }));
    counts.beginAsking();
    counts.clear();
    counts.endAsking({ n: 5, rooms: { a: 1 } });
    expect(counts.apply(snapshot(6, { a: 1 }))).toBe("old");
    expect(counts.beginAsking()).toBe(false);
    expect(totals()).toEqual({});
  });

  it("whenever complete, equals the comet as of the newest message, whatever is lost", () => {
    const change = fc.record({
      room: fc.constantFrom("a", "b", "c"),
      count: fc.nat({ max: 3 }),
      fate: fc.constantFrom("sent", "sent", "sent", "lost", "snapshot", "ask", "answer"),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
        const { counts, totals } = setup();
        const comet = new Map<string, number>();
        const rooms = () => Object.fromEntries([...comet].filter(([, count]) => count > 0));
        let n = 0;
        let answers: { n: number; rooms: Record<string, number> }[] = [];
        for (const { room, count, fate } of changes) {
          if (fate === "ask") {
            if (counts.beginAsking()) answers = [{ n, rooms: rooms() }];
            continue;
          }
          if (fate === "answer") {
            const answer = answers.pop();
            if (answer !== undefined) counts.endAsking(answer);
          } else {
            comet.set(room, count);
            n++;
            if (fate === "snapshot") counts.apply(snapshot(n, rooms()));
            else if (fate === "sent") counts.apply(delta(n, { [room]: count }));
            // A lost one shows only when the next message comes.
            if (fate === "lost") continue;
          }
          if (counts.complete && counts.newest === n) expect(totals()).toEqual(rooms());
        }
      }),
      { numRuns: 500 },
    );
  });
});
