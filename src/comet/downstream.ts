import type { Bus } from "../bus/bus.ts";
import type { Recalls } from "../bus/recalls.ts";
import { type Served, serve } from "../bus/rpc.ts";
import { type Clock, sleep } from "../kit/clock.ts";
import { GoimError } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import type { Metrics } from "../kit/metrics.ts";
import { type EncodedBatch, encodeBatch, LogNumber } from "../protocol/frame-batch.ts";
import { goim } from "../protocol/gen/messages.js";
import { toNumber } from "../protocol/int64.ts";
import type { Bucket } from "./bucket.ts";
import type { Channel } from "./channel.ts";
import type { Identity } from "./identity.ts";
import type { Mails } from "./mail.ts";
import type { UserEntry } from "./mail-entry.ts";
import { mailOf } from "./mail-log.ts";

export interface DownstreamConfig {
  readonly loginWait: number;
  readonly waitingMax: number;
  readonly inFlightMax: number;
}

export interface DownstreamDeps {
  readonly bus: Bus;
  readonly bucket: Bucket;
  readonly identity: () => Identity;
  /** The logs of users with a mailbox. */
  readonly mails: Pick<Mails, "push">;
  /** What was taken back. */
  readonly recalls?: Pick<Recalls, "of">;
  /** Logins whose session may be stored without being known here yet. */
  readonly loginsInFlight: () => Promise<unknown> | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** One item of a request: entries in order, for one user or one key. */
interface Item {
  readonly log: "user" | "key";
  /** Whom a push to a user is for; empty for a push to a key. */
  readonly mid: string;
  readonly keys: readonly string[];
  readonly entries: readonly UserEntry[];
  /** Offset of the last entry; whoever was handed that far has the whole item. */
  readonly last: number;
  /** User: the mailbox's entry before the first one, and what of the item is in the mailbox. */
  readonly prev: number | undefined;
  readonly firstStored: number;
  readonly lastStored: number;
}

/** How far a channel was handed a log, in which life of it. */
interface Place {
  readonly last: number;
  readonly epoch: string;
}

/** One key of an item, in one life of its stream. */
interface KeyAt {
  readonly key: string;
  readonly epoch: string;
}

interface Result {
  delivered: number;
  unknown: string[];
}

/**
 * Pushes to users and keys, as job sends them. A channel follows two logs, its user's and its
 * key's: an entry at or below the last offset it was handed is dropped, because job repeats a
 * request whose answer it did not get, and a job that took over a shard repeats what its
 * predecessor sent. What is for a user with a mailbox goes through that user's log (mail.ts), where
 * nothing is left out; the others are handed what comes.
 */
export class Downstream {
  readonly #config: DownstreamConfig;
  readonly #deps: DownstreamDeps;
  #served: Served | undefined;
  #waiting = 0;
  #requests = 0;
  #stale = 0;
  #repeated = 0;
  #filtered = 0;
  #expired = 0;
  #before = 0;
  #unknown = 0;

  constructor(config: DownstreamConfig, deps: DownstreamDeps) {
    this.#config = config;
    this.#deps = deps;
    this.#measure(deps.metrics);
  }

  start(): void {
    const { bus, identity, log } = this.#deps;
    const subject = bus.subjects.comet(identity().id, "push");
    this.#served = serve(bus, subject, (data) => this.answer(data), {
      maxInFlight: this.#config.inFlightMax,
      onBug: (error) => log.error({ err: error }, "a push request failed"),
    });
  }

  async stop(): Promise<void> {
    await this.#served?.stop();
  }

  /** Answers one DeliverReq with a DeliverReply. */
  answer(data: Uint8Array): Uint8Array | Promise<Uint8Array> {
    this.#requests++;
    const request = decodeRequest(data);
    if (request.incarnation !== this.#deps.identity().incarnation) {
      this.#stale++;
      return goim.comet.DeliverReply.encode({ stale: true }).finish();
    }
    const items = request.items.map(toItem);
    const results = items.map((item) => this.#deliver(item, item.keys, request.epoch));
    const inFlight = this.#deps.loginsInFlight();
    const complete = results.every((result) => result.unknown.length === 0);
    if (complete || inFlight === undefined || this.#waiting >= this.#config.waitingMax) {
      return this.#encode(results);
    }
    return this.#afterLogins(inFlight, items, results, request.epoch);
  }

  /** Logic may have stored a session whose login has not been answered to this comet yet. */
  async #afterLogins(
    inFlight: Promise<unknown>,
    items: readonly Item[],
    results: readonly Result[],
    epoch: string,
  ): Promise<Uint8Array> {
    this.#waiting++;
    await Promise.race([inFlight, sleep(this.#deps.clock, this.#config.loginWait)]);
    this.#waiting--;
    for (const [index, item] of items.entries()) {
      const result = results[index];
      if (result === undefined || result.unknown.length === 0) continue;
      const again = this.#deliver(item, result.unknown, epoch);
      result.delivered += again.delivered;
      result.unknown = again.unknown;
    }
    return this.#encode(results);
  }

  #deliver(item: Item, keys: readonly string[], epoch: string): Result {
    const result: Result = { delivered: 0, unknown: [] };
    let whole: EncodedBatch | undefined;
    const encodeWhole = () => {
      whole ??= encodeBatch(item.entries, logOf(item));
      return whole;
    };
    for (const key of keys) {
      const { bucket } = this.#deps;
      let known = false;
      const handTo = (channel: Channel) => {
        if (!isFor(channel, item)) return;
        known = true;
        if (this.#hand(channel, item, { key, epoch }, encodeWhole)) result.delivered++;
      };
      // Both are read before anything is handed over: a channel that is closed for it goes at once.
      const newest = bucket.byKey(key);
      for (const channel of bucket.olderByKey(key)) handTo(channel);
      if (newest !== undefined) handTo(newest);
      if (!known) result.unknown.push(key);
    }
    return result;
  }

  /** Hands a channel what it has not had and accepts; false when the bytes were dropped. */
  #hand(channel: Channel, item: Item, at: KeyAt, encodeWhole: () => EncodedBatch): boolean {
    const { key, epoch } = at;
    const log = item.log === "user" ? mailOf(channel) : undefined;
    if (log !== undefined) {
      const { prev, entries, firstStored: first, lastStored } = item;
      const push = { epoch, prev, entries, first, last: lastStored, whole: encodeWhole };
      return this.#deps.mails.push(log, push);
    }
    const last = lastOffset(channel, item.log, epoch);
    if (item.last <= last) {
      this.#repeated += item.entries.length;
      return true;
    }
    const wanted = this.#wanted(channel, item, { last, epoch }, key);
    if (wanted.length > 0) {
      const all = wanted.length === item.entries.length;
      if (!channel.deliver(all ? encodeWhole() : encodeBatch(wanted, logOf(item)), wanted.length))
        return false;
    }
    if (item.log === "user") channel.lastUser = item.last;
    else channel.lastKey = item.last;
    return true;
  }

  #wanted(channel: Channel, item: Item, at: Place, key: string): readonly UserEntry[] {
    const { clock, recalls } = this.#deps;
    const now = clock.now();
    const { last, epoch } = at;
    const hidden = recalls?.of(item.log, item.log === "user" ? item.mid : key, epoch);
    return item.entries.filter((entry) => {
      if (entry.offset <= last) this.#repeated++;
      else if (!channel.accepts(entry.op)) this.#filtered++;
      else if (entry.expiresAt !== 0 && entry.expiresAt <= now) this.#expired++;
      else if (hidden?.(entry)) this.#expired++;
      else if (entry.loginBefore !== 0 && entry.loginBefore < channel.loginAt) this.#before++;
      else return true;
      return false;
    });
  }

  #encode(results: readonly Result[]): Uint8Array {
    for (const { unknown } of results) this.#unknown += unknown.length;
    return goim.comet.DeliverReply.encode({ stale: false, results: [...results] }).finish();
  }

  #measure(metrics: Metrics): void {
    metrics.countOf("comet_push_requests_total", "Requests from job", () => this.#requests);
    metrics.countOf(
      "comet_push_stale_total",
      "Requests for another incarnation",
      () => this.#stale,
    );
    metrics.countOf(
      "comet_push_repeated_total",
      "Entries a connection had already",
      () => this.#repeated,
    );
    metrics.countOf(
      "comet_push_filtered_total",
      "Entries whose operation a connection does not accept",
      () => this.#filtered,
    );
    metrics.countOf("comet_push_expired_total", "Entries that were too old", () => this.#expired);
    metrics.countOf(
      "comet_push_before_login_total",
      "Entries of a lost checkpoint from before the connection's login",
      () => this.#before,
    );
    metrics.countOf(
      "comet_push_unknown_total",
      "Keys that were not here, or not any more",
      () => this.#unknown,
    );
    metrics.levelOf(
      "comet_push_waiting",
      "Requests waiting for logins in flight",
      () => this.#waiting,
    );
  }
}

function decodeRequest(data: Uint8Array): goim.comet.DeliverReq {
  try {
    return goim.comet.DeliverReq.decode(data);
  } catch (cause) {
    throw new GoimError("invalid", "not a DeliverReq", { cause });
  }
}

function toItem(item: goim.comet.DeliverItem.$Properties): Item {
  const entries = (item.entries ?? []).map((entry) => ({
    op: entry.op ?? 0,
    body: entry.body ?? NO_BODY,
    offset: toNumber(entry.offset ?? 0),
    expiresAt: toNumber(entry.expiresAt ?? 0),
    loginBefore: toNumber(entry.loginBefore ?? 0),
    transient: entry.transient ?? false,
    ...{ time: toNumber(entry.time ?? 0), sender: entry.sender ?? "" },
  }));
  const mid = item.mid ?? "";
  const log = mid === "" ? "key" : "user";
  const stored = entries.filter(({ transient }) => !transient);
  return {
    ...{ log, mid, keys: item.keys ?? [], entries, last: entries.at(-1)?.offset ?? 0 },
    prev: item.prev == null ? undefined : toNumber(item.prev),
    firstStored: stored[0]?.offset ?? 0,
    lastStored: stored.at(-1)?.offset ?? 0,
  };
}

function logOf(item: Item): number {
  return item.log === "user" ? LogNumber.User : LogNumber.Key;
}

const NO_BODY = new Uint8Array(0);

/** Another user may have taken the key since job looked up who has it. */
function isFor(channel: Channel, { log, mid }: Item): boolean {
  return !channel.closed && (log === "key" || channel.mid === mid);
}

/** How far a channel was handed a log; a stream that began a new life starts at 0. */
function lastOffset(channel: Channel, log: "user" | "key", epoch: string): number {
  if (log === "user") {
    if (channel.userEpoch === epoch) return channel.lastUser;
    channel.userEpoch = epoch;
    channel.lastUser = 0;
    return 0;
  }
  if (channel.keyEpoch === epoch) return channel.lastKey;
  channel.keyEpoch = epoch;
  channel.lastKey = 0;
  return 0;
}
