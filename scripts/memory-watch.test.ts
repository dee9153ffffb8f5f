import { describe, expect, it } from "vitest";
import { type Sample, trendOf } from "./memory-watch.ts";

const WINDOW_MS = 60_000;

/** A sawtooth of garbage, 30 MB every 40 s, on a floor that grows by so much an hour. */
function sawtooth(floorBytes: number, growthPerHour: number): Sample[] {
  return Array.from({ length: 180 }, (_, n) => {
    const atMs = n * 10_000;
    const grown = (atMs / 3_600_000) * growthPerHour;
    return { atMs, bytes: floorBytes + grown + (n % 4) * 10_000_000 };
  });
}

describe("the trend of a process's memory", () => {
  it("is flat for garbage that comes and goes", () => {
    const trend = trendOf(sawtooth(100_000_000, 0), WINDOW_MS);
    expect(trend).toEqual({ medianBytes: 100_000_000, percentPerHour: 0 });
  });

  it("is what the floor grows by", () => {
    const trend = trendOf(sawtooth(100_000_000, 5_000_000), WINDOW_MS);
    expect(trend?.percentPerHour).toBeCloseTo(4.94, 1);
  });

  it("is not bent by one jump", () => {
    const samples = sawtooth(100_000_000, 0).map((sample, n) =>
      n > 170 ? { ...sample, bytes: sample.bytes * 2 } : sample,
    );
    expect(trendOf(samples, WINDOW_MS)?.percentPerHour).toBe(0);
  });

  it("is none for less than three windows", () => {
    expect(trendOf(sawtooth(1, 0).slice(0, 12), WINDOW_MS)).toBeUndefined();
  });
});
