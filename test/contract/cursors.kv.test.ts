import type { Bus } from "../../src/bus/bus.ts";
import { connectBus } from "../../src/bus/connect.ts";
import { JsApi } from "../../src/bus/js-api.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { silentLog } from "../../src/kit/log.ts";
import { createMetrics } from "../../src/kit/metrics.ts";
import { createKvCursors } from "../../src/store/cursors.kv.ts";
import { startNats } from "../harness/nats.ts";
import { type CursorsServer, describeCursors } from "./cursors.ts";

async function start(): Promise<CursorsServer> {
  const nats = await startNats();
  let spaces = 0;
  return {
    durable: true,
    space: async (options) => {
      const prefix = `goim-${++spaces}`;
      const common = { clock: systemClock, log: silentLog };
      const buses: Bus[] = [];
      const connect = async () => {
        const name = "cursors";
        const bus = await connectBus({ url: nats.url, prefix, name, ...common });
        buses.push(bus);
        return bus;
      };
      return {
        open: async () => {
          const deps = { bus: await connect(), ...common, metrics: createMetrics() };
          return createKvCursors({ timeoutMs: 2000, epochCheckMs: 50, ...options }, deps);
        },
        damage: async (mid) => {
          const bus = await connect();
          const name = `$KV.${bus.subjects.bucket("cursors")}.${bus.subjects.kvMid(mid)}`;
          await new JsApi(bus).store(name, Buffer.from('["life-1", 5]'));
        },
        close: async () => {
          await Promise.all(buses.map((bus) => bus.close()));
        },
      };
    },
    kill: () => nats.kill(),
    restart: () => nats.restart(),
    stop: () => nats.stop(),
  };
}

describeCursors("cursors in NATS KV", start);
