import { describe, expect, it } from "vitest";
import { GoimError } from "../kit/errors.ts";
import { BoundedCalls, MergedCalls } from "./merged-calls.ts";

/** Calls that settle when the test says so. */
function create(config: { inFlightMax?: number; waitingMax?: number; mergeMax?: number } = {}) {
  const calls: { id: string; items: readonly number[]; end: (error?: Error) => void }[] = [];
  const merged = new MergedCalls<number, number>(
    { inFlightMax: 10, waitingMax: 100, ...config },
    (id, items) =>
      new Promise((resolve, reject) => {
        const end = (error?: Error) =>
          error === undefined ? resolve(items.map((item) => -item)) : reject(error);
        calls.push({ id, items, end });
      }),
  );
  return { calls, merged };
}

/** Every microtask that is due. */
const settled = () => new Promise((resolve) => setImmediate(resolve));
const outcome = (promise: Promise<number>) =>
  promise.then(
    (value) => value,
    (error: Error) => error.message,
  );

describe("MergedCalls", () => {
  it("makes one call of what comes at once, and one of what comes meanwhile", async () => {
    const { calls, merged } = create();
    const first = [merged.add("a", 1), merged.add("a", 2), merged.add("b", 3)];
    await settled();
    const second = [merged.add("a", 4), merged.add("a", 5)];
    await settled();
    expect(calls.map(({ id, items }) => [id, ...items])).toEqual([
      ["a", 1, 2],
      ["b", 3],
    ]);
    for (const call of calls) call.end();
    expect(await Promise.all(first)).toEqual([-1, -2, -3]);
    await settled();
    expect(calls.slice(2).map(({ id, items }) => [id, ...items])).toEqual([["a", 4, 5]]);
    calls[2]?.end();
    expect(await Promise.all(second)).toEqual([-4, -5]);
    expect(merged.waiting).toBe(0);
  });

  it("fails what waits behind a failure, and nothing that comes after it", async () => {
    const { calls, merged } = create();
    const first = outcome(merged.add("a", 1));
    await settled();
    const behind = outcome(merged.add("a", 2));
    const other = outcome(merged.add("b", 3));
    await settled();
    calls[0]?.end(new Error("lost"));
    expect(await Promise.all([first, behind])).toEqual(["lost", "lost"]);
    const after = outcome(merged.add("a", 4));
    await settled();
    for (const call of calls) call.end();
    expect(await Promise.all([other, after])).toEqual([-3, -4]);
    expect(merged.waiting).toBe(0);
  });

  it("refuses beyond its bound and merges no more than it may", async () => {
    const { calls, merged } = create({ waitingMax: 3, mergeMax: 2 });
    const items = [1, 2, 3, 4].map((item) => outcome(merged.add("a", item)));
    await settled();
    expect(calls[0]?.items).toEqual([1, 2]);
    calls[0]?.end();
    await settled();
    expect(calls[1]?.items).toEqual([3]);
    calls[1]?.end();
    expect(await Promise.all(items)).toEqual([-1, -2, -3, "3 changes wait already"]);
    await expect(create({ waitingMax: 0 }).merged.add("a", 1)).rejects.toMatchObject({
      code: "busy",
    });
  });

  it("works on so many ids at once", async () => {
    const { calls, merged } = create({ inFlightMax: 2 });
    const items = ["a", "b", "c"].map((id, at) => merged.add(id, at + 1));
    await settled();
    expect(calls.map(({ id }) => id)).toEqual(["a", "b"]);
    calls[0]?.end();
    await settled();
    expect(calls.map(({ id }) => id)).toEqual(["a", "b", "c"]);
    for (const call of calls) call.end();
    expect(await Promise.all(items)).toEqual([-1, -2, -3]);
  });
});

describe("BoundedCalls", () => {
  it("refuses beyond its bound, also after failures", async () => {
    const calls = new BoundedCalls({ inFlightMax: 1, waitingMax: 2 });
    const fail = () => Promise.reject(new GoimError("timeout", "late"));
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => calls.run(fail)));
    expect(outcomes.map((one) => (one as PromiseRejectedResult).reason.code)).toEqual([
      ...["timeout", "timeout", "busy"],
    ]);
    expect(calls.waiting).toBe(0);
    expect(await calls.run(async () => 7)).toBe(7);
  });
});
