import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { freeze } from "./freeze.ts";
import { freePort } from "./ports.ts";
import { waitFor } from "./wait.ts";

export interface NodeProcessOptions {
  /** For messages: "comet-1". */
  readonly name: string;
  /** Arguments of node. */
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment of the process. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * Names of `{"listen": name}` lines and the variable that sets that address, so that a restart
   * listens where the first start did.
   */
  readonly addresses: Readonly<Record<string, string>>;
  readonly readyTimeoutMs: number;
}

/** How a process ended. */
export interface ExitOf {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const logLinesMax = 2000;
const ANY_PORT = "127.0.0.1:0";

/** What was started is ended with the test process, also when a test forgets to. */
const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** One of our processes under test: a real one, known by its pid, its JSON log lines kept. */
export class NodeProcess {
  readonly name: string;
  /** Addresses by the name in its `listen` lines: ws, tcp, http, admin. */
  readonly listens = new Map<string, string>();
  readonly #options: NodeProcessOptions;
  readonly #lines: string[] = [];
  #child: ChildProcess | undefined;
  #ready = false;

  constructor(options: NodeProcessOptions) {
    this.name = options.name;
    this.#options = options;
  }

  /** Throws when it does not run. */
  get pid(): number {
    if (!this.alive || this.#child?.pid === undefined)
      throw new Error(`${this.name} is not running`);
    return this.#child.pid;
  }

  get alive(): boolean {
    const child = this.#child;
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  /** Address of a listener of the last start, host:port. */
  address(listen: string): string {
    const found = this.listens.get(listen);
    if (found === undefined) throw new Error(`${this.name} has not said where ${listen} listens`);
    return found;
  }

  /**
   * Resolves when it has said that it is ready. Fails, with its log, when it ends or takes long.
   */
  async start(): Promise<void> {
    await this.#choosePorts();
    this.launch();
    await this.ready();
  }

  /** A port of our choice in place of "any": a restart finds it free. */
  async #choosePorts(): Promise<void> {
    const { addresses, env } = this.#options;
    for (const [listen, variable] of Object.entries(addresses)) {
      if (env[variable] !== ANY_PORT || this.listens.has(listen)) continue;
      this.listens.set(listen, `127.0.0.1:${await freePort()}`);
    }
  }

  /** Starts it without waiting. */
  launch(): void {
    if (this.alive) throw new Error(`${this.name} runs already`);
    const { args, cwd, env, addresses } = this.#options;
    const kept: Record<string, string> = {};
    for (const [listen, address] of this.listens) {
      const variable = addresses[listen];
      if (variable !== undefined) kept[variable] = address;
    }
    this.#ready = false;
    const child = spawn(process.execPath, args, {
      cwd,
      env: { ...env, ...kept },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    running.add(child);
    child.once("exit", () => running.delete(child));
    child.once("error", (error) => this.#keep(`cannot be started: ${error.message}`));
    createInterface({ input: child.stdout }).on("line", (line) => this.#read(line));
    createInterface({ input: child.stderr }).on("line", (line) => this.#keep(line));
  }

  async ready(): Promise<void> {
    try {
      await waitFor(() => this.#ready || !this.alive, {
        timeoutMs: this.#options.readyTimeoutMs,
        describe: `${this.name} to be ready`,
      });
      if (!this.#ready) throw new Error(`${this.name} ended before it was ready`);
    } catch (error) {
      throw new Error(`${error instanceof Error ? error.message : error}\n${this.logs()}`);
    }
  }

  /** SIGKILL; resolves when it is gone. */
  kill9(): Promise<ExitOf> {
    return this.#end("SIGKILL");
  }

  /** SIGTERM; resolves when it is gone. A second call of it is a second SIGTERM. */
  terminate(): Promise<ExitOf> {
    return this.#end("SIGTERM");
  }

  /** SIGSTOP: its sockets stay open and nothing happens. */
  pause(): void {
    freeze(this.#child);
  }

  resume(): void {
    this.#child?.kill("SIGCONT");
  }

  /** Ends it with SIGKILL if it runs; starts it again on the same addresses. */
  async restart(): Promise<void> {
    await this.kill9();
    await this.start();
  }

  /** The last lines it wrote, over all its starts. */
  logs(): string {
    return this.#lines.map((line) => `[${this.name}] ${line}`).join("\n");
  }

  /** Its JSON lines that have all these fields, oldest first. */
  logged(fields: Readonly<Record<string, unknown>>): Record<string, unknown>[] {
    const wanted = Object.entries(fields);
    return this.#lines
      .map(parseLine)
      .filter((line) => line !== undefined)
      .filter((line) => wanted.every(([key, value]) => line[key] === value));
  }

  async #end(signal: NodeJS.Signals): Promise<ExitOf> {
    const child = this.#child;
    if (child === undefined) return { code: null, signal: null };
    if (this.alive) {
      const exit = once(child, "exit");
      child.kill(signal);
      // A stopped process takes no other signal than SIGKILL until it goes on.
      child.kill("SIGCONT");
      await exit;
    }
    return { code: child.exitCode, signal: child.signalCode };
  }

  #read(line: string): void {
    this.#keep(line);
    const entry = parseLine(line);
    if (entry === undefined) return;
    if (typeof entry.listen === "string" && typeof entry.address === "string") {
      this.listens.set(entry.listen, entry.address);
    }
    if (entry.ready === true) this.#ready = true;
  }

  #keep(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > logLinesMax) this.#lines.splice(0, this.#lines.length - logLinesMax);
  }
}

function parseLine(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
