import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findTool, redisServer } from "../../scripts/tools.ts";
import { freeze } from "./freeze.ts";
import { freePort } from "./ports.ts";
import { waitFor } from "./wait.ts";

export interface RedisOptions {
  /** Password asked of clients (requirepass). */
  readonly auth?: string;
  /** A fixed port; default: a free one. */
  readonly port?: number;
  /** Further arguments of redis-server. */
  readonly args?: readonly string[];
}

/** A real redis-server on loopback without persistence: started again, it is empty. */
export interface TestRedis {
  /** host:port. */
  readonly addr: string;
  readonly port: number;
  readonly pid: number;
  /** Ends it with SIGTERM and removes its folder. */
  stop(): Promise<void>;
  /** Ends it with SIGKILL; `restart` brings an empty one back on the same port. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  /** SIGSTOP: the port accepts connections, nothing answers. */
  pause(): void;
  resume(): void;
  logTail(): string;
}

/** What was started is ended with the test process, also when a test forgets to. */
const children = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of children) child.kill("SIGKILL");
});

const startTries = 5;
const logLinesMax = 200;

/** Path of redis-server: GOIM_REDIS_SERVER, PATH, the usual folders. Throws when there is none. */
export function findRedisServer(): string {
  const found = findTool(redisServer);
  if (found !== undefined) return found;
  const named = process.env.GOIM_REDIS_SERVER;
  throw new Error(
    named === undefined
      ? "redis-server was not found in PATH or the sbin folders. Install it " +
          "(Debian, Ubuntu: apt-get install redis-server) or name it in GOIM_REDIS_SERVER."
      : `GOIM_REDIS_SERVER names ${named}, which cannot be executed.`,
  );
}

interface Running {
  readonly child: ChildProcess;
  readonly pid: number;
}

/** Starts a redis-server on a free port; resolves when it answers. */
export async function startRedis(options: RedisOptions = {}): Promise<TestRedis> {
  const binary = findRedisServer();
  const folder = await mkdtemp(join(tmpdir(), "goim-redis-"));
  const lines: string[] = [];

  const launch = async (port: number): Promise<Running> => {
    const args = ["--bind", "127.0.0.1", "--port", String(port), "--dir", folder];
    args.push("--save", "", "--appendonly", "no", "--daemonize", "no");
    if (options.auth !== undefined) args.push("--requirepass", options.auth);
    const child = spawn(binary, [...args, ...(options.args ?? [])], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    children.add(child);
    child.once("exit", () => children.delete(child));
    const keep = (chunk: Buffer) => {
      lines.push(...chunk.toString().split("\n").filter(Boolean));
      lines.splice(0, Math.max(0, lines.length - logLinesMax));
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    await once(child, "spawn");
    if (child.pid === undefined) throw new Error("redis-server has no pid");
    try {
      await waitFor(() => ended(child) || answers(port), { describe: "redis-server to answer" });
    } catch (error) {
      await end(child, "SIGKILL");
      throw error;
    }
    if (ended(child)) throw new Error(`redis-server ended at once:\n${lines.join("\n")}`);
    return { child, pid: child.pid };
  };

  let { port, running } = await onFreePort(launch, options.port);
  return {
    port,
    addr: `127.0.0.1:${port}`,
    get pid() {
      return running.pid;
    },
    stop: async () => {
      await end(running.child, "SIGTERM");
      await rm(folder, { recursive: true, force: true });
    },
    kill: () => end(running.child, "SIGKILL"),
    restart: async () => {
      await end(running.child, "SIGKILL");
      running = await launch(port);
    },
    pause: () => freeze(running.child),
    resume: () => running.child.kill("SIGCONT"),
    logTail: () => lines.join("\n"),
  };
}

/** Another process may take the free port first, so a start is tried a few times. */
async function onFreePort(
  launch: (port: number) => Promise<Running>,
  fixed: number | undefined,
): Promise<{ port: number; running: Running }> {
  for (let attempt = 1; ; attempt++) {
    const port = fixed ?? (await freePort());
    try {
      return { port, running: await launch(port) };
    } catch (error) {
      if (fixed !== undefined || attempt === startTries) throw error;
    }
  }
}

function ended(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (ended(child)) return;
  const exit = once(child, "exit");
  child.kill(signal);
  // A stopped process takes no other signal than SIGKILL until it goes on.
  child.kill("SIGCONT");
  await exit;
}

/** Whether something on `port` speaks Redis: an error about a password is an answer too. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: "127.0.0.1", port }, () => socket.write("PING\r\n"));
    const done = (good: boolean) => {
      socket.destroy();
      resolve(good);
    };
    socket.setTimeout(1000, () => done(false));
    socket.once("error", () => done(false));
    socket.once("close", () => resolve(false));
    socket.once("data", (data) => done(/^(\+PONG|-NOAUTH)/.test(data.toString())));
  });
}
