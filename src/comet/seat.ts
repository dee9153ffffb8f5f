import type { EncodedBatch } from "../protocol/frame-batch.ts";
import type { Lag } from "./lag.ts";
import type { Member } from "./member-list.ts";

/** What a seat needs of its connection. */
export type SeatOwner = Pick<
  Member,
  "key" | "viewer" | "accepts" | "deliver" | "offer" | "tooSlow"
>;

/**
 * A connection of version 2 in one of its rooms. Everything goes to the connection; what it keeps
 * for itself is where it stands in this room.
 */
export class Seat implements Member {
  readonly channel: SeatOwner;
  room: unknown = undefined;
  roomId = "";
  roomSlot = -1;
  /** A seat is in no list of all channels; its connection is. */
  allSlot = -1;
  lastFlush = 0;
  lag: Lag | undefined = undefined;

  constructor(channel: SeatOwner) {
    this.channel = channel;
  }

  get key(): string {
    return this.channel.key;
  }

  get viewer(): string {
    return this.channel.viewer;
  }

  accepts(op: number): boolean {
    return this.channel.accepts(op);
  }

  deliver(frame: EncodedBatch, entries: number): void {
    this.channel.deliver(frame, entries);
  }

  offer(frame: EncodedBatch, entries: number): boolean {
    return this.channel.offer(frame, entries);
  }

  tooSlow(reason: string): void {
    this.channel.tooSlow(reason);
  }
}

/** The rooms of one connection by their ids; it exists from the first join on. */
export class Seats {
  readonly #seats = new Map<string, Seat>();
  /** Whose turn it is to be woken first: one room that is far behind must not starve the others. */
  #first = 0;

  get size(): number {
    return this.#seats.size;
  }

  get(roomId: string): Seat | undefined {
    return this.#seats.get(roomId);
  }

  add(roomId: string, seat: Seat): void {
    this.#seats.set(roomId, seat);
  }

  remove(roomId: string): void {
    this.#seats.delete(roomId);
  }

  roomIds(): string[] {
    return [...this.#seats.keys()];
  }

  all(): Seat[] {
    return [...this.#seats.values()];
  }

  /** The socket has taken what waited. */
  wake(): void {
    const behind: Lag[] = [];
    for (const { lag } of this.#seats.values()) if (lag !== undefined) behind.push(lag);
    if (behind.length === 0) return;
    const first = this.#first++ % behind.length;
    for (let index = 0; index < behind.length; index++)
      behind[(first + index) % behind.length]?.wake();
  }
}
