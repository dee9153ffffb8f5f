import { type Clock, sleep, systemClock } from "../kit/clock.ts";
import { isGoimError, messageOf } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";

export interface WaitOptions {
  readonly log: Log;
  readonly clock?: Clock;
  /** Ends the wait. */
  readonly signal?: AbortSignal;
}

const RETRY_MS = 500;
const LOG_EVERY_MS = 5_000;

/** Tries again while NATS is away or (for a reader) nothing is there yet. */
export async function untilReached<T>(
  options: WaitOptions,
  text: string,
  action: () => Promise<T>,
): Promise<T> {
  const { log, clock = systemClock, signal } = options;
  let toldAt = Number.NEGATIVE_INFINITY;
  for (;;) {
    signal?.throwIfAborted();
    try {
      return await action();
    } catch (error) {
      const passing = ["unavailable", "timeout", "not_found"] as const;
      if (!passing.some((code) => isGoimError(error, code))) throw error;
      if (clock.monotonic() - toldAt >= LOG_EVERY_MS) {
        toldAt = clock.monotonic();
        log.warn({ reason: messageOf(error) }, text);
      }
    }
    await sleep(clock, RETRY_MS);
  }
}
