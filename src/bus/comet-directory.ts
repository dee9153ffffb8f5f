import { type Clock, sleep, type Timer } from "../kit/clock.ts";
import { GoimError, messageOf } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import type { Bus, CometDirectory, CometInfo, KvBucket, Subscription } from "./bus.ts";
import { decodeComet } from "./comet-info.ts";

export interface DirectoryOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly deathMs: number;
  /** Opens the bucket, waiting for NATS; asked again when it fails. */
  readonly open: (signal: AbortSignal) => Promise<KvBucket>;
  /** Closes the directory. */
  readonly signal?: AbortSignal;
}

interface Seen {
  readonly info: CometInfo;
  /** On the directory's own clock. */
  readonly changedAt: number;
}

const TICK_MS = 500;
/** Pause before the bucket is opened again. Each failure is a log line. */
const REOPEN_MS = 2_000;

type Change = { joined?: CometInfo; left?: CometInfo };

/** The comets that live, as `watchComets` describes it. */
export class Directory implements CometDirectory {
  readonly #bus: Bus;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #deathMs: number;
  readonly #seen = new Map<string, Seen>();
  readonly #live = new Map<string, CometInfo>();
  readonly #listeners = new Set<(change: Change) => void>();
  readonly #ready: Promise<void>;
  readonly #ended = new AbortController();
  #markReady = () => {};
  #subscription: Subscription | undefined;
  #timer: Timer | undefined;
  #tickedAt: number;
  /** Milliseconds for which this process could see renewals. */
  #ageMs = 0;

  constructor(bus: Bus, options: DirectoryOptions) {
    this.#bus = bus;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#deathMs = options.deathMs;
    this.#tickedAt = this.#clock.monotonic();
    const { signal: ended } = this.#ended;
    this.#ready = new Promise((resolve, reject) => {
      this.#markReady = resolve;
      const closed = new GoimError("unavailable", "closed before the comets were known");
      ended.addEventListener("abort", () => reject(closed), { once: true });
    });
    // Nobody has to wait for it.
    this.#ready.catch(() => undefined);
    options.signal?.addEventListener("abort", () => this.close(), { once: true, signal: ended });
    if (options.signal?.aborted === true) this.close();
    this.#tick();
    void this.#start(options.open);
  }

  list(): readonly CometInfo[] {
    return [...this.#live.values()];
  }

  get(id: string): CometInfo | undefined {
    return this.#live.get(id);
  }

  alive(id: string, incarnation: string): boolean {
    return this.#live.get(id)?.incarnation === incarnation;
  }

  ready(): Promise<void> {
    return this.#ready;
  }

  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  close(): void {
    this.#ended.abort();
    this.#subscription?.unsubscribe();
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer);
  }

  async #start(open: DirectoryOptions["open"]): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      try {
        const subscription = await this.#watch(await open(signal));
        if (signal.aborted) subscription.unsubscribe();
        else this.#subscription = subscription;
        return;
      } catch (error) {
        if (signal.aborted) return;
        this.#log.error({ reason: messageOf(error) }, "the registry cannot be watched, trying on");
      }
      await sleep(this.#clock, REOPEN_MS);
    }
  }

  #watch(bucket: KvBucket): Promise<Subscription> {
    const onReady = () => this.#markReady();
    return bucket.watch(
      ">",
      ({ key, value, lapsed }) => {
        const info = value === undefined ? undefined : decodeComet(value);
        if (lapsed === true) this.#doubt(key);
        else if (info === undefined) this.#seen.delete(key);
        else this.#seen.set(key, { info, changedAt: this.#ageMs });
        this.#settle();
      },
      onReady,
    );
  }

  /**
   * Every entry expires when NATS is away for long, and that says nothing about the comets: each
   * has as long as for a renewal to enter again.
   */
  #doubt(key: string): void {
    const seen = this.#seen.get(key);
    if (seen !== undefined) this.#seen.set(key, { info: seen.info, changedAt: this.#ageMs });
  }

  #tick(): void {
    if (this.#ended.signal.aborted) return;
    const now = this.#clock.monotonic();
    // A longer step means that the process itself stood still, and with it what it could see.
    if (this.#bus.connected) this.#ageMs += Math.min(now - this.#tickedAt, 2 * TICK_MS);
    this.#tickedAt = now;
    this.#settle();
    this.#timer = this.#clock.setTimeout(() => this.#tick(), TICK_MS);
  }

  /** Brings the live comets to what the entries say now and tells the difference. */
  #settle(): void {
    const now = new Map<string, Seen>();
    for (const seen of this.#seen.values()) {
      if (this.#ageMs - seen.changedAt > this.#deathMs) continue;
      // A comet that moved to another zone has two entries for a while: the fresher one counts.
      const other = now.get(seen.info.id);
      if (other === undefined || other.changedAt <= seen.changedAt) now.set(seen.info.id, seen);
    }
    const changes: Change[] = [];
    for (const [id, left] of this.#live) {
      const joined = now.get(id)?.info;
      if (joined === undefined) changes.push({ left });
      else if (joined.incarnation !== left.incarnation) changes.push({ left, joined });
    }
    for (const [id, { info }] of now) if (!this.#live.has(id)) changes.push({ joined: info });
    this.#live.clear();
    for (const [id, { info }] of now) this.#live.set(id, info);
    for (const change of changes) this.#tell(change);
  }

  #tell(change: Change): void {
    const name = (info?: CometInfo) => info && `${info.id} ${info.incarnation}`;
    this.#log.info({ joined: name(change.joined), left: name(change.left) }, "comets changed");
    for (const listener of [...this.#listeners]) {
      try {
        listener(change);
      } catch (error) {
        this.#log.error({ err: error }, "a listener of the comet directory failed");
      }
    }
  }
}
