import { describe, expect, it } from "vitest";
import { Prevs } from "./prevs.ts";

describe("what came before in a room", () => {
  it("is what the same reading saw last, and unknown at first", () => {
    const reading = new Prevs(10).reading();
    expect([reading.advance("a", 1), reading.advance("b", 2), reading.advance("a", 3)]).toEqual([
      ...[undefined, undefined, 1],
    ]);
    expect(reading.advance("a", 4)).toBe(3);
  });

  it("is unknown after the reader may have missed something, and of another reading", () => {
    const prevs = new Prevs(10);
    const [one, other] = [prevs.reading(), prevs.reading()];
    one.advance("a", 1);
    expect(other.advance("a", 2)).toBeUndefined();
    expect(one.advance("a", 3)).toBeUndefined();
    one.forget();
    expect(one.advance("a", 4)).toBeUndefined();
    expect(one.advance("a", 5)).toBe(4);
  });

  it("is forgotten of the room that was quiet for longest", () => {
    const prevs = new Prevs(2);
    const reading = prevs.reading();
    for (const [room, offset] of [
      ["a", 1],
      ["b", 2],
      ["a", 3],
      ["c", 4],
    ] as const) {
      reading.advance(room, offset);
    }
    expect([prevs.size, reading.advance("a", 5), reading.advance("b", 6)]).toEqual([
      ...[2, 3, undefined],
    ]);
  });
});
