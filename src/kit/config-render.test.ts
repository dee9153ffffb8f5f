import { parse } from "smol-toml";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { addresses, count, defineConfig, duration, loadConfig, text } from "./config.ts";
import { commonEnv, commonKeys, commonSections, hostOf, logOptionsOf } from "./config-common.ts";
import { renderDefaults, renderEffective } from "./config-render.ts";

const spec = defineConfig({
  process: "job",
  keys: commonKeys,
  sections: {
    ...commonSections(":3129"),
    room: z
      .strictObject({
        deep: z.strictObject({ names: z.array(z.string()).default(["a"]).describe("Names.") }),
        idle: duration("15m", { min: "1s" }).describe("Idle time."),
        batch: count(20, { min: 1, max: 100 }).describe("Batch."),
        bind: addresses([":1"]).describe("Where."),
        password: text("").meta({ secret: true }).describe("Password."),
      })
      .describe("Rooms."),
    regions: z.record(z.string(), z.array(z.string())).prefault({}).describe("Provinces."),
  },
  env: { ...commonEnv, GOIM_BATCH: "room.batch" },
});

describe("renderDefaults", () => {
  const toml = renderDefaults(spec);

  it("is a file that means the same as no file", () => {
    const flags = flatten(parse(toml));
    expect(Object.keys(flags)).toContain("room.deep.names");
    expect(loadConfig(spec, { env: {}, flags })).toEqual(loadConfig(spec, { env: {} }));
  });

  it("explains every key: what it does, its bounds, its other names", () => {
    expect(toml).toContain('# Idle time. At least 1s.\nidle = "15m"\n');
    expect(toml).toContain("# Batch. From 1 to 100. Environment: GOIM_BATCH.\nbatch = 20\n");
    expect(toml).toContain("# Rooms.\n[room]\n");
    expect(toml.endsWith("# Provinces.\n[regions]\n")).toBe(true);
  });

  it("keeps within 100 columns", () => {
    expect(Math.max(...toml.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  });
});

/** A table as command line flags, to feed it back without a file. */
function flatten(table: object, path = ""): Record<string, string> {
  return Object.entries(table).reduce<Record<string, string>>((flags, [name, value]) => {
    if (typeof value === "object" && !Array.isArray(value)) {
      return Object.assign(flags, flatten(value, `${path}${name}.`));
    }
    if (value === "") return flags;
    const written = Array.isArray(value) ? value.join(",") : String(value);
    return Object.assign(flags, { [`${path}${name}`]: written });
  }, {});
}

describe("renderEffective", () => {
  it("names the source of each value and hides secrets", () => {
    const toml = renderEffective(spec, {
      env: { REGION: "sh", GOIM_ROOM_PASSWORD: "secret1", GOIM_NATS_URL: "nats://u:pw@h:1,h:2" },
      flags: { "room.batch": "7" },
    });
    expect(toml).toContain('region = "sh" # environment REGION\n');
    expect(toml).toContain('password = "***" # environment GOIM_ROOM_PASSWORD\n');
    expect(toml).toContain('url = "nats://***@h:1,h:2" # environment GOIM_NATS_URL\n');
    expect(toml).toContain("batch = 7 # flag\n");
    expect(toml).toContain('idle = "15m" # default\n');
    expect(toml).not.toMatch(/secret1|pw/);
    expect(parse(toml)).toHaveProperty("room.batch", 7);
  });
});

describe("common configuration", () => {
  const config = loadConfig(spec, { env: { LOG_LEVEL: "warn" } });

  it("has the defaults of one machine", () => {
    expect(config.nats).toMatchObject({ url: "nats://127.0.0.1:4222", prefix: "goim" });
    expect(config.admin.addr).toEqual({ host: "127.0.0.1", port: 3129 });
    expect(config.drainTimeout).toBe(10_000);
  });

  it("gives log options and a host name", () => {
    expect(logOptionsOf(config)).toEqual({ level: "warn", pretty: false });
    expect(logOptionsOf({ ...config, debug: true }).level).toBe("debug");
    expect(hostOf({ host: "h1" })).toBe("h1");
    expect(hostOf(config)).not.toBe("");
  });
});
