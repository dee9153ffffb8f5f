import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { largestRooms } from "./top-rooms.ts";

describe("largestRooms", () => {
  it("agrees with sorting everything", () => {
    const counts = fc.dictionary(fc.string(), fc.integer({ min: 1, max: 20 }), { maxKeys: 200 });
    fc.assert(
      fc.property(counts, fc.integer({ min: -1, max: 60 }), (rooms, limit) => {
        const all = Object.entries(rooms).map(([room, count]) => ({ room, count }));
        const sorted = [...all]
          .sort((a, b) => b.count - a.count || (a.room < b.room ? -1 : 1))
          .slice(0, Math.max(0, limit));
        expect(largestRooms(all, limit)).toEqual(sorted);
      }),
    );
  });
});
