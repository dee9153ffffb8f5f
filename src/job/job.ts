import type {
  AckPublisher,
  Bus,
  CometDirectory,
  KvBucket,
  OrderedReader,
  OrderedReaderOptions,
  StreamLayout,
  StreamReader,
  Subscription,
} from "../bus/bus.ts";
import type { DeadMessage } from "../bus/dead.ts";
import { type Served, serve } from "../bus/rpc.ts";
import type { Clock } from "../kit/clock.ts";
import { GoimError } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import type { Metrics } from "../kit/metrics.ts";
import { Semaphore } from "../kit/semaphore.ts";
import type { Service } from "../kit/service.ts";
import { goim } from "../protocol/gen/messages.js";
import type { Mailbox } from "../store/mailbox.ts";
import type { SessionReader } from "../store/sessions.ts";
import { CometLinks } from "./comet-links.ts";
import type { JobConfig } from "./config.ts";
import { DeadLetters } from "./dead-letters.ts";
import { FactFinder } from "./facts.ts";
import { JobMetrics } from "./job-metrics.ts";
import type { ShardPosition } from "./lease-value.ts";
import { type JobIdentity, LeaseView, WatchTime } from "./lease-view.ts";
import { MailboxIndex } from "./mailbox-index.ts";
import { MailboxLife } from "./mailbox-life.ts";
import { Peers } from "./peers.ts";
import { Prevs } from "./prevs.ts";
import { ShardReader } from "./read.ts";
import { Receipts } from "./receipts.ts";
import { Resolver } from "./resolve.ts";
import { type ShardSpec, shardSpecs } from "./shard-spec.ts";
import { Shards } from "./shards.ts";
import { createSpread, type SpreadDeps } from "./spread.ts";
import { JobStats } from "./stats.ts";
import { Ticker } from "./ticker.ts";
import { Undelivered } from "./undelivered.ts";

export interface JobDeps {
  readonly bus: Bus;
  readonly layout: StreamLayout;
  readonly streams: Pick<StreamReader, "lastSequence" | "tail">;
  readonly readOrdered: (options: OrderedReaderOptions) => Promise<OrderedReader>;
  /** The bucket GOIM_LEASES. */
  readonly leases: KvBucket;
  readonly comets: CometDirectory;
  readonly sessions: Pick<SessionReader, "byKeys" | "byMids">;
  readonly mailbox: Pick<Mailbox, "append" | "state" | "claim" | "finish">;
  /** Stores events. */
  readonly publishEvent: AckPublisher["publish"];
  readonly publishDead: (dead: DeadMessage) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Looks at leases, readers and other jobs this often. */
const TICK_MS = 250;
/** A part of the leases at a time. */
const LEASE_PARTS = 5;
/** What a job that is long dead left in the bucket is taken away after this. */
const SWEEP_MS = 60_000;
const DIGEST_QUESTIONS_MAX = 1024;

/**
 * A job: reads the shards that it has leases for and spreads what it reads to the comets of the
 * whole system (goim's job serves only its own zone).
 */
export class Job implements Service {
  readonly name = "job";
  readonly stats = new JobStats();
  readonly shards: Shards;
  readonly #me: JobIdentity;
  readonly #config: JobConfig;
  readonly #deps: JobDeps;
  readonly #view: LeaseView;
  readonly #time: WatchTime;
  readonly #peers: Peers;
  readonly #links: CometLinks;
  readonly #mids: Resolver;
  readonly #keys: Resolver;
  readonly #index: MailboxIndex;
  readonly #life: MailboxLife;
  readonly #undelivered: Undelivered;
  readonly #ticker: Ticker;
  readonly #metrics: JobMetrics;
  readonly #specs: readonly ShardSpec[];
  readonly #spread: SpreadDeps;
  readonly #facts: FactFinder;
  readonly #dead: DeadLetters;
  #watch: Subscription | undefined;
  #served: Served | undefined;
  #unlisten = () => {};

  constructor(me: JobIdentity, config: JobConfig, deps: JobDeps) {
    const { bus, clock, log, layout, leases, sessions, comets } = deps;
    const { stats } = this;
    this.#me = me;
    this.#config = config;
    this.#deps = deps;
    this.#specs = shardSpecs(layout, bus.subjects);
    this.#view = new LeaseView(me, config.lease.silence, this.#specs);
    this.#time = new WatchTime(clock.monotonic(), 2 * TICK_MS);
    this.#peers = new Peers(me, config.lease, { bus, bucket: leases, log });
    const directory = comets;
    this.#links = new CometLinks(linksConfig(config), { bus, directory, clock, log, stats });
    const resolver = (read: SessionReader["byKeys"]) =>
      new Resolver(resolveConfig(config), { read, clock, log, stats });
    this.#mids = resolver((mids) => sessions.byMids(mids));
    this.#keys = resolver((keys) => sessions.byKeys(keys));
    this.#ticker = new Ticker(clock);
    this.#facts = new FactFinder(layout, deps.streams);
    this.#dead = new DeadLetters({ publish: deps.publishDead, clock, log, stats });
    this.#index = new MailboxIndex(config.index, { mailbox: deps.mailbox, clock, log, stats });
    this.#life = new MailboxLife({ mailbox: deps.mailbox, log, stats });
    const publish = deps.publishEvent;
    const events = { publish, subjects: bus.subjects, clock, log, stats };
    this.#undelivered = new Undelivered(config.undelivered, events);
    const prevs = new Prevs(config.cast.prevMax);
    this.#spread = {
      ...{ job: me.id, config, bus, clock, log, stats, prevs, links: this.#links },
      ...{ mids: this.#mids, keys: this.#keys, index: this.#index, life: this.#life },
      ...{ mailbox: deps.mailbox, streams: deps.streams, readOrdered: deps.readOrdered, layout },
      rebuilds: new Semaphore(config.rebuild.shardsMax),
      receipts: new Receipts({ bus, stats }),
      undelivered: this.#undelivered,
    };
    this.shards = new Shards(this.#specs, shardsConfig(config), {
      bucket: leases,
      clock,
      log,
      stats,
      view: this.#view,
      me,
      open: (spec, start, lease) => this.#open(spec, start, lease),
    });
    this.#metrics = new JobMetrics(deps.metrics, {
      stats,
      shards: this.shards,
      links: this.#links,
      prevs,
      resolvers: [this.#mids, this.#keys],
      index: this.#index,
      undelivered: this.#undelivered,
      orphans: () => this.orphans,
    });
  }

  /** Leases of the system that nobody holds, as far as this job knows. */
  get orphans(): number {
    return this.shards.orphans(this.#time.elapsedMs);
  }

  /** Why this job should not be relied on, or undefined. */
  notReady(): string | undefined {
    if (!this.#deps.bus.connected) return "NATS is not connected";
    if (this.#watch === undefined) return "the leases are not known yet";
    const { orphans } = this;
    return orphans === 0 ? undefined : `${orphans} shards have no owner`;
  }

  async start(): Promise<void> {
    const { bus, leases, log, comets } = this.#deps;
    const { id } = this.#me;
    if (await this.#peers.taken()) {
      throw new GoimError(
        "invalid",
        `a job with the id "${id}" runs already; set another one (id)`,
      );
    }
    await comets.ready();
    this.#links.start();
    this.#served = serve(bus, bus.subjects.job(id), (data) => this.#answer(data), {
      maxInFlight: DIGEST_QUESTIONS_MAX,
      onBug: (error) => log.error({ err: error }, "a question failed"),
    });
    // Whoever hears of this job must be able to reach it.
    await bus.flush();
    await this.#watchLeases(leases);
    await this.#peers.beat();
    this.#unlisten = bus.onStatus((status) => {
      if (status !== "up") return;
      void this.#peers.beat();
      this.shards.renew();
    });
    this.#schedule();
    this.#peers.probe(this.#view, this.#time.elapsedMs);
    this.#tick();
    log.info({ job: id, shards: this.#specs.length }, "job started");
  }

  async drain(): Promise<void> {
    // Whoever sees the presence go takes what is given up; this job takes nothing more.
    await Promise.all([this.#peers.leave(), this.shards.drain()]);
  }

  async stop(): Promise<void> {
    this.#ticker.stop();
    this.#unlisten();
    this.#watch?.unsubscribe();
    await this.shards.stop();
    this.#links.stop();
    this.#mids.stop();
    this.#keys.stop();
    this.#life.stop();
    this.#index.stop();
    this.#undelivered.stop();
    await this.#served?.stop();
  }

  async #watchLeases(leases: KvBucket): Promise<void> {
    let ready = () => {};
    const complete = new Promise<void>((resolve) => {
      ready = resolve;
    });
    this.#watch = await leases.watch(
      ">",
      (change) => {
        this.#view.apply(change, this.#time.elapsedMs);
        this.shards.noticed(change.key);
      },
      () => ready(),
    );
    await complete;
  }

  #schedule(): void {
    const { lease, digest, rebuild } = this.#config;
    this.#ticker.every(TICK_MS, () => this.#tick());
    this.#ticker.every(TICK_MS / LEASE_PARTS, () => {
      if (this.#deps.bus.connected) this.shards.tickPart(LEASE_PARTS);
    });
    this.#ticker.every(lease.renew, () => void this.#peers.beat());
    this.#ticker.every(lease.probe, () => this.#peers.probe(this.#view, this.#time.elapsedMs));
    this.#ticker.every(digest.interval, () => {
      for (const reader of this.shards.readers) reader.publishDigest();
    });
    this.#ticker.every(rebuild.check, () => {
      if (this.#deps.bus.connected) void this.#life.look();
    });
    this.#ticker.every(SWEEP_MS, () => this.#sweep());
    this.#ticker.every(1000, () => this.#metrics.sample());
  }

  #tick(): void {
    const { clock, bus } = this.#deps;
    this.#time.advance(clock.monotonic(), bus.connected);
    if (bus.connected) this.shards.tick(this.#time.elapsedMs);
  }

  #sweep(): void {
    for (const { key, revision } of this.#view.sweep(this.#time.elapsedMs, SWEEP_MS)) {
      void this.#deps.leases.delete(key, revision).catch((error: unknown) => {
        this.#deps.log.debug({ key, err: error }, "an old presence stays a while longer");
      });
    }
  }

  #open(
    spec: ShardSpec,
    start: ShardPosition,
    lease: { readonly term: number; readonly mayAct: () => boolean },
  ): ShardReader {
    const { bus, clock, log, readOrdered } = this.#deps;
    const { mayAct, term } = lease;
    return new ShardReader(spec, start, readConfig(this.#config, spec), {
      bus,
      clock,
      log,
      stats: this.stats,
      facts: this.#facts,
      dead: this.#dead,
      readOrdered,
      spread: (epoch) => createSpread({ spec, epoch, term, mayAct }, this.#spread),
      mayAct,
    });
  }

  /** What was cast lately, for a comet that missed a digest. Any answer is a sign of life. */
  #answer(data: Uint8Array): Uint8Array {
    const { stream, shard } = decodeQuestion(data);
    const digest = this.shards.find(stream, shard)?.digest;
    if (digest === undefined) return goim.push.DigestReply.encode({ owner: false }).finish();
    this.stats.digestsAsked++;
    const reply = digest.reply();
    // A comet that gets no answer looks for itself, which costs less than half of the truth.
    if (reply.length > this.#deps.bus.maxPayloadBytes) {
      throw new GoimError("too_large", "too many rooms were cast lately to name them all");
    }
    return reply;
  }
}

function decodeQuestion(data: Uint8Array): goim.push.DigestReq {
  try {
    return goim.push.DigestReq.decode(data);
  } catch (cause) {
    throw new GoimError("invalid", "not a DigestReq", { cause });
  }
}

function linksConfig({ dispatch, missed }: JobConfig) {
  return { ...dispatch, checks: missed };
}

function resolveConfig({ dispatch }: JobConfig) {
  return {
    batchMax: dispatch.resolveBatch,
    inFlightMax: dispatch.resolvesMax,
    rememberMax: dispatch.rememberMax,
    retry: dispatch.resolveRetry,
    retryMax: dispatch.resolveRetryMax,
  };
}

function shardsConfig({ lease, checkpoint }: JobConfig) {
  return { ...lease, interval: checkpoint.interval };
}

function readConfig({ cast, dispatch, checkpoint }: JobConfig, spec: ShardSpec) {
  const { window, windowBytes } = spec.digestSubject === undefined ? dispatch : cast;
  return {
    messagesMax: window,
    bytesMax: windowBytes,
    warmMs: checkpoint.warm,
    warmMax: checkpoint.warmMax,
    lagMax: cast.prevLag,
    pendingMax: cast.prevPending,
  };
}
