/** A real nats-server for tests: loopback, a free port, its data in a folder of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect as dial } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findNatsServer } from "../../scripts/nats-server.ts";
import { freeze } from "./freeze.ts";
import { freePorts } from "./ports.ts";

export interface NatsOptions {
  /** Lines added to its configuration file. */
  readonly config?: string;
  readonly maxPayloadBytes?: number;
  /** A fixed port; default: a free one. */
  readonly port?: number;
}

export interface TestNats {
  readonly url: string;
  readonly port: number;
  /** State as JSON: `/varz`, `/jsz` … */
  readonly monitorPort: number;
  readonly pid: number | undefined;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
  /** Ends it at once (SIGKILL); port and data stay for `restart`. */
  kill(): Promise<void>;
  /** Starts it again on the same port and data; ends it (SIGKILL) first when it runs. */
  restart(options?: { wipe?: boolean }): Promise<void>;
  /** SIGSTOP: the sockets stay open and nothing answers. */
  pause(): void;
  resume(): void;
  /** The last lines it wrote. */
  logTail(): string;
}

const START_TIMEOUT_MS = 20_000;
const LOG_LINES_MAX = 200;

export async function startNats(options: NatsOptions = {}): Promise<TestNats> {
  const [free = 0, monitorPort = 0] = await freePorts(2);
  const port = options.port ?? free;
  const server = new ServerProcess(port, monitorPort, (dir) =>
    configText(port, monitorPort, dir, options),
  );
  await server.start();
  return server;
}

export interface TestNatsCluster {
  /** All addresses, comma separated. */
  readonly url: string;
  readonly servers: readonly TestNats[];
  stop(): Promise<void>;
}

/**
 * A cluster of `size` servers that has its JetStream leader; for streams with replicas. Without
 * `advertise` no client is told of the others' addresses.
 */
export async function startNatsCluster(
  size = 3,
  { advertise = true }: { readonly advertise?: boolean } = {},
): Promise<TestNatsCluster> {
  const ports = await freePorts(size * 3);
  const [clients, routes, monitors] = [0, 1, 2].map((part) =>
    ports.slice(part * size, (part + 1) * size),
  );
  const routeUrls = routes?.map((port) => `nats://127.0.0.1:${port}`).join(", ");
  const servers = Array.from({ length: size }, (_, index) => {
    const port = clients?.[index] ?? 0;
    const monitor = monitors?.[index] ?? 0;
    const listen = `listen: "127.0.0.1:${routes?.[index]}", no_advertise: ${!advertise}`;
    const extra = [
      `server_name: n${index}`,
      `cluster { name: test, ${listen}, routes: [${routeUrls}] }`,
    ];
    const config = extra.join("\n");
    return new ServerProcess(port, monitor, (dir) => configText(port, monitor, dir, { config }));
  });
  await Promise.all(servers.map((server) => server.start()));
  await clusterReady(monitors ?? []);
  return {
    url: servers.map((server) => server.url).join(","),
    servers,
    stop: async () => {
      await Promise.all(servers.map((server) => server.stop()));
    },
  };
}

function configText(port: number, monitor: number, dir: string, options: NatsOptions): string {
  return [
    `listen: "127.0.0.1:${port}"`,
    `http: "127.0.0.1:${monitor}"`,
    `jetstream { store_dir: "${join(dir, "data")}" }`,
    options.maxPayloadBytes === undefined ? "" : `max_payload: ${options.maxPayloadBytes}`,
    options.config ?? "",
  ].join("\n");
}

class ServerProcess implements TestNats {
  readonly port: number;
  readonly monitorPort: number;
  readonly #dir = mkdtempSync(join(tmpdir(), "goim-nats-"));
  readonly #configText: (dir: string) => string;
  #child: ChildProcess | undefined;
  #log: string[] = [];

  constructor(port: number, monitorPort: number, text: (dir: string) => string) {
    this.port = port;
    this.monitorPort = monitorPort;
    this.#configText = text;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async start(): Promise<void> {
    const { path } = await findNatsServer();
    const config = join(this.#dir, "nats.conf");
    writeFileSync(config, this.#configText(this.#dir));
    const child = spawn(path, ["-c", config], { stdio: ["ignore", "ignore", "pipe"] });
    this.#child = child;
    children.add(child);
    child.once("exit", () => children.delete(child));
    child.stderr?.on("data", (data: Buffer) => {
      this.#log.push(...data.toString("utf8").split("\n").filter(Boolean));
      this.#log = this.#log.slice(-LOG_LINES_MAX);
    });
    const deadline = performance.now() + START_TIMEOUT_MS;
    while (!(await answers(this.port))) {
      if (child.exitCode !== null || performance.now() > deadline) {
        throw new Error(`nats-server does not start:\n${this.logTail()}`);
      }
      await pause(20);
    }
  }

  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await exited;
  }

  async restart(options: { wipe?: boolean } = {}): Promise<void> {
    await this.kill();
    if (options.wipe === true) rmSync(join(this.#dir, "data"), { recursive: true, force: true });
    await this.start();
  }

  pause(): void {
    freeze(this.#child);
  }

  resume(): void {
    this.#child?.kill("SIGCONT");
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.#dir, { recursive: true, force: true });
  }

  logTail(): string {
    return this.#log.join("\n");
  }
}

/** What was started is ended with the test process, also when a test forgets to. */
const children = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of children) child.kill("SIGKILL");
});

/** Whether the server greets: an open port alone may belong to a server that is still loading. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = dial({ host: "127.0.0.1", port });
    const finish = (value: boolean) => {
      socket.destroy();
      resolve(value);
    };
    socket.once("data", (data) => finish(data.toString("latin1").startsWith("INFO")));
    socket.once("error", () => finish(false));
    socket.setTimeout(1000, () => finish(false));
  });
}

interface MetaState {
  readonly meta_cluster?: {
    readonly leader?: string;
    /** The other servers; only the leader knows all of them to be current. */
    readonly replicas?: readonly { readonly current: boolean }[];
  };
}

/** All know one leader, and the leader has all others up to date: before, requests get lost. */
async function clusterReady(monitorPorts: readonly number[]): Promise<void> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    const states = await Promise.all(
      monitorPorts.map(async (port) => {
        const response = await fetch(`http://127.0.0.1:${port}/jsz`);
        return ((await response.json()) as MetaState).meta_cluster;
      }),
    );
    const leaders = new Set(states.map((state) => state?.leader ?? ""));
    const complete = states.some((state) => {
      const current = state?.replicas?.filter((replica) => replica.current) ?? [];
      return current.length === monitorPorts.length - 1;
    });
    if (leaders.size === 1 && !leaders.has("") && complete) return;
    if (performance.now() > deadline) throw new Error("the cluster has no JetStream leader");
    await pause(50);
  }
}

/** Different free ports, all held at once while they are looked for. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
