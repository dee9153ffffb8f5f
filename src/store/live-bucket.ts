import type { Bus, KvBucket } from "../bus/bus.ts";
import type { Clock } from "../kit/clock.ts";
import { GoimError, isGoimError } from "../kit/errors.ts";
import { Fresh } from "./fresh.ts";
import type { RecordBucket } from "./record-writer.ts";

type Records = Pick<KvBucket, "get" | "update">;

export interface LiveBucketDeps<B> {
  readonly bus: Pick<Bus, "connected">;
  readonly clock: Pick<Clock, "monotonic">;
  readonly bucket: Pick<KvBucket, "epoch" | "refresh"> & B;
}

/**
 * A bucket, also when it was lost and made anew: a call that meets the loss has the
 * bucket made and is made again there, and the epoch tells of a loss that another process met
 * first.
 */
export class LiveBucket<B extends Records = Records> implements RecordBucket {
  readonly #deps: LiveBucketDeps<B>;
  readonly #epoch: Fresh<string>;

  constructor(epochCheckMs: number, deps: LiveBucketDeps<B>) {
    this.#deps = deps;
    this.#epoch = new Fresh(() => this.#look(), epochCheckMs, deps.clock);
  }

  /** Life of the bucket, at most `epochCheckMs` old. */
  epoch(): Promise<string> {
    return this.#epoch.get();
  }

  /** The same without a look. */
  get life(): string {
    return this.#deps.bucket.epoch;
  }

  get(key: string) {
    return this.call((bucket) => bucket.get(key));
  }

  update(key: string, value: Uint8Array, revision: number) {
    return this.call((bucket) => bucket.update(key, value, revision));
  }

  /** One call of the bucket; made again when it met the loss, which means that it did nothing. */
  async call<T>(action: (bucket: B) => Promise<T>): Promise<T> {
    const { bucket, bus } = this.#deps;
    this.#check();
    const before = bucket.epoch;
    try {
      return await action(bucket);
    } catch (error) {
      // Both say that nothing was done; without a connection there is nothing to look at.
      const gone = isGoimError(error, "unavailable") || isGoimError(error, "not_found");
      if (!gone || !bus.connected) throw error;
      if (bucket.epoch === before) {
        // Everybody who meets the loss meanwhile shares this look.
        this.#epoch.forget();
        await this.#epoch.get();
      }
      if (bucket.epoch === before) throw error;
      return action(bucket);
    }
  }

  #look(): Promise<string> {
    this.#check();
    return this.#deps.bucket.refresh();
  }

  notReady(): string | undefined {
    return this.#deps.bus.connected ? undefined : "not connected to NATS";
  }

  #check(): void {
    const reason = this.notReady();
    if (reason !== undefined) throw new GoimError("unavailable", reason);
  }
}
