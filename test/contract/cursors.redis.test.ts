import { Redis } from "ioredis";
import { systemClock } from "../../src/kit/clock.ts";
import { silentLog } from "../../src/kit/log.ts";
import { createMetrics } from "../../src/kit/metrics.ts";
import { createRedisCursors } from "../../src/store/cursors.redis.ts";
import type { CursorStore } from "../../src/store/cursors.ts";
import { startRedis } from "../harness/redis.ts";
import { type CursorsServer, describeCursors } from "./cursors.ts";

async function start(): Promise<CursorsServer> {
  const redis = await startRedis();
  const admin = new Redis({ port: redis.port, host: "127.0.0.1" });
  admin.on("error", () => {});
  return {
    durable: false,
    space: async (options) => {
      await admin.flushall();
      const stores: CursorStore[] = [];
      return {
        open: async () => {
          const deps = { log: silentLog, clock: systemClock, metrics: createMetrics() };
          const config = { addr: redis.addr, timeoutMs: 2000, ...options };
          const store = await createRedisCursors(config, deps);
          stores.push(store);
          return store;
        },
        damage: async (mid) => {
          await admin.set(`cursor_${mid}`, "something else");
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

describeCursors("cursors in Redis", start);
