import type { KvBucket } from "../bus/bus.ts";
import { type Clock, sleep } from "../kit/clock.ts";
import { GoimError } from "../kit/errors.ts";
import { LruMap } from "../kit/lru.ts";
import { Semaphore } from "../kit/semaphore.ts";

/** What a writer needs of a bucket. */
export type RecordBucket = Pick<KvBucket, "get" | "update"> & {
  /** Life of its content, as far as it is known: nothing is remembered beyond it. */
  readonly life: string;
};

/** One kind of record: where the one of an id lies, and its bytes. */
export interface RecordKind<R> {
  /** Key in the bucket. Throws GoimError "invalid" for an id that cannot have one. */
  name(id: string): string;
  /** undefined = there is no value. Never throws: what cannot be read counts as no value. */
  decode(id: string, bytes: Uint8Array | undefined): R;
  /**
   * An empty record is written like any other: it expires as a deletion's marker would, and who
   * comes back needs no extra round trip to find out what lies there.
   */
  encode(record: R): Uint8Array;
}

/** What a change makes of a record; without `record` it stays as it is and is not written. */
export interface Change<R, T> {
  readonly record?: R;
  readonly result: T;
}

/** The record as it is after the write, with the other changes that were merged into it. */
export interface Changed<R, T> {
  readonly result: T;
  readonly record: R;
  /** Revision of `record`; 0 when there is no value. */
  readonly revision: number;
}

export interface RecordWriterConfig {
  /** Records read or written at the same time. */
  readonly inFlightMax: number;
  /** Changes that wait or are under way; one more fails with "busy". */
  readonly waitingMax: number;
  /** Compare-and-set tries per write before it fails with "busy". */
  readonly triesMax: number;
  /** Records remembered after this process wrote them, so that the next change needs no read. */
  readonly cacheMax: number;
}

export interface RecordWriterDeps {
  readonly bucket: RecordBucket;
  readonly clock: Clock;
  /** 0 <= x < 1. */
  readonly random: () => number;
}

interface Waiting<R> {
  /** Applies the change; a throw concerns this one only. */
  apply(record: R): R | undefined;
  settle(record: R, revision: number): void;
  fail(error: unknown): void;
  readonly expectNew: boolean;
}

/** A record as it was when this process wrote it. */
interface Remembered<R> {
  readonly record: R;
  readonly revision: number;
  readonly life: string;
}

const backoffMaxMs = 64;

/**
 * Changes records of a bucket by compare-and-set. Changes of one record that meet in this process
 * queue and are merged into one write, so only other processes cost a retry; changes of different
 * records run side by side.
 */
export class RecordWriter<R> {
  /** Writes refused because another process was faster, since the start. */
  conflicts = 0;
  /** Changes accepted and not yet settled. */
  waiting = 0;
  readonly #kind: RecordKind<R>;
  readonly #config: RecordWriterConfig;
  readonly #deps: RecordWriterDeps;
  readonly #places: Semaphore;
  readonly #queues = new Map<string, Waiting<R>[]>();
  readonly #written: LruMap<string, Remembered<R>>;

  constructor(kind: RecordKind<R>, config: RecordWriterConfig, deps: RecordWriterDeps) {
    this.#kind = kind;
    this.#config = config;
    this.#deps = deps;
    this.#places = new Semaphore(config.inFlightMax);
    this.#written = new LruMap(config.cacheMax);
  }

  /** Records remembered. */
  get remembered(): number {
    return this.#written.size;
  }

  /** Reads a record without waiting behind the changes of this process. */
  async read(id: string): Promise<R> {
    const name = this.#kind.name(id);
    const entry = await this.#places.run(() => this.#deps.bucket.get(name));
    return this.#kind.decode(id, entry?.value);
  }

  /**
   * Applies `change`, which may run several times, and writes what it made. A record that this
   * process wrote is not read before: should another one have written it since, the write is
   * refused and begins anew. `expectNew` saves the read of a record that probably does not exist.
   * Fails with "busy" (a bound is reached, or every try met another writer) or with what `change`
   * or the bucket throws.
   */
  async change<T>(
    id: string,
    change: (record: R) => Change<R, T>,
    options: { expectNew?: boolean } = {},
  ): Promise<Changed<R, T>> {
    if (this.waiting >= this.#config.waitingMax) {
      throw new GoimError("busy", `${this.waiting} changes wait already`);
    }
    this.#kind.name(id);
    this.waiting++;
    try {
      return await new Promise<Changed<R, T>>((resolve, reject) => {
        let made: Change<R, T> | undefined;
        this.#enqueue(id, {
          expectNew: options.expectNew === true,
          apply: (record) => {
            made = change(record);
            return made.record;
          },
          settle: (record, revision) => {
            if (made !== undefined) resolve({ result: made.result, record, revision });
          },
          fail: reject,
        });
      });
    } finally {
      this.waiting--;
    }
  }

  #enqueue(id: string, item: Waiting<R>): void {
    const queue = this.#queues.get(id);
    if (queue !== undefined) {
      queue.push(item);
      return;
    }
    this.#queues.set(id, [item]);
    void this.#work(id);
  }

  /**
   * One at a time per record. What arrives while a write is under way is merged into the next one.
   */
  async #work(id: string): Promise<void> {
    // Changes of one call come one after the other before this goes on: they make one write.
    await Promise.resolve();
    for (;;) {
      await this.#places.run(async () => {
        const batch = this.#queues.get(id)?.splice(0) ?? [];
        try {
          await this.#write(id, batch);
        } catch (error) {
          for (const item of batch) item.fail(error);
        }
      });
      if (this.#queues.get(id)?.length === 0) {
        this.#queues.delete(id);
        return;
      }
    }
  }

  async #write(id: string, batch: readonly Waiting<R>[]): Promise<void> {
    const { bucket, clock, random } = this.#deps;
    const name = this.#kind.name(id);
    let items = batch;
    let guess = this.#guess(id, batch);
    // Unless the answer says so, nobody knows what is there.
    this.#written.delete(id);
    for (let attempt = 1; attempt <= this.#config.triesMax; attempt++) {
      const { life } = bucket;
      const from = guess ?? (await this.#stored(id, name));
      const folded = this.#fold(from.record, items, guess !== undefined);
      if (folded === undefined) {
        guess = undefined;
        continue;
      }
      // What failed once is told so: it must not take effect in a later try.
      items = folded.applied;
      if (!folded.touched) {
        // A change that leaves the record alone must have seen the real one.
        if (guess !== undefined) {
          guess = undefined;
          continue;
        }
        for (const item of items) item.settle(folded.record, from.revision);
        return;
      }
      const bytes = this.#kind.encode(folded.record);
      const revision = await bucket.update(name, bytes, from.revision);
      if (revision !== undefined) {
        this.#written.set(id, { record: folded.record, revision, life });
        for (const item of items) item.settle(folded.record, revision);
        return;
      }
      // A wrong guess is no conflict: nobody has to give way to anybody.
      if (guess === undefined) {
        this.conflicts++;
        await sleep(clock, random() * Math.min(backoffMaxMs, 2 ** attempt));
      }
      guess = undefined;
    }
    throw new GoimError("busy", `other processes change ${name} all the time`);
  }

  /** What is probably there, for who need not have seen it. */
  #guess(id: string, batch: readonly Waiting<R>[]) {
    const known = this.#written.get(id);
    if (known !== undefined && known.life === this.#deps.bucket.life) return known;
    if (!batch.every((item) => item.expectNew)) return undefined;
    return { record: this.#kind.decode(id, undefined), revision: 0 };
  }

  async #stored(id: string, name: string) {
    const entry = await this.#deps.bucket.get(name);
    return { record: this.#kind.decode(id, entry?.value), revision: entry?.revision ?? 0 };
  }

  /** Undefined where a change fails on a record that is only guessed: the real one decides. */
  #fold(from: R, batch: readonly Waiting<R>[], guessed: boolean) {
    let record = from;
    let touched = false;
    const applied: Waiting<R>[] = [];
    for (const item of batch) {
      try {
        const next = item.apply(record);
        if (next !== undefined) {
          record = next;
          touched = true;
        }
        applied.push(item);
      } catch (error) {
        if (guessed) return undefined;
        item.fail(error);
      }
    }
    return { record, touched, applied };
  }
}
