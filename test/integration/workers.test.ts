import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFailed } from "vitest";
import { connectAndAuth, type TestClient } from "../harness/client.ts";
import { type System, startSystem } from "../harness/cluster.ts";
import type { NodeProcess } from "../harness/node-process.ts";
import { waitFor } from "../harness/wait.ts";
import { workerAdmin, workerPid, workersReady } from "../harness/workers.ts";

const CLIENTS = 100;
/** Port 0, in words that the harness does not replace: workers must not meet by their numbers. */
const anyAdmin = "localhost:0";

/** A comet and a logic of two workers each: real processes, one address for both. */
describe("two workers", () => {
  let system: System;
  const clients: TestClient[] = [];
  const gone = new Set<TestClient>();

  beforeAll(async () => {
    const env = { GOIM_WORKERS: "2", GOIM_SUPERVISOR_RESTART_FIRST: "50ms" };
    system = await startSystem({
      env,
      envOf: {
        "comet-1": { GOIM_COMET_ADMIN: anyAdmin },
        "logic-1": { GOIM_LOGIC_ADMIN: anyAdmin },
      },
    });
    await Promise.all([workersReady(system.comets[0]), workersReady(system.logics[0])]);
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.destroy();
  });
  afterAll(() => system?.stop());

  async function connect(url: string, count: number): Promise<TestClient[]> {
    const token = { mid: 7100, room_id: "live://workers", accepts: [1000] };
    const many = await Promise.all(
      Array.from({ length: count }, () => connectAndAuth({ url, token })),
    );
    clients.push(...many);
    for (const client of many) void client.closed.then(() => gone.add(client));
    return many;
  }

  async function push(text: string): Promise<void> {
    const url = `${system.logics[0].http}/goim/push/room?operation=1000&type=live&room=workers`;
    const answer = await fetch(url, { method: "POST", body: text });
    expect(await answer.json()).toEqual({ code: 0, message: "" });
  }

  const hear = (some: readonly TestClient[], text: string) =>
    Promise.all(some.map((client) => client.waitFor((got) => got.text === text)));

  /** A counter or level of each worker. */
  const ofEach = (of: NodeProcess, name: string) =>
    Promise.all([1, 2].map((n) => metric(workerAdmin(of, n), name)));

  it("shares clients evenly, over TCP in turn and over WebSocket by the kernel", async () => {
    onTestFailed(() => console.error(system.logs()));
    const [comet] = system.comets;
    const overTcp = await connect(comet.tcp, CLIENTS);
    const overWs = await connect(comet.ws, CLIENTS);
    for (const transport of ["tcp", "ws"]) {
      const [first = 0, second = 0] = await ofEach(comet, `goim_comet_connections_${transport}`);
      expect(first + second).toBe(CLIENTS);
      expect(Math.abs(first - second)).toBeLessThan(CLIENTS / 2);
    }
    await push("to both");
    await hear([...overTcp, ...overWs], "to both");
  });

  it("shows each worker in the registry; the base port says that all are ready", async () => {
    const answer = await fetch(`${system.logics[0].http}/goim/nodes/instances`);
    const text = await answer.text();
    expect(text).toContain("comet-1-1");
    expect(text).toContain("comet-1-2");
    for (const of of [system.comets[0], system.logics[0]]) {
      expect((await fetch(`${workerAdmin(of)}/readyz`)).status).toBe(200);
      expect(await metric(workerAdmin(of), "goim_workers_ready")).toBe(2);
    }
  });

  it("answers HTTP in both", async () => {
    onTestFailed(() => console.error(system.logs()));
    const url = `${system.logics[0].http}/goim/online/total`;
    const ask = () => fetch(url, { headers: { connection: "close" } });
    const name = 'goim_http_requests_total{route="/goim/online/total",status="200"}';
    await waitFor(async () => {
      expect((await ask()).status).toBe(200);
      const answered = await ofEach(system.logics[0], name);
      return answered.every((count) => count > 0);
    });
  });

  it("starts a killed worker again; its clients alone are cut, and come back", async () => {
    onTestFailed(() => console.error(system.logs()));
    const [comet] = system.comets;
    await waitFor(async () => sum(await ofEach(comet, "goim_comet_keys")) === 0);
    const before = await connect(comet.tcp, 20);
    const [cut = 0, kept = 0] = await ofEach(comet, "goim_comet_keys");
    expect(cut).toBeGreaterThan(0);
    const pid = workerPid(comet, 1);
    process.kill(pid, "SIGKILL");
    await waitFor(() => before.filter((client) => gone.has(client)).length === cut);
    const again = await connect(comet.tcp, cut);
    const there = [...before.filter((client) => !gone.has(client)), ...again];
    await push("while one is away");
    await hear(there, "while one is away");

    await waitFor(() => comet.logged({ worker: 1, ready: true }).length === 2);
    expect(workerPid(comet, 1)).not.toBe(pid);
    expect(await metric(workerAdmin(comet), "goim_worker_restarts_total")).toBe(1);
    expect(await ofEach(comet, "goim_comet_keys")).toEqual([0, kept + cut]);
    const more = await connect(comet.tcp, 20);
    expect((await ofEach(comet, "goim_comet_keys"))[0]).toBeGreaterThan(0);
    await push("to all again");
    await hear([...there, ...more], "to all again");
  });

  it("ends clean: clients are told, workers gone, exit code 0", async () => {
    onTestFailed(() => console.error(system.logs()));
    const [comet] = system.comets;
    const some = await connect(comet.ws, 20);
    const pids = [1, 2].map((n) => workerPid(comet, n));
    expect(await comet.terminate()).toEqual({ code: 0, signal: null });
    const closes = await Promise.all(some.map((client) => client.closed));
    expect(new Set(closes.map(({ code }) => code))).toEqual(new Set([4000]));
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  });

  it("leaves no worker behind when the supervisor is killed", async () => {
    const [logic] = system.logics;
    const pids = [1, 2].map((n) => workerPid(logic, n));
    await logic.kill9();
    for (const pid of pids) {
      await waitFor(() => {
        expect(() => process.kill(pid, 0)).toThrow("ESRCH");
        return true;
      });
    }
    await logic.restart();
    await workersReady(logic);
    expect(await logic.terminate()).toEqual({ code: 0, signal: null });
  });

  it("ends at once, and well, while its workers are still starting", async () => {
    onTestFailed(() => console.error(system.logs()));
    const [logic] = system.logics;
    const lines = () => logic.logged({ shared: "httpServer.addr" }).length;
    const before = lines();
    logic.launch();
    await waitFor(() => lines() > before);
    const from = performance.now();
    expect(await logic.terminate()).toEqual({ code: 0, signal: null });
    expect(performance.now() - from).toBeLessThan(8000);
  });
});

const sum = (some: readonly number[]) => some.reduce((total, one) => total + one, 0);

async function metric(admin: string, name: string): Promise<number> {
  const text = await (await fetch(`${admin}/metrics`)).text();
  const line = text.split("\n").find((one) => one.startsWith(`${name} `));
  return Number(line?.slice(name.length + 1) ?? 0);
}
