import type { KvBucket } from "../bus/bus.ts";
import type { Clock } from "../kit/clock.ts";
import { isGoimError, messageOf } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import { balance, type LeaseState } from "./balance.ts";
import { Lease, type LeaseConfig } from "./lease.ts";
import { encodeLease, type LeaseValue, type ShardPosition } from "./lease-value.ts";
import type { JobIdentity, LeaseView } from "./lease-view.ts";
import type { ShardReader } from "./read.ts";
import type { ShardSpec } from "./shard-spec.ts";
import type { JobStats } from "./stats.ts";

export interface ShardsConfig extends LeaseConfig {
  /** The number of jobs must stand for so many milliseconds before leases are given up. */
  readonly settle: number;
  readonly orphan: number;
  /** Most milliseconds for a shard to finish what it read before its lease is given up. */
  readonly drain: number;
}

export interface ShardsDeps {
  readonly bucket: KvBucket;
  readonly clock: Clock;
  readonly log: Log;
  readonly stats: JobStats;
  readonly view: LeaseView;
  readonly me: JobIdentity;
  /** A reader for a shard whose lease was taken. */
  readonly open: (
    spec: ShardSpec,
    start: ShardPosition,
    lease: { readonly term: number; readonly mayAct: () => boolean },
  ) => ShardReader;
}

interface Held {
  readonly lease: Lease;
  readonly reader: ShardReader;
  releasing: boolean;
}

const FRESH: ShardPosition = { epoch: "", checkpoint: 0, warm: 0 };

/**
 * The shards that this job reads: takes leases that nobody holds, keeps its own, gives some up when
 * it has more than its share. Taking over is always safe, because every reader only states facts:
 * what matters is that a shard never stays without one.
 */
export class Shards {
  readonly #specs: readonly ShardSpec[];
  readonly #config: ShardsConfig;
  readonly #deps: ShardsDeps;
  readonly #held = new Map<string, Held>();
  readonly #taking = new Set<string>();
  readonly #freeSince = new Map<string, number>();
  #jobs = 0;
  #jobsSince = 0;
  #countTold = 0;
  #draining = false;
  #part = 0;

  constructor(specs: readonly ShardSpec[], config: ShardsConfig, deps: ShardsDeps) {
    this.#specs = specs;
    this.#config = config;
    this.#deps = deps;
  }

  get readers(): ShardReader[] {
    return [...this.#held.values()].map(({ reader }) => reader);
  }

  get count(): number {
    return this.#held.size;
  }

  /** Leases of the system that nobody holds as far as is known. */
  orphans(nowMs: number): number {
    const { view } = this.#deps;
    return this.#specs.filter(({ key }) => !view.owned(key, nowMs)).length;
  }

  /** The reader of a shard, when this job surely holds its lease. */
  find(stream: string, shard: number): ShardReader | undefined {
    for (const { lease, reader } of this.#held.values()) {
      const { spec } = reader;
      if (spec.stream !== stream || spec.shard !== shard) continue;
      return lease.confirmed ? reader : undefined;
    }
    return undefined;
  }

  /** To be called every quarter of a second or so, with the view's watch time. */
  tick(nowMs: number): void {
    for (const { reader } of this.#held.values()) reader.tick();
    if (this.#draining) return;
    const jobs = this.#deps.view.livePeers(nowMs).length + 1;
    if (jobs !== this.#jobs) {
      this.#jobs = jobs;
      this.#jobsSince = nowMs;
    }
    const { take, release } = balance({
      leases: this.#specs.map((spec) => this.#stateOf(spec, nowMs)),
      jobs,
      settled: nowMs - this.#jobsSince >= this.#config.settle,
      orphanMs: this.#config.orphan,
    });
    for (const key of take) void this.#take(key);
    for (const key of release) void this.#release(key);
    this.#tellCount();
  }

  /**
   * Writes what is due of every `parts`th lease, the next ones with the next call: leases are taken
   * together, and all of them in one turn would hold up the messages of that moment.
   */
  tickPart(parts: number): void {
    this.#part = (this.#part + 1) % parts;
    let at = 0;
    for (const { lease } of this.#held.values()) {
      if (at % parts === this.#part) lease.tick();
      at++;
    }
  }

  /** One line when the number has changed and settled, not one for each of 65 leases. */
  #tellCount(): void {
    if (this.#taking.size > 0 || this.#held.size === this.#countTold) return;
    this.#countTold = this.#held.size;
    const shards = this.#held.size;
    this.#deps.log.info({ shards, of: this.#specs.length, jobs: this.#jobs }, "shards held");
  }

  /** The watch shows a change of that lease: it may be another job's by now. */
  noticed(key: string): void {
    const held = this.#held.get(key);
    if (held === undefined) return;
    const { id, incarnation } = this.#deps.me;
    const { value, revision } = this.#deps.view.lease(key);
    const mine = value?.job === id && value.incarnation === incarnation;
    if (!mine || revision === undefined) held.lease.renew();
  }

  /** Renews every lease at once: NATS is back. */
  renew(): void {
    for (const { lease } of this.#held.values()) lease.renew();
  }

  /** Finishes what was read and gives every lease up. */
  async drain(): Promise<void> {
    this.#draining = true;
    await Promise.all([...this.#held.keys()].map((key) => this.#release(key)));
  }

  async stop(): Promise<void> {
    this.#draining = true;
    const held = [...this.#held.values()];
    this.#held.clear();
    for (const { lease } of held) lease.abandon();
    await Promise.all(held.map(({ reader }) => reader.stop()));
  }

  #stateOf({ key, stream }: ShardSpec, nowMs: number): LeaseState {
    const held = this.#held.get(key);
    if (held !== undefined || this.#taking.has(key)) {
      this.#freeSince.delete(key);
      const owner = held?.releasing === true ? "other" : "me";
      return { key, stream, owner, freeMs: 0 };
    }
    const { value } = this.#deps.view.lease(key);
    const { id, incarnation } = this.#deps.me;
    // One that this job holds without knowing: the answer to its write was lost.
    const mine = value?.job === id && value.incarnation === incarnation;
    if (!mine && this.#deps.view.owned(key, nowMs)) {
      this.#freeSince.delete(key);
      return { key, stream, owner: "other", freeMs: 0 };
    }
    const since = this.#freeSince.get(key) ?? nowMs;
    this.#freeSince.set(key, since);
    return { key, stream, owner: "nobody", freeMs: nowMs - since };
  }

  async #take(key: string): Promise<void> {
    const spec = this.#specs.find((one) => one.key === key);
    if (spec === undefined || this.#taking.has(key)) return;
    this.#taking.add(key);
    const { log } = this.#deps;
    try {
      await this.#compareAndTake(spec);
    } catch (error) {
      if (!isGoimError(error)) throw error;
      log.debug({ lease: key, reason: messageOf(error) }, "a lease was not taken");
    } finally {
      this.#taking.delete(key);
    }
  }

  async #compareAndTake(spec: ShardSpec): Promise<void> {
    const { bucket, clock, view, me } = this.#deps;
    const known = view.lease(spec.key);
    const before = known.value;
    const { epoch, checkpoint, warm } = before ?? FRESH;
    const term = (before?.term ?? 0) + 1;
    const value = { job: me.id, incarnation: me.incarnation, term, epoch, checkpoint, warm };
    const beganAt = clock.monotonic();
    const bytes = encodeLease(value);
    const revision =
      known.revision === undefined
        ? await bucket.create(spec.key, bytes)
        : await bucket.update(spec.key, bytes, known.revision);
    // Somebody was faster; the watch tells who.
    if (revision === undefined) return;
    if (this.#draining) {
      await bucket.update(spec.key, encodeLease({ ...value, job: "", incarnation: "" }), revision);
      return;
    }
    this.#hold(spec, value, revision, beganAt, before?.job ?? "");
  }

  #hold(spec: ShardSpec, value: LeaseValue, revision: number, beganAt: number, from: string): void {
    const { key, stream, shard } = spec;
    const { bucket, clock, log, stats } = this.#deps;
    const start = { epoch: value.epoch, checkpoint: value.checkpoint, warm: value.warm };
    const lease: Lease = new Lease({ key, value, revision, beganAt }, this.#config, {
      bucket,
      clock,
      log,
      position: () => reader.position(),
      onConfirmed: () => reader.resume(),
      onLost: () => this.#lost(key),
    });
    const mayAct = () => lease.confirmed;
    const reader: ShardReader = this.#deps.open(spec, start, { term: value.term, mayAct });
    this.#held.set(key, { lease, reader, releasing: false });
    stats.leasesTaken++;
    log.debug({ stream, shard, term: value.term, from, ...start }, "lease taken");
    reader.start();
  }

  #lost(key: string): void {
    const held = this.#held.get(key);
    if (held === undefined) return;
    this.#held.delete(key);
    this.#deps.stats.leasesLost++;
    this.#deps.log.warn({ lease: key, term: held.lease.term }, "lease lost to another job");
    void held.reader.stop();
  }

  async #release(key: string): Promise<void> {
    const held = this.#held.get(key);
    if (held === undefined || held.releasing) return;
    held.releasing = true;
    const { clock, log, stats } = this.#deps;
    const { lease, reader } = held;
    const { drain } = this.#config;
    let timer: object | undefined;
    const deadline = new Promise<boolean>((resolve) => {
      timer = clock.setTimeout(() => resolve(false), drain);
    });
    const complete = await Promise.race([reader.drain().then(() => true), deadline]);
    if (timer !== undefined) clock.clearTimeout(timer);
    if (this.#held.get(key) !== held) return;
    // Nothing more may happen between the position that is written now and the end.
    await reader.stop();
    await lease.release(drain);
    this.#held.delete(key);
    stats.leasesReleased++;
    log.info({ lease: key, term: lease.term, complete }, "lease given up");
  }
}
