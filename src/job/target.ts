import type { Entry } from "./push-batch.ts";

/** What a unit is made of. */
export interface UnitParts {
  readonly entries: readonly Entry[];
  readonly bytes: number;
  /** Offset of the last entry. */
  readonly last: number;
  /** Monotonic milliseconds after which a comet that does not answer is not waited for. */
  readonly deadlineAt: number;
  readonly finished: () => void;
}

/** Entries of one stream message for one user or key; they are finished together. */
export class Unit {
  readonly entries: readonly Entry[];
  readonly bytes: number;
  /** Offset of the last entry. */
  readonly last: number;
  /** Offset of the last entry that belongs into the mailbox, 0 = none does. */
  readonly lastKept: number;
  readonly deadlineAt: number;
  readonly finished: () => void;
  /** What belongs into the mailbox is there. */
  indexed = false;
  /** The mailbox's entry before the first one of these that is in it; undefined = not known. */
  prev: number | undefined;
  /** A silent comet is to find out by itself. */
  missed = false;
  /** Lane -> connections that have it. */
  readonly #handed = new Map<string, number>();

  constructor({ entries, bytes, last, deadlineAt, finished }: UnitParts) {
    this.entries = entries;
    this.bytes = bytes;
    this.last = last;
    this.lastKept = entries.findLast((entry) => entry.transient !== true)?.offset ?? 0;
    this.deadlineAt = deadlineAt;
    this.finished = finished;
  }

  /** Connections that have it, over all comets. */
  get handed(): number {
    let sum = 0;
    for (const count of this.#handed.values()) sum += count;
    return sum;
  }

  /** A comet says how many of its connections have it; it may be asked more than once. */
  note(lane: string, count: number): void {
    if (count > (this.#handed.get(lane) ?? 0)) this.#handed.set(lane, count);
  }
}

/** What a comet said about one item. */
export interface Answer {
  /** Connections that have the item's entries. */
  readonly delivered: number;
  /** Keys that it does not have. */
  readonly unknown: readonly string[];
}

/** Whoever can carry out what a lane asks for. */
export interface LaneOwner {
  /** Life of the stream that the offsets belong to. */
  readonly epoch: string;
  /** Decimal text of the mid for a user, empty for a key. */
  midOf(target: Target): string;
  /** Whether requests of this owner may go out; a lane that is refused is kept by the owner. */
  mayAct(lane: Lane): boolean;
  answered(lane: Lane, item: Item, answer: Answer): void;
  /** The lane's comet does not answer. True when nothing is to be asked of it for now. */
  silent(lane: Lane): boolean;
  /** The lane's comet is dead, or may be: look where the sessions are now. */
  failed(lane: Lane): void;
}

/** What one request asks of one comet for one target. */
export interface Item {
  readonly keys: readonly string[];
  /** In order, at least one. */
  readonly units: readonly Unit[];
  readonly entries: readonly Entry[];
  readonly bytes: number;
  /** Offset of the last entry. */
  readonly last: number;
  /** The mailbox's entry before the first one here that is in it, or where none is before all. */
  readonly prev: number | undefined;
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

  /** Names the comet and its incarnation. */
  get name(): string {
    return `${this.comet}\n${this.incarnation}`;
  }

  /** Whether there is something that this comet should have. */
  get due(): boolean {
    return !this.dropped && this.cursor < this.target.ready;
  }

  /** Units up to an offset that the comet should have, in order. */
  *units(upTo = this.target.ready): Generator<Unit> {
    for (const unit of this.target.units) {
      if (unit.last > upTo) return;
      if (unit.last > this.cursor) yield unit;
    }
  }

  /** What to ask for next, at most `bytesMax` (one unit at least); undefined = nothing is due. */
  item(bytesMax: number): Item | undefined {
    if (this.dropped) return undefined;
    const units: Unit[] = [];
    let bytes = 0;
    for (const unit of this.units()) {
      if (units.length > 0 && bytes + unit.bytes > bytesMax) break;
      units.push(unit);
      bytes += unit.bytes;
    }
    const last = units.at(-1)?.last;
    if (last === undefined) return undefined;
    return {
      keys: [...new Set(this.keys.values())],
      units,
      entries: units.flatMap(({ entries }) => entries),
      bytes,
      last,
      prev: (units.find(({ lastKept }) => lastKept > 0) ?? units[0])?.prev,
      version: this.version,
    };
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
  /** Everything up to this offset is in the mailbox, where it belongs there. */
  indexed = 0;
  /** Sessions were looked up after everything up to this offset was in the mailbox. */
  resolved = 0;
  resolving = false;
  /** What a lookup in flight will say is out of date. */
  stale = false;
  /** A comet said that the lanes are not right: they wait for the next lookup. */
  doubted = false;
  /** Comet and incarnation -> lane. */
  readonly lanes = new Map<string, Lane>();
  /** Connection -> how often its comet did not know it. */
  readonly unknown = new Map<string, number>();
  #unitsIndexed = 0;

  constructor(id: string) {
    this.id = id;
  }

  /**
   * Up to here the lanes may carry: whatever is in the mailbox. Sessions are looked up meanwhile,
   * for those that no lane is there for; nothing is finished before that.
   */
  get ready(): number {
    return this.doubted ? this.resolved : this.indexed;
  }

  /** A unit is in the mailbox: those before it may be waited for. */
  noteIndexed(): void {
    for (;;) {
      const unit = this.units[this.#unitsIndexed];
      if (unit?.indexed !== true) return;
      this.indexed = unit.last;
      this.#unitsIndexed++;
    }
  }

  /** Takes out the units, from the first on, that every lane has. */
  takeFinished(): Unit[] {
    let count = 0;
    for (const unit of this.units) {
      if (unit.last > this.resolved) break;
      if (!this.#everywhere(unit)) break;
      count++;
    }
    this.#unitsIndexed -= count;
    return this.units.splice(0, count);
  }

  #everywhere(unit: Unit): boolean {
    for (const lane of this.lanes.values()) if (lane.cursor < unit.last) return false;
    return true;
  }
}
