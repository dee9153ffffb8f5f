import { describe, expect, it } from "vitest";
import { DEDUPE_WINDOW_MS } from "../bus/stream-config.ts";
import { loadConfig } from "../kit/config.ts";
import { jobConfig } from "./config.ts";

const load = (env: Record<string, string> = {}) => loadConfig(jobConfig, { env });

describe("job's configuration", () => {
  it("has the times that the design names as defaults", () => {
    const { lease, checkpoint, digest, dispatch, admin } = load();
    expect(lease).toMatchObject({ renew: 1500, silence: 5000 });
    expect(checkpoint).toMatchObject({ interval: 500, warm: 10_000 });
    expect(digest).toMatchObject({ interval: 1000, keep: 10, partBytes: 256 * 1024 });
    expect(dispatch.requestTimeout).toBe(1000);
    expect(admin.addr).toEqual({ host: "127.0.0.1", port: 3129 });
  });

  it("takes its addresses and goim's names from the environment", () => {
    const config = load({
      ...{ GOIM_JOB_ADMIN: "127.0.0.1:0", GOIM_NATS_URL: "nats://x:1", GOIM_JOB_ID: "j" },
      ...{ REGION: "sh", ZONE: "sh001", DEPLOY_ENV: "uat" },
    });
    expect(config).toMatchObject({ id: "j", region: "sh", zone: "sh001", env: "uat" });
    expect(config.admin.addr.port).toBe(0);
    expect(config.nats.url).toBe("nats://x:1");
  });

  it("ends events before JetStream forgets their ids, whatever is configured", () => {
    const tries = 20_000;
    expect(load({ GOIM_UNDELIVERED_MAX_AGE: "90s" }).undelivered.maxAge).toBe(90_000);
    expect(90_000 + tries).toBeLessThan(DEDUPE_WINDOW_MS);
    expect(() => load({ GOIM_UNDELIVERED_MAX_AGE: "91s" })).toThrow(/undelivered.maxAge/);
  });

  it("refuses a silence that a single late renewal would reach", () => {
    expect(() => load({ GOIM_LEASE_SILENCE: "2s" })).toThrow(/lease.silence/);
    expect(() => load({ GOIM_CHECKPOINT_INTERVAL: "2s" })).toThrow(/checkpoint.interval/);
  });
});
