import type { Entry } from "./push-batch.ts";

/** Entries of one stream message for one user or key; they are finished together. */
export interface Unit {
  readonly entries: readonly Entry[];
  readonly bytes: number;
  /** Offset of the last entry. */
  readonly last: number;
  readonly finished: () => void;
}

/** Whoever can carry out what a lane asks for. */
export interface LaneOwner {
  /** Life of the stream that the offsets belong to. */
  readonly epoch: string;
  /** Decimal text of the mid for a user, empty for a key. */
  midOf(target: Target): string;
  /** Whether requests of this owner may go out; a lane that is refused is kept by the owner. */
  mayAct(lane: Lane): boolean;
  /** The lane's comet answered for its item: which keys it does not have. */
  answered(lane: Lane, item: Item, unknown: readonly string[]): void;
  /** The lane's comet did not answer, or is another incarnation by now. */
  failed(lane: Lane): void;
}

/** What one request asks of one comet for one target. */
export interface Item {
  readonly keys: readonly string[];
  readonly entries: readonly Entry[];
  readonly bytes: number;
  /** Offset of the last entry. */
  readonly last: number;
  /** Of the lane when the item was made. */
  readonly version: number;
}

/** The way of one target to one comet. */
export class Lane {
  readonly target: Target;
  readonly owner: LaneOwner;
  readonly comet: string;
  readonly incarnation: string;
  /** Connection -> key there. */
  keys = new Map<string, string>();
  /** Everything up to this offset was answered for all of `keys`. */
  cursor = 0;
  /** Changes when a connection was added: what is in flight does not speak for that one. */
  version = 0;
  inFlight = false;
  queued = false;
  /** No longer of its target: answers are ignored. */
  dropped = false;
  /** Was in a request that was refused as a whole: goes alone, to find out which item is bad. */
  alone = false;

  constructor(target: Target, owner: LaneOwner, comet: string, incarnation: string) {
    this.target = target;
    this.owner = owner;
    this.comet = comet;
    this.incarnation = incarnation;
  }

  /** Whether there is something that this comet should have. */
  get due(): boolean {
    return !this.dropped && this.cursor < this.target.resolved;
  }

  /** What to ask for next, at most `bytesMax` (one unit at least); undefined = nothing is due. */
  item(bytesMax: number): Item | undefined {
    const entries: Entry[] = [];
    let bytes = 0;
    let last = 0;
    for (const unit of this.target.units) {
      if (unit.last > this.target.resolved) break;
      if (unit.last <= this.cursor) continue;
      if (entries.length > 0 && bytes + unit.bytes > bytesMax) break;
      entries.push(...unit.entries);
      bytes += unit.bytes;
      last = unit.last;
    }
    if (entries.length === 0 || this.dropped) return undefined;
    return { keys: [...new Set(this.keys.values())], entries, bytes, last, version: this.version };
  }

  /** Takes over the connections that were found; one that is new has nothing yet. */
  setKeys(keys: Map<string, string>): void {
    for (const conn of keys.keys()) {
      if (this.keys.has(conn)) continue;
      this.cursor = 0;
      this.version++;
      break;
    }
    this.keys = keys;
  }

  advance(item: Item): void {
    if (item.version === this.version) this.cursor = Math.max(this.cursor, item.last);
  }
}

/** One user or key that has something unfinished. */
export class Target {
  readonly id: string;
  /** Unfinished, in order. */
  units: Unit[] = [];
  /** Sessions were looked up after everything up to this offset was committed. */
  resolved = 0;
  resolving = false;
  /** What a lookup in flight will say is out of date. */
  stale = false;
  /** Comet and incarnation -> lane. */
  readonly lanes = new Map<string, Lane>();
  /** Connection -> how often its comet did not know it. */
  readonly unknown = new Map<string, number>();

  constructor(id: string) {
    this.id = id;
  }

  get last(): number {
    return this.units.at(-1)?.last ?? 0;
  }

  /** Takes out the units, from the first on, that every lane has. */
  takeFinished(): Unit[] {
    let count = 0;
    for (const unit of this.units) {
      if (unit.last > this.resolved) break;
      if (!this.#everywhere(unit)) break;
      count++;
    }
    return this.units.splice(0, count);
  }

  #everywhere(unit: Unit): boolean {
    for (const lane of this.lanes.values()) if (lane.cursor < unit.last) return false;
    return true;
  }
}
