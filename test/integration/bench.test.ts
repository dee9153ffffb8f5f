/** The load tool against a small goim of this file, which can be told to break its promises. */
import { spawn } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Command } from "commander";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { registerBench } from "../../src/bench/command.ts";
import type { Report } from "../../src/bench/report.ts";
import { createTcpTransport } from "../../src/comet/transport/tcp.ts";
import type { Connection, Transport } from "../../src/comet/transport/transport.ts";
import { createWebSocketTransport } from "../../src/comet/transport/websocket.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { silentLog } from "../../src/kit/log.ts";
import { encodePacket } from "../../src/protocol/frame.ts";
import { type BatchEntry, encodeBatch } from "../../src/protocol/frame-batch.ts";

type Cast = (entry: BatchEntry, to: (entry: BatchEntry) => void) => void;

class MiniGoim {
  readonly clients = new Map<Connection, { mid: string; key: string; room: string }>();
  readonly pushes: URL[] = [];
  /** What happens between a push and its delivery. */
  cast: Cast = (entry, to) => to(entry);
  /** Answers code -500 instead of 0. */
  refuse = false;
  ws: Transport;
  tcp: Transport;
  http: Server;

  constructor() {
    const base = {
      bind: [{ host: "127.0.0.1", port: 0 }],
      ...{ bodyBytesMax: 4096, sendBytesMax: 1 << 24, exclusive: true },
    };
    const deps = { log: silentLog, clock: systemClock };
    this.ws = createWebSocketTransport({ ...base, messageBytesMax: 65_536, stopLingerMs: 0 }, deps);
    this.tcp = createTcpTransport(
      { ...base, keepAliveMs: 0, noDelay: true, backlog: 512, closeLingerMs: 100 },
      deps,
    );
    this.http = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        const url = new URL(request.url ?? "", "http://mini");
        this.pushes.push(url);
        if (!this.refuse) {
          this.cast({ op: 1000, body: Buffer.concat(parts) }, (entry) => this.spread(url, entry));
        }
        response.setHeader("Content-Type", "application/json");
        response.end(JSON.stringify({ code: this.refuse ? -500 : 0, message: "" }));
      });
    });
  }

  async start(): Promise<void> {
    const events = {
      onOpen: () => {},
      onDrain: () => {},
      onClose: (connection: Connection) => void this.clients.delete(connection),
      onPacket: (connection: Connection, packet: { op: number; seq: number; body: Uint8Array }) => {
        if (packet.op !== 7) return;
        const text = Buffer.from(packet.body).toString();
        const token = JSON.parse(text) as { mid: number; key: string; room_id: string };
        this.clients.set(connection, {
          ...{ mid: `${token.mid}`, key: token.key, room: token.room_id },
        });
        connection.send(encodePacket({ ver: 1, op: 8, seq: packet.seq }));
      },
    };
    await this.ws.start(events);
    await this.tcp.start(events);
    await new Promise<void>((resolve) => this.http.listen(0, "127.0.0.1", resolve));
  }

  get logic(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  url(transport: "ws" | "tcp"): string {
    return transport === "ws"
      ? `ws://${this.ws.addresses[0]}/sub`
      : `tcp://${this.tcp.addresses[0]}`;
  }

  spread(url: URL, entry: BatchEntry): void {
    const frame = encodeBatch([entry]);
    const query = url.searchParams;
    for (const [connection, { mid, key, room }] of this.clients) {
      const meant =
        query.get("mids") === mid ||
        query.get("keys") === key ||
        `${query.get("type")}://${query.get("room")}` === room;
      if (meant) connection.send(connection.transport === "ws" ? frame.ws : frame.tcp);
    }
  }

  async stop(): Promise<void> {
    await this.ws.stop();
    await this.tcp.stop();
    this.http.closeAllConnections();
    await new Promise((resolve) => this.http.close(resolve));
  }
}

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
