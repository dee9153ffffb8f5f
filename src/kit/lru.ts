/** What an entry was worth keeping for. */
export type EvictionListener<K, V> = (key: K, value: V) => void;

/**
 * A map of at most `max` entries that forgets the one untouched for longest. `get` and `set` touch.
 * A Map keeps insertion order, so touching is taking out and putting back.
 */
export class LruMap<K, V> {
  readonly max: number;
  readonly #entries = new Map<K, V>();
  readonly #onEvict: EvictionListener<K, V> | undefined;

  /** `onEvict` hears of entries that had to make room, not of those deleted or replaced. */
  constructor(max: number, onEvict?: EvictionListener<K, V>) {
    if (!Number.isSafeInteger(max) || max < 1)
      throw new Error("max must be a whole number above 0");
    this.max = max;
    this.#onEvict = onEvict;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: K): V | undefined {
    const value = this.#entries.get(key);
    if (value === undefined && !this.#entries.has(key)) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, value as V);
    return value;
  }

  /** The value without touching it. */
  peek(key: K): V | undefined {
    return this.#entries.get(key);
  }

  has(key: K): boolean {
    return this.#entries.has(key);
  }

  set(key: K, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size > this.max) this.#evictOldest();
  }

  delete(key: K): boolean {
    return this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }

  /** From the one untouched for longest to the latest. */
  entries(): IterableIterator<[K, V]> {
    return this.#entries.entries();
  }

  #evictOldest(): void {
    for (const [key, value] of this.#entries) {
      this.#entries.delete(key);
      this.#onEvict?.(key, value);
      return;
    }
  }
}
