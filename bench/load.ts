/** A system of the built processes on free ports, and `goim bench` against it. */
import { spawn } from "node:child_process";
import { constants, setPriority } from "node:os";
import { join } from "node:path";
import { ensureNatsServer } from "../scripts/nats-server.ts";
import type { Report } from "../src/bench/report.ts";
import { type System, startSystem } from "../test/harness/cluster.ts";
import type { NodeProcess } from "../test/harness/node-process.ts";
import { workerAdmin, workerPid, workersReady } from "../test/harness/workers.ts";
import { guard, guardedEnv } from "./guard.ts";

type Kind = "comet" | "logic";

export interface LoadOptions {
  readonly store: "kv" | "redis";
  /** Processes of each. */
  readonly workers: Readonly<Record<Kind, number>>;
  /** With signed tokens, a key of the HTTP API, 10,000 words, and rate limits. */
  readonly guarded?: boolean;
}

/** Further settings from the environment of the caller: `GOIM_…` reaches the processes. */
export async function startLoadSystem(options: LoadOptions): Promise<System> {
  const { store, workers, guarded = false } = options;
  if (guarded) Object.assign(process.env, guardedEnv());
  process.env.GOIM_TEST_DIST = "1";
  process.env.GOIM_NATS_SERVER = (await ensureNatsServer(() => {})).path;
  const env = Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => {
      const own = name.startsWith("GOIM_") && !/^GOIM_(TEST_|NATS_)/.test(name);
      return (own || name === "BENCH_HOPS") && value !== undefined ? [[name, value]] : [];
    }),
  );
  const envOf = {
    "comet-1": { GOIM_WORKERS: String(workers.comet) },
    "logic-1": { GOIM_WORKERS: String(workers.logic) },
  };
  const nodeArgsOf = Object.fromEntries(
    ["logic", "job", "comet"].map((name) => [
      `${name}-1`,
      [...nodeArguments, ...nodeArgumentsOf(name), ...profile(name), ...watch()],
    ]),
  );
  const system = await startSystem({ store, env, envOf, nodeArgsOf });
  if (workers.comet > 1) await workersReady(system.comets[0]);
  if (workers.logic > 1) await workersReady(system.logics[0]);
  // For the load tool, which is started with this environment.
  if (guarded) process.env.GOIM_API_KEY = await guard(system);
  return system;
}

/** The arguments of `goim bench` with all addresses and process ids of the system. */
export function loadArguments(
  system: System,
  args: readonly string[],
  workers: LoadOptions["workers"],
): string[] {
  const [comet] = system.comets;
  const [logic] = system.logics;
  const [job] = system.jobs;
  const pids = [...pidsOf("comet", comet, workers), ...pidsOf("logic", logic, workers)];
  pids.push(`job=${job.pid}`, `nats=${system.nats.pid}`, "load=self");
  const all = [...args, "--logic", logic.http, "--pids", pids.join(",")];
  if (args[0] === "push") return all;
  const admins = [...adminsOf(comet, workers.comet), ...adminsOf(logic, workers.logic), job.admin];
  const url = args.includes("tcp") ? comet.tcp : comet.ws;
  return [...all, "--url", url, "--admin", admins.join(",")];
}

export interface RunOptions {
  /** Keeps what it prints instead of showing it. */
  readonly keep: boolean;
  /**
   * Called when its first messages were pushed. Its progress is not shown then, and it gets what
   * the system and another load leave of the cores: it stands for clients that are elsewhere.
   */
  readonly onPushed?: () => void;
}

/** Progress of a run that pushes, as src/bench/progress.ts has it. */
const PUSHED = /\b[1-9]\d* pushed/;

/** Runs it to its end. */
export async function runLoad(
  args: readonly string[],
  options: RunOptions,
): Promise<{ readonly code: number; readonly stdout: string }> {
  const entry = process.env.BENCH_GOIM ?? "dist/bin/goim.js";
  const quiet = options.keep || process.env.BENCH_QUIET === "1";
  const { onPushed } = options;
  const stderr = onPushed !== undefined ? "pipe" : quiet ? "ignore" : "inherit";
  const load = spawn(process.execPath, [...profile("load"), ...watch(), entry, "bench", ...args], {
    stdio: ["ignore", options.keep ? "pipe" : "inherit", stderr],
  });
  if (onPushed !== undefined && load.pid !== undefined) {
    setPriority(load.pid, constants.priority.PRIORITY_LOW);
  }
  load.stderr?.setEncoding("utf8").on("data", (text: string) => {
    if (PUSHED.test(text)) onPushed?.();
  });
  let stdout = "";
  load.stdout?.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  const code = await new Promise<number>((resolve) => {
    load.once("close", (ended) => resolve(ended ?? 1));
  });
  return { code, stdout };
}

/** Fails when anything acknowledged was lost, doubled or out of order. */
export async function reportOf(args: readonly string[]): Promise<Report> {
  const { code, stdout } = await runLoad([...args, "--json"], { keep: true });
  if (code !== 0) throw new Error(`goim bench ${args.join(" ")} ended with ${code}\n${stdout}`);
  return JSON.parse(stdout) as Report;
}

/** `BENCH_NODE_ARGS="--max-semi-space-size=64"`: of node, for the processes of the system. */
const nodeArguments = (process.env.BENCH_NODE_ARGS ?? "").split(" ").filter(Boolean);
/** The same for one kind: `BENCH_NODE_ARGS_COMET`. */
const nodeArgumentsOf = (kind: string) =>
  (process.env[`BENCH_NODE_ARGS_${kind.toUpperCase()}`] ?? "").split(" ").filter(Boolean);
const profiled = (process.env.BENCH_PROFILE ?? "").split(",");

function profile(name: string): string[] {
  if (!profiled.includes(name)) return [];
  // The clients of the load tool are in threads, each with a profile of its own.
  const named = name === "load" ? [] : [`--cpu-prof-name=${name}.cpuprofile`];
  return ["--cpu-prof", "--cpu-prof-dir=.cache/profiles", ...named];
}

/** Arguments that have a process write down when messages pass it: bench/hops.ts. */
function watch(): string[] {
  if (process.env.BENCH_HOPS === undefined) return [];
  return ["--require", join(import.meta.dirname, "hops-hook.cjs")];
}

function numbersTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

function pidsOf(kind: Kind, of: NodeProcess, workers: LoadOptions["workers"]): string[] {
  if (workers[kind] === 1) return [`${kind}=${of.pid}`];
  const each = numbersTo(workers[kind]).map((n) => `${kind}-${n}=${workerPid(of, n)}`);
  return [`${kind}-supervisor=${of.pid}`, ...each];
}

function adminsOf(of: NodeProcess & { readonly admin: string }, workers: number): string[] {
  return workers === 1 ? [of.admin] : numbersTo(workers).map((n) => workerAdmin(of, n));
}
