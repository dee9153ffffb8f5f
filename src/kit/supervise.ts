/** `goim comet --workers N`: the supervisor as a process, its workers forked by node:cluster. */
import cluster from "node:cluster";
import { createServer } from "node:net";
import type { Address, ProcessName } from "./config.ts";
import { hostOf, logOptionsOf } from "./config-common.ts";
import { addressText } from "./config-values.ts";
import { GoimError, messageOf } from "./errors.ts";
import type { LogLevel } from "./log.ts";
import { nodeArgumentsOf } from "./node-arguments.ts";
import { runProcess } from "./process.ts";
import { createSupervisor, type Worker, type WorkerEvents } from "./supervisor.ts";
import {
  adminPortOf,
  DRAIN_WORD,
  READY_WORD,
  WORKER_VARIABLE,
  type WorkersConfig,
} from "./workers.ts";

/** What the supervisor reads of a process's configuration. */
export interface SuperviseConfig extends WorkersConfig {
  readonly host: string;
  readonly debug: boolean;
  readonly log: { readonly level: LogLevel; readonly pretty: boolean };
  readonly drainTimeout: number;
  readonly supervisor: {
    readonly restartFirst: number;
    readonly restartMax: number;
    readonly healthyAfter: number;
    readonly stopMargin: number;
  };
}

/** Keys with the addresses that all workers listen on, the one that names the process first. */
export type SharedAddresses = readonly (readonly [key: string, addresses: readonly Address[]])[];

/** The lifecycle gives drains this part of its time (kit/lifecycle.ts). */
const DRAIN_SHARE = 0.8;

/** Runs until a signal ends it; never returns to the caller. */
export async function supervise(
  name: ProcessName,
  config: SuperviseConfig,
  shared: SharedAddresses,
): Promise<void> {
  const { supervisor: times, workers } = config;
  const drainMs = config.drainTimeout + times.stopMargin;
  const options = {
    name,
    log: logOptionsOf(config),
    adminAddr: config.admin.addr,
    drainTimeoutMs: Math.ceil(drainMs / DRAIN_SHARE),
  };
  await runProcess(options, async ({ log, clock, metrics, admin }) => {
    const fixed = await fixAddresses(shared);
    const id = config.id === "" ? `${hostOf(config)}-${firstPort(fixed)}` : config.id;
    const supervisor = createSupervisor(
      { ...times, workers },
      {
        fork: (n, events) => forkWorker(name, n, argumentsOf(n, id, config, fixed), events),
        ...{ log, clock, metrics },
      },
    );
    admin.addCheck("workers", () => supervisor.notReady());
    for (const [key, addresses] of fixed) {
      log.info({ shared: key, addresses: addresses.map(addressText), workers }, "shared");
    }
    return [supervisor];
  });
}

/** The command line of worker `n`: ours, with what is its own at the end, where it is strongest. */
function argumentsOf(
  n: number,
  id: string,
  { admin }: SuperviseConfig,
  fixed: SharedAddresses,
): string[] {
  const adminAddr = { host: admin.addr.host, port: adminPortOf(admin.addr.port, n) };
  const own = [
    `id=${id}-${n}`,
    `admin.addr=${addressText(adminAddr)}`,
    ...fixed.map(([key, addresses]) => `${key}=${addresses.map(addressText).join(",")}`),
  ];
  return [...process.argv.slice(2), ...own.flatMap((setting) => ["--set", setting])];
}

function forkWorker(name: ProcessName, n: number, args: string[], events: WorkerEvents): Worker {
  cluster.setupPrimary({ args, execArgv: [...nodeArgumentsOf(name), ...process.execArgv] });
  const worker = cluster.fork({ [WORKER_VARIABLE]: String(n) });
  worker.on("message", (word) => {
    if (word === READY_WORD) events.onReady();
  });
  worker.once("exit", (code: number | null, signal: string | null) => {
    events.onExit({ code, signal });
  });
  // A message to one that is ending meanwhile fails; its exit tells the rest.
  worker.on("error", () => {});
  return {
    pid: worker.process.pid,
    drain: () => {
      if (worker.isConnected()) worker.send(DRAIN_WORD);
    },
    terminate: () => worker.process.kill("SIGTERM"),
    kill: () => worker.process.kill("SIGKILL"),
  };
}

/**
 * The addresses with a free port where any was wanted. Refuses one that is in use: the workers
 * would share a WebSocket port with a stranger, to whom the kernel would give half of the clients.
 */
async function fixAddresses(shared: SharedAddresses): Promise<SharedAddresses> {
  const fixed: [string, Address[]][] = [];
  for (const [key, addresses] of shared) {
    const ports: Address[] = [];
    for (const address of addresses) ports.push(await freeAddress(key, address));
    fixed.push([key, ports]);
  }
  return fixed;
}

function freeAddress(key: string, { host, port }: Address): Promise<Address> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (cause: NodeJS.ErrnoException) => {
      const why = cause.code === "EADDRINUSE" ? "is in use by another process" : messageOf(cause);
      const text = addressText({ host, port });
      reject(new GoimError("unavailable", `${text} (${key}): ${why}`, { cause }));
    });
    probe.listen({ host, port }, () => {
      const bound = probe.address();
      const found = typeof bound === "object" && bound !== null ? bound.port : port;
      probe.close(() => resolve({ host, port: found }));
    });
  });
}

function firstPort(shared: SharedAddresses): number {
  return shared.flatMap(([, addresses]) => addresses)[0]?.port ?? 0;
}
