/**
 * A Map and a Set for entries that come and go all the time.
 *
 * V8 rehashes a Map whose deleted entries have filled it, and lets the old table point to the new
 * one, for iterators. As soon as one such table has grown old, all that follow, and the keys and
 * values that were in them, survive every young collection until a full one: with 64 entries at a
 * time, 2 million of them cost 1.6 s of garbage collection instead of 0.1 s. Here the Map becomes a
 * new one before that, to which no old table points.
 *
 * Look through a copy (`[...map]`) when entries are set meanwhile.
 */
const LEAST = 64;

export class ChurnMap<K, V> {
  #map = new Map<K, V>();
  #added = 0;

  get size(): number {
    return this.#map.size;
  }

  get(key: K): V | undefined {
    return this.#map.get(key);
  }

  has(key: K): boolean {
    return this.#map.has(key);
  }

  set(key: K, value: V): void {
    if (++this.#added > LEAST && this.#added > 2 * this.#map.size) {
      this.#map = new Map(this.#map);
      this.#added = 0;
    }
    this.#map.set(key, value);
  }

  delete(key: K): boolean {
    return this.#map.delete(key);
  }

  clear(): void {
    this.#map = new Map();
    this.#added = 0;
  }

  values(): IterableIterator<V> {
    return this.#map.values();
  }

  [Symbol.iterator](): IterableIterator<[K, V]> {
    return this.#map.entries();
  }
}

export class ChurnSet<T> {
  #set = new Set<T>();
  #added = 0;

  get size(): number {
    return this.#set.size;
  }

  has(value: T): boolean {
    return this.#set.has(value);
  }

  add(value: T): void {
    if (++this.#added > LEAST && this.#added > 2 * this.#set.size) {
      this.#set = new Set(this.#set);
      this.#added = 0;
    }
    this.#set.add(value);
  }

  delete(value: T): boolean {
    return this.#set.delete(value);
  }

  clear(): void {
    this.#set = new Set();
    this.#added = 0;
  }

  [Symbol.iterator](): IterableIterator<T> {
    return this.#set.values();
  }
}
