/**
 * What waits for an answer, by a number that is never used again, in the order in which it was
 * sent.
 *
 * Not a Map, for the garbage collector's sake: a Map that entries come into and leave all the time
 * is rehashed all the time, V8 lets each old table point to the next, and as soon as one of them
 * has grown old all that follow, and what was in them, survive until a full collection. With 64
 * entries at a time that is 12 times the time spent collecting. Here it is a ring.
 *
 * It is as long as there were entries added since the oldest that is still in it.
 */
export class InFlight<T extends object> {
  #ring: (T | undefined)[] = new Array(LEAST);
  /** Of the oldest entry, and of the next to come. */
  #first = 0;
  #next = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(entry: T): number {
    if (this.#next - this.#first === this.#ring.length) this.#resize(this.#ring.length * 2);
    const id = this.#next++;
    this.#ring[id % this.#ring.length] = entry;
    this.#size++;
    return id;
  }

  get(id: number): T | undefined {
    return id >= this.#first && id < this.#next ? this.#ring[id % this.#ring.length] : undefined;
  }

  /** Undefined when it was taken before, or never was. */
  take(id: number): T | undefined {
    const entry = this.get(id);
    if (entry === undefined) return undefined;
    this.#ring[id % this.#ring.length] = undefined;
    this.#size--;
    while (this.#first < this.#next && this.get(this.#first) === undefined) this.#first++;
    if (this.#size === 0 && this.#ring.length > KEPT) this.#resize(LEAST);
    return entry;
  }

  /** The oldest first. What is taken meanwhile does not come, what is added may. */
  *[Symbol.iterator](): IterableIterator<[number, T]> {
    for (let id = this.#first; id < this.#next; id++) {
      const entry = this.get(id);
      if (entry !== undefined) yield [id, entry];
    }
  }

  #resize(length: number): void {
    const ring = new Array<T | undefined>(length);
    for (let id = this.#first; id < this.#next; id++) ring[id % length] = this.get(id);
    this.#ring = ring;
  }
}

/** Places; more than the second are given back when nothing is in flight. */
const LEAST = 64;
const KEPT = 4096;
