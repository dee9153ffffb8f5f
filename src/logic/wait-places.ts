import type { Clock, Timer } from "../kit/clock.ts";
import { GoimError } from "../kit/errors.ts";

/** Places for those who wait; whoever finds none is told so before anything is done. */
export class Places {
  readonly #max: number;
  #taken = 0;

  constructor(max: number) {
    this.#max = max;
  }

  get taken(): number {
    return this.#taken;
  }

  /** Fails with "busy". */
  take(count: number): void {
    if (this.#taken + count > this.#max) {
      const text = "too many callers wait to hear of their pushes; try again, or without wait";
      throw new GoimError("busy", text);
    }
    this.#taken += count;
  }

  give(count: number): void {
    this.#taken -= count;
  }
}

/** A wait that ends when somebody says so, at the latest after its time. */
export class Deadline {
  readonly #clock: Clock;
  #over = false;
  #timer: Timer | undefined;
  #resolve: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** To be called once. */
  wait(timeMs: number): Promise<void> {
    if (this.#over || timeMs <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#resolve = resolve;
      this.#timer = this.#clock.setTimeout(() => this.over(), timeMs);
    });
  }

  over(): void {
    this.#over = true;
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#resolve?.();
    this.#resolve = undefined;
  }
}
