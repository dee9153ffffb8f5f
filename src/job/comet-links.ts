import type { Bus, CometDirectory } from "../bus/bus.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import { LruMap } from "../kit/lru.ts";
import { CometLink, type LinkConfig } from "./comet-link.ts";
import type { JobStats } from "./stats.ts";
import type { Lane } from "./target.ts";

export interface LinksDeps {
  readonly bus: Pick<Bus, "request" | "connected" | "subjects" | "onStatus">;
  readonly directory: CometDirectory;
  readonly clock: Clock;
  readonly log: Log;
  readonly stats: JobStats;
}

/** Dead incarnations remembered; a forgotten one costs a request that is answered by nobody. */
const GONE_MAX = 10_000;

/** A shard of users that this job reads. */
interface FollowedShard {
  readonly epoch: string;
  readonly shard: number;
}

/** Levels over all comets. */
export interface MissedLevels {
  readonly users: number;
  readonly shards: number;
}

const nameOf = (comet: string, incarnation: string) => `${comet}\n${incarnation}`;

const linkName = (comet: string, incarnation: string, epoch: string) =>
  `${nameOf(comet, incarnation)}\n${epoch}`;

/** The ways to all comets, shared by all shards of this job. */
export class CometLinks {
  readonly #config: LinkConfig;
  readonly #deps: LinksDeps;
  readonly #links = new Map<string, CometLink>();
  readonly #gone = new LruMap<string, true>(GONE_MAX);
  readonly #followed = new Set<FollowedShard>();
  #unlisten: (() => void)[] = [];

  constructor(config: LinkConfig, deps: LinksDeps) {
    this.#config = config;
    this.#deps = deps;
  }

  /** Lanes that wait for their comet. */
  get waiting(): number {
    let sum = 0;
    for (const link of this.#links.values()) sum += link.waiting;
    return sum;
  }

  /** Comets that do not answer just now. */
  get open(): number {
    let sum = 0;
    for (const link of this.#links.values()) if (link.open) sum++;
    return sum;
  }

  /** Users, and whole shards of users, that some comet has yet to check. */
  get missed(): MissedLevels {
    let users = 0;
    let shards = 0;
    for (const { missed } of this.#links.values()) {
      users += missed.size;
      shards += missed.whole;
    }
    return { users, shards };
  }

  start(): void {
    const { bus, directory } = this.#deps;
    this.#unlisten = [
      bus.onStatus((status) => {
        if (status === "up") for (const link of this.#links.values()) link.pump();
      }),
      directory.onChange(({ joined, left }) => {
        if (left !== undefined) this.#buryUnlessAlive(left.id, left.incarnation);
        if (joined !== undefined) this.#joined(joined.id, joined.incarnation);
      }),
    ];
  }

  stop(): void {
    for (const unlisten of this.#unlisten) unlisten();
  }

  /**
   * Whether a session there may be alive. One that the directory does not show yet is tried once: a
   * comet may have started a moment ago.
   */
  usable(comet: string, incarnation: string): boolean {
    return !this.#gone.has(nameOf(comet, incarnation));
  }

  enqueue(lane: Lane): void {
    this.#link(lane.comet, lane.incarnation, lane.owner.epoch).enqueue(lane);
  }

  /** Whether this comet does not answer just now: what it should have is not waited for. */
  silent({ comet, incarnation, owner }: Lane): boolean {
    return this.#links.get(linkName(comet, incarnation, owner.epoch))?.open === true;
  }

  /** The user of the lane did not get everything up to `last` there: the comet is told later. */
  miss({ comet, incarnation, owner, target }: Lane, shard: number, last: number): void {
    if (!this.usable(comet, incarnation)) return;
    this.#link(comet, incarnation, owner.epoch).miss(shard, { mid: target.id, last });
  }

  /**
   * A shard of users is read here from now on. What its former owner knew of missed pushes is lost,
   * so every comet is asked to check it; one that appears later, too: it may have been there all
   * the time. Returns what ends this.
   */
  follow(epoch: string, shard: number): () => void {
    const followed = { epoch, shard };
    this.#followed.add(followed);
    this.check(epoch, shard);
    return () => this.#followed.delete(followed);
  }

  /** Every comet is asked to check the users of a shard. */
  check(epoch: string, shard: number): void {
    for (const { id, incarnation } of this.#deps.directory.list()) {
      this.#checkShard(id, incarnation, { epoch, shard });
    }
  }

  #checkShard(comet: string, incarnation: string, { epoch, shard }: FollowedShard): void {
    this.#deps.stats.shardChecks++;
    this.#link(comet, incarnation, epoch).miss(shard);
  }

  #link(comet: string, incarnation: string, epoch: string): CometLink {
    const name = linkName(comet, incarnation, epoch);
    const known = this.#links.get(name);
    if (known !== undefined) return known;
    const { bus, clock, log, stats, directory } = this.#deps;
    const link = new CometLink({ comet, incarnation, epoch }, this.#config, {
      bus,
      clock,
      log,
      stats,
      onGone: () => this.#bury(comet, incarnation),
      alive: () => directory.alive(comet, incarnation),
    });
    this.#links.set(name, link);
    return link;
  }

  /** A comet has one incarnation at a time; one that was given up wrongly is back. */
  #joined(comet: string, incarnation: string): void {
    this.#gone.delete(nameOf(comet, incarnation));
    for (const link of this.#links.values()) {
      if (link.comet === comet && link.incarnation !== incarnation) {
        this.#buryUnlessAlive(comet, link.incarnation);
      }
    }
    for (const followed of this.#followed) this.#checkShard(comet, incarnation, followed);
  }

  #buryUnlessAlive(comet: string, incarnation: string): void {
    if (!this.#deps.directory.alive(comet, incarnation)) this.#bury(comet, incarnation);
  }

  #bury(comet: string, incarnation: string): void {
    this.#gone.set(nameOf(comet, incarnation), true);
    for (const [name, link] of this.#links) {
      if (link.comet !== comet || link.incarnation !== incarnation) continue;
      this.#links.delete(name);
      this.#deps.stats.missedDropped += link.missed.size;
      link.end();
    }
  }
}
