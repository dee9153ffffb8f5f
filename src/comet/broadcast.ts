import type { Bus, StreamLayout, StreamReader } from "../bus/bus.ts";
import type { Recalls } from "../bus/recalls.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import type { Metrics } from "../kit/metrics.ts";
import { Semaphore } from "../kit/semaphore.ts";
import type { Service } from "../kit/service.ts";
import { BroadcastQueue, type BroadcastStats } from "./broadcast-queue.ts";
import { DigestWatch } from "./digest-watch.ts";
import { EpochWatch } from "./epoch-watch.ts";
import { Fanout } from "./fanout.ts";
import { Follower, type LogSink } from "./follower.ts";
import { createFollowerStats, exposeFollowerStats } from "./follower-stats.ts";
import type { AllLife, KeptHooks, KeptPart, KnownKept } from "./kept-log.ts";
import type { LogEntry } from "./log-entry.ts";
import { BusLog } from "./log-source.ts";
import type { Member, MemberList } from "./member-list.ts";
import { Ring } from "./ring.ts";
import type { BroadcastConfig } from "./room-config.ts";
import { exposeDigestStats, exposeFanout } from "./room-stats.ts";
import { TailCheck } from "./tail-check.ts";
import { TailReader } from "./tail-reader.ts";

export interface BroadcastDeps {
  /** Every connection of this comet that is logged in. */
  readonly channels: MemberList<Member>;
  /** Connections over all comets; 0 while that is not known. */
  totalConnections(): number;
  readonly bus: Bus;
  readonly layout: StreamLayout;
  readonly reader: StreamReader;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly kept: KeptHooks;
  /** What was taken back. */
  readonly recalls?: Pick<Recalls, "of">;
}

export interface Broadcast extends Service {
  /** Who is added to the channels now gets every broadcast behind this. */
  position(): { readonly epoch: string; readonly offset: number };
  /**
   * The kept broadcasts up to that position, out of those that logic has and those seen since.
   * Undefined when there may be others: logic has not come as far as this comet remembers, or one
   * of the two is in another life of the log.
   */
  kept(known: KnownKept): KeptPart | undefined;
  /** A broadcast was taken back: from here on it is handed to nobody. */
  recalled(): void;
}

/**
 * Pushes to everybody, followed like a room from the comet's start on. `start` resolves when the
 * position is known, so that a client which connects later misses no broadcast pushed after that.
 */
export function createBroadcast(config: BroadcastConfig, deps: BroadcastDeps): Broadcast {
  return new FollowedBroadcast(config, deps);
}

class FollowedBroadcast implements Broadcast, LogSink {
  readonly name = "broadcast";
  readonly #deps: BroadcastDeps;
  readonly #queue: BroadcastQueue;
  readonly #fanout: Fanout;
  readonly #log: BusLog;
  readonly #follower: Follower;
  readonly #check: TailCheck;
  readonly #epochs: EpochWatch;
  readonly #digests: DigestWatch;
  readonly #keptLimits: { readonly entriesMax: number; readonly bytesMax: number };
  #life: AllLife = { epoch: "" };
  /** The kept ones since following began, as far as they fit: logic may not have come so far. */
  #kept: Ring;
  #part: { readonly known: KnownKept; readonly part: KeptPart } | undefined;
  #offStatus: () => void = () => {};
  #ready: () => void = () => {};

  constructor(config: BroadcastConfig, deps: BroadcastDeps) {
    const { bus, layout, reader, clock } = deps;
    this.#deps = deps;
    this.#keptLimits = { entriesMax: config.keptMax, bytesMax: config.keptBytes };
    this.#kept = new Ring(this.#keptLimits, 0);
    const stats = createFollowerStats();
    const sent: BroadcastStats = {
      flushes: 0,
      flushedEntries: 0,
      paced: 0,
      hurried: 0,
      expired: 0,
      recalled: 0,
    };
    this.#fanout = new Fanout(config, clock);
    this.#queue = new BroadcastQueue(config, {
      channels: deps.channels,
      totalConnections: () => deps.totalConnections(),
      fanout: this.#fanout,
      clock,
      stats: sent,
      kept: deps.kept,
      life: () => this.#life,
      hidden: (epoch) => deps.recalls?.of("all", "", epoch),
      onSpace: () => this.#follower.resume(),
    });
    this.#epochs = new EpochWatch(config, {
      layout,
      clock,
      onRead: () => this.#follower.verifyEpoch(),
    });
    const { subjects } = bus;
    const stream = subjects.stream("all");
    const names = { stream, subject: subjects.pushAll, cast: subjects.all };
    this.#log = new BusLog(names, {
      bus,
      layout,
      reader,
      tails: new TailReader({ tailReadsMax: 1, checkBatch: 1 }, reader),
      stats,
      refresh: () => this.#epochs.refresh(),
      onCast: (cast) => this.#follower.offerCast(cast),
    });
    const repairs = new Semaphore(1);
    const source = this.#log;
    this.#follower = new Follower(config, { source, sink: this, clock, repairs, stats });
    this.#check = new TailCheck({ ...config, checkBatch: 1, checkPause: 0 }, deps);
    this.#digests = this.#watchDigests(config, stream);
    exposeFollowerStats(deps.metrics, "broadcast", stats);
    exposeDigestStats(deps.metrics, "broadcast", this.#digests);
    exposeFanout(deps.metrics, "broadcast", this.#fanout);
    this.#expose(sent);
  }

  async start(): Promise<void> {
    const { bus } = this.#deps;
    this.#digests.start(bus.subjects.digestAll);
    this.#offStatus = bus.onStatus((status) => {
      if (status === "up") void this.#recover();
    });
    const ready = new Promise<void>((resolve) => {
      this.#ready = resolve;
    });
    this.#follower.open();
    await ready;
  }

  async stop(): Promise<void> {
    this.#offStatus();
    this.#digests.stop();
    this.#epochs.close();
    this.#check.close();
    this.#follower.close();
    this.#log.close();
    this.#queue.close();
    this.#fanout.close();
    this.#ready();
  }

  position(): { readonly epoch: string; readonly offset: number } {
    return { epoch: this.#follower.epoch, offset: this.#queue.begun };
  }

  kept(known: KnownKept): KeptPart | undefined {
    const life = this.#life;
    const offset = this.#queue.begun;
    const last = this.#part;
    if (last?.known === known && last.part.life === life && last.part.offset === offset) {
      return last.part;
    }
    if (known.epoch !== life.epoch || life.epoch === "") return undefined;
    if (known.offset < offset && known.offset < this.#kept.after) return undefined;
    const hidden = this.#deps.recalls?.of("all", "", life.epoch);
    const isGiven = (entry: LogEntry) => entry.offset <= offset && hidden?.(entry) !== true;
    const entries = known.entries.filter(isGiven);
    const kept = this.#kept;
    for (let at = kept.indexAfter(known.offset); at < kept.size; at++) {
      const entry = kept.at(at);
      if (entry !== undefined && isGiven(entry)) entries.push(entry);
    }
    const part = { life, offset, entries };
    this.#part = { known, part };
    return part;
  }

  recalled(): void {
    this.#part = undefined;
  }

  opened(): void {
    const { epoch, applied } = this.#follower;
    this.#life = { epoch };
    this.#kept = new Ring(this.#keptLimits, applied);
    this.#queue.opened(applied);
    this.#ready();
  }

  apply(entries: readonly LogEntry[]): boolean {
    const last = entries.at(-1)?.offset ?? 0;
    this.#kept.append(
      entries.filter(({ retain }) => retain === true),
      last,
    );
    return this.#queue.add(entries);
  }

  truncated(oldest: number): void {
    this.#kept = new Ring(this.#keptLimits, oldest - 1);
    this.#deps.log.warn({ oldest }, "broadcasts were gone from the stream before they were read");
  }

  reset(): void {
    this.#deps.log.warn("the stream of broadcasts is another one, following it from its end");
  }

  #watchDigests(config: BroadcastConfig, stream: string): DigestWatch {
    const { bus, clock, layout } = this.#deps;
    const shard = { subject: bus.subjects.digestAll, stream, shard: 0 };
    return new DigestWatch(
      config,
      {
        bus,
        clock,
        epochOf: (name) => layout.epoch(name),
        onForeignEpoch: () => {
          // When it fails the next digest asks again.
          this.#epochs.refresh().catch(() => undefined);
        },
        onLast: (_room, epoch, last) => this.#follower.offerLast(epoch, last),
        onLost: () => this.#checkTail(),
      },
      [shard],
    );
  }

  async #recover(): Promise<void> {
    this.#digests.forget();
    if (!(await this.#epochs.insist())) return;
    this.#follower.wake();
    this.#checkTail();
    this.#check.wake();
  }

  #checkTail(): void {
    this.#check.add([{ ...this.#log.names, follower: this.#follower }]);
  }

  #expose(sent: BroadcastStats): void {
    const { metrics } = this.#deps;
    const name = (text: string) => `comet_broadcast_${text}`;
    metrics.levelOf(name("queue"), "Broadcasts that wait.", () => this.#queue.size);
    metrics.levelOf(name("queue_bytes"), "Bytes of their bodies.", () => this.#queue.bytes);
    metrics.countOf(name("flushes_total"), "Flushes to everybody.", () => sent.flushes);
    metrics.countOf(name("flushed_entries_total"), "Broadcasts in them.", () => {
      return sent.flushedEntries;
    });
    metrics.countOf(name("expired_total"), "Broadcasts too old for somebody.", () => sent.expired);
    metrics.countOf(name("recalled_total"), "Broadcasts taken back before all had them.", () => {
      return sent.recalled;
    });
    metrics.countOf(name("paced_total"), "Broadcasts with a speed.", () => sent.paced);
    metrics.countOf(
      name("hurried_total"),
      "Broadcasts whose speed was raised.",
      () => sent.hurried,
    );
  }
}
