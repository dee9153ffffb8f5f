import type { Clock } from "../kit/clock.ts";
import type { EncodedBatch } from "../protocol/frame-batch.ts";
import type { Member, Walk } from "./member-list.ts";
import type { Shares } from "./shares.ts";
import { Throughput } from "./throughput.ts";

/** One flush on its way to many members. */
export interface Flush {
  readonly walk: Walk<Member>;
  readonly frame: EncodedBatch;
  /** Messages in the frame. */
  readonly entries: number;
  /** Number of the flush in its room, which members keep; undefined for a broadcast. */
  readonly number: number | undefined;
  /** Only members that accept this operation get it; undefined = everybody. */
  readonly op: number | undefined;
  /** Members that have it already: they are passed over. */
  readonly skips?: ((member: Member) => boolean) | undefined;
  /** Called for each member that is not, when it was served or does not want it. */
  readonly onPassed?: ((member: Member) => void) | undefined;
  /** What members get whom the flush excludes from a part of it; only with `onBehind`. */
  readonly shares?: Shares | undefined;
  /** Called for each member that took its part, with its entries; only together with `onBehind`. */
  readonly onServed?: (entries: number) => void;
  /**
   * Called for a member whose socket does not take the frame now; it comes from elsewhere later.
   * Without it such a member's connection is closed.
   */
  readonly onBehind?: (member: Member) => void;
  /** Called once, when everybody was served. */
  readonly done: () => void;
}

export interface FanoutLimits {
  /** Members served, and milliseconds spent, before other work may run. */
  readonly sliceMembers: number;
  readonly sliceTime: number;
}

/** Told of sends, and of the milliseconds that they took together. */
export type OnSpent = (sends: number, ms: number) => void;

/** How many members are served between two looks at the clock. */
const CLOCK_EVERY = 32;

/**
 * Hands flushes to members in slices. Between two slices the process reads its sockets, so a
 * message for one user does not wait until a big room is served. All flushes share one slice and
 * take turns, so many rooms at the same moment do not add up either.
 */
export class Fanout {
  readonly #limits: FanoutLimits;
  readonly #clock: Clock;
  readonly #onSpent: OnSpent;
  readonly #waiting: Flush[] = [];
  /** What the slice that is under way may still spend. */
  #membersLeft: number;
  #timeLeft: number;
  #running = false;
  #yielding = false;
  #closed = false;
  /** Slices so far; several flushes may share one, one may take many. */
  slices = 0;
  /** Members served so far, and per second of late. */
  served = 0;
  readonly #throughput: Throughput;

  constructor(limits: FanoutLimits, clock: Clock, onSpent: OnSpent = () => {}) {
    this.#limits = limits;
    this.#onSpent = onSpent;
    this.#clock = clock;
    this.#throughput = new Throughput(clock);
    this.#membersLeft = limits.sliceMembers;
    this.#timeLeft = limits.sliceTime;
  }

  /** Flushes that are not finished. */
  get waiting(): number {
    return this.#waiting.length;
  }

  get servedPerSecond(): number {
    return this.#throughput.perSecond;
  }

  /** Serves at once as far as the slice lasts, the rest after a yield. */
  add(flush: Flush): void {
    if (this.#closed) {
      flush.walk.close();
      return;
    }
    this.#throughput.note(this.served);
    this.#waiting.push(flush);
    this.#run();
  }

  /** Forgets what is not finished. */
  close(): void {
    this.#closed = true;
    for (const flush of this.#waiting.splice(0)) flush.walk.close();
  }

  #run(): void {
    // A flush that is added while another is being served or finished waits its turn.
    if (this.#running) return;
    this.#running = true;
    while (this.#membersLeft > 0 && this.#timeLeft > 0) {
      const flush = this.#waiting.shift();
      if (flush === undefined) break;
      if (this.#serve(flush)) flush.done();
      else this.#waiting.push(flush);
    }
    this.#running = false;
    this.#yield();
  }

  /** After other work has run there is a new slice to spend. */
  #yield(): void {
    if (this.#yielding) return;
    this.#yielding = true;
    this.slices++;
    this.#clock.yield(() => {
      this.#yielding = false;
      this.#membersLeft = this.#limits.sliceMembers;
      this.#timeLeft = this.#limits.sliceTime;
      if (this.#waiting.length > 0) this.#run();
    });
  }

  /** True when everybody was served, false when the slice is spent before. */
  #serve(flush: Flush): boolean {
    const { walk } = flush;
    const from = this.#clock.monotonic();
    const served = this.served;
    let since = from;
    for (let count = 1; walk.remaining > 0; count++) {
      if (this.#membersLeft <= 0 || this.#timeLeft <= 0) break;
      this.#next(flush);
      this.#membersLeft--;
      if (count % CLOCK_EVERY === 0) since = this.#spend(since);
    }
    this.#onSpent(this.served - served, this.#spend(since) - from);
    if (walk.remaining > 0) return false;
    walk.close();
    return true;
  }

  #next(flush: Flush): void {
    const { walk, op, skips, onPassed } = flush;
    const member = walk.next();
    if (member === undefined || skips?.(member) === true) return;
    if (op === undefined || member.accepts(op)) {
      serve(member, flush);
      this.served++;
    }
    onPassed?.(member);
  }

  #spend(since: number): number {
    const now = this.#clock.monotonic();
    this.#timeLeft -= now - since;
    return now;
  }
}

function serve(member: Member, flush: Flush): void {
  const { frame, entries, number, shares, onServed, onBehind } = flush;
  if (onBehind === undefined) member.deliver(frame, entries);
  else if (shares !== undefined) serveShare(member, flush, shares);
  else if (member.offer(frame, entries)) onServed?.(entries);
  else onBehind(member);
  if (number !== undefined) member.lastFlush = number;
}

function serveShare(member: Member, flush: Flush, shares: Shares): void {
  const { frame, entries } = shares.of(member) ?? flush;
  if (frame === undefined || member.offer(frame, entries)) flush.onServed?.(entries);
  else flush.onBehind?.(member);
}
