import type { AckPublisher } from "../bus/bus.ts";
import type { Subjects } from "../bus/subjects.ts";
import { type Clock, sleep, type Timer } from "../kit/clock.ts";
import { isGoimError, messageOf } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import type { Entry } from "./push-batch.ts";
import type { JobStats } from "./stats.ts";

export interface UndeliveredConfig {
  /** Milliseconds since the push, 0 = no events; ends before JetStream forgets an event's id. */
  readonly maxAge: number;
  /** Larger bodies are left out. */
  readonly bodyBytes: number;
  /** Events that are not stored yet; one more is dropped. */
  readonly pendingMax: number;
  /** Milliseconds, or up to twice that, that a checkpoint waits for an event. */
  readonly hold: number;
  /** Pause in milliseconds before what the stream did not take is tried again. */
  readonly retry: number;
}

export interface UndeliveredDeps {
  readonly publish: AckPublisher["publish"];
  readonly subjects: Pick<Subjects, "event">;
  readonly clock: Clock;
  readonly log: Log;
  readonly stats: JobStats;
}

interface Pending {
  readonly since: number;
  /** Lets go of whoever waits for the event. */
  release: (() => void) | undefined;
}

/**
 * Stores an event for each entry that found nobody online, for push services of phones. Exactly one
 * while the job lives or another takes over: whoever waits for the event moves the checkpoint after
 * it, a repetition has the same id. When the stream does not take events nobody waits.
 */
export class Undelivered {
  readonly #config: UndeliveredConfig;
  readonly #deps: UndeliveredDeps;
  readonly #pending = new Set<Pending>();
  #timer: Timer | undefined;
  #failing = false;
  #stopped = false;

  constructor(config: UndeliveredConfig, deps: UndeliveredDeps) {
    this.#config = config;
    this.#deps = deps;
  }

  /** Events that are not stored yet. */
  get pending(): number {
    return this.#pending.size;
  }

  /** Nobody is online for these entries. `done` is called when the checkpoint may pass them. */
  report(epoch: string, mid: string, entries: readonly Entry[], done: () => void): void {
    const { stats, clock } = this.#deps;
    if (this.#config.maxAge === 0) {
      done();
      return;
    }
    const oldest = clock.now() - this.#config.maxAge;
    let left = 1;
    const one = () => {
      if (--left === 0) done();
    };
    for (const entry of entries) {
      if (entry.transient === true) continue;
      if (entry.time < oldest) stats.undeliveredOld++;
      else if (this.#pending.size >= this.#config.pendingMax) stats.undeliveredDropped++;
      else {
        left++;
        this.#start(epoch, mid, entry, one);
      }
    }
    one();
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== undefined) this.#deps.clock.clearTimeout(this.#timer);
  }

  #start(epoch: string, mid: string, entry: Entry, release: () => void): void {
    const pending: Pending = { since: this.#deps.clock.monotonic(), release };
    this.#pending.add(pending);
    if (this.#failing) this.#release(pending);
    else this.#watch();
    void this.#store(epoch, mid, entry).then(() => {
      this.#pending.delete(pending);
      this.#release(pending);
    });
  }

  async #store(epoch: string, mid: string, entry: Entry): Promise<void> {
    const { publish, subjects, clock, log, stats } = this.#deps;
    const subject = subjects.event("undelivered", mid);
    const id = `${mid}+${epoch}+${entry.offset}`;
    const data = this.#encode(epoch, mid, entry);
    while (!this.#stopped) {
      try {
        await publish(subject, data, { id });
        this.#failing = false;
        stats.undelivered++;
        return;
      } catch (error) {
        if (!isGoimError(error)) throw error;
        if (!this.#failing) log.warn({ reason: messageOf(error) }, "events are not stored");
        this.#fail();
        if (clock.now() - entry.time > this.#config.maxAge) break;
      }
      await sleep(clock, this.#config.retry);
    }
    stats.undeliveredDropped++;
  }

  #encode(epoch: string, mid: string, { offset, op, time, body }: Entry): Uint8Array {
    const whole = body.length <= this.#config.bodyBytes;
    const bodyBase64 = Buffer.from(body.buffer, body.byteOffset, body.length).toString("base64");
    const event = { mid, epoch, offset, op, time, ...(whole ? { bodyBase64 } : {}) };
    return Buffer.from(JSON.stringify(event));
  }

  /** The stream does not take events: until it does again nobody waits for one. */
  #fail(): void {
    this.#failing = true;
    for (const pending of this.#pending) this.#release(pending);
  }

  #release(pending: Pending): void {
    pending.release?.();
    pending.release = undefined;
  }

  /** One timer for all: an event that takes too long is taken for a stream that hangs. */
  #watch(): void {
    if (this.#timer !== undefined) return;
    this.#timer = this.#deps.clock.setTimeout(() => {
      this.#timer = undefined;
      const late = this.#deps.clock.monotonic() - this.#config.hold;
      for (const { since, release } of this.#pending) {
        if (release === undefined) continue;
        if (since <= late) this.#fail();
        else this.#watch();
        return;
      }
    }, this.#config.hold);
  }
}
