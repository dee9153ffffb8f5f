import type { KvBucket } from "../bus/bus.ts";
import { ChurnMap } from "../kit/churn.ts";
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

interface Promised<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

class Item<R, T> implements Waiting<R> {
  readonly expectNew: boolean;
  readonly #change: (record: R) => Change<R, T>;
  readonly #promise: Promised<Changed<R, T>>;
  #made: Change<R, T> | undefined;
  readonly #counter: { waiting: number };
  #settled = false;

  constructor(
    change: (record: R) => Change<R, T>,
    expectNew: boolean,
    promise: Promised<Changed<R, T>>,
    counter: { waiting: number },
  ) {
    counter.waiting++;
    this.#counter = counter;
    this.#change = change;
    this.expectNew = expectNew;
    this.#promise = promise;
  }

  apply(record: R): R | undefined {
    this.#made = this.#change(record);
    return this.#made.record;
  }

  settle(record: R, revision: number): void {
    if (this.#made === undefined || this.#settled) return;
    this.#settled = true;
    this.#counter.waiting--;
    this.#promise.resolve({ result: this.#made.result, record, revision });
  }

  fail(error: unknown): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#counter.waiting--;
    this.#promise.reject(error);
  }
}

/** What waits for one record. */
interface Queue<R> {
  readonly id: string;
  /** Of the record in the bucket. */
  readonly name: string;
  items: Waiting<R>[];
}

/** A record as it was when this process wrote it. */
interface Remembered<R> {
  readonly record: R;
  readonly revision: number;
  readonly life: string;
  /** When its write began, monotonic milliseconds. */
  readonly at: number;
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
  readonly #queues = new ChurnMap<string, Queue<R>>();
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
  change<T>(
    id: string,
    change: (record: R) => Change<R, T>,
    options: { expectNew?: boolean } = {},
  ): Promise<Changed<R, T>> {
    return new Promise((resolve, reject) => {
      if (this.waiting >= this.#config.waitingMax) {
        throw new GoimError("busy", `${this.waiting} changes wait already`);
      }
      const name = this.#kind.name(id);
      const item = new Item(change, options.expectNew === true, { resolve, reject }, this);
      const queue = this.#queues.get(id);
      if (queue !== undefined) {
        queue.items.push(item);
        return;
      }
      const made: Queue<R> = { id, name, items: [item] };
      this.#queues.set(id, made);
      void this.#work(made);
    });
  }

  /**
   * A record that this process wrote at most `ageMs` ago, as it was then; undefined for any other.
   * Somebody else may have changed it since.
   */
  written(id: string, ageMs: number): R | undefined {
    const known = this.#written.peek(id);
    if (known === undefined || known.life !== this.#deps.bucket.life) return undefined;
    return this.#deps.clock.monotonic() - known.at > ageMs ? undefined : known.record;
  }

  /**
   * One at a time per record. What arrives while a write is under way is merged into the next one.
   */
  async #work(queue: Queue<R>): Promise<void> {
    // Changes of one call come one after the other before this goes on: they make one write.
    await undefined;
    while (queue.items.length > 0) {
      if (!this.#places.tryEnter()) await this.#places.enter();
      const batch = queue.items;
      queue.items = [];
      try {
        await this.#write(queue, batch);
      } catch (error) {
        for (const item of batch) item.fail(error);
      }
      this.#places.leave();
    }
    this.#queues.delete(queue.id);
  }

  async #write({ id, name }: Queue<R>, batch: readonly Waiting<R>[]): Promise<void> {
    const { bucket, clock, random } = this.#deps;
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
      const at = clock.monotonic();
      const revision = await bucket.update(name, bytes, from.revision);
      if (revision !== undefined) {
        this.#written.set(id, { record: folded.record, revision, life, at });
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
    const known = this.#written.peek(id);
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
