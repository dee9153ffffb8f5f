import type { Bus } from "../../src/bus/bus.ts";
import { connectBus } from "../../src/bus/connect.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { silentLog } from "../../src/kit/log.ts";
import { createMetrics } from "../../src/kit/metrics.ts";
import { createKvSessionStore } from "../../src/store/sessions.kv.ts";
import { startNats } from "../harness/nats.ts";
import { describeSessionStore } from "./sessions.ts";
import type { SessionsServer } from "./sessions-space.ts";

async function start(): Promise<SessionsServer> {
  const nats = await startNats();
  let spaces = 0;
  return {
    durable: true,
    space: async (options) => {
      spaces++;
      const prefix = `goim-${spaces}`;
      const buses: Bus[] = [];
      const connect = async () => {
        const bus = await connectBus({
          url: nats.url,
          prefix,
          name: "sessions",
          clock: systemClock,
          log: silentLog,
        });
        buses.push(bus);
        return bus;
      };
      const admin = await connect();
      const deleteBucket = async () => {
        const stream = `KV_${admin.subjects.bucket("sessions")}`;
        const subject = `$JS.API.STREAM.DELETE.${stream}`;
        await admin.request(subject, new Uint8Array(0), { timeoutMs: 5000 });
      };
      return {
        open: async () => {
          const config = { epochCheckMs: 50, timeoutMs: 1000, ...options };
          const metrics = createMetrics();
          const bus = await connect();
          return createKvSessionStore(config, { bus, log: silentLog, clock: systemClock, metrics });
        },
        wipe: deleteBucket,
        close: async () => {
          if (admin.connected) await deleteBucket();
          await Promise.all(buses.map((bus) => bus.close()));
        },
      };
    },
    kill: () => nats.kill(),
    restart: () => nats.restart(),
    stop: () => nats.stop(),
  };
}

describeSessionStore("sessions in NATS KV", start);
