/** Takes messages back: for those who are there, and for all who come later. */
import type { Bus, CometDirectory, HistoryReader, KvBucket, StreamLayout } from "../../bus/bus.ts";
import {
  encodeRecall,
  type IsRecalled,
  RECALL_LEASE_MS,
  type Recall,
  type RecalledLog,
  Recalls,
  recallKey,
} from "../../bus/recalls.ts";
import { type RuleMoment, RuleWatch } from "../../bus/rule-watch.ts";
import type { Subjects } from "../../bus/subjects.ts";
import { type Clock, sleep } from "../../kit/clock.ts";
import { GoimError, messageOf } from "../../kit/errors.ts";
import type { Log } from "../../kit/log.ts";
import type { Metrics } from "../../kit/metrics.ts";
import type { Service } from "../../kit/service.ts";
import { goim } from "../../protocol/gen/messages.js";
import { Operation } from "../../protocol/operation.ts";
import type { History } from "../history.ts";
import type { Publisher, Push } from "../publish.ts";
import {
  broadcastsMeant,
  type LogPlace,
  type MeantEntry,
  mustExist,
  placeOf,
} from "./recall-log.ts";

export interface RecallConfig {
  /** Milliseconds that a recall waits for the comets to act by it. */
  readonly recallTimeout: number;
  /** Milliseconds for which a recall is kept: as long as the longest stream keeps a message. */
  readonly keepMs: number;
  /** Messages of a sender or a time that are named to the clients that are there. */
  readonly namedMax: number;
  /** Bytes of all broadcasts that are kept for those who log in later. */
  readonly keptBytesMax: number;
}

export interface RecallDeps {
  readonly bus: Pick<Bus, "request">;
  readonly bucket: KvBucket;
  readonly reader: Pick<HistoryReader, "message" | "state" | "before">;
  readonly layout: Pick<StreamLayout, "classOf" | "shardOf" | "epoch">;
  readonly publisher: Pick<Publisher, "publish">;
  /** Known when there is one: it asks for the recalls itself. */
  readonly history: () => Pick<History, "page">;
  readonly directory: Pick<CometDirectory, "list">;
  readonly subjects: Subjects;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** What is to be taken back of one room, of pushes to one user or key, or of broadcasts. */
export interface RecallOrder {
  readonly log: RecalledLog;
  /** Room id, mid or key; empty for broadcasts. */
  readonly target: string;
  readonly epoch?: string | undefined;
  readonly offset?: number | undefined;
  readonly sender?: string | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly reason: string;
  readonly actor: string;
}

export interface RecallOutcome {
  /** Of the message that tells those who are there. */
  readonly tombstone: number;
  readonly epoch: string;
  /** The messages meant, as far as they are named: those of a sender or time not of users, keys. */
  readonly offsets: readonly number[];
  /** Comets that did not say in time that they act by it; they let nobody in until they do. */
  readonly unconfirmed: readonly string[];
}

/** What a recall waits for until its own process acts by it, and a page of history too. */
const CURRENT_MS = 2_000;
const SWEEP_MS = 600_000;
const PAGE = 500;
/** Part of the room for kept broadcasts that the names of one recall may take. */
const KEPT_SHARE = 4;
/** Of an offset and its comma in JSON, at most. */
const OFFSET_CHARS = 17;
/** Of the wait of a comet: its answer takes a way too. */
const ANSWER_MS = 500;

export class RecallDesk implements Service {
  readonly name = "recalls";
  readonly #config: RecallConfig;
  readonly #deps: RecallDeps;
  readonly #recalls = new Recalls();
  readonly #revisions = new Map<string, number>();
  readonly #watch: RuleWatch;
  #asking: Promise<RuleMoment> | undefined;
  #next: Promise<RuleMoment> | undefined;
  #sweeper: object | undefined;
  #stopped = false;
  #orders = 0;
  #unconfirmed = 0;

  constructor(config: RecallConfig, deps: RecallDeps) {
    this.#config = config;
    this.#deps = deps;
    const filter = ">";
    this.#watch = new RuleWatch(
      ({ key, value, revision }) => {
        this.#recalls.set(key, value);
        if (value === undefined) this.#revisions.delete(key);
        else this.#revisions.set(key, revision);
      },
      { bucket: deps.bucket, reader: deps.reader, clock: deps.clock, filter },
    );
    const { metrics } = deps;
    metrics.levelOf("recalls", "Recalls in force", () => this.#recalls.size);
    metrics.countOf("recall_total", "Recalls ordered here", () => this.#orders);
    metrics.countOf("recall_unconfirmed_total", "Comets that did not confirm one in time", () => {
      return this.#unconfirmed;
    });
  }

  async start(): Promise<void> {
    await this.#watch.start();
    this.#sweep();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#watch.stop();
    if (this.#sweeper !== undefined) this.#deps.clock.clearTimeout(this.#sweeper);
  }

  /** Recalls in force. */
  get size(): number {
    return this.#recalls.size;
  }

  of(log: RecalledLog, target: string, epoch: string): IsRecalled | undefined {
    return this.#recalls.of(log, target, epoch);
  }

  /**
   * Resolves when every recall that was answered before this call is known here. A process that is
   * behind refuses rather than show what was taken back.
   */
  async current(): Promise<void> {
    const end = await this.#end();
    if (await this.#watch.until(end, CURRENT_MS)) return;
    throw new GoimError("unavailable", "what was recalled is not known here yet");
  }

  /**
   * Resolves when nobody who comes from now on sees it. Fails with "not_found" where there is no
   * such message, "reset" where its epoch is over, or as Publisher does: then nothing was recalled,
   * though the clients that are there may have been told.
   */
  async recall(order: RecallOrder): Promise<RecallOutcome> {
    const { publisher, bucket, subjects, clock } = this.#deps;
    const { log, target, offset, sender, from, to, reason, actor } = order;
    const place = placeOf(this.#deps, log, target);
    const { epoch: life } = await this.#deps.reader.state(place.stream);
    if (order.epoch !== undefined && order.epoch !== life) {
      throw new GoimError("reset", `the stream's epoch is ${life} now`);
    }
    const named = await this.#named(order, place);
    const offsets = named.map((entry) => entry.offset);
    const meant = {
      ...(offset === undefined ? {} : { offset }),
      ...(sender === undefined ? {} : { sender }),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    };
    const where = log === "all" ? { all: true } : { [log]: target };
    const told = { ...where, epoch: life, offsets, ...meant };
    const body = new TextEncoder().encode(JSON.stringify(told));
    const push = { op: Operation.Recalled, body, ...handling(log, target, named) };
    const { offset: tombstone, epoch } = await publisher.publish(place, push);
    if (epoch !== life) throw new GoimError("reset", `the stream's epoch is ${epoch} now`);
    const head = { log, target, epoch, below: tombstone, ...meant };
    const recall: Recall = { ...head, reason, actor, at: clock.now() };
    await bucket.put(recallKey(subjects, recall), encodeRecall(recall));
    const writtenMs = clock.monotonic();
    this.#orders++;
    const moment = await this.#watch.end();
    const [unconfirmed] = await Promise.all([
      this.#confirm(moment),
      this.#watch.until(moment, this.#config.recallTimeout),
    ]);
    // A comet that does not hear of it lets nobody in once it has not asked for so long.
    const leaseMs = writtenMs + RECALL_LEASE_MS - clock.monotonic();
    if (unconfirmed.length > 0 && leaseMs > 0) await sleep(clock, leaseMs);
    return { tombstone, epoch, offsets, unconfirmed };
  }

  /** The newest messages that are meant, for those who show them. */
  async #named(order: RecallOrder, place: LogPlace): Promise<readonly MeantEntry[]> {
    const { log, target, offset } = order;
    const { reader } = this.#deps;
    if (offset !== undefined) return [await mustExist(reader, place, { log, target, offset })];
    const { namedMax } = this.#config;
    if (log === "all") {
      // It is kept itself, and must not take the place of all others.
      const fitting = Math.floor(this.#config.keptBytesMax / KEPT_SHARE / OFFSET_CHARS);
      return broadcastsMeant(reader, place, order, Math.min(namedMax, fitting));
    }
    if (log !== "room") return [];
    const offsets = await this.#ofRoom(order);
    return offsets.map((each) => ({ offset: each, retain: false, expiresAt: 0 }));
  }

  async #ofRoom({ target, sender, from = 0, to }: RecallOrder): Promise<number[]> {
    const { history } = this.#deps;
    const offsets: number[] = [];
    let before: number | undefined;
    for (let left = this.#config.namedMax; left > 0; left -= PAGE) {
      const limit = Math.min(PAGE, left);
      const page = await history().page(target, { limit, before });
      for (const { offset, sender: by, timeMs, op } of page.entries) {
        if (op === Operation.Recalled || (sender !== undefined && by !== sender)) continue;
        if (timeMs >= from && timeMs < (to ?? Number.POSITIVE_INFINITY)) offsets.push(offset);
      }
      const oldest = page.entries[0]?.timeMs ?? from;
      if (!page.more || oldest < from) break;
      before = page.cursor;
    }
    return offsets.sort((a, b) => a - b);
  }

  /** Asks every comet that lives; resolves to those that did not confirm. */
  async #confirm({ epoch, revision }: RuleMoment): Promise<string[]> {
    const { directory, bus, subjects, log } = this.#deps;
    const { recallTimeout } = this.#config;
    const request = goim.comet.RulesReq.encode({
      ...{ bucket: "recalls", revision, waitMs: recallTimeout, epoch },
    }).finish();
    const asked = directory.list().map(async ({ id }) => {
      try {
        const timeoutMs = recallTimeout + ANSWER_MS;
        const answer = await bus.request(subjects.comet(id, "rules"), request, { timeoutMs });
        if (goim.comet.RulesReply.decode(answer).reached) return [];
      } catch (error) {
        log.debug({ comet: id, error: messageOf(error) }, "a comet did not confirm a recall");
      }
      this.#unconfirmed++;
      return [id];
    });
    return (await Promise.all(asked)).flat();
  }

  /** The bucket's end, asked for after this call; those who ask meanwhile share the next answer. */
  #end(): Promise<RuleMoment> {
    if (this.#next !== undefined) return this.#next;
    const ask = () => {
      this.#next = undefined;
      const asking = this.#watch.end().finally(() => {
        if (this.#asking === asking) this.#asking = undefined;
      });
      this.#asking = asking;
      return asking;
    };
    if (this.#asking === undefined) return ask();
    this.#next = this.#asking.then(ask, ask);
    return this.#next;
  }

  /** Takes away recalls whose messages no stream keeps any more. */
  #sweep(): void {
    const { clock, bucket, log } = this.#deps;
    this.#sweeper = clock.setTimeout(() => {
      const before = clock.now() - this.#config.keepMs;
      for (const [key, { at }] of this.#recalls.all()) {
        const revision = this.#revisions.get(key);
        if (at > before || revision === undefined) continue;
        bucket.delete(key, revision).catch((error) => {
          log.debug({ error: messageOf(error) }, "an old recall was not deleted");
        });
      }
      if (!this.#stopped) this.#sweep();
    }, SWEEP_MS);
  }
}

/**
 * How those are told who are not there now: who has had a kept broadcast hears at his next login
 * that it was taken back, for as long as it would have waited for others.
 */
function handling(
  log: RecalledLog,
  target: string,
  named: readonly MeantEntry[],
): Pick<Push, "keys" | "retain" | "expiresAt"> {
  if (log === "key") return { keys: [target] };
  const kept = named.filter(({ retain }) => retain);
  if (log !== "all" || kept.length === 0) return {};
  const ends = kept.map(({ expiresAt }) => expiresAt);
  return { retain: true, expiresAt: ends.includes(0) ? 0 : Math.max(...ends) };
}
