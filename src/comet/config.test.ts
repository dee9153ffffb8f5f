import { describe, expect, it } from "vitest";
import { ConfigError, loadConfig } from "../kit/config.ts";
import { cometConfig } from "./config.ts";

const load = (env: Record<string, string>) => loadConfig(cometConfig, { env });

describe("comet's configuration", () => {
  it("has defaults that listen on loopback and on goim's ports", () => {
    const config = load({});
    expect(config.tcp.bind).toEqual([{ host: "127.0.0.1", port: 3101 }]);
    expect(config.websocket.bind).toEqual([{ host: "127.0.0.1", port: 3102 }]);
    expect(config.admin.addr).toEqual({ host: "127.0.0.1", port: 3109 });
    expect(config.protocol.handshakeTimeout).toBe(8000);
    expect(config.upstream.queueMax).toBe(256);
    expect(config.channel.sendBytesMax).toBe(1 << 20);
  });

  it("takes goim's and our environment names", () => {
    const config = load({
      ...{ REGION: "sh", ZONE: "sh001", DEPLOY_ENV: "dev", WEIGHT: "20", OFFLINE: "true" },
      ...{ ADDRS: "10.0.0.1,10.0.0.2", GOIM_HOST: "h1", DEBUG: "1", GOIM_COMET_ID: "c1" },
      ...{ GOIM_COMET_TCP: "127.0.0.1:0", GOIM_COMET_WS: "0.0.0.0:80,[::1]:81" },
      ...{ GOIM_COMET_ADMIN: "127.0.0.1:0", GOIM_NATS_URL: "nats://127.0.0.1:4333" },
      GOIM_AUTH_INSECURE: "true",
    });
    expect(config).toMatchObject({
      ...{ region: "sh", zone: "sh001", env: "dev", weight: 20, offline: true, debug: true },
      ...{ addrs: ["10.0.0.1", "10.0.0.2"], host: "h1", id: "c1" },
      tcp: { bind: [{ host: "127.0.0.1", port: 0 }] },
      nats: { url: "nats://127.0.0.1:4333" },
    });
    expect(config.websocket.bind).toEqual([
      { host: "0.0.0.0", port: 80 },
      { host: "::1", port: 81 },
    ]);
  });

  it.each([
    [{ GOIM_COMET_ID: "a b" }, /id = "a b": expected at most 64 characters without a space/],
    [{ GOIM_SESSION_RENEW_MIN: "40m" }, /session.renewMin is above session.renewMax/],
    [{ GOIM_CHANNEL_SEND_BYTES_MAX: "1kb" }, /channel.sendBytesMax/],
    [{ GOIM_PROTOCOL_HANDSHAKE_TIMEOUT: "soon" }, /protocol.handshakeTimeout = "soon"/],
  ])("refuses %j", (env, message) => {
    expect(() => load(env)).toThrowError(message);
    expect(() => load(env)).toThrowError(ConfigError);
  });
});
