import type { Clock, Timer } from "../kit/clock.ts";

export interface RetryLimits {
  /** Milliseconds after the first failure; they double with each further one up to the max. */
  readonly retryMin: number;
  readonly retryMax: number;
}

/** The pauses of something that is tried until it works, or until its owner gives up. */
export class Retry {
  readonly #limits: RetryLimits;
  readonly #clock: Clock;
  #failures = 0;
  #timer: Timer | undefined;
  #resume: (() => void) | undefined;

  constructor(limits: RetryLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /** Failures since the last success. */
  get failures(): number {
    return this.#failures;
  }

  succeeded(): void {
    this.#failures = 0;
  }

  /** Counts a failure and resolves when it is time for the next try, or at `wake`. */
  failed(): Promise<void> {
    const { retryMin, retryMax } = this.#limits;
    const delayMs = Math.min(retryMax, retryMin * 2 ** Math.min(this.#failures, 20));
    this.#failures++;
    return new Promise((resolve) => {
      this.#resume = resolve;
      this.#timer = this.#clock.setTimeout(() => this.wake(), delayMs);
    });
  }

  /** Ends a pause that is under way: the reason for the failure may be gone. */
  wake(): void {
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    const resume = this.#resume;
    this.#resume = undefined;
    resume?.();
  }
}
