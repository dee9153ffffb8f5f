/**
 * What waits for an answer, by a number that is never used again, in the order in which it was
 * sent.
 *
 * Not a Map, for the garbage collector's sake: a Map that entries come into and leave all the time
 * is rehashed all the time, V8 lets each old table point to the next, and as soon as one of them
 * has grown old all that follow, and what was in them, survive until a full collection. With 64
 * entries at a time that is 12 times the time spent collecting. Here it is a ring.
 *
 * It is as long as there were entries added since the oldest that is still in it. Whoever walks
 * through it passes each place of one that was taken once; the next time the whole run is one step.
 */
export class InFlight<T extends object> {
  /** Places that were looked at by those who walked through it. */
  visited = 0;
  /** Where one was taken there may stand how many places in a row can be passed over. */
  #ring: (T | number | undefined)[] = new Array(LEAST);
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
    if (id < this.#first || id >= this.#next) return undefined;
    const entry = this.#ring[id % this.#ring.length];
    return typeof entry === "object" ? entry : undefined;
  }

  /** Undefined when it was taken before, or never was. */
  take(id: number): T | undefined {
    const entry = this.get(id);
    if (entry === undefined) return undefined;
    this.#ring[id % this.#ring.length] = undefined;
    this.#size--;
    while (this.#first < this.#next) {
      const oldest = this.#ring[this.#first % this.#ring.length];
      if (typeof oldest === "object") break;
      this.#first += oldest ?? 1;
    }
    if (this.#size === 0 && this.#ring.length > KEPT) this.#resize(LEAST);
    return entry;
  }

  /** The oldest first. What is taken meanwhile does not come, what is added may. */
  *[Symbol.iterator](): IterableIterator<[number, T]> {
    for (let id = this.#from(this.#first); id < this.#next; id = this.#from(id + 1)) {
      yield [id, this.#ring[id % this.#ring.length] as T];
    }
  }

  /** The first one at or behind this id that is there, or where the next will be. */
  #from(id: number): number {
    const start = Math.max(id, this.#first);
    let at = start;
    while (at < this.#next) {
      this.visited++;
      const entry = this.#ring[at % this.#ring.length];
      if (typeof entry === "object") break;
      at += entry ?? 1;
    }
    if (at - start > 1) this.#ring[start % this.#ring.length] = at - start;
    return at;
  }

  #resize(length: number): void {
    const ring = new Array<T | number | undefined>(length);
    for (let id = this.#first; id < this.#next; id++) {
      ring[id % length] = this.#ring[id % this.#ring.length];
    }
    this.#ring = ring;
  }
}

/** Places; more than the second are given back when nothing is in flight. */
const LEAST = 64;
const KEPT = 4096;
