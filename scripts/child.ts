/** One supervised process: its output prefixed, its death followed by a restart with backoff. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface ChildSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Gets every line of output, before it is printed. */
  readonly onLine: (line: string) => void;
}

/** What `Child` reports; the caller prints it. */
export type Say = (name: string, line: string) => void;

const BACKOFF_FIRST_MS = 500;
const BACKOFF_MAX_MS = 10_000;
/** A process that lived this long starts again with the first delay. */
const HEALTHY_MS = 30_000;
/** Exit code of our processes for a configuration that cannot work: restarting is useless. */
const EXIT_CONFIG = 2;

export class Child {
  readonly spec: ChildSpec;
  readonly #say: Say;
  readonly #onHopeless: (child: Child) => void;
  #process: ChildProcess | undefined;
  #restart: NodeJS.Timeout | undefined;
  #delayMs = BACKOFF_FIRST_MS;
  #stopping = false;

  constructor(spec: ChildSpec, say: Say, onHopeless: (child: Child) => void) {
    this.spec = spec;
    this.#say = say;
    this.#onHopeless = onHopeless;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  start(): void {
    const { command, args, env, name } = this.spec;
    const startedAt = performance.now();
    // A group of its own: Ctrl-C reaches the supervisor only, which then drains in order.
    const child = spawn(command, args, {
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    this.#process = child;
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        this.spec.onLine(line);
        this.#say(name, line);
      });
    }
    child.once("error", (error) => this.#say(name, `cannot start ${command}: ${error.message}`));
    child.once("close", (code, signal) => this.#ended(code, signal, startedAt));
  }

  #ended(code: number | null, signal: NodeJS.Signals | null, startedAt: number): void {
    this.#process = undefined;
    if (this.#stopping) return;
    const how = signal === null ? `exit code ${code}` : signal;
    if (code === EXIT_CONFIG) {
      this.#say(this.spec.name, `ended with ${how}: its configuration cannot work`);
      this.#onHopeless(this);
      return;
    }
    if (performance.now() - startedAt > HEALTHY_MS) this.#delayMs = BACKOFF_FIRST_MS;
    this.#say(this.spec.name, `died (${how}); starting again in ${this.#delayMs} ms`);
    this.#restart = setTimeout(() => this.start(), this.#delayMs);
    this.#delayMs = Math.min(this.#delayMs * 2, BACKOFF_MAX_MS);
  }

  /** Asks it to drain, and ends it when `graceMs` were not enough. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#restart);
    const child = this.#process;
    if (child === undefined) return;
    const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
    child.kill("SIGTERM");
    const force = setTimeout(() => {
      this.#say(this.spec.name, `did not stop within ${graceMs} ms: killed`);
      child.kill("SIGKILL");
    }, graceMs);
    await closed;
    clearTimeout(force);
  }

  /** Ends it now; for the second Ctrl-C. */
  kill(): void {
    this.#stopping = true;
    clearTimeout(this.#restart);
    this.#process?.kill("SIGKILL");
  }
}
