import type { Bus } from "../bus/bus.ts";
import type { Clock } from "../kit/clock.ts";
import { messageOf } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import type { Metrics } from "../kit/metrics.ts";
import { TimerWheel } from "../kit/timer-wheel.ts";
import { goim } from "../protocol/gen/messages.js";
import { Batcher } from "./batcher.ts";
import type { MailboxConfig } from "./mail-config.ts";
import { type MailPage, toPage } from "./mail-entry.ts";
import type { Behind } from "./mail-log.ts";

export interface MailReadsDeps {
  readonly bus: Pick<Bus, "request" | "subjects" | "maxPayloadBytes">;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Takes a page; false when it was of no use: there is another one after a pause. */
  readonly onPage: (behind: Behind, page: MailPage) => boolean;
}

interface Answer {
  readonly page: MailPage | undefined;
}

/**
 * Pages of mailboxes for connections that are behind, many in one request. A connection has one
 * read at a time. What all of them hold in memory is bounded: above that nothing further is read
 * until some of it was handed over.
 */
export class MailReads {
  readonly #config: MailboxConfig;
  readonly #deps: MailReadsDeps;
  readonly #batcher: Batcher<Behind, Answer>;
  readonly #subject: string;
  /** Those whose last read failed, until their pause is over. */
  readonly #resting: TimerWheel<Behind>;
  /** Bytes of pages and held pushes, and those that pages on their way may have. */
  #bytes = 0;
  /** Those who wait for memory, in their order. */
  readonly #starved = new Set<Behind>();
  #pages = 0;
  #failed = 0;
  #stopped = false;

  constructor(config: MailboxConfig, deps: MailReadsDeps) {
    this.#config = config;
    this.#deps = deps;
    const { bus, clock } = deps;
    this.#subject = bus.subjects.logic("mailbox");
    const batchBytesMax = bus.maxPayloadBytes / 2;
    this.#batcher = new Batcher<Behind, Answer>(
      {
        batchMax: config.batchMax,
        ...{ batchBytesMax, inFlightMax: config.inFlightMax },
        // Each connection waits at most once, so connections are the bound.
        queueMax: Number.POSITIVE_INFINITY,
        // While logic cannot be reached nothing else is of use. One page that fails waits apart.
        triesMax: Number.POSITIVE_INFINITY,
        ...{ pauseMs: config.retryMin, pauseMaxMs: config.retryMax },
        // An answer with a large message may be above the bound of one: the next try is alone.
        bytesOf: (behind) => (behind.alone ? batchBytesMax : config.pageBytes),
        wanted: (behind) => this.#wanted(behind),
        send: (behinds) => this.#send(behinds),
        onReply: (behind, { page }) => {
          this.#onReply(behind, page);
          return true;
        },
        onFailed: (behind) => {
          behind.alone = true;
          this.#rest(behind);
        },
        onError: (error, pages) => {
          this.#failed++;
          deps.log.warn({ error: messageOf(error), pages }, "mailboxes could not be read");
        },
      },
      clock,
    );
    const onDue = (behind: Behind) => this.#rested(behind);
    this.#resting = new TimerWheel<Behind>({ tickMs: config.retryMin, onDue }, { clock });
    this.#measure(deps.metrics);
  }

  /** Memory is short: whoever cannot use a page now should not keep it. */
  get short(): boolean {
    return this.#starved.size > 0;
  }

  /** Whether so many bytes more may be held. */
  fits(bytes: number): boolean {
    return this.#bytes + bytes <= this.#config.bytesMax;
  }

  /** Bytes that are held from now on, or with a minus no longer. */
  hold(bytes: number): void {
    this.#bytes += bytes;
    if (bytes < 0 && this.#starved.size > 0) this.#feed();
  }

  /** Asks for the next page of one that is behind; `onPage` gets it. */
  want(behind: Behind): void {
    if (behind.reading || behind.resting || this.#stopped) return;
    if (!this.fits(this.#config.pageBytes)) {
      this.#starved.add(behind);
      return;
    }
    this.#starved.delete(behind);
    behind.reading = true;
    this.#bytes += this.#config.pageBytes;
    this.#batcher.push(behind);
  }

  /** It is behind no longer. */
  forget(behind: Behind): void {
    this.#starved.delete(behind);
    this.#resting.cancel(behind);
  }

  stop(): void {
    this.#stopped = true;
    this.#starved.clear();
    this.#resting.clear();
    this.#batcher.stop();
  }

  #feed(): void {
    for (const behind of this.#starved) {
      if (!this.fits(this.#config.pageBytes)) return;
      this.want(behind);
    }
  }

  #wanted(behind: Behind): boolean {
    if (behind.log.behind === behind && !behind.log.channel.closed) return true;
    this.#ended(behind);
    return false;
  }

  #ended(behind: Behind): void {
    behind.reading = false;
    this.hold(-this.#config.pageBytes);
  }

  async #send(behinds: readonly Behind[]): Promise<Answer[]> {
    const { pageEntries, pageBytes, timeout } = this.#config;
    const reads = behinds.map(({ log: { channel } }) => {
      return { mid: channel.mid, after: channel.lastUser, entries: pageEntries, bytes: pageBytes };
    });
    const request = goim.logic.MailboxReq.encode({ reads }).finish();
    const data = await this.#deps.bus.request(this.#subject, request, { timeoutMs: timeout });
    const { results } = goim.logic.MailboxReply.decode(data);
    return results.map((result, index) => {
      const { mail, error } = result as goim.logic.MailboxResult;
      if (error !== "" || mail == null) {
        this.#failed++;
        return { page: undefined };
      }
      return { page: toPage(mail, reads[index]?.after ?? 0) };
    });
  }

  #onReply(behind: Behind, page: MailPage | undefined): void {
    if (!this.#wanted(behind)) return;
    if (page !== undefined) {
      this.#pages++;
      behind.alone = false;
      if (this.#deps.onPage(behind, page)) {
        behind.failures = 0;
        this.#ended(behind);
        return;
      }
    }
    this.#rest(behind);
  }

  #rest(behind: Behind): void {
    const { retryMin, retryMax } = this.#config;
    this.#ended(behind);
    behind.resting = true;
    this.#resting.schedule(behind, Math.min(retryMax, retryMin * 2 ** behind.failures));
    behind.failures++;
  }

  #rested(behind: Behind): void {
    behind.resting = false;
    this.want(behind);
  }

  #measure(metrics: Metrics): void {
    const name = (text: string) => `comet_mailbox_${text}`;
    const batcher = this.#batcher;
    metrics.countOf(name("pages_total"), "Pages of mailboxes read", () => this.#pages);
    metrics.countOf(
      name("failed_total"),
      "Requests for pages, and pages, that logic did not give",
      () => this.#failed,
    );
    metrics.levelOf(name("reads_waiting"), "Connections waiting for a request", () => {
      return batcher.waiting;
    });
    metrics.levelOf(name("requests"), "Requests for pages on their way", () => batcher.inFlight);
    metrics.levelOf(name("bytes"), "Bytes of pages, held pushes and reads on their way", () => {
      return this.#bytes;
    });
    metrics.levelOf(name("starved"), "Connections waiting for memory", () => this.#starved.size);
  }
}
