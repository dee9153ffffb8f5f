import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import {
  type Figure,
  median,
  save,
  savedRuns,
  spread,
  tableOf,
  verdict,
} from "../bench/results.ts";

const figure = (values: number[], more: Partial<Figure> = {}): Figure => ({
  name: "room: p50",
  unit: "ms",
  better: "lower",
  values,
  ...more,
});

describe("results", () => {
  it("takes the middle and the whole spread", () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(spread([9, 10, 11])).toBeCloseTo(0.2);
    expect(spread([0])).toBe(0);
  });

  it("says noise below a quarter, and which way a difference goes above it", () => {
    const before = figure([100]);
    expect(verdict(figure([124]), before)).toBe("1.24 noise");
    expect(verdict(figure([76]), before)).toBe("0.76 noise");
    expect(verdict(figure([130]), before)).toBe("1.30 worse");
    expect(verdict(figure([50]), before)).toBe("0.50 better");
    expect(verdict(figure([130], { better: "higher" }), before)).toBe("1.30 better");
    expect(verdict(figure([1]), undefined)).toBe("–");
    expect(verdict(figure([1]), figure([0]))).toBe("–");
  });

  const folder = mkdtempSync(join(tmpdir(), "goim-bench-"));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("compares each figure with the newest run that has it, and keeps 50 runs", () => {
    const run = (minute: number, figures: Figure[]) => ({
      at: `2026-01-01T00:${String(minute).padStart(2, "0")}:00.000Z`,
      node: "v20",
      load: 1,
      figures,
    });
    expect(savedRuns(folder)).toEqual([]);
    for (let minute = 0; minute < 52; minute++) {
      const old = minute < 51 ? [figure([minute])] : [];
      save(folder, run(minute, [...old, figure([7], { name: "user: p50" })]));
    }
    const before = savedRuns(folder);
    expect(before).toHaveLength(50);
    const lines = tableOf([figure([100, 102, 98]), figure([1], { name: "new" })], before);
    expect(lines.split("\n")[1]).toMatch(/^room: p50 +100\.0 +ms +±2 % +3 +50\.0 +2\.00 worse$/);
    expect(lines.split("\n")[2]).toMatch(/^new +1\.00 +ms +±0 % +1 +–$/);
  });
});
