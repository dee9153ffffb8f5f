import { describe, expect, it } from "vitest";
import { DigestChain } from "./digest-chain.ts";

const place = (term: number, n: number, part = 0, parts = 1) => ({ term, n, part, parts });

describe("DigestChain", () => {
  it("begins anywhere and goes on without a hole", () => {
    const chain = new DigestChain();
    const missing = [7, 8, 9].map((n) => chain.add(place(3, n)));
    expect(missing).toEqual([false, false, false]);
  });

  it("sees a hole once", () => {
    const chain = new DigestChain();
    const missing = [1, 2, 4, 5].map((n) => chain.add(place(1, n)));
    expect(missing).toEqual([false, false, true, false]);
  });

  it.each([[[0, 1, 2]], [[1, 2, 3]], [[3, 1, 2]]])("takes parts numbered %j as whole", (parts) => {
    const chain = new DigestChain();
    for (const part of parts) expect(chain.add(place(1, 5, part, 3))).toBe(false);
    expect(chain.add(place(1, 6))).toBe(false);
  });

  it("sees a part that never came when the next digest does", () => {
    const chain = new DigestChain();
    chain.add(place(1, 5, 0, 3));
    chain.add(place(1, 5, 2, 3));
    chain.add(place(1, 5, 2, 3));
    expect(chain.add(place(1, 6))).toBe(true);
  });

  it("accepts a new owner from its first digest on, which covers what came before", () => {
    const chain = new DigestChain();
    chain.add(place(1, 50));
    expect(chain.add(place(2, 1))).toBe(false);
    expect(chain.add(place(2, 2))).toBe(false);
    expect(chain.add(place(5, 3))).toBe(true);
  });

  it("passes over an owner that was replaced", () => {
    const chain = new DigestChain();
    chain.add(place(2, 1));
    expect(chain.outdates(place(1, 51))).toBe(true);
    expect(chain.add(place(1, 51))).toBe(false);
    expect(chain.add(place(2, 2))).toBe(false);
  });

  it("is brought up to where the owner says it is, also with parts still missing", () => {
    const chain = new DigestChain();
    chain.add(place(1, 5, 0, 3));
    chain.reach(1, 9);
    expect(chain.add(place(1, 10))).toBe(false);
    chain.reach(1, 4);
    expect(chain.add(place(1, 11))).toBe(false);
  });

  it("forgets", () => {
    const chain = new DigestChain();
    chain.add(place(4, 5));
    chain.forget();
    expect(chain.add(place(2, 9))).toBe(false);
  });
});
