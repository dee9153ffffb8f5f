import { Redis } from "ioredis";
import { systemClock } from "../../src/kit/clock.ts";
import { silentLog } from "../../src/kit/log.ts";
import { createMetrics } from "../../src/kit/metrics.ts";
import { createRedisSessionStore } from "../../src/store/sessions.redis.ts";
import type { SessionStore } from "../../src/store/sessions.ts";
import { startRedis } from "../harness/redis.ts";
import { describeSessionStore } from "./sessions.ts";
import type { SessionsServer } from "./sessions-space.ts";

async function start(): Promise<SessionsServer> {
  const redis = await startRedis();
  const admin = new Redis({ port: redis.port, host: "127.0.0.1" });
  admin.on("error", () => {});
  return {
    durable: false,
    space: async (options) => {
      await admin.flushall();
      const stores: SessionStore[] = [];
      return {
        open: async () => {
          const config = { addr: redis.addr, timeoutMs: 1000, epochCheckMs: 50, ...options };
          const deps = { log: silentLog, clock: systemClock, metrics: createMetrics() };
          const store = await createRedisSessionStore(config, deps);
          stores.push(store);
          return store;
        },
        wipe: async () => {
          await admin.flushall();
        },
        close: async () => {
          for (const store of stores) await store.close();
        },
      };
    },
    kill: () => redis.kill(),
    restart: () => redis.restart(),
    stop: async () => {
      admin.disconnect();
      await redis.stop();
    },
  };
}

describeSessionStore("sessions in Redis", start);
