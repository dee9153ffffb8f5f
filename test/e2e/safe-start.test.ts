/** A process that other machines can reach does not start open by mistake. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectClient } from "../harness/client.ts";
import { type System, startSystem } from "../harness/cluster.ts";
import { startNats, type TestNats } from "../harness/nats.ts";
import { freePort } from "../harness/ports.ts";
import { SECRET } from "../harness/tokens.ts";

const run = promisify(execFile);
const goim = ["--import", "tsx", "src/bin/goim.ts"];

describe("a process bound to all interfaces", () => {
  let nats: TestNats;
  beforeAll(async () => {
    nats = await startNats();
  });
  afterAll(() => nats.stop());

  const start = async (name: string, env: Record<string, string>) => {
    const child = run(process.execPath, [...goim, name], {
      env: { PATH: process.env.PATH ?? "", GOIM_NATS_URL: nats.url, ...env },
      timeout: 20_000,
    });
    return await child.then(
      () => ({ code: 0, stderr: "" }),
      (error: { code: number; stderr: string; stdout: string }) => ({
        code: error.code,
        stderr: error.stderr + error.stdout,
      }),
    );
  };

  it("refuses to start where it would believe unsigned tokens", async () => {
    const comet = await start("comet", {
      GOIM_COMET_WS: "0.0.0.0:0",
      GOIM_COMET_TCP: "127.0.0.1:0",
    });
    expect(comet).toMatchObject({ code: 2, stderr: expect.stringContaining("unsigned tokens") });
    const logic = await start("logic", { GOIM_LOGIC_HTTP: "0.0.0.0:0" });
    expect(logic).toMatchObject({ code: 2, stderr: expect.stringContaining("unsigned tokens") });
    expect(logic.stderr).toContain("auth.insecure = true");
  }, 60_000);

  it("refuses to start with an open API", async () => {
    const env = { GOIM_AUTH_MODE: "jwt", GOIM_AUTH_HS256: SECRET, GOIM_LOGIC_ADMIN: "127.0.0.1:0" };
    const logic = await start("logic", { ...env, GOIM_LOGIC_HTTP: "0.0.0.0:0" });
    expect(logic.code).not.toBe(0);
    expect(logic.stderr).toContain("goim key create");
  }, 60_000);

  it("needs the keys that its mode is about", async () => {
    const logic = await start("logic", { GOIM_AUTH_MODE: "jwt" });
    expect(logic).toMatchObject({ code: 2, stderr: expect.stringContaining("GOIM_AUTH_HS256") });
    const hook = await start("logic", { GOIM_AUTH_MODE: "http" });
    expect(hook).toMatchObject({ code: 2, stderr: expect.stringContaining("auth.url") });
  }, 60_000);
});

describe("a comet that other machines can reach", () => {
  let system: System;
  let port = 0;
  beforeAll(async () => {
    port = await freePort();
    // It was told the wrong mode: logic believes unsigned tokens.
    const comet = { GOIM_AUTH_MODE: "jwt", GOIM_COMET_WS: `0.0.0.0:${port}` };
    system = await startSystem({ envOf: { "comet-1": comet } });
  }, 60_000);
  afterAll(() => system.stop());

  it("has logic refuse unsigned tokens whatever logic's mode is", async () => {
    const client = await connectClient({ url: `ws://127.0.0.1:${port}/sub` });
    const reply = client.auth({ mid: 7 });
    await expect(reply).rejects.toThrow("4503");
  });
});
