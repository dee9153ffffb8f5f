import { describe, expect, it } from "vitest";
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

  it("refuses a silence that a single late renewal would reach", () => {
    expect(() => load({ GOIM_LEASE_SILENCE: "2s" })).toThrow(/lease.silence/);
    expect(() => load({ GOIM_CHECKPOINT_INTERVAL: "2s" })).toThrow(/checkpoint.interval/);
  });
});
