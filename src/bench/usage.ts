import { readFileSync } from "node:fs";
import { GoimError } from "../kit/errors.ts";

export interface Usage {
  readonly cpuSeconds: number;
  readonly rssBytes: number;
}

/** Named processes: `comet=123,nats=456`. */
export type Pids = ReadonlyMap<string, number>;

/** sysconf(_SC_CLK_TCK), which Linux has fixed at 100 for programs. */
const TICKS_PER_SECOND = 100;

/** CPU time since its start and resident memory of a process, from Linux's /proc. */
export function usageOf(pid: number, read: (path: string) => string = readText): Usage {
  try {
    const stat = read(`/proc/${pid}/stat`);
    // The name, in brackets, may hold spaces: fields are counted behind it; utime is the 12th
    // there.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const ticks = Number(fields[11]) + Number(fields[12]);
    const rss = /VmRSS:\s+(\d+) kB/.exec(read(`/proc/${pid}/status`))?.[1];
    return { cpuSeconds: ticks / TICKS_PER_SECOND, rssBytes: Number(rss ?? 0) * 1024 };
  } catch (error) {
    throw new GoimError("invalid", `process ${pid} cannot be read from /proc`, { cause: error });
  }
}

export function usageOfAll(pids: Pids): Map<string, Usage> {
  return new Map([...pids].map(([name, pid]) => [name, usageOf(pid)]));
}

/** Of those that still run: a process may be killed during a run, on purpose or not. */
export function usageOfLiving(pids: Pids): Map<string, Usage> {
  const living = new Map<string, Usage>();
  for (const [name, pid] of pids) {
    try {
      living.set(name, usageOf(pid));
    } catch {
      // It is left out of the report.
    }
  }
  return living;
}

function readText(path: string): string {
  return readFileSync(path, "utf8");
}
