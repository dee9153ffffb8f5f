/** A system for tests of job: real NATS and bus, the test plays logic (publishes) and comet. */
import { randomUUID } from "node:crypto";
import { createAckPublisher } from "../../src/bus/ack-publisher.ts";
import type { AckPublisher, Bus, CometDirectory, StreamLayout } from "../../src/bus/bus.ts";
import { connectBus } from "../../src/bus/connect.ts";
import { publishDead } from "../../src/bus/dead.ts";
import { openBucket } from "../../src/bus/kv.ts";
import { readOrdered } from "../../src/bus/ordered.ts";
import { type Registration, registerComet, watchComets } from "../../src/bus/registry.ts";
import { serve } from "../../src/bus/rpc.ts";
import { defaultStreams } from "../../src/bus/stream-config.ts";
import { createStreamReader } from "../../src/bus/stream-reader.ts";
import { declareStreams, openLayout } from "../../src/bus/streams.ts";
import { type JobConfig, jobConfig } from "../../src/job/config.ts";
import { Job } from "../../src/job/job.ts";
import { decodeLease, type LeaseValue } from "../../src/job/lease-value.ts";
import { shardSpecs } from "../../src/job/shard-spec.ts";
import { systemClock as clock } from "../../src/kit/clock.ts";
import { loadConfig } from "../../src/kit/config.ts";
import { GoimError } from "../../src/kit/errors.ts";
import { silentLog } from "../../src/kit/log.ts";
import { createMetrics } from "../../src/kit/metrics.ts";
import { goim } from "../../src/protocol/gen/messages.js";
import { toNumber } from "../../src/protocol/int64.ts";
import { createKvMailbox } from "../../src/store/mailbox.kv.ts";
import { createRedisMailbox } from "../../src/store/mailbox.redis.ts";
import type { Mailbox } from "../../src/store/mailbox.ts";
import type { Session } from "../../src/store/sessions.ts";
import { startNats, type TestNats } from "../harness/nats.ts";
import { waitFor } from "../harness/wait.ts";

const log = silentLog;

const defaults = { platform: "test", device: "", since: 0 };

/** Sessions of the test, read as job reads the store. */
export class TestSessions {
  readonly #sessions: Session[] = [];
  /** While true every question fails. */
  away = false;
  asked = 0;

  add(session: Partial<Session> & Pick<Session, "mid" | "key" | "comet" | "incarnation">): void {
    this.#sessions.push({ ...defaults, conn: this.#sessions.length + 1, ...session });
  }

  remove(key: string): void {
    const at = this.#sessions.findIndex((session) => session.key === key);
    if (at >= 0) this.#sessions.splice(at, 1);
  }

  byMids(mids: readonly string[]): Promise<Session[][]> {
    return this.#read(mids, (session) => session.mid);
  }

  byKeys(keys: readonly string[]): Promise<Session[][]> {
    return this.#read(keys, (session) => session.key);
  }

  async #read(ids: readonly string[], idOf: (session: Session) => string): Promise<Session[][]> {
    this.asked++;
    if (this.away) throw new GoimError("unavailable", "the store is away");
    return ids.map((id) => this.#sessions.filter((session) => idOf(session) === id));
  }
}

export interface TestCast {
  readonly epoch: string;
  readonly prev: number | undefined;
  readonly offsets: readonly number[];
  readonly bodies: readonly string[];
}

export interface RunningJob {
  readonly id: string;
  readonly job: Job;
  readonly bus: Bus;
  readonly metrics: ReturnType<typeof createMetrics>;
  /** As SIGTERM. */
  drain(): Promise<void>;
  /** As kill -9: nothing is said any more, the connection is gone. */
  kill(): Promise<void>;
}

export interface TestItem {
  readonly mid: string;
  readonly prev: number | undefined;
  readonly offsets: readonly number[];
}

export interface TestComet {
  readonly id: string;
  readonly incarnation: string;
  /** Bodies handed over, by key, in order. */
  readonly got: Map<string, { offset: number; body: string; loginBefore: number }[]>;
  /** Items of users, in the order they came. */
  readonly items: TestItem[];
  /** What it was asked to check and confirmed: mid -> last offset, or the shard. */
  readonly checks: (ReadonlyMap<string, number> | number)[];
  requests: number;
  /**
   * What it does with a request; default: take everything. "paused" is SIGSTOP: requests lie there
   * until it is set to something else.
   */
  mode: "answer" | "silent" | "stale" | "unknown" | "refuse" | "paused";
  /** As SIGCONT. */
  resume(): void;
  /** Takes its entry away, as a comet that ends. */
  leave(): Promise<void>;
  /** Serves nothing any more, its entry stays. */
  stop(): Promise<void>;
}

export class JobSystem {
  readonly nats: TestNats;
  readonly bus: Bus;
  readonly layout: StreamLayout;
  readonly publisher: AckPublisher;
  readonly sessions = new TestSessions();
  /** While true no mailbox is written. */
  mailboxAway = false;
  readonly #redis: string | undefined;
  #ends: (() => Promise<unknown> | unknown)[] = [];

  constructor(nats: TestNats, bus: Bus, layout: StreamLayout, redis?: string) {
    this.nats = nats;
    this.#redis = redis;
    this.bus = bus;
    this.layout = layout;
    this.publisher = createAckPublisher(bus, { clock });
  }

  /** With `redis` (host:port) the mailboxes lie there, else in NATS KV. */
  static async start(redis?: string): Promise<JobSystem> {
    const nats = await startNats();
    const bus = await connectBus({ url: nats.url, prefix: "goim", name: "test", clock, log });
    await declareStreams(bus, defaultStreams, { log, clock });
    return new JobSystem(nats, bus, await openLayout(bus, { log, clock }), redis);
  }

  /** Another connection, as another process has. */
  connect(name: string, url = this.nats.url): Promise<Bus> {
    return connectBus({ url, prefix: "goim", name, clock, log });
  }

  async startJob(
    id: string,
    env: Readonly<Record<string, string>> = {},
    url = this.nats.url,
  ): Promise<RunningJob> {
    const config: JobConfig = loadConfig(jobConfig, { env: { GOIM_ID: id, ...env } });
    const bus = await this.connect(id, url);
    const layout = await openLayout(bus, { log, clock });
    const publisher = createAckPublisher(bus, { clock });
    const comets: CometDirectory = watchComets(bus, { clock, log, deathMs: 3_000 });
    const metrics = createMetrics();
    const mailbox = await this.openMailbox(bus);
    const job = new Job({ id, incarnation: randomUUID() }, config, {
      bus,
      layout,
      streams: createStreamReader(bus, { clock }),
      readOrdered: (options) => readOrdered(bus, layout, { ...options, clock, log }),
      leases: await openBucket(bus, { name: bus.subjects.bucket("leases"), clock, log }),
      comets,
      sessions: this.sessions,
      mailbox: {
        append: (epoch, appends, life) => {
          if (this.mailboxAway) return Promise.reject(new GoimError("unavailable", "away"));
          return mailbox.append(epoch, appends, life);
        },
        state: () => mailbox.state(),
        claim: (claim) => mailbox.claim(claim),
        finish: (claim) => mailbox.finish(claim),
      },
      publishEvent: (subject, data, options) => publisher.publish(subject, data, options),
      publishDead: (dead) => publishDead({ bus, publisher }, dead),
      clock,
      log,
      metrics,
    });
    let over = false;
    const end = async () => {
      if (over) return;
      over = true;
      await job.stop();
      comets.close();
      await mailbox.close();
      await publisher.close();
      await bus.close();
    };
    this.#ends.push(end);
    await job.start();
    return {
      id,
      job,
      bus,
      metrics,
      drain: async () => {
        await job.drain();
        await end();
      },
      kill: end,
    };
  }

  openMailbox(bus: Bus): Promise<Mailbox> {
    const streams = createStreamReader(bus, { clock });
    const deps = { bus, clock, log, metrics: createMetrics(), streams };
    if (this.#redis === undefined) return createKvMailbox({}, deps);
    return createRedisMailbox({ addr: this.#redis }, deps);
  }

  async startComet(id: string, incarnation: string = randomUUID()): Promise<TestComet> {
    const bus = await this.connect(id);
    const comet = new FakeComet(id, incarnation, bus);
    await comet.start();
    this.#ends.push(() => comet.end());
    return comet;
  }

  async pushRoom(room: string, ...bodies: string[]): Promise<number> {
    const { name } = this.layout.classOf(room);
    const shard = this.layout.shardOf(room);
    return this.publish(this.bus.subjects.pushRoom(name, shard, room), bodies);
  }

  async pushUser(mid: string, ...bodies: string[]): Promise<number> {
    return this.publish(this.bus.subjects.pushUser(this.layout.shardOf(mid), mid), bodies);
  }

  /** To keys of one shard. */
  async pushKeys(keys: readonly string[], ...bodies: string[]): Promise<number> {
    const shard = this.layout.shardOf(keys[0] ?? "");
    return this.publish(this.bus.subjects.pushKey(shard), bodies, keys);
  }

  async pushAll(...bodies: string[]): Promise<number> {
    return this.publish(this.bus.subjects.pushAll, bodies);
  }

  /** Resolves to the stream sequence. */
  async publish(
    subject: string,
    bodies: string[],
    keys: readonly string[] = [],
    rest: goim.push.PushEntry.$Properties = {},
  ): Promise<number> {
    const entries = bodies.map((body) => ({
      ...{ op: 1000, body: Buffer.from(body), keys: [...keys], time: Date.now() },
      ...rest,
    }));
    const data = goim.push.PushBatch.encode({ entries }).finish();
    return (await this.publisher.publish(subject, data, { id: randomUUID() })).sequence;
  }

  /** Collects the casts of a room, or of the broadcast. */
  async casts(room: string | "all"): Promise<TestCast[]> {
    const { subjects } = this.bus;
    const casts: TestCast[] = [];
    this.bus.subscribe(room === "all" ? subjects.all : subjects.room(room), ({ data }) => {
      const cast = goim.push.RoomCast.decode(data);
      casts.push({
        epoch: cast.epoch,
        prev: cast.prev == null ? undefined : toNumber(cast.prev),
        offsets: cast.entries.map(({ offset }) => toNumber(offset ?? 0)),
        bodies: cast.entries.map(({ body }) => Buffer.from(body ?? []).toString()),
      });
    });
    await this.bus.flush();
    return casts;
  }

  /** All leases as they stand in the bucket. */
  async leases(): Promise<Map<string, LeaseValue>> {
    const bucket = await openBucket(this.bus, { name: this.bus.subjects.bucket("leases") });
    const leases = new Map<string, LeaseValue>();
    for (const { key } of shardSpecs(this.layout, this.bus.subjects)) {
      const entry = await bucket.get(key);
      const value = entry === undefined ? undefined : decodeLease(entry.value);
      if (value !== undefined) leases.set(key, value);
    }
    return leases;
  }

  async lease(stream: string, shard: number): Promise<LeaseValue | undefined> {
    return (await this.leases()).get(this.bus.subjects.kvLease(stream, shard));
  }

  /** How many leases each job has. */
  async shares(): Promise<Record<string, number>> {
    const shares: Record<string, number> = {};
    for (const { job } of (await this.leases()).values()) shares[job] = (shares[job] ?? 0) + 1;
    return shares;
  }

  async stop(): Promise<void> {
    for (const end of this.#ends.reverse()) await end();
    await this.publisher.close();
    await this.bus.close();
    await this.nats.stop();
  }
}

class FakeComet implements TestComet {
  readonly id: string;
  readonly incarnation: string;
  readonly got: TestComet["got"] = new Map();
  readonly items: TestItem[] = [];
  readonly checks: TestComet["checks"] = [];
  requests = 0;
  mode: TestComet["mode"] = "answer";
  #paused: (() => void)[] = [];
  readonly #bus: Bus;
  #registration: Registration | undefined;
  #stopServing = async () => {};

  constructor(id: string, incarnation: string, bus: Bus) {
    this.id = id;
    this.incarnation = incarnation;
    this.#bus = bus;
  }

  async start(): Promise<void> {
    const served = (["push", "check"] as const).map((verb) => {
      const handle = verb === "push" ? this.#answer : this.#check;
      const subject = this.#bus.subjects.comet(this.id, verb);
      const options = { maxInFlight: 1000 };
      const answer = (data: Uint8Array) => {
        if (verb === "push") this.requests++;
        return this.#when(() => handle.call(this, data));
      };
      return serve(this.#bus, subject, answer, options);
    });
    this.#stopServing = async () => {
      await Promise.all(served.map((one) => one.stop()));
    };
    await this.#bus.flush();
    const info = {
      ...{ id: this.id, incarnation: this.incarnation, region: "r", zone: "z", env: "test" },
      ...{ hostname: this.id, addrs: [], weight: 10, offline: false, connections: 0, ips: 0 },
      ...{ version: "", updatedAt: 0 },
    };
    this.#registration = await registerComet(this.#bus, info, {
      ...{ clock, log, renewMs: 500, deathMs: 3_000 },
      onLost: () => {},
    });
  }

  async leave(): Promise<void> {
    await this.#registration?.deregister();
    await this.stop();
  }

  async stop(): Promise<void> {
    // A request that is never answered would hold it up.
    void this.#stopServing();
    await this.#bus.flush();
  }

  async end(): Promise<void> {
    await this.#registration?.deregister().catch(() => undefined);
    await this.#bus.close();
  }

  resume(): void {
    this.mode = "answer";
    for (const go of this.#paused.splice(0)) go();
  }

  #when(handle: () => Uint8Array): Uint8Array | Promise<Uint8Array> {
    if (this.mode === "silent") return new Promise(() => {});
    if (this.mode !== "paused") return handle();
    return new Promise<void>((go) => this.#paused.push(go)).then(handle);
  }

  #check(data: Uint8Array): Uint8Array {
    const { incarnation, items, shard } = goim.comet.CheckReq.decode(data);
    const stale = incarnation !== this.incarnation;
    const lasts = items.map(({ mid, last }) => [mid ?? "", toNumber(last ?? 0)] as const);
    if (!stale) this.checks.push(shard ?? new Map(lasts));
    return goim.comet.CheckReply.encode({ stale }).finish();
  }

  #answer(data: Uint8Array): Uint8Array {
    const request = goim.comet.DeliverReq.decode(data);
    if (this.mode === "refuse") throw new Error("a bug");
    if (this.mode === "stale" || request.incarnation !== this.incarnation) {
      return goim.comet.DeliverReply.encode({ stale: true }).finish();
    }
    const results = request.items.map((item) => {
      const keys = item.keys ?? [];
      if (this.mode === "unknown") return { delivered: 0, unknown: keys };
      if (item.mid) this.items.push(itemOf(item));
      for (const key of keys) this.#hand(key, item.entries ?? []);
      return { delivered: keys.length, unknown: [] };
    });
    return goim.comet.DeliverReply.encode({ results }).finish();
  }

  #hand(key: string, entries: readonly goim.push.CastEntry.$Properties[]): void {
    const got = this.got.get(key) ?? [];
    this.got.set(key, got);
    for (const entry of entries) {
      const offset = toNumber(entry.offset ?? 0);
      if (offset <= (got.at(-1)?.offset ?? 0)) continue;
      const loginBefore = toNumber(entry.loginBefore ?? 0);
      got.push({ offset, body: Buffer.from(entry.body ?? []).toString(), loginBefore });
    }
  }
}

function itemOf({ mid, prev, entries }: goim.comet.DeliverItem.$Properties): TestItem {
  return {
    mid: mid ?? "",
    prev: prev == null ? undefined : toNumber(prev),
    offsets: (entries ?? []).map(({ offset }) => toNumber(offset ?? 0)),
  };
}

/** Bodies that a key of a fake comet was handed, in order. */
export function bodies(comet: TestComet, key: string): string[] {
  return (comet.got.get(key) ?? []).map(({ body }) => body);
}

/** Waits until these jobs, and only these, have all leases and an even share. */
export async function evenShares(system: JobSystem, ids: readonly string[]): Promise<void> {
  const total = shardSpecs(system.layout, system.bus.subjects).length;
  await waitFor(
    async () => {
      const shares = await system.shares();
      const counts = ids.map((id) => shares[id] ?? 0);
      const sum = counts.reduce((a, b) => a + b, 0);
      return sum === total && Math.max(...counts) <= Math.ceil(total / ids.length);
    },
    { timeoutMs: 20_000, everyMs: 50, describe: `even shares of ${ids.join(", ")}` },
  );
}
