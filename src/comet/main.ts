/** The process comet: what it needs is opened here, from top to bottom. */
import { readFileSync } from "node:fs";
import { connectBus, natsOptionsOf } from "../bus/connect.ts";
import { openBucket } from "../bus/kv.ts";
import { watchRevocations } from "../bus/revocations.ts";
import { createStreamReader } from "../bus/stream-reader.ts";
import { openLayout } from "../bus/streams.ts";
import { hostOf, logOptionsOf } from "../kit/config-common.ts";
import { type ProcessContext, runProcess } from "../kit/process.ts";
import type { Service } from "../kit/service.ts";
import { createTurns } from "../kit/turns.ts";
import { createComet } from "./comet.ts";
import type { CometConfig } from "./config.ts";
import { createOtherNodes } from "./other-nodes.ts";
import { createRegister } from "./registration.ts";
import { createTransports } from "./transports.ts";

export async function main(config: CometConfig): Promise<void> {
  await runProcess(
    {
      name: "comet",
      log: logOptionsOf(config),
      adminAddr: config.admin.addr,
      drainTimeoutMs: config.drainTimeout,
    },
    (context) => compose(config, context),
  );
}

/** Opens everything, waiting for NATS and for the streams that logic creates. */
async function compose(config: CometConfig, context: ProcessContext): Promise<Service[]> {
  const { log, metrics, admin, signal, fail } = context;
  const { clock, breathe } = createTurns(context.clock);
  const { nats } = config;
  const bus = await connectBus({
    ...natsOptionsOf(nats),
    kind: "comet",
    name: `goim comet ${config.id || hostOf(config)}`,
    ...{ clock, log, metrics, signal },
  });
  admin.addCheck("nats", () => (bus.connected ? undefined : "not connected"));

  const wait = { clock, log, signal };
  const layout = await openLayout(bus, wait);
  const reader = createStreamReader(bus, { clock });
  const { subjects } = bus;
  // Logic creates them, so a comet that is started first waits.
  const bucketOf = (kind: "rules" | "recalls") =>
    openBucket(bus, { name: subjects.bucket(kind), create: false, ...wait });
  const buckets = { rules: await bucketOf("rules"), recalls: await bucketOf("recalls") };
  const transports = createTransports(config, { log, clock });
  const register = createRegister(config, { bus, version: packageVersion(), ...wait });
  const otherNodes = createOtherNodes(bus, config, { clock, log });
  const comet = createComet(config, {
    ...{ bus, layout, reader, transports, register, clock, log, metrics, fail },
    ...{ otherNodes, buckets, breathe },
    watchRevocations: (onRevoked) => {
      return watchRevocations({ bucket: buckets.rules, clock, log, onRevoked });
    },
    random: Math.random,
  });
  const connection: Service = { name: "NATS", start: async () => {}, stop: () => bus.close() };
  const opened: Service = {
    name: "buckets of rules",
    start: async () => {},
    stop: async () => {
      for (const bucket of Object.values(buckets)) bucket.close();
    },
  };
  return [connection, opened, comet];
}

/** package.json lies two folders up in src/ and in dist/ alike. */
function packageVersion(): string {
  const file = new URL("../../package.json", import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
