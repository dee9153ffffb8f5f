import { silentLog } from "../../src/kit/log.ts";
import { createMetrics } from "../../src/kit/metrics.ts";
import { createKvMailbox } from "../../src/store/mailbox.kv.ts";
import { startNats } from "../harness/nats.ts";
import { describeMailbox } from "./mailbox.ts";
import { type MailboxServer, movableClock, UserLog } from "./mailbox-space.ts";

async function start(): Promise<MailboxServer> {
  const nats = await startNats();
  let spaces = 0;
  return {
    durable: true,
    pageShare: 1 / 8,
    space: async (options) => {
      spaces++;
      const log = await new UserLog(nats.url, `goim-${spaces}`).create();
      const admin = await log.connect();
      const clock = movableClock();
      return {
        log,
        advance: clock.advance,
        open: async () => {
          const process = await log.process();
          const config = { timeoutMs: 2000, epochCheckMs: 50, ...options };
          const common = { log: silentLog, clock, metrics: createMetrics() };
          return createKvMailbox(config, { ...process, ...common });
        },
        damage: async (mid) => {
          const name = `$KV.${admin.subjects.bucket("mailbox")}.${admin.subjects.kvMid(mid)}`;
          await log.api.store(name, Buffer.from("\xff no record of ours"));
        },
        wipe: async () => {
          await log.api.call(`STREAM.DELETE.KV_${admin.subjects.bucket("mailbox")}`);
        },
        endLife: async () => {
          const name = `$KV.${admin.subjects.bucket("mailbox")}.life`;
          await log.api.store(name, Buffer.from("no record of ours"));
        },
        close: () => log.close(),
      };
    },
    kill: () => nats.kill(),
    restart: () => nats.restart(),
    stop: () => nats.stop(),
  };
}

describeMailbox("mailbox in NATS KV", start);
