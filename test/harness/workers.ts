import type { NodeProcess } from "./node-process.ts";
import { waitFor } from "./wait.ts";

/** Resolves when the supervisor has said that all its workers are ready. */
export async function workersReady(of: NodeProcess, timeoutMs = 30_000): Promise<void> {
  const said = () => of.logged({ ready: true, pid: of.pid }).length > 0;
  await waitFor(said, { timeoutMs, describe: () => `workers\n${of.logs()}` });
}

/** http://host:port of worker `n`, as it is since its last start, or of the supervisor. */
export function workerAdmin(of: NodeProcess, n?: number): string {
  const lines = of.logged({ listen: "admin" }).filter((line) => line.worker === n);
  return `http://${lines.at(-1)?.address}`;
}

/** The process id of worker `n`. */
export function workerPid(of: NodeProcess, n: number): number {
  const [pid] = of.logged({ worker: n }).slice(-1);
  if (pid === undefined) throw new Error(`${of.name} has no worker ${n}`);
  return Number(pid.pid);
}
