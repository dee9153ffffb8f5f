import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";

interface Line {
  readonly msg: string;
  readonly [field: string]: unknown;
}

const fixture = fileURLToPath(new URL("process.fixture.ts", import.meta.url));
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

/** Runs the fixture; `seen` resolves when a line with that message was logged. */
function run(behaviour: string) {
  const child = spawn(process.execPath, ["--import", "tsx", fixture, behaviour]);
  children.push(child);
  const lines: Line[] = [];
  const waiting: { message: string; resolve: (line: Line) => void }[] = [];
  let rest = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) {
      const line = JSON.parse(part) as Line;
      lines.push(line);
      for (const { message, resolve } of waiting) if (message === line.msg) resolve(line);
    }
  });
  const exited = new Promise<number | null>((resolve) => child.on("close", resolve));
  const seen = (message: string) => {
    const earlier = lines.find((line) => line.msg === message);
    if (earlier !== undefined) return Promise.resolve(earlier);
    return new Promise<Line>((resolve) => waiting.push({ message, resolve }));
  };
  const messages = () => lines.map((line) => line.msg);
  return { child, lines, messages, exited, seen };
}

const timeout = { timeout: 20_000 };

describe("runProcess", timeout, () => {
  it("starts, is ready, drains on SIGTERM and exits 0", async () => {
    const { child, messages, exited, seen } = run("plain");
    const { address } = await seen("listening");
    expect(await seen("ready")).toMatchObject({ ready: true, name: "job" });
    expect((await fetch(`http://${address}/readyz`)).status).toBe(200);
    expect(readFileSync(`/proc/${child.pid}/cmdline`, "utf8")).toMatch(/^goim job/);
    child.kill("SIGTERM");
    expect(await exited).toBe(0);
    expect(messages().slice(1)).toEqual([
      "start base",
      "start top",
      "ready",
      "draining",
      "drain top",
      "stop top",
      "drain base",
      "stop base",
      "stopped",
    ]);
  });

  it("ends a wait of the start at once on SIGINT", async () => {
    const { child, exited, seen, messages } = run("waits");
    await seen("waiting");
    child.kill("SIGINT");
    expect(await exited).toBe(0);
    expect(messages()).not.toContain("ready");
  });

  it("exits 0 within the drain timeout when a drain hangs, 1 when a stop does", async () => {
    const codes = ["drain-hangs", "stop-hangs"].map(async (behaviour) => {
      const { child, exited, seen } = run(behaviour);
      await seen("ready");
      const before = performance.now();
      child.kill("SIGTERM");
      const code = await exited;
      expect(performance.now() - before).toBeLessThan(5000);
      return code;
    });
    expect(await Promise.all(codes)).toEqual([0, 1]);
  });

  it("exits 1 at once on the second signal", async () => {
    const { child, exited, seen, messages } = run("drain-hangs");
    await seen("ready");
    child.kill("SIGTERM");
    await seen("draining");
    child.kill("SIGTERM");
    expect(await exited).toBe(1);
    expect(messages()).not.toContain("stopped");
  });

  it("says in one line why it did not start, stops what had started, exits 1", async () => {
    const build = run("build-fails");
    expect(await build.exited).toBe(1);
    const failed = build.lines.find((line) => line.msg === "failed");
    expect(failed).toMatchObject({ error: "nats-server is too old", level: 60 });
    expect(failed).not.toHaveProperty("stack");

    const start = run("start-fails");
    expect(await start.exited).toBe(1);
    expect((await start.seen("failed")).error).toBe("top did not start: no port");
    expect(start.messages().slice(-2)).toEqual(["stop top", "stop base"]);
  });

  it("stops without drain and exits 1 after fail, a bug or a forgotten promise", async () => {
    for (const [behaviour, error] of [
      ["fails", "lost"],
      ["throws", "a bug"],
      ["rejects", "a forgotten promise"],
    ] as const) {
      const { exited, seen, messages } = run(behaviour);
      expect((await seen("failed")).error).toBe(error);
      expect(await exited).toBe(1);
      expect(messages()).toContain("stop base");
      expect(messages()).not.toContain("drain base");
    }
  });
});
