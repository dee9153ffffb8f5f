/** Moderation at the sockets: who may be where, and what was taken back. */
import type { Bus, HistoryReader, KvBucket } from "../bus/bus.ts";
import { RECALL_LEASE_MS, type Recall, Recalls } from "../bus/recalls.ts";
import {
  isAbout,
  type Restriction,
  Restrictions,
  restrictionFilter,
  restrictionText,
} from "../bus/restrictions.ts";
import { type Served, serve } from "../bus/rpc.ts";
import { RuleWatch } from "../bus/rule-watch.ts";
import type { Clock } from "../kit/clock.ts";
import { GoimError } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import type { Metrics } from "../kit/metrics.ts";
import { CloseCode } from "../protocol/close-code.ts";
import { goim } from "../protocol/gen/messages.js";
import { toNumber } from "../protocol/int64.ts";
import type { Bucket } from "./bucket.ts";
import type { Channel } from "./channel.ts";
import type { Identity } from "./identity.ts";
import type { Bans } from "./joins.ts";

/** Buckets that logic writes. */
export interface RuleBuckets {
  readonly rules: Pick<KvBucket, "name" | "watch">;
  readonly recalls: Pick<KvBucket, "name" | "watch">;
}

export interface RoomRulesDeps {
  readonly bus: Bus;
  readonly buckets: RuleBuckets;
  readonly reader: Pick<HistoryReader, "state">;
  readonly bucket: Pick<Bucket, "byMid" | "byKey" | "olderByKey" | "channels">;
  readonly identity: () => Identity;
  /** Something of this log was taken back. */
  readonly onRecall: (recall: Pick<Recall, "log" | "target">) => void;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Requests answered at once; each waits a bounded time. */
const IN_FLIGHT_MAX = 256;
const WAIT_MS_MAX = 10_000;

export class RoomRules implements Bans {
  readonly recalls = new Recalls();
  readonly #restrictions = new Restrictions();
  readonly #deps: RoomRulesDeps;
  readonly #bans: RuleWatch;
  readonly #recalled: RuleWatch;
  #served: Served | undefined;
  #refused = 0;
  #removed = 0;
  /** Every recall that was there at this moment is known, monotonic milliseconds. */
  #freshAt = Number.NEGATIVE_INFINITY;
  #asking: Promise<void> | undefined;
  #asked = 0;

  constructor(deps: RoomRulesDeps) {
    this.#deps = deps;
    const { buckets, reader, clock, metrics, bus } = deps;
    this.#bans = new RuleWatch(({ key, value }) => this.#onBan(key, value), {
      ...{ bucket: buckets.rules, reader, clock },
      filter: restrictionFilter(bus.subjects, "ban"),
    });
    this.#recalled = new RuleWatch(
      ({ key, value }) => {
        const recall = this.recalls.set(key, value);
        if (recall !== undefined) deps.onRecall(recall);
      },
      { bucket: buckets.recalls, reader, clock, filter: ">" },
    );
    metrics.countOf("comet_joins_banned_total", "Rooms refused to who is banned", () => {
      return this.#refused;
    });
    metrics.countOf("comet_banned_closed_total", "Connections closed by a ban", () => {
      return this.#removed;
    });
    metrics.countOf("comet_recalls_asked_total", "Questions how far recalls go", () => this.#asked);
    metrics.levelOf("comet_recalls", "Recalls in force", () => this.recalls.size);
  }

  /** Resolves when everything that is there is known. */
  async start(): Promise<void> {
    await Promise.all([this.#bans.start(), this.#recalled.start()]);
  }

  /** Answers logic; once this comet has its name. */
  serve(): void {
    const { bus, identity, log } = this.#deps;
    const subject = bus.subjects.comet(identity().id, "rules");
    this.#served = serve(bus, subject, (data) => this.#answer(data), {
      maxInFlight: IN_FLIGHT_MAX,
      onBug: (error) => log.error({ err: error }, "a question about rules failed"),
    });
  }

  async stop(): Promise<void> {
    this.#bans.stop();
    this.#recalled.stop();
    await this.#served?.stop();
  }

  check(channel: Channel, room: string): void {
    const ban = this.#restrictions.find("ban", whoOf(channel), room, this.#deps.clock.now());
    if (ban === undefined) return;
    this.#refused++;
    throw new GoimError("banned", restrictionText(ban));
  }

  current(): Promise<void> | undefined {
    const age = this.#deps.clock.monotonic() - this.#freshAt;
    if (age < RECALL_LEASE_MS / 2) return undefined;
    const asking = this.#ask();
    if (age >= RECALL_LEASE_MS) return asking;
    asking.catch(() => {});
    return undefined;
  }

  /** Asks how far recalls go, and waits until this comet has come there. */
  #ask(): Promise<void> {
    this.#asking ??= this.#refresh().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #refresh(): Promise<void> {
    const { clock } = this.#deps;
    const startedMs = clock.monotonic();
    this.#asked++;
    const end = await this.#recalled.end();
    const known = await this.#recalled.until(end, RECALL_LEASE_MS);
    if (known) this.#freshAt = startedMs;
    if (known && clock.monotonic() - startedMs < RECALL_LEASE_MS) return;
    throw new GoimError("unavailable", "what was recalled is not known here yet");
  }

  async #answer(data: Uint8Array): Promise<Uint8Array> {
    const { bucket, epoch, revision, waitMs } = decodeRules(data);
    const watch = bucket === "recalls" ? this.#recalled : this.#bans;
    const moment = { epoch, revision: toNumber(revision) };
    const reached = await watch.until(moment, Math.min(waitMs, WAIT_MS_MAX));
    return goim.comet.RulesReply.encode({ reached }).finish();
  }

  #onBan(key: string, value: Uint8Array | undefined): void {
    const ban = this.#restrictions.set(key, value);
    const now = this.#deps.clock.now();
    if (ban === undefined || (ban.until !== 0 && ban.until <= now)) return;
    const text = restrictionText(ban);
    for (const channel of this.#meant(ban)) {
      if (channel.closed || !isAbout(ban, whoOf(channel)) || !isThere(ban, channel)) continue;
      this.#removed++;
      // Of version 2 one room of several is taken, so it may come back for the others.
      const elsewhere = ban.room !== "" && channel.version === 2;
      channel.close(elsewhere ? CloseCode.Removed : CloseCode.Kicked, text);
    }
  }

  /** Those whom it may be about; a copy, because closing takes them out. */
  #meant({ by, value }: Restriction): readonly Channel[] {
    const { bucket } = this.#deps;
    if (by === "user") return bucket.byMid(value);
    if (by !== "key") return [...bucket.channels()];
    const newest = bucket.byKey(value);
    return newest === undefined ? [] : [...bucket.olderByKey(value), newest];
  }
}

function whoOf({ mid, device, key, connection }: Channel) {
  return { mid, device, key, ip: connection.remoteAddress };
}

function isThere({ room }: Restriction, channel: Channel): boolean {
  if (room === "") return true;
  return channel.roomId === room || channel.seats?.get(room) !== undefined;
}

function decodeRules(data: Uint8Array): goim.comet.RulesReq {
  try {
    return goim.comet.RulesReq.decode(data);
  } catch (cause) {
    throw new GoimError("invalid", "not a RulesReq", { cause });
  }
}
