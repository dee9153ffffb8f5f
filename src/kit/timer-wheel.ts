import type { Clock, Timer } from "./clock.ts";

/** Where an item hangs; made once for an item, then reused each time it is scheduled. */
interface Links<T> {
  previous: T | undefined;
  next: T | undefined;
  /** Slot the item hangs in, or `notScheduled`. */
  slot: number;
  /** Tick at which it fires. */
  dueTick: number;
}

/** The field of an item that holds its links: no map to look up, nobody else sees it. */
const linksField = Symbol("wheel");

interface Linked<T> {
  [linksField]?: Links<T>;
}

const notScheduled = -1;

function linksOf<T extends object>(item: T): Links<T> {
  const linked = item as Linked<T>;
  linked[linksField] ??= { previous: undefined, next: undefined, slot: notScheduled, dueTick: 0 };
  return linked[linksField];
}

export interface TimerWheelOptions<T> {
  /** Time between two looks at the wheel, milliseconds; an item fires at most this much late. */
  readonly tickMs?: number;
  /** Power of two. Delays above tickMs x slots are right too; they pass their slot once a turn. */
  readonly slots?: number;
  /** Called once for each item that is due; it may schedule and cancel anything. */
  readonly onDue: (item: T) => void;
}

/**
 * Coarse timers for very many items (a heartbeat each), with one timer of the clock in all: items
 * hang in lists, a slot each, so scheduling and cancelling cost a few writes. Never fires early. An
 * item hangs in one wheel at a time.
 */
export class TimerWheel<T extends object> {
  readonly #clock: Clock;
  readonly #onDue: (item: T) => void;
  readonly #tickMs: number;
  readonly #mask: number;
  readonly #heads: (T | undefined)[];
  readonly #startedAt: number;
  #timer: Timer | undefined;
  /** Last tick whose slot was looked at. */
  #tick = 0;
  #size = 0;

  constructor(options: TimerWheelOptions<T>, deps: { readonly clock: Clock }) {
    const slots = options.slots ?? 512;
    if (slots < 1 || (slots & (slots - 1)) !== 0) throw new Error("slots must be a power of two");
    this.#clock = deps.clock;
    this.#onDue = options.onDue;
    this.#tickMs = options.tickMs ?? 1000;
    this.#mask = slots - 1;
    this.#heads = new Array<T | undefined>(slots).fill(undefined);
    this.#startedAt = deps.clock.monotonic();
  }

  /** Items that wait. */
  get size(): number {
    return this.#size;
  }

  /** Fires `item` after `delayMs`, at most a tick later. A second call moves it. */
  schedule(item: T, delayMs: number): void {
    const links = linksOf(item);
    if (links.slot !== notScheduled) this.#unhang(links);
    // An idle wheel does not turn; its hand is put where time is before anything hangs on it.
    else if (this.#size++ === 0) this.#tick = Math.max(this.#tick, this.#ticksUntilNow());
    const elapsedMs = this.#clock.monotonic() - this.#startedAt;
    const dueTick = Math.ceil((elapsedMs + Math.max(0, delayMs)) / this.#tickMs);
    this.#hang(item, links, Math.max(dueTick, this.#tick + 1));
    this.#arm();
  }

  /** Nothing happens when it does not hang here. */
  cancel(item: T): void {
    const links = linksOf(item);
    if (links.slot === notScheduled) return;
    this.#unhang(links);
    this.#size--;
    if (this.#size === 0) this.#disarm();
  }

  /** Forgets every item without firing it. */
  clear(): void {
    for (const slot of this.#heads.keys()) {
      for (let item = this.#heads[slot]; item !== undefined; item = this.#heads[slot]) {
        this.#unhang(linksOf(item));
      }
    }
    this.#size = 0;
    this.#disarm();
  }

  #hang(item: T, links: Links<T>, dueTick: number): void {
    const slot = dueTick & this.#mask;
    const head = this.#heads[slot];
    links.dueTick = dueTick;
    links.slot = slot;
    links.previous = undefined;
    links.next = head;
    if (head !== undefined) linksOf(head).previous = item;
    this.#heads[slot] = item;
  }

  #unhang(links: Links<T>): void {
    const { previous, next, slot } = links;
    if (previous === undefined) this.#heads[slot] = next;
    else linksOf(previous).next = next;
    if (next !== undefined) linksOf(next).previous = previous;
    links.previous = undefined;
    links.next = undefined;
    links.slot = notScheduled;
  }

  #ticksUntilNow(): number {
    return Math.floor((this.#clock.monotonic() - this.#startedAt) / this.#tickMs);
  }

  #arm(): void {
    if (this.#timer !== undefined) return;
    const nextAt = this.#startedAt + (this.#tick + 1) * this.#tickMs;
    const turn = () => this.#turn();
    this.#timer = this.#clock.setTimeout(turn, nextAt - this.#clock.monotonic());
  }

  #disarm(): void {
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** After a pause of the process all slots are looked at once, not once for each missed turn. */
  #turn(): void {
    this.#timer = undefined;
    const now = this.#ticksUntilNow();
    const first = Math.max(this.#tick + 1, now - this.#mask);
    this.#tick = Math.max(this.#tick, now);
    const due: T[] = [];
    for (let tick = first; tick <= now; tick++) this.#takeDue(tick & this.#mask, now, due);
    // Two steps, because what fires may cancel or move what is due in the same turn.
    for (const item of due) {
      const { slot, dueTick } = linksOf(item);
      if (slot === notScheduled || dueTick > now) continue;
      this.cancel(item);
      this.#onDue(item);
    }
    if (this.#size > 0) this.#arm();
  }

  #takeDue(slot: number, now: number, due: T[]): void {
    for (let item = this.#heads[slot]; item !== undefined; item = linksOf(item).next) {
      if (linksOf(item).dueTick <= now) due.push(item);
    }
  }
}
