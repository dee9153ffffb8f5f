import type { Gauge, Metrics } from "../kit/metrics.ts";
import type { CometLinks } from "./comet-links.ts";
import type { MailboxIndex } from "./mailbox-index.ts";
import type { Prevs } from "./prevs.ts";
import type { Resolver } from "./resolve.ts";
import type { Shards } from "./shards.ts";
import { exposeStats, type JobStats } from "./stats.ts";
import type { Undelivered } from "./undelivered.ts";

export interface JobMetricsDeps {
  readonly stats: JobStats;
  readonly shards: Shards;
  readonly links: CometLinks;
  readonly prevs: Prevs;
  readonly resolvers: readonly Resolver[];
  readonly index: MailboxIndex;
  readonly undelivered: Undelivered;
  readonly orphans: () => number;
}

interface StreamLevels {
  owned: number;
  lag: number;
  lagMax: number;
  blocked: number;
}

/** Levels of one job on its admin port. By stream, never by shard or room: labels stay few. */
export class JobMetrics {
  readonly #deps: JobMetricsDeps;
  readonly #owned: Gauge;
  readonly #lag: Gauge;
  readonly #lagMax: Gauge;
  readonly #blocked: Gauge;

  constructor(metrics: Metrics, deps: JobMetricsDeps) {
    this.#deps = deps;
    const { links, prevs, resolvers, orphans } = deps;
    exposeStats(deps.stats, metrics);
    const label = ["stream"];
    this.#owned = metrics.gauge("job_leases", "Shards that this job reads", label);
    const lag = "Messages stored and not yet spread, ";
    this.#lag = metrics.gauge("job_lag_messages", `${lag}over the shards of this job`, label);
    this.#lagMax = metrics.gauge("job_lag_messages_max", `${lag}of its worst shard`, label);
    const blocked = "Shards that do not read because their window is full";
    this.#blocked = metrics.gauge("job_blocked_shards", blocked, label);
    metrics.levelOf("job_orphan_leases", "Shards of the system without an owner", orphans);
    metrics.levelOf("job_prev_rooms", "Rooms whose last offset is known", () => prevs.size);
    metrics.levelOf("job_silent_comets", "Comets that do not answer", () => links.open);
    metrics.levelOf("job_comet_waiting", "Users and keys waiting for a comet", () => links.waiting);
    metrics.levelOf("job_resolve_waiting", "Users and keys waiting for the session store", () =>
      resolvers.reduce((sum, { waiting }) => sum + waiting, 0),
    );
    metrics.levelOf("job_resolve_remembered", "Users and keys whose sessions are remembered", () =>
      resolvers.reduce((sum, { remembered }) => sum + remembered, 0),
    );
    this.#mailLevels(metrics);
  }

  #mailLevels(metrics: Metrics): void {
    const { index, links, undelivered } = this.#deps;
    metrics.levelOf(
      "job_index_waiting",
      "Users with pushes that are not in their mailbox yet",
      () => {
        return index.waiting;
      },
    );
    metrics.levelOf(
      "job_missed_users",
      "Users with pushes that their comet has yet to check",
      () => {
        return links.missed.users;
      },
    );
    metrics.levelOf(
      "job_missed_shards",
      "Whole shards of users that a comet has yet to check",
      () => {
        return links.missed.shards;
      },
    );
    metrics.levelOf("job_undelivered_pending", "Events about offline users not stored yet", () => {
      return undelivered.pending;
    });
  }

  /** Reads the levels of all shards; each second. */
  sample(): void {
    const levels = new Map<string, StreamLevels>();
    for (const { spec, lag, blocked } of this.#deps.shards.readers) {
      const level = levels.get(spec.stream) ?? { owned: 0, lag: 0, lagMax: 0, blocked: 0 };
      level.owned++;
      level.lag += lag;
      level.lagMax = Math.max(level.lagMax, lag);
      if (blocked) level.blocked++;
      levels.set(spec.stream, level);
    }
    for (const gauge of [this.#owned, this.#lag, this.#lagMax, this.#blocked]) gauge.reset();
    for (const [stream, level] of levels) {
      this.#owned.set({ stream }, level.owned);
      this.#lag.set({ stream }, level.lag);
      this.#lagMax.set({ stream }, level.lagMax);
      this.#blocked.set({ stream }, level.blocked);
    }
  }
}
