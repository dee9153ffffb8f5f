import type { Clock } from "../kit/clock.ts";
import type { Semaphore } from "../kit/semaphore.ts";
import type { HistoryStats } from "./history-stats.ts";
import {
  type Page,
  type ReadBackOptions,
  type ReadRange,
  readBack,
  readPage,
} from "./read-back.ts";
import { Retry, type RetryLimits } from "./repair.ts";
import type { Ring } from "./ring.ts";

export interface StreamPagesLimits extends RetryLimits {
  /** Stream messages in one read, at least 2. */
  readonly pageMessages: number;
}

export interface StreamPagesDeps {
  readonly read: ReadRange;
  readonly wholeAfter: (sequence: number) => Promise<boolean>;
  /** Reads of old messages under way in the whole process. */
  readonly reads: Semaphore;
  readonly clock: Clock;
  readonly stats: HistoryStats;
  /** A read came to its end: whoever waits may ask again. */
  readonly onRead: () => void;
}

/** Pages kept for those who are about as far behind as who asked for them. */
const PAGES_KEPT = 4;

/**
 * Old entries of one log out of its stream. However many ask, one read at a time is under way and
 * all who ask meanwhile wait for its end; most of them then find what they need in its page.
 */
export class StreamPages {
  readonly #limits: StreamPagesLimits;
  readonly #deps: StreamPagesDeps;
  readonly #retry: Retry;
  #pages: Page[] = [];
  #reading = false;
  #closed = false;
  /** Grows when the log is another one, so that an answer of the old one is not used. */
  #life = 0;

  constructor(limits: StreamPagesLimits, deps: StreamPagesDeps) {
    this.#limits = limits;
    this.#deps = deps;
    this.#retry = new Retry(limits, deps.clock);
  }

  /** A page that goes on behind `after`, at most up to `upTo`; undefined while it is being read. */
  page(after: number, upTo: number): Page | undefined {
    // Whether anything is gone behind a place that lies in the hole of a page, it cannot say.
    const page = this.#pages.find((kept) => {
      const begins = after === kept.after || after >= kept.whole;
      return kept.after <= after && after < kept.to && begins;
    });
    if (page !== undefined) return page;
    const { pageMessages } = this.#limits;
    this.#run(async (read) => {
      const { wholeAfter } = this.#deps;
      const fresh = await readPage({ read, wholeAfter }, after, upTo, pageMessages);
      return () => this.keep(fresh);
    });
    return undefined;
  }

  /** Reads the newest entries up to `to` for `use`, unless a read is under way. */
  load(to: number, options: () => ReadBackOptions, use: (ring: Ring) => void): void {
    this.#run(async (read) => {
      const ring = await readBack(read, to, options());
      return () => use(ring);
    });
  }

  /** Keeps what was read otherwise. */
  keep(page: Page): void {
    this.#pages.push(page);
    if (this.#pages.length > PAGES_KEPT) this.#pages.shift();
  }

  /** Lets go of the pages: nobody is behind any more. */
  release(): void {
    this.#pages = [];
  }

  /** The log is another one. */
  reset(): void {
    this.#life++;
    this.#pages = [];
  }

  close(): void {
    this.#closed = true;
    this.reset();
    this.#retry.wake();
  }

  #run(work: (read: ReadRange) => Promise<() => void>): void {
    if (this.#reading || this.#closed) return;
    this.#reading = true;
    const life = this.#life;
    void this.#attempt(work).then((use) => {
      this.#reading = false;
      if (this.#closed) return;
      if (life === this.#life) use?.();
      this.#deps.onRead();
    });
  }

  /** Undefined when reading failed; then the pause before the next try is over. */
  async #attempt(
    work: (read: ReadRange) => Promise<() => void>,
  ): Promise<(() => void) | undefined> {
    const { read, reads, stats } = this.#deps;
    try {
      const use = await reads.run(() =>
        work((from, to, limit) => {
          stats.reads++;
          return read(from, to, limit);
        }),
      );
      this.#retry.succeeded();
      return use;
    } catch {
      stats.failures++;
      if (!this.#closed) await this.#retry.failed();
      return undefined;
    }
  }
}
