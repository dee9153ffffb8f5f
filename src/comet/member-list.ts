import type { EncodedBatch } from "../protocol/frame-batch.ts";
import type { Follows } from "./lag.ts";

/** Where an item stands in the lists it is in; -1 = not in it. Only MemberList writes them. */
export interface Slots {
  /** In the list of its room. */
  roomSlot: number;
  /** In the list of every channel of the process. */
  allSlot: number;
}

/**
 * What rooms and the broadcast need of a channel. A connection of version 1 is itself the member of
 * its one room; one of version 2 has a seat (seat.ts) in each of its rooms.
 */
export interface Member extends Slots, Follows {
  /** The room it is in or about to be in; only Rooms reads and writes it. */
  room: unknown;
  /** Id of the room it is a member of, "" = none. */
  roomId: string;
  /** Number of the last flush of its room that it was handed or that came before it joined. */
  lastFlush: number;
  /** Hands over, or ends the connection of a client that does not read. Never blocks. */
  deliver(frame: EncodedBatch, entries: number): void;
  /** Whether pushes with this operation are wanted; asked for the broadcast, not for rooms. */
  accepts(op: number): boolean;
}

/** One way through a list, in as many pieces as wanted. Ends by itself or with `close`. */
export interface Walk<T> {
  /** Members still to be visited. */
  readonly remaining: number;
  /** The next member, undefined when all were visited. */
  next(): T | undefined;
  /** Ends the walk early. */
  close(): void;
}

/**
 * A dense list with add and remove in constant time. Any number of walks may be under way while
 * members come and go: a walk visits everybody who was there when it began and is still there when
 * it arrives, nobody twice, and nobody who was added after it began.
 *
 * A walk goes from its end downwards. Its cursor cuts the array in two: below it lies who has still
 * to be visited, from it on who was visited or came later. A removed member's place is filled from
 * its own part, and the place that becomes free at the cursor from the next part, so nobody ever
 * changes sides.
 */
export class MemberList<T extends Slots> {
  readonly #field: keyof Slots;
  readonly #items: T[] = [];
  readonly #walks: ListWalk<T>[] = [];

  constructor(field: keyof Slots) {
    this.#field = field;
  }

  get size(): number {
    return this.#items.length;
  }

  has(item: T): boolean {
    return this.#items[item[this.#field]] === item;
  }

  /** False when it is in already. */
  add(item: T): boolean {
    if (this.has(item)) return false;
    item[this.#field] = this.#items.length;
    this.#items.push(item);
    return true;
  }

  /** False when it was not in. */
  remove(item: T): boolean {
    if (!this.has(item)) return false;
    let free = item[this.#field];
    item[this.#field] = -1;
    // Cursors from low to high, so that the free place travels up part by part.
    if (this.#walks.length > 1) this.#walks.sort((a, b) => a.remaining - b.remaining);
    for (const walk of this.#walks) {
      if (free >= walk.remaining) continue;
      walk.remaining--;
      this.#move(walk.remaining, free);
      free = walk.remaining;
    }
    this.#move(this.#items.length - 1, free);
    this.#items.pop();
    return true;
  }

  /** Visits everybody at once. */
  forEach(visit: (item: T) => void): void {
    const walk = this.walk();
    for (let item = walk.next(); item !== undefined; item = walk.next()) visit(item);
  }

  walk(): Walk<T> {
    const walk = new ListWalk(this.#items, this.#walks);
    this.#walks.push(walk);
    return walk;
  }

  #move(from: number, to: number): void {
    if (from === to) return;
    const item = this.#items[from] as T;
    this.#items[to] = item;
    item[this.#field] = to;
  }
}

class ListWalk<T> implements Walk<T> {
  remaining: number;
  readonly #items: readonly T[];
  readonly #walks: ListWalk<T>[];

  constructor(items: readonly T[], walks: ListWalk<T>[]) {
    this.remaining = items.length;
    this.#items = items;
    this.#walks = walks;
  }

  next(): T | undefined {
    if (this.remaining > 0) {
      this.remaining--;
      return this.#items[this.remaining];
    }
    this.close();
    return undefined;
  }

  close(): void {
    this.remaining = 0;
    const at = this.#walks.indexOf(this);
    if (at >= 0) this.#walks.splice(at, 1);
  }
}
