import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { compareVersions, ensureNatsServer, findNatsServer } from "./nats-server.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "goim-find-"));
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

/** A program that answers `--version` as nats-server does. */
function fake(folder: string, says: string): string {
  mkdirSync(join(dir, folder), { recursive: true });
  const path = join(dir, folder, "nats-server");
  writeFileSync(path, `#!/bin/sh\necho "${says}"\n`);
  chmodSync(path, 0o755);
  return path;
}

/** An environment in which nothing of this machine is found, but sh. */
const env = (more: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({ HOME: dir, PATH: "", ...more });
const cacheDir = () => join(dir, "cache");

describe("findNatsServer", () => {
  it("takes the one that is named before all others", async () => {
    const named = fake("named", "nats-server: v2.12.1");
    fake("path", "nats-server: v2.15.0");
    const found = await findNatsServer(env({ GOIM_NATS_SERVER: named, PATH: join(dir, "path") }));
    expect(found).toEqual({ path: named, version: "2.12.1", how: "GOIM_NATS_SERVER" });
  });

  it("takes PATH before Go's folder", async () => {
    const path = fake("path", "nats-server: v2.11.0");
    fake("go/bin", "nats-server: v2.15.0");
    expect(await findNatsServer(env({ PATH: join(dir, "path") }))).toMatchObject({ path });
  });

  it("finds what go install left behind, and GOBIN", async () => {
    const installed = fake("go/bin", "nats-server: v2.15.0");
    expect((await findNatsServer(env({}))).path).toBe(installed);
    const gobin = fake("gobin", "nats-server: v2.15.0");
    expect((await findNatsServer(env({ GOBIN: join(dir, "gobin") }))).path).toBe(gobin);
  });

  it("passes over what is too old or no nats-server", async () => {
    fake("old", "nats-server: v2.9.10");
    fake("odd", "hello");
    const good = fake("good", "nats-server: v2.15.0");
    const PATH = ["old", "odd", "good"].map((folder) => join(dir, folder)).join(":");
    expect((await findNatsServer(env({ PATH }))).path).toBe(good);
  });
});

describe("ensureNatsServer", () => {
  it("uses the cache, and says why others were passed over", async () => {
    const old = fake("old", "nats-server: v2.9.10");
    const cached = fake("cache", "nats-server: v2.15.0");
    const lines: string[] = [];
    const options = { env: env({ GOIM_NATS_SERVER: old }), cacheDir: cacheDir() };
    const found = await ensureNatsServer((line) => lines.push(line), options);
    expect(found).toMatchObject({ path: cached, how: "the project's cache" });
    expect(lines.join("\n")).toContain("2.9.10 is too old, 2.11.0 or newer is needed");
  });
});

describe("compareVersions", () => {
  it("compares numbers, not text", () => {
    expect(compareVersions("2.9.10", "2.11.0")).toBeLessThan(0);
    expect(compareVersions("2.11.0", "2.11.0")).toBe(0);
    expect(compareVersions("10.0.0", "9.9.9")).toBeGreaterThan(0);
  });
});
