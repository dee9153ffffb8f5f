/** The example chatbots as processes of a test. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { waitFor } from "./wait.ts";

const root = join(import.meta.dirname, "..", "..");
const venv = join(root, ".cache", "chatbot-py");
const INSTALL_MS = 120_000;

/** The Python that has nats-py, installed on first use; or why there is none. */
export function pythonWithNats(): { readonly python: string } | { readonly missing: string } {
  const python = join(venv, "bin", "python");
  const requirements = join(root, "examples", "chatbot-py", "requirements.txt");
  const run = (command: string, args: readonly string[]) =>
    execFileSync(command, args, { stdio: "pipe", timeout: INSTALL_MS });
  try {
    if (!existsSync(python)) run("python3", ["-m", "venv", venv]);
    run(python, ["-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", requirements]);
    run(python, ["-c", "import nats"]);
    return { python };
  } catch (error) {
    const { stderr } = error as { stderr?: Buffer };
    const why = stderr?.toString().trim() || String(error);
    return { missing: `nats-py cannot be installed into ${venv}: ${why}` };
  }
}

export class Bot {
  readonly #command: readonly [string, ...string[]];
  readonly #env: Readonly<Record<string, string>>;
  #child: ChildProcess | undefined;
  #output = "";

  constructor(command: readonly [string, ...string[]], env: Readonly<Record<string, string>>) {
    this.#command = command;
    this.#env = env;
  }

  static typescript(env: Readonly<Record<string, string>>): Bot {
    const script = join("examples", "chatbot-ts", "chatbot.ts");
    return new Bot([process.execPath, "--import", "tsx", script], env);
  }

  static python(python: string, env: Readonly<Record<string, string>>): Bot {
    return new Bot([python, join("examples", "chatbot-py", "chatbot.py")], env);
  }

  get output(): string {
    return this.#output;
  }

  /** Resolves when it listens. */
  async start(): Promise<void> {
    const [command, ...args] = this.#command;
    const env = { PATH: process.env.PATH ?? "", ...this.#env };
    this.#output = "";
    const child = spawn(command, args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        this.#output += chunk.toString();
      });
    }
    await waitFor(() => this.#output.includes("listening") || child.exitCode !== null, {
      timeoutMs: 30_000,
      describe: () => `the bot to listen: ${this.#output}`,
    });
    if (child.exitCode !== null) throw new Error(`the bot ended: ${this.#output}`);
  }

  /** Resolves when it is gone. */
  async end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill(signal);
    await gone;
  }
}
