/** What `npm run bench` found out: medians, spreads, and a comparison with the run before. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** One figure of a run, measured several times. */
export interface Figure {
  /** "room: p50", unique in a run. */
  readonly name: string;
  readonly unit: string;
  readonly better: "lower" | "higher";
  readonly values: readonly number[];
}

export interface Saved {
  readonly at: string;
  readonly node: string;
  readonly load: number;
  readonly figures: readonly Figure[];
}

/** Below it a difference says nothing on a shared machine. */
const NOISE = 0.25;
/** Runs kept; older ones are removed. */
const KEPT_MAX = 50;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle] ?? Number.NaN;
  return ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

/** From the lowest to the highest value, as a part of the median. */
export function spread(values: readonly number[]): number {
  const middle = median(values);
  return middle === 0 ? 0 : (Math.max(...values) - Math.min(...values)) / middle;
}

/** "1.08 noise", "0.61 better", "1.90 worse", or "–" when there was none before. */
export function verdict(now: Figure, before: Figure | undefined): string {
  if (before === undefined) return "–";
  const ratio = median(now.values) / median(before.values);
  if (!Number.isFinite(ratio)) return "–";
  const text = ratio.toFixed(2);
  if (Math.abs(ratio - 1) < NOISE) return `${text} noise`;
  return `${text} ${ratio < 1 === (now.better === "lower") ? "better" : "worse"}`;
}

/** A table of the run, with the newest earlier value of each figure. */
export function tableOf(figures: readonly Figure[], before: readonly Saved[]): string {
  const rows = figures.map((figure) => {
    const earlier = newestOf(figure.name, before);
    return [
      figure.name,
      digits(median(figure.values)),
      figure.unit,
      `±${((spread(figure.values) / 2) * 100).toFixed(0)} %`,
      String(figure.values.length),
      earlier === undefined ? "" : digits(median(earlier.values)),
      verdict(figure, earlier),
    ];
  });
  const head = ["figure", "median", "unit", "spread", "runs", "before", "now/before"];
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const right = new Set([1, 3, 4, 5]);
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return right.has(column) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join("  ")
      .trimEnd();
  return [line(head), ...rows.map(line)].join("\n");
}

function newestOf(name: string, before: readonly Saved[]): Figure | undefined {
  for (const { figures } of before) {
    const found = figures.find((figure) => figure.name === name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function digits(value: number): string {
  if (value >= 1000) return String(Math.round(value));
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** Earlier runs of the folder, the newest first. */
export function savedRuns(folder: string): Saved[] {
  mkdirSync(folder, { recursive: true });
  return namesOf(folder)
    .reverse()
    .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as Saved);
}

/** Writes the run under its time; gives the file's path. */
export function save(folder: string, run: Saved): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${run.at.replaceAll(":", "-")}.json`);
  writeFileSync(file, `${JSON.stringify(run, null, 2)}\n`);
  for (const name of namesOf(folder).slice(0, -KEPT_MAX)) rmSync(join(folder, name));
  return file;
}

function namesOf(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort();
}
