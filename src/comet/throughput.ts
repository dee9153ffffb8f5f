import type { Clock } from "../kit/clock.ts";

const WINDOW_MS = 1000;

/** How much a counter grew in the last second or two, without a timer. */
export class Throughput {
  readonly #clock: Pick<Clock, "monotonic">;
  #since = Number.NEGATIVE_INFINITY;
  #from = 0;
  #perSecond = 0;

  constructor(clock: Pick<Clock, "monotonic">) {
    this.#clock = clock;
  }

  /** To be called now and then while the counter grows. */
  note(count: number): void {
    const now = this.#clock.monotonic();
    const passedMs = now - this.#since;
    if (passedMs < WINDOW_MS) return;
    // After a pause nobody knows when it grew: the next window tells.
    this.#perSecond = passedMs > 2 * WINDOW_MS ? 0 : ((count - this.#from) * 1000) / passedMs;
    this.#since = now;
    this.#from = count;
  }

  get perSecond(): number {
    return this.#clock.monotonic() - this.#since > 2 * WINDOW_MS ? 0 : this.#perSecond;
  }
}
