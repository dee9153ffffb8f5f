/** Whether the memory of processes grows: samples while a load runs, a trend at its end. */
import { median } from "../bench/results.ts";
import { type Pids, usageOfLiving } from "../src/bench/usage.ts";

/** One reading; bytes at milliseconds of any clock. */
export interface Sample {
  readonly atMs: number;
  readonly bytes: number;
}

export interface Trend {
  /** The middle of what was resident after the warm-up. */
  readonly medianBytes: number;
  readonly percentPerHour: number;
}

const HOUR_MS = 3_600_000;
const MIB = 1024 * 1024;

/**
 * The trend of the floors: the least of every window (garbage comes and goes within one), through
 * which goes the median of the slopes between all pairs (Theil and Sen), so that a single jump does
 * not bend it. Undefined for less than three windows.
 */
export function trendOf(samples: readonly Sample[], windowMs: number): Trend | undefined {
  const floors = new Map<number, Sample>();
  for (const sample of samples) {
    const window = Math.floor((sample.atMs - (samples[0]?.atMs ?? 0)) / windowMs);
    const floor = floors.get(window);
    if (floor === undefined || sample.bytes < floor.bytes) floors.set(window, sample);
  }
  const points = [...floors.values()];
  if (points.length < 3) return undefined;
  const slopes = points.flatMap((a, n) =>
    points.slice(n + 1).map((b) => (b.bytes - a.bytes) / (b.atMs - a.atMs)),
  );
  const medianBytes = median(points.map(({ bytes }) => bytes));
  return { medianBytes, percentPerHour: (median(slopes) * HOUR_MS * 100) / medianBytes };
}

export interface MemoryWatch {
  /** One line per process; ends the sampling. */
  stop(): string[];
}

/** Reads resident memory every `everyMs` and leaves the first `warmUpMs` out of the trend. */
export function watchMemory(
  pids: () => Pids,
  options: { readonly everyMs: number; readonly warmUpMs: number; readonly windowMs: number },
): MemoryWatch {
  const startedMs = performance.now();
  const samples = new Map<string, Sample[]>();
  const timer = setInterval(() => {
    const atMs = performance.now() - startedMs;
    for (const [name, { rssBytes }] of usageOfLiving(pids())) {
      const own = samples.get(name) ?? [];
      own.push({ atMs, bytes: rssBytes });
      samples.set(name, own);
    }
  }, options.everyMs);
  return {
    stop: () => {
      clearInterval(timer);
      return [...samples].map(([name, own]) => line(name, own, options));
    },
  };
}

function line(
  name: string,
  samples: readonly Sample[],
  { warmUpMs, windowMs }: { readonly warmUpMs: number; readonly windowMs: number },
): string {
  const warm = samples.filter(({ atMs }) => atMs >= warmUpMs);
  const trend = trendOf(warm, windowMs);
  const last = samples.at(-1)?.bytes ?? 0;
  const now = `${(last / MIB).toFixed(1)} MiB at the end`;
  if (trend === undefined) return `memory ${name}: ${now}; too short for a trend`;
  const { medianBytes, percentPerHour } = trend;
  const read = warm.map(({ bytes }) => bytes / MIB);
  const range = `${Math.min(...read).toFixed(1)} to ${Math.max(...read).toFixed(1)}`;
  const slope = `${percentPerHour.toFixed(2)} % per hour of ${(medianBytes / MIB).toFixed(1)} MiB`;
  return `memory ${name}: ${slope} (${range}); ${now}`;
}
