import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadConfig } from "../kit/config.ts";
import { logicConfig } from "./config.ts";

function load(env: Record<string, string>, file?: string) {
  const warnings: string[] = [];
  const onWarning = (line: string) => warnings.push(line);
  if (file === undefined) return { config: loadConfig(logicConfig, { env, onWarning }), warnings };
  const dir = mkdtempSync(join(tmpdir(), "goim-logic-config-"));
  try {
    const path = join(dir, "logic.toml");
    writeFileSync(path, file);
    return { config: loadConfig(logicConfig, { env, file: path, onWarning }), warnings };
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** goim's cmd/logic/logic-example.toml, its keys and kinds of values. */
const goimFile = `
[discovery]
    nodes = ["127.0.0.1:7171"]
[regions]
    "bj" = ["北京","天津"]
    "sh" = ["上海"]
[node]
    defaultDomain = "conn.example.org"
    hostDomain = ".example.org"
    heartbeat = "3m"
    heartbeatMax = 3
    tcpPort = 13101
    wsPort = 13102
    wssPort = 13103
    regionWeight = 1.5
[backoff]
    maxDelay = 200
    baseDelay = 2
    factor = 1.7
    jitter = 0.2
[rpcServer]
    network = "tcp"
    addr = ":3119"
    timeout = "1s"
[rpcClient]
    dial = "1s"
    timeout = "1s"
[httpServer]
    network = "tcp"
    addr = ":13111"
    readTimeout = "1s"
    writeTimeout = "1s"
[kafka]
    topic = "goim-push-topic"
    brokers = ["127.0.0.1:9092"]
[redis]
    network = "tcp"
    addr = "127.0.0.1:16379"
    active = 60000
    idle = 1024
    dialTimeout = "200ms"
    readTimeout = "500ms"
    writeTimeout = "500ms"
    idleTimeout = "120s"
    expire = "30m"
`;

describe("logic's configuration", () => {
  it("has goim's defaults and listens on loopback", () => {
    const { config } = load({});
    expect(config.httpServer.addr).toEqual({ host: "127.0.0.1", port: 3111 });
    expect(config.admin.addr).toEqual({ host: "127.0.0.1", port: 3119 });
    expect(config.node).toEqual({
      defaultDomain: "conn.goim.io",
      hostDomain: ".goim.io",
      webHost: "",
      tcpPort: 3101,
      wsPort: 3102,
      wssPort: 3103,
      heartbeat: 240_000,
      heartbeatMax: 2,
      regionWeight: 1.6,
    });
    expect(config.session).toMatchObject({ store: "kv", expire: 1_800_000, maxPerKey: 1 });
    expect(config.regions).toEqual({});
  });

  it("takes goim's own file, and says what each retired key is replaced by", () => {
    const { config, warnings } = load({}, goimFile);
    expect(config.httpServer.addr).toEqual({ host: "127.0.0.1", port: 13111 });
    expect(config.regions).toEqual({ bj: ["北京", "天津"], sh: ["上海"] });
    expect(config.node.heartbeat).toBe(180_000);
    expect(config.backoff).toEqual({ maxDelay: 200, baseDelay: 2, factor: 1.7, jitter: 0.2 });
    expect(config.redis).toMatchObject({ addr: { port: 16379 }, readTimeout: 500 });
    const all = warnings.join("\n");
    for (const key of ["discovery", "kafka", "rpcServer", "rpcClient", "httpServer.network"]) {
      expect(all).toContain(key);
    }
    for (const key of ["redis.active", "redis.writeTimeout", "redis.expire"]) {
      expect(all).toContain(key);
    }
  });

  it("takes goim's and our environment", () => {
    const { config } = load({
      GOIM_LOGIC_HTTP: "127.0.0.1:0",
      GOIM_LOGIC_ADMIN: ":4000",
      GOIM_NATS_URL: "nats://n1:4222,nats://n2:4222",
      REGION: "sh",
      ZONE: "sh001",
      DEPLOY_ENV: "prod",
      GOIM_HOST: "logic7",
      WEIGHT: "20",
      GOIM_STREAMS_LIVE_MAX_AGE: "2h",
    });
    expect(config).toMatchObject({
      httpServer: { addr: { port: 0 } },
      admin: { addr: { port: 4000 } },
      nats: { url: "nats://n1:4222,nats://n2:4222" },
      region: "sh",
      zone: "sh001",
      env: "prod",
      host: "logic7",
      weight: 20,
      streams: { live: { maxAge: 7_200_000 } },
    });
  });

  it.each([
    [{ GOIM_PUBLISH_BATCH_ENTRIES: "1025" }, /publish\.batchEntries/],
    [{ GOIM_PUBLISH_ACK_TIMEOUT: "10s" }, /publish\.ackTimeout must not be longer/],
    [{ GOIM_PUBLISH_PER_SUBJECT: "60", GOIM_PUBLISH_WINDOW: "10" }, /publish\.perSubject/],
    [{ GOIM_RECEIPT_DEADLINE: "40s" }, /receipt\.deadline must not be longer/],
    [{ GOIM_UPSTREAM_PUBLISH: "anywhere" }, /upstream\.publish.*joined, off/],
    [{ GOIM_SESSION_STORE: "etcd" }, /session\.store.*kv, redis/],
    [{ GOIM_LOGIC_HTTP: "nonsense" }, /host:port/],
  ])("refuses %j", (env, message) => {
    expect(() => load(env)).toThrow(message);
  });

  it("refuses join events on the subject where the join question is asked", () => {
    const events = { GOIM_HOOKS_NATS_EVENTS: "online,join" };
    expect(load(events).config.hooks.nats.events).toEqual(["online", "join"]);
    const both = { ...events, GOIM_HOOKS_JOIN_TYPES: "gate" };
    expect(() => load(both)).toThrow("hooks.nats.events: join");
    expect(() => load({ ...both, GOIM_HOOKS_NATS_EVENTS: "online,leave" })).not.toThrow();
  });
});
