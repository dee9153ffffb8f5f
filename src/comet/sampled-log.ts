import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";

const WINDOW_MS = 1000;

/**
 * Lines about single clients, of which a flood of bad ones could cause any number: at most so many
 * a second, and how many were left out.
 */
export class SampledLog {
  readonly #perSecondMax: number;
  readonly #log: Log;
  readonly #clock: Clock;
  #windowStart = Number.NEGATIVE_INFINITY;
  #inWindow = 0;
  #leftOut = 0;

  constructor(options: { readonly perSecondMax: number }, deps: { log: Log; clock: Clock }) {
    this.#perSecondMax = options.perSecondMax;
    this.#log = deps.log;
    this.#clock = deps.clock;
  }

  info(fields: Readonly<Record<string, unknown>>, text: string): void {
    const now = this.#clock.monotonic();
    if (now - this.#windowStart >= WINDOW_MS) {
      this.#windowStart = now;
      this.#inWindow = 0;
    }
    if (this.#inWindow >= this.#perSecondMax) {
      this.#leftOut++;
      return;
    }
    this.#inWindow++;
    const leftOut = this.#leftOut;
    this.#leftOut = 0;
    this.#log.info(leftOut === 0 ? fields : { ...fields, leftOut }, text);
  }
}
