import type { StreamLayout } from "../bus/bus.ts";
import { type Clock, sleep } from "../kit/clock.ts";
import { Retry, type RetryLimits } from "./repair.ts";

/** Shortest time between two reads of the epochs: thousands of followers may ask at once. */
const REFRESH_EVERY_MS = 500;

export interface EpochWatchDeps {
  readonly layout: Pick<StreamLayout, "epoch" | "refresh">;
  readonly clock: Clock;
  /** The epochs were read; some stream may have another one than before. */
  readonly onRead: () => void;
}

/** Reads the epochs of the streams again when somebody doubts them; doubts are merged. */
export class EpochWatch {
  readonly #deps: EpochWatchDeps;
  readonly #retry: Retry;
  #next: Promise<void> | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #readAt = Number.NEGATIVE_INFINITY;
  #closed = false;
  #insisting: Promise<boolean> = Promise.resolve(true);

  constructor(limits: RetryLimits, deps: EpochWatchDeps) {
    this.#deps = deps;
    this.#retry = new Retry(limits, deps.clock);
  }

  /** Resolves after a read that began after this call; rejects when that read failed. */
  refresh(): Promise<void> {
    this.#next ??= this.#readNext();
    return this.#next;
  }

  /** The same, tried until it works; false when closed before. */
  insist(): Promise<boolean> {
    // One after the other, so that each has a read of its own; a pause of the one before ends now.
    this.#retry.wake();
    this.#insisting = this.#insisting.then(() => this.#untilRead());
    return this.#insisting;
  }

  async #untilRead(): Promise<boolean> {
    while (!this.#closed) {
      const read = await this.refresh().then(
        () => true,
        () => false,
      );
      if (read) {
        this.#retry.succeeded();
        break;
      }
      if (!this.#closed) await this.#retry.failed();
    }
    return !this.#closed;
  }

  close(): void {
    this.#closed = true;
    this.#retry.wake();
  }

  async #readNext(): Promise<void> {
    const { layout, clock, onRead } = this.#deps;
    await this.#last.catch(() => undefined);
    const waitMs = this.#readAt + REFRESH_EVERY_MS - clock.monotonic();
    if (waitMs > 0) await sleep(clock, waitMs);
    this.#next = undefined;
    this.#readAt = clock.monotonic();
    const reading = layout.refresh();
    this.#last = reading;
    await reading;
    if (!this.#closed) onRead();
  }
}
