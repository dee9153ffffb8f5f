import type { Clock, Timer } from "../kit/clock.ts";

export interface LoginPaceConfig {
  /** Logins let through per second while the comet is busy. */
  readonly busyRate: number;
  /** Logins that may wait for it; one more is refused. */
  readonly waitingMax: number;
}

/** What decides how many come in. */
export interface PaceConfig {
  /** Per second while members of rooms are served `busyDeliveries` times per second. */
  readonly busyRate: number;
  readonly busyDeliveries: number;
  readonly waitingMax: number;
  /** Milliseconds from the connection to the auth reply. */
  readonly handshakeTimeout: number;
}

/** Part of the handshake's time that somebody may wait for a turn. */
const PACE_PART = 0.75;

/** Nobody waits who could not come in in time. */
export function paceOf({ busyRate, waitingMax, handshakeTimeout }: PaceConfig): LoginPaceConfig {
  const inTime = Math.ceil((busyRate * handshakeTimeout * PACE_PART) / 1000);
  return { busyRate, waitingMax: Math.min(waitingMax, inTime) };
}

export interface LoginPaceDeps<T> {
  /** Whether much is being delivered to those who are in already. */
  readonly busy: () => boolean;
  /** Asked when its turn comes: one that nobody waits for any more takes no turn. */
  readonly wanted: (item: T) => boolean;
  /** Lets one through; false when it cannot be taken. */
  readonly admit: (item: T) => boolean;
  /** It waited, and then it could not be taken. */
  readonly onRefused: (item: T) => void;
  readonly clock: Clock;
}

/** Milliseconds between two rounds of those that wait. */
const STEP_MS = 10;
/** A round that comes late makes up for so much of it: a comet that is short of time gets fewer. */
const LATE_MS_MAX = 3 * STEP_MS;
/** A round takes no longer, also where nobody has to wait any more: rooms are served in between. */
const ROUND_MS_MAX = 5;

/**
 * Logins on their way in. A comet with nothing else to do takes them as they come. One that
 * delivers to rooms lets a bounded number through per second and keeps the others in order: a storm
 * of logins takes longer then, and those who are in already do not notice it.
 */
export class LoginPace<T> {
  /** Logins that had to wait. */
  paced = 0;
  readonly #config: LoginPaceConfig;
  readonly #deps: LoginPaceDeps<T>;
  #queue: T[] = [];
  #head = 0;
  #turns = 0;
  #since = Number.NEGATIVE_INFINITY;
  #timer: Timer | undefined;

  constructor(config: LoginPaceConfig, deps: LoginPaceDeps<T>) {
    this.#config = config;
    this.#deps = deps;
  }

  /** Logins that wait for their turn. */
  get waiting(): number {
    return this.#queue.length - this.#head;
  }

  /** Whether one may come in at once, without a word about it; its turn is taken then. */
  pass(): boolean {
    return this.waiting === 0 && (!this.#deps.busy() || this.#takeTurn());
  }

  /** False when too many wait. */
  push(item: T): boolean {
    if (this.pass()) return this.#deps.admit(item);
    if (this.waiting >= this.#config.waitingMax) return false;
    this.paced++;
    this.#queue.push(item);
    this.#timer ??= this.#deps.clock.setTimeout(() => this.#round(), STEP_MS);
    return true;
  }

  /** Forgets who waits, and says who that was. */
  stop(): readonly T[] {
    if (this.#timer !== undefined) this.#deps.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    const forgotten = this.#queue.slice(this.#head);
    this.#queue = [];
    this.#head = 0;
    return forgotten;
  }

  #takeTurn(): boolean {
    const now = this.#deps.clock.monotonic();
    const passedMs = Math.min(LATE_MS_MAX, now - this.#since);
    const { busyRate } = this.#config;
    // At least one: a rate below one per round would else never come to it.
    const most = Math.max(1, (LATE_MS_MAX * busyRate) / 1000);
    this.#turns = Math.min(most, this.#turns + (passedMs * busyRate) / 1000);
    this.#since = now;
    if (this.#turns < 1) return false;
    this.#turns--;
    return true;
  }

  #round(): void {
    this.#timer = undefined;
    const { busy, wanted, admit, onRefused, clock } = this.#deps;
    const all = !busy();
    const until = clock.monotonic() + ROUND_MS_MAX;
    while (this.waiting > 0 && clock.monotonic() < until) {
      const item = this.#queue[this.#head] as T;
      if (wanted(item)) {
        if (!all && !this.#takeTurn()) break;
        this.#next();
        if (!admit(item)) onRefused(item);
      } else this.#next();
    }
    if (this.waiting > 0) this.#timer = clock.setTimeout(() => this.#round(), STEP_MS);
  }

  #next(): void {
    this.#head++;
    if (this.#head * 2 < this.#queue.length) return;
    this.#queue = this.#queue.slice(this.#head);
    this.#head = 0;
  }
}
