import type { Clock, Timer } from "../kit/clock.ts";

/** Calls actions at intervals, each on its own; a late turn is not made up for. */
export class Ticker {
  readonly #clock: Clock;
  readonly #timers = new Map<() => void, Timer>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `action` every `everyMs`, first after that time. */
  every(everyMs: number, action: () => void): void {
    const next = () => {
      this.#timers.set(action, this.#clock.setTimeout(run, everyMs));
    };
    const run = () => {
      next();
      action();
    };
    next();
  }

  stop(): void {
    for (const timer of this.#timers.values()) this.#clock.clearTimeout(timer);
    this.#timers.clear();
  }
}
