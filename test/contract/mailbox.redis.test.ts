import { Redis } from "ioredis";
import { silentLog } from "../../src/kit/log.ts";
import { createMetrics } from "../../src/kit/metrics.ts";
import { createRedisMailbox } from "../../src/store/mailbox.redis.ts";
import type { Mailbox } from "../../src/store/mailbox.ts";
import { startNats } from "../harness/nats.ts";
import { startRedis } from "../harness/redis.ts";
import { describeMailbox } from "./mailbox.ts";
import { type MailboxServer, movableClock, UserLog } from "./mailbox-space.ts";

async function start(): Promise<MailboxServer> {
  const [nats, redis] = await Promise.all([startNats(), startRedis()]);
  const admin = new Redis({ port: redis.port, host: "127.0.0.1" });
  admin.on("error", () => {});
  let spaces = 0;
  return {
    durable: false,
    pageShare: 0,
    space: async (options) => {
      await admin.flushall();
      const log = await new UserLog(nats.url, `goim-${++spaces}`).create();
      const stores: Mailbox[] = [];
      const clock = movableClock();
      return {
        log,
        advance: clock.advance,
        open: async () => {
          const process = await log.process();
          const config = { addr: redis.addr, timeoutMs: 2000, ...options };
          const common = { log: silentLog, clock, metrics: createMetrics() };
          const store = await createRedisMailbox(config, { ...process, ...common });
          stores.push(store);
          return store;
        },
        damage: async (mid) => {
          await admin.set(`mail_${mid}`, "something else");
        },
        close: async () => {
          for (const store of stores) await store.close();
          await log.close();
        },
      };
    },
    kill: () => redis.kill(),
    restart: () => redis.restart(),
    stop: async () => {
      admin.disconnect();
      await Promise.all([nats.stop(), redis.stop()]);
    },
  };
}

describeMailbox("mailbox in Redis", start);
