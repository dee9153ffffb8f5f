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
  const { clock, metrics } = deps;
  const places = new Places(config.targetsMax);
  const receipts = new Receipts(deps);
  const acks = new AckWaits(deps);
  const waits = metrics.counter("push_waits_total", "Targets waited for", ["for", "result"]);
  metrics.levelOf("push_waiting", "Targets that callers wait for", () => places.taken);
  metrics.countOf("push_receipts_total", "Receipts of jobs", () => receipts.received);
  let stopped = false;

  /** Holds places while `work` runs. The time counts from here: the caller began to wait now. */
  const within = async <T>(
    what: WaitFor,
    count: number,
    timeMs: number,
    work: (left: () => number) => Promise<T>,
  ): Promise<T> => {
    try {
      places.take(count);
    } catch (error) {
      waits.inc({ for: what, result: "busy" }, count);
      throw error;
    }
    const endMs = clock.monotonic() + timeMs;
    try {
      return await work(() => (stopped ? 0 : endMs - clock.monotonic()));
    } finally {
      places.give(count);
    }
  };

  const delivered: Waits["delivered"] = (targets, timeMs, publish) =>
    within("delivered", targets.length, timeMs, async (left) => {
      const expected = receipts.expect(targets);
      try {
        const published = await publish(expected.subject);
        // Job has told it long ago, to whoever asked first.
        const told = await expected.wait(published.duplicate ? 0 : left());
        return new Map(
          targets.map((target): [string, Told] => {
            const count = told.get(target);
            waits.inc({ for: "delivered", result: count === undefined ? "pending" : "told" });
            if (count === undefined) return [target, { ...published, pending: true }];
            return [target, { ...published, delivered: count }];
          }),
        );
      } finally {
        expected.end();
      }
    });

  const acked: Waits["acked"] = (mid, timeMs, publish) =>
    within("acked", 1, timeMs, async (left) => {
      const expected = acks.expect(mid);
      try {
        const published = await publish();
        const devices = await expected.wait(published, left());
        waits.inc({ for: "acked", result: devices.length === 0 ? "pending" : "told" });
        if (devices.length === 0) return { ...published, acked: [], pending: true };
        return { ...published, acked: devices };
      } finally {
        expected.end();
      }
    });

  return {
    delivered,
    acked,
    stop: () => {
      stopped = true;
      receipts.stop();
      acks.stop();
    },
  };
}
