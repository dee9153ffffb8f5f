import type { Clock, Timer } from "../kit/clock.ts";
import { HEADER_BYTES } from "../protocol/frame.ts";
import { type EncodedBatch, encodeBatch } from "../protocol/frame-batch.ts";
import type { CatchUp } from "./catch-up.ts";
import type { Coalesce } from "./coalesce.ts";
import type { Fanout } from "./fanout.ts";
import { type Lag, Place, type Track } from "./lag.ts";
import type { LogEntry } from "./log-entry.ts";
import { type Member, MemberList } from "./member-list.ts";
import { isExpired, type Piece } from "./piece.ts";
import type { Replay, RoomHistory } from "./room-history.ts";
import type { RoomStats } from "./room-stats.ts";

export interface RoomLimits {
  /** Number of its log on connections of version 2. */
  readonly log: number;
  /** Bytes of bodies in one flush; a single larger message goes alone. */
  readonly flushBytes: number;
  /** Bytes of bodies gathered before no more is taken. */
  readonly gatherBytes: number;
  /** Newcomers get the history first. */
  readonly replays: boolean;
}

export interface RoomDeps {
  readonly coalesce: Coalesce;
  readonly fanout: Fanout;
  readonly catchUp: CatchUp;
  readonly history: RoomHistory;
  readonly clock: Clock;
  readonly stats: RoomStats;
  /** The room takes entries again after `apply` said no. */
  readonly onSpace: () => void;
  /** `start` may know now what it did not. */
  readonly onKnown: () => void;
}

/** Where the room stood before a flush: whoever did not get it goes on from there. */
interface Boundary {
  readonly at: number;
  readonly count: number;
  readonly life: number;
}

/**
 * The members of one room and what is gathered for them.
 *
 * A flush goes to everybody who is live when it begins and still is when their turn comes. So a
 * newcomer gets what was gathered before it came, and nothing of a flush that had begun. Flushes of
 * a room follow each other: the next begins when the last member of the one before is served.
 *
 * What was flushed is history from the moment the flush begins. A member that is behind gets it
 * from there, and is live again when it stands where the last flush ended: the boundary.
 */
export class Room implements Track {
  readonly id: string;
  /** Those who get flushes. */
  readonly #live = new MemberList<Member>("roomSlot");
  readonly #behind = new Set<Lag>();
  /** How many of them are newcomers that have not begun. */
  #waiting = 0;
  readonly #limits: RoomLimits;
  readonly #deps: RoomDeps;
  #gathered: LogEntry[] = [];
  #bytes = 0;
  #full = false;
  #firstAt = 0;
  #lastFlushAt = Number.NEGATIVE_INFINITY;
  #flushes = 0;
  #flushing = false;
  #timer: Timer | undefined;
  /** Offset of the last entry flushed (Lost between two lives), and entries flushed in all. */
  #boundary: number = Place.Lost;
  #count = 0;
  /** Grows with every reset: offsets of another life mean nothing. */
  #life = 0;
  /** The first so many gathered entries are of the log's last life. */
  #foreign = 0;
  /** Where the log stood when its life began; undefined while that is not known. */
  #opened: number | undefined;
  /** The same once nothing of its last life is left to hand out. */
  #began: Boundary | undefined;

  constructor(id: string, limits: RoomLimits, deps: RoomDeps) {
    this.id = id;
    this.#limits = limits;
    this.#deps = deps;
  }

  /** Number of the last flush that began. */
  get flushes(): number {
    return this.#flushes;
  }

  get log(): number {
    return this.#limits.log;
  }

  /** Offset of the last entry flushed; undefined between two lives of the log. */
  get position(): number | undefined {
    return this.#boundary === Place.Lost ? undefined : this.#boundary;
  }

  get size(): number {
    return this.#live.size + this.#behind.size;
  }

  /** Whether it gets flushes: it is in the room and not behind. */
  isLive(member: Member): boolean {
    return this.#live.has(member);
  }

  add(member: Member): void {
    member.lastFlush = this.#flushes;
    if (!this.#limits.replays) {
      this.#live.add(member);
      return;
    }
    this.#waiting++;
    const start = { at: this.#boundary, since: this.#count, why: "fresh" } as const;
    this.#behind.add(this.#deps.catchUp.begin(member, this, start));
  }

  /**
   * Where a newcomer of version 2 begins: with the newest so many messages, or as the room's type
   * has it. Undefined while that is being read.
   */
  start(newest?: number): Replay | undefined {
    if (this.#boundary === Place.Lost) return undefined;
    const none = newest === undefined ? !this.#limits.replays : newest === 0;
    if (none) return { after: this.#boundary, entries: 0 };
    return this.#deps.history.replay(newest);
  }

  /** Takes somebody in who begins at a place that is known. */
  enter(member: Member, { after, entries }: Replay): void {
    member.lastFlush = this.#flushes;
    if (after === this.#boundary) {
      this.#live.add(member);
      return;
    }
    this.#deps.stats.ledger.owed += entries;
    const start = { at: after, since: this.#count - entries, why: "resumed" } as const;
    this.#behind.add(this.#deps.catchUp.begin(member, this, start));
  }

  remove(member: Member): void {
    const { lag } = member;
    if (lag !== undefined && this.#behind.has(lag)) {
      const { ledger } = this.#deps.stats;
      const owed = this.#endOf(lag);
      if (lag.overdue) ledger.tooSlow += owed;
      else ledger.left += owed;
    } else {
      this.#live.remove(member);
    }
    this.#passWithoutFlush();
  }

  /** The log's position is known, again after a reset: what is applied follows on it. */
  opened(at: number): void {
    this.#opened = at;
    if (this.#foreign === 0) this.#begin(at);
  }

  /** The log is another one; what is gathered is still to be handed out before its entries. */
  reset(): void {
    this.#life++;
    this.#opened = undefined;
    this.#began = undefined;
    this.#foreign = this.#gathered.length;
    this.#boundary = Place.Lost;
    this.#deps.history.reset();
    for (const lag of this.#behind) {
      lag.joinedAt = Place.Lost;
      if (lag.at === Place.Unknown) continue;
      lag.at = Place.Lost;
      lag.wake();
    }
  }

  /** Something between what was applied and `oldest` is gone for good. */
  lost(oldest: number): void {
    this.#deps.history.lost(oldest);
  }

  /** Takes the room's next entries. False = take no more until `onSpace`. */
  apply(entries: readonly LogEntry[]): boolean {
    if (this.size === 0) this.#deps.stats.unheard += entries.length;
    if (this.#gathered.length === 0) this.#firstAt = this.#deps.clock.monotonic();
    for (const entry of entries) {
      this.#gathered.push(entry);
      this.#bytes += entry.body.length;
    }
    this.#passWithoutFlush();
    this.#plan();
    this.#full = this.#bytes >= this.#limits.gatherBytes;
    return !this.#full;
  }

  /** Hands out nothing more. */
  close(): void {
    this.#stopTimer();
    this.#gathered = [];
    this.#bytes = 0;
    this.#deps.history.close();
  }

  /** History could not answer before: now it may. */
  wakeBehind(): void {
    for (const lag of this.#behind) if (lag.waits === "log") lag.wake();
    this.#deps.onKnown();
  }

  atEnd(lag: Lag): boolean {
    if (lag.at === Place.Unknown) return false;
    return lag.at === Place.Lost || lag.at >= this.#boundary;
  }

  next(lag: Lag): Piece | undefined {
    const { history } = this.#deps;
    if (lag.at === Place.Unknown) {
      const replay = history.replay();
      if (replay === undefined) return undefined;
      this.#waiting--;
      this.#start(lag, replay);
    }
    return history.next(lag.at, this.#boundary);
  }

  passed(_lag: Lag, piece: Piece): void {
    const { ledger } = this.#deps.stats;
    ledger.resumed += piece.sent;
    ledger.expired += piece.expired;
  }

  caught(lag: Lag): void {
    // Only members of this room are ever behind in it.
    const member = lag.member as Member;
    this.#deps.stats.ledger.gone += this.#endOf(lag);
    member.lastFlush = this.#flushes;
    this.#live.add(member);
  }

  /** A newcomer's history begins, no later than where it joined. */
  #start(lag: Lag, { after, entries }: Replay): void {
    const since = this.#count - entries;
    if (lag.joinedAt === Place.Lost || since < lag.since) {
      lag.at = after;
      lag.since = since;
    } else {
      lag.at = lag.joinedAt;
    }
    this.#deps.stats.ledger.owed += this.#count - lag.since;
  }

  /** Somebody's socket did not take a flush. */
  #fall(member: Member, before: Boundary): void {
    let at = before.life === this.#life ? before.at : Place.Lost;
    let since = before.count;
    if (at === Place.Lost && this.#began !== undefined) {
      this.#deps.stats.ledger.gone += this.#began.count - since;
      ({ at, count: since } = this.#began);
    }
    this.#live.remove(member);
    const start = { at, since, why: "fell" } as const;
    this.#behind.add(this.#deps.catchUp.begin(member, this, start));
    this.#passWithoutFlush();
  }

  /** Ends being behind; how many entries it has not had. */
  #endOf(lag: Lag): number {
    this.#behind.delete(lag);
    this.#deps.catchUp.end(lag);
    if (this.#behind.size === 0) this.#deps.history.release();
    if (lag.at !== Place.Unknown) return this.#count - lag.since - lag.passed;
    this.#waiting--;
    return 0;
  }

  #begin(at: number): void {
    this.#boundary = at;
    this.#began = { at, count: this.#count, life: this.#life };
    this.#deps.history.begin(at);
    for (const lag of this.#behind) this.#beginLag(lag, at);
    this.wakeBehind();
  }

  /** Who was behind in the log's last life goes on at the beginning of this one. */
  #beginLag(lag: Lag, at: number): void {
    if (lag.at === Place.Unknown) {
      lag.joinedAt = at;
    } else {
      this.#deps.stats.ledger.gone += this.#count - lag.since - lag.passed;
      lag.at = at;
      lag.passed = 0;
    }
    lag.since = this.#count;
  }

  #plan(): void {
    if (this.#flushing || this.#gathered.length === 0) return;
    const { clock, coalesce } = this.#deps;
    const dueAt = coalesce({
      members: this.#live.size,
      entries: this.#gathered.length,
      bytes: this.#bytes,
      firstAt: this.#firstAt,
      lastFlushAt: this.#lastFlushAt,
    });
    const delayMs = dueAt - clock.monotonic();
    if (delayMs <= 0) {
      this.#flush();
    } else if (this.#timer === undefined) {
      this.#timer = clock.setTimeout(() => {
        this.#timer = undefined;
        this.#flush();
      }, delayMs);
    }
  }

  #flush(): void {
    this.#stopTimer();
    const { clock, stats } = this.#deps;
    const before = { at: this.#boundary, count: this.#count, life: this.#life };
    const entries = this.#takeFlush();
    if (entries.length === 0) return;
    this.#pass(entries);
    const now = clock.now();
    const fresh = entries.filter((entry) => !isExpired(entry, now));
    stats.ledger.expired += (entries.length - fresh.length) * this.#live.size;
    this.#lastFlushAt = clock.monotonic();
    this.#firstAt = this.#lastFlushAt;
    if (fresh.length === 0) {
      this.#plan();
      return;
    }
    const [sent, of, bytes] = [fresh.length, entries.length, packetBytesOf(fresh)];
    this.#spread(encodeBatch(fresh, this.log), { sent, of, bytes, before });
  }

  #spread(
    frame: EncodedBatch,
    flush: {
      readonly sent: number;
      readonly of: number;
      readonly bytes: number;
      readonly before: Boundary;
    },
  ): void {
    const { fanout, stats } = this.#deps;
    const { ledger } = stats;
    const walk = this.#live.walk();
    const { sent, before } = flush;
    const expired = flush.of - sent;
    let left = walk.remaining;
    this.#flushes++;
    this.#flushing = true;
    stats.flushes++;
    stats.flushedEntries += sent;
    stats.flushedBytes += flush.bytes;
    fanout.add({
      walk,
      frame,
      entries: sent,
      number: this.#flushes,
      op: undefined,
      onServed: () => {
        left--;
        ledger.live += sent;
      },
      onBehind: (member) => {
        left--;
        // What had expired was counted for it already, and counts again when it is read.
        ledger.expired -= expired;
        this.#fall(member, before);
      },
      done: () => {
        ledger.left += left * sent;
        this.#flushing = false;
        this.#reportSpace();
        this.#plan();
      },
    });
  }

  /** The oldest entries that fit one flush, at least one. */
  #takeFlush(): LogEntry[] {
    const most = this.#foreign > 0 ? this.#foreign : this.#gathered.length;
    let count = 0;
    let bytes = 0;
    for (const { body } of this.#gathered) {
      if (count === most) break;
      if (count > 0 && bytes + body.length > this.#limits.flushBytes) break;
      bytes += body.length;
      count++;
    }
    this.#bytes -= bytes;
    return this.#gathered.splice(0, count);
  }

  /** Entries become history: from here on the room stands behind them. */
  #pass(entries: readonly LogEntry[]): void {
    const { history, stats } = this.#deps;
    this.#count += entries.length;
    stats.ledger.owed += entries.length * (this.size - this.#waiting);
    if (this.#foreign > 0) {
      this.#foreign -= entries.length;
      if (this.#foreign === 0 && this.#opened !== undefined) this.#begin(this.#opened);
      return;
    }
    this.#boundary = entries.at(-1)?.offset ?? this.#boundary;
    history.append(entries, this.#boundary);
  }

  /** Nobody is live: what is gathered goes to nobody, or to those who are behind. */
  #passWithoutFlush(): void {
    if (this.#live.size > 0) return;
    while (this.#gathered.length > 0) this.#pass(this.#takeFlush());
    this.#stopTimer();
    this.#reportSpace();
  }

  #reportSpace(): void {
    if (!this.#full || this.#bytes > this.#limits.gatherBytes / 2) return;
    this.#full = false;
    this.#deps.onSpace();
  }

  #stopTimer(): void {
    if (this.#timer !== undefined) this.#deps.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/** As version 1 has them, without asking for an encoding that perhaps nobody needs. */
function packetBytesOf(entries: readonly LogEntry[]): number {
  let bytes = HEADER_BYTES * entries.length;
  for (const { body } of entries) bytes += body.length;
  return bytes;
}
