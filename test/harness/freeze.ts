import type { ChildProcess } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** A signal takes its time on a busy machine; more than this means that it was lost. */
const STOPPED_WITHIN_MS = 5_000;

/** Whether every thread of the process is stopped ("T" behind the name in brackets). */
function allStopped(pid: number): boolean {
  return readdirSync(`/proc/${pid}/task`).every((thread) => {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, "utf8");
    return stat.charAt(stat.lastIndexOf(")") + 2) === "T";
  });
}

/**
 * SIGSTOP: its sockets stay open and nothing happens. Returns when every thread stands still,
 * because a thread on the other core may answer one more request after the signal was sent.
 */
export function freeze(child: ChildProcess | undefined): void {
  if (child?.pid === undefined) return;
  child.kill("SIGSTOP");
  const until = performance.now() + STOPPED_WITHIN_MS;
  while (!allStopped(child.pid)) {
    if (performance.now() > until) throw new Error(`process ${child.pid} does not stop`);
  }
}
