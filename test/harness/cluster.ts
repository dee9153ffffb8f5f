import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { nodeArgumentsOf } from "../../src/kit/node-arguments.ts";
import { startNats, type TestNats } from "./nats.ts";
import { NodeProcess } from "./node-process.ts";
import { startRedis, type TestRedis } from "./redis.ts";

export interface SystemOptions {
  /** How many of each, one at least. Default 1. */
  readonly comets?: number;
  readonly logics?: number;
  readonly jobs?: number;
  /** Where sessions live. Default "kv"; "redis" starts a Redis as well. */
  readonly store?: "kv" | "redis";
  /** Environment of every process, over what the harness sets. */
  readonly env?: Readonly<Record<string, string>>;
  /** Further environment by process: "comet-1", "logic-2", "job-1". */
  readonly envOf?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Arguments of node itself, by process. */
  readonly nodeArgsOf?: Readonly<Record<string, readonly string[]>>;
  /** One that runs already; it is not stopped with the system. Default: a new one. */
  readonly nats?: TestNats;
  /** Where the comets find NATS, for a proxy in between. Default: at `nats`. */
  readonly cometNatsUrl?: string;
  /** Bound of each process's start. Default 30 s. */
  readonly readyTimeoutMs?: number;
}

/** A process of the system: kill9, terminate, pause, resume, restart, logs. */
export class CometProcess extends NodeProcess {
  /** For connectClient: ws://host:port/sub. */
  get ws(): string {
    return `ws://${this.address("ws")}/sub`;
  }

  /** For connectClient: tcp://host:port. */
  get tcp(): string {
    return `tcp://${this.address("tcp")}`;
  }

  get admin(): string {
    return `http://${this.address("admin")}`;
  }
}

export class LogicProcess extends NodeProcess {
  /** http://host:port, without a slash at the end. */
  get http(): string {
    return `http://${this.address("http")}`;
  }

  get admin(): string {
    return `http://${this.address("admin")}`;
  }
}

export class JobProcess extends NodeProcess {
  get admin(): string {
    return `http://${this.address("admin")}`;
  }
}

type Some<T> = readonly [T, ...T[]];

/** A whole system of real processes on loopback. */
export interface System {
  readonly nats: TestNats;
  readonly redis: TestRedis | undefined;
  readonly comets: Some<CometProcess>;
  readonly logics: Some<LogicProcess>;
  readonly jobs: Some<JobProcess>;
  /** Ends everything that was started, processes first. */
  stop(): Promise<void>;
  /** Logs of everything, to print when a test fails. */
  logs(): string;
}

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const anyPort = "127.0.0.1:0";
/** From SIGTERM to SIGKILL at the end of a test, ms. */
const stopTimeoutMs = 5000;

/**
 * Starts nats-server (and redis-server), then logics, jobs and comets, and resolves when all are
 * ready. After a failed start nothing is left running.
 */
export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const nats = options.nats ?? (await startNats());
  let redis: TestRedis | undefined;
  const processes: NodeProcess[] = [];
  const stop = async () => {
    await Promise.all(processes.map(endSoon));
    await Promise.all([options.nats === undefined ? nats.stop() : undefined, redis?.stop()]);
  };
  try {
    redis = options.store === "redis" ? await startRedis() : undefined;
    const shared = sharedEnv(nats.url, redis, options);
    const of = (kind: Kind, n: number) => processOptions(kind, n, shared, options);
    const logics = some(options.logics, (n) => new LogicProcess(of("logic", n)));
    const jobs = some(options.jobs, (n) => new JobProcess(of("job", n)));
    const comets = some(options.comets, (n) => new CometProcess(of("comet", n)));
    processes.push(...logics, ...jobs, ...comets);
    const started = await Promise.allSettled(processes.map((one) => one.start()));
    const failed = started.find((outcome) => outcome.status === "rejected");
    if (failed !== undefined) throw failed.reason;
    const logs = () => processes.map((one) => one.logs()).join("\n");
    return { nats, redis, comets, logics, jobs, stop, logs };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Kind = "comet" | "logic" | "job";

/** Name in the `listen` line and environment variable of each address. */
const addressesOf: Readonly<Record<Kind, Readonly<Record<string, string>>>> = {
  comet: { ws: "GOIM_COMET_WS", tcp: "GOIM_COMET_TCP", admin: "GOIM_COMET_ADMIN" },
  logic: { http: "GOIM_LOGIC_HTTP", admin: "GOIM_LOGIC_ADMIN" },
  job: { admin: "GOIM_JOB_ADMIN" },
};

function processOptions(
  kind: Kind,
  n: number,
  shared: Readonly<Record<string, string>>,
  options: SystemOptions,
) {
  const name = `${kind}-${n}`;
  const addresses = addressesOf[kind];
  const anywhere = Object.fromEntries(Object.values(addresses).map((key) => [key, anyPort]));
  const env: Record<string, string> = { ...shared, ...anywhere, ...options.env };
  if (kind === "comet") {
    env.GOIM_COMET_ID = name;
    if (options.cometNatsUrl !== undefined) env.GOIM_NATS_URL = options.cometNatsUrl;
  }
  return {
    name,
    args: [...nodeArgumentsOf(kind), ...(options.nodeArgsOf?.[name] ?? []), ...entry(), kind],
    cwd: root,
    env: { ...env, ...options.envOf?.[name] },
    addresses,
    readyTimeoutMs: options.readyTimeoutMs ?? 30_000,
  };
}

function entry(): string[] {
  if (process.env.GOIM_TEST_DIST !== "1") return ["--import", "tsx", "src/bin/goim.ts"];
  const built = join("dist", "bin", "goim.js");
  if (existsSync(join(root, built))) return [built];
  throw new Error(`GOIM_TEST_DIST=1, but there is no ${built}: run "npm run build" first`);
}

/** Nothing of the caller's own GOIM_*, REGION and the like may reach a process under test. */
function sharedEnv(
  natsUrl: string,
  redis: TestRedis | undefined,
  options: SystemOptions,
): Record<string, string> {
  const env: Record<string, string> = { GOIM_NATS_URL: natsUrl };
  for (const name of ["PATH", "HOME", "TMPDIR", "LANG", "TZ"]) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  if (options.store !== undefined) env.GOIM_SESSION_STORE = options.store;
  if (redis !== undefined) env.GOIM_REDIS_ADDR = redis.addr;
  return env;
}

/** `make` of 1, 2, … `count`. */
function some<T>(count: number | undefined, make: (n: number) => T): Some<T> {
  const rest = Array.from({ length: Math.max(0, (count ?? 1) - 1) }, (_, index) => make(index + 2));
  return [make(1), ...rest];
}

async function endSoon(one: NodeProcess): Promise<void> {
  const timer = setTimeout(() => void one.kill9(), stopTimeoutMs);
  await one.terminate();
  clearTimeout(timer);
}
