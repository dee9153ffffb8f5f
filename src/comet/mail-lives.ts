import type { StreamLayout } from "../bus/bus.ts";
import type { Clock } from "../kit/clock.ts";
import { EpochWatch } from "./epoch-watch.ts";
import type { RetryLimits } from "./repair.ts";

/** Lives that are known to be over; a message of one of them is no reason to look again. */
const OVER_MAX = 16;

export interface LivesDeps {
  readonly layout: Pick<StreamLayout, "epoch" | "refresh">;
  /** The stream of users. */
  readonly stream: string;
  readonly clock: Clock;
  /** The stream was created again. */
  readonly onNew: () => void;
}

/**
 * Which life the stream of users is in. Only the stream itself says so: job and logic may tell of
 * one that is over, or that this process has not heard of; then the stream is asked.
 */
export class Lives {
  readonly #deps: LivesDeps;
  readonly #watch: EpochWatch;
  #over: string[] = [];
  #now: string;
  #asking = false;

  constructor(limits: RetryLimits, deps: LivesDeps) {
    this.#deps = deps;
    const { layout, clock, stream } = deps;
    this.#watch = new EpochWatch(limits, { layout, clock, onRead: () => {} });
    this.#now = layout.epoch(stream);
  }

  /** Whether the stream is in the life `epoch`. Where that is not known it is asked. */
  isNow(epoch: string): boolean {
    if (this.#matches(epoch)) return true;
    if (epoch !== "" && !this.#over.includes(epoch)) this.#ask(epoch);
    return false;
  }

  /** The same text, but one for all that are in the life that is now. */
  shared(epoch: string): string {
    return epoch === this.#now ? this.#now : epoch;
  }

  close(): void {
    this.#watch.close();
  }

  #ask(epoch: string): void {
    if (this.#asking) return;
    this.#asking = true;
    void this.#watch.insist().then((read) => {
      this.#asking = false;
      if (!read || this.#matches(epoch)) return;
      this.#over = [...this.#over.slice(1 - OVER_MAX), epoch];
    });
  }

  #matches(epoch: string): boolean {
    const now = this.#deps.layout.epoch(this.#deps.stream);
    if (now !== this.#now) this.#begun(now);
    return epoch === now;
  }

  #begun(now: string): void {
    this.#now = now;
    this.#over = this.#over.filter((epoch) => epoch !== now);
    this.#deps.onNew();
  }
}
