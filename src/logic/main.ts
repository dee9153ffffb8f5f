/** The process logic: what it needs is opened here, from top to bottom. */
import { readFileSync } from "node:fs";
import { createAckPublisher } from "../bus/ack-publisher.ts";
import type { Bus } from "../bus/bus.ts";
import { connectBus, natsOptionsOf } from "../bus/connect.ts";
import { openBucket } from "../bus/kv.ts";
import { watchComets } from "../bus/registry.ts";
import { createStreamReader } from "../bus/stream-reader.ts";
import { declareStreams, openLayout } from "../bus/streams.ts";
import { hostOf, logOptionsOf } from "../kit/config-common.ts";
import { type ProcessContext, runProcess } from "../kit/process.ts";
import type { Service } from "../kit/service.ts";
import { openCursors, openMailbox } from "../store/open.ts";
import { openAuth } from "./auth/open.ts";
import { keepBuckets, openOthersBuckets } from "./buckets.ts";
import type { LogicConfig } from "./config.ts";
import { createLogic, type Logic } from "./logic.ts";
import { openRooms } from "./rooms/open.ts";
import { openSessionStore } from "./session-store.ts";
import { keepStreams, streamsSpec } from "./streams.ts";
import { openUsers } from "./users/open.ts";

export async function main(config: LogicConfig): Promise<void> {
  await runProcess(
    {
      name: "logic",
      log: logOptionsOf(config),
      adminAddr: config.admin.addr,
      drainTimeoutMs: config.drainTimeout,
    },
    async (context) => (await compose(config, context)).services,
  );
}

export interface Composition {
  readonly logic: Logic;
  /** In the order of their start; logic is the last. */
  readonly services: Service[];
}

/** Opens everything, waiting for NATS and the session store as long as they are away. */
export async function compose(config: LogicConfig, context: ProcessContext): Promise<Composition> {
  const { log, metrics, clock, admin, signal, fail } = context;
  const { nats, publish, streams, session } = config;
  log.info({ weight: config.weight, sessions: session.store }, "starting");
  const bus = await connectBus({
    ...natsOptionsOf(nats),
    kind: "logic",
    name: `goim logic ${config.id || hostOf(config)}`,
    ...{ clock, log, metrics, signal },
  });
  admin.addCheck("nats", () => (bus.connected ? undefined : "not connected"));

  const wait = { log, clock, signal };
  const spec = streamsSpec(streams);
  await declareStreams(bus, spec, wait);
  const layout = await openLayout(bus, wait);
  const opening = { bus, metrics, ...wait };
  const { replicas } = streams;
  const mails = session.store === "kv" ? config.mailbox : undefined;
  const others = await openOthersBuckets({ replicas, mailbox: mails }, { bus, ...wait });
  const store = await openSessionStore(config, { bus, ...wait, metrics });
  admin.addCheck("sessions", () => store.notReady());
  const reader = createStreamReader(bus, { clock });
  const mailbox = await openMailbox({ ...config, replicas }, { ...opening, streams: reader });
  const cursors = await openCursors({ ...config, replicas }, opening);
  const directory = watchComets(bus, { ...wait, replicas });
  const rooms = await openRooms(config, { bus, ...wait });
  const buckets = await openModeration(bus, config, wait);
  await directory.ready();
  const users = await openUsers(config, { bus, ...wait });
  const auth = await openAuth(config, { ...opening, own: users?.own, rules: buckets.rules });

  const acks = createAckPublisher(bus, {
    ...{ clock, metrics },
    retryAfterMs: publish.ackTimeout,
    deadlineMs: publish.timeout,
    // The publisher above has the bounds that callers meet; these only have to be wider.
    maxMessages: publish.window,
    maxBytes: 2 * publish.pendingBytesMax,
  });
  const { events } = config;
  const eventAcks = createAckPublisher(bus, {
    clock,
    retryAfterMs: events.ackTimeout,
    deadlineMs: events.timeout,
    // Bounded by what hands them over.
    maxMessages: 2 * events.inFlightMax,
  });
  const version = packageVersion();
  const stores = { store, mailbox, cursors, ...rooms, users };
  const open = { bus, layout, acks, eventAcks, reader, directory, buckets, ...stores };
  const logic = createLogic(config, { ...open, ...auth.parts, clock, log, metrics, version });
  const services = [
    closing("NATS", () => bus.close()),
    closing("session store", () => store.close()),
    closing("mailbox", () => mailbox.close()),
    closing("cursors", () => cursors.close()),
    closing("rooms", () => rooms.close()),
    closing("users", async () => users?.close()),
    closing("comet directory", async () => directory.close()),
    closing("buckets of rules", async () => buckets.close()),
    closing("auth", async () => auth.close()),
    keepStreams(spec, { bus, layout, clock, log, fail }),
    keepBuckets({ buckets: others, bus, clock, log, metrics }),
    closing("stream publisher", () => acks.close()),
    closing("event publisher", () => eventAcks.close()),
    logic,
  ];
  return { logic, services };
}

/** The buckets of rules, recalls and reports. */
async function openModeration(
  bus: Bus,
  { streams, moderation }: LogicConfig,
  wait: Pick<ProcessContext, "log" | "clock" | "signal">,
) {
  const { replicas } = streams;
  const opened = (kind: "rules" | "recalls" | "reports", ttlMs = 0) =>
    openBucket(bus, { name: bus.subjects.bucket(kind), replicas, ttlMs, ...wait });
  const rules = await opened("rules");
  const recalls = await opened("recalls");
  const reports = await opened("reports", moderation.reportsAge);
  const close = () => {
    for (const bucket of [rules, recalls, reports]) bucket.close();
  };
  return { rules, recalls, reports, close };
}

/** Something that is open already and only has to be closed in its turn. */
function closing(name: string, stop: () => Promise<void>): Service {
  return { name, start: async () => {}, stop };
}

/** package.json lies two folders up in src/ and in dist/ alike. */
function packageVersion(): string {
  const file = new URL("../../package.json", import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
