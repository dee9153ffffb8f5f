import type { Bus, StreamLayout } from "../bus/bus.ts";
import { type Served, serve } from "../bus/rpc.ts";
import type { Clock } from "../kit/clock.ts";
import { GoimError, mayRetry, messageOf } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import type { Metrics } from "../kit/metrics.ts";
import { goim } from "../protocol/gen/messages.js";
import { toNumber } from "../protocol/int64.ts";
import { Batcher } from "./batcher.ts";
import type { Bucket } from "./bucket.ts";
import type { Identity } from "./identity.ts";
import type { Mails } from "./mail.ts";
import type { MailboxConfig } from "./mail-config.ts";
import { mailOf } from "./mail-log.ts";

export interface UserCheckDeps {
  readonly bus: Bus;
  readonly layout: Pick<StreamLayout, "shardOf">;
  readonly bucket: Bucket;
  readonly mails: Pick<Mails, "heard">;
  readonly identity: () => Identity;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** A user whose mailbox is to be compared. */
interface Checked {
  readonly mid: string;
  /** Asked for again since the last request began: that one's answer does not count. */
  again: boolean;
}

interface Answer {
  readonly epoch: string;
  readonly last: number;
  /** Logic's error, "" = none. */
  readonly error: string;
}

/** Requests answered at once. */
const IN_FLIGHT_MAX = 256;
/** Bytes of one head in a request or its answer. */
const HEAD_BYTES = 96;

/**
 * Finds users here who miss something without knowing it, because nothing further was pushed to
 * them since. Job names users, or a shard, for which requests went unanswered; and every user is
 * compared whose session the store may have been without.
 */
export class UserCheck {
  readonly #config: MailboxConfig;
  readonly #deps: UserCheckDeps;
  readonly #batcher: Batcher<Checked, Answer>;
  readonly #subject: string;
  readonly #waiting = new Map<string, Checked>();
  #served: Served | undefined;
  #requests = 0;
  #compared = 0;
  #stopped = false;

  constructor(config: MailboxConfig, deps: UserCheckDeps) {
    this.#config = config;
    this.#deps = deps;
    const { bus } = deps;
    this.#subject = bus.subjects.logic("mailbox");
    this.#batcher = new Batcher<Checked, Answer>(
      {
        ...{ batchMax: config.checkBatch, batchBytesMax: bus.maxPayloadBytes / 2 },
        inFlightMax: config.checkInFlightMax,
        // Each user waits at most once, so users are the bound.
        queueMax: Number.POSITIVE_INFINITY,
        // A user is compared until that worked, or the last connection ends.
        triesMax: Number.POSITIVE_INFINITY,
        ...{ pauseMs: config.retryMin, pauseMaxMs: config.retryMax },
        bytesOf: ({ mid }) => HEAD_BYTES + mid.length,
        wanted: (checked) => this.#wanted(checked),
        send: (users) => this.#send(users),
        onReply: (checked, answer) => this.#onReply(checked, answer),
        onFailed: ({ mid }) => this.#waiting.delete(mid),
        onError: (error, users) =>
          deps.log.warn({ error: messageOf(error), users }, "mailboxes could not be compared"),
      },
      deps.clock,
    );
    this.#measure(deps.metrics);
  }

  start(): void {
    const { bus, identity, log } = this.#deps;
    const subject = bus.subjects.comet(identity().id, "check");
    this.#served = serve(bus, subject, (data) => this.answer(data), {
      maxInFlight: IN_FLIGHT_MAX,
      onBug: (error) => log.error({ err: error }, "a check failed"),
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#batcher.stop();
    await this.#served?.stop();
  }

  /** Answers one CheckReq with a CheckReply. */
  answer(data: Uint8Array): Uint8Array {
    this.#requests++;
    const { incarnation, epoch, items, shard } = decodeCheck(data);
    const stale = incarnation !== this.#deps.identity().incarnation;
    if (!stale) {
      for (const { mid, last } of items) this.#tell(mid ?? "", epoch, toNumber(last ?? 0));
      if (shard != null) this.shard(shard);
    }
    return goim.comet.CheckReply.encode({ stale }).finish();
  }

  /** Compares every user here, or those of one shard. */
  all(): void {
    for (const mid of this.#deps.bucket.mids()) this.user(mid);
  }

  shard(shard: number): void {
    const { bucket, layout } = this.#deps;
    for (const mid of bucket.mids()) if (layout.shardOf(mid) === shard) this.user(mid);
  }

  user(mid: string): void {
    const waits = this.#waiting.get(mid);
    if (waits !== undefined) waits.again = true;
    if (waits !== undefined || this.#stopped || !this.#here(mid)) return;
    const checked = { mid, again: false };
    this.#waiting.set(mid, checked);
    this.#batcher.push(checked);
  }

  #here(mid: string): boolean {
    return this.#deps.bucket.byMid(mid).some((channel) => mailOf(channel) !== undefined);
  }

  #tell(mid: string, epoch: string, last: number): void {
    const { bucket, mails } = this.#deps;
    for (const channel of bucket.byMid(mid)) mails.heard(channel, epoch, last);
  }

  #wanted({ mid }: Checked): boolean {
    if (this.#here(mid)) return true;
    this.#waiting.delete(mid);
    return false;
  }

  async #send(users: readonly Checked[]): Promise<Answer[]> {
    for (const checked of users) checked.again = false;
    const reads = users.map(({ mid }) => ({ mid, after: 0, entries: 0, bytes: 0 }));
    const request = goim.logic.MailboxReq.encode({ reads }).finish();
    const { timeout: timeoutMs } = this.#config;
    const data = await this.#deps.bus.request(this.#subject, request, { timeoutMs });
    return goim.logic.MailboxReply.decode(data).results.map(({ mail, error }) => {
      const { epoch, last } = mail ?? {};
      return { epoch: epoch ?? "", last: toNumber(last ?? 0), error: error ?? "" };
    });
  }

  #onReply(checked: Checked, answer: Answer): boolean {
    const { epoch, last, error } = answer;
    if (error === "") {
      this.#compared++;
      this.#tell(checked.mid, epoch, last);
    }
    if (error === "" ? checked.again : mayRetry(error)) return false;
    this.#waiting.delete(checked.mid);
    return true;
  }

  #measure(metrics: Metrics): void {
    const name = (text: string) => `comet_user_checks_${text}`;
    metrics.countOf(name("requests_total"), "Checks asked for by job", () => this.#requests);
    metrics.countOf(name("total"), "Users compared with their mailboxes", () => this.#compared);
    metrics.levelOf(name("waiting"), "Users still to be compared", () => this.#waiting.size);
  }
}

function decodeCheck(data: Uint8Array): goim.comet.CheckReq {
  try {
    return goim.comet.CheckReq.decode(data);
  } catch (cause) {
    throw new GoimError("invalid", "not a CheckReq", { cause });
  }
}
