/** The load tool against a system that takes signed tokens and keys only. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { guard } from "../../bench/guard.ts";
import type { Report } from "../../src/bench/report.ts";
import { type System, startSystem } from "../harness/cluster.ts";
import { SECRET } from "../harness/tokens.ts";

const run = promisify(execFile);

describe("goim bench, where nothing is open", () => {
  let system: System;
  let key = "";
  beforeAll(async () => {
    const env = { GOIM_AUTH_MODE: "jwt", GOIM_AUTH_HS256: SECRET, GOIM_MODERATION_PUSH: "true" };
    system = await startSystem({ env });
    key = await guard(system);
  }, 60_000);
  afterAll(() => system?.stop());

  const bench = async (env: Record<string, string>, ...args: string[]) => {
    const { PATH = "" } = process.env;
    const cli = ["--import", "tsx", "src/bin/goim.ts", "bench", ...args, "--json"];
    const to = ["--url", system.comets[0].ws, "--logic", system.logics[0].http];
    const short = [
      "--clients",
      "10",
      "--duration",
      "500ms",
      "--settle",
      "2s",
      "--connections",
      "2",
    ];
    const options = { env: { PATH, ...env } };
    const { stdout } = await run(process.execPath, [...cli, ...to, ...short], options).catch(
      (error: { stdout: string }) => error,
    );
    return JSON.parse(stdout) as Report;
  };

  it.each([
    ["room", []],
    ["all", []],
    ["user", ["--by", "keys"]],
    ["login", ["--waiting", "3"]],
  ])("%s: key and secret from the environment, bodies with words", async (what, more) => {
    const env = { GOIM_API_KEY: key, GOIM_AUTH_HS256: SECRET };
    const report = await bench(env, what, "--text", ...more);
    expect(report.connect).toMatchObject({ connected: 10, failed: 0 });
    expect(report.deliveries?.delivered).toBeGreaterThan(0);
    expect(report.deliveries).toMatchObject({ lost: 0, delivered: report.deliveries?.expected });
  });

  it("neither without a key nor without a secret", async () => {
    const keyless = await bench({ GOIM_AUTH_HS256: SECRET }, "room");
    expect(keyless.connect).toMatchObject({ connected: 10 });
    expect(keyless.push?.sent).toBe(0);
    expect(keyless.firstFailure).toContain("401");
    const unsigned = await bench({}, "room", "--api-key", key);
    expect(unsigned.connect).toMatchObject({ connected: 0, failed: 10 });
    const bad = await bench({}, "room", "--api-key", "a b").catch((error: unknown) => error);
    expect(bad).toBeInstanceOf(SyntaxError);
  });
});
