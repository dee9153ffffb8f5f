/** What the processes say about themselves: memory, and counters that show what was exercised. */
import { readFileSync } from "node:fs";
import type { System } from "../harness/cluster.ts";
import type { NodeProcess } from "../harness/node-process.ts";

export function processesOf(system: System): readonly NodeProcess[] {
  return [...system.comets, ...system.logics, ...system.jobs];
}

/** Most memory of each process so far, MB. */
export class MemoryWatch {
  readonly peaks = new Map<string, number>();

  look(processes: readonly NodeProcess[]): void {
    for (const one of processes) {
      if (!one.alive) continue;
      const mb = residentMb(one.pid);
      if (mb > (this.peaks.get(one.name) ?? 0)) this.peaks.set(one.name, mb);
    }
  }
}

function residentMb(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024);
  } catch {
    return 0;
  }
}

/** Counters that say whether faults had an effect. Those of killed processes are gone with them. */
const telling = [
  /^comet_(room|all|user|mail)_(repairs|repaired_entries|casts_duplicate)_total$/,
  /^comet_(room|all|user|mail)_(truncations|resets|held_overflows)_total$/,
  /^comet_room_(resumed|dropped_\w+|checks)_total$/,
  /^comet_(room|all)_digests_(missed|asked|lost)_total$/,
  /^job_(?!.*(read|cast)).*_total$/,
];

/** Sums over all processes, those above 0. */
export async function counters(system: System): Promise<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const { admin } of [...system.comets, ...system.jobs]) {
    const text = await fetch(`${admin}/metrics`).then((answer) => answer.text());
    for (const [, name = "", value] of text.matchAll(/^goim_(\w+)(?:\{[^}]*\})? (\d+)/gm)) {
      if (!telling.some((pattern) => pattern.test(name))) continue;
      sums[name] = (sums[name] ?? 0) + Number(value);
    }
  }
  return Object.fromEntries(Object.entries(sums).filter(([, sum]) => sum > 0));
}
