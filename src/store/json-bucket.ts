import type { Bus, KvEntry, KvLife, Subscription } from "../bus/bus.ts";
import { type OpenBucket, openBucket } from "../bus/kv.ts";
import type { Clock } from "../kit/clock.ts";
import { GoimError } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import type { Page, Versioned } from "./rooms.ts";

export interface JsonBucketOptions {
  /** Copies of the bucket in a cluster. */
  readonly replicas?: number;
  /** Bound of one answer of NATS, and of the pause between two entries of a list. */
  readonly timeoutMs?: number;
}

export interface JsonBucketDeps {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal?: AbortSignal;
}

const TIMEOUT_MS = 5000;

/** Opens a bucket whose values are JSON records of ours, changed by compare-and-set. */
export async function openJsonBucket(
  kind: "rooms" | "users",
  { timeoutMs = TIMEOUT_MS, replicas }: JsonBucketOptions,
  { bus, ...wait }: JsonBucketDeps,
): Promise<JsonBucket> {
  const name = bus.subjects.bucket(kind);
  const more = replicas === undefined ? {} : { replicas };
  const bucket = await openBucket(bus, { name, timeoutMs, ...more, ...wait });
  return new JsonBucket(bucket, timeoutMs);
}

/** What a bucket is to its store: records with their revisions. */
export class JsonBucket {
  readonly #bucket: OpenBucket;
  readonly #timeoutMs: number;

  constructor(bucket: OpenBucket, timeoutMs: number) {
    this.#bucket = bucket;
    this.#timeoutMs = timeoutMs;
  }

  /** Fails with "internal" for a record that is none. */
  async read<T>(key: string): Promise<Versioned<T> | undefined> {
    const entry = await this.#bucket.get(key);
    if (entry === undefined) return undefined;
    return { value: this.decode<T>(entry), revision: entry.revision };
  }

  /** The new revision; undefined when the record has another one than this, or is there already. */
  write(
    key: string,
    record: object,
    revision: number | undefined,
    life: KvLife = {},
  ): Promise<number | undefined> {
    const bytes = new TextEncoder().encode(JSON.stringify(record));
    if (revision === undefined) return this.#bucket.create(key, bytes, life);
    return this.#bucket.update(key, bytes, revision, life);
  }

  /** False when it has another revision. */
  delete(key: string, revision: number): Promise<boolean> {
    return this.#bucket.delete(key, revision);
  }

  entries(filter: string, after: number): AsyncIterable<KvEntry> {
    return this.#bucket.entries(filter, { after, silenceMs: this.#timeoutMs });
  }

  /** By last change, oldest first; its cursor is the revision of the last item, 0 = the end. */
  async page<T>(
    filter: string,
    after: number,
    limit: number,
    itemOf: (entry: KvEntry) => T,
  ): Promise<Page<T>> {
    const items: T[] = [];
    let last = 0;
    for await (const entry of this.entries(filter, after)) {
      if (items.length === limit) return { items, cursor: last };
      items.push(itemOf(entry));
      last = entry.revision;
    }
    return { items, cursor: 0 };
  }

  /** Tells the value of a key and its changes; nothing when it is deleted or cannot be read. */
  watch<T>(key: string, onChange: (record: T) => void): Promise<Subscription> {
    return this.#bucket.watch(key, ({ value }) => {
      if (value === undefined) return;
      let record: T;
      try {
        record = this.decode<T>({ value });
      } catch {
        return;
      }
      onChange(record);
    });
  }

  /** Fails with "internal" for a record that is none. */
  decode<T>({ value }: Pick<KvEntry, "value">): T {
    try {
      return JSON.parse(new TextDecoder().decode(value)) as T;
    } catch (cause) {
      const text = `a record in ${this.#bucket.name} cannot be read`;
      throw new GoimError("internal", text, { cause });
    }
  }

  close(): void {
    this.#bucket.close();
  }
}
