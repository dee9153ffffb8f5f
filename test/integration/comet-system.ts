/**
 * A comet on its real transports and a real nats-server, with the test in the place of logic and
 * job: logins are answered by a script, and pushes are stored and cast as job does it.
 */
import type { Bus } from "../../src/bus/bus.ts";
import { connectBus } from "../../src/bus/connect.ts";
import { openBucket } from "../../src/bus/kv.ts";
import { serve } from "../../src/bus/rpc.ts";
import { defaultStreams } from "../../src/bus/stream-config.ts";
import { createStreamReader } from "../../src/bus/stream-reader.ts";
import { declareStreams, openLayout } from "../../src/bus/streams.ts";
import { type Comet, createComet } from "../../src/comet/comet.ts";
import { cometConfig } from "../../src/comet/config.ts";
import type { Registration, RegistrationEvents } from "../../src/comet/identity.ts";
import { createTransports } from "../../src/comet/transports.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { loadConfig } from "../../src/kit/config.ts";
import type { GoimError } from "../../src/kit/errors.ts";
import { silentLog } from "../../src/kit/log.ts";
import { createMetrics, type Metrics } from "../../src/kit/metrics.ts";
import { goim } from "../../src/protocol/gen/messages.js";
import { toNumber } from "../../src/protocol/int64.ts";
import { offsetOf } from "../../src/protocol/offset.ts";
import { connectClient, type TestClient } from "../harness/client.ts";
import { connectV2, type V2Client } from "../harness/client-v2.ts";
import { startNats, type TestNats } from "../harness/nats.ts";

const clock = systemClock;
const log = silentLog;

interface Token {
  readonly mid?: number;
  readonly key?: string;
  readonly room_id?: string;
  readonly accepts?: number[];
  readonly device?: string;
}

/** What logic does for a comet, as far as these tests need it. */
export class ScriptedLogic {
  heartbeatMs = 240_000;
  heartbeatMax = 2;
  maxPerKey = 1;
  storeEpoch = "store-1";
  /** What waits for everybody who logs in. */
  mail: goim.logic.Mail.$Properties | undefined;
  /** Awaited before each login is answered. */
  loginGate: Promise<void> = Promise.resolve();
  /** Set to answer every message from a client with this error. */
  receiveError: GoimError | undefined;
  roomTotalExtra = 0;
  /** What a login's reply says besides. */
  more: (request: goim.logic.ConnectReq, mid: string) => goim.logic.ConnectReply.$Properties =
    () => {
      return {};
    };
  readonly taken = new Set<string>();
  readonly connects: goim.logic.ConnectReq[] = [];
  readonly disconnects: { key: string; conn: number }[] = [];
  readonly renewals: { key: string; incarnation: string }[] = [];
  readonly received: goim.logic.ReceiveReq[] = [];
  readonly published: goim.logic.PublishReq[] = [];
  publish: (
    request: goim.logic.PublishReq,
  ) => Promise<goim.logic.PublishReply.$Properties> | goim.logic.PublishReply.$Properties = () => ({
    offset: 1024,
  });
  history: (request: goim.logic.HistoryReq) => goim.logic.HistoryReply.$Properties = () => ({});
  #stops: (() => Promise<void>)[] = [];
  #keys = 0;

  start(bus: Bus): void {
    const on = (name: string, handler: (data: Uint8Array) => Uint8Array | Promise<Uint8Array>) => {
      const served = serve(bus, bus.subjects.logic(name), handler, { maxInFlight: 1000 });
      this.#stops.push(() => served.stop());
    };
    on("connect", async (data) => {
      const { requests } = goim.logic.ConnectBatchReq.decode(data);
      const replies = requests.map((request) => this.#login(request as goim.logic.ConnectReq));
      await this.loginGate;
      const { storeEpoch } = this;
      return goim.logic.ConnectBatchReply.encode({ replies, storeEpoch }).finish();
    });
    on("disconnect", (data) => {
      const { requests } = goim.logic.DisconnectBatchReq.decode(data);
      for (const { key, conn } of requests) {
        this.disconnects.push({ key: key ?? "", conn: toNumber(conn ?? 0) });
      }
      const replies = requests.map(() => ({ has: true }));
      return goim.logic.DisconnectBatchReply.encode({ replies }).finish();
    });
    on("heartbeat", (data) => {
      const { requests } = goim.logic.HeartbeatBatchReq.decode(data);
      for (const { key, incarnation } of requests) {
        this.renewals.push({ key: key ?? "", incarnation: incarnation ?? "" });
      }
      const replies = requests.map(({ key }) => ({ taken: this.taken.has(key ?? "") }));
      const { storeEpoch } = this;
      return goim.logic.HeartbeatBatchReply.encode({ replies, storeEpoch }).finish();
    });
    on("renew", (data) => {
      const { roomCount } = goim.logic.OnlineReq.decode(data);
      const totals = Object.entries(roomCount).map(([room, count]) => {
        return [room, count + this.roomTotalExtra];
      });
      const { storeEpoch } = this;
      const reply = { allRoomCount: Object.fromEntries(totals), connections: 9, storeEpoch };
      return goim.logic.OnlineReply.encode(reply).finish();
    });
    on("publish", async (data) => {
      const request = goim.logic.PublishReq.decode(data) as goim.logic.PublishReq;
      this.published.push(request);
      return goim.logic.PublishReply.encode(await this.publish(request)).finish();
    });
    on("history", (data) => {
      const request = goim.logic.HistoryReq.decode(data) as goim.logic.HistoryReq;
      return goim.logic.HistoryReply.encode(this.history(request)).finish();
    });
    on("receive", (data) => {
      this.received.push(goim.logic.ReceiveReq.decode(data) as goim.logic.ReceiveReq);
      if (this.receiveError !== undefined) throw this.receiveError;
      return goim.logic.ReceiveReply.encode({}).finish();
    });
  }

  async stop(): Promise<void> {
    const stops = this.#stops;
    this.#stops = [];
    await Promise.all(stops.map((stop) => stop()));
  }

  #login(request: goim.logic.ConnectReq): goim.logic.ConnectReply.$Properties {
    this.connects.push(request);
    let token: Token;
    try {
      token = JSON.parse(Buffer.from(request.token).toString());
    } catch {
      return { error: "invalid", errorText: "the token is not JSON" };
    }
    if (token.mid === 666) return { error: "unauthorized", errorText: "not you" };
    return {
      mid: token.mid ?? 0,
      key: token.key ?? `made-${++this.#keys}`,
      roomID: token.room_id ?? "",
      accepts: token.accepts ?? [],
      heartbeat: this.heartbeatMs * 1_000_000,
      heartbeatMax: this.heartbeatMax,
      maxPerKey: this.maxPerKey,
      platform: "web",
      device: token.device ?? token.key ?? "web",
      ...(this.mail === undefined ? {} : { mail: this.mail }),
      ...this.more(request, String(token.mid ?? 0)),
    };
  }
}

/** One registry entry, kept in the test. */
class FakeRegistration implements Registration {
  incarnation = "inc-1";
  /** What happened to it, in order, and how many connections there were at that moment. */
  readonly steps: string[] = [];
  readonly events: RegistrationEvents;

  constructor(events: RegistrationEvents) {
    this.events = events;
    events.onClaim(this.incarnation);
  }

  retire(): void {
    this.steps.push(`retire with ${this.events.levels().connections}`);
  }

  async leave(): Promise<void> {
    this.steps.push(`leave with ${this.events.levels().connections}`);
  }

  loseLease(): void {
    this.incarnation = "inc-2";
    this.events.onClaim(this.incarnation);
    this.events.onIncarnation(this.incarnation);
  }
}

export class CometSystem {
  readonly nats: TestNats;
  readonly logic: ScriptedLogic;
  readonly comet: Comet;
  readonly metrics: Metrics;
  readonly failures: Error[] = [];
  registration: FakeRegistration | undefined;
  readonly #buses: readonly Bus[];
  readonly #ports: { readonly ws: string; readonly tcp: string };
  /** NATS and logic are another system's. */
  readonly #shared: boolean;
  readonly #last = new Map<string, number>();
  #epochs: Awaited<ReturnType<typeof openLayout>>;
  #clients: TestClient[] = [];

  private constructor(parts: {
    shared: boolean;
    nats: TestNats;
    logic: ScriptedLogic;
    comet: Comet;
    metrics: Metrics;
    buses: readonly Bus[];
    ports: { ws: string; tcp: string };
    layout: Awaited<ReturnType<typeof openLayout>>;
  }) {
    this.#shared = parts.shared;
    this.nats = parts.nats;
    this.logic = parts.logic;
    this.comet = parts.comet;
    this.metrics = parts.metrics;
    this.#buses = parts.buses;
    this.#ports = parts.ports;
    this.#epochs = parts.layout;
  }

  static async start(
    env: Readonly<Record<string, string>> = {},
    beside?: CometSystem,
  ): Promise<CometSystem> {
    const nats = beside?.nats ?? (await startNats());
    const connect = (name: string) => {
      const { url } = nats;
      return connectBus({ url, prefix: "goim", name, clock, log, pingIntervalMs: 1000 });
    };
    const own = await connect("comet");
    const outside = await connect("outside");
    await declareStreams(outside, defaultStreams, { log });
    const layout = await openLayout(own, { log });
    const logic = beside?.logic ?? new ScriptedLogic();
    if (beside === undefined) logic.start(outside);
    await outside.flush();
    const any = { GOIM_COMET_WS: "127.0.0.1:0", GOIM_COMET_TCP: "127.0.0.1:0" };
    const config = loadConfig(cometConfig, { env: { ...any, GOIM_HOST: "h1", ...env } });
    const transports = createTransports(config, { log, clock });
    const metrics = createMetrics();
    const holder: { system?: CometSystem } = {};
    const reader = createStreamReader(own);
    const registered: { entry?: FakeRegistration } = {};
    const { subjects } = outside;
    const buckets = {
      rules: await openBucket(outside, { name: subjects.bucket("rules") }),
      recalls: await openBucket(outside, { name: subjects.bucket("recalls") }),
    };
    const comet = createComet(config, {
      buckets,
      ...{ bus: own, layout, reader, transports, clock, log, metrics },
      random: Math.random,
      otherNodes: async () => ["127.0.0.1:3999"],
      register: async (_id, events) => {
        registered.entry = new FakeRegistration(events);
        return registered.entry;
      },
      fail: (error) => holder.system?.failures.push(error),
    });
    await comet.start();
    const address = (name: string) =>
      transports.find((transport) => transport.name === name)?.addresses[0] ?? "";
    const ports = { ws: `ws://${address("ws")}/sub`, tcp: `tcp://${address("tcp")}` };
    const buses = [own, outside];
    const shared = beside !== undefined;
    const system = new CometSystem({ shared, nats, logic, comet, metrics, buses, ports, layout });
    system.registration = registered.entry;
    holder.system = system;
    return system;
  }

  get bus(): Bus {
    const [, outside] = this.#buses;
    if (outside === undefined) throw new Error("not started");
    return outside;
  }

  get layout() {
    return this.#epochs;
  }

  url(transport: "ws" | "tcp"): string {
    return this.#ports[transport];
  }

  /** A connection that has not said who it is. */
  async connect(transport: "ws" | "tcp"): Promise<TestClient> {
    const client = await connectClient({ url: this.#ports[transport] });
    this.#clients.push(client);
    return client;
  }

  async logIn(transport: "ws" | "tcp", token: Token = {}): Promise<TestClient> {
    const client = await this.connect(transport);
    await client.auth(token);
    return client;
  }

  /** A connection of protocol version 2 that has not said who it is. */
  async connectV2(transport: "ws" | "tcp"): Promise<V2Client> {
    const client = await connectV2({ url: this.#ports[transport] });
    this.#clients.push(client.client);
    return client;
  }

  async logInV2(transport: "ws" | "tcp", token: Token = {}): Promise<V2Client> {
    const client = await this.connectV2(transport);
    await client.auth(token);
    return client;
  }

  /** Stores a message for a room and casts it, as logic and job do. */
  async pushRoom(roomId: string, op: number, text: string, exclude?: string[]): Promise<number> {
    const { subjects } = this.bus;
    const { name, stream } = this.#epochs.classOf(roomId);
    const subject = subjects.pushRoom(name, this.#epochs.shardOf(roomId), roomId);
    const names = { stream, subject, cast: subjects.room(roomId) };
    return await this.#cast(names, { op, body: Buffer.from(text), exclude: exclude ?? [] });
  }

  async pushAll(op: number, text: string): Promise<number> {
    const { subjects } = this.bus;
    const stream = subjects.stream("all");
    const names = { stream, subject: subjects.pushAll, cast: subjects.all };
    return await this.#cast(names, { op, body: Buffer.from(text) });
  }

  /** A second comet of the same system. Stop it before this one. */
  beside(env: Readonly<Record<string, string>> = {}): Promise<CometSystem> {
    return CometSystem.start({ GOIM_COMET_ID: "second", ...env }, this);
  }

  /** Delivers as job does; entries are [offset, op, text]. */
  async deliver(
    item: {
      mid?: string;
      keys: string[];
      entries: [number, number, string][];
      prev?: number | undefined;
    },
    options: { incarnation?: string; epoch?: string } = {},
  ) {
    const { bus, comet } = this;
    const request = goim.comet.DeliverReq.encode({
      incarnation: options.incarnation ?? comet.identity.incarnation,
      epoch: options.epoch ?? "user-1",
      items: [
        {
          mid: item.mid ?? "",
          keys: item.keys,
          ...(item.prev === undefined ? {} : { prev: item.prev }),
          entries: item.entries.map(([offset, op, text]) => ({
            ...{ offset, op, body: Buffer.from(text) },
          })),
        },
      ],
    }).finish();
    const subject = bus.subjects.comet(comet.identity.id, "push");
    const reply = await bus.request(subject, request, { timeoutMs: 2000 });
    return goim.comet.DeliverReply.decode(reply);
  }

  async metric(name: string): Promise<number> {
    const metric = await this.metrics.registry.getSingleMetric(`goim_comet_${name}`)?.get();
    return metric?.values[0]?.value ?? Number.NaN;
  }

  /** Clients of one test must not be part of the next. */
  async closeClients(): Promise<void> {
    const clients = this.#clients;
    this.#clients = [];
    await Promise.all(clients.map((client) => (client.end === undefined ? client.close() : null)));
  }

  async stop(): Promise<void> {
    await this.closeClients();
    await this.comet.stop();
    if (!this.#shared) await this.logic.stop();
    await Promise.all(this.#buses.map((bus) => bus.close()));
    if (!this.#shared) await this.nats.stop();
  }

  async #cast(
    names: { stream: string; subject: string; cast: string },
    entry: { op: number; body: Uint8Array; exclude?: string[] },
  ): Promise<number> {
    const { op, body, exclude = [] } = entry;
    const batch = goim.push.PushBatch.encode({ entries: [entry] }).finish();
    const ack = await this.bus.request(names.subject, batch, { timeoutMs: 5000 });
    const { seq } = JSON.parse(Buffer.from(ack).toString()) as { seq: number };
    const offset = offsetOf(seq, 0);
    const prev = this.#last.get(names.cast);
    this.#last.set(names.cast, offset);
    const cast = goim.push.RoomCast.encode({
      epoch: this.#epochs.epoch(names.stream),
      ...(prev === undefined ? {} : { prev }),
      entries: [{ offset, op, body, exclude }],
    }).finish();
    this.bus.publish(names.cast, cast);
    await this.bus.flush();
    return offset;
  }
}
