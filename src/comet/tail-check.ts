import type { StreamReader } from "../bus/bus.ts";
import { type Clock, sleep } from "../kit/clock.ts";
import type { Follower, Mark } from "./follower.ts";
import { Retry, type RetryLimits } from "./repair.ts";

/** A follower and the name of its log. */
export interface Followed {
  readonly stream: string;
  readonly subject: string;
  readonly follower: Pick<Follower, "mark" | "check">;
}

export interface TailCheckLimits extends RetryLimits {
  /** Logs in one read. */
  readonly checkBatch: number;
  /** Milliseconds between two reads. */
  readonly checkPause: number;
}

/**
 * Compares followers with their streams, many in one read and with a pause between reads. What is
 * asked for is done in the end: a read that fails is tried again until it works.
 */
export class TailCheck {
  readonly #limits: TailCheckLimits;
  readonly #deps: { readonly reader: Pick<StreamReader, "tails">; readonly clock: Clock };
  readonly #retry: Retry;
  readonly #waiting = new Map<string, Set<Followed>>();
  #running = false;
  #closed = false;
  /** Followers compared and reads that took, so far. */
  checked = 0;
  reads = 0;
  failures = 0;

  constructor(
    limits: TailCheckLimits,
    deps: { readonly reader: Pick<StreamReader, "tails">; readonly clock: Clock },
  ) {
    this.#limits = limits;
    this.#deps = deps;
    this.#retry = new Retry(limits, deps.clock);
  }

  /** Followers still to be compared. */
  get waiting(): number {
    let count = 0;
    for (const set of this.#waiting.values()) count += set.size;
    return count;
  }

  /** Asks for a check that begins after this call. */
  add(followed: Iterable<Followed>): void {
    if (this.#closed) return;
    for (const each of followed) {
      const set = this.#waiting.get(each.stream);
      if (set === undefined) this.#waiting.set(each.stream, new Set([each]));
      else set.add(each);
    }
    this.#run();
  }

  /** Tries again at once what failed. */
  wake(): void {
    this.#retry.wake();
  }

  close(): void {
    this.#closed = true;
    this.#waiting.clear();
    this.#retry.wake();
  }

  #run(): void {
    if (this.#running || this.#closed || this.#waiting.size === 0) return;
    this.#running = true;
    void this.#loop().finally(() => {
      this.#running = false;
      this.#run();
    });
  }

  async #loop(): Promise<void> {
    while (!this.#closed) {
      const [stream, batch] = this.#nextBatch();
      if (batch.length === 0) return;
      if (await this.#read(stream, batch)) {
        this.#retry.succeeded();
        if (this.waiting > 0) await sleep(this.#deps.clock, this.#limits.checkPause);
      } else if (!this.#closed) {
        this.failures++;
        this.add(batch);
        await this.#retry.failed();
      }
    }
  }

  #nextBatch(): [stream: string, batch: Followed[]] {
    for (const [stream, set] of this.#waiting) {
      const batch: Followed[] = [];
      for (const each of set) {
        if (batch.length === this.#limits.checkBatch) break;
        set.delete(each);
        batch.push(each);
      }
      if (set.size === 0) this.#waiting.delete(stream);
      return [stream, batch];
    }
    return ["", []];
  }

  async #read(stream: string, batch: readonly Followed[]): Promise<boolean> {
    // The marks are taken before the read: what a follower learns during it is newer.
    const marked: [Followed, Mark][] = [];
    for (const each of batch) {
      const mark = each.follower.mark();
      if (mark !== undefined) marked.push([each, mark]);
    }
    if (marked.length === 0) return true;
    try {
      this.reads++;
      const subjects = marked.map(([each]) => each.subject);
      const { last, messages } = await this.#deps.reader.tails(stream, subjects);
      for (const [{ follower, subject }, mark] of marked) {
        follower.check(mark, messages.get(subject), last);
      }
      this.checked += marked.length;
      return true;
    } catch {
      // Not connected, no leader, a replica behind: all of them pass.
      return false;
    }
  }
}
