import { Redis } from "ioredis";
import { expect, it } from "vitest";
import { systemClock } from "../../src/kit/clock.ts";
import { silentLog } from "../../src/kit/log.ts";
import { createMetrics } from "../../src/kit/metrics.ts";
import { createRedisMailbox } from "../../src/store/mailbox.redis.ts";
import type { Mailbox } from "../../src/store/mailbox.ts";
import { startNats } from "../harness/nats.ts";
import { startRedis } from "../harness/redis.ts";
import { waitFor } from "../harness/wait.ts";
import { describeMailbox } from "./mailbox.ts";
import {
  append,
  epoch,
  type MailboxServer,
  mails,
  movableClock,
  offsets,
  read,
  UserLog,
} from "./mailbox-space.ts";

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
        wipe: async () => {
          await admin.flushall();
        },
        endLife: async () => {
          await admin.del("mail_life");
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

it("in Redis has another life after a restart, whatever Redis had saved", async () => {
  const args = ["--appendonly", "yes", "--appendfsync", "always"];
  const [nats, redis] = await Promise.all([startNats(), startRedis({ args })]);
  const log = await new UserLog(nats.url, "goim").create();
  const deps = { log: silentLog, clock: systemClock, metrics: createMetrics() };
  const mailbox = await createRedisMailbox(
    { addr: redis.addr },
    { ...deps, ...(await log.process()) },
  );
  try {
    const { life } = await mailbox.state();
    await append(mailbox, { mid: "7", entries: mails(1, 3) });
    expect(offsets(await read(mailbox))).toEqual([1, 2, 3]);
    await redis.kill();
    await redis.restart();
    const late = { mid: "7", entries: mails(5, 5) };
    const refused = await waitFor(async () => {
      const [outcome] = await mailbox.append(epoch, [late], life);
      const { code } = outcome?.status === "rejected" ? outcome.reason : { code: "none" };
      return code !== "unavailable" && code !== "timeout" && code;
    });
    expect(refused).toBe("reset");
    expect((await mailbox.state()).life).not.toBe(life);
    expect(await read(mailbox)).toMatchObject({ last: 0 });
  } finally {
    await mailbox.close();
    await log.close();
    await Promise.all([nats.stop(), redis.stop()]);
  }
});
