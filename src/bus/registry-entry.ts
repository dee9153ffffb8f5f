import type { Clock, Timer } from "../kit/clock.ts";
import { messageOf } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import type { CometInfo } from "./bus.ts";
import { decodeComet, encodeComet } from "./comet-info.ts";
import type { OpenBucket } from "./kv.ts";

export interface EntryOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly renewMs: number;
  readonly deathMs: number;
  readonly onLost: (reason: string, cause: LossCause) => void;
}

/** Why an incarnation must be given up: time ran out, or a newer process has the same id. */
export type LossCause = "silence" | "replaced";

const RETRY_MS = 500;

/**
 * The registry entry of one incarnation of a comet: written, renewed, lost or taken away. The
 * bucket is its own, closed with it.
 */
export class RegistryEntry {
  readonly #bucket: OpenBucket;
  readonly #key: string;
  readonly #clock: Clock;
  readonly #options: EntryOptions;
  #info: CometInfo;
  #revision = 0;
  #renewedAt = 0;
  #timer: Timer | undefined;
  #writing: Promise<void> | undefined;
  /** Something was changed while a write was on its way. */
  #dirty = false;
  #ended = false;

  constructor(bucket: OpenBucket, key: string, info: CometInfo, options: EntryOptions) {
    this.#bucket = bucket;
    this.#key = key;
    this.#info = info;
    this.#clock = options.clock;
    this.#options = options;
  }

  /** The newest process wins: it writes over whatever is there. */
  async claim(): Promise<void> {
    const since = this.#clock.monotonic();
    this.#revision = await this.#bucket.put(this.#key, this.#encoded());
    this.#renewedAt = since;
    this.#schedule(this.#options.renewMs);
  }

  update(change: Partial<CometInfo>): void {
    this.#info = { ...this.#info, ...change };
    this.#dirty = true;
    this.#renew();
  }

  async deregister(): Promise<void> {
    if (this.#ended) return;
    this.#end();
    await this.#writing;
    try {
      // By revision: an entry that a newer process wrote stays.
      await this.#bucket.delete(this.#key, this.#revision);
    } catch (error) {
      const comet = this.#info.id;
      this.#options.log.warn({ comet, reason: messageOf(error) }, "the registry entry stays");
    } finally {
      this.#bucket.close();
    }
  }

  #encoded(): Uint8Array {
    this.#dirty = false;
    return encodeComet({ ...this.#info, updatedAt: this.#clock.now() });
  }

  #schedule(delayMs: number): void {
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer);
    if (this.#ended) return;
    this.#timer = this.#clock.setTimeout(() => this.#renew(), delayMs);
  }

  #renew(): void {
    if (this.#ended) return;
    const silentMs = this.#clock.monotonic() - this.#renewedAt;
    if (silentMs > this.#options.deathMs) {
      // Others may have taken this incarnation for dead and acted on it: it must not come back.
      this.#lose(`not renewed for ${Math.round(silentMs)} ms`, "silence");
      return;
    }
    // Looked at again in any case: a write that hangs must not hide that time runs out.
    this.#schedule(Math.min(this.#options.renewMs, this.#options.deathMs - silentMs + 1));
    if (this.#writing !== undefined) return;
    this.#writing = this.#write().finally(() => {
      this.#writing = undefined;
      if (this.#dirty) this.#renew();
    });
  }

  async #write(): Promise<void> {
    const since = this.#clock.monotonic();
    try {
      const revision = await this.#bucket.update(this.#key, this.#encoded(), this.#revision);
      if (revision === undefined) await this.#lookWhy(since);
      else this.#renewed(revision, since);
    } catch (error) {
      const comet = this.#info.id;
      this.#options.log.warn({ comet, reason: messageOf(error) }, "registry not renewed");
      this.#schedule(RETRY_MS);
    }
  }

  /** Somebody else wrote; or it was this process, in a try whose answer was lost; or it is gone. */
  async #lookWhy(since: number): Promise<void> {
    const found = await this.#bucket.get(this.#key);
    if (found === undefined) {
      const revision = await this.#bucket.create(this.#key, this.#encoded());
      if (revision !== undefined) this.#renewed(revision, since);
      else this.#schedule(RETRY_MS);
      return;
    }
    if (decodeComet(found.value)?.incarnation === this.#info.incarnation) {
      this.#revision = found.revision;
      this.#schedule(0);
    } else this.#lose("a newer process has registered with the same comet id", "replaced");
  }

  #renewed(revision: number, since: number): void {
    this.#revision = revision;
    // Counted from before the write: watchers may have seen it as early as that.
    this.#renewedAt = since;
  }

  #lose(reason: string, cause: LossCause): void {
    if (this.#ended) return;
    this.#end();
    this.#bucket.close();
    this.#options.log.warn({ comet: this.#info.id, reason }, "this comet's registration is lost");
    this.#options.onLost(reason, cause);
  }

  #end(): void {
    this.#ended = true;
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer);
  }
}
