/** Several processes of one kind under a supervisor: their keys, and what a worker knows of it. */
import cluster from "node:cluster";
import { z } from "zod";
import { count, duration } from "./config-values.ts";

/** For the keys of a process that can run as several. */
export const workersKey = count(1, { min: 1, max: 64 }).describe(
  "Processes that share the addresses, each with an id of its own (-1, -2, …), under a " +
    "supervisor; about one for each core. Worker n has its admin address 100 x n ports above " +
    "admin.addr, where the supervisor answers.",
);

export const supervisorSection = z
  .strictObject({
    restartFirst: duration("500ms", { min: "10ms", max: "1m" }).describe(
      "Pause before a worker that ended is started again; it doubles with each time.",
    ),
    restartMax: duration("10s", { min: "10ms", max: "10m" }).describe("Longest such pause."),
    healthyAfter: duration("30s", { min: "1s", max: "1h" }).describe(
      "A worker that lived so long starts again after the first pause.",
    ),
    stopMargin: duration("2s", { min: "0ms", max: "1m" }).describe(
      "Time that workers have above drainTimeout before they are killed.",
    ),
  })
  .describe("Workers, when there are more than one.");

/** Between the admin ports of two workers: goim's own ports lie closer together. */
const ADMIN_PORT_STEP = 100;

/** The part of a configuration that workers need. */
export interface WorkersConfig {
  readonly workers: number;
  readonly id: string;
  readonly admin: { readonly addr: { readonly host: string; readonly port: number } };
}

const ID_CHARACTERS_MAX = 60;

/** What is wrong with it, one sentence each. */
export function workersProblems({ workers, id, admin }: WorkersConfig): string[] {
  const problems: string[] = [];
  if (workers === 1) return problems;
  if (adminPortOf(admin.addr.port, workers) > 65535) {
    problems.push(`admin.addr leaves no ports for ${workers} workers, each 100 above the last`);
  }
  if (id.length > ID_CHARACTERS_MAX) {
    problems.push(`id has more than ${ID_CHARACTERS_MAX} characters: workers add their number`);
  }
  return problems;
}

/** The admin port of worker `n`, from 1; any free one stays any free one. */
export function adminPortOf(port: number, n: number): number {
  return port === 0 ? 0 : port + n * ADMIN_PORT_STEP;
}

/** Environment variable that tells a worker its number. */
export const WORKER_VARIABLE = "GOIM_WORKER";

/** What a worker says when it is ready, and what it is told to finish and end. */
export const READY_WORD = "goim ready";
export const DRAIN_WORD = "goim drain";

/** The number of this worker, from 1 and the same after a restart; undefined in other processes. */
export function workerNumber(): number | undefined {
  return cluster.isWorker ? Number(process.env[WORKER_VARIABLE]) : undefined;
}

export function tellReady(): void {
  if (cluster.isWorker) process.send?.(READY_WORD);
}

/** Calls `action` when the supervisor wants this worker to end. */
export function onDrainWord(action: () => void): void {
  if (!cluster.isWorker) return;
  process.on("message", (word) => {
    if (word === DRAIN_WORD) action();
  });
}
