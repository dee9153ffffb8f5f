/** Callers of the push API that wait until a push is handed over, or acknowledged. */
import type { Bus } from "../bus/bus.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import type { Metrics } from "../kit/metrics.ts";
import type { CursorStore } from "../store/cursors.ts";
import { AckWaits } from "./ack-waits.ts";
import type { Published } from "./publish.ts";
import { Receipts } from "./receipts.ts";
import { Places } from "./wait-places.ts";

export type WaitFor = "delivered" | "acked";

/** A stored push, and what its caller wanted to hear of it. */
export interface Told extends Published {
  /** Connections that were handed it, over all comets. */
  readonly delivered?: number;
  /** Devices that have acknowledged it. */
  readonly acked?: readonly string[];
  /** The time was over before there was something to tell. */
  readonly pending?: true;
}

export interface Waits {
  /**
   * Publishes with `publish`, which gets the subject for job's receipts, and tells the outcome for
   * each target as soon as it is known, at the latest after `timeMs`. Fails as `publish` does, or
   * with "busy": then nothing was published.
   */
  delivered(
    targets: readonly string[],
    timeMs: number,
    publish: (receipt: string) => Promise<Published>,
  ): Promise<ReadonlyMap<string, Told>>;
  /** The same for the first device of a user that acknowledges. */
  acked(mid: string, timeMs: number, publish: () => Promise<Published>): Promise<Told>;
  /** Lets everybody go with what is known, now and from now on. */
  stop(): void;
}

export interface WaitsConfig {
  /** Targets waited for at once. */
  readonly targetsMax: number;
}

export interface WaitsDeps {
  readonly bus: Pick<Bus, "subjects" | "subscribe">;
  readonly cursors: Pick<CursorStore, "devices">;
  /** Names this process; no other has the same. */
  readonly id: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

export function createWaits(config: WaitsConfig, deps: WaitsDeps): Waits {
  return new Waiting(config, deps);
}

class Waiting implements Waits {
  readonly #clock: Clock;
  readonly #places: Places;
  readonly #receipts: Receipts;
  readonly #acks: AckWaits;
  readonly #waits: ReturnType<Metrics["counter"]>;
  #stopped = false;

  constructor({ targetsMax }: WaitsConfig, deps: WaitsDeps) {
    const { clock, metrics } = deps;
    this.#clock = clock;
    this.#places = new Places(targetsMax);
    this.#receipts = new Receipts(deps);
    this.#acks = new AckWaits(deps);
    this.#waits = metrics.counter("push_waits_total", "Targets waited for", ["for", "result"]);
    metrics.levelOf("push_waiting", "Targets that callers wait for", () => this.#places.taken);
    metrics.countOf("push_receipts_total", "Receipts of jobs", () => this.#receipts.received);
  }

  delivered(
    targets: readonly string[],
    timeMs: number,
    publish: (receipt: string) => Promise<Published>,
  ): Promise<ReadonlyMap<string, Told>> {
    return this.#within("delivered", targets.length, timeMs, async (left) => {
      const expected = this.#receipts.expect(targets);
      try {
        const published = await publish(expected.subject);
        // Of a push that was there before job has told whoever asked then.
        const told = await expected.wait(published.duplicate ? 0 : left());
        return new Map(
          targets.map((target): [string, Told] => {
            const delivered = told.get(target);
            this.#count("delivered", delivered !== undefined);
            if (delivered === undefined) return [target, { ...published, pending: true }];
            return [target, { ...published, delivered }];
          }),
        );
      } finally {
        expected.end();
      }
    });
  }

  acked(mid: string, timeMs: number, publish: () => Promise<Published>): Promise<Told> {
    return this.#within("acked", 1, timeMs, async (left) => {
      const expected = this.#acks.expect(mid);
      try {
        const published = await publish();
        const acked = await expected.wait(published, left());
        this.#count("acked", acked.length > 0);
        if (acked.length === 0) return { ...published, acked, pending: true };
        return { ...published, acked };
      } finally {
        expected.end();
      }
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#receipts.stop();
    this.#acks.stop();
  }

  #count(until: WaitFor, told: boolean): void {
    this.#waits.inc({ for: until, result: told ? "told" : "pending" });
  }

  /** Holds places during `work`, which is told the time left: it began with the call. */
  async #within<T>(
    until: WaitFor,
    count: number,
    timeMs: number,
    work: (left: () => number) => Promise<T>,
  ): Promise<T> {
    try {
      this.#places.take(count);
    } catch (error) {
      this.#waits.inc({ for: until, result: "busy" }, count);
      throw error;
    }
    const endMs = this.#clock.monotonic() + timeMs;
    try {
      return await work(() => (this.#stopped ? 0 : endMs - this.#clock.monotonic()));
    } finally {
      this.#places.give(count);
    }
  }
}
