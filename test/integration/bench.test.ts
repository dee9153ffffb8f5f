/** The load tool against a small goim, which can be told to break its promises. */
import { spawn } from "node:child_process";
import { Command } from "commander";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { registerBench } from "../../src/bench/command.ts";
import type { Report } from "../../src/bench/report.ts";
import type { BatchEntry } from "../../src/protocol/frame-batch.ts";
import { MiniGoim } from "./mini-goim.ts";

let goim: MiniGoim;
let exitCode: typeof process.exitCode;

beforeEach(async () => {
  exitCode = process.exitCode;
  goim = new MiniGoim();
  await goim.start();
});

afterEach(async () => {
  await goim.stop();
  process.exitCode = exitCode;
  vi.restoreAllMocks();
});

/** Runs `goim bench …` in this process; its report and exit code. */
async function bench(...args: string[]): Promise<{ report: Report; text: string; code: unknown }> {
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  registerBench(program);
  let text = "";
  vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  vi.spyOn(process.stderr, "write").mockImplementation(() => true);
  process.exitCode = undefined;
  await program.parseAsync(["node", "goim", "bench", ...args]);
  const report = args.includes("--json") ? (JSON.parse(text) as Report) : ({} as Report);
  return { report, text, code: process.exitCode };
}

const small = [
  "--clients",
  "20",
  "--duration",
  "500ms",
  "--rate",
  "100",
  "--settle",
  "300ms",
  "--json",
];

describe.each(["ws", "tcp"] as const)("goim bench over %s", (transport) => {
  const to = () => ["--transport", transport, "--url", goim.url(transport), "--logic", goim.logic];

  it("room: counts every delivery", async () => {
    const { report, code } = await bench("room", ...small, ...to());
    expect(report.connect).toMatchObject({ connected: 20, failed: 0 });
    expect(report.push).toMatchObject({ sent: 50, failed: 0, unsent: 0 });
    expect(report.deliveries).toMatchObject({
      ...{ expected: 1000, delivered: 1000, lost: 0, duplicated: 0, outOfOrder: 0, closed: 0 },
    });
    expect(report.deliveries?.latency.p50).toBeGreaterThan(0);
    expect(code).toBeUndefined();
    expect(goim.pushes[0]?.search).toBe("?operation=1000&type=test&room=bench");
  });

  it("all: counts every delivery of every broadcast", async () => {
    const { report, code } = await bench("all", ...small, ...to());
    expect(report.deliveries).toMatchObject({ expected: 1000, delivered: 1000, lost: 0 });
    expect(code).toBeUndefined();
    expect(goim.pushes[0]?.pathname).toBe("/goim/push/all");
  });

  it.each(["mids", "keys"])("user: pushes to %s in turn", async (by) => {
    const { report } = await bench("user", "--by", by, ...small, ...to());
    expect(report.deliveries).toMatchObject({
      expected: 50,
      delivered: 50,
      lost: 0,
      outOfOrder: 0,
    });
    expect(new Set(goim.pushes.map((url) => url.searchParams.get(by))).size).toBe(20);
  });

  it("connect: logs in at a rate and reads memory", async () => {
    const { report } = await bench(
      ...["connect", "--clients", "30", "--connect-rate", "100", "--duration", "100ms", "--json"],
      ...["--pids", `self=${process.pid}`, ...to()],
    );
    expect(report.connect).toMatchObject({ connected: 30, failed: 0 });
    expect(report.connect?.seconds).toBeGreaterThan(0.28);
    expect(report.processes.self?.rssBytes).toBeGreaterThan(1e6);
    expect(goim.clients.size).toBe(0);
  });
});

describe("what goes wrong is counted exactly", () => {
  const to = () => ["--url", goim.url("ws"), "--logic", goim.logic];

  it("lost", async () => {
    let count = 0;
    goim.cast = (entry, deliver) => {
      count += 1;
      if (count % 10 !== 0) deliver(entry);
    };
    const { report, code } = await bench("room", ...small, ...to(), "--connections", "1");
    expect(report.deliveries).toMatchObject({ expected: 1000, delivered: 900, lost: 100 });
    expect(report.deliveries).toMatchObject({ duplicated: 0, outOfOrder: 0 });
    expect(code).toBe(1);
  }, 30_000);

  it("duplicated", async () => {
    goim.cast = (entry, deliver) => {
      deliver(entry);
      deliver(entry);
    };
    const { report, code } = await bench("room", ...small, ...to());
    expect(report.deliveries).toMatchObject({ delivered: 1000, duplicated: 1000, lost: 0 });
    expect(code).toBe(1);
  });

  it("out of order", async () => {
    let held: BatchEntry | undefined;
    goim.cast = (entry, deliver) => {
      if (held === undefined) held = entry;
      else {
        deliver(entry);
        deliver(held);
        held = undefined;
      }
    };
    const { report, code } = await bench("room", ...small, ...to(), "--connections", "1");
    expect(report.deliveries).toMatchObject({ delivered: 1000, lost: 0, outOfOrder: 500 });
    expect(code).toBe(1);
  });

  it("refused pushes are not lost messages", async () => {
    goim.refuse = true;
    const { report, code } = await bench("room", ...small, ...to());
    expect(report.push).toMatchObject({ sent: 0, failed: 50 });
    expect(report.deliveries).toMatchObject({ expected: 0, delivered: 0, lost: 0 });
    expect(report.firstFailure).toContain("-500");
    expect(code).toBeUndefined();
  });

  it("waiting for a slow push API is latency, not left out", async () => {
    goim.cast = (entry, deliver) => {
      if (goim.pushes.length === 1) {
        const end = performance.now() + 300;
        while (performance.now() < end);
      }
      deliver(entry);
    };
    const { report } = await bench("room", ...small, ...to(), "--connections", "1");
    expect(report.push?.latency.p50).toBeGreaterThan(20);
    expect(report.deliveries?.latency.p50).toBeGreaterThan(20);
  });

  it("says why nobody could connect", async () => {
    const dead = `ws://${goim.ws.addresses[0]}/elsewhere`;
    const { report, code } = await bench("room", ...small, "--url", dead, "--logic", goim.logic);
    expect(report.connect).toMatchObject({ connected: 0, failed: 20 });
    expect(report.firstFailure).toContain("404");
    expect(code).toBe(1);
  });
});

describe("what waits for newcomers", () => {
  const to = () => ["--url", goim.url("ws"), "--logic", goim.logic, "--json"];
  const join = ["join", "--clients", "20", "--within", "200ms", "--stored", "30", "--rate", "100"];
  join.push("--duration", "400ms", "--settle", "300ms");
  const login = ["login", "--clients", "20", "--waiting", "5", "--connections", "1"];

  it("join: every client gets the history and what is live, and is timed", async () => {
    const { report, code } = await bench(...join, ...to());
    expect(report.stored).toMatchObject({ messages: 30, complete: 20 });
    expect(report.stored?.last.p50).toBeGreaterThanOrEqual(report.stored?.first.p50 ?? 0);
    expect(report.deliveries).toMatchObject({ expected: 1400, delivered: 1400, lost: 0 });
    expect(report.deliveries).toMatchObject({ duplicated: 0, outOfOrder: 0 });
    expect(new Set(goim.pushes.map((url) => url.searchParams.get("type")))).toEqual(
      new Set(["video"]),
    );
    expect(code).toBeUndefined();
  });

  it("join: a message that is missing between history and live fails the run", async () => {
    goim.replay = (entries) => entries.slice(0, -1);
    const { report, code } = await bench(...join, ...to());
    expect(report.deliveries?.lost).toBeGreaterThanOrEqual(20);
    expect(code).toBe(1);
  });

  it.each(["near", "scattered"])("login: all that waits, stored %s", async (order) => {
    const { report, code } = await bench(...login, "--order", order, ...to());
    expect(report.stored).toMatchObject({ messages: 5, complete: 20 });
    expect(report.deliveries).toMatchObject({ expected: 100, delivered: 100, lost: 0 });
    expect(report.deliveries).toMatchObject({ duplicated: 0, outOfOrder: 0 });
    const first = goim.stored.slice(0, 5);
    expect(new Set(first).size).toBe(order === "near" ? 1 : 5);
    expect(goim.stored).toHaveLength(100);
    expect(code).toBeUndefined();
  });

  it("login: one message twice, one in the wrong place", async () => {
    goim.replay = ([first, second, ...rest]) =>
      first === undefined || second === undefined ? [] : [second, first, first, ...rest];
    const { report, code } = await bench(...login, ...to());
    expect(report.deliveries).toMatchObject({ duplicated: 20, outOfOrder: 20 });
    expect(code).toBe(1);
  });

  it("room: clients that do not read for a while are waited for apart", async () => {
    const { report, code } = await bench("room", ...small, "--stalled", "2", ...to().slice(0, 4));
    expect(report.stalled).toMatchObject({ clients: 2 });
    expect(report.stalled?.had).toBeLessThan(50);
    expect(report.deliveries).toMatchObject({ expected: 1000, delivered: 1000, lost: 0 });
    expect(code).toBeUndefined();
  });
});

describe("goim bench push", () => {
  it("pushes as fast as answers come, to rooms in turn", async () => {
    const args = ["--duration", "300ms", "--connections", "4", "--rooms", "3", "--json"];
    const { report } = await bench("push", ...args, "--logic", goim.logic);
    expect(report.push?.sent).toBe(goim.pushes.length);
    expect(report.push?.sent).toBeGreaterThan(20);
    expect(new Set(goim.pushes.map((url) => url.searchParams.get("room")))).toEqual(
      new Set(["bench-0", "bench-1", "bench-2"]),
    );
  });

  it("prints a text for people", async () => {
    const { text } = await bench("push", "--duration", "200ms", "--logic", goim.logic);
    expect(text).toMatch(/^push\npushes {6}\d+ answered with code 0/);
  });
});

describe("bounds", () => {
  const refused = (...args: string[]) => expect(bench(...args)).rejects.toThrow;

  it("leaves other machines alone unless told", async () => {
    await refused("room", "--url", "ws://example.com/sub")(/not this machine; --allow-remote/);
    await refused("push", "--logic", "http://192.0.2.7:3111")(/not this machine/);
  });

  it("names what is allowed", async () => {
    await refused("room", "--clients", "0")(/whole number from 1 to 200000/);
    await refused("room", "--duration", "2h")(/time like/);
    await refused("room", "--transport", "udp")(/ws, tcp/);
    await refused("room", "--pids", "comet")(/comet=123/);
    await refused("room", "--transport", "tcp", "--url", "ws://127.0.0.1/sub")(/does not fit/);
    await refused("room", "--pids", "gone=999999999")(/cannot be read/);
  });

  it("runs from the command line, where workers need no help of a test runner", async () => {
    const script = `
      import { Command } from "commander";
      import { registerBench } from "./src/bench/command.ts";
      const program = new Command();
      registerBench(program);
      await program.parseAsync(["node", "goim", "bench", "room", "--clients", "4", "--rate", "20",
        "--duration", "300ms", "--url", "${goim.url("ws")}", "--logic", "${goim.logic}",
        "--json"]);`;
    const child = spawn(
      process.execPath,
      ["--import", "tsx", "--input-type=module", "--eval", script],
      { stdio: ["ignore", "pipe", "pipe"] },
    );
    let out = "";
    let err = "";
    child.stdout.on("data", (bytes) => {
      out += String(bytes);
    });
    child.stderr.on("data", (bytes) => {
      err += String(bytes);
    });
    const code = await new Promise((resolve) => child.once("close", resolve));
    expect({ code, err: code === 0 ? "" : err }).toEqual({ code: 0, err: "" });
    expect((JSON.parse(out) as Report).deliveries).toMatchObject({ delivered: 24, lost: 0 });
  });
});
