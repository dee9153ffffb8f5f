import { randomUUID } from "node:crypto";
import type { KvBucket } from "../bus/bus.ts";
import { type Clock, sleep } from "../kit/clock.ts";
import { GoimError } from "../kit/errors.ts";
import { Semaphore } from "../kit/semaphore.ts";
import {
  claimed,
  decodeRecord,
  encodeRecord,
  finished,
  type IndexRecord,
  noRecord,
  stateOf,
} from "./index-state.ts";
import type { LiveBucket } from "./live-bucket.ts";
import type { IndexClaim, IndexState } from "./mailbox.ts";
import { SharedReads } from "./shared-reads.ts";

type RecordBucket = Pick<KvBucket, "get" | "update" | "put" | "delete">;

export interface KvIndexStateDeps {
  readonly bucket: Pick<LiveBucket<RecordBucket>, "call">;
  /** The record's key. */
  readonly name: string;
  readonly clock: Clock;
  /** 0 <= x < 1. */
  readonly random: () => number;
}

export interface KvIndexStateConfig {
  /** Compare-and-set tries of one change. */
  readonly triesMax: number;
  /** Life of a record that nobody writes. */
  readonly ttlMs: number;
}

const BACKOFF_MAX_MS = 64;
/** The record is written again after this part of its life. */
const RENEW_PART = 8;

/**
 * The record `life` of the bucket GOIM_MAILBOX. It lies beside what it speaks of: whatever loses
 * the mailboxes (the bucket deleted, purged, gone with its server) loses it too.
 */
export class KvIndexState {
  readonly #config: KvIndexStateConfig;
  readonly #deps: KvIndexStateDeps;
  readonly #reads: SharedReads<IndexState>;
  readonly #changes = new Semaphore(1);
  #known: IndexState | undefined;
  #writtenAt = Number.NEGATIVE_INFINITY;

  constructor(config: KvIndexStateConfig, deps: KvIndexStateDeps) {
    this.#config = config;
    this.#deps = deps;
    this.#reads = new SharedReads(async () => {
      this.#known = stateOf((await this.#get()).record);
      return this.#known;
    });
  }

  /** Of whatever age. */
  known(): IndexState | Promise<IndexState> {
    return this.#known ?? this.fresh();
  }

  /** As it is after the call. */
  fresh(): Promise<IndexState> {
    return this.#reads.get();
  }

  /** Begins a life where there is none, and keeps the record from expiring. */
  async begin(): Promise<IndexState> {
    const { clock } = this.#deps;
    const record = await this.#change((now) => {
      const due = clock.monotonic() - this.#writtenAt > this.#config.ttlMs / RENEW_PART;
      if (now.life !== "") return due ? now : undefined;
      return { ...noRecord, life: randomUUID() };
    });
    this.#known = stateOf(record);
    return this.#known;
  }

  async claim(claim: IndexClaim): Promise<boolean> {
    let free = true;
    await this.#change((record) => {
      const next = claimed(record, claim);
      free = next !== undefined;
      return next;
    });
    return free;
  }

  async finish(claim: IndexClaim): Promise<boolean> {
    let mine = true;
    await this.#change((record) => {
      const next = finished(record, claim);
      mine = next !== undefined;
      return next;
    });
    return mine;
  }

  async #get(): Promise<{ readonly record: IndexRecord; readonly revision: number }> {
    const entry = await this.#deps.bucket.call((bucket) => bucket.get(this.#deps.name));
    return { record: decodeRecord(entry?.value), revision: entry?.revision ?? 0 };
  }

  /** One at a time: the shards of a job would only be in each other's way. */
  #change(next: (record: IndexRecord) => IndexRecord | undefined): Promise<IndexRecord> {
    return this.#changes.run(() => this.#compareAndSet(next));
  }

  /** Resolves to the record as it is then; `next` gives undefined for one that is to stay. */
  async #compareAndSet(
    next: (record: IndexRecord) => IndexRecord | undefined,
  ): Promise<IndexRecord> {
    const { bucket, name, clock, random } = this.#deps;
    for (let attempt = 1; attempt <= this.#config.triesMax; attempt++) {
      const { record, revision } = await this.#get();
      const changed = next(record);
      if (changed === undefined) return record;
      const bytes = encodeRecord(changed);
      const written = await bucket.call((live) => live.update(name, bytes, revision));
      if (written !== undefined) {
        this.#writtenAt = clock.monotonic();
        return changed;
      }
      await sleep(clock, random() * Math.min(BACKOFF_MAX_MS, 2 ** attempt));
    }
    throw new GoimError("busy", "other processes change the state of the mailboxes all the time");
  }
}
