import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LruMap } from "./lru.ts";

describe("LruMap", () => {
  it("forgets the entry that was not touched for longest", () => {
    const evicted: string[] = [];
    const map = new LruMap<string, number>(2, (key) => evicted.push(key));
    map.set("a", 1);
    map.set("b", 2);
    expect(map.get("a")).toBe(1);
    map.set("c", 3);
    expect(evicted).toEqual(["b"]);
    expect([...map.entries()]).toEqual([
      ["a", 1],
      ["c", 3],
    ]);
  });

  it("does not touch with peek and has, nor tell of deleted and replaced entries", () => {
    const evicted: string[] = [];
    const map = new LruMap<string, number>(2, (key) => evicted.push(key));
    map.set("a", 1);
    map.set("b", 2);
    expect([map.peek("a"), map.has("a"), map.has("z")]).toEqual([1, true, false]);
    map.set("b", 3);
    expect(map.delete("b")).toBe(true);
    expect(evicted).toEqual([]);
    map.set("c", 1);
    map.set("d", 1);
    expect(evicted).toEqual(["a"]);
    map.clear();
    expect(map.size).toBe(0);
  });

  it("keeps a value that is undefined", () => {
    const map = new LruMap<string, undefined>(2);
    map.set("a", undefined);
    map.set("b", undefined);
    map.get("a");
    map.set("c", undefined);
    expect([map.has("a"), map.has("b")]).toEqual([true, false]);
  });

  it("refuses a bound below 1", () => {
    expect(() => new LruMap(0)).toThrow("above 0");
    expect(() => new LruMap(1.5)).toThrow("above 0");
  });

  it("agrees with a naive list", () => {
    const step = fc.tuple(fc.constantFrom("get", "set", "delete"), fc.nat(6), fc.nat());
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(step), (max, steps) => {
        const map = new LruMap<number, number>(max);
        let list: [number, number][] = [];
        for (const [kind, key, value] of steps) {
          const found = list.find(([name]) => name === key);
          const others = list.filter(([name]) => name !== key);
          if (kind === "get") {
            expect(map.get(key)).toBe(found?.[1]);
            if (found) list = [...others, found];
          } else if (kind === "delete") {
            expect(map.delete(key)).toBe(found !== undefined);
            list = others;
          } else {
            map.set(key, value);
            list = [...others, [key, value] as [number, number]].slice(-max);
          }
          expect([...map.entries()]).toEqual(list);
        }
      }),
    );
  });
});
