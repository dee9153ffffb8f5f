import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import {
  addresses,
  ConfigError,
  choice,
  count,
  defineConfig,
  duration,
  flag,
  loadConfig,
  text,
  texts,
} from "./config.ts";

const spec = defineConfig({
  process: "comet",
  keys: { region: text("").describe("Region.") },
  sections: {
    tcp: z.strictObject({
      bind: addresses([":3101"]).describe("Where."),
      keepalive: flag(false).describe("Keepalive."),
      idleTimeout: duration("8s", { max: "1m" }).describe("Idle."),
    }),
    store: z.strictObject({
      kind: choice(["kv", "redis"], "kv").describe("Kind."),
      password: text("").meta({ secret: true }).describe("Password."),
      retries: count(3).describe("Retries."),
      deep: z.strictObject({ names: texts([]).describe("Names.") }),
    }),
    regions: z.record(z.string(), z.array(z.string())).prefault({}).describe("Provinces."),
  },
  env: { REGION: "region", GOIM_COMET_TCP: "tcp.bind" },
  retired: {
    "tcp.reader": "one process is one core",
    "kafka.*": "pushes go through JetStream",
  },
  check: (config) =>
    config.store.kind === "kv" && config.store.password !== "" ? ["kv takes no password"] : [],
});

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "goim-config-"));
  file = join(folder, "comet.toml");
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(content: string): string {
  writeFileSync(file, content);
  return file;
}

function problemsOf(load: () => unknown): readonly string[] {
  try {
    load();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe("loadConfig", () => {
  it("gives the defaults without any source", () => {
    expect(loadConfig(spec, { env: {} })).toEqual({
      region: "",
      tcp: { bind: [{ host: "127.0.0.1", port: 3101 }], keepalive: false, idleTimeout: 8000 },
      store: { kind: "kv", password: "", retries: 3, deep: { names: [] } },
      regions: {},
    });
  });

  it("lets the environment win over the file, and flags over both", () => {
    write('region = "file"\n[tcp]\nkeepalive = true\nidleTimeout = "1s"\nbind = [":1"]\n');
    const config = loadConfig(spec, {
      file,
      env: { REGION: "env", GOIM_TCP_IDLE_TIMEOUT: "2s", GOIM_COMET_TCP: ":2,0.0.0.0:3" },
      flags: { "tcp.idleTimeout": "3s" },
    });
    expect(config.region).toBe("env");
    expect(config.tcp.keepalive).toBe(true);
    expect(config.tcp.idleTimeout).toBe(3000);
    expect(config.tcp.bind.map(({ port }) => port)).toEqual([2, 3]);
  });

  it("prefers GOIM_<SECTION>_<KEY> to another name of the same key", () => {
    const env = { GOIM_COMET_TCP: ":1", GOIM_TCP_BIND: ":2", REGION: "a", GOIM_REGION: "b" };
    const config = loadConfig(spec, { env });
    expect([config.tcp.bind[0]?.port, config.region]).toEqual([2, "b"]);
  });

  it("reads every kind of value from text", () => {
    const env = {
      GOIM_TCP_KEEPALIVE: "TRUE",
      GOIM_STORE_RETRIES: "7",
      GOIM_STORE_DEEP_NAMES: "a, b",
      GOIM_REGIONS: '{"sh":["Shanghai"]}',
      GOIM_TCP_IDLE_TIMEOUT: "1500",
      GOIM_TCP_BIND: "[::1]:9",
    };
    const config = loadConfig(spec, { env });
    expect(config.tcp).toEqual({
      bind: [{ host: "::1", port: 9 }],
      keepalive: true,
      idleTimeout: 1500,
    });
    expect(config.store).toMatchObject({ retries: 7, deep: { names: ["a", "b"] } });
    expect(config.regions).toEqual({ sh: ["Shanghai"] });
  });

  it("takes an empty variable as not set", () => {
    expect(loadConfig(spec, { env: { GOIM_TCP_BIND: "", REGION: "" } }).tcp.bind).toHaveLength(1);
  });

  it("lists every problem with source, key, value and what is allowed", () => {
    write('[tcp]\nidleTimeout = "2m"\nbindd = 1\n[store]\nkind = "sql"\n[bogus]\nx = 1\n');
    const problems = problemsOf(() =>
      loadConfig(spec, {
        file,
        env: { GOIM_STORE_RETRIES: "many", GOIM_TCP_KEEPALIVE: "maybe" },
        flags: { "tcp.bind": "nowhere", "tcp.nothing": "1" },
      }),
    );
    expect(problems).toEqual([
      `${file}: tcp.bindd: unknown key; [tcp] takes bind, keepalive, idleTimeout`,
      `${file}: bogus.x: unknown key; the file takes region, [tcp], [store], regions`,
      "flag tcp.nothing: unknown key; [tcp] takes bind, keepalive, idleTimeout",
      expect.stringMatching(/^flag: tcp\.bind\.0 = \["nowhere"\]: expected host:port/),
      'environment GOIM_TCP_KEEPALIVE: tcp.keepalive = "maybe": expected true or false',
      expect.stringMatching(
        /^.*comet\.toml: tcp\.idleTimeout = "2m": expected a duration .*, at most 1m$/,
      ),
      `${file}: store.kind = "sql": expected one of kv, redis`,
      'environment GOIM_STORE_RETRIES: store.retries = "many": expected a whole number, at least 0',
    ]);
  });

  it("does not show a secret in a problem", () => {
    write("[store]\npassword = 123456\n");
    const problems = problemsOf(() => loadConfig(spec, { file, env: {} }));
    expect(problems).toEqual([`${file}: store.password = (hidden): expected a text`]);
  });

  it("reports a file that is missing or no TOML, with its line", () => {
    const missing = join(folder, "missing.toml");
    expect(problemsOf(() => loadConfig(spec, { file: missing, env: {} }))[0]).toContain(missing);
    write('region = "a"\nregion == 1\n');
    expect(problemsOf(() => loadConfig(spec, { file, env: {} }))[0]).toContain(`${file}:2: `);
  });

  it("says that a section is no value and a value no section", () => {
    write("tcp = 3\n[region]\nx = 1\n");
    expect(problemsOf(() => loadConfig(spec, { file, env: {} }))).toEqual([
      `${file}: tcp: this is a section: write its keys below [tcp]`,
      `${file}: region = {"x":1}: expected a text`,
    ]);
  });

  it("accepts goim's retired keys with one line each that says what replaces them", () => {
    write('[tcp]\nreader = 32\n[kafka]\ntopic = "t"\nbrokers = ["b"]\n');
    const warnings: string[] = [];
    loadConfig(spec, { file, env: {}, onWarning: (line) => warnings.push(line) });
    expect(warnings).toEqual([
      `${file}: tcp.reader: ignored; one process is one core`,
      `${file}: kafka.topic, kafka.brokers: ignored; pushes go through JetStream`,
    ]);
  });

  it("asks the spec about what no single key can tell", () => {
    const env = { GOIM_STORE_PASSWORD: "x" };
    expect(problemsOf(() => loadConfig(spec, { env }))).toEqual(["kv takes no password"]);
  });
});

describe("defineConfig", () => {
  it("refuses an environment name for a key that is not there, and a retired key that is", () => {
    const sections = { tcp: z.strictObject({ bind: text("") }) };
    expect(() => defineConfig({ process: "job", sections, env: { A: "tcp.no" } })).toThrow(
      "no key",
    );
    const retired = { "tcp.bind": "gone" };
    expect(() => defineConfig({ process: "job", sections, retired })).toThrow("yet a key");
  });
});
