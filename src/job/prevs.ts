import { LruMap } from "../kit/lru.ts";

interface Last {
  /** The reading that saw it: what an earlier one saw says nothing any more. */
  readonly reading: number;
  readonly offset: number;
}

/** Last offset of each room, over all shards of this job, bounded by forgetting. */
export class Prevs {
  readonly #rooms: LruMap<string, Last>;
  #readings = 0;

  constructor(max: number) {
    this.#rooms = new LruMap(max);
  }

  get size(): number {
    return this.#rooms.size;
  }

  /** Begins a reading without a hole of one shard. */
  reading(): Reading {
    return new Reading(this.#rooms, () => ++this.#readings);
  }
}

/**
 * What one reader saw, in order and without a hole since the last `forget`. Only from this may a
 * cast say what came before.
 */
export class Reading {
  readonly #rooms: LruMap<string, Last>;
  readonly #next: () => number;
  #reading: number;

  constructor(rooms: LruMap<string, Last>, next: () => number) {
    this.#rooms = rooms;
    this.#next = next;
    this.#reading = next();
  }

  /** The reader may have missed something: nothing that it saw until now is a predecessor. */
  forget(): void {
    this.#reading = this.#next();
  }

  /** Notes the room's newest offset; the one before, or undefined when that is unknown. */
  advance(room: string, offset: number): number | undefined {
    const last = this.#rooms.get(room);
    this.#rooms.set(room, { reading: this.#reading, offset });
    return last?.reading === this.#reading ? last.offset : undefined;
  }
}
