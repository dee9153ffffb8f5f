import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodeUrl } from "../../src/sdk/nodes.ts";
import { connectAndAuth } from "../harness/client.ts";
import { freePort } from "../harness/ports.ts";
import { waitFor } from "../harness/wait.ts";

const root = join(import.meta.dirname, "..", "..");
const START_MS = 60_000;

/** `npm start` without npm, every address on a free port. */
class Started {
  readonly process: ChildProcess;
  output = "";
  code: number | null = null;
  ended = false;

  constructor(env: Record<string, string>) {
    this.process = spawn(process.execPath, ["scripts/start.mjs"], {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.on("data", (chunk) => {
        this.output += chunk;
      });
    }
    this.process.once("close", (code) => {
      this.code = code;
      this.ended = true;
    });
  }

  async until(pattern: RegExp): Promise<RegExpExecArray> {
    return await waitFor(() => pattern.exec(this.output), {
      timeoutMs: START_MS,
      describe: () => `${pattern} in:\n${this.output.slice(-4_000)}`,
    });
  }

  /** Pid of the running child whose title is `title`. */
  child(title: string): number | undefined {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      try {
        const parent = /\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1];
        const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
        if (parent === String(this.process.pid) && command === title) return Number(pid);
      } catch {
        // Ended while it was looked at.
      }
    }
    return undefined;
  }
}

async function environment(state: string): Promise<Record<string, string>> {
  const env: Record<string, string> = { GOIM_STATE: state };
  for (const name of ["COMET_TCP", "COMET_WS", "LOGIC_HTTP", "DEMO_HTTP"]) {
    env[`GOIM_${name}`] = `127.0.0.1:${await freePort()}`;
  }
  for (const name of ["COMET", "LOGIC", "JOB"]) {
    env[`GOIM_${name}_ADMIN`] = `127.0.0.1:${await freePort()}`;
  }
  return { ...env, GOIM_NATS_PORT: String(await freePort()) };
}

describe("npm start", () => {
  let state: string;
  let started: Started;

  beforeAll(async () => {
    state = mkdtempSync(join(tmpdir(), "goim-start-"));
    started = new Started(await environment(state));
    await started.until(/^ready/m);
  }, START_MS + 5_000);

  afterAll(async () => {
    if (!started.ended) started.process.kill("SIGKILL");
    await waitFor(() => started.ended);
    rmSync(state, { recursive: true, force: true });
  });

  it("prints addresses that answer", async () => {
    const demo = /demo page +(\S+)/.exec(started.output)?.[1] ?? "";
    expect((await fetch(demo)).status).toBe(200);
    const push = /push API +(\S+)/.exec(started.output)?.[1] ?? "";
    const answer = await fetch(`${push}?operation=1000&type=live&room=1`, { method: "POST" });
    expect(await answer.json()).toEqual({ code: 0, message: "" });
  });

  it("tells clients where comet is: pages by the host they came by, apps by address", async () => {
    const base = new URL(/push API +(\S+)/.exec(started.output)?.[1] ?? "").origin;
    const nodes = async (at: string, platform: string) => {
      const answer = await fetch(`${at}/goim/nodes/weighted?platform=${platform}`);
      const { data } = (await answer.json()) as {
        data: { nodes: string[]; ws_port: number; tcp_port: number };
      };
      return data;
    };
    const web = await nodes(base, "web");
    expect(web.nodes).toEqual(["127.0.0.1"]);
    expect((await nodes(base.replace("127.0.0.1", "localhost"), "web")).nodes).toEqual([
      "localhost",
    ]);
    const app = await nodes(base, "android");
    const token = { mid: 1, room_id: "live://1" };
    for (const url of [
      nodeUrl(web.nodes[0] ?? "", false, web.ws_port),
      `tcp://${app.nodes[0]?.replace(/:\d+$/, "")}:${app.tcp_port}`,
    ]) {
      const client = await connectAndAuth({ url, token });
      await client.close();
    }
  });

  it("says which nats-server it chose", () => {
    expect(started.output).toMatch(/nats-server \d+\.\d+\.\d+ from /);
  });

  for (const name of ["comet", "logic", "job"]) {
    it(`starts ${name} again when it was killed, with a line that says so`, async () => {
      const pid = await waitFor(() => started.child(`goim ${name}`), { timeoutMs: START_MS });
      process.kill(pid, "SIGKILL");
      await started.until(new RegExp(`${name} +died \\(SIGKILL\\); starting again`));
      const next = () => {
        const found = started.child(`goim ${name}`);
        return found !== pid && found;
      };
      await waitFor(next, { timeoutMs: START_MS });
    });
  }

  it("drains and stops everything on SIGTERM", async () => {
    const names = ["goim comet", "goim logic", "goim job"];
    const pids = names.map((name) => started.child(name));
    started.process.kill("SIGTERM");
    await waitFor(() => started.ended, { timeoutMs: START_MS, describe: () => started.output });
    expect(started.code).toBe(0);
    expect(started.output).not.toContain("did not stop within");
    for (const pid of pids) expect(() => process.kill(pid ?? 0, 0)).toThrow();
  });

  it("names the port that is busy and the process that has it", async () => {
    const holder = createServer();
    const port = await freePort();
    await new Promise<void>((resolve) => holder.listen(port, "127.0.0.1", resolve));
    const env = { ...(await environment(state)), GOIM_LOGIC_HTTP: `127.0.0.1:${port}` };
    const second = new Started(env);
    await waitFor(() => second.ended, { timeoutMs: START_MS });
    holder.close();
    expect(second.code).toBe(1);
    expect(second.output).toContain(`127.0.0.1:${port} is taken by pid ${process.pid}`);
    expect(second.output).toContain("GOIM_LOGIC_HTTP");
  });
});
