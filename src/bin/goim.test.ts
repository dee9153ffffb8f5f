import { execFile, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { goim as messages } from "../protocol/gen/messages.js";

const bin = fileURLToPath(new URL("goim.ts", import.meta.url));
const root = fileURLToPath(new URL("../..", import.meta.url));

function goim(args: readonly string[], input?: Uint8Array) {
  const env = { PATH: process.env.PATH ?? "", GOIM_REDIS_AUTH: "secret1" };
  const options = { cwd: root, encoding: "utf8", env, input } as const;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--import", "tsx", bin, ...args],
    options,
  );
  return { status, stdout, stderr };
}

describe("goim", { timeout: 60_000 }, () => {
  it("shows help and version with 0, refuses what it does not know with 2", () => {
    expect(goim(["--help"])).toMatchObject({ status: 0, stdout: expect.stringContaining("comet") });
    expect(goim(["version"]).stdout).toMatch(/^goim-nats \d+\.\d+\.\d+, node v/);
    expect(goim(["bogus"])).toMatchObject({ status: 2 });
    expect(goim(["config", "check", "nobody"]).status).toBe(2);
    expect(goim(["comet", "--set", "nonsense"]).status).toBe(2);
  });

  it.each(["comet", "logic", "job"])("finds config/%s.toml good and complete", (name) => {
    const file = `config/${name}.toml`;
    const check = goim(["config", "check", name, "-conf", file]);
    expect(check).toMatchObject({ status: 0, stdout: `${file}: good for ${name}\n`, stderr: "" });
  });

  it("lists what is wrong with a configuration, without a stack, and exits 2", () => {
    const { status, stderr } = goim(["logic", "-region=sh", "--set", "nats.urll=x"]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^goim: flag nats\.urll: unknown key; \[nats\] takes url, .*\n$/);
  });

  it("prints what would be used, secrets masked, and warns of flags without a meaning", () => {
    const { status, stdout, stderr } = goim([
      "config",
      "print",
      "logic",
      "-zone",
      "z1",
      "-offline",
    ]);
    expect(status).toBe(0);
    expect(stdout).toContain('zone = "z1" # flag\n');
    expect(stdout).toContain('auth = "***" # environment GOIM_REDIS_AUTH\n');
    expect(stderr).toBe("goim: -offline has no meaning for this process and is ignored\n");
  });

  it("says that NATS cannot be reached, and exits 1", async () => {
    const url = "nats://ann:hidden@127.0.0.1:1";
    const run = promisify(execFile);
    const failed = (...args: string[]) =>
      run(process.execPath, ["--import", "tsx", bin, ...args], {
        cwd: root,
        env: { PATH: process.env.PATH ?? "", GOIM_NATS_URL: url },
      }).catch((error: unknown) => error);
    const told = { code: 1, stdout: "", stderr: expect.stringContaining("NATS at nats://127") };
    const both = await Promise.all([failed("key", "list"), failed("user", "rotate-secret")]);
    for (const one of both) {
      expect(one).toMatchObject(told);
      expect((one as { stderr: string }).stderr).not.toContain("hidden");
    }
  });

  it("decodes a payload from standard input", () => {
    const entries = [{ op: 1000, body: new TextEncoder().encode("hi") }];
    const payload = messages.push.PushBatch.encode({ entries }).finish();
    expect(JSON.parse(goim(["decode"], payload).stdout)).toEqual({
      type: "PushBatch",
      entries: [{ op: 1000, body: "hi" }],
    });
    expect(goim(["decode"], new Uint8Array(0))).toMatchObject({ status: 1 });
  });
});
