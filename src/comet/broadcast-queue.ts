import type { IsRecalled } from "../bus/recalls.ts";
import type { Clock, Timer } from "../kit/clock.ts";
import { encodeBatch, LogNumber } from "../protocol/frame-batch.ts";
import type { Fanout, Flush } from "./fanout.ts";
import type { AllLife, KeptHooks } from "./kept-log.ts";
import type { LogEntry } from "./log-entry.ts";
import type { Member, MemberList, Walk } from "./member-list.ts";
import { isExpired } from "./piece.ts";
import type { BroadcastConfig } from "./room-config.ts";

/** Plain numbers of the broadcast. */
export interface BroadcastStats {
  flushes: number;
  flushedEntries: number;
  paced: number;
  /** Paced broadcasts whose speed was raised so that they end within `paceMax`. */
  hurried: number;
  /** Broadcasts that were too old before everybody had them. */
  expired: number;
  /** Broadcasts that were taken back before that. */
  recalled: number;
}

export interface BroadcastQueueDeps {
  readonly channels: MemberList<Member>;
  /** Connections over all comets; 0 while that is not known. */
  readonly totalConnections: () => number;
  readonly fanout: Fanout;
  readonly clock: Clock;
  readonly stats: BroadcastStats;
  readonly life: () => AllLife;
  /** What was taken back in one life of the log; undefined = nothing. */
  readonly hidden: (epoch: string) => IsRecalled | undefined;
  readonly kept: KeptHooks;
  /** The queue takes entries again after `add` said no. */
  readonly onSpace: () => void;
}

type Limits = Pick<
  BroadcastConfig,
  "queueMax" | "queueBytes" | "flushBytes" | "sliceMembers" | "paceTick" | "paceMax"
>;

type Passing = Pick<Flush, "skips" | "onPassed">;

const NOTHING: Passing = {};

/**
 * Hands broadcasts to every connection that accepts their operation, one after the other: the next
 * begins when everybody there at the beginning of the one before was served. A connection that is
 * opened during a broadcast does not get that one, but all later ones.
 */
export class BroadcastQueue {
  readonly #limits: Limits;
  readonly #deps: BroadcastQueueDeps;
  readonly #queue: LogEntry[] = [];
  #bytes = 0;
  #full = false;
  #busy = false;
  #timer: Timer | undefined;
  #pacing: Walk<Member> | undefined;
  #closed = false;
  #begun = 0;
  /** The first so many that wait are of the log's last life. */
  #foreign = 0;
  #epoch = "";
  #foreignEpoch = "";

  constructor(limits: Limits, deps: BroadcastQueueDeps) {
    this.#limits = limits;
    this.#deps = deps;
  }

  get size(): number {
    return this.#queue.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Offset of the last broadcast that began to go out, or where following began. */
  get begun(): number {
    return this.#begun;
  }

  /** The log's position is known, again after a reset; what still waits is older than that. */
  opened(at: number): void {
    this.#begun = at;
    this.#foreign = this.#queue.length;
    this.#foreignEpoch = this.#epoch;
    this.#epoch = this.#deps.life().epoch;
  }

  /** Takes the next broadcasts. False = take no more until `onSpace`. */
  add(entries: readonly LogEntry[]): boolean {
    for (const entry of entries) {
      this.#queue.push(entry);
      this.#bytes += entry.body.length;
    }
    this.#next();
    const { queueMax, queueBytes } = this.#limits;
    this.#full = this.#queue.length >= queueMax || this.#bytes >= queueBytes;
    return !this.#full;
  }

  close(): void {
    this.#closed = true;
    this.#queue.length = 0;
    this.#bytes = 0;
    this.#pacing?.close();
    if (this.#timer !== undefined) this.#deps.clock.clearTimeout(this.#timer);
  }

  #next(): void {
    if (this.#busy || this.#closed) return;
    let entries: LogEntry[] = [];
    let foreign = false;
    let epoch = this.#epoch;
    while (entries.length === 0 && this.#queue.length > 0) {
      foreign = this.#foreign > 0;
      epoch = foreign ? this.#foreignEpoch : this.#epoch;
      entries = this.#fresh(this.#take(), epoch);
    }
    const first = entries[0];
    if (first === undefined) return;
    this.#busy = true;
    this.#deps.stats.flushes++;
    this.#deps.stats.flushedEntries += entries.length;
    const passing = first.retain === true && !foreign ? this.#passing(first) : NOTHING;
    if (first.speed > 0) this.#pace(first, passing, epoch);
    else this.#spread(entries, passing);
  }

  #passing({ offset }: LogEntry): Passing {
    const { kept, life } = this.#deps;
    const at = { life: life(), offset };
    return {
      skips: (member) => kept.has(member, at),
      onPassed: (member) => kept.passed(member, at),
    };
  }

  /**
   * The next broadcasts that go out as one: without a speed, with the same operation, and not kept:
   * who has one of these may lack the next.
   */
  #take(): LogEntry[] {
    const first = this.#queue[0];
    if (first === undefined) return [];
    let count = 0;
    let bytes = 0;
    for (const { op, speed, body, retain } of this.#queue) {
      const fits = count === 0 || bytes + body.length <= this.#limits.flushBytes;
      if (!fits || op !== first.op || speed !== first.speed) break;
      if (count > 0 && (speed > 0 || retain === true || first.retain === true)) break;
      bytes += body.length;
      count++;
    }
    this.#bytes -= bytes;
    const taken = this.#queue.splice(0, count);
    if (count > this.#foreign) this.#begun = taken.at(-1)?.offset ?? this.#begun;
    this.#foreign = Math.max(0, this.#foreign - count);
    return taken;
  }

  #fresh(entries: LogEntry[], epoch: string): LogEntry[] {
    return entries.filter((entry) => !this.#isOver(entry, epoch));
  }

  /** Whether nobody gets it any more; it is counted then. */
  #isOver(entry: LogEntry, epoch: string): boolean {
    const { clock, stats, hidden } = this.#deps;
    if (isExpired(entry, clock.now())) stats.expired++;
    else if (hidden(epoch)?.(entry) === true) stats.recalled++;
    else return false;
    return true;
  }

  #spread(entries: readonly LogEntry[], passing: Passing): void {
    this.#deps.fanout.add({
      walk: this.#deps.channels.walk(),
      frame: encodeBatch(entries, LogNumber.All),
      entries: entries.length,
      number: undefined,
      op: entries[0]?.op,
      ...passing,
      done: () => this.#finished(),
    });
  }

  /** Spreads one broadcast evenly over the time in which all comets together keep its speed. */
  #pace(entry: LogEntry, { skips, onPassed }: Passing, epoch: string): void {
    const { channels, clock, stats, totalConnections } = this.#deps;
    const { paceMax, paceTick, sliceMembers } = this.#limits;
    const frame = encodeBatch([entry], LogNumber.All);
    const walk = channels.walk();
    const atStart = walk.remaining;
    const wantedMs = (Math.max(totalConnections(), atStart) / entry.speed) * 1000;
    const durationMs = Math.min(wantedMs, paceMax);
    const began = clock.monotonic();
    stats.paced++;
    if (wantedMs > paceMax) stats.hurried++;
    this.#pacing = walk;
    const step = () => {
      this.#timer = undefined;
      // Slow paces can outlive their message: whoever has not had it by then does not get it.
      if (this.#isOver(entry, epoch)) {
        walk.close();
        this.#finished();
        return;
      }
      const part = durationMs <= 0 ? 1 : (clock.monotonic() - began) / durationMs;
      // Who left meanwhile counts as served, so the pace never rises.
      const dueDownTo = Math.max(0, atStart - 1 - Math.floor(atStart * part));
      for (let served = 0; walk.remaining > dueDownTo; served++) {
        if (served >= sliceMembers) {
          clock.yield(step);
          return;
        }
        const member = walk.next();
        if (member === undefined || skips?.(member) === true) continue;
        if (member.accepts(entry.op)) member.deliver(frame, 1);
        onPassed?.(member);
      }
      if (walk.remaining > 0) {
        this.#timer = clock.setTimeout(step, paceTick);
        return;
      }
      walk.close();
      if (!this.#closed) this.#finished();
    };
    step();
  }

  #finished(): void {
    this.#busy = false;
    const { queueMax, queueBytes } = this.#limits;
    const roomy = this.#queue.length <= queueMax / 2 && this.#bytes <= queueBytes / 2;
    if (this.#full && roomy) {
      this.#full = false;
      this.#deps.onSpace();
    }
    this.#next();
  }
}
