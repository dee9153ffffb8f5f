import type { LogEntry } from "./log-entry.ts";

/** A moment that is over for everybody. */
const GONE = 1;

export interface RingLimits {
  /** Entries kept, and bytes of their bodies; the oldest go first. */
  readonly entriesMax: number;
  readonly bytesMax: number;
}

/**
 * The newest entries of a log. It knows the range it covers: every entry with
 * after < offset <= to is in it, none outside of that is.
 */
export class Ring {
  readonly #limits: RingLimits;
  #entries: LogEntry[] = [];
  /** Places before this one are given up; they are cut off now and then. */
  #head = 0;
  #bytes = 0;
  #after: number;
  #to: number;

  /** Begins empty behind `offset`. */
  constructor(limits: RingLimits, offset: number) {
    this.#limits = limits;
    this.#after = offset;
    this.#to = offset;
  }

  get after(): number {
    return this.#after;
  }

  get to(): number {
    return this.#to;
  }

  get size(): number {
    return this.#entries.length - this.#head;
  }

  /** Another entry would cost one. */
  get full(): boolean {
    return this.size >= this.#limits.entriesMax;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The entry at this place, 0 = the oldest. */
  at(index: number): LogEntry | undefined {
    return this.#entries[this.#head + index];
  }

  /** Place of the first entry behind `offset`; `size` when there is none. */
  indexAfter(offset: number): number {
    return firstAfter(this.#entries, offset, this.#head) - this.#head;
  }

  /** Takes the entries that follow; the log has no others up to `to`. */
  append(entries: readonly LogEntry[], to: number): void {
    for (const entry of entries) {
      // A body is a view of what it came with, which may be a hundred times as large.
      this.#entries.push({ ...entry, body: new Uint8Array(entry.body) });
      this.#bytes += entry.body.length;
    }
    this.#to = to;
    while (this.#over(this.size, this.#bytes)) this.#dropOldest();
  }

  /** Takes what fits of a ring that ends where this one begins. False when it ends elsewhere. */
  prepend(older: Ring): boolean {
    if (older.to !== this.#after) return false;
    let bytes = this.#bytes;
    let first = older.size;
    while (first > 0) {
      const length = older.at(first - 1)?.body.length ?? 0;
      if (this.#over(this.size + older.size - first + 1, bytes + length)) break;
      bytes += length;
      first--;
    }
    this.#after = first === 0 ? older.after : (older.at(first - 1)?.offset ?? older.after);
    const taken = older.#entries.slice(older.#head + first);
    this.#entries = [...taken, ...this.#entries.slice(this.#head)];
    this.#head = 0;
    this.#bytes = bytes;
    return true;
  }

  /** Lets go of the bodies of entries that nobody is to get any more; their places stay. */
  blank(isGone: (entry: LogEntry) => boolean): void {
    for (let index = this.#head; index < this.#entries.length; index++) {
      const entry = this.#entries[index] as LogEntry;
      if (entry.body.length === 0 || !isGone(entry)) continue;
      this.#bytes -= entry.body.length;
      this.#entries[index] = { ...entry, body: new Uint8Array(0), expiresAt: GONE };
    }
  }

  /** Lets go of what was pushed before that moment, up to the first of which nobody knows. */
  dropOlderThan(timeMs: number): void {
    for (let time = this.at(0)?.time ?? 0; time !== 0 && time < timeMs; ) {
      this.#dropOldest();
      time = this.at(0)?.time ?? 0;
    }
  }

  #over(entries: number, bytes: number): boolean {
    return entries > this.#limits.entriesMax || bytes > this.#limits.bytesMax;
  }

  #dropOldest(): void {
    const oldest = this.#entries[this.#head] as LogEntry;
    this.#after = oldest.offset;
    this.#bytes -= oldest.body.length;
    this.#head++;
    // The places in front would keep their entries in memory.
    if (this.#head * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#head);
      this.#head = 0;
    }
  }
}

/** Index of the first entry behind `offset`, looked for from `low` on. */
export function firstAfter(entries: readonly LogEntry[], offset: number, low = 0): number {
  let [from, end] = [low, entries.length];
  while (from < end) {
    const middle = (from + end) >>> 1;
    if ((entries[middle]?.offset ?? 0) > offset) end = middle;
    else from = middle + 1;
  }
  return from;
}
