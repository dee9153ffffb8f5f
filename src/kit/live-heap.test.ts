import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it, vi } from "vitest";
import { watchLiveHeap } from "./live-heap.ts";

const MIB = 1024 * 1024;

it("tells what is in use after full collections, without what is garbage", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const live = watchLiveHeap();
  expect(live()).toBe(0);

  collect();
  await vi.waitFor(() => expect(live()).toBeGreaterThan(0));
  const before = live();

  let kept: number[][] = Array.from({ length: 400 }, () => new Array<number>(8192).fill(0.5));
  collect();
  await vi.waitFor(() => expect(live()).toBeGreaterThan(before + 15 * MIB));

  kept = [];
  collect();
  await vi.waitFor(() => expect(live()).toBeLessThan(before + 5 * MIB));
  expect(kept).toEqual([]);
});
