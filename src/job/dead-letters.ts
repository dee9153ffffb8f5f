import type { DeadMessage } from "../bus/dead.ts";
import { type Clock, sleep } from "../kit/clock.ts";
import { isGoimError, messageOf } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import type { JobStats } from "./stats.ts";

export interface DeadLettersDeps {
  readonly publish: (dead: DeadMessage) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
  readonly stats: JobStats;
}

const RETRY_MS = 500;

/** Keeps what cannot be decoded in GOIM_DEAD, with the reason and where it was. */
export class DeadLetters {
  readonly #deps: DeadLettersDeps;

  constructor(deps: DeadLettersDeps) {
    this.#deps = deps;
  }

  /** Resolves when it is stored; tries until `wanted` says that nobody waits any more. */
  async keep(dead: DeadMessage, wanted: () => boolean): Promise<void> {
    const { publish, clock, log, stats } = this.#deps;
    const { stream, reason } = dead;
    const { subject, sequence } = dead.message;
    while (wanted()) {
      try {
        await publish(dead);
        stats.deadLetters++;
        log.error({ stream, sequence, subject, reason }, "a message was put into GOIM_DEAD");
        return;
      } catch (error) {
        if (!isGoimError(error)) throw error;
        if (error.code === "too_large" || error.code === "invalid") {
          // It stays in its own stream as long as that keeps it; the log says where.
          log.error({ stream, sequence, subject, reason: messageOf(error) }, "no dead letter");
          return;
        }
        await sleep(clock, RETRY_MS);
      }
    }
  }
}
