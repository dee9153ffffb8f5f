import { createServer, Server } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type AdminServer, createAdmin } from "./admin.ts";
import { silentLog } from "./log.ts";
import { createMetrics } from "./metrics.ts";

const loopback = { host: "127.0.0.1", port: 0 };
let admin: AdminServer | undefined;
afterEach(() => admin?.stop());

async function startAdmin() {
  const metrics = createMetrics();
  admin = createAdmin({ address: loopback }, { log: silentLog, metrics });
  await admin.start();
  const { host, port } = admin.address;
  const get = async (path: string, init?: RequestInit) => {
    const response = await fetch(`http://${host}:${port}${path}`, init);
    return { status: response.status, body: await response.text() };
  };
  return { admin, metrics, get };
}

describe("admin port", () => {
  it("outlives connections that cannot be accepted", async () => {
    const listen = vi.spyOn(Server.prototype, "listen");
    await startAdmin();
    const server = listen.mock.contexts.at(-1) as Server | undefined;
    listen.mockRestore();
    for (let n = 0; n < 2; n++) server?.emit("error", new Error("accept EMFILE"));
    expect(server?.listening).toBe(true);
  });

  it("is alive from the start, ready only between start and drain", async () => {
    const { admin, get } = await startAdmin();
    expect(await get("/healthz")).toEqual({ status: 200, body: "ok\n" });
    expect(await get("/readyz")).toEqual({
      status: 503,
      body: '{"ready":false,"failing":{"process":"starting"}}\n',
    });
    admin.setPhase("ready");
    expect(await get("/readyz")).toEqual({ status: 200, body: '{"ready":true,"failing":{}}\n' });
    admin.setPhase("draining");
    expect((await get("/readyz")).body).toContain("draining");
    expect((await get("/healthz")).status).toBe(200);
  });

  it("names each check that fails, one that throws included", async () => {
    const { admin, get } = await startAdmin();
    admin.setPhase("ready");
    let nats: string | undefined = "not connected";
    admin.addCheck("nats", () => nats);
    admin.addCheck("store", () => undefined);
    admin.addCheck("broken", () => {
      throw new Error("bug");
    });
    expect(JSON.parse((await get("/readyz")).body)).toEqual({
      ready: false,
      failing: { nats: "not connected", broken: "bug" },
    });
    nats = undefined;
    expect(JSON.parse((await get("/readyz")).body).failing).toEqual({ broken: "bug" });
    expect(() => admin.addCheck("nats", () => undefined)).toThrow("already");
  });

  it("gives metrics as Prometheus reads them", async () => {
    const { metrics, get } = await startAdmin();
    metrics.countOf("pushes_total", "Pushes.", () => 7);
    expect((await get("/metrics?x=1")).body).toContain("goim_pushes_total 7");
  });

  it("refuses other paths and methods", async () => {
    const { get } = await startAdmin();
    expect((await get("/")).status).toBe(404);
    expect((await get("/healthz", { method: "POST" })).status).toBe(405);
  });

  it("fails to start on a port that is taken, and can be stopped all the same", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, loopback.host, resolve));
    const { port } = other.address() as { port: number };
    const deps = { log: silentLog, metrics: createMetrics() };
    const late = createAdmin({ address: { host: loopback.host, port } }, deps);
    await expect(late.start()).rejects.toThrow("EADDRINUSE");
    await late.stop();
    expect(() => late.address).toThrow("not listening");
    await new Promise((resolve) => other.close(resolve));
  });
});
