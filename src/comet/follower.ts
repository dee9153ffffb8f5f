import type { StoredMessage } from "../bus/bus.ts";
import type { Clock } from "../kit/clock.ts";
import type { Semaphore } from "../kit/semaphore.ts";
import { offsetOf, sequenceOf } from "../protocol/offset.ts";
import type { FollowerState, FollowerStats } from "./follower-stats.ts";
import { HeldCasts } from "./held-casts.ts";
import { type Cast, firstOf, type LogEntry, lastOf } from "./log-entry.ts";
import { endOf, type Gap, Position, tailOffset } from "./position.ts";
import { Retry, type RetryLimits } from "./repair.ts";

/** The log that is followed: where casts come from and where the truth lies. */
export interface LogSource {
  /** Life of the log's stream, as known now. */
  readonly epoch: string;
  /** Resolves when every cast published from now on arrives (as far as NATS core promises). */
  attach(): Promise<void>;
  /** Where the log ends; asked after `attach`. */
  end(): Promise<LogEnd>;
  /** Last sequence of the stream. */
  last(): Promise<number>;
  /** Messages of the log with from <= sequence <= to, at most `limit` of them, ascending. */
  range(from: number, to: number, limit: number): Promise<StoredMessage[]>;
  /** Reads the stream's epoch again. */
  refresh(): Promise<void>;
}

/** The newest message of a log; where it has none, a sequence up to which it has none. */
export interface LogEnd {
  readonly tail: StoredMessage | undefined;
  /** Last sequence of the stream; looked at only without a tail. */
  readonly last: number;
}

/** Where a follower hands on what it follows. None of these may throw. */
export interface LogSink {
  /** The position is known (again): what is applied from now on joins on to what a reader has. */
  opened(): void;
  /** Entries in order, each exactly once. False = take no more until `resume`. */
  apply(entries: readonly LogEntry[]): boolean;
  /** Something between what was applied and `oldest` is gone from the stream. */
  truncated(oldest: number): void;
  /** The stream is another one or lost its end: following begins anew. */
  reset(): void;
}

export interface FollowerLimits extends RetryLimits {
  /** Entries and bytes of casts held back. */
  readonly heldMax: number;
  readonly heldBytes: number;
  /** Stream messages in one read, at least 2. */
  readonly repairMessages: number;
}

export interface FollowerDeps {
  readonly source: LogSource;
  readonly sink: LogSink;
  readonly clock: Clock;
  /** Reads of missing messages under way in the whole process. */
  readonly repairs: Semaphore;
  readonly stats: FollowerStats;
}

/** What a follower knew when a check of its tail began. */
export interface Mark {
  readonly life: number;
  readonly known: number;
}

/**
 * Follows one log: hands on every entry of the stream from its tail at `open` on, in order, exactly
 * once, whatever happens to the casts on their way. Casts, digests and tail checks are hints that
 * make it read the stream or save it from doing so.
 */
export class Follower {
  readonly #limits: FollowerLimits;
  readonly #deps: FollowerDeps;
  readonly #retry: Retry;
  readonly #held: HeldCasts;
  /** Casts of another epoch than ours: the first sign of a stream that was created again. */
  readonly #foreign: HeldCasts;
  #state: FollowerState = "opening";
  #epoch = "";
  #position = new Position({ applied: 0, anchored: false });
  /** Highest offset known to be in the log that no held cast carries; 0 = none. */
  #wanted = 0;
  /** The same while the epoch is not known, for each epoch that was named. */
  readonly #told = new Map<string, number>();
  /** Grows with every reset and close, so that an answer to an older question is not used. */
  #life = 0;
  #running = false;
  /** A read is under way: the position must not move, or its answer would prove something else. */
  #reading = false;
  #refreshing = false;
  #closed = false;
  #truncated = 0;

  constructor(limits: FollowerLimits, deps: FollowerDeps) {
    this.#limits = limits;
    this.#deps = deps;
    this.#retry = new Retry(limits, deps.clock);
    const bounds = { entriesMax: limits.heldMax, bytesMax: limits.heldBytes };
    this.#held = new HeldCasts(bounds);
    this.#foreign = new HeldCasts(bounds);
    deps.stats.states.opening++;
  }

  get state(): FollowerState {
    return this.#state;
  }

  /** Life of the stream that `applied` belongs to. */
  get epoch(): string {
    return this.#epoch;
  }

  /** Everything at or below this offset was handed on or lay before the start. */
  get applied(): number {
    return this.#position.applied;
  }

  /** Oldest offset kept when something was last found missing; 0 = nothing ever was. */
  get truncated(): number {
    return this.#truncated;
  }

  /** Begins to follow. Goes on until `close`, through every failure. */
  open(): void {
    this.#run();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#life++;
    this.#deps.stats.states[this.#state]--;
    this.#held.takeAll();
    this.#foreign.takeAll();
    this.#retry.wake();
  }

  /** A cast arrived. */
  offerCast(cast: Cast): void {
    if (this.#closed) return;
    if (this.#state !== "opening" && cast.epoch !== this.#epoch) {
      this.#offerForeign(cast);
      return;
    }
    if (this.#state === "live" && this.#join(cast)) {
      this.#settle();
      return;
    }
    if (this.#state === "paused") this.#want(lastOf(cast));
    else this.#hold(cast);
    if (this.#state !== "opening" && !this.#reading) this.#settle();
    this.#run();
  }

  /** A digest, or a job that was asked, says that the log's newest entry is `last`. */
  offerLast(epoch: string, last: number): void {
    if (this.#closed) return;
    this.#tell(epoch, last);
    if (this.#state === "live") this.#settle();
    this.#run();
  }

  /** Taken before a read of the tail, to be handed to `check`; undefined = no check is needed. */
  mark(): Mark | undefined {
    if (this.#closed || this.#state === "opening") return undefined;
    return { life: this.#life, known: this.#known() };
  }

  /**
   * The log's newest message and the stream's last sequence, read after `mark`. What was learnt
   * meanwhile is newer than the answer, so the stream's end is compared with the mark.
   */
  check(mark: Mark, tail: StoredMessage | undefined, last: number): void {
    if (mark.life !== this.#life) return;
    if (last < sequenceOf(mark.known)) this.#reset();
    else if (tail !== undefined) this.offerLast(this.#epoch, tailOffset(tail));
  }

  /** The sink takes entries again after `apply` said no. */
  resume(): void {
    if (this.#closed || this.#state !== "paused") return;
    this.#become("repairing");
    this.#settle();
    this.#run();
  }

  /** The epoch was read again: starts anew when it is another one. */
  verifyEpoch(): void {
    if (this.#closed || this.#state === "opening") return;
    if (this.#deps.source.epoch !== this.#epoch) this.#reset();
    else this.#foreign.takeAll();
  }

  /** Tries again at once what is waiting after a failure. */
  wake(): void {
    this.#retry.wake();
  }

  /** Highest offset that the log is known to have had. */
  #known(): number {
    return Math.max(this.#position.applied, this.#wanted, this.#held.highest());
  }

  #become(state: FollowerState): void {
    const { states } = this.#deps.stats;
    states[this.#state]--;
    states[state]++;
    this.#state = state;
  }

  #want(offset: number): void {
    if (offset > this.#wanted) this.#wanted = offset;
  }

  #hold(cast: Cast): void {
    if (this.#held.add(cast)) return;
    this.#deps.stats.heldOverflows++;
    for (const given of [...this.#held.takeAll(), cast]) this.#tell(given.epoch, lastOf(given));
  }

  /** Something is known of that no held cast carries. */
  #tell(epoch: string, offset: number): void {
    if (this.#state !== "opening") {
      if (epoch === this.#epoch) this.#want(offset);
    } else if (offset > (this.#told.get(epoch) ?? 0)) {
      this.#told.set(epoch, offset);
    }
  }

  /** Lets go of what is held; it will be read from the stream instead. */
  #giveUpHeld(): void {
    this.#want(this.#held.highest());
    this.#held.takeAll();
  }

  #offerForeign(cast: Cast): void {
    // Full: what comes later is found behind the first ones when those are taken up.
    this.#foreign.add(cast);
    this.#deps.stats.foreignCasts++;
    this.#refresh();
  }

  #refresh(): void {
    if (this.#refreshing) return;
    this.#refreshing = true;
    const done = () => {
      this.#refreshing = false;
    };
    // A failure needs no care here: whatever made us ask will do so again.
    this.#deps.source.refresh().then(() => {
      done();
      this.verifyEpoch();
    }, done);
  }

  /** Hands on what joins on. False when something lies unread before the cast. */
  #join(cast: Cast): boolean {
    if (lastOf(cast) <= this.#position.applied) {
      this.#deps.stats.duplicates++;
      return true;
    }
    if (!this.#position.joins(cast)) return false;
    this.#apply(this.#position.take(cast));
    return true;
  }

  #apply(entries: readonly LogEntry[]): void {
    if (entries.length === 0) return;
    this.#deps.stats.applied += entries.length;
    if (!this.#deps.sink.apply(entries)) this.#become("paused");
  }

  /** Hands on everything held that joins on, and says where that leaves us. */
  #settle(): void {
    while (this.#state !== "paused") {
      const cast = this.#held.first();
      if (cast === undefined || !this.#join(cast)) break;
      this.#held.removeFirst();
    }
    if (this.#state === "paused") {
      this.#giveUpHeld();
      return;
    }
    const behind = this.#held.size > 0 || this.#wanted > this.#position.covered;
    if (behind !== (this.#state === "repairing")) this.#become(behind ? "repairing" : "live");
  }

  /** One loop at a time opens and reads until nothing is missing; each failure costs a pause. */
  #run(): void {
    if (this.#running || this.#closed) return;
    if (this.#state !== "opening" && this.#state !== "repairing") return;
    this.#running = true;
    void this.#loop().finally(() => {
      this.#running = false;
      // A hint may have come between the loop's last look and here.
      this.#run();
    });
  }

  async #loop(): Promise<void> {
    while (!this.#closed) {
      // A cast that came during a read that failed may be all that was missing, or nothing new.
      if (this.#state === "repairing") this.#settle();
      if (this.#state !== "opening" && this.#state !== "repairing") return;
      const life = this.#life;
      this.#reading = true;
      const step = this.#state === "opening" ? await this.#readTail() : await this.#readGap();
      this.#reading = false;
      if (step !== undefined) {
        this.#retry.succeeded();
        if (life === this.#life) step();
      } else if (!this.#closed) {
        this.#deps.stats.failures++;
        if (this.#retry.failures > 0) await this.#verifyStream();
        if (!this.#closed) await this.#retry.failed();
      }
    }
  }

  /**
   * Reads where the log ends. Like #readGap it gives back what to do with the answer, unless the
   * follower's life changed meanwhile; undefined when reading failed.
   */
  async #readTail(): Promise<(() => void) | undefined> {
    const { source } = this.#deps;
    const { epoch } = source;
    const end = await attempt(async () => {
      await source.attach();
      const { tail, last } = await source.end();
      if (tail !== undefined) return { applied: tailOffset(tail), anchored: true };
      return { applied: endOf(last), anchored: false };
    });
    if (end === undefined) return undefined;
    return () => {
      if (epoch === source.epoch) this.#start(epoch, end);
    };
  }

  #start(epoch: string, end: { applied: number; anchored: boolean }): void {
    const again = this.#epoch !== "";
    this.#epoch = epoch;
    const held = [...this.#foreign.takeAll(), ...this.#held.takeAll()];
    const ours = held.filter((cast) => cast.epoch === epoch);
    for (const cast of held) if (cast.epoch !== epoch) this.#offerForeign(cast);
    const first = Math.min(...ours.map(firstOf));
    if (again && first <= end.applied) {
      // Casts that came since the stream changed are newer than everything handed on.
      this.#position = new Position({ applied: first - 1, anchored: false });
      if (end.anchored) this.#want(end.applied);
    } else {
      this.#position = new Position(end);
    }
    this.#become("repairing");
    this.#want(this.#told.get(epoch) ?? 0);
    this.#told.clear();
    for (const cast of ours) this.#hold(cast);
    this.#deps.sink.opened();
    this.#settle();
  }

  async #readGap(): Promise<(() => void) | undefined> {
    const { source, repairs } = this.#deps;
    const { repairMessages } = this.#limits;
    const gap = this.#gap();
    const known = this.#known();
    const from = this.#position.readFrom;
    const read = () => source.range(from, sequenceOf(gap.to), repairMessages);
    const messages = await attempt(() => repairs.run(read));
    if (messages === undefined) return undefined;
    const complete = messages.length < repairMessages;
    if (!this.#position.showsLoss(gap, messages, complete)) {
      return () => this.#take(gap, messages);
    }
    // Evicted, or is this no longer the stream that we know?
    const last = await attempt(async () => {
      await source.refresh();
      return await source.last();
    });
    if (last === undefined) return undefined;
    return () => {
      if (source.epoch !== this.#epoch || last < sequenceOf(known)) {
        this.#reset();
        return;
      }
      this.#declareLoss(gap, messages);
      this.#take(gap, messages);
    };
  }

  #gap(): Gap {
    const cast = this.#held.first();
    if (cast !== undefined) return this.#position.gapBefore(cast);
    return { to: this.#wanted, known: this.#wanted };
  }

  #take(gap: Gap, messages: readonly StoredMessage[]): void {
    const complete = messages.length < this.#limits.repairMessages;
    const { entries, skipped } = this.#position.read(gap, messages, complete);
    const { stats } = this.#deps;
    stats.repairs++;
    stats.repairedEntries += entries.length;
    stats.skipped += skipped;
    this.#apply(entries);
    this.#settle();
  }

  #declareLoss(gap: Gap, messages: readonly StoredMessage[]): void {
    const oldest = messages[0] === undefined ? gap.to + 1 : offsetOf(messages[0].sequence, 0);
    this.#truncated = oldest;
    this.#deps.stats.truncated++;
    this.#deps.sink.truncated(oldest);
  }

  /** Reading fails again and again: perhaps because the stream is not what it was. */
  async #verifyStream(): Promise<void> {
    const { source } = this.#deps;
    const life = this.#life;
    const known = this.#known();
    const last = await attempt(async () => {
      await source.refresh();
      return await source.last();
    });
    if (last === undefined || life !== this.#life || this.#state === "opening") return;
    if (source.epoch !== this.#epoch || last < sequenceOf(known)) this.#reset();
  }

  #reset(): void {
    this.#life++;
    this.#deps.stats.resets++;
    this.#wanted = 0;
    this.#told.clear();
    this.#held.takeAll();
    this.#become("opening");
    this.#deps.sink.reset();
    this.#retry.wake();
    this.#run();
  }
}

/** What `read` resolves to, undefined when it failed: the caller tries again. */
async function attempt<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch {
    return undefined;
  }
}
