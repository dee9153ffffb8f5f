import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { startNats, type TestNats } from "../harness/nats.ts";
import { NodeProcess } from "../harness/node-process.ts";
import { startRedis } from "../harness/redis.ts";
import { waitFor } from "../harness/wait.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const open: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

function logicProcess(natsUrl: string, env: Readonly<Record<string, string>> = {}): NodeProcess {
  const process_ = new NodeProcess({
    name: "logic",
    args: ["--import", "tsx", "src/bin/goim.ts", "logic"],
    cwd: root,
    env: {
      PATH: process.env.PATH ?? "",
      GOIM_NATS_URL: natsUrl,
      GOIM_LOGIC_HTTP: "127.0.0.1:0",
      GOIM_LOGIC_ADMIN: "127.0.0.1:0",
      ...env,
    },
    addresses: { http: "GOIM_LOGIC_HTTP", admin: "GOIM_LOGIC_ADMIN" },
    readyTimeoutMs: 30_000,
  });
  open.push(() => process_.kill9());
  return process_;
}

async function nats(): Promise<TestNats> {
  const server = await startNats();
  open.push(() => server.stop());
  return server;
}

async function readyz(logic: NodeProcess): Promise<number> {
  return (await fetch(`http://${logic.address("admin")}/readyz`)).status;
}

const push = (logic: NodeProcess, path: string) =>
  fetch(`http://${logic.address("http")}/goim/push/${path}`, { method: "POST", body: "x" });

describe("the process logic", () => {
  it("waits for NATS with a message and goes on when it comes", async () => {
    const server = await nats();
    await server.kill();
    const logic = logicProcess(server.url);
    logic.launch();
    await waitFor(() => logic.logged({ msg: "waiting for NATS" }).length > 0, {
      timeoutMs: 20_000,
    });
    expect(await readyz(logic)).toBe(503);
    await server.restart();
    await logic.ready();
    expect(await readyz(logic)).toBe(200);
    expect((await push(logic, "room?operation=1&type=live&room=1")).status).toBe(200);
  });

  it("waits for Redis when sessions are there", async () => {
    const server = await nats();
    const redis = await startRedis();
    open.push(() => redis.stop());
    await redis.kill();
    const logic = logicProcess(server.url, {
      GOIM_SESSION_STORE: "redis",
      GOIM_REDIS_ADDR: redis.addr,
    });
    logic.launch();
    await waitFor(() => /Redis is away/.test(logic.logs()), { timeoutMs: 20_000 });
    expect(logic.logged({ ready: true })).toEqual([]);
    await redis.restart();
    await logic.ready();
    expect((await push(logic, "mids?operation=1&mids=7")).status).toBe(200);

    expect(await readyz(logic)).toBe(200);
    await redis.kill();
    await waitFor(async () => (await readyz(logic)) === 503);
    // A push needs no session.
    expect((await push(logic, "mids?operation=1&mids=7")).status).toBe(200);
    await redis.restart();
    await waitFor(async () => (await readyz(logic)) === 200);
  });

  it("has its streams when NATS lost them while it waited for Redis", async () => {
    const server = await nats();
    const redis = await startRedis();
    open.push(() => redis.stop());
    await redis.kill();
    const logic = logicProcess(server.url, {
      GOIM_SESSION_STORE: "redis",
      GOIM_REDIS_ADDR: redis.addr,
    });
    logic.launch();
    await waitFor(() => /Redis is away/.test(logic.logs()), { timeoutMs: 20_000 });
    await server.restart({ wipe: true });
    await waitFor(() => logic.logged({ msg: "NATS is back" }).length > 0, { timeoutMs: 20_000 });
    await redis.restart();
    await logic.ready();
    await waitFor(async () => (await push(logic, "all?operation=1")).status === 200, {
      timeoutMs: 10_000,
    });
  });

  it("SIGTERM answers what is in flight and ends with 0, a stopped wait too", async () => {
    const server = await nats();
    const logic = logicProcess(server.url);
    await logic.start();
    const answers = Array.from({ length: 20 }, () => push(logic, "all?operation=1"));
    await Promise.all(answers.slice(0, 1));
    const exit = logic.terminate();
    const settled = await Promise.allSettled(answers);
    for (const one of settled) if (one.status === "fulfilled") expect(one.value.status).toBe(200);
    expect(await exit).toEqual({ code: 0, signal: null });
    expect(logic.logs()).not.toMatch(/"level":(50|60)/);

    await server.kill();
    const waiting = logicProcess(server.url);
    waiting.launch();
    await waitFor(() => waiting.logged({ msg: "waiting for NATS" }).length > 0, {
      timeoutMs: 20_000,
    });
    expect(await waiting.terminate()).toEqual({ code: 0, signal: null });
  });

  it("says which address is taken, and which key sets it, and ends with 1", async () => {
    const server = await nats();
    const first = logicProcess(server.url);
    await first.start();
    const second = logicProcess(server.url, { GOIM_LOGIC_HTTP: first.address("http") });
    second.launch();
    await waitFor(() => !second.alive, { timeoutMs: 20_000 });
    expect(second.logs()).toMatch(/httpServer\.addr\): is in use/);
    expect(await second.terminate()).toMatchObject({ code: 1 });
  });

  it("shows its metrics and its name", async () => {
    const server = await nats();
    const logic = logicProcess(server.url);
    await logic.start();
    await push(logic, "all?operation=1");
    const text = await (await fetch(`http://${logic.address("admin")}/metrics`)).text();
    expect(text).toContain('goim_push_total{kind="all"} 1');
    expect(text).toContain('goim_http_requests_total{route="/goim/push/all",status="200"} 1');
    expect(text).toContain("goim_push_stored_total 1");
  });
});
