import type { KvBucket } from "../bus/bus.ts";
import { type Clock, sleep } from "../kit/clock.ts";
import { isGoimError, messageOf } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import { decodeLease, encodeLease, type LeaseValue, type ShardPosition } from "./lease-value.ts";

export interface LeaseConfig {
  /** Milliseconds between renewals when the position stays. */
  readonly renew: number;
  /** Least milliseconds between two writes when it moves. */
  readonly interval: number;
  /** After so long without a confirmed write another job may own the shard. */
  readonly silence: number;
}

export interface LeaseDeps {
  readonly bucket: Pick<KvBucket, "get" | "update" | "create">;
  readonly clock: Clock;
  readonly log: Log;
  /** The shard's position at this moment. */
  readonly position: () => ShardPosition;
  /** Another job has the lease. Called once, not after `release`. */
  readonly onLost: () => void;
  /** Writes are confirmed again after a time in which they were not. */
  readonly onConfirmed: () => void;
}

/** Pause between tries to give a lease up. */
const RELEASE_RETRY_MS = 100;

/**
 * A lease that this job holds. Renewal and checkpoint are one compare-and-set: whoever was paused
 * while another job took over fails it, and stops.
 */
export class Lease {
  readonly key: string;
  readonly term: number;
  readonly #config: LeaseConfig;
  readonly #deps: LeaseDeps;
  readonly #owner: { readonly job: string; readonly incarnation: string };
  #state: "held" | "releasing" | "over" = "held";
  #revision: number;
  #written: ShardPosition;
  /** When the last confirmed write was begun. */
  #confirmedAt: number;
  #writing: Promise<void> | undefined;
  #doubted = false;

  /** `beganAt` is when the write was begun that took the lease with `value` at `revision`. */
  constructor(
    taken: {
      readonly key: string;
      readonly value: LeaseValue;
      readonly revision: number;
      readonly beganAt: number;
    },
    config: LeaseConfig,
    deps: LeaseDeps,
  ) {
    const { job, incarnation, term } = taken.value;
    this.key = taken.key;
    this.term = term;
    this.#owner = { job, incarnation };
    this.#config = config;
    this.#deps = deps;
    this.#revision = taken.revision;
    this.#written = taken.value;
    this.#confirmedAt = taken.beganAt;
  }

  get held(): boolean {
    return this.#state === "held";
  }

  /** Whether nobody else can own the shard yet. While false nothing may be done for it. */
  get confirmed(): boolean {
    if (this.#state === "over") return false;
    const ageMs = this.#deps.clock.monotonic() - this.#confirmedAt;
    if (ageMs >= this.#config.silence) this.#doubted = true;
    return !this.#doubted;
  }

  /** To be called every quarter of a second or so: writes when something is due. */
  tick(): void {
    if (this.#state !== "held" || this.#writing !== undefined) return;
    const ageMs = this.#deps.clock.monotonic() - this.#confirmedAt;
    const position = this.#deps.position();
    const moved =
      position.checkpoint !== this.#written.checkpoint ||
      position.warm !== this.#written.warm ||
      position.epoch !== this.#written.epoch;
    const due = ageMs >= this.#config.renew || (moved && ageMs >= this.#config.interval);
    if (due || !this.confirmed) this.renew();
  }

  /** Writes now, unless a write is under way. */
  renew(): void {
    if (this.#state !== "held" || this.#writing !== undefined) return;
    this.#writing = this.#renew().finally(() => {
      this.#writing = undefined;
    });
  }

  /**
   * Gives the lease up with the position of this moment. Tries until `deadlineMs` have passed; then
   * the others find out by its silence.
   */
  async release(deadlineMs: number): Promise<void> {
    if (this.#state !== "held") return;
    this.#state = "releasing";
    const { clock, log } = this.#deps;
    const endAt = clock.monotonic() + deadlineMs;
    await this.#writing;
    while (this.#is("releasing")) {
      try {
        const value = { ...this.#deps.position(), job: "", incarnation: "", term: this.term };
        if (await this.#write(value)) break;
      } catch (error) {
        if (!isGoimError(error)) throw error;
        if (clock.monotonic() >= endAt) {
          log.warn({ lease: this.key, reason: messageOf(error) }, "a lease could not be given up");
          break;
        }
        await sleep(clock, RELEASE_RETRY_MS);
      }
    }
    this.#state = "over";
  }

  /** Stops without a word; the others find out by its silence. */
  abandon(): void {
    this.#state = "over";
  }

  #is(state: "held" | "releasing" | "over"): boolean {
    return this.#state === state;
  }

  async #renew(): Promise<void> {
    const { log, position } = this.#deps;
    try {
      await this.#write({ ...position(), ...this.#owner, term: this.term });
    } catch (error) {
      if (!isGoimError(error)) throw error;
      log.debug({ lease: this.key, reason: messageOf(error) }, "a lease was not renewed");
    }
  }

  /** False when the revision was another one than expected. */
  async #write(value: LeaseValue): Promise<boolean> {
    const { bucket, clock } = this.#deps;
    const beganAt = clock.monotonic();
    const bytes = encodeLease(value);
    let revision = await bucket.update(this.key, bytes, this.#revision);
    // The bucket was lost with everything in it: only this job still knows how far the shard is.
    if (revision === undefined && (await bucket.get(this.key)) === undefined) {
      revision = await bucket.create(this.key, bytes);
    }
    if (this.#state === "over") return true;
    if (revision === undefined) {
      await this.#adopt();
      return false;
    }
    this.#revision = revision;
    this.#written = value;
    this.#confirmedAt = beganAt;
    if (this.#doubted && clock.monotonic() - beganAt < this.#config.silence) {
      this.#doubted = false;
      this.#deps.onConfirmed();
    }
    return true;
  }

  /** Somebody wrote: this job, when the answer to a write was lost on the way, or a new owner. */
  async #adopt(): Promise<void> {
    const entry = await this.#deps.bucket.get(this.key);
    if (this.#state === "over") return;
    const value = entry === undefined ? undefined : decodeLease(entry.value);
    const { job, incarnation } = this.#owner;
    const mine =
      value?.job === job && value.incarnation === incarnation && value.term === this.term;
    if (entry !== undefined && mine) {
      this.#revision = entry.revision;
      return;
    }
    const releasing = this.#state === "releasing";
    this.#state = "over";
    if (!releasing) this.#deps.onLost();
  }
}
