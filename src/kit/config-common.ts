/** What the three processes have in common in their configuration, ready to spread into a spec. */
import { hostname } from "node:os";
import { z } from "zod";
import { address, choice, duration, flag, size, text } from "./config-values.ts";
import type { LogLevel } from "./log.ts";

/** Keys at the top of the file, before any section; goim has them as flags and environment. */
export const commonKeys = {
  region: text("").describe(
    "Region of this process, such as sh; comets of a client's region come first.",
  ),
  zone: text("").describe("Zone inside the region, such as sh001."),
  env: text("").describe(
    "Deployment environment: dev, fat1, uat, pre, prod; shown, not interpreted.",
  ),
  host: text("").describe("Name of this machine; empty means what the machine calls itself."),
  debug: flag(false).describe("Log at level debug, whatever log.level says."),
  drainTimeout: duration("10s", { min: "100ms", max: "10m" }).describe(
    "Most time from SIGTERM to the end of the process; clients and work in flight have until then.",
  ),
};

/** goim's environment names for them; every key also has its GOIM_… name. */
export const commonEnv = {
  REGION: "region",
  ZONE: "zone",
  DEPLOY_ENV: "env",
  DEBUG: "debug",
  LOG_LEVEL: "log.level",
} as const;

const logLevels = ["trace", "debug", "info", "warn", "error", "silent"] as const;

/** Sections of every process; `adminAddress` is the default of admin.addr. */
export function commonSections(adminAddress: string) {
  return {
    nats: natsSection,
    log: z
      .strictObject({
        level: choice(logLevels, "info").describe(`One of ${logLevels.join(", ")}.`),
        pretty: flag(false).describe("Coloured lines for a person instead of JSON."),
      })
      .describe("Log lines on standard output."),
    admin: z
      .strictObject({
        addr: address(adminAddress).describe("Where /healthz, /readyz and /metrics answer."),
      })
      .describe("Health and metrics for operators; keep it off the public network."),
  };
}

const natsSection = z
  .strictObject({
    url: text("nats://127.0.0.1:4222")
      .meta({ secret: "url" })
      .describe("Servers, with commas between; user and password may stand in the URL."),
    prefix: text("goim", {
      pattern: /^[a-z][a-z0-9-]{0,31}$/,
      allowed: "lower case letters, digits and -, at most 32, a letter first",
    }).describe("First word of every subject and, in capitals, of streams and buckets."),
    credentials: text("").describe("Path of a NATS credentials file; empty means none."),
    token: text("").meta({ secret: true }).describe("NATS token; empty means none."),
    reconnectWait: duration("250ms", { min: "10ms", max: "1m" }).describe(
      "Pause between two tries to reach a server; tries never end.",
    ),
    pingInterval: duration("5s", { min: "500ms", max: "5m" }).describe(
      "Time between pings; two without an answer mean the connection is lost.",
    ),
    pendingMax: size("64mb", { min: "1mb" }).describe(
      "Most bytes that may wait to be sent; beyond, what is to be sent is refused as busy.",
    ),
  })
  .describe("The NATS servers that carry everything between processes.");

/** The name of this machine as configured, or as it calls itself. */
export function hostOf(config: { readonly host: string }): string {
  return config.host === "" ? hostname() : config.host;
}

/** Log options of a loaded configuration. */
export function logOptionsOf(config: {
  readonly debug: boolean;
  readonly log: { readonly level: LogLevel; readonly pretty: boolean };
}): { level: LogLevel; pretty: boolean } {
  return { level: config.debug ? "debug" : config.log.level, pretty: config.log.pretty };
}
