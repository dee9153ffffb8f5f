/** The job process: reads configuration, opens what it needs, runs one job. */
import { randomUUID } from "node:crypto";
import { createAckPublisher } from "../bus/ack-publisher.ts";
import type { Bus } from "../bus/bus.ts";
import { connectBus, natsOptionsOf } from "../bus/connect.ts";
import { publishDead } from "../bus/dead.ts";
import { openBucket } from "../bus/kv.ts";
import { readOrdered } from "../bus/ordered.ts";
import { watchComets } from "../bus/registry.ts";
import { createStreamReader } from "../bus/stream-reader.ts";
import { openLayout } from "../bus/streams.ts";
import { addressText } from "../kit/config.ts";
import { hostOf, logOptionsOf } from "../kit/config-common.ts";
import { type ProcessContext, runProcess } from "../kit/process.ts";
import type { Service } from "../kit/service.ts";
import { openMailbox } from "../store/open.ts";
import { createKvSessionStore } from "../store/sessions.kv.ts";
import { createRedisSessionStore } from "../store/sessions.redis.ts";
import type { SessionStore } from "../store/sessions.ts";
import type { JobConfig } from "./config.ts";
import { Job } from "./job.ts";

/** Runs until a signal or a failure; never returns to the caller. */
export async function main(config: JobConfig): Promise<void> {
  const options = {
    name: "job" as const,
    log: logOptionsOf(config),
    adminAddr: config.admin.addr,
    drainTimeoutMs: config.drainTimeout,
  };
  await runProcess(options, (context) => build(config, context));
}

async function build(config: JobConfig, context: ProcessContext): Promise<Service[]> {
  const { log, metrics, clock, admin, signal } = context;
  const id = config.id === "" ? `${hostOf(config)}-${process.pid}` : config.id;
  const { nats } = config;
  const bus = await connectBus({
    ...natsOptionsOf(nats),
    kind: "job",
    name: `goim job ${id}`,
    ...{ clock, log, metrics, signal },
  });
  const layout = await openLayout(bus, { log, clock, signal });
  // Logic makes the buckets: who may make or change one may have it filled from any other.
  const leases = await openBucket(bus, {
    name: bus.subjects.bucket("leases"),
    create: false,
    clock,
    log,
    signal,
  });
  const sessions = await openSessions(config, bus, context);
  const publisher = createAckPublisher(bus, { clock });
  const streams = createStreamReader(bus, { clock });
  const mailbox = await openMailbox(
    { ...config, create: false },
    { bus, clock, log, metrics, signal, streams },
  );
  const comets = watchComets(bus, { clock, log, signal, create: false });
  const me = { id, incarnation: randomUUID() };
  const job = new Job(me, config, {
    bus,
    layout,
    streams,
    readOrdered: (options) => readOrdered(bus, layout, { ...options, clock, log }),
    leases,
    comets,
    sessions,
    mailbox,
    publishEvent: (subject, data, options) => publisher.publish(subject, data, options),
    publishDead: (dead) => publishDead({ bus, publisher }, dead),
    clock,
    log,
    metrics,
  });
  admin.addCheck("job", () => job.notReady());
  admin.addCheck("sessions", () => sessions.notReady());
  const connections: Service = {
    name: "connections",
    start: async () => {},
    stop: async () => {
      comets.close();
      await publisher.close();
      await mailbox.close();
      await sessions.close();
      await bus.close();
    },
  };
  return [connections, job];
}

function openSessions(
  config: JobConfig,
  bus: Bus,
  { log, clock, metrics, signal }: ProcessContext,
): Promise<SessionStore> {
  const { session, redis } = config;
  if (session.store === "kv") {
    return createKvSessionStore({ create: false }, { bus, log, clock, metrics, signal });
  }
  const timeoutMs = Math.min(session.timeout, redis.readTimeout);
  const options = { addr: addressText(redis.addr), auth: redis.auth, db: redis.db, timeoutMs };
  return createRedisSessionStore(options, { log, clock, metrics, signal });
}
